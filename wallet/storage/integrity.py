"""Whether all that a vault holds is as it was written. Changes nothing; the caller locks."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import keys
from wallet.storage.faults import damage


def check(connection: apsw.Connection) -> None:
    """Raise VAULT_DAMAGED unless every page in use is whole and says what it said when written.

    Raises VAULT_GONE where the pages cannot be read since the file has gone.

    A page's own seal tells what the disk did to it. The digests and keys tell the rest: a
    credential is named after its bytes, an identity after its key.
    """
    (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchall()[0]
    if answer != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise damage(Path(connection.filename), "database")
    connection.execute("INSERT INTO word (word) VALUES ('integrity-check')")
    stored = connection.execute(
        "SELECT id, raw FROM credential LEFT JOIN original USING (position)"
    )
    if not all(is_named_after(id_, raw) for id_, raw in stored):
        raise VaultError(Code.VAULT_DAMAGED, part="credential")
    if not all(keys.is_key_of(seed, did) for did, seed in keys.stored(connection)):
        raise VaultError(Code.VAULT_DAMAGED, part="identity")


def is_named_after(id_: object, raw: object) -> bool:
    """Say whether a credential's bytes are those that its id was made of."""
    return isinstance(raw, bytes) and sha256(raw).hexdigest() == id_

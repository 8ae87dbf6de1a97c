"""Whether all that a vault holds is as it was written. Changes nothing; the caller locks."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import keys
from wallet.storage.container import ContainerFile
from wallet.storage.faults import damage


def check_file(file: ContainerFile) -> None:
    """Look whether what opens the file is on the disk as it was, and mend it if it is not.

    An open vault would not notice before it is opened again, when it would be too late. Raises
    VAULT_DAMAGED where it cannot be mended. What is read next comes from the disk.
    """
    known, salt = file.known or file.read_header(), file.known_salt
    if not file.holds(known):
        file.write_header(known)
    if file.salt() != salt:
        file.put_salt(salt)
    file.settle()
    if not file.holds(known) or file.salt() != salt:
        raise damage(file.path, "header")


def check(connection: apsw.Connection) -> None:
    """Raise VAULT_DAMAGED unless every page in use is whole and says what it said when written.

    Raises VAULT_GONE where the pages cannot be read since the file has gone.

    A page's own seal tells what the disk did to it. The digests and keys tell the rest: a
    credential is named after its bytes, an identity after its key.
    """
    connection.execute("PRAGMA shrink_memory")  # what is held says nothing of the disk
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

"""Everything in a wallet as files: the originals, `index.html`, `index.json`, and perhaps the keys.

The keys go sealed under a password of their own (Argon2id, AES-256-GCM), or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from wallet import filing
from wallet.app import MIN_PASSPHRASE, Progress, Wallet
from wallet.arriving import keys, opening, own
from wallet.errors import Code, VaultError
from wallet.kept import Row
from wallet.leaving import page, writing
from wallet.storage import ShareRecord, StoredCredential


@dataclass(frozen=True, slots=True)
class Left:
    """What was written, and where."""

    path: Path
    records: int
    shares: int
    keys: int


def export_all(
    wallet: Wallet,
    path: Path,
    *,
    zipped: bool,
    now: datetime,
    password: str | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> Left | None:
    """Write everything into a new folder or ZIP file, whole or not at all.

    With a `password` the private keys go along, sealed under it. Returns None when `progress` says
    to stop. Raises PASSPHRASE_TOO_SHORT, and what `outputs.write` does; then
    nothing was written.
    """
    if password is not None and len(password) < MIN_PASSPHRASE:
        raise VaultError(Code.PASSPHRASE_TOO_SHORT, least=MIN_PASSPHRASE)
    rows, shares = wallet.rows(), wallet.belongings().shares()
    opened = writing.zipped if zipped else writing.folder
    with opened(path, now=now, replace=replace, vault=wallet.path) as out:
        records = []
        for number, row in enumerate(rows, start=1):
            stored = wallet.belongings().record(row.id)
            data = stored.container or stored.raw
            name = f"{own.RECORDS}{number:04}-{filing.file_name(stored.title, data)}"
            out.add(name, data)
            records.append(_record(name, data, row, stored))
            if progress is not None and not progress(number, len(rows)):
                out.cancel()
                return None
        index = _index(wallet, records, shares, now)
        if password is not None:
            out.add(own.KEYS, _keys(wallet, password))
        out.add(own.INDEX, _json(index))
        out.add(own.PAGE, page.index(rows, index, keys=password is not None, now=now))
    count = len(wallet.identities()) if password is not None else 0
    return Left(path, len(records), len(shares), count)


def _index(
    wallet: Wallet, records: list[dict[str, Any]], shares: tuple[ShareRecord, ...], now: datetime
) -> dict[str, Any]:
    return {
        "format": own.FORMAT,
        "version": own.VERSION,
        "made_at": now.isoformat(),
        "name": wallet.learner_name,
        "identities": [{"did": did} for did in wallet.identities()],
        "records": records,
        "shares": [_share(share) for share in shares],
        "trusted_issuers": [
            {
                "issuer": issuer,
                "name": known.name,
                "note": known.note,
                "since": (known.since or now).isoformat(),
            }
            for issuer, known in wallet.trusted_issuers().items()
        ],
    }


def _record(name: str, data: bytes, row: Row, stored: StoredCredential) -> dict[str, Any]:
    return {
        "file": name,
        "sha256": sha256(data).hexdigest(),
        "id": stored.id,
        "title": stored.title,
        "issuer": stored.issuer,
        "issuer_name": stored.issuer_name,
        "kind": stored.kind,
        "format": stored.format.value,
        "awarded": _iso(stored.awarded),
        "ends": _iso(stored.ends),
        "state": row.state.value,
        "checked_at": _iso(stored.checked_at),
        "added_at": _iso(stored.added_at),
        "source": stored.source,
    }


def _share(share: ShareRecord) -> dict[str, Any]:
    return {
        "id": share.id,
        "made_at": _iso(share.made_at),
        "ends": _iso(share.ends),
        "for_whom": share.audience,
        "for_what": share.purpose,
        "form": share.form,
        "records": [
            {"id": one, "title": title}
            for one, title in zip(share.credential_ids, share.titles, strict=True)
        ],
        "link": share.link,
        "sha256": share.presentation_sha256,
    }


def _keys(wallet: Wallet, password: str) -> bytes:
    held = wallet.belongings()
    objects = [keys.as_object(did, held.private_key(did)) for did in held.identities()]
    plain = _json({"keys": objects})
    return _json(opening.seal_envelope(plain, password))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _json(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace") + b"\n"

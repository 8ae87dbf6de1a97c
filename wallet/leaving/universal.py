"""A backup that Learner Credential Wallet imports: Universal Wallet 2020, one object an identity.

It holds private keys in clear, as that wallet wants it; who asks for one is told so. That wallet
reads records that are JSON by themselves; others are named as left out, and are in the folder that
`everything` writes.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from wallet import formats
from wallet.app import Progress, Wallet
from wallet.arriving import keys
from wallet.formats import fields
from wallet.kept import Row
from wallet.model import Credential, Format

FILE_NAME: Final = "Wallet Backup.json"
_CONTEXTS: Final = ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/wallet/v1"]
_DID_CONTEXTS: Final = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/suites/x25519-2020/v1",
]
# What that wallet knows a record by.
_RECORD_CONTEXTS: Final = (
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
)
# Its own first profile is called "Default", and of two profiles with one name it drops the keys of
# the second without a word; so ours is never called that.
_NAMELESS: Final = "LER Wallet"


@dataclass(frozen=True, slots=True)
class OtherWallet:
    """A backup for another wallet, and what could not go into it."""

    data: bytes
    records: int
    left_out: tuple[Row, ...]


def for_learner_credential_wallet(
    wallet: Wallet, progress: Progress = lambda _done, _of: True
) -> OtherWallet | None:
    """Return the backup; each record stands in it in the very bytes that are kept.

    None when `progress` says to stop.
    """
    belongings = wallet.belongings()
    identities = belongings.identities()
    contents: dict[str, list[str]] = {did: [] for did in identities}
    left_out = []
    rows = wallet.rows()
    for number, row in enumerate(rows):
        if not progress(number, len(rows)):
            return None
        stored = belongings.record(row.id)
        read = formats.read(stored.raw)
        if _is_readable(read):
            assert isinstance(read, Credential)
            owner = read.subject if read.subject in contents else identities[0]
            contents[owner].append(stored.raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
        else:
            left_out.append(row)
    name = wallet.learner_name.strip()
    wallets = [
        _profile(did, belongings.private_key(did), contents[did], _profile_name(name, number))
        for number, did in enumerate(identities, start=1)
    ]
    data = f"[{','.join(wallets)}]\n".encode()
    return OtherWallet(data, sum(map(len, contents.values())), tuple(left_out))


def _is_readable(read: object) -> bool:
    if not isinstance(read, Credential) or read.format not in _PLAIN:
        return False
    contexts = fields.nodes(read.claims.get("@context"))
    return any(context in contexts for context in _RECORD_CONTEXTS)


_PLAIN: Final = (Format.DATA_INTEGRITY, Format.UNSECURED)


def _profile_name(name: str, number: int) -> str:
    base = name if name and name.casefold() != "default" else _NAMELESS
    return base if number == 1 else f"{base} {number}"


def _profile(did: str, seed: bytes, records: list[str], name: str) -> str:
    own = [json.dumps(one, ensure_ascii=False) for one in _things(did, seed, name)]
    head = json.dumps(
        {
            "@context": _CONTEXTS,
            "id": _urn(),
            "type": "UniversalWallet2020",
            "status": "UNLOCKED",
        }
    )
    return f'{head[:-1]}, "contents": [{",".join([*records, *own])}]}}'


def _things(did: str, seed: bytes, name: str) -> Iterator[dict[str, Any]]:
    signing = keys.as_object(did, seed)
    agreement = keys.agreement_object(did, seed)
    shown = ("id", "type", "controller", "publicKeyMultibase")
    yield {
        "@context": _DID_CONTEXTS,
        "id": did,
        "verificationMethod": [{member: signing[member] for member in shown}],
        **{
            relation: [signing["id"]]
            for relation in (
                *("authentication", "assertionMethod"),
                *("capabilityDelegation", "capabilityInvocation"),
            )
        },
        "keyAgreement": [{member: agreement[member] for member in shown}],
    }
    yield signing
    yield agreement
    yield {
        "@context": ["https://w3id.org/wallet/v1"],
        "id": _urn(),
        "type": "ProfileMetadata",
        "data": {"profileName": name},
    }


def _urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"

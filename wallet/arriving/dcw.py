"""The tar of the T3 wallet (DCW): `profiles/<slug>.json` with keys, `credentials/<cid>.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wallet.arriving import keys
from wallet.arriving.archives import Packed
from wallet.arriving.arrival import Arrival, FoundKey, Kind
from wallet.crypto import strictjson
from wallet.errors import Code, MalformedError, WalletError
from wallet.inputs import Input
from wallet.model import Json

PROFILES: Final = "profiles/"
CREDENTIALS: Final = "credentials/"
MANIFEST: Final = "manifest.yml"
MAX_MISSING: Final = 1000  # named one by one


def is_backup(packed: Packed) -> bool:
    """Say whether an archive is laid out as this wallet's is."""
    return any(name.startswith(PROFILES) and name.endswith(".json") for name in packed.files)


def read(source: str, packed: Packed) -> Arrival:
    """Return what the archive holds; that a record a profile names is not there is said."""
    items = [Input(f"{source}: {name}", error=error) for name, error in packed.refused]
    found: dict[str, FoundKey] = {}
    missing: dict[str, None] = {}
    others = []
    for name, data in packed.files.items():
        if name.startswith(PROFILES):
            try:
                profile = strictjson.parse_object(data)
                missing.update(dict.fromkeys(_missing(profile, packed)))
                key = _key(profile)
                found.setdefault(key.did, key)
            except WalletError as error:
                items.append(Input(f"{source}: {name}", error=error))
        elif name.startswith(CREDENTIALS):
            items.append(Input(f"{source}: {name}", data))
        elif name != MANIFEST:
            others.append(name)
    gone = MalformedError(Code.BACKUP_PART_MISSING)
    items += [Input(f"{source}: {name}", error=gone) for name in list(missing)[:MAX_MISSING]]
    return Arrival(Kind.DCW, tuple(items), tuple(found.values()), tuple(others))


def _key(profile: Mapping[str, Json]) -> FoundKey:
    key, name = profile.get("verificationKey"), profile.get("profileName")
    if not isinstance(key, dict):
        raise MalformedError(Code.MISSING_FIELD, field="verificationKey")
    return keys.of_object(key, name=name if isinstance(name, str) else "")


def _missing(profile: Mapping[str, Json], packed: Packed) -> list[str]:
    cids = profile.get("credentialCids")
    named = [f"{CREDENTIALS}{cid}.json" for cid in cids] if isinstance(cids, list) else []
    return [name for name in named if name not in packed.files]

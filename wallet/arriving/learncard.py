"""LearnCard's holder continuity bundle 1.0: a ZIP with a readable manifest and sealed payloads.

Every payload is first held against its SHA-256 in the manifest. Records and keys are read; the
index, consents and status snapshots of LearnCard's own service are named and left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from wallet.arriving import keys, opening
from wallet.arriving.archives import Packed
from wallet.arriving.arrival import Arrival, FoundKey, Kind
from wallet.crypto import strictjson
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.inputs import Input
from wallet.model import Json

MANIFEST: Final = "manifest.json"
MAX_CONTENTS: Final = 20_000
# All passes over memory together: two thousand payloads at LearnCard's own cost, some minutes.
MAX_WORK_KIB: Final = 2000 * 3 * 64 * 1024

_RECORDS: Final = {"credential", "presentation", "unknown-json"}
_KEYS: Final = {"key-private-seed", "key-jwks"}
_READ_APART: Final = {"did-document"}
_READABLE: Final = {MANIFEST, "README.md", "BUNDLE_SPEC.md"}


def is_backup(packed: Packed) -> bool:
    """Say whether an archive is such a bundle."""
    return MANIFEST in packed.files and b'"specVersion"' in packed.files[MANIFEST]


def read(source: str, packed: Packed, password: str | None) -> Arrival:
    """Return what a bundle holds; raises BACKUP_LOCKED, WRONG_BACKUP_PASSWORD."""
    manifest = strictjson.parse_object(packed.files[MANIFEST])
    version, contents = manifest.get("specVersion"), manifest.get("contents")
    if not isinstance(version, str) or not version.startswith("1."):
        raise UnsupportedError(Code.BACKUP_UNKNOWN)
    if not isinstance(contents, list):
        raise MalformedError(Code.BACKUP_DAMAGED)
    if len(contents) > MAX_CONTENTS:
        raise MalformedError(Code.BACKUP_TOO_LARGE)
    entries = [one for one in contents if isinstance(one, dict)]
    wanted = _RECORDS | _KEYS
    if password is None and any(e.get("encrypted") and e.get("type") in wanted for e in entries):
        raise WalletError(Code.BACKUP_LOCKED)
    bundle = _Bundle(source, packed, password or "", _did(manifest))
    for entry in entries:
        bundle.entry(entry)
    return bundle.arrival()


def _did(manifest: Mapping[str, Json]) -> str | None:
    """Return the did:key the bundle says it is for; another kind of address fits no key."""
    did = manifest.get("primaryDid")
    return did if isinstance(did, str) and did.startswith("did:key:") else None


class _Bundle:
    def __init__(self, source: str, packed: Packed, password: str, did: str | None) -> None:
        self._source, self._packed = source, packed
        self._password, self._did = password, did
        self._items = [Input(f"{source}: {name}", error=error) for name, error in packed.refused]
        self._keys: dict[str, FoundKey] = {}
        self._others: list[str] = []
        self._left = MAX_WORK_KIB
        self._opened = False
        self._named: set[str] = set(_READABLE)

    def arrival(self) -> Arrival:
        self._others += [name for name in self._packed.files if name not in self._named]
        items, others = tuple(self._items), tuple(self._others)
        return Arrival(Kind.LEARNCARD, items, tuple(self._keys.values()), others)

    def entry(self, entry: Mapping[str, Json]) -> None:
        """Read one payload, or note why not."""
        path, kind = str(entry.get("path", ""))[:300], entry.get("type")
        self._named.add(path)
        if kind in _READ_APART:
            return
        if kind not in _RECORDS | _KEYS:
            self._others.append(path)
            return
        name = f"{self._source}: {path}"
        try:
            data = self._payload(path, entry)
            if kind in _KEYS:
                self._key(data, jwks=kind == "key-jwks")
                return
        except WalletError as error:
            if error.code is Code.WRONG_BACKUP_PASSWORD:
                if not self._opened:
                    raise
                error = MalformedError(Code.BACKUP_PART_DAMAGED)
            self._items.append(Input(name, error=error))
        else:
            self._items.append(Input(name, _token(data)))

    def _payload(self, path: str, entry: Mapping[str, Json]) -> bytes:
        stored = self._packed.files.get(path)
        if stored is None:
            raise MalformedError(Code.BACKUP_PART_MISSING)
        if sha256(stored).hexdigest() != entry.get("sha256"):
            raise MalformedError(Code.BACKUP_PART_DAMAGED)
        if not entry.get("encrypted"):
            return stored
        envelope = strictjson.parse_object(stored)
        cost = opening.envelope_cost(envelope)
        self._left -= cost.memory_kib * cost.iterations
        if self._left < 0:
            raise MalformedError(Code.BACKUP_TOO_LARGE)
        data = opening.open_envelope(envelope, self._password)
        self._opened = True
        return data

    def _key(self, data: bytes, *, jwks: bool) -> None:
        if jwks:
            key = keys.of_jwk(strictjson.parse_object(data).get("ed25519"), did=self._did, name="")
        else:
            key = keys.of_seed(_seed(data), did=self._did, name="")
        self._keys.setdefault(key.did, key)


def _seed(data: bytes) -> bytes:
    """Return the seed spelled in hex."""
    try:
        return bytes.fromhex(data.decode("ascii"))
    except ValueError as error:
        raise MalformedError(Code.BAD_KEY) from error


def _token(data: bytes) -> bytes:
    """Return a token that is spelled as a JSON string; anything else as it is."""
    if not data.startswith(b'"'):
        return data
    try:
        value = strictjson.parse(data)
    except MalformedError:
        return data
    return value.encode("utf-8") if isinstance(value, str) else data

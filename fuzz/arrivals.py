"""The target for backups of other wallets and for archives."""

from __future__ import annotations

from hashlib import sha256

from fuzz.oracles import FindingError, refused, same, taken
from wallet import arriving
from wallet.arriving import archives, keys, opening
from wallet.crypto import multikey
from wallet.errors import WalletError
from wallet.inputs import Input

PASSWORD = "fuzzed"
_MOST_WORK_KIB = 1024  # an envelope that costs more is left closed, or nothing else would be tried


def fuzz_backup(data: bytes) -> None:
    """Backups and archives: everything in them has a name, and bytes or an error.

    A key that was found is the key of its identifier; what is in an archive stays in its folder.
    """
    given = Input("fuzzed", data)
    if not arriving.is_backup(given):
        return
    arrival = taken(arriving.read, given)
    if arrival is None and _is_cheap(data):
        arrival = taken(arriving.read, given, PASSWORD)
    if arrival is None:
        return
    for item in arrival.items:
        if not item.source.startswith("fuzzed: ") or (item.error and item.data):
            raise FindingError(f"an item without its name: {item.source!r}")
    for key in arrival.keys:
        same(key.did, multikey.did_key(keys.public_of(key.seed)), "a key and its identifier")
        written = keys.as_object(key.did, key.seed)
        same(keys.of_object(written, name=key.name), key, "a key written and read again")
    for unpack in (archives.unzip, archives.untar):
        with refused:
            _check_archive(unpack(data))


def _check_archive(packed: archives.Packed) -> None:
    for name in packed.files:
        if name.startswith("/") or ".." in name.split("/"):
            raise FindingError(f"a name that leads out: {name!r}")
    total = sum(map(len, packed.files.values()))
    if total > archives.MAX_UNPACKED_BYTES:
        raise FindingError("more unpacked than may be")


def _is_cheap(data: bytes) -> bool:
    """Say whether opening what is locked costs little; told by what it says of its own cost."""
    if archives.is_zip(data):
        try:
            packed = archives.unzip(data)
        except WalletError:
            return False
        costs = [_cost(body) for name, body in packed.files.items() if name.endswith(".enc")]
        return sum(costs) <= _MOST_WORK_KIB
    # Iterations of PBKDF2 stand in the clear; one in some hundred files is opened all the same.
    return b'"p2c": 1,' in data or sha256(data).digest()[0] == 0


def _cost(body: bytes) -> int:
    from wallet.crypto import strictjson

    try:
        cost = opening.envelope_cost(strictjson.parse_object(body))
    except WalletError:
        return 0
    return cost.memory_kib * cost.iterations

"""Where fuzzing starts: published files, the corpus and a pretend world, gathered at run time.

Nothing is copied into the repository. Each target takes what its parser is for.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from fuzz import arrivals as fuzzed
from tests import backups
from tests.paths import SHARED
from tests.world import V2, World, did_document
from wallet import formats
from wallet.crypto import detached, multikey, signatures
from wallet.errors import WalletError
from wallet.formats import fields
from wallet.model import Format, KeyType
from wallet.share import link

MAX_SEED: Final = 16 * 1024  # small seeds are run often
FROM_CORPUS: Final = 5
_LISTS: Final = "BitstringStatusListEntry"


def write(target: str, folder: Path) -> int:
    """Write a target's seeds into `folder`, each once; return how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {one for one in _SEEDS[target]() if 0 < len(one) <= MAX_SEED}
    for one in found:
        (folder / sha256(one).hexdigest()[:20]).write_bytes(one)
    return len(found)


def _files(*folders: str, endings: tuple[str, ...] = (".json",)) -> Iterator[bytes]:
    for folder in folders:
        for path in sorted((SHARED / "vectors" / folder).rglob("*")):
            if path.suffix in endings and path.stat().st_size <= MAX_SEED:
                yield path.read_bytes()


def _corpus() -> Iterator[bytes]:
    for path in sorted((SHARED / "corpus").glob("*.jsonl")):
        if not path.name.startswith("golden"):
            with path.open("rb") as lines:
                for _, line in zip(range(FROM_CORPUS), lines, strict=False):
                    yield line.strip()


def _world() -> Iterator[bytes]:
    world = World()
    issuer, learner = world.issuer("Fuzz College"), world.learner()
    made = [
        world.issue(issuer, subject=learner.id, form=form, status=("revocation",))
        for form in (Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE, Format.UNSECURED)
    ]
    yield from made
    yield world.present(learner, made[:2], domains=("https://page.example",), challenge="1")
    yield b"[" + made[0] + b"," + made[3] + b"]"
    yield json.dumps(did_document(issuer)).encode()


def _texts() -> Iterator[bytes]:
    yield from _files("nasty", "w3c-suites", endings=(".json", ".jsonld"))
    yield from _world()


def _documents() -> Iterator[bytes]:
    yield from (one for one in _corpus() if one.startswith(b"{"))
    yield from _world()
    yield from _files("data-integrity", "openbadges-clr", "dcc", "peers", "status", "w3c-suites")


def _statements() -> Iterator[bytes]:
    yield from _files("w3c-suites", "data-integrity", "openbadges-clr", endings=(".nq", ".txt"))
    for line in (SHARED / "corpus").glob("golden-*.jsonl"):
        with line.open("rb") as lines:
            yield json.loads(next(lines))["nq"].encode()


def _keys() -> Iterator[bytes]:
    for key_type in dict.fromkeys(signatures.KEY_TYPES.values()):
        if key_type is not KeyType.RSA:  # making one takes long, and the published files have some
            public = signatures.public_of(signatures.generate(key_type))
            yield multikey.encode_multikey(public).encode()
            yield multikey.did_jwk(public).encode()
    yield b"u" + base64.urlsafe_b64encode(bytes(range(33)))
    for address in _index():
        if address.startswith("did:"):
            yield address.encode()
            yield address.rpartition(":")[2].encode()
    for path in (SHARED / "vectors" / "w3c-suites").glob("did*.json"):
        for word in path.read_text("utf-8").replace('"', " ").split():
            if word.startswith(("z", "u", "did:")):
                yield word.encode()


def _index() -> dict[str, Any]:
    path = SHARED / "vectors" / "index.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def _tokens() -> Iterator[bytes]:
    tokens = [one.strip(b'"') for one in _corpus() if not one.startswith(b"{")]
    tokens += [one for one in _world() if one.startswith(b"ey")]
    tokens += _files("jose-sdjwt", "peers", endings=(".jwt", ".txt", ".jws"))
    for one in tokens:
        yield b"T" + one
        parts = one.strip().split(b"~")[0].split(b".")
        if len(parts) == 3:
            yield b"\n".join(base64.urlsafe_b64decode(part + b"==") for part in parts)
    yield b"T" + detached.sign("EdDSA", bytes(64), sign=lambda data: data[:64]).encode()
    yield from _files("jose-sdjwt", endings=(".jwk", ".json"))


def _pictures() -> Iterator[bytes]:
    yield from _files("nasty", "openbadges-clr", endings=(".png", ".svg"))
    # The least PNG there is: one grey point.
    yield base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    )


def _links() -> Iterator[bytes]:
    for one in _world():
        if b"VerifiablePresentation" in one:
            packed = link.pack(one)
            yield one
            yield packed
            for base in (link.BASE64URL, link.BASE32):
                yield b"https://page.example/#" + link.fragment(packed, base).encode()


def _lists() -> Iterator[bytes]:
    world = World()
    issuer = world.issuer("Fuzz College")
    for kind in (_LISTS, "StatusList2021Entry", "RevocationList2020Status"):
        for entry in world.entries(issuer, ("revocation", "suspension"), kind):
            ref = fields.status_refs({"credentialStatus": entry})[0]
            claims = world.list_claims(ref.list_url)
            yield json.dumps({"list": claims, "entry": entry}).encode()
    for raw in _files("status", "dcc", "peers"):
        try:
            found = formats.read(raw)
        except WalletError:
            continue
        claims = getattr(found, "claims", {})
        if "encodedList" in json.dumps(claims):
            entry = {
                "type": _LISTS,
                "statusPurpose": "revocation",
                "statusListIndex": "5",
                "statusListCredential": claims.get("id"),
            }
            yield json.dumps({"list": claims, "entry": entry}).encode()
    yield bytes(64)


def _withdrawals() -> Iterator[bytes]:
    world = World()
    issuer = world.issuer("Fuzz College")
    listed = world.list_url(issuer, "revocation", "1EdTechRevocationList")
    issuer.withdrawn[listed] |= {"urn:x:1": "In error", "urn:x:2": None}
    yield json.dumps(world.name_list(listed)).encode()
    yield json.dumps({"revokedAssertions": ["urn:x:1", {"uid": "2"}, {"id": "urn:x:3"}]}).encode()
    for size in (1, 2, 4, 8):
        url = world.token_status(issuer)["status_list"]["uri"]
        bits = {"bits": size, "lst": "eNrbuRgAAhcBXQ"}
        yield world.sign_token(issuer, world.token_list(url, status_list=bits, ttl=60))


def _badges() -> Iterator[bytes]:
    world = World()
    guild = world.badge_issuer("Fuzz Guild", verification={"startsWith": "https://fuzz-guild"})
    for signed in (False, True):
        raw = world.assertion(guild, signed=signed)
        badge = raw.decode() if signed else json.loads(raw)
        for body in list(world.documents.values()):
            yield json.dumps({"badge": badge, "says": json.loads(body)}).encode()


def _did_documents() -> Iterator[bytes]:
    yield from (one for one in _keys() if one.startswith(b"did:"))
    yield from _world()
    for address, entry in _index().items():
        if address.endswith("did.json") or address.startswith("did:"):
            path = SHARED / "vectors" / (entry["file"] if isinstance(entry, dict) else entry)
            if path.exists():
                yield path.read_bytes()


def _sd_jwts() -> Iterator[bytes]:
    yield from (one.strip(b'"') for one in _corpus() if b"~" in one)
    yield from _files("jose-sdjwt", endings=(".sdjwt",))
    payload = {"iss": "did:key:z6Mk", "vct": "x:y", "_sd": ["#0", "#2"], "list": [{"...": "#1"}]}
    disclosures = [["salt", "name", "Robin"], ["salt", 5], ["salt", "inner", {"_sd": ["#0"]}]]
    header = {"alg": "EdDSA", "typ": "dc+sd-jwt", "kid": "did:key:z6Mk#z6Mk"}
    for more in ({}, {"_sd_alg": "sha-256"}, {"@context": [V2], "type": ["VerifiableCredential"]}):
        given = {"header": header, "payload": payload | more, "disclosures": disclosures}
        yield json.dumps(given).encode()


def _values() -> Iterator[bytes]:
    for raw in (*_files("data-integrity"), *_corpus()):
        for value in re.findall(rb'"proofValue": ?"u([A-Za-z0-9_-]+)"', raw):
            yield base64.urlsafe_b64decode(value + b"==")


def _pointers() -> Iterator[bytes]:
    yield b"/credentialSubject/achievement/name"
    yield b"/credentialSubject/id\n/evidence/0\n/evidence/1/name"
    yield b"/type/1\n/@context/0\n/name\n/validUntil"
    yield b"\n/"
    yield b"/evidence/01\n/evidence/-\n/credentialSubject/~0/~1"


def _registries() -> Iterator[bytes]:
    for raw in _files("dcc", "openbadges-clr", endings=(".json", ".invalid")):
        if any(word in raw for word in (b"registry", b"revoked", b"Revocation", b"withdrawn")):
            yield raw
    ours: dict[str, Any] = {"version": 1, "name": "A list", "updated": "2026-01-01"}
    ours["issuers"] = {"did:x:1": {"name": "X"}}
    theirs = {"registry": {"did:x:1": {"name": "X", "url": "https://x.example"}}, "meta": {}}
    withdrawn = ["urn:1", {"id": "urn:2", "revocationReason": "x"}]
    for one in (ours, theirs, {"type": "RevocationList", "revokedAssertions": withdrawn}):
        yield json.dumps(one).encode()


def _everything() -> Iterator[bytes]:
    yield from _documents()
    yield from _corpus()
    yield from _files("jose-sdjwt", "oid4", "ler-rs", "wallet", endings=(".json", ".jwt", ".txt"))
    yield from _pictures()


def _backups() -> Iterator[bytes]:
    records = [one for one in _world() if one.startswith(b"{")][:2]
    yield backups.lcw(backups.profile(records))
    yield backups.profile(records, "Work").encode()
    yield json.dumps(backups.lcw_locked(backups.profile([]), fuzzed.PASSWORD, 1)).encode()
    yield json.dumps({"status": "LOCKED", "contents": [backups.universal_jwe(b"{}")]}).encode()
    yield backups.dcw(records)
    yield backups.zipped(backups.exported(records))
    yield backups.zipped(backups.learncard_files(records, password=None))
    yield backups.zipped(backups.learncard_files(records[:1], password=fuzzed.PASSWORD))
    yield from _files("wallet", endings=(".json",))


_SEEDS: Final[dict[str, Callable[[], Iterator[bytes]]]] = {
    "backup": _backups,
    "badge": _badges,
    "cbor": _values,
    "did": _did_documents,
    "image": _pictures,
    "jose": _tokens,
    "json": _texts,
    "jsonld": _documents,
    "link": _links,
    "multibase": _keys,
    "nquads": _statements,
    "reading": _everything,
    "registry": _registries,
    "sdjwt": _sd_jwts,
    "selective": _pointers,
    "status": _lists,
    "withdrawals": _withdrawals,
}

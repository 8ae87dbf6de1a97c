"""DIDs and the documents that say which keys may speak for them.

DID Core 1.0 and Controlled Identifiers 1.0: reading only. The address a did:web lives at is worked
out here; fetching it is somebody else's work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from wallet.crypto import jose, multikey, signatures, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.model import Json, KeyType, PublicKey

MAX_DID_CHARS: Final = 8 * 1024  # a did:jwk of an RSA key is about 1,000
MAX_HOST_CHARS: Final = 253  # RFC 1035 section 2.3.4
MAX_METHODS: Final = 200
_DOCUMENT_LIMITS: Final = strictjson.Limits(size=1024 * 1024, depth=24)

# A name of at least two labels, the last not a number (so no IP address), and an encoded port.
_AUTHORITY: Final = re.compile(
    r"(?P<host>(?=[^%]{1,253}(?:%|\Z))(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:%3[Aa](?P<port>[1-9][0-9]{0,4}))?"
)
_SEGMENT: Final = re.compile(r"[A-Za-z0-9._~-]+")
ENDS: Final = ("revoked", "expires")
_RELATIONSHIPS: Final = ("assertionMethod", "authentication")


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A key with its name and owner. `problem` says why `key` is None.

    `ends` is when it expires or was revoked (Controlled Identifiers 1.0 section 2.2), as written.
    """

    id: str
    controller: str | None
    key: PublicKey | None
    problem: WalletError | None = None
    ends: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DidDocument:
    """What a DID (or controlled identifier) document says about keys.

    `relationships` maps `assertionMethod` and `authentication` to the absolute ids they list.
    `read_at` is when it was read, where the reader says so.
    """

    id: str
    methods: Mapping[str, VerificationMethod]
    relationships: Mapping[str, frozenset[str]]
    read_at: datetime | None = None

    def authorises(self, method_id: str, purpose: str) -> bool:
        """Say whether the subject lets the key `method_id` act for `purpose`."""
        return method_id in self.relationships.get(purpose, frozenset())


def split(did_url: str) -> tuple[str, str]:
    """Return the DID and the fragment of a DID URL (either of them perhaps empty)."""
    did, _, fragment = did_url.partition("#")
    return did, fragment


def method_of(did: str) -> str:
    """Return the method name of a DID, or "" for what is no DID."""
    parts = did.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "did" else ""


def host_of(address: str) -> str:
    """Return the host of an address for people to read; "" where it has none.

    Whoever made a credential chose its addresses, and `urlsplit` raises for some.
    """
    try:
        return (urlsplit(address).hostname or "")[:MAX_HOST_CHARS]
    except ValueError:
        return ""


def document_url(did: str) -> str:
    """Return where the document of a did:web is (did:web Method Specification, "Read").

    Raises `MalformedError` (BAD_DID_DOCUMENT) for anything but a host name, an optional port
    and plain path segments, and `UnsupportedError` for another method.
    """
    if method_of(did) != "web":
        raise UnsupportedError(Code.DID_METHOD_UNSUPPORTED, method=method_of(did)[:20])
    if len(did) > MAX_DID_CHARS:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=did[:80])
    authority, *segments = did[8:].split(":")
    found = _AUTHORITY.fullmatch(authority)
    if found is None or int(found["port"] or 0) > 65535:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=did[:80])
    # A percent-encoded character in a path segment is legal and unused; it would only hide things.
    if not all(_SEGMENT.fullmatch(s) and s not in (".", "..") for s in segments):
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=did[:80])
    path = "/".join(segments) if segments else ".well-known"
    port = f":{found['port']}" if found["port"] else ""
    return f"https://{found['host'].lower()}{port}/{path}/did.json"


def parse_document(body: bytes, subject: str) -> DidDocument:
    """Read the document of `subject`; raises `MalformedError` when it is another's or odd."""
    return document_of(strictjson.parse_object(body, _DOCUMENT_LIMITS), subject)


def document_of(document: Mapping[str, Json], subject: str) -> DidDocument:
    """Read an already parsed document of `subject`."""
    if document.get("id") != subject:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=str(document.get("id"))[:80])
    methods: dict[str, VerificationMethod] = {}
    for value in _list(document.get("verificationMethod")) + _list(document.get("publicKey")):
        _add_method(methods, value, subject)
    relationships: dict[str, frozenset[str]] = {}
    for name in _RELATIONSHIPS:
        listed = set()
        for value in _list(document.get(name)):
            if isinstance(value, str):
                listed.add(_absolute(value, subject))
            else:
                listed.add(_add_method(methods, value, subject))
        relationships[name] = frozenset(listed)
    return DidDocument(subject, methods, relationships)


def verification_method(value: Json, base: str) -> VerificationMethod:
    """Read one verification method; relative ids are resolved against `base`."""
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=base[:80])
    controller = value.get("controller")
    name = _absolute(value["id"], base)
    owner = controller if isinstance(controller, str) and controller else None
    ends = {end: value[end] for end in ENDS if value.get(end) is not None}
    try:
        return VerificationMethod(name, owner, _key(value), ends=ends)
    except WalletError as error:
        return VerificationMethod(name, owner, None, error, ends)


def _add_method(methods: dict[str, VerificationMethod], value: Json, base: str) -> str:
    if len(methods) >= MAX_METHODS:
        raise MalformedError(Code.TOO_LARGE, limit=MAX_METHODS)
    method = verification_method(value, base)
    known = methods.get(method.id, method)
    if known.key != method.key or known.ends != method.ends:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=base[:80])
    methods[method.id] = method
    return method.id


def _key(value: Mapping[str, Json]) -> PublicKey:
    multibase, base58 = value.get("publicKeyMultibase"), value.get("publicKeyBase58")
    kind, pem = value.get("type"), value.get("publicKeyPem")
    if "publicKeyJwk" in value:
        return jose.key_of_jwk(value["publicKeyJwk"])
    if isinstance(multibase, str):
        return _multibase_key(multibase, kind)
    if isinstance(base58, str) and kind == "Ed25519VerificationKey2018":
        return _ed25519(multikey.decode_base58btc(base58))
    if isinstance(base58, str) and kind == "EcdsaSecp256k1VerificationKey2019":
        return _secp256k1(multikey.decode_base58btc(base58))
    if isinstance(pem, str) and kind == "RsaVerificationKey2018":
        return signatures.key_of_pem(pem)
    raise UnsupportedError(Code.KEY_UNSUPPORTED, type=str(kind)[:40])


def _multibase_key(text: str, kind: Json) -> PublicKey:
    # Ed25519VerificationKey2020 is a Multikey by definition; a few documents of its first year hold
    # the bare 32 bytes.
    data = multikey.decode_multibase(text)
    if kind == "Ed25519VerificationKey2020" and len(data) == 32:
        return _ed25519(data)
    return multikey.decode_multikey(text)


def _ed25519(data: bytes) -> PublicKey:
    if len(data) != 32:
        raise MalformedError(Code.BAD_KEY, type=KeyType.ED25519.value)
    return PublicKey(KeyType.ED25519, data)


def _secp256k1(data: bytes) -> PublicKey:
    if len(data) != 33:
        raise MalformedError(Code.BAD_KEY, type=KeyType.SECP256K1.value)
    key = PublicKey(KeyType.SECP256K1, data)
    signatures.load(key)
    return key


def _absolute(name: str, base: str) -> str:
    return base + name if name.startswith("#") else name


def _list(value: Json) -> list[Json]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

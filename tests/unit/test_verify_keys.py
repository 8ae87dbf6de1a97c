"""Whose key it is: documents, controllers, keys that ended, and keys published at addresses.

`CASES` is read by the agreement test, too: the page is held to the same.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from tests.world import World, did_document, did_url
from wallet import formats
from wallet.crypto import jose, multikey, signatures
from wallet.model import Format, KeyType
from wallet.report import Outcome, Question, Reason
from wallet.verify import issuer_metadata, keys, verify

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNKNOWN
NOW = World().now
TOKEN_KEYS = sorted(set(signatures.KEY_TYPES.values()))
BEFORE, AFTER = (NOW - timedelta(days=2)).isoformat(), (NOW + timedelta(days=2)).isoformat()


@dataclass
class Made:
    """A world of one case: what was issued, and the documents that are published."""

    world: World
    raw: bytes
    documents: dict[str, Any] = field(default_factory=dict)

    def answers(self) -> dict[Question, tuple[Outcome, Reason | None]]:
        for url, body in self.documents.items():
            self.world.publish(url, json.dumps(body).encode())
        report = verify(formats.read(self.raw), self.world.policy(), self.world, self.world.now)
        return {c.question: (c.outcome, c.reason) for c in report.checks}


Case = tuple[Callable[[], Made], Outcome, Outcome, Reason | None]


def did_web(change: Callable[[dict[str, Any]], None], form=Format.DATA_INTEGRITY, **claims) -> Made:
    """Return a credential by a did:web whose document was changed."""
    world = World()
    school = world.issuer("Web College", "web")
    document = did_document(school)
    raw = world.issue(school, form=form, **claims)
    change(document)
    return Made(world, raw, {did_url(school.id): document})


def method(**members: Any) -> Callable[[dict[str, Any]], None]:
    """Return a change of the only key of a document."""
    return lambda document: document["verificationMethod"][0].update(members)


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.pop(name)


def rotated(document: dict[str, Any]) -> None:
    new = f"{document['id']}#key-2"
    document["verificationMethod"][0]["id"] = new
    document["assertionMethod"] = document["authentication"] = [new]


OTHER = "did:web:other.example"


def under_another(*, listed: bool) -> Made:
    made = did_web(method(controller=OTHER))
    key = "did:web:web-college.example#key-1"
    made.documents[did_url(OTHER)] = {"id": OTHER, "assertionMethod": [key] if listed else []}
    return made


def by_own_did_key(*, same: bool) -> Made:
    world = World()
    party = world.parties[world.issuer("Web College", "web").id]
    other = world.learner("Other")
    return did_web(method(controller=multikey.did_key((party if same else other).public)))


ISSUER = "https://college.example/issuers/1"


def at_address(published: dict[str, Any], *, kid: str | None = None, **header: Any) -> Made:
    """Return a token of an https issuer, and what is published where."""
    world = World()
    school = world.issuer("College", "key", KeyType.P256)
    jwk = jose.jwk_of_key(school.public)
    stranger = jose.jwk_of_key(world.issuer("Stranger", "key", KeyType.P256).public)
    claims = world.claims(school) | {"issuer": {"id": ISSUER, "type": ["Profile"]}}
    head = {"alg": "ES256", "typ": "vc+jwt", **({"kid": kid} if kid else {}), **header}
    raw = jose.sign_compact(head, json.dumps(claims).encode(), sign=school.sign).encode()
    return Made(world, raw, _filled(published, jwk, stranger))


def _filled(value: Any, jwk: dict[str, str], stranger: dict[str, str]) -> Any:
    """Put the issuer's key for "JWK" and a stranger's for "OTHER", with the `kid` after a space."""
    if isinstance(value, dict):
        return {name: _filled(inner, jwk, stranger) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, jwk, stranger) for inner in value]
    if isinstance(value, str) and value.startswith(("JWK", "OTHER")):
        what, _, kid = value.partition(" ")
        return {**(jwk if what == "JWK" else stranger), **({"kid": kid} if kid else {})}
    return value


def of_many_methods() -> Made:
    """Return a token that names no key, of a did:web that lists more than are tried."""
    world = World()
    school = world.issuer("Web College", "web")
    document = did_document(school)
    [own], other = document["verificationMethod"], world.issuer("Stranger").public
    strange = own | {"publicKeyMultibase": multikey.encode_multikey(other)}
    many = [strange | {"id": f"{school.id}#other-{n}"} for n in range(keys.MAX_JWKS_KEYS)]
    document["verificationMethod"] = [*many, own]
    document["assertionMethod"] = [one["id"] for one in (*many, own)]
    payload = json.dumps(world.claims(school)).encode()
    raw = jose.sign_compact({"alg": "EdDSA", "typ": "vc+jwt"}, payload, sign=school.sign).encode()
    return Made(world, raw, {did_url(school.id): document})


def with_metadata(published: dict[str, Any], *, issuer=ISSUER, kid=None, **header: Any) -> Made:
    """Return an SD-JWT VC of an https issuer, and what is published where."""
    world = World()
    school = world.issuer("College", "key", KeyType.P256)
    jwk = jose.jwk_of_key(school.public)
    stranger = jose.jwk_of_key(world.issuer("Stranger", "key", KeyType.P256).public)
    raw = world.diploma(school, iss=issuer)
    jws = jose.parse_compact(raw.split(b"~")[0].decode())
    head = {"alg": "ES256", "typ": "dc+sd-jwt", **({"kid": kid} if kid else {}), **header}
    token = jose.sign_compact(_filled(head, jwk, stranger), jws.payload, sign=school.sign).encode()
    raw = b"~".join([token, *raw.split(b"~")[1:]])
    return Made(world, raw, _filled(published, jwk, stranger))


WELL_KNOWN = "https://college.example/.well-known/jwt-vc-issuer/issuers/1"
KEYS = "https://college.example/keys"
NONE = (UNKNOWN, UNKNOWN)
ENCRYPTING = {"kty": "OKP", "crv": "X25519", "x": "AAAA", "use": "enc"}
OF_ANOTHER_KIND = {"kty": "OKP", "crv": "Ed448", "x": "AAAA"}
MANY = [f"OTHER {n}" for n in range(keys.MAX_JWKS_KEYS)]

CASES: dict[str, Case] = {
    "a document": (lambda: did_web(lambda d: None), PASSED, PASSED, None),
    "another's document": (
        lambda: did_web(lambda d: d.update(id="did:web:other.example")),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "no assertion method": (
        lambda: did_web(drop("assertionMethod")),
        *(PASSED, FAILED, Reason.KEY_NOT_AUTHORISED),
    ),
    "a key for authentication only": (
        lambda: did_web(lambda d: d.update(assertionMethod=[])),
        *(PASSED, FAILED, Reason.KEY_NOT_AUTHORISED),
    ),
    "rotated out": (lambda: did_web(rotated), UNKNOWN, FAILED, Reason.KEY_NOT_FOUND),
    "revoked before": (
        lambda: did_web(method(revoked=BEFORE)),
        *(PASSED, FAILED, Reason.KEY_REVOKED),
    ),
    "expired before": (
        lambda: did_web(method(expires=BEFORE)),
        *(PASSED, FAILED, Reason.KEY_EXPIRED),
    ),
    "revoked since": (
        lambda: did_web(method(revoked=NOW.isoformat())),
        *(PASSED, PASSED, None),
    ),
    "to expire": (lambda: did_web(method(expires=AFTER)), PASSED, PASSED, None),
    "an end that cannot be read": (
        lambda: did_web(method(expires="soon")),
        *(PASSED, UNKNOWN, Reason.KEY_TIME_UNKNOWN),
    ),
    "an undated token, expired": (
        lambda: did_web(method(expires=BEFORE), Format.VC_JOSE),
        *(PASSED, UNKNOWN, Reason.KEY_TIME_UNKNOWN),
    ),
    "an undated token, to expire": (
        lambda: did_web(method(expires=AFTER), Format.VC_JOSE),
        *(PASSED, PASSED, None),
    ),
    "a dated token, revoked before": (
        lambda: did_web(method(revoked=BEFORE), Format.VC_JOSE, iat=int(NOW.timestamp())),
        *(PASSED, FAILED, Reason.KEY_REVOKED),
    ),
    "a dated token, revoked since": (
        lambda: did_web(method(revoked=BEFORE), Format.VC_JOSE, iat=1_700_000_000),
        *(PASSED, PASSED, None),
    ),
    "another's key that is listed there": (
        lambda: under_another(listed=True),
        PASSED,
        PASSED,
        None,
    ),
    "another's key that is not": (
        lambda: under_another(listed=False),
        *(PASSED, FAILED, Reason.KEY_OF_ANOTHER),
    ),
    "another's key, out of reach": (
        lambda: did_web(method(controller="did:web:nobody.example")),
        *(PASSED, UNKNOWN, Reason.KEY_UNREACHABLE),
    ),
    "a controller nobody can look up": (
        lambda: did_web(method(controller="did:ion:x")),
        *(PASSED, UNKNOWN, Reason.DID_METHOD_UNSUPPORTED),
    ),
    "a controller that is no address": (
        lambda: did_web(method(controller="the registrar")),
        *(PASSED, UNKNOWN, Reason.KEY_NOT_AUTHORISED),
    ),
    "a controller that is the key": (lambda: by_own_did_key(same=True), PASSED, PASSED, None),
    "a controller that is another key": (
        lambda: by_own_did_key(same=False),
        *(PASSED, FAILED, Reason.KEY_OF_ANOTHER),
    ),
    "JWKS at the issuer's address": (
        lambda: at_address({ISSUER: {"keys": ["OTHER a", "JWK b"]}}),
        *(PASSED, PASSED, None),
    ),
    "JWKS, named by its fragment": (
        lambda: at_address({ISSUER: {"keys": ["OTHER a", "JWK b"]}}, kid=f"{ISSUER}#b"),
        *(PASSED, PASSED, None),
    ),
    "JWKS, another named": (
        lambda: at_address({ISSUER: {"keys": ["OTHER a", "JWK b"]}}, kid=f"{ISSUER}#a"),
        *(FAILED, UNKNOWN, Reason.NOT_CHECKED),
    ),
    "JWKS, one for encryption beside it": (
        lambda: at_address({ISSUER: {"keys": [ENCRYPTING, "JWK"]}}),
        *(PASSED, PASSED, None),
    ),
    "JWKS, only the one for encryption": (
        lambda: at_address({ISSUER: {"keys": [ENCRYPTING]}}),
        *(UNKNOWN, FAILED, Reason.KEY_NOT_FOUND),
    ),
    "JWKS, one of another kind beside it": (
        lambda: at_address({ISSUER: {"keys": [OF_ANOTHER_KIND, "JWK"]}}),
        *(PASSED, PASSED, None),
    ),
    "JWKS, strange and of another kind": (
        lambda: at_address({ISSUER: {"keys": ["OTHER", OF_ANOTHER_KIND]}}),
        *(*NONE, Reason.KEY_UNSUPPORTED),
    ),
    "JWKS, strange and odd": (
        lambda: at_address({ISSUER: {"keys": ["OTHER", 5]}}),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "JWKS, strange and for encryption": (
        lambda: at_address({ISSUER: {"keys": ["OTHER", ENCRYPTING]}}),
        *(FAILED, UNKNOWN, Reason.NOT_CHECKED),
    ),
    "JWKS, the last of too many named": (
        lambda: at_address({ISSUER: {"keys": [*MANY, "JWK b"]}}, kid=f"{ISSUER}#b"),
        *(PASSED, PASSED, None),
    ),
    "JWKS, the last of too many": (
        lambda: at_address({ISSUER: {"keys": [*MANY, "JWK b"]}}),
        *(*NONE, Reason.TOO_COMPLEX),
    ),
    "JWKS, the first of too many": (
        lambda: at_address({ISSUER: {"keys": ["JWK b", *MANY]}}),
        *(PASSED, PASSED, None),
    ),
    "too many of a document": (
        of_many_methods,
        *(*NONE, Reason.TOO_COMPLEX),
    ),
    "a key that came along, the last of too many": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": [*MANY, "JWK b"]}}}, jwk="JWK"
        ),
        *(*NONE, Reason.TOO_COMPLEX),
    ),
    "metadata, the last of too many named": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": [*MANY, "JWK b"]}}}, kid="b"
        ),
        *(PASSED, PASSED, None),
    ),
    "metadata, the last of too many": (
        lambda: with_metadata({WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": [*MANY, "JWK b"]}}}),
        *(*NONE, Reason.TOO_COMPLEX),
    ),
    "metadata, strange and of another kind": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["OTHER", OF_ANOTHER_KIND]}}}
        ),
        *(*NONE, Reason.KEY_UNSUPPORTED),
    ),
    "JWK at the issuer's address": (
        lambda: at_address({ISSUER: "JWK"}, kid=ISSUER),
        *(PASSED, PASSED, None),
    ),
    "a strange key at the issuer's address": (
        lambda: at_address({ISSUER: "OTHER"}),
        *(FAILED, UNKNOWN, Reason.NOT_CHECKED),
    ),
    "JWK elsewhere, the issuer silent": (
        lambda: at_address({KEYS: "JWK", ISSUER: {"id": ISSUER, "type": "Profile"}}, kid=KEYS),
        *(PASSED, UNKNOWN, Reason.KEY_NOT_AUTHORISED),
    ),
    "JWK at a stranger's, the issuer silent": (
        lambda: at_address(
            {"https://x.example/": "JWK", ISSUER: {"id": ISSUER}}, kid="https://x.example/"
        ),
        *(PASSED, FAILED, Reason.KEY_OF_ANOTHER),
    ),
    "JWK elsewhere, the issuer out of reach": (
        lambda: at_address({KEYS: "JWK"}, kid=KEYS),
        *(PASSED, UNKNOWN, Reason.KEY_UNREACHABLE),
    ),
    "JWK elsewhere that the issuer lists": (
        lambda: at_address(
            {KEYS: "JWK", ISSUER: {"id": ISSUER, "assertionMethod": KEYS}}, kid=KEYS
        ),
        *(PASSED, PASSED, None),
    ),
    "metadata with keys": (
        lambda: with_metadata({WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["JWK"]}}}),
        *(PASSED, PASSED, None),
    ),
    "metadata with keys elsewhere": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks_uri": KEYS}, KEYS: {"keys": ["JWK"]}}
        ),
        *(PASSED, PASSED, None),
    ),
    "metadata, the key named": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["OTHER a", "JWK b"]}}}, kid="b"
        ),
        *(PASSED, PASSED, None),
    ),
    "metadata, another named": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["OTHER a", "JWK b"]}}}, kid="a"
        ),
        *(FAILED, UNKNOWN, Reason.NOT_CHECKED),
    ),
    "metadata without the key named": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["JWK b"]}}}, kid="c"
        ),
        *(UNKNOWN, FAILED, Reason.KEY_NOT_FOUND),
    ),
    "metadata of another": (
        lambda: with_metadata({WELL_KNOWN: {"issuer": f"{ISSUER}2", "jwks": {"keys": ["JWK"]}}}),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "metadata with keys twice": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["JWK"]}, "jwks_uri": KEYS}}
        ),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "metadata without keys": (
        lambda: with_metadata({WELL_KNOWN: {"issuer": ISSUER}}),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "metadata with keys at no address": (
        lambda: with_metadata({WELL_KNOWN: {"issuer": ISSUER, "jwks_uri": "http://x.example"}}),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "metadata out of reach": (lambda: with_metadata({}), *NONE, Reason.KEY_UNREACHABLE),
    "an issuer with a slash at its end": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": f"{ISSUER}/", "jwks": {"keys": ["JWK"]}}}, issuer=f"{ISSUER}/"
        ),
        *(PASSED, PASSED, None),
    ),
    "an issuer with a query": (
        lambda: with_metadata({}, issuer=f"{ISSUER}?x=1"),
        *(*NONE, Reason.KEY_MALFORMED),
    ),
    "a key that came along and is published": (
        lambda: with_metadata(
            {WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": ["OTHER", "JWK"]}}}, jwk="JWK"
        ),
        *(PASSED, PASSED, None),
    ),
    "a key that came along": (
        lambda: with_metadata({WELL_KNOWN: {"issuer": ISSUER, "jwks": {"keys": []}}}, jwk="JWK"),
        *(PASSED, UNKNOWN, Reason.KEY_UNREACHABLE),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_whose_key_it_is(name):
    make, signature, authority, reason = CASES[name]
    found = make().answers()
    assert found[Question.SIGNATURE][0] is signature
    assert found[Question.AUTHORITY] == (authority, reason)


@pytest.mark.parametrize("did", ["did:ion:EiA", "did:ethr:0xabc", "did:ebsi:z2", "did:sov:x"])
def test_kinds_of_did_that_are_not_known_are_never_guessed(did):
    world = World()
    school = world.issuer("School")
    claims = world.claims(school) | {"issuer": did}
    header = {"alg": "EdDSA", "kid": f"{did}#key-1"}
    raw = jose.sign_compact(header, json.dumps(claims).encode(), sign=school.sign).encode()
    found = Made(world, raw).answers()
    assert found[Question.SIGNATURE] == (UNKNOWN, Reason.DID_METHOD_UNSUPPORTED)
    assert found[Question.AUTHORITY] == (UNKNOWN, Reason.DID_METHOD_UNSUPPORTED)


# -- certificates ------------------------------------------------------------------------------


def certificate(party) -> bytes:
    """Return a certificate that a key gives itself, DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "College")])
    ed25519 = party.private.type is KeyType.ED25519
    key = (
        Ed25519PrivateKey.from_private_bytes(party.private.data)
        if ed25519
        else serialization.load_der_private_key(party.private.data, None)
    )
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    made = made.public_key(key.public_key())
    made = made.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    return made.sign(key, None if ed25519 else hashes.SHA256()).public_bytes(
        serialization.Encoding.DER
    )


def certified(key_type: KeyType, **claims: Any) -> Made:
    """Return an SD-JWT VC that only a certificate stands behind."""
    world = World()
    party = world.issuer("Certified", "key", key_type)
    payload = {"vct": "x", **claims}
    chain = [base64.b64encode(certificate(party)).decode()]
    return Made(world, world.sd_jwt(party, payload, kid="c-1", x5c=chain))


@pytest.mark.parametrize("key_type", TOKEN_KEYS)
@pytest.mark.parametrize("claims", [{}, {"iss": ISSUER}], ids=["no name", "an address"])
def test_a_certificate_shows_that_nothing_changed_and_not_who_it_was(key_type, claims):
    found = certified(key_type, **claims).answers()
    assert found[Question.SIGNATURE] == (PASSED, None)
    assert found[Question.AUTHORITY] == (UNKNOWN, Reason.CERTIFICATE_NOT_TRUSTED)
    assert found[Question.ISSUER] == (UNKNOWN, Reason.NOT_CHECKED)


def test_a_certificate_never_speaks_for_a_did():
    world = World()
    school = world.issuer("School")
    found = certified(KeyType.P256, iss=school.id).answers()
    assert found[Question.SIGNATURE][0] is not PASSED


def test_the_key_of_a_certificate_may_be_published():
    made = certified(KeyType.P256, iss=ISSUER)
    party = made.world.parties[next(iter(made.world.parties))]
    jwk = jose.jwk_of_key(party.public)
    made.documents[WELL_KNOWN] = {"issuer": ISSUER, "jwks": {"keys": [jwk | {"kid": "c-1"}]}}
    assert made.answers()[Question.AUTHORITY] == (PASSED, None)


@pytest.mark.parametrize("chain", ["x", [], [5], ["AAAA"], ["!"]])
def test_what_is_no_certificate(chain):
    world = World()
    raw = world.sd_jwt(world.issuer("School"), {"vct": "x", "iss": ISSUER}, kid="c", x5c=chain)
    assert Made(world, raw).answers()[Question.SIGNATURE][0] is UNKNOWN


@pytest.mark.parametrize(
    ("issuer", "address"),
    [
        ("https://a.example", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example/", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example:8443/x/y", "https://a.example:8443/.well-known/jwt-vc-issuer/x/y"),
    ],
)
def test_where_metadata_is(issuer, address):
    assert issuer_metadata.address_of(issuer) == address


def agreement_cases() -> Iterator[tuple[str, Made]]:
    """Yield what the page must say the same about."""
    for name, (make, *_) in CASES.items():
        yield f"key: {name}", make()
    for key_type in TOKEN_KEYS:
        yield f"certificate of {key_type}", certified(key_type)
        yield f"certificate of {key_type} and an address", certified(key_type, iss=ISSUER)

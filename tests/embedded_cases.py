"""Embedded proofs of every suite, good and odd, each with what is to be said of its signature.

One table for the desktop's verifier and for the page's.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from tests.world import SUITE_CONTEXTS, Party, World, did_document
from wallet.crypto import detached, did, jose, multikey
from wallet.formats import data_integrity, suites
from wallet.formats.contexts import SHARED
from wallet.model import KeyType
from wallet.report import Outcome, Reason

NO, OPEN = Outcome.FAILED, Outcome.UNKNOWN
GOOD = (Outcome.PASSED, None)
MALFORMED = (NO, Reason.PROOF_MALFORMED)
ALTERED = (NO, Reason.ALTERED)
UNSUPPORTED = (OPEN, Reason.PROOF_UNSUPPORTED)
UNREADABLE = (OPEN, Reason.JSONLD_UNSUPPORTED)

KINDS = [
    (suite, key_type)
    for suite in suites.SUITES.values()
    for key_type in suite.algorithms
    if key_type is not KeyType.BLS12381G2  # the page does without: test_vectors_bbs
]
BIG = 2**53 + 1  # the first integer that no double holds


class Case(NamedTuple):
    """A credential, and the outcome and reason of its signature."""

    name: str
    document: dict[str, Any]
    expected: tuple[Outcome, Reason | None]

    @property
    def raw(self) -> bytes:
        return json.dumps(self.document, ensure_ascii=False).encode()


def cases(world: World) -> Iterator[Case]:
    """Yield every case; the issuers are of this world."""
    parties = {
        key_type: world.issuer(f"School {key_type}", "web", key_type)
        for key_type in KeyType
        if key_type is not KeyType.BLS12381G2
    }
    yield from _good_and_altered(world, parties)
    yield from _other_keys(world, parties)
    yield from _odd_jws(world, parties[KeyType.ED25519])
    yield from _odd_values(world, parties)
    yield from _over_json(world, parties[KeyType.ED25519])
    yield from _numbers(world, parties[KeyType.P256])
    yield from _older_keys(world)
    yield from _sets(world, parties)
    yield from _chains(world, parties)


def issued(world: World, party: Party, suite: str, **more: Any) -> dict[str, Any]:
    """Return a credential of a suite, read."""
    document: dict[str, Any] = json.loads(world.issue(party, suite=suite, **more))
    return document


def proved(document: Mapping[str, Any], party: Party, suite: str, **options: Any) -> dict[str, Any]:
    """Return one proof over a document as it is; `options` overrule what it would say."""
    kind = suites.SUITES[suite]
    own = {"type": suite} if kind.older else {"type": "DataIntegrityProof", "cryptosuite": suite}
    own |= {"verificationMethod": party.method, "proofPurpose": "assertionMethod"}
    own |= options
    (proof,) = data_integrity.proofs({"proof": own})
    hash_name = kind.hash_name(party.private.type)
    data = data_integrity.options_hash(document, proof, SHARED, hash_name=hash_name)
    data += data_integrity.document_hash(document, proof, SHARED, hash_name=hash_name)
    if kind.jws:
        return own | {"jws": detached.sign(party.algorithm, data, sign=party.sign)}
    return own | {"proofValue": "z" + multikey.encode_base58btc(party.sign(data))}


def _good_and_altered(world: World, parties: Mapping[KeyType, Party]) -> Iterator[Case]:
    for suite, key_type in KINDS:
        name = f"{suite.name} {key_type}"
        document = issued(world, parties[key_type], suite.name)
        yield Case(name, document, GOOD)
        yield Case(f"{name}, altered", document | {"name": "Welding Level 2"}, ALTERED)
        proof = document["proof"] | {"created": "2020-01-01T00:00:00Z"}
        yield Case(f"{name}, at another time", document | {"proof": proof}, ALTERED)
        for purpose in ("proofPurpose", "verificationMethod"):
            less = {name: value for name, value in document["proof"].items() if name != purpose}
            expected = ALTERED if purpose == "proofPurpose" else (OPEN, Reason.KEY_MALFORMED)
            yield Case(f"{name}, without {purpose}", document | {"proof": less}, expected)
        if suite.selective:
            continue  # its proofs are not made by `proved`
        ended = document | {"proof": proved(document, parties[key_type], suite.name, **ENDED)}
        yield Case(f"{name}, ended", ended, (NO, Reason.PROOF_EXPIRED))


ENDED = {"expires": "2020-01-01T00:00:00Z"}


def _other_keys(world: World, parties: Mapping[KeyType, Party]) -> Iterator[Case]:
    """A key of a type that the suite does not take, or that its header does not name."""
    for suite, key_type in KINDS:
        for other, party in parties.items():
            if other is key_type or (other in suite.algorithms and not suite.jws):
                continue
            document = issued(world, parties[key_type], suite.name)
            document["proof"]["verificationMethod"] = party.method
            name = f"{suite.name} by {key_type} under {other}"
            yield Case(name, document, (NO, Reason.KEY_UNSUPPORTED))
    document = issued(world, parties[KeyType.P256], suites.ECDSA_RDFC_2019)
    document["proof"]["verificationMethod"] = parties[KeyType.P384].method
    yield Case("ecdsa-rdfc-2019 by P-256 under P-384", document, ALTERED)


def _odd_jws(world: World, party: Party) -> Iterator[Case]:
    usual = {"alg": "EdDSA", "b64": False, "crit": ["b64"]}
    headers: list[tuple[dict[str, Any], tuple[Outcome, Reason | None]]] = [
        ({}, GOOD),
        ({"kid": party.method, "typ": "JWT"}, GOOD),
        ({"alg": "none"}, MALFORMED),
        ({"alg": "None"}, MALFORMED),
        ({"alg": None}, MALFORMED),
        ({"alg": "ES512"}, UNSUPPORTED),
        ({"alg": "Ed25519"}, UNSUPPORTED),
        ({"alg": "HS256"}, UNSUPPORTED),
        ({"alg": "ES256"}, UNSUPPORTED),
        ({"b64": True}, MALFORMED),
        ({"b64": 0}, MALFORMED),
        ({"b64": "false"}, MALFORMED),
        ({"crit": []}, MALFORMED),
        ({"crit": "b64"}, MALFORMED),
        ({"crit": ["b64", "b64"]}, MALFORMED),
        ({"crit": ["b64", "exp"]}, MALFORMED),
        ({"jwk": jose.jwk_of_key(party.public)}, MALFORMED),
        ({"x5c": []}, MALFORMED),
    ]
    document = issued(world, party, suites.ED25519_SIGNATURE_2018)
    (proof,) = data_integrity.proofs(document)
    data = data_integrity.options_hash(document, proof, SHARED)
    data += data_integrity.document_hash(document, proof, SHARED)

    def with_jws(text: str) -> dict[str, Any]:
        return document | {"proof": document["proof"] | {"jws": text}}

    for change, expected in headers:
        head = jose.encode_base64url(json.dumps(usual | change).encode())
        signature = jose.encode_base64url(party.sign(head.encode() + b"." + data))
        yield Case(f"detached with {change}", with_jws(f"{head}..{signature}"), expected)
    good = document["proof"]["jws"]
    for name, text in {
        "no text": "",
        "a payload": good.replace("..", ".AAAA."),
        "four parts": f"{good}.AA",
        "no signature": good.rpartition(".")[0] + ".",
        "padding": f"{good}=",
        "a long header": "A" * 3000 + good,
        "a header that is a list": f"W10{good[good.index('.') :]}",
    }.items():
        expected = ALTERED if name == "no signature" else MALFORMED
        yield Case(f"detached with {name}", with_jws(text), expected)
    yield Case("detached, none", document | {"proof": document["proof"] | {"jws": None}}, MALFORMED)


def _odd_values(world: World, parties: Mapping[KeyType, Party]) -> Iterator[Case]:
    document = issued(world, parties[KeyType.P384], suites.ECDSA_JCS_2019)
    signature = multikey.decode_multibase(document["proof"]["proofValue"])
    for name, data in {
        "short": signature[:64],
        "shorter": signature[:63],
        "long": signature + b"\0",
        "zero": bytes(96),
        "another": bytes([*signature[:-1], signature[-1] ^ 1]),
    }.items():
        expected = MALFORMED if name in ("shorter", "long") else ALTERED
        value = "z" + multikey.encode_base58btc(data)
        proof = document["proof"] | {"proofValue": value}
        yield Case(f"ecdsa value, {name}", document | {"proof": proof}, expected)
    base64 = document["proof"] | {"proofValue": "u" + jose.encode_base64url(signature)}
    yield Case("ecdsa value in base64url", document | {"proof": base64}, MALFORMED)
    # A type and a suite that do not go together, and members that belong to another suite.
    document = issued(world, parties[KeyType.ED25519], suites.EDDSA_RDFC_2022)
    for change, expected in (
        ({"type": "eddsa-rdfc-2022"}, UNSUPPORTED),
        ({"type": "eddsa-jcs-2022"}, UNSUPPORTED),
        ({"cryptosuite": "Ed25519Signature2020"}, UNSUPPORTED),
        ({"cryptosuite": "JsonWebSignature2020"}, UNSUPPORTED),
        ({"cryptosuite": "eddsa-jcs-2022"}, ALTERED),
        ({"jws": "x"}, UNSUPPORTED),
        ({"signatureValue": "x"}, UNSUPPORTED),
        ({"proofValue": {"id": "x"}}, MALFORMED),
        ({"proofPurpose": ["assertionMethod"]}, MALFORMED),
        ({"domain": [["x"]]}, MALFORMED),
    ):
        changed = document | {"proof": document["proof"] | change}
        yield Case(f"proof with {change}", changed, expected)
    yield from _more_members(world, parties[KeyType.ED25519])


def _more_members(world: World, party: Party) -> Iterator[Case]:
    """Proofs, all of them signed so, with what is in no suite's definition or spelled out."""
    node = {"id": party.method}
    older = ({"creator": party.method}, {"capability": "urn:x:y"})  # terms of its time
    whole = node | {"type": "Ed25519VerificationKey2018", "controller": party.id}
    key = {"verificationMethod": whole}
    more = {"https://example.org/x": "y"}
    for suite, given in (
        (suites.ED25519_SIGNATURE_2018, (*older, key, more)),
        (suites.EDDSA_RDFC_2022, ({"verificationMethod": node}, more)),
    ):
        document = issued(world, party, suite)
        for options in given:
            proof = proved(document, party, suite, **options)
            yield Case(f"{suite} with {options}", document | {"proof": proof}, UNSUPPORTED)


def _over_json(world: World, party: Party) -> Iterator[Case]:
    """What a signature over JSON covers, and what it does not."""
    suite = suites.EDDSA_JCS_2022
    claims = world.claims(party)

    def by(claims: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        own = {"@context": claims["@context"]} | options
        return {**claims, "proof": proved(claims, party, suite, **own)}

    yield Case("json: a term that no context defines", by(claims | {"gradePoint": "4.0"}), GOOD)
    good = by(claims)
    yield Case("json: a term added", good | {"gradePoint": "4.0"}, ALTERED)
    texts = {"name": '\u0000\u007f\u2028"\\/\u00e9\U0001f600', "\U0001f600": 1, "\uff01": 2}
    yield Case("json: texts and keys of every kind", by(claims | texts), GOOD)
    yield Case("json: a list in a list", by(claims | {"tags": [["a", ["b"]], []]}), GOOD)
    yield Case("json: in another order", dict(reversed(good.items())), GOOD)
    own = {name: value for name, value in good.items() if name != "proof"}
    bare = own | {"proof": proved(own, party, suite)}
    yield Case("json: the proof names no context", bare, GOOD)
    more = [*claims["@context"], {"name": "https://schema.org/legalName"}]
    yield Case("json: a context behind the signed ones", good | {"@context": more}, UNREADABLE)
    known = [*claims["@context"], "https://w3id.org/security/v2"]
    yield Case("json: a known one behind them", good | {"@context": known}, UNREADABLE)
    for name, context in {
        "before": ["https://w3id.org/security/v2", *claims["@context"]],
        "fewer": claims["@context"][:1],
        "another": ["https://www.w3.org/2018/credentials/v1"],
        "none": None,
    }.items():
        expected = (NO, Reason.JSONLD_INVALID)
        yield Case(f"json: contexts, {name}", good | {"@context": context}, expected)
    inline = claims | {"@context": [*claims["@context"], {"@version": 1.1, "@protected": True}]}
    signed = by(inline)
    yield Case("json: an inline context", signed, GOOD)
    loose = json.loads(json.dumps(signed))
    loose["@context"][-1]["@protected"] = 1
    yield Case("json: 1 is not true", loose, (NO, Reason.JSONLD_INVALID))
    one = claims | {"@context": "https://www.w3.org/ns/credentials/v2"}
    yield Case("json: one context", by(one), GOOD)
    listed = by(one) | {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    yield Case("json: one context, now in a list", listed, UNREADABLE)
    yield Case("json: a member of its own", by(claims, comment={"a": [1]}), GOOD)
    added = good | {"proof": good["proof"] | {"comment": "x"}}
    yield Case("json: a member added", added, ALTERED)
    yield Case("json: jws beside", good | {"proof": good["proof"] | {"jws": "x"}}, ALTERED)
    odd = by(claims, expires=["x"])
    yield Case("json: an end that is no time", odd, MALFORMED)


def _numbers(world: World, party: Party) -> Iterator[Case]:
    suite = suites.ECDSA_JCS_2019
    claims = world.claims(party)
    for value in (0, -1, 2**53, -(2**53), 2**60, 10**20, 1.5, 1e21, 1e-7, 5e-324, 4.0, -0.0):
        document = {**claims, "credits": value, "deep": {"x": [value]}}
        document["proof"] = proved(document, party, suite)
        yield Case(f"number {value}", document, GOOD)
    for place in ("credits", "deep", "list", "proof"):
        document = {**claims, "credits": 1, "deep": {"x": 1}, "list": [[1]]}
        value: Any = {"deep": {"x": BIG - 1}, "list": [[BIG - 1]]}.get(place, BIG - 1)
        if place == "proof":
            proof = proved(document, party, suite, count=BIG - 1)
            document["proof"] = proof | {"count": BIG}
        else:
            proof = proved(document | {place: value}, party, suite)
            changed = {"deep": {"x": BIG}, "list": [[BIG]]}.get(place, BIG)
            document |= {place: changed, "proof": proof}
        yield Case(f"an integer that no double holds in {place}", document, UNREADABLE)


def _older_keys(world: World) -> Iterator[Case]:
    """Keys published under the verification methods of their time."""
    ed25519 = world.issuer("Old School", "web")
    k256 = world.issuer("Old K256 School", "web", KeyType.SECP256K1)
    rsa = world.issuer("Old Rsa School", "web", KeyType.RSA)
    p384 = world.issuer("Old P384 School", "web", KeyType.P384)
    body = base64.encodebytes(rsa.public.data).decode()
    pem = f"-----BEGIN PUBLIC KEY-----\n{body}-----END PUBLIC KEY-----\n"
    written: list[tuple[Party, str, str, dict[str, Any]]] = [
        (ed25519, suites.ED25519_SIGNATURE_2018, "Ed25519VerificationKey2018",
         {"publicKeyBase58": multikey.encode_base58btc(ed25519.public.data)}),
        (k256, suites.SECP256K1_SIGNATURE_2019, "EcdsaSecp256k1VerificationKey2019",
         {"publicKeyBase58": multikey.encode_base58btc(k256.public.data)}),
        (k256, suites.SECP256K1_SIGNATURE_2019, "EcdsaSecp256k1VerificationKey2019",
         {"publicKeyJwk": jose.jwk_of_key(k256.public)}),
        (rsa, suites.RSA_SIGNATURE_2018, "RsaVerificationKey2018", {"publicKeyPem": pem}),
        (p384, suites.JSON_WEB_SIGNATURE_2020, "JsonWebKey2020",
         {"publicKeyJwk": jose.jwk_of_key(p384.public)}),
    ]  # fmt: skip
    for number, (party, suite, kind, material) in enumerate(written):
        own = replace(
            party, id=f"did:web:old-{number}.example", method=f"did:web:old-{number}.example#k"
        )
        entry = {"id": own.method, "type": kind, "controller": own.id, **material}
        world.documents[did.document_url(own.id)] = json.dumps(
            did_document(own) | {"verificationMethod": [entry]}
        ).encode()
        yield Case(f"{suite} under {kind} {number}", issued(world, own, suite), GOOD)
        broken = replace(own, id=f"{own.id}:x", method=f"{own.id}:x#k")
        entry |= {"id": broken.method} | dict.fromkeys(material, "3yQ")
        world.documents[did.document_url(broken.id)] = json.dumps(
            did_document(broken) | {"verificationMethod": [entry]}
        ).encode()
        expected = (OPEN, Reason.KEY_MALFORMED)
        yield Case(f"{suite} under {kind} {number}, broken", issued(world, broken, suite), expected)


def _sets(world: World, parties: Mapping[KeyType, Party]) -> Iterator[Case]:
    """Several proofs by one issuer, of suites of every kind."""
    school, p384 = parties[KeyType.ED25519], parties[KeyType.P384]
    claims = world.claims(school)
    claims["@context"] = [*claims["@context"], SUITE_CONTEXTS[suites.JSON_WEB_SIGNATURE_2020]]
    made = [
        proved(claims, school, suites.EDDSA_RDFC_2022),
        proved(claims, school, suites.EDDSA_JCS_2022),
        proved(claims, p384, suites.ECDSA_RDFC_2019),
        proved(claims, p384, suites.ECDSA_JCS_2019),
        proved(claims, school, suites.ED25519_SIGNATURE_2018),
        proved(claims, p384, suites.JSON_WEB_SIGNATURE_2020),
    ]
    yield Case("a set of six suites", claims | {"proof": made}, GOOD)
    yield Case("the set backwards", claims | {"proof": made[::-1]}, GOOD)
    yield Case("fewer of the set", claims | {"proof": made[1:3]}, GOOD)
    for position in range(len(made)):
        broken = deepcopy(made)
        broken[position]["created"] = "2020-01-01T00:00:00Z"
        yield Case(f"a set, {position} altered", claims | {"proof": broken}, ALTERED)
    unknown = {"type": "DataIntegrityProof", "cryptosuite": "x-2030", "proofValue": "z"}
    yield Case("a set with one unknown", claims | {"proof": [unknown, *made]}, GOOD)
    # A term that no context defines is covered by the one kind and not by the other.
    more = claims | {"gradePoint": "4.0"}
    over_json = proved(more, school, suites.EDDSA_JCS_2022)
    yield Case("only json", more | {"proof": over_json}, GOOD)
    mixed = more | {"proof": [over_json, made[0]]}
    yield Case("json and statements", mixed, (NO, Reason.TERM_NOT_SIGNED))


def _chains(world: World, parties: Mapping[KeyType, Party]) -> Iterator[Case]:
    school, p256 = parties[KeyType.ED25519], parties[KeyType.P256]
    claims = world.claims(school)
    names = [f"urn:uuid:0f6b1c1e-6a0c-4ab7-9d2e-1b8f6a6f000{n}" for n in range(4)]

    def link(over: list[dict[str, Any]], party: Party, suite: str, **more: Any) -> dict[str, Any]:
        return proved(claims | {"proof": over}, party, suite, **more)

    for first_suite in (suites.EDDSA_RDFC_2022, suites.EDDSA_JCS_2022):
        for suite in (suites.ECDSA_RDFC_2019, suites.ECDSA_JCS_2019):
            what = f"chain of {first_suite} and {suite}"
            first = link([], school, first_suite, id=names[0])
            after = link([first], p256, suite, id=names[1], previousProof=names[0])
            third = link([first, after], school, first_suite, id=names[2], previousProof=names[:2])
            chain = [first, after, third]
            yield Case(what, claims | {"proof": chain}, GOOD)
            yield Case(f"{what}, turned", claims | {"proof": [third, first, after]}, GOOD)
            yield Case(f"{what}, its start alone", claims | {"proof": first}, GOOD)
            yield Case(f"{what}, its start gone", claims | {"proof": chain[1:]}, MALFORMED)
            yield Case(f"{what}, a link gone", claims | {"proof": [first, third]}, MALFORMED)
            replaced = link([], school, first_suite, id=names[0], created="2026-01-01T00:00:00Z")
            yield Case(f"{what}, replaced", claims | {"proof": [replaced, after]}, ALTERED)
            twice = [first, replaced, after]
            yield Case(f"{what}, twice the same id", claims | {"proof": twice}, MALFORMED)
            unchained = {name: value for name, value in after.items() if name != "previousProof"}
            yield Case(f"{what}, unchained", claims | {"proof": [first, unchained]}, ALTERED)
    for suite in (suites.EDDSA_RDFC_2022, suites.EDDSA_JCS_2022):
        first = link([], school, suite, id=names[0])
        for what, previous in {
            "itself": names[0],
            "itself among others": [names[1], names[0]],
            "one that is not there": names[3],
            "one twice": [names[1], names[1]],
        }.items():
            odd = first | {"previousProof": previous}
            other = link([], school, suite, id=names[1])
            yield Case(f"{suite} after {what}", claims | {"proof": [odd, other]}, MALFORMED)
        ring = [first | {"id": names[n], "previousProof": names[(n + 1) % 3]} for n in range(3)]
        yield Case(f"{suite} in a circle", claims | {"proof": ring}, MALFORMED)
        tail = first | {"id": names[3], "previousProof": names[0]}
        yield Case(f"{suite} behind a circle", claims | {"proof": [tail, *ring]}, ALTERED)

"""Targets for what shows a credential in parts, and for lists of issuers."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256

from fuzz.oracles import NOW, FindingError, refused, same, taken
from tests.world import World
from wallet import formats
from wallet.crypto import cbor, jose, signatures, strictjson
from wallet.formats import bbs_2023, data_integrity, ecdsa_sd, ecdsa_sd_base, registry, sd_jwt
from wallet.formats.contexts import SHARED
from wallet.model import Credential, KeyType
from wallet.net.saved import Offline
from wallet.report import Outcome, Question
from wallet.verify import Policy, verify


def fuzz_sdjwt(data: bytes) -> None:
    """SD-JWTs; an object is made into one whose disclosures are those that its payload names.

    Whatever is taken apart can be shown whole, in parts and not at all, and says the same.
    """
    raw = _sd_jwt(data)
    token = taken(sd_jwt.parse, raw)
    if token is None or token.unsigned:
        return
    whole = sd_jwt.parse(sd_jwt.select(raw, [one.digest for one in token.disclosures]))
    same(whole.payload, token.payload, "all of it shown")
    none = sd_jwt.parse(sd_jwt.select(raw, []))
    same(none.disclosures, (), "none of it shown")
    for one in token.disclosures[:3]:
        some = sd_jwt.parse(sd_jwt.select(raw, [one.digest]))
        same([part.digest for part in some.disclosures if part.digest == one.digest],
             [one.digest], "a part shown")  # fmt: skip


def _sd_jwt(data: bytes) -> bytes:
    given = taken(strictjson.parse_object, data)
    if given is None or not isinstance(given.get("disclosures"), list):
        return data
    payload, texts = json.dumps(given.get("payload", {})), []
    for number, disclosure in enumerate(given["disclosures"][:20]):
        # A later one may name an earlier one's digest.
        text = json.dumps(disclosure)
        for earlier, other in enumerate(texts):
            text = text.replace(f'"#{earlier}"', f'"{_digest(other)}"')
        texts.append(jose.encode_base64url(text.encode("utf-8", "replace")))
        payload = payload.replace(f'"#{number}"', f'"{_digest(texts[-1])}"')
    head = jose.encode_base64url(json.dumps(given.get("header", {})).encode("utf-8", "replace"))
    body = jose.encode_base64url(payload.encode("utf-8", "replace"))
    return "~".join((f"{head}.{body}.{jose.encode_base64url(bytes(64))}", *texts, "")).encode()


def _digest(disclosure: str) -> str:
    return jose.encode_base64url(sha256(disclosure.encode("ascii")).digest())


def fuzz_cbor(data: bytes) -> None:
    """CBOR has one encoding: what decodes is encoded to the same bytes again."""
    item = taken(cbor.decode, data)
    if item is not None:
        same(cbor.encode(item), data, "encoded again")
    for suite in ("ecdsa-sd-2023", "bbs-2023"):
        value = "u" + jose.encode_base64url(data)
        (proof,) = data_integrity.proofs(
            {"proof": {"type": "DataIntegrityProof", "cryptosuite": suite, "proofValue": value}}
        )
        module = ecdsa_sd if suite == "ecdsa-sd-2023" else bbs_2023
        read = taken(module.read_value, proof)
        if read is not None:
            same(module.write_value(read), value, f"{suite} value written again")


def fuzz_selective(data: bytes) -> None:
    """Whatever parts of a good credential are chosen: they hold, or are refused."""
    base = _base()
    shown = data.decode("utf-8", "replace").split("\n")[:20]
    derived = taken(ecdsa_sd_base.derive, base.claims, base.proofs[0], shown, SHARED)
    if derived is None:
        return
    found = formats.read(json.dumps(derived).encode())
    if not isinstance(found, Credential):
        raise FindingError("what was derived is no credential")
    answer = verify(found, Policy(), Offline(), NOW)[Question.SIGNATURE]
    same(answer.outcome, Outcome.PASSED, f"what was derived: {answer.reason}")


@cache
def _base() -> Credential:
    world = World(NOW)
    issuer = world.issuer("Fuzz College", key_type=KeyType.P256)
    claims = world.claims(issuer, subject="did:example:1", ends=NOW)
    claims["evidence"] = [{"type": ["Evidence"], "name": name} for name in ("A", "A", "B")]
    made = ecdsa_sd_base.create(
        claims,
        method=issuer.method,
        sign=issuer.sign,
        created=NOW,
        mandatory=["/issuer", "/validFrom", "/credentialSubject/id"],
        hmac_key=bytes(32),
        proof_key=signatures.generate(KeyType.P256),
        contexts=SHARED,
    )
    found = formats.read(json.dumps(made).encode())
    if not isinstance(found, Credential):
        raise FindingError("the base is no credential")
    return found


def fuzz_registry(data: bytes) -> None:
    """Lists of issuers, catalogues of lists, lists of what was withdrawn."""
    for read in (registry.read, registry.read_dcc, registry.read_catalogue):
        with refused:
            read(data)

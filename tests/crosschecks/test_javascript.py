"""Embedded proofs, both ways, beside the JavaScript libraries, with keys made for each test."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.crosschecks.answers import holds, is_broken, read, renamed, text_of
from wallet import formats
from wallet.crypto import bbs, multikey, signatures
from wallet.formats import bbs_2023, ecdsa_sd_base, suites
from wallet.formats.contexts import SHARED
from wallet.model import KeyType, Presentation, PublicKey
from wallet.net.saved import Offline
from wallet.report import Outcome, Question
from wallet.share import presentation
from wallet.verify import Policy, verify_presentation

WHOLE = [
    ("Ed25519Signature2020", "Ed25519"),
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]
MANDATORY = ["/issuer", "/validFrom"]
SHOWN = ["/credentialSubject/achievement/name"]
PAGE = "https://page.example/"
whole = pytest.mark.parametrize(("suite", "kind"), WHOLE)


def claims_of(world, key, **more):
    """An Open Badges 3.0 credential by whoever holds a key over there."""
    issuer = world.issuer("Somebody Else")
    issuer.id, issuer.method = key["id"], key["method"]
    return world.claims(issuer, subject=world.learner().id, **more)


def signed_there(javascript, world, suite, kind):
    key = javascript.ask("key", kind=kind)
    given = {"by": key["id"], "suite": suite, "document": claims_of(world, key)}
    return javascript.made("sign", **given, mandatory=MANDATORY)


def signed_here(world, suite, kind):
    issuer = world.issuer(f"College of {kind}", key_type=KeyType(kind))
    return issuer, json.loads(world.issue(issuer, suite=suite))


def verdict(javascript, world, document):
    answer = javascript.ask("verify", document=document, now=world.now.isoformat())
    assert answer["tried"] == []
    return answer


# -- whole credentials -------------------------------------------------------------------


@whole
def test_what_they_sign_holds_here(javascript, world, suite, kind):
    document = signed_there(javascript, world, suite, kind)
    assert holds(document, world.now)
    assert is_broken(renamed(document), world.now)


@whole
def test_what_we_sign_holds_there(javascript, world, suite, kind):
    _, document = signed_here(world, suite, kind)
    assert verdict(javascript, world, document)["verified"]
    assert not verdict(javascript, world, renamed(document))["verified"]


@pytest.mark.parametrize("suite", ["Ed25519Signature2020", "eddsa-rdfc-2022"])
def test_what_we_sign_holds_for_the_verifier_of_the_dcc(javascript, world, suite):
    _, document = signed_here(world, suite, "Ed25519")
    answer = javascript.ask("verifier-core", document=document)
    valid = {step["id"]: step["valid"] for step in answer["log"]}
    assert valid["valid_signature"]
    assert valid["expiration"]
    altered = javascript.ask("verifier-core", document=renamed(document))
    assert [error["name"] for error in altered["errors"]] == ["invalid_signature"]


def test_what_has_ended_has_ended_there_too(javascript, world):
    key = javascript.ask("key", kind="Ed25519")
    ended = claims_of(world, key, ends=world.now - timedelta(days=1))
    document = javascript.made("sign", by=key["id"], suite="eddsa-rdfc-2022", document=ended)
    assert not holds(document, world.now)
    assert holds(document, world.now - timedelta(days=2))
    assert not verdict(javascript, world, document)["verified"]


# -- selective disclosure ----------------------------------------------------------------


SELECTIVE = {"ecdsa-sd-2023": "P-256", "bbs-2023": "BLS12-381"}
selective = pytest.mark.parametrize("suite", SELECTIVE)
MADE = {"created": None, "mandatory": MANDATORY, "hmac_key": bytes(range(32)), "contexts": SHARED}


def base_here(world, suite="ecdsa-sd-2023"):
    made = {**MADE, "created": world.now}
    if suite == "bbs-2023":
        secret = bytes(31) + b"\x07"
        issuer = world.issuer("College of BBS")
        issuer.id = multikey.did_key(PublicKey(KeyType.BLS12381G2, bbs.public_key_of(secret)))
        claims = world.claims(issuer, subject=world.learner().id)
        method = multikey.did_key_method(issuer.id)
        return bbs_2023.create(claims, method=method, secret=secret, **made)
    issuer = world.issuer("College of P-256", key_type=KeyType.P256)
    return ecdsa_sd_base.create(
        world.claims(issuer, subject=world.learner().id),
        method=issuer.method,
        sign=issuer.sign,
        proof_key=signatures.generate(KeyType.P256),
        **made,
    )


def base_there(javascript, world, suite):
    return signed_there(javascript, world, suite, SELECTIVE[suite])


def derived_here(base):
    (proof,) = read(base).proofs
    module = bbs_2023 if proof.suite == "bbs-2023" else ecdsa_sd_base
    return module.derive(base, proof, SHOWN, SHARED)


def derived_there(javascript, base):
    return javascript.made("derive", document=base, pointers=SHOWN)


@selective
@pytest.mark.parametrize("issuer", ["here", "there"])
@pytest.mark.parametrize("holder", ["here", "there"])
def test_parts_hold_here_and_there_whoever_issued_and_whoever_chose(
    javascript, world, suite, issuer, holder
):
    base = base_here(world, suite) if issuer == "here" else base_there(javascript, world, suite)
    derived = derived_here(base) if holder == "here" else derived_there(javascript, base)
    achievement = derived["credentialSubject"]["achievement"]
    assert "name" in achievement
    assert "description" not in achievement
    assert holds(derived, world.now)
    assert verdict(javascript, world, derived)["verified"]
    assert is_broken(renamed(derived), world.now)
    assert not verdict(javascript, world, renamed(derived))["verified"]


@selective
def test_both_holders_choose_the_same_parts(javascript, world, suite):
    base = base_there(javascript, world, suite)
    here, there = derived_here(base), derived_there(javascript, base)
    del here["proof"]["proofValue"], there["proof"]["proofValue"]
    assert here == there


# -- presentations -----------------------------------------------------------------------


@whole
def test_what_they_present_holds_here(javascript, world, suite, kind):
    credential = signed_there(javascript, world, "eddsa-rdfc-2022", "Ed25519")
    holder = javascript.ask("key", kind=kind)
    given = {"by": holder["id"], "challenge": "c-1", "domain": "https://page.example"}
    document = javascript.made("present", suite=suite, credentials=[credential], **given)
    found = formats.read(text_of(document))
    assert isinstance(found, Presentation)
    report = verify_presentation(found, Policy(), Offline(), world.now)
    assert report.presentation[Question.SIGNATURE].outcome is Outcome.PASSED
    assert report.presentation[Question.AUTHORITY].outcome is Outcome.PASSED
    assert report.credentials[0][Question.SIGNATURE].outcome is Outcome.PASSED
    altered = formats.read(text_of({**document, "holder": "did:example:other"}))
    again = verify_presentation(altered, Policy(), Offline(), world.now)
    assert again.presentation[Question.SIGNATURE].outcome is Outcome.FAILED


@pytest.mark.parametrize("version", ["1.1", "2.0", "derived"])
def test_what_the_wallet_presents_holds_there(javascript, world, version):
    holder = world.learner()
    issuer = world.issuer("Fuzz College")
    if version == "derived":
        raw = text_of(derived_here(base_here(world)))
    elif version == "1.1":
        raw = world.secure(issuer, _older(world, issuer), suite="Ed25519Signature2020")
    else:
        raw = world.issue(issuer, subject=holder.id)
    terms = presentation.Terms(
        holder=holder.id,
        page=PAGE,
        audience=None,
        name="For Example Ltd",
        created=world.now - timedelta(minutes=1),
        expires=world.now + timedelta(days=7),
        challenge=b"0123456789abcdef",
    )
    document = json.loads(presentation.build([read(json.loads(raw))], terms, keys=world))
    given = {
        "challenge": document["proof"]["challenge"],
        "domain": "https://page.example",
        "now": world.now.isoformat(),
    }
    answer = javascript.ask("verify presentation", document=document, **given)
    assert answer["verified"], answer
    assert answer["tried"] == []
    for wrong in (
        {"document": renamed(document)},
        {"document": {**document, "name": "For Another Ltd"}},
        {"document": document, "challenge": "another"},
        {"document": document, "domain": "https://other.example"},
    ):
        assert not javascript.ask("verify presentation", **{**given, **wrong})["verified"], wrong


def _older(world, issuer):
    """Claims of the data model 1.1."""
    claims = world.claims(issuer, subject=world.learner().id)
    claims["@context"] = ["https://www.w3.org/2018/credentials/v1", claims["@context"][1]]
    claims["issuanceDate"] = claims.pop("validFrom")
    return claims


def test_a_suite_list_is_complete(javascript):
    """Every suite that this version checks is cross-checked above, under whatever name."""
    named = {suite for suite, _ in WHOLE} | {*SELECTIVE, "eddsa-2022"}
    # The detached JWS of 2018 to 2020 are held to published credentials.
    elsewhere = {suite.name for suite in suites.SUITES.values() if suite.jws}
    assert named | elsewhere >= suites.SUITES.keys()

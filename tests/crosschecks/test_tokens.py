"""Signed tokens, both ways, beside jose and the JavaScript SD-JWT library."""

from __future__ import annotations

import pytest

from tests.crosschecks.answers import holds, is_broken, read
from wallet import formats
from wallet.crypto import jose
from wallet.errors import MalformedError
from wallet.formats import sd_jwt
from wallet.model import Format, KeyType, Presentation
from wallet.net.saved import Offline
from wallet.report import Outcome, Question
from wallet.verify import Policy, verify_presentation

KINDS = {"EdDSA": KeyType.ED25519, "ES256": KeyType.P256, "ES384": KeyType.P384}
kinds = pytest.mark.parametrize("algorithm", KINDS)
shapes = pytest.mark.parametrize("shape", [Format.VC_JOSE, Format.VC_JWT])
VCT = "https://college.example/welding"


def altered(token):
    """The same token with another last but one character in its payload."""
    head, payload, *rest = token.split(".")
    text = jose.decode_base64url(payload).replace(b"Welding", b"Wielding", 1)
    return ".".join([head, jose.encode_base64url(text), *rest])


# -- VC-JWT and VC-JOSE ------------------------------------------------------------------


@kinds
@shapes
def test_tokens_they_sign_hold_here(javascript, world, algorithm, shape):
    key = javascript.ask("jwt key", algorithm=algorithm)
    issuer = world.issuer("Somebody Else")
    issuer.id = key["id"]
    claims = world.claims(issuer, subject=world.learner().id)
    payload = claims if shape is Format.VC_JOSE else {"iss": issuer.id, "vc": claims}
    header = {"alg": algorithm, "kid": key["method"]}
    token = javascript.made("sign jwt", by=key["id"], header=header, payload=payload)
    assert read(token).format is shape
    assert holds(token, world.now)
    assert is_broken(altered(token), world.now)


@kinds
@shapes
def test_tokens_we_sign_hold_there(javascript, world, algorithm, shape):
    issuer = world.issuer(f"College {algorithm}", method="jwk", key_type=KINDS[algorithm])
    token = world.issue(issuer, form=shape).decode()
    given = {"jwk": jose.jwk_of_key(issuer.public), "algorithm": algorithm}
    given["now"] = world.now.isoformat()
    answer = javascript.ask("verify jwt", token=token, **given)
    assert answer["header"]["alg"] == algorithm
    assert answer["payload"]
    assert "refused" in javascript.ask("verify jwt", token=altered(token), **given)


# -- SD-JWT --------------------------------------------------------------------------------


def issued_there(javascript, world, algorithm, *, claims=None, frame=None, holder=None):
    key = javascript.ask("jwt key", algorithm=algorithm)
    payload = {
        "iss": key["id"],
        "vct": VCT,
        "iat": int(world.now.timestamp()) - 60,
        "name": "Robin Rivera",
        "level": 1,
        "grades": ["A", "B", "C"],
        "address": {"town": "Bern", "street": "Welding Lane 1"},
        **(claims or {}),
    }
    if holder is not None:
        payload["cnf"] = {"jwk": holder["jwk"]}
    frame = frame or {
        "_sd": ["name", "level"],
        "grades": {"_sd": [0, 2]},
        "address": {"_sd": ["street"], "_sd_decoy": 2},
        "_sd_decoy": 1,
    }
    header = {"alg": algorithm, "typ": "dc+sd-jwt", "kid": key["method"]}
    return key, javascript.made(
        "issue sd-jwt", by=key["id"], header=header, claims=payload, frame=frame
    )


@kinds
def test_disclosures_they_made_hold_here(javascript, world, algorithm):
    _, token = issued_there(javascript, world, algorithm)
    assert holds(token, world.now)
    claims = read(token).claims
    assert "Robin Rivera" in str(claims)
    shown = javascript.made("present sd-jwt", token=token, reveal={"level": True})
    assert holds(shown, world.now)
    assert "Robin Rivera" not in str(read(shown).claims)


def test_a_disclosure_of_another_token_is_refused_here(javascript, world):
    _, token = issued_there(javascript, world, "ES256")
    _, other = issued_there(javascript, world, "ES256", claims={"name": "Somebody Else"})
    swapped = token.split("~")[0] + "~" + "~".join(other.split("~")[1:])
    read(token)
    try:
        assert not holds(swapped, world.now)
    except MalformedError:
        return  # refused before any key was asked for


PRESENTED = {"aud": "https://employer.example", "nonce": "n-1"}


def issued_here(world, algorithm, holder):
    issuer = world.issuer(f"College {algorithm}", method="jwk", key_type=KINDS[algorithm])
    claims = {
        "iss": issuer.id,
        "vct": VCT,
        "iat": int(world.now.timestamp()) - 60,
        "name": "Robin Rivera",
        "level": 1,
        "address": {"town": "Bern", "street": "Welding Lane 1"},
    }
    hidden = ("name", "level", "address.street")
    token = world.sd_jwt(issuer, claims, hidden=hidden, holder=holder, decoys=2, kid=issuer.method)
    return issuer, token


@kinds
def test_what_we_show_of_a_token_holds_there(javascript, world, algorithm):
    holder = world.learner()
    issuer, token = issued_here(world, algorithm, holder)
    (level,) = [one for one in sd_jwt.parse(token).disclosures if one.name == "level"]
    shown = sd_jwt.bind(
        sd_jwt.select(token, [level.digest]),
        sign=holder.sign,
        audience=PRESENTED["aud"],
        nonce=PRESENTED["nonce"],
        issued_at=world.now,
    ).decode()
    given = {
        "jwk": jose.jwk_of_key(issuer.public),
        "holder": jose.jwk_of_key(holder.public),
        "nonce": PRESENTED["nonce"],
        "now": world.now.isoformat(),
    }
    answer = javascript.ask("verify sd-jwt", token=shown, **given)
    assert answer["binding"]["aud"] == PRESENTED["aud"], answer
    assert (answer["payload"]["level"], "name" in answer["payload"]) == (1, False)
    assert answer["payload"]["address"] == {"town": "Bern"}
    for wrong in ({"nonce": "another"}, {"holder": given["jwk"]}, {"token": altered_sd(shown)}):
        assert "refused" in javascript.ask("verify sd-jwt", **{"token": shown, **given, **wrong})


def altered_sd(token):
    """The same token with another town."""
    jwt, *rest = token.split("~")
    head, payload, signature = jwt.split(".")
    text = jose.decode_base64url(payload).replace(b"Bern", b"Bonn", 1)
    return "~".join([f"{head}.{jose.encode_base64url(text)}.{signature}", *rest])


@kinds
def test_what_they_present_of_a_token_is_its_holders_here(javascript, world, algorithm):
    holder = javascript.ask("jwt key", algorithm=algorithm)
    _, token = issued_there(javascript, world, algorithm, holder=holder)
    binding = {**PRESENTED, "iat": int(world.now.timestamp())}
    shown = javascript.made(
        "present sd-jwt",
        token=token,
        reveal={"level": True},
        by=holder["id"],
        algorithm=algorithm,
        binding=binding,
    )
    for text, outcome in ((shown, Outcome.PASSED), (shown[:-4] + "AAAA", Outcome.FAILED)):
        found = formats.read(text.encode())
        assert isinstance(found, Presentation)
        report = verify_presentation(found, Policy(), Offline(), world.now)
        assert report.presentation[Question.SIGNATURE].outcome is outcome
        assert report.credentials[0][Question.SIGNATURE].outcome is Outcome.PASSED

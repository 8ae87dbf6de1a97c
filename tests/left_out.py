"""A pretend world's credentials of which their holder hid what told against them.

Each is good in every other way, so only the questions about it may say that something is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests import inside
from tests.world import TOKEN_STATUS_LIST, Party, World, _set
from wallet.formats import data_integrity, ecdsa_sd_base, sd_jwt, status_bits
from wallet.formats.contexts import SHARED
from wallet.model import Format, KeyType
from wallet.report import Question, Reason

LEFT = Reason.PARTS_LEFT_OUT
BOTH: Mapping[Question, Reason | None] = {Question.VALIDITY: LEFT, Question.STATUS: LEFT}


@dataclass(frozen=True)
class Case:
    """What is shown, and what is said of it; `inside` is said of the first record in it."""

    name: str
    raw: bytes
    said: Mapping[Question, Reason | None]
    inside: Mapping[Question, Reason | None] | None = None


def text(document: Any) -> bytes:
    return json.dumps(document).encode()


def with_proofs(document: Mapping[str, Any], *more: Mapping[str, Any]) -> bytes:
    return text({**document, "proof": [document["proof"], *more]})


def derived(
    world: World, issuer: Party, claims: Mapping[str, Any], mandatory: Sequence[str], *shown: str
) -> dict[str, Any]:
    """Sign claims statement by statement, and show the mandatory ones and some others."""
    base = world.base(issuer, claims, mandatory)
    (proof,) = data_integrity.proofs(base)
    return ecdsa_sd_base.derive(base, proof, [f"/{one}" for one in shown], SHARED)


def cases(world: World) -> Iterator[Case]:
    """Yield what each way of hiding looks like to whoever is shown it."""
    school = world.issuer("Selective School", key_type=KeyType.P256)
    learner = world.learner("Robin")
    yield from _added_proofs(world, school, learner)
    yield from _statements(world, school, learner)
    yield from _tokens(world, world.issuer("Token School"), learner)


def _withdrawn(world: World, issuer: Party, **more: Any) -> dict[str, Any]:
    claims = world.claims(issuer, status=("revocation",), **more)
    world.revoke(text(claims))
    return claims


def _added_proofs(world: World, school: Party, learner: Party) -> Iterator[Case]:
    ended = {"ends": world.now - timedelta(days=1), "subject": learner.id}
    claims = _withdrawn(world, school, **ended)
    hidden = derived(world, school, claims, ["issuer", "validFrom"], "credentialSubject")
    bare = {name: value for name, value in hidden.items() if name != "proof"}

    def by(party: Party, **options: Any) -> dict[str, Any]:
        made = {"created": world.now - timedelta(minutes=1), "algorithm": party.algorithm}
        suite = "ecdsa-rdfc-2019" if party is school else "eddsa-rdfc-2022"
        signed = data_integrity.sign(
            bare, method=party.method, sign=party.sign, suite=suite, **made, **options
        )
        return signed["proof"]

    unknown = {"type": "DataIntegrityProof", "cryptosuite": "foo-2026"}
    yield Case("hidden end and list", text(hidden), BOTH)
    yield Case("beside a proof of no kind", with_proofs(hidden, {"type": "X"}), BOTH)
    yield Case("beside an unknown suite", with_proofs(hidden, unknown), BOTH)
    yield Case("beside the holder's own proof", with_proofs(hidden, by(learner)), BOTH)
    yield Case(
        "beside the issuer's for another purpose",
        with_proofs(hidden, by(school, purpose="authentication")),
        BOTH,
    )
    yield Case(
        "beside the issuer's own over all of it",
        with_proofs(hidden, by(school)),
        {Question.VALIDITY: None, Question.STATUS: None},
    )


def _statements(world: World, school: Party, learner: Party) -> Iterator[Case]:
    always = ["issuer", "validFrom"]
    claims = world.claims(school, status=("revocation", "suspension"), subject=learner.id)
    world.revoke(text(claims))
    shown = derived(world, school, claims, always, "credentialSubject", "credentialStatus/1")
    yield Case("the harmless one of two lists", text(shown), BOTH)
    claims = world.claims(school, status=("revocation", "refresh"), subject=learner.id)
    world.revoke(text(claims))
    shown = derived(world, school, claims, always, "credentialSubject", "credentialStatus/1")
    yield Case("only where a newer one is", text(shown), BOTH)
    claims = _withdrawn(world, school, subject=learner.id)
    shown = derived(world, school, claims, always, "credentialSubject", "credentialStatus")
    yield Case(
        "withdrawn by the list that is shown",
        text(shown),
        {Question.VALIDITY: LEFT, Question.STATUS: Reason.REVOKED},
    )
    later = {
        "starts": world.now + timedelta(days=300),
        "ends": world.now + timedelta(days=700),
        "subject": learner.id,
    }
    claims = world.claims(school, **later)
    shown = derived(world, school, claims, ["issuer", "validUntil"], "credentialSubject")
    yield Case("a hidden start", text(shown), BOTH)
    claims = world.claims(school, status=("revocation",), subject=learner.id)
    claims["credentialStatus"][0] |= {"statusSize": 2, "statusListIndex": "4000"}
    world.set_status(text(claims), "revocation", value=2)
    parts = ("statusListIndex", "statusPurpose", "statusListCredential")
    shown = derived(
        *(world, school, claims, always, "credentialSubject"),
        *(f"credentialStatus/0/{part}" for part in parts),
    )
    yield Case("half of an entry", text(shown), BOTH)
    inner = _withdrawn(world, school, subject=learner.id, ends=world.now - timedelta(days=1))
    outer = inside.transcript_claims(world, school, [inner], subject=learner.id)
    members = [name for name in inner if name not in ("validUntil", "credentialStatus")]
    at = "credentialSubject/verifiableCredential/0"
    shown = derived(world, school, outer, always, *(f"{at}/{name}" for name in members))
    yield Case("hidden in an unsigned record", text(shown), BOTH, inside=BOTH)


def _tokens(world: World, school: Party, learner: Party) -> Iterator[Case]:
    ends = world.now + timedelta(days=9)
    good: Mapping[Question, Reason | None] = {Question.VALIDITY: None, Question.STATUS: None}

    def token(claims: Mapping[str, Any], *hidden: str) -> bytes:
        return sd_jwt.select(world.sd_jwt(school, claims, hidden=hidden, typ="vc+sd-jwt"), [])

    claims = world.claims(school, subject=learner.id, ends=ends) | {
        "status": world.token_status(school)
    }
    listed = claims["status"]["status_list"]
    _set(school.lists[listed["uri"]], listed["idx"], 1, TOKEN_STATUS_LIST)
    yield Case("a status claim without its list", token(claims, "status.status_list"), BOTH)
    two = ("revocation", "suspension")
    claims = world.claims(school, subject=learner.id, ends=ends, status=two)
    world.revoke(text(claims))
    yield Case("one of a token's two lists", token(claims, "credentialStatus.0"), BOTH)
    claims = world.claims(school, subject=learner.id, ends=ends, status=("revocation",))
    claims["credentialStatus"][0] |= {"statusSize": 2, "statusListIndex": "6000"}
    world.set_status(text(claims), "revocation", value=2)
    yield Case("half of a token's entry", token(claims, "credentialStatus.0.statusSize"), BOTH)
    claims = world.claims(
        school, subject=learner.id, starts=world.now + timedelta(days=90), ends=ends
    )
    yield Case("a token's hidden start", token(claims, "validFrom"), BOTH)
    inner = _withdrawn(world, school, subject=learner.id, ends=world.now - timedelta(days=1))
    outer = inside.transcript_claims(world, school, [inner], subject=learner.id)
    at = "credentialSubject.verifiableCredential.0"
    hidden = (f"{at}.validUntil", f"{at}.credentialStatus")
    yield Case("hidden in a record in a token", token(outer, *hidden), good, inside=BOTH)
    diploma = {
        "iss": school.id,
        "vct": "https://example.org/diploma",
        "status": {**world.token_status(school), "status_attestation": {"x": 1}},
    }
    raw = token(diploma, "status.status_attestation")
    yield Case(
        "a second status of an SD-JWT VC",
        raw,
        {Question.VALIDITY: LEFT, Question.STATUS: LEFT},
    )


def downgraded(world: World) -> bytes:
    """Return a token that is both a VCDM credential and an SD-JWT VC, with its type hidden."""
    school = world.issuer("Token School")
    claims = _withdrawn(world, school, ends=world.now - timedelta(days=9))
    both = {**claims, "vct": "https://example.org/x", "iss": school.id}
    return sd_jwt.select(world.sd_jwt(school, both, hidden=("type", "issuer")), [])


def by_a_notary(world: World, *, suite: str = "mldsa44-jcs-2024", method: str = "") -> bytes:
    """Return a credential whose issuer's proof cannot be checked, and a notary's holds."""
    issuer, notary = world.issuer("Far School"), world.issuer("Notary")
    claims = world.claims(issuer)
    held = json.loads(world.secure(notary, claims))
    own = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "verificationMethod": method or issuer.method,
        "proofPurpose": "assertionMethod",
        "proofValue": "z3",
    }
    return text({**held, "proof": [own, held["proof"]]})


def without_a_name(world: World, **members: Any) -> bytes:
    """Return a credential whose list of names says nothing, nor whose and which list it is."""
    school = world.issuer("Harbor College")
    (entry,) = world.entries(school, ["revocation"], "1EdTechRevocationList")
    del world._list_owners[entry["id"]]
    url = f"{entry['id']}{len(members)}"
    own = {name: url if value == "own" else value for name, value in members.items()}
    world.documents[url] = text({"revokedCredential": [], **own})
    claims = world.claims(school) | {"credentialStatus": {**entry, "id": url}}
    return world.secure(school, claims, form=Format.VC_JOSE)


def large_lists(world: World, school: Party, number: int) -> list[dict[str, Any]]:
    """Publish status list tokens that unpack to as much as one may; return entries for them."""
    entries: list[dict[str, Any]] = []
    for one in range(number):
        url = f"https://large.example/{one}"
        bits = status_bits.pack(
            bytes([one]) + bytes(status_bits.MAX_LIST_BYTES - 2), status_bits.ZLIB
        )
        claims = {"iss": school.id, "sub": url, "iat": int(world.now.timestamp()) - 60}
        listed = {"bits": 1, "lst": bits}
        world.documents[url] = world.sign_token(school, {**claims, "status_list": listed})
        entry = {"type": TOKEN_STATUS_LIST, "statusPurpose": "revocation", "statusListIndex": 90}
        entries.append({**entry, "statusListCredential": url})
    return entries


def listed_in(world: World, school: Party, entry: Mapping[str, Any]) -> bytes:
    """Issue a credential with one status entry."""
    claims = world.claims(school, credentialStatus=[entry])
    return world.secure(school, claims, form=Format.VC_JOSE)

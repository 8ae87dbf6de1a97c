"""The page and the desktop say the same about everything: one table, both verifiers, every case.

Every line of the corpus, every file of the published vectors, and a pretend world's awkward cases
go through the desktop's `Verifier`, through the page's code in Node, and (a large part of them)
through the page itself in Chromium. Outcome, error, and each question's outcome and reason are
compared. `DIFFERENT` lists what may differ, with the reason.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import embedded_cases, inside, left_out
from tests.paths import shared
from tests.unit import test_verify_keys as keys
from tests.unit.formats import test_ecdsa_sd as selective
from tests.unit.formats.test_sd_jwt import REFUSED
from tests.unit.formats.test_sd_jwt import token as sd_token
from tests.unit.test_verify_open_badge_2 import ESCAPES
from tests.viewer import showcase
from tests.viewer.engine import encode
from tests.world import ED25519_2020, V1, V2, World
from wallet import formats, trust, verify
from wallet.checking import Checked, Verifier
from wallet.crypto import jose
from wallet.formats import badge_image, data_integrity, sd_jwt, status_bits
from wallet.model import Format, KeyType, Presentation
from wallet.net.saved import Documents
from wallet.ports import Resolver
from wallet.report import PartReport

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
VECTORS = (
    *("dcc", "openbadges-clr", "peers", "data-integrity", "jose-sdjwt", "status"),
    *("nasty", "w3c-suites", "ler-rs", "oid4", "wallet"),
)
CORPUS = (
    *("eddsa-rdfc-2022", "ed25519signature2020", "ecdsa-rdfc-2019", "eddsa-jcs-2022"),
    *("ecdsa-sd-2023-base", "ecdsa-sd-2023-derived", "vc-jwt", "sd-jwt-vc"),
)
MAX_BYTES = 2 * 1024 * 1024
BROWSER_BYTES = 128 * 1024
BATCH = 200

# Case name -> why the page answers otherwise than the desktop ("could not be checked here").
_LEFT_OUT = dict.fromkeys(
    (
        "peers/blockcerts__v3__ecdsa-sd-2023-signed-credential.json",
        "peers/blockcerts__v3__example-non-chained-proofs.json",
        "peers/blockcerts__v3__mocknet-v3-valid.json",
        "peers/blockcerts__v3__testnet-v3-verification-method-issuer-profile.json",
        "data-integrity/credo__Ed25519Signature2018Fixtures__TEST_LD_DOCUMENT_SIGNED.json",
        "data-integrity/credo__Ed25519Signature2018Fixtures__TEST_VP_DOCUMENT.json",
    ),
    "It names a context that the page leaves out to stay small (Blockcerts; ODRL, for examples).",
)
_BBS = dict.fromkeys(
    (
        "data-integrity/bbs__addSignedSDBase.json",
        "data-integrity/bbs__derivedRevealDocument.json",
        *(
            f"data-integrity/vcdm2-REC__{number}__bbs-2023.json"
            for number in ("06", "09", "12", "21", "25", "26", "29")
        ),
    ),
    "Browsers have no pairings, which bbs-2023 needs; the page says that it cannot check these.",
)
DIFFERENT: dict[str, str] = {**_LEFT_OUT, **_BBS}


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes
    documents: Mapping[str, bytes] = field(default_factory=dict)


def _simple(checked: Checked) -> dict[str, Any]:
    report = getattr(checked.report, "presentation", checked.report)
    return {
        "outcome": checked.outcome.value if checked.outcome else None,
        "error": checked.error.code.value if checked.error else None,
        "checks": [
            [c.question.value, c.outcome.value, c.reason.value if c.reason else None]
            for c in (report.checks if report else ())
        ],
        "parts": [_simple_part(part) for part in (report.parts if report else ())],
        "credentials": [_simple(child) for child in checked.credentials],
    }


def _simple_part(part: PartReport) -> dict[str, Any]:
    checks, parts = (part.report.checks, part.report.parts) if part.report else ((), ())
    return {
        "what": [part.role.value, part.place, part.thing.value, part.issuer, part.title],
        "outcome": part.outcome.value,
        "error": part.problem.value if part.problem else None,
        "checks": [
            [c.question.value, c.outcome.value, c.reason.value if c.reason else None]
            for c in checks
        ],
        "parts": [_simple_part(inner) for inner in parts],
    }


def _said_part(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": [part[name] for name in ("role", "place", "with", "issuer", "title")],
        "outcome": part["outcome"],
        "error": part["error"],
        "checks": [[c["question"], c["outcome"], c["reason"]] for c in part["checks"]],
        "parts": [_said_part(inner) for inner in part["parts"]],
    }


def _said(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outcome": result["outcome"],
        "error": result["error"],
        "checks": [[c["question"], c["outcome"], c["reason"]] for c in result["checks"]],
        "parts": [_said_part(part) for part in result["parts"]],
        "credentials": [_said(child) for child in result.get("credentials", [])],
    }


def _desktop(cases: list[Case], resolver: Resolver) -> list[dict[str, Any]]:
    verifier = Verifier(resolver, policy=trust.policy(), clock=lambda: NOW)
    return [_simple(verifier.check(case.data)) for case in cases]


def _in_node(engine, cases: list[Case], documents: Mapping[str, bytes]) -> list[dict[str, Any]]:
    items = [{"input": encode(case.data), "now": NOW.isoformat()} for case in cases]
    return [_said(answer["value"]) for answer in engine.run("check", items, documents)]


def _in_browser(page, cases: list[Case], documents: Mapping[str, bytes]) -> list[dict[str, Any]]:
    encoded = {url: encode(body) for url, body in documents.items()}
    results: list[dict[str, Any]] = []
    for start in range(0, len(cases), BATCH):
        inputs = [
            {"input": encode(case.data), "base64": True, "now": NOW.isoformat()}
            for case in cases[start : start + BATCH]
        ]
        found = page.evaluate(
            "([inputs, documents]) => lerCheck(inputs, documents)", [inputs, encoded]
        )
        results.extend(_said(result) for result in found)
    return results


def _differences(cases, desktop, page) -> dict[str, tuple[Any, Any]]:
    assert len(cases) == len(desktop) == len(page)
    for case, other in zip(cases, page, strict=True):
        assert case.name not in DIFFERENT or other["outcome"] != "passed"
    return {
        case.name: (one, other)
        for case, one, other in zip(cases, desktop, page, strict=True)
        if one != other and case.name not in DIFFERENT
    }


def _vectors() -> list[Case]:
    root = shared("vectors")
    files = [
        path
        for folder in VECTORS
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and path.stat().st_size <= MAX_BYTES
    ]
    return [Case(str(path.relative_to(root)), path.read_bytes()) for path in files]


def _corpus(lines: int | None) -> list[Case]:
    return [
        Case(f"{name}:{number}", line)
        for name in CORPUS
        for number, line in enumerate(
            shared("corpus", f"{name}.jsonl").read_bytes().splitlines()[:lines]
        )
    ]


def _saved() -> dict[str, bytes]:
    """Return the saved documents of the shared vectors, as both verifiers get them."""
    documents = Documents(shared("vectors"))
    found = {}
    for url in documents.addresses:
        body = documents.fetch(url).body
        if len(body) <= 1024 * 1024:
            found[url] = body
    return found


def test_the_corpus(engine):
    cases = _corpus(None)
    assert len(cases) >= 1600
    desktop = _desktop(cases, Documents(shared("vectors")))
    assert _differences(cases, desktop, _in_node(engine, cases, {})) == {}
    passed = [c.name for c, said in zip(cases, desktop, strict=True) if said["outcome"] == "passed"]
    assert sum(name.startswith("eddsa-rdfc-2022:") for name in passed) == 1000


def test_the_vectors(engine):
    cases, documents = _vectors(), _saved()
    desktop = _desktop(cases, Documents(shared("vectors")))
    assert _differences(cases, desktop, _in_node(engine, cases, documents)) == {}
    assert sum(said["outcome"] == "passed" for said in desktop) > 30


def test_the_page_in_chromium(open_page):
    cases = [case for case in _vectors() + _corpus(40) if len(case.data) <= BROWSER_BYTES]
    desktop = _desktop(cases, Documents(shared("vectors")))
    assert _differences(cases, desktop, _in_browser(open_page(), cases, _saved())) == {}


# A pretend world's awkward cases -----------------------------------------------------------------


def _world_cases(world: World) -> Iterator[tuple[str, bytes]]:
    school = world.issuer("School")
    web = world.issuer("Web School", "web")
    jwk = world.issuer("Jwk School", "jwk", KeyType.P256)
    p256 = world.issuer("P256 School", "key", KeyType.P256)
    k256 = world.issuer("K256 School", "key", KeyType.SECP256K1)
    p384 = world.issuer("P384 School", "key", KeyType.P384)
    rsa = world.issuer("Rsa School", "jwk", KeyType.RSA)
    learner, other = world.learner("Robin"), world.learner("Mallory")
    good = world.issue(school, subject=learner.id)

    yield "good", good
    yield "older suite", world.issue(school, suite=data_integrity.ED25519_SIGNATURE_2020)
    yield "did:web", world.issue(web)
    for party in (p256, k256, p384, rsa, jwk, web):
        for form in (Format.VC_JWT, Format.VC_JOSE):
            yield f"{form} by {party.name}", world.issue(party, form=form)
    yield "unsigned", world.issue(school, form=Format.UNSECURED)
    yield "ended", world.issue(school, ends=NOW - timedelta(days=1))
    yield "ends within the clock's error", world.issue(school, ends=NOW - timedelta(minutes=2))
    yield "not yet", world.issue(school, starts=NOW + timedelta(days=1))
    yield (
        "odd date",
        world.secure(
            school, world.claims(school) | {"validUntil": "in summer"}, form=Format.VC_JOSE
        ),
    )
    yield "one's own word", world.issue(learner, subject=learner.id)
    for purpose in ("revocation", "suspension"):
        listed = world.issue(school, status=[purpose])
        yield f"{purpose}: not set", listed
        withdrawn = world.issue(school, status=[purpose])
        world.set_status(withdrawn, purpose, value=1)
        yield f"{purpose}: set", withdrawn
    outage = world.issue(web, status=["revocation"])
    world.outage(world.list_url(web, "revocation"))
    yield "list out of reach", outage
    strange = world.claims(school) | {"credentialStatus": {"id": "urn:x", "type": "Other"}}
    yield "unknown status", world.secure(school, strange, form=Format.VC_JOSE)
    yield from _listed(world, school)
    yield from _older_badges(world)
    yield from _altered(good)
    yield from _odd_tokens(world, school, learner)
    yield from _sd_jwts(world, school, learner, other)
    yield from _beyond_bounds(world, school)
    yield from _presented(world, good, learner, other)
    yield from _inside(world, school, learner, other)
    older = data_integrity.ED25519_SIGNATURE_2020
    yield "v1", world.secure(school, _older(world, school), suite=older)
    yield from _selective(world, learner)
    yield from _left_out(world)
    yield "array", b"[" + good + b"," + good + b"]"
    yield "in a picture", badge_image.bake(_png(), good)
    yield "share link", f"{showcase.PAGE}#{showcase.fragment(good)}".encode()


def _selective(world: World, learner) -> Iterator[tuple[str, bytes]]:
    """Proofs from which parts can be left out: good, presented, and in every way odd."""
    base, shown = selective.BASE, selective.SHOWN
    yield "base proof", selective.BASE_RAW
    yield "base proof presented", world.present(learner, [selective.BASE_RAW])
    yield (
        "base proof in an unsigned presentation",
        json.dumps(
            {
                "@context": ["https://www.w3.org/ns/credentials/v2"],
                "type": ["VerifiablePresentation"],
                "verifiableCredential": [base],
            }
        ).encode(),
    )
    yield "derived proof presented", world.present(learner, [selective.DERIVED_RAW])
    documents = {
        **{name: selective.with_value(shown, **odd) for name, odd in selective.ALTERED.items()},
        **{name: selective.with_value(base, **odd) for name, odd in selective.ALTERED_BASE.items()},
        **{name: {**shown, **move(dict(shown))} for name, move in selective.MOVED.items()},
        **{f"everything but {n}": selective.derived(n) for n in selective.CHOICES},
    }
    for name, value in selective.BROKEN.items():
        documents[name] = {**shown, "proof": {**shown["proof"], "proofValue": value}}
    for name, more in {
        "a link of a chain": {"previousProof": "urn:x"},
        "a key of another kind": {"verificationMethod": learner.method},
        "a member that no proof has": {"more": "x"},
        "another suite's name": {"type": "EcdsaSd2023"},
        "a suite of no kind": {"cryptosuite": "constructor"},
        "an end of its own": {"expires": "2020-01-01T00:00:00Z"},
    }.items():
        documents[name] = {**shown, "proof": {**shown["proof"], **more}}
    for name, document in documents.items():
        yield f"selective: {name}", json.dumps(document).encode()


def _left_out(world: World) -> Iterator[tuple[str, bytes]]:
    """What a holder hid, added or borrowed, and lists that nobody vouches for."""
    for case in left_out.cases(world):
        yield f"left out: {case.name}", case.raw
    yield "token of two kinds", left_out.downgraded(world)
    yield "the issuer's proof unknown, a notary's good", left_out.by_a_notary(world)
    yield (
        "an unknown proof of another, a notary's good",
        left_out.by_a_notary(world, method=world.issuer("Somebody").method),
    )
    college = world.issuer("Harbor College").id
    for members in ({}, {"id": "own"}, {"issuer": college}, {"id": "own", "issuer": college}):
        yield f"list of names with {sorted(members)}", left_out.without_a_name(world, **members)
    for odd in ("2020-01-01T000000.1Z", "2020-01-01T00:00,00Z"):
        claims = world.claims(world.issuer("School")) | {"validFrom": odd}
        yield f"starts {odd}", world.secure(world.issuer("School"), claims, form=Format.VC_JOSE)
    entries = left_out.large_lists(world, world.issuer("Large School"), 5)
    held = [left_out.listed_in(world, world.issuer("Large School"), one) for one in entries]
    yield "more lists than are unpacked", json.dumps([raw.decode() for raw in held]).encode()


def _odd_tokens(world: World, school, learner) -> Iterator[tuple[str, bytes]]:
    claims = world.claims(school)

    def token(payload: Mapping[str, Any], **header: Any) -> bytes:
        head = {"alg": "EdDSA", "kid": school.method, **header}
        return jose.sign_compact(head, json.dumps(payload).encode(), sign=school.sign).encode()

    for value in (
        "2020-01-01",
        "0",
        [1],
        True,
        None,
        {},
        1e300,
        -1e300,
        -5,
        0,
        -1.5,
        1_500_000_000,
    ):
        for claim in ("exp", "nbf"):
            yield f"token with {claim} {value}", token(claims | {claim: value})
            yield f"vc token with {claim} {value}", token({"vc": claims, claim: value})
    for typ in ("kb+jwt", "application/KB+jwt", "vc+jwt", "JWT", 5):
        yield f"token of type {typ}", token(claims, typ=typ)
    for both in ({"vc": None, "vp": {}}, {"vc": claims, "vp": None}, {"vc": None}, {"vp": None}):
        yield (
            f"token with {sorted(both)} {both[('vc' in both and 'vc') or 'vp']}",
            token(claims | both),
        )
    inner = {"type": "VerifiablePresentation", "verifiableCredential": []}
    for value in ("soon", -5, None):
        yield (
            f"presented token that ends {value}",
            token({"iss": school.id, "vp": inner, "exp": value}),
        )
    jwk = jose.jwk_of_key(school.public)
    for operations in (5, None, "verify", {"verify": 1}, ["verify"], [["verify"]]):
        odd = jwk | {"key_ops": operations}
        yield f"key with operations {operations}", token(claims, jwk=odd, kid="")
    for own in (
        "https://school.example/status/2019",
        "https://moved.example/revocation",
        "urn:x:y",
    ):
        listed = world.issue(school, status=["revocation"])
        url = f"https://school.example/lists/{own[-9:]}/revocation"
        entry = json.loads(listed)["credentialStatus"]
        entries = entry if isinstance(entry, list) else [entry]
        named = [one | {"statusListCredential": url, "id": f"{url}#1"} for one in entries]
        of = world.list_claims(world.list_url(school, "revocation")) | {"id": own}
        world.publish(url, world.secure(school, of))
        yield (
            f"list that calls itself {own}",
            world.secure(school, claims | {"credentialStatus": named}),
        )


def _sd_jwts(world: World, school, learner, other) -> Iterator[tuple[str, bytes]]:
    """SD-JWTs: by every kind of key, with odd claims, bound, and passed on."""
    for key_type in set(KeyType) - {KeyType.BLS12381G2}:  # nobody signs tokens with those
        party = world.issuer(f"{key_type} Diplomas", "jwk", key_type)
        yield f"diploma by {key_type}", world.diploma(party, learner)
    good = world.diploma(school, learner, sub=learner.id)
    token = sd_jwt.parse(good)
    yield "diploma, nothing shown", sd_jwt.select(good, [])
    said = world.claims(
        school, subject=learner.id, ends=world.now - timedelta(1), status=["revocation"]
    )
    parts = ("validUntil", "credentialStatus.0", "credentialSubject.achievement.description")
    for number in range(len(parts) + 1):
        whole = world.sd_jwt(school, said, hidden=parts[:number], typ="vc+sd-jwt")
        yield f"vc+sd-jwt, {number} hidden, all shown", whole
        yield f"vc+sd-jwt, {number} hidden, none shown", sd_jwt.select(whole, [])
    yield "diploma, one thing shown", sd_jwt.select(good, [token.disclosures[1].digest])
    yield "diploma, more shown than signed", good + b"WyJzIiwiYSIsMV0~"
    yield "diploma, without the last tilde", good[:-1]
    odd: list[tuple[str, dict[str, Any]]] = [
        *((f"{claim} {value!r}", {claim: value}) for claim in ("exp", "nbf", "iat", "sub", "cnf")
          for value in (None, 5, "x", {}, 4e9)),
        *((f"status {value}", {"status": value}) for value in (
            None, {}, [], {"a": 1}, {"status_list": 1}, {"status_list": {"idx": 1, "uri": "x"}},
            world.token_status(school))),
        *((f"id {value!r}", {"id": value}) for value in (5, "x")),
    ]  # fmt: skip
    for name, claims in odd:
        yield f"diploma with {name}", world.diploma(school, **claims)
    for name in ("iss", "vct"):
        payload = {"iss": school.id, "vct": "x"}
        del payload[name]
        yield f"SD-JWT without {name}", world.sd_jwt(school, payload)
    for name in ("iss", "nbf", "exp", "cnf", "status", "sub"):
        hidden = {"iss": school.id, "vct": "x", "nbf": 1, "exp": 5e9, "status": {}, "cnf": {}}
        yield f"{name} hidden", world.sd_jwt(school, hidden | {"sub": "x"}, hidden=(name,))
    for case, (payload, *texts) in REFUSED.items():
        yield f"SD-JWT with {case}", sd_token({"iss": school.id, "vct": "x", **payload}, *texts)
    yield from _bound(world, good, learner, other)


def _bound(world: World, good: bytes, learner, other) -> Iterator[tuple[str, bytes]]:
    said = {"audience": "https://jobs.example", "nonce": "n", "issued_at": world.now}
    bound = sd_jwt.bind(good, sign=learner.sign, **said)
    yield "bound", bound
    yield "bound by another", sd_jwt.bind(good, sign=other.sign, **said)
    yield "bound, less shown", sd_jwt.select(good, []) + bound.rpartition(b"~")[2]
    for cnf in ({"jku": "x"}, {"kid": learner.method}, {"kid": "did:web:x.example"}, 5, None):
        raw = world.diploma(world.parties[formats.read(good).issuer], cnf=cnf)
        yield f"bound to {cnf}", sd_jwt.bind(raw, sign=learner.sign, **said)
    for name, change in (
        *((claim, {claim: None}) for claim in ("iat", "aud", "nonce", "sd_hash")),
        ("future", {"iat": 4e9}),
        ("several", {"aud": ["a", "b"]}),
    ):
        payload = json.loads(jose.parse_compact(bound.rpartition(b"~")[2].decode()).payload)
        header = {"alg": "EdDSA", "typ": "kb+jwt"}
        text = json.dumps(payload | change).encode()
        yield (
            f"bound, with odd {name}",
            good + jose.sign_compact(header, text, sign=learner.sign).encode(),
        )
    for who in (learner, other):
        for kind, raw in (("whole", good), ("bound", bound)):
            member = {
                "@context": V2,
                "type": "EnvelopedVerifiableCredential",
                "id": f"data:application/dc+sd-jwt,{raw.decode()}",
            }
            yield (
                f"{kind}, presented by {who.name}",
                world.present(who, [json.dumps(member).encode()]),
            )
    taken = sd_jwt.parse(bound)
    protected, body, signature = taken.jwt.split(".")
    header = {"disclosures": [one.text for one in taken.disclosures], "kb_jwt": taken.binding}
    whole = {"payload": body, "protected": protected, "signature": signature, "header": header}
    yield "bound, as JSON", json.dumps(whole).encode()


def _listed(world: World, school) -> Iterator[tuple[str, bytes]]:
    """Every kind of list, withdrawn and not, and lists that do not count."""
    for kind in ("StatusList2021Entry", "RevocationList2020Status", "1EdTechRevocationList"):
        for value in (0, 1):
            claims = world.claims(school) | {
                "id": f"urn:x:{kind}:{value}",
                "credentialStatus": world.entries(school, ["revocation"], kind),
            }
            raw = world.secure(school, claims, form=Format.VC_JOSE)
            world.set_status(raw, "revocation", value=value)
            yield f"{kind} {value}", raw
    words = [{"status": "0x1", "message": "On hold"}]
    for purpose, value in (("message", 0), ("message", 1), ("refresh", 1), ("activation", 1)):
        entries = [one | {"statusMessage": words} for one in world.entries(school, [purpose])]
        claims = world.claims(school) | {"credentialStatus": entries}
        raw = world.secure(school, claims, form=Format.VC_JOSE)
        world.set_status(raw, purpose, value=value)
        yield f"purpose {purpose} {value}", raw
    for status in ({"status_list": 5}, {"status_assertion": {}}, {"status_list": {}}, {}, "on"):
        odd = world.claims(school) | {"status": status}
        yield f"status claim {status}", world.secure(school, odd, form=Format.VC_JOSE)
    yield from _token_listed(world, school)
    yield from _name_listed(world, school)


def _older_badges(world: World) -> Iterator[tuple[str, bytes]]:
    """Badges of Open Badges 2.0 and before, hosted and signed, good and not."""
    guild, mallory = world.badge_issuer("Guild"), world.badge_issuer("Mallory")
    hosted, signed = world.assertion(guild), world.assertion(guild, signed=True)
    document = json.loads(hosted)
    inner = json.loads(world.documents[document["badge"]])
    key = json.loads(world.documents[guild.method])
    own = world.documents[guild.id]
    yield "hosted badge", hosted
    yield "signed badge", signed
    yield "signed badge changed", signed[:-8] + b"AAAAAAAA"
    yield "badges in a list", b"[" + hosted + b"," + json.dumps(signed.decode()).encode() + b"]"
    for name, change in (
        ("narrative", "Best"),
        ("issuedOn", "2020-01-01T00:00:00Z"),
        ("issuedOn", document["issuedOn"].replace("Z", "+00:00")),
        ("expires", "2020-01-01T00:00:00Z"),
        ("expires", None),
        ("badge", inner),
        ("badge", inner | {"name": "Better"}),
        ("badge", {"id": document["badge"]}),
        ("badge", None),
        ("id", "urn:uuid:1"),
        ("id", "https://guild.example/nothing"),
        ("id", 5),
        ("verification", {"type": "signed"}),
        ("verification", "hosted"),
        ("verify", {"type": "hosted"}),
        ("recipient", [document["recipient"]]),
        ("@context", "https://w3id.org/openbadges/v1"),
        ("@context", "https://w3id.org/openbadges/invalid"),
        ("type", "Badge"),
        ("revoked", True),
    ):
        yield f"hosted badge with {name} {change}", json.dumps(document | {name: change}).encode()
    for number, rules in enumerate(
        (
            {"startsWith": "https://guild.example/assertions"},
            {"startsWith": ["https://guild.ex", 5]},
            {"allowedOrigins": "guild.example"},
            {"allowedOrigins": ["other.example"]},
            {"allowedOrigins": "guild.example:8443"},
            {"startsWith": {"id": "https://guild.example/"}},
            {"startsWith": "https://guild.example:8443/"},
            {"startsWith": []},
            [{}, {}],
            "odd",
        )
    ):
        issuer = f"{guild.base}/issuer-{number}.json"
        profile = json.loads(own) | {"id": issuer, "verification": rules}
        world.documents[issuer] = json.dumps(profile).encode()
        kind = world.badge_class(guild, f"Kind {number}", issuer=issuer)
        yield f"hosted badge of an issuer with {rules}", world.assertion(guild, badge=kind)
    yield from _climbing(world, guild, own)
    spare = json.loads(world.documents[mallory.method]) | {"owner": guild.id}
    many = [spare | {"id": f"{guild.base}/spare-{n}.json"} for n in range(10)]
    for number, change in enumerate(
        (
            {"publicKey": [*many, key]},
            {"publicKey": [many[0], f"{guild.base}/nothing.json"]},
            {"publicKey": [f"{guild.base}/nothing.json", key]},
            {"publicKey": [key]},
            {"publicKey": key | {"publicKeyPem": "odd"}},
            {"publicKey": mallory.method},
            {"publicKey": None},
            {"type": "Criteria"},
            {"id": "https://guild.example/issuer.json"},
            {"revocationList": None},
            {"revocationList": "https://guild.example/nothing"},
            {"revocationList": guild.id},
        )
    ):
        issuer = f"{guild.base}/signer-{number}.json"
        world.documents[issuer] = json.dumps(json.loads(own) | {"id": issuer} | change).encode()
        kind = world.badge_class(guild, f"Signed kind {number}", issuer=issuer)
        for how in ({"type": "signed"}, {"type": "signed", "creator": guild.method}):
            yield (
                f"signed badge {how} of an issuer with {change}",
                world.assertion(guild, signed=True, badge=kind, verification=how),
            )
    listed = world.assertion(mallory, signed=True, uid="u1")
    for entries in (("u1",), ({"uid": "u1", "revoked": False},), ({"uid": 5},)):
        other = world.badge_issuer(f"Guild {entries}")
        world.revoke_badges(other, *entries)
        yield f"signed badge listed {entries}", world.assertion(other, signed=True, uid="u1")
    elsewhere = world.badge_class(mallory, "Diploma", issuer=guild.id)
    yield "badge in another's name", world.assertion(mallory, badge=elsewhere)
    yield "badge of a kind kept elsewhere", world.assertion(guild, badge=elsewhere)
    yield "badge with another's key", world.assertion(mallory, signed=True, badge=elsewhere)
    yield "signed badge, not listed", listed
    gone = json.loads(world.assertion(guild))
    world.documents[gone["id"]] = json.dumps({"id": gone["id"], "revoked": True}).encode()
    yield "hosted badge withdrawn", json.dumps(gone).encode()
    yield "older badge", b'{"uid": "1", "badge": "https://x.example", "recipient": "a"}'
    bare = _png().replace(
        _chunk(b"IEND", b""), _chunk(b"tEXt", b"openbadges\0" + hosted) + _chunk(b"IEND", b"")
    )
    yield "hosted badge in a picture", bare
    for seal, text in (
        ("https://x.example/1", ""),
        ("https://x.example/1", f"<![CDATA[{hosted.decode()}]]>"),
        (signed.decode(), ""),
    ):
        yield (
            f"badge in a drawing {seal[:9]} {len(text)}",
            (
                '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
                f"<openbadges:assertion verify='{seal}'>{text}</openbadges:assertion></svg>"
            ).encode(),
        )


def _climbing(world: World, guild, own: bytes) -> Iterator[tuple[str, bytes]]:
    """Hosted badges at addresses that are not what they look like, and at other ports."""
    folder, issuer = f"{guild.base}/issuers/1/", f"{guild.base}/folders.json"
    profile = json.loads(own) | {"id": issuer, "verification": {"startsWith": folder}}
    world.documents[issuer] = json.dumps(profile).encode()
    kind = world.badge_class(guild, "In a folder", issuer=issuer)
    for rest in (*ESCAPES, "1.json", "1?next=/../", "a..b/1%20.json"):
        raw = world.assertion(guild, badge=kind, id=folder + rest)
        world.documents[folder + rest] = raw
        yield f"hosted badge at {folder}{rest}", raw
    for port in ("8443", "443", "99999"):
        address = f"https://guild.example:{port}/1.json"
        world.documents[address] = world.assertion(guild, id=address)
        yield f"hosted badge at port {port}", world.documents[address]


def _token_listed(world: World, school) -> Iterator[tuple[str, bytes]]:
    stranger = world.issuer("Stranger")
    status = world.token_status(school)
    url = status["status_list"]["uri"]
    yield (
        "status token",
        world.secure(school, world.claims(school) | {"status": status}, form=Format.VC_JOSE),
    )
    beside = {"vc": world.claims(school), "status": world.token_status(school)}
    withdrawn = world.sign_token(school, beside, typ="JWT")
    world.revoke(withdrawn)
    yield "status token beside a vc claim", withdrawn
    for name, change, header in (
        *((f"bits {size}", {"status_list": _packed(size)}, {}) for size in (1, 2, 4, 8, 3)),
        *((f"exp {exp}", {"exp": exp}, {}) for exp in (5, None, "soon")),
        ("no iss", {"iss": None}, {}),
        ("of another", {"iss": stranger.id}, {}),
        ("other sub", {"sub": url}, {}),
        ("no iat", {"iat": None}, {}),
        ("a media type", {}, {"typ": "application/statuslist+jwt"}),
        ("not its type", {}, {"typ": "JWT"}),
    ):
        at = f"{url}/{name.replace(' ', '-')}"
        claims = world.token_list(url) | {"sub": at} | change
        world.publish(at, world.sign_token(school, claims, **header))
        for index in (0, 1, 2, 3, 10**15):
            named = {"status_list": {"uri": at, "idx": index}}
            yield (
                f"status token with {name} at {index}",
                world.secure(school, world.claims(school) | {"status": named}, form=Format.VC_JOSE),
            )
    for number, body in enumerate((b"\xd2\x84", b"\x84\x58", b"{}", b"")):
        world.publish(f"{url}/cwt-{number}", body)
        named = {"status_list": {"uri": f"{url}/cwt-{number}", "idx": 1}}
        yield (
            f"status token {body!r}",
            world.secure(school, world.claims(school) | {"status": named}, form=Format.VC_JOSE),
        )


def _packed(size: int) -> dict[str, Any]:
    return {"bits": size, "lst": status_bits.pack(bytes([0b1110_0100]) * 9, status_bits.ZLIB)}


def _name_listed(world: World, school) -> Iterator[tuple[str, bytes]]:
    own = world.claims(school)["id"]
    for number, listed in enumerate(
        (
            {"revokedCredentials": [own]},
            {"revokedCredential": {"id": own, "revoked": False}},
            {"revokedCredential": [{"id": own, "revoked": "false"}]},
            {"revokedCredential": [{}]},
            {"issuer": "did:web:other.example", "revokedCredential": []},
            {"id": "https://school.example/other", "revokedCredential": []},
            {"id": "urn:x:y"},
            {"error": "none"},
        )
    ):
        url = f"https://school.example/names/{number}"
        world.publish(url, json.dumps(listed).encode())
        claims = world.claims(school) | {
            "credentialStatus": {"id": url, "type": "1EdTechRevocationList"}
        }
        yield (
            f"list of names {listed}",
            world.secure(school, claims | {"id": own}, form=Format.VC_JOSE),
        )


def _beyond_bounds(world: World, school) -> Iterator[tuple[str, bytes]]:
    good = json.loads(world.issue(school))
    yield "eleven proofs", json.dumps(good | {"proof": [good["proof"]] * 11}).encode()
    entry = world.entries(school, ["revocation"])[0]
    for count in (10, 11):
        many = world.claims(school) | {
            "credentialStatus": [entry | {"id": f"urn:x:{n}"} for n in range(count)]
        }
        yield f"{count} status entries", world.secure(school, many)
    tags = [f"t{n}" for n in range(60_000)]
    yield "too much to canonicalise", json.dumps(good | {"tag": tags}).encode()
    listed = [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(9_000)]
    chain = [
        good["proof"] | {"id": f"urn:p:{n}", "previousProof": f"urn:p:{(n + 1) % 3}"}
        for n in range(3)
    ]
    yield "a chain over much", json.dumps(good | {"evidence": listed, "proof": chain}).encode()
    yield "half a million values", b"[" + b"{}," * 500_000 + b"{}]"
    unknown = good["proof"] | {"cryptosuite": "bbs-2033"}
    yield "an unknown suite alone", json.dumps(good | {"proof": unknown}).encode()
    elsewhere = unknown | {"verificationMethod": "did:web:elsewhere.example#k"}
    yield "an unknown suite of another", json.dumps(good | {"proof": elsewhere}).encode()


def _altered(good: bytes) -> Iterator[tuple[str, bytes]]:
    claims = json.loads(good)
    yield "added term", json.dumps(claims | {"grade": "A"}).encode()
    yield "added known term", json.dumps(claims | {"description": "A"}).encode()
    yield (
        "hidden end",
        json.dumps(
            claims | {"https://www.w3.org/2018/credentials#validUntil": "2020-01-01T00:00:00Z"}
        ).encode(),
    )
    yield (
        "renamed by an inline context",
        json.dumps(
            claims | {"@context": [*claims["@context"], {"honours": "https://schema.org/name"}]}
        ).encode(),
    )
    for name in claims["proof"]:
        yield (
            f"proof without {name}",
            json.dumps(
                claims | {"proof": {k: v for k, v in claims["proof"].items() if k != name}}
            ).encode(),
        )
        yield (
            f"proof with another {name}",
            json.dumps(
                claims | {"proof": claims["proof"] | {name: "https://example.org/x"}}
            ).encode(),
        )
    yield "two proofs", json.dumps(claims | {"proof": [claims["proof"], claims["proof"]]}).encode()
    unknown = {**claims["proof"], "cryptosuite": "bbs-2033"}
    yield (
        "unknown proof beside a good one",
        json.dumps(claims | {"proof": [claims["proof"], unknown]}).encode(),
    )
    yield "other issuer", json.dumps(claims | {"issuer": "did:web:elsewhere.example"}).encode()


def _inside(world: World, school, learner, other) -> Iterator[tuple[str, bytes]]:
    """Transcripts, resumes and endorsements: good, altered, unsigned, odd, of others, too many."""
    board = world.issuer("Board")
    good = world.issue(school, subject=learner.id)
    bad = good.replace(b"Welding", b"Wedding")
    token = world.issue(school, subject=learner.id, form=Format.VC_JWT)
    bare = world.issue(school, subject=learner.id, form=Format.UNSECURED)
    foreign = world.issue(board, subject=learner.id, form=Format.UNSECURED)
    away = world.issue(world.issuer("Web School", "web"), subject=other.id, status=["revocation"])
    for form in (Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE, Format.UNSECURED):
        inner = [good, bad, token, bare, foreign, away]
        raw = inside.transcript(world, school, inner, subject=learner.id, form=form)
        yield f"{form} transcript", raw
        yield f"altered {form} transcript", raw.replace(b"Transcript", b"Transcripts")
    odd = [None, 5, "", "eyJ.e30.", {}, [], [good.decode()], {"id": "urn:x"}, {"type": 5}, True]
    odd += [{"type": "EnvelopedVerifiableCredential", "id": i} for i in (None, "urn:x", "data:,x")]
    odd += ["https://x.example/1", {"id": "urn:x", "name": "x"}, {"id": "no address"}, "did:x:y"]
    yield "odd parts", inside.transcript(world, school, odd, form=Format.VC_JOSE)
    yield "about nobody", inside.transcript(world, school, [good, bare])
    claims = world.claims(school, subject=learner.id)
    named = (
        *(claims["id"], school.id, learner.id, "urn:x", None),
        claims["credentialSubject"]["achievement"]["id"],
    )
    for form in (Format.DATA_INTEGRITY, Format.VC_JOSE, Format.UNSECURED):
        given = [inside.endorsement(world, board, of, form=form) for of in named]
        yield (
            f"{form} endorsements",
            inside.endorsed(
                world,
                school,
                whole=given,
                achievement=given[:1],
                of_issuer=given[3:4],
                subject=learner.id,
            )
            if form is not Format.UNSECURED
            else world.secure(
                school,
                claims | {"endorsement": [json.loads(one) for one in given]},
                form=Format.VC_JOSE,
            ),
        )
    badge = inside.endorsed(
        world, school, of_issuer=[inside.endorsement(world, board, school.id)], subject=learner.id
    )
    deep = badge
    for _ in range(5):
        deep = inside.transcript(world, school, [deep, bad], subject=learner.id)
    yield "transcripts in transcripts", deep
    yield "resume", inside.resume(world, learner, [[token, json.loads(bad)], ["no token"], [{}]])
    many = [json.loads(bare)] * 310
    yield "three hundred and ten", inside.transcript(world, school, many, form=Format.VC_JOSE)
    wide = json.loads(bare) | {"tag": [f"t{n}" for n in range(30_000)]}
    yield "heavy parts", inside.transcript(world, school, [wide] * 6, form=Format.VC_JOSE)
    shares = showcase.share(world, learner, [deep, token])
    yield "a share of transcripts", shares
    yield (
        "odd names",
        world.secure(
            school,
            claims
            | {"a/b~c": {"verifiableCredential": json.loads(good)}, "proofs": json.loads(bad)},
            form=Format.VC_JOSE,
        ),
    )


def _presented(world: World, good: bytes, learner, other) -> Iterator[tuple[str, bytes]]:
    jwt = world.issue(world.issuer("Token School"), form=Format.VC_JWT, subject=learner.id)
    yield "presented", showcase.share(world, learner, [good])
    yield "presented with a token", showcase.share(world, learner, [good, jwt])
    yield "by somebody else", showcase.share(world, other, [good])
    yield "ended link", showcase.share(world, learner, [good], expires=NOW - timedelta(days=1))
    yield "of tomorrow", showcase.share(world, learner, [good], created=NOW + timedelta(days=1))
    yield "wrong purpose", showcase.share(world, learner, [good], purpose="assertionMethod")
    yield "no end", world.present(learner, [good])
    yield "nothing in it", showcase.share(world, learner, [])
    named = showcase.certificate(world, world.issuer("Guild"), "robin@example.org")
    yield "named by e-mail", showcase.share(world, learner, [named])
    vp = json.loads(showcase.share(world, learner, [good]))
    yield (
        "unsigned presentation",
        json.dumps({k: v for k, v in vp.items() if k != "proof"}).encode(),
    )
    yield "altered in a presentation", json.dumps(vp).replace("Welding", "Wedding").encode()
    yield "another name", json.dumps(vp | {"name": "For somebody else"}).encode()
    yield "another holder", json.dumps(vp | {"holder": other.id}).encode()


def _older(world: World, school) -> dict[str, Any]:
    claims = world.claims(school)
    claims["@context"] = [
        V1,
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        ED25519_2020,
    ]
    claims["issuanceDate"] = claims.pop("validFrom")
    return claims


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png() -> bytes:
    return (
        badge_image.PNG_SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(b"\0\0"))
        + _chunk(b"IEND", b"")
    )


@pytest.fixture
def awkward() -> tuple[list[Case], World, dict[str, bytes]]:
    world = World(NOW)
    cases = [Case(name, data) for name, data in _world_cases(world)]
    addresses = {*world.documents, *world._list_owners} - world.outages
    return cases, world, {url: world.fetch(url).body for url in addresses}


def test_whose_key_it_is(engine):
    """Each case with documents of its own, which is where such cases differ."""
    desktop, items, names = [], [], []
    for name, made in keys.agreement_cases():
        for url, body in made.documents.items():
            made.world.publish(url, json.dumps(body).encode())
        desktop += _desktop([Case(name, made.raw)], made.world)
        documents = {url: encode(body) for url, body in made.world.documents.items()}
        item = {"input": encode(made.raw), "now": NOW.isoformat(), "documents": documents}
        items.append(item)
        names.append(Case(name, made.raw))
    page = [_said(answer["value"]) for answer in engine.run("check", items)]
    assert _differences(names, desktop, page) == {}


def test_a_pretend_world_in_node(engine, awkward):
    cases, world, documents = awkward
    desktop = _desktop(cases, world)
    assert _differences(cases, desktop, _in_node(engine, cases, documents)) == {}
    assert {said["outcome"] for said in desktop} == {"passed", "unknown", "failed", None}


def test_a_pretend_world_in_chromium(open_page, awkward):
    cases, world, documents = awkward
    desktop = _desktop(cases, world)
    assert _differences(cases, desktop, _in_browser(open_page(), cases, documents)) == {}


@pytest.fixture(scope="module")
def embedded() -> tuple[list[Case], World, dict[str, bytes]]:
    """Proofs of every suite, good and odd, and some with one character changed."""
    world = World(NOW)
    cases = [Case(case.name, case.raw) for case in embedded_cases.cases(world)]
    good = [case for case in cases if case.name.split() in KINDS]
    assert len(good) == len(embedded_cases.KINDS)
    for case in good:
        for position in range(3, len(case.data), 41):
            data = bytearray(case.data)
            data[position] ^= 1 << (position % 7)
            cases.append(Case(f"{case.name}, byte {position}", bytes(data)))
    return cases, world, dict(world.documents)


KINDS = [[suite.name, key_type.value] for suite, key_type in embedded_cases.KINDS]


def test_embedded_proofs_in_node(engine, embedded):
    cases, world, documents = embedded
    desktop = _desktop(cases, world)
    assert _differences(cases, desktop, _in_node(engine, cases, documents)) == {}


def test_embedded_proofs_in_chromium(open_page, embedded):
    cases, world, documents = embedded
    desktop = _desktop(cases, world)
    assert _differences(cases, desktop, _in_browser(open_page(), cases, documents)) == {}


def test_where_a_presentation_was_made_for(engine):
    """A presentation for another page says so, also when somebody added a proof for this one."""
    world = World(NOW)
    learner, other = world.learner("Robin"), world.learner("Mallory")
    good = world.issue(world.issuer("School"), subject=learner.id)
    vp = json.loads(showcase.share(world, learner, [good]))
    added = json.loads(showcase.share(world, other, [good], domains=["https://here.example"]))
    second = data_integrity.sign(
        {name: value for name, value in vp.items() if name != "proof"},
        method=other.method,
        sign=other.sign,
        created=NOW,
        purpose="authentication",
        domains=["https://here.example"],
    )["proof"]
    cases = [json.dumps(d).encode() for d in (vp, added, vp | {"proof": [vp["proof"], second]})]
    origins = ["https://verify.example.org", "https://here.example", "https://elsewhere.example"]
    items = [(data, origin) for data in cases for origin in origins]
    answers = engine.run(
        "check", [{"input": encode(d), "now": NOW.isoformat(), "origin": o} for d, o in items]
    )
    seen = set()
    for (data, origin), found in zip(items, answers, strict=True):
        presentation = formats.read(data)
        assert isinstance(presentation, Presentation)
        report = verify.verify_presentation(
            presentation, trust.policy(), world, NOW, page_origin=origin
        )
        said = _said(found["value"])["checks"]
        assert said == _simple(Checked("", presentation, report))["checks"]
        seen.add(said[-1][2])
    assert seen == {None, "other_audience"}


def test_altered_bytes_agree(engine, awkward):
    """One byte of a good share changed, anywhere: both refuse it in the same words."""
    _, world, documents = awkward
    school, learner = world.issuer("School"), world.learner("Robin")
    vp = showcase.share(world, learner, [world.issue(school, subject=learner.id)])
    cases = []
    for position in range(0, len(vp), 7):
        data = bytearray(vp)
        data[position] ^= 1 << (position % 7)
        cases.append(Case(f"byte {position}", bytes(data)))
    desktop = _desktop(cases, world)
    assert _differences(cases, desktop, _in_node(engine, cases, documents)) == {}
    # White space between tokens is all that may change.
    assert all(
        said["outcome"] != "passed" or json.loads(case.data) == json.loads(vp)
        for case, said in zip(cases, desktop, strict=True)
    )

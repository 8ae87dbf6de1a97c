"""SD-JWT: the rules of RFC 9901, what is disclosed, and what a selection leaves out."""

from __future__ import annotations

import contextlib
import itertools
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import shared
from tests.world import World, conceal
from wallet import formats
from wallet.crypto import jose, multikey, signatures
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import sd_jwt
from wallet.model import Credential, Format, KeyType, Presentation

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College")
ROBIN = WORLD.learner()
DIPLOMA = WORLD.diploma(SCHOOL, ROBIN, sub=ROBIN.id)
VECTORS = shared("vectors", "jose-sdjwt")
KEYS = json.loads((VECTORS / "sdjwt__rfc9901-keys.json").read_text("utf-8"))
RFC_KEY = jose.key_of_jwk({k: v for k, v in KEYS["issuer_key"].items() if k != "d"})


def disclosure(*parts):
    return jose.encode_base64url(json.dumps(parts).encode())


def digest(text):
    return sd_jwt.parse(DIPLOMA).digest(text)


def token(payload, *texts):
    """Return an SD-JWT with this payload and these disclosures, whatever they are."""
    header = {"alg": "EdDSA", "kid": SCHOOL.method, "typ": "dc+sd-jwt"}
    jwt = jose.sign_compact(header, json.dumps(payload).encode(), sign=SCHOOL.sign)
    return "~".join((jwt, *texts, "")).encode()


def test_everything_disclosed_is_where_it_was():
    found = sd_jwt.parse(DIPLOMA)
    assert found.payload["degree"] == {"name": "Bachelor of Science", "grade": "1.3"}
    assert found.payload["courses"] == ["Statics", "Hydraulics"]
    assert not {"_sd", "_sd_alg", "..."} & found.payload.keys()
    assert not found.unsigned
    by_path = {one.path: one for one in found.disclosures}
    assert set(by_path) == {
        *(("given_name",), ("degree",), ("degree", "grade"), ("courses", 0), ("courses", 1)),
    }
    grade = by_path["degree", "grade"]
    assert (grade.name, grade.value) == ("grade", "1.3")
    assert grade.parents == (by_path["degree",].digest,)
    assert by_path["courses", 1].name is None
    assert by_path["degree",].value == {"name": "Bachelor of Science", "grade": "1.3"}


@pytest.mark.parametrize("algorithm", ["sha-256", "sha-384", "sha-512"])
def test_digest_algorithms(algorithm):
    raw = WORLD.sd_jwt(SCHOOL, {"vct": "x", "a": 1}, hidden=("a",), digest=algorithm)
    assert sd_jwt.parse(raw).payload["a"] == 1


def test_an_unknown_digest_algorithm_is_not_guessed():
    with pytest.raises(UnsupportedError) as caught:
        sd_jwt.parse(token({"vct": "x", "_sd_alg": "sha3-256"}))
    assert caught.value.code is Code.ALGORITHM_UNSUPPORTED


A = disclosure("salt", "a", 1)
B = disclosure("salt", "b", {"_sd": [digest(A)]})
ELEMENT = disclosure("salt", "element")

REFUSED = {
    "a digest twice": ({"_sd": [digest(A), digest(A)]}, A),
    "a digest twice, once without a disclosure": ({"x": {"_sd": ["d"]}, "_sd": ["d"]},),
    "a digest twice, once in a disclosure": ({"_sd": [digest(A), digest(B)]}, A, B),
    "a claim of a name that is there": ({"a": 2, "_sd": [digest(A)]}, A),
    "two claims of one name": (
        {"_sd": [digest(A), digest(disclosure("pepper", "a", 2))]},
        A,
        disclosure("pepper", "a", 2),
    ),
    "a claim named _sd": (
        {"_sd": [digest(disclosure("s", "_sd", []))]},
        disclosure("s", "_sd", []),
    ),
    "a claim named ...": ({"_sd": [digest(disclosure("s", "...", 1))]}, disclosure("s", "...", 1)),
    "an element where a claim should be": ({"_sd": [digest(ELEMENT)]}, ELEMENT),
    "a claim where an element should be": ({"l": [{"...": digest(A)}]}, A),
    "an element with more than a digest": ({"l": [{"...": digest(ELEMENT), "x": 1}]}, ELEMENT),
    "... as the name of a claim": ({"...": "d"},),
    "_sd that is no list": ({"_sd": "d"},),
    "_sd that is an object": ({"x": {"_sd": {}}},),
    "a digest that is no text": ({"_sd": [1]},),
    "_sd_alg that is no text": ({"_sd_alg": 256},),
    "a disclosure of one part": ({}, disclosure("salt")),
    "a disclosure of four parts": ({}, disclosure("salt", "a", 1, 2)),
    "a disclosure that is an object": ({}, jose.encode_base64url(b'{"a":1}')),
    "a salt that is no text": ({}, disclosure(1, "a", 1)),
    "a name that is no text": ({}, disclosure("salt", 1, 1)),
    "an empty disclosure": ({}, ""),
    "a disclosure that is no JSON": ({}, jose.encode_base64url(b'["salt","a",1')),
    "a disclosure with a byte order mark": ({}, jose.encode_base64url(b'\xef\xbb\xbf["s","a",1]')),
    "two disclosures that are JSON only together": (
        {},
        jose.encode_base64url(b'["s","a",1],["s"'),
        jose.encode_base64url(b'"b",1]'),
    ),
    "a separator in a disclosure": ({}, jose.encode_base64url(b'["s","a",1]\x1e["s","b",1]')),
    "a disclosure with padding": ({}, "WyJzIiwiYSIsMV0="),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_verifier_may_accept(case):
    payload, *texts = REFUSED[case]
    with pytest.raises(MalformedError) as caught:
        sd_jwt.parse(token({"iss": SCHOOL.id, "vct": "x", **payload}, *texts))
    assert caught.value.code is Code.BAD_JOSE


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "status"])
def test_what_an_sd_jwt_vc_must_not_withhold(name):
    payload = {"iss": SCHOOL.id, "vct": "x", "exp": 1, "nbf": 1, "cnf": {}, "status": {}}
    if name != "vct":
        raw = WORLD.sd_jwt(SCHOOL, payload, hidden=(name,))
        with pytest.raises(MalformedError):
            formats.read(raw)
    raw = WORLD.sd_jwt(SCHOOL, {**payload, "inner": {name: 1}}, hidden=(f"inner.{name}",))
    assert formats.read(raw).claims["credentialSubject"]["inner"] == {name: 1}


def test_bounds(monkeypatch):
    monkeypatch.setattr(sd_jwt, "MAX_DISCLOSURES", 4)
    with pytest.raises(MalformedError) as caught:
        sd_jwt.parse(DIPLOMA)
    assert caught.value.code is Code.TOO_LARGE


def test_disclosures_in_disclosures_have_an_end():
    text, texts = disclosure("s", "n", 1), []
    for _ in range(sd_jwt.MAX_DEPTH + 1):
        texts.append(text)
        text = disclosure("s", "n", {"_sd": [digest(text)]})
    deep = token({"_sd": [digest(text)]}, text, *texts)
    with pytest.raises(MalformedError) as caught:
        sd_jwt.parse(deep)
    assert caught.value.code is Code.TOO_DEEP


def test_the_last_tilde_of_early_drafts_may_be_missing():
    assert sd_jwt.parse(DIPLOMA[:-1]).payload == sd_jwt.parse(DIPLOMA).payload


# -- leaving out ------------------------------------------------------------------------------


def test_every_selection_shows_what_was_selected_and_nothing_else():
    whole = sd_jwt.parse(DIPLOMA)
    digests = [one.digest for one in whole.disclosures]
    for size in range(len(digests) + 1):
        for chosen in itertools.combinations(digests, size):
            raw = sd_jwt.select(DIPLOMA, chosen)
            found = sd_jwt.parse(raw)
            wanted = set(chosen).union(
                *(d.parents for d in whole.disclosures if d.digest in chosen)
            )
            assert {one.digest for one in found.disclosures} == wanted
            assert not found.unsigned
            left_out = {one.text.encode() for one in whole.disclosures if one.digest not in wanted}
            assert not any(text in raw for text in left_out)
            assert raw.startswith(whole.jwt.encode() + b"~")
            assert raw.endswith(b"~")


def test_a_selection_drops_a_key_binding_and_what_nobody_signed():
    bound = sd_jwt.bind(DIPLOMA, sign=ROBIN.sign, audience="a", nonce="n", issued_at=WORLD.now)
    digests = [one.digest for one in sd_jwt.parse(DIPLOMA).disclosures]
    assert sd_jwt.select(bound, digests) == DIPLOMA
    assert sd_jwt.select(DIPLOMA + disclosure("s", "x", 1).encode() + b"~", digests) == DIPLOMA
    assert sd_jwt.select(DIPLOMA, []).count(b"~") == 1


def test_a_digest_that_is_not_there_cannot_be_selected():
    with pytest.raises(MalformedError) as caught:
        sd_jwt.select(DIPLOMA, ["nothing"])
    assert caught.value.code is Code.MISSING_FIELD


# -- key binding ------------------------------------------------------------------------------


def test_bind_says_for_whom_and_over_what():
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    raw = sd_jwt.bind(
        DIPLOMA, sign=ROBIN.sign, audience="https://jobs.example", nonce="n-1", issued_at=at
    )
    found = formats.read(raw)
    assert isinstance(found, Presentation)
    assert (found.raw, found.holder, found.format) == (raw, ROBIN.id, Format.SD_JWT_VC)
    assert [c.raw for c in found.credentials] == [DIPLOMA]
    (proof,) = found.proofs
    assert (proof.domains, proof.challenge, proof.created) == (("https://jobs.example",), "n-1", at)
    binding = jose.parse_compact(sd_jwt.parse(raw).binding)
    assert binding.header["typ"] == "kb+jwt"
    assert json.loads(binding.payload)["sd_hash"] == digest(DIPLOMA.decode())


@pytest.mark.parametrize(
    ("confirmation", "expected"),
    [
        (None, None),
        ({"jwk": jose.jwk_of_key(ROBIN.public)}, ROBIN.public),
        ({"jwk": {**jose.jwk_of_key(ROBIN.public), "key_ops": ["sign"]}}, ROBIN.public),
        ({"kid": ROBIN.method}, ROBIN.public),
        ({"kid": multikey.did_jwk(ROBIN.public) + "#0"}, ROBIN.public),
        ({"kid": "did:web:robin.example#key"}, UnsupportedError),
        ({"jku": "https://keys.example"}, UnsupportedError),
        ({"x5t#S256": "AA"}, UnsupportedError),
        ({"jwk": {**jose.jwk_of_key(ROBIN.public), "d": "AA"}}, MalformedError),
        ("did:key:z", MalformedError),
    ],
)
def test_the_key_it_is_bound_to(confirmation, expected):
    payload = {"cnf": confirmation} if confirmation is not None else {}
    if isinstance(expected, type):
        with pytest.raises(expected):
            sd_jwt.holder_key(payload)
    else:
        assert sd_jwt.holder_key(payload) == expected


# -- published --------------------------------------------------------------------------------


def test_the_first_example_of_rfc_9901():
    raw = (VECTORS / "sdjwt__rfc9901-a1.sdjwt").read_bytes().strip()
    found = sd_jwt.parse(raw)
    jws = found.jws
    assert signatures.verify(jws.algorithm, RFC_KEY, jws.signing_input, jws.signature)
    assert found.payload["address"] == {"region": "港区", "country": "JP"}
    assert not found.unsigned
    assert not found.binding
    with pytest.raises(MalformedError) as caught:
        formats.read(raw)  # a signed token without a type of credential
    assert caught.value.code is Code.NOT_A_CREDENTIAL


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.sdjwt")), ids=lambda path: path.stem)
def test_every_published_disclosure_is_signed(path):
    manifest = json.loads(shared("vectors", "manifest.json").read_text("utf-8"))
    measured = manifest[f"jose-sdjwt/{path.name}"]["measured"]
    found = sd_jwt.parse(path.read_bytes().strip())
    count = len(found.disclosures)
    assert f"disclosures {count}/{count} match" in measured
    assert not found.unsigned
    assert bool(found.binding) == ("has KB-JWT" in measured)


# -- JSON serialisation (RFC 9901 section 8) ----------------------------------------------------


def as_json(raw, *, general):
    found = sd_jwt.parse(raw)
    protected, payload, signature = found.jwt.split(".")
    unprotected = {"disclosures": [one.text for one in found.disclosures]}
    if found.binding:
        unprotected["kb_jwt"] = found.binding
    signed = {"protected": protected, "signature": signature, "header": unprotected}
    whole = (
        {"payload": payload, "signatures": [signed]} if general else {"payload": payload, **signed}
    )
    return json.dumps(whole).encode()


@pytest.mark.parametrize("general", [False, True])
def test_json_serialisation(general):
    data = as_json(DIPLOMA, general=general)
    found = formats.read(data)
    assert isinstance(found, Credential)
    assert (found.raw, found.container) == (DIPLOMA, data)
    bound = sd_jwt.bind(DIPLOMA, sign=ROBIN.sign, audience="a", nonce="n", issued_at=WORLD.now)
    assert formats.read(as_json(bound, general=general)).raw == bound


@pytest.mark.parametrize(
    "change",
    [
        {"signatures": []},
        {"signatures": [{}, {}]},
        {"signatures": ["x"]},
        {"header": []},
        {"header": {"disclosures": [1]}},
        {"header": {"disclosures": "x"}},
        {"header": {"kb_jwt": 1}},
        {"protected": None},
        {"payload": "ö"},
        {"signature": "a~b"},
    ],
)
def test_odd_json_serialisation(change):
    data = {**json.loads(as_json(DIPLOMA, general=False)), **change}
    with pytest.raises(WalletError):
        formats.read(json.dumps(data).encode())


# -- whatever the bytes -------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "a", "b"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON, st.lists(JSON, max_size=4))
def test_parsing_raises_nothing_else(payload, parts):
    header = {"alg": "EdDSA", "typ": "dc+sd-jwt"}
    jwt = jose.sign_compact(header, json.dumps(payload).encode(), sign=lambda _: b"x")
    texts = [jose.encode_base64url(json.dumps(part).encode()) for part in parts]
    with contextlib.suppress(WalletError):
        formats.read("~".join((jwt, *texts, "")).encode())


@given(st.binary(max_size=60), st.integers(0, len(DIPLOMA)), st.integers(0, 20))
def test_parsing_garbled_bytes_raises_nothing_else(noise, place, cut):
    with contextlib.suppress(WalletError):
        formats.read(DIPLOMA[:place] + noise + DIPLOMA[place + cut :])


@given(
    st.dictionaries(
        st.sampled_from("abcd"),
        st.recursive(
            st.integers() | st.text(max_size=4),
            lambda inner: (
                st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
                | st.lists(inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=4,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_is_hidden_comes_back(claims, random):
    paths = [path for path in _paths(claims) if random.random() < 0.6]
    hidden = sorted(paths, key=lambda path: -path.count("."))
    payload = json.loads(json.dumps(claims))
    texts = conceal(payload, hidden)
    found = sd_jwt.parse(token(payload, *texts))
    assert found.payload == claims
    assert len(found.disclosures) == len(texts)
    none = sd_jwt.parse(sd_jwt.select(token(payload, *texts), []))
    assert not none.disclosures


def _paths(node, prefix=""):
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        path = f"{prefix}{key}"
        yield path
        if isinstance(value, dict | list):
            yield from _paths(value, f"{path}.")


def test_keys_of_other_types_bind_too():
    holder = WORLD.issuer("P-256 holder", "jwk", KeyType.P256)
    raw = WORLD.diploma(SCHOOL, holder)
    bound = sd_jwt.bind(
        raw, sign=holder.sign, audience="a", nonce="n", issued_at=WORLD.now, algorithm="ES256"
    )
    found = formats.read(bound)
    assert found.proofs[0].suite == "ES256"
    assert multikey.key_of_did_key(found.holder) == holder.public

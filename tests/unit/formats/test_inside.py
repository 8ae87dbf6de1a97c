"""What stands inside a credential is found wherever it is, in its exact bytes."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import inside as made
from tests.paths import shared
from tests.world import World
from wallet import formats
from wallet.errors import Code, WalletError
from wallet.formats import any_inside, inside
from wallet.formats.inside import MAX_INSIDE
from wallet.model import Credential, Format
from wallet.report import Role, Thing


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


def found(claims, raw=None):
    read = formats.read(raw or json.dumps(claims).encode())
    assert isinstance(read, Credential)
    return inside(read)


@pytest.mark.parametrize("form", [Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE])
def test_each_has_the_very_bytes_that_stand_in_the_original(world, school, form):
    inner = [
        world.issue(school, title='Ärger, "quoted" \\ 🦉'),
        world.issue(school, form=Format.VC_JWT),
    ]
    raw = made.transcript(world, school, inner, form=form)
    parts = inside(formats.read(raw))
    assert [p.place for p in parts] == [
        f"/credentialSubject/verifiableCredential/{n}" for n in (0, 1)
    ]
    own, token = (p.credential for p in parts)
    assert json.loads(own.raw) == json.loads(inner[0])
    text = raw if form is Format.DATA_INTEGRITY else formats.vc_jwt.parse(raw).payload_text.encode()
    assert own.raw in text
    assert token.raw == inner[1]
    assert [p.role for p in parts] == [Role.CREDENTIAL] * 2


def test_odd_writing_is_kept_as_it_is(school, world):
    inner = world.issue(school, form=Format.UNSECURED)
    odd = inner.replace(b'"name"', b' \t"n\\u0061me"\n').replace(b"{", b"{ ", 1)
    whole = made.transcript(world, school, [{"place": "here"}], form=Format.UNSECURED)
    compact = json.dumps(json.loads(whole)).encode()
    raw = compact.replace(b'{"place": "here"}', odd)
    (part,) = found(None, raw)
    assert part.credential.raw == odd.strip()


def test_endorsements_say_what_they_stand_with(world, school):
    board = world.issuer("Board")
    by = {
        "whole": [made.endorsement(world, board, "urn:a")],
        "achievement": [made.endorsement(world, board, "urn:b", form=Format.VC_JOSE)],
        "of_issuer": [made.endorsement(world, board, school.id)],
    }
    parts = inside(formats.read(made.endorsed(world, school, **by)))
    assert {(p.place, p.thing) for p in parts} == {
        ("/endorsement/0", Thing.CREDENTIAL),
        ("/credentialSubject/achievement/endorsementJwt/0", Thing.ACHIEVEMENT),
        ("/issuer/endorsement/0", Thing.ISSUER),
    }
    assert all(p.role is Role.ENDORSEMENT and p.error is None for p in parts)


def test_a_resume_s_records(world, school):
    learner = world.learner()
    token = world.issue(school, form=Format.VC_JWT)
    signed = json.loads(world.issue(school))
    raw = made.resume(world, learner, [[token, "see my website"], [signed, {"type": "Note"}]])
    parts = inside(formats.read(raw))
    assert [p.place for p in parts] == [
        "/credentialSubject/certifications/0/verifications/0",
        "/credentialSubject/certifications/1/verifications/0",
    ]
    assert parts[0].credential.raw == token


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("eyJhbGciOiJub25lIn0", Code.BAD_JOSE),
        ("https://school.example/credentials/1", Code.ONLY_MENTIONED),
        ({"id": "https://school.example/credentials/1"}, Code.ONLY_MENTIONED),
        ({"id": "urn:x:1", "type": ["VerifiableCredential"]}, Code.ONLY_MENTIONED),
        ({"id": "urn:x:1", "name": "Machining"}, Code.NOT_A_CREDENTIAL),
        ({"type": ["VerifiableCredential"], "issuer": "did:example:1"}, Code.MISSING_FIELD),
        ({"type": "EnvelopedVerifiableCredential", "id": "urn:x"}, Code.MISSING_FIELD),
        (5, Code.NOT_A_CREDENTIAL),
    ],
)
def test_what_cannot_be_read_is_there_with_its_error(world, school, value, code):
    parts = found(made.transcript_claims(world, school, [value]))
    assert [(p.role, p.credential, p.error.code) for p in parts] == [(Role.CREDENTIAL, None, code)]


@pytest.mark.parametrize(
    "where",
    [
        lambda claims, one: claims | {"boostCredential": one},
        lambda claims, one: claims | {"evidence": [{"type": "Evidence", "proofs": [[one]]}]},
        lambda claims, one: claims | {"verifiableCredential": one},
    ],
)
def test_records_elsewhere_are_found_too(world, school, where):
    one = json.loads(world.issue(school))
    (part,) = found(where(world.claims(school), one))
    assert part.credential is not None


def test_a_plain_badge_holds_nothing(world, school):
    read = formats.read(world.issue(school, status=["revocation"]))
    assert inside(read) == ()
    assert not any_inside(read)


def test_the_rest_of_too_many_is_one_that_was_not_read(world, school):
    one = json.loads(world.issue(school, form=Format.UNSECURED))
    parts = found(made.transcript_claims(world, school, [one] * (MAX_INSIDE + 40)))
    assert len(parts) == MAX_INSIDE + 1
    assert parts[-1].error.code is Code.TOO_MANY_CREDENTIALS


def test_endorsements_beyond_the_bound_cast_no_doubt_on_records(world, school):
    one = json.loads(made.endorsement(world, school, "urn:a"))
    claims = world.claims(school) | {"endorsement": [one] * (MAX_INSIDE + 2)}
    assert found(claims)[-1].role is Role.ENDORSEMENT
    claims["verifiableCredential"] = [one]
    assert found(claims)[-1].role is Role.CREDENTIAL


def test_published_documents():
    def places(name):
        return [p.place for p in inside(formats.read(shared("vectors", name).read_bytes()))]

    assert len(places("openbadges-clr/1edtech__clr20__complex.json")) == 6
    assert places("openbadges-clr/1edtech__ob30__complete.json") == [
        "/credentialSubject/achievement/creator/endorsement/0",
        "/credentialSubject/achievement/creator/endorsement/1",
        "/credentialSubject/achievement/endorsement/0",
        "/endorsement/0",
        "/issuer/endorsement/0",
    ]
    assert places("ler-rs/1edtech__LER-RS_V2_UC008_portability.json") == [
        "/credentialSubject/educationAndLearnings/0/verifications/0",
        "/credentialSubject/certifications/0/verifications/0",
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["endorsement", "endorsementJwt", "verifiableCredential", "verifications", "type",
                 "issuer", "credentialSubject", "@context", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@given(_JSON)
def test_whatever_stands_there_nothing_is_raised(value):
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:1",
        "credentialSubject": {"id": "did:example:2", "verifiableCredential": value},
    }
    text = json.dumps(claims)
    for part in found(None, text.encode()):
        assert (part.credential is None) != (part.error is None)
        assert part.error is None or isinstance(part.error, WalletError)
        if part.credential is not None and isinstance(part.value, dict):
            assert part.credential.raw.decode() in text or part.credential.format.value.startswith(
                "vc"
            )


def test_a_word_spelled_with_escapes_is_found_all_the_same(world, school):
    inner = world.issue(school, form=Format.UNSECURED).decode()
    for word in ("verifiableCredential", "x"):
        claims = json.dumps(world.claims(school) | {word: "HERE"}).replace('"HERE"', inner)
        escaped = claims.replace("erifiable", "\\u0065rifiable").replace("Subject", "\\u0053ubject")
        assert escaped != claims
        assert [p.role for p in found(None, claims.encode())] == [Role.CREDENTIAL]
        spelled = claims.replace("V", "\\u0056").replace("verif", "v\\u0065rif")
        assert [p.role for p in found(None, spelled.encode())] == [Role.CREDENTIAL]


def test_the_quick_look_overlooks_nothing(world, school, monkeypatch):
    """With and without it, the same is found in every published document."""
    module = sys.modules["wallet.formats.inside"]
    for path in sorted(shared("vectors").glob("*/*.json*")):
        try:
            read = formats.read(path.read_bytes())
        except WalletError:
            continue
        if isinstance(read, Credential):
            quick = inside(read)
            with monkeypatch.context() as patched:
                patched.setattr(module, "_may_hold_some", lambda _credential: True)
                assert [p.place for p in inside(read)] == [p.place for p in quick], path.name

"""OpenID Federation: every signature up to the anchor, and nothing that only looks like one."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registries import Entity, Memory, Web, anchor
from tests.world import World
from wallet.crypto import jose
from wallet.errors import Code, MalformedError, UnreachableError, WalletError
from wallet.model import Fact
from wallet.verify import federation

ISSUER = "did:web:harbor.example"
SKEW = timedelta(minutes=5)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def top(world):
    return anchor(world)


def find(world, top, issuer=ISSUER, *, anchors=None, web=None):
    return federation.find(
        issuer, top.url, web or Web(world), now=world.now, skew=SKEW, anchors=anchors
    )


def refused(world, top, **more) -> str:
    with pytest.raises(WalletError) as caught:
        find(world, top, **more)
    return str(caught.value.facts.get("why", caught.value.code.value))


def test_an_issuer_the_anchor_vouches_for_has_the_name_the_anchor_gives_it(world, top):
    top.vouch(ISSUER, "Harbor College of the registry")
    found = find(world, top)
    assert found.name == "Harbor College of the registry"
    assert found.read_at == world.now


def test_an_issuer_the_anchor_does_not_know_is_not_found(world, top):
    assert find(world, top) is None


def test_a_legal_name_will_do_and_a_statement_without_any_is_one_all_the_same(world, top):
    legal = {"institution_additional_information": {"legal_name": "Harbor College, Inc."}}
    top.vouch(ISSUER, metadata=legal)
    assert find(world, top).name == "Harbor College, Inc."
    top.vouch(ISSUER, metadata={})
    assert find(world, top).name == ""


LONG_AGO = {"iat": 1, "exp": 2}
STATEMENTS = {
    "of another issuer": ({"iss": "https://other.example"}, {}, "iss_sub"),
    "about another issuer": ({"sub": "did:web:other.example"}, {}, "iss_sub"),
    "expired": (LONG_AGO, {}, "exp"),
    "without an end": ({"exp": None}, {}, "time"),
    "whose end is a word": ({"exp": "tomorrow"}, {}, "time"),
    "whose end is true": ({"exp": True}, {}, "time"),
    "of the future": ({"iat": 4_000_000_000, "exp": 4_000_000_001}, {}, "iat"),
    "of another type": ({}, {"typ": "JWT"}, "typ"),
    "of no type": ({}, {"typ": None}, "typ"),
    "with a key nobody has": ({}, {"kid": "another"}, "signature"),
    "without a kid": ({}, {"kid": None}, "bad_jose"),
    "critical in a way not known": ({"crit": ["x"], "x": 1}, {}, "crit"),
    "with names constrained": ({"constraints": {"naming_constraints": {}}}, {}, "constraints"),
    "with odd constraints": ({"constraints": [1]}, {}, "constraints"),
    "with kinds of entity constrained": (
        {"constraints": {"allowed_entity_types": ["openid_relying_party"]}},
        {},
        "constraints",
    ),
    "with a constraint of tomorrow": ({"constraints": {"more": 1}}, {}, "constraints"),
    "critical in nothing": ({"crit": []}, {}, "crit"),
    "with a policy that must be understood": (
        {"metadata_policy_crit": ["remove"]},
        {},
        "metadata_policy_crit",
    ),
    "with a policy about its name": (
        {"metadata_policy": {"federation_entity": {"organization_name": {"value": "Only This"}}}},
        {},
        "metadata_policy",
    ),
    "with an odd policy": ({"metadata_policy": [1]}, {}, "metadata_policy"),
    "with too many keys": (
        {"jwks": {"keys": [{"kid": str(n)} for n in range(federation.MAX_KEYS + 1)]}},
        {},
        "jwks",
    ),
    "with a key without a name": (
        {"jwks": {"keys": [{"kty": "x", "kid": "a"}, {"kty": "x", "kid": None}]}},
        {},
        "kid",
    ),
}


@pytest.mark.parametrize(("claims", "header", "why"), STATEMENTS.values(), ids=STATEMENTS)
def test_a_statement_that_is_not_to_be_used(world, top, claims, header, why):
    top.vouch(ISSUER, header=header, **claims)
    assert refused(world, top) == why


def test_a_forged_statement_is_refused(world, top):
    body = top.vouch(ISSUER)
    head, payload, signature = body.decode().split(".")
    claims = json.loads(jose.decode_base64url(payload))
    claims["metadata"]["federation_entity"]["organization_name"] = "Harvard"
    forged = jose.encode_base64url(json.dumps(claims).encode())
    world.documents[top.about_url(ISSUER)] = f"{head}.{forged}.{signature}".encode()
    assert refused(world, top) == "signature"


def test_a_statement_by_a_key_that_only_calls_itself_the_anchors_is_refused(world, top):
    mallory = Entity(world, "https://mallory.example")
    claims = {"iss": top.id, "sub": ISSUER, **top.times(), "jwks": mallory.jwks()}
    world.documents[top.about_url(ISSUER)] = mallory.sign(claims, kid=top.keys[0])
    assert refused(world, top) == "signature"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256K", "RS256"])
def test_another_algorithm_is_refused(world, top, algorithm):
    top.vouch(ISSUER, header={"alg": algorithm})
    with pytest.raises(WalletError):
        find(world, top)


CONFIGURATIONS = {
    "expired": (LONG_AGO, "exp"),
    "of another": ({"iss": "https://other.example"}, "iss_sub"),
    "of an entity elsewhere": (
        {"iss": "https://other.example", "sub": "https://other.example"},
        "iss_sub",
    ),
    "without keys": ({"jwks": {"keys": []}}, "signature"),
    "without a place to ask": ({"metadata": {}}, "federation_fetch_endpoint"),
    "with a place inside": (
        {"metadata": {"federation_entity": {"federation_fetch_endpoint": "http://127.0.0.1/"}}},
        "federation_fetch_endpoint",
    ),
}


@pytest.mark.parametrize(("claims", "why"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_an_anchor_whose_configuration_does_not_hold_vouches_for_nobody(world, top, claims, why):
    top.vouch(ISSUER)
    top.configuration(**claims)
    assert refused(world, top) == why


def test_a_huge_answer_is_not_read(world, top):
    world.documents[top.about_url(ISSUER)] = b"x" * (federation.MAX_STATEMENT_BYTES + 1)
    assert refused(world, top) == "size"


def test_an_anchor_that_does_not_answer_is_said_so(world, top):
    world.outage()
    with pytest.raises(UnreachableError):
        find(world, top)


def test_an_identifier_may_end_with_a_slash(world):
    top = Entity(world, "https://anchor.example/oidfed/")
    world.documents["https://anchor.example/oidfed/.well-known/openid-federation"] = (
        top.configuration()
    )
    top.vouch(ISSUER)
    url = "https://anchor.example/oidfed" + federation.WELL_KNOWN
    memory = Memory()
    found = federation.find(ISSUER, url, Web(world), now=world.now, skew=SKEW, anchors=memory)
    assert found.name == "Harbor College"
    assert set(memory.pins) == {federation.anchor_of(url)}


def test_an_anchor_needs_the_address_of_a_configuration(world):
    with pytest.raises(MalformedError):
        federation.find(ISSUER, "https://a.example/x", Web(world), now=world.now, skew=SKEW)


class One:
    """Answers everything with the same bytes."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def fetch(self, url: str) -> Fact:
        return Fact(url, self.body, World().now)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.builds(lambda a, b, c: b".".join((a, b, c)), *[st.binary(max_size=40)] * 3)
    | st.dictionaries(st.sampled_from(["iss", "sub", "jwks", "exp", "iat"]), st.integers()).map(
        lambda claims: Entity(World(), "https://anchor.example").sign(claims)
    )
)
def test_whatever_an_address_says_is_refused_in_order(body):
    with pytest.raises(WalletError):
        federation.find(
            ISSUER,
            "https://a.example" + federation.WELL_KNOWN,
            One(body),
            now=World().now,
            skew=SKEW,
        )


# -- keys of an anchor over time ---------------------------------------------------------------


def test_an_anchor_is_known_by_its_first_key_from_then_on(world, top):
    memory = Memory()
    find(world, top, anchors=memory)
    assert memory.pins[top.id].since == world.now
    mallory = Entity(world, top.id, ["mallory"])
    mallory.configuration()
    mallory.vouch(ISSUER)
    world.now += timedelta(days=3)
    mallory.configuration()
    assert refused(world, mallory, anchors=memory) == Code.ANCHOR_CHANGED.value
    with pytest.raises(WalletError) as caught:
        find(world, mallory, anchors=memory)
    assert caught.value.facts["since"] == world.now - timedelta(days=3)
    assert len(memory.pins[top.id].keys) == 1


def test_an_anchor_that_rolls_its_key_over_as_it_should_stays_known(world, top):
    memory = Memory()
    find(world, top, anchors=memory)
    old, new = "https://anchor.example 1", "next"
    both = Entity(world, top.id, [old, new])
    both.configuration()
    both.vouch(ISSUER)
    assert find(world, both, anchors=memory) is not None
    alone = Entity(world, top.id, [new])
    alone.configuration()
    alone.vouch(ISSUER)
    assert find(world, alone, anchors=memory) is not None
    assert memory.pins[top.id].since == world.now
    # Whoever finds the retired key cannot bring it back.
    top.configuration()
    assert refused(world, top, anchors=memory) == Code.ANCHOR_CHANGED.value


# -- intermediates ------------------------------------------------------------------------------

SCHOOL = "https://school.example"


def chain(world, top, *between, issuer=SCHOOL, **more):
    """Publish a chain: the issuer, each of `between` above the one before, the anchor."""
    leaf = Entity(world, issuer)
    entities = [leaf, *between, top]
    for below, above in itertools.pairwise(entities):
        below.configuration(authority_hints=[above.id])
        above.vouch(below.id, "Harbor College", jwks=below.jwks(), **more)
    return leaf


def middle(world, n=1):
    return Entity(world, f"https://middle{n}.example")


@pytest.mark.parametrize("length", range(federation.MAX_DEPTH + 1))
def test_an_https_issuer_below_intermediates_is_found(world, top, length):
    chain(world, top, *(middle(world, n) for n in range(length)))
    assert find(world, top, SCHOOL).name == "Harbor College"


def test_a_chain_longer_than_any_real_one_leads_nowhere(world, top):
    chain(world, top, *(middle(world, n) for n in range(federation.MAX_DEPTH + 1)))
    assert find(world, top, SCHOOL) is None


def test_hints_in_a_circle_lead_nowhere(world, top):
    one, two = middle(world, 1), middle(world, 2)
    chain(world, two, one)
    two.configuration(authority_hints=[one.id])
    one.vouch(two.id, jwks=two.jwks())
    web = Web(world)
    assert find(world, top, SCHOOL, web=web) is None
    assert len(web.fetched) < 12


def test_hints_that_fan_out_are_not_all_followed(world, top):
    names = [f"https://m{n}.example" for n in range(40)]
    Entity(world, SCHOOL).configuration(authority_hints=names)
    for name in names:
        one = Entity(world, name)
        one.configuration(authority_hints=[f"{name}/{n}" for n in range(40)])
        one.vouch(SCHOOL, jwks=Entity(world, SCHOOL).jwks())
    web = Web(world)
    assert find(world, top, SCHOOL, web=web) is None
    assert len(web.fetched) <= 2 * federation.MAX_ENTITIES + 3


def test_an_issuer_whose_keys_its_superior_does_not_vouch_for_is_not_found(world, top):
    chain(world, top, middle(world))
    impostor = Entity(world, SCHOOL, ["impostor"])
    impostor.configuration(authority_hints=[middle(world).id])
    assert find(world, top, SCHOOL) is None


def test_an_intermediate_speaks_with_the_keys_that_are_vouched_for(world, top):
    # It publishes two; the anchor vouches for one, and the other is whoever's.
    both = Entity(world, "https://middle1.example", ["known", "added"])
    leaf = chain(world, top, both)
    top.vouch(both.id, jwks={"keys": both.jwks()["keys"][:1]})
    assert find(world, top, SCHOOL).name == "Harbor College"
    both.vouch(SCHOOL, "Harvard", jwks=leaf.jwks(), key="added")
    assert find(world, top, SCHOOL) is None


def test_an_intermediate_with_another_superior_that_vouches_for_its_key(world, top):
    both = Entity(world, "https://middle1.example", ["known", "added"])
    leaf = chain(world, top, both)
    other = middle(world, 2)
    other.configuration(authority_hints=[top.id])
    top.vouch(other.id, jwks=other.jwks())
    top.vouch(both.id, jwks={"keys": both.jwks()["keys"][:1]})
    other.vouch(both.id, jwks=both.jwks())
    both.configuration(authority_hints=[top.id, other.id])
    both.vouch(SCHOOL, jwks=leaf.jwks(), key="added")
    assert find(world, top, SCHOOL).name == "Harbor College"


def test_limits_from_further_up_are_not_left_out(world, top):
    one = middle(world)
    chain(world, top, one)
    for limit in (
        {"constraints": {"allowed_entity_types": []}},
        {"metadata_policy_crit": ["remove"]},
        {"metadata_policy": {"federation_entity": {"organization_name": {"value": "Only This"}}}},
    ):
        top.vouch(one.id, jwks=one.jwks(), **limit)
        assert find(world, top, SCHOOL) is None
    top.vouch(one.id, jwks=one.jwks(), metadata_policy={"federation_entity": {"contacts": {}}})
    assert find(world, top, SCHOOL) is not None


def test_an_intermediate_that_the_anchor_does_not_know_vouches_for_nobody(world, top):
    one = middle(world)
    chain(world, top, one)
    del world.documents[top.about_url(one.id)]
    assert find(world, top, SCHOOL) is None


def test_an_anchor_may_forbid_intermediates(world, top):
    chain(world, top, middle(world), constraints={"max_path_length": 0})
    assert find(world, top, SCHOOL) is None
    chain(world, top, middle(world), constraints={"max_path_length": 1})
    assert find(world, top, SCHOOL) is not None


def test_the_name_comes_from_the_superior_not_from_the_issuer(world, top):
    leaf = chain(world, top)
    claimed = {"federation_entity": {"organization_name": "Harvard"}}
    leaf.configuration(authority_hints=[top.id], metadata=claimed)
    top.vouch(SCHOOL, jwks=leaf.jwks(), metadata={})
    # Asked directly, the anchor answers first.
    assert find(world, top, SCHOOL).name == ""


def test_thumbprints_are_those_of_the_specification():
    # RFC 7638 has an RSA key; RFC 8037 appendix A.3 this one.
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    key = jose.key_of_jwk(jwk)
    assert federation.thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

"""Open Badges 2.0: hosted and signed assertions, whose they are, and whether they still hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import shared
from tests.world import OB2, World
from wallet import formats, record, wording
from wallet.checking import Budgeted, State, Verifier, verdict_of
from wallet.errors import Code, MalformedError, UnreachableError, UnsupportedError, WalletError
from wallet.formats import open_badge_2
from wallet.model import Fact, Format, Origin
from wallet.net.saved import Documents
from wallet.record import Kind
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, Trusted, completed, verify
from wallet.verify import open_badge_2 as open_badge_2_checks

GOOD = {Question.ISSUER: (Outcome.UNKNOWN, Reason.ISSUER_NOT_LISTED)}
OPEN, NO = Outcome.UNKNOWN, Outcome.FAILED


@pytest.fixture
def world():
    return World()


@pytest.fixture
def guild(world):
    return world.badge_issuer("Welders Guild")


def report(world, raw, policy=None):
    return verify(formats.read(raw), policy or Policy(), Budgeted(world), world.now)


def answers(world, raw):
    """Return what did not simply pass."""
    return {c.question: (c.outcome, c.reason) for c in report(world, raw).checks if c.reason}


def changed(world, raw, **changes):
    document = {**json.loads(raw), **changes}
    return json.dumps({k: v for k, v in document.items() if v is not ...}).encode()


def edit(world, url, **changes):
    world.documents[url] = changed(world, world.documents[url], **changes)


# -- hosted ----------------------------------------------------------------------------------------


def test_a_hosted_badge_holds(world, guild):
    raw = world.assertion(guild)
    assert answers(world, raw) == GOOD
    found = report(world, raw, Policy({guild.id: Trusted("Guild", "A register")}))
    assert found.outcome is Outcome.PASSED
    assert "not signed" in wording.check(found[Question.SIGNATURE])
    assert "welders-guild.example" in wording.check(found[Question.AUTHORITY])
    assert "not withdrawn. The issuer may notice" in wording.check(found[Question.STATUS])


@pytest.mark.parametrize(
    "changes",
    [
        {"issuedOn": "2020-01-01T00:00:00Z"},
        {"expires": "2099-01-01T00:00:00Z"},
        {"recipient": {"type": "email", "hashed": False, "identity": "mallory@example.org"}},
        {"badge": "https://welders-guild.example/badges/other.json"},
        {"evidence": "https://example.org/mine"},
        {"narrative": "The best of all"},
        {"honours": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_hosted_badge_that_was_changed(world, guild, changes):
    raw = changed(world, world.assertion(guild), **changes)
    found = answers(world, raw)
    assert found[Question.SIGNATURE] == (NO, Reason.HOSTED_DIFFERS)
    assert found[Question.AUTHORITY] == (OPEN, Reason.NOT_CHECKED)


def test_a_date_that_the_issuer_added_later_is_a_difference(world, guild):
    raw = world.assertion(guild)
    edit(world, json.loads(raw)["id"], expires="2026-05-01T00:00:00Z")
    assert answers(world, raw)[Question.SIGNATURE] == (NO, Reason.HOSTED_DIFFERS)


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": [OB2]},
        {"image": "data:image/png;base64,iVBORw0KGgo="},
        {"verification": {"type": "HostedBadge"}},
        {"type": ["Assertion"]},
        {"issuedOn": "2026-05-02T14:00:00+02:00"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_spelled_otherwise_is_no_difference(world, guild, changes):
    raw = changed(world, world.assertion(guild), **changes)
    assert answers(world, raw) == GOOD


def test_a_kind_of_badge_within_the_badge(world, guild):
    url = world.badge_class(guild)
    inner = json.loads(world.documents[url])
    raw = changed(world, world.assertion(guild), badge=inner)
    assert answers(world, raw) == GOOD
    better = changed(world, raw, badge={**inner, "name": "Master of Welding"})
    assert answers(world, better)[Question.SIGNATURE] == (NO, Reason.HOSTED_DIFFERS)
    other = changed(world, raw, badge={**inner, "issuer": "https://harvard.example/issuer.json"})
    assert answers(world, other)[Question.SIGNATURE] == (NO, Reason.HOSTED_DIFFERS)
    world.outage(url)
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, Reason.ISSUER_UNREACHABLE)


def test_a_picture_that_was_put_in_is_not_shown(world, guild):
    picture = {"image": "data:image/png;base64,iVBORw0KGgo="}
    raw = changed(world, world.assertion(guild), **picture)
    assert answers(world, raw) == GOOD
    assert "image" not in completed(formats.read(raw), world).claims
    signed = world.assertion(guild, signed=True, **picture)
    assert completed(formats.read(signed), world).claims["image"] == picture["image"]


class Gone:
    """A network where one address answers with an HTTP status."""

    def __init__(self, world, url, why):
        self.world, self.url, self.why = world, url, why

    def fetch(self, url):
        if url == self.url:
            raise UnreachableError(Code.UNREACHABLE, why=self.why)
        return self.world.fetch(url)


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("http_404", Reason.HOSTED_GONE),
        ("http_410", Reason.HOSTED_GONE),
        ("http_500", Reason.HOSTED_UNREACHABLE),
        ("timeout", Reason.HOSTED_UNREACHABLE),
    ],
)
def test_gone_is_not_altered(world, guild, why, reason):
    raw = world.assertion(guild)
    resolver = Gone(world, json.loads(raw)["id"], why)
    found = verify(formats.read(raw), Policy(), resolver, world.now)
    assert (found[Question.SIGNATURE].outcome, found[Question.SIGNATURE].reason) == (OPEN, reason)
    assert found[Question.STATUS].reason is Reason.STATUS_UNREACHABLE
    assert not any(c.outcome is NO for c in found.checks)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"id": 5}', b"\xff"])
def test_what_is_no_badge_is_gone(world, guild, body):
    raw = world.assertion(guild)
    world.documents[json.loads(raw)["id"]] = body
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, Reason.HOSTED_GONE)


@pytest.mark.parametrize(
    "changes",
    [
        {"verification": {"type": "signed", "creator": "https://x.example/k"}},
        {"id": "urn:uuid:1"},
    ],
    ids=["says it is signed", "lies nowhere"],
)
def test_neither_hosted_nor_signed(world, guild, changes):
    raw = changed(world, world.assertion(guild), **changes)
    found = answers(world, raw)
    assert found[Question.SIGNATURE] == (NO, Reason.NO_PROOF)


def test_offline_nothing_fails_and_nothing_holds(world, guild):
    raw = world.assertion(guild)
    world.outage()
    found = report(world, raw)
    assert found.outcome is OPEN
    assert not any(c.outcome is NO for c in found.checks)
    assert found[Question.SIGNATURE].reason is Reason.HOSTED_UNREACHABLE
    assert "could not be reached" in wording.check(found[Question.SIGNATURE])


# -- whose badge -----------------------------------------------------------------------------------


RULES = {
    "none": ({}, None),
    "its host": ({"allowedOrigins": ["welders-guild.example"]}, None),
    "its host, as a text": ({"allowedOrigins": "welders-guild.example"}, None),
    "another host": ({"allowedOrigins": ["other.example"]}, NO),
    "its folder": ({"startsWith": "https://welders-guild.example/assertions/"}, None),
    "one of two folders": (
        {"startsWith": ["https://x.example/", "https://welders-guild.example/a"]},
        None,
    ),
    "another folder": ({"startsWith": "https://welders-guild.example/NOT"}, NO),
    "half a host": ({"startsWith": "https://welders-guild.ex"}, NO),
    "the folder and another host": (
        {"startsWith": "https://welders-guild.example/", "allowedOrigins": ["x.example"]},
        NO,
    ),
    "nothing": ({"startsWith": [], "allowedOrigins": None}, None),
    "its host at another port": ({"allowedOrigins": "welders-guild.example:8443"}, NO),
    "a folder at another port": ({"startsWith": "https://welders-guild.example:8443/"}, NO),
    "a folder that is an object": ({"startsWith": {"id": "https://x.example/"}}, OPEN),
    "a folder among other things": ({"startsWith": ["https://welders-guild.example/", 5]}, OPEN),
    "hosts that are an object": ({"allowedOrigins": {"id": "welders-guild.example"}}, OPEN),
    "a text": ("welders-guild.example", OPEN),
    "two of them": ([{}, {}], OPEN),
}


@pytest.mark.parametrize(("rules", "expected"), RULES.values(), ids=RULES)
def test_where_an_issuer_keeps_its_badges(world, rules, expected):
    guild = world.badge_issuer("Welders Guild", verification=rules)
    found = answers(world, world.assertion(guild))
    reasons = {NO: Reason.HOST_NOT_ALLOWED, OPEN: Reason.ISSUER_MALFORMED}
    wanted = (expected, reasons[expected]) if expected else None
    assert found.get(Question.AUTHORITY) == wanted


FOLDER = "https://welders-guild.example/issuers/1/"
ESCAPES = [
    *("../../uploads/1.json", "./../uploads/1.json", "a/..", "%2e%2e/%2E%2e/uploads/1.json"),
    *("..%2f..%2Fuploads/1.json", "%252e%252e%252fuploads/1.json", ";/..%2fuploads/1.json"),
    *("..;/uploads/1.json", "..\\uploads\\1.json", "..%5cuploads/1.json", ".\t./uploads/1.json"),
]


@pytest.mark.parametrize("rest", ESCAPES)
def test_an_address_that_climbs_out_of_its_issuers_folder(world, rest):
    guild = world.badge_issuer("Welders Guild", verification={"startsWith": FOLDER})
    raw = world.assertion(guild, id=FOLDER + rest)
    world.documents[FOLDER + rest] = raw
    assert answers(world, raw)[Question.AUTHORITY] == (OPEN, Reason.HOST_NOT_ALLOWED)


@pytest.mark.parametrize("rest", ["1.json", "1?next=/../", "a..b/1%20.json", "..a/1", "1#/../"])
def test_an_address_that_only_looks_as_if_it_climbed(world, rest):
    guild = world.badge_issuer("Welders Guild", verification={"startsWith": FOLDER})
    raw = world.assertion(guild, id=FOLDER + rest)
    world.documents[(FOLDER + rest).partition("#")[0]] = raw
    assert answers(world, raw) == GOOD


@pytest.mark.parametrize(
    ("issuer_port", "port", "rules", "expected"),
    [
        ("", ":8443", {}, NO),
        ("", ":443", {}, None),
        (":8443", ":8443", {}, None),
        (":8443", "", {}, NO),
        ("", ":8443", {"allowedOrigins": "welders-guild.example"}, NO),
        ("", ":8443", {"allowedOrigins": "welders-guild.example:8443"}, None),
        (":8443", ":8443", {"allowedOrigins": "welders-guild.example"}, None),
        ("", ":99999", {}, NO),
    ],
)
def test_another_port_is_another_site(world, issuer_port, port, rules, expected):
    guild = world.badge_issuer("Welders Guild")
    own = f"https://welders-guild.example{issuer_port}/own.json"
    world.documents[own] = changed(
        world, world.documents[guild.id], id=own, **({"verification": rules} if rules else {})
    )
    kind = world.badge_class(guild, "Diving", issuer=own)
    # The kind of badge lies with its issuer, so that only the badge's own place is in question.
    if issuer_port:
        near = f"https://welders-guild.example{issuer_port}/kind.json"
        world.documents[near] = changed(world, world.documents[kind], id=near)
        kind = near
    address = f"https://welders-guild.example{port}/1.json"
    raw = world.assertion(guild, id=address, badge=kind)
    world.documents[address] = raw
    wanted = (NO, Reason.HOST_NOT_ALLOWED) if expected else None
    assert answers(world, raw).get(Question.AUTHORITY) == wanted


class Leading:
    """A network where one address leads to another, as the web does."""

    def __init__(self, world, url, to, body=None):
        self.world, self.url, self.to, self.body = world, url, to, body

    def fetch(self, url):
        fact = Fact(url, self.body, self.world.now) if url == self.url else self.world.fetch(url)
        origin = Origin(self.to if url == self.url else url, "ab" * 32)
        return replace(fact, origin=origin)


def led(world, raw, address, to, body=None):
    network = Leading(world, address, to, body or world.documents.get(address))
    trusting = Policy({"https://welders-guild.example/issuer.json": Trusted("Guild", "A register")})
    found = verify(formats.read(raw), trusting, network, world.now)
    return found.outcome, {c.question: (c.outcome, c.reason) for c in found.checks if c.reason}


@pytest.mark.parametrize(
    "to",
    ["https://mallory.example/1", "https://welders-guild.example:8443/1", "https://[x", ""],
)
def test_a_site_that_leads_wherever_it_is_asked_to_vouches_for_nothing(world, guild, to):
    kind = world.badge_class(guild)
    address = f"https://welders-guild.example/login?next={to}"
    raw = changed(world, world.assertion(guild), id=address, badge=kind)
    outcome, found = led(world, raw, address, to, raw)
    assert outcome is OPEN
    assert found[Question.SIGNATURE] == (OPEN, Reason.LED_AWAY)
    assert found[Question.STATUS] == (OPEN, Reason.STATUS_UNREACHABLE)


@pytest.mark.parametrize("which", ["badge", "issuer", "key"])
def test_what_another_site_answers_about_the_issuer_is_not_the_issuers(world, guild, which):
    raw = world.assertion(guild, signed=which == "key")
    kind = world.badge_class(guild)
    address = {"badge": kind, "issuer": guild.id, "key": guild.method}[which]
    outcome, found = led(world, raw, address, "https://mallory.example/1")
    question = Question.SIGNATURE if which == "key" else Question.AUTHORITY
    assert (outcome, found[question]) == (OPEN, (OPEN, Reason.LED_AWAY))


def test_a_badge_that_moved_on_its_site_is_the_issuers_where_it_keeps_its_badges(world):
    rules = {"startsWith": "https://welders-guild.example/assertions/"}
    guild = world.badge_issuer("Welders Guild", verification=rules)
    raw = world.assertion(guild)
    address = json.loads(raw)["id"]
    moved = "https://welders-guild.example/assertions/new/0.json"
    assert led(world, raw, address, moved) == (Outcome.PASSED, {})
    outcome, found = led(world, raw, address, "https://welders-guild.example/uploads/0.json")
    assert (outcome, found) == (OPEN, {
        Question.AUTHORITY: (OPEN, Reason.HOST_NOT_ALLOWED),
        Question.ISSUER: (OPEN, Reason.NOT_CHECKED),
    })  # fmt: skip


def test_a_badge_on_somebody_elses_host_in_an_issuers_name(world, guild):
    mallory = world.badge_issuer("Mallory")
    url = world.badge_class(mallory, "Diploma", issuer=guild.id)
    found = answers(world, world.assertion(mallory, badge=url))
    assert found[Question.AUTHORITY] == (NO, Reason.HOST_NOT_ALLOWED)
    assert found[Question.ISSUER] == (OPEN, Reason.NOT_CHECKED)


def test_a_kind_of_badge_on_somebody_elses_host(world, guild):
    elsewhere = world.badge_issuer("Elsewhere")
    url = world.badge_class(elsewhere, "Diploma", issuer=guild.id)
    found = answers(world, world.assertion(guild, badge=url))
    assert found[Question.AUTHORITY] == (OPEN, Reason.HOST_NOT_ALLOWED)


@pytest.mark.parametrize("which", ["badge", "issuer"])
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "Criteria"}, Reason.ISSUER_MALFORMED),
        ({"id": "https://other.example/x"}, Reason.ISSUER_UNREACHABLE),
        ({"id": ...}, Reason.ISSUER_MALFORMED),
        (None, Reason.ISSUER_UNREACHABLE),
    ],
)
def test_what_the_issuer_publishes_must_be_what_it_says(world, guild, which, change, reason):
    raw = world.assertion(guild)
    url = json.loads(raw)["badge"] if which == "badge" else guild.id
    if change is None:
        world.outage(url)
    else:
        edit(world, url, **change)
    found = answers(world, raw)
    assert found[Question.AUTHORITY] == (OPEN, reason)
    assert not any(outcome is NO for outcome, _ in found.values())


def test_an_address_that_leads_to_the_documents_own(world, guild):
    raw = world.assertion(guild)
    url = json.loads(raw)["badge"]
    short = f"{guild.base}/b/1"
    world.documents[short] = world.documents[url]
    named = world.assertion(guild, badge=short)
    assert answers(world, named) == GOOD


def test_documents_that_lead_to_each_other_for_ever(world, guild):
    raw = world.assertion(guild)
    url = json.loads(raw)["badge"]
    for number in range(50):
        edit(world, url, id=f"{url}?{number + 1}")
        world.documents[f"{url}?{number + 1}"] = changed(
            world, world.documents[url], id=f"{url}?{number + 2}"
        )
    world.fetched.clear()
    assert answers(world, raw)[Question.AUTHORITY] == (OPEN, Reason.ISSUER_MALFORMED)
    assert len(set(world.fetched)) < 6


def test_plain_addresses_answer_from_saved_documents_only(world):
    guild = world.badge_issuer("Welders Guild")
    raw = world.assertion(guild, id="http://welders-guild.example/a/1")
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, Reason.HOSTED_UNREACHABLE)
    world.documents["http://welders-guild.example/a/1"] = raw
    assert answers(world, raw) == GOOD


# -- signed ----------------------------------------------------------------------------------------


def test_a_signed_badge_holds(world, guild):
    raw = world.assertion(guild, signed=True)
    assert answers(world, raw) == GOOD
    assert report(world, raw)[Question.STATUS].facts["lists"] == 1
    assert formats.read(raw).format is Format.OPEN_BADGE_2


def test_a_signed_badge_that_was_changed(world, guild):
    head, payload, signature = world.assertion(guild, signed=True).split(b".")
    other = world.assertion(guild, signed=True, narrative="The best").split(b".")[1]
    found = answers(world, b".".join((head, other, signature)))
    assert found[Question.SIGNATURE] == (NO, Reason.ALTERED)
    assert payload != other


def test_nobody_is_asked_whether_what_was_altered_was_withdrawn(world, guild):
    head, _, signature = world.assertion(guild, signed=True).split(b".")
    other = world.assertion(guild, signed=True, revoked=True).split(b".")[1]
    altered = b".".join((head, other, signature))
    world.revoke_badges(guild, open_badge_2.parse(altered).id)
    assert answers(world, altered)[Question.STATUS] == (OPEN, Reason.NOT_CHECKED)
    assert not any(url.endswith("/revoked.json") for url in world.fetched)


def test_a_key_of_somebody_else(world, guild):
    mallory = world.badge_issuer("Mallory")
    claims = {"verification": {"type": "signed", "creator": mallory.method}}
    claims |= {"badge": world.badge_class(guild)}
    raw = world.assertion(mallory, signed=True, **claims)
    assert answers(world, raw)[Question.AUTHORITY] == (NO, Reason.KEY_OF_ANOTHER)
    # The key says it is the issuer's; the issuer does not.
    edit(world, mallory.method, owner=guild.id)
    assert answers(world, raw)[Question.AUTHORITY] == (NO, Reason.KEY_NOT_AUTHORISED)


def test_an_issuer_profile_within_the_badge_vouches_for_nothing(world, guild):
    mallory = world.badge_issuer("Mallory")
    inner = json.loads(world.documents[world.badge_class(guild)])
    inner["issuer"] = {
        **json.loads(world.documents[guild.id]),
        "publicKey": mallory.method,
        "name": "Welders Guild",
    }
    edit(world, mallory.method, owner=guild.id)
    raw = world.assertion(
        mallory,
        signed=True,
        badge=inner,
        verification={"type": "signed", "creator": mallory.method},
    )
    assert answers(world, raw)[Question.AUTHORITY] == (NO, Reason.KEY_NOT_AUTHORISED)


@pytest.mark.parametrize("listed", ["address", "list", "object", "unnamed"])
def test_keys_as_issuers_list_them(world, guild, listed):
    key = json.loads(world.documents[guild.method])
    keys = {"address": guild.method, "list": ["https://x.example/k", guild.method], "object": key}
    edit(world, guild.id, publicKey=keys.get(listed, [guild.method]))
    if listed == "object":
        del world.documents[guild.method]
    how = {"type": "signed"} | ({"creator": guild.method} if listed != "unnamed" else {})
    raw = world.assertion(guild, signed=True, verification=how)
    assert answers(world, raw) == GOOD


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (None, Reason.KEY_UNREACHABLE),
        ({"publicKeyPem": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},) * 1
        + (Reason.KEY_MALFORMED,),
        ({"publicKeyPem": 5}, Reason.KEY_MALFORMED),
        ({"publicKeyPem": "x" * 100_000}, Reason.KEY_MALFORMED),
        ({"type": "Profile"}, Reason.KEY_MALFORMED),
    ],
)
def test_keys_that_cannot_be_read(world, guild, change, reason):
    raw = world.assertion(guild, signed=True)
    if change is None:
        world.outage(guild.method)
    else:
        edit(world, guild.method, **change)
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, reason)


def several_keys(world, guild, *, first):
    """Publish another key of the issuer's before or after its own."""
    other = json.loads(world.documents[world.badge_issuer("Other").method])
    spare = f"{guild.base}/spare.json"
    world.documents[spare] = json.dumps(other | {"id": spare, "owner": guild.id}).encode()
    edit(world, guild.id, publicKey=[spare, guild.method] if first else [guild.method, spare])
    return spare


@pytest.mark.parametrize("first", [False, True])
def test_the_right_one_of_several_keys_may_be_out_of_reach(world, guild, first):
    spare = several_keys(world, guild, first=first)
    raw = world.assertion(guild, signed=True, verification={"type": "signed"})
    assert answers(world, raw) == GOOD
    world.outage(guild.method)
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, Reason.KEY_UNREACHABLE)
    world.mend()
    world.outage(spare)
    assert answers(world, raw) == GOOD
    world.mend()
    altered = raw[:-8] + b"AAAAAAAA"
    assert answers(world, altered)[Question.SIGNATURE] == (NO, Reason.ALTERED)


def test_of_more_keys_than_are_tried_one_may_be_the_right_one(world, guild):
    spare = several_keys(world, guild, first=True)
    held = json.loads(world.documents[spare])
    many = [held | {"id": f"{spare}#{n}"} for n in range(open_badge_2_checks.MAX_KEYS)]
    edit(world, guild.id, publicKey=[*many, guild.method])
    raw = world.assertion(guild, signed=True, verification={"type": "signed"})
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, Reason.TOO_COMPLEX)
    # The one that is named is looked for among all.
    edit(world, guild.id, publicKey=[*many, json.loads(world.documents.pop(guild.method))])
    assert answers(world, world.assertion(guild, signed=True)) == GOOD


def test_a_signed_badge_without_any_key(world, guild):
    edit(world, guild.id, publicKey=...)
    raw = world.assertion(guild, signed=True, verification={"type": "signed"})
    assert answers(world, raw)[Question.SIGNATURE] == (OPEN, Reason.KEY_NOT_FOUND)


def test_thousands_of_keys_cost_ten(world, guild):
    edit(world, guild.id, publicKey=[f"https://x.example/{n}" for n in range(5000)])
    raw = world.assertion(guild, signed=True, verification={"type": "signed"})
    world.fetched.clear()
    assert answers(world, raw)[Question.SIGNATURE][0] is OPEN
    assert len(set(world.fetched)) < 20


# -- dates, withdrawal -----------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True])
def test_dates(world, guild, signed):
    day = timedelta(days=1)
    for changes, expected in (
        ({"expires": (world.now - day).isoformat()}, (NO, Reason.ENDED)),
        ({"issuedOn": (world.now + day).isoformat()}, (NO, Reason.NOT_YET)),
        ({"expires": "soon"}, (OPEN, Reason.DATES_MALFORMED)),
    ):
        raw = world.assertion(guild, signed=signed, **changes)
        assert answers(world, raw)[Question.VALIDITY] == expected


def test_a_hosted_badge_that_its_issuer_withdrew(world, guild):
    raw = world.assertion(guild)
    url = json.loads(raw)["id"]
    edit(world, url, revoked=True, revocationReason="Given in error")
    found = report(world, raw)
    assert (found[Question.STATUS].outcome, found[Question.STATUS].reason) == (NO, Reason.REVOKED)
    assert "Given in error" in wording.check(found[Question.STATUS])
    assert verdict_of(found) is State.WITHDRAWN
    # What a server answers with status 410.
    world.documents[url] = json.dumps({"id": url, "revoked": True}).encode()
    found = answers(world, raw)
    assert found[Question.STATUS] == (NO, Reason.REVOKED)
    assert found[Question.SIGNATURE] == (OPEN, Reason.HOSTED_GONE)
    world.documents[url] = json.dumps({"id": url + "x", "revoked": True}).encode()
    assert answers(world, raw)[Question.STATUS] == (OPEN, Reason.STATUS_UNREACHABLE)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("entry", ["text", "id", "uid"])
def test_a_badge_in_its_issuers_revocation_list(world, guild, signed, entry):
    raw = world.assertion(guild, signed=signed, uid="abc-123")
    own = open_badge_2.parse(raw).id
    entries = {
        "text": own,
        "id": {"id": own, "revocationReason": "Lapsed"},
        "uid": {"uid": "abc-123"},
    }
    world.revoke_badges(guild, {"id": "urn:x:other"})
    assert Question.STATUS not in answers(world, raw)
    world.revoke_badges(guild, entries[entry])
    assert answers(world, raw)[Question.STATUS] == (NO, Reason.REVOKED)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, Reason.STATUS_UNREACHABLE),
        (b"<html>", Reason.STATUS_MALFORMED),
        (b'{"error": 1}', Reason.STATUS_MALFORMED),
        (
            b'{"id": "https://welders-guild.example/x", "revokedAssertions": []}',
            Reason.STATUS_NOT_TRUSTED,
        ),
        (b'{"issuer": "https://x.example/", "revokedAssertions": []}', Reason.STATUS_NOT_TRUSTED),
    ],
)
def test_revocation_lists_that_do_not_count(world, guild, body, reason):
    url = f"{guild.base}/revoked.json"
    if body is None:
        world.outage(url)
    else:
        world.documents[url] = body
    raw = world.assertion(guild, signed=True)
    assert answers(world, raw)[Question.STATUS] == (OPEN, reason)


def test_an_issuer_without_a_revocation_list(world, guild):
    edit(world, guild.id, revocationList=...)
    check = report(world, world.assertion(guild, signed=True))[Question.STATUS]
    assert (check.outcome, check.facts["lists"]) == (Outcome.PASSED, 0)


# -- read for people -------------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True])
def test_a_badge_as_a_record(world, guild, signed):
    raw = world.assertion(guild, signed=signed, evidence="https://example.org/work")
    bare = record.read(formats.read(raw))
    assert (bare.title, bare.issuer_name) == ("Badge", None)
    whole = record.read(completed(formats.read(raw), world))
    assert (whole.title, whole.issuer_name, whole.kind) == ("Welding", "Welders Guild", Kind.BADGE)
    assert whole.type_label == "Open Badges 2.0, an older standard"
    assert whole.issuer_id == guild.id
    assert whole.criteria == "Pass the practical assessment."
    assert len(whole.subject_email_hashes) == 1
    assert whole.evidence[0].url == "https://example.org/work"


def test_a_check_shows_what_the_badge_only_names_and_fetches_nothing_twice(world, guild):
    raw = world.assertion(guild)
    verifier = Verifier(world, policy=Policy(), clock=lambda: world.now)
    world.fetched.clear()
    checked = verifier.check(b"[" + raw + b"]")
    (leaf,) = checked.leaves()
    assert leaf.record.title == "Welding"
    assert leaf.readable.raw == raw
    assert len(world.fetched) == len(set(world.fetched)) == 4


@pytest.mark.parametrize(
    ("hashed", "reason"), [(True, Reason.SUBJECT_HASHED), (False, Reason.SUBJECT_NOT_NAMED)]
)
def test_whose_badge_it_is_when_somebody_presents_it(world, guild, hashed, reason):
    recipient = {"type": "email", "hashed": hashed, "identity": "sha256$00", "salt": "s"}
    raw = world.assertion(guild, recipient=recipient)
    robin = world.learner("Robin")
    vp = json.loads(world.present(robin, []))
    vp["verifiableCredential"] = [json.loads(raw)]
    presentation = formats.read(json.dumps(vp).encode())
    from wallet.verify import verify_presentation

    found = verify_presentation(presentation, Policy(), world, world.now)
    assert found.credentials[0][Question.HOLDER].reason is Reason.HOLDER_NOT_PROVEN
    from wallet.verify import questions

    assert questions.holder(presentation.credentials[0], robin.id).reason is reason


# -- what else says it is a badge ------------------------------------------------------------------


OLDER = {
    "1.0": {"uid": "1", "badge": "https://x.example/b", "verify": {"type": "hosted", "url": "u"}},
    "1.1": {
        "@context": "https://w3id.org/openbadges/v1",
        "type": "Assertion",
        "id": "https://x.example/1",
        "verify": {"type": "hosted", "url": "https://x.example/1"},
        "badge": "https://x.example/b",
    },
}


@pytest.mark.parametrize("members", OLDER.values(), ids=OLDER)
@pytest.mark.parametrize("signed", [False, True])
def test_badges_before_2_are_told_apart_and_not_read(world, guild, members, signed):
    raw = world.sign_badge(guild, members) if signed else json.dumps(members).encode()
    with pytest.raises(UnsupportedError) as caught:
        formats.read(raw)
    assert caught.value.facts["kind"] == "open-badge-1"


def test_an_assertion_without_a_kind_of_badge(world, guild):
    with pytest.raises(MalformedError) as caught:
        formats.read(changed(world, world.assertion(guild), badge=...))
    assert caught.value.code is Code.MISSING_FIELD


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.just("https://a.example/1"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "id",
                        "type",
                        "name",
                        "issuer",
                        "publicKey",
                        "verification",
                        "criteria",
                        "image",
                    ),
                    *(
                        "startsWith",
                        "allowedOrigins",
                        "creator",
                        "url",
                        "identity",
                        "hashed",
                        "tags",
                    ),
                    *("alignment", "revoked", "narrative", "@context", "publicKeyPem", "owner"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
MEMBERS = st.dictionaries(
    st.sampled_from(
        [
            *("id", "recipient", "badge", "issuedOn", "expires", "verification", "verify"),
            *("evidence", "narrative", "image", "revoked", "revocationReason", "uid"),
        ]
    ),
    JSON,
)


class Same:
    """A network where every address says the same."""

    def __init__(self, body, now):
        self.body, self.now = body, now

    def fetch(self, url):
        return Fact(url, self.body, self.now)


@given(MEMBERS, JSON, st.booleans())
def test_whatever_a_badge_and_its_issuer_say_is_an_answer(members, published, signed):
    world = World()
    claims = {"@context": OB2, "type": "Assertion", "badge": "https://a.example/1", **members}
    raw = json.dumps(claims).encode()
    if signed:
        raw = world.sign_badge(world.badge_issuer("Guild"), claims)
    try:
        credential = formats.read(raw)
    except WalletError:
        return
    for body in (json.dumps(published).encode(), json.dumps(claims).encode()):
        network = Same(body, world.now)
        found = verify(credential, Policy(), network, world.now)
        assert found[Question.AUTHORITY].outcome is not Outcome.PASSED or (
            found[Question.SIGNATURE].outcome is Outcome.PASSED
        )
        record.read(completed(credential, network))


# -- what others published -------------------------------------------------------------------------


class Upstream:
    """The public validator's own tests: an assertion is hosted at its own address."""

    def __init__(self, data):
        self.documents = Documents(shared("vectors"))
        self.data = data

    def fetch(self, url):
        try:
            if url == "http://example.org/issuer-with-allowed-origins":
                return self.issuer  # so they all call themselves
            return self.documents.fetch(url)
        except WalletError:
            if url == json.loads(self.data).get("id"):
                return Fact(url, self.data, World().now)
            file = f"1edtech__ob20__assets__{url.rpartition('/')[2]}"
            path = shared("vectors", "openbadges-clr") / file
            if not path.exists():
                raise
            self.issuer = Fact(url, path.read_bytes(), World().now)
            return self.issuer


# What the validator says of the form of a badge is not asked here: a picture within an assertion,
# the schema of an extension.
PUBLISHED = {
    "assertion-with-data-image": Outcome.PASSED,  # INVALID there: the picture
    "assertion-with-endorsements": Outcome.PASSED,
    "assertion-with-extension-node-invalid": Outcome.PASSED,  # INVALID there: the extension
    "basic-assertion": Outcome.PASSED,
    "basic-assertion-expired": NO,
    "basic-assertion-in-future": NO,
    "basic-assertion-no-public-key": Outcome.PASSED,
    "basic-assertion-with-language": Outcome.PASSED,
    "basic-assertion-with-allowed-origins-invalid-starts-with": NO,
    "basic-assertion-with-allowed-origins-valid-starts-with": Outcome.PASSED,
    "basic-assertion-with-allowed-origins-valid-multiple-starts-with": Outcome.PASSED,
    "basic-assertion-invalid-context": None,
    "basic-assertion-invalid-type": None,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_hosted_badges(name):
    data = shared("vectors", "openbadges-clr", f"1edtech__ob20__{name}.json").read_bytes()
    if PUBLISHED[name] is None:
        with pytest.raises(MalformedError):
            formats.read(data)
        return
    found = verify(formats.read(data), Policy(), Upstream(data), World().now)
    assert found.outcome is PUBLISHED[name], found


@pytest.mark.parametrize("name", ["simple", "simple-not-revoked"])
def test_published_signed_badges(name):
    data = shared("vectors", "openbadges-clr", f"1edtech__ob20__{name}.jwt").read_bytes()
    found = verify(formats.read(data), Policy(), Documents(shared("vectors")), World().now)
    assert found.outcome is Outcome.PASSED
    assert found[Question.SIGNATURE].outcome is Outcome.PASSED

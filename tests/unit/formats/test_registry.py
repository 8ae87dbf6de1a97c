"""Lists of issuers: the app's own format strictly, others' as far as they can be read."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import shared
from wallet import trust
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import registry

GOOD = {
    "name": "Schools of the state",
    "updated": "2026-11-02",
    "issuers": {"did:web:college.example": {"name": "Example College"}},
}


def text(**changes) -> bytes:
    return json.dumps({k: v for k, v in {**GOOD, **changes}.items() if v is not ...}).encode()


def test_a_registry():
    found = registry.read(text())
    assert found.name == "Schools of the state"
    assert found.updated == date(2026, 11, 2)
    assert found.issuers == {"did:web:college.example": registry.Listed("Example College")}
    assert not found.test


def test_what_a_newer_file_adds_is_ignored_but_a_newer_version_is_not_guessed_at():
    assert registry.read(text(version=1, test=True, colour="red")).test
    with pytest.raises(UnsupportedError) as caught:
        registry.read(text(version=2))
    assert caught.value.code is Code.REGISTRY_TOO_NEW


BAD = {
    "no name": (text(name=...), "name"),
    "an empty name": (text(name="  "), "name"),
    "a name of a book's length": (text(name="x" * 301), "name"),
    "no date": (text(updated=...), "updated"),
    "no such day": (text(updated="2026-02-30"), "updated"),
    "a week": (text(updated="2026-W05-1"), "updated"),
    "no issuers": (text(issuers=...), "issuers"),
    "issuers in a row": (text(issuers=[]), "issuers"),
    "a version that is none": (text(version=True), "version"),
    "a test that is a word": (text(test="yes"), "test"),
    "a name for an issuer": (text(issuers={"Example College": {"name": "x"}}), "Example College"),
    "a key for an issuer": (
        text(issuers={"did:web:a.example#key-1": {"name": "x"}}),
        "did:web:a.example#key-1",
    ),
    "an issuer without a name": (text(issuers={"did:web:a.example": {}}), "did:web:a.example"),
    "an issuer that is a word": (text(issuers={"did:web:a.example": "x"}), "did:web:a.example"),
    "an issuer twice": (
        b'{"name":"x","updated":"2026-01-01","issuers":{"did:x:y":{"name":"a"},"did:x:y":{}}}',
        "did:x:y",
    ),
    "no JSON": (b"\x89PNG", "not utf8"),
    "a list": (b"[]", "wrong type"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize(("data", "part"), BAD.values(), ids=BAD)
def test_a_file_that_is_none_says_where(data, part):
    with pytest.raises(MalformedError) as caught:
        registry.read(data)
    assert caught.value.code is Code.BAD_REGISTRY
    assert caught.value.facts["part"] == part


def test_a_registry_has_as_many_issuers_as_a_country_has_schools_and_no_more():
    many = {f"did:web:s{n}.example": {"name": "x"} for n in range(registry.MAX_ISSUERS + 1)}
    with pytest.raises(MalformedError):
        registry.read(text(issuers=many))


@given(
    st.binary(max_size=100)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["name", "updated", "issuers", "registry", "meta", "did:x:y", "url"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_the_bytes_only_foreseen_errors(data):
    for read in (registry.read, registry.read_dcc, registry.read_catalogue):
        with contextlib.suppress(WalletError):
            read(data)


# -- the consortium's -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "issuers"),
    [
        ("community-registry", 5),
        ("dcc-registry", 2),
        ("pilot-registry", None),
        ("sandbox-registry", None),
        ("learncard__trusted__registry", None),
        ("learncard__untrusted__registry", 2),
    ],
)
def test_published_registries(name, issuers):
    body = shared("vectors", f"dcc/registries__{name}.json").read_bytes()
    found = registry.read_dcc(body)
    assert found.updated is not None
    assert len(found.issuers) == (issuers or len(json.loads(body)["registry"]))
    # An organisation may hand the same file to a person: it goes by the file's name.
    assert registry.read(body, name=name).issuers == found.issuers


def test_a_published_registry_that_is_broken_is_refused():
    body = shared("vectors", "dcc/registries__pilot-registry.json.invalid").read_bytes()
    with pytest.raises(MalformedError):
        registry.read_dcc(body)


def test_published_catalogues():
    names = ("verifier-core-known", "verifier-plus-known", "learncard__known-did-registries")
    counts = []
    for name in names:
        body = shared("vectors", f"dcc/registries__{name}.json").read_bytes()
        found = registry.read_catalogue(body)
        assert len(found) == len(json.loads(body))
        counts.append(sum(one.kind == "oidf" for one in found))
    assert counts[:2] == [1, 0]


def test_a_catalogue_leads_to_addresses_on_the_web_only():
    urls = ["http://a.example/r", "file:///etc/passwd", "https://a.example/r", 7]
    entries = [{"name": "x", "type": "dcc-legacy", "url": url} for url in urls]
    entries += [{"name": "x", "type": "another", "url": urls[2]}, "x", {}]
    found = registry.read_catalogue(json.dumps(entries).encode())
    assert found == (registry.Named("x", "dcc-legacy", "https://a.example/r"),)


# -- as shipped -----------------------------------------------------------------------------------


def test_every_registry_on_the_web_says_whether_it_is_a_test_and_why():
    (one,) = trust.catalogues()
    assert one.url.startswith("https://digitalcredentials.github.io/")
    assert len({source.url for source in one.sources}) == len(one.sources)
    for source in one.sources:
        assert source.url.startswith("https://")
        words = ("test", "sandbox", "community", "pilot", "msp")
        assert source.test == any(word in source.name.lower() for word in words), source.name

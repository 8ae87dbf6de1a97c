"""The targets of `make fuzz`: each takes its own seeds, and says so where a parser is wrong."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz import disclosure, oracles, seeds, targets
from fuzz.oracles import FindingError
from fuzz.targets import TARGETS
from tests.paths import SHARED
from wallet.crypto import multikey, strictjson
from wallet.formats import inline, status_list

SAMPLE = 40


@pytest.fixture(scope="module", params=TARGETS)
def seeded(request, tmp_path_factory):
    """A target's name and some of its seeds."""
    folder = tmp_path_factory.mktemp(request.param)
    assert seeds.write(request.param, folder) >= 4 or not SHARED.exists()
    found = sorted(path.read_bytes() for path in folder.iterdir())
    return request.param, random.Random(1).sample(found, min(SAMPLE, len(found)))


def test_a_target_takes_its_seeds_and_bytes_near_them(seeded):
    name, given = seeded
    chance = random.Random(name)
    for data in given:
        TARGETS[name](data)
        altered = bytearray(data)
        altered[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        TARGETS[name](bytes(altered))
        TARGETS[name](data[: chance.randrange(len(data))])


words = st.sampled_from(
    [
        *(
            "@context",
            "id",
            "type",
            "proof",
            "issuer",
            "vc",
            "vp",
            "_sd",
            "...",
            "kid",
            "did:key:z6Mk",
        ),
        *("registry", "revokedAssertions", "status_list", "verificationMethod", "publicKeyJwk"),
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(words | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)
anything = (
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | values.map(lambda value: json.dumps(value).encode())
)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=120)
@given(anything)
def test_whatever_comes_is_read_or_refused(name, data):
    """The property of every parser: no bytes make it raise but a `WalletError`, nor disagree."""
    TARGETS[name](data)


FAULTS = {
    "an item lost": ("json", strictjson, "items", lambda text: [(0, len(text))]),
    "another meaning": ("json", strictjson, "parse_text", lambda text: 5),
    "a canonical form lost": ("json", targets.jcs, "canonicalize", lambda value: b"{ }"),
    "the quick way goes wrong": ("json", targets.jcs, "_quickly", lambda value: b"[]"),
    "the short cut goes wrong": ("jsonld", targets, "canonicalize", lambda *given: b"other"),
    "a label that counts": ("nquads", targets.rdfc, "canonicalize", lambda q: str(q[0]).encode()),
    "a key changed": ("multibase", multikey, "encode_multikey", lambda key: "z6Mk"),
    "base64url changed": ("multibase", targets.jose, "encode_base64url", lambda data: "AA"),
    "a status too large": ("status", status_list.StatusList, "value", lambda list_, at: 256),
    "a raised check": ("reading", inline.Inline, "add", lambda *given: {}[0]),
    "a question left out": ("reading", targets, "Question", [1, 2, 3]),
    "a record that raises": ("reading", targets.record, "read", lambda credential: {}[0]),
    "a link changed": ("link", targets.link, "fragment", lambda packed, base: base),
    "a part not shown": ("sdjwt", disclosure.sd_jwt, "select", lambda raw, digests: raw),
    "CBOR changed": ("cbor", disclosure.cbor, "encode", lambda item: b""),
    "a proof value changed": ("cbor", disclosure.ecdsa_sd, "write_value", lambda value: "u"),
    "a statement lost": ("selective", disclosure.ecdsa_sd_base, "derive", lambda base, *rest: {}),
    "an odd registry": ("registry", disclosure.registry, "read", lambda data: {}[0]),
    "a picture changed": ("image", targets.badge_image, "extract", lambda data: b""),
    "an odd document": ("did", targets.did, "document_of", lambda *given: {}[0]),
    "a token's end changed": ("jose", targets.jose, "encode_base64url", lambda data: "eyJ9"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_parser_is_found(fault, monkeypatch, tmp_path):
    name, owner, attribute, wrong = FAULTS[fault]
    seeds.write(name, tmp_path)
    given = sorted(path.read_bytes() for path in tmp_path.iterdir())
    monkeypatch.setattr(owner, attribute, wrong)
    for data in given[:400]:
        try:
            TARGETS[name](data)
        except Exception:  # noqa: BLE001 - whatever escapes is what atheris would report
            return
    pytest.fail("no seed shows it")


def test_finding_says_what_differs():
    with pytest.raises(FindingError, match=r"the short cut: 1 and 1\.0"):
        oracles.same(1, 1.0, "the short cut")


def test_every_target_has_seeds():
    assert set(seeds._SEEDS) == set(TARGETS)
    assert set(TARGETS) >= targets.STRUCTURED

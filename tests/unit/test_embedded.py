"""Embedded proofs of every suite: what holds, what does not, and what is not answered for."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import embedded_cases
from tests.world import World
from wallet import formats
from wallet.crypto import detached
from wallet.errors import MalformedError, UnsupportedError, WalletError
from wallet.formats import data_integrity, suites
from wallet.report import Outcome, Question
from wallet.verify import verify


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def cases(world):
    return list(embedded_cases.cases(world))


def answer(world, raw):
    found = verify(formats.read(raw), world.policy(), world, world.now)[Question.SIGNATURE]
    return found.outcome, found.reason


def test_what_is_said_of_each_signature(world, cases):
    assert len({case.name for case in cases}) == len(cases) > 250
    found = {case.name: (case.expected, answer(world, case.raw)) for case in cases}
    assert {name: both for name, both in found.items() if both[0] != both[1]} == {}


GOOD = [f"{suite.name} {key_type}" for suite, key_type in embedded_cases.KINDS]


@pytest.mark.parametrize("name", GOOD)
def test_no_altered_byte_passes(world, cases, name):
    (raw,) = (case.raw for case in cases if case.name == name)
    good = formats.read(raw).claims

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, len(raw) - 1), st.integers(1, 255))
    def altered(position, change):
        data = raw[:position] + bytes([raw[position] ^ change]) + raw[position + 1 :]
        try:
            found = formats.read(data)
        except WalletError:
            return
        if found.claims != good:
            assert answer(world, data)[0] is not Outcome.PASSED

    altered()


MEMBERS = st.sampled_from([*sorted(suites._MEMBERS), "proofValue", "jws", "signatureValue", "x"])
VALUES = st.one_of(
    st.none(),
    st.integers(),
    st.text(max_size=20),
    st.text("zu1A.", max_size=90),
    st.sampled_from(
        ["DataIntegrityProof", *suites.SUITES, "eyJhbGciOiJFZERTQSJ9..AA", "W10..", ".."]
    ),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.dictionaries(MEMBERS, VALUES, max_size=8), st.sampled_from(list(suites.SUITES)))
def test_reading_a_signature_raises_nothing_unforeseen(options, name):
    kind = "type" if suites.SUITES[name].older else "cryptosuite"
    (proof,) = data_integrity.proofs(
        {"proof": {"type": "DataIntegrityProof"} | options | {kind: name}}
    )
    try:
        found = suites.signature(proof, suites.SUITES[name])
    except (MalformedError, UnsupportedError):
        return
    assert found.data or found.prefix


@given(st.one_of(st.text(max_size=60), st.text("eyJhbGciOiJub25lIn0.-_=", max_size=120)))
def test_a_detached_jws_is_read_or_refused(text):
    with suppress(MalformedError):
        detached.parse(text)

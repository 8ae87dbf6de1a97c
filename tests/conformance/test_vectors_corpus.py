"""The corpus: a thousand badges signed by other people's software verify; changed ones do not."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime

import pytest

from tests.paths import shared
from wallet import formats
from wallet.errors import Code, UnreachableError, WalletError
from wallet.report import Outcome, Reason
from wallet.verify import Policy, verify

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SUITES = {
    "eddsa-rdfc-2022": 1000,
    "ed25519signature2020": 100,
    "ecdsa-rdfc-2019": 100,
    "eddsa-jcs-2022": 100,
    "ecdsa-sd-2023-base": 50,
    "ecdsa-sd-2023-derived": 50,
    "vc-jwt": 100,
}
# Suites over JSON that is read as it is; those over tokens are altered bit by bit.
EMBEDDED = [suite for suite in SUITES if suite != "vc-jwt"]


class Offline:
    def fetch(self, url):
        raise UnreachableError(Code.OFFLINE)


def lines(suite):
    return shared("corpus", f"{suite}.jsonl").read_bytes().splitlines()


def report(raw):
    return verify(formats.read(raw), Policy(), Offline(), NOW)


@pytest.mark.parametrize("suite", SUITES)
def test_every_credential_verifies(suite):
    found = [report(raw) for raw in lines(suite)]
    assert len(found) == SUITES[suite]
    for one in found:
        assert one.outcome is Outcome.PASSED
        # Of what was derived, nobody can tell whether an end or a list was left out.
        left = Reason.PARTS_LEFT_OUT if suite.endswith("derived") else None
        reasons = [None, None, left, left, Reason.ISSUER_NOT_LISTED]
        assert [c.reason for c in one.checks] == reasons


def _places(value, path=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from _places(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


def _edit(document, path, change):
    target = document
    for step in path[:-1]:
        target = target[step]
    change(target, path[-1])


def _drop(target, name):
    del target[name]


def _rename(target, name):
    target[name + "2"] = target.pop(name)


def _replace(target, name):
    target[name] = "2001-01-01T00:00:00Z"


def _extend(target, name):
    target["gradePoint"] = "4.0"


@pytest.mark.parametrize("suite", EMBEDDED)
@pytest.mark.parametrize("change", [_drop, _rename, _replace, _extend])
def test_a_change_anywhere_never_passes(suite, change):
    chance = random.Random(f"{suite} {change.__name__}")
    for raw in chance.sample(lines(suite), min(60, SUITES[suite])):
        document = json.loads(raw)
        _edit(document, chance.choice(list(_places(document))), change)
        try:
            found = report(json.dumps(document).encode())
        except WalletError:
            continue
        assert found.outcome is not Outcome.PASSED


def test_a_retyped_or_readdressed_badge_fails():
    for raw in lines("eddsa-rdfc-2022")[:50]:
        for change in (
            {"type": ["VerifiableCredential", "EndorsementCredential"]},
            {"type": ["VerifiableCredential", "OpenBadgeCredential", "MedicalLicence"]},
            {"id": "urn:uuid:0f6b1c1e-6a0c-4ab7-9d2e-1b8f6a6f0001"},
            {"validUntil": "2999-01-01T00:00:00Z"},
        ):
            document = {**json.loads(raw), **change}
            assert report(json.dumps(document).encode()).outcome is Outcome.FAILED


@pytest.mark.parametrize("suite", SUITES)
def test_any_flipped_bit_never_passes_unseen(suite):
    chance = random.Random(suite)
    for raw in chance.sample(lines(suite), 40):
        good = formats.read(raw).claims
        for _ in range(8):
            position, bit = chance.randrange(len(raw)), 1 << chance.randrange(8)
            altered = raw[:position] + bytes([raw[position] ^ bit]) + raw[position + 1 :]
            try:
                credential = formats.read(altered)
            except WalletError:
                continue
            found = verify(credential, Policy(), Offline(), NOW)
            assert found.outcome is not Outcome.PASSED or credential.claims == good

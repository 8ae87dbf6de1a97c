"""Every published file of the collection, answered as its notes say, or listed with the reason.

What is expected is derived by rules (`expectations`), what we say is found in watched processes
(`watched`), and what does not agree stands in `deviations.md`.
"""

from __future__ import annotations

import pytest

from tests.conformance import deviations, expectations, watched
from tests.conformance.expectations import Said
from tests.conformance.judges import NOT_READ
from tests.conformance.published import AREAS, File, files
from tests.paths import shared

shared("vectors", "manifest.json")

HOLDS = "signature=passed authority=passed validity=passed status=passed issuer=passed => passed"


@pytest.mark.parametrize("area", AREAS)
def test_every_file_is_answered_as_its_notes_say_or_listed(area, judged):
    of_area = [one for one in judged.values() if one.name.startswith(f"{area}/")]
    assert len(of_area) == sum(file.area == area for file in files().values())
    assert [f"{one.name}: {one.problem}" for one in watched.unexplained(of_area)] == []


def test_what_is_listed_deviates(judged):
    agree = [name for name in deviations.listed() if judged[name].problem is None]
    assert agree == []
    unread = [n for n in deviations.listed() if judged[n].problem.startswith(NOT_READ)]
    assert unread == []


def test_no_file_takes_long(judged):
    slowest = max(judged.values(), key=lambda one: one.seconds)
    assert slowest.seconds < watched.MAX_SECONDS, slowest


def expected(expect, measured="", name="dcc/x.json"):
    return File(name, "", expect, measured)


JUDGEMENTS = {
    "a good one called invalid": (expected("INVALID signature (tampered)"), HOLDS),
    "a good one called unsigned": (expected("UNSIGNED template"), HOLDS),
    "a good one called revoked": (expected("signature VALID; REVOKED"), HOLDS),
    "a good one called over": (expected("signature VALID; EXPIRED"), HOLDS),
    "a good one not begun": (expected("signature VALID, NOT YET VALID (nbf)"), HOLDS),
    "a good one measured bad": (expected("see Measured", "ES256: sig BAD (did:key)"), HOLDS),
    "one of no known key": (expected("see Measured", "ES256: no key (no key ())"), HOLDS),
    "one of another's key": (
        expected("see Measured", "ecdsa-rdfc-2019: sig OK [issuer != key controller]"),
        HOLDS,
    ),
    "an old one": (expected("", "Ed25519Signature2020: sig OK [expired 2011-01-01]"), HOLDS),
    "a withdrawn one": (expected("", "status: revocation bit[8]=1 in dcc/list.json"), HOLDS),
    "a base proof": (expected("REJECT as a presentation (base proof)"), HOLDS),
    "one on a chain": (expected("never VALID", "MerkleProof2019: not checked (x)"), HOLDS),
    "one not read that is good": (
        expected("signature(s) VALID", "eddsa-rdfc-2022: sig OK"),
        "error not_json",
    ),
    "one open that is good": (
        expected("", "eddsa-rdfc-2022: sig OK"),
        HOLDS.replace("signature=passed", "signature=unknown:key_unreachable"),
    ),
    "one bad that nobody can check": (
        expected("did:web unreachable: UNVERIFIABLE"),
        HOLDS.replace("signature=passed", "signature=failed:altered"),
    ),
    "one of an unknown issuer": (expected("signature VALID; issuer in NO registry"), HOLDS),
    "something that is no credential": (expected("NOT a credential: importer must say so"), HOLDS),
    "one not known that is bad": (expected("INVALID"), "error format_unsupported"),
}


@pytest.mark.parametrize("case", JUDGEMENTS)
def test_a_wrong_answer_is_told(case):
    file, line = JUDGEMENTS[case]
    assert expectations.disagreement(file, [line]) is not None


def test_a_right_answer_agrees():
    file = expected(
        "signature(s) VALID; issuer in DCC", "eddsa-rdfc-2022: sig OK<br>OB3 schema: OK"
    )
    assert expectations.disagreement(file, [HOLDS]) is None
    assert expectations.disagreement(expected("INVALID"), ["error not_json"]) is None


def test_an_answer_is_taken_apart():
    said = Said.of(HOLDS.replace("status=passed", "status=failed:revoked"))
    assert (said.error, said.answers["status"], said.answers["all"]) == (
        None,
        "failed:revoked",
        "passed",
    )


def test_a_file_that_ends_the_process_is_known_by_name(monkeypatch):
    names = [name for name, file in files().items() if file.area == "wallet"]
    monkeypatch.setattr(watched, "HANG_SECONDS", 0.0)
    (first,) = watched._watched(names)
    assert (first.name, first.problem) == (names[0], "hangs")


def test_a_network_is_refused_while_judging(monkeypatch):
    def calls(_file):
        import socket

        socket.create_connection(("192.0.2.1", 443))

    import socket

    monkeypatch.setattr(socket.socket, "connect", socket.socket.connect)
    monkeypatch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    monkeypatch.setattr(watched, "problem_of", calls)
    (one,) = watched.judge(["wallet/lcw__deeplinks.json"])
    assert "use the network" in str(one.problem)

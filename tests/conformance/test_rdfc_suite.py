"""The W3C RDFC-1.0 test suite: results, label maps, and the graph that must be refused."""

from __future__ import annotations

import json
import time

import pytest

from tests.paths import shared
from wallet.crypto import nquads, rdfc
from wallet.errors import Code, UnsupportedError

SUITE = shared("vectors", "w3c-suites")
# The suite has graphs ("medium" and "high") beyond the default budget of the libraries.
WORK_FACTOR = 3
QUICKLY = 1.5  # seconds of processor time; measured 0.4 on an idle machine, this for a busy one


def path(name: str):
    return SUITE / name.replace("rdfc10/", "rdfc10__")


def cases():
    manifest = json.loads((SUITE / "rdfc10__manifest.jsonld").read_bytes())
    for case in manifest["entries"]:
        present = (
            path(case["action"]).exists() and path(case.get("result", case["action"])).exists()
        )
        absent = pytest.mark.skipif(not present, reason="this vector's files are absent")
        yield pytest.param(case, id=case["id"].lstrip("#"), marks=absent)


@pytest.mark.parametrize("case", list(cases()))
def test_case(case):
    quads = nquads.parse(path(case["action"]).read_text(encoding="utf-8"))
    hash_name = case.get("hashAlgorithm", "SHA256").lower()
    if "Negative" in case["type"]:
        with pytest.raises(UnsupportedError):
            rdfc.canonicalize(quads, hash_name=hash_name)
    elif "Map" in case["type"]:
        labels = rdfc.label(quads, hash_name=hash_name, work_factor=WORK_FACTOR)
        expected = json.loads(path(case["result"]).read_bytes())
        assert {old[2:]: new[2:] for old, new in labels.items()} == expected
    else:
        result = rdfc.canonicalize(quads, hash_name=hash_name, work_factor=WORK_FACTOR)
        assert result == path(case["result"]).read_bytes()


def clique(size: int) -> list[nquads.Quad]:
    """Return the suite's poison: blank nodes that are all related to one another."""
    return [
        nquads.Quad(f"_:n{a}", "<http://example.org/p>", f"_:n{b}")
        for a in range(size)
        for b in range(size)
        if a != b
    ]


def circles(count: int) -> list[nquads.Quad]:
    """Return many circles of blank nodes with nothing to tell them apart."""
    return [
        nquads.Quad(
            f"_:c{circle}n{node}", "<http://example.org/p>", f"_:c{circle}n{(node + 1) % 3}"
        )
        for circle in range(count)
        for node in range(3)
    ]


def stars(points: int) -> list[nquads.Quad]:
    """Return two blank nodes, alike, each with many others that look the same."""
    return [
        nquads.Quad(f"_:hub{hub}", "<http://example.org/p>", f"_:h{hub}p{point}")
        for hub in range(2)
        for point in range(points)
    ]


@pytest.mark.parametrize("work_factor", [1, 3])
@pytest.mark.parametrize("poison", [clique(10), clique(40), stars(12), stars(200), circles(5000)])
def test_poison_is_refused_quickly(poison, work_factor):
    started = time.process_time()
    with pytest.raises(UnsupportedError) as refused:
        rdfc.canonicalize(poison, work_factor=work_factor)
    assert refused.value.code is Code.TOO_COMPLEX
    assert time.process_time() - started < QUICKLY

"""The W3C JSON-LD 1.1 cases for expansion and toRdf that an offline verifier meets."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.paths import shared
from wallet.crypto import jsonld, nquads, rdfc
from wallet.errors import WalletError

sys.path.insert(0, str(Path(__file__).parent))
from jsonld_refused import CATEGORIES, OTHER_REASON, REFUSED

SUITE = shared("vectors", "json-ld-api")
BASE = "https://w3c.github.io/json-ld-api/tests/"


def applies(case: dict[str, Any]) -> bool:
    """Say whether a case is for JSON-LD 1.1, without HTML, generalized RDF or a second context."""
    options = case.get("option", {})
    return (
        options.get("specVersion") != "json-ld-1.0"
        and options.get("processingMode") != "json-ld-1.0"
        and not options.get("produceGeneralizedRdf")
        and "expandContext" not in options
        and not case["input"].endswith(".html")
    )


def cases(kind: str) -> list[Any]:
    manifest = json.loads((SUITE / f"{kind}-manifest.jsonld").read_bytes())
    listed = [case for case in manifest["sequence"] if applies(case)]
    return [pytest.param(case, id=case["@id"].lstrip("#")) for case in listed]


def load(address: str) -> bytes | None:
    path = SUITE / address.removeprefix(BASE)
    return path.read_bytes() if address.startswith(BASE) and path.is_file() else None


def base_of(case: dict[str, Any]) -> str:
    return case.get("option", {}).get("base", BASE + case["input"])


def unordered(value: Any) -> Any:
    """Return what compares equal for expanded forms that differ in the order of sets."""
    if isinstance(value, list):
        return sorted((unordered(item) for item in value), key=repr)
    if isinstance(value, dict):
        return {
            key: [unordered(part) for part in item] if key == "@list" else unordered(item)
            for key, item in sorted(value.items())
        }
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def kind_of(error: WalletError) -> tuple[str, str]:
    """Return the category of an error: its code and what it names."""
    for fact in ("reason", "problem", "feature", "what"):
        if fact in error.facts:
            return error.code.value, str(error.facts[fact])
    return error.code.value, ""


def check_error(kind: str, case: dict[str, Any], error: WalletError) -> None:
    name = case["@id"].lstrip("#")
    if "expectErrorCode" in case:
        expected = error.facts.get("problem") == case["expectErrorCode"]
        assert expected != (name in OTHER_REASON[kind]), error.facts
        return
    assert name in REFUSED[kind], (name, error.code, error.facts)
    if "safe mode" not in REFUSED[kind][name]:
        assert kind_of(error) in CATEGORIES


@pytest.mark.parametrize("case", cases("expand"))
def test_expand(case):
    document = json.loads((SUITE / case["input"]).read_bytes())
    contexts = jsonld.Contexts(load)
    try:
        result = jsonld.expand(document, contexts, base=base_of(case))
    except WalletError as error:
        check_error("expand", case, error)
        return
    assert "expect" in case, "accepted what the suite refuses"
    assert case["@id"].lstrip("#") not in REFUSED["expand"]
    assert unordered(result) == unordered(json.loads((SUITE / case["expect"]).read_bytes()))


@pytest.mark.parametrize("case", cases("toRdf"))
def test_to_rdf(case):
    document = json.loads((SUITE / case["input"]).read_bytes())
    contexts = jsonld.Contexts(load)
    try:
        result = jsonld.to_quads(document, contexts, base=base_of(case))
    except WalletError as error:
        check_error("toRdf", case, error)
        return
    assert case["@id"].lstrip("#") not in REFUSED["toRdf"]
    if "jld:PositiveSyntaxTest" in case["@type"]:
        return
    assert "expect" in case, "accepted what the suite refuses"
    expected = nquads.parse((SUITE / case["expect"]).read_text(encoding="utf-8"))
    assert rdfc.canonicalize(result, work_factor=3) == rdfc.canonicalize(expected, work_factor=3)


@pytest.mark.parametrize("kind", ["expand", "toRdf"])
def test_lists_name_cases_that_exist(kind):
    names = {case.id for case in cases(kind)}
    assert set(REFUSED[kind]) <= names
    assert OTHER_REASON[kind] <= names
    agree = len(names) - len(REFUSED[kind]) - len(OTHER_REASON[kind])
    print(
        f"{kind}: {len(names)} cases apply, {agree} agree, {len(REFUSED[kind])} refused as listed"
    )

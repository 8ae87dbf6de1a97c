"""The corpus: canonical N-Quads and hashes as the JavaScript libraries made them."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.paths import shared
from wallet.crypto.jsonld import canonicalize, canonicalize_wholly
from wallet.errors import MalformedError, UnsupportedError, WalletError
from wallet.formats.contexts import SHARED as CONTEXTS

CORPUS = shared("corpus")
GOLDEN = ("eddsa-rdfc-2022", "ed25519signature2020", "ecdsa-rdfc-2019")
SAFE_MODE = json.loads((CORPUS / "safe-mode.json").read_bytes())


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_bytes().splitlines()]


def parts(credential: dict) -> tuple[dict, dict]:
    """Return the document without its proof, and the proof's options."""
    document = {key: value for key, value in credential.items() if key != "proof"}
    options = {key: value for key, value in credential["proof"].items() if key != "proofValue"}
    return document, {"@context": document["@context"], **options}


@pytest.mark.parametrize("engine", [canonicalize, canonicalize_wholly])
@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name, engine):
    golden = lines(f"golden-{name}-first100")
    assert len(golden) == 100
    for credential, expected in zip(lines(name), golden, strict=False):
        document, options = parts(credential)
        canonical = engine(document, CONTEXTS)
        assert canonical.decode() == expected["nq"]
        assert hashlib.sha256(canonical).hexdigest() == expected["doc"]
        assert canonical.count(b"\n") == expected["quads"]
        assert hashlib.sha256(engine(options, CONTEXTS)).hexdigest() == expected["proof"]


@pytest.mark.parametrize("name", [*GOLDEN, "eddsa-jcs-2022", "ecdsa-sd-2023-derived"])
def test_both_ways_agree(name):
    for credential in lines(name):
        document, _ = parts(credential)
        assert canonicalize(document, CONTEXTS) == canonicalize_wholly(document, CONTEXTS)


@pytest.mark.parametrize("engine", [canonicalize, canonicalize_wholly])
@pytest.mark.parametrize("name", SAFE_MODE)
def test_safe_mode(name, engine):
    case = SAFE_MODE[name]
    expected = case["expected"]
    if "refused" not in expected:
        canonical = engine(case["document"], CONTEXTS)
        assert hashlib.sha256(canonical).hexdigest().startswith(expected["sha256_prefix"])
        return
    with pytest.raises((MalformedError, UnsupportedError)) as refused:
        engine(case["document"], CONTEXTS)
    named: WalletError = refused.value
    assert expected["refused"] in (named.facts.get("reason"), named.facts.get("problem"))

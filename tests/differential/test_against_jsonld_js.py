"""Mutated credentials: equal canonical N-Quads, or both refuse, or a refusal that is listed.

Compared are the engine's whole algorithm, its short cut, and jsonld.js in safe mode with
rdf-canonize. `LER_MUTATIONS` sets how many documents (default 3,000), `LER_SEED` the first seed.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.paths import shared
from wallet import resources
from wallet.crypto.jsonld import Contexts, canonicalize, canonicalize_wholly
from wallet.errors import WalletError

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "conformance")]
import oracle  # noqa: E402
from jsonld_refused import CATEGORIES  # noqa: E402
from mutations import Mutator  # noqa: E402

COUNT = int(os.environ.get("LER_MUTATIONS", "3000"))
SEED = int(os.environ.get("LER_SEED", "1"))
BATCH = 1_000
LARGEST = 20_000
CORPORA = (
    "eddsa-rdfc-2022",
    "ed25519signature2020",
    "ecdsa-rdfc-2019",
    "eddsa-jcs-2022",
    "ecdsa-sd-2023-derived",
)
FOLDERS = ("dcc", "openbadges-clr", "peers", "data-integrity", "status")

needs_node = pytest.mark.skipif(oracle.missing() is not None, reason=str(oracle.missing()))


def load(address: str) -> bytes | None:
    return FILES.get(address)


MANIFEST = json.loads(resources.read("contexts/manifest.json"))["contexts"]
FILES = {e["url"]: resources.read(f"contexts/{e['file']}") for e in MANIFEST if e["file"]}


def outcome(engine: Any, document: Any, contexts: Contexts) -> tuple[str, str]:
    """Return ("hash", value), or the code and the reason of a refusal."""
    try:
        return "hash", hashlib.sha256(engine(document, contexts)).hexdigest()
    except WalletError as error:
        for fact in ("reason", "problem", "feature", "what"):
            if fact in error.facts:
                return error.code.value, str(error.facts[fact])
        return error.code.value, ""


def seeds() -> list[dict[str, Any]]:
    """Return real credentials that the engine accepts, to mutate."""
    found: list[Any] = []
    for name in CORPORA:
        lines = shared("corpus", f"{name}.jsonl").read_bytes().splitlines()
        found += [json.loads(line) for line in lines[:40]]
    for folder in FOLDERS:
        for path in sorted(shared("vectors", folder).glob("*.json")):
            if path.stat().st_size <= LARGEST:
                found.append(_parsed(path.read_bytes()))
    contexts = Contexts(load)
    plain = [one for one in found if isinstance(one, dict) and "@context" in one]
    return [one for one in plain if outcome(canonicalize, one, contexts)[0] == "hash"]


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def documents(seed: int, count: int, originals: list[dict[str, Any]]) -> list[Any]:
    mutator = Mutator(seed)
    made = []
    for _ in range(count):
        if mutator.chance(0.35):
            made.append(mutator.invented())
            continue
        original = mutator.pick(originals)
        if mutator.chance(0.5):
            original.pop("proof", None)
        made.append(mutator.mutated(original))
    # Through JSON and back, so that both sides read the same text.
    return [json.loads(json.dumps(document)) for document in made]


def judge(document: Any, theirs: dict[str, str], contexts: Contexts) -> str:
    """Return what became of one document; an AssertionError where it must not."""
    ours = outcome(canonicalize, document, contexts)
    assert ours == outcome(canonicalize_wholly, document, contexts), "the short cut differs"
    if ours[0] == "hash":
        assert "refused" not in theirs, f"accepted what jsonld.js refuses: {theirs['refused']}"
        assert theirs["hash"] == ours[1], "another canonical form than jsonld.js"
        return "equal"
    if "refused" in theirs:
        return "both refuse"
    assert ours in CATEGORIES, f"refused for an unlisted reason: {ours}"
    return "refused as listed"


@needs_node
def test_mutated_credentials():
    originals = seeds()
    assert len(originals) > 200
    counts: Counter[str] = Counter()
    contexts = Contexts(load)
    for number in range(0, COUNT, BATCH):
        batch = documents(SEED + number, min(BATCH, COUNT - number), originals)
        for document, theirs in zip(batch, oracle.ask(batch), strict=True):
            try:
                counts[judge(document, theirs, contexts)] += 1
            except AssertionError as error:
                raise AssertionError(f"{error}\n{json.dumps(document)}") from None
    print(dict(counts))
    # Enough of the documents must be accepted for the comparison to say something.
    assert counts["equal"] > COUNT / 6
    assert counts["refused as listed"] < COUNT / 10


@needs_node
def test_real_credentials():
    originals = seeds()
    contexts = Contexts(load)
    for document, theirs in zip(originals, oracle.ask(originals), strict=True):
        assert judge(document, theirs, contexts) == "equal"

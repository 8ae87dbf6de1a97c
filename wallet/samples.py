"""The sample records and the invented learner who holds them (see resources/samples/README.md).

The learner's key is public, so a vault that holds it is for trying out only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from wallet import resources

FOLDER = "samples"


@dataclass(frozen=True, slots=True)
class Learner:
    """The sample learner: a name, an identifier and the public "private" key behind it."""

    name: str
    did: str
    seed: bytes
    files: tuple[str, ...]


def learner() -> Learner:
    """Return the sample learner."""
    stored = json.loads(resources.read(f"{FOLDER}/learner.json"))
    return Learner(
        stored["name"], stored["did"], bytes.fromhex(stored["seed"]), tuple(stored["records"])
    )


def records() -> list[tuple[str, bytes]]:
    """Return the sample records in their order: (file name, bytes)."""
    return [(name, resources.read(f"{FOLDER}/{name}")) for name in learner().files]

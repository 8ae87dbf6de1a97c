"""Run one target under atheris, in a process of its own: `run.py` starts it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["wallet"]):
    from fuzz.targets import STRUCTURED, TARGETS
    from tests.differential.mutations import Mutator

# Of this process's own time: how busy the machine is says nothing. Watching coverage costs a
# factor of some three.
MAX_SECONDS = 10.0


class SlowError(Exception):
    """An input took longer than any may."""


def main() -> None:
    """Fuzz the target named first; the rest is for libFuzzer."""
    name = sys.argv[1]
    target = TARGETS[name]

    def bounded(data: bytes) -> None:
        start = time.process_time()
        target(data)
        if (took := time.process_time() - start) > MAX_SECONDS:
            raise SlowError(f"{took:.1f} s")

    mutator = {"custom_mutator": _mutated} if name in STRUCTURED else {}
    atheris.Setup([sys.argv[0], *sys.argv[2:]], bounded, **mutator)
    atheris.Fuzz()


def _mutated(data: bytes, max_size: int, seed: int) -> bytes:
    """Change a JSON object's value half the time, anything's bytes otherwise."""
    if seed % 2 == 0 and data.lstrip()[:1] == b"{":
        try:
            document = json.loads(data)
            text = json.dumps(Mutator(seed).mutated(document), ensure_ascii=seed % 4 == 0)
            changed = text.encode("utf-8", "surrogatepass")
        except (ValueError, RecursionError, LookupError):
            changed = b""
        if changed and len(changed) <= max_size:
            return changed
    return bytes(atheris.Mutate(data, max_size))


if __name__ == "__main__":
    main()

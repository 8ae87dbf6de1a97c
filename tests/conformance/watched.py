"""Every published file, read in a process that is watched, and the count of those we agree about.

`python -m tests.conformance.watched [AREA ...]` prints the count and every deviation. One process
an area, without a network, with a bound on its memory; it says when it starts a file, so that one
that hangs or kills it is known by name.
"""

from __future__ import annotations

import json
import resource
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.conformance import deviations
from tests.conformance.judges import NOT_READ, kind_of, problem_of
from tests.conformance.published import AREAS, files

REPO: Final = Path(__file__).resolve().parent.parent.parent
MAX_SECONDS: Final = 10.0  # of the process's own time; the collection's own bound on a file
MAX_BYTES: Final = 1024**3
HANG_SECONDS: Final = 120.0  # of the wall's clock without a word, on a machine that is busy


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one file: its kind ("" holds nothing to judge), what is wrong, what it took."""

    name: str
    kind: str
    problem: str | None
    seconds: float


def run(area: str) -> list[Judged]:
    """Judge an area's files in a process of its own; a file that ends it is a problem by name."""
    names = [name for name, file in files().items() if file.area == area]
    judged: list[Judged] = []
    while len(judged) < len(names):
        judged += _watched(names[len(judged) :])
    return judged


def _watched(names: Sequence[str]) -> list[Judged]:
    """Judge files until the process has judged all, dies or hangs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.conformance.watched", "--judge"],
        cwd=REPO,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    judged: list[Judged] = []
    with process, selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        process.stdin.write(json.dumps(list(names)))
        process.stdin.close()
        while len(judged) < len(names):
            line = process.stdout.readline() if selector.select(HANG_SECONDS) else None
            if not line:
                process.kill()
                why = "hangs" if line is None else process.stderr.read()[-300:] or "dies"
                judged.append(Judged(names[len(judged)], "", why, 0.0))
                return judged
            judged.append(Judged(**json.loads(line)))
    return judged


def judge(names: Sequence[str]) -> Iterator[Judged]:
    """Judge files one after the other, here, without a network."""
    socket.socket.connect = _refuse  # type: ignore[method-assign]
    socket.getaddrinfo = _refuse
    for name in names:
        file = files()[name]
        kind, _ = kind_of(file)
        start = time.process_time()
        try:
            problem = problem_of(file)
        except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
            problem = f"raised {error!r}"[:300]
        seconds = time.process_time() - start
        if problem is None and seconds > MAX_SECONDS:
            problem = f"took {seconds:.0f} s"
        yield Judged(name, kind, problem, round(seconds, 3))


def _refuse(*_given: Any, **_named: Any) -> Any:
    raise AssertionError("a file made this process use the network")


def unexplained(judged: Sequence[Judged]) -> list[Judged]:
    """Return what is not as it should be, is not called unknown by us, and is not written down."""
    return [
        one
        for one in judged
        if one.problem is not None
        and not one.problem.startswith(NOT_READ)
        and one.name not in deviations.listed()
    ]


def lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield a line for each area: how many agree, and how many deviate as is written down."""
    for area in AREAS:
        of_area = [one for one in judged if one.name.startswith(f"{area}/")]
        held = [one for one in of_area if one.kind]
        if not of_area:
            continue
        wrong = [one for one in of_area if one.problem is not None]
        agree = sum(one.problem is None for one in held)
        unread = sum(str(one.problem).startswith(NOT_READ) for one in wrong)
        unlisted = len(unexplained(of_area))
        said = f"{area:<16}{agree:>5} of {len(held):>4} agree"
        for count, words in (
            (len(wrong) - unread - unlisted, "deviate as listed"),
            (unread, "are of kinds not read"),
            (unlisted, "are not as they should be"),
        ):
            said += f", {count} {words}" if count else ""
        yield f"{said}; {len(of_area) - len(held)} hold nothing to judge here"


def kinds(judged: Sequence[Judged]) -> dict[str, int]:
    """Return how many files there are of each kind that is judged."""
    found: dict[str, int] = {}
    for one in judged:
        if one.kind:
            found[one.kind] = found.get(one.kind, 0) + 1
    return found


def main() -> int:
    """Print the count; `--judge` is the watched process itself."""
    if sys.argv[1:] == ["--judge"]:
        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        for one in judge(json.load(sys.stdin)):
            print(
                json.dumps({field: getattr(one, field) for field in Judged.__slots__}), flush=True
            )
        return 0
    judged = [one for area in sys.argv[1:] or AREAS for one in run(area)]
    print("\n".join(lines(judged)))
    for one in judged:
        if one.problem is not None:
            known = deviations.listed().get(one.name)
            print(f"  {one.name}: {one.problem}" + (f" [{known}]" if known else ""))
    return 1 if any(unexplained(judged)) else 0


if __name__ == "__main__":
    sys.exit(main())

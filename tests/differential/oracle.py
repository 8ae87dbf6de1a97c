"""The Node process that says what the JavaScript libraries make of a document."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CONTEXTS = HERE.parent.parent / "resources" / "contexts"


def missing() -> str | None:
    """Return why the process cannot run here, or null."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (HERE / "node_modules" / "jsonld").is_dir():
        return "run `npm ci` in tests/differential"
    return None


def ask(documents: Sequence[Any], *, full: bool = False) -> list[dict[str, str]]:
    """Return, for each document, `{"hash"}` or `{"refused"}`; with `full`, "canonical" too."""
    process = subprocess.Popen(
        ["node", "oracle.mjs", CONTEXTS],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="ascii",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin = process.stdin

    def feed() -> None:
        with stdin:
            for document in documents:
                stdin.write(json.dumps({"document": document, "full": full}) + "\n")

    feeder = threading.Thread(target=feed)
    feeder.start()
    with process.stdout as answers:
        result = [json.loads(line) for line in answers]
    feeder.join()
    assert process.wait() == 0
    assert len(result) == len(documents)
    return result

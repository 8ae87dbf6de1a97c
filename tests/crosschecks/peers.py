"""The Node process in which other people's libraries issue, present, derive and verify."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CONTEXTS = HERE.parent.parent / "resources" / "contexts"


def missing() -> str | None:
    """Return why the process cannot run here, or null."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not (HERE / "node_modules" / "@digitalbazaar" / "vc").is_dir():
        return "run `npm ci` in tests/crosschecks"
    return None


class Javascript:
    """Asks one long-running process; what each job takes and gives is in `peers.mjs`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "peers.mjs", CONTEXTS],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, job: str, **given: Any) -> dict[str, Any]:
        """Return the answer; `refused` in it where the library raised."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"job": job, **given}) + "\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    def made(self, job: str, **given: Any) -> Any:
        """Return the document or token that a job makes."""
        answer = self.ask(job, **given)
        assert "refused" not in answer, answer
        return answer["document"] if "document" in answer else answer["token"]

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

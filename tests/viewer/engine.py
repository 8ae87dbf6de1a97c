"""The page's own code, run in Node: what the tests ask of it."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("driver.mjs")


def encode(data: bytes) -> str:
    """Return bytes as the driver takes them."""
    return base64.b64encode(data).decode("ascii")


class Engine:
    """Runs one job over many items in one Node process."""

    def __init__(self, node: str, dist: Path) -> None:
        self._command = [node, str(DRIVER), str(dist / "verify.mjs")]

    def run(
        self,
        job: str,
        items: Iterable[Mapping[str, Any]],
        documents: Mapping[str, bytes] = {},
        *,
        read_at: Mapping[str, str] = {},
    ) -> list[dict[str, Any]]:
        """Return one answer an item: `value`, or `error`; a bug in the page fails the test.

        `read_at` says of documents when they were read, where that is not now.
        """
        task = {
            "job": job,
            "items": list(items),
            "documents": {url: encode(body) for url, body in documents.items()},
            "readAt": dict(read_at),
        }
        done = subprocess.run(
            self._command, input=json.dumps(task).encode(), capture_output=True, timeout=300
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        answers = json.loads(done.stdout)
        bugs = [answer["bug"] for answer in answers if "bug" in answer]
        assert bugs == []
        return answers

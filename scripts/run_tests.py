"""Run every check a change must pass: style, types, import rules, then the tests.

Arguments are handed to pytest. The tests' own summary comes last.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from build_assets import find_node

REPO = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = (
    ("style", ["ruff", "format", "--check", "--quiet", "."]),
    ("rules", ["ruff", "check", "--quiet", "."]),
    ("types", ["mypy", "--no-error-summary"]),
    ("imports", ["lint-imports", "--no-cache"]),
)


def main() -> int:
    """Run the checks; stop at the first that fails."""
    for name, command in CHECKS:
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=REPO,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        print(f"{name}: {'good' if done.returncode == 0 else 'failed'}", flush=True)
        if done.returncode != 0:
            print(done.stdout)
            return 1
    node = find_node()
    path = node.environment["PATH"] if node is not None else os.environ.get("PATH", "")
    environment = {**os.environ, "PATH": path, "QT_QPA_PLATFORM": "offscreen"}
    tests = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    return subprocess.run(tests, cwd=REPO, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

"""Where the tests find data that does not live in the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("LER_SHARED", REPO.parent / "shared"))


def shared(*parts: str) -> Path:
    """Return a path under the shared data, or skip the test that needs it."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared data is absent: {'/'.join(parts)}", allow_module_level=True)
    return path

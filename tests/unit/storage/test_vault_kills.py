"""Five hundred processes killed (SIGKILL) at random instants: nothing reported as kept is lost.

Importing, editing, removing, changing the passphrase, migrating, salvaging and
backing up, in turn. What each
kill left is judged before the next one goes on with it: see `killed_stories`.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.storage.killed_stories import STORIES

REPO = Path(__file__).parents[3]
KILLS = 250  # a run; two runs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork nor SIGKILL there")


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_reported_is_lost_at_any_instant(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-m", "tests.unit.storage.killed_stories"]
    done = subprocess.run(
        [*command, str(tmp_path), str(seed), str(KILLS)],
        cwd=REPO,
        check=False,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert (done.returncode, done.stderr) == (0, "")
    kills = [line.split() for line in done.stdout.splitlines()]
    assert len(kills) == KILLS
    per_story = Counter(name for name, _ in kills)
    assert per_story.keys() == STORIES.keys()
    assert min(per_story.values()) > KILLS // len(STORIES) // 3
    assert len(Counter(map(tuple, kills))) > 15  # they died all over the stories

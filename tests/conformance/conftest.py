"""Counts, at the end of a run, the published files of each area that are answered as wanted."""

from __future__ import annotations

import pytest

from tests.conformance import watched

JUDGED = pytest.StashKey[list[watched.Judged]]()


@pytest.fixture(scope="session")
def judged(request):
    """Every published file, judged once a session in a watched process for each area."""
    stash = request.config.stash
    if JUDGED not in stash:
        stash[JUDGED] = [one for area in watched.AREAS for one in watched.run(area)]
    return {one.name: one for one in stash[JUDGED]}


def pytest_terminal_summary(terminalreporter, config):
    """Print a line for each area, where they were judged."""
    found = config.stash.get(JUDGED, [])
    if found:
        terminalreporter.section("published files")
        for line in watched.lines(found):
            terminalreporter.write_line(line)

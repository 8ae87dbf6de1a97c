"""What the cross-checks share: the Node process, and a world whose time is now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.crosschecks import peers
from tests.world import World


@pytest.fixture(scope="session")
def javascript():
    why = peers.missing()
    if why is not None:
        pytest.skip(why)
    process = peers.Javascript()
    yield process
    process.close()


@pytest.fixture
def world():
    """A world of today: some of the libraries look at the clock themselves."""
    return World(datetime.now(UTC).replace(microsecond=0))

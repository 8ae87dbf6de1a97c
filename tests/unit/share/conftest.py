"""A holder and what they say when they share."""

from __future__ import annotations

import pytest

from tests.unit.share.holder import CREATED, EXPIRES, PAGE, OneKey
from wallet.share.presentation import Terms


@pytest.fixture(scope="session")
def keys() -> OneKey:
    return OneKey(bytes(range(32)))


@pytest.fixture
def terms(keys: OneKey) -> Terms:
    return Terms(
        holder=keys.did,
        page=PAGE,
        audience="mailto:hr@harbor.example",
        name="For Harbor Hospital HR, Nursing Assistant, req 4471",
        created=CREATED,
        expires=EXPIRES,
        challenge=bytes(16),
    )

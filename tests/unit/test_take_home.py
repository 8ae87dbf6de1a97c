"""The take-home sheet: a page of words, in both languages, with nothing secret and one address."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wallet import wording
from wallet.administration import Rules
from wallet.take_home import sheet

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


@pytest.fixture(params=["en", "es"])
def language(request):
    wording.set_language(request.param)
    yield request.param
    wording.set_language("en")


def words_of(found) -> str:
    return " ".join(line for part in found.parts for line in (part.heading, *part.lines))


def test_it_names_the_file_and_the_address_and_who_made_it(language):
    rules = Rules(organisation="Ridge Career Center", app_page="https://college.example/wallet")
    found = sheet("mine.ler", rules, now=NOW)
    assert words_of(found).count("mine.ler") == 2
    assert "https://college.example/wallet" in words_of(found)
    assert "Ridge Career Center" in found.made
    assert wording.date(NOW) in found.made


def test_without_an_address_it_says_whom_to_ask(language):
    found = sheet("mine.ler", Rules(), now=NOW)
    assert "http" not in words_of(found)
    assert found.address == ""

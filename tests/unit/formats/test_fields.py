"""Times, titles and identifiers as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wallet.formats import fields

NOON = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
TIMES = {
    "2025-03-01T12:00:00Z": NOON,
    "2025-03-01t12:00:00z": NOON,
    "2025-03-01T14:00:00+02:00": NOON,
    "2025-03-01T12:00:00": NOON,
    "2025-03-01": NOON.replace(hour=0),
    "2025-03-01T12:00:00.5Z": NOON.replace(microsecond=500_000),
    "2025-03-01T12:00:00.123456789Z": NOON.replace(microsecond=123_456),
}


@pytest.mark.parametrize(("text", "moment"), TIMES.items(), ids=TIMES)
def test_times(text, moment):
    assert fields.time(text) == moment
    assert fields.time([text]) == moment
    assert fields.time({"@value": text}) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-13-01T00:00:00Z",
        "2025-02-30",
        "2025-03-01T24:00:01Z",
        "2025-03-01T12:00Z",
        "20250301T120000Z",
        "2025-W09-6T12:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2025-03-01T12:00:00Z ",
        5,
        None,
        ["2025-03-01", "2025-03-02"],
        {"@value": 5},
    ],
)
def test_what_is_no_time(text):
    assert fields.time(text) is None


@given(st.datetimes(), st.integers(-12, 12))
def test_times_round_trip_to_the_second(moment, hours):
    assume(1 < moment.year < 9999)
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)), microsecond=0)
    assert fields.time(fields.iso(aware)) == aware


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text):
    fields.time(text)


TITLES = [
    ({"name": "  Welding "}, "Welding"),
    ({"name": {"@value": "Schweißen", "@language": "de"}}, "Schweißen"),
    ({"name": [{"@value": "A"}, {"@value": "B"}]}, "A"),
    ({"credentialSubject": {"achievement": {"name": "Welding"}}}, "Welding"),
    ({"credentialSubject": [{}, {"achievement": [{"name": "Welding"}]}]}, "Welding"),
    ({"credentialSubject": {"degree": {"name": "BSc"}}}, "BSc"),
    ({"type": ["VerifiableCredential", "OpenBadgeCredential"]}, "Open Badge Credential"),
    ({"type": "VerifiableCredential"}, ""),
    ({"name": "x" * 1000}, "x" * 300),
    ({"name": [[[]]]}, ""),
]


@pytest.mark.parametrize(("claims", "title"), TITLES)
def test_titles(claims, title):
    assert fields.title(claims) == title

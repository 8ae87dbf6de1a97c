"""Every reason, code, state, kind and question has its words, in every language."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from babel.dates import format_date
from babel.messages.pofile import read_po

from tests.paths import REPO
from wallet import wording
from wallet.checking import State
from wallet.errors import Code, WalletError
from wallet.record import Kind
from wallet.refreshing import News, Notice
from wallet.report import Check, Outcome, Question, Reason
from wallet.sentences import WITH_FACTS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(params=sorted(wording.LANGUAGES), autouse=True)
def language(request):
    wording.set_language(request.param)
    yield request.param
    wording.set_language("en")


def _is_a_sentence(text: str) -> None:
    assert text[0].isupper() or not text[0].isalpha()
    assert text.endswith((".", "?"))
    assert "{" not in text
    for bad in ("!", "please", "oops", "None", "invalid"):
        assert bad not in text


@pytest.mark.parametrize("code", Code)
def test_every_error_code_has_a_sentence(code):
    _is_a_sentence(wording.error(WalletError(code)))
    facts = {"host": "school.example", "arrived": 745, "total": 1163, "least": 8}
    _is_a_sentence(wording.error(WalletError(code, **facts)))


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("question", Question)
def test_every_reason_has_a_sentence(question, reason):
    facts = {"term": "extra", "host": "school.example", "date": NOW, "from": NOW, "suite": "x"}
    for given in ({}, facts):
        _is_a_sentence(wording.check(Check(question, Outcome.UNKNOWN, reason, NOW, given)))


@pytest.mark.parametrize(
    ("asked", "needed", "text"),
    [(asked, needed, text) for asked, all_ in WITH_FACTS.items() for needed, text in all_],
)
def test_every_sentence_with_facts_is_said_when_they_are_there(asked, needed, text, language):
    question, reason = asked
    outcome = Outcome.UNKNOWN if reason else Outcome.PASSED
    facts = dict.fromkeys(needed.split(","), "7")
    facts |= {name: NOW.isoformat() for name in wording.DAYS if name in facts}
    facts |= {name: "7" for name in _fields(text) if name not in facts}
    said = wording.check(Check(question, outcome, reason, NOW, facts))
    assert "{" not in said
    assert said[0].isupper() or not said[0].isalpha()


@pytest.mark.parametrize("question", Question)
def test_every_passed_question_has_a_sentence(question):
    _is_a_sentence(wording.check(Check(question, Outcome.PASSED, None, NOW)))
    assert wording.question(question)


def test_states_kinds_and_outcomes_have_words():
    for state in State:
        assert wording.state(state)
    for kind in Kind:
        assert wording.kind(kind)
    for outcome in Outcome:
        assert wording.outcome(outcome)


@pytest.mark.parametrize(
    ("days", "english"),
    [(0, "Ends today"), (1, "Ends in 1 day"), (20, "Ends in 20 days"), (122, "Ends in 4 months")],
)
def test_an_end_is_counted_in_days_then_months(days, english, language):
    ends = NOW + timedelta(days=days, hours=1)
    said = wording.state(State.ENDS_SOON, ends, now=NOW)
    assert said == english if language == "en" else said != english


def test_spanish_is_really_spoken(language):
    if language == "es":
        assert wording.language() == "es"
        assert wording.state(State.HOLDS) == "Se sostiene"


def test_an_unknown_language_falls_back_to_english():
    assert wording.set_language("xx") == "en"
    assert wording.state(State.HOLDS) == "Holds"


def _catalogue():
    with (REPO / "resources" / "i18n" / "es.po").open("rb") as file:
        return read_po(file, locale="es")


def test_the_spanish_catalogue_is_whole_and_keeps_every_field():
    for message in _catalogue():
        if not message.id:
            continue
        source = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), f"not translated: {source[0]!r}"
        assert not message.fuzzy, source[0]
        for one, translated in zip(source, said, strict=False):
            assert _fields(one) == _fields(translated), one


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_spanish_catalogue_has_every_text_of_the_code():
    from scripts.translations import texts_in_code

    known = {m.id if isinstance(m.id, str) else m.id[0] for m in _catalogue()}
    assert set(texts_in_code()) <= known


def test_dates_are_written_as_babel_writes_them(language, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for month in range(1, 13):
        day = datetime(2020 + month, month, 2 * month, 12, tzinfo=UTC)
        expected = format_date(day.astimezone().date(), format="long", locale=f"{language}_US")
        assert wording.date(day) == expected
    monkeypatch.setenv("LC_ALL", f"{language}_MX.UTF-8" if language == "es" else "en_GB.UTF-8")
    day = datetime(2026, 3, 9, 12, tzinfo=UTC)
    assert wording.date(day) == {"en": "9 March 2026", "es": "9 de marzo de 2026"}[language]


def _notice(news, **given):
    before, after = State.HOLDS, State.WITHDRAWN
    return Notice(1, "ab", "Diploma", "College", news, NOW, given.get("date"), before, after)


@pytest.mark.parametrize("news", News)
@pytest.mark.parametrize("date", [None, NOW - timedelta(days=3), NOW + timedelta(days=20)])
def test_every_piece_of_news_has_a_sentence(news, date):
    _is_a_sentence(wording.notice(_notice(news, date=date), now=NOW))


@pytest.mark.parametrize(
    ("hours", "english"),
    [
        (20 * 24 + 1, "It ends in 20 days, on December 12, 2026."),
        (25, "It ends in 1 day, on November 23, 2026."),
        (2, "It ends today."),
        (-30, "It ended on November 21, 2026."),
    ],
)
def test_the_days_until_an_end_are_counted_when_it_is_read(hours, english, language):
    said = wording.notice(_notice(News.ENDS_SOON, date=NOW + timedelta(hours=hours)), now=NOW)
    assert said == english if language == "en" else said != english


def test_an_answer_says_when_what_it_rests_on_is_of_an_earlier_day(language):
    def said(days, sources=("https://a.example/did.json",), outcome=Outcome.PASSED):
        at = NOW - timedelta(days=days)
        reason = None if outcome is Outcome.PASSED else Reason.KEY_NOT_FOUND
        answer = Check(Question.AUTHORITY, outcome, reason, at, {}, sources)
        return wording.check(answer, asked=NOW)

    words = {"en": "As last known on November 20, 2026.", "es": "20 de noviembre de 2026"}
    assert words[language] in said(2)
    assert words[language] in said(2, outcome=Outcome.FAILED)
    assert words[language] not in said(2, sources=())
    assert said(0) == said(0, sources=())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "Wait 1 second,"), (119, "Wait 119 seconds,"), (121, "Wait 3 minutes,")],
)
def test_a_wait_is_said_in_seconds_or_minutes(seconds, words, language):
    said = wording.error(WalletError(Code.TOO_MANY_TRIES, seconds=seconds))
    assert language != "en" or words in said
    assert language != "es" or str(seconds if seconds < 120 else 3) in said

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.storage.vault_helpers import CHEAP, NOW, PASSPHRASE, credential
from wallet.errors import Code, VaultError
from wallet.model import Fact, Format
from wallet.storage import AddOutcome, CheckedReport, ShareRecord, StoredCredential, Vault
from wallet.storage.search import MAX_WORDS, match_expression


def titles(vault: Vault, query: str = "", kind: str | None = None) -> list[str]:
    return [row.title for row in vault.rows(query, kind=kind)]


def test_everything_of_a_credential_comes_back_byte_for_byte(vault: Vault) -> None:
    boise = timezone(timedelta(hours=-7))
    new = credential(
        1,
        raw='{\r\n "name": "Skills® of the ’90s" }\n'.encode() + bytes(range(256)),
        container=b"\x89PNG\r\n\x1a\n" + bytes(3000),
        format=Format.VC_JWT,
        source="folder/badge.png",
        awarded=datetime(2024, 6, 1, tzinfo=boise),
        ends=datetime(2027, 6, 1, 23, 59, 59, 123456, tzinfo=UTC),
        search_text="welding",
        report_json='{"a": 1}',
        verdict="holds",
        checked_at=NOW,
    )
    [added] = vault.add([new], now=NOW)
    stored = vault.get(added.id)
    for field in dataclasses.fields(StoredCredential):
        if not hasattr(new, field.name):
            continue  # what only the vault knows: when it came, its place
        assert getattr(stored, field.name) == getattr(new, field.name), field.name
    assert stored.awarded is not None
    assert stored.awarded.utcoffset() == timedelta(hours=-7)
    assert (stored.id, stored.added_at, stored.removed_at) == (new.id, NOW, None)
    [row] = vault.rows()
    for name in row._fields:
        assert getattr(row, name) == getattr(stored, name), name


def test_the_same_bytes_are_kept_once(vault: Vault) -> None:
    outcomes = vault.add([credential(1), credential(2), credential(1, title="again")], now=NOW)
    assert [a.outcome for a in outcomes] == [
        AddOutcome.KEPT,
        AddOutcome.KEPT,
        AddOutcome.ALREADY,
    ]
    assert titles(vault) == ["Certificate 1", "Certificate 2"]
    assert vault.has(credential(1).id)
    assert not vault.has(credential(3).id)


def test_half_a_surrogate_pair_is_kept_as_a_replacement_character(vault: Vault) -> None:
    half = "folder/\udcff.json"  # what a file's name that is no UTF-8 becomes
    [added] = vault.add(
        [credential(1, source=half, title=half, search_text=half, report_json=half)], now=NOW
    )
    stored = vault.get(added.id)
    whole = "folder/\ufffd.json"
    assert (stored.source, stored.title, stored.search_text, stored.report_json) == (whole,) * 4
    assert titles(vault, "folder") == [whole]
    vault.set_setting(half, half)
    assert vault.setting(half) == whole
    vault.put_fact(Fact(half, b"x", NOW))
    assert vault.get_fact(half) is not None
    assert not vault.has(half)


def test_a_batch_that_fails_keeps_nothing(vault: Vault) -> None:
    vault.add([credential(0)], now=NOW)
    bad = credential(2, awarded=datetime(2024, 1, 1))  # noqa: DTZ001 a caller's mistake
    with pytest.raises(ValueError, match="zone"):
        vault.add([credential(1), bad, credential(3)], now=NOW)
    assert titles(vault) == ["Certificate 0"]
    vault.add([credential(4)], now=NOW)
    vault.check_integrity()


def test_what_is_removed_comes_back_in_its_place(vault: Vault) -> None:
    ids = [a.id for a in vault.add([credential(n) for n in range(4)], now=NOW)]
    vault.remove([ids[1], ids[2]], now=NOW)
    assert titles(vault) == ["Certificate 0", "Certificate 3"]
    assert titles(vault, "certificate 1") == []
    assert vault.count() == 2
    assert not vault.has(ids[1])
    assert [row.title for row in vault.removed()] == ["Certificate 1", "Certificate 2"]
    assert vault.get(ids[1]).removed_at == NOW
    vault.restore([ids[1]])
    assert titles(vault) == ["Certificate 0", "Certificate 1", "Certificate 3"]
    [again] = vault.add([credential(2)], now=NOW + timedelta(days=1))
    assert again.outcome is AddOutcome.RESTORED
    assert titles(vault) == [f"Certificate {n}" for n in range(4)]


def test_removing_twice_keeps_the_first_date_and_the_latest_is_first(vault: Vault) -> None:
    one, two = (a.id for a in vault.add([credential(1), credential(2)], now=NOW))
    vault.remove([one], now=NOW)
    vault.remove([two], now=NOW + timedelta(hours=1))
    vault.remove([one], now=NOW + timedelta(hours=2))
    assert [row.id for row in vault.removed()] == [two, one]
    assert vault.purge_removed(NOW + timedelta(minutes=1)) == 1
    assert [row.id for row in vault.removed()] == [two]
    with pytest.raises(VaultError):
        vault.get(one)


def test_times_of_other_zones_are_compared_as_moments(vault: Vault) -> None:
    [added] = vault.add([credential(1)], now=NOW)
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    vault.remove([added.id], now=tokyo)
    assert vault.purge_removed(NOW) == 0
    assert vault.purge_removed(NOW + timedelta(microseconds=1)) == 1


def test_what_is_erased_is_gone_from_the_search_too(vault: Vault) -> None:
    ids = [a.id for a in vault.add([credential(n) for n in range(3)], now=NOW)]
    vault.erase(ids[:2])
    assert titles(vault, "lincoln") == ["Certificate 2"]
    [again] = vault.add([credential(0)], now=NOW)
    assert again.outcome is AddOutcome.KEPT
    assert titles(vault, "lincoln") == ["Certificate 2", "Certificate 0"]
    vault.check_integrity()


@pytest.mark.parametrize("method", ["remove", "restore", "erase", "get", "set_report"])
def test_an_unknown_id_changes_nothing(vault: Vault, method: str) -> None:
    [added] = vault.add([credential(1)], now=NOW)
    vault.remove([added.id], now=NOW)
    calls = {
        "remove": lambda: vault.remove([added.id, "0" * 64], now=NOW),
        "restore": lambda: vault.restore([added.id, "0" * 64]),
        "erase": lambda: vault.erase([added.id, "0" * 64]),
        "get": lambda: vault.get("0" * 64),
        "set_report": lambda: vault.set_report("0" * 64, "{}", NOW),
    }
    with pytest.raises(VaultError) as caught:
        calls[method]()
    assert caught.value.code is Code.NO_SUCH_CREDENTIAL
    assert [row.id for row in vault.removed()] == [added.id]


SEARCHED = {
    "Diplôme de soudure": "Lycée Émile Zola",
    "Certified Welder": "American Welding Society",
    "C++ Programming": "Łódź Technical",
    "Food Safety (ServSafe®)": "National Restaurant Association",
    "日本語 N2": "日本国際教育支援協会",
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", list(SEARCHED)),
        ("   ", list(SEARCHED)),
        ("--- !?", list(SEARCHED)),
        ("diplome", ["Diplôme de soudure"]),
        ("DIPLÔME", ["Diplôme de soudure"]),
        ("diplo\u0302me", ["Diplôme de soudure"]),
        ("emile zo", ["Diplôme de soudure"]),
        ("zola emile", ["Diplôme de soudure"]),
        ("weld", ["Certified Welder"]),
        ("elder", []),
        ("welder society", ["Certified Welder"]),
        ("welder zola", []),
        ("c++", ["Diplôme de soudure", "Certified Welder", "C++ Programming"][1:]),
        ("servsafe®", ["Food Safety (ServSafe®)"]),
        ("(servsafe", ["Food Safety (ServSafe®)"]),
        ("safety)", ["Food Safety (ServSafe®)"]),
        ("日本", ["日本語 N2"]),
        ("title:welder", []),
        ("welder OR zola", []),
        ("NOT", []),
        ('"', list(SEARCHED)),
        ('weld"er', []),
        ("weld*", ["Certified Welder"]),
        ("certified\0welder", ["Certified Welder"]),
        ("hidden-skill", ["Certified Welder"]),
    ],
)
def test_search(vault: Vault, query: str, found: list[str]) -> None:
    vault.add(
        [
            credential(
                number,
                title=title,
                issuer_name=issuer,
                search_text="hidden-skill" if "Welder" in title else "",
            )
            for number, (title, issuer) in enumerate(SEARCHED.items())
        ],
        now=NOW,
    )
    assert titles(vault, query) == found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(st.characters(), max_size=60) | st.text("\"*^:()+-{} ANDORNTE'\0a", max_size=60)
)
def test_nothing_a_person_types_is_an_error(vault: Vault, query: str) -> None:
    vault.rows(query)


def test_a_pasted_page_asks_for_a_bounded_number_of_words() -> None:
    expression = match_expression("word " * 100_000)
    assert expression is not None
    assert expression.count(" AND ") < MAX_WORDS


def test_the_list_is_narrowed_by_kind(vault: Vault) -> None:
    vault.add([credential(1), credential(2, kind="diploma", title="Diploma")], now=NOW)
    assert titles(vault, kind="diploma") == ["Diploma"]
    assert titles(vault, "certificate", kind="diploma") == []


def test_reports_replace_the_one_before(vault: Vault) -> None:
    ids = [a.id for a in vault.add([credential(1), credential(2)], now=NOW)]
    vault.set_report(ids[0], '{"n": 1}', NOW, verdict="unchecked")
    later = NOW + timedelta(days=1)
    vault.set_reports([CheckedReport(id_, '{"n": 2}', later, "holds") for id_ in ids])
    for id_ in ids:
        stored = vault.get(id_)
        assert (stored.report_json, stored.checked_at, stored.verdict) == (
            '{"n": 2}',
            later,
            "holds",
        )
    assert [row.verdict for row in vault.rows()] == ["holds", "holds"]


def test_shares_are_remembered_even_when_what_was_shared_is_erased(vault: Vault) -> None:
    ids = [a.id for a in vault.add([credential(1), credential(2)], now=NOW)]
    one = ShareRecord(
        id="urn:uuid:1",
        made_at=NOW,
        ends=NOW + timedelta(days=30),
        audience="Riverside Fabrication",
        purpose="Apprentice welder",
        form="link",
        credential_ids=(ids[1], ids[0]),
        titles=("Certificate 2", "Certificate 1"),
        link="https://page.example/#x",
        presentation_sha256="ab" * 32,
    )
    two = dataclasses.replace(
        one, id="urn:uuid:2", made_at=NOW + timedelta(hours=1), link=None, ends=None
    )
    vault.record_share(one)
    vault.record_share(two)
    vault.erase(ids)
    assert vault.shares() == (two, one)


def test_a_fact_is_kept_with_its_date_and_never_replaced_by_an_older_one(vault: Vault) -> None:
    url = "https://school.example/status/1"
    assert vault.get_fact(url) is None
    vault.put_fact(Fact(url, b"new", NOW))
    vault.put_fact(Fact(url, b"old", NOW - timedelta(days=1)))
    assert vault.get_fact(url) == Fact(url, b"new", NOW, from_cache=True)
    vault.put_fact(Fact(url, b"newer", NOW + timedelta(days=1)))
    assert vault.get_fact(url) == Fact(url, b"newer", NOW + timedelta(days=1), from_cache=True)


def test_settings(vault: Vault) -> None:
    assert vault.setting("name") is None
    vault.set_setting("name", "Ana ® Núñez")
    assert vault.setting("name") == "Ana ® Núñez"
    vault.set_setting("name", "Ana")
    assert vault.setting("name") == "Ana"
    vault.set_setting("name", None)
    assert vault.setting("name") is None


def test_all_of_it_is_there_after_unlocking_again(vault: Vault, path: Path) -> None:
    did = vault.create_identity(now=NOW)
    vault.set_setting("name", "Ana")
    vault.put_fact(Fact("https://a.example", b"x", NOW))
    vault.close()
    with Vault.unlock(path, PASSPHRASE) as again:
        assert again.identities() == (did,)
        assert again.setting("name") == "Ana"
        assert again.get_fact("https://a.example") is not None


def test_many_threads_take_turns(vault: Vault) -> None:
    errors: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(10):
                vault.add([credential(worker * 100 + number)], now=NOW)
                vault.rows("certificate")
        except BaseException as error:  # noqa: BLE001 whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert vault.count() == 40


def test_closing_in_one_thread_while_another_works_is_an_answer_not_a_crash(path: Path) -> None:
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    seen: list[Code] = []
    started = threading.Event()

    def work() -> None:
        number = 0
        while not seen:
            try:
                vault.add([credential(number)], now=NOW)
                number += 1
            except VaultError as error:
                seen.append(error.code)
            started.set()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait(10)
    vault.close()
    thread.join(10)
    assert seen == [Code.VAULT_LOCKED]

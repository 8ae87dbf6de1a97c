"""The command line as people and scripts use it: every command, its words, its exit codes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import inside
from tests.world import World
from wallet import cli, wiring
from wallet.crypto.sealing import Cost
from wallet.formats.badge_image import bake
from wallet.model import KeyType

PASSPHRASE = "seven quiet herons"


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + check


PIXEL = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x7f"))
    + _chunk(b"IEND", b"")
)


class Terminal:
    """The command line with its pipes: the passphrase comes through a file descriptor."""

    def __init__(self, folder: Path, capsysbinary) -> None:
        self.vault = folder / "wallet.ler"
        self._capture = capsysbinary
        self.out = self.err = ""
        self.raw = b""

    def __call__(self, *arguments: object, passphrase: str | None = None) -> int:
        words = [str(argument) for argument in arguments]
        reader = None
        if words and words[0] not in {"check", "demo", "vaults"}:
            reader, writer = os.pipe()
            os.write(writer, f"{passphrase or PASSPHRASE}\n".encode())
            os.close(writer)
            words[1:1] = ["--vault", str(self.vault), "--passphrase-fd", str(reader)]
        self._capture.readouterr()
        try:
            code = cli.main(
                words, window=lambda language, offline, start: 77, demo=lambda output: 78
            )
        finally:
            if reader is not None:
                os.close(reader)
        self.raw, err = self._capture.readouterr()
        self.out, self.err = self.raw.decode(errors="replace"), err.decode()
        return code

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def _cheap_passphrase(monkeypatch):
    """Real vaults, with a low price of the passphrase; the clock is the world's."""
    build = wiring.build
    cheap = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
    monkeypatch.setattr(wiring, "build", lambda **given: build(**{"cost": cheap, **given}))


@pytest.fixture
def world():
    return World()


@pytest.fixture
def run(tmp_path, capsysbinary):
    return Terminal(tmp_path, capsysbinary)


@pytest.fixture
def good(world, tmp_path):
    path = tmp_path / "good.json"
    path.write_bytes(world.issue(world.issuer("Ridge College"), title="Welding Diploma ® ’"))
    return path


@pytest.fixture
def altered(good, tmp_path):
    path = tmp_path / "altered.json"
    path.write_bytes(good.read_bytes().replace(b"Welding", b"Nursing"))
    return path


def test_without_a_command_the_window_opens(run, capsysbinary):
    assert cli.main([], window=lambda language, offline, start: 77, demo=lambda output: 78) == 77
    assert (
        cli.main(["demo"], window=lambda language, offline, start: 77, demo=lambda output: 78) == 78
    )


def test_the_whole_job_of_a_job_seeker(run, good, tmp_path):
    assert run("create", "--name", "Alex") == 0
    assert stat.S_IMODE(run.vault.stat().st_mode) == 0o600
    assert run("import", good) == 0
    assert "Kept: Welding Diploma ® ’" in run.out
    assert run("import", good) == 0
    assert "Was there already" in run.out

    assert run("list", "--json") == 0
    (row,) = run.lines()
    assert (row["title"], row["state"]) == ("Welding Diploma ® ’", "holds")
    assert run("list", "weld") == 0
    assert "Holds" in run.out
    assert run("list", "nursing") == 0
    assert "No record" in run.out

    assert run("show", row["id"][:6]) == 0
    assert "Unaltered: The signature fits" in run.out
    assert run("export", row["id"][:6], "-o", "-") == 0
    assert run.raw == good.read_bytes()

    until = ("--until", "2100-01-01")
    assert run("share", row["id"][:6], "--for", "Harbor Hospital", *until) == 0
    link = run.out.strip()
    assert link.startswith("https://check.ler-wallet.example/#u")
    assert "stand-in" in run.err
    assert run("check", "--json", "--offline", link) == 0
    (checked,) = run.lines()
    assert checked["title"] == "For Harbor Hospital"
    assert [c["title"] for c in checked["credentials"]] == ["Welding Diploma ® ’"]

    taken = tmp_path / "share.qr"
    taken.write_bytes(b"mine")
    assert run("share", row["id"], "--for", "X", *until, "--form", "qr", "-o", taken) == 2
    assert taken.read_bytes() == b"mine"
    assert "left as it is" in run.err
    taken.unlink()
    for form, start in (("qr", b"\x89PNG"), ("file", b"{")):
        target = tmp_path / f"share.{form}"
        code = run("share", row["id"], "--for", "X", *until, "--form", form, "-o", target)
        assert code == 0, run.err
        assert target.read_bytes().startswith(start)
    assert run("check", "--offline", tmp_path / "share.file") == 0

    assert run("remove", row["id"][:8]) == 0
    assert run("list", "--json") == 0
    assert run.out == ""
    assert run("remove", "--undo", row["id"][:8]) == 0
    assert run("list", "--json") == 0
    assert len(run.lines()) == 1


def test_a_baked_badge_is_exported_as_the_picture_it_came_in(run, good, tmp_path):
    picture = tmp_path / "badge.png"
    picture.write_bytes(bake(PIXEL, good.read_bytes()))
    run("create")
    assert run("import", picture) == 0
    run("list", "--json")
    (row,) = run.lines()
    assert run("export", row["id"], "-o", "-") == 0
    assert run.raw == picture.read_bytes()


def test_check_says_passed_failed_unknown_or_unreadable_by_its_exit_code(
    run, world, good, altered, tmp_path
):
    away = tmp_path / "away.json"
    away.write_bytes(world.issue(world.issuer("Far School", method="web")))
    nothing = tmp_path / "nothing.json"
    nothing.write_bytes(b"[1, 2")
    assert run("check", "--offline", good) == 0
    assert run("check", "--offline", good, altered) == 1
    assert run("check", "--offline", good, away) == 3
    assert run("check", "--offline", good, nothing) == 2
    assert run("check", "--offline", altered, away, nothing) == 1


def test_check_prints_one_object_a_line(run, good, altered, tmp_path):
    nothing = tmp_path / "nothing.json"
    nothing.write_bytes(b"")
    run("check", "--json", "--offline", good, altered, nothing)
    passed, failed, unread = run.lines()
    for line in (passed, failed, unread):
        assert set(line) >= {"source", "format", "issuer", "title", "outcome", "checks", "error"}
    assert passed["outcome"] == "passed"
    assert passed["format"] == "data-integrity"
    assert failed["outcome"] == "failed"
    assert [c["question"] for c in failed["checks"]] == [
        "signature",
        "authority",
        "validity",
        "status",
        "issuer",
    ]
    assert failed["checks"][0] == {
        "question": "signature",
        "outcome": "failed",
        "reason": "altered",
        "checked_at": failed["checks"][0]["checked_at"],
    }
    assert unread["outcome"] is None
    assert unread["error"] == "empty"


def test_check_reads_folders_lines_and_standard_input(run, good, tmp_path, monkeypatch):
    folder = tmp_path / "folder" / "inner"
    folder.mkdir(parents=True)
    shutil.copy(good, folder / "a.json")
    (folder / ".hidden").write_bytes(b"no")
    line = json.dumps(json.loads(good.read_bytes()))
    (tmp_path / "folder" / "many.jsonl").write_text(f"{line}\n\n{line}")
    assert run("check", "--json", "--offline", tmp_path / "folder") == 0
    assert [Path(line["source"]).name for line in run.lines()] == [
        "a.json",
        "many.jsonl:1",
        "many.jsonl:3",
    ]
    with good.open("rb") as file:
        monkeypatch.setattr("sys.stdin", _Stdin(file))
        assert run("check", "--json", "--offline") == 0
    assert run.lines()[0]["source"] == "-"


class _Stdin:
    def __init__(self, file) -> None:
        self.buffer = file


def test_check_as_of_a_time_and_from_saved_documents(run, world, tmp_path):
    issuer = world.issuer("Far School", method="web")
    path = tmp_path / "far.json"
    path.write_bytes(world.issue(issuer, ends=datetime(2030, 1, 1, tzinfo=UTC)))
    saved = tmp_path / "saved"
    saved.mkdir()
    index = {}
    for number, (url, body) in enumerate(world.documents.items()):
        (saved / f"{number}.json").write_bytes(body)
        index[url] = f"{number}.json"
    (saved / "index.json").write_text(json.dumps(index))
    at = ("--at", "2029-01-01")
    assert run("check", "--json", "--documents", saved, *at, path) == 0, run.out
    assert run("check", "--json", "--documents", saved, "--at", "2031-01-01T00:00:00Z", path) == 1
    assert run.lines()[0]["checks"][2]["reason"] == "ended"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "abc"], "no such record"),
        (["export", "abc"], "no such record"),
        (["share", "abc", "--for", "X", "--until", "2100-01-01"], "no such record"),
    ],
)
def test_what_is_not_there_is_said_plainly(run, arguments, words):
    run("create")
    assert run(*arguments) == 2
    assert words in run.err
    assert "Traceback" not in run.err


def test_wrong_passphrase_missing_and_present_wallets(run, tmp_path):
    assert run("list") == 2
    assert "no wallet" in run.err
    assert run("create", passphrase="short") == 2
    assert "too short" in run.err
    assert not run.vault.exists()
    run("create")
    before = run.vault.read_bytes()
    assert run("create") == 2
    assert "already" in run.err
    assert run("list", passphrase="not the passphrase") == 2
    assert "not the passphrase" in run.err
    assert run.vault.read_bytes() == before


def test_bad_inputs_leave_nothing_behind(run, good, tmp_path):
    run("create")
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff\xfe")
    assert run("import", bad, good, tmp_path / "absent.json") == 2
    assert run.out.count("Not kept.") == 2
    run("list", "--json")
    assert len(run.lines()) == 1


def test_parts_can_be_left_out_of_a_share(run, world, good, tmp_path):
    school = world.issuer("Harbor College", key_type=KeyType.P256)
    path = tmp_path / "selective.json"
    path.write_bytes(world.issue(school, title="Crane Operator", suite="ecdsa-sd-2023"))
    assert run("create") == 0
    assert run("import", path, good) == 0
    assert run("list", "crane", "--json") == 0
    (selective,) = (row["id"] for row in run.lines())
    assert run("list", "welding", "--json") == 0
    (whole,) = (row["id"] for row in run.lines())

    assert run("show", selective) == 0
    assert "--hide" in run.out
    assert "  /credentialSubject/achievement/description  credential subject" in run.out
    assert "Always shown: /issuer/name" in run.out
    assert run("show", selective, "--json") == 0
    (shown,) = run.lines()
    always = {part["pointer"]: part["always"] for part in shown["hideable"]}
    assert always["/name"] is None
    assert always["/validFrom"] == "issuer"
    assert run("show", whole) == 0
    assert "--hide" not in run.out
    assert run("show", whole, "--json") == 0
    assert run.lines()[0]["hideable"] == []

    def shared(*words):
        common = ("--for", "HR", "--until", "2100-01-01", "--form", "file", "-o", "-")
        code = run("share", *words, *common)
        return code, run.out

    code, text = shared(selective)
    assert (code, "assessed in a workshop" in text) == (0, True)
    code, text = shared(selective, whole, "--hide", "/credentialSubject/achievement/description")
    assert code == 0
    inner, other = json.loads(text)["verifiableCredential"]
    assert "description" not in inner["credentialSubject"]["achievement"]
    assert other["credentialSubject"]["achievement"]["description"]
    code, text = shared(selective, "--only", "/name")
    assert set(json.loads(text)["verifiableCredential"][0]["credentialSubject"]) == {"type"}
    received = tmp_path / "received.json"
    received.write_text(text, "utf-8")
    assert run("check", "--offline", received) == 0
    for words, said in (
        (("--hide", "/nothing"), "no such part"),
        (("--hide", "/issuer"), "always shown"),
    ):
        code, text = shared(selective, *words)
        assert (code, text) == (2, "")
        assert said in run.err
    assert shared(whole, "--hide", "/name")[0] == 2


def test_a_share_must_end_in_the_future_and_name_a_page(run, good):
    run("create")
    run("import", good)
    run("list", "--json")
    one = run.lines()[0]["id"]
    assert run("share", one, "--for", "X", "--until", "2001-01-01") == 2
    assert "future" in run.err
    assert run("share", one, "--for", " ", "--until", "2100-01-01") == 2
    assert "whom" in run.err
    page = ("--page", "http://example.com/")
    assert run("share", one, "--for", "X", "--until", "2100-01-01", *page) == 2
    assert "https" in run.err


def test_arguments_that_make_no_sense_end_with_two(run):
    for arguments in (["check", "--at", "tomorrow"], ["share"], ["nonsense"]):
        with pytest.raises(SystemExit) as stopped:
            cli.main(arguments, window=lambda language, offline, start: 0, demo=lambda output: 0)
        assert stopped.value.code == 2


def test_spanish_words(run, good):
    run("create")
    code = cli.main(
        ["--language", "es", "check", "--offline", str(good)],
        window=lambda language, offline, start: 0,
        demo=lambda output: 0,
    )
    assert code == 0


def test_records_of_two_makes_travel_as_two_shares(run, world, good, tmp_path):
    older = tmp_path / "older.json"
    issuer = world.issuer("Old School")
    claims = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": issuer.id,
        "issuanceDate": "2024-05-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:alex"},
    }
    older.write_bytes(world.secure(issuer, claims, suite="Ed25519Signature2020"))
    run("create")
    assert run("import", good, older) == 0, run.out
    run("list", "--json")
    ids = [row["id"] for row in run.lines()]
    target = tmp_path / "share.json"
    until = ("--until", "2100-01-01", "--form", "file", "-o", target)
    assert run("share", *ids, "--for", "X", *until) == 0, run.err
    run("check", "--json", "--offline", target, tmp_path / "share-2.json")
    assert [len(line["credentials"]) for line in run.lines()] == [1, 1]


def test_nothing_is_written_over_the_wallet_itself(run, good):
    run("create")
    run("import", good)
    run("list", "--json")
    one = run.lines()[0]["id"]
    before = run.vault.read_bytes()
    assert run("export", one, "--replace", "-o", run.vault) == 2
    assert run("export", one, "--replace", "-o", f"{run.vault}-wal") == 2
    assert run("list") == 0
    assert run.vault.read_bytes() == before


def test_replace_writes_over_a_file_in_one_step(run, good, tmp_path):
    run("create")
    run("import", good)
    run("list", "--json")
    target = tmp_path / "out.json"
    target.write_bytes(b"old")
    assert run("export", run.lines()[0]["id"], "--replace", "-o", target) == 0
    assert target.read_bytes() == good.read_bytes()
    assert not list(tmp_path.glob(".out.json*"))


def test_a_strangers_text_cannot_steer_the_terminal(run, world, tmp_path):
    evil = "Welding\x1b[2J\x1b]0;owned\x07\n[+] Unaltered: yes\x9b31m\u202eevil\u2066"
    path = tmp_path / "evil.json"
    path.write_bytes(world.issue(world.issuer("School\x1b[31m"), title=evil))
    run("create")
    for arguments in (["check", "--offline", path], ["import", path], ["list"]):
        run(*arguments)
        for bad in ("\x1b", "\x07", "\x9b", "\u202e", "\u2066"):
            assert bad not in run.out, arguments
        assert not any(line.startswith("[+] Unaltered: yes") for line in run.out.splitlines())
    run("check", "--offline", "--json", path)
    assert run.out.isascii()
    assert len(run.lines()) == 1


def test_an_empty_folder_and_an_empty_argument_are_said_to_be_empty(run, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run("check", "--json", tmp_path / "empty", "") == 2
    assert [line["error"] for line in run.lines()] == ["empty", "empty"]


def test_a_web_address_that_is_no_share_link_is_said_to_be_none(run):
    assert run("check", "--json", "https://example.org/credential.json") == 2
    assert run.lines()[0]["error"] == "no_link"


def test_a_share_does_not_vouch_for_whose_its_records_are(run, good):
    run("create")
    run("import", good)
    run("list", "--json")
    one = run.lines()[0]["id"]
    run("share", one, "--for", "X", "--until", "2100-01-01")
    link = run.out.strip()
    assert run("check", "--offline", link) == 0
    assert "Sender is the person named: The sender holds the key" not in run.out
    assert "Signed by the sender: The sender's own key signed it." in run.out
    assert "For X: Holds" in run.out


def test_checking_all_again_tells_what_is_news(run, world, tmp_path, monkeypatch):
    school = world.issuer("Ridge College")
    raw = world.issue(school, title="Welding Diploma", status=["revocation"])
    (tmp_path / "diploma.json").write_bytes(raw)
    short = world.issue(school, title="First Aid", ends=world.now + timedelta(days=20))
    (tmp_path / "aid.json").write_bytes(short)
    monkeypatch.setattr(wiring.Outside, "fetch", lambda _outside, url: world.fetch(url))
    build = wiring.build
    monkeypatch.setattr(wiring, "build", lambda **given: build(**{"clock": clock, **given}))
    clock = lambda: world.now  # noqa: E731
    run("create", "--name", "Alex")
    assert run("import", tmp_path / "diploma.json", tmp_path / "aid.json") == 0
    assert run("refresh") == 0
    assert "2 records checked again." in run.out
    assert "First Aid" in run.out
    assert "It ends in 20 days, on June 21, 2026." in run.out
    world.now += timedelta(days=1)
    world.revoke(raw)
    assert run("refresh", "--json") == 0
    (done,) = run.lines()
    (news,) = done.pop("news")
    assert (done["checked"], done["changed"], done["read"]) == (2, [news["id"]], 1)
    assert (news["news"], news["date"], news["noticed_at"]) == (
        "withdrawn",
        None,
        "2026-06-02T12:00:00Z",
    )
    assert run("refresh") == 0
    assert "Nothing to tell." in run.out
    world.outage()
    assert run("refresh") == 0
    assert "Nobody was reached, so what was last known counts." in run.out


def test_what_rests_on_an_older_reading_says_so(run, world, tmp_path, monkeypatch):
    raw = world.issue(world.issuer("Ridge College", "web"))
    (tmp_path / "diploma.json").write_bytes(raw)
    (url,) = world.documents
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "did.json").write_bytes(world.documents[url])
    index = {url: {"file": "did.json", "read_at": "2026-05-20T09:00:00+00:00"}}
    (tmp_path / "saved" / "index.json").write_text(json.dumps(index))
    arguments = ("--documents", tmp_path / "saved", tmp_path / "diploma.json")
    assert run("check", "--at", "2026-06-01T12:00:00Z", *arguments) == 0
    lines = run.out.splitlines()
    assert any(
        line.endswith("The signature fits every word of it. As last known on May 20, 2026.")
        for line in lines
    )
    assert sum("As last known on May 20, 2026." in line for line in lines) == 3
    assert run("check", "--at", "2026-05-20T12:00:00Z", *arguments) == 0
    assert "As last known" not in run.out


@pytest.fixture
def transcript(world, tmp_path):
    """Return a transcript of which one record was altered and one endorsement is of another."""
    college, board = world.issuer("Ridge College"), world.issuer("Board")
    good = inside.endorsed(
        world,
        college,
        whole=[inside.endorsement(world, board, "urn:another")],
        title="Machining",
    )
    bad = world.issue(college, title="Welding").replace(b"Welding", b"Nursing")
    path = tmp_path / "transcript.json"
    path.write_bytes(inside.transcript(world, college, [good, bad]))
    return path


def test_records_inside_count_and_are_said_beside_the_verdict(run, transcript):
    assert run("check", "--offline", "--at", "2026-06-01", transcript) == 1
    assert "Transcript: Not all of it holds" in run.out
    assert "1 of 2 records inside does not hold." in run.out
    assert "1 [+] Machining (Ridge College): Holds" in run.out
    assert "1 [-] Endorses something else (Board): Does not hold" in run.out
    assert "2 [-] Nursing (Ridge College): Does not hold" in run.out
    assert "Unaltered: The signature does not fit." in run.out
    assert run("check", "--json", "--offline", "--at", "2026-06-01", transcript) == 1
    (said,) = run.lines()
    assert said["outcome"] == "failed"
    assert {c["outcome"] for c in said["checks"] if c["question"] != "issuer"} == {"passed"}
    assert [(p["role"], p["outcome"]) for p in said["parts"]] == [
        ("credential", "passed"),
        ("credential", "failed"),
    ]
    assert said["parts"][0]["parts"][0]["place"] == "/endorsement/0"


def test_an_endorsement_that_does_not_hold_leaves_the_exit_code_alone(run, world, tmp_path):
    college, path = world.issuer("Ridge College"), tmp_path / "badge.json"
    given = inside.endorsement(world, world.issuer("Board"), "urn:another")
    path.write_bytes(inside.endorsed(world, college, whole=[given]))
    assert run("check", "--offline", "--at", "2026-06-01", path) == 0
    assert "Endorses something else (Board): Does not hold" in run.out


def test_a_part_is_kept_as_a_record_of_its_own(run, transcript):
    assert run("create", "--name", "Alex") == 0
    assert run("import", transcript) == 0
    assert "1 of 2 records inside does not hold." in run.out
    assert run("list", "--json") == 0
    (row,) = run.lines()
    assert row["state"] == "not_all_holds"
    assert run("show", row["id"]) == 0
    assert "1 [+] Machining (Ridge College): Holds" in run.out
    assert run("keep", row["id"], "1") == 0
    assert "Kept: Machining" in run.out
    assert run("keep", row["id"], "1") == 0
    assert "Was there already: Machining" in run.out
    assert run("keep", row["id"], "3") == 2
    assert run("list", "--json") == 0
    assert {one["title"]: one["state"] for one in run.lines()} == {
        "Transcript": "not_all_holds",
        "Machining": "holds",
    }


def test_a_badge_of_the_older_standard_is_marked(world, run, tmp_path, monkeypatch):
    guild = world.badge_issuer("Welders Guild")
    path = tmp_path / "badge.jwt"
    path.write_bytes(world.assertion(guild, signed=True))
    saved = tmp_path / "saved"
    saved.mkdir()
    index = {}
    for number, (url, body) in enumerate(world.documents.items()):
        (saved / f"{number}.json").write_bytes(body)
        index[url] = f"{number}.json"
    (saved / "index.json").write_text(json.dumps(index))
    assert run("check", path, "--documents", saved, "--at", world.now.isoformat()) == 0
    assert "Welding (Open Badges 2.0, an older standard): Holds" in run.out
    run("check", path, "--documents", saved, "--at", world.now.isoformat(), "--json")
    [found] = run.lines()
    assert (found["format"], found["title"], found["issuer"]) == (
        "open-badge-2",
        "Welding",
        guild.id,
    )

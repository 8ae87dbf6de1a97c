"""Leaving and arriving on the command line: everything out, everything back in, other wallets."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from tests import backups
from tests.backups import DID, PASSWORD, SEED
from tests.test_cli import PIXEL, Terminal, _cheap_passphrase
from tests.world import World
from wallet import arriving, formats
from wallet.arriving import opening
from wallet.crypto.sealing import Cost
from wallet.formats.badge_image import bake
from wallet.inputs import Input
from wallet.model import Format

__all__ = ["_cheap_passphrase"]
KEYS_PASSWORD = "nine loud cranes"
UNTIL = ("--until", "2100-01-01")


@pytest.fixture(autouse=True)
def _cheap_envelope(monkeypatch):
    seal, cheap = opening.seal_envelope, Cost(memory_kib=64, iterations=1, lanes=1)
    monkeypatch.setattr(opening, "seal_envelope", lambda data, word: seal(data, word, cost=cheap))


@pytest.fixture
def run(tmp_path, capsysbinary):
    (tmp_path / "one").mkdir()
    return Terminal(tmp_path / "one", capsysbinary)


@pytest.fixture
def other(tmp_path, capsysbinary):
    (tmp_path / "two").mkdir()
    return Terminal(tmp_path / "two", capsysbinary)


@pytest.fixture
def files(tmp_path):
    """Records of every kind: JSON, a picture, tokens, one of an older standard, one unsigned."""
    world = World()
    school = world.issuer("Ridge & College")
    badges = world.badge_issuer("Badges")
    made = {
        "plain.json": world.issue(school, title="Welding <script>alert(1)</script>"),
        "badge.png": bake(PIXEL, world.issue(school, title="Forklift ® ’")),
        "token.jwt": world.issue(school, title="Token", form=Format.VC_JWT),
        "parts.txt": world.diploma(school),
        "older.json": world.assertion(badges),
    }
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return folder


def given(secret: str) -> int:
    reader, writer = os.pipe()
    os.write(writer, f"{secret}\n".encode())
    os.close(writer)
    return reader


def ids(run) -> set[str]:
    run("list", "--json")
    return {row["id"] for row in run.lines()}


def dids(run) -> list[str]:
    run("identities", "--json")
    return [row["did"] for row in run.lines()]


def filled(run, files) -> None:
    run("create", "--name", "Robin")
    run("import", files, "--offline")
    run("trust", "did:web:ridge.example", "--name", "Ridge", "--note", "I studied there")
    assert run("share", sorted(ids(run))[0], "--for", "Harbor", *UNTIL, "--form", "file",
               "-o", files.parent / "share.json") in {0, 2}  # fmt: skip


@pytest.mark.parametrize("name", ["everything", "everything.zip"])
def test_everything_goes_out_and_comes_back_the_same(run, other, files, tmp_path, name):
    filled(run, files)
    out = tmp_path / name
    assert run("export", "--all", out, "--keys", "--keys-password-fd", given(KEYS_PASSWORD)) == 0
    assert "private keys" in run.err

    other("create")
    code = other("import", out, "--offline", "--keys", "--notes",
                 "--backup-password-fd", given(KEYS_PASSWORD))  # fmt: skip
    assert (code, other.err) == (0, "")
    assert "5 new. 0 in your wallet already. 0 could not be read." in other.out
    assert ids(other) == ids(run)
    assert dids(other)[1:] == dids(run)
    for one in ids(run):
        run("export", one, "-o", "-")
        original = run.raw
        other("export", one, "-o", "-")
        assert other.raw == original
    other("trust", "--list", "--json")
    (trusted,) = other.lines()
    assert (trusted["issuer"], trusted["note"]) == ("did:web:ridge.example", "I studied there")

    again = other("import", out, "--offline", "--keys", "--notes",
                  "--backup-password-fd", given(KEYS_PASSWORD))  # fmt: skip
    assert again == 0
    assert "0 new. 5 in your wallet already." in other.out
    assert "0 shares noted" in other.out
    assert len(dids(other)) == 2


def test_the_originals_are_there_byte_for_byte_and_the_index_names_each(run, files, tmp_path):
    filled(run, files)
    out = tmp_path / "out"
    assert run("export", "--all", out) == 0
    said = run.out
    index = json.loads((out / "index.json").read_text())
    originals = {(out / record["file"]).read_bytes() for record in index["records"]}
    assert originals == {path.read_bytes() for path in files.iterdir()}
    assert index["name"] == "Robin"
    assert [one["did"] for one in index["identities"]] == dids(run)
    assert not (out / "keys.json").exists()
    assert "private keys are not in it" in said


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = dict(attrs)
        assert not any(name.startswith("on") for name in found)
        if tag == "a":
            self.links.append(found["href"])

    def handle_data(self, data):
        self.text += data


def test_the_page_is_for_people_runs_nothing_and_links_every_file(run, files, tmp_path):
    filled(run, files)
    out = tmp_path / "out"
    run("export", "--all", out)
    page = Page((out / "index.html").read_text())
    assert not page.tags & {"script", "img", "iframe", "link", "b", "object"}
    assert "Welding <script>alert(1)</script>" in page.text
    assert "Ridge & College" in page.text
    assert len(page.links) == 5
    assert all((out / unquote(link)).is_file() for link in page.links)
    assert "default-src 'none'" in (out / "index.html").read_text()


def test_the_page_speaks_the_persons_language(run, files, tmp_path, monkeypatch):
    filled(run, files)
    monkeypatch.setenv("LC_ALL", "es_US.UTF-8")
    run("export", "--all", tmp_path / "out")
    assert '<html lang="es">' in (tmp_path / "out" / "index.html").read_text()


def test_nothing_is_written_over_anything(run, files, tmp_path):
    filled(run, files)
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("mine")
    assert run("export", "--all", full) == 2
    assert [path.name for path in full.iterdir()] == ["mine"]
    packed = tmp_path / "a.zip"
    packed.write_text("mine")
    assert run("export", "--all", packed) == 2
    assert packed.read_text() == "mine"
    assert run("export", "--all", packed, "--replace") == 0
    assert zipfile.is_zipfile(packed)
    assert run("export", "--all", tmp_path / "gone" / "a.zip") == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    before = run.vault.read_bytes()
    assert run("export", "--as", "lcw", "-o", run.vault, "--replace") == 2
    assert run.vault.read_bytes() == before


def test_exported_keys_take_the_password_they_were_locked_with(run, other, files, tmp_path):
    filled(run, files)
    out = tmp_path / "all.zip"
    assert run("export", "--all", out, "--keys", "--keys-password-fd", given("short")) == 2
    assert not out.exists()
    run("export", "--all", out, "--keys", "--keys-password-fd", given(KEYS_PASSWORD))
    other("create")
    wrong = other("import", out, "--offline", "--keys", "--backup-password-fd", given("wrong one"))
    assert wrong == 2
    assert "not the password it was locked with" in other.out
    assert ids(other) == set()
    assert other("import", out, "--offline") == 0
    assert "private keys are locked" in other.out
    assert len(dids(other)) == 1
    assert b"privateKeyMultibase" not in out.read_bytes()
    with zipfile.ZipFile(out) as archive:
        assert set(json.loads(archive.read("keys.json"))) == {
            "ciphertext", "iv", "salt", "kdfParams"}  # fmt: skip


def test_a_file_of_the_export_that_was_changed_or_lost_is_named(run, other, files, tmp_path):
    filled(run, files)
    out = tmp_path / "out"
    run("export", "--all", out)
    first, second, *_ = sorted((out / "records").iterdir())
    first.write_bytes(first.read_bytes() + b" ")
    second.unlink()
    other("create")
    assert other("import", out, "--offline") == 2
    assert f"records/{first.name}: This part of the backup is damaged" in other.out
    assert f"records/{second.name}: The backup names this part" in other.out
    assert "3 new. 0 in your wallet already. 2 could not be read." in other.out


def test_a_backup_for_the_other_wallet_is_as_it_wants_it(run, other, files, tmp_path):
    filled(run, files)
    out = tmp_path / "Wallet Backup.json"
    assert run("export", "--as", "lcw", out) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "private keys in clear" in run.err
    assert run.err.count("Left out") == 3
    (wallet,) = json.loads(out.read_text())
    contents = wallet["contents"]
    assert wallet["type"] == "UniversalWallet2020"
    # What that wallet looks for, in its own way (app/lib/parseWallet.ts).
    did = next(c for c in contents if "https://www.w3.org/ns/did/v1" in c.get("@context", []))
    signing = next(c for c in contents if c.get("type") == "Ed25519VerificationKey2020")
    agreement = next(c for c in contents if c.get("type") == "X25519KeyAgreementKey2020")
    profile = next(c for c in contents if c.get("type") == "ProfileMetadata")
    assert [did["id"]] == dids(run) == [signing["controller"]]
    assert did["keyAgreement"][0]["publicKeyMultibase"] == agreement["publicKeyMultibase"]
    assert profile["data"]["profileName"] == "Robin"

    other("create")
    assert other("import", out, "--offline", "--keys") == 0
    assert "2 new." in other.out
    assert ids(other) < ids(run)
    assert dids(other)[1:] == dids(run)


@pytest.mark.parametrize("name", ["", "Default"])
def test_a_profile_is_never_called_as_the_other_wallets_own(run, name, tmp_path):
    run("create", "--name", name)
    run("export", "--as", "lcw", "-o", tmp_path / "b.json")
    assert '"profileName": "LER Wallet"' in (tmp_path / "b.json").read_text()


@pytest.mark.parametrize("kind", ["plain", "locked", "tar", "bundle"])
def test_backups_of_other_wallets_come_in_by_the_same_door(run, files, tmp_path, kind):
    records = [(files / name).read_bytes() for name in ("plain.json",)]
    made = {
        "plain": lambda: backups.lcw(backups.profile(records)),
        "locked": lambda: json.dumps(backups.lcw_locked(backups.profile(records))).encode(),
        "tar": lambda: backups.dcw(records),
        "bundle": lambda: backups.zipped(backups.learncard_files(records)),
    }[kind]()
    path = tmp_path / "backup"
    path.write_bytes(made)
    run("create")
    secret = ("--backup-password-fd", given(PASSWORD)) if kind in {"locked", "bundle"} else ()
    assert run("import", path, "--offline", *secret) == 0
    assert "1 new. 0 in your wallet already. 0 could not be read." in run.out
    assert f"It has the private key of {DID}" in run.out
    assert len(dids(run)) == 1
    secret = ("--backup-password-fd", given(PASSWORD)) if kind in {"locked", "bundle"} else ()
    assert run("import", path, "--offline", "--keys", *secret) == 0
    assert f"You can sign with this key from now on: {DID}" in run.out
    assert dids(run)[1:] == [DID]
    assert SEED.hex() not in run.out


def test_a_record_that_another_wallet_spelled_anew_is_known(run, files, tmp_path):
    run("create")
    run("import", files / "plain.json", "--offline")
    spelled = json.dumps(json.loads((files / "plain.json").read_bytes()), indent=3).encode()
    path = tmp_path / "b.json"
    path.write_bytes(backups.lcw(backups.profile([spelled]), backups.profile([spelled], "Two")))
    assert run("import", path, "--offline") == 0
    assert "0 new. 2 in your wallet already." in run.out
    assert len(ids(run)) == 1


def test_one_password_opens_every_backup_of_a_command(run, tmp_path):
    for name in ("a.json", "b.json"):
        locked = backups.lcw_locked(backups.profile([]), iterations=1)
        (tmp_path / name).write_text(json.dumps(locked))
    run("create")
    both = (tmp_path / "a.json", tmp_path / "b.json")
    assert run("import", *both, "--backup-password-fd", given(PASSWORD)) == 0


def test_a_text_file_with_an_unsigned_presentation_comes_in(run, files, tmp_path):
    """As Learner Credential Wallet's "Send Credential" writes it."""
    shared = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads((files / "plain.json").read_bytes())],
    }
    path = tmp_path / "SharedCredential.txt"
    path.write_text(json.dumps(shared))
    run("create")
    assert run("import", path, "--offline") == 0
    assert "Kept: Welding" in run.out


def test_a_password_in_a_wrong_place_is_one_clear_error(run, tmp_path):
    path = tmp_path / "b.json"
    path.write_bytes(json.dumps(backups.lcw_locked(backups.profile([]))).encode())
    run("create")
    assert run("import", path, "--backup-password-fd", given("no")) == 2
    assert run.out.count("\n") == 1
    assert "not the password it was locked with" in run.out


def test_who_it_was_issued_to_signs_the_share(run, tmp_path):
    """With several identifiers the one the record is about signs, so that it is theirs."""
    world = World()
    school = world.issuer("Ridge College")
    raw = world.issue(school, title="Welding", subject=DID)
    path = tmp_path / "b.json"
    path.write_bytes(backups.lcw(backups.profile([raw])))
    run("create")
    own = dids(run)[0]
    run("import", path, "--offline", "--keys")
    (credential,) = ids(run)
    out = tmp_path / "share.json"
    assert run("share", credential, "--for", "Harbor", *UNTIL, "--form", "file", "-o", out) == 0
    share = json.loads(out.read_bytes())
    assert share["holder"] == DID != own
    run("check", "--json", "--offline", out)
    (checked,) = run.lines()
    assert formats.read(out.read_bytes()).holder == DID
    checks = {one["question"]: one["outcome"] for one in checked["credentials"][0]["checks"]}
    assert checks["holder"] == "passed"


def test_an_export_is_read_as_one_thing(run, files, tmp_path):
    filled(run, files)
    out = tmp_path / "out"
    run("export", "--all", out)
    (one,) = arriving.from_path(out)
    assert one == Input(str(out), folder=out)
    (out / "records" / "extra.json").symlink_to("/etc/passwd")
    arrival = arriving.read(one)
    assert [item.source for item in arrival.items if item.error] == ["out: records/extra.json"]


@pytest.mark.parametrize("letter", ["\U0001e922", "\U00020000", "x"], ids=["Adlam", "Han", "x"])
def test_a_title_in_any_letters_gives_a_name_that_every_file_system_takes(run, letter):
    world = World()
    run("create")
    path = run.vault.with_name("one.json")
    path.write_bytes(world.issue(world.issuer("Ridge College"), title=letter * 300))
    assert run("import", path) == 0
    out = run.vault.with_name("out")
    assert run("export", "--all", out) == 0
    (name,) = [one.name for one in (out / "records").iterdir()]
    assert len(name.encode()) <= 255

"""Dialogs that ask for a file: where they begin, and that an answer after locking is none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

import wallet.ui
from tests.ui.people import ISSUERS, records, stage
from wallet.administration import Rules
from wallet.places import Start
from wallet.ui import file_dialogs
from wallet.ui.context import ADD, RECORDS, SETTINGS, SHARE
from wallet.ui.taking_along import TakingAlong

TEXT, NAMES, FOLDER = (
    ("getOpenFileName", "getSaveFileName"),
    "getOpenFileNames",
    "getExistingDirectory",
)


@pytest.fixture
def start() -> Start | None:
    return None


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def on_stage(tmp_path, start, rules):
    return stage(tmp_path, trusted=ISSUERS, start=start, rules=rules)


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What each dialog was to begin with; it is answered by `answer`, after `before` was done."""

    class Asked(list[str]):
        answer = tmp_path / "answer"

        def before(self) -> None: ...

        def name(self, _near, _title, at, *_kinds, **_options):
            self.append(at)
            self.before()
            return str(self.answer), ""

        def names(self, *given, **_options):
            name, kind = self.name(*given)
            return [name], kind

        def folder(self, *given, **_options):
            return self.name(*given)[0]

    asked = Asked()
    for kind in TEXT:
        monkeypatch.setattr(QFileDialog, kind, staticmethod(asked.name))
    monkeypatch.setattr(QFileDialog, NAMES, staticmethod(asked.names))
    monkeypatch.setattr(QFileDialog, FOLDER, staticmethod(asked.folder))
    return asked


def ways_out(person) -> list:
    """Everything in the open wallet that asks where to write: a name, and what asks."""
    screen = person.screen(RECORDS)
    row = screen.listing.model.things()[0]
    export = person.stage.app.wallet.export(row.id)
    person.window.share([row.id])
    person.settle()
    share = person.screen(SHARE)
    share.whom.setText("Harbor Hospital")
    share.make()
    person.settle()
    settings = person.screen(SETTINGS)
    taking = settings.findChild(TakingAlong)
    return [
        lambda: screen._save_export(export),
        lambda: share.result._save("share.html", b"a share"),
        taking.save_folder,
        taking.save_zip,
        taking._other,
    ]


@pytest.mark.parametrize("which", range(5))
def test_an_answer_that_comes_after_locking_writes_nothing(person, asked, tmp_path, which):
    """As from a desktop's own dialog, which the app cannot close."""
    person.open_wallet(*records(person.stage.world))
    person.settle()
    ask = ways_out(person)[which]
    where = tmp_path / "chosen"
    where.mkdir()
    asked.answer = where if which == 2 else where / "file"
    asked.before = person.window.lock
    ask()
    person.settle()
    assert len(asked) == 1
    assert list(where.iterdir()) == []
    assert not person.stage.app.wallet.is_open
    assert person.says("The wallet was locked before you chose. Nothing was done.")


@pytest.mark.parametrize("which", range(5))
def test_the_same_ways_write_where_nothing_locks(person, asked, tmp_path, which):
    person.open_wallet(*records(person.stage.world))
    person.settle()
    ask = ways_out(person)[which]
    where = tmp_path / "chosen"
    where.mkdir()
    asked.answer = where if which == 2 else where / "file"
    ask()
    person.settle()
    assert list(where.iterdir()) != []


@pytest.mark.parametrize(
    ("start", "rules"), [(Start(guest=True), Rules()), (None, Rules(shared_machine=True))]
)
def test_on_a_shared_computer_dialogs_begin_at_the_stick(person, asked, tmp_path, monkeypatch):
    stick = tmp_path / "stick"
    monkeypatch.setattr(file_dialogs, "stick", lambda: stick)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    asked.answer.mkdir()  # no file can be written in its place, and a folder goes into it
    person.open_wallet(*records(person.stage.world))
    person.settle()
    for ask in ways_out(person):
        ask()
        person.settle()
    person.screen(ADD).pick_files()
    person.settle()
    assert len(asked) == 6
    assert {Path(one) for one in asked if Path(one) != stick and Path(one).parent != stick} == set()


def test_at_home_they_begin_at_home(person, asked, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    person.open_wallet()
    person.screen(ADD).pick_files()
    assert asked == [str(tmp_path / "home")]


def test_only_one_module_asks_for_files():
    folder = Path(wallet.ui.__file__).parent
    asking = [
        path.name
        for path in sorted(folder.glob("*.py"))
        if any(
            isinstance(node, ast.Name) and node.id == "QFileDialog"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert asking == ["file_dialogs.py"]

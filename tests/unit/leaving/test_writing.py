"""Everything is written whole or not at all, over nothing, and for its owner alone."""

from __future__ import annotations

import errno
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.ui.people import records, stage
from wallet import leaving
from wallet.errors import Code, WalletError
from wallet.leaving import writing

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def wallet(tmp_path):
    (tmp_path / "home").mkdir()
    on = stage(tmp_path / "home")
    on.create()
    on.keep(*records(on.world)[:3])
    yield on.app.wallet
    on.app.wallet.lock()


def export(wallet, path, **more):
    return leaving.export_all(wallet, path, zipped=path.suffix == ".zip", now=NOW, **more)


@pytest.fixture(params=["out", "out.zip"])
def where(request, tmp_path):
    return tmp_path / request.param


def left(tmp_path) -> set[str]:
    return {path.name for path in tmp_path.iterdir()} - {"home"}


def test_a_full_disk_leaves_nothing_behind(wallet, where, tmp_path, monkeypatch):
    written = []

    def full(self, name, data):
        written.append(name)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, "no space")
        return real(self, name, data)

    kind = writing._Zip if where.suffix else writing._Folder
    real = kind.add
    monkeypatch.setattr(kind, "add", full)
    with pytest.raises(WalletError) as caught:
        export(wallet, where)
    assert caught.value.code is Code.FILE_UNWRITABLE
    assert len(written) == 3
    assert left(tmp_path) == set()


def test_stopping_leaves_nothing_behind(wallet, where, tmp_path):
    assert export(wallet, where, progress=lambda done, total: done < 2) is None
    assert left(tmp_path) == set()


def test_a_wallet_locked_meanwhile_leaves_nothing_behind(wallet, where, tmp_path):
    def lock(done: int, _total: int) -> bool:
        wallet.lock()
        return True

    with pytest.raises(WalletError) as caught:
        export(wallet, where, progress=lock)
    assert caught.value.code is Code.VAULT_LOCKED
    assert left(tmp_path) == set()


def test_only_its_owner_can_read_what_was_written(wallet, where):
    export(wallet, where)
    assert where.stat().st_mode & 0o077 == 0


def test_an_empty_folder_is_used_and_a_link_to_one_is_not(wallet, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert export(wallet, empty).records == 3
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(WalletError) as caught:
        export(wallet, tmp_path / "link")
    assert caught.value.code is Code.FILE_EXISTS
    assert list(target.iterdir()) == []


def test_names_are_good_on_every_system_and_each_its_own(wallet, tmp_path):
    out = tmp_path / "out"
    export(wallet, out)
    names = [path.name for path in (out / "records").iterdir()]
    assert len({name.casefold() for name in names}) == 3
    assert all(name[:4].isdigit() and not set(name) & set('<>:"/\\|?*') for name in names)


def test_the_wallet_itself_is_never_written_over(wallet):
    path = Path(wallet.path)
    before = path.read_bytes()
    with pytest.raises(WalletError):
        leaving.export_all(wallet, path, zipped=True, now=NOW, replace=True)
    assert path.read_bytes() == before

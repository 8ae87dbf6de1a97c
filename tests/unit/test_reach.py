"""A folder that never answers: it is told as silent, once after a while and then at once."""

from __future__ import annotations

import time

import pytest

from wallet.storage import reach


@pytest.mark.parametrize("to_write", [False, True])
def test_a_silent_folder_is_waited_for_once(silent, tmp_path, to_write):
    folder = tmp_path / "silent"
    folder.mkdir()
    assert not reach.answers(folder, to_write=to_write, seconds=0.05)
    begun = time.monotonic()
    for _ in range(5):
        assert not reach.answers(folder, to_write=to_write, seconds=60)
    assert time.monotonic() - begun < 30  # not once more waited for
    assert reach.answers(tmp_path, to_write=to_write)
    silent.broken()
    assert reach.answers(folder, to_write=to_write)
    assert list(folder.iterdir()) == []
    assert reach._waiting == {}


@pytest.mark.parametrize("to_write", [False, True])
def test_what_is_not_there_or_may_not_be_used_answers(tmp_path, to_write):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    file = tmp_path / "file"
    file.write_bytes(b"")
    for one in (tmp_path / "nowhere", locked, file, tmp_path / "a\0b"):
        assert reach.answers(one, to_write=to_write)

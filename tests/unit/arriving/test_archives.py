"""Archives that want to harm, or are broken: in memory, in bounds, and named."""

from __future__ import annotations

import contextlib
import io
import stat
import tarfile
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import backups
from wallet import arriving
from wallet.arriving import archives
from wallet.errors import Code, MalformedError, WalletError
from wallet.inputs import Input

OUTSIDE = ["../evil", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b", "a//b", "./a", "a\nb"]


def refused(packed) -> dict[str, Code]:
    return {name: error.code for name, error in packed.refused}


def code_of(unpack, data) -> Code:
    with pytest.raises(MalformedError) as caught:
        unpack(data)
    return caught.value.code


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_out_is_refused(name):
    assert archives.unzip(backups.zipped({name: b"x", "fine": b"y"})).files.keys() == {"fine"}
    packed = archives.untar(backups.tarred({name: b"x", "fine": b"y"}))
    assert packed.files.keys() == {"fine"}
    assert list(refused(packed).values()) == [Code.BACKUP_PART_DAMAGED]


def test_a_link_in_a_zip_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    packed = archives.unzip(made.getvalue())
    assert packed.files == {}
    assert refused(packed) == {"link": Code.BACKUP_PART_DAMAGED}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE,
                                  tarfile.FIFOTYPE])  # fmt: skip
def test_whatever_is_no_file_in_a_tar_is_refused(kind):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo("link")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    packed = archives.untar(made.getvalue())
    assert packed.files == {}
    assert refused(packed) == {"link": Code.BACKUP_PART_DAMAGED}


def test_a_bomb_is_not_unpacked():
    bomb = backups.zipped({"bomb": bytes(archives.MAX_ENTRY_BYTES + 1), "fine": b"x"})
    assert len(bomb) < 100_000
    packed = archives.unzip(bomb)
    assert packed.files == {"fine": b"x"}
    assert refused(packed) == {"bomb": Code.TOO_LARGE}


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRY_BYTES", 1000)
    bomb = bytearray(backups.zipped({"bomb": bytes(5000)}))
    at = bomb.index(b"PK\x01\x02") + 24  # the size in the central directory
    assert int.from_bytes(bomb[at : at + 4], "little") == 5000
    bomb[at : at + 4] = (10).to_bytes(4, "little")
    packed = archives.unzip(bytes(bomb))
    assert packed.files == {}
    assert len(packed.refused) == 1


def test_entries_that_share_their_bytes_are_bounded_in_all(monkeypatch):
    """Each entry of the directory points at the same large file: a small archive of much."""
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 10_000)
    one = backups.zipped({"a": bytes(4000)})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry = one[start:end]
    many = 50
    data = one[:start] + entry * many + b"PK\x05\x06" + bytes(4)
    data += many.to_bytes(2, "little") * 2 + (len(entry) * many).to_bytes(4, "little")
    data += start.to_bytes(4, "little") + bytes(2)
    with pytest.raises(MalformedError) as caught:  # newer versions of Python see it themselves
        archives.unzip(data)
    assert caught.value.code in {Code.BACKUP_TOO_LARGE, Code.BACKUP_DAMAGED}


def test_many_files_that_are_large_together_are_bounded(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1500)
    files = {f"f{n}": bytes(1000) for n in range(3)}
    for packed in (archives.unzip(backups.zipped(files)), archives.untar(backups.tarred(files))):
        assert packed.files.keys() == {"f0"}
        assert refused(packed) == {"f1": Code.TOO_LARGE, "f2": Code.TOO_LARGE}


def test_a_million_entries_are_refused_before_any_is_looked_at():
    entry = b"PK\x01\x02" + bytes(24) + b"\x01\x00" + bytes(16) + b"a"
    data = b"PK\x03\x04" + entry * 1_000_000
    end = b"PK\x05\x06" + bytes(8) + (len(entry) * 1_000_000).to_bytes(4, "little") + bytes(6)
    began = time.perf_counter()
    assert code_of(archives.unzip, data + end) is Code.BACKUP_TOO_LARGE
    assert time.perf_counter() - began < 5


def test_a_tar_of_too_many_entries_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    files = {f"f{n}": b"" for n in range(4)}
    assert code_of(archives.untar, backups.tarred(files)) is Code.BACKUP_TOO_LARGE
    assert code_of(archives.unzip, backups.zipped(files)) is Code.BACKUP_TOO_LARGE


def test_of_two_files_of_one_name_the_second_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", "first")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", "second")
    packed = archives.unzip(made.getvalue())
    assert packed.files == {"a": b"first"}
    assert refused(packed) == {"a": Code.BACKUP_PART_DAMAGED}


def test_an_encrypted_or_oddly_packed_entry_is_named():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("odd", b"x" * 100, zipfile.ZIP_BZIP2)
        archive.writestr("fine", b"y")
    packed = archives.unzip(made.getvalue())
    assert packed.files == {"fine": b"y"}
    assert refused(packed) == {"odd": Code.BACKUP_PART_UNKNOWN}


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_are_read_in_every_form(form):
    name = "credentials/" + "x" * 90 + ("/" if form == tarfile.USTAR_FORMAT else "-") + "y" * 30
    assert archives.untar(backups.tarred({name: b"z"}, form)).files == {name: b"z"}


@pytest.mark.parametrize("at", [1, 512, 600, 1024, 1536])
def test_a_tar_that_breaks_off_is_damaged(at):
    data = backups.tarred({"a": b"x" * 700})
    with pytest.raises(MalformedError):
        archives.untar(data[:at])


def test_a_changed_header_is_damaged():
    data = bytearray(backups.tarred({"a": b"x"}))
    data[0] ^= 1
    assert code_of(archives.untar, bytes(data)) is Code.BACKUP_DAMAGED


@pytest.mark.parametrize("cut", [5, 40, -5, -30])
def test_a_zip_that_breaks_off_is_damaged(cut):
    data = backups.zipped({"a": b"x" * 700, "b": b"y"})
    assert code_of(archives.unzip, data[:cut]) is Code.BACKUP_DAMAGED


def test_an_archive_of_anything_is_its_files():
    for data in (backups.zipped({"a.json": b"{}"}), backups.tarred({"a.json": b"{}"})):
        arrival = arriving.read(Input("/x/packed", data))
        assert [(one.source, one.data) for one in arrival.items] == [("packed: a.json", b"{}")]


@given(st.data())
def test_a_changed_archive_raises_only_what_is_foreseen(data):
    for make, unpack in ((backups.zipped, archives.unzip), (backups.tarred, archives.untar)):
        made = bytearray(make({"a": b"x" * 50, "profiles/b.json": b"{}"}))
        for _ in range(data.draw(st.integers(1, 4))):
            made[data.draw(st.integers(0, len(made) - 1))] = data.draw(st.integers(0, 255))
        with contextlib.suppress(WalletError):
            unpack(bytes(made))

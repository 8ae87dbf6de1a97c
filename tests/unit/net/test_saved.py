"""Saved documents: what is answered, with which date, and what a hostile index cannot do."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wallet.errors import Code, MalformedError, UnreachableError
from wallet.net.saved import Documents

URL = "https://issuer.example/.well-known/did.json"


def folder(tmp_path: Path, index: object, **files: bytes) -> Path:
    place = tmp_path / "documents"
    place.mkdir()
    text = index if isinstance(index, str) else json.dumps(index)
    (place / "index.json").write_text(text)
    for name, body in files.items():
        (place / name.replace("_", ".")).write_bytes(body)
    return place


def test_a_saved_document_is_dated_by_its_file(tmp_path: Path) -> None:
    place = folder(tmp_path, {URL: "did.json"}, did_json=b"{ }")
    os.utime(place / "did.json", (1_700_000_000, 1_700_000_000))
    documents = Documents(place)
    fact = documents.fetch(URL + "#key-1")
    assert fact.body == b"{ }"
    assert fact.url == URL + "#key-1"
    assert fact.read_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert fact.from_cache
    assert documents.addresses == {URL}


def test_the_index_can_say_the_date(tmp_path: Path) -> None:
    index = {URL: {"file": "did.json", "read_at": "2026-11-01T09:00:00-05:00"}}
    fact = Documents(folder(tmp_path, index, did_json=b"{}")).fetch(URL)
    assert fact.read_at == datetime(2026, 11, 1, 14, tzinfo=UTC)


def test_what_is_not_saved_is_unreachable(tmp_path: Path) -> None:
    documents = Documents(folder(tmp_path, {URL: "gone.json"}))
    for url, why in (("https://other.example/x", "not_saved"), (URL, "file")):
        with pytest.raises(UnreachableError) as caught:
            documents.fetch(url)
        assert caught.value.code is Code.UNREACHABLE
        assert caught.value.facts["why"] == why
        assert caught.value.facts["host"] in ("other.example", "issuer.example")


def test_a_huge_document_is_not_read(tmp_path: Path) -> None:
    documents = Documents(folder(tmp_path, {URL: "big.json"}, big_json=bytes(1024 * 1024 + 1)))
    with pytest.raises(UnreachableError) as caught:
        documents.fetch(URL)
    assert caught.value.facts["why"] == "too_large"


@pytest.mark.parametrize(
    "name",
    ["../secret", "/etc/passwd", "a/../../secret", "C:\\x", "a\\b", "", ".", "a\0b", 3, None, []],
)
def test_an_index_cannot_leave_its_folder(tmp_path: Path, name: object) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    place = folder(tmp_path, {URL: name})
    with pytest.raises(MalformedError) as caught:
        Documents(place)
    assert caught.value.code is Code.WRONG_TYPE


def test_a_link_cannot_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    place = folder(tmp_path, {URL: "did.json"})
    (place / "did.json").symlink_to(tmp_path / "secret")
    with pytest.raises(UnreachableError) as caught:
        Documents(place).fetch(URL)
    assert caught.value.facts["why"] == "outside_folder"


@pytest.mark.parametrize(
    ("index", "code"),
    [
        ("not json", Code.NOT_JSON),
        ("[" * 100_000, Code.NOT_JSON),
        ("[]", Code.WRONG_TYPE),
        ({URL: {"file": "a", "read_at": "yesterday"}}, Code.BAD_DATE),
        ({URL: {"file": "a", "read_at": 3}}, Code.BAD_DATE),
        ({URL: {"file": "a", "read_at": "2026-01-01T00:00:00"}}, Code.BAD_DATE),
        ({f"u{i}": "a" for i in range(50_001)}, Code.WRONG_TYPE),
        (" " * (4 * 1024 * 1024 + 1), Code.TOO_LARGE),
    ],
)
def test_a_bad_index_is_refused_at_once(tmp_path: Path, index: object, code: Code) -> None:
    with pytest.raises(MalformedError) as caught:
        Documents(folder(tmp_path, index))
    assert caught.value.code is code


def test_no_index_no_documents(tmp_path: Path) -> None:
    with pytest.raises(MalformedError) as caught:
        Documents(tmp_path)
    assert caught.value.code is Code.FILE_UNREADABLE

"""The preset dictionary: made by its script, and worth its place."""

from __future__ import annotations

import zlib
from statistics import median

import pytest

from scripts import make_dictionary
from tests.paths import shared
from wallet.share import packet


def test_dictionary_1_is_what_its_script_makes() -> None:
    assert make_dictionary.make(make_dictionary.CONTEXTS) == packet.dictionary(1)


def test_a_dictionary_in_use_is_not_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    used = make_dictionary.ROOT / "resources" / "viewer" / "dictionaries" / "1.bin"
    before = used.read_bytes()
    assert make_dictionary.main([str(used)]) == 1
    assert used.read_bytes() == before
    assert "next id" in capsys.readouterr().out


def test_it_fits_the_window_of_deflate_with_room_for_a_presentation() -> None:
    assert 16 * 1024 < len(packet.dictionary(1)) < 24 * 1024


def test_it_halves_a_badge() -> None:
    lines = shared("corpus", "eddsa-rdfc-2022.jsonl").read_bytes().splitlines()[1:200:7]
    wrapped = [b'{"verifiableCredential":[' + line + b"]}" for line in lines if len(line) < 4_000]
    plain = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    with_it = median(len(packet.encode(one)) for one in wrapped)
    without = median(len(c.compress(w) + c.flush()) for w in wrapped for c in [plain.copy()])
    assert with_it < 0.65 * without

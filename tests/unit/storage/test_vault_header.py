from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import Code, VaultError
from wallet.storage import header
from wallet.storage.header import COPY_BYTES, MAX_SLOTS, Header, Slot

GOOD = Header(1, 7, bytes(range(16)), (Slot(1, bytes(120)), Slot(9, b"\x05" * 120)))


def code_of(*copies: bytes) -> Code:
    with pytest.raises(VaultError) as caught:
        header.decode(copies)
    return caught.value.code


def resealed(copy: bytearray) -> bytes:
    return bytes(copy[:4032]) + sha256(copy[:4032]).digest()


def test_a_header_comes_back_with_slots_of_unknown_kinds_untouched() -> None:
    copy = header.encode(GOOD)
    assert len(copy) == COPY_BYTES
    assert header.decode([copy, copy]) == GOOD


def test_the_higher_generation_counts_wherever_it_lies() -> None:
    old, new = header.encode(GOOD), header.encode(replace(GOOD, generation=8))
    assert header.decode([old, new]).generation == 8
    assert header.decode([new, old]).generation == 8


@given(st.integers(0, COPY_BYTES * 8 - 1))
def test_one_altered_bit_in_a_copy_leaves_the_other(bit: int) -> None:
    copy = header.encode(GOOD)
    bad = bytearray(copy)
    bad[bit // 8] ^= 1 << (bit % 8)
    assert header.decode([bytes(bad), copy]) == GOOD
    assert header.decode([copy, bytes(bad)]) == GOOD
    assert code_of(bytes(bad), bytes(bad)) in {Code.VAULT_KEYS_LOST, Code.NOT_A_VAULT}


@given(st.binary(max_size=5000), st.binary(max_size=5000))
def test_any_bytes_are_refused_with_a_vault_error(one: bytes, two: bytes) -> None:
    assert code_of(one, two) in {Code.NOT_A_VAULT, Code.VAULT_KEYS_LOST}
    assert code_of(header.MAGIC + one, two) is Code.VAULT_KEYS_LOST


def test_no_bytes_are_no_vault() -> None:
    assert code_of() is Code.NOT_A_VAULT
    assert code_of(b"", b"") is Code.NOT_A_VAULT


def test_a_newer_layout_is_told_from_damage() -> None:
    newer = bytearray(header.encode(GOOD))
    newer[16:18] = b"\0\2"
    assert code_of(resealed(newer), resealed(newer)) is Code.VAULT_TOO_NEW
    assert code_of(bytes(newer), bytes(newer)) is Code.VAULT_KEYS_LOST


def test_a_count_of_slots_out_of_bounds_is_damage() -> None:
    many = bytearray(header.encode(GOOD))
    many[44:46] = (MAX_SLOTS + 1).to_bytes(2, "big")
    assert code_of(resealed(many)) is Code.VAULT_DAMAGED


def test_the_most_slots_fit() -> None:
    full = replace(GOOD, slots=tuple(Slot(9, bytes([n]) * 120) for n in range(MAX_SLOTS)))
    assert header.decode([header.encode(full)]) == full
    with pytest.raises(ValueError, match="slots"):
        header.encode(replace(full, slots=(*full.slots, full.slots[0])))

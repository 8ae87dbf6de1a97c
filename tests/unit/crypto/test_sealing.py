from __future__ import annotations

import struct
import tracemalloc

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import sealing
from wallet.crypto.sealing import DEFAULT_COST, Cost
from wallet.errors import Code, MalformedError, VaultError

CHEAP = Cost(memory_kib=8, iterations=1, lanes=1)
CONTEXT = b"a vault"
KEY = bytearray(range(32))


def seal(passphrase: str = "correct horse") -> bytes:
    return sealing.seal_key(KEY, passphrase, cost=CHEAP, context=CONTEXT)


def with_cost(sealed: bytes, cost: Cost) -> bytes:
    return struct.pack(">III", cost.memory_kib, cost.iterations, cost.lanes) + sealed[12:]


@given(st.text(min_size=1, max_size=40))
def test_a_key_comes_back_under_its_passphrase(passphrase: str) -> None:
    assert sealing.open_key(seal(passphrase), passphrase, context=CONTEXT) == KEY


def test_the_layout_is_argon2id_and_aes_gcm_as_documented() -> None:
    sealed = seal("correct horse")
    salt, nonce, box = sealed[12:28], sealed[28:40], sealed[40:]
    wrapping = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=8).derive(
        b"correct horse"
    )
    bound = sealed[:12] + salt + CONTEXT
    assert AESGCM(wrapping).decrypt(nonce, box, bound) == bytes(KEY)
    assert len(sealed) == sealing.SEALED_BYTES == 88


def test_two_seals_share_nothing() -> None:
    assert seal()[12:] != seal()[12:]


@pytest.mark.parametrize(
    ("made_with", "typed"),
    [
        ("cafe\u0301 au lait", "caf\u00e9 au lait"),  # decomposed, as macOS gives it
        ("ﬁnal oﬀer", "final offer"),  # ligatures
        ("１２３４５６７８", "12345678"),  # full-width digits
    ],
)
def test_the_same_characters_composed_otherwise_open_it(made_with: str, typed: str) -> None:
    assert sealing.open_key(seal(made_with), typed, context=CONTEXT) == KEY


def test_case_and_spaces_count() -> None:
    for typed in ("Correct horse", "correct  horse", "correct horse ", "correcthorse", ""):
        with pytest.raises(VaultError) as caught:
            sealing.open_key(seal(), typed, context=CONTEXT)
        assert caught.value.code is Code.WRONG_PASSPHRASE


def test_a_lone_surrogate_is_a_passphrase_like_any_other() -> None:
    assert sealing.open_key(seal("\ud800 horse"), "\ud800 horse", context=CONTEXT) == KEY


@given(st.integers(12 * 8, sealing.SEALED_BYTES * 8 - 1))
def test_any_altered_bit_of_salt_nonce_or_box_is_refused(bit: int) -> None:
    sealed = bytearray(seal())
    sealed[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(VaultError):
        sealing.open_key(bytes(sealed), "correct horse", context=CONTEXT)


def test_a_sealed_key_does_not_open_in_another_place_or_at_another_cost() -> None:
    with pytest.raises(VaultError):
        sealing.open_key(seal(), "correct horse", context=b"another vault")
    moved = with_cost(seal(), Cost(16, 1, 1))
    with pytest.raises(VaultError):
        sealing.open_key(moved, "correct horse", context=CONTEXT)


@pytest.mark.parametrize(
    "cost",
    [
        Cost(0, 1, 1),
        Cost(7, 1, 1),
        Cost(8, 1, 2),
        Cost(8, 0, 1),
        Cost(8, 1, 0),
        Cost(512 * 1024 + 1, 1, 1),
        Cost(2**32 - 1, 1, 1),
        Cost(8, 65, 1),
        Cost(8, 2**32 - 1, 1),
        Cost(8 * 17, 1, 17),
        Cost(512 * 1024, 5, 1),  # each in bounds, together a minute
    ],
)
def test_a_cost_out_of_bounds_is_refused_before_any_work(cost: Cost) -> None:
    tracemalloc.start()
    with pytest.raises(MalformedError) as caught:
        sealing.open_key(with_cost(seal(), cost), "correct horse", context=CONTEXT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code is Code.NUMBER_OUT_OF_RANGE
    assert peak < 1_000_000
    with pytest.raises(MalformedError):
        sealing.seal_key(KEY, "correct horse", cost=cost, context=CONTEXT)


def test_the_default_cost_is_in_bounds_and_not_below_the_recommendation() -> None:
    DEFAULT_COST.check()
    assert DEFAULT_COST.memory_kib >= 64 * 1024  # RFC 9106 section 4, second choice
    assert DEFAULT_COST.iterations >= 3
    assert sealing.sealed_cost(with_cost(seal(), DEFAULT_COST)) == DEFAULT_COST


def test_derived_keys_differ_by_purpose_and_salt_and_do_not_reveal_the_key() -> None:
    keys = [
        bytes(sealing.derive_key(KEY, purpose=purpose, salt=salt))
        for purpose in (b"database", b"backup")
        for salt in (b"one", b"two")
    ]
    assert len({bytes(KEY), *keys}) == 5


def test_wiping_leaves_zeros() -> None:
    secret = sealing.new_key()
    assert any(secret)
    sealing.wipe(secret)
    assert secret == bytes(32)

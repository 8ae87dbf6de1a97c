"""Signatures by algorithm name: what holds, what does not, and which keys are none."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import signatures
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import KeyType, PublicKey

ALGORITHMS = {"EdDSA", "ES256", "ES384", "ES256K", "RS256"}
KEYS = {name: signatures.generate(signatures.KEY_TYPES[name]) for name in ALGORITHMS}
P = 2**255 - 19


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_round_trip_and_any_flipped_bit(name):
    key, public = KEYS[name], signatures.public_of(KEYS[name])
    made = signatures.sign(name, key, b"message")
    assert signatures.verify(name, public, b"message", made)
    assert not signatures.verify(name, public, b"massage", made)
    for position in range(len(made)):
        bad = bytearray(made)
        bad[position] ^= 1
        assert not signatures.verify(name, public, b"message", bytes(bad))
    for cut in (b"", made[:-1], made + b"\0"):
        assert not signatures.verify(name, public, b"message", cut)


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_a_key_of_another_type_never_verifies(name):
    made = signatures.sign(name, KEYS[name], b"m")
    for other in ALGORITHMS - {name}:
        assert not signatures.verify(other, signatures.public_of(KEYS[name]), b"m", made)
        with pytest.raises(UnsupportedError):
            signatures.sign(other, KEYS[name], b"m")


@pytest.mark.parametrize("name", ["none", "HS256", "", "eddsa", "PS384", "HS512"])
def test_unknown_algorithms_are_said_to_be_unknown(name):
    with pytest.raises(UnsupportedError) as caught:
        signatures.verify(name, signatures.public_of(KEYS["EdDSA"]), b"m", b"s" * 64)
    assert caught.value.code is Code.ALGORITHM_UNSUPPORTED


def test_zero_in_an_ecdsa_signature_is_refused():
    public = signatures.public_of(KEYS["ES256"])
    assert not signatures.verify("ES256", public, b"m", bytes(64))


def _multiply(point, scalar):
    """Multiply on edwards25519 in affine coordinates; slow, and independent of the library."""
    d = -121665 * pow(121666, P - 2, P) % P
    result = (0, 1)
    for bit in bin(scalar)[2:]:
        for other in (result, point) if bit == "1" else (result,):
            (x1, y1), (x2, y2) = result, other
            t = d * x1 * x2 * y1 * y2 % P
            x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P
            result = x, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P
    return result


def _point(y):
    d = -121665 * pow(121666, P - 2, P) % P
    square = (y * y - 1) * pow(d * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x, y) if x * x % P == square else None


def test_the_refused_keys_are_the_points_of_small_order():
    for y in signatures._SMALL_ORDER:
        assert _multiply(_point(y), 8) == (0, 1)
    # Eight points; those of order 4 share y = 0, those of order 8 two values of y.
    assert len(signatures._SMALL_ORDER) == 5


@pytest.mark.parametrize("y", [*sorted(signatures._SMALL_ORDER), P, P + 1, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 2**255])
def test_weak_or_oddly_written_ed25519_keys_are_no_keys(y, sign):
    key = PublicKey(KeyType.ED25519, (y | sign).to_bytes(32, "little"))
    with pytest.raises(MalformedError) as caught:
        signatures.verify("EdDSA", key, b"m", bytes(64))
    assert caught.value.code is Code.BAD_KEY


def test_small_and_huge_rsa_keys_are_no_keys():
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    with pytest.raises(MalformedError):
        signatures.load(signatures.rsa_key(small))
    for n, e in [(2**1024 + 1, 65537), (2**9000 + 1, 65537), (2**2047 + 1, 1), (0, 3)]:
        with pytest.raises(MalformedError):
            signatures.rsa_key_of_numbers(n, e)


@given(st.sampled_from(list(KeyType)), st.binary(max_size=70))
def test_any_bytes_are_a_key_or_malformed(key_type, data):
    try:
        signatures.load(PublicKey(key_type, data))
    except (MalformedError, UnsupportedError):  # the latter: a key of BBS
        return


def test_a_private_key_does_not_print_itself():
    assert KEYS["EdDSA"].data.hex() not in repr(KEYS["EdDSA"])
    assert str(KEYS["EdDSA"].data) not in repr(KEYS["EdDSA"])

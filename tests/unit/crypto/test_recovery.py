from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import recovery
from wallet.crypto.recovery import BITS, GROUPS, groups_of, is_right, new_code, read, split
from wallet.errors import Code, VaultError

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = st.binary(min_size=28, max_size=28).map(lambda data: bytearray(b % 32 for b in data))
KNOWN = bytearray(range(28))
KNOWN_GROUPS = groups_of(KNOWN)


def code_of(text: str) -> tuple[Code, object]:
    with pytest.raises(VaultError) as caught:
        read(text)
    return caught.value.code, caught.value.facts.get("groups")


def test_it_has_enough_bits_and_no_two_are_alike() -> None:
    assert BITS >= 128
    codes = {bytes(new_code()) for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) * 5 == BITS and max(code) < 32 for code in codes)
    assert set().union(*codes) == set(range(32))


def test_a_known_code_is_written_as_ever() -> None:
    # Whoever has a sheet of paper has this: it must never change.
    assert KNOWN_GROUPS == ("01233", "4567V", "89AB2", "CDEFE", "GHJK1", "MNPQS", "RSTV0")


@given(CODES)
def test_what_is_written_is_read(code: bytearray) -> None:
    groups = groups_of(code)
    for between in ("-", " ", "", "\n", " – "):
        assert read(between.join(groups)) == code
    assert read("-".join(groups).lower()) == code


def test_letters_that_look_alike_are_understood() -> None:
    code = bytearray([1, 0, 1, 0] * 7)
    text = "-".join(groups_of(code))
    assert read(text.replace("1", "I").replace("0", "O")) == code
    assert read(text.replace("1", "l").replace("0", "o")) == code


def test_any_one_wrong_letter_names_its_group() -> None:
    for number, at in itertools.product(range(GROUPS), range(5)):
        right = KNOWN_GROUPS[number]
        for letter in LETTERS:
            if letter == right[at]:
                continue
            wrong = list(KNOWN_GROUPS)
            wrong[number] = right[:at] + letter + right[at + 1 :]
            assert code_of("-".join(wrong)) == (Code.RECOVERY_CODE_SLIP, str(number + 1))


@given(CODES, st.integers(0, GROUPS - 1), st.integers(0, 4), st.integers(0, 4))
def test_any_two_letters_that_changed_places_are_noticed(
    code: bytearray, number: int, one: int, other: int
) -> None:
    group = list(groups_of(code)[number])
    group[one], group[other] = group[other], group[one]
    assert is_right(number, "".join(group)) == (group == list(groups_of(code)[number]))


@given(CODES, st.integers(0, GROUPS - 1), st.integers(0, GROUPS - 1))
def test_groups_in_the_wrong_order_are_noticed(code: bytearray, one: int, other: int) -> None:
    groups = groups_of(code)
    assert is_right(one, groups[other]) == (one == other)


@pytest.mark.parametrize(
    "text",
    ["", "-", "01235", "-".join(KNOWN_GROUPS[:6]), "".join(KNOWN_GROUPS)[:-1], "0" * 5000],
)
def test_a_code_that_is_not_whole_is_told_from_a_slip(text: str) -> None:
    assert code_of(text) == (Code.RECOVERY_CODE_LENGTH, None)


@pytest.mark.parametrize("letter", ["U", "!", "É", "０", "ß"])
def test_a_letter_of_no_code_is_a_slip_of_its_group(letter: str) -> None:
    text = "-".join(KNOWN_GROUPS).replace("G", letter)
    assert code_of(text)[0] in {Code.RECOVERY_CODE_SLIP, Code.RECOVERY_CODE_LENGTH}


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_refused_without_repeating_it(text: str) -> None:
    assert all(len(group) <= 5 for group in split(text))
    with pytest.raises(VaultError) as caught:
        read(text + "!")  # a letter of no code
    assert caught.value.code in {Code.RECOVERY_CODE_SLIP, Code.RECOVERY_CODE_LENGTH}
    assert set(caught.value.facts) in ({"groups"}, {"total", "letters"})
    said = str(caught.value.facts.get("groups", ""))
    assert set(said) <= set("1234567, ")


def test_a_random_group_rarely_passes() -> None:
    tried = itertools.product("2X", "7K", LETTERS, "5", LETTERS)
    passed = sum(is_right(3, "".join(group)) for group in tried)
    assert passed == 2 * 2 * 32  # one in 32


def test_the_polynomial_is_primitive() -> None:
    powers, value = set(), 1
    for _ in range(31):
        powers.add(value)
        value = recovery._times_x(value)
    assert value == 1
    assert len(powers) == 31

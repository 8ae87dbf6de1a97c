"""A recovery code: 140 random bits that are written on paper and typed back by a person.

    K4T2M-9QX0D-... seven groups of five letters; the fifth of each checks the other four

The letters are Crockford's base 32 (no I, L, O, U; lower case, I for 1, L for 1 and O for 0 are
understood). The check is a remainder over GF(32), begun with the group's number: it catches any one
wrong letter in a group, any two that changed places, and groups in the wrong order; of other slips
it misses one in 32. So a slip is told, and its group named, before anything is tried.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from wallet.errors import Code, VaultError

GROUPS = 7
DATA_LETTERS = 4  # in a group, besides its check
GROUP_LETTERS = DATA_LETTERS + 1
BITS = GROUPS * DATA_LETTERS * 5
MAX_TYPED = 400  # letters, with whatever is between them: ten times a code

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = {letter: value for value, letter in enumerate(_LETTERS)} | {"I": 1, "L": 1, "O": 0}
_BETWEEN = frozenset(" -‐‑‒–—.,_/\t\r\n\u00a0")
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive: the powers of x are all different


def new_code() -> bytearray:
    """Return a random code: a value of 5 bits in each byte."""
    return bytearray(secrets.randbelow(32) for _ in range(GROUPS * DATA_LETTERS))


def groups_of(code: Sequence[int]) -> tuple[str, ...]:
    """Return the groups in which a code is written."""
    written = []
    for n in range(GROUPS):
        values = list(code[n * DATA_LETTERS : (n + 1) * DATA_LETTERS])
        letters = [*values, _check(n, values)]
        written.append("".join(_LETTERS[value] for value in letters))
    return tuple(written)


def is_right(number: int, text: str) -> bool:
    """Say whether a group, counted from 0, is whole and has no slip in it."""
    values = _values(text)
    if values is None or len(values) != GROUP_LETTERS:
        return False
    return _check(number, values[:-1]) == values[-1]


def split(text: str) -> tuple[str, ...]:
    """Return what was typed or pasted as groups, however it was separated; the last may be short.

    Letters that are none of a code's stay, so that their group shows the slip.
    """
    letters = "".join(c for c in text[:MAX_TYPED] if c not in _BETWEEN).upper()
    return tuple(letters[at : at + GROUP_LETTERS] for at in range(0, len(letters), GROUP_LETTERS))


def read(text: str) -> bytearray:
    """Return the code that was typed; the caller wipes it.

    Raises RECOVERY_CODE_LENGTH (letters are missing, or too many) and RECOVERY_CODE_SLIP with the
    numbers of the groups, counted from 1; never with what was typed.
    """
    groups = split(text)
    if len(groups) != GROUPS or len(groups[-1]) != GROUP_LETTERS or len(text) > MAX_TYPED:
        raise VaultError(Code.RECOVERY_CODE_LENGTH, total=GROUPS, letters=GROUP_LETTERS)
    slips = [n + 1 for n, group in enumerate(groups) if not is_right(n, group)]
    if slips:
        raise VaultError(Code.RECOVERY_CODE_SLIP, groups=", ".join(map(str, slips)))
    code = bytearray()
    for group in groups:
        code.extend(_MEANT[letter] for letter in group[:DATA_LETTERS])
    return code


def _values(text: str) -> list[int] | None:
    letters = [letter for letter in text.upper() if letter not in _BETWEEN]
    if any(letter not in _MEANT for letter in letters):
        return None
    return [_MEANT[letter] for letter in letters]


def _check(number: int, values: Sequence[int]) -> int:
    remainder = number + 1
    for value in values:
        remainder = _times_x(remainder) ^ value
    return _times_x(remainder)


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _POLYNOMIAL if doubled & 32 else doubled

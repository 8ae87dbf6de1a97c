"""How hard a passphrase is to guess: a rough and careful estimate, and what to say about it.

An estimate only: length and variety count, runs and repeats do not. The vault has its own floor.
"""

from __future__ import annotations

import math
from enum import IntEnum

from wallet.app import MIN_PASSPHRASE
from wallet.wording import tr

_WORD_BITS = 11.0  # a word somebody picks, as in a list of about 2,000
_COMMON = ("password", "passwort", "contrase", "qwerty", "letmein", "welcome", "iloveyou", "admin")


class Strength(IntEnum):
    """Four steps, as the bars show them."""

    SHORT = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3


def estimate(passphrase: str) -> Strength:
    """Return how hard `passphrase` is to guess."""
    if len(passphrase) < MIN_PASSPHRASE:
        return Strength.SHORT
    bits = _bits(passphrase)
    if bits < 40:
        return Strength.WEAK
    return Strength.FAIR if bits < 56 else Strength.STRONG


def _bits(passphrase: str) -> float:
    low = passphrase.lower()
    for common in _COMMON:
        low = low.replace(common, "*")
    fresh = sum(
        1
        for i, letter in enumerate(low)
        if i == 0 or abs(ord(letter) - ord(low[i - 1])) > 1  # not a repeat, not abc or 321
    )
    if len(set(low)) <= len(low) // 3:
        fresh = min(fresh, len(set(low)))
    by_letter = fresh * math.log2(max(_pool(passphrase), 2))
    words = {word for word in low.split() if len(word) >= 3}
    if len(words) >= 3 and all(word.isalpha() for word in words):
        return min(by_letter, len(words) * _WORD_BITS + 6)
    return by_letter * 0.72  # people pick patterns


def _pool(text: str) -> int:
    pool = 26 if any(c.islower() for c in text) else 0
    pool += 26 if any(c.isupper() for c in text) else 0
    pool += 10 if any(c.isdigit() for c in text) else 0
    pool += 20 if any(not c.isalnum() for c in text) else 0
    return pool + (60 if any(ord(c) > 127 for c in text) else 0)


def advice(strength: Strength) -> str:
    """Return one sentence about a strength."""
    if strength is Strength.SHORT:
        return tr(
            "At least {least} characters. A few words in a row work well.", least=MIN_PASSPHRASE
        )
    if strength is Strength.WEAK:
        return tr("Easy to guess. Add a few more words.")
    if strength is Strength.FAIR:
        return tr("Fair. One more word makes it strong.")
    return tr("Strong.")

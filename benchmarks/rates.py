"""Verification rates: every check on, beside JavaScript's libraries and the bare signature.

Ours is the public path: `Verifier.check` over bytes, as `ler-wallet check` calls it, offline. The
bare rate is `cryptography` verifying a signature over 64 bytes under a loaded key and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.measure import Ratio, Turn, cycling, rate, ratio, take_turns
from benchmarks.peers import Peer
from benchmarks.subjects import Subject
from wallet import formats, wiring
from wallet.formats import ecdsa_sd_base
from wallet.formats.contexts import SHARED
from wallet.model import Credential
from wallet.report import Outcome, Question, VerificationReport

BARE_KEYS = 16
HOLDING = (Question.SIGNATURE, Question.AUTHORITY, Question.VALIDITY)


@dataclass(frozen=True, slots=True)
class Rates:
    """One comparison: how many credentials, medians a second, and our ratios to the others.

    `ours_only` and `theirs_only` hold on one side only, so they are left out.
    """

    credentials: int
    given: int
    ours_only: int
    theirs_only: int
    ours: float
    theirs: float
    bare: float
    to_theirs: Ratio
    to_bare: Ratio


def compare(
    peer: Peer,
    name: str,
    subjects: Sequence[Subject],
    *,
    bare: Turn,
    duration: float,
    rounds: int,
    check: Callable[[Subject], bool] | None = None,
) -> Rates:
    """Verify in turns with a peer those `subjects` that both sides say hold.

    `check` is our side where it is not verifying but something else that may succeed.
    """
    check = check or _checker()
    texts = [subject.data.decode("utf-8") for subject in subjects]
    theirs = peer.load(name, texts, [subject.at.isoformat() for subject in subjects])
    ours = [check(subject) for subject in subjects]
    both = [at for at in range(len(subjects)) if ours[at] and theirs[at]]
    if not both:
        raise SystemExit(f"{name}: nothing that both sides verify")
    peer.keep(name, both)
    kept = [subjects[at] for at in both]
    contestants = {
        "ours": cycling(kept, lambda at: check(kept[at]), duration),
        "theirs": peer.turn(name, duration),
        "bare": bare,
    }
    take_turns(contestants, 1)  # warm up
    samples = take_turns(contestants, rounds)
    return Rates(
        len(kept),
        len(subjects),
        sum(ours) - len(both),
        sum(theirs) - len(both),
        rate(samples["ours"]),
        rate(samples["theirs"]),
        rate(samples["bare"]),
        ratio(samples["ours"], samples["theirs"]),
        ratio(samples["ours"], samples["bare"]),
    )


def _checker() -> Callable[[Subject], bool]:
    verifier = wiring.verifier(offline=True)

    def check(subject: Subject) -> bool:
        report = verifier.check(subject.data, now=subject.at).report
        return isinstance(report, VerificationReport) and all(
            report[question].outcome is Outcome.PASSED for question in HOLDING
        )

    return check


def deriver(*pointers: str) -> Callable[[Subject], bool]:
    """Return our side of deriving: from a credential's bytes to what its holder shows."""

    def derive(subject: Subject) -> bool:
        credential = formats.read(subject.data)
        assert isinstance(credential, Credential)
        (proof,) = credential.proofs
        derived = ecdsa_sd_base.derive(credential.claims, proof, pointers, SHARED)
        return bool(derived["proof"]["proofValue"].startswith("u2V0B"))

    return derive


def bare_ed25519(duration: float) -> Turn:
    """Return a turn of bare Ed25519 verifications."""
    message = bytes(64)
    made = [Ed25519PrivateKey.generate() for _ in range(BARE_KEYS)]
    known = [(key.public_key(), key.sign(message)) for key in made]

    def one(at: int) -> bool:
        key, signature = known[at]
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return cycling(known, one, duration)


def bare_es256(duration: float) -> Turn:
    """Return a turn of bare ECDSA verifications on P-256 with SHA-256."""
    message, algorithm = bytes(64), ec.ECDSA(hashes.SHA256())
    made = [ec.generate_private_key(ec.SECP256R1()) for _ in range(BARE_KEYS)]
    known = [(key.public_key(), key.sign(message, algorithm)) for key in made]

    def one(at: int) -> bool:
        key, signature = known[at]
        try:
            key.verify(signature, message, algorithm)
        except InvalidSignature:
            return False
        return True

    return cycling(known, one, duration)

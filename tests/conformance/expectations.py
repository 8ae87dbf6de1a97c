"""What the notes want us to say of a published credential, derived by rules, and whether we do.

A rule reads the publisher's words or an independent library's finding and names, for a question,
the answers that agree with it. Three things hold everywhere. What nobody can check offline must be
"could not be checked", never good and never bad. Whatever is called invalid or unsigned must never
pass. What is not said is not wanted: a file without words about a question agrees with any answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.conformance.published import File, Note


@dataclass(frozen=True, slots=True)
class Said:
    """One of our answers: an error's code, or the answer to each question and the outcome."""

    error: str | None
    answers: Mapping[str, str]

    @classmethod
    def of(cls, line: str) -> Said:
        """Read a line of `outcomes.answer`."""
        if line.startswith("error "):
            return cls(line.removeprefix("error "), {})
        checks, _, outcome = line.partition(" => ")
        return cls(None, {**dict(check.split("=", 1) for check in checks.split()), "all": outcome})


@dataclass(frozen=True, slots=True)
class Want:
    """For one question, the beginnings of the answers that agree, and what says so.

    The question "error" is about not being read at all: its answers are error codes, and "" is
    being read.
    """

    question: str
    answers: tuple[str, ...]
    because: str

    def is_met(self, said: Said) -> bool:
        """Say whether an answer agrees."""
        if self.question == "error":
            return (
                (said.error or "").startswith(self.answers) if self.answers[0] else not said.error
            )
        if said.error in _NOT_KNOWN:
            return "unknown" in self.answers
        if said.error is not None:
            return "error" in self.answers
        return said.answers.get(self.question, "").startswith(self.answers)


# A kind of credential that this version names and does not read: it could not be checked.
_NOT_KNOWN: Final = frozenset({"format_unsupported"})
NOT_GOOD: Final = ("failed", "unknown", "error")
BAD: Final = ("failed", "error")
_OPEN: Final = ("unknown", "error")
# Words of a publisher -> (question, answers that agree).
_WORDS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (r"^INVALID|structurally INVALID", "all", BAD),
    (r"^measured INVALID", "signature", BAD),
    (r"\b[Uu]nsigned|UNSIGNED|never \"?verified|never VERIFIED", "all", NOT_GOOD),
    (r"^UNSIGNED|UNSIGNED: display|^unsigned", "signature", ("failed:no_proof", "error")),
    (r"^REJECT|must REJECT a base proof", "all", NOT_GOOD),
    (r"^VALID(?! if)\b|signature(\(s\)|s)? VALID|every proof VALID", "signature", ("passed",)),
    (r"^VALID if", "signature", ("passed", "unknown")),
    (r"proof cryptographically VALID", "signature", ("passed",)),
    (r"(; |^)REVOKED\b", "status", ("failed:revoked",)),
    (r"; status VALID", "status", ("passed",)),
    (r"status list URL unreachable", "status", ("unknown:status_unreachable",)),
    (r"status list credential (EXPIRED|NOT YET VALID)", "status", ("unknown",)),
    (r"did:web (unreachable|does not resolve)", "signature", ("unknown",)),
    (r"issuer in NO registry", "issuer", ("unknown",)),
    (r"signature UNVERIFIABLE", "signature", ("unknown", "failed")),
    (r"not bound|issuer \('.*is not the controller|holder/issuer mismatch", "authority", NOT_GOOD),
    (r"NOT a credential|never fetch without consent", "error", ("not_a_credential",)),
    (r"does NOT parse as JSON|NOT valid JSON|RENAMED", "error", ("not_json",)),
    (r"^NOT baked", "error", ("no_credential_in_image",)),
    (r"^extract ", "error", ("",)),
)
_ENDED: Final = re.compile(r"(?:; |^)(?:signature VALID, )?EXPIRED(?! unless)|VALID, EXPIRED")
_NOT_YET: Final = re.compile(r"(?<!credential )NOT YET VALID")

# Names of fixtures that say it where the notes speak of several files at once.
_NAMES: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (r"[Tt]ampered", "signature", ("failed:altered", "failed:term_not_signed")),
    (r"NoProof", "signature", ("failed:no_proof",)),
    (r"BAD_SIGNED", "all", BAD),
    (r"Without(VC)?Context|NoVCContext", "all", BAD),
    (r"vcore-derived__.*Expired", "validity", ("failed:ended",)),
    (r"statusLists__.*__expired", "validity", ("failed:ended",)),
    (r"statusLists__.*__notYetValid", "validity", ("failed:not_yet",)),
)
_BY_NAME: Final = ("see name", "expired: EXPIRED; notYetValid", "BAD_SIGNED")


def wanted(file: File) -> Iterator[Want]:
    """Yield what the notes want of our one answer about a file."""
    yield from _from_words(file)
    yield from _from_notes(file, [note for note in file.notes() if not note.place])


def _from_words(file: File) -> Iterator[Want]:
    words = file.expect
    if words.startswith(_BY_NAME):
        for pattern, question, answers in _NAMES:
            if re.search(pattern, file.name):
                yield Want(question, answers, f"the file's name has {pattern}")
        return
    for pattern, question, answers in _WORDS:
        match = re.search(pattern, words)
        if match and not (question == "signature" and _is_out_of_reach(file, answers)):
            yield Want(question, answers, match[0])
    if "never VALID" in words and any("erkle" in note.suite for note in file.notes()):
        yield Want("all", NOT_GOOD, "anchored on a blockchain")
    if _ENDED.search(words) and "unless EXPIRED" not in words:
        yield Want("validity", ("failed:ended",), "EXPIRED")
    if _NOT_YET.search(words) and "status list credential" not in words:
        yield Want("validity", ("failed:not_yet",), "NOT YET VALID")


def _is_out_of_reach(file: File, answers: tuple[str, ...]) -> bool:
    """Say whether a signature called valid is by a key that nobody publishes any more."""
    findings = [note.found for note in file.notes() if not note.place]
    reachable = findings and not any(_has(found, _UNPUBLISHED) for found in findings)
    return answers == ("passed",) and not reachable


# The library took the key out of the name of the key; or it had none.
_FROM_NAME: Final = "[key only from VM fragment]"
_UNPUBLISHED: Final = (
    *(_FROM_NAME, "not checked", "no key", "x5c leaf", "rfc9901 issuer key"),
    "previousProof missing",  # of a chain whose first proof was not checked
)
_SELF_ASSERTED: Final = ("header jwk", "x5c leaf")
_BASE: Final = "base proof or draft feature"


def _from_notes(file: File, notes: list[Note]) -> Iterator[Want]:
    proofs = [note for note in notes if note.suite not in ("status", "OB3")]
    found = [note.found for note in proofs]
    if proofs:
        # A library without the key says nothing against a publisher who calls it valid.
        vouched = file.expect.startswith("VALID") and all("no key" in one for one in found)
        answers = (*_signature(found), *(("passed",) if vouched else ()))
        yield Want("signature", answers, "; ".join(found)[:160])
    if any("[issuer != key controller]" in one or _has(one, _SELF_ASSERTED) for one in found):
        yield Want("authority", NOT_GOOD, "the key is not the issuer's")
    if any(re.search(r"\[expired \d|exp passed", one) for one in found):
        yield Want("validity", ("failed:ended",), "expired")
    if any(
        re.search(r"\[not before [3-9]|\[not before 20[3-9]|nbf in future", one) for one in found
    ):
        yield Want("validity", ("failed:not_yet",), "not yet valid")
    for note in notes:
        # What an old list says does not count where the words say that it is out of date.
        if note.suite == "status" and "status list credential" not in file.expect:
            yield Want("status", _status(note.found), note.found[:80])


def _signature(found: Iterable[str]) -> tuple[str, ...]:
    """Return the answers about a signature that agree with what was measured."""
    bad = [one for one in found if "sig BAD" in one and "previousProof missing" not in one]
    if any(_BASE in one for one in bad):
        return ("failed", "unknown", "passed")  # what is wanted of them, the words say
    if bad:
        return ("failed",)
    if any(_has(one, _SELF_ASSERTED) for one in found):
        return ("unknown", "passed")
    if any(_has(one, _UNPUBLISHED) for one in found):
        # Could not be checked; or a reader found before asking for a key that nothing is signed.
        malformed = ("proof_malformed", "term_not_signed", "jsonld_invalid", "claims_contradict")
        may_pass = any("suite not checked" in one for one in found)
        kinds = tuple(f"failed:{reason}" for reason in malformed)
        return ("unknown", *kinds, *(("passed",) if may_pass else ()))
    return ("passed",)


def _status(found: str) -> tuple[str, ...]:
    if "not stored" in found:
        return ("unknown:status_unreachable",)
    kind = "suspended" if found.startswith("suspension") else "revoked"
    return (f"failed:{kind}",) if "]=1" in found else ("passed",)


def _has(text: str, marks: Iterable[str]) -> bool:
    return any(mark in text for mark in marks)


def disagreement(file: File, lines: list[str]) -> str | None:
    """Return the first thing wanted that our answer does not agree with, or null."""
    said, wants = Said.of(lines[0]), list(wanted(file))
    refused = said.error is not None and said.error not in _NOT_KNOWN
    if refused and any(want.answers == BAD for want in wants):
        return None  # refused at the door, where others found something wrong inside
    for want in wants:
        if not want.is_met(said):
            return f"{want.question} should be {' or '.join(want.answers)} ({want.because})"
    return None

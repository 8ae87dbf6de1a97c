"""What this wallet says of what others made."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from typing import Any

from wallet import formats
from wallet.model import Credential
from wallet.net.saved import Offline
from wallet.report import Outcome, Question, Reason, VerificationReport
from wallet.verify import Policy, verify

SIGNED = (Question.SIGNATURE, Question.AUTHORITY, Question.VALIDITY)


def text_of(document: Any) -> bytes:
    """Return the bytes of a document or token."""
    return document.encode() if isinstance(document, str) else json.dumps(document).encode()


def read(document: Any) -> Credential:
    """Read a credential."""
    found = formats.read(text_of(document))
    assert isinstance(found, Credential)
    return found


def report(document: Any, now: datetime) -> VerificationReport:
    """Verify a credential offline."""
    return verify(read(document), Policy(), Offline(), now)


def holds(document: Any, now: datetime) -> bool:
    """Say whether a credential's signature, authority and dates hold, as far as they are shown."""
    found = report(document, now)
    answers = [found[question] for question in SIGNED]
    return all(
        one.outcome is Outcome.PASSED or one.reason is Reason.PARTS_LEFT_OUT for one in answers
    )


def is_broken(document: Any, now: datetime) -> bool:
    """Say whether this wallet finds that a credential was altered."""
    return report(document, now)[Question.SIGNATURE].outcome is Outcome.FAILED


def renamed(document: Any) -> Any:
    """Return a credential or presentation with another name in it, and the same proof."""
    changed = copy.deepcopy(document)
    inner = changed.get("verifiableCredential", changed)
    inner = inner[0] if isinstance(inner, list) else inner
    subject = inner["credentialSubject"]
    subject["achievement"]["name"] = subject["achievement"]["name"] + " with distinction"
    return changed

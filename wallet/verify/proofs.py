"""Each proof of a credential or presentation, checked: does the signature hold, under whose key?

Nothing here asks whether that key may speak for anybody; `keys.authority` does. How a proof of one
kind is checked is in `embedded` (JSON-LD) and `tokens` (JOSE).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from wallet.formats import token_forms
from wallet.model import Credential, Format, Presentation
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import embedded, tokens
from wallet.verify.checked import Checked
from wallet.verify.keys import PASSED, Answer, failed

__all__ = ["Checked", "check", "signature"]


def check(
    secured: Credential | Presentation,
    resolver: Resolver,
    *,
    now: datetime,
    skew: timedelta,
    presented: bool = False,
) -> list[Checked]:
    """Check every proof, in order; empty when there is none.

    `presented`: somebody shows the credential, who must not have sent what is for its owner alone.
    """
    if secured.format is Format.UNSECURED:
        return []
    if secured.format in token_forms.FORMATS:
        return [tokens.check(secured, resolver)]
    return embedded.check(secured, resolver, now=now, skew=skew, presented=presented)


def signature(checked: list[Checked]) -> Answer:
    """Answer for all proofs together: every proof of a suite we know must hold.

    A proof of an unknown suite beside one that holds takes nothing away; alone it leaves the
    question open. The worst answer among the known ones counts.
    """
    if not checked:
        return failed(Reason.NO_PROOF)
    known = [c for c in checked if c.answer.reason is not Reason.PROOF_UNSUPPORTED]
    if not known:
        return checked[0].answer
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        for one in known:
            if one.answer.outcome is outcome:
                return one.answer
    return PASSED

"""What did a proof that holds, by the issuer's own key, cover in full?

Whoever holds a credential may leave parts of it out where its proofs allow that, and may add proofs
of their own. So nothing here is told from the credential alone: what is complete, a proof must say
that holds and whose key speaks for the issuer. Validity, status and parts ask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from wallet.formats import selective
from wallet.model import Credential
from wallet.ports import Resolver
from wallet.report import Outcome
from wallet.verify import proofs, questions
from wallet.verify.checked import Checked


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a credential's proofs stand for.

    `signature` is what came of them together. `lacks_own`: the sender could have left out what
    tells when it starts or ends, or a status. `lacks_any`: anything at all.
    """

    signature: Outcome
    lacks_own: bool = False
    lacks_any: bool = False

    @property
    def inside(self) -> Coverage:
        """The same for an unsigned part, which could lack whatever the whole could."""
        return replace(self, lacks_own=self.lacks_any)


def of(credential: Credential, checked: list[Checked], resolver: Resolver) -> Coverage:
    """Return what the checked proofs of a credential cover."""
    signature = proofs.signature(checked).outcome
    hidden = selective.hidden(credential)
    if hidden:
        own = any(selective.is_of_itself(credential, path) for path in hidden)
        return Coverage(signature, own, lacks_any=True)
    derived = any(selective.is_derived(one.proof) for one in checked)
    lacks = derived and not any(_is_whole(one, credential, resolver) for one in checked)
    return Coverage(signature, lacks, lacks)


def _is_whole(one: Checked, credential: Credential, resolver: Resolver) -> bool:
    """Say whether a proof is the issuer's, and over all that the issuer wrote."""
    if one.answer.outcome is not Outcome.PASSED or selective.is_derived(one.proof):
        return False
    spoken = questions.authority_of(one, credential.issuer, questions.ASSERTION, resolver)
    return spoken.outcome is Outcome.PASSED

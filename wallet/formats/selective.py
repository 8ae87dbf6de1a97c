"""Credentials of which some may have been left out: told by their proofs.

A derived proof covers what is shown, and does not say whether there was more. What is not there may
be hidden: a credential without an end or a list may have had one (`wallet.verify` says so).
"""

from __future__ import annotations

from wallet.formats import bbs_2023, ecdsa_sd, suites
from wallet.model import Credential, Proof


def is_base(proof: Proof) -> bool:
    """Say whether a proof is for its owner alone, who shows what is derived from it."""
    return ecdsa_sd.is_base(proof) or bbs_2023.is_base(proof)


def may_lack_parts(credential: Credential) -> bool:
    """Say whether whoever sent a credential could leave some of it out.

    Not where one of its proofs covers all that its issuer wrote.
    """
    return bool(credential.proofs) and all(
        (suite := suites.of(proof)) is not None and suite.selective and not is_base(proof)
        for proof in credential.proofs
    )

"""Credentials of which some may have been left out: told by their proofs, or their digests.

A derived proof covers what is shown, and does not say whether there was more. What is not there may
be hidden: a credential without an end or a list may have had one (`wallet.verify` says so).
"""

from __future__ import annotations

from wallet.formats import bbs_2023, ecdsa_sd, sd_jwt_vc, suites
from wallet.model import Credential, Format, Proof


def is_base(proof: Proof) -> bool:
    """Say whether a proof is for its owner alone, who shows what is derived from it."""
    return ecdsa_sd.is_base(proof) or bbs_2023.is_base(proof)


def may_lack_parts(credential: Credential) -> bool:
    """Say whether whoever sent a credential could leave some of it out.

    Not where one of its proofs covers all that its issuer wrote, nor where a token has no digest
    that nothing is disclosed of. An SD-JWT VC may not withhold what this is asked for.
    """
    if credential.format is Format.VC_SD_JWT:
        token = sd_jwt_vc.parse(credential.raw).sd_jwt
        return token is not None and token.withheld
    return bool(credential.proofs) and all(
        (suite := suites.of(proof)) is not None and suite.selective and not is_base(proof)
        for proof in credential.proofs
    )

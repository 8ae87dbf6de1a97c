"""Credentials of which some may have been left out: told by their proofs, or their digests.

A derived proof covers what is shown, and does not say whether there was more. What is not there may
be hidden, and so may a second of what is: a credential that shows an end or a list may have had an
earlier end or another list (`wallet.verify.coverage` says where that counts).
"""

from __future__ import annotations

from wallet.formats import bbs_2023, ecdsa_sd, sd_jwt_vc, suites
from wallet.formats.sd_jwt import Path
from wallet.model import Credential, Format, Proof

# What is said of the subject is neither an end nor a status of the credential.
_SUBJECT = "credentialSubject"


def is_base(proof: Proof) -> bool:
    """Say whether a proof is for its owner alone, who shows what is derived from it."""
    return ecdsa_sd.is_base(proof) or bbs_2023.is_base(proof)


def is_derived(proof: Proof) -> bool:
    """Say whether a proof covers what is shown alone, of a document that may have had more."""
    suite = suites.of(proof)
    return suite is not None and suite.selective and not is_base(proof)


def hidden(credential: Credential) -> tuple[Path, ...]:
    """Return the objects and lists of a token in which something may not have been disclosed."""
    if credential.format not in sd_jwt_vc.FORMATS:
        return ()
    token = sd_jwt_vc.parse(credential.raw).sd_jwt
    return () if token is None else token.hidden


def is_of_itself(credential: Credential, path: Path) -> bool:
    """Say whether what is hidden at `path` could tell of the credential, not just of its subject.

    The claims of an SD-JWT VC that do must not be withheld; what stands in one of them could be.
    """
    if credential.format is Format.SD_JWT_VC:
        return bool(path) and path[0] in sd_jwt_vc.OPEN
    return path[1 if path[:1] == ("vc",) else 0 :][:1] != (_SUBJECT,)

"""A credential read for people: what it says, in the words its issuer used.

Everything here is a claim, never a verified fact. Nothing here decides whether a credential
holds; that is `wallet.verify`. `read` never raises for any claims, however odd: what it does not
understand it leaves out or lists under `details`.
"""

from wallet.record.model import Evidence, Image, Kind, Record, Result, Skill
from wallet.record.read import read

__all__ = ["Evidence", "Image", "Kind", "Record", "Result", "Skill", "read"]

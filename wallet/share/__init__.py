"""What leaves the wallet: a signed presentation as a link, a QR code or a file.

`plan` says what would leave and makes it; `decode_link` reads a link back. Nothing here reads the
vault, the clock or the network.
"""

from wallet.share.disclosing import choose, chosen, parts_of
from wallet.share.leaving import Always, Leaving, Line, Part
from wallet.share.link import decode as decode_link
from wallet.share.link import looks_like as looks_like_link
from wallet.share.planning import Form, Made, Offer, SharePlan, Shown, describe, plan
from wallet.share.qr import Qr, read_pixels

__all__ = [
    "Always",
    "Form",
    "Leaving",
    "Line",
    "Made",
    "Offer",
    "Part",
    "Qr",
    "SharePlan",
    "Shown",
    "choose",
    "chosen",
    "decode_link",
    "describe",
    "looks_like_link",
    "parts_of",
    "plan",
    "read_pixels",
]

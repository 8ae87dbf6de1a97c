"""What leaves the wallet: a signed presentation as a link, a QR code or a file.

`plan` says what would leave and makes it; `decode_link` reads a link back. Nothing here reads the
vault, the clock or the network.
"""

from wallet.share.leaving import Leaving, Line
from wallet.share.link import decode as decode_link
from wallet.share.link import looks_like as looks_like_link
from wallet.share.planning import Form, Made, Offer, SharePlan, plan
from wallet.share.qr import Qr, read_pixels

__all__ = [
    "Form",
    "Leaving",
    "Line",
    "Made",
    "Offer",
    "Qr",
    "SharePlan",
    "decode_link",
    "looks_like_link",
    "plan",
    "read_pixels",
]

"""Credential formats, one module each; `read` tells them apart.

What a credential says and how it is secured is read here; whether it holds is `wallet.verify`.
"""

from wallet.formats.inside import Inside, any_inside, inside
from wallet.formats.reading import read
from wallet.formats.remembered import forget

__all__ = ["Inside", "any_inside", "forget", "inside", "read"]

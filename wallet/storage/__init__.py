"""The vault at rest: one encrypted file. `Vault` is the way in; the values are what it speaks."""

from wallet.crypto.sealing import DEFAULT_COST, Cost
from wallet.storage.opening import MIN_PASSPHRASE_CHARS, check_passphrase, inspect
from wallet.storage.values import (
    Added,
    AddOutcome,
    CheckedReport,
    NewChange,
    NewCredential,
    ShareRecord,
    StoredChange,
    StoredCredential,
    StoredRow,
    VaultInfo,
)
from wallet.storage.vault import Vault

__all__ = [
    "DEFAULT_COST",
    "MIN_PASSPHRASE_CHARS",
    "AddOutcome",
    "Added",
    "CheckedReport",
    "Cost",
    "NewChange",
    "NewCredential",
    "ShareRecord",
    "StoredChange",
    "StoredCredential",
    "StoredRow",
    "Vault",
    "VaultInfo",
    "check_passphrase",
    "inspect",
]

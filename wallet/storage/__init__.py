"""The vault at rest: one encrypted file. `Vault` is the way in; the values are what it speaks."""

from wallet.crypto.sealing import DEFAULT_COST, Cost
from wallet.storage.copies import kept as copies_of
from wallet.storage.header import Slot, SlotKind
from wallet.storage.opening import MIN_PASSPHRASE_CHARS, check_passphrase, inspect
from wallet.storage.salvaging import salvage
from wallet.storage.slots import Given, Secret, is_enough
from wallet.storage.values import (
    Added,
    AddOutcome,
    Backup,
    BackupFile,
    CheckedReport,
    Compared,
    Contents,
    Differences,
    Fate,
    NewChange,
    NewCredential,
    Salvaged,
    ShareRecord,
    StoredChange,
    StoredCredential,
    StoredRow,
    VaultInfo,
    Way,
)
from wallet.storage.vault import Vault

__all__ = [
    "DEFAULT_COST",
    "MIN_PASSPHRASE_CHARS",
    "AddOutcome",
    "Added",
    "Backup",
    "BackupFile",
    "CheckedReport",
    "Compared",
    "Contents",
    "Cost",
    "Differences",
    "Fate",
    "Given",
    "NewChange",
    "NewCredential",
    "Salvaged",
    "Secret",
    "ShareRecord",
    "Slot",
    "SlotKind",
    "StoredChange",
    "StoredCredential",
    "StoredRow",
    "Vault",
    "VaultInfo",
    "Way",
    "check_passphrase",
    "copies_of",
    "inspect",
    "is_enough",
    "salvage",
]

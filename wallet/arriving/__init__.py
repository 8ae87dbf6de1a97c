"""What other wallets write when somebody leaves them, read: records, keys, and what is neither.

`recognise` tells a backup from a credential, `read` takes it apart. Nothing is verified here and
nothing is kept: the records in it are inputs to check like any other (`wallet.checking`), the keys
are offered. Archives are read in memory and within bounds; nothing of them is written anywhere.
"""

from wallet.arriving.arrival import Arrival, FoundKey, Kind
from wallet.arriving.door import MAX_BACKUP_BYTES, from_path, is_backup, read

__all__ = [
    "MAX_BACKUP_BYTES",
    "Arrival",
    "FoundKey",
    "Kind",
    "from_path",
    "is_backup",
    "read",
]

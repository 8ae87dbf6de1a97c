"""What goes into the vault and what comes out: frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from wallet.model import Format


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential to keep. `raw` and `container` are kept byte for byte.

    `search_text` is what a search looks through besides the title and the issuer's name;
    `verdict` is a short word of the caller's for the list (with `report_json`, the whole answer).
    `needs` are the addresses of the facts that the answer rests on.
    """

    raw: bytes
    format: Format
    title: str
    issuer: str
    container: bytes | None = None
    source: str = ""
    issuer_name: str = ""
    kind: str = ""
    awarded: datetime | None = None
    ends: datetime | None = None
    search_text: str = ""
    report_json: str | None = None
    verdict: str = ""
    checked_at: datetime | None = None
    needs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The SHA-256 of `raw`, hex."""
        return sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """A credential as the vault keeps it, whole. `position` is its place in the list."""

    id: str
    raw: bytes
    container: bytes | None
    format: Format
    source: str
    added_at: datetime
    removed_at: datetime | None
    title: str
    issuer: str
    issuer_name: str
    kind: str
    awarded: datetime | None
    ends: datetime | None
    search_text: str
    report_json: str | None
    verdict: str
    checked_at: datetime | None
    position: int


class StoredRow(NamedTuple):
    """A credential's line in the list. A tuple, as a frozen dataclass takes three times as long."""

    id: str
    position: int
    title: str
    issuer: str
    issuer_name: str
    kind: str
    awarded: datetime | None
    ends: datetime | None
    verdict: str


class AddOutcome(StrEnum):
    """What became of a credential that was to be kept."""

    KEPT = "kept"
    ALREADY = "already"  # these bytes are here
    RESTORED = "restored"  # they were, and had been removed


@dataclass(frozen=True, slots=True)
class Added:
    """One credential's id and what became of it."""

    id: str
    outcome: AddOutcome


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """The answer of a check, to be kept with the credential.

    `needs` are the addresses of the facts it rests on; they are added to those of earlier checks.
    """

    id: str
    report_json: str
    checked_at: datetime
    verdict: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewChange:
    """Something noticed about a kept credential: what its verdict was and is, and why.

    The words are the caller's. `reason_at` is when it happened, as far as somebody said so.
    """

    id: str
    noticed_at: datetime
    before: str
    after: str
    reason: str
    reason_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A change as the vault keeps it, with its number and when the person put it aside."""

    number: int
    id: str
    title: str
    issuer_name: str
    noticed_at: datetime
    before: str
    after: str
    reason: str
    reason_at: datetime | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShareRecord:
    """What was shared: with whom, for what, until when, and which credentials.

    `credential_ids` and `titles` go together and stay when a credential is erased. `link` is None
    for a file or where the link itself is not to be kept; `presentation_sha256` (hex) is over the
    signed presentation's bytes.
    """

    id: str
    made_at: datetime
    ends: datetime | None
    audience: str
    purpose: str
    form: str
    credential_ids: tuple[str, ...]
    titles: tuple[str, ...]
    link: str | None = None
    presentation_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way in, as it can be told without opening anything. `kind` may be one of the future."""

    id: str
    kind: int
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was saved of a damaged vault into a new one at `path`, and what was not.

    `lost` are the titles of credentials of which only the line in the list could be read. Of
    those saved, `described_again` had lost their line and were read anew from their bytes;
    `undescribed` could not be. Of `pages`, `bad_pages` could not be read: what stood only there
    has no name any more.
    """

    path: Path
    credentials: int
    described_again: int
    lost: tuple[str, ...]
    undescribed: int
    identities: int
    lost_identities: int
    shares: int
    bad_pages: int
    pages: int
    unread_bytes: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing that was in the vault can be missing."""
        return not (self.lost or self.undescribed or self.lost_identities or self.bad_pages)


@dataclass(frozen=True, slots=True)
class VaultInfo:
    """What a vault file says of itself without any passphrase."""

    layout_version: int
    schema_version: int
    vault_id: str
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """How much is in a backup; every bit of it was compared with the vault."""

    credentials: int
    removed: int
    identities: int
    shares: int


@dataclass(frozen=True, slots=True)
class BackupFile:
    """What a backup says of itself without any key. `size` is the whole file's, in bytes.

    `rolling`: made by itself, and deleted by itself when newer ones are there.
    """

    path: Path
    vault_id: str
    made_at: datetime
    size: int
    rolling: bool
    schema_version: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup just made and proven."""

    file: BackupFile
    contents: Contents


class Fate(StrEnum):
    """What a backup and the open vault have of one thing. Named after what is in the backup."""

    NEW = "new"  # not here
    NEW_REMOVED = "new_removed"  # not here; the backup has it among what was removed
    SAME = "same"  # here too, byte for byte
    OTHER_FILE = "other_file"  # the record is the same; the file around it is not
    REMOVED_HERE = "removed_here"  # the backup has it in its list; here it was removed
    REMOVED_THERE = "removed_there"  # it is in the list here; in the backup it was removed
    ONLY_HERE = "only_here"


@dataclass(frozen=True, slots=True)
class Compared:
    """One credential, of a backup or of the open vault, and what the other has of it."""

    id: str
    title: str
    issuer_name: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Differences:
    """What a backup has beside the open vault. `identities` has a fate for every DID."""

    credentials: tuple[Compared, ...]
    identities: tuple[tuple[str, Fate], ...]
    new_shares: int
    same_shares: int
    new_facts: int

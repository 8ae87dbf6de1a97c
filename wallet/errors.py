"""What can go wrong, as codes and facts.

Every failure this code foresees is a `WalletError` with a `Code` and the facts a sentence needs.
No prose lives here: `wallet.wording` turns a code into words. Anything that is not a
`WalletError` is a bug.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Every foreseen failure; each has its sentence in `wallet.wording`."""

    # What was read is no credential.
    NOT_A_CREDENTIAL = "not_a_credential"
    NOT_JSON = "not_json"
    NOT_UTF8 = "not_utf8"
    DUPLICATE_KEY = "duplicate_key"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    BAD_DATE = "bad_date"
    BAD_IMAGE = "bad_image"
    NO_CREDENTIAL_IN_IMAGE = "no_credential_in_image"
    BAD_JOSE = "bad_jose"
    BAD_KEY = "bad_key"
    BAD_MULTIBASE = "bad_multibase"
    BAD_SIGNATURE_ENCODING = "bad_signature_encoding"
    BAD_STATUS_LIST = "bad_status_list"
    BAD_DID_DOCUMENT = "bad_did_document"
    TOO_MANY_CREDENTIALS = "too_many_credentials"
    ONLY_MENTIONED = "only_mentioned"  # a record named by its address inside another
    BAD_REGISTRY = "bad_registry"
    REGISTRY_TOO_NEW = "registry_too_new"
    TOO_MANY_REGISTRIES = "too_many_registries"
    BAD_STATEMENT = "bad_statement"
    ANCHOR_CHANGED = "anchor_changed"
    BAD_ISSUER = "bad_issuer"
    NOTE_TOO_LONG = "note_too_long"
    NOT_TRUSTED = "not_trusted"
    TOO_MANY_TRUSTED = "too_many_trusted"

    # JSON-LD and RDF canonicalisation.
    JSONLD_INVALID = "jsonld_invalid"
    JSONLD_DROPPED = "jsonld_dropped"
    JSONLD_UNSUPPORTED = "jsonld_unsupported"
    CONTEXT_UNKNOWN = "context_unknown"
    CONTEXT_ALTERED = "context_altered"
    TOO_COMPLEX = "too_complex"
    NQUADS_INVALID = "nquads_invalid"

    # Kinds this version does not know.
    FORMAT_UNSUPPORTED = "format_unsupported"
    PROOF_UNSUPPORTED = "proof_unsupported"
    ALGORITHM_UNSUPPORTED = "algorithm_unsupported"
    KEY_UNSUPPORTED = "key_unsupported"
    DID_METHOD_UNSUPPORTED = "did_method_unsupported"
    STATUS_UNSUPPORTED = "status_unsupported"

    # The vault.
    VAULT_LOCKED = "vault_locked"
    WRONG_PASSPHRASE = "wrong_passphrase"
    PASSPHRASE_TOO_SHORT = "passphrase_too_short"
    PASSPHRASES_DIFFER = "passphrases_differ"
    PASSPHRASE_UNREADABLE = "passphrase_unreadable"
    VAULT_TOO_COSTLY = "vault_too_costly"
    WRONG_RECOVERY_CODE = "wrong_recovery_code"
    RECOVERY_CODE_SLIP = "recovery_code_slip"
    RECOVERY_CODE_LENGTH = "recovery_code_length"
    TOO_MANY_TRIES = "too_many_tries"
    NO_SUCH_WAY = "no_such_way"
    LAST_WAY = "last_way"
    TOO_MANY_WAYS = "too_many_ways"
    KEYCHAIN_MISSING = "keychain_missing"
    KEYCHAIN_INSECURE = "keychain_insecure"
    KEYCHAIN_REFUSED = "keychain_refused"
    KEYCHAIN_SHARED = "keychain_shared"
    KEYCHAIN_STALE = "keychain_stale"
    VAULT_DAMAGED = "vault_damaged"
    VAULT_TOO_NEW = "vault_too_new"
    VAULT_CHANGED = "vault_changed"
    VAULT_BUSY = "vault_busy"
    VAULT_NO_LOCKS = "vault_no_locks"
    VAULT_MISSING = "vault_missing"
    VAULT_EXISTS = "vault_exists"
    VAULT_UNWRITABLE = "vault_unwritable"
    VAULT_FULL = "vault_full"
    MEMORY_FULL = "memory_full"
    VAULT_READ_ONLY = "vault_read_only"
    VAULT_GONE = "vault_gone"
    VAULT_KEYS_LOST = "vault_keys_lost"
    NO_ROOM_FOR_COPY = "no_room_for_copy"
    NOTHING_TO_SAVE = "nothing_to_save"
    NOT_A_VAULT = "not_a_vault"
    VAULT_NAME_UNREADABLE = "vault_name_unreadable"
    NO_SUCH_CREDENTIAL = "no_such_credential"
    NO_SUCH_IDENTITY = "no_such_identity"

    # Backups of it.
    IS_BACKUP = "is_backup"
    IS_WALLET = "is_wallet"
    NOT_A_BACKUP = "not_a_backup"
    BACKUP_FOLDER_SILENT = "backup_folder_silent"
    BACKUP_UNWRITABLE = "backup_unwritable"
    BACKUP_EXISTS = "backup_exists"
    BACKUP_DIFFERS = "backup_differs"
    BACKUP_FOLDER_MISSING = "backup_folder_missing"
    BACKUP_OF_DAMAGED = "backup_of_damaged"
    BACKUP_BROKEN = "backup_broken"
    BACKUP_TOO_NEW = "backup_too_new"
    BACKUP_UNREADABLE = "backup_unreadable"
    BACKUP_WRONG_PASSPHRASE = "backup_wrong_passphrase"
    BACKUP_IS_OPEN = "backup_is_open"
    BACKUP_OF_ANOTHER = "backup_of_another"
    BACKUPS_NOT_HERE = "backups_not_here"

    # Backups of this and other wallets.
    BACKUP_LOCKED = "backup_locked"
    WRONG_BACKUP_PASSWORD = "wrong_backup_password"
    BACKUP_DAMAGED = "backup_damaged"
    BACKUP_UNKNOWN = "backup_unknown"
    BACKUP_TOO_LARGE = "backup_too_large"
    BACKUP_PART_DAMAGED = "backup_part_damaged"
    BACKUP_PART_MISSING = "backup_part_missing"
    BACKUP_PART_UNKNOWN = "backup_part_unknown"
    KEY_DID_MISMATCH = "key_did_mismatch"

    # Links and shares.
    NO_LINK = "no_link"
    LINK_CUT = "link_cut"
    LINK_KIND_UNKNOWN = "link_kind_unknown"
    LINK_MALFORMED = "link_malformed"
    LINK_HOSTED = "link_hosted"
    LINK_TOO_LONG = "link_too_long"
    QR_TOO_LARGE = "qr_too_large"
    QR_UNREADABLE = "qr_unreadable"
    NOTHING_TO_SHARE = "nothing_to_share"
    MIXED_VERSIONS = "mixed_versions"
    CANNOT_PRESENT = "cannot_present"
    CANNOT_PRESENT_OLDER = "cannot_present_older"
    NO_SUCH_PART = "no_such_part"
    PART_ALWAYS_SHOWN = "part_always_shown"
    AUDIENCE_MISSING = "audience_missing"
    AUDIENCE_BAD = "audience_bad"
    END_NOT_IN_FUTURE = "end_not_in_future"
    PAGE_ADDRESS_BAD = "page_address_bad"

    # The outside.
    UNREACHABLE = "unreachable"
    OFFLINE = "offline"
    ADDRESS_REFUSED = "address_refused"
    FILE_UNREADABLE = "file_unreadable"
    FILE_UNWRITABLE = "file_unwritable"
    FILE_EXISTS = "file_exists"
    WALLET_IN_THE_WAY = "wallet_in_the_way"

    # What whoever looks after the computer set (`wallet.administration`).
    RULES_UNREADABLE = "rules_unreadable"
    SET_BY_ORGANISATION = "set_by_organisation"
    GUEST_ONLY = "guest_only"


class WalletError(Exception):
    """A foreseen failure: a code and the facts its sentence needs (never claims or secrets)."""

    def __init__(self, code: Code, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return self.code.value


class MalformedError(WalletError):
    """The bytes are not what they claim to be."""


class UnsupportedError(WalletError):
    """Well formed, as far as can be told, but of a kind this version does not read."""


class VaultError(WalletError):
    """The vault could not do it; nothing changed on disk."""


class LinkError(WalletError):
    """A share link or code could not be made or read."""


class UnreachableError(WalletError):
    """A public fact could not be fetched; says nothing about its truth."""

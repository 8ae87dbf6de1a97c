"""One plain English sentence for every error code, marked for translation.

What happened, what it means, what to do; see `wallet.sentences`, which has those of answers.
"""

from __future__ import annotations

from collections.abc import Mapping

from wallet.errors import Code
from wallet.sentences import N_

ERRORS: Mapping[Code, str] = {
    Code.NOT_A_CREDENTIAL: N_(
        "This is not a credential that this app can read. Ask the issuer for the original file."
    ),
    Code.NOT_JSON: N_(
        "This is no credential, or it is damaged: its text breaks off or is garbled."
    ),
    Code.NOT_UTF8: N_("Its letters are garbled, so it was not read. Ask for the original file."),
    Code.DUPLICATE_KEY: N_(
        "It says the same thing twice in different ways, so it cannot be trusted and was not read."
    ),
    Code.NUMBER_OUT_OF_RANGE: N_(
        "It holds a number that no real record holds, so it was not read."
    ),
    Code.TOO_DEEP: N_("It is nested too deeply to be a real record, so it was not read."),
    Code.TOO_LARGE: N_("It is too large to be a credential, so it was not read."),
    Code.EMPTY: N_("There is nothing in it."),
    Code.NO_LINK: N_(
        "This is a web address, not a share link, so it was not opened. "
        "Save what it shows as a file, then check the file."
    ),
    Code.MISSING_FIELD: N_("It lacks something that every credential has, so it was not read."),
    Code.WRONG_TYPE: N_("A part of it is not what it must be, so it was not read."),
    Code.BAD_DATE: N_("A date in it cannot be read."),
    Code.BAD_IMAGE: N_("The picture is damaged. Ask the issuer for the original file."),
    Code.NO_CREDENTIAL_IN_IMAGE: N_(
        "This picture carries no credential. A screenshot of a badge or a picture of a QR code "
        "does not. Ask the issuer for the original file, or scan the code with a phone."
    ),
    Code.BAD_JOSE: N_("It looks like a signed credential, but its form is damaged."),
    Code.BAD_KEY: N_("A key in it is damaged."),
    Code.BAD_MULTIBASE: N_("A key or signature in it is damaged."),
    Code.BAD_SIGNATURE_ENCODING: N_("Its signature is damaged."),
    Code.BAD_STATUS_LIST: N_("The issuer's list of withdrawn records is damaged."),
    Code.BAD_DID_DOCUMENT: N_("The issuer's public key document is damaged."),
    Code.ONLY_MENTIONED: N_("Only its address is here. Ask the issuer for the record itself."),
    Code.TOO_MANY_CREDENTIALS: N_("It holds more credentials than can be read at once."),
    Code.BAD_REGISTRY: N_(
        "This file is not a list of issuers that the app can read; the trouble is at “{part}”. "
        "Nothing was changed. Ask whoever gave it to you for a new one."
    ),
    Code.REGISTRY_TOO_NEW: N_(
        "This list of issuers was made for a newer version of the app. Update the app to use it. "
        "Nothing was changed."
    ),
    Code.TOO_MANY_REGISTRIES: N_(
        "You have added as many lists as the app keeps. Remove one first."
    ),
    Code.BAD_STATEMENT: N_(
        "It answered with something that is not properly signed, so it was not used."
    ),
    Code.ANCHOR_CHANGED: N_(
        "It is signed with another key than before, so it was not used. "
        "Ask whoever keeps the list before you take the new key."
    ),
    Code.BAD_ISSUER: N_(
        "Write the issuer's address in full, as its records show it. "
        "It starts with did: or https://."
    ),
    Code.NOTE_TOO_LONG: N_("That is too long. Use fewer words."),
    Code.NOT_TRUSTED: N_("You have not said that you trust this issuer. Nothing was changed."),
    Code.TOO_MANY_TRUSTED: N_(
        "You have said that you trust as many issuers as the app keeps. Remove one first."
    ),
    Code.JSONLD_INVALID: N_("It is put together wrongly."),
    Code.JSONLD_DROPPED: N_("It holds something that its signature cannot cover."),
    Code.JSONLD_UNSUPPORTED: N_("It is put together in a way that this version cannot read."),
    Code.CONTEXT_UNKNOWN: N_("It uses a vocabulary that this app does not have."),
    Code.CONTEXT_ALTERED: N_("A vocabulary it uses is not the one this app knows."),
    Code.TOO_COMPLEX: N_("It is too tangled to check within bounds."),
    Code.NQUADS_INVALID: N_("It is put together wrongly."),
    Code.FORMAT_UNSUPPORTED: N_(
        "This is a kind of credential that this version cannot read yet. Keep the file safe."
    ),
    Code.PROOF_UNSUPPORTED: N_("It has a kind of signature that this version cannot check yet."),
    Code.ALGORITHM_UNSUPPORTED: N_(
        "It has a kind of signature that this version cannot check yet."
    ),
    Code.KEY_UNSUPPORTED: N_("It uses a kind of key that this version cannot check yet."),
    Code.DID_METHOD_UNSUPPORTED: N_(
        "Its kind of address is not one that this version can look up."
    ),
    Code.STATUS_UNSUPPORTED: N_(
        "The issuer keeps a kind of list of withdrawn records that this version cannot read yet."
    ),
    Code.NO_SUCH_IDENTITY: N_("The key that should sign is not in this wallet."),
    Code.VAULT_LOCKED: N_("Your wallet is locked. Unlock it first."),
    Code.WRONG_PASSPHRASE: N_("That is not the passphrase of this wallet. Nothing was changed."),
    Code.PASSPHRASE_TOO_SHORT: N_(
        "That passphrase is too short. Use at least {least} characters; a few words work well."
    ),
    Code.PASSPHRASES_DIFFER: N_("The two passphrases are not the same. Nothing was changed."),
    Code.PASSPHRASE_UNREADABLE: N_("The passphrase could not be read from where you said."),
    Code.VAULT_TOO_COSTLY: N_(
        "Opening this wallet takes more memory than this computer has free. Close other programs "
        "and try again."
    ),
    Code.WRONG_RECOVERY_CODE: N_(
        "This code has no typing slip, but it does not open this wallet. A sheet stops working "
        "when a newer one is made or when it is removed. Nothing was changed."
    ),
    Code.RECOVERY_CODE_SLIP: N_(
        "There is a typing slip in group {groups}. Compare it with your sheet, letter by letter."
    ),
    Code.RECOVERY_CODE_LENGTH: N_(
        "A recovery code has {total} groups of {letters} letters and digits. Type all of them."
    ),
    Code.TOO_MANY_TRIES: N_(
        "That was not right several times in a row. Wait {seconds}, then try again."
    ),
    Code.NO_SUCH_WAY: N_("This wallet does not have this way in."),
    Code.LAST_WAY: N_(
        "This was not removed: without it you could not get in any more. Set a passphrase or make "
        "a recovery sheet first."
    ),
    Code.TOO_MANY_WAYS: N_(
        "This wallet has as many ways in as it can hold. Remove one that is not needed any more."
    ),
    Code.KEYCHAIN_MISSING: N_(
        "This computer offers no keychain to this app, so it cannot open the wallet by itself. "
        "Your passphrase and your recovery sheet work as before."
    ),
    Code.KEYCHAIN_INSECURE: N_(
        "What this computer offers as a keychain would keep the secret readable for other "
        "programs, or is not known to this app. It is not used."
    ),
    Code.KEYCHAIN_REFUSED: N_(
        "The keychain of this computer did not answer or was not unlocked. Use your passphrase, "
        "or unlock the keychain and try again."
    ),
    Code.KEYCHAIN_SHARED: N_(
        "This computer is shared by several people, so it does not keep what opens your wallet."
    ),
    Code.KEYCHAIN_STALE: N_(
        "What this computer's keychain keeps does not open this wallet any more. Use your "
        "passphrase, then turn it on again in Settings."
    ),
    Code.VAULT_DAMAGED: N_(
        "This wallet file is damaged. Nothing was changed. "
        "Open a copy of it, or save what can still be read into a new wallet."
    ),
    Code.VAULT_TOO_NEW: N_(
        "This wallet was made by a newer version of the app. Update the app to open it. "
        "Nothing was changed."
    ),
    Code.VAULT_CHANGED: N_(
        "The wallet file was changed by something else while it was open. "
        "Lock it and unlock it again."
    ),
    Code.VAULT_BUSY: N_(
        "This wallet is open in another window or program. Close it there, then try again."
    ),
    Code.VAULT_NO_LOCKS: N_(
        "This place cannot keep two programs from writing to one wallet at once, as some network "
        "folders cannot. Nothing was changed. Keep the wallet on this computer or on a stick."
    ),
    Code.VAULT_MISSING: N_("There is no wallet at this place."),
    Code.VAULT_EXISTS: N_("There is a wallet at this place already. It was left as it is."),
    Code.VAULT_UNWRITABLE: N_(
        "The disk did not take it, so nothing was changed. What was kept before is still there. "
        "Look whether the disk or stick is well connected, then try again."
    ),
    Code.MEMORY_FULL: N_(
        "A wallet in memory has no room for so much. Nothing was changed. Use one on a stick "
        "instead."
    ),
    Code.VAULT_FULL: N_(
        "The disk is full, or your share of it is used up, so nothing was changed. What was kept "
        "before is still there. Make room, then try again."
    ),
    Code.VAULT_READ_ONLY: N_(
        "The wallet file or its folder can only be read, so nothing was changed. Allow writing "
        "there, or copy the file to a place where you may write and open it there."
    ),
    Code.VAULT_GONE: N_(
        "The wallet file is no longer at its place, so this was not kept. If it is on a stick, "
        "plug the stick in again. Then lock the wallet and unlock it."
    ),
    Code.VAULT_KEYS_LOST: N_(
        "The part of this wallet file that holds its keys is damaged in both its copies. Without "
        "it nobody can read the rest. Nothing was changed. If you have a copy of the file, "
        "open that."
    ),
    Code.NO_ROOM_FOR_COPY: N_(
        "This wallet is of an older version and is copied before it is brought up to date. There "
        "is no room for the copy, so the wallet was not opened. Nothing was changed. Make room, "
        "then unlock it again."
    ),
    Code.NOTHING_TO_SAVE: N_(
        "Nothing in this wallet file can be read any more, so no new one was made. "
        "The file was left as it is."
    ),
    Code.VAULT_NAME_UNREADABLE: N_(
        "The name of this file, or of a folder it is in, has characters that are no text, so no "
        "wallet can be kept there. Nothing was changed. Rename it, or choose another place."
    ),
    Code.NOT_A_VAULT: N_("This file is not a wallet. Nothing was changed."),
    Code.IS_BACKUP: N_(
        "This file is a backup. It stays as it is; choose “Restore from a backup” to use what is "
        "in it."
    ),
    Code.IS_WALLET: N_(
        "This is a wallet or a backup of one, not a record. Use “Restore” to bring in what is in "
        "it."
    ),
    Code.NOT_A_BACKUP: N_("This file is not a backup of a wallet. Nothing was changed."),
    Code.BACKUP_UNWRITABLE: N_(
        "The backup could not be written. The disk may be full, or the folder may not allow it. "
        "Earlier backups are still there."
    ),
    Code.BACKUP_EXISTS: N_(
        "There is a file of that name already. It was left as it is. Choose another name."
    ),
    Code.BACKUP_DIFFERS: N_(
        "The backup was read back and is not the same as the wallet, so it was removed. "
        "The disk may be failing: use another one. Earlier backups are still there."
    ),
    Code.BACKUP_FOLDER_MISSING: N_(
        "The folder for backups is not there. If it is on a stick or another computer, connect it; "
        "or choose another folder."
    ),
    Code.BACKUP_FOLDER_SILENT: N_(
        "The folder for backups does not answer. The computer or disk that it is on may be off. "
        "Connect it, or choose another folder."
    ),
    Code.BACKUP_OF_DAMAGED: N_(
        "The wallet file itself is damaged in places, so no backup was made. "
        "Earlier backups are still there."
    ),
    Code.BACKUP_BROKEN: N_(
        "This backup is damaged and was not used. Nothing was changed. Try another backup."
    ),
    Code.BACKUP_TOO_NEW: N_(
        "This backup was made by a newer version of the app. Update the app to use it. "
        "Nothing was changed."
    ),
    Code.BACKUP_UNREADABLE: N_(
        "The backup could not be read. If it is on a stick, connect it again."
    ),
    Code.BACKUP_WRONG_PASSPHRASE: N_(
        "That is not the passphrase of this backup. A backup opens with the passphrase that the "
        "wallet had when it was made. Nothing was changed."
    ),
    Code.BACKUP_IS_OPEN: N_(
        "This file is a wallet that is open now, not a backup of it. Choose a backup."
    ),
    Code.BACKUP_OF_ANOTHER: N_(
        "This is a backup of another wallet. Nothing was changed. If you want its records and keys "
        "in yours, say so."
    ),
    Code.BACKUPS_NOT_HERE: N_("No backups are kept on this computer."),
    Code.NO_SUCH_CREDENTIAL: N_("There is no such record in this wallet."),
    Code.BACKUP_LOCKED: N_("It is locked with a password. Type the password it was made with."),
    Code.WRONG_BACKUP_PASSWORD: N_(
        "That is not the password it was locked with, or it is damaged. Nothing was read."
    ),
    Code.BACKUP_DAMAGED: N_(
        "This backup is damaged or incomplete, so it was not read. Make or fetch it again."
    ),
    Code.BACKUP_UNKNOWN: N_(
        "This is a backup of a kind or version that this app cannot read yet. Export the records "
        "from the other wallet one by one."
    ),
    Code.BACKUP_TOO_LARGE: N_(
        "There is more in it than any real collection of records holds, so it was not read."
    ),
    Code.BACKUP_PART_DAMAGED: N_("This part of the backup is damaged or was changed."),
    Code.BACKUP_PART_MISSING: N_("The backup names this part, but does not have it."),
    Code.BACKUP_PART_UNKNOWN: N_("This part of the backup is packed in a way not read here."),
    Code.KEY_DID_MISMATCH: N_(
        "The private key in it is not the key of the identifier it stands with, so it was not "
        "taken over."
    ),
    Code.LINK_CUT: N_(
        "This link was cut on its way: {arrived} of {total} bytes arrived. "
        "Ask for it again, or for a file."
    ),
    Code.LINK_KIND_UNKNOWN: N_("This link needs a newer version of this app."),
    Code.LINK_MALFORMED: N_(
        "This is not a whole share link. Copy it again from its first letter to its last."
    ),
    Code.LINK_HOSTED: N_(
        "This link points to a share kept online, which this version cannot open yet."
    ),
    Code.LINK_TOO_LONG: N_("This is too much for a link. Send a file instead."),
    Code.QR_TOO_LARGE: N_("This is too much for a QR code. Use a link or a file instead."),
    Code.QR_UNREADABLE: N_(
        "The QR code could not be read back, so it is not shown. Use a link or a file."
    ),
    Code.NOTHING_TO_SHARE: N_("Pick at least one record to share."),
    Code.MIXED_VERSIONS: N_(
        "These records are of an older and a newer make, which do not fit into one share. "
        "Share them one after the other."
    ),
    Code.CANNOT_PRESENT: N_("One of these records cannot be shared as it is."),
    Code.NO_SUCH_PART: N_("This record has no such part that can be shown by itself."),
    Code.PART_ALWAYS_SHOWN: N_("The issuer decided that this part is always shown."),
    Code.CANNOT_PRESENT_OLDER: N_(
        "A badge of the older standard Open Badges 2.0 cannot go into a share. "
        "Save its original as a file and send that."
    ),
    Code.AUDIENCE_MISSING: N_("Say whom this is for."),
    Code.AUDIENCE_BAD: N_(
        "Write their address as an e-mail address, or as a web address that starts with https://."
    ),
    Code.END_NOT_IN_FUTURE: N_("Pick a day in the future for the link to end."),
    Code.PAGE_ADDRESS_BAD: N_(
        "The address of the check page must start with https:// and be complete."
    ),
    Code.UNREACHABLE: N_("An address could not be reached: {host}. Try again when you are online."),
    Code.OFFLINE: N_("The app is working offline, so this was not looked up."),
    Code.ADDRESS_REFUSED: N_("The address {host} is not a public one, so it was not opened."),
    Code.FILE_UNREADABLE: N_("The file could not be read."),
    Code.FILE_EXISTS: N_(
        "There is a file of that name already. It was left as it is. Choose another name."
    ),
    Code.WALLET_IN_THE_WAY: N_(
        "The file of that name is a wallet or a backup of one. It was left as it is. Choose "
        "another name."
    ),
    Code.FILE_UNWRITABLE: N_(
        "The file could not be written. The disk may be full, or the folder may not allow it."
    ),
    Code.RULES_UNREADABLE: N_(
        "The policy file of this computer cannot be read, so the strictest rules hold: guest "
        "sessions only, and nothing is remembered. Tell whoever looks after this computer."
    ),
    Code.SET_BY_ORGANISATION: N_(
        "Your organisation set this for everybody on this computer, so it was not changed."
    ),
    Code.GUEST_ONLY: N_(
        "A guest's wallet stays on their own USB stick and nowhere else. Say where it is."
    ),
}

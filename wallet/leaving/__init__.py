"""Taking everything along: as a readable folder or ZIP file, or for another wallet.

What is in the vault goes out byte for byte as it came in, with an index for people and one for
machines. Private keys go only when somebody asks for them. `wallet.arriving` reads it all back.
"""

from wallet.leaving.everything import Left, export_all
from wallet.leaving.universal import FILE_NAME as LCW_FILE_NAME
from wallet.leaving.universal import OtherWallet, for_learner_credential_wallet

__all__ = ["LCW_FILE_NAME", "Left", "OtherWallet", "export_all", "for_learner_credential_wallet"]

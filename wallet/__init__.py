"""A desktop wallet for learning and employment records.

Start reading at `wallet.app`: what a person does is one method there.
"""

__version__ = "0.1.0"

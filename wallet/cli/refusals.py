"""Options that would be ignored: they are refused with a sentence, before anything is done.

What excludes each other by its nature is `argparse`'s to refuse, in `arguments`.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from wallet.wording import tr

# Command, then options that count only with the last one.
_NEEDED = (
    ("export", ("--keys", "--all")),
    ("export", ("--keys-password-fd", "--keys")),
    ("restore", ("--yes", "--into")),
    ("restore", ("--revive", "--into")),
    ("restore", ("--other-wallet", "--into")),
    ("restore", ("--backup-passphrase-fd", "--into")),
    ("restore", ("--backup-recovery-fd", "--into")),
    ("restore", ("--json", "--into")),
    ("restore", ("--keychain", "--into")),
    ("trust", ("--name", "ISSUER")),
    ("trust", ("--note", "ISSUER")),
    ("trust", ("--remove", "ISSUER")),
)
# Command, then two that cannot both count.
_APART = (
    ("export", ("ID", "--all")),
    ("export", ("--output", "--all")),
    ("backup", ("FILE", "--list")),
    ("backup", ("FILE", "--folder")),
    ("backup", ("FILE", "--copies")),
    ("backup", ("--list", "--folder")),
    ("backup", ("--list", "--copies")),
    ("backup", ("--json", "--folder")),
    ("backup", ("--json", "--copies")),
    ("ways", ("--json", "--add")),
    ("ways", ("--json", "--remove")),
    ("trust", ("ISSUER", "--list")),
    ("trust", ("--name", "--remove")),
    ("trust", ("--note", "--remove")),
)
_WITHOUT_WALLET = ("check", "demo", "vaults")


def refusal(arguments: Namespace) -> str | None:
    """Return what is wrong with the options of a command; None where every one of them counts."""
    return next(_refusals(arguments), None)


def _refusals(arguments: Namespace) -> Iterator[str]:
    command = arguments.command
    if command in _WITHOUT_WALLET and arguments.vault is not None:
        yield tr("{command} opens no wallet, so --vault does not go with it.", command=command)
    for one, (option, other) in _NEEDED:
        if one == command and _given(arguments, option) and not _given(arguments, other):
            yield tr("{option} goes only with {other}.", option=option, other=other)
    for one, (option, other) in _APART:
        if one == command and _given(arguments, option) and _given(arguments, other):
            yield tr("{option} does not go with {other}.", option=option, other=other)
    if command == "export" and arguments.as_ and arguments.id and arguments.output:
        yield tr("{option} does not go with {other}.", option="--output", other=arguments.id)
    if command == "trust" and arguments.json and arguments.issuer is not None:
        yield tr("{option} does not go with {other}.", option="--json", other="ISSUER")


def _given(arguments: Namespace, option: str) -> bool:
    """Say whether an option was said; 0 counts, and what stands there without being said not."""
    value = getattr(arguments, option.strip("-").replace("-", "_").lower())
    return value is not None and value is not False and value != "" and value != []

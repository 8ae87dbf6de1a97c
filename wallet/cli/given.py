"""What the person gives: inputs, the passphrase, the wallet, a place to write to."""

from __future__ import annotations

import getpass
import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wallet import inputs, wiring
from wallet.errors import Code, VaultError, WalletError
from wallet.inputs import Input
from wallet.places import Start
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.ways import Given

Files = Callable[[Path], Iterator[Input]]

SHOWN_LINK = 60  # characters of a link that name it as a source
MAX_PASSPHRASE_BYTES = 4096


def the_inputs(given: Iterable[str], files: Files = inputs.from_path) -> Iterator[Input]:
    """Yield the inputs behind arguments: standard input, links, files and folders."""
    for one in given:
        if one == "-":
            yield Input("-", sys.stdin.buffer.read(inputs.MAX_INPUT_BYTES + 1))
        elif one.startswith(("https://", "http://")):
            yield Input(one if len(one) <= SHOWN_LINK else f"{one[:SHOWN_LINK]}…", one.encode())
        elif not one.strip():
            yield Input(one, error=WalletError(Code.EMPTY))  # "" would be the whole folder
        else:
            yield from files(Path(one))


def start_of(arguments: Namespace) -> Start:
    """Return how the program was started: as a guest's, and with which wallet."""
    return wiring.start_here(guest=arguments.guest, vault=getattr(arguments, "vault", None))


def opened(arguments: Namespace) -> wiring.App:
    """Return the application with the person's wallet unlocked; leaving it locks."""
    app = built(arguments)
    path = app.vault_named(arguments.vault)
    app.wallet.unlock(path, a_way(app, path, arguments))
    return app


def built(arguments: Namespace) -> wiring.App:
    """Return the application, its wallet still locked."""
    return wiring.build(
        offline=arguments.offline or not getattr(arguments, "looks", False),
        documents=getattr(arguments, "documents", None),
        registries=getattr(arguments, "registries", ()),
        start=start_of(arguments),
    )


def a_way(app: wiring.App, path: Path, arguments: Namespace) -> Given:
    """Return what is to open the wallet: a recovery code, this computer's keychain, a passphrase.

    Raises RECOVERY_CODE_SLIP and RECOVERY_CODE_LENGTH before anything is tried, KEYCHAIN_STALE
    where this computer keeps nothing for that wallet.
    """
    if arguments.keychain:
        found = app.wallet.ways.from_keychain(path)
        if found is None:
            raise VaultError(app.wallet.ways.keychain_trouble() or Code.KEYCHAIN_STALE)
        return found
    return a_typed_way(arguments)


def a_typed_way(arguments: Namespace) -> Given:
    """Return the recovery code or the passphrase that the person gives."""
    if arguments.recovery_fd is not None:
        from wallet.ways import read_code  # what reads a vault loads only for whom it is for

        return read_code(secret(arguments.recovery_fd, ""))
    return passphrase(arguments)


def passphrase(arguments: Namespace) -> str:
    """Return the passphrase from the descriptor that was named, else from a prompt."""
    return secret(arguments.passphrase_fd, tr("Passphrase: "))


def secret(descriptor: int | None, prompt: str) -> str:
    """Return a line from a file descriptor, or what is typed at a prompt that does not show it."""
    if descriptor is None:
        return _ask(prompt)
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            line = file.readline(MAX_PASSPHRASE_BYTES)
        return line.rstrip(b"\r\n").decode()
    except (OSError, ValueError, OverflowError) as err:
        raise WalletError(Code.PASSPHRASE_UNREADABLE) from err


def new_passphrase(arguments: Namespace) -> str:
    """Return a new passphrase, typed twice where it is typed."""
    first = passphrase(arguments)
    if arguments.passphrase_fd is None and _ask(tr("The same again: ")) != first:
        raise WalletError(Code.PASSPHRASES_DIFFER)
    return first


def new_secret(descriptor: int | None) -> str:
    """Return a new password for exported keys, typed twice where it is typed."""
    return twice(descriptor, tr("A password for the keys: "))


def twice(descriptor: int | None, prompt: str) -> str:
    """Return something new and secret, typed twice where it is typed."""
    first = secret(descriptor, prompt)
    if descriptor is None and _ask(tr("The same again: ")) != first:
        raise WalletError(Code.PASSPHRASES_DIFFER)
    return first


def _ask(prompt: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # it would be seen as typed
            return getpass.getpass(prompt)
    except (EOFError, getpass.GetPassWarning) as err:
        raise WalletError(Code.PASSPHRASE_UNREADABLE) from err


def write(
    app: wiring.App, data: bytes, where: str, *, replace: bool, private: bool = False
) -> Path | None:
    """Write to a file, or to standard output for `-`; return the file."""
    if where == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return None
    app.wallet.save(data, Path(where), replace=replace, private=private)
    return Path(where)

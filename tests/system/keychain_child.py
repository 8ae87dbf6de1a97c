"""What a person does with a real Secret Service, one step a line of JSON; run on a bus of its own.

Usage: keychain_child.py FOLDER DAEMON_PID. Ends with 77 where the keychain does not start.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import keyring
import secretstorage
from jeepney import message_bus

from tests.unit.storage.vault_helpers import CHEAP
from wallet import wiring
from wallet.app import Wallet
from wallet.errors import VaultError
from wallet.keychain import SERVICE, SystemKeychain
from wallet.ways import WayKind

PASSPHRASE, OTHER = "seven quiet herons", "eight loud herons"
SECONDS = 3.0  # that the keychain is waited for
SECRETS = "org.freedesktop.secrets"


def has_begun(seconds: float = 20.0) -> bool:
    """Wait for the keychain; asking it anything earlier would start another one."""
    until = time.monotonic() + seconds
    with secretstorage.dbus_init() as bus:
        while time.monotonic() < until:
            if bus.send_and_get_reply(message_bus.NameHasOwner(SECRETS)).body == (True,):
                kept = list(secretstorage.get_all_collections(bus))
                if any(
                    one.collection_path.endswith("/login") for one in kept if not one.is_locked()
                ):
                    return True
            time.sleep(0.05)
    return False


def new_wallet() -> Wallet:
    """Return what a freshly started program has."""
    verifier = wiring.verifier(offline=True)
    return Wallet(verifier, clock=wiring.now, cost=CHEAP, keychain=SystemKeychain(seconds=SECONDS))


def said(what: str, act: Callable[[], object]) -> None:
    """Print what came of a step: its answer, or the code of its failure."""
    try:
        answer = act()
    except VaultError as error:
        answer = error.code.value
    print(json.dumps([what, answer]), flush=True)


def comes_in(path: Path) -> str:
    """Open the vault as the program does at its start, without anybody typing."""
    wallet = new_wallet()
    door = wallet.ways.look(path)
    if door.here is None:
        return "says that the keychain would not tell" if door.refused else "asks"
    wallet.unlock(path, door.here)
    wallet.lock()
    return "opens"


def kept_items() -> int:
    """Return how many secrets of this program the keychain holds."""
    with secretstorage.dbus_init() as bus:
        collection = secretstorage.get_default_collection(bus)
        return len(list(collection.search_items({"service": SERVICE})))


def lock_collection() -> str:
    """Lock the keychain behind the program's back."""
    with secretstorage.dbus_init() as bus:
        secretstorage.get_default_collection(bus).lock()
    return "locked"


def end(daemon: int) -> str:
    """Let the keychain's own program vanish."""
    os.kill(daemon, signal.SIGKILL)
    shutil.rmtree(Path(os.environ["XDG_RUNTIME_DIR"]) / "keyring", ignore_errors=True)
    return "ended"


def main(folder: Path, daemon: int) -> None:
    """Live through it."""
    path, older = folder / "vault.ler", folder / "older.ler"
    wallet = new_wallet()
    said("backend", lambda: type(keyring.get_keyring()).__module__)
    said("trouble", wallet.ways.keychain_trouble)
    wallet.create(path, PASSPHRASE, name="Ana")
    said("off", lambda: comes_in_while_closed(wallet, path))
    said("a wrong passphrase", lambda: wallet.ways.open_here(OTHER))
    said("items", kept_items)
    wallet.lock()
    shutil.copyfile(path, older)
    wallet.unlock(path, PASSPHRASE)
    said("turned on", lambda: wallet.ways.open_here(PASSPHRASE))
    said("items", kept_items)
    said("restarted", lambda: comes_in_while_closed(wallet, path))
    said("new passphrase", lambda: wallet.change_passphrase(PASSPHRASE, OTHER))
    said("restarted", lambda: comes_in_while_closed(wallet, path, OTHER))
    said("an older copy", lambda: comes_in(older))
    here = next(way.id for way in wallet.ways.listed() if way.kind is WayKind.KEYCHAIN)
    said("turned off", lambda: wallet.ways.remove(here, OTHER))
    said("items", kept_items)
    said("restarted", lambda: comes_in_while_closed(wallet, path, OTHER))
    said("turned on", lambda: wallet.ways.open_here(OTHER))
    said("lock", lock_collection)
    said("restarted", lambda: comes_in_while_closed(wallet, path, OTHER))
    said("end", lambda: end(daemon))
    said("restarted", lambda: comes_in_while_closed(wallet, path, OTHER))
    wallet.lock()


def comes_in_while_closed(wallet: Wallet, path: Path, passphrase: str = PASSPHRASE) -> str:
    """Start the program again on a vault that is closed meanwhile."""
    wallet.lock()
    try:
        return comes_in(path)
    finally:
        wallet.unlock(path, passphrase)


if __name__ == "__main__":
    if not has_begun():
        sys.exit(77)
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""The operating system's keychain, through `keyring`; the only module that imports it.

Only backends whose keeping is known are used: the Keychain of macOS, the Credential Locker of
Windows, and on Linux the Secret Service and KWallet. `keyring` would also take a file in the clear,
a null backend or whatever another package registered; those are refused, never tried. A backend may
wait for the person (to unlock a keychain), so nothing here is called on a window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, Queue
from threading import Thread
from typing import Any

from wallet.errors import Code, VaultError

SERVICE = "LER Wallet"
ANSWER_SECONDS = 60.0  # for somebody to find and type the keychain's own password
MAX_SECRET_BYTES = 64  # twice a key: more was not written by this program

_SECURE = {
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
    ("keyring.backends.kwallet", "DBusKeyringKWallet4"),
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
}
_NOTHING = {
    ("keyring.backends.fail", "Keyring"),  # what `keyring` takes when there is nothing
    ("keyring.backends.null", "Keyring"),  # what somebody chose who wants none
}
_CHAIN = ("keyring.backends.chainer", "ChainerBackend")


class SystemKeychain:
    """Satisfies `wallet.ports.Keychain`. Looks for a backend at the first question."""

    def __init__(self, backend: Any = None, *, seconds: float = ANSWER_SECONDS) -> None:
        self._given, self._seconds = backend, seconds

    def trouble(self) -> Code | None:
        """Say why there is no keychain to rely on."""
        try:
            self._within(self._backend)
        except VaultError as error:
            return error.code
        return None

    def get(self, account: str) -> bytearray | None:
        """Return what is kept under an account."""
        found = self._ask("get_password", account)
        try:
            secret = bytearray.fromhex(found) if isinstance(found, str) else None
        except ValueError:
            return None
        return secret if secret and len(secret) <= MAX_SECRET_BYTES else None

    def put(self, account: str, secret: bytearray) -> None:
        """Keep a secret, and make sure that it is kept."""
        self._ask("set_password", account, secret.hex())
        if self.get(account) != secret:
            raise VaultError(Code.KEYCHAIN_REFUSED)

    def forget(self, account: str) -> None:
        """Keep it no longer."""
        if self._ask("get_password", account) is not None:
            self._ask("delete_password", account)

    def _ask(self, what: str, *values: str) -> object:
        return self._within(lambda: getattr(self._backend(), what)(SERVICE, *values))

    def _within(self, act: Callable[[], object]) -> object:
        """Return what `act` does, or raise KEYCHAIN_REFUSED when it fails or takes too long.

        A keychain that waits for somebody who went away must not keep the program from ending.
        """
        answers: Queue[tuple[object, VaultError | None]] = Queue()

        def work() -> None:
            try:
                answers.put((act(), None))
            except VaultError as error:
                answers.put((None, error))
            # D-Bus, Win32 and macOS each raise their own; what a backend puts into its messages
            # is not known here, and a secret was among the arguments, so it goes no further.
            except Exception:  # noqa: BLE001
                answers.put((None, VaultError(Code.KEYCHAIN_REFUSED)))

        Thread(target=work, name="keychain", daemon=True).start()
        try:
            answer, failure = answers.get(timeout=self._seconds)
        except Empty:
            raise VaultError(Code.KEYCHAIN_REFUSED) from None
        if failure is not None:
            raise failure
        return answer

    def _backend(self) -> Any:
        """Return a backend that is known to keep secrets; raises KEYCHAIN_MISSING or _INSECURE."""
        offered = _offered(self._given if self._given is not None else _chosen())
        for backend in offered:
            if _name(backend) in _SECURE:
                return backend
        if all(_name(backend) in _NOTHING for backend in offered):
            raise VaultError(Code.KEYCHAIN_MISSING)
        raise VaultError(Code.KEYCHAIN_INSECURE)


def _chosen() -> Any:
    import keyring

    try:
        return keyring.get_keyring()
    except Exception:  # noqa: BLE001 - a configuration that names what cannot be loaded
        raise VaultError(Code.KEYCHAIN_MISSING) from None


def _offered(backend: Any) -> list[Any]:
    """Return what a chain would try, or the one backend itself.

    Of a chain the known ones are used directly: it would hand a secret to whichever takes it.
    """
    if _name(backend) != _CHAIN:
        return [backend]
    try:
        return list(backend.backends)
    except Exception:  # noqa: BLE001 - a backend that fails while it is looked at
        raise VaultError(Code.KEYCHAIN_MISSING) from None


def _name(backend: Any) -> tuple[str, str]:
    kind = type(backend)
    return kind.__module__, kind.__qualname__

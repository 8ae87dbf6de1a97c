"""Keychains for tests: one in memory that can be out of order. The real one is never asked."""

from __future__ import annotations

from wallet.errors import Code, VaultError


class FakeKeychain:
    """Satisfies `wallet.ports.Keychain`; `asked` has every question."""

    def __init__(self, *, trouble: Code | None = None) -> None:
        self.kept: dict[str, bytes] = {}
        self.why = trouble
        self.refuses = False
        self.asked: list[str] = []

    def trouble(self) -> Code | None:
        self.asked.append("trouble")
        return self.why

    def get(self, account: str) -> bytearray | None:
        self._answer("get")
        return bytearray(self.kept[account]) if account in self.kept else None

    def put(self, account: str, secret: bytearray) -> None:
        self._answer("put")
        self.kept[account] = bytes(secret)

    def forget(self, account: str) -> None:
        self._answer("forget")
        self.kept.pop(account, None)

    def _answer(self, what: str) -> None:
        self.asked.append(what)
        if self.refuses or self.why is not None:
            raise VaultError(Code.KEYCHAIN_REFUSED)

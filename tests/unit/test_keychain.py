"""Which keychains are used: those known to keep secrets, and no other. None is ever asked here."""

from __future__ import annotations

import ast
import threading
import traceback
from pathlib import Path

import keyring.backend
import pytest

from tests.keychains import FakeKeychain
from wallet import keychain
from wallet.errors import Code, VaultError
from wallet.keychain import SERVICE, SystemKeychain


class Memory(keyring.backend.KeyringBackend):
    """A backend in memory, under whatever name a test gives its class."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.fails = False

    def get_password(self, service: str, username: str) -> str | None:
        self._maybe_fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._maybe_fail()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._maybe_fail()
        del self.kept[service, username]

    def _maybe_fail(self) -> None:
        if self.fails:
            raise RuntimeError("a backend's own words, with a secret in them")


def named(module: str, name: str) -> Memory:
    kind = type(name, (Memory,), {"__module__": module, "__qualname__": name})
    made = kind()
    assert isinstance(made, Memory)
    return made


class Chain(Memory):
    def __init__(self, *backends: Memory) -> None:
        super().__init__()
        self.backends = backends


Chain.__module__, Chain.__qualname__ = "keyring.backends.chainer", "ChainerBackend"

SECRET_SERVICE = ("keyring.backends.SecretService", "Keyring")
FAIL, NULL = ("keyring.backends.fail", "Keyring"), ("keyring.backends.null", "Keyring")
PLAIN = ("keyrings.alt.file", "PlaintextKeyring")


@pytest.mark.parametrize(
    ("backend", "trouble"),
    [
        (named(*SECRET_SERVICE), None),
        (named("keyring.backends.kwallet", "DBusKeyring"), None),
        (named("keyring.backends.macOS", "Keyring"), None),
        (named("keyring.backends.Windows", "WinVaultKeyring"), None),
        (named(*FAIL), Code.KEYCHAIN_MISSING),
        (named(*NULL), Code.KEYCHAIN_MISSING),
        (named(*PLAIN), Code.KEYCHAIN_INSECURE),
        (named("keyrings.alt.file", "EncryptedKeyring"), Code.KEYCHAIN_INSECURE),
        (named("keyrings.alt.Gnome", "Keyring"), Code.KEYCHAIN_INSECURE),
        (named("somebody.elses", "Keyring"), Code.KEYCHAIN_INSECURE),
        (Chain(), Code.KEYCHAIN_MISSING),
        (Chain(named(*FAIL)), Code.KEYCHAIN_MISSING),
        (Chain(named(*PLAIN), named(*FAIL)), Code.KEYCHAIN_INSECURE),
        (Chain(named(*PLAIN), named(*SECRET_SERVICE)), None),
    ],
    ids=lambda value: getattr(type(value), "__module__", "") if isinstance(value, Memory) else None,
)
def test_only_known_keychains_are_used(backend: Memory, trouble: Code | None) -> None:
    chain = SystemKeychain(backend)
    assert chain.trouble() is trouble
    if trouble is not None:
        for act in (
            lambda: chain.get("vault"),
            lambda: chain.put("vault", bytearray(b"s" * 32)),
            lambda: chain.forget("vault"),
        ):
            with pytest.raises(VaultError) as caught:
                act()
            assert caught.value.code is trouble
        assert backend.kept == {}


def test_the_real_classes_of_the_library_are_named_rightly() -> None:
    folder = Path(keyring.backend.__file__).parent / "backends"
    there = {
        (f"keyring.backends.{file.parent.name if nested else file.stem}", node.name)
        for nested, pattern in ((False, "*.py"), (True, "*/__init__.py"))
        for file in folder.glob(pattern)
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef)
    }
    known = keychain._SECURE | keychain._NOTHING | {keychain._CHAIN}
    assert known <= there
    offered = {name for name in there if name[1].endswith(("Keyring", "KWallet4", "Backend"))}
    assert offered == known  # a new one would be judged here, not trusted


def test_a_chain_hands_the_secret_to_the_known_one_only() -> None:
    plain, real = named(*PLAIN), named(*SECRET_SERVICE)
    chain = Chain(plain, real)
    SystemKeychain(chain).put("vault", bytearray(b"s" * 32))
    assert plain.kept == chain.kept == {}
    assert list(real.kept) == [(SERVICE, "vault")]


@pytest.mark.parametrize("make", [lambda: SystemKeychain(named(*SECRET_SERVICE)), FakeKeychain])
def test_what_is_put_is_kept_until_it_is_forgotten(make) -> None:  # type: ignore[no-untyped-def]
    chain = make()
    assert chain.get("one") is None
    chain.put("one", bytearray(b"1" * 32))
    chain.put("two", bytearray(b"2" * 32))
    chain.put("one", bytearray(b"3" * 32))
    assert (chain.get("one"), chain.get("two")) == (b"3" * 32, b"2" * 32)
    chain.forget("one")
    chain.forget("one")
    assert (chain.get("one"), chain.get("two")) == (None, b"2" * 32)


@pytest.mark.parametrize("odd", ["", "not hex", "00" * 65, "ünlesbar"])
def test_what_is_not_ours_is_nothing(odd: str) -> None:
    backend = named(*SECRET_SERVICE)
    backend.kept[SERVICE, "vault"] = odd
    assert SystemKeychain(backend).get("vault") is None


def test_a_keychain_that_fails_is_told_without_its_words() -> None:
    backend = named(*SECRET_SERVICE)
    backend.fails = True
    for act in (
        lambda: SystemKeychain(backend).get("vault"),
        lambda: SystemKeychain(backend).put("vault", bytearray(b"s" * 32)),
        lambda: SystemKeychain(backend).forget("vault"),
    ):
        with pytest.raises(VaultError) as caught:
            act()
        assert caught.value.code is Code.KEYCHAIN_REFUSED
        assert "own words" not in "".join(traceback.format_exception(caught.value))


def test_a_keychain_that_forgets_at_once_is_not_relied_on() -> None:
    backend = named(*SECRET_SERVICE)
    backend.set_password = lambda *_: None  # type: ignore[method-assign]
    with pytest.raises(VaultError) as caught:
        SystemKeychain(backend).put("vault", bytearray(b"s" * 32))
    assert caught.value.code is Code.KEYCHAIN_REFUSED


def test_a_keychain_that_waits_for_nobody_is_given_up() -> None:
    backend, answered = named(*SECRET_SERVICE), threading.Event()
    backend.get_password = lambda *_: str(answered.wait(30))  # type: ignore[method-assign]
    try:
        with pytest.raises(VaultError) as caught:
            SystemKeychain(backend, seconds=0.05).get("vault")
        assert caught.value.code is Code.KEYCHAIN_REFUSED
    finally:
        answered.set()

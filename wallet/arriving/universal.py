"""Universal Wallet 2020, as Learner Credential Wallet and its family write it, open or locked.

One wallet object, or an array of them, one a profile. Its contents are told apart by their shape:
records, a DID document, keys, the profile's name. Each record is taken in the very bytes that
stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from wallet.arriving import keys, opening
from wallet.arriving.arrival import Arrival, FoundKey, Kind
from wallet.crypto import strictjson
from wallet.crypto.strictjson import Limits, Path
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import fields
from wallet.inputs import Input
from wallet.model import Json

# Some ten thousand records, each with its picture or a hundred values.
LIMITS: Final = Limits(size=64 * 1024 * 1024, values=1_000_000)
MAX_CONTENTS: Final = 20_000  # of one wallet
MAX_PROFILES: Final = 100
MAX_LOCKS: Final = 8  # each may take a second to open; one holds all profiles
MAX_NAME_CHARS: Final = 100

_WORDS: Final = (b"UniversalWallet2020", b"EncryptedWallet", b'"LOCKED"', b'"UNLOCKED"')
_DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"


def may_be(data: bytes) -> bool:
    """Say whether bytes could be a wallet, at the cost of a look at them."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return start in {b"{", b"["} and any(word in data for word in _WORDS)


def parse(data: bytes) -> tuple[str, Json] | None:
    """Return the text and value of a wallet or an array with one; None for anything else."""
    try:
        text = strictjson.decode(data, LIMITS)
        value = strictjson.parse_text(text)
    except WalletError:
        return None
    wallets = value if isinstance(value, list) else [value]
    return (text, value) if any(_is_wallet(one) for one in wallets) else None


def is_locked(value: Json) -> bool:
    """Say whether a wallet, or one in an array, takes a password."""
    wallets = value if isinstance(value, list) else [value]
    return any(_is_encrypted(one) or _is_status(one, "LOCKED") for one in wallets)


def read(source: str, text: str, value: Json, password: str | None) -> Arrival:
    """Return what wallets hold.

    Raises BACKUP_LOCKED where a password is needed and none is given, WRONG_BACKUP_PASSWORD.
    """
    if is_locked(value) and password is None:
        raise WalletError(Code.BACKUP_LOCKED)
    found = _Found(source)
    for own, one in _apart(text, value):
        found.wallet(own, one, password)
    return found.arrival()


class _Found:
    def __init__(self, source: str) -> None:
        self._source = source
        self._items: list[Input] = []
        self._keys: dict[str, FoundKey] = {}
        self._others: list[str] = []
        self._agreements: list[tuple[str, Mapping[str, Json]]] = []
        self._profiles = self._locks = 0

    def arrival(self) -> Arrival:
        seeds = [key.seed for key in self._keys.values()]
        for name, value in self._agreements:
            if not keys.agreement_fits(value, seeds):
                self._refuse(name, UnsupportedError(Code.KEY_UNSUPPORTED))
        found = tuple(self._keys.values())
        return Arrival(Kind.UNIVERSAL, tuple(self._items), found, tuple(self._others))

    def wallet(self, text: str, value: Json, password: str | None) -> None:
        """Take a wallet apart, or note what stands among wallets."""
        if _is_encrypted(value):
            self._locks += 1
            if self._locks > MAX_LOCKS:
                raise MalformedError(Code.BACKUP_TOO_LARGE)
            self._inner(_decrypted(value, password or ""))
        elif _is_wallet(value):
            self._profiles += 1
            contents = value.get("contents") if isinstance(value, dict) else None
            if not isinstance(contents, list):
                raise MalformedError(Code.BACKUP_DAMAGED)
            if len(contents) > MAX_CONTENTS or self._profiles > MAX_PROFILES:
                raise MalformedError(Code.BACKUP_TOO_LARGE)
            if _is_status(value, "LOCKED"):
                texts = list(_unlocked(contents, password or ""))
            else:
                texts = _texts(text, contents, ("contents",))
            self._contents(texts)
        else:  # among wallets in an array stands something else
            self._item(text, value, f"{len(self._items) + 1}")

    def _inner(self, data: bytes) -> None:
        """Take apart what was locked: a wallet, wallets, or one piece of what a wallet holds."""
        text = strictjson.decode(data, LIMITS)
        value = strictjson.parse_text(text)
        if isinstance(value, str):  # Learner Credential Wallet spells its JSON twice
            text = value
            value = strictjson.parse_text(strictjson.decode(text.encode("utf-8"), LIMITS))
        wallets = value if isinstance(value, list) else [value]
        if any(_is_encrypted(one) or _is_status(one, "LOCKED") for one in wallets):
            raise UnsupportedError(Code.BACKUP_UNKNOWN)  # a lock within a lock has no end
        if isinstance(value, dict) and not _is_wallet(value) and "contents" in value:
            value = {**value, "status": "UNLOCKED"}  # only the contents were locked
        for own, one in _apart(text, value):
            self.wallet(own, one, None)

    def _contents(self, texts: list[tuple[str, Json]]) -> None:
        profile = _profile_name(value for _, value in texts)
        records = 0
        for text, value in texts:
            if isinstance(value, dict) and _is_known(value, profile):
                continue
            records += 1
            name = f"{profile} {records}" if profile else str(records)
            if isinstance(value, dict) and keys.is_key(value):
                self._key(value, profile)
            else:
                self._item(text, value, name)

    def _key(self, value: Mapping[str, Json], profile: str) -> None:
        name = str(value.get("id", value.get("type", "")))[:MAX_NAME_CHARS]
        if keys.is_agreement_key(value):
            self._agreements.append((name, value))
            return
        try:
            key = keys.of_object(value, name=profile)
        except WalletError as error:
            self._refuse(name, error)
        else:
            self._keys.setdefault(key.did, key)

    def _item(self, text: str, value: Json, name: str) -> None:
        if isinstance(value, str):  # a token
            text = value
        elif isinstance(value, dict) and not _looks_like_record(value):
            kind = (fields.types(value.get("type")) or (name,))[0]
            self._others.append(str(kind)[:MAX_NAME_CHARS])
            return
        self._items.append(Input(f"{self._source}: {_flat(name)}", text.encode("utf-8")))

    def _refuse(self, name: str, error: WalletError) -> None:
        self._items.append(Input(f"{self._source}: {_flat(name)}", error=error))


def _is_wallet(value: Json) -> bool:
    if not isinstance(value, dict):
        return False
    if _is_encrypted(value) or "UniversalWallet2020" in fields.types(value.get("type")):
        return True
    named = _is_status(value, "LOCKED") or _is_status(value, "UNLOCKED")
    return named and isinstance(value.get("contents"), list)


def _is_status(value: Json, status: str) -> bool:
    return isinstance(value, dict) and value.get("status") == status and "contents" in value


def _is_encrypted(value: Json) -> bool:
    return isinstance(value, dict) and "EncryptedWallet" in fields.types(value.get("type"))


def _decrypted(value: Json, password: str) -> bytes:
    subject = value.get("credentialSubject") if isinstance(value, dict) else None
    if not isinstance(subject, dict):
        raise MalformedError(Code.BACKUP_DAMAGED)
    lcw, w3c = subject.get("jwe"), subject.get("encryptedWalletContents")
    if isinstance(lcw, dict):
        return opening.open_lcw(lcw, password)
    if isinstance(w3c, dict):
        return opening.UniversalPassword(password).open(w3c)
    raise MalformedError(Code.BACKUP_DAMAGED)


def _unlocked(contents: list[Json], password: str) -> Iterator[tuple[str, Json]]:
    opener = opening.UniversalPassword(password)
    for one in contents:
        if not isinstance(one, dict):
            raise MalformedError(Code.BACKUP_DAMAGED)
        text = strictjson.decode(opener.open(one), LIMITS)
        yield text, strictjson.parse_text(text)


def _texts(text: str, contents: list[Json], path: Path) -> list[tuple[str, Json]]:
    """Return each value with its very text."""
    found = strictjson.spans(text, [(*path, number) for number in range(len(contents))])
    return [(text[slice(*found[(*path, number)])], value) for number, value in enumerate(contents)]


def _apart(text: str, value: Json) -> list[tuple[str, Json]]:
    """Return each wallet of an array, or the one there is, with its very text."""
    if not isinstance(value, list):
        return [(text, value)]
    if len(value) > MAX_CONTENTS:
        raise MalformedError(Code.BACKUP_TOO_LARGE)
    return _texts(text, value, ())


def _profile_name(contents: Iterator[Json]) -> str:
    for value in contents:
        if isinstance(value, dict) and value.get("type") == "ProfileMetadata":
            data = value.get("data")
            name = data.get("profileName") if isinstance(data, dict) else None
            return name[:MAX_NAME_CHARS] if isinstance(name, str) else ""
    return ""


def _is_known(value: Mapping[str, Json], profile: str) -> bool:
    """Say whether a thing says nothing beyond the keys and the name that are read from it."""
    if value.get("type") == "ProfileMetadata":
        return set(value) <= {"@context", "id", "type", "data"} and bool(profile)
    contexts = fields.nodes(value.get("@context"))
    named = str(value.get("id", "")).startswith("did:")
    return named and _DID_CONTEXT in contexts and not keys.is_key(value)


def _looks_like_record(value: Mapping[str, Json]) -> bool:
    """Say whether a reader is to try it; what it is then is said by `wallet.formats`."""
    types = fields.types(value.get("type"))
    return any("Credential" in one or "Presentation" in one for one in types) or (
        "credentialSubject" in value or "verifiableCredential" in value or "Assertion" in types
    )


def _flat(name: str) -> str:
    """Return a name on one line and without what parts paths."""
    return " ".join(name.replace("/", " ").replace("\\", " ").split())

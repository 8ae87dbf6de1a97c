"""What other people signed that stands inside a credential: records and endorsements.

A CLR 2.0 transcript holds credentials (`credentialSubject.verifiableCredential`), an Open Badges
3.0 credential endorsements of itself, its achievement, its issuer or its subject's profile
(`endorsement`, `endorsementJwt`), a resume (LER-RS) the records behind its lines
(`verifications`). They are looked for everywhere, whatever the member is called: what looks like a
record to a reader is to be checked like one. Found here is the outermost layer; what stands inside
those is found when they are asked in turn. Nothing is verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wallet.crypto import strictjson
from wallet.crypto.strictjson import Path
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import fields, reading, vc_jwt, vcdm
from wallet.model import Credential, Format, Json
from wallet.report import Role, Thing

# Found in one document at most; as many parts as a record for people has (`wallet.record`).
MAX_INSIDE: Final = 300

# Members whose every value is one, readable or not.
_MEMBERS: Final = {
    "verifiableCredential": Role.CREDENTIAL,
    "endorsement": Role.ENDORSEMENT,
    "endorsementJwt": Role.ENDORSEMENT,
}
# Where a token may stand among other things (LER-RS).
_PERHAPS: Final = "verifications"
_TOKEN: Final = re.compile(r"\s*eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_.~-]*\s*")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
# What is found has one of these words in it, or one of the others besides the credential's own.
_WORDS: Final = (b"ndorsement", b"verifications")
_OWN_WORDS: Final = (b"erifiable", b'"credentialSubject"')
_LETTER: Final = re.compile(rb"\\u00[4-7]")  # one spelled as an escape, which could hide a word
# The machinery of a document says nothing about people.
_MACHINERY: Final = frozenset({"@context", "proof"})
_THINGS: Final = {
    "achievement": Thing.ACHIEVEMENT,
    "issuer": Thing.ISSUER,
    "creator": Thing.ISSUER,
    "credentialSubject": Thing.PERSON,
    "profile": Thing.PERSON,
}


@dataclass(frozen=True, slots=True)
class Inside:
    """One thing that stands in a credential, and where (a JSON pointer, RFC 6901).

    `holder` is the object whose member it is, `thing` what that object is. Either `credential` or
    `error` is there.
    """

    role: Role
    place: str
    thing: Thing
    holder: Mapping[str, Json]
    value: Json
    credential: Credential | None
    error: WalletError | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    role: Role
    path: Path
    holder: Mapping[str, Json]
    value: Json


def inside(credential: Credential) -> tuple[Inside, ...]:
    """Return the credentials and endorsements that stand in a credential, in their order.

    What is one by its place and cannot be read has its error. Of more than `MAX_INSIDE` one more is
    returned, TOO_MANY_CREDENTIALS, for all the rest.
    """
    found = list(_found(credential))
    if not found:
        return ()
    taken = found[:MAX_INSIDE]
    raws = _raws(credential, taken)
    read = [_read(one, raws.get(one.path)) for one in taken]
    if len(found) > MAX_INSIDE:
        rest = found[MAX_INSIDE:]
        # That endorsements were left out is no reason to doubt the records.
        first = next((one for one in rest if one.role is Role.CREDENTIAL), rest[0])
        read.append(_unread(first, MalformedError(Code.TOO_MANY_CREDENTIALS, limit=MAX_INSIDE)))
    return tuple(read)


def any_inside(credential: Credential) -> bool:
    """Say whether anything stands in a credential."""
    return next(_found(credential), None) is not None


def _found(credential: Credential) -> Iterator[_Found]:
    if credential.format is Format.OPEN_BADGE_2:
        return iter(())  # its endorsements are addresses, and none of them is signed here
    if not _may_hold_some(credential):
        return iter(())
    return _in_object(credential.claims, ())


def _may_hold_some(credential: Credential) -> bool:
    """Say whether the text of a credential has any of the words that what is found here has.

    Most badges have none; looking at each of their values would take as long as reading them.
    """
    own = 1  # how often the words of a credential stand in one that holds no other
    if credential.format in (Format.DATA_INTEGRITY, Format.UNSECURED):
        text = credential.raw
    elif credential.format in (Format.VC_JWT, Format.VC_JOSE):
        text = vc_jwt.parse(credential.raw).jws.payload
    else:  # put together from disclosures: written once more, it is searched faster than walked
        text = json.dumps(credential.claims, ensure_ascii=False).encode("utf-8", "replace")
        own = 1 if vcdm.is_credential(credential.claims) else 0
    return (
        any(word in text for word in _WORDS)
        or any(text.count(word) > own for word in _OWN_WORDS)
        or _LETTER.search(text) is not None
    )


def _text(credential: Credential) -> tuple[str, Path] | None:
    """Return the JSON text of the claims, and where in it they stand; None where there is none."""
    if credential.format in (Format.VC_JWT, Format.VC_JOSE):
        token = vc_jwt.parse(credential.raw)
        return token.payload_text, ("vc",) if token.format is Format.VC_JWT else ()
    if credential.format in (Format.DATA_INTEGRITY, Format.UNSECURED):
        return strictjson.decode(credential.raw), ()
    return None  # put together from disclosures: as such it stands in no text


def _in_object(node: Mapping[str, Json], path: Path) -> Iterator[_Found]:
    for name, value in node.items():
        kind = type(value)
        if kind is dict or kind is list:
            if name not in _MACHINERY:
                yield from _in_value(name, value, (*path, name), node)
        elif value is not None and (name in _MEMBERS or name == _PERHAPS):
            yield from _in_value(name, value, (*path, name), node)


def _in_value(name: str, value: Json, path: Path, holder: Mapping[str, Json]) -> Iterator[_Found]:
    if type(value) is list:
        for number, item in enumerate(value):
            yield from _in_value(name, item, (*path, number), holder)
        return
    role = _role(name, value)
    if role is not None:
        yield _Found(role, path, holder, value)
    elif type(value) is dict:
        yield from _in_object(value, path)


def _role(name: str, value: Json) -> Role | None:
    """Say what the value of a member is; None where it is nothing of the kind."""
    if name in _MEMBERS:
        return _MEMBERS[name]
    if type(value) is str:
        return Role.CREDENTIAL if name == _PERHAPS and _TOKEN.fullmatch(value) else None
    if type(value) is not dict:
        return None
    if "EndorsementCredential" in fields.types(value.get("type")):
        return Role.ENDORSEMENT
    return Role.CREDENTIAL if vcdm.is_credential(value) or vcdm.is_envelope(value) else None


def _raws(credential: Credential, found: list[_Found]) -> dict[Path, bytes]:
    """Return the exact bytes of each object found, as they stand in what was received."""
    spelled = _text(credential)
    if spelled is None:
        return {}
    text, start = spelled
    paths = [(*start, *one.path) for one in found if type(one.value) is dict]
    located = strictjson.spans(text, paths)
    return {
        path[len(start) :]: text[first:last].encode("utf-8")
        for path, (first, last) in located.items()
    }


def _read(found: _Found, raw: bytes | None) -> Inside:
    if _is_mention(found.value):
        return _unread(found, UnsupportedError(Code.ONLY_MENTIONED))
    try:
        made = reading.member(found.value, _spelled(found.value) if raw is None else raw)
    except WalletError as error:
        return _unread(found, error)
    return Inside(found.role, _pointer(found.path), _thing(found), found.holder, found.value, made)


def _unread(found: _Found, error: WalletError) -> Inside:
    return Inside(
        found.role, _pointer(found.path), _thing(found), found.holder, found.value, None, error
    )


def _is_mention(value: Json) -> bool:
    """Say whether this only names something that stands elsewhere."""
    if isinstance(value, dict) and value.keys() <= {"id", "type"} and not vcdm.is_envelope(value):
        value = value.get("id")
    return isinstance(value, str) and _ADDRESS.match(value) is not None


def _spelled(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _pointer(path: Path) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def _thing(found: _Found) -> Thing:
    """Say what the object is in which something was found: its member's name tells."""
    names = [step for step in found.path if isinstance(step, str)]
    return _THINGS.get(names[-2], Thing.OTHER) if len(names) > 1 else Thing.CREDENTIAL

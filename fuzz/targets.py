"""What is fuzzed: one function for each parser, which takes any bytes and raises what is a finding.

A parser may refuse with a `WalletError` and nothing else. Where two ways must agree, or what was
read can be written and read again, that is held against it too. Nothing here needs atheris, so
that the tests can run every target.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from fuzz.arrivals import fuzz_backup
from fuzz.disclosure import fuzz_cbor, fuzz_registry, fuzz_sdjwt, fuzz_selective
from fuzz.oracles import NOW, FindingError, refused, same, taken
from wallet import formats, record
from wallet.crypto import detached, did, jcs, jose, multikey, nquads, rdfc, strictjson
from wallet.crypto.jsonld import canonicalize, canonicalize_wholly
from wallet.errors import Code, WalletError
from wallet.formats import (
    badge_image,
    fields,
    revocation_list,
    status_list,
    token_status_list,
    vc_jwt,
)
from wallet.formats.contexts import SHARED
from wallet.model import Bundle, Credential, Fact, Format, Presentation, Readable
from wallet.net.saved import Offline
from wallet.report import Outcome, Question
from wallet.share import link, packet
from wallet.verify import Policy, completed, verify, verify_presentation

Json = Any
Target = Callable[[bytes], None]

MANY_STATEMENTS: Final = 400  # above this, a graph is not canonicalised a second and third time
# -- texts -------------------------------------------------------------------------------


def fuzz_json(data: bytes) -> None:
    """Strict JSON reads what `json` reads, or refuses for a reason of its own; spans are items."""
    try:
        value = strictjson.parse(data)
    except WalletError as error:
        if error.code is Code.NOT_JSON and _plain_json(data) is not None:
            raise FindingError("refused as no JSON") from error
        return
    same(value, (_plain_json(data) or (None,))[0], "json reads otherwise")
    text = strictjson.decode(data)
    if isinstance(value, list):
        found = [json.loads(text[start:end]) for start, end in strictjson.items(text)]
        same(found, value, "items")
    if isinstance(value, dict):
        for name, inner in value.items():
            spans = strictjson.member_items(text, name)
            found = [json.loads(text[start:end]) for start, end in spans]
            same(found, inner if isinstance(inner, list) else [inner], "member items")
    canonical = taken(jcs.canonicalize, value)
    if canonical is not None:
        same(canonical, "".join(jcs._parts(value, 0, exact=False)).encode(), "the quick way")
        same(jcs.canonicalize(strictjson.parse(canonical)), canonical, "canonical JSON")
        same(_doubles(strictjson.parse(canonical)), _doubles(value), "canonical JSON's meaning")


def _doubles(value: Json) -> Json:
    """Return a value with every number as a double (and one zero), and its keys in order."""
    if isinstance(value, dict):
        return {name: _doubles(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_doubles(item) for item in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) + 0.0 if is_number else value


def _plain_json(data: bytes) -> tuple[Json] | None:
    def constant(_name: str) -> NoReturn:
        raise ValueError

    try:
        text = data.removeprefix(strictjson.BOM).decode("utf-8")
        return (json.loads(text, parse_constant=constant),)
    except (ValueError, RecursionError):
        return None


def fuzz_jsonld(data: bytes) -> None:
    """The short cut for plain documents agrees with the whole algorithm, also in refusing."""
    try:
        document = strictjson.parse_object(data)
    except WalletError:
        return
    same(
        _answer(lambda: canonicalize(document, SHARED)),
        _answer(lambda: canonicalize_wholly(document, SHARED)),
        "the short cut",
    )


def _answer(act: Callable[[], bytes]) -> object:
    try:
        return act()
    except WalletError as error:
        return error.code, sorted(error.facts.items(), key=repr)


def fuzz_nquads(data: bytes) -> None:
    """N-Quads read again are the same; the canonical form knows no labels and no order."""
    try:
        quads = nquads.parse(data.decode("utf-8", "replace"))
    except WalletError:
        return
    same(nquads.parse("".join(map(str, quads))), quads, "read again")
    if len(quads) > MANY_STATEMENTS:
        return
    canonical = taken(rdfc.canonicalize, quads)
    if canonical is not None:
        again = nquads.parse(canonical.decode("utf-8"))
        same(rdfc.canonicalize(again), canonical, "the canonical form's canonical form")
        turned = [_relabelled(quad) for quad in reversed(quads)]
        same(rdfc.canonicalize(turned), canonical, "the canonical form under other labels")


def _relabelled(quad: nquads.Quad) -> nquads.Quad:
    return nquads.Quad(*(f"_:x{part[2:]}" if part.startswith("_:") else part for part in quad))


def fuzz_multibase(data: bytes) -> None:
    """Multibase and the DIDs that are keys: what decodes is encoded to the same text again."""
    text = data.decode("utf-8", "replace")
    decoded = taken(multikey.decode_multibase, text)
    if decoded is not None and text[0] == "z":
        same("z" + multikey.encode_base58btc(decoded), text, "base58btc")
    if decoded is not None and text[0] == "u":
        same("u" + jose.encode_base64url(decoded), text, "base64url")
    key = taken(multikey.decode_multikey, text)
    if key is not None:
        same(multikey.decode_multikey(multikey.encode_multikey(key)), key, "Multikey")
        same(multikey.key_of_did_jwk(multikey.did_jwk(key)), key, "did:jwk")
    with refused:
        multikey.key_of_did_key(text)
    with refused:
        multikey.key_of_did_jwk(text)


# -- tokens ------------------------------------------------------------------------------


def fuzz_jose(data: bytes) -> None:
    """Tokens and JWKs; half the inputs are a header and a payload, put into a token here."""
    raw = data[1:] if data[:1] == b"T" else _token(data)
    text = raw.decode("ascii", "replace").strip()
    jws = taken(jose.parse_compact, text)
    if jws is not None:
        end = jose.encode_base64url(jws.signature).encode("ascii")
        same(jws.signing_input + b"." + end, text.encode(), "the token's parts")
    apart = taken(detached.parse, text)
    if apart is not None:
        end = jose.encode_base64url(apart.signature).encode("ascii")
        same(apart.prefix + b"." + end, text.encode(), "the detached token's parts")
    with refused:
        vc_jwt.parse(raw)
    readable = taken(formats.read, raw)
    if readable is not None:
        _checked(readable)
    key = taken(lambda: jose.key_of_jwk(strictjson.parse(data)))
    if key is not None:
        same(jose.key_of_jwk(jose.jwk_of_key(key)), key, "JWK")


def _token(data: bytes) -> bytes:
    """Return a compact token of the lines of `data`: header, payload, signature."""
    parts = [*data.split(b"\n", 2), b"", b""][:3]
    return ".".join(jose.encode_base64url(part) for part in parts).encode("ascii")


# -- pictures, links, lists, documents ----------------------------------------------------


def fuzz_image(data: bytes) -> None:
    """PNG and SVG pictures; what is baked into a PNG comes out."""
    with refused:
        badge_image.extract(data)
    baked = taken(badge_image.bake, data, b'{"a": 1}')
    if baked is not None:
        same(badge_image.extract(baked), b'{"a": 1}', "baked")


def fuzz_link(data: bytes) -> None:
    """Share links and packets, also ones whose header is right and whose body is compressed."""
    for read, given in ((link.decode, data), (packet.decode, data), (packet.decode, _packet(data))):
        presentation = taken(read, given)
        if presentation is not None:
            _repacked(presentation)
    link.looks_like(data)


def _packet(data: bytes) -> bytes:
    packer = zlib.compressobj(1, zlib.DEFLATED, -15, zdict=packet.dictionary(packet.DICTIONARY))
    body = packer.compress(data) + packer.flush()
    head = bytes((packet.KIND_INLINE, packet.DICTIONARY << 4 | packet.CODEC_DEFLATE))
    return head + len(body).to_bytes(2, "big") + body


def _repacked(presentation: bytes) -> None:
    packed = taken(packet.encode, presentation)
    if packed is not None:  # not too much for a link
        same(packet.decode(packed), presentation, "packed again")
        for base in (link.BASE64URL, link.BASE32):
            same(link.decode("#" + link.fragment(packed, base)), presentation, "in a link")


def fuzz_status(data: bytes) -> None:
    """Status lists: a list credential and an entry as JSON, or bits that are packed here."""
    claims, entries = _status(data)
    for ref in fields.status_refs({"credentialStatus": entries}):
        with refused:
            found = status_list.read(claims).of(ref)
            value = found.value(ref.index or 0)
            if not 0 <= value < 1 << found.bits.size:
                raise FindingError(f"a status of {value}")
        with refused:
            status_list.is_another(claims.get("id"), ref.list_url)
        status_list.message(ref, 1)


def fuzz_withdrawals(data: bytes) -> None:
    """Lists that name what was withdrawn, and status list tokens with what they hold."""
    for read in (revocation_list.read, revocation_list.read_assertions):
        found = taken(read, data)
        if found is not None and found.find(*found.withdrawn) is None and found.withdrawn:
            raise FindingError("what is listed is not found")
    token = taken(token_status_list.read, data)
    if token is not None and not 0 <= token.bits.value(0) < 1 << token.bits.size:
        raise FindingError("a status too large")


class _Saying:
    """A network where every address says the same."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def fetch(self, url: str) -> Fact:
        return Fact(url, self._body, NOW)


def fuzz_badge(data: bytes) -> None:
    """A badge of Open Badges 2.0, and what its issuer publishes: `{"badge": ..., "says": ...}`."""
    given = taken(strictjson.parse_object, data) or {}
    badge = given.get("badge")
    raw = badge.encode() if isinstance(badge, str) else json.dumps(badge).encode()
    readable = taken(formats.read, raw)
    if not isinstance(readable, Credential) or readable.format is not Format.OPEN_BADGE_2:
        return
    world = _Saying(json.dumps(given.get("says")).encode())
    report = verify(readable, Policy(), world, NOW)
    same([c.question for c in report.checks], list(Question)[:5], "questions")
    if report[Question.AUTHORITY].outcome is Outcome.PASSED:
        same(report[Question.SIGNATURE].outcome, Outcome.PASSED, "an unsigned badge of somebody's")
    record.read(completed(readable, world))


def _status(data: bytes) -> tuple[dict[str, Json], Json]:
    with refused:
        given = strictjson.parse_object(data)
        claims = given.get("list")
        return claims if isinstance(claims, dict) else {}, given.get("entry")
    subject = {
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": status_list.encode(data[1:]),
    }
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(int.from_bytes(data[:2])),
        "statusListCredential": "https://issuer.example/status",
    }
    return {"type": ["VerifiableCredential"], "credentialSubject": subject}, entry


def fuzz_did(data: bytes) -> None:
    """DID documents and DIDs."""
    text = data.decode("utf-8", "replace")
    did.split(text)
    did.host_of(text)
    address = taken(did.document_url, text)
    if address is not None and did.host_of(address) not in text.lower():
        raise FindingError(f"another host: {address}")
    document = taken(strictjson.parse_object, data)
    subject = document.get("id") if document else None
    read = taken(did.document_of, document, subject) if isinstance(subject, str) else None
    if read is not None:
        for name in read.relationships["assertionMethod"]:
            read.authorises(name, "assertionMethod")


# -- everything ----------------------------------------------------------------------------


def fuzz_reading(data: bytes) -> None:
    """Whatever arrives: read, verified offline and read for people; never more than a refusal."""
    readable = taken(formats.read, data)
    if readable is not None:
        _checked(readable)


def _checked(readable: Readable) -> None:
    """Verify what was read; verifying and reading for people may not raise at all."""
    for credential in _credentials(readable):
        report = verify(credential, Policy(), Offline(), NOW)
        same([c.question for c in report.checks], list(Question)[:5], "questions")
        record.read(credential)
        formats.inside(credential)
        _read_again(credential, signed=report[Question.SIGNATURE].outcome is Outcome.PASSED)
    if isinstance(readable, Presentation):
        verify_presentation(readable, Policy(), Offline(), NOW)


def _credentials(readable: Readable) -> Iterator[Credential]:
    if isinstance(readable, Credential):
        yield readable
    elif isinstance(readable, Bundle | Presentation):
        yield from readable.credentials[:20]


def _read_again(credential: Credential, *, signed: bool) -> None:
    """The bytes kept are the credential: read alone they say the same."""
    again = formats.read(credential.raw)
    if not isinstance(again, Credential):
        raise FindingError("what was kept is read as something else")
    same(again.claims, credential.claims, "read again")
    if signed:
        outcome = verify(again, Policy(), Offline(), NOW)[Question.SIGNATURE].outcome
        same(outcome, Outcome.PASSED, "verified again")


__all__ = ["TARGETS", "fuzz_backup", "fuzz_cbor", "fuzz_registry", "fuzz_sdjwt", "fuzz_selective"]
TARGETS: Final[dict[str, Target]] = {
    name.removeprefix("fuzz_"): value
    for name, value in sorted(globals().items())
    if name.startswith("fuzz_")
}
# Targets whose inputs are mostly JSON: half their mutations change the value, not the bytes.
STRUCTURED: Final = frozenset(
    {
        "backup",
        "badge",
        "did",
        "jsonld",
        "reading",
        "registry",
        "sdjwt",
        "status",
        "withdrawals",
        "json",
    }
)

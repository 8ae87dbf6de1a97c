"""The signed W3C Verifiable Presentation that leaves the wallet.

VCDM 2.0 section 4.13, `eddsa-rdfc-2022` by the holder's did:key, `proof.domain` = where it is to
be opened and whom it is for, `proof.challenge`, `proof.expires` = when the share ends; `name` says
whom it was made for. A credential goes in as the text it arrived in, cut in, never written again:
a number or an escape written otherwise could break its issuer's signature.

A presentation is of one version. VCDM 1.1 credentials travel under the v1 context, which defines
no `name`: one inline context says that it is schema.org's, as in v2, so that it is signed too and
any JSON-LD verifier reads it. Credentials in JOSE travel enveloped, under v2.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

from wallet.crypto import jose, strictjson
from wallet.errors import Code, LinkError, MalformedError, UnsupportedError
from wallet.formats import data_integrity, fields, sd_jwt, vc_jwt, vcdm
from wallet.formats.sd_jwt_vc import FORMATS as SD_JWTS
from wallet.model import Credential, Format, Json, Proof
from wallet.ports import Keys
from wallet.share import disclosing, disclosing_tokens
from wallet.share import page as pages

CHALLENGE_BYTES: Final = 16
MAX_NAME_CHARS: Final = 300
MAX_AUDIENCE_CHARS: Final = 300

_DATA_INTEGRITY_V1: Final = "https://w3id.org/security/data-integrity/v1"
_DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
_NAME_CONTEXT: Final = {"name": "https://schema.org/name"}
_ENVELOPE_TYPES: Final = {
    Format.VC_JOSE: "application/vc+jwt",
    Format.VC_JWT: "application/jwt",
    Format.VC_SD_JWT: "application/vc+sd-jwt",
    Format.SD_JWT_VC: "application/dc+sd-jwt",
}
_MAILBOX: Final = re.compile(
    r"(?i:mailto:)?([^\s@<>\"'?#,;:]+@[^\s@<>\"'?#,;:/]+\.[^\s@<>\"'?#,;:/]+)"
)
_HTTPS: Final = re.compile(r"(?i:https)://[^\s<>\"'@]+")

# Base proofs (vc-di-ecdsa 3.4.2, vc-di-bbs 3.3.1) hold what only the holder may know; what may be
# shown is derived from them, in `wallet.share.disclosing`. Tag bytes: d9 5d 00, and for BBS the
# even ones of d9 5d 02 .. 08.
_SELECTIVE: Final = frozenset({"ecdsa-sd-2023", "bbs-2023"})
_TAG: Final = b"\xd9\x5d"

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\s]+")


class Version(Enum):
    """The two versions of the data model, each a presentation's first context."""

    V1 = vcdm.V1_CONTEXT
    V2 = vcdm.V2_CONTEXT


@dataclass(frozen=True, slots=True)
class Terms:
    """What a presentation says besides its credentials: by whom, for whom, from when, until when.

    `page` is the address it is to be opened at; `audience` a `mailto:` or `https:` address.
    """

    holder: str
    page: str
    audience: str | None
    name: str
    created: datetime
    expires: datetime
    challenge: bytes | None = None

    @property
    def domains(self) -> tuple[str, ...]:
        """The values of `proof.domain`: the page's origin, then the audience."""
        origin = pages.origin(self.page)
        return (origin, self.audience) if self.audience else (origin,)

    @property
    def method(self) -> str:
        """The holder's verification method; for a did:key it repeats the key."""
        return f"{self.holder}#{self.holder.removeprefix('did:key:')}"


def build(credentials: Sequence[Credential], terms: Terms, *, keys: Keys) -> bytes:
    """Return one signed presentation (UTF-8 JSON) of credentials of one version.

    Raises `LinkError`: NOTHING_TO_SHARE, END_NOT_IN_FUTURE, MIXED_VERSIONS, CANNOT_PRESENT (`id`
    of the credential where it is known, `reason`) or CANNOT_PRESENT_OLDER; and what `keys` raises
    when the vault is locked.
    """
    terms = replace(terms, challenge=terms.challenge or secrets.token_bytes(CHALLENGE_BYTES))
    leaves = [disclosing.presentable(credential) for credential in credentials]
    text = unsigned([_bound(one, terms, keys) for one in leaves], terms)
    try:
        return _signed(text, terms, keys)
    except (MalformedError, UnsupportedError) as error:
        found = _culprit(leaves, terms, keys)
        raise LinkError(Code.CANNOT_PRESENT, id=found, reason=error.code.value) from error


def pieces(credentials: Sequence[Credential]) -> tuple[tuple[Credential, ...], ...]:
    """Return the credentials, each once, grouped by the presentation they must travel in."""
    found: dict[Version, dict[str, Credential]] = {}
    for credential in credentials:
        found.setdefault(version(credential), {}).setdefault(credential.id, credential)
    return tuple(tuple(of_version.values()) for of_version in found.values())


def version(credential: Credential) -> Version:
    """Return the version of the presentation a credential travels in."""
    if credential.format in _ENVELOPE_TYPES:
        return Version.V2
    if credential.format is Format.OPEN_BADGE_2:  # no verifiable credential: nothing carries it
        raise LinkError(Code.CANNOT_PRESENT_OLDER, id=credential.id)
    context = vcdm.base_context(credential.claims)
    if context is None:
        raise _cannot(credential, Code.CONTEXT_UNKNOWN)
    return Version(context)


def audience_of(text: str) -> str | None:
    """Return `text` as a `mailto:` or `https:` address, or None when it is neither."""
    text = text.strip()
    if len(text) > MAX_AUDIENCE_CHARS:
        return None
    if mailbox := _MAILBOX.fullmatch(text):
        return f"mailto:{mailbox[1]}"
    return f"https{text[5:]}" if _HTTPS.fullmatch(text) else None


def unsigned(credentials: Sequence[Credential], terms: Terms) -> bytes:
    """Return the presentation's text without its proof, checked for everything but signing."""
    if not credentials:
        raise LinkError(Code.NOTHING_TO_SHARE)
    if terms.expires <= terms.created:
        raise LinkError(Code.END_NOT_IN_FUTURE)
    found = pieces(credentials)
    if len(found) > 1:
        raise LinkError(Code.MIXED_VERSIONS, pieces=len(found))
    head = _dump(
        {
            "@context": _contexts(found[0]),
            "type": ["VerifiablePresentation"],
            "name": _CONTROL.sub(" ", terms.name).strip()[:MAX_NAME_CHARS],
            "holder": terms.holder,
        }
    )
    inside = b",".join(_text_of(credential, holder=terms.holder) for credential in found[0])
    return head[:-1] + b',"verifiableCredential":[' + inside + b"]}"


def _signed(text: bytes, terms: Terms, keys: Keys) -> bytes:
    proof = data_integrity.sign(
        strictjson.parse_object(text),
        method=terms.method,
        sign=lambda data: keys.sign(terms.holder, data),
        created=terms.created,
        purpose="authentication",
        domains=terms.domains,
        challenge=_nonce(terms),
        expires=terms.expires,
    )["proof"]
    return text[:-1] + b',"proof":' + _dump(proof) + b"}"


def _nonce(terms: Terms) -> str:
    return jose.encode_base64url(terms.challenge or secrets.token_bytes(CHALLENGE_BYTES))


def _bound(credential: Credential, terms: Terms, keys: Keys) -> Credential:
    """Return a token that is bound to the holder's key with proof of that key (RFC 9901, 4.3)."""
    if credential.format not in SD_JWTS:
        return credential
    return disclosing_tokens.bound(
        credential,
        key=keys.public(terms.holder),
        sign=lambda data: keys.sign(terms.holder, data),
        audience=terms.domains[0],
        nonce=_nonce(terms),
        at=terms.created,
    )


def _culprit(credentials: Sequence[Credential], terms: Terms, keys: Keys) -> str | None:
    """Return the id of the first credential that cannot be presented even alone."""
    for credential in credentials:
        try:
            _signed(unsigned([credential], terms), terms, keys)
        except (MalformedError, UnsupportedError):
            return credential.id
    return None


def _contexts(credentials: Sequence[Credential]) -> list[Json]:
    """Return the contexts of the presentation that credentials of one version travel in."""
    if version(credentials[0]) is Version.V2:
        return [vcdm.V2_CONTEXT]
    # Under v1 the presentation's terms reach into its credentials, and the two contexts of Data
    # Integrity protect different meanings of the same terms: the credentials' own is taken.
    named = [item for one in credentials for item in fields.nodes(one.claims.get("@context"))]
    older = _DATA_INTEGRITY_V1 in named and _DATA_INTEGRITY_V2 not in named
    return [vcdm.V1_CONTEXT, _DATA_INTEGRITY_V1 if older else _DATA_INTEGRITY_V2, _NAME_CONTEXT]


def _text_of(credential: Credential, *, holder: str) -> bytes:
    """Return a credential as it stands in a presentation, in the text it arrived in."""
    _check_presentable(credential, holder=holder)
    media_type = _ENVELOPE_TYPES.get(credential.format)
    if media_type is not None:
        token = vc_jwt.compact(credential.raw).decode("ascii", "replace")
        if not (vc_jwt.looks_like(credential.raw) or sd_jwt.looks_like(token.encode())):
            raise _cannot(credential, Code.BAD_JOSE)
        return _dump(
            {
                "@context": vcdm.V2_CONTEXT,
                "id": f"data:{media_type},{token}",
                "type": "EnvelopedVerifiableCredential",
            }
        )
    text = credential.raw.removeprefix(strictjson.BOM).strip(b" \t\r\n")
    try:
        strictjson.parse_object(text)  # one object and nothing else, or the cut would not be clean
    except MalformedError as error:
        raise _cannot(credential, error.code) from error
    return text


def _check_presentable(credential: Credential, *, holder: str) -> None:
    if any(_is_base_proof(proof) for proof in credential.proofs):
        raise _cannot(credential, Code.PROOF_UNSUPPORTED)
    # VCDM 2.0 section 4.13: what nobody signed may be presented by its own issuer, whose
    # signature on the presentation then covers it.
    if credential.format is Format.UNSECURED and credential.issuer != holder:
        raise _cannot(credential, Code.NOT_A_CREDENTIAL)


def _is_base_proof(proof: Proof) -> bool:
    value = proof.options.get("proofValue")
    if proof.suite not in _SELECTIVE or not isinstance(value, str):
        return False
    try:
        start = jose.decode_base64url(value[1:5]) if value.startswith("u") else b""
    except MalformedError:
        return True
    return not start.startswith(_TAG) or start[2] % 2 == 0


def _cannot(credential: Credential, reason: Code) -> LinkError:
    return LinkError(Code.CANNOT_PRESENT, id=credential.id, reason=reason.value)


def _dump(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

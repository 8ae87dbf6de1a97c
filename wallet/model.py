"""The values everything else passes around: frozen, with no behaviour beyond reading themselves.

Nothing here verifies, stores or draws. A `Credential` is a reading of `raw`; `raw` is the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

Json = Any  # a parsed JSON value: None, bool, int, float, str, list, dict


class Format(StrEnum):
    """How a credential is secured on the wire."""

    DATA_INTEGRITY = "data-integrity"  # JSON-LD with an embedded proof (any suite)
    VC_JWT = "vc-jwt"  # VCDM 1.1 section 6.3.1: a `vc` claim in a compact JWT
    VC_JOSE = "vc-jose"  # VC-JOSE-COSE section 3.1: the payload is the credential
    VC_SD_JWT = "vc-sd-jwt"  # VC-JOSE-COSE section 3.2: the same with selective disclosure
    SD_JWT_VC = "sd-jwt-vc"  # SD-JWT VC: a token with a `vct`, no JSON-LD
    OPEN_BADGE_2 = "open-badge-2"  # Open Badges 2.0: an assertion, hosted or signed
    UNSECURED = "unsecured"  # a credential without any proof


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof or signature over a credential or presentation.

    `suite` is the cryptosuite ("eddsa-rdfc-2022"), the older proof type ("Ed25519Signature2020")
    or the JWS algorithm ("EdDSA"). `options` is the proof object (without recomputation) or the
    protected JOSE header.
    """

    suite: str
    verification_method: str | None = None
    purpose: str | None = None
    created: datetime | None = None
    expires: datetime | None = None
    domains: tuple[str, ...] = ()
    challenge: str | None = None
    options: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusRef:
    """One `credentialStatus` entry: which list, which position, what a set bit means."""

    type: str
    purpose: str
    list_url: str
    index: int | None
    entry: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """A verifiable credential as it was received.

    `raw` is exactly what arrived and what proofs are over (for a badge baked into an image it is
    the credential's own bytes; `container` keeps the image). `claims` is the credential as VCDM
    JSON, whatever the wire format. `issuer` and `subject` are identifiers; what the issuer says
    its name is, is a claim.
    """

    raw: bytes
    format: Format
    issuer: str
    subject: str | None
    title: str
    valid_from: datetime | None
    valid_until: datetime | None
    status: tuple[StatusRef, ...]
    proofs: tuple[Proof, ...]
    claims: Mapping[str, Json]
    container: bytes | None = None

    @property
    def id(self) -> str:
        """The SHA-256 of `raw`, hex: same bytes, same credential."""
        return sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Presentation:
    """A verifiable presentation: who presents, what, for whom (VCDM 2.0 section 4.13)."""

    raw: bytes
    format: Format
    holder: str | None
    name: str | None
    credentials: tuple[Credential, ...]
    proofs: tuple[Proof, ...]
    claims: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several credentials that arrived in one input without anybody presenting them."""

    raw: bytes
    credentials: tuple[Credential, ...]


Readable = Credential | Presentation | Bundle


class KeyType(StrEnum):
    """Public key types by their usual names."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    SECP256K1 = "secp256k1"
    RSA = "RSA"
    BLS12381G2 = "BLS12-381 G2"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: Ed25519 raw bytes, a compressed point, or an RSA DER public key info."""

    type: KeyType
    data: bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a public document really came from: what can still be said when its source is gone.

    `address` is the last one, after redirects; `certificate` the SHA-256 (hex) of the certificate
    the server proved its name with. `fresh_until` is how long the server said that asking again is
    of no use (RFC 9111 section 5.2.2.1), where it said so.
    """

    address: str
    certificate: str
    fresh_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A public document about an issuer, as it was read from `url` at `read_at` (aware).

    `origin` is None for what was not read from the web by this app: saved documents, and what
    wallets of version 1 kept.
    """

    url: str
    body: bytes
    read_at: datetime
    from_cache: bool = False
    origin: Origin | None = None

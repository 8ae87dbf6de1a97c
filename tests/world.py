"""A pretend world: issuers with real keys, their documents and status lists, outages, a clock.

Tests edit it and hand it to the code under test as its `Resolver` and its `Keys`. Every signature
in it is real; every name is made up. Keys are derived from names, so that a world is the same in
every run.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from wallet import formats
from wallet.crypto import jose, multikey, signatures
from wallet.crypto.did import host_of
from wallet.errors import Code, UnreachableError
from wallet.formats import (
    data_integrity,
    ecdsa_sd_base,
    fields,
    revocation_list,
    status_bits,
    status_list,
    suites,
    token_status_list,
    vc_jwt,
)
from wallet.formats.contexts import SHARED
from wallet.model import Credential, Fact, Format, KeyType, PublicKey
from wallet.verify import Policy, Trusted

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB2 = "https://w3id.org/openbadges/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
# Where the older proofs have their terms, for documents that name them.
SUITE_CONTEXTS = {
    suites.ED25519_SIGNATURE_2018: "https://w3id.org/security/suites/ed25519-2018/v1",
    suites.ED25519_SIGNATURE_2020: ED25519_2020,
    suites.JSON_WEB_SIGNATURE_2020: "https://w3id.org/security/suites/jws-2020/v1",
    suites.SECP256K1_SIGNATURE_2019: "https://w3id.org/security/suites/secp256k1-2019/v1",
}
# What an issuer signs with when the test does not say.
USUAL_SUITES = {
    KeyType.ED25519: suites.EDDSA_RDFC_2022,
    KeyType.P256: suites.ECDSA_RDFC_2019,
    KeyType.P384: suites.ECDSA_RDFC_2019,
    KeyType.SECP256K1: suites.SECP256K1_SIGNATURE_2019,
    KeyType.RSA: suites.JSON_WEB_SIGNATURE_2020,
}
STATUS_2021 = "https://w3id.org/vc/status-list/2021/v1"
REVOCATION_2020 = "https://w3id.org/vc-revocation-list-2020/v1"
TOKEN_STATUS_LIST = token_status_list.ENTRY_TYPE
# What the list of a kind of entry is called, its context, and whether it names its purpose.
_LISTS = {
    "BitstringStatusListEntry": ("BitstringStatusList", None, True),
    "StatusList2021Entry": ("StatusList2021", STATUS_2021, True),
    "RevocationList2020Status": ("RevocationList2020", REVOCATION_2020, False),
}
_LIST_FOLDERS = {
    "StatusList2021Entry": "2021-",
    "RevocationList2020Status": "2020-",
    "1EdTechRevocationList": "names-",
    TOKEN_STATUS_LIST: "token-",
}
LIST_BYTES = 16 * 1024  # the least a status list may have


@dataclass
class Party:
    """An issuer or holder: its identifier, its key's name, and the key itself."""

    name: str
    id: str
    method: str
    private: signatures.PrivateKey
    lists: dict[str, bytearray] = field(default_factory=dict)
    withdrawn: dict[str, dict[str, str | None]] = field(default_factory=dict)
    next_index: int = 7

    @property
    def public(self) -> PublicKey:
        return signatures.public_of(self.private)

    @property
    def algorithm(self) -> str:
        """What this party signs with, by its JOSE name."""
        return next(a for a, t in signatures.KEY_TYPES.items() if t is self.private.type)

    def sign(self, data: bytes) -> bytes:
        return signatures.sign(self.algorithm, self.private, data)


@dataclass(frozen=True)
class BadgeIssuer:
    """An institution of Open Badges 2.0: its profile's address, and its key's."""

    name: str
    id: str
    method: str
    private_key: rsa.RSAPrivateKey

    @property
    def base(self) -> str:
        """Where it publishes."""
        return self.id.rpartition("/")[0]


class World:
    """Everything outside the wallet. Implements `Resolver` and `Keys`."""

    def __init__(self, now: datetime = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)) -> None:
        self.now = now
        self.parties: dict[str, Party] = {}
        self.documents: dict[str, bytes] = {}
        self.outages: set[str] = set()
        self.fetched: list[str] = []
        self.read_at: dict[str, datetime] = {}
        self._list_owners: dict[str, tuple[Party, str, str]] = {}
        self._signed_lists: dict[tuple[str, bytes, datetime], bytes] = {}

    # -- people and institutions ---------------------------------------------------------

    def issuer(self, name: str, method: str = "key", key_type: KeyType = KeyType.ED25519) -> Party:
        """Found an institution with a did:key, did:jwk or did:web."""
        private = _private(name, key_type)
        public = signatures.public_of(private)
        if method == "web":
            did = f"did:web:{_slug(name)}.example"
            party = Party(name, did, f"{did}#key-1", private)
            self.documents[did_url(did)] = json.dumps(did_document(party)).encode()
        elif method == "jwk":
            did = multikey.did_jwk(public)
            party = Party(name, did, f"{did}#0", private)
        else:
            did = multikey.did_key(public)
            party = Party(name, did, multikey.did_key_method(did), private)
        self.parties[party.id] = party
        return party

    def learner(self, name: str = "Robin Rivera") -> Party:
        """Bring in a person with a did:key of their own."""
        return self.issuer(name)

    # -- Keys ----------------------------------------------------------------------------

    def public(self, did: str) -> PublicKey:
        """Return the public key of a party (the `Keys` port)."""
        return self.parties[did].public

    def sign(self, did: str, data: bytes) -> bytes:
        """Sign as a party (the `Keys` port)."""
        return self.parties[did].sign(data)

    # -- Resolver ------------------------------------------------------------------------

    def fetch(self, url: str) -> Fact:
        """Answer a public address, unless it is out of order (the `Resolver` port)."""
        self.fetched.append(url)
        if url in self.outages or "*" in self.outages:
            raise UnreachableError(Code.UNREACHABLE, host=host_of(url))
        read_at = self.read_at.get(url, self.now)
        if url in self._list_owners:
            return Fact(url, self._status_list(url), read_at)
        if url not in self.documents:
            raise UnreachableError(Code.UNREACHABLE, host=host_of(url))
        return Fact(url, self.documents[url], read_at)

    def outage(self, url: str = "*") -> None:
        """Put an address out of order; without one, the whole network."""
        self.outages.add(url)

    def mend(self) -> None:
        """Bring everything back."""
        self.outages.clear()

    # -- credentials ---------------------------------------------------------------------

    def claims(
        self,
        issuer: Party,
        /,
        *,
        title: str = "Welding Level 1",
        subject: str | None = None,
        starts: datetime | None = None,
        ends: datetime | None = None,
        status: Sequence[str] = (),
        **more: Any,
    ) -> dict[str, Any]:
        """Return an unsigned Open Badges 3.0 credential; `more` are further top-level members."""
        claims: dict[str, Any] = {
            "@context": [V2, OB3],
            "id": f"urn:uuid:{_uuid(issuer.id, title, str(issuer.next_index))}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
            "name": title,
            "validFrom": fields.iso(starts or self.now - timedelta(days=30)),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": f"urn:uuid:{_uuid(title)}",
                    "type": ["Achievement"],
                    "name": title,
                    "description": f"{title}, assessed in a workshop.",
                    "criteria": {"narrative": "Pass the practical assessment."},
                },
            },
        }
        if subject is not None:
            claims["credentialSubject"] = {"id": subject, **claims["credentialSubject"]}
        if ends is not None:
            claims["validUntil"] = fields.iso(ends)
        if status:
            claims["credentialStatus"] = self.entries(issuer, status)
        claims |= more
        return claims

    def issue(
        self,
        issuer: Party,
        /,
        *,
        form: Format = Format.DATA_INTEGRITY,
        suite: str | None = None,
        **claims: Any,
    ) -> bytes:
        """Issue a credential and return its bytes; `claims` as in `World.claims`."""
        return self.secure(issuer, self.claims(issuer, **claims), form=form, suite=suite)

    def secure(
        self,
        issuer: Party,
        claims: Mapping[str, Any],
        *,
        form: Format = Format.DATA_INTEGRITY,
        suite: str | None = None,
    ) -> bytes:
        """Sign claims as they are and return the credential's bytes."""
        if form is Format.UNSECURED:
            return _text(claims)
        if form is not Format.DATA_INTEGRITY:
            return vc_jwt.sign(
                claims,
                method=issuer.method,
                sign=issuer.sign,
                algorithm=issuer.algorithm,
                shape=form,
            )
        suite = suite or USUAL_SUITES[issuer.private.type]
        if suite == suites.ECDSA_SD_2023:
            return _text(self.base(issuer, claims))
        contexts = list(claims["@context"])
        own = SUITE_CONTEXTS.get(suite)
        if own is not None and own not in contexts:
            contexts.append(own)
        return _text(
            data_integrity.sign(
                {**claims, "@context": contexts},
                method=issuer.method,
                sign=issuer.sign,
                created=self.now - timedelta(minutes=1),
                suite=suite,
                algorithm=issuer.algorithm,
            )
        )

    def sd_jwt(
        self,
        issuer: Party,
        payload: Mapping[str, Any],
        *,
        hidden: Iterable[str] = (),
        holder: Party | None = None,
        decoys: int = 0,
        digest: str = "sha-256",
        **header: Any,
    ) -> bytes:
        """Issue an SD-JWT of claims; those at the dotted paths `hidden` can be withheld.

        `holder` is whose key it is bound to; `header` adds to the header of its signature.
        """
        claims = copy.deepcopy(dict(payload))
        if holder is not None:
            claims["cnf"] = {"jwk": jose.jwk_of_key(holder.public)}
        texts = conceal(claims, hidden, digest)
        claims.setdefault("_sd", []).extend(f"decoy-{n}" for n in range(decoys))
        if texts or decoys:
            claims["_sd_alg"] = digest
        algorithm = next(a for a, t in signatures.KEY_TYPES.items() if t is issuer.private.type)
        full = {"alg": algorithm, "kid": issuer.method, "typ": "dc+sd-jwt", **header}
        token = jose.sign_compact(full, json.dumps(claims).encode(), sign=issuer.sign)
        return "~".join((token, *texts, "")).encode()

    def diploma(self, issuer: Party, /, holder: Party | None = None, **more: Any) -> bytes:
        """Issue an SD-JWT VC with a few claims that can be withheld, nested and in a list."""
        payload = {
            "iss": issuer.id,
            "iat": int((self.now - timedelta(days=30)).timestamp()),
            "vct": "https://credentials.example.com/bachelor-diploma",
            "given_name": "Robin",
            "degree": {"name": "Bachelor of Science", "grade": "1.3"},
            "courses": ["Statics", "Hydraulics"],
            **more,
        }
        hidden = ("given_name", "degree.grade", "degree", "courses.0", "courses.1")
        return self.sd_jwt(issuer, payload, hidden=hidden, holder=holder, decoys=2)

    def base(
        self, issuer: Party, claims: Mapping[str, Any], mandatory: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Sign every statement apart; usually the issuer, start and end are mandatory."""
        usual = [name for name in ("issuer", "validFrom", "validUntil") if name in claims]
        mandatory = mandatory or usual
        return ecdsa_sd_base.create(
            claims,
            method=issuer.method,
            sign=issuer.sign,
            created=self.now - timedelta(minutes=1),
            mandatory=[f"/{name}" for name in mandatory],
            hmac_key=sha256(_text(claims)).digest(),
            proof_key=_private(f"{issuer.name}: one proof", KeyType.P256),
            contexts=SHARED,
        )

    def credential(self, issuer: Party, /, **fields_: Any) -> Credential:
        """Issue a credential and read it."""
        found = formats.read(self.issue(issuer, **fields_))
        assert isinstance(found, Credential)
        return found

    def present(
        self,
        holder: Party,
        credentials: Iterable[bytes],
        /,
        *,
        domains: Sequence[str] = (),
        challenge: str | None = None,
        expires: datetime | None = None,
        created: datetime | None = None,
        purpose: str = "authentication",
        **more: Any,
    ) -> bytes:
        """Return a presentation of credentials, signed by their holder."""
        members = [
            json.loads(raw)
            if raw.lstrip().startswith(b"{")
            else {
                "@context": V2,
                "id": "data:application/vc+jwt," + raw.decode(),
                "type": "EnvelopedVerifiableCredential",
            }
            for raw in credentials
        ]
        document = {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": holder.id,
            "verifiableCredential": members,
            **more,
        }
        return _text(
            data_integrity.sign(
                document,
                method=holder.method,
                sign=holder.sign,
                created=created or self.now - timedelta(seconds=5),
                purpose=purpose,
                domains=domains,
                challenge=challenge,
                expires=expires,
            )
        )

    # -- Open Badges 2.0 -----------------------------------------------------------------

    def badge_issuer(self, name: str, **profile: Any) -> BadgeIssuer:
        """Found an institution of Open Badges 2.0, with its profile and its key on the web."""
        base = f"https://{_slug(name)}.example"
        issuer = BadgeIssuer(name, f"{base}/issuer.json", f"{base}/key.json", _rsa(name))
        self.documents[issuer.id] = _text(
            {
                "@context": OB2,
                "type": "Issuer",
                "id": issuer.id,
                "name": name,
                "url": base,
                "publicKey": issuer.method,
                "revocationList": f"{base}/revoked.json",
                **profile,
            }
        )
        pem = issuer.private_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.documents[issuer.method] = _text(
            {
                "@context": OB2,
                "type": "CryptographicKey",
                "id": issuer.method,
                "owner": issuer.id,
                "publicKeyPem": pem.decode(),
            }
        )
        self.revoke_badges(issuer)
        return issuer

    def revoke_badges(self, issuer: BadgeIssuer, *names: Any) -> None:
        """Publish an issuer's revocation list anew, with these entries in it."""
        url = f"{issuer.base}/revoked.json"
        self.documents[url] = _text(
            {"@context": OB2, "id": url, "type": "RevocationList", "revokedAssertions": [*names]}
        )

    def badge_class(self, issuer: BadgeIssuer, /, title: str = "Welding", **more: Any) -> str:
        """Publish a kind of badge; return its address."""
        url = f"{issuer.base}/badges/{_slug(title)}.json"
        self.documents[url] = _text(
            {
                "@context": OB2,
                "type": "BadgeClass",
                "id": url,
                "name": title,
                "description": f"{title}, assessed in a workshop.",
                "criteria": {"narrative": "Pass the practical assessment."},
                "issuer": issuer.id,
                "tags": ["welding"],
                **more,
            }
        )
        return url

    def assertion(self, issuer: BadgeIssuer, /, *, signed: bool = False, **more: Any) -> bytes:
        """Award a badge: an assertion its issuer hosts, or a signed one."""
        number = len([url for url in self.documents if "/assertions/" in url])
        url = f"{issuer.base}/assertions/{number}.json"
        salt = "deadsea"
        claims: dict[str, Any] = {
            "@context": OB2,
            "type": "Assertion",
            "id": url if not signed else f"urn:uuid:{_uuid(url, str(more))}",
            "recipient": {
                "type": "email",
                "hashed": True,
                "salt": salt,
                "identity": "sha256$" + sha256(f"robin@example.org{salt}".encode()).hexdigest(),
            },
            "badge": self.badge_class(issuer),
            "issuedOn": fields.iso(self.now - timedelta(days=30)),
            "verification": {"type": "hosted"}
            if not signed
            else {"type": "signed", "creator": issuer.method},
            **more,
        }
        if signed:
            return self.sign_badge(issuer, claims)
        self.documents[url] = _text(claims)
        return self.documents[url]

    def sign_badge(self, issuer: BadgeIssuer, claims: Mapping[str, Any], **header: Any) -> bytes:
        """Return claims as a JWS by an issuer of Open Badges 2.0."""
        head = {"alg": "RS256", "typ": "JWT", **header}
        return jose.sign_compact(
            head,
            json.dumps(claims).encode(),
            sign=lambda data: issuer.private_key.sign(data, padding.PKCS1v15(), hashes.SHA256()),
        ).encode()

    # -- status lists --------------------------------------------------------------------

    def entries(
        self, issuer: Party, purposes: Sequence[str], kind: str = "BitstringStatusListEntry"
    ) -> list[dict[str, Any]]:
        """Reserve one position in an issuer's list for each purpose."""
        index = issuer.next_index
        issuer.next_index += 1
        return [
            _entry(self.list_url(issuer, purpose, kind), index, purpose, kind)
            for purpose in purposes
        ]

    def token_status(self, issuer: Party) -> dict[str, Any]:
        """Reserve one position in an issuer's status list token; the `status` claim for it."""
        index = issuer.next_index
        issuer.next_index += 1
        url = self.list_url(issuer, "revocation", TOKEN_STATUS_LIST)
        return {"status_list": {"idx": index, "uri": url}}

    def list_url(self, issuer: Party, purpose: str, kind: str = "BitstringStatusListEntry") -> str:
        """Return where an issuer publishes its list for a purpose."""
        url = f"https://{_slug(issuer.name)}.example/status/{_LIST_FOLDERS.get(kind, '')}{purpose}"
        self._list_owners[url] = (issuer, purpose, kind)
        issuer.lists.setdefault(url, bytearray(LIST_BYTES))
        issuer.withdrawn.setdefault(url, {})
        return url

    def revoke(self, raw: bytes, purpose: str = "revocation", *, reason: str | None = None) -> None:
        """Withdraw a credential that was issued with a status entry of this purpose.

        Only a list of names can say the `reason`.
        """
        self.set_status(raw, purpose, value=1, reason=reason)

    def suspend(self, raw: bytes) -> None:
        """Suspend a credential that was issued with a suspension entry."""
        self.set_status(raw, "suspension", value=1)

    def set_status(
        self, raw: bytes, purpose: str, *, value: int, reason: str | None = None
    ) -> None:
        """Set the status of a credential in its lists of one purpose."""
        found = formats.read(raw)
        assert isinstance(found, Credential)
        refs = [ref for ref in found.status if ref.purpose == purpose]
        assert refs, "issued without such an entry"
        for ref in refs:
            issuer = self.parties[found.issuer]
            if ref.type == revocation_list.ENTRY_TYPE:
                names = issuer.withdrawn[ref.list_url]
                names.pop(found.claims["id"], None)
                if value:
                    names[found.claims["id"]] = reason
                continue
            assert ref.index is not None
            size = ref.entry.get("statusSize", 1)
            for place in range(size):
                bit = value >> (size - 1 - place) & 1
                _set(issuer.lists[ref.list_url], ref.index * size + place, bit, ref.type)

    def list_claims(self, url: str) -> dict[str, Any]:
        """Return the unsigned list credential of an address, as it is now."""
        issuer, purpose, kind = self._list_owners[url]
        name, context, term = _LISTS[kind]
        start, end = (
            fields.iso(self.now - timedelta(hours=1)),
            fields.iso(self.now + timedelta(days=1)),
        )
        newest = context is None
        packing = status_bits.ZLIB if kind == "RevocationList2020Status" else status_bits.GZIP
        bits = bytes(issuer.lists[url])
        claims: dict[str, Any] = {
            "@context": [V2] if newest else [V1, context],
            "id": url,
            "type": ["VerifiableCredential", f"{name}Credential"],
            "issuer": issuer.id,
            **(
                {"validFrom": start, "validUntil": end}
                if newest
                else {"issuanceDate": start, "expirationDate": end}
            ),
            "credentialSubject": {
                "id": f"{url}#list",
                "type": name,
                **({"statusPurpose": purpose} if term else {}),
                "encodedList": status_list.encode(
                    bits, multibase="u" if newest else "", packing=packing
                ),
            },
        }
        return claims

    def token_list(self, url: str, **changes: Any) -> dict[str, Any]:
        """Return the claims of the status list token of an address, as it is now."""
        issuer, _, _ = self._list_owners[url]
        return {
            "iss": issuer.id,
            "sub": url,
            "iat": int((self.now - timedelta(hours=1)).timestamp()),
            "exp": int((self.now + timedelta(days=1)).timestamp()),
            "status_list": {
                "bits": 1,
                "lst": status_bits.pack(bytes(issuer.lists[url]), status_bits.ZLIB),
            },
            **changes,
        }

    def sign_token(self, issuer: Party, claims: Mapping[str, Any], **header: Any) -> bytes:
        """Return claims as a token of a party, by default a status list token."""
        algorithm = next(a for a, t in signatures.KEY_TYPES.items() if t is issuer.private.type)
        head = {"alg": algorithm, "kid": issuer.method, "typ": "statuslist+jwt", **header}
        return jose.sign_compact(head, json.dumps(claims).encode(), sign=issuer.sign).encode()

    def name_list(self, url: str) -> dict[str, Any]:
        """Return the 1EdTech revocation list of an address, as it is now."""
        issuer, _, _ = self._list_owners[url]
        return {
            "id": url,
            "issuer": issuer.id,
            "revokedCredential": [
                {"id": name, "revoked": True, **({"revocationReason": why} if why else {})}
                for name, why in issuer.withdrawn[url].items()
            ],
        }

    def publish(self, url: str, body: bytes) -> None:
        """Answer an address with these bytes from now on, whatever was there."""
        self._list_owners.pop(url, None)
        self.documents[url] = body

    def _status_list(self, url: str) -> bytes:
        issuer, _, kind = self._list_owners[url]
        if kind == revocation_list.ENTRY_TYPE:
            return _text(self.name_list(url))
        key = (url, bytes(issuer.lists[url]), self.now)
        if key not in self._signed_lists:
            self._signed_lists[key] = self._sign_list(url)
        return self._signed_lists[key]

    def _sign_list(self, url: str) -> bytes:
        issuer, _, kind = self._list_owners[url]
        if kind == TOKEN_STATUS_LIST:
            return self.sign_token(issuer, self.token_list(url))
        claims = self.list_claims(url)
        if kind == "RevocationList2020Status":  # its context is not one the wallet ships
            return self.secure(issuer, claims, form=Format.VC_JWT)
        if kind == "StatusList2021Entry" or issuer.private.type is not KeyType.ED25519:
            suite = data_integrity.ED25519_SIGNATURE_2020
            form = (
                Format.DATA_INTEGRITY if issuer.private.type is KeyType.ED25519 else Format.VC_JOSE
            )
            return self.secure(issuer, claims, suite=suite, form=form)
        return self.secure(issuer, claims)

    # -- whom the employer knows ---------------------------------------------------------

    def policy(self, *known: Party, samples: Sequence[Party] = ()) -> Policy:
        """Return a policy that lists these issuers."""
        listed = {p.id: Trusted(p.name, "Register of the pretend world") for p in known}
        listed |= {p.id: Trusted(p.name, "Samples", sample=True) for p in samples}
        return Policy(listed)


def conceal(claims: dict[str, Any], hidden: Iterable[str], digest: str = "sha-256") -> list[str]:
    """Replace what stands at the dotted paths by digests; return the disclosures (RFC 9901, 4.2).

    A path inside another hidden one comes before it.
    """
    texts = []
    for path in hidden:
        *above, last = path.split(".")
        node: Any = claims
        for step in above:
            node = node[int(step) if isinstance(node, list) else step]
        salt = _uuid(path)
        in_list = isinstance(node, list)
        parts = [salt, node[int(last)]] if in_list else [salt, last, node.pop(last)]
        texts.append(jose.encode_base64url(json.dumps(parts, ensure_ascii=False).encode()))
        hashed = hashlib.new(digest.replace("-", ""), texts[-1].encode()).digest()
        if in_list:
            node[int(last)] = {"...": jose.encode_base64url(hashed)}
        else:
            node.setdefault("_sd", []).append(jose.encode_base64url(hashed))
    return texts


def did_url(did: str) -> str:
    """Return where a did:web of this world lives."""
    return f"https://{did.removeprefix('did:web:')}/.well-known/did.json"


def did_document(party: Party) -> dict[str, Any]:
    """Return a party's DID document with its one key for assertions and authentication."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": party.id,
        "verificationMethod": [
            {
                "id": party.method,
                "type": "Multikey",
                "controller": party.id,
                "publicKeyMultibase": multikey.encode_multikey(party.public),
            }
        ],
        "assertionMethod": [party.method],
        "authentication": [party.method],
    }


@cache
def _rsa(name: str) -> rsa.RSAPrivateKey:
    """Return a key of a name's own; in one run always the same."""
    return rsa.generate_private_key(65537, 2048)


def _entry(url: str, index: int, purpose: str, kind: str) -> dict[str, Any]:
    """Return a `credentialStatus` entry as its kind writes it."""
    if kind == revocation_list.ENTRY_TYPE:
        return {"id": url, "type": kind}
    if kind == "RevocationList2020Status":
        named = {"revocationListIndex": str(index), "revocationListCredential": url}
    else:
        named = {
            "statusPurpose": purpose,
            "statusListIndex": str(index),
            "statusListCredential": url,
        }
    return {"id": f"{url}#{index}", "type": kind, **named}


def _set(bits: bytearray, position: int, bit: int, kind: str) -> None:
    """Set one bit of a list: the first is the highest of its octet, in a token the lowest."""
    place = position & 7
    mask = 1 << place if kind == TOKEN_STATUS_LIST else 0x80 >> place
    bits[position >> 3] = bits[position >> 3] & ~mask | (mask if bit else 0)


def _private(name: str, key_type: KeyType) -> signatures.PrivateKey:
    if key_type is KeyType.ED25519:
        return signatures.PrivateKey(key_type, sha256(f"world {name}".encode()).digest())
    return signatures.generate(key_type)


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower()).strip("-")


def _uuid(*parts: str) -> str:
    digest = sha256("\n".join(parts).encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()

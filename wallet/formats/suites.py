"""The proof suites this version checks: which keys each takes, and how its signature is written.

Data Integrity EdDSA and ECDSA Cryptosuites 1.0, and the Linked Data signatures before them:
Ed25519Signature2018 and 2020, JsonWebSignature2020, EcdsaSecp256k1Signature2019, RsaSignature2018.
What the signature is over is made in `wallet.formats.data_integrity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wallet.crypto import detached, multikey
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields
from wallet.model import Json, KeyType, Proof

EDDSA_RDFC_2022: Final = "eddsa-rdfc-2022"
EDDSA_JCS_2022: Final = "eddsa-jcs-2022"
ECDSA_RDFC_2019: Final = "ecdsa-rdfc-2019"
ECDSA_JCS_2019: Final = "ecdsa-jcs-2019"
ECDSA_SD_2023: Final = "ecdsa-sd-2023"
BBS_2023: Final = "bbs-2023"
ED25519_SIGNATURE_2018: Final = "Ed25519Signature2018"
ED25519_SIGNATURE_2020: Final = "Ed25519Signature2020"
JSON_WEB_SIGNATURE_2020: Final = "JsonWebSignature2020"
SECP256K1_SIGNATURE_2019: Final = "EcdsaSecp256k1Signature2019"
RSA_SIGNATURE_2018: Final = "RsaSignature2018"
# The name eddsa-rdfc-2022 had in drafts of 2022 and 2023; Open Badges 3.0 examples still use it.
_EDDSA_2022: Final = "eddsa-2022"

# The type of every newer proof; which suite it is of is said beside it.
DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"

# Where the proofs of 2018 and 2019 have their terms when they name no context of their own: that
# is what the libraries of their time read them in, whatever the document's contexts were.
SECURITY_V2: Final = "https://w3id.org/security/v2"


@dataclass(frozen=True, slots=True)
class Signature:
    """A proof's signature. What it is over starts with `prefix`.

    `algorithm` is the JOSE name that it states, "" where the key alone decides.
    """

    data: bytes
    prefix: bytes = b""
    algorithm: str = ""


@dataclass(frozen=True, slots=True)
class Suite:
    """One way to sign a document.

    `algorithms` gives for each type of key the JOSE names of what it may sign with. `older` ones
    are named by the proof's type, the others by the `cryptosuite` of a DataIntegrityProof.
    `jcs`: the JSON itself is signed (RFC 8785), else the statements it makes (RDFC-1.0).
    `jws`: the signature is a detached JWS, else its bare bytes. `context`: what the proof's options
    are read in when they name nothing; None for the document's contexts.
    """

    name: str
    algorithms: Mapping[KeyType, tuple[str, ...]]
    older: bool = False
    jcs: bool = False
    jws: bool = False
    context: str | None = None
    selective: bool = False

    @property
    def member(self) -> str:
        """The member of a proof that holds its signature."""
        return "jws" if self.jws else "proofValue"

    def hash_name(self, key_type: KeyType | None) -> str:
        """Return the hash for a key: Data Integrity ECDSA Cryptosuites 1.0 goes by its curve."""
        return "sha384" if key_type is KeyType.P384 and not self.jws else "sha256"

    def algorithm(self, key_type: KeyType, signature: Signature) -> str | None:
        """Return what a key of this type signs with here; None for a key that is not for it."""
        names = self.algorithms.get(key_type, ())
        if signature.algorithm:
            return signature.algorithm if signature.algorithm in names else None
        return names[0] if names else None


_ED25519: Final = {KeyType.ED25519: ("EdDSA",)}
_NIST: Final = {KeyType.P256: ("ES256",), KeyType.P384: ("ES384",)}
_K256: Final = {KeyType.SECP256K1: ("ES256K",)}
_RSA: Final = {KeyType.RSA: ("PS256", "RS256")}
_SIZES: Final = {KeyType.ED25519: 64, KeyType.P256: 64, KeyType.P384: 96}

_ALL: Final = (
    Suite(EDDSA_RDFC_2022, _ED25519),
    Suite(_EDDSA_2022, _ED25519),
    Suite(EDDSA_JCS_2022, _ED25519, jcs=True),
    Suite(ECDSA_RDFC_2019, _NIST),
    Suite(ECDSA_JCS_2019, _NIST, jcs=True),
    Suite(ECDSA_SD_2023, {KeyType.P256: ("ES256",)}, selective=True),
    Suite(BBS_2023, {KeyType.BLS12381G2: ("BBS",)}, selective=True),
    Suite(ED25519_SIGNATURE_2020, _ED25519, older=True),
    Suite(ED25519_SIGNATURE_2018, _ED25519, older=True, jws=True, context=SECURITY_V2),
    Suite(SECP256K1_SIGNATURE_2019, _K256, older=True, jws=True, context=SECURITY_V2),
    Suite(RSA_SIGNATURE_2018, _RSA, older=True, jws=True, context=SECURITY_V2),
    Suite(JSON_WEB_SIGNATURE_2020, {**_ED25519, **_NIST, **_K256, **_RSA}, older=True, jws=True),
)
OTHER: Final = Suite("", {})
SUITES: Final[Mapping[str, Suite]] = {suite.name: suite for suite in _ALL}

# What a proof may say (VC Data Integrity 1.0 section 2.1). To a signature over statements another
# member could be one of these under another name.
_MEMBERS: Final = frozenset(
    {
        *("@context", "id", "type", "cryptosuite", "created", "expires", "domain", "challenge"),
        *("nonce", "verificationMethod", "proofPurpose", "previousProof"),
    }
)
_SEVERAL: Final = frozenset({"domain", "previousProof"})


def of(proof: Proof) -> Suite | None:
    """Return the suite that a proof is of, or None for one that cannot be checked."""
    suite = SUITES.get(proof.suite)
    kind = fields.types(proof.options.get("type"))[:1]
    return None if suite is None or suite.older is (kind == [DATA_INTEGRITY_PROOF]) else suite


def signature(proof: Proof, suite: Suite) -> Signature:
    """Return a proof's signature.

    Raises `MalformedError` for what is none, or a proof that can be read in two ways, and
    `UnsupportedError` for an algorithm the suite has no keys for (ALGORITHM_UNSUPPORTED) or a
    member that it does not know (PROOF_UNSUPPORTED).
    """
    if not suite.jcs:
        check_members(proof, suite)
    value = proof.options.get(suite.member)
    if suite.jws:
        return _detached(value, suite)
    if not isinstance(value, str) or not value.startswith("z"):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    data = multikey.decode_multibase(value)
    if len(data) not in {_SIZES[key_type] for key_type in suite.algorithms}:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, size=len(data))
    return Signature(data)


def check_members(proof: Proof, suite: Suite) -> None:
    """Refuse a proof whose members are not the text, or for some the flat list, read of them.

    To the signature a list in a list and a value spelled out would say the same. Raises
    `UnsupportedError` (PROOF_UNSUPPORTED) for a member that is of no suite here, or that is a node
    of its own (a key with its name, as some early proofs have it), `MalformedError` else.
    """
    if not isinstance(proof.options.get(suite.member), str):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    for name, value in proof.options.items():
        if name not in _MEMBERS and name != suite.member:
            raise _unsupported(proof, name)
        if name == "@context" or value is None or isinstance(value, str):
            continue
        if isinstance(value, dict):
            raise _unsupported(proof, name)
        if not (name in _SEVERAL and isinstance(value, list) and all(map(_is_text, value))):
            raise MalformedError(Code.WRONG_TYPE, field=name[:80])


def _unsupported(proof: Proof, name: str) -> UnsupportedError:
    return UnsupportedError(Code.PROOF_UNSUPPORTED, suite=proof.suite[:60], field=name[:80])


def _detached(value: Json, suite: Suite) -> Signature:
    if not isinstance(value, str):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    jws = detached.parse(value)
    if not any(jws.algorithm in names for names in suite.algorithms.values()):
        raise UnsupportedError(Code.ALGORITHM_UNSUPPORTED, algorithm=jws.algorithm[:40])
    return Signature(jws.signature, jws.prefix, jws.algorithm)


def _is_text(value: object) -> bool:
    return isinstance(value, str)

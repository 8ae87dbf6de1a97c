"""Make the sample records: the same bytes every time, signed for real by sample issuers.

    python scripts/make_samples.py [FOLDER]

Writes `samples/` and `trust/samples.json` under FOLDER (by default, resources). The private keys
come from names that are written here, so anybody can sign as a sample issuer or as the sample
learner: the app calls these records samples wherever it shows them.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402

from scripts import sample_bytes  # noqa: E402
from scripts import sample_claims as claims  # noqa: E402
from wallet.crypto import jose, multikey  # noqa: E402
from wallet.formats import badge_image, data_integrity, vc_jwt  # noqa: E402
from wallet.model import Format, KeyType, PublicKey  # noqa: E402

MADE_AT = "2026-11-02T09:00:00Z"  # when the sample documents are said to have been read
LIST_BITS = 131_072  # the least there is (Bitstring Status List 1.0, section 6.1)
WITHDRAWN = 388

NOTICE = (
    "SAMPLE KEY, PUBLIC. Anybody has this private key. It belongs to the invented learner of the"
    " sample records and is good for nothing else."
)


@dataclass(frozen=True)
class Key:
    """A sample's Ed25519 key, made from a name, and the identifier it signs for."""

    seed: bytes
    host: str | None = None  # did:web of this host; else the did:key of the key

    @property
    def public(self) -> PublicKey:
        """The public key."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(KeyType.ED25519, private.public_key().public_bytes_raw())

    @property
    def did(self) -> str:
        """The identifier."""
        return f"did:web:{self.host}" if self.host else multikey.did_key(self.public)

    @property
    def method(self) -> str:
        """The identifier of the key itself."""
        return f"{self.did}#key-1" if self.host else multikey.did_key_method(self.did)

    def sign(self, data: bytes) -> bytes:
        """Sign `data`."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(data)


def key(name: str, host: str | None = None) -> Key:
    """Return the key that a name stands for."""
    return Key(sha256(f"ler-wallet sample key: {name}".encode()).digest(), host)


LEARNER = key("learner")
SCHOOL = key("school")
ACADEMY = key("academy")
COUNCIL = key("council", "metalworking-council.example")
SAFETY = key("safety")
EMPLOYER = key("employer")
ISSUERS = {
    SCHOOL: (claims.SCHOOL, "https://cedarbend-high.example/"),
    ACADEMY: (claims.ACADEMY, "https://riverbend-academy.example/"),
    COUNCIL: (claims.COUNCIL, "https://metalworking-council.example/"),
    SAFETY: (claims.SAFETY, "https://lakeside-safety.example/"),
    EMPLOYER: (claims.EMPLOYER, "https://harlow-tool.example/"),
}


def written(value: Any) -> bytes:
    """Return JSON for people: UTF-8, indented, a line feed at the end."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def signed(document: claims.Claims, signer: Key, **options: Any) -> bytes:
    """Return a credential with a Data Integrity proof made when it became valid."""
    start = document.get("validFrom") or document["issuanceDate"]
    created = datetime.fromisoformat(start).astimezone(UTC)
    return written(
        data_integrity.sign(
            document, method=signer.method, sign=signer.sign, created=created, **options
        )
    )


def records() -> dict[str, bytes]:
    """Return file name -> bytes of every sample record, in the order people should see them."""
    learner = LEARNER.did
    robot = signed(claims.robot_badge(ACADEMY.did, learner), ACADEMY)
    return {
        "diploma.json": signed(claims.diploma(SCHOOL.did, learner), SCHOOL),
        "certificate.json": signed(claims.certificate(COUNCIL.did, learner), COUNCIL),
        "transcript.json": signed(claims.transcript(SCHOOL.did, learner), SCHOOL),
        "badge-measurement.json": signed(
            claims.measuring_badge(ACADEMY.did),
            ACADEMY,
            suite=data_integrity.ED25519_SIGNATURE_2020,
        ),
        "badge-robot-cell.png": badge_image.bake(sample_bytes.emblem(), robot),
        "first-job.jwt": vc_jwt.sign(
            claims.job(EMPLOYER.did, learner),
            method=EMPLOYER.method,
            sign=EMPLOYER.sign,
            shape=Format.VC_JOSE,
        ),
        "first-aid-ended.json": signed(claims.ended(SAFETY.did, learner), SAFETY),
        "crane-withdrawn.json": signed(claims.withdrawn(COUNCIL.did, learner), COUNCIL),
    }


def learner(names: list[str]) -> bytes:
    """Return the sample learner: who it is, its public private key, and the record files."""
    return written(
        {
            "notice": NOTICE,
            "name": claims.LEARNER,
            "email": claims.EMAIL,
            "did": LEARNER.did,
            "seed": LEARNER.seed.hex(),
            "records": names,
        }
    )


def documents() -> dict[str, bytes]:
    """Return what the sample issuers publish, as a folder that answers their addresses."""
    bits = bytearray(LIST_BITS // 8)
    bits[WITHDRAWN // 8] |= 0x80 >> (WITHDRAWN % 8)
    encoded = "u" + jose.encode_base64url(sample_bytes.gzipped(bytes(bits)))
    did_document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": COUNCIL.did,
        "verificationMethod": [
            {
                "id": COUNCIL.method,
                "type": "Multikey",
                "controller": COUNCIL.did,
                "publicKeyMultibase": multikey.encode_multikey(COUNCIL.public),
            }
        ],
        "assertionMethod": [COUNCIL.method],
    }
    files = {
        f"https://{COUNCIL.host}/.well-known/did.json": ("council-did.json", did_document),
        claims.STATUS_LIST: (
            "council-status-2026.json",
            json.loads(signed(claims.status_list(COUNCIL.did, encoded), COUNCIL)),
        ),
    }
    index = {url: {"file": name, "read_at": MADE_AT} for url, (name, _) in files.items()}
    return {
        "index.json": written(index),
        **{name: written(document) for name, document in files.values()},
    }


def registry() -> bytes:
    """Return the registry of sample issuers (its format is in resources/trust/README.md)."""
    return written(
        {
            "name": "Sample issuers of LER Wallet",
            "updated": "2026-11-02",
            "issuers": {
                issuer.did: {"name": name, "url": url, "sample": True}
                for issuer, (name, url) in ISSUERS.items()
            },
        }
    )


def everything() -> dict[str, bytes]:
    """Return every file to write: path under resources -> bytes."""
    made = records()
    return {
        **{f"samples/{name}": body for name, body in made.items()},
        "samples/learner.json": learner(list(made)),
        **{f"samples/documents/{name}": body for name, body in documents().items()},
        "trust/samples.json": registry(),
    }


def main() -> None:
    """Write the samples."""
    parser = argparse.ArgumentParser(description="Make the sample records.")
    parser.add_argument("folder", nargs="?", type=Path, default=REPO / "resources")
    folder = parser.parse_args().folder
    for name, body in everything().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        print(f"{len(body):7} {path}")


if __name__ == "__main__":
    main()

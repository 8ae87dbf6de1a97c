"""What is verified: the corpus and real badges made by others, each with a time it is in date."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from wallet.crypto import multikey, signatures
from wallet.formats import data_integrity
from wallet.model import KeyType

REPO = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("LER_SHARED", REPO.parent / "shared"))
REAL_FOLDERS = ("dcc", "openbadges-clr", "peers")
SUITES = {"eddsa-rdfc-2022", "Ed25519Signature2020"}
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Subject:
    """One credential's bytes, and a time between its start and its end."""

    data: bytes
    at: datetime


def check_present() -> None:
    """Stop with one sentence when the corpus is not there."""
    if not (SHARED / "corpus").is_dir():
        raise SystemExit(
            f"The benchmark corpus is not at {SHARED / 'corpus'}; "
            "set LER_SHARED to the folder that holds it."
        )


def corpus(name: str, *, algorithm: str | None = None) -> list[Subject]:
    """Return the credentials of one corpus file; of one JWS algorithm where named."""
    lines = (SHARED / "corpus" / f"{name}.jsonl").read_bytes().splitlines()
    found = [line.strip().strip(b'"') for line in lines]
    if algorithm:
        found = [line for line in found if _segment(line, 0).get("alg") == algorithm]
    return [Subject(line, time_inside(_claims(line))) for line in found if line]


def signed_again(given: Sequence[Subject], suite: str, key_type: KeyType) -> list[Subject]:
    """Return credentials signed anew in a suite that the corpus has none of."""
    private = signatures.generate(key_type)
    algorithm = next(name for name, found in signatures.KEY_TYPES.items() if found is key_type)
    did = multikey.did_key(signatures.public_of(private))
    made = []
    for subject in given:
        document = json.loads(subject.data)
        issuer = document["issuer"]
        document["issuer"] = {**issuer, "id": did} if isinstance(issuer, dict) else did
        signed = data_integrity.sign(
            document,
            method=multikey.did_key_method(did),
            sign=lambda data: signatures.sign(algorithm, private, data),
            created=subject.at,
            algorithm=algorithm,
            suite=suite,
        )
        text = json.dumps(signed, ensure_ascii=False).encode()
        made.append(Subject(text, subject.at))
    return made


def real() -> list[Subject]:
    """Return the credentials made by others, with proofs by a did:key in the suites compared."""
    subjects = []
    for folder in REAL_FOLDERS:
        for path in sorted((SHARED / "vectors" / folder).glob("*.json")):
            data = path.read_bytes()
            try:
                document = json.loads(data) if len(data) <= MAX_BYTES else None
            except ValueError:
                continue
            if isinstance(document, dict) and _is_comparable(document):
                subjects.append(Subject(data, time_inside(document)))
    unique = {subject.data: subject for subject in subjects}
    return list(unique.values())


def _is_comparable(document: dict[str, Any]) -> bool:
    proofs = list(_proofs(document))
    return bool(proofs) and all(
        (proof.get("cryptosuite") or proof.get("type")) in SUITES
        and str(proof.get("verificationMethod")).startswith("did:key:z6Mk")
        for proof in proofs
    )


def _proofs(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    proof = document.get("proof")
    for one in proof if isinstance(proof, list) else [proof]:
        if isinstance(one, dict):
            yield one


def _claims(line: bytes) -> dict[str, Any]:
    if line.startswith(b"{"):
        document: dict[str, Any] = json.loads(line)
        return document
    payload = _segment(line, 1)
    return {
        "validFrom": _stamp(payload.get("nbf")) or payload.get("validFrom"),
        "validUntil": _stamp(payload.get("exp")) or payload.get("validUntil"),
    }


def _segment(token: bytes, number: int) -> dict[str, Any]:
    part = token.split(b".")[number]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    return found


def _stamp(seconds: object) -> str | None:
    if isinstance(seconds, int):
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    return None


def time_inside(document: dict[str, Any]) -> datetime:
    """Return now, or a minute inside the credential's dates where now is outside them."""
    now = datetime.now(UTC)
    start = _date(document.get("validFrom") or document.get("issuanceDate"))
    end = _date(document.get("validUntil") or document.get("expirationDate"))
    if end is not None and end < now:
        return end - timedelta(minutes=1)
    if start is not None and start > now:
        return start + timedelta(minutes=1)
    return now


def _date(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

"""The sample records: made the same every time, honest about what they are, and as described."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import sample_bytes
from tests.paths import REPO
from wallet import formats, record, verify
from wallet.crypto import multikey, signatures
from wallet.model import Credential, Format, KeyType, PublicKey
from wallet.net.saved import Documents, Offline
from wallet.record import Kind
from wallet.report import Outcome, Question, Reason
from wallet.trust import policy

RESOURCES = REPO / "resources"
SAMPLES = RESOURCES / "samples"
LEARNER = json.loads((SAMPLES / "learner.json").read_text("utf-8"))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sample(name: str) -> Credential:
    found = formats.read((SAMPLES / name).read_bytes())
    assert isinstance(found, Credential)
    return found


def test_a_fresh_run_gives_the_committed_bytes(tmp_path: Path) -> None:
    script = REPO / "scripts" / "make_samples.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, capture_output=True, cwd="/")
    fresh = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert fresh
    for name, body in fresh.items():
        assert (RESOURCES / name).read_bytes() == body, name
    kept = {p.relative_to(RESOURCES) for p in SAMPLES.rglob("*") if p.is_file()}
    assert kept - {Path("samples/README.md")} == {n for n in fresh if n.parts[0] == "samples"}


def test_the_learner_file_says_that_its_key_is_public() -> None:
    seed = bytes.fromhex(LEARNER["seed"])
    public = signatures.public_of(signatures.PrivateKey(KeyType.ED25519, seed))
    assert isinstance(public, PublicKey)
    assert LEARNER["did"] == multikey.did_key(public)
    assert "public" in LEARNER["notice"].lower()
    assert set(LEARNER["records"]) == {
        p.name
        for p in SAMPLES.iterdir()
        if p.is_file() and p.name not in ("README.md", "learner.json")
    }


EXPECTED = [
    # file, format, suite, kind, outcome, (question, reason) besides the sample issuer
    ("diploma.json", Format.DATA_INTEGRITY, "eddsa-rdfc-2022", Kind.EDUCATION, None),
    ("certificate.json", Format.DATA_INTEGRITY, "eddsa-rdfc-2022", Kind.LICENCE, None),
    ("transcript.json", Format.DATA_INTEGRITY, "eddsa-rdfc-2022", Kind.EDUCATION, None),
    ("badge-measurement.json", Format.DATA_INTEGRITY, "Ed25519Signature2020", Kind.BADGE, None),
    ("badge-robot-cell.png", Format.DATA_INTEGRITY, "eddsa-rdfc-2022", Kind.BADGE, None),
    ("first-job.jwt", Format.VC_JOSE, "EdDSA", Kind.WORK, None),
    (
        "first-aid-ended.json",
        Format.DATA_INTEGRITY,
        "eddsa-rdfc-2022",
        Kind.LICENCE,
        (Question.VALIDITY, Reason.ENDED),
    ),
    (
        "crane-withdrawn.json",
        Format.DATA_INTEGRITY,
        "eddsa-rdfc-2022",
        Kind.LICENCE,
        (Question.STATUS, Reason.REVOKED),
    ),
]


@pytest.mark.parametrize(("name", "wire", "suite", "kind", "trouble"), EXPECTED)
def test_each_sample_is_what_it_is_said_to_be(
    name: str,
    wire: Format,
    suite: str,
    kind: Kind,
    trouble: tuple[Question, Reason] | None,
) -> None:
    found = sample(name)
    assert found.format is wire
    assert [proof.suite for proof in found.proofs] == [suite]
    resolver = Documents(SAMPLES / "documents")
    report = verify.verify(found, policy(), resolver, NOW)
    assert report.outcome is (Outcome.FAILED if trouble else Outcome.PASSED)
    troubles = [(c.question, c.reason) for c in report.checks if c.outcome is not Outcome.PASSED]
    assert troubles == [*([trouble] if trouble else []), (Question.ISSUER, Reason.ISSUER_SAMPLE)]
    said = record.read(found, sample_issuers=policy().sample_issuers)
    assert said.sample
    assert said.kind is kind
    assert said.description
    assert "(sample)" in (said.issuer_name or "")


def test_the_order_is_that_of_the_learner_file() -> None:
    assert [name for name, *_ in EXPECTED] == LEARNER["records"]


def test_every_sample_is_about_the_learner() -> None:
    for name in LEARNER["records"]:
        found = sample(name)
        if name == "badge-measurement.json":
            assert found.subject is None
            ((digest, salt),) = record.read(found).subject_email_hashes
            assert digest == "sha256$" + sha256((LEARNER["email"] + salt).encode()).hexdigest()
        else:
            assert found.subject == LEARNER["did"]


def test_the_transcript_has_its_courses_with_grades() -> None:
    said = record.read(sample("transcript.json"))
    assert len(said.parts) == 6
    assert all(part.results[0].name == "Final grade" for part in said.parts)
    assert said.subject_name == LEARNER["name"]


def test_the_baked_badge_keeps_its_letters_and_its_picture() -> None:
    found = sample("badge-robot-cell.png")
    said = record.read(found)
    assert "’" in said.title
    assert "RoboCell®" in (said.description or "")
    assert "RoboCell®".encode() in found.raw
    assert said.results[0].value == "Teaches"
    pillow = pytest.importorskip("PIL.Image")
    with pillow.open(SAMPLES / "badge-robot-cell.png") as picture:
        assert picture.size == (192, 192)
        colours = picture.convert("RGBA")
        assert colours.getpixel((0, 0))[3] == 0
        assert colours.getpixel((96, 60)) == (0x0F, 0x5C, 0x5C, 255)


def test_the_registry_lists_exactly_the_issuers_and_the_hosts_are_nobodys() -> None:
    registry = json.loads((RESOURCES / "trust" / "samples.json").read_text("utf-8"))
    assert set(registry["issuers"]) == {sample(name).issuer for name in LEARNER["records"]}
    for entry in registry["issuers"].values():
        assert entry["sample"] is True
        assert entry["name"].endswith("(sample)")
        assert entry["url"].endswith(".example/")
    for address in Documents(SAMPLES / "documents").addresses:
        assert address.split("/")[2].endswith(".example")


@given(st.binary(max_size=600), st.integers(1, 8), st.integers(0, 700))
def test_the_packing_is_plain_deflate(data: bytes, times: int, row: int) -> None:
    packed = sample_bytes.deflate(data * times, row)
    assert zlib.decompress(packed, wbits=-15) == data * times
    assert gzip.decompress(sample_bytes.gzipped(data)) == data


def test_an_altered_sample_fails() -> None:
    raw = (SAMPLES / "diploma.json").read_bytes().replace(b"3.62", b"3.92")
    found = formats.read(raw)
    assert isinstance(found, Credential)
    report = verify.verify(found, policy(), Offline(), NOW)
    assert report[Question.SIGNATURE].reason is Reason.ALTERED

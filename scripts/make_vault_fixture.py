"""Write tests/vaults/version-N.ler, a vault as this version of the program makes it.

Run it once when the version of the tables or of the header has changed, and commit the file: the
tests open the vaults of every version for ever. A file that is there is never written over.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from wallet.model import Fact, Format, Origin
from wallet.storage import Cost, NewChange, NewCredential, ShareRecord, Vault
from wallet.storage.schema import SCHEMA_VERSION

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vaults"
PASSPHRASE = "kept for ever ® ’"
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
SEED = bytes(range(32))
COST = Cost(memory_kib=64, iterations=1, lanes=1)  # low, so that the tests are quick

KEPT = (
    NewCredential(
        raw='{"name": "Skills® of the ’90s"}\r\n'.encode(),
        format=Format.DATA_INTEGRITY,
        title="Skills® of the ’90s",
        issuer="did:web:school.example",
        issuer_name="Lycée Émile Zola",
        kind="certificate",
        source="badge.png",
        container=b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        awarded=datetime(2024, 6, 1, tzinfo=timezone(timedelta(hours=-7))),
        ends=datetime(2027, 6, 1, tzinfo=UTC),
        search_text="welding blueprint",
        report_json='{"outcome": "passed"}',
        verdict="holds",
        checked_at=NOW,
    ),
    NewCredential(
        raw=b"eyJhbGciOiJFZERTQSJ9.e30.AAAA",
        format=Format.VC_JWT,
        title="Removed",
        issuer="did:web:school.example",
    ),
)
FACT = Fact("https://school.example/status/1", b"\x1f\x8b\x00", NOW, from_cache=True)
# Since version 2: a fact with its origin, and something that was noticed.
TRACED = Fact(
    "https://school.example/.well-known/did.json",
    b"{}",
    NOW,
    from_cache=True,
    origin=Origin("https://www.school.example/did.json", "ab" * 32, NOW + timedelta(hours=1)),
)
CHANGE = NewChange(
    KEPT[0].id, NOW, "holds", "withdrawn", "revoked", datetime(2026, 5, 1, tzinfo=UTC)
)
SHARE = ShareRecord(
    id="urn:uuid:7f3b1d34-0000-4000-8000-000000000001",
    made_at=NOW,
    ends=NOW + timedelta(days=30),
    audience="Riverside Fabrication",
    purpose="Apprentice",
    form="link",
    credential_ids=(KEPT[0].id,),
    titles=(KEPT[0].title,),
    link="https://page.example/#x",
    presentation_sha256="ab" * 32,
)


def fill(vault: Vault) -> None:
    """Put something into every table."""
    vault.add(KEPT, now=NOW)
    vault.remove([KEPT[1].id], now=NOW)
    vault.create_identity(now=NOW, seed=SEED)
    vault.record_share(SHARE)
    vault.put_fact(FACT)
    vault.put_fact(TRACED)
    vault.note_changes([CHANGE])
    vault.set_setting("learner_name", "Ana Núñez")


def main() -> int:
    """Write the file; 1 when it is there already."""
    path = FOLDER / f"version-{SCHEMA_VERSION}.ler"
    if path.exists():
        print(f"{path} is there already and stays as it is", file=sys.stderr)
        return 1
    with Vault.create(path, PASSPHRASE, now=NOW, cost=COST) as vault:
        fill(vault)
    path.chmod(0o644)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What we say of every published credential, and the table it is kept in.

`python -m tests.conformance.outcomes` writes the answers anew, keeping the reasons for deviating;
look at the difference before committing it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.paths import SHARED, shared
from wallet import formats
from wallet.errors import WalletError
from wallet.model import Credential, Presentation
from wallet.net.saved import Documents
from wallet.report import VerificationReport
from wallet.verify import Policy, verify, verify_presentation

TABLE = Path(__file__).with_name("outcomes.json")
FOLDERS = ("dcc/", "openbadges-clr/", "peers/", "data-integrity/", "jose-sdjwt/")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# Said of a file that is no credential at all: registries, schemas, DID documents, pictures.
NOT_CREDENTIALS = frozenset({"not_a_credential", "no_credential_in_image"})


@cache
def _resolver() -> Documents:
    return Documents(shared("vectors"))


def _line(report: VerificationReport) -> str:
    checks = [
        f"{c.question.value}={c.outcome.value}" + (f":{c.reason.value}" if c.reason else "")
        for c in report.checks
    ]
    return f"{' '.join(checks)} => {report.outcome.value}"


def answer(name: str) -> list[str]:
    """Return one line for each report about a file, or the one error."""
    try:
        found = formats.read(shared("vectors", name).read_bytes())
    except WalletError as error:
        return [f"error {error.code.value}"]
    if isinstance(found, Credential):
        return [_line(verify(found, Policy(), _resolver(), NOW))]
    if isinstance(found, Presentation):
        report = verify_presentation(found, Policy(), _resolver(), NOW)
        return [_line(report.presentation), *map(_line, report.credentials)]
    return [_line(verify(c, Policy(), _resolver(), NOW)) for c in found.credentials]


def files() -> list[str]:
    """Return the files the table is about: all that are, or look like, credentials."""
    manifest = json.loads(shared("vectors", "manifest.json").read_text("utf-8"))
    return [
        name
        for name in manifest
        if name.startswith(FOLDERS)
        and "/qr/" not in name
        and not NOT_CREDENTIALS & {answer(name)[0].removeprefix("error ")}
    ]


def main() -> None:
    """Write the table."""
    known = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    table = {}
    for name in files():
        table[name] = {"answer": answer(name)}
        if "deviates" in known.get(name, {}):
            table[name]["deviates"] = known[name]["deviates"]
    text = json.dumps(table, indent=1, ensure_ascii=False)
    TABLE.write_text(text + "\n", "utf-8")
    print(f"{len(table)} files in {SHARED}")


if __name__ == "__main__":
    main()

"""What we say of every published credential, and the table it is kept in.

`python -m tests.conformance.outcomes` writes the answers anew; look at the difference before
committing it. Where an answer is not what is expected, `deviations.md` says why.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from tests.paths import SHARED, shared
from wallet import formats
from wallet.errors import WalletError
from wallet.model import Credential, Presentation
from wallet.net.saved import Documents
from wallet.report import VerificationReport
from wallet.verify import Policy, verify, verify_presentation

TABLE = Path(__file__).with_name("outcomes.json")
FOLDERS = (
    *("dcc/", "openbadges-clr/", "peers/", "data-integrity/", "jose-sdjwt/"),
    "ler-rs/",
)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# Said of a file that is no credential at all: registries, schemas, DID documents, pictures.
NOT_CREDENTIALS = frozenset({"not_a_credential", "no_credential_in_image"})


@cache
def resolver() -> Documents:
    return Documents(shared("vectors"))


def _lines(report: VerificationReport, indent: str = "") -> list[str]:
    """Return the answers about a credential, then, indented, those about each part inside it.

    Of a part only what did not pass is there; several alike are one line.
    """
    lines = [_line(report)] if not indent else []
    told: list[tuple[str, list[str]]] = []
    for part in report.parts:
        answer = f"error {part.problem.value}" if part.problem else ""
        below: list[str] = []
        if part.report is not None:
            answer = _line(part.report, passed=False)
            below = _lines(part.report, f"{indent}  ")
        told.append((f"{part.role.value} ({part.thing.value}): {answer}", below))
    for (answer, below), alike in groupby(zip(told, report.parts, strict=True), lambda t: t[0]):
        places = [part.place for _, part in alike]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        lines += [f"{indent}  {places[0]}{more}: {answer}", *below]
    return lines


def _line(report: VerificationReport, *, passed: bool = True) -> str:
    checks = [
        f"{c.question.value}={c.outcome.value}" + (f":{c.reason.value}" if c.reason else "")
        for c in report.checks
        if passed or c.reason is not None
    ]
    return f"{' '.join(checks)} => {report.outcome.value}"


def answer(name: str) -> list[str]:
    """Return a line for each report about a file and for each part in it, or the one error."""
    try:
        found = formats.read(shared("vectors", name).read_bytes())
    except WalletError as error:
        return [f"error {error.code.value}"]
    if isinstance(found, Credential):
        return _lines(verify(found, Policy(), resolver(), NOW))
    if isinstance(found, Presentation):
        report = verify_presentation(found, Policy(), resolver(), NOW)
        reports = [report.presentation, *report.credentials]
    else:
        reports = [verify(c, Policy(), resolver(), NOW) for c in found.credentials]
    return [line for one in reports for line in _lines(one)]


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
    table = {name: {"answer": answer(name)} for name in files()}
    text = json.dumps(table, indent=1, ensure_ascii=False)
    TABLE.write_text(text + "\n", "utf-8")
    print(f"{len(table)} files in {SHARED}")


if __name__ == "__main__":
    main()

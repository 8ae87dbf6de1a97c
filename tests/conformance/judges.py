"""What kind each published file is, and whether what we make of it is what it should be.

A judge takes a file and returns null where we agree, or what we should have said. Files that hold
nothing for a wallet to judge (schemas, registries, parts of other files) are read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.conformance import outcomes
from tests.conformance.expectations import disagreement
from tests.conformance.judges_parts import (
    STEP,
    contained,
    data_model,
    listing,
    picture,
    proof_canon,
    qr_code,
    status_case,
    step,
)
from tests.conformance.judges_texts import (
    canonical_json,
    dataset,
    did_document,
    expansion,
    json_text,
    key_file,
    wycheproof,
)
from tests.conformance.published import File

Judge = Callable[[File], str | None]

# How a problem begins where this version does not know the kind of thing, and says so.
NOT_READ: Final = "not read: "


def credential(file: File) -> str | None:
    """Judge what we say of a credential by what its notes say."""
    lines = outcomes.answer(file.name)
    problem = disagreement(file, lines)
    if problem is None:
        return listing(file)
    of_kind = lines[0].startswith("error format_unsupported")
    by_suite = "signature=unknown:proof_unsupported" in lines[0]
    if of_kind or (by_suite and problem.startswith(("signature", "all"))):
        return f"{NOT_READ}{problem}"
    return problem


def nothing(file: File) -> str | None:
    """Read what is no credential: it must not come out as one that holds, or, if nasty, at all."""
    lines = outcomes.answer(file.name)
    if file.area == "nasty" and not all(line.startswith("error ") for line in lines):
        return "is read"
    return "passes" if any(line.endswith("=> passed") for line in lines) else None


def problem_of(file: File) -> str | None:
    """Return what is wrong with what we make of a file, by its judge and read as it is."""
    _, judge = kind_of(file)
    return judge(file) or (nothing(file) if judge is not credential else None)


_NOTHING: Final = re.compile(
    r"^(schema|-|config|trust list|reference|byte-for-byte|asset |did document|draft-era|parse|"
    r"note:|as above|canonicalize|expected expansion|-in.nq|issuers in untrusted|expected claims|"
    r"per-test result|do NOT use|draft-11|key import)|decodes \(measured|as PNG|"
    r"equals the decrypted|assertionMethod is"
)
# The first that fits.
_JUDGES: Final[tuple[tuple[str, str, Judge], ...]] = (
    ("JSON texts", r"nasty/jsonsuite__", json_text),
    ("JSON-LD expansions", r"nasty/jsonld__expand__.*-in", expansion),
    ("signature tests", r"nasty/wycheproof__(ecdsa|json_web_signature)", wycheproof),
    ("hostile pictures", r"nasty/(img|svg)__", picture),
    ("graphs", r"w3c-suites/rdfc10__test.*-in", dataset),
    ("JSON texts", r"w3c-suites/jcs__input__", canonical_json),
    (
        "DIDs and documents",
        r"w3c-suites/did|data-integrity/credo-did__|dcc/.*did\.json",
        did_document,
    ),
    ("data model inputs", r"w3c-suites/vcdm2__", data_model),
    ("key files", r"jose-sdjwt/waltid__key__", key_file),
    ("status cases", r"status/", status_case),
    ("QR codes", r"dcc/qr/.*\.png", qr_code),
    ("contained credentials", r"oid4/credo__|wallet/universal-wallet__unlocked", contained),
    ("intermediate values", STEP.pattern, step),
    ("intermediate values", r"data-integrity/.*__addProofConfigCanon\.txt", proof_canon),
)


def kind_of(file: File) -> tuple[str, Judge]:
    """Return what a file is called in the count, and its judge."""
    if "json-ld-1.0" in file.expect:
        return "", nothing  # what only the version before this one's refuses
    for kind, pattern, judge in _JUDGES:
        if re.match(pattern, file.name):
            return kind, judge
    if _NOTHING.search(file.expect):
        return "", nothing
    return "credentials", credential

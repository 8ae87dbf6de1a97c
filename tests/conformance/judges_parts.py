"""Judges of what credentials are made of: status lists, the data model, examples' steps, codes."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from PIL import Image

from tests.conformance import outcomes
from tests.conformance.published import File, files
from tests.world import V1, Party, World
from wallet import formats, trust, wiring
from wallet.crypto import jcs, jsonld, multikey
from wallet.errors import LinkError, UnsupportedError, WalletError
from wallet.formats import data_integrity, fields, status_list, token_status_list, vc_jwt
from wallet.formats.contexts import SHARED
from wallet.model import Credential, Presentation, StatusRef
from wallet.net.saved import Offline
from wallet.report import Outcome, Question, Reason
from wallet.share import qr
from wallet.verify import Policy, verify, verify_presentation

FIXTURES: Final = "https://digitalcredentials.github.io/vc-test-fixtures/verifiableCredentials"


def status_case(file: File) -> str | None:
    """Judge lists and positions by the values that the test expects."""
    case = json.loads(file.read())
    holder = case["holder-credential"]
    refs = fields.status_refs(holder.get("vc", holder))
    if not refs:
        return "not read: a status of a kind this version does not know"
    lists = case["status-credential"]
    contents = [lists] if isinstance(lists, str) else [item["content"] for item in lists]
    wanted = {
        one.get("purpose", status_list.REVOCATION): one["value"]
        for one in fields.nodes(case["attribute"])
    }
    good = []
    for ref in refs:
        values = [value for text in contents if (value := _status(text, ref)) is not None]
        good.append(values == [wanted[ref.purpose]])
    return None if all(good) == case["valid"] else f"should be {case['valid']}"


def _status(token: str, ref: StatusRef) -> int | str | None:
    """Return what a list in a token says at a position; null for a list of another purpose."""
    try:
        if ref.type == token_status_list.ENTRY_TYPE:
            return token_status_list.read(token.encode()).bits.value(ref.index or 0)
        claims = vc_jwt.parse(token.encode()).claims
        if claims["credentialSubject"].get("statusPurpose", ref.purpose) != ref.purpose:
            return None
        return status_list.read(claims).of(ref).value(ref.index or 0)
    except WalletError as error:
        return error.code.value


# What a registry's own words make of an issuer: the lists of the consortium's that hold the
# fixtures' issuers are for tests, and their federations answer nobody here.
_LISTINGS: Final = (
    (r"issuer in (DCC sandbox|JSON) registry|issuer in four registries", Reason.ISSUER_TEST_LIST),
    (r"issuer in NO registry|issuer only in an OpenID|two OIDF", Reason.ISSUER_NOT_LISTED),
)


def listing(file: File) -> str | None:
    """Judge whether an issuer is known by the published registries, where the notes say so."""
    policy = replace(trust.policy(), catalogues=trust.catalogues())
    for pattern, reason in _LISTINGS:
        if re.search(pattern, file.expect):
            found = formats.read(file.read())
            if not isinstance(found, Credential):
                return "must be read as a credential"
            known = verify(found, policy, outcomes.resolver(), outcomes.NOW)[Question.ISSUER]
            return None if known.reason is reason else f"issuer should be {reason} ({pattern})"
    return None


def data_model(file: File) -> str | None:
    """Judge inputs of the VCDM 2.0 suite, signed here: what is well formed passes, the rest not.

    The suite hands them to an issuer, which names itself where they name none.
    """
    world = World(outcomes.NOW)
    issuer = world.issuer("Data Model College")
    document = json.loads(file.read())
    presents = "presentation" in file.name
    about_issuer = "issuer" in file.name and file.name.endswith("fail.json")
    named = document if presents or about_issuer else _named(document, issuer)
    if named.get("@context", [""])[0] == V1:
        named["@context"] = [V1, "https://w3id.org/security/data-integrity/v2"]
    try:
        signed = data_integrity.sign(
            named,
            method=issuer.method,
            sign=issuer.sign,
            created=world.now,
            purpose="authentication" if presents else "assertionMethod",
        )
        found = formats.read(json.dumps(signed).encode())
    except WalletError as error:
        must_hold = file.expect.startswith(("must be ACCEPTED", "ACCEPTED"))
        return f"must be accepted, is {error.code} {error.facts}" if must_hold else None
    if isinstance(found, Presentation):
        whole = verify_presentation(found, Policy(), Offline(), world.now)
        if file.expect.startswith("self-asserted"):
            return "passes" if whole.outcome is Outcome.PASSED else None
        report = whole.presentation
    else:
        assert isinstance(found, Credential)
        report = verify(found, Policy(), Offline(), world.now)
    holds = report[Question.SIGNATURE].outcome is Outcome.PASSED
    if file.expect.startswith(("must be ACCEPTED", "ACCEPTED")):
        return None if holds else f"must be accepted, is {report[Question.SIGNATURE]}"
    failed = report.outcome is not Outcome.PASSED
    return None if failed else "must be rejected, passes"


def _named(document: dict[str, Any], issuer: Party) -> dict[str, Any]:
    """Return an input as an issuer signs it: with itself as the issuer."""
    given = document.get("issuer")
    named = {**given, "id": issuer.id} if isinstance(given, dict) else issuer.id
    return {**document, "issuer": named}


STEP: Final = re.compile(
    r"data-integrity/(?P<family>eddsa|ecdsa)__(?P<case>.+)__(?P<step>canonDoc|docHash|proofCanon|"
    r"proofHash|combinedHash|sigHex|sigBTC58|proofConfig)(?P<end>[A-Za-z0-9]*)\.(?:txt|json)"
)


def step(file: File) -> str | None:
    """Judge an intermediate value of a published example by making it anew."""
    match = STEP.fullmatch(file.name)
    assert match is not None
    stem = f"data-integrity/{match['family']}__{match['case']}__"
    ((_, signed),) = [
        (name, one)
        for name, one in files().items()
        if name.startswith(f"{stem}signed") and name.endswith(f"signed{match['end']}.json")
    ]
    document = json.loads(signed.read())
    proof = document.pop("proof")
    value = proof.pop("proofValue")
    is_jcs, digest = "jcs" in match["case"], "sha384" if "p384" in match["case"] else "sha256"
    options = {"@context": document["@context"], **proof}

    def canonical(part: Mapping[str, Any]) -> bytes:
        if is_jcs:
            return jcs.canonicalize(part)
        return jsonld.canonicalize(part, SHARED, hash_name=digest)

    doc, config = canonical(document), canonical(options)
    doc_hash, config_hash = (hashlib.new(digest, part).hexdigest() for part in (doc, config))
    made = {
        "canonDoc": doc.decode(),
        "docHash": doc_hash,
        "proofCanon": config.decode(),
        "proofHash": config_hash,
        "combinedHash": config_hash + doc_hash,
        "sigHex": multikey.decode_multibase(value).hex(),
        "sigBTC58": value,
    }
    if match["step"] == "proofConfig":
        return None if json.loads(file.read()) == options else "another proof"
    published = file.read().decode("utf-8").strip()
    return None if made[match["step"]].strip() == published else f"another {match['step']}"


def proof_canon(file: File) -> str | None:
    """Judge the canonical options of a selective proof by making them of its options."""
    options = files()[file.name.replace("Canon.txt", ".json")].read()
    made = jsonld.canonicalize(json.loads(options), SHARED).decode()
    published = file.read().decode("utf-8")
    return None if made.strip() == published.strip() else "another canonical form"


def picture(file: File) -> str | None:
    """Judge a hostile picture: refused, or drawn by nobody here."""
    try:
        formats.read(file.read())
    except WalletError:
        return None
    return "holds no credential"


def qr_code(file: File) -> str | None:
    """Judge a QR code by the address in it, which must be named and not called."""
    picture = Image.open(io.BytesIO(file.read())).convert("L")
    path = file.name.partition("vctf__")[2].removesuffix(".png").replace("__", "/")
    texts = qr.read_pixels(picture.tobytes(), width=picture.width)
    if [text.removesuffix(f"/{path}.json") for text in texts] != [FIXTURES]:
        return f"reads {texts}"
    error = wiring.verifier(offline=True).check(texts[0].encode()).error
    return None if isinstance(error, LinkError) else f"the address is taken for {error}"


def contained(file: File) -> str | None:
    """Judge a credential in another protocol's answer or a wallet's backup: read, and not bad."""
    document = json.loads(file.read())
    found = document.get("credentialResponse", {}).get("credential")
    inside = found or document["wallet_unlocked"]["contents"][0]
    raw = inside.encode() if isinstance(inside, str) else json.dumps(inside).encode()
    try:
        credential = formats.read(raw)
    except UnsupportedError:
        return None  # named, and not read by this version
    if not isinstance(credential, Credential):
        return "must be read as a credential"
    answer = verify(credential, Policy(), Offline(), outcomes.NOW)[Question.SIGNATURE]
    return f"signature is {answer}" if answer.outcome is Outcome.FAILED else None

"""Judges of texts, keys and signatures: what parsers and primitives make of published tests."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import Any, Final

from tests.conformance.published import File, files
from tests.paths import shared
from wallet.crypto import did, jcs, jose, jsonld, multikey, nquads, rdfc, signatures, strictjson
from wallet.errors import UnsupportedError, WalletError
from wallet.model import KeyType

JSONLD_TESTS: Final = "https://w3c.github.io/json-ld-api/tests/"
WORK_FACTOR: Final = 3  # the suite has graphs beyond the default budget


def json_text(file: File) -> str | None:
    """Judge strict JSON by the parsing test suite: y must be read, n must not, i may be either."""
    kind = file.name.split("test_parsing__")[1][0]
    try:
        strictjson.parse(file.read())
    except WalletError as error:
        return f"must be accepted, is {error.code}" if kind == "y" else None
    return "must be refused" if kind == "n" else None


def canonical_json(file: File) -> str | None:
    """Judge the canonical JSON of an input by its output."""
    published = shared("vectors", file.name.replace("__input__", "__output__")).read_bytes()
    made = jcs.canonicalize(strictjson.parse(file.read()))
    return None if made == published else "another canonical form"


def expansion(file: File) -> str | None:
    """Judge an expansion test of JSON-LD by its error, or by its output."""
    name = file.name.rpartition("__")[2].removesuffix("-in.jsonld")
    try:
        found = jsonld.expand(
            json.loads(file.read()),
            jsonld.Contexts(lambda _address: None),
            base=f"{JSONLD_TESTS}expand/{name}-in.jsonld",
        )
    except WalletError as error:
        must_fail = file.expect.startswith("must fail")
        return None if must_fail else f"must succeed, is {error.code} {error.facts}"
    if file.expect.startswith("must fail"):
        return f"accepted; {file.expect.partition(';')[0]}"
    wanted = json.loads(shared("vectors", file.name.replace("-in.", "-out.")).read_bytes())
    return None if _unordered(found) == _unordered(wanted) else "another expansion"


def _unordered(value: Any) -> Any:
    if isinstance(value, list):
        return sorted((_unordered(item) for item in value), key=repr)
    if isinstance(value, dict):
        return {key: _unordered(item) for key, item in sorted(value.items())}
    return value


def dataset(file: File) -> str | None:
    """Judge the canonical form of a graph by the RDFC-1.0 suite."""
    stem = file.name.removesuffix("-in.nq")
    tests = csv.DictReader(
        shared("vectors", "w3c-suites/rdfc10__manifest.csv").read_text("utf-8").splitlines()
    )
    (case,) = [row for row in tests if stem.endswith(f"__{row['test']}")] or [{}]
    hash_name = (case.get("hashAlgorithm") or "SHA256").lower()
    quads = nquads.parse(file.read().decode("utf-8"))
    canonical, labels = f"{stem}-rdfc10.nq", f"{stem}-rdfc10map.json"
    if canonical not in files() and labels not in files():
        try:
            rdfc.canonicalize(quads, hash_name=hash_name)
        except UnsupportedError:
            return None
        return "must be abandoned"
    found = rdfc.label(quads, hash_name=hash_name, work_factor=WORK_FACTOR)
    if labels in files():
        wanted = json.loads(files()[labels].read())
        if {old[2:]: new[2:] for old, new in found.items()} != wanted:
            return "other labels"
    if canonical in files():
        made = rdfc.canonicalize(quads, hash_name=hash_name, work_factor=WORK_FACTOR)
        if made != files()[canonical].read():
            return "another canonical form"
    return None


def did_document(file: File) -> str | None:
    """Judge DIDs and their documents: read where they are well formed, refused where not."""
    document = json.loads(file.read())
    if isinstance(document, list):
        return _identifiers(document)
    if "id" in document:
        return _one_document(file, document)
    for name, entry in document.items():
        inner = entry.get("didDocument", {})
        problem = _identifiers([name]) or _one_document(file, inner) if inner else None
        if problem:
            return problem
    return None


def _one_document(file: File, document: Mapping[str, Any]) -> str | None:
    try:
        did.document_of(document, str(document.get("id")))
    except WalletError as error:
        return None if "Invalid" in file.name else f"refused: {error.code} {error.facts}"
    return "must be refused" if "Invalid" in file.name else None


def _identifiers(names: list[str]) -> str | None:
    for name in names:
        try:
            key = multikey.key_of_did_key(name)
        except UnsupportedError:
            continue  # politely
        except WalletError as error:
            return f"{name}: {error.code}"
        if multikey.did_key(key) != name:
            return f"{name}: encoded otherwise"
    return None


def key_file(file: File) -> str | None:
    """Judge a key file: a private or broken key is no public key of an issuer's."""
    try:
        jwk = strictjson.parse(file.read())
    except WalletError:
        return None  # PEM is not what issuers publish keys in
    try:
        jose.key_of_jwk(jwk)
    except WalletError as error:
        public = isinstance(jwk, dict) and "d" not in jwk and "_pub_key.jwk" in file.name
        return f"refused: {error.code}" if public else None
    return "must be refused" if "invalidKey" in file.name or "d" in jwk else None


def wycheproof(file: File) -> str | None:
    """Judge Wycheproof's signatures, each by its result."""
    groups = json.loads(file.read())["testGroups"]
    judge = _tokens if "json_web_signature" in file.name else _raw_signatures
    wrong = [problem for group in groups for problem in judge(file, group)]
    return f"{len(wrong)} tests: {', '.join(wrong)}"[:300] if wrong else None


def _raw_signatures(file: File, group: Mapping[str, Any]) -> list[str]:
    algorithm = "ES384" if "sha384" in file.name else "ES256"
    point = bytes.fromhex(group["publicKey"]["uncompressed"])[1:]
    x, y = (int.from_bytes(half) for half in (point[: len(point) // 2], point[len(point) // 2 :]))
    key_type = KeyType.P384 if algorithm == "ES384" else KeyType.P256
    try:
        key = signatures.ec_key_of_point(key_type, x, y)
    except WalletError:
        key = None
    wrong = []
    for test in group["tests"]:
        data, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
        holds = key is not None and signatures.verify(algorithm, key, data, signature)
        if holds != (test["result"] == "valid") and not (holds and test["result"] == "acceptable"):
            wrong.append(str(test["tcId"]))
    return wrong


def _tokens(_file: File, group: Mapping[str, Any]) -> list[str]:
    jwk = group.get("public")
    wrong = []
    for test in group["tests"]:
        holds = _token_holds(test["jws"], jwk)
        known = isinstance(jwk, dict) and _algorithm(test["jws"]) in signatures.KEY_TYPES
        if (holds and test["result"] == "invalid") or (
            known and not holds and test["result"] == "valid"
        ):
            wrong.append(str(test["tcId"]))
    return wrong


def _algorithm(token: Any) -> str | None:
    try:
        return jose.parse_compact(token).algorithm if isinstance(token, str) else None
    except WalletError:
        return None


def _token_holds(token: Any, jwk: Any) -> bool:
    if not isinstance(token, str) or not isinstance(jwk, dict):
        return False
    try:
        jws = jose.parse_compact(token)
        key = jose.key_of_jwk(jwk)
        return signatures.verify(jws.algorithm, key, jws.signing_input, jws.signature)
    except WalletError:
        return False

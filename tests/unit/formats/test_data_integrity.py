"""Embedded proofs: what is signed is what jsonld.js and rdf-canonize say is signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.paths import shared
from tests.world import World
from wallet.crypto import signatures
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import contexts, data_integrity, plain
from wallet.formats.contexts import SHARED
from wallet.verify import keys

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College")


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ed25519signature2020", "ecdsa-rdfc-2019"])
def test_hashes_are_the_golden_ones(suite):
    documents = shared("corpus", f"{suite}.jsonl").read_text("utf-8").splitlines()
    golden = shared("corpus", f"golden-{suite}-first100.jsonl").read_text("utf-8").splitlines()
    assert len(golden) == 100
    for text, expected in zip(documents, map(json.loads, golden), strict=False):
        document = json.loads(text)
        (proof,) = data_integrity.proofs(document)
        found = data_integrity.document_hash(document, proof, SHARED)
        assert found.hex() == expected["doc"]
        assert data_integrity.options_hash(document, proof, SHARED).hex() == expected["proof"]


def signed(**more):
    return data_integrity.sign(
        WORLD.claims(SCHOOL),
        method=SCHOOL.method,
        sign=SCHOOL.sign,
        created=datetime(2026, 5, 1, tzinfo=UTC),
        **more,
    )


def holds(document, proof=None):
    proof = proof or data_integrity.proofs(document)[0]
    data = data_integrity.options_hash(document, proof, SHARED)
    data += data_integrity.document_hash(document, proof, SHARED)
    return signatures.verify("Ed25519", SCHOOL.public, data, data_integrity.signature(proof).data)


def test_sign_and_read_back_every_option():
    document = signed(
        purpose="authentication",
        domains=["https://page.example", "mailto:hr@work.example"],
        challenge="abc",
        expires=datetime(2026, 7, 1, tzinfo=UTC),
    )
    (proof,) = data_integrity.proofs(document)
    assert holds(document)
    assert proof.suite == "eddsa-rdfc-2022"
    assert proof.purpose == "authentication"
    assert proof.domains == ("https://page.example", "mailto:hr@work.example")
    assert proof.challenge == "abc"
    assert proof.created == datetime(2026, 5, 1, tzinfo=UTC)
    assert proof.expires == datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("member", ["created", "proofPurpose", "verificationMethod", "challenge"])
def test_every_option_is_signed(member):
    document = signed(challenge="abc")
    altered = {
        **document["proof"],
        member: "did:key:z6Mkother" if member[0] == "v" else "2020-01-01",
    }
    try:
        assert not holds({**document, "proof": altered})
    except WalletError:
        return


def test_signing_refuses_what_would_fall_out_of_the_signature():
    with pytest.raises(MalformedError) as caught:
        data_integrity.sign(
            {**WORLD.claims(SCHOOL), "gradePoint": "4.0"},
            method=SCHOOL.method,
            sign=SCHOOL.sign,
            created=WORLD.now,
        )
    assert caught.value.code is Code.JSONLD_DROPPED
    with pytest.raises(UnsupportedError):
        signed(suite="bbs-2033")


def test_a_chain_of_proofs_covers_the_proof_before():
    first = signed()
    first["proof"]["id"] = "urn:uuid:0f6b1c1e-6a0c-4ab7-9d2e-1b8f6a6f0001"
    options = {
        **{k: v for k, v in first["proof"].items() if k not in ("id", "proofValue")},
        "previousProof": first["proof"]["id"],
    }
    document = {**first, "proof": [first["proof"], options]}
    second = data_integrity.proofs(document)[1]
    data = data_integrity.options_hash(document, second, SHARED)
    data += data_integrity.document_hash(document, second, SHARED)
    options["proofValue"] = "z" + data_integrity.multikey.encode_base58btc(SCHOOL.sign(data))
    assert holds(document, data_integrity.proofs(document)[1])
    document["proof"][0] = {**document["proof"][0], "created": "2020-01-01T00:00:00Z"}
    assert not holds(document, data_integrity.proofs(document)[1])
    with pytest.raises(MalformedError):
        data_integrity.document_hash({**document, "proof": [options]}, second, SHARED)


def test_signing_a_chain_link_by_link():
    """Each link covers the ones it names, over statements or over JSON, and stands behind them."""
    names = ["urn:uuid:0f6b1c1e-6a0c-4ab7-9d2e-1b8f6a6f0001", "urn:x:2"]
    document = signed(suite="eddsa-jcs-2022", name=names[0])
    for suite, after in (("eddsa-rdfc-2022", names[:1]), ("eddsa-jcs-2022", names)):
        document = data_integrity.sign(
            document,
            method=SCHOOL.method,
            sign=SCHOOL.sign,
            created=WORLD.now,
            suite=suite,
            name=names[1] if suite == "eddsa-rdfc-2022" else None,
            after=after,
        )
    proofs = data_integrity.proofs(document)
    assert [proof.options.get("id") for proof in proofs] == [*names, None]
    assert [data_integrity.previous(proof) for proof in proofs] == [[], names[:1], names]
    assert all(holds(document, proof) for proof in proofs)
    document["proof"][0]["created"] = "2020-01-01T00:00:00Z"
    assert not any(holds(document, proof) for proof in proofs)
    assert not any(data_integrity.in_circle(proof, proofs) for proof in proofs)


def test_signing_over_json_covers_what_no_context_defines_and_refuses_what_it_cannot_cover():
    by = {"method": SCHOOL.method, "sign": SCHOOL.sign, "created": WORLD.now}
    claims = WORLD.claims(SCHOOL)
    assert holds(data_integrity.sign(claims | {"gpa": 4.5}, suite="eddsa-jcs-2022", **by))
    with pytest.raises(MalformedError) as caught:
        data_integrity.sign(claims | {"gpa": 2**53 + 1}, suite="eddsa-jcs-2022", **by)
    assert caught.value.code is Code.NUMBER_OUT_OF_RANGE


@pytest.mark.parametrize(
    ("suite", "algorithm"),
    [
        ("eddsa-rdfc-2022", "ES256"),
        ("ecdsa-rdfc-2019", "EdDSA"),
        ("ecdsa-jcs-2019", "ES256K"),
        ("Ed25519Signature2018", "ES256"),
        ("JsonWebSignature2020", "none"),
        ("EcdsaSecp256k1Signature2019", "ES256"),
    ],
)
def test_no_suite_signs_with_what_it_does_not_take(suite, algorithm):
    with pytest.raises(UnsupportedError) as caught:
        signed(suite=suite, algorithm=algorithm)
    assert caught.value.code is Code.PROOF_UNSUPPORTED


@pytest.mark.parametrize(
    "value",
    [None, 5, "", "z", "z2", "uAAAA", "zzzz0", "f00", "z" + "1" * 63, "z" + "2" * 200],
)
def test_proof_values_that_are_none(value):
    kind = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
    proof = data_integrity._proof({**kind, "proofValue": value})
    with pytest.raises(MalformedError):
        data_integrity.signature(proof)


def test_members_no_proof_has_are_refused():
    value = {**signed()["proof"], "expirationDate": "2020-01-01T00:00:00Z"}
    with pytest.raises(UnsupportedError) as caught:
        data_integrity.signature(data_integrity._proof(value))
    assert caught.value.code is Code.PROOF_UNSUPPORTED


def test_a_context_in_the_proof_must_be_the_documents():
    document = signed()
    same = {**document["proof"], "@context": document["@context"]}
    assert holds({**document, "proof": same})
    other = {**document["proof"], "@context": ["https://w3id.org/security/v2"]}
    with pytest.raises(MalformedError):
        holds({**document, "proof": other})


def test_too_many_proofs_are_refused():
    with pytest.raises(MalformedError):
        data_integrity.proofs({"proof": [{}] * 11})
    with pytest.raises(MalformedError):
        data_integrity.proofs({"proof": ["x"]})


# -- what a proof over statements does not see ------------------------------------------------

CRED = "https://www.w3.org/2018/credentials#"
ENDING = WORLD.claims(SCHOOL, ends=WORLD.now + timedelta(days=9))
END = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": ENDING["validUntil"]}


def _hidden(**replacement):
    return {k: v for k, v in ENDING.items() if k != "validUntil"} | replacement


RENAMED = {
    "as its IRI": _hidden(**{CRED + "validUntil": END}),
    "under a prefix": _hidden(
        **{"c:validUntil": END, "@context": [*ENDING["@context"], {"c": CRED}]}
    ),
    "under an own name": _hidden(
        note=ENDING["validUntil"],
        **{
            "@context": [
                *ENDING["@context"],
                {
                    "note": {
                        "@id": CRED + "validUntil",
                        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
                    }
                },
            ]
        },
    ),
    "beside, as included": _hidden(
        **{"@included": [{"id": ENDING["id"], CRED + "validUntil": END}]}
    ),
}


@pytest.mark.parametrize("document", RENAMED.values(), ids=RENAMED)
def test_a_renamed_end_is_the_same_to_the_signature_and_refused(document):
    (proof,) = data_integrity.proofs({"proof": {"type": "Ed25519Signature2020"}})
    same = data_integrity.canonicalize(ENDING, SHARED) == data_integrity.canonicalize(
        document, SHARED
    )
    assert same, "otherwise this test shows nothing"
    with pytest.raises(WalletError) as caught:
        data_integrity.document_hash(document, proof, SHARED)
    assert caught.value.code in {Code.JSONLD_INVALID, Code.CONTEXT_UNKNOWN}


@pytest.mark.parametrize(
    "context",
    [
        {"@vocab": "https://x.example/"},
        {"gpa": "https://x.example/gpa", "x": "https://x.example/"},
        {"gpa": {"@id": "https://x.example/terms#gpa", "@type": "@id"}},
        {"id": "@id", "type": "@type"},
        {
            "Degree": {
                "@id": "https://x.example/Degree",
                "@context": {"gpa": "https://x.example/gpa"},
            }
        },
        {"gpa": None},
    ],
)
def test_inline_contexts_that_keep_their_names_are_fine(context):
    plain.check({"@context": ["https://www.w3.org/ns/credentials/v2", context], "gpa": "4"})


@pytest.mark.parametrize(
    "context",
    [
        {"gpa": "https://x.example/absences"},
        {"gpa": {"@reverse": "https://x.example/gpa"}},
        {"who": "@id"},
        {"in": "@included"},
        {"@import": "https://x.example/"},
        {"D": {"@id": "https://x.example/D", "@context": {"gpa": "https://x.example/absences"}}},
    ],
)
def test_inline_contexts_that_rename_are_not(context):
    with pytest.raises(UnsupportedError):
        plain.check({"@context": ["https://www.w3.org/ns/credentials/v2", context]})


def _definitions(context):
    for item in context if isinstance(context, list) else [context]:
        if isinstance(item, dict):
            for name, value in item.items():
                if isinstance(value, dict) and not name.startswith("@"):
                    yield name, value.get("@id")
                    yield from _definitions(value.get("@context"))
                elif isinstance(value, str):
                    yield name, value


def test_no_shipped_context_gives_a_term_of_the_data_model_another_name():
    checked = 0
    for entry in contexts._manifest().values():
        if not entry.get("file"):
            continue
        document = json.loads(contexts._load(entry["url"]))
        prefix = "cred:" if f'"cred": "{CRED}"' in json.dumps(document) else CRED
        for name, iri in _definitions(document.get("@context")):
            if not isinstance(iri, str):
                continue
            last = iri.removeprefix(prefix).removeprefix(CRED)
            if last != iri and last and not last.startswith("Verifiable"):
                assert last == name, (entry["url"], name, iri)
                checked += 1
    assert checked > 20


def test_no_trusted_context_gives_a_keyword_another_name():
    found, places = set(), set()
    for entry in contexts._manifest().values():
        if entry.get("file"):
            text = contexts._load(entry["url"]).decode()
            names = {d for d in _definitions(json.loads(text)["@context"]) if str(d[1])[:1] == "@"}
            found |= names
            if ("uid", "@id") in names or "ns/odrl.jsonld" in text:
                places.add(entry["url"])
    assert found == {("id", "@id"), ("type", "@type"), ("uid", "@id")}
    assert len(places) == 2
    assert all(plain._names_odrl({"@context": place}) for place in places)


def test_the_one_that_does_cannot_hide_who_is_meant():
    odrl = "http://www.w3.org/ns/odrl.jsonld"
    node = {"uid": "did:example:kim", "name": "x"}
    base = ["https://www.w3.org/ns/credentials/v2"]
    plain.check({"@context": base, "credentialSubject": node})
    for context in (odrl, [odrl], ["x", [odrl]]):
        with pytest.raises(UnsupportedError):
            plain.check({"@context": [*base, context], "credentialSubject": node})
        inner = {"@context": context, "a": [node]}
        with pytest.raises(UnsupportedError):
            plain.check({"@context": base, "credentialSubject": inner})


def test_key_finding_is_the_one_used_for_signing():
    assert keys.find(SCHOOL.method, WORLD).key == SCHOOL.public

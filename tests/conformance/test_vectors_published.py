"""Other people's credentials: what we say of each stays what it is.

`outcomes.json` holds our answer for every file of these folders that is a credential. Written by
`python -m tests.conformance.outcomes` and read by a person before it is committed; the recruiter's
page is held to the same files. Whether an answer is the right one is `test_published`'s question.
"""

from __future__ import annotations

import json

import pytest

from tests.conformance import outcomes
from tests.paths import shared
from wallet import formats
from wallet.errors import WalletError
from wallet.formats import fields, status_list, token_status_list, vc_jwt
from wallet.model import Credential
from wallet.net.saved import Documents
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, verify_presentation

MANIFEST = json.loads(shared("vectors", "manifest.json").read_text("utf-8"))
TABLE = json.loads(outcomes.TABLE.read_text("utf-8"))


def test_the_table_is_about_these_files():
    assert set(TABLE) == set(outcomes.files())


@pytest.mark.parametrize("name", TABLE)
def test_our_answer_is_the_one_in_the_table(name):
    assert outcomes.answer(name) == TABLE[name]["answer"]


BASE_PROOFS = [
    name
    for name in TABLE
    if name.startswith("data-integrity/")
    and name.endswith(".json")
    and b'"u2V0A' in shared("vectors", name).read_bytes()
]


@pytest.mark.parametrize("name", BASE_PROOFS)
def test_a_base_proof_that_is_presented_is_refused(name):
    credential = json.loads(shared("vectors", name).read_text("utf-8"))
    presented = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [credential],
    }
    found = formats.read(json.dumps(presented).encode())
    report = verify_presentation(found, Policy(), Documents(shared("vectors")), outcomes.NOW)
    (inner,) = report.credentials
    assert inner[Question.SIGNATURE].outcome is Outcome.FAILED
    assert inner[Question.SIGNATURE].reason is Reason.BASE_PROOF_PRESENTED


LISTS = [n for n in MANIFEST if n.startswith("status/")]


def _value(text, ref):
    """Return the status in a published list, or None when it cannot be read."""
    try:
        if ref.type == token_status_list.ENTRY_TYPE:
            return token_status_list.read(text.encode()).bits.value(ref.index)
        claims = vc_jwt.parse(text.encode()).claims
        if claims["credentialSubject"]["statusPurpose"] != ref.purpose:
            return "of another purpose"
        return status_list.read(claims).of(ref).value(ref.index)
    except WalletError:
        return None


@pytest.mark.parametrize("name", LISTS)
def test_published_status_lists(name):
    """The walt.id cases: lists as tokens, positions, and whether the value is the good one."""
    case = json.loads(shared("vectors", name).read_text("utf-8"))
    lists, wanted = case["status-credential"], case["attribute"]
    contents = [lists] if isinstance(lists, str) else [item["content"] for item in lists]
    wanted = {w.get("purpose", "revocation"): w["value"] for w in fields.nodes(wanted)}
    holder = case["holder-credential"]
    refs = fields.status_refs(holder.get("vc", holder))
    assert refs
    good = []
    for ref in refs:
        (value,) = [v for text in contents if (v := _value(text, ref)) != "of another purpose"]
        assert (value is None) == ("wrong-list-encoding" in name)
        good.append(value == wanted[ref.purpose])
    assert all(good) == case["valid"]


def test_the_bytes_of_everything_read_are_kept():
    for name in TABLE:
        data = shared("vectors", name).read_bytes()
        try:
            found = formats.read(data)
        except WalletError:
            continue
        if isinstance(found, Credential):
            assert data in (found.raw, found.container)

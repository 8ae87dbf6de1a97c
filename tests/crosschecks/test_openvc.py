"""Both ways beside openvc, a verifier and issuer in Python that shares no code with this one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.crosschecks.answers import holds, is_broken, read, renamed
from tests.crosschecks.test_javascript import MANDATORY, SHOWN, base_here, derived_here
from tests.crosschecks.test_tokens import altered
from wallet import resources
from wallet.crypto import jose, multikey
from wallet.model import Format, KeyType

openvc = pytest.importorskip("openvc", reason="openvc-core is not installed")
pytest.importorskip("pyld", reason="openvc-core's data-integrity extra is not installed")

from openvc import VerificationPolicy, keys, verify_credential  # noqa: E402
from openvc.errors import OpenvcError  # noqa: E402
from openvc.proof.data_integrity import DataIntegrityProofSuite  # noqa: E402
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite  # noqa: E402
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite  # noqa: E402
from openvc.proof.ecdsa_sd import EcdsaSdProofSuite  # noqa: E402
from openvc.proof.sd_jwt import SdJwtVcProofSuite  # noqa: E402
from openvc.proof.vc_jwt import VcJwtProofSuite  # noqa: E402

MANIFEST = json.loads(resources.read("contexts/manifest.json"))["contexts"]
CONTEXTS = {
    entry["url"]: json.loads(resources.read(f"contexts/{entry['file']}"))
    for entry in MANIFEST
    if entry["file"] and "imsglobal" in entry["url"]
}
SUITES: dict[tuple[str, str], Any] = {
    ("eddsa-rdfc-2022", "Ed25519"): (DataIntegrityProofSuite, keys.Ed25519SigningKey),
    ("eddsa-jcs-2022", "Ed25519"): (EddsaJcsProofSuite, keys.Ed25519SigningKey),
    ("ecdsa-rdfc-2019", "P-256"): (EcdsaRdfcProofSuite, keys.P256SigningKey),
    ("ecdsa-rdfc-2019", "P-384"): (EcdsaRdfcProofSuite, keys.P384SigningKey),
    ("ecdsa-jcs-2019", "P-256"): (EcdsaJcsProofSuite, keys.P256SigningKey),
    ("ecdsa-jcs-2019", "P-384"): (EcdsaJcsProofSuite, keys.P384SigningKey),
}
suites = pytest.mark.parametrize(("suite", "kind"), SUITES)
KEYS = {
    "EdDSA": (KeyType.ED25519, keys.Ed25519SigningKey),
    "ES256": (KeyType.P256, keys.P256SigningKey),
    "ES384": (KeyType.P384, keys.P384SigningKey),
}
algorithms = pytest.mark.parametrize("algorithm", KEYS)


MADE = {
    keys.Ed25519SigningKey: ed25519.Ed25519PrivateKey.generate,
    keys.P256SigningKey: lambda: ec.generate_private_key(ec.SECP256R1()),
    keys.P384SigningKey: lambda: ec.generate_private_key(ec.SECP384R1()),
}


def fresh(world, key_class, *, method="key"):
    """A new key for openvc, and a party of the world that goes by it."""
    private = MADE[key_class]()
    jwk = key_class(private, "unnamed").public_jwk()
    public = jose.key_of_jwk({name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk})
    party = world.issuer("Somebody Else")
    party.id = multikey.did_key(public) if method == "key" else multikey.did_jwk(public)
    party.method = multikey.did_key_method(party.id) if method == "key" else f"{party.id}#0"
    return key_class(private, party.method), party


def accepts(document, **more):
    """Say whether openvc verifies a credential (its dates, issuer and key too)."""
    try:
        verify_credential(
            document, policy=VerificationPolicy(**more), extra_contexts=CONTEXTS, resolver=None
        )
    except OpenvcError:
        return False
    return True


def offered(suite_class):
    """What each suite takes: those over JSON text need no contexts."""
    return {} if "Jcs" in suite_class.__name__ else {"extra_contexts": CONTEXTS}


def signed_by_openvc(world, suite, kind):
    suite_class, key_class = SUITES[suite, kind]
    key, party = fresh(world, key_class)
    return suite_class().add_proof(
        world.claims(party, subject=world.learner().id),
        signing_key=key,
        verification_method=party.method,
        **offered(suite_class),
    )


@pytest.mark.parametrize(("suite", "kind"), [one for one in SUITES if "rdfc" in one[0]])
def test_what_openvc_signs_holds_here(world, suite, kind):
    document = signed_by_openvc(world, suite, kind)
    assert document["proof"]["cryptosuite"] == suite
    assert holds(document, world.now)
    assert is_broken(renamed(document), world.now)


@pytest.mark.parametrize(("suite", "kind"), [one for one in SUITES if "jcs" in one[0]])
def test_what_openvc_signs_by_an_old_draft_holds_nowhere_else(javascript, world, suite, kind):
    # It hashes the document's contexts as part of the proof and then leaves them out of it. The
    # Recommendations (Data Integrity EdDSA 1.0 section 3.3.1, ECDSA 1.0 section 3.3.1) keep them.
    document = signed_by_openvc(world, suite, kind)
    assert "@context" not in document["proof"]
    given = {"document": document, "now": world.now.isoformat()}
    assert not javascript.ask("verify", **given)["verified"]
    assert is_broken(document, world.now)
    document["proof"]["@context"] = document["@context"]
    assert javascript.ask("verify", **given)["verified"]
    assert holds(document, world.now)


@suites
def test_what_we_sign_holds_for_openvc(world, suite, kind):
    issuer = world.issuer(f"College of {kind}", key_type=KeyType(kind))
    # With few nodes that have no names: openvc labels them by SHA-256 whatever the curve, where the
    # specification and the JavaScript libraries take SHA-384 for P-384.
    document = json.loads(world.issue(issuer, suite=suite, subject=world.learner().id))
    assert accepts(document)
    assert not accepts(renamed(document))


def test_parts_that_openvc_chose_hold_here(world):
    key, party = fresh(world, keys.P256SigningKey)
    base = EcdsaSdProofSuite().add_base_proof(
        world.claims(party, subject=world.learner().id),
        signing_key=key,
        verification_method=party.method,
        mandatory_pointers=MANDATORY,
        extra_contexts=CONTEXTS,
    )
    for derived in (
        derived_here(base),
        EcdsaSdProofSuite().derive_proof(base, selective_pointers=SHOWN, extra_contexts=CONTEXTS),
    ):
        assert holds(derived, world.now)
        assert is_broken(renamed(derived), world.now)
        assert accepts(derived)


def test_parts_that_we_chose_hold_for_openvc(world):
    base = base_here(world)
    theirs = EcdsaSdProofSuite().derive_proof(
        base, selective_pointers=SHOWN, extra_contexts=CONTEXTS
    )
    for derived in (derived_here(base), theirs):
        assert accepts(derived)
        assert not accepts(renamed(derived))
        assert holds(derived, world.now)


@algorithms
def test_tokens_that_openvc_signs_hold_here(world, algorithm):
    key, party = fresh(world, KEYS[algorithm][1], method="jwk")
    token = VcJwtProofSuite().sign(world.claims(party), signing_key=key)
    assert holds(token, world.now)
    assert is_broken(altered(token), world.now)


@algorithms
def test_tokens_that_we_sign_hold_for_openvc(world, algorithm):
    # In the older shape: openvc wants an "iss", which the newer leaves to the credential.
    issuer = world.issuer(f"College {algorithm}", method="jwk", key_type=KEYS[algorithm][0])
    token = world.issue(issuer, form=Format.VC_JWT).decode()
    assert accepts(token)
    assert not accepts(altered(token))


@algorithms
def test_disclosures_that_openvc_made_hold_here(world, algorithm):
    key, party = fresh(world, KEYS[algorithm][1], method="jwk")
    token = SdJwtVcProofSuite().issue(
        {"iss": party.id, "name": "Robin Rivera", "level": 1},
        signing_key=key,
        disclosable=["name", "level"],
        vct="https://college.example/welding",
        decoys=2,
    )
    assert holds(token, world.now)
    assert "Robin Rivera" in str(read(token).claims)
    head, name, *_ = token.split("~")
    only = f"{head}~{name}~"
    assert holds(only, world.now)
    assert accepts(only)

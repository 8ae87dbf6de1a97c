"""Odd values anywhere in what is read and verified: an answer or a refusal, never a crash."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

from tests.world import World
from wallet import formats
from wallet.crypto import jose
from wallet.errors import WalletError
from wallet.model import Bundle, Format, Presentation
from wallet.report import Question
from wallet.verify import verify, verify_presentation

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College", "web")
ROBIN = WORLD.learner()
PAGE = "https://page.example"

ODD = [
    *(None, True, 0, -1, 1.5, 1e300, 10**30, [], {}, [[]], [{}], [None, 1, "a", {}], ["x"] * 30),
    *("", "x", ":", "#", "@id", "\u0000", "é" * 50, "urn:x:y", "2020-01-01T00:00:00Z"),
    *("did:", "did:key:", "did:key:z", "did:web:", "did:web:a", "did:jwk:e30", "did:ion:x"),
    *("https://", "https://[", "http://x", "data:,", "data:application/vc+jwt,a.b.c"),
    *({"id": 5}, {"id": None}, {"@value": 1}, {"@id": "x"}, {"type": {}}),
    *({"@context": 5}, {"@context": {"a": {"@id": 5}}}, {"@context": [[["x"]]]}),
]
NAMES = [
    *("id", "type", "@context", "proof", "credentialStatus", "validUntil", "@included", "x:y"),
    *("credentialSubject", "verifiableCredential", "previousProof", "expires", "domain"),
]


def _documents():
    badge = {"subject": ROBIN.id, "ends": WORLD.now + timedelta(days=2)}
    both = ["revocation", "suspension"]
    first = WORLD.issue(SCHOOL, **badge, status=both)
    older = WORLD.issue(SCHOOL, **badge, status=both, suite="Ed25519Signature2020")
    token = WORLD.issue(SCHOOL, **badge, form=Format.VC_JOSE)
    shared = WORLD.present(
        ROBIN, [first, token], domains=[PAGE], challenge="c", expires=WORLD.now + timedelta(days=1)
    )
    return [json.loads(first), json.loads(older), json.loads(shared)]


def _places(value, path=()):
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from _places(inner, (*path, name))


def _damage(chance, document):
    for _ in range(chance.choice([1, 1, 2, 3])):
        path = chance.choice(list(_places(document)) or [("x",)])
        target = document
        for step in path[:-1]:
            target = target[step]
        value = json.loads(json.dumps(chance.choice(ODD)))
        kind = chance.random()
        if kind < 0.7:
            target[path[-1]] = value
        elif isinstance(target, dict):
            if kind < 0.85:
                target[chance.choice(NAMES)] = value
            else:
                target.pop(path[-1], None)
    return document


def _token(chance, document):
    payload = chance.choice(
        [
            document,
            {"vc": document, "iss": SCHOOL.id},
            {"vp": document, "iss": chance.choice(ODD), "exp": chance.choice(ODD)},
        ]
    )
    header = {"alg": "EdDSA", "kid": SCHOOL.method}
    return jose.sign_compact(header, json.dumps(payload).encode(), sign=SCHOOL.sign).encode()


def _verify(found):
    policy = WORLD.policy(SCHOOL)
    if isinstance(found, Presentation):
        report = verify_presentation(found, policy, WORLD, WORLD.now, page_origin=PAGE)
        assert all(len(one.checks) == len(Question) - 1 for one in report.credentials)
        return
    for credential in found.credentials if isinstance(found, Bundle) else [found]:
        report = verify(credential, policy, WORLD, WORLD.now)
        assert [c.question for c in report.checks] == list(Question)[:5]


@pytest.mark.parametrize("seed", range(12))
def test_odd_values_anywhere(seed):
    chance = random.Random(seed)
    documents = _documents()
    for _ in range(40):
        document = _damage(chance, json.loads(json.dumps(chance.choice(documents))))
        for raw in (json.dumps(document).encode(), _token(chance, document)):
            try:
                found = formats.read(raw)
            except WalletError:
                continue
            _verify(found)

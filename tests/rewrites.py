"""Other ways to write a signed document: the same statements in other JSON, or nearly.

What a proof over JSON-LD covers stays the same under each of `REWRITES`; what a person reads must
then stay the same too, or be refused.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from tests.world import Party, World

Document = dict[str, Any]
XSD = "http://www.w3.org/2001/XMLSchema#"
_HASH = "sha256$" + "0" * 64


def signed(world: World, school: Party, learner: Party) -> Document:
    """Return a signed credential that says everything the wallet decides by, and ends."""
    claims = world.claims(
        school, subject=learner.id, ends=world.now + timedelta(days=9), status=["revocation"]
    )
    subject = claims["credentialSubject"]
    subject["identifier"] = [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": _HASH,
            "identityType": "emailAddress",
            "salt": "x",
        }
    ]
    subject["result"] = [
        {
            "id": "urn:example:result",
            "type": ["Result"],
            "resultDescription": "urn:example:exam",
            "achievedLevel": "urn:example:failed",
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": "Welding",
                    "targetUrl": "https://skills.example/1",
                }
            ],
        }
    ]
    subject["achievement"] |= {
        "creator": {"id": school.id, "type": ["Profile"]},
        "related": [
            {"id": claims["id"], "type": ["Related"]},
            {"id": "urn:example:result", "type": ["Related"]},
        ],
        "resultDescription": [
            {
                "id": "urn:example:exam",
                "type": ["ResultDescription"],
                "name": "Exam",
                "resultType": "RubricCriterionLevel",
                "rubricCriterionLevel": [
                    {
                        "id": "urn:example:failed",
                        "type": ["RubricCriterionLevel"],
                        "name": "Failed",
                    }
                ],
            }
        ],
    }
    claims["evidence"] = [{"type": ["Evidence"], "name": "A seam", "narrative": "It broke."}]
    found: Document = json.loads(world.secure(school, claims))
    return found


def _subject(document: Document) -> Document:
    return document["credentialSubject"]


def _wrap(document: Document, *names: str) -> None:
    *way, last = names
    for name in way:
        document = document[name][0] if isinstance(document[name], list) else document[name]
    document[last] = [document[last]]


def _typed(value: str, kind: str) -> Document:
    return {"@type": XSD + kind, "@value": value}


def _move_end(document: Document) -> None:
    mention = _subject(document)["achievement"]["related"][0]
    mention["type"] = ["Related", "VerifiableCredential"]
    mention["validUntil"] = document.pop("validUntil")
    mention["credentialStatus"] = document.pop("credentialStatus")


def _move_result(document: Document) -> None:
    mention = _subject(document)["achievement"]["related"][1]
    result = _subject(document)["result"][0]
    mention["type"] = ["Related", "Result"]
    mention["achievedLevel"] = result.pop("achievedLevel")


def _swap_result(document: Document) -> None:
    related = _subject(document)["achievement"]["related"]
    related[1] = {**_subject(document)["result"][0], "type": ["Related", "Result"]}
    _subject(document)["result"] = [{"id": "urn:example:result"}]


def _split_blank(document: Document) -> None:
    evidence = document["evidence"][0]
    document["evidence"] = [
        {"id": "_:e", "type": ["Evidence"], "name": evidence["name"]},
        {"id": "_:e", "type": ["Evidence"], "narrative": evidence["narrative"]},
    ]


def _prefixed(document: Document) -> None:
    document["@context"].append({"d": "did:"})
    _subject(document)["id"] = _subject(document)["id"].replace("did:", "d:", 1)


def _half_names(document: Document) -> None:
    document["@context"].append({"@vocab": "https://www.w3.org/2018/credentials#valid"})
    document["Until"] = _typed(document.pop("validUntil"), "dateTime")


def _prefix_and_half(document: Document) -> None:
    start = "https://www.w3.org/2018/credentials#valid"
    definition = {"@id": "valid:Until", "@type": XSD + "dateTime"}
    document["@context"].append({"valid": {"@id": start, "@prefix": True}, "Until": definition})
    document["Until"] = document.pop("validUntil")


def _below_a_vocabulary(document: Document) -> None:
    document["@context"].append({"@vocab": "https://www.w3.org/2018/"})
    document["credentials#validUntil"] = _typed(document.pop("validUntil"), "dateTime")


def _listed(document: Document, *names: str) -> None:
    _wrap(document, *names)
    _wrap(document, *names)


# Each keeps every statement and would, without the guard, change what is read.
REWRITES: dict[str, Callable[[Document], None]] = {
    "the end moved to another mention of the credential": _move_end,
    "a grade moved to another mention of the result": _move_result,
    "a result swapped with a mention of it": _swap_result,
    "a node without a name split": _split_blank,
    "the subject in a list in a list": lambda d: _listed(d, "credentialSubject"),
    "the results in a list in a list": lambda d: _wrap(d, "credentialSubject", "result"),
    "the status in a list in a list": lambda d: _listed(d, "credentialStatus"),
    "the subject's id with a prefix": _prefixed,
    "the end as a typed value": lambda d: d.update(validUntil=_typed(d["validUntil"], "dateTime")),
    "the end in a list": lambda d: _wrap(d, "validUntil"),
    "a level in a list": lambda d: _wrap(d, "credentialSubject", "result", "achievedLevel"),
    "an e-mail hash in a list": lambda d: _wrap(
        d, "credentialSubject", "identifier", "identityHash"
    ),
    "hashed as a text": lambda d: _subject(d)["identifier"][0].update(hashed="true"),
    "a status position as a value": lambda d: d["credentialStatus"][0].update(
        statusListIndex={"@value": d["credentialStatus"][0]["statusListIndex"]}
    ),
    "a vocabulary that ends within a name": _half_names,
    "a prefix that ends within a name": _prefix_and_half,
    "a key below a vocabulary": _below_a_vocabulary,
}


def rewritten(document: Document, name: str) -> Document:
    """Return a copy of `document`, written in the way of that name."""
    found = copy.deepcopy(document)
    REWRITES[name](found)
    return found


def anyhow(document: Document, chance: random.Random) -> Document:
    """Return a copy rewritten at random places; not always does it say the same."""
    found = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        chance.choice(_STEPS)(found, chance)
    return found


def _nodes(value: Any) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
        for name, item in value.items():
            if name not in ("@context", "proof"):
                yield from _nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


def _place(document: Document, chance: random.Random) -> tuple[Document, str]:
    places = [
        (node, name)
        for node in _nodes(document)
        for name in node
        if name not in ("@context", "proof")
    ]
    return chance.choice(places)


def _in_list(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    node[name] = [node[name]]


def _out_of_list(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    if isinstance(node[name], list) and len(node[name]) == 1:
        node[name] = node[name][0]


def _with_null(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    node[name] = [None, *(node[name] if isinstance(node[name], list) else [node[name]])]


def _as_value(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    if isinstance(node[name], str):
        kind = chance.choice([{}, {"@type": XSD + "dateTime"}, {"@type": XSD + "string"}])
        node[name] = {**kind, "@value": node[name]}


def _as_node(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    if isinstance(node[name], str):
        node[name] = {"id": node[name]}


def _as_set(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    node[name] = {chance.choice(["@set", "@list"]): node[name]}


def _as_text(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    if isinstance(node[name], dict) and list(node[name]) == ["id"]:
        node[name] = node[name]["id"]


def _shuffled(document: Document, chance: random.Random) -> None:
    node = chance.choice(list(_nodes(document)))
    members = list(node.items())
    chance.shuffle(members)
    node.clear()
    node.update(members)


def _moved(document: Document, chance: random.Random) -> None:
    nodes = [node for node in _nodes(document) if isinstance(node.get("id"), str)]
    one = chance.choice(nodes)
    others = [node for node in nodes if node["id"] == one["id"] and node is not one]
    if others:
        other = chance.choice(others)
        other["type"] = _union(other.get("type"), one.get("type"))
        for name in chance.sample(list(one), chance.randint(1, len(one))):
            if name not in ("id", "type", "@context", "proof"):
                other[name] = one.pop(name)


def _union(*given: Any) -> list[Any]:
    listed = [item for kinds in given for item in (kinds if isinstance(kinds, list) else [kinds])]
    return list(dict.fromkeys(kind for kind in listed if isinstance(kind, str)))


def _compact(document: Document, chance: random.Random) -> None:
    node, name = _place(document, chance)
    value = node[name]
    if isinstance(value, str) and ":" in value:
        cut = chance.randint(1, len(value) - 1)
        contexts = document["@context"]
        document["@context"] = [
            *(contexts if isinstance(contexts, list) else [contexts]),
            {"p": {"@id": value[:cut], "@prefix": True}},
        ]
        node[name] = "p:" + value[cut:]


def _named(document: Document, chance: random.Random) -> None:
    nodes = [node for node in _nodes(document) if "id" not in node and "@value" not in node]
    if nodes:
        chance.choice(nodes)["id"] = "_:n"


_STEPS = (
    *(_in_list, _out_of_list, _with_null, _as_value, _as_node, _as_set, _as_text, _shuffled),
    *(_moved, _moved, _compact, _named),
)

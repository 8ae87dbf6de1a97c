"""Seeded mutations of real credentials, and small documents that try every feature of contexts.

The same seed gives the same documents. A mutated document is JSON that `json.dumps` can write; it
need not make sense.
"""

from __future__ import annotations

import copy
import random
from typing import Any

Json = Any

VOCAB = "https://vocab.example/#"
KEYWORDS = (
    "@id", "@type", "@value", "@list", "@set", "@graph", "@reverse", "@index", "@nest",
    "@included", "@language", "@direction", "@context", "@json", "@none", "@vocab", "@base",
    "@container", "@default", "@foo", "@import", "@propagate", "@protected",
)  # fmt: skip
TEXTS = (
    "",
    "text",
    "en",
    "de-CH",
    "not a language",
    "relative/path",
    "./http://dots.example/x",
    "../up",
    "#fragment",
    "//host.example/x",
    "https://absolute.example/x",
    "https://absolute.example/with space",
    "https://absolute.example/<odd>|{chars}",
    "urn:uuid:00000000-0000-4000-8000-000000000000",
    "did:example:123",
    "_:b0",
    "_:c14n0",
    "_:other",
    "schema:name",
    "id:x",
    "type:x",
    "name",
    "type",
    "id",
    "VerifiableCredential",
    "Achievement",
    "Undefined",
    'tab\tnewline\nreturn\rbell\x07delete\x7fquote"back\\slash',
    "caf\u00e9 \u65e5\u672c\u8a9e",
    "\U0001f600 beyond \uff01",
    "\uff01",
    "\ue000 private",
    "\u2028line",
    "e\u0301",
    "1.5",
    "1.50abc",
    "true",
    "2024-01-01T00:00:00Z",
    "@id",
    "@type",
    "@foo",
    "a:b:c",
    ":colon",
    "x:",
)
HARMLESS = (
    "https://absolute.example/x",
    "https://absolute.example/y",
    "urn:uuid:00000000-0000-4000-8000-000000000000",
    "did:example:123",
    "_:b0",
    "_:b1",
)
NUMBERS = (
    0, 1, -1, 5, 7.0, 5.5, -0.0, 0.1, 1e21, 1e20, 1.5e-7, 1e-7, -1e-7, 71.4244, 1e300, 5e-324,
    2**53, 2**53 + 1, 12345678901234567890, -(10**25), 1000000000000000.5, 4503599627370495.5,
)  # fmt: skip
TERMS = (
    "id", "type", "name", "description", "issuer", "credentialSubject", "achievement", "evidence",
    "proof", "alignment", "result", "image", "criteria", "narrative", "validFrom", "validUntil",
    "issuanceDate", "credentialStatus", "credentialSchema", "url", "email", "tag", "termsOfUse",
    "holder", "verifiableCredential", "identifier", "targetName", "targetUrl", "value", "extra",
    "wallOfFame", "schema:name", "rdf:type", "a", "b", "c", "p", "q", "r", "index", "nest",
    "lang", "json", "list", "set", "graph", "rev", "https://absolute.example/p", "_:predicate",
    "\u540d\u524d", "\U0001f600", "0", "1",
)  # fmt: skip
# What invented contexts define.
NAMES = (
    "a", "b", "c", "p", "q", "r", "index", "nest", "lang", "json", "list", "set", "graph", "rev",
    "\u540d\u524d", "0", "name", "type", "id", "x:y",
)  # fmt: skip
KNOWN_TYPES = (
    "VerifiableCredential", "OpenBadgeCredential", "AchievementCredential", "AchievementSubject",
    "Achievement", "Profile", "Alignment", "Evidence", "Image", "Result", "ResultDescription",
    "VerifiablePresentation", "Address", "DataIntegrityProof", "Ed25519Signature2020",
    "EndorsementCredential", "IdentityObject", "Undefined", "https://absolute.example/T",
    "relative", "_:t", "@json", "T", "U",
)  # fmt: skip
CONTAINERS: tuple[Json, ...] = (
    "@list", "@set", "@language", "@index", "@id", "@type", "@graph", ["@graph", "@id"],
    ["@graph", "@index"], ["@graph", "@set"], ["@index", "@set"], ["@id", "@set"],
    ["@list", "@set"], ["@type", "@set"], ["@graph", "@id", "@set"], [], None, "@value",
)  # fmt: skip
PUBLISHED = (
    "https://www.w3.org/2018/credentials/v1",
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/vc/status-list/2021/v1",
    "https://w3id.org/dcc/v1",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
    "https://w3id.org/security/v2",
    "https://www.w3.org/2018/credentials/examples/v1",
    "https://unknown.example/context",
    "relative-context",
)


class Mutator:
    """Makes documents from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: Any) -> Json:
        """Return one of the options, not to be shared with another document."""
        return copy.deepcopy(self.random.choice(options))

    def chance(self, share: float) -> bool:
        """Return true in about this share of calls."""
        return self.random.random() < share

    def key(self) -> str:
        """Return a key: a known term, an unknown one, a keyword."""
        if self.chance(0.4):
            return self.pick(NAMES)
        return self.pick(KEYWORDS) if self.chance(0.25) else self.pick(TERMS)

    def text(self) -> str:
        """Return a text, half the time one that may stand anywhere."""
        return self.pick(HARMLESS) if self.chance(0.5) else self.pick(TEXTS)

    def scalar(self) -> Json:
        """Return a value that is no map and no array."""
        roll = self.random.random()
        if roll < 0.65:
            return self.text()
        if roll < 0.85:
            return self.pick(NUMBERS)
        return self.pick((True, False, None))

    def value(self, depth: int = 0) -> Json:
        """Return any value."""
        roll = self.random.random()
        if depth > 3 or roll < 0.4:
            return self.scalar()
        if roll < 0.55:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        if roll < 0.7:
            return self.shaped(depth)
        return self.node(depth + 1)

    def node(self, depth: int = 0) -> dict[str, Json]:
        """Return a map with a few entries."""
        made: dict[str, Json] = {}
        if self.chance(0.4):
            made[self.pick(("id", "@id"))] = self.text()
        if self.chance(0.4):
            made[self.pick(("type", "@type"))] = self.types()
        for _ in range(self.random.randrange(3)):
            made[self.key()] = self.value(depth + 1)
        return made

    def types(self) -> Json:
        """Return a type or several."""
        if self.chance(0.4):
            return self.pick(("https://absolute.example/T", ["https://absolute.example/T"], "T"))
        if self.chance(0.5):
            return self.pick(KNOWN_TYPES)
        return [self.pick(KNOWN_TYPES) for _ in range(self.random.randrange(4))]

    def shaped(self, depth: int = 0) -> Json:
        """Return a map of one of the shapes JSON-LD knows."""
        content = self.value(depth + 1)
        shapes: tuple[Json, ...] = (
            {"@value": content},
            {"@value": self.scalar(), "@language": self.pick(TEXTS)},
            {"@value": self.scalar(), "@type": self.pick(TEXTS)},
            {"@value": content, "@type": "@json"},
            {"@value": self.scalar(), "@direction": self.pick(("ltr", "rtl", "up"))},
            {"@value": self.scalar(), "@index": "i"},
            {"@value": self.scalar(), "@type": "http://www.w3.org/2001/XMLSchema#double"},
            {"@list": content},
            {"@set": content},
            {"@graph": content},
            {"@id": self.text(), "@graph": content},
            {"@reverse": {self.key(): content}},
            {"@included": content},
            {"@nest": content},
            {"@id": self.text()},
            {"@type": self.types()},
            {"@language": "en"},
            {"@index": "i", self.key(): content},
            {"en": "text", "de": ["a", "b"], "@none": "c"},
            {self.pick(TEXTS) or "x": content, "@none": self.value(depth + 1)},
            {"@context": self.context(depth + 1), **self.node(depth + 1)},
            {},
        )
        return self.pick(shapes)

    def definition(self, depth: int = 0) -> Json:
        """Return a term definition."""
        if self.chance(0.35):
            if self.chance(0.6):
                return VOCAB + self.pick(NAMES)
            if self.chance(0.3):
                return self.pick(("@id", "@type", "@value", "@graph", "@list", "@nest"))
            return self.pick(
                (
                    VOCAB + "t",
                    "schema:t",
                    "@id",
                    "@type",
                    None,
                    "@nest",
                    "@graph",
                    "a",
                    "@value",
                    "@language",
                    "_:t",
                    "relative",
                    "@foo",
                    VOCAB,
                )
            )
        made: dict[str, Json] = {}
        if self.chance(0.8):
            made["@id"] = VOCAB + self.pick(NAMES)
            if self.chance(0.25):
                made["@id"] = self.pick((VOCAB + "u", "schema:t", "@type", "b", None))
        options: tuple[tuple[str, Any, float], ...] = (
            ("@type", ("@id", "@vocab", "@json", "@none", "schema:Number", "relative",
                       "http://www.w3.org/2001/XMLSchema#double"), 0.35),
            ("@container", CONTAINERS, 0.35),
            ("@language", ("en", None, "not a language", ""), 0.1),
            ("@direction", ("ltr", None), 0.03),
            ("@protected", (True, False), 0.15),
            ("@prefix", (True, False), 0.08),
            ("@nest", ("@nest", "nest"), 0.03),
            ("@index", ("schema:i", "b"), 0.08),
            ("@reverse", ("schema:back",), 0.08),
        )  # fmt: skip
        for name, values, share in options:
            if self.chance(share):
                made[name] = self.pick(values)
        if made.get("@reverse"):
            made.pop("@id", None)
        if "@index" not in str(made.get("@container")) and self.chance(0.95):
            made.pop("@index", None)
        if depth < 3 and self.chance(0.25):
            made["@context"] = self.context(depth + 1)
        return made

    def context(self, depth: int = 0) -> Json:
        """Return a local context."""
        roll = self.random.random()
        if roll < 0.12:
            return self.pick(PUBLISHED)
        if roll < 0.17:
            return None
        if roll < 0.27 and 0 < depth < 3:
            return [self.context(3) for _ in range(self.random.randrange(3))]
        made: dict[str, Json] = {}
        if self.chance(0.5):
            made["schema"] = self.pick(
                ("https://schema.example/", "https://schema.example/x", None)
            )
        options: tuple[tuple[str, Any, float], ...] = (
            ("@vocab", (*(VOCAB,) * 12, None, "relative", "schema:", ""), 0.3),
            ("@base", ("https://base.example/a/b", None, "sub/"), 0.06),
            ("@language", ("en", "de", None, "no language"), 0.08),
            ("@direction", ("ltr", None), 0.02),
            ("@protected", (True, True, True, True, False), 0.15),
            ("@propagate", (True, False), 0.06),
            ("@version", (1.1,) * 9 + (1.0,), 0.2),
            ("@import", PUBLISHED, 0.02),
            ("@foo", ("x",), 0.01),
        )
        for name, values, share in options:
            if self.chance(share):
                made[name] = self.pick(values)
        for _ in range(self.random.randrange(1, 4)):
            made[self.pick((*NAMES, "T", "U"))] = self.definition(depth)
        return made

    def places(self, value: Json) -> list[tuple[Json, Json]]:
        """Return every (container, key) in a document."""
        found: list[tuple[Json, Json]] = []
        entries: Any = ()
        if isinstance(value, dict):
            entries = list(value.items())
        elif isinstance(value, list):
            entries = list(enumerate(value))
        for key, item in entries:
            found.append((value, key))
            found.extend(self.places(item))
        return found

    def nodes(self, value: Json) -> list[dict[str, Json]]:
        """Return every map in a document that is not part of a context, the document first."""
        found = [value] if isinstance(value, dict) else []
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in entries:
            if key != "@context" and isinstance(item, dict | list):
                found.extend(self.nodes(item))
        return found

    def mutated(self, original: dict[str, Json]) -> dict[str, Json]:
        """Return a copy of a document with one to four changes."""
        document = copy.deepcopy(original)
        if self.chance(0.4):
            # With a vocabulary every term means something.
            present = document.get("@context", [])
            contexts = present if isinstance(present, list) else [present]
            document["@context"] = [
                *contexts,
                {"@vocab": VOCAB, "schema": "https://schema.example/"},
            ]
        for _ in range(self.random.choice((1, 1, 1, 1, 2, 2, 3))):
            places = self.places(document)
            if self.chance(0.8):
                places = [place for place in places if place[1] != "@context"]
            if places:
                holder, key = self.random.choice(places)
                self.change(document, holder, key)
        return document

    def change(self, document: dict[str, Json], holder: Json, key: Json) -> None:
        """Make one change at or near a place."""
        maps = self.nodes(document)
        roll = self.random.random()
        if roll < 0.16:
            holder[key] = self.value()
        elif roll < 0.26:
            del holder[key]
        elif roll < 0.36:
            self.random.choice(maps)[self.key()] = self.value()
        elif roll < 0.44 and isinstance(holder, dict):
            holder[self.key()] = holder.pop(key)
        elif roll < 0.52:
            other = self.random.choice(maps)
            other[self.key() if self.chance(0.5) else str(key)] = copy.deepcopy(holder[key])
        elif roll < 0.57:
            holder[key] = self.wrapped(holder[key])
        elif roll < 0.61:
            self.repeat(maps, holder, key)
        elif roll < 0.68:
            self.retype(self.random.choice(maps))
        elif roll < 0.74:
            self.random.choice(maps)[self.pick(("id", "@id"))] = self.text()
        elif roll < 0.94:
            self.recontext(document)
        else:
            self.random.choice(maps)["@context"] = self.context()

    def repeat(self, maps: list[dict[str, Json]], holder: Json, key: Json) -> None:
        """Put nodes that look alike, without names of their own, in a place."""
        node = copy.deepcopy(self.random.choice(maps))
        for name in ("id", "@id", "@context"):
            node.pop(name, None)
        other = copy.deepcopy(node)
        if self.chance(0.5):
            nodes = self.nodes(other)
            self.random.choice(nodes)[self.key()] = self.value()
        holder[key] = [
            copy.deepcopy(one) for one in (node, other, node)[: self.random.choice((2, 3))]
        ]

    def wrapped(self, value: Json) -> Json:
        """Return a value in another shape."""
        return self.pick(
            ([value], [[value]], [value, value], {"@list": [value]}, {"@set": [value]},
             {"@value": value}, {"@graph": [value]}, {"@id": value}, [None, value], {"en": value},
             {"@value": value, "@language": "en"}, {"@value": value, "@type": "@json"})
        )  # fmt: skip

    def retype(self, node: dict[str, Json]) -> None:
        """Change the types of a node."""
        for name in ("type", "@type"):
            if name in node and self.chance(0.8):
                present = node[name] if isinstance(node[name], list) else [node[name]]
                changed = [*present, self.pick(KNOWN_TYPES)]
                self.random.shuffle(changed)
                node[name] = changed[: self.random.randrange(1, 4)] if self.chance(0.4) else changed
                return
        node[self.pick(("type", "@type"))] = self.types()

    def recontext(self, document: dict[str, Json]) -> None:
        """Change the document's context, often adding a term and a use of it."""
        present = document.get("@context", [])
        contexts = list(present) if isinstance(present, list) else [present]
        roll = self.random.random()
        if roll < 0.15:
            self.random.shuffle(contexts)
        elif roll < 0.25 and contexts:
            contexts.pop(self.random.randrange(len(contexts)))
        else:
            added = self.context()
            contexts.insert(self.random.choice((len(contexts), 0, len(contexts))), added)
            if isinstance(added, dict):
                self.use(document, added)
        document["@context"] = contexts

    def use(self, document: dict[str, Json], context: dict[str, Json]) -> None:
        """Use terms of a context somewhere."""
        maps = self.nodes(document)
        for term in context:
            if not term.startswith("@") and self.chance(0.6):
                self.random.choice(maps)[term] = self.value()

    def invented(self) -> dict[str, Json]:
        """Return a small document with contexts and terms of its own."""
        contexts = [self.context() for _ in range(self.random.choice((1, 1, 2)))]
        document: dict[str, Json] = {"@context": contexts, "@id": "urn:x:1"}
        if self.chance(0.8):
            document["@context"].insert(0, {"@vocab": VOCAB, "schema": "https://schema.example/"})
        if self.chance(0.5):
            document["@type"] = self.types()
        for context in contexts:
            if isinstance(context, dict):
                self.use(document, context)
        for _ in range(self.random.randrange(3)):
            document[self.key()] = self.value()
        return document

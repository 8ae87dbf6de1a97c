"""Does a signed document say to people what it says to the signature?

A proof over JSON-LD covers statements, not the JSON that makes them: whoever holds a credential
could write `validUntil` under another name, move it into another object with the same `id`, put a
subject into a list in a list or spell its `id` with a prefix, all without breaking the signature,
and a reader of JSON would no longer see what was signed. Data Integrity 1.0 section 2.4.1 leaves
that to the application. Here, for one document with its proofs:

- every key is a plain term, and every inline definition keeps the last part of its IRI as its name;
- no list stands in a list, and no value is spelled out (`@value`) but a text with its language;
- an identifier is written in full, and no node is given one of the document's own making (`_:`);
- what is read as one text stands as one text, and an integer is one that a double holds;
- what is said of one identifier stands in one place (`wallet.formats.places`).

The shipped contexts are held to the same for the terms of the data model by a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats.inline import Inline, renamed
from wallet.formats.places import READ, Mentions, words
from wallet.model import Json

_TEXT_KEYS: Final = frozenset({"@value", "@language", "@direction"})
# The one other name that trusted contexts give a keyword, and those contexts: ODRL's, and one that
# includes it. A test looks for more.
_ODRL_ID: Final = "uid"
_ODRL: Final = re.compile("ns/odrl|credentials/examples/v1", re.IGNORECASE)
_NO_TERM: Final = re.compile(r"[:/?#\[\]]|@")
_LAST_PART: Final = re.compile(r"[^#/:]*\Z")
_MAX_KNOWN: Final = 4096
_EXACT: Final = 2**53

# The prefixes that trusted contexts define, and the mark of a name that holds in one document only:
# what starts with one of these is no identifier in full. A test looks for more.
PREFIXES: Final = words(
    "_ as bc cc cp cred csvw ctzn dc dcam dcat dcmitype dct dcterms dctype didv doap ex extensions"
    " foaf industry lcn ldp obi odrl org owl prof prov qb rdf rdfs schema sec sh skos sosa ssn time"
    " vann vcard void wgs xsd"
)
# Values that are JSON to the signature too.
JSON_MEMBERS: Final = words(
    "aamva_domestic_driving_privileges driving_privileges jsonSchema jwk"
    " presentation_submission publicKeyJwk"
)
# What is read as one text or time; a list of one would say the same to the signature.
_SINGLE: Final = words(
    "id validFrom validUntil issuanceDate expirationDate awardedDate activityStartDate"
    " activityEndDate dateAwarded dateIssued identityHash identityType hashed salt achievedLevel"
    " requiredLevel statusListIndex statusListCredential statusPurpose revocationListIndex"
    " revocationListCredential encodedList resultType valueMax creditsEarned licenseNumber"
    " achievementType targetCode targetUrl"
)
# Types that decide how something is read, and are read under these names only.
_READ_TYPES: Final = words(
    "VerifiableCredential VerifiablePresentation OpenBadgeCredential AchievementCredential"
    " ClrCredential ClrSubject AchievementSubject EndorsementCredential BitstringStatusListEntry"
    " StatusList2021Entry BitstringStatusList StatusList2021 BitstringStatusListCredential"
    " StatusList2021Credential DataIntegrityProof Ed25519Signature2020"
)
# Each value of these is a graph of its own: what is said there is said apart.
_GRAPHS: Final = frozenset({"verifiableCredential", "proof", "boostCredential"})
_BASES: Final = words("https://www.w3.org/2018/credentials/v1 https://www.w3.org/ns/credentials/v2")
_WATCHED: Final = READ | {"type", "@context", "hashed"}

# Keys seen to be plain, so that a whole object is looked at in one set operation.
_known: set[str] = {"@context"}

Nodes = list[tuple[str, Mapping[str, Json]]]


def check(document: Mapping[str, Json]) -> None:
    """Raise unless the document, with its proofs, can be read in one way only.

    `MalformedError` (JSONLD_INVALID) for what no issuer writes; `UnsupportedError`
    (CONTEXT_UNKNOWN, JSONLD_UNSUPPORTED) for what one might, and a holder might have moved.
    """
    _check_base(document.get("@context"))
    walk = _Walk(document)
    walk.run()
    inline = Inline()
    for context in walk.contexts:
        inline.add(context)
    if inline.language and walk.languages:
        raise renamed("@language")
    if inline.prefixes:
        _check_prefixes(document, inline.prefixes)
    if walk.uid and any(_names_odrl({"@context": context}) for context in walk.contexts):
        raise UnsupportedError(Code.CONTEXT_UNKNOWN, term=_ODRL_ID)


class _Walk:
    """One walk over a document, graph by graph; keeps what is judged once all has been seen."""

    __slots__ = ("contexts", "graphs", "languages", "uid")

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.graphs: list[Mapping[str, Json]] = [document]
        self.contexts: list[Json] = []
        self.languages = False
        self.uid = False

    def run(self) -> None:
        """Walk over all graphs."""
        for graph in self.graphs:  # grows while it is read
            mentions = Mentions(graph)
            nodes: Nodes = [("", graph)]
            for place, node in nodes:  # grows while it is read
                if node.keys() <= _known or not self._is_text(node):
                    self._node(place, node, nodes, mentions)
            mentions.check()

    def _node(self, place: str, node: Mapping[str, Json], nodes: Nodes, mentions: Mentions) -> None:
        for member, value in node.items():
            kind = type(value)
            if kind is str:
                if member == "id":
                    if value.partition(":")[0] in PREFIXES:
                        raise _invalid("identifier not in full", value)
                    mentions.add(value, place, node)
                elif member in _WATCHED:
                    self._text(member, value, mentions)
            elif kind is list or kind is dict:
                if member == "@context":
                    self.contexts.append(value)
                elif member not in JSON_MEMBERS:
                    self._list(member, value if kind is list else (value,), nodes, mentions)
            elif kind is int and not -_EXACT <= value <= _EXACT:
                _check_integer(value, member)
        if place == "result" and type(node.get("resultDescription", "")) is not str:
            raise _invalid("not one text", "resultDescription")

    def _list(
        self, member: str, values: list[Json] | tuple[Json, ...], nodes: Nodes, mentions: Mentions
    ) -> None:
        if member in _SINGLE:
            raise _invalid("not one text", member)
        watched = member in _WATCHED
        for value in values:
            kind = type(value)
            if kind is dict:
                if member in _GRAPHS:
                    self.graphs.append(value)
                else:
                    nodes.append((member, value))
            elif kind is str:
                if watched and not value.isalnum():  # neither an identifier nor an odd type
                    self._text(member, value, mentions)
            elif kind is list:
                raise _invalid("list in a list", member)
            elif kind is int and not -_EXACT <= value <= _EXACT:
                _check_integer(value, member)

    def _text(self, member: str, value: str, mentions: Mentions) -> None:
        if member == "@context":
            self.contexts.append(value)
        elif member == "type":
            last = _LAST_PART.search(value)
            if last and last.group() != value and last.group() in _READ_TYPES:
                raise _invalid("type is not a term", value)
        elif member == "hashed":  # "true" says the same as true
            raise _invalid("not true or false", member)
        else:
            mentions.add(value, member, None)

    def _is_text(self, node: Mapping[str, Json]) -> bool:
        """Check the keys of an object; say whether it is a text with its language."""
        if "@value" in node:
            if not node.keys() <= _TEXT_KEYS or type(node.get("@language")) is not str:
                raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="value object")
            self.languages = True
            return True
        if len(_known) > _MAX_KNOWN:
            _known.clear()
        for name in node:
            if name == _ODRL_ID:
                self.uid = True
            elif name != "@context":
                if _NO_TERM.search(name):
                    raise _invalid("key is not a term", name)
                _known.add(name)
        return False


def _check_base(context: Json) -> None:
    """Refuse a document that does not start from a base context (VCDM 1.1 and 2.0, section 4.3).

    Without it the names read here would be whatever another context makes of them.
    """
    first = context[0] if isinstance(context, list) and context else context
    if not isinstance(first, str) or first not in _BASES:
        raise _invalid("base context", "@context")


def _check_integer(value: int, member: str) -> None:
    """Refuse an integer that no double holds: the signature covers the nearest one only."""
    if int(float(value)) != value:
        raise UnsupportedError(
            Code.JSONLD_UNSUPPORTED, feature="integer not exact", term=member[:80]
        )


def _check_prefixes(document: Mapping[str, Json], prefixes: set[str]) -> None:
    """Refuse every text that one of the document's own prefixes may make an IRI of."""
    found: list[Json] = [document]
    for value in found:  # grows while it is read
        if isinstance(value, str):
            if ":" in value and value.partition(":")[0] in prefixes:
                raise renamed(value)
        elif isinstance(value, list):
            found.extend(value)
        elif isinstance(value, Mapping):
            found.extend(item for name, item in value.items() if name != "@context")


def _names_odrl(node: Mapping[str, Json]) -> bool:
    """Say whether the ODRL context applies from here on, by any way to write its address."""
    return _ODRL.search(json.dumps(node.get("@context"))) is not None


def _invalid(problem: str, term: str) -> MalformedError:
    return MalformedError(Code.JSONLD_INVALID, problem=problem, term=term[:80])

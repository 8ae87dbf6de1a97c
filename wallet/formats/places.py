"""Where the objects of one identifier stand in a signed document.

To the signature, all that is said of one identifier is one heap, wherever in the JSON it is said.
So whoever holds a credential that mentions an identifier twice could move what is said from one
mention to the other: the day a credential ends, or a failing grade, to where nobody reads it. Here
the mentions of one graph are gathered, and refused where they leave a choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import Json


def words(listed: str) -> frozenset[str]:
    """Return the words of `listed` as a set."""
    return frozenset(listed.split())


# Members whose values are read as objects: a mere mention there, with what is said of it elsewhere,
# would be read as nothing said.
READ: Final = words(
    "credentialSubject credentialStatus achievement result hasCredential hasAchieved degree"
    " qualification evidence criteria alignment rubricCriterionLevel"
)
_NAMING: Final = frozenset({"id", "type"})
# Honest issuers say some things of one identifier in two places: an achievement and an endorsement
# of it, or the page of its criteria; an issuer in short and in full, or that is the subject too.
_ENDORSED: Final = frozenset({"id", "type", "endorsementComment"})
_CRITERIA: Final = frozenset({"id", "type", "narrative"})
_ISSUERS: Final = frozenset({"issuer", "creator", "parentOrg"})
_PROFILE: Final = words(
    "id type name legalName url image description email phone official address parentOrg"
    " otherIdentifier endorsement endorsementJwt"
)
_CREDENTIAL: Final = words(
    "credentialSubject credentialStatus issuer validFrom validUntil issuanceDate expirationDate"
)

Mention = tuple[str, Mapping[str, Json] | None]


class Mentions:
    """The mentions of identifiers in one graph."""

    __slots__ = ("_first", "_more", "_root")

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = root
        self._first: dict[str, Mention] = {}
        self._more: dict[str, list[Mention]] = {}

    def add(self, name: str, member: str, node: Mapping[str, Json] | None) -> None:
        """Note an object with the identifier `name`, or its mere mention, as a value of `member`.

        The root of a graph is a value of "".
        """
        mention = member, node
        first = self._first.setdefault(name, mention)
        if first is not mention:
            self._more.setdefault(name, [first]).append(mention)

    def check(self) -> None:
        """Raise where what is said of an identifier could stand elsewhere just as well."""
        for mentions in self._more.values():
            self._check(mentions)

    def _check(self, mentions: Sequence[Mention]) -> None:
        full = [(member, node) for member, node in mentions if node and not node.keys() <= _NAMING]
        if not full:
            return
        bare = any(
            member in READ and (node is None or node.keys() <= _NAMING) for member, node in mentions
        )
        groups: dict[str, list[Mapping[str, Json]]] = {}
        for member, node in full:
            groups.setdefault(_role(member, node), []).append(node)
        if bare or not self._settled(groups):
            # Nobody says in two places when the credential ends; other things, somebody might.
            if any(node is self._root for _, node in full) and any(
                node.keys() & _CREDENTIAL for _, node in full if node is not self._root
            ):
                raise MalformedError(Code.JSONLD_INVALID, problem="one id, two objects")
            raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="one id, two objects")

    def _settled(self, groups: Mapping[str, list[Mapping[str, Json]]]) -> bool:
        """Say whether what is said in several places could not stand in another of them."""
        subjects = self._root.get("credentialSubject")
        subjects = subjects if isinstance(subjects, list) else [subjects]
        for role, nodes in groups.items():
            if role == "endorsed" and not _among(nodes, subjects):
                continue  # several endorsements of one thing: each is checked by its own signature
            # A profile may be there in short and in full, even under two names for one identifier:
            # no more than that name, which is its own word, can be exchanged.
            if role != "profile" and any(node != nodes[0] for node in nodes):
                return False
        own = groups.get("", [])
        # One that speaks of itself may give itself another name as the subject.
        apart = [role for role in groups if role != "profile" or not _among(own, subjects)]
        return _agree([groups[role][0] for role in apart])


def _among(nodes: Sequence[Json], others: Sequence[Json]) -> bool:
    return any(node is other for node in nodes for other in others)


def _role(member: str, node: Mapping[str, Json]) -> str:
    if member in _ISSUERS and node.keys() <= _PROFILE:
        return "profile"
    if member == "credentialSubject" and node.keys() <= _ENDORSED:
        return "endorsed"
    if member == "criteria" and node.keys() <= _CRITERIA:
        return "criteria"
    return ""


def _agree(nodes: Sequence[Mapping[str, Json]]) -> bool:
    """Say whether what two of the objects both say is the same."""
    seen: dict[str, Json] = {}
    return all(
        seen.setdefault(name, value) == value
        for node in nodes
        for name, value in node.items()
        if name != "type"
    )

"""A share before it is made: what will leave, exactly, in which forms it fits, and making it.

Nothing leaves here: `SharePlan.make` returns bytes, and the caller hands them on. No form that a
plan offers fails for its size when it is made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from wallet.errors import Code, LinkError
from wallet.formats import sd_jwt_vc
from wallet.model import Credential, Json
from wallet.ports import Keys
from wallet.share import disclosing, leaving, link, qr
from wallet.share import page as pages
from wallet.share import presentation as presentations
from wallet.share.leaving import Leaving
from wallet.share.presentation import Terms

# What is measured is signed with another challenge than what is made in the end, so it can pack a
# few bytes smaller: 86 characters of noise differ, and as many in every key binding.
SLACK_BYTES: Final = 16
MAX_FILE_NAME_CHARS: Final = 60

# For the id of a credential, the ids of its parts that are to be seen.
Shown = Mapping[str, frozenset[str]]


class Form(StrEnum):
    """How a share can leave."""

    LINK = "link"
    QR = "qr"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a form fits. `code` says why not; `facts` have the sizes.

    Facts of a link: `chars`, `limit`, `advice` ("copy", or "warn" where mail may break it). Of a
    QR code: `version`, `limit`. Of a file: `size` in bytes.
    """

    form: Form
    fits: bool
    code: Code | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A share that was made. `data` are the bytes to write; `file_name` what to call them.

    `text` is the link (also that in a QR code), `png` the picture of a QR code.
    """

    id: str
    form: Form
    data: bytes
    file_name: str
    text: str | None = None
    png: bytes | None = None
    code: qr.Qr | None = None


@dataclass(frozen=True, slots=True)
class SharePlan:
    """What will leave, for whom, until when, and how it can leave.

    `kept` are the credentials as the person keeps them, `credentials` the same as they leave: some
    say less, and one with a proof that is its owner's alone leaves with another. `leaving` has the
    ids of the kept ones. `pieces` are the presentations it needs: one, or one a version of the data
    model. A plan of several pieces offers no form itself; `parts` has a plan for each.
    """

    kept: tuple[Credential, ...]
    credentials: tuple[Credential, ...]
    terms: Terms
    for_whom: str
    for_what: str
    leaving: tuple[Leaving, ...]
    pieces: tuple[tuple[Credential, ...], ...]
    offers: tuple[Offer, ...]
    keys: Keys = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name of the presentation: whom it is made for, and for what."""
        return self.terms.name

    @property
    def created(self) -> datetime:
        """When it is signed."""
        return self.terms.created

    @property
    def expires(self) -> datetime:
        """When the share ends."""
        return self.terms.expires

    @property
    def audience(self) -> str | None:
        """The `mailto:` or `https:` address it is made for, if any."""
        return self.terms.audience

    @property
    def page(self) -> str:
        """The address of the page it opens on."""
        return self.terms.page

    @property
    def holder(self) -> str:
        """Who shares: the did:key that signs."""
        return self.terms.holder

    def offer(self, form: Form | str) -> Offer:
        """Return whether one form fits."""
        return next(offer for offer in self.offers if offer.form is Form(form))

    def parts(self) -> tuple[SharePlan, ...]:
        """Return one plan for each piece; the plan itself when it is one."""
        if len(self.pieces) == 1:
            return (self,)
        return tuple(self._part(piece) for piece in self.pieces)

    def make(self, form: Form | str) -> Made:
        """Sign and return the share in one form, with a challenge of its own each time.

        Raises `LinkError` when it does not fit or cannot be presented.
        """
        if len(self.pieces) > 1:
            raise LinkError(Code.MIXED_VERSIONS, pieces=len(self.pieces))
        with _named_as_kept(self.kept, self.credentials):
            signed = presentations.build(self.credentials, self.terms, keys=self.keys)
        makers = {Form.LINK: _make_link, Form.QR: _make_qr, Form.FILE: _make_file}
        return makers[Form(form)](signed, self.terms, file_stem(self.for_whom, self.created))

    def _part(self, piece: tuple[Credential, ...]) -> SharePlan:
        own = [
            (kept, one)
            for kept, leaves, one in zip(self.kept, self.credentials, self.leaving, strict=True)
            if leaves in piece
        ]
        return replace(
            self,
            kept=tuple(kept for kept, _ in own),
            credentials=piece,
            leaving=tuple(one for _, one in own),
            pieces=(piece,),
            offers=_offers((piece,), self.terms, self.keys),
        )


def plan(
    credentials: Sequence[Credential],
    *,
    holder: str,
    keys: Keys,
    page: str,
    audience: str | None = None,
    for_whom: str,
    for_what: str = "",
    created: datetime,
    expires: datetime,
    shown: Shown | None = None,
) -> SharePlan:
    """Return what would leave and in which forms.

    `audience` is an e-mail or https address, or None: then `for_whom` is used where it is one.
    `shown` has for the id of a credential the ids of its parts that are to be seen
    (`disclosing.parts_of`); of one that is not named, everything is.
    Raises `LinkError`: NOTHING_TO_SHARE, AUDIENCE_MISSING, END_NOT_IN_FUTURE, PAGE_ADDRESS_BAD,
    NO_SUCH_PART, CANNOT_PRESENT.
    """
    if not credentials:
        raise LinkError(Code.NOTHING_TO_SHARE)
    if not for_whom.strip():
        raise LinkError(Code.AUDIENCE_MISSING)
    terms = Terms(
        holder=holder,
        page=pages.address(page),
        audience=_audience(audience, for_whom),
        name=name_for(for_whom, for_what),
        created=created,
        expires=expires,
    )
    kept = tuple({credential.id: credential for credential in credentials}.values())
    leaves = tuple(_as_it_leaves(credential, shown or {}) for credential in kept)
    with _named_as_kept(kept, leaves):
        pieces = presentations.pieces(leaves)
        offers = _offers(pieces, terms, keys)
    return SharePlan(
        kept=kept,
        credentials=leaves,
        terms=terms,
        for_whom=for_whom.strip(),
        for_what=for_what.strip(),
        leaving=tuple(_described(*pair, shown or {}) for pair in zip(kept, leaves, strict=True)),
        pieces=pieces,
        offers=offers,
        keys=keys,
    )


def describe(credential: Credential, shown: frozenset[str] | None = None) -> Leaving:
    """Return what would leave with one credential when only these parts of it are shown."""
    chosen = {} if shown is None else {credential.id: shown}
    return _described(credential, _as_it_leaves(credential, chosen), chosen)


def _as_it_leaves(credential: Credential, shown: Shown) -> Credential:
    if credential.id in shown:
        return disclosing.disclose(credential, shown[credential.id])
    return disclosing.presentable(credential)


def _described(kept: Credential, leaves: Credential, shown: Shown) -> Leaving:
    parts = disclosing.parts_of(kept)
    chosen = shown.get(kept.id)
    return replace(
        leaving.of(leaves),
        credential_id=kept.id,
        title=kept.title,
        parts=parts,
        shown=frozenset(
            part.id for part in parts if chosen is None or part.always or part.id in chosen
        ),
    )


@contextmanager
def _named_as_kept(kept: Sequence[Credential], leaves: Sequence[Credential]) -> Iterator[None]:
    """Let an error about a credential that cannot leave name the one that is kept."""
    try:
        yield
    except LinkError as error:
        named = {leaf.id: own.id for own, leaf in zip(kept, leaves, strict=True)}
        found = named.get(str(error.facts.get("id")))
        if found is None:
            raise
        raise LinkError(error.code, **{**error.facts, "id": found}) from error


def name_for(for_whom: str, for_what: str) -> str:
    """Return a presentation's name: "For Harbor Hospital HR, Nursing Assistant, req 4471"."""
    said = [part for part in (" ".join(for_whom.split()), " ".join(for_what.split())) if part]
    return f"For {', '.join(said)}"


def file_stem(for_whom: str, created: datetime) -> str:
    """Return a file name without its ending, good on every system."""
    plain = unicodedata.normalize("NFKC", for_whom).casefold()
    words = re.sub(r"[^\w]+", "-", plain).strip("-_")[:MAX_FILE_NAME_CHARS].strip("-_")
    return f"credentials-for-{words or 'you'}-{created:%Y-%m-%d}"


def _audience(audience: str | None, for_whom: str) -> str | None:
    if audience is None or not audience.strip():
        return presentations.audience_of(for_whom)
    found = presentations.audience_of(audience)
    if found is None:
        raise LinkError(Code.AUDIENCE_BAD)
    return found


def _offers(
    pieces: tuple[tuple[Credential, ...], ...], terms: Terms, keys: Keys
) -> tuple[Offer, ...]:
    signed = [presentations.build(piece, terms, keys=keys) for piece in pieces]
    if len(signed) > 1:
        facts = {"pieces": len(signed)}
        return tuple(
            Offer(form, fits=False, code=Code.MIXED_VERSIONS, facts=facts) for form in Form
        )
    size = len(signed[0])
    try:
        noisy = 1 + sum(one.format in sd_jwt_vc.FORMATS for one in pieces[0])
        packed = len(link.pack(signed[0])) + noisy * SLACK_BYTES
    except LinkError as error:
        no = [Offer(form, False, error.code, error.facts) for form in (Form.LINK, Form.QR)]
        return (*no, Offer(Form.FILE, fits=True, facts={"size": size}))
    return (
        _link_offer(link.chars_of(packed, terms.page)),
        _qr_offer(qr.version_for(packed, terms.page)),
        Offer(Form.FILE, fits=True, facts={"size": size}),
    )


def _link_offer(chars: int) -> Offer:
    said = link.advice(chars)
    fits = said is not link.Advice.REFUSE
    facts = {"chars": chars, "limit": link.WARN_CHARS, "advice": said.value}
    return Offer(Form.LINK, fits, None if fits else Code.LINK_TOO_LONG, facts)


def _qr_offer(version: int | None) -> Offer:
    fits = version is not None and version <= qr.MAX_VERSION
    facts = {"version": version, "limit": qr.MAX_VERSION}
    return Offer(Form.QR, fits, None if fits else Code.QR_TOO_LARGE, facts)


def _make_link(signed: bytes, terms: Terms, stem: str) -> Made:
    made = link.encode(signed, terms.page)
    data = f"{made.text}\n".encode("ascii")
    return Made(_id(signed), Form.LINK, data, f"{stem}.txt", text=made.text)


def _make_qr(signed: bytes, terms: Terms, stem: str) -> Made:
    code = qr.make(signed, terms.page)
    picture = qr.png(code)
    return Made(_id(signed), Form.QR, picture, f"{stem}.png", code.text, picture, code)


def _make_file(signed: bytes, _terms: Terms, stem: str) -> Made:
    return Made(_id(signed), Form.FILE, signed, f"{stem}.json")


def _id(signed: bytes) -> str:
    return sha256(signed).hexdigest()

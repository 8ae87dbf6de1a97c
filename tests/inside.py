"""A pretend world's documents that hold others: transcripts, resumes, endorsements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tests.world import OB3, V2, Party, World
from wallet.model import Format

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"


def value_of(raw: bytes) -> Any:
    """Return a credential as it stands in another: its JSON, or a token in an envelope."""
    if raw.lstrip().startswith(b"{"):
        return json.loads(raw)
    return {
        "@context": V2,
        "id": "data:application/vc+jwt," + raw.decode(),
        "type": "EnvelopedVerifiableCredential",
    }


def transcript_claims(
    world: World, issuer: Party, inner: Iterable[Any], /, *, subject: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return an unsigned CLR 2.0 credential around credentials (bytes, or JSON as it is)."""
    found = [value_of(one) if isinstance(one, bytes) else one for one in inner]
    return world.claims(issuer, title="Transcript", subject=subject) | {
        "@context": [V2, CLR, OB3],
        "type": ["VerifiableCredential", "ClrCredential"],
        "credentialSubject": {
            **({} if subject is None else {"id": subject}),
            "type": ["ClrSubject"],
            "verifiableCredential": found,
        },
        **more,
    }


def transcript(
    world: World,
    issuer: Party,
    inner: Iterable[Any],
    /,
    *,
    form: Format = Format.DATA_INTEGRITY,
    **claims: Any,
) -> bytes:
    """Issue a transcript; `claims` as in `transcript_claims`."""
    return world.secure(issuer, transcript_claims(world, issuer, inner, **claims), form=form)


def endorsement(
    world: World,
    endorser: Party,
    of: str | None,
    /,
    *,
    comment: str = "We have seen it and stand behind it.",
    form: Format = Format.DATA_INTEGRITY,
    **more: Any,
) -> bytes:
    """Issue an endorsement (Open Badges 3.0) of what the identifier `of` names."""
    endorser.next_index += 1  # each has an `id` of its own
    claims = world.claims(endorser, title="Endorsement") | {
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "credentialSubject": {
            **({} if of is None else {"id": of}),
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
        **more,
    }
    return world.secure(endorser, claims, form=form)


def endorsed(
    world: World,
    issuer: Party,
    /,
    *,
    whole: Sequence[bytes] = (),
    achievement: Sequence[bytes] = (),
    of_issuer: Sequence[bytes] = (),
    **known: Any,
) -> bytes:
    """Issue a badge that carries endorsements of itself, its achievement and its issuer."""
    claims = world.claims(issuer, **known)
    for holder, given in (
        (claims, whole),
        (claims["credentialSubject"]["achievement"], achievement),
        (claims["issuer"], of_issuer),
    ):
        objects = [value_of(one) for one in given if one.lstrip().startswith(b"{")]
        tokens = [one.decode() for one in given if not one.lstrip().startswith(b"{")]
        if objects:
            holder["endorsement"] = objects
        if tokens:
            holder["endorsementJwt"] = tokens
    return world.secure(issuer, claims)


def resume(world: World, author: Party, entries: Iterable[Sequence[Any]], /) -> bytes:
    """Return a resume (LER-RS) that its author signed as a token; each entry has its records."""
    claims = world.claims(author, title="Resume") | {
        "credentialSubject": {
            "id": author.id,
            "certifications": [
                {
                    "name": f"Entry {number}",
                    "verifications": [v.decode() if isinstance(v, bytes) else v for v in records],
                }
                for number, records in enumerate(entries, 1)
            ],
        }
    }
    return world.secure(author, claims, form=Format.VC_JOSE)

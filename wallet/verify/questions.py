"""The questions about one credential that need no list: authority, validity, issuer, holder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from wallet.errors import WalletError
from wallet.formats import fields, sd_jwt_vc, suites, token_forms
from wallet.model import Credential, Json, PublicKey
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import keys, listed, tokens
from wallet.verify.checked import Checked
from wallet.verify.keys import PASSED, Answer, failed, unknown
from wallet.verify.policy import Policy, Trusted

ASSERTION: Final = "assertionMethod"
AUTHENTICATION: Final = "authentication"


def authority(checked: list[Checked], speaker: str, purpose: str, resolver: Resolver) -> Answer:
    """Say whether one of the proofs is by a key that may speak for `speaker`.

    Only proofs that hold can speak. Where none of those is by the right key, one that could not be
    checked may be. Where none holds, the first is asked all the same, because a key of somebody
    else is no less wrong; but that it is the right one says nothing then.
    """
    if not checked:
        return unknown(Reason.NOT_CHECKED)
    holding = [c for c in checked if c.answer.outcome is Outcome.PASSED]
    first = holding or checked[:1]
    rest = [c for c in checked if c.answer.outcome is Outcome.UNKNOWN and c not in first]
    answers = []
    for one in (*first, *rest):
        answer = authority_of(one, speaker, purpose, resolver)
        if answer is PASSED:
            return PASSED if one in holding else unknown(Reason.NOT_CHECKED)
        answers.append(answer)
    return next((a for a in answers if a.outcome is Outcome.UNKNOWN), answers[0])


def authority_of(one: Checked, speaker: str, purpose: str, resolver: Resolver) -> Answer:
    """Say whether one proof is by a key that may speak for `speaker`, whether or not it holds."""
    if one.proof.purpose != purpose:
        return failed(Reason.WRONG_PURPOSE, purpose=(one.proof.purpose or "")[:40])
    if not one.finding.owner:
        return unknown(Reason.NOT_CHECKED)
    created = one.proof.created
    return keys.authority(one.finding, speaker, purpose, resolver, created=created)


def validity(
    credential: Credential, policy: Policy, now: datetime, *, lacking: bool = False
) -> Answer:
    """Say whether the credential is in date at `now`.

    `lacking`: the sender could have left out a date; also beside one that is shown, since VCDM has
    had two names for each.
    """
    start, end = credential.valid_from, credential.valid_until
    if start is not None and start > now + policy.clock_skew:
        return failed(Reason.NOT_YET, date=start.isoformat())
    if end is not None and end < now - policy.clock_skew:
        return failed(Reason.ENDED, date=end.isoformat())
    if not fields.dates_readable(credential.claims) or not token_forms.dates_readable(credential):
        return unknown(Reason.DATES_MALFORMED)
    return unknown(Reason.PARTS_LEFT_OUT) if lacking else PASSED


def issuer(
    credential: Credential,
    policy: Policy,
    resolver: Resolver,
    now: datetime,
    asked: tuple[Outcome, Outcome],
) -> Answer:
    """Say whether the issuer is known.

    A name that nobody signed for (`asked`: signature and authority) is not looked up; nor is a
    person who speaks for themselves, so that no registry learns of them. One who may be such a
    person is looked up in lists that are read whole, and nobody is asked by their name.
    """
    if asked != (Outcome.PASSED, Outcome.PASSED):
        return unknown(Reason.NOT_CHECKED)
    known = policy.trusted.get(credential.issuer)
    if known is not None and known.since is None and not known.test:
        return _listed(known)
    if credential.issuer in subjects(credential):
        return unknown(Reason.ISSUER_SELF)
    if known is not None and known.since is not None:
        return _own(known, known.since)
    by_name = not _may_be_a_person(credential)
    answer = listed.find(credential.issuer, policy, resolver, now, by_name=by_name)
    if known is not None and answer.reason is Reason.ISSUER_NOT_LISTED:
        facts = {"name": known.name, "source": known.source}
        return unknown(Reason.ISSUER_TEST_LIST, **{**answer.facts, **facts})
    return answer


def _may_be_a_person(credential: Credential) -> bool:
    """Say whether the issuer may be a person: its name is a key, as those of people are.

    Colleagues endorse; and where whoever sent it could withhold who the subject is, it may be the
    issuer.
    """
    if not credential.issuer.startswith(("did:key:", "did:jwk:")):
        return False
    if "EndorsementCredential" in fields.types(credential.claims.get("type")):
        return True
    kinds = [suites.of(proof) for proof in credential.proofs]
    parted = credential.format in sd_jwt_vc.FORMATS or any(one and one.selective for one in kinds)
    return parted and not subjects(credential)


def _listed(known: Trusted) -> Answer:
    facts = {"name": known.name, "source": known.source}
    if known.sample:
        return unknown(Reason.ISSUER_SAMPLE, **facts)
    return Answer(Outcome.PASSED, None, facts)


def _own(known: Trusted, since: datetime) -> Answer:
    """The person said so themselves: theirs to say, and shown as theirs."""
    facts = {"source": known.source, "trusted_since": since.isoformat()}
    own = {"own_name": known.name, "note": known.note}
    return Answer(Outcome.PASSED, None, facts | own)


def subjects(credential: Credential) -> frozenset[str]:
    """Return the identifiers of every subject."""
    nodes = fields.nodes(credential.claims.get("credentialSubject"))
    return frozenset(found for node in nodes if (found := fields.identifier(node)))


def holder(
    credential: Credential, proven: str | None, shown: frozenset[PublicKey] = frozenset()
) -> Answer:
    """Say whether the sender is the subject, or has the key the credential is bound to (RFC 7800).

    `proven` is the sender's identifier where a signature proves it; `shown` are the keys that made
    such signatures.
    """
    bound = tokens.binding(credential)
    if bound is not None and bound.outcome is Outcome.FAILED:
        return failed(Reason.KEY_BINDING_BROKEN)
    if proven is None:
        return unknown(Reason.HOLDER_NOT_PROVEN)
    named = subjects(credential)
    if proven in named:
        return PASSED
    try:
        key = token_forms.holder_key(credential)
    except WalletError as error:
        return unknown(keys.reason(error))
    if key is not None:
        return PASSED if key in shown else unknown(Reason.HOLDER_KEY_NOT_SHOWN)
    return _not_named(credential, named)


def _not_named(credential: Credential, named: frozenset[str]) -> Answer:
    # A subject with a key of its own is somebody else, whatever e-mail address is named besides; so
    # is one that cannot be read.
    if any(name.startswith("did:") for name in named) or not _readable(credential.claims):
        return failed(Reason.HOLDER_NOT_SUBJECT)
    if _has_identity_hash(credential.claims):
        return unknown(Reason.SUBJECT_HASHED)
    return unknown(Reason.SUBJECT_NOT_NAMED)


def _readable(claims: Mapping[str, Json]) -> bool:
    """Say whether every subject is a text, or an object whose `id` is one."""
    return all(
        isinstance(node.get("id", ""), str) if isinstance(node, dict) else isinstance(node, str)
        for node in fields.nodes(claims.get("credentialSubject"))
    )


def _has_identity_hash(claims: Mapping[str, Json]) -> bool:
    """Say whether the subject is named by identity objects (Open Badges 3.0 section 9.1)."""
    for node in fields.nodes(claims.get("credentialSubject")):
        if isinstance(node, dict):
            for entry in fields.nodes(node.get("identifier")):
                if (
                    isinstance(entry, dict)
                    and isinstance(entry.get("identityHash"), str)
                    and entry.get("hashed") is not False
                ):
                    return True
    return False

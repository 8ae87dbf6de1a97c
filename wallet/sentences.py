"""One plain English sentence for every answer and reason, marked for translation.

A sentence says what happened, what it means and what to do. Fields in braces are facts that
`wallet.wording` fills in. Nothing here is code.
"""

from __future__ import annotations

from collections.abc import Mapping

from wallet.report import Question, Reason


def N_(text: str) -> str:  # noqa: N802 - the customary gettext marker
    """Mark a text for translation where it is defined; `wording.tr` translates it when used."""
    return text


PASSED: Mapping[Question, str] = {
    Question.SIGNATURE: N_("The signature fits every word of it."),
    Question.AUTHORITY: N_("The key belongs to the issuer."),
    Question.VALIDITY: N_("It is in date."),
    Question.STATUS: N_("The issuer has not withdrawn it."),
    Question.ISSUER: N_("The issuer is in a list you use."),
    Question.HOLDER: N_("The sender holds the key of the person it was issued to."),
    Question.BELONGS: N_("It is about what it stands with."),
}

# What the same answers mean for a share as a whole, which the sender signed.
OF_A_SHARE: Mapping[tuple[Question, Reason | None], str] = {
    (Question.AUTHORITY, None): N_("The sender's own key signed it."),
    (Question.AUTHORITY, Reason.KEY_OF_ANOTHER): N_(
        "It was signed with the key of somebody other than the sender it names."
    ),
    (Question.AUTHORITY, Reason.KEY_NOT_AUTHORISED): N_(
        "Nothing shows that this key may speak for the sender it names."
    ),
    (Question.VALIDITY, None): N_("The share has not ended."),
    (Question.HOLDER, None): N_(
        "The sender is who signed it. "
        "Whether a record is about that person is said with each record."
    ),
    (Question.HOLDER, Reason.HOLDER_NOT_PROVEN): N_("Nothing proves who sent it."),
}

REASONS: Mapping[Reason, str] = {
    Reason.ALTERED: N_(
        "The signature does not fit. Something in it was changed after it was signed, "
        "or it was signed with another key."
    ),
    Reason.NO_PROOF: N_("It carries no signature, so nobody can tell who made it."),
    Reason.PROOF_MALFORMED: N_("Its signature is damaged or incomplete."),
    Reason.CLAIMS_CONTRADICT: N_(
        "It says one thing twice in different ways, so it cannot be relied on."
    ),
    Reason.BASE_PROOF_PRESENTED: N_(
        "It was sent in the form that only its owner should have. Ask for a share of it instead."
    ),
    Reason.PROOF_UNSUPPORTED: N_(
        "It has a kind of signature that this version cannot check yet. "
        "That says nothing against it."
    ),
    Reason.TERM_NOT_SIGNED: N_(
        "It holds something that the signature does not cover. Somebody may have added it."
    ),
    Reason.JSONLD_INVALID: N_(
        "It is put together in a way that could say something else than what was signed."
    ),
    Reason.JSONLD_UNSUPPORTED: N_(
        "It is put together in a way that this version cannot check. That says nothing against it."
    ),
    Reason.CONTEXT_UNKNOWN: N_(
        "It uses a vocabulary that this app does not have, so its signature could not be checked."
    ),
    Reason.CONTEXT_ALTERED: N_(
        "A vocabulary it uses is not the one this app knows, so its signature could not be checked."
    ),
    Reason.TOO_COMPLEX: N_("It is too tangled to check within bounds."),
    Reason.DISCLOSURE_NOT_SIGNED: N_("It shows something that the signature does not cover."),
    Reason.KEY_UNREACHABLE: N_(
        "The issuer's key could not be reached. Try again when you are online."
    ),
    Reason.KEY_UNSUPPORTED: N_("The issuer uses a kind of key that this version cannot check yet."),
    Reason.KEY_MALFORMED: N_("The issuer's key, or the address it is kept at, is damaged."),
    Reason.KEY_NOT_FOUND: N_("The issuer does not list the key that signed it."),
    Reason.HOSTED_UNREACHABLE: N_(
        "It has no signature; the issuer keeps its own copy on the web, which could not be "
        "reached. Try again when you are online."
    ),
    Reason.HOSTED_GONE: N_(
        "It has no signature, and the issuer's own copy is no longer where it was, so there is "
        "nothing to compare it with. Ask the issuer."
    ),
    Reason.LED_AWAY: N_(
        "The issuer's address leads to another site. What that site says is not the issuer's word, "
        "so this could not be checked. Ask the issuer."
    ),
    Reason.HOSTED_DIFFERS: N_(
        "It does not say the same as the issuer's own copy. Something in one of them was changed."
    ),
    Reason.PROOF_EXPIRED: N_("The signature's own time is over."),
    Reason.NOT_CHECKED: N_("Not checked, because the signature could not be relied on."),
    Reason.KEY_NOT_AUTHORISED: N_("Nothing shows that this key may speak for the issuer."),
    Reason.KEY_OF_ANOTHER: N_("It was signed with the key of somebody other than its issuer."),
    Reason.KEY_REVOKED: N_("The issuer had withdrawn this key before it signed."),
    Reason.KEY_EXPIRED: N_("The key's own time was over before it signed."),
    Reason.KEY_TIME_UNKNOWN: N_(
        "The key's time is over, and nothing says if it signed before that."
    ),
    Reason.CERTIFICATE_NOT_TRUSTED: N_(
        "It was signed with a certificate. This app knows no office that gives out certificates, "
        "so it cannot tell whose it is."
    ),
    Reason.WRONG_PURPOSE: N_("The signature was made for another purpose."),
    Reason.DID_METHOD_UNSUPPORTED: N_(
        "The issuer's kind of address is not one that this version can look up."
    ),
    Reason.HOST_NOT_ALLOWED: N_(
        "It is kept at an address where its issuer keeps no badges, so it may not be the issuer's."
    ),
    Reason.ISSUER_UNREACHABLE: N_(
        "What the issuer publishes about itself and its badges could not be reached. "
        "Try again when you are online."
    ),
    Reason.ISSUER_MALFORMED: N_(
        "What the issuer publishes about itself or its badges is damaged or about something else."
    ),
    Reason.PARTS_LEFT_OUT: N_("The sender could hide what tells if it ends or was withdrawn."),
    Reason.ENDED: N_("It ended on its own date. Ask the issuer whether it can be renewed."),
    Reason.NOT_YET: N_("Its first day is still to come."),
    Reason.DATES_MALFORMED: N_("Its dates cannot be read."),
    Reason.REVOKED: N_("The issuer has withdrawn it. Ask the issuer why."),
    Reason.SUSPENDED: N_("The issuer has suspended it for the time being. Ask the issuer why."),
    Reason.STATUS_UNREACHABLE: N_(
        "The issuer's list of withdrawn records could not be reached. "
        "Try again when you are online."
    ),
    Reason.STATUS_MALFORMED: N_("The issuer's list of withdrawn records is damaged."),
    Reason.STATUS_UNSUPPORTED: N_(
        "The issuer keeps a kind of list of withdrawn records that this version cannot read yet."
    ),
    Reason.STATUS_NOT_TRUSTED: N_(
        "The list of withdrawn records is not properly signed by the issuer, so it was not used."
    ),
    Reason.STATUS_NOT_CHECKED: N_(
        "Whether the list of withdrawn records is the issuer's own could not be checked, "
        "so it was not used. Try again when you are online."
    ),
    Reason.STATUS_OUT_OF_DATE: N_("The issuer's list of withdrawn records is out of date."),
    Reason.STATUS_NOTED: N_(
        "The issuer's list holds a note about it that this app cannot read. Ask the issuer."
    ),
    Reason.ISSUER_NOT_LISTED: N_(
        "The issuer is not in any list this app knows. The name it gives itself could be anybody's."
    ),
    Reason.ISSUER_TEST_LIST: N_(
        "The issuer is only in a list for trying things out. That proves nothing about who it is."
    ),
    Reason.ISSUER_SAMPLE: N_("A made-up issuer, for trying out this app. It proves nothing."),
    Reason.ISSUER_SELF: N_("The person it is about says so; nobody else has signed it."),
    Reason.HOLDER_NOT_SUBJECT: N_("It was issued to somebody other than the sender."),
    Reason.SUBJECT_NOT_NAMED: N_(
        "It names nobody in a way that can be checked, "
        "so it does not prove that it belongs to the sender."
    ),
    Reason.SUBJECT_HASHED: N_(
        "Not proven. It names an e-mail address in a hidden form. "
        "Whoever knows the address can compare it."
    ),
    Reason.HOLDER_NOT_PROVEN: N_("Nothing proves that the sender is the person it was issued to."),
    Reason.HOLDER_KEY_NOT_SHOWN: N_(
        "It is bound to a key that the sender did not sign with. "
        "Ask the sender to share it with that key."
    ),
    Reason.KEY_BINDING_BROKEN: N_("The sender's signature does not fit what is shown."),
    Reason.OTHER_AUDIENCE: N_("It was made to be opened somewhere else."),
    Reason.SUBJECT_DIFFERS: N_(
        "It names somebody else than the record around it, or the same person in another way. "
        "Compare the names."
    ),
    Reason.SUBJECT_UNSAID: N_(
        "It or the record around it does not say in a checkable way whom it is about."
    ),
    Reason.ENDORSES_ANOTHER: N_("It endorses something else than what it stands with."),
    Reason.ENDORSED_UNSAID: N_("It does not say in a checkable way what it endorses."),
}

# (facts that must be there, sentence); the first that fits is said, one that needs none always.
WITH_FACTS: Mapping[tuple[Question, Reason | None], tuple[tuple[str, str], ...]] = {
    (Question.VALIDITY, None): (
        ("from,until", N_("From {from} until {until}.")),
        ("until", N_("Until {until}.")),
        ("from", N_("Since {from}, without an end.")),
    ),
    (Question.VALIDITY, Reason.ENDED): (("date", N_("It ended on {date}.")),),
    (Question.VALIDITY, Reason.NOT_YET): (("date", N_("It starts on {date}.")),),
    (Question.SIGNATURE, Reason.TERM_NOT_SIGNED): (
        (
            "term",
            N_(
                "It holds something that the signature does not cover: “{term}”. "
                "Somebody may have added it."
            ),
        ),
    ),
    (Question.SIGNATURE, Reason.KEY_UNREACHABLE): (
        (
            "host",
            N_("The key at {host} could not be reached. Try again when you are online."),
        ),
    ),
    (Question.SIGNATURE, Reason.PROOF_UNSUPPORTED): (
        (
            "suite",
            N_(
                "It has a kind of signature that this version cannot check yet ({suite}). "
                "That says nothing against it."
            ),
        ),
    ),
    (Question.SIGNATURE, None): (
        (
            "hosted",
            N_("It says the same as the copy that the issuer keeps at {hosted}; it is not signed."),
        ),
    ),
    (Question.AUTHORITY, None): (
        ("host", N_("The key belongs to {host}.")),
        ("hosted", N_("The issuer keeps its badges at {hosted}.")),
    ),
    (Question.STATUS, None): (
        ("no_list", N_("The issuer keeps no list of withdrawn records for it.")),
        (
            "hosted,read_at",
            N_("Read {read_at} at {hosted}: not withdrawn. The issuer may notice that you asked."),
        ),
        (
            "named,read_at",
            N_(
                "Not on the issuer's list of withdrawn records, read {read_at}. "
                "The list's own address may name this record, so {named} may know it was checked."
            ),
        ),
        (
            "few,read_at",
            N_(
                "Not on the issuer's list of withdrawn records, read {read_at}. "
                "The list is short, so its keeper may guess whose record was checked."
            ),
        ),
        ("read_at", N_("Not on the issuer's list of withdrawn records, read {read_at}.")),
    ),
    (Question.STATUS, Reason.REVOKED): (
        ("message,date", N_("The issuer withdrew it on {date}, saying: “{message}”.")),
        ("message", N_("The issuer has withdrawn it, saying: “{message}”.")),
        ("date", N_("The issuer withdrew it on {date}. Ask the issuer why.")),
    ),
    (Question.STATUS, Reason.SUSPENDED): (
        ("message", N_("The issuer has suspended it for the time being, saying: “{message}”.")),
    ),
    (Question.STATUS, Reason.STATUS_NOTED): (
        (
            "message",
            N_("The issuer's list says of it: “{message}”. Ask the issuer what that means."),
        ),
    ),
    (Question.STATUS, Reason.STATUS_UNREACHABLE): (
        (
            "host",
            N_(
                "The list of withdrawn records at {host} could not be reached. "
                "Try again when you are online."
            ),
        ),
    ),
    (Question.ISSUER, Reason.NOT_CHECKED): (
        ("", N_("Not looked up, because nothing shows that this issuer signed it.")),
    ),
    (Question.ISSUER, None): (
        ("trusted_since,note", N_("You trust this issuer since {trusted_since}: {note}")),
        ("trusted_since", N_("You trust this issuer since {trusted_since}.")),
        ("name,source,read", N_("{name}, in {source}, read {read}.")),
        ("name,source", N_("{name}, in {source}.")),
        ("source,read", N_("In {source}, read {read}.")),
    ),
    (Question.ISSUER, Reason.ISSUER_NOT_LISTED): (
        (
            "changed,changed_since",
            N_(
                "The list “{changed}” is signed with another key than when it was first read, on "
                "{changed_since}, so it was not used. The settings say more. "
                "The issuer is in no other list that could be read."
            ),
        ),
        (
            "unread_names,looked",
            N_(
                "The issuer is in none of the lists that could be read. Lists that could not be "
                "read: {unread} ({unread_names}). The name it gives itself could be anybody's."
            ),
        ),
        (
            "unread_names",
            N_(
                "Whether the issuer is known could not be looked up. Lists that could not be "
                "read: {unread} ({unread_names}). Try again when you are online. "
                "The name it gives itself could be anybody's."
            ),
        ),
    ),
    (Question.ISSUER, Reason.ISSUER_TEST_LIST): (
        (
            "new,source",
            N_(
                "The issuer is only in “{source}”, a list that this version of the app does not "
                "know. That does not make it a known issuer."
            ),
        ),
        (
            "example,source",
            N_(
                "“{source}” lists the issuer as an example only. "
                "That proves nothing about who it is."
            ),
        ),
        (
            "source",
            N_(
                "The issuer is only in “{source}”, a list for trying things out. "
                "That proves nothing about who it is."
            ),
        ),
    ),
    (Question.HOLDER, Reason.OTHER_AUDIENCE): (("audience", N_("It was made for {audience}.")),),
    (Question.BELONGS, None): (
        ("person", N_("It is about the same person as the record around it.")),
    ),
}

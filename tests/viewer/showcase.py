"""Shares to look at: a learner with records of several issuers, presented for one employer."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from tests.world import Party, World
from wallet.share import link

PAGE = "https://verify.example.org/"
FOR = "For Harbor Hospital, Facilities, requisition 4471"


def fragment(presentation: bytes) -> str:
    """Return a presentation as a link's fragment, however long."""
    from wallet.share import packet

    return link.fragment(packet.encode(presentation), link.BASE64URL)


def email_hash(email: str, salt: str) -> str:
    """Return an identity hash (Open Badges 3.0 section 9.1)."""
    return "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest()


def diploma(world: World, school: Party, learner: Party) -> bytes:
    """Issue a rich degree that names its holder."""
    claims = world.claims(
        school,
        title="B.S. in Welding Engineering Technology",
        subject=learner.id,
        starts=world.now - timedelta(days=20),
    )
    subject = claims["credentialSubject"]
    subject["achievement"] |= {
        "achievementType": "BachelorDegree",
        "alignment": [
            {"type": ["Alignment"], "targetName": name, "targetUrl": "https://example.org/skills"}
            for name in ("Robotic welding", "GMAW", "Weld inspection")
        ],
        "resultDescription": [
            {
                "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
                "type": ["ResultDescription"],
                "name": "GPA",
                "resultType": "GradePointAverage",
                "valueMax": "4.00",
            }
        ],
    }
    subject["result"] = [
        {
            "type": ["Result"],
            "value": "3.62",
            "resultDescription": "urn:uuid:11111111-1111-4111-8111-111111111111",
        }
    ]
    return world.secure(school, claims)


def certificate(world: World, guild: Party, email: str, **more) -> bytes:
    """Issue a certificate that ends soon and names an e-mail address in hidden form."""
    claims = world.claims(
        guild,
        title="Certified Welder, 3G SMAW",
        ends=world.now + timedelta(days=125),
        starts=world.now - timedelta(days=400),
        **more,
    )
    subject = claims["credentialSubject"]
    subject["identifier"] = [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": email_hash(email, "salz"),
            "identityType": "emailAddress",
            "salt": "salz",
        }
    ]
    subject["achievement"]["tag"] = ["SMAW 3G", "Safety"]
    return world.secure(guild, claims)


def share(world: World, learner: Party, credentials: list[bytes], **more) -> bytes:
    """Return the presentation an employer gets."""
    options = {
        "domains": [PAGE.rstrip("/"), "mailto:hr@harbor.example"],
        "challenge": "c2hvd2Nhc2U",
        "expires": world.now + timedelta(days=21),
        "name": FOR,
    }
    return world.present(learner, credentials, **(options | more))

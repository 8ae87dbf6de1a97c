"""What the sample records say. The people, schools and firms are invented.

A senior of a high school has gone through a program in advanced manufacturing that ends with an
interview at each of four local employers, or with two years of college. Signing is in
`make_samples`; nothing here knows keys except by the identifiers it is given.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

Claims = dict[str, Any]

LEARNER = "Maya Ellison"
EMAIL = "maya.ellison@learners.example"

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
ED25519_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"

SCHOOL = "Cedar Bend High School (sample)"
ACADEMY = "Riverbend Career Academy (sample)"
COUNCIL = "Midlands Metalworking Council (sample)"
SAFETY = "Lakeside Safety Training (sample)"
EMPLOYER = "Harlow Tool & Die (sample)"

STATUS_LIST = "https://metalworking-council.example/status/2026"
PATHWAY = "Riverbend Advanced Manufacturing Pathway"

Skill = tuple[str, str]  # name, code in the sample framework


def urn(name: str) -> str:
    """Return an identifier that is always the same for the same thing."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'https://samples.example/{name}')}"


def profile(did: str, name: str, host: str, **more: Any) -> Claims:
    """Return the issuer of a credential as Open Badges 3.0 has it."""
    return {"id": did, "type": ["Profile"], "name": name, "url": f"https://{host}/", **more}


def hashed_email(salt: str) -> Claims:
    """Return the learner's e-mail address as a salted hash (Open Badges 3.0, section 9.1)."""
    digest = hashlib.sha256((EMAIL + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
        "salt": salt,
    }


def named() -> Claims:
    """Return the learner's name as an identity."""
    return {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": LEARNER,
        "identityType": "name",
    }


def skills(host: str, *named_skills: Skill) -> list[Claims]:
    """Return alignments to the pathway's own skills framework."""
    return [
        {
            "type": ["Alignment"],
            "targetName": name,
            "targetCode": code,
            "targetFramework": "Riverbend Skills Framework (sample)",
            "targetUrl": f"https://{host}/skills/{code}",
            "targetType": "ceasn:Competency",
        }
        for name, code in named_skills
    ]


def badge(
    issuer: Claims, subject: Mapping[str, Any], achievement: Mapping[str, Any], **more: Any
) -> Claims:
    """Return an Open Badges 3.0 credential in VCDM 2.0 (section 8.1)."""
    return {
        "@context": [V2, OPEN_BADGES],
        "id": urn(f"credential/{achievement['name']}"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer,
        "name": achievement["name"],
        **more,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            **subject,
            "achievement": {
                "id": urn(f"achievement/{achievement['name']}"),
                "type": ["Achievement"],
                **achievement,
            },
        },
    }


def measured(name: str, value: str, **more: Any) -> tuple[Claims, Claims]:
    """Return a result and its description (Open Badges 3.0, B.1.17 and B.1.18)."""
    described = urn(f"result/{name}")
    return (
        {"type": ["Result"], "resultDescription": described, "value": value},
        {"id": described, "type": ["ResultDescription"], "name": name, **more},
    )


def diploma(did: str, learner: str) -> Claims:
    """Return the high school diploma."""
    host = "cedarbend-high.example"
    grade, described = measured(
        "Grade point average", "3.62", resultType="GradePointAverage", valueMax="4.00"
    )
    return badge(
        profile(did, SCHOOL, host),
        {
            "id": learner,
            "identifier": [named()],
            "activityEndDate": "2026-05-29T00:00:00Z",
            "creditsEarned": 26,
            "result": [grade],
        },
        {
            "name": "High School Diploma",
            "achievementType": "SecondarySchoolDiploma",
            "fieldOfStudy": PATHWAY,
            "description": (
                "High school diploma with the advanced manufacturing pathway. Graduates choose"
                " between a guaranteed interview at four local employers and two years at Cedar"
                " Fork Community College."
            ),
            "criteria": {
                "narrative": (
                    "26 credits, among them four in the pathway; a capstone project built and"
                    " presented to a panel of employers; 160 hours of supervised work."
                )
            },
            "alignment": skills(
                host,
                ("Technical drawing", "AM-104"),
                ("Team problem solving", "ES-021"),
                ("Applied mathematics", "MA-210"),
            ),
            "resultDescription": [described],
        },
        validFrom="2026-05-29T17:00:00Z",
        evidence=[
            {
                "id": f"https://{host}/capstone/2026-14",
                "type": ["Evidence"],
                "name": "Capstone: a press-brake guard",
                "narrative": "Designed, built and tested a light-curtain guard for a press brake.",
            }
        ],
    )


def certificate(did: str, learner: str) -> Claims:
    """Return the industry certificate that is in date until 2028."""
    host = "metalworking-council.example"
    score, described = measured("Written examination", "91", resultType="Percent", valueMax="100")
    return badge(
        profile(did, COUNCIL, host),
        {"id": learner, "licenseNumber": "MMC-CNC1-26-0417", "result": [score]},
        {
            "name": "CNC Operator, Level 1",
            "achievementType": "Certification",
            "description": "Sets up and runs three-axis milling machines to drawing, unattended.",
            "criteria": {
                "narrative": (
                    "A practical test (two parts milled from solid, every dimension within"
                    " tolerance) and a written examination with 75 of 100 points."
                )
            },
            "alignment": skills(
                host,
                ("CNC milling set-up", "MW-301"),
                ("Work holding", "MW-118"),
                ("Reading G-code", "MW-305"),
                ("Machine safety", "SF-100"),
            ),
            "resultDescription": [described],
        },
        validFrom="2026-04-17T12:00:00Z",
        validUntil="2028-04-17T12:00:00Z",
        credentialStatus=status(417),
    )


def withdrawn(did: str, learner: str) -> Claims:
    """Return the certificate that its issuer has withdrawn."""
    host = "metalworking-council.example"
    return badge(
        profile(did, COUNCIL, host),
        {"id": learner, "licenseNumber": "MMC-OHC1-26-0388"},
        {
            "name": "Overhead Crane Operator, Level 1",
            "achievementType": "Certificate",
            "description": "Lifts and moves loads of up to two tonnes with an overhead crane.",
            "criteria": {"narrative": "A practical test and 20 hours of supervised operation."},
            "alignment": skills(host, ("Load handling", "SF-140"), ("Hand signals", "SF-141")),
        },
        validFrom="2026-03-02T12:00:00Z",
        validUntil="2029-03-02T12:00:00Z",
        credentialStatus=status(388),
    )


def status(index: int) -> Claims:
    """Return where the council says whether it has withdrawn a record."""
    return {
        "id": f"{STATUS_LIST}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": STATUS_LIST,
    }


def status_list(did: str, encoded: str) -> Claims:
    """Return the council's list (Bitstring Status List 1.0, section 2.2)."""
    return {
        "@context": [V2],
        "id": STATUS_LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": "2026-01-02T09:00:00Z",
        "credentialSubject": {
            "id": f"{STATUS_LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def ended(did: str, learner: str) -> Claims:
    """Return the safety card whose two years are over."""
    host = "lakeside-safety.example"
    return badge(
        profile(did, SAFETY, host),
        {"id": learner, "licenseNumber": "LS-24-11873"},
        {
            "name": "First Aid, CPR and AED for Adults",
            "achievementType": "Certificate",
            "description": "First aid, resuscitation and the use of a defibrillator, two years.",
            "criteria": {"narrative": "A course of eight hours with practice on a manikin."},
            "alignment": skills(host, ("First aid", "HL-010"), ("CPR and AED", "HL-011")),
        },
        validFrom="2024-03-08T15:00:00Z",
        validUntil="2026-03-08T15:00:00Z",
    )


def measuring_badge(did: str) -> Claims:
    """Return the badge in the older data model; it names the learner by an e-mail hash only."""
    host = "riverbend-academy.example"
    claims = badge(
        profile(did, ACADEMY, host),
        {"identifier": [hashed_email("5f2c9a")]},
        {
            "name": "Precision Measurement",
            "achievementType": "Badge",
            "description": "Measures to two hundredths of a millimetre and writes it down right.",
            "criteria": {
                "narrative": (
                    "Twelve features of an unknown part measured with caliper, micrometer and"
                    " height gauge; eleven of them right."
                )
            },
            "tag": ["metrology", "quality"],
            "alignment": skills(
                host, ("Using a micrometer", "MW-102"), ("Quality records", "QA-015")
            ),
        },
        issuanceDate="2025-11-14T16:30:00Z",
        evidence=[
            {
                "id": f"https://{host}/e/pm-2025-31",
                "type": ["Evidence"],
                "name": "Inspection report, part 31",
            }
        ],
    )
    return {**claims, "@context": [V1, OPEN_BADGES, ED25519_2020]}


def robot_badge(did: str, learner: str) -> Claims:
    """Return the badge that is baked into a picture."""
    host = "riverbend-academy.example"
    levels = [
        {
            "id": urn(f"level/{name}"),
            "type": ["RubricCriterionLevel"],
            "name": name,
            "level": str(number),
            "description": description,
        }
        for number, (name, description) in enumerate(
            (
                ("Follows", "Runs a taught program and stops it safely."),
                ("Adapts", "Changes points and speeds of a taught program."),
                ("Teaches", "Writes a program for a new part and proves it."),
            ),
            start=1,
        )
    ]
    described = urn("result/Robot programming level")
    return badge(
        profile(did, ACADEMY, host),
        {
            "id": learner,
            "activityStartDate": "2026-01-12T00:00:00Z",
            "activityEndDate": "2026-03-20T00:00:00Z",
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": described,
                    "achievedLevel": urn("level/Teaches"),
                }
            ],
        },
        {
            "name": "Robot Cell Operator: the Technician’s Badge",
            "achievementType": "Badge",
            "description": (
                "Taught a six-axis arm in the academy’s RoboCell® to load a lathe: grip, approach,"
                " handshake with the machine, safe stop."
            ),
            "criteria": {
                "narrative": (
                    "Ten parts in a row without a person’s hand in the cell, seen by an"
                    " instructor and a technician of one of the four partner firms."
                )
            },
            "tag": ["robotics", "automation"],
            "alignment": skills(
                host,
                ("Robot teaching", "AU-220"),
                ("Machine handshake signals", "AU-231"),
                ("Lockout and tagout", "SF-112"),
            ),
            "resultDescription": [
                {
                    "id": described,
                    "type": ["ResultDescription"],
                    "name": "Robot programming level",
                    "resultType": "RubricCriterionLevel",
                    "rubricCriterionLevel": levels,
                }
            ],
        },
        validFrom="2026-03-23T14:00:00Z",
        evidence=[
            {
                "id": f"https://{host}/e/rc-2026-07",
                "type": ["Evidence"],
                "name": "Ten parts in a row",
                "narrative": "A video of four minutes; the panel’s notes are below it.",
                "genre": "Video",
            }
        ],
    )


Course = tuple[str, str, str, float, str]  # code, name, what it is about, credits, grade

COURSES: Sequence[Course] = (
    ("AM-1", "Manufacturing Foundations", "Materials, hand tools, shop safety.", 1, "A"),
    ("AM-2", "Machining I", "Manual lathe and mill work to drawing.", 1, "A-"),
    ("AM-3", "CNC Milling and Turning", "Set-up, tool offsets, G-code.", 1, "A"),
    ("AM-4", "Robotics and Automation Capstone", "A working cell, built in a team.", 1, "A"),
    ("MA-3", "Applied Geometry and Trigonometry", "Mathematics of the shop floor.", 1, "B+"),
    ("EN-4", "English 12: Technical Writing", "Reports, work instructions, résumés.", 1, "B+"),
)


def transcript(did: str, learner: str) -> Claims:
    """Return the transcript as a Comprehensive Learner Record 2.0."""
    host = "cedarbend-high.example"
    issuer = profile(did, SCHOOL, host)
    return {
        "@context": [V2, CLR, OPEN_BADGES],
        "id": urn("credential/transcript"),
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": issuer,
        "name": "High School Transcript, Advanced Manufacturing",
        "description": f"Courses of the {PATHWAY} with grades and credits, class of 2026.",
        "validFrom": "2026-06-02T14:00:00Z",
        "credentialSubject": {
            "id": learner,
            "type": ["ClrSubject"],
            "identifier": [named()],
            "verifiableCredential": [course(issuer, learner, taken) for taken in COURSES],
        },
    }


def course(issuer: Claims, learner: str, taken: Course) -> Claims:
    """Return one course of the transcript."""
    code, name, about, credits_earned, letter = taken
    grade, described = measured(f"Final grade, {code}", letter, resultType="LetterGrade")
    return badge(
        issuer,
        {"id": learner, "creditsEarned": credits_earned, "result": [grade]},
        {
            "name": name,
            "achievementType": "Course",
            "humanCode": code,
            "description": about,
            "criteria": {"narrative": "Final grade of D or better."},
            "creditsAvailable": credits_earned,
            "resultDescription": [described | {"name": "Final grade"}],
        },
        validFrom="2026-06-02T14:00:00Z",
    ) | {"type": ["VerifiableCredential", "AchievementCredential"]}


def job(did: str, learner: str) -> Claims:
    """Return the first job, in terms of schema.org that the credential defines for itself."""
    schema = "https://schema.org/"
    terms = {
        "EmploymentCredential": f"{schema}EmployeeRole",
        "Organization": f"{schema}Organization",
        "givenName": f"{schema}givenName",
        "familyName": f"{schema}familyName",
        "jobTitle": f"{schema}jobTitle",
        "employer": {"@id": f"{schema}worksFor", "@type": "@id"},
        "workLocation": f"{schema}workLocation",
        "employmentType": f"{schema}employmentType",
        "startDate": f"{schema}startDate",
        "responsibilities": f"{schema}responsibilities",
        "skills": f"{schema}skills",
    }
    return {
        "@context": [V2, terms],
        "id": urn("credential/job"),
        "type": ["VerifiableCredential", "EmploymentCredential"],
        "issuer": {"id": did, "name": EMPLOYER},
        "name": "Machine Operator Apprentice",
        "description": "Employed since June 2026, after the interview the pathway guarantees.",
        "validFrom": "2026-06-22T13:00:00Z",
        "credentialSubject": {
            "id": learner,
            "givenName": "Maya",
            "familyName": "Ellison",
            "jobTitle": "Machine Operator Apprentice",
            "employer": {"id": did, "type": "Organization", "name": EMPLOYER},
            "workLocation": "Riverbend, Kentucky",
            "employmentType": "Full time, apprenticeship",
            "startDate": "2026-06-08",
            "responsibilities": "Runs two milling machines on second shift; first-piece inspection",
            "skills": ["CNC milling", "First-piece inspection", "Shift handover"],
        },
    }

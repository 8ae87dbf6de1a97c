"""Make a preset DEFLATE dictionary for share links from the pinned contexts and known skeletons.

Run once per dictionary id, by hand. A dictionary in use is never edited, because every link made
with it would stop opening; to improve it, make the next id. The output depends on nothing but
this file and the pinned contexts, so a test can make it again and compare.

    python scripts/make_dictionary.py resources/viewer/dictionaries/1.bin

DEFLATE finds what is near more cheaply than what is far, so the likeliest text comes last.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTEXTS = ROOT / "resources" / "contexts"

# Least likely first.
TERM_SOURCES = (
    "https://w3id.org/vc-revocation-list-2020/v1",
    "https://w3id.org/security/suites/x25519-2020/v1",
    "https://w3id.org/security/suites/jws-2020/v1",
    "https://w3id.org/vc/status-list/2021/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/multikey/v1",
    "https://www.w3.org/2018/credentials/v1",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://www.w3.org/ns/credentials/v2",
)

# Words of the field, as they stand in prose: names of achievements, descriptions, criteria.
WORDS = """
accessibility accommodation accounting accreditation accredited accuracy achievement across
activities additional administration advanced agriculture algebra analysis analytics analyze and
answer applicant application applications applied apply apprentice apprenticeship appropriate
approach approved architecture area arts assembly assess assessed assessment assessments assistant
assisted associate assurance attendance attention authority automotive award awarded awareness
bachelor background based basic behavior best between biology board build building business can
capstone career careers care case center certificate certification certified challenge chemistry
child civil classroom client clinical cloud coach code collaborate collaboration collaborative
college communicate communication communications community company complete completed completes
completing completion complex compliance computer concepts conduct construction content continuing
control cooperation core county course courses coursework create created creative credential
credentials credit credits criteria critical curriculum customer cybersecurity data database
decisions degree deliver delivery demonstrate demonstrated demonstrates demonstrating dental
department description design designed develop developed development device diagnostics digital
diploma direct discipline district diversity document documentation domain driver earned earner
earners earning economics education educational effective effectively electrical elementary
electronics employee employer employers employment engage engineer engineering english entry
environment equipment equity ethical ethics evaluate evaluation evidence exam examination examine
exceeds experience experiences expert explain facilitate faculty familiar field final finance
financial first food for foundation foundations framework from full fundamentals gained general
geometry global goals government grade graduate graduated group growth hands health healthcare
high history holder home hospital hospitality hours human identify identified impact implement
implementation implementing improve improvement including inclusion independent independently
individual industry information infrastructure innovation institute institution instruction
instructor instrument integrated integration international internship interpersonal introduction
inventory investigation issue issued knowledge laboratory language law lead leader leadership
learner learners learning lesson level license licensed licensure life literacy logistics machine
maintain maintenance manage management manager manufacturing marketing mastered mastery materials
math mathematics measure mechanical media medical meet meeting meets mentor methods microbadge
micro-credential military minimum model module modules national network nurse nursing numeracy
objectives observation occupational office online operate operation operations operator order
organization organizational outcomes participate participated participation partner passed passing
patient peer perform performance person personal pharmacy phlebotomy physical plan planning policy
portfolio practical practice practices practicum preparation prepare prerequisite present
presentation principles privacy problem problems procedures process processes produce production
professional professionals proficiency proficient profile program programming programs progress
project projects protocols provide provided providing public quality questions readiness reading
recipient recognise recognised recognition recognize recognized records reflection registered
related report reports required requirements requires research resources responsibilities
responsible responsive results review reviewed risk role rubric safe safety sales sample
satisfactory scenario school science sciences score secondary secure security self semester senior
service services session set shop site situations skill skills small social software solution
solutions solve solving specialist staff stakeholder stakeholders standard standards state
statistics status strategies strategy strong student students studies study submission submit
submitted success successful successfully summary supervise supervised supervision supervisor
support supporting synthesis system systems task tasks teacher teaching team teamwork technical
technician techniques technologies technology test testing tests theory these this those through
time tool tools trade training transcript transfer transportation tutor under understand
understanding unit university use used user using valid variety vocational volunteer web welding
who with within work worker workforce working workplace workshop world write writing written year
years
"""

PHRASES = (
    "able to ", "ability to ", "as well as ", "at the ", "based on ", "by the ", "can be ",
    "demonstrate the ability to ", "for the ", "from the ", "have been ", "how to ", "in a ",
    "in order to ", "in the ", "is a ", "is the ", "it is ", "knowledge of ", "must be ",
    "must have ", "of the ", "on the ", "one or more ", "or more ", "set forth by the ",
    "such as ", "that are ", "that the ", "the following ", "to be ", "to the ",
    "understanding of ",
    "will be ", "with a ", "with the ", "within the ", "and the ", "and skills ", "an individual ",
    "This badge recognizes ", "This badge is awarded to ", "This credential ",
    "The holder of this ",
    "The recipient ", "Students who earn this ", "Participants ", "has successfully completed ",
    "has demonstrated proficiency in ", "in accordance with ", "passing score of ", "hours of ",
    "high school ", "High School Diploma", "High School", "Public Schools", "School District",
    "Community College", "Technical College", "State University", "University of ", "Institute of ",
    "Department of Education", "Department of ", "Board of ", "Academy", "Foundation", "Council",
    "Center for ", "Career and Technical Education", "Career Pathways", "Workforce Development",
    "Bachelor of Science in ", "Bachelor of Arts in ", "Associate of Applied Science",
    "Master of ", "Fundamentals of ", "Introduction to ", "Foundations of ", "Advanced ",
    "Certified Nursing Assistant", "Nursing Assistant", "Registered Nurse", "First Aid", "CPR",
    "Medical Assistant", "Computer Science", "Data Science", "Information Technology",
    "Project Management", "Machine Learning", "Artificial Intelligence", "Early Childhood ",
    "Critical Thinking", "Problem Solving", "Customer Service", "Microsoft Office", "Level 1",
    "Hospital HR", "Human Resources", "Employment", "United States", "California", "New York",
    "Texas", "Florida", "Colorado", "North Carolina", "Washington", "Massachusetts", "Ohio",
    "January ", "February ", "March ", "April ", "June ", "July ", "August ", "September ",
    "October ", "November ", "December ",
)  # fmt: skip

VALUES = (
    # Open Badges 3.0 enumerations (achievementType, resultType, identifierType, status, targetType)
    "ApprenticeshipCertificate Assessment Assignment AssociateDegree Award BachelorDegree "
    "CertificateOfCompletion CoCurricular CommunityService Competency Course Degree Diploma "
    "DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate "
    "LearningProgram License MasterCertificate MasterDegree Membership MicroCredential "
    "ProfessionalDoctorate QualityAssuranceCredential ResearchDoctorate "
    "SecondarySchoolDiploma Certification Certificate Badge "
    "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore "
    "RubricCriterion RubricCriterionLevel RubricScore ScaledScore Status "
    "name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber "
    "isbn issn lisSourcedId oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId "
    "ltiToolId ltiPlatformId ltiUserId identifier studentId "
    "Completed Enrolled Failed InProgress OnHold Provisional Withdrew "
    "CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL ceasn:Competency "
    "ceterms:Credential TrustedCertificate"
)

ADDRESSES = (
    "https://www.linkedin.com/in/",
    "https://github.com/",
    "https://raw.githubusercontent.com/",
    "https://case.georgiastandards.org/ims/case/v1p0/CFItems/",
    "https://credentialfinder.org/credential/",
    "https://credentialengineregistry.org/resources/ce-",
    "http://data.europa.eu/esco/skill/",
    "https://www.onetonline.org/link/summary/",
    "https://www.onetcenter.org/",
    "https://rsd.openskillsnetwork.org/api/skills/",
    "https://api.badgr.io/public/assertions/",
    "https://www.credly.com/badges/",
    "https://digitalcredentials.mit.edu/",
    "http://www.w3.org/2001/XMLSchema#",
    "https://schema.org/",
    "http://schema.org/",
    "https://example.org/",
    ".example.edu/",
    ".edu/achievements/",
    ".edu/credentials/",
    ".org/badges/",
    ".com/",
    ".gov/",
    "https://www.",
    "O*NET",
    "ESCO",
    "CASE",
    "Credential Engine",
    "Open Skills Network",
    ".json#",
    ".html",
    ".png",
    ".svg",
    ".pdf",
    ".jpg",
    "data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ",
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAA",
    "data:application/jwt,eyJhbGciOiJSUzI1NiIsImtpZCI6Imh0dHBzOi8v",
    "data:application/vc+jwt,eyJhbGciOiJFZERTQSIsInR5cCI6InZjK2p3dCIsImtpZCI6ImRpZDprZXk6ejZNa",
)

OB_V2 = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
OB_V1 = [
    "https://www.w3.org/2018/credentials/v1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://w3id.org/vc/status-list/2021/v1",
    "https://w3id.org/security/suites/ed25519-2020/v1",
]
KEY = "did:key:z6Mk"


def signature(purpose: str) -> Iterator[dict[str, Any]]:
    """Yield the shapes a proof comes in, the likeliest last."""
    end = {"verificationMethod": f"{KEY}#z6Mk", "proofPurpose": purpose, "proofValue": "z"}
    old = {"type": "Ed25519Signature2020", "created": "2024-01-01T00:00:00Z"}
    yield {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-rdfc-2019", **end}
    yield {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023", **end}
    yield {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", **end}
    yield {**old, **end}
    suite = {"cryptosuite": "eddsa-rdfc-2022"}
    start = {"type": "DataIntegrityProof", "created": "2025-01-01T00:00:00Z"}
    yield {**start, **suite, **end}
    method = {"verificationMethod": "did:web:example.edu#key-0"}
    yield {**start, **method, **suite, "proofPurpose": purpose, "proofValue": "z"}
    method = {"verificationMethod": f"{KEY}#z6Mk"}
    yield {**start, **method, **suite, "proofPurpose": purpose, "proofValue": "z"}


def achievement() -> dict[str, Any]:
    """Return an achievement with everything that badges commonly say, in the usual order."""
    return {
        "id": "urn:uuid:",
        "type": ["Achievement"],
        "inLanguage": "en-US",
        "version": "1.0",
        "creator": {"id": "https://www.", "type": ["Profile"], "name": "The "},
        "name": "Certificate of ",
        "description": "The earner of this badge has demonstrated ",
        "criteria": {"id": "https://", "narrative": "Learners must complete "},
        "achievementType": "Certificate",
        "fieldOfStudy": "",
        "specialization": "",
        "humanCode": "",
        "creditsAvailable": 3.0,
        "image": {"id": "https://", "type": "Image", "caption": "Badge image"},
        "alignment": [
            {"type": ["Alignment"], "targetName": "", "targetUrl": "https://www."},
            {
                "type": ["Alignment"],
                "targetName": "",
                "targetUrl": "https://",
                "targetCode": "",
                "targetDescription": "",
                "targetFramework": "",
                "targetType": "CFItem",
            },
            {
                "type": ["Alignment"],
                "targetCode": "",
                "targetName": "",
                "targetFramework": "O*NET",
                "targetUrl": "https://",
            },
        ],
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "", "identifierType": "identifier"}
        ],
        "tag": ["", ""],
        "resultDescription": [
            {
                "id": "urn:uuid:",
                "type": ["ResultDescription"],
                "name": "Final Grade",
                "resultType": "LetterGrade",
                "requiredValue": "C",
                "valueMin": "0",
                "valueMax": "100",
                "allowedValue": ["A", "B", "C", "D", "F"],
            },
            {
                "id": "urn:uuid:",
                "type": ["ResultDescription"],
                "name": "Status",
                "resultType": "Status",
            },
            {
                "id": "urn:uuid:",
                "type": ["ResultDescription"],
                "name": "Level",
                "resultType": "RubricCriterionLevel",
                "rubricCriterionLevel": [
                    {
                        "id": "urn:uuid:",
                        "type": ["RubricCriterionLevel"],
                        "name": "Mastered",
                        "level": "Mastered",
                        "points": "4",
                        "description": "",
                    }
                ],
            },
        ],
    }


def subject() -> dict[str, Any]:
    """Return the subject of an Open Badge."""
    return {
        "id": "did:key:z6Mk",
        "type": ["AchievementSubject"],
        "achievement": achievement(),
        "result": [
            {"type": ["Result"], "resultDescription": "urn:uuid:", "value": "A"},
            {"type": ["Result"], "resultDescription": "urn:uuid:", "achievedLevel": "urn:uuid:"},
            {"type": ["Result"], "resultDescription": "urn:uuid:", "status": "Completed"},
        ],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityType": "emailAddress",
                "hashed": True,
                "salt": "",
                "identityHash": "sha256$",
            },
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "",
                "identityType": "name",
            },
        ],
        "role": "",
        "term": "",
        "creditsEarned": 3.0,
        "activityStartDate": "2024-09-01T00:00:00Z",
        "activityEndDate": "2025-06-01T00:00:00Z",
    }


def issuer() -> dict[str, Any]:
    """Return an issuer's profile."""
    return {
        "id": KEY,
        "type": ["Profile"],
        "name": "University of ",
        "url": "https://www.",
        "phone": "+1-",
        "email": "info@",
        "description": "",
        "address": {
            "type": ["Address"],
            "streetAddress": "",
            "addressCountry": "United States",
            "addressCountryCode": "US",
            "addressRegion": "",
            "addressLocality": "",
            "postalCode": "",
            "geo": {"type": ["GeoCoordinates"], "latitude": 40.0, "longitude": -70.0},
        },
        "image": {"id": "https://", "type": "Image", "caption": "Logo"},
    }


def tail() -> dict[str, Any]:
    """Return what a badge says about itself after its subject."""
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "",
        "statusListCredential": "https://",
    }
    return {
        "awardedDate": "2025-01-01T00:00:00Z",
        "validUntil": "2030-01-01T00:00:00Z",
        "description": "",
        "evidence": [
            {
                "id": "https://",
                "type": ["Evidence"],
                "name": "",
                "narrative": "",
                "description": "",
                "genre": "Portfolio",
                "audience": "",
            }
        ],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
        "credentialStatus": {"id": "https://#", **entry},
        "termsOfUse": [],
        "refreshService": {"id": "https://", "type": "1EdTechCredentialRefresh"},
        "endorsementJwt": ["eyJ"],
    }


def badge_v1() -> dict[str, Any]:
    """Return an Open Badge over VCDM 1.1, as wallets of the first years hold it."""
    *_, proof = (p for p in signature("assertionMethod") if p["type"].startswith("Ed"))
    return {
        "@context": OB_V1,
        "id": "urn:uuid:",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "",
        "issuer": {"type": ["Profile"], "id": "did:web:", "name": ""},
        "issuanceDate": "2023-01-01T00:00:00Z",
        "expirationDate": "2028-01-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "name": "",
            "achievement": {
                "id": "urn:uuid:",
                "type": ["Achievement"],
                "criteria": {"type": "Criteria", "narrative": ""},
                "description": "",
                "name": "",
            },
            "hasCredential": {"type": ["EducationalOccupationalCredential"]},
        },
        "credentialStatus": {
            "id": "https://#",
            "type": "StatusList2021Entry",
            "statusPurpose": "revocation",
            "statusListIndex": "",
            "statusListCredential": "https://",
        },
        "proof": proof,
    }


def badge_v2() -> dict[str, Any]:
    """Return an Open Badge 3.0 over VCDM 2.0 with an eddsa-rdfc-2022 proof."""
    *_, proof = signature("assertionMethod")
    return {
        "@context": OB_V2,
        "id": "urn:uuid:",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer(),
        "name": "",
        "validFrom": "2025-01-01T00:00:00Z",
        "credentialSubject": subject(),
        **tail(),
        "proof": proof,
    }


def presentation(context: list[Any], credentials: list[Any]) -> dict[str, Any]:
    """Return the presentation this wallet makes around credentials."""
    return {
        "@context": context,
        "type": ["VerifiablePresentation"],
        "name": "For ",
        "holder": KEY,
        "verifiableCredential": credentials,
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-01-01T00:00:00Z",
            "verificationMethod": f"{KEY}#z6Mk",
            "proofPurpose": "authentication",
            "domain": ["https://", "mailto:hr@"],
            "challenge": "",
            "expires": "2026-12-31T00:00:00Z",
            "proofValue": "z",
        },
    }


def terms(node: object) -> Iterator[str]:
    """Yield every term a context defines, in its own order."""
    if isinstance(node, list):
        for item in node:
            yield from terms(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not key.startswith("@"):
                yield key
            yield from terms(value)


def term_list(contexts: Path) -> list[str]:
    """Return the terms of all sources, each once, where it is likeliest."""
    manifest = json.loads((contexts / "manifest.json").read_text("utf-8"))
    files = {entry["url"]: entry["file"] for entry in manifest["contexts"]}
    found: dict[str, None] = {}
    for url in TERM_SOURCES:
        document = json.loads((contexts / files[url]).read_text("utf-8"))
        for term in terms(document["@context"]):
            found.pop(term, None)
            found[term] = None
    return [term for term in found if len(term) > 3 and ":" not in term]


def compact(value: object) -> str:
    """Return JSON as credentials are mostly written: no spaces, no escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def make(contexts: Path) -> bytes:
    """Return the dictionary made of the pinned contexts in `contexts`."""
    words = WORDS.split()
    enveloped = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": "data:application/vc+jwt,eyJ",
        "type": "EnvelopedVerifiableCredential",
    }
    v1 = [
        OB_V1[0],
        "https://w3id.org/security/data-integrity/v2",
        {"name": "https://schema.org/name"},
    ]
    clr = {
        "type": ["VerifiableCredential", "ClrCredential"],
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": []},
        "partial": True,
        "association": [{"type": "Association", "associationType": "isChildOf"}],
    }
    parts = [
        '"' + '","'.join(term_list(contexts)) + '":"',
        '"' + '","'.join(TERM_SOURCES) + '"',
        '"' + '","'.join(VALUES.split()) + '"',
        '"' + '","'.join(ADDRESSES) + '"',
        *(compact(proof) for proof in signature("assertionMethod")),
        compact(clr),
        compact(presentation(v1, [badge_v1()])),
        compact(presentation(OB_V2[:1], [enveloped])),
        " " + " ".join(w.capitalize() for w in words if len(w) > 9),
        "".join(PHRASES),
        " " + " ".join(words),
        compact(presentation(OB_V2[:1], [badge_v2()])),
    ]
    return "".join(parts).encode()


def main(arguments: list[str]) -> int:
    """Write a new dictionary; refuse to touch one that exists."""
    parser = argparse.ArgumentParser(description="Make a preset dictionary for share links.")
    parser.add_argument("output", type=Path)
    parser.add_argument("--contexts", type=Path, default=CONTEXTS)
    options = parser.parse_args(arguments)
    if options.output.exists():
        print(f"{options.output} exists; links made with it must open for ever. Use the next id.")
        return 1
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(make(options.contexts))
    print(f"{options.output}: {options.output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

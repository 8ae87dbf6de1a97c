"""People and their records for the window's tests and pictures: all made up, all really signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests import inside
from tests.keychains import FakeKeychain
from tests.world import Party, World
from wallet import trust
from wallet.administration import Rules
from wallet.app import Checked, Wallet
from wallet.checking import Verifier
from wallet.lists import KnownIssuers
from wallet.model import Format, KeyType
from wallet.places import Start
from wallet.preferences import Paths, Preferences
from wallet.storage import Cost
from wallet.verify import Catalogue, Policy, Trusted
from wallet.wiring import App

PASSPHRASE = "seven quiet herons wading"
CHEAP = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)


class WorldOutside:
    """The pretend world where the app expects the real one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.offline = False

    def fetch(self, url: str):
        return self.world.fetch(url)


@dataclass
class Stage:
    """An app on a pretend world, and where its files lie."""

    app: App
    world: World
    folder: Path
    keychain: FakeKeychain

    @property
    def vault(self) -> Path:
        return self.app.paths.vault

    def create(self, name: str = "Robin Rivera") -> None:
        self.app.wallet.create(self.vault, PASSPHRASE, name=name)

    def check(self, raw: bytes, name: str) -> Checked:
        return self.app.verifier.check(raw, source=name)

    def keep(self, *named: tuple[str, bytes]) -> tuple[str, ...]:
        kept = self.app.wallet.keep([self.check(raw, name) for name, raw in named])
        return kept.added

    def save(self, *named: tuple[str, bytes]) -> list[Path]:
        folder = self.folder / "files"
        folder.mkdir(exist_ok=True)
        paths = []
        for name, raw in named:
            paths.append(folder / name)
            paths[-1].write_bytes(raw)
        return paths


def stage(
    folder: Path,
    *,
    trusted: tuple[str, ...] = (),
    now: datetime | None = None,
    catalogues: tuple[Catalogue, ...] = (),
    start: Start | None = None,
    rules: Rules | None = None,
) -> Stage:
    """Set up an app whose issuers named in `trusted` are in its list of known issuers.

    `catalogues` are registries on the web of the pretend world. `start` is how the program was
    started, `rules` what whoever looks after the computer set.
    """
    start, rules = start or Start(), rules or Rules()
    world = World(now or datetime(2026, 6, 1, 12, 0, tzinfo=UTC))
    known = {
        party.id: Trusted(party.name, "the state's list of issuers")
        for party in (world.issuer(name) for name in trusted)
    }
    clock = lambda: world.now  # noqa: E731
    base = Policy(trusted={**trust.policy().trusted, **known}, catalogues=catalogues)
    paths = Paths(vault=folder / "wallet.ler", preferences=folder / "preferences.json")
    paths = start.paths(rules, paths)
    opened: list[Wallet] = []
    keychain = FakeKeychain()
    lists = KnownIssuers(paths.lists, base=base, own=lambda: opened[0].trusted_issuers())
    verifier = Verifier(WorldOutside(world), policy=lists, clock=clock)
    app = App(
        paths=paths,
        preferences=Preferences(page="https://check.college.example/"),
        outside=WorldOutside(world),
        clock=clock,
        make_wallet=lambda checks: Wallet(checks, clock=clock, cost=CHEAP, keychain=keychain),
        verifier=verifier,
        known=lists,
        start=start,
        rules=rules,
    )
    opened.append(app.wallet)
    return Stage(app, world, folder, keychain)


COLLEGE, WELDERS, SAFETY, METALS, SHOP = (
    "Eastern Ridge Community College",
    "Ridge Welding Society",
    "Workplace Safety Institute",
    "Metals Training Center",
    "Blue River Fabrication",
)
ISSUERS = (COLLEGE, WELDERS, SAFETY, METALS, SHOP)


def party(world: World, name: str) -> Party:
    """Return the institution of that name, founded when first asked for."""
    for one in world.parties.values():
        if one.name == name:
            return one
    return world.issuer(name)


def selective(world: World) -> tuple[str, bytes]:
    """Return a record from which parts can be left out."""
    issuer = world.issuer("Ridgeline College of the Trades", key_type=KeyType.P256)
    achieved = _achievement(
        "Diploma in Marine Welding",
        "Diploma",
        alignment=[
            {"type": ["Alignment"], "targetName": name, "targetUrl": f"https://skills.example/{n}"}
            for n, name in enumerate(("Hull plating", "Underwater cutting", "Weld inspection"))
        ],
    )
    achieved["result"] = [{"type": ["Result"], "value": "2.9 of 4.00"}]
    achieved["activityStartDate"] = "2021-09-01T00:00:00Z"
    claims = world.claims(issuer, title="Diploma in Marine Welding", subject=None)
    claims["credentialSubject"] |= achieved
    claims["description"] = "Awarded with distinction by the examination board."
    claims["validUntil"] = "2031-05-01T00:00:00Z"
    return "diploma.json", world.secure(issuer, claims, suite="ecdsa-sd-2023")


def _achievement(title: str, kind: str, **more: object) -> dict[str, object]:
    return {
        "type": ["AchievementSubject"],
        "achievement": {
            "id": f"urn:x:{title.replace(' ', '-')}",
            "type": ["Achievement"],
            "achievementType": kind,
            "name": title,
            "description": f"{title}, taught and assessed in the workshop of the issuer.",
            "criteria": {
                "narrative": "124 credit hours; a capstone on robotic welding of thin aluminum."
            },
            **more,
        },
    }


def records(world: World, *, subject: str | None = None) -> list[tuple[str, bytes]]:
    """Return seven records of one person, one in each state a record can be in."""
    now = world.now
    college, welders = party(world, COLLEGE), party(world, WELDERS)
    metals, shop = party(world, METALS), party(world, SHOP)
    stranger = party(world, "Nobody Knows School")
    skills = [
        {"type": ["Alignment"], "targetName": name, "targetUrl": f"https://skills.example/{n}"}
        for n, name in enumerate(
            (
                "Robotic welding",
                "Gas metal arc welding",
                "Weld inspection",
                "Blueprint reading",
                "Metallurgy",
                "Shop safety",
                "Fixture design",
                "Quality records",
                "Teamwork",
                "Technical writing",
                "Lean basics",
            )
        )
    ]
    degree = _achievement("A.A.S. in Welding Engineering Technology", "Degree", alignment=skills)
    degree["result"] = [
        {"type": ["Result"], "value": "3.62 of 4.00", "resultDescription": "urn:x:gpa"}
    ]
    degree["achievement"]["resultDescription"] = [
        {
            "id": "urn:x:gpa",
            "type": ["ResultDescription"],
            "name": "GPA",
            "resultType": "GradePointAverage",
        }
    ]
    who = {"id": subject} if subject else {}
    evidence = [
        {
            "id": "https://portfolio.example/capstone",
            "type": ["Evidence"],
            "name": "Capstone report",
            "narrative": "Forty pages and a film of the finished frame.",
        }
    ]
    gone = world.issue(metals, title="Teamwork on the Shop Floor", status=("revocation",))
    world.revoke(gone)
    altered = world.issue(metals, title="Forklift Operator").replace(b"Forklift", b"Aircraft")
    return [
        (
            "degree.json",
            world.issue(
                college,
                title="A.A.S. in Welding Engineering Technology",
                starts=now - timedelta(days=20),
                status=("revocation",),
                credentialSubject={**who, **degree},
                evidence=evidence,
            ),
        ),
        (
            "welder.json",
            world.issue(
                welders,
                title="Certified Welder, 3G",
                ends=now + timedelta(days=120),
                credentialSubject={**who, **_achievement("Certified Welder, 3G", "Certification")},
            ),
        ),
        (
            "safety-card.json",
            world.issue(
                stranger,
                title="30-Hour Construction Safety",
                credentialSubject={
                    **who,
                    **_achievement("30-Hour Construction Safety", "Certificate"),
                },
            ),
        ),
        (
            "first-aid.json",
            world.issue(
                party(world, SAFETY),
                title="First Aid at Work",
                starts=now - timedelta(days=800),
                ends=now - timedelta(days=70),
                credentialSubject={**who, **_achievement("First Aid at Work", "License")},
            ),
        ),
        ("blueprints.json", world.issue(metals, title="Blueprint Reading", subject=subject)),
        ("teamwork.json", gone),
        ("aircraft.json", altered),
        (
            "apprentice.json",
            world.issue(
                shop,
                title="Welding apprentice, 14 months",
                credentialSubject={
                    **who,
                    **_achievement("Welding apprentice, 14 months", "ApprenticeshipCertificate"),
                },
            ),
        ),
    ]


LONG_NAMES = (
    "Certificate of Continuing Professional Education in Occupational Health, Safety and "
    "Environmental Management for Supervisors of Small Metalworking Enterprises",
    "شهادة في اللحام الصناعي وتقنيات التشكيل المعدني المتقدمة",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsdiplom",
    "溶接技能者評価試験 基本級 下向溶接 合格証明書",
    "תעודת הסמכה בריתוך",
    "A",
)


def long_names(world: World) -> list[tuple[str, bytes]]:
    """Return records whose names are as long or as foreign as names get."""
    school = party(
        world,
        "The Board of Regents of the Statewide System of Community and Technical Colleges, "
        "Division of Workforce Solutions",
    )
    raws = [world.issue(school, title=title) for title in LONG_NAMES]
    endorsed = inside.endorsed(
        world, school, of_issuer=[inside.endorsement(world, school, school.id)], title=LONG_NAMES[0]
    )
    raws.append(inside.transcript(world, school, [*raws, endorsed, "x"], form=Format.VC_JOSE))
    return [(f"long-{n}.json", raw) for n, raw in enumerate(raws)]


def many(world: World, count: int) -> list[tuple[str, bytes]]:
    """Return `count` different small records."""
    issuers = [party(world, name) for name in ISSUERS]
    return [
        (f"{n:04}.json", world.issue(issuers[n % len(issuers)], title=f"Shop skill {n:04}"))
        for n in range(count)
    ]


def make_news(on: Stage) -> None:
    """Let a day pass on which a record is withdrawn, one suspended, and one comes to its end."""
    world, school = on.world, party(on.world, WELDERS)
    raws = [
        world.issue(school, title="Rigging and Signaling", status=["revocation"]),
        world.issue(school, title="Plasma Cutting", status=["suspension"]),
        world.issue(school, title="First Aid", ends=world.now + timedelta(days=20)),
    ]
    on.keep(*[(f"news-{n}.json", raw) for n, raw in enumerate(raws)])
    world.now += timedelta(days=1)
    world.revoke(raws[0])
    world.suspend(raws[1])
    on.app.wallet.refresh()

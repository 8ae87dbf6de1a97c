"""Run the benchmarks and print them: `make bench`, or `python benchmarks/run.py [--quick]`."""

from __future__ import annotations

import argparse
import platform
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import peers, rates, starts, subjects, vault_sizes, vaults
from benchmarks.measure import Ratio, Sample, ratio, seconds
from wallet.model import KeyType

# Whose work each Node process does.
LIBRARIES = {
    "credentials": "@digitalbazaar/vc",
    "tokens": "jose (signature and dates only)",
    "sd-jwts": "@sd-jwt/core (signature, disclosures and dates)",
}
SHOWN = ("/credentialSubject/achievement/name",)


def main() -> int:
    """Measure everything, or a taste of it, and print medians beside their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    parser.add_argument("--large", action="store_true", help="a vault of 100,000 too: minutes")
    parser.add_argument("--vaults", action="store_true", help="vaults of several sizes only")
    arguments = parser.parse_args()
    quick = arguments.quick
    if arguments.vaults:
        subjects.check_present()
        _vault_sizes([100, 10_000, *([100_000] if arguments.large else [])])
        return 0
    peers.check_installed()
    subjects.check_present()
    print(f"Python {platform.python_version()}, {platform.machine()}, one thread each, in turns.")
    print(
        "Ratios are medians over the rounds (least to greatest); absolute figures are this run's."
    )
    _verification(
        rounds=2 if quick else 15, duration=0.1 if quick else 0.5, most=40 if quick else None
    )
    _starts(rounds=1 if quick else 15)
    _vaults(rounds=1 if quick else 3, most=40 if quick else 1000, many=100 if quick else 10_000)
    _vault_sizes([100] if quick else [100, 10_000, *([100_000] if arguments.large else [])])
    return 0


def _verification(*, rounds: int, duration: float, most: int | None) -> None:
    bare, bare_es256 = rates.bare_ed25519(duration / 2), rates.bare_es256(duration / 2)
    sets = [
        ("credentials", "eddsa-rdfc-2022, corpus", subjects.corpus("eddsa-rdfc-2022"), bare),
        (
            "credentials",
            "Ed25519Signature2020, corpus",
            subjects.corpus("ed25519signature2020"),
            bare,
        ),
        ("credentials", "eddsa-jcs-2022, corpus", subjects.corpus("eddsa-jcs-2022"), bare),
        (
            "credentials",
            "ecdsa-rdfc-2019 P-256, corpus",
            subjects.corpus("ecdsa-rdfc-2019"),
            bare_es256,
        ),
        (
            "credentials",
            "ecdsa-jcs-2019 P-256, the corpus signed again",
            subjects.signed_again(
                subjects.corpus("eddsa-jcs-2022"), "ecdsa-jcs-2019", KeyType.P256
            ),
            bare_es256,
        ),
        (
            "credentials",
            "ecdsa-sd-2023 derived, corpus",
            subjects.corpus("ecdsa-sd-2023-derived"),
            bare_es256,
        ),
        ("credentials", "both suites, real badges made by others", subjects.real(), bare),
        ("tokens", "vc-jwt EdDSA, corpus", subjects.corpus("vc-jwt", algorithm="EdDSA"), bare),
        (
            "tokens",
            "vc-jwt ES256, corpus",
            subjects.corpus("vc-jwt", algorithm="ES256"),
            bare_es256,
        ),
        (
            "sd-jwts",
            "SD-JWT VC ES256, corpus",
            subjects.corpus("sd-jwt-vc", algorithm="ES256"),
            bare_es256,
        ),
    ]
    _title("Verification, every check on", "a second")
    with ExitStack() as stack:
        libraries = {kind: stack.enter_context(peers.Peer(kind)) for kind in LIBRARIES}
        for kind, name, given, floor in sets:
            found = rates.compare(
                libraries[kind], name, given[:most], bare=floor, duration=duration, rounds=rounds
            )
            _rates(name, LIBRARIES[kind], found)
    _title("Selective disclosure, a holder's part", "a second")
    with peers.Peer("derivations", *SHOWN) as library:
        found = rates.compare(
            library,
            "derive",
            subjects.corpus("ecdsa-sd-2023-base")[:most],
            bare=bare_es256,
            duration=duration,
            rounds=rounds,
            check=rates.deriver(*SHOWN),
        )
        _rates("ecdsa-sd-2023, one more part shown, corpus", LIBRARIES["credentials"], found)


def _rates(name: str, library: str, found: rates.Rates) -> None:
    _heading(f"{name}: {_counts(found)}")
    _line("ler-wallet", f"{found.ours:,.0f}")
    _line(library, f"{found.theirs:,.0f}", "ours is {} times it", found.to_theirs)
    _line("bare signature", f"{found.bare:,.0f}", "ours is {} of it", found.to_bare)


def _starts(*, rounds: int) -> None:
    credential = subjects.corpus("eddsa-rdfc-2022")[0].data
    checks = starts.check_starts(credential, rounds=rounds)
    _title("Cold start, process to verdict", "ms")
    _heading("one eddsa-rdfc-2022 credential, offline")
    _time("ler-wallet check", checks["ours"])
    _time("@digitalbazaar/vc", checks["theirs"], checks["ours"])
    _time("python -c pass", checks["python"], checks["ours"])
    _time("node -e 0", checks["node"], checks["ours"])
    windows = starts.window_starts(rounds=max(1, rounds // 2))
    _heading("window, process to first picture and end, offscreen")
    _time("ler-wallet", windows["ours"])
    _time("bare PySide6 window", windows["bare"], windows["ours"])


def _vaults(*, rounds: int, most: int, many: int) -> None:
    given = subjects.corpus("eddsa-rdfc-2022")[:most]
    measured = vaults.measure(given, many=many, rounds=rounds, lists=max(3, rounds * 4))
    _title("The vault", "ms")
    _heading(f"import of {most:,} into a new vault, each")
    _time("check and keep", measured["import"]["ours"])
    for other in ("check alone", "sqlite3"):
        _time(other, measured["import"][other], measured["import"]["ours"])
    for job, heading in (
        ("list", f"list of {many:,}"),
        ("search", f"search in {many:,}"),
    ):
        _heading(heading)
        _time("ler-wallet", measured[job]["ours"])
        _time("sqlite3", measured[job]["sqlite3"], measured[job]["ours"])
    _heading(f"check {many:,} again, each")
    _time("ler-wallet", measured["recheck"]["ours"])
    _time("check alone", measured["recheck"]["check alone"], measured["recheck"]["ours"])
    _heading(f"unlock and lock with {many:,}, apart from deriving the key")
    _time("ler-wallet", measured["unlock"]["ours"])


def _vault_sizes(sizes: list[int]) -> None:
    given = subjects.corpus("eddsa-rdfc-2022")[:1000]
    print(f"\n{'Vaults by size':<46}{'ler-wallet':>12}{'sqlite3':>12}\n{'-' * 70}")
    for many in sizes:
        found = vault_sizes.measure(given, many)
        _heading(f"{many:,} credentials")
        for line in vault_sizes.lines(found):
            print(line, flush=True)


def _counts(found: rates.Rates) -> str:
    said = f"{found.credentials:,} of {found.given:,} hold on both sides"
    if found.ours_only or found.theirs_only:
        said += f", {found.ours_only} on ours alone, {found.theirs_only} on theirs alone"
    return said


def _title(text: str, unit: str) -> None:
    print(f"\n{text:<58}{unit:>12}\n{'-' * 70}")


def _heading(text: str) -> None:
    print(f"{text}")


def _line(name: str, figure: str, words: str = "", found: Ratio | None = None) -> None:
    said = words.format(_ratio(found)) if found else ""
    print(f"  {name:<56}{figure:>12}  {said}".rstrip(), flush=True)


def _time(name: str, samples: list[Sample], ours: list[Sample] | None = None) -> None:
    figure = f"{seconds(samples) * 1000:,.2f}"
    if ours is None:
        _line(name, figure)
    else:
        _line(name, figure, "ours takes {} times it", ratio(samples, ours))


def _ratio(found: Ratio) -> str:
    return f"{found.middle:.2f} ({found.least:.2f} to {found.greatest:.2f})"


if __name__ == "__main__":
    sys.exit(main())

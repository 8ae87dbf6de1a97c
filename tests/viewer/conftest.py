"""The recruiter's page as built, served with its headers, in a real headless Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.paths import REPO
from tests.world import World

DIST = REPO / "resources" / "viewer" / "dist"
LOOKS = REPO / "out" / "viewer"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def dist() -> Path:
    """Return the built page, or skip."""
    if not (DIST / "index.html").exists():
        pytest.skip("the page is not built: npm ci && npm run build in resources/viewer")
    return DIST


@pytest.fixture(scope="session")
def node(dist):
    """Return where node is, or skip."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is absent")
    return found


@pytest.fixture(scope="session")
def browser():
    """Start one Chromium for the session, or skip."""
    api = pytest.importorskip("playwright.sync_api", reason="the playwright package is absent")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is absent")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(_ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(dist) -> Iterator[str]:
    """Serve the page on this machine as the app's preview does; return its origin."""
    from wallet.net.preview import Preview

    preview = Preview(dist)
    yield preview.origin
    preview.stop()


@pytest.fixture
def world() -> World:
    """Return a fresh pretend world."""
    return World()


class Opener:
    """Opens the page, and sees to it that nothing leaves it and nothing in it is refused."""

    def __init__(self, browser, origin: str, now) -> None:
        self.origin = origin
        self._browser = browser
        self._now = now
        self._contexts: list = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.expected: tuple[str, ...] = ()

    def __call__(
        self,
        fragment: str = "",
        *,
        path: str = "/",
        language: str = "en-US",
        before: str = "",
        **options,
    ):
        """Return a browser page opened with a link's fragment, with its checks done.

        `before` is a script that runs before the page's own: it takes away what some browsers lack.
        """
        context = self._browser.new_context(
            locale=language,
            timezone_id="America/New_York",
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.clock.set_fixed_time(self._now)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => "
            "console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        if before:
            page.add_init_script(before)
        page.goto(f"{self.origin}{path}" + (f"#{fragment}" if fragment else ""))
        page.wait_for_selector("h1")
        return page

    def _listen(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def finish(self) -> None:
        """Close every window and fail on anything that left or was refused."""
        for context in self._contexts:
            context.close()
        foreign = [
            url
            for url in self.requests
            if urlsplit(url).scheme not in {"data", "blob"}
            and not url.startswith(self.origin + "/")
        ]
        assert foreign == []
        complaints = [c for c in self.complaints if not any(word in c for word in self.expected)]
        assert complaints == []


@pytest.fixture
def open_page(browser, site, world) -> Iterator[Opener]:
    """Yield what opens the page at the world's time."""
    opener = Opener(browser, site, world.now)
    yield opener
    opener.finish()


@pytest.fixture(scope="session")
def engine(node, dist):
    """Return the page's own code in Node."""
    from tests.viewer.engine import Engine

    return Engine(node, dist)

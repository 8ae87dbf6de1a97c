"""The page of an exported folder, in a real browser: it fits a phone, and its links work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.ui.people import ISSUERS, long_names, records, stage
from wallet import leaving


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    on = stage(folder, trusted=ISSUERS)
    on.create("Robin Alexandra Rivera-Montgomery of Upper Eastern Ridge")
    on.keep(*records(on.world), *long_names(on.world))
    wallet = on.app.wallet
    plan = wallet.plan_share(
        [row.id for row in wallet.rows()[:2]],
        for_whom="Harbor Hospital " * 5,
        for_what="req 4471",
        ends=on.world.now + timedelta(days=30),
        page="https://check.college.example/",
    )
    wallet.share(plan, "link")
    wallet.trust_issuer("did:web:ridge.example", note="I studied there " * 9)
    leaving.export_all(wallet, folder / "out", zipped=False, now=on.world.now)
    wallet.lock()
    return folder / "out"


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(browser, exported, width, scheme):
    with browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    ) as context:
        page = context.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text))
        page.goto((exported / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # A date or a word of the state is never cut into letters.
        assert (
            page.evaluate(
                """() => [...document.querySelectorAll('dd')].filter(one =>
                 !one.querySelector('a,code') && one.textContent.length < 20 &&
                 one.getClientRects()[0].height > 52).map(one => one.textContent)"""
            )
            == []
        )
        assert said == []


def test_every_link_leads_to_the_file_itself(browser, exported):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((exported / "index.html").as_uri())
        links = page.eval_on_selector_all("a", "all => all.map(one => one.href)")
        assert len(links) == len(list((exported / "records").iterdir()))
        for link in links:
            answer = page.goto(link)
            assert answer is not None
            assert answer.ok

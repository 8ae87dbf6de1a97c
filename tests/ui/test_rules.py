"""What an organisation set, in the settings: said with its name, held, and told to who hears it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from tests.ui.people import ISSUERS, stage
from wallet import wording
from wallet.administration import Rules
from wallet.errors import Code, WalletError
from wallet.share import qr
from wallet.take_home import sheet
from wallet.ui import take_home
from wallet.ui.context import SETTINGS

SET = "Set by Ridge Career Center for this computer."


@pytest.fixture
def rules() -> Rules:
    return Rules(
        organisation="Ridge Career Center",
        idle_minutes=3,
        page="https://check.ridge.example/",
        languages=("en",),
        only_these_registries=True,
    )


@pytest.fixture
def on_stage(tmp_path, rules):
    return stage(tmp_path, trusted=ISSUERS, rules=rules)


def test_what_is_set_is_said_and_cannot_be_changed(person):
    person.open_wallet()
    person.window.shell.go(SETTINGS)
    person.settle()
    settings = person.screen(SETTINGS)
    for held in (settings.language, settings.page, settings.minutes, settings.known):
        assert not held.isEnabled()
        assert held.accessibleDescription() == SET
    assert settings.theme.isEnabled()
    said = [one.text() for one in settings.findChildren(QLabel)]
    assert said.count(SET) == 4
    assert settings.page.text() == "https://check.ridge.example/"
    assert settings.minutes.key == "3"
    assert person.window._minutes == 3


class TestNothing:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules()

    def test_where_nothing_is_set_nothing_is_said(self, person):
        person.open_wallet()
        person.window.shell.go(SETTINGS)
        person.settle()
        settings = person.screen(SETTINGS)
        assert settings.page.isEnabled()
        assert not any("Set by" in one.text() for one in settings.findChildren(QLabel))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_sheet_is_one_page_and_its_code_can_be_read(qapp, tmp_path, world_now, language):
    wording.set_language(language)
    address = "https://check.ridge.example/wallet"
    found = sheet("a-rather-long-name-of-a-wallet.ler", Rules(app_page=address), now=world_now)
    path = tmp_path / "sheet.pdf"
    take_home.write_pdf(found, path)
    data = path.read_bytes()
    wording.set_language("en")
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1
    grey = take_home._code(address).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = [bytes(grey.constScanLine(y))[: grey.width()] for y in range(grey.height())]
    assert qr.read_pixels(b"".join(rows), width=grey.width()) == [address]


@pytest.fixture
def world_now(on_stage):
    return on_stage.world.now


def test_the_sheet_to_take_home_goes_over_no_wallet_and_is_whole_or_not_there(
    tmp_path, qapp, world_now
):
    found = sheet("mine.ler", Rules(), now=world_now)
    vault = tmp_path / "wallet.ler"
    vault.write_bytes(b"LER wallet vault")
    with pytest.raises(WalletError) as caught:
        take_home.write_pdf(found, vault, vault=vault)
    assert caught.value.code is Code.WALLET_IN_THE_WAY
    assert vault.read_bytes() == b"LER wallet vault"
    with pytest.raises(WalletError):
        take_home.write_pdf(found, tmp_path / "no folder" / "sheet.pdf")
    take_home.write_pdf(found, tmp_path / "sheet.pdf", vault=vault)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")

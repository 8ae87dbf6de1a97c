"""What is printed, as on paper: rendered by poppler, its code read, a wallet opened with it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter

from tests.ui.people import PASSPHRASE
from wallet import wording
from wallet.administration import Rules
from wallet.bringing_back import OpenBackup
from wallet.take_home import sheet
from wallet.ui import take_home
from wallet.ui.recovery_sheet import prepare
from wallet.ui.sheet_drawing import on_page, pdf
from wallet.ways import read_code

pytestmark = pytest.mark.skipif(
    shutil.which("pdftoppm") is None or shutil.which("pdftotext") is None,
    reason="needs poppler-utils",
)
ADDRESS = "https://check.ridge.example/wallet"


def pages(path: Path, *, dpi: int = 150) -> list[QImage]:
    """Return the pages as a scanner of so many dots an inch would see them."""
    to = path.with_suffix("")
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", path, to], check=True)
    grey = QImage.Format.Format_Grayscale8
    found = sorted(path.parent.glob(f"{path.stem}-*.png"))
    return [QImage(str(one)).convertToFormat(grey) for one in found]


def codes(image: QImage) -> list[str]:
    rows = memoryview(image.constBits()).cast("B")[: image.bytesPerLine() * image.height()]
    shape = rows.cast("B", (image.height(), image.bytesPerLine()))
    return [one.text for one in zxingcpp.read_barcodes(shape)]


def words(path: Path) -> str:
    done = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True)
    return " ".join(done.stdout.split())


def reaches_no_edge(image: QImage, *, dpi: int = 150) -> bool:
    """Say whether the outer 8 mm are white: printers leave out about five."""
    edge = round(8 / 25.4 * dpi)
    inside = image.rect().adjusted(edge, edge, -edge, -edge)
    white = image.copy()
    white.fill(255)
    return all(
        image.copy(x, y, w, h) == white.copy(x, y, w, h)
        for x, y, w, h in (
            (0, 0, image.width(), inside.top()),
            (0, inside.bottom(), image.width(), edge),
            (0, 0, inside.left(), image.height()),
            (inside.right(), 0, edge, image.height()),
        )
    )


def printed(path: Path) -> QPrinter:
    made = QPrinter(QPrinter.PrinterMode.HighResolution)
    made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    made.setOutputFileName(str(path))
    return made


@pytest.mark.parametrize("way", ["saved", "printed"])
def test_a_recovery_sheet_on_paper_opens_the_wallet(person, tmp_path, way):
    person.open_wallet()
    wallet, vault = person.stage.app.wallet, person.stage.vault
    prepared = prepare(wallet, PASSPHRASE)
    path = tmp_path / "sheet.pdf"
    if way == "saved":
        path.write_bytes(pdf(prepared.paper))
    else:
        printer = printed(path)
        printer.setFullPage(True)
        on_page(printer, prepared.paper)
    wallet.ways.keep_sheet(prepared.sheet)
    (page,) = pages(path)
    assert reaches_no_edge(page)
    (scanned,) = codes(page)
    assert all(group in words(path) for group in prepared.sheet.groups)
    wallet.lock()
    wallet.unlock(vault, read_code(scanned))
    assert wallet.is_open
    backup = tmp_path / "copy.ler-backup"
    wallet.backups.make(backup)
    wallet.lock()
    other = tmp_path / "other.ler"
    with OpenBackup(backup, read_code(scanned), beside=other) as opened:
        opened.become(other)
    wallet.unlock(other, read_code(scanned))
    assert wallet.is_open


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["wallet.ler", "a-rather-long-name" * 6 + ".ler"])
@pytest.mark.parametrize("way", ["saved", "printed"])
def test_a_sheet_to_take_home_is_one_page_and_its_code_leads_there(
    qapp, on_stage, tmp_path, language, way, name
):
    wording.set_language(language)
    try:
        rules = Rules(app_page=ADDRESS, organisation="Ridge Career Center " * 8)
        found = sheet(name, rules, now=on_stage.world.now)
        path = tmp_path / "home.pdf"
        if way == "saved":
            take_home.write_pdf(found, path)
        else:
            printer = printed(path)
            take_home.lay_out(printer)
            take_home.put_on(printer, found)
    finally:
        wording.set_language("en")
    (page,) = pages(path)
    assert reaches_no_edge(page)
    assert codes(page) == [ADDRESS]
    together = words(path).translate({ord(" "): "", ord("-"): ""})  # lines may break at either
    assert name.replace("-", "") in together
    assert not words(path).endswith(" 1")  # one page needs no number

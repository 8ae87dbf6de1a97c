"""Puts the take-home sheet on paper, or into a PDF file. What it says is in `wallet.take_home`."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextDocument,
)

from wallet import outputs
from wallet.errors import WalletError
from wallet.share import qr
from wallet.take_home import Part, Sheet, sheet
from wallet.ui import file_dialogs
from wallet.ui.context import why
from wallet.ui.question import Answer, Question
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.ui.window import Window

_POINTS = 11  # of the text; readable on paper without glasses off
_MARGIN_MM = 20
_QR = "qr"


def document(found: Sheet) -> QTextDocument:
    """Return the sheet as a document that any paged device can draw."""
    made = QTextDocument()
    made.setDefaultFont(QFont("Sans Serif", _POINTS))
    body = [f"<h1>{escape(found.title)}</h1><p>{escape(found.made)}</p>"]
    body += [_part(one) for one in found.parts]
    if found.address:
        made.addResource(QTextDocument.ResourceType.ImageResource, QUrl(_QR), _code(found.address))
        body.append(f'<p><img src="{_QR}" width="110" height="110"></p>')
    made.setHtml("".join(body))
    return made


def _part(one: Part) -> str:
    tag = "ol" if one.steps else "ul"
    lines = "".join(f"<li>{escape(line)}</li>" for line in one.lines)
    return f"<h2>{escape(one.heading)}</h2><{tag}>{lines}</{tag}>"


def _code(address: str) -> QImage:
    picture = QImage()
    picture.loadFromData(qr.png(qr.draw(address)), "PNG")
    return picture


def lay_out(device: QPagedPaintDevice) -> None:
    """Set the paper: A4 where it is usual, else Letter, with a margin every printer can hold."""
    size = QPageSize(_paper())
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    unit = QPageLayout.Unit.Millimeter
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, unit))


def put_on(device: QPagedPaintDevice, found: Sheet) -> None:
    """Draw the sheet on a device that was laid out.

    Without a page size of its own the document would add its own margin to the paper's, and number
    a single page.
    """
    made = document(found)
    made.setDocumentMargin(0)
    screen = QGuiApplication.primaryScreen().logicalDotsPerInch()  # what the document measures in
    paper = device.pageLayout().paintRect(QPageLayout.Unit.Inch)
    made.setPageSize(paper.size() * screen)
    made.print_(device)


def _paper() -> QPageSize.PageSizeId:
    from PySide6.QtCore import QLocale

    metric = QLocale.system().measurementSystem() is QLocale.MeasurementSystem.MetricSystem
    return QPageSize.PageSizeId.A4 if metric else QPageSize.PageSizeId.Letter


def write_pdf(found: Sheet, path: Path, *, vault: Path | None = None) -> None:
    """Write the sheet as a PDF file, whole or not at all and never over the vault.

    Raises FILE_UNWRITABLE.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(found.title)
    writer.setCreator("LER Wallet")
    lay_out(writer)
    put_on(writer, found)
    buffer.close()
    outputs.write(bytes(buffer.data().data()), path, replace=True, vault=vault)


def make(window: Window) -> None:
    """Ask whether the sheet goes to a printer or into a file, and put it there."""
    answers = (
        Answer(tr("Print"), partial(_print, window), look="main"),
        Answer(tr("Save as a PDF file"), partial(_save, window)),
        Answer(tr("Cancel")),
    )
    said = tr(
        "One page that says how to open your wallet at home. It names the file, and nothing that "
        "is in it."
    )
    Question(window.context.theme, window, tr("Take-home sheet"), said, answers).open()


def _sheet(window: Window) -> Sheet:
    app = window.app
    path = app.wallet.in_memory.saved_in or app.wallet.path
    name = path.name if path is not None and not app.is_in_memory(path) else "wallet.ler"
    return sheet(name, app.rules, now=app.clock())


def _print(window: Window) -> None:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter()
    lay_out(printer)
    dialog = QPrintDialog(printer, window)
    found = _sheet(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: put_on(printer, found))
    dialog.show()


def _save(window: Window) -> None:
    found = _sheet(window)
    usual = file_dialogs.stick() / f"{found.title}.pdf"
    path = file_dialogs.place(window.context, window, tr("Save as a PDF file"), usual, "*.pdf")
    if path is None:
        return
    try:
        write_pdf(found, path, vault=window.app.wallet.path)
    except WalletError as failure:
        window.toast.say(why(failure))
        return
    window.toast.say(tr("Saved in {name}.", name=path.name))

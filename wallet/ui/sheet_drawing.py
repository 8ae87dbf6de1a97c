"""The recovery sheet on paper: drawn in points on a printer's page, in a PDF, or in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from wallet import wording
from wallet.errors import Code, WalletError
from wallet.share import qr
from wallet.ways import GROUP_LETTERS, Sheet
from wallet.wording import tr

_POINTS = 72.0  # an inch
_DPI = 300
_MARGIN = 54.0  # points: three quarters of an inch
_IN_A_ROW = 4  # groups
_CODE_SIDE = 130.0  # points: a module is over a millimetre


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """What is on a sheet."""

    groups: tuple[str, ...]
    png: bytes
    lines: tuple[str, ...]

    @property
    def code(self) -> str:
        """The code as its QR code says it."""
        return "-".join(self.groups)


def paper_of(sheet: Sheet) -> Paper:
    """Return what is on a sheet; draws and reads back its QR code, so call it off the window."""
    groups = sheet.groups
    png = qr.png(qr.plain("-".join(groups)), scale=qr.MIN_SCALE)
    name = tr("Wallet of {name}", name=sheet.name[:200]) if sheet.name else tr("LER Wallet")
    file = tr("Wallet file: {name}", name=sheet.file_name[:200])
    made = tr("Made on {date}", date=wording.date(sheet.made_at))
    return Paper(groups, png, (name, file, made))


def advice() -> tuple[str, ...]:
    """Return what the sheet says to do."""
    return (
        tr(
            "Keep this sheet in a safe place, not with the computer. Whoever has it and the wallet "
            "file can open the wallet."
        ),
        tr(
            "If you forget your passphrase: start the app, choose “Use your recovery code” and "
            "type the groups. The app tells you which group has a typing slip."
        ),
        tr("Then set a new passphrase: Settings, Ways in."),
        tr(
            "A newer sheet ends this one. If it gets lost or somebody else saw it, make a new one "
            "or remove it in Settings."
        ),
    )


def pdf(paper: Paper) -> bytes:
    """Return the sheet as a PDF; nothing is written to a disk."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(tr("Recovery sheet"))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(_usual_size()))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    on_page(writer, paper)
    buffer.close()
    return bytes(buffer.data().data())


def on_page(device: QPagedPaintDevice, paper: Paper) -> None:
    """Draw the sheet on a printer's or a PDF's page; raises FILE_UNWRITABLE."""
    painter = QPainter()
    if not painter.begin(device):
        raise WalletError(Code.FILE_UNWRITABLE)
    scale = device.logicalDpiX() / _POINTS
    painter.scale(scale, scale)
    room = QRectF(0, 0, device.width() / scale, device.height() / scale)
    draw(painter, room, paper)
    painter.end()


def picture(paper: Paper, *, dpi: int = 96) -> QImage:
    """Return the sheet as a picture of its page."""
    size = QPageSize(_usual_size()).sizePixels(dpi)
    made = QImage(size, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = dpi / _POINTS
    painter.scale(scale, scale)
    draw(painter, QRectF(0, 0, size.width() / scale, size.height() / scale), paper)
    painter.end()
    return made


def draw(painter: QPainter, page: QRectF, paper: Paper) -> None:
    """Draw the sheet in points, black on white."""
    painter.setPen(QPen(Qt.GlobalColor.black))
    area = page.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    top = _text(painter, area, area.top(), tr("Recovery sheet"), 24, bold=True) + 6
    for n, line in enumerate(paper.lines):
        top = _text(painter, area, top, line, 14 if n == 0 else 10.5) + 2
    top = _groups(painter, area, top + 18, paper.groups) + 18
    side = QRectF(area.left(), top, _CODE_SIDE, _CODE_SIDE)
    painter.drawImage(side, QImage.fromData(paper.png))
    beside = area.adjusted(_CODE_SIDE + 16, 0, 0, 0)
    said = tr("The same code, for a phone or a scanner. It reads as text, to be copied or pasted.")
    _text(painter, beside, top + 10, said, 10.5)
    top = side.bottom() + 18
    for n, line in enumerate(advice(), start=1):
        _text(painter, area, top, f"{n}.", 11)
        top = _text(painter, area.adjusted(20, 0, 0, 0), top, line, 11) + 8


def _groups(painter: QPainter, area: QRectF, top: float, groups: Sequence[str]) -> float:
    """Draw the groups, each under its number; return where they end."""
    width, high = area.width() / _IN_A_ROW, 58.0
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    for n, group in enumerate(groups):
        left = area.left() + n % _IN_A_ROW * width
        box = QRectF(left, top + n // _IN_A_ROW * (high + 10), width - 8, high)
        painter.drawRect(box)
        _text(painter, box.adjusted(6, 0, 0, 0), box.top() + 3, str(n + 1), 8)
        painter.setFont(_sized(fixed, 24, bold=True))
        assert len(group) == GROUP_LETTERS
        painter.drawText(box.adjusted(0, 10, 0, 0), Qt.AlignmentFlag.AlignCenter, group)
    rows = -(-len(groups) // _IN_A_ROW)
    return top + rows * (high + 10) - 10


def _text(
    painter: QPainter, area: QRectF, top: float, text: str, points: float, *, bold: bool = False
) -> float:
    """Draw a text from `top` on, as wide as the area; return where it ends."""
    painter.setFont(_sized(QFont(), points, bold=bold))
    flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
    room = QRectF(area.left(), top, area.width(), 2000)
    return painter.drawText(room, int(flags), text).bottom()


def _sized(font: QFont, points: float, *, bold: bool) -> QFont:
    """Return a font of a size on paper: the painter is scaled to points, so pixels are points."""
    made = QFont(font)
    made.setPixelSize(round(points))
    made.setBold(bold)
    return made


def _usual_size() -> QPageSize.PageSizeId:
    """Return the paper of the person's country."""
    from PySide6.QtCore import QLocale

    metric = QLocale().measurementSystem() is QLocale.MeasurementSystem.MetricSystem
    return QPageSize.PageSizeId.A4 if metric else QPageSize.PageSizeId.Letter

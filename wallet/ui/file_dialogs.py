"""Asking for a file or a folder: where such a dialog begins, and when its answer counts.

A desktop may show dialogs of its own, which nobody but the person can close. What such a dialog
answers after the wallet was locked is dropped: what was to be written is for nobody there now.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QDir, QStorageInfo
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from wallet.ui.context import Context
from wallet.wording import tr

_STICKS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")  # where systems put them
_T = TypeVar("_T")


def stick() -> Path:
    """Return the folder of a USB stick that can be written to, or else the home folder."""
    system = QDir.rootPath()
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        outside = root.startswith(_STICKS) or (sys.platform == "win32" and root != system)
        if outside and volume.isReady() and not volume.isReadOnly():
            return Path(root)
    return Path.home()


def start(context: Context) -> Path:
    """Return where dialogs begin: at home, but at the stick on a computer that others use."""
    return stick() if context.app.shared else Path.home()


def place(
    context: Context,
    near: QWidget,
    title: str,
    usual: str | Path,
    kinds: str = "",
    *,
    asks: bool = True,
) -> Path | None:
    """Ask where to write a file; `asks` says whether the dialog asks before one is replaced.

    `usual` is the name it has unless the person gives another; a whole path begins there.
    """
    options = QFileDialog.Option(0) if asks else QFileDialog.Option.DontConfirmOverwrite
    path = str(start(context) / usual)
    name, _ = _answer(
        context,
        near,
        lambda: QFileDialog.getSaveFileName(near, title, path, kinds, options=options),
        ("", ""),
    )
    return Path(name) if name else None


def folder(context: Context, near: QWidget, title: str) -> Path | None:
    """Ask for a folder."""
    path = str(start(context))
    name = _answer(context, near, lambda: QFileDialog.getExistingDirectory(near, title, path), "")
    return Path(name) if name else None


def file(
    context: Context, near: QWidget, title: str, kinds: str = "", at: Path | None = None
) -> Path | None:
    """Ask for a file to read, beginning `at` a folder."""
    path = str(at or start(context))
    name, _ = _answer(
        context, near, lambda: QFileDialog.getOpenFileName(near, title, path, kinds), ("", "")
    )
    return Path(name) if name else None


def files(context: Context, near: QWidget, title: str, kinds: str = "") -> list[Path]:
    """Ask for files to read."""
    path, nothing = str(start(context)), (list[str](), "")
    names, _ = _answer(
        context, near, lambda: QFileDialog.getOpenFileNames(near, title, path, kinds), nothing
    )
    return [Path(name) for name in names]


def _answer(context: Context, near: QWidget, ask: Callable[[], _T], nothing: _T) -> _T:
    """Ask, and forget the answer where the wallet was locked meanwhile."""
    session, was_open = context.tasks.session, context.app.wallet.is_open
    answer = ask()
    locked = context.tasks.session != session
    if not locked and isValid(near):
        return answer
    if answer != nothing and locked and was_open:
        context.toast(tr("The wallet was locked before you chose. Nothing was done."))
    return nothing

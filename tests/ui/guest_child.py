"""A whole session in a process of its own, as a person has it; run by test_guest_traces.

Arguments: how it is started ("memory", "stick", "restored", "silent", "policy", "shared" or
"usual"), how it ends ("close" or "wait"), the folder that stands for the stick, and the words the
program itself is started with.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

kind, end, stick = sys.argv[1], sys.argv[2], Path(sys.argv[3])
sys.argv = ["ler-wallet", *sys.argv[4:]]
PASSPHRASE = "seven quiet herons"
Until = Callable[[], bool]

# What Python itself opens to write, makes or moves, wherever that is.
written: list[str] = []
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _note(event: str, given: tuple[object, ...]) -> None:
    if event == "open" and isinstance(given[0], str | bytes | os.PathLike):
        if isinstance(given[2], int) and given[2] & _WRITES:
            written.append(os.fspath(given[0]))
    elif event in {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.truncate", "os.utime"}:
        written.extend(str(one) for one in given[:2] if isinstance(one, str | os.PathLike))


sys.addaudithook(_note)


def session(window) -> Iterator[Until]:
    """Do what people do; each step waits until what it needs is there."""
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QDialog, QFileDialog

    from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE
    from wallet.ui.door import Create, Unlock

    wallet, app = window.app.wallet, window.app
    idle = lambda: window._tasks.idle  # noqa: E731
    # A real dialog, opened and closed again: it is what leaves settings behind.
    dialog = QFileDialog(window, "", str(stick))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()
    yield dialog.isVisible
    dialog.accept()
    dialog.deleteLater()
    QFileDialog.getSaveFileName = lambda *_a, **_k: (str(stick / "mine.ler"), "")
    if kind == "restored":
        window._show_restore()
        page = window.page
        page.take(stick / "old.ler-backup")
        yield idle
        page.proof.passphrase.setText(PASSPHRASE)
        page.submit()
    else:
        if kind in {"usual", "shared"}:
            window._show_create()
        else:
            window._show_create_at(stick / "mine.ler" if kind == "stick" else None)
        page = window.page
        assert isinstance(page, Create)
        page.name.setText("Robin Rivera")
        page.passphrase.setText(PASSPHRASE)
        page.again.setText(PASSPHRASE)
        page.submit()
    yield lambda: window.shell is not None and idle()
    path = wallet.path
    for dialog in window.findChildren(QDialog):  # the recovery sheet, offered
        dialog.close()
    app.prefer(theme="dark")
    adding = window.shell.go(ADD)
    if kind == "silent":
        began = _never_answer()
        adding.add_files(sorted((stick / "records").iterdir()))
        yield lambda: bool(began)
        print("ready", flush=True)
        window.end_now()
        yield lambda: False
    adding.add_files(sorted((stick / "records").iterdir()))
    yield idle
    adding.keep_ticked()
    yield lambda: idle() and bool(wallet.rows())
    ids = [row.id for row in wallet.rows()]
    for id_ in ids[:2]:
        window.shell.go(RECORDS).reveal([id_])
        yield idle
    window._keys._check_again()
    yield idle
    window.share(ids[:1])
    yield idle
    share = window.shell.visit(SHARE)
    share.whom.setText("Harbor Hospital")
    share.make()
    yield lambda: idle() and share.result.made is not None
    QGuiApplication.clipboard().setText(share.result.made.text)
    check = window.shell.go(CHECK)
    check.field.setPlainText(share.result.made.text)
    check.check_text()
    yield idle
    window.shell.go(SETTINGS)
    yield idle
    window.lock()
    yield lambda: idle() and not wallet.is_open
    page = window.page
    assert isinstance(page, Unlock)
    page.passphrase.setText("not the passphrase")
    page.submit()
    yield lambda: idle() and bool(page.error.text.text())
    page.passphrase.setText(PASSPHRASE)
    page.submit()
    yield lambda: window.shell is not None and idle()
    assert len(wallet.rows()) == len(ids)
    if kind == "restored":
        merging = wallet.restoring
        plan = merging.open(stick / "old.ler-backup", PASSPHRASE)
        assert plan is not None
        merging.merge(plan)
    if kind in {"memory", "restored", "policy"}:
        window.save()
        yield lambda: idle() and not wallet.in_memory.is_unsaved
        wallet.set_setting("lock_minutes", "15")  # unsaved again: the end must ask nothing
    window._goes_on = (path, app)
    print("ready", flush=True)
    if end == "close":
        (getattr(window, "end_now", None) or window.close)()
    yield lambda: False  # ended from outside


def _never_answer() -> list[object]:
    """Let no file be read, as on a share whose server has gone; return who tries."""
    import threading

    from wallet.ui import arrivals

    began: list[object] = []

    def each_read(*given: object) -> Iterator[object]:
        began.append(given)
        threading.Event().wait()
        yield None

    arrivals.each_read = each_read
    return began


def drive(window) -> None:
    from PySide6.QtCore import QTimer

    steps = session(window)
    until: list[Until] = [lambda: True]
    timer = QTimer(window)

    def look() -> None:
        try:
            if until[0]():
                until[0] = next(steps)
        except Exception:  # noqa: BLE001 - said, and the process ends
            import traceback

            traceback.print_exc()
            os._exit(9)

    timer.timeout.connect(look)
    timer.start(5)


def main() -> int:
    sys.dont_write_bytecode = True  # for these two, which this child imports before its time
    from wallet import __main__, policy_file, quiet

    if kind in {"policy", "shared"}:
        policy_file.standard_path = lambda: stick / "policy.json"
    sys.dont_write_bytecode = False

    def driven() -> None:
        import wallet.ui.main as window_main

        real = window_main.window_of

        def of(app):
            kind_of = real(app)

            def make(*given):
                made = kind_of(*given)
                drive(made)
                return made

            return make

        window_main.window_of = of

    if kind == "usual":
        driven()
        code = __main__.main()
    else:
        begin = quiet.begin

        def begin_and_drive() -> None:
            quiet.begin = begin  # the command line and the window each see to it
            begin()
            driven()

        quiet.begin = begin_and_drive
        code = __main__.main()
    from PySide6.QtGui import QGuiApplication

    from wallet.storage import memory

    elsewhere = [one for one in written if not str(one).startswith((str(stick), "/dev/", "/proc/"))]
    print("python wrote", sorted(set(map(str, elsewhere))))
    print("clipboard", repr(QGuiApplication.clipboard().text()))
    print("keychain asked:", "keyring" in sys.modules)
    print("in memory", sorted(memory._files))
    return code


sys.exit(main())

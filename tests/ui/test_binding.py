"""What the window asks of the Qt binding itself."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QLabel


def test_calls_that_return_nothing_keep_the_reference_to_none(qapp):
    """PySide6 6.12.0 lost one in every such call on Python 3.11, which ends in an abort."""
    widget = QLabel()
    before = sys.getrefcount(None)
    for _ in range(1000):
        widget.setText("x")
    assert sys.getrefcount(None) - before > -100

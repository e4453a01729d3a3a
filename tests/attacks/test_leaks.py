"""What a stranger typed steers no terminal, and what stands in lists goes to no clipboard."""

from __future__ import annotations

import io
import json
import re
from typing import Final

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from central.cli.console import Console
from protocol.program.terminal import CommandResult
from tests.harness.fakes.fake_counter import FakeCounter
from tests.ui.conftest import cheap_pins, every_page, open_window

__all__ = ["cheap_pins"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
ODD: Final = "a\x1b[2J\x7f\x9b31m\u202emoc\u2066x\u200fz"
STEERS: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
UNSEEN: Final = re.compile("[\u200b-\u200f\u2060-\u206f]")


@pytest.mark.parametrize("as_json", [True, False])
def test_no_list_prints_what_steers_a_terminal(as_json: bool) -> None:
    written, told = io.StringIO(), io.StringIO()
    console = Console(CommandResult(written), told, "en", as_json)
    console.listed([{"shop": ODD, "name": ODD}], ["shop", "name"])
    console.listed([{"shop": ODD}], ["shop"], ours="shop")
    console.shown({"shop": ODD})
    assert STEERS.findall(written.getvalue()) == []
    if as_json:
        assert UNSEEN.findall(written.getvalue()) == []
        assert [json.loads(line) for line in written.getvalue().splitlines()][-1] == {"shop": ODD}


def test_no_list_is_copied(qtbot: QtBot) -> None:
    hands = open_window(qtbot, FakeCounter())
    hands.until("pageSignIn")
    every_page(hands.window)
    clipboard, copied = QGuiApplication.clipboard(), []
    for table in hands.window.findChildren(QTableWidget):
        clipboard.setText("mine")
        table.setRowCount(1)
        table.setColumnCount(1)
        table.setItem(0, 0, QTableWidgetItem("منى أحمد"))
        table.setCurrentCell(0, 0)
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, "\x03")
        QApplication.sendEvent(table, press)
        if clipboard.text() != "mine":
            copied.append(table.objectName())
    assert copied == []
    assert len(hands.window.findChildren(QAbstractItemView)) > 10

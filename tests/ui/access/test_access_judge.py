"""The judge sees what has no name and what does not show that it has the focus; `tests/ui/screens` lets it look."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.access.access_judge import nameless, unseen

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class _Bare:
    """As much of a stage as the judge looks at."""

    def __init__(self, qtbot: QtBot, *widgets: QWidget, sheet: str = "") -> None:
        self.window = QWidget()
        self.window.resize(400, 200)
        self.window.setStyleSheet(sheet)
        qtbot.addWidget(self.window)
        for place, widget in enumerate(widgets):
            widget.setParent(self.window)
            widget.setGeometry(10, 10 + 60 * place, 200, 48)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitExposed(self.window)


def test_no_name_and_the_other_language_are_seen(qtbot: QtBot) -> None:
    silent, english, number = QLineEdit(), QPushButton("Save"), QPushButton("100")
    stage = _Bare(qtbot, silent, english, number)
    assert len(nameless(stage, "ar")) == 2  # type: ignore[arg-type]
    assert len(nameless(stage, "en")) == 1  # type: ignore[arg-type]


def test_a_focus_that_changes_nothing_or_is_out_of_sight_is_seen(qtbot: QtBot) -> None:
    away = QPushButton("بعيد")
    stage = _Bare(qtbot, QPushButton("حفظ"), away, QLabel(), sheet="QPushButton { border: none; outline: none; }")
    away.move(390, 10)
    found = unseen(stage)  # type: ignore[arg-type]
    assert [line.partition(": ")[2][:5] for line in found] == ["looks", "out o"]

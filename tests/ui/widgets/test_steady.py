"""A scrolled page fits what it holds a few times in a row: never without end, and never for the last time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot

from protocol.override import override
from ui.widgets.cards import MOST_TURNS, scroller

ENOUGH = 40
"""Turns after which it would go on until the stack is full; it stops by itself then, so that a failure is a failure."""


class Restless(QWidget):
    """Needs another height each time it is asked, as fields do that turn their lines with a bar that comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.calm = False
        self.asked = 0
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @override
    def heightForWidth(self, width: int) -> int:
        del width
        if not self.calm and self.asked < ENOUGH:
            self.asked += 1
        return 1000 + self.asked


@pytest.fixture
def restless() -> Restless:
    return Restless()


@pytest.fixture
def scroll(qtbot: QtBot, restless: Restless) -> QScrollArea:
    scroll = scroller(restless)
    qtbot.addWidget(scroll)
    scroll.show()
    qtbot.waitExposed(scroll)
    return scroll


def test_what_needs_another_height_each_time_is_fitted_a_few_times_and_no_more(
    qtbot: QtBot, scroll: QScrollArea, restless: Restless
) -> None:
    restless.asked = 0
    scroll.resize(QSize(500, 400))
    qtbot.wait(20)
    assert MOST_TURNS <= restless.asked <= 3 * MOST_TURNS  # each of few resizes of ours turns MOST_TURNS times at most


def test_afterwards_it_fits_again(qtbot: QtBot, scroll: QScrollArea, restless: Restless) -> None:
    scroll.resize(QSize(500, 400))
    qtbot.wait(20)
    restless.calm = True
    for width in (700, 450):
        scroll.resize(QSize(width, 400))
        qtbot.wait(20)
        assert restless.width() == scroll.viewport().width()
        assert restless.height() == 1000 + restless.asked
        assert scroll.verticalScrollBar().maximum() == restless.height() - scroll.viewport().height()

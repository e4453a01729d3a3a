"""What does not fit beside each other stands below, and a box's words begin another line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from protocol.override import override
from ui.widgets.even_row import EvenRow
from ui.widgets.tick_box import LEAST_PX, TickBox

WORDS = "The paper certificate, where the record is not computerised or differs & is old"


class Part(QPushButton):
    @override
    def sizeHint(self) -> QSize:
        return QSize(100, 48)

    minimumSizeHint = sizeHint


@pytest.fixture
def window(app: QApplication) -> Iterator[QWidget]:
    """The row's: as a window itself it would be as wide as its parts."""
    holder = QWidget()
    holder.show()
    yield holder
    holder.close()


def placed(window: QWidget, *made: Part) -> EvenRow:
    row = EvenRow(*made, gap=8)
    row.setParent(window)
    row.show()
    return row


def settle(app: QApplication, row: EvenRow, width: int) -> None:
    for _ in range(3):
        row.resize(width, max(row.minimumSizeHint().height(), 48))
        app.processEvents()


def lines(of: Sequence[Part]) -> list[int]:
    """How many of them stand in each line, from the top."""
    heights = [part.y() for part in of if not part.isHidden()]
    return [heights.count(y) for y in sorted(set(heights))]


@pytest.mark.parametrize(("width", "expected"), [(700, [5]), (532, [5]), (531, [3, 2]), (330, [3, 2]), (40, [1] * 5)])
def test_as_many_stand_in_a_line_as_fit(app: QApplication, window: QWidget, width: int, expected: list[int]) -> None:
    made = [Part() for _ in range(5)]
    row = placed(window, *made)
    settle(app, row, 540)
    settle(app, row, width)
    assert lines(made) == expected
    assert row.minimumSizeHint().width() == 100


def test_what_goes_makes_room_for_the_others(app: QApplication, window: QWidget) -> None:
    made = [Part() for _ in range(3)]
    row = placed(window, *made)
    settle(app, row, 220)
    assert lines(made) == [2, 1]
    made[0].hide()
    settle(app, row, 220)
    assert lines(made) == [2]
    assert made[1].width() == made[2].width()
    made[0].show()
    settle(app, row, 220)
    assert lines(made) == [2, 1]


def test_the_words_of_a_box_begin_another_line(app: QApplication) -> None:
    box = TickBox("box", WORDS, ticked=True)
    box.show()
    box.resize(2_000, 48)
    app.processEvents()
    assert box.isChecked()
    one = box.sizeHint()
    box.resize(300, 48)
    app.processEvents()
    assert box.sizeHint().width() <= 300 < one.width()
    assert box.sizeHint().height() > one.height()
    assert box.minimumSizeHint().width() <= LEAST_PX
    assert box.text() == box.accessibleName() == WORDS
    box.resize(2_000, 48)
    app.processEvents()
    assert box.sizeHint() == one
    box.close()

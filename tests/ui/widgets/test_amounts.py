"""Sums in a column stand under one another, whichever of them changes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.widgets import Amount, Fact, fill_edge_to_edge


def test_a_column_is_as_wide_as_its_widest_sum(qtbot: QtBot) -> None:
    column, page = list[Amount](), QWidget()
    qtbot.addWidget(page)
    facts = [Fact(column=column).tell("أوراق", "0.00 ج.م") for _ in range(2)]
    fill_edge_to_edge(page, *facts)
    page.resize(400, 100)
    page.show()
    narrow = column[1].width()
    facts[0].tell("أوراق", "12,255.00 ج.م")
    qtbot.waitUntil(lambda: column[0].width() == column[1].width() > narrow)

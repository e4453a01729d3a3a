"""Words of the other language that are left on a screen after F11."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QTableWidget, QWidget

from protocol.catalogue.catalogue import bundled_services
from protocol.texts import LANGUAGES, Language, table
from ui.shell.base_page import Page

MARKS: Final = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200f\u200e"))
TELLING: Final = 9
"""Letters of a piece of text that is no accident within another."""


def _both(value: Any) -> Iterator[Mapping[Language, str]]:
    """Every text in a table or a service file."""
    if isinstance(value, Mapping):
        if isinstance(value.get("ar"), str) and isinstance(value.get("en"), str):
            yield {"ar": value["ar"], "en": value["en"]}
        for inner in value.values():
            yield from _both(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _both(inner)


def _bare(text: str) -> str:
    return text.translate(MARKS).strip(" .،,:")


def _learn() -> tuple[dict[Language, set[str]], dict[Language, set[str]]]:
    """Whole texts, and the pieces between the values that are put into them."""
    whole: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
    pieces: dict[Language, set[str]] = {language: set() for language in LANGUAGES}
    for texts in (*_both(dict(table())), *_both(bundled_services())):
        for language in LANGUAGES:
            text = texts[language]
            whole[language].add(_bare(text))
            pieces[language] |= {p for p in map(_bare, re.split(r"\{[^}]*\}", text)) if len(p) >= TELLING}
    alike = whole["ar"] & whole["en"]
    return {language: whole[language] - alike for language in LANGUAGES}, pieces


WHOLE, PIECES = _learn()


def shown(window: QWidget) -> set[str]:
    """Everything that can be read or heard there now, but what was typed."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QComboBox):
            found += [widget.itemText(row) for row in range(widget.count())]
        elif isinstance(widget, QListWidget):
            found += [widget.item(row).text() for row in range(widget.count())]
        elif isinstance(widget, QTableWidget):
            places = [(row, column) for row in range(widget.rowCount()) for column in range(widget.columnCount())]
            found += [cell.text() for place in places if (cell := widget.item(*place)) is not None]
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            found += [widget.accessibleName(), widget.toolTip()]
    return {_bare(text.split("   ")[0]) for text in found} - {""}


def left_over(window: QWidget, page: Page, language: Language) -> list[str]:
    """What stands there in the other one. Messages with ready-made parts do (docs/state.md): they are not looked at."""
    other: Language = "en" if language == "ar" else "ar"
    told = page.notice.text().translate(MARKS)
    errors = [label.text() for label in page.findChildren(QLabel) if label.property("role") == "error"]
    found = []
    for text in shown(window):
        ours = text in WHOLE[language] or text.split("\n")[0] in told or text in map(_bare, errors)
        strange = text in WHOLE[other] or any(piece in text for piece in PIECES[other])
        if strange and not ours:
            found.append(f"in {language}: {text[:60]!r}")
    return found

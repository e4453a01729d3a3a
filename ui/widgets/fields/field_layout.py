"""Fields in lines, two a line where they fit; the order of reading is the order of the file."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from ui.widgets.cards import loosen
from ui.widgets.fields.base_field import Field


def lay(lines: QVBoxLayout, fields: Iterable[Field]) -> None:
    """These and no others, in lines made anew."""
    loosen(lines)
    half: QHBoxLayout | None = None
    for field in fields:
        half = _place(lines, half, field)


def _place(lines: QVBoxLayout, half: QHBoxLayout | None, field: Field) -> QHBoxLayout | None:
    """Put `field` on the half-empty line or on a new one; returns the line that has room left."""
    line = None if field.wide else half
    if line is None:
        line = QHBoxLayout()
        line.setSpacing(20)
        lines.addLayout(line)
    # At the foot: what is typed stands in one line, whatever is said above it on one side.
    line.addWidget(field, 1, Qt.AlignmentFlag.AlignBottom)
    return None if field.wide or line is half else line

"""Below a form: what is only odd in it, each doubt with a box to tick when it was looked at again."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QVBoxLayout


def key_of(warning: Any) -> str:
    """``field:code``: which doubt about which answer."""
    return f"{warning.field}:{warning.code}"


class FormDoubts(QVBoxLayout):
    """The boxes, in the order in which the doubts came up. Each holds for the answer that was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._boxes: dict[str, QCheckBox] = {}
        self._answers: dict[str, Any] = {}

    def ask(self, warning: Any, words: str, answer: Any) -> None:
        """A box for this doubt about this answer, unless it has one."""
        self._answers[warning.field] = answer
        if key_of(warning) in self._boxes:
            return
        box = QCheckBox(words)
        box.setObjectName(f"override_{warning.field}_{warning.code}")
        box.setAccessibleName(words)
        self._boxes[key_of(warning)] = box
        self.addWidget(box)

    def touched(self, field: str, answer: Any) -> None:
        """What was looked at is gone with another answer; not with the same one that is only written otherwise."""
        if self._answers.get(field) == answer:
            return
        for key in [key for key in self._boxes if key.startswith(f"{field}:")]:
            box = self._boxes.pop(key)
            box.hide()
            box.deleteLater()

    def box(self, warning: Any) -> QCheckBox:
        return self._boxes[key_of(warning)]

    def boxes(self) -> list[QCheckBox]:
        return list(self._boxes.values())

    def ticked(self) -> tuple[str, ...]:
        """Keys of the doubts that somebody looked at again."""
        return tuple(key for key, box in self._boxes.items() if box.isChecked())

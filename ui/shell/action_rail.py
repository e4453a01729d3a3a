"""Beside every page: what it is about, what has to be said, and what can be done, each always at the same place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.widgets import Button, Item, fill
from ui.widgets.message_slot import MessageSlot, Notice
from ui.widgets.theme import SPACE

RAIL_PX: Final = 416
NARROW_RAIL_PX: Final = 320
NARROW_PAGE_PX: Final = 1200
"""A page less wide than this has the narrow rail."""
PRIMARY_PX: Final = 64
BACK_PX: Final = 48
ACTION_PX: Final = 48
LEAST_ACTIONS_PX: Final = 2 * ACTION_PX + SPACE["between"]
"""So high is the place of the other actions at least: the message stands at one place on most pages."""


class ActionRail(QWidget):
    """From the top: what the page is about, the message, its other actions, its primary one, the way back."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.setObjectName("actionRail")
        self.notice = notice
        self.slot = MessageSlot(notice)
        self._context = self._area()
        self._context.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._actions, self._primary, self._back = self._area(), self._area(), self._area()
        self._actions.setMinimumHeight(LEAST_ACTIONS_PX)
        self._primary.setFixedHeight(PRIMARY_PX)
        self._back.setFixedHeight(BACK_PX)
        column = fill(QVBoxLayout(self), (self._context, 1), self.slot, self._actions, self._primary, self._back)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE["gap"])

    def _area(self) -> QWidget:
        area = QWidget()
        area.setProperty("ground", "none")
        fill(QVBoxLayout(area), gap=SPACE["between"]).setContentsMargins(0, 0, 0, 0)
        return area

    def put_notice(self) -> None:
        """Last of all: the keys come to it when they have been everywhere else."""
        self.notice.setParent(self)

    def put_context(self, context: Item) -> None:
        self._put(self._context, context)

    def put_actions(self, actions: Sequence[Item]) -> None:
        """Right above the primary one; what is hidden takes no room."""
        layout = self._actions.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - see `_area`
        layout.addStretch(1)
        for action in actions:
            if isinstance(action, Button):
                action.setFixedHeight(ACTION_PX)
            self._put(self._actions, action)

    def put_primary(self, button: Button) -> None:
        """More than one may stand there, of which one is to be seen."""
        button.setFixedHeight(PRIMARY_PX)
        self._put(self._primary, button)

    def put_back(self, button: Button) -> None:
        button.setFixedHeight(BACK_PX)
        self._put(self._back, button)

    def _put(self, area: QWidget, item: Item) -> None:
        layout = area.layout()
        assert isinstance(layout, QVBoxLayout)  # noqa: S101 - see `_area`
        if isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)

    def fit(self, page_width: int) -> None:
        """As wide as a page of this width has room for."""
        self.setFixedWidth(RAIL_PX if page_width >= NARROW_PAGE_PX else NARROW_RAIL_PX)

"""Beside every page: what it is about, what has to be said, and what can be done, each always at the same place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets import SPACE, Button, Item, fill, fill_edge_to_edge
from ui.widgets.message_slot import MessageSlot, Notice

RAIL_PX: Final = 416
NARROW_RAIL_PX: Final = 320
NARROW_PAGE_PX: Final = 1200
"""A page less wide than this has the narrow rail."""
PRIMARY_PX: Final = 64
BACK_PX: Final = 48
ACTION_PX: Final = 48
LEAST_ACTIONS_PX: Final = 2 * ACTION_PX + SPACE["between"]
"""So high is the place of the other actions at least: the message stands at one place on most pages."""


class _Area(QWidget):
    """A place of the rail, whose things stand one above the other."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self.column = fill_edge_to_edge(self, gap=SPACE["between"])


class ActionRail(QWidget):
    """From the top: what the page is about, the message, its other actions, its primary one, the way back."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.setObjectName("actionRail")
        self.notice = notice
        self.slot = MessageSlot(notice)
        self._context = _Area()
        self._context.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._actions, self._primary, self._back = _Area(), _Area(), _Area()
        self._actions.setMinimumHeight(LEAST_ACTIONS_PX)
        self._primary.setFixedHeight(PRIMARY_PX)
        self._back.setFixedHeight(BACK_PX)
        areas = (self._context, 1), self.slot, self._actions, self._primary, self._back
        fill_edge_to_edge(self, *areas, gap=SPACE["gap"])

    def arrange(
        self, context: Item | None, actions: Sequence[Item], primaries: Sequence[Button], backs: Sequence[Button]
    ) -> None:
        """Of several in the place of one, one is to be seen: what is hidden takes no room."""
        for parts, height in ((actions, ACTION_PX), (primaries, PRIMARY_PX), (backs, BACK_PX)):
            for part in parts:
                if isinstance(part, Button):
                    part.setFixedHeight(height)
        if context is not None:
            fill(self._context.column, context)
        fill(self._actions.column, 1, *actions)
        fill(self._primary.column, *primaries)
        fill(self._back.column, *backs)
        self.notice.setParent(self)  # last of all: the keys come to it when they have been everywhere else

    def add(self, action: Button) -> None:
        action.setFixedHeight(ACTION_PX)
        fill(self._actions.column, action)

    def fit(self, page_width: int) -> None:
        """As wide as a page of this width has room for."""
        self.setFixedWidth(RAIL_PX if page_width >= NARROW_PAGE_PX else NARROW_RAIL_PX)

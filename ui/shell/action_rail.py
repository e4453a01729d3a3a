"""Beside every page: what it is about, what has to be said, and what can be done, each always at the same place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtWidgets import QSizePolicy, QWidget

from protocol.override import override
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


def _leaves(area: QWidget) -> list[QWidget]:
    """What is to be seen in it, without what only holds others."""
    shown = [part for part in area.findChildren(QWidget) if part.isVisibleTo(area)]
    holders = {part.parentWidget() for part in shown}
    return [part for part in shown if part not in holders]


class ActionRail(QWidget):
    """From the top: what the page is about, the message, its other actions, its primary one, the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("actionRail")
        self.notice = Notice(self._empty)
        self.slot = MessageSlot(self.notice)
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
            fill(self._context.column, context, 1)  # it ends where its words end
        fill(self._actions.column, 1, *actions)
        fill(self._primary.column, *primaries)
        fill(self._back.column, *backs)
        self.notice.setParent(self)  # last of all: the keys come to it when they have been everywhere else

    def add(self, action: Button) -> None:
        action.setFixedHeight(ACTION_PX)
        fill(self._actions.column, action)

    def _empty(self) -> tuple[int, int]:
        """How much has nothing in it above the message, under what the page is about, and below, over the actions."""
        slot, gap = self.slot.geometry(), SPACE["gap"]
        tops = [self._place(part).top() for part in _leaves(self._actions)]
        below = min(tops, default=self._primary.y()) - gap - slot.bottom() - 1
        feet = [self._place(part).bottom() + 1 + gap for part in _leaves(self._context)]
        return max(0, slot.top() - max(feet, default=0)), max(0, below)

    def _place(self, part: QWidget) -> QRect:
        return QRect(part.mapTo(self, QPoint()), part.size())

    @override
    def event(self, event: QEvent) -> bool:
        """The message takes no more of the empty room than what came or went leaves to it."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest and not self.notice.isHidden():
            self.notice.stand(self.slot.geometry())
        return done

    def fit(self, page_width: int) -> None:
        """As wide as a page of this width has room for."""
        self.setFixedWidth(RAIL_PX if page_width >= NARROW_PAGE_PX else NARROW_RAIL_PX)

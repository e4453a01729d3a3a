"""The keys that mean the same on every page, and the header's buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.shell import Action, Shell

if TYPE_CHECKING:
    from ui.main.screens import Screens


class GlobalKeys(QObject):
    """Two sets: one before sign-in and while the screen is locked, one for whoever works here."""

    _are_inside = False

    def __init__(
        self,
        window: Shell,
        screens: Callable[[], Screens],
        made: Callable[[], bool],
        lock: Callable[[], None],
        change_person: Callable[[], None],
    ) -> None:
        """`screens` makes them at first need; `made`: whether they are there yet."""
        super().__init__(window)
        self._window = window
        self._screens, self._made = screens, made
        self._lock, self._change_person = lock, change_person
        window.header.chip.clicked.connect(self._sync)
        window.header.printer.clicked.connect(self._papers)
        window.header.display.clicked.connect(self._display)
        self.outside()

    def outside(self) -> None:
        self._are_inside = False
        self._window.set_globals(self._everybodys())

    def inside(self) -> None:
        self._are_inside = True
        self._window.set_globals(self._operators())

    def _everybodys(self) -> list[Action]:
        return [
            Action("F1", "key.help", self._help),
            Action("F11", "", self._window.turn_language),
            Action("Alt+F10", "", self._window.header.end_practice.click),
            Action("Alt+F11", "", self._display),
        ]

    def _operators(self) -> list[Action]:
        screens = self._screens()
        return [
            Action("F3", "", screens.sale.home, leaves=True),
            Action("F6", "key.list", screens.lists.open, leaves=True),
            Action("F7", "key.sync", screens.sync.open, leaves=True),
            Action("F8", "key.day", screens.day.open, leaves=True),
            Action("Alt+9", "", screens.printing.open, leaves=True),
            *self._everybodys(),
            Action("F12", "key.lock", self._lock),
            Action("Alt+F12", "", self._change_person),
        ]

    @property
    def _may_lead(self) -> bool:
        """Whether a button of the header leads away: somebody works here, and nothing comes before it."""
        return self._are_inside and not self._window.busy and not self._window.forced()

    def _sync(self) -> None:
        if self._may_lead:
            self._screens().sync.open()

    def _papers(self) -> None:
        if self._may_lead:
            self._screens().printing.open()

    def _display(self) -> None:
        if not self._window.busy:
            self._screens().display.open()

    def _help(self) -> None:
        if self._made():
            keys = self._operators() if self._are_inside else self._everybodys()
            self._screens().help.open(keys, inside=self._are_inside)
        else:  # the store is still being opened
            self._window.page().help()

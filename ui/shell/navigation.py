"""Where somebody was: the screen and the field, to come back to after a lock, a help page or a supervisor's PIN.

The field is looked up by its name on return: a form that was told another language meanwhile has made its fields anew.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from PySide6.QtWidgets import QWidget

from ui.shell.base_page import Page


class Place(NamedTuple):
    """A screen and a field on it."""

    page: Page
    field: str

    def widget(self) -> QWidget | None:
        """The field as it is now; None where there was none, or is none any more.

        The newest of that name: one that a form has replaced lives until the next turn of the event loop.
        """
        named = self.page.findChildren(QWidget, self.field) if self.field else []
        return named[-1] if named else None

    def still(self, window: Pages) -> bool:
        """Whether somebody is there yet, or comes back there from a lock: an answer for it may be shown."""
        return self.page in (window.page(), window.behind.page if window.behind is not None else None)

    def back(self, window: Pages) -> None:
        window.go(self.page, self.widget())


class Pages(Protocol):
    """Of the shell: which page is on top, and where somebody is who comes back from a lock."""

    behind: Place | None

    def page(self) -> Page: ...
    def go(self, page: Page, field: QWidget | None = None) -> None: ...
    def focusWidget(self) -> QWidget | None: ...


def here(window: Pages) -> Place:
    page, focused = window.page(), window.focusWidget()
    inside = focused is not None and page.isAncestorOf(focused)
    return Place(page, focused.objectName() if focused is not None and inside else "")

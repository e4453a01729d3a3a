"""What is to be seen of a window, as the judge of screens looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableWidget,
    QWidget,
)

from ui.shell.base_page import Page
from ui.shell.busy_veil import BusyVeil
from ui.shell.shell import Shell
from ui.widgets.push_button import Button
from ui.widgets.state_pill import StatePill

SLACK = 2
"""Screen dots that a rounding may cost."""


@dataclass(frozen=True)
class Seen:
    """A window as it stands."""

    window: QWidget

    @cached_property
    def page(self) -> Page | None:
        """The page on top; None in a window that has none."""
        return self.window.page() if isinstance(self.window, Shell) else None

    @cached_property
    def widgets(self) -> list[QWidget]:
        """All that is to be seen, but what a veil says."""
        veils = [veil for veil in self.window.findChildren(BusyVeil) if veil.isVisible()]
        shown = [w for w in self.window.findChildren(QWidget) if w.isVisible() and w.width()]
        return [w for w in shown if not any(w is veil or veil.isAncestorOf(w) for veil in veils)]

    @cached_property
    def veiled(self) -> bool:
        return any(veil.isVisible() for veil in self.window.findChildren(BusyVeil))

    @cached_property
    def leaves(self) -> list[QWidget]:
        """What is read, pressed or typed in."""
        kinds = QLabel | QAbstractButton | QLineEdit | QComboBox | StatePill
        return [w for w in self.widgets if isinstance(w, kinds) and own(w)]

    @cached_property
    def buttons(self) -> list[Button]:
        return [leaf for leaf in self.leaves if isinstance(leaf, Button)]

    @cached_property
    def image(self) -> QImage:
        """Drawn once, for what colours there are."""
        return self.window.grab().toImage()

    def place(self, widget: QWidget) -> QRect:
        if widget is self.window:
            return widget.rect()
        return QRect(widget.mapTo(self.window, QPoint()), widget.size())

    def shown(self, widget: QWidget) -> QRect:
        """What its parents let be seen of it, without what a rounding may cost; invalid where that is nothing."""
        place = self.place(widget)
        for parent in parents(widget, self.window):
            place = place.intersected(self.place(parent))
        return place.adjusted(SLACK, SLACK, -SLACK, -SLACK)


Rule = Callable[[Seen], Iterator[str]]
"""Says what it finds, a line each; its docstring is what must hold."""


def parents(widget: QWidget, window: QWidget) -> Iterator[QWidget]:
    """Those it lies in, the window left out."""
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        yield parent
        parent = parent.parentWidget()


def own(widget: QWidget) -> bool:
    """Not a part that Qt puts into its own widgets."""
    parent = widget.parentWidget()
    return not widget.objectName().startswith("qt_") and not isinstance(parent, QComboBox | QTableWidget | QLineEdit)


def scrolls(widget: QWidget) -> bool:
    """Whether it is what a scroll area looks through."""
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget


def port(widget: QWidget, window: QWidget) -> QWidget | None:
    """The nearest one of those that it is seen through; not that of a list, which draws its own."""
    for parent in parents(widget, window):
        if scrolls(parent) and not isinstance(parent.parentWidget(), QAbstractItemView):
            return parent
    return None


def named(widget: QWidget) -> str:
    said = getattr(widget, "text", None)
    text = said() if callable(said) else ""
    return f"{type(widget).__name__} {widget.objectName()} «{str(text)[:40]}»"

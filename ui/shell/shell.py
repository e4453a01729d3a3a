"""The one window: header, pages, footer. It lays them out and hands keys to the page on top; flows do the rest.

It knows no flow. Who works at it is known to `ui/main/window.py`, which is what the counter opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QMainWindow,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from protocol.override import override
from protocol.texts import Language, say
from ui.shell import command_keys
from ui.shell.base_page import Action, Page
from ui.shell.bridge import Bridge
from ui.shell.busy_veil import BusyVeil
from ui.shell.counter_port import Kiosk
from ui.shell.focus_ring import FocusRing
from ui.shell.footer_bar import FooterBar
from ui.shell.garbage_timer import GarbageTimer
from ui.shell.header_bar import HeaderBar
from ui.shell.navigation import Place, here
from ui.shell.page_stack import PageStack
from ui.widgets import announce, fill_edge_to_edge
from ui.widgets.more_below import bring_into_sight
from ui.widgets.translated import Run

SIZE = (1366, 728)
CLICKS: Final = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.TouchBegin})
P = TypeVar("P", bound=Page)


class Shell(QMainWindow):
    """What flows know: `go` shows a page; `wait` and `free` hold keys away while something is being saved.

    Of its public methods four are events of Qt's; `under`, `forced`, `set_globals` are for the session alone.
    """

    told = Signal(str)
    """A page says something, in that tone."""
    spoken = Signal()
    """Every page has been told the other language."""
    touched = Signal()
    """Somebody is here: a key, a click, a finger."""

    _unheard, _turns = False, 0
    """Whether the page on top has not heard a key yet, and for how many turns it still waits; -1: not looked at yet."""
    _ways_back: list[Place]
    """From the pages on top that are only looked at aside to where each was opened, the last one's last."""
    _waiting: Place | None = None
    """Where the focus was before `wait`."""

    def __init__(self, kiosk: Kiosk, language: Language = "ar") -> None:
        super().__init__()
        self.setObjectName("window")
        self.kiosk, self.language = kiosk, language
        self.header, self.footer = HeaderBar(), FooterBar()
        self.stack = PageStack()
        self._pages, self._ways_back, self._globals = list[Page](), list[Place](), list[Action]()
        self._field: QWidget | None = None
        self.behind: Place | None = None
        """Where somebody was when the screen was locked. Whatever is gone to meanwhile is shown when it is unlocked."""
        self.bar: Page | None = None
        """What stands before every way in while nobody may come in; see `ui/session/lockout_flow.py`."""
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self._wait_for_answers)
        QApplication.instance().focusChanged.connect(self._show_field)  # type: ignore[union-attr]
        self.setCentralWidget(self._inside())
        self.veil = BusyVeil(self.stack)
        self.veil.covers.connect(lambda covers: self.footer.setEnabled(not covers))  # no key looks as if it were heard
        self._ring = FocusRing(self.centralWidget())
        self.bridge = Bridge(kiosk, self)
        self._garbage = GarbageTimer(self)
        self.header.language.clicked.connect(self.turn_language)
        self._lay_out()
        self.resize(*SIZE)

    def _inside(self) -> QWidget:
        self.footer.pressed.connect(self._pressed)
        inside = QWidget()
        fill_edge_to_edge(inside, self.header, self.stack, self.footer, gap=0)
        return inside

    # ---- pages

    def add(self, make: Callable[[Language], P]) -> P:
        """Make a page, and keep it among the others."""
        page = make(self.language)
        self._pages.append(page)
        page.notice.told.connect(self.told)
        uncopied = command_keys.Uncopied(page)
        for view in page.findChildren(QAbstractItemView):
            view.installEventFilter(uncopied)
        if self.stack.addWidget(page) == 0:  # the first one is on top
            self._tell_title()
        return page

    def page(self) -> Page:
        page = self.stack.currentWidget()
        assert isinstance(page, Page)  # noqa: S101 - only `add` puts something there
        return page

    def go(self, page: Page, field: QWidget | None = None) -> None:
        """Show a page with the focus on `field`, else on its first one. While locked, a private one waits behind.

        Where nobody may come in, the page that says so stands in place of the ways in. Keys typed ahead are dropped.
        """
        if self.bar is not None and page.entrance:
            page, field = self.bar, None
        if (self.behind is not None or self.bar is not None) and page.private:
            self.behind = Place(page, field.objectName() if field is not None else "")
            return
        self._field = field
        if not page.aside:
            self._ways_back.clear()
        page.calm()
        self.stack.paint_next()
        self.veil.drop("")  # first: a page that goes would pass the focus on through others
        self.stack.setCurrentWidget(page)
        self.tell_keys()
        self._tell_title()
        announce(page, page.spoken())
        self._unheard, self._turns = True, -1
        self._wake.start(0)

    def aside(self, page: Page, *, instead: bool = False) -> None:
        """Show a page that `back` leaves for where it was opened, at the same field.

        `instead`: the one on top is not come back to. One that was opened before is gone back to: no way goes round.
        """
        opened = [place.page for place in self._ways_back]
        if page in opened:
            del self._ways_back[opened.index(page) :]
        elif not instead and page is not self.page():
            self._ways_back.append(here(self))
        self.go(page)

    def back(self) -> None:
        """Leave the page that was opened aside."""
        self._ways_back.pop().back(self)

    def under(self) -> Place:
        """Where somebody works, whatever was opened aside of it."""
        return self._ways_back[0] if self._ways_back else here(self)

    def _tell_title(self) -> None:
        """The window's title names the page, for screen readers and scripts; never a person or an amount."""
        page = self.page()
        self.setWindowTitle(f"{say(self.language, 'app.name')} — {page.title.text()} ({page.objectName()})")

    def _wait_for_answers(self) -> None:
        """For those that are there, one at a turn: where the keys go hangs on them. For none that come later."""
        self._turns = self.bridge.due if self._turns < 0 else self._turns - 1
        self._wake.start(0) if self._turns > 0 else self._listen_again()

    def _listen_again(self) -> None:
        self._unheard = False
        self.veil.lift()
        self._focus(self._field)

    @property
    def busy(self) -> bool:
        """Whether something is being saved or looked for, and no key is taken."""
        return not self.veil.isHidden()

    def wait(self, key: str, stop: Run | None = None) -> None:
        """Take no keys until `free` or `go`, and say soon what is being done; Esc runs `stop`."""
        self._wake.stop()
        if not self.busy:
            self._waiting = here(self)
        text, word = say(self.language, key), say(self.language, "key.stop")
        self.veil.drop(text, word, stop)

    def free(self) -> None:
        if self._unheard:  # whoever waited did so before the page that was gone to could wake
            self._wake.stop()
            self._listen_again()
        elif self.busy:
            self.veil.lift()
            self._focus(self._waiting.widget() if self._waiting is not None else None)

    def _focus(self, field: QWidget | None) -> None:
        """On that field, else the page's first, else the page: one may be gone or dead, and none of another page may
        keep the keys.
        """
        page, able = self.page(), [it for it in (field, self.page().first()) if it is not None and isValid(it)]
        taker = next((it for it in able if it.isVisibleTo(self) and it.isEnabled()), page)
        taker.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- keys

    def set_globals(self, actions: list[Action]) -> None:
        """The keys that mean the same on every page now."""
        self._globals = actions
        self.tell_keys()

    def forced(self) -> bool:
        """Whether somebody stands before what comes before all else, though he may be looking at something aside."""
        return self.under().page.forced

    def _everywhere(self) -> list[Action]:
        return [action for action in self._globals if not (action.leaves and self.forced())]

    def tell_keys(self) -> None:
        if self.stack.count():
            own = self.page().commands()
            taken = {action.key for action in own}
            everywhere = [action for action in self._everywhere() if action.key not in taken]
            self.footer.show_keys([(a.key, say(self.language, a.word)) for a in [*own, *everywhere] if a.word])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.busy:
            event.accept()
        elif command_keys.is_enter(event):
            following = None if event.isAutoRepeat() else command_keys.next_field(self.page(), self.focusWidget())
            if following is not None:
                following.setFocus(Qt.FocusReason.TabFocusReason)
            elif not event.isAutoRepeat():
                self.page().notice.turn()
        elif not command_keys.dispatch(event, [*self.page().commands(), *self._everywhere()]):
            super().keyPressEvent(event)

    def _pressed(self, key: str) -> None:
        """A key of the footer, by finger or mouse."""
        if not self.busy:
            command_keys.run(key, [*self.page().commands(), *self._everywhere()])

    def _show_field(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Whatever takes the focus is scrolled into sight, by whichever way it came."""
        parent = now.parentWidget() if now is not None and self.isAncestorOf(now) else None
        while parent is not None:
            if isinstance(parent, QScrollArea) and now is not None:
                bring_into_sight(parent, now)
            parent = parent.parentWidget()

    # ---- language

    def turn_language(self) -> None:
        self.set_language("en" if self.language == "ar" else "ar")

    def set_language(self, language: Language) -> None:
        """Say everything again in the other language; nothing that was typed moves."""
        at = here(self)
        self.language = language
        self._lay_out()
        for page in sorted(self._pages, key=lambda page: page is self.page()):  # the help names the page behind it
            page.set_language(language)
        if at.field:
            self._focus(at.widget())  # a form has made its fields anew
        self.spoken.emit()
        self.tell_keys()
        self._tell_title()
        announce(self.page(), self.page().spoken())

    def _lay_out(self) -> None:
        rtl = self.language == "ar"
        direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        QGuiApplication.setLayoutDirection(direction)  # painters of button texts ask it, not their widget
        self.setLayoutDirection(direction)
        self.header.name.setText(say(self.language, "app.name"))
        self.header.language.word(say(self.language, "language.other"), "F11")
        self.header.display.setAccessibleName(say(self.language, "display.title"))
        self.header.display.setToolTip(f"{say(self.language, 'display.title')}   Alt+F11")

    # ---- somebody is here

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Real keys and clicks pass the native window first, whatever widget they are for."""
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.KeyPress or kind in CLICKS:
            self.touched.emit()
            self._garbage.somebody()
        return (kind in CLICKS and self.veil.unseen) or super().eventFilter(watched, event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.bridge.close()
        super().closeEvent(event)

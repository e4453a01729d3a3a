"""What the citizen's window shows while the operator works: it follows the screens, and never says more than they."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject

from protocol.override import override
from ui.display.citizen_window import CitizenWindow
from ui.sale.done_page import DonePage
from ui.sale.review_page import ReviewPage
from ui.shell.flow import Flow
from ui.shell.shell import Shell


class CitizenDisplay(Flow):
    """Made only where the shop has a screen for it. The last language of the counter is that of the citizen."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self.screen = CitizenWindow(window, window.language)
        review = window.findChild(ReviewPage)
        assert review is not None  # noqa: S101 - the pages are made before
        review.bill.told.connect(self._follow)
        window.stack.currentChanged.connect(lambda _place: self._follow())
        window.installEventFilter(self)
        self._follow()
        self.screen.place()

    def turn(self, *, on: bool) -> None:
        if on:
            self._follow()
            self.screen.place()
        else:
            self.screen.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Close and watched is self._window:
            self.screen.close()
        elif event.type() is QEvent.Type.WindowTitleChange:  # a page came up, or the language was turned
            self._follow()
        return False

    def _follow(self) -> None:
        page = self._window.page()
        self.screen.set_language(self._window.language)
        if isinstance(page, ReviewPage):
            self.screen.costs(page.subtitle.text(), page.bill, paid=page.paid_before)
        elif isinstance(page, DonePage) and page.outcome is not None:
            self.screen.saved(page.outcome.qr)
        else:
            self.screen.welcome(self._window.header.shop.accessibleName())

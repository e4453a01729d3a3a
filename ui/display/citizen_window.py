"""A second window that faces the citizen: the service, what it costs line by line, the total, the code. No more.

It follows the operator's screens while he works, and never says more than they.

It can have no focus and hears no keys. Nothing of what the citizen has typed or said stands on it, since whoever
waits behind reads it too.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.sale.done_page import DonePage
from ui.sale.review_page import ReviewPage
from ui.shell import Flow, Shell
from ui.widgets import Text, Translated, hold
from ui.widgets.bill_card import Bill, BillCard
from ui.widgets.layouts import beside, fill, reveal, stacked
from ui.widgets.qr_picture import QrPicture

BILL_PX, CODE_PX = 620, 300
QR_MODULE = 6
"""Screen dots of a square of the code: it is photographed from across the counter."""


class CitizenWindow(Translated, QWidget):
    """The window that the citizen sees."""

    def __init__(self, operators: QWidget, language: Language) -> None:
        super().__init__(language)
        self.setParent(operators)
        self.setObjectName("citizenWindow")
        self.setProperty("ground", "page")
        self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = Text(role="huge", wrap=True, middle=True)
        self.bill = self.follow(BillCard(language, "citizen.pay", large=True))
        hold(self.bill, width=BILL_PX)
        self.qr, self.photograph = QrPicture("citizenQr", QR_MODULE), Text(role="h2", wrap=True, middle=True)
        hold(self.photograph, width=CODE_PX)
        # In the middle, in large letters: it is read from across the counter.
        row = beside(1, self.bill, stacked(self.qr, self.photograph), 1, gap=48)
        row.setAlignment(self.bill, Qt.AlignmentFlag.AlignVCenter)
        fill(QVBoxLayout(self), 1, self.title, row, 1, gap=32).setContentsMargins(48, 32, 48, 32)
        self.word(self.photograph.setText, "citizen.photograph")
        self.welcome("")

    def place(self) -> None:
        """On the second screen as a whole; with one screen only, as a window beside."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[1].availableGeometry())
            self.setWindowState(Qt.WindowState.WindowFullScreen)  # showFullScreen would ask for the keys
        else:
            self.resize(1000, 620)
        self.show()

    @override
    def retold(self) -> None:
        self.setLayoutDirection(self.of((Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight)))

    # ---- what stands there

    def welcome(self, shop: str) -> None:
        self._stand(f"{self.say('citizen.welcome')}\n{shop}".strip(), bill=False, qr="")

    def costs(self, service: str, bill: Bill, *, paid: bool = False) -> None:
        """`paid`: with another receipt, before."""
        self.bill.set_bill(bill)
        self.bill.call("bill.paid" if paid else "citizen.pay")
        self._stand(service, bill=True, qr="")

    def saved(self, qr: str) -> None:
        """The costs stay: they are what was paid."""
        self.bill.call("bill.paid")
        self._stand(self.say("citizen.thanks"), bill=self.bill.shown.total_pt is not None, qr=qr)

    def _stand(self, title: str, *, bill: bool, qr: str) -> None:
        self.setWindowTitle(self.say("app.name"))
        self.title.setText(title)
        self.bill.setVisible(bill)
        if not bill:
            self.bill.set_unknown()
        if qr:
            self.qr.set_text(qr)
        reveal(qr, self.qr, self.photograph)


class CitizenDisplay(Flow):
    """Made only where the shop has a screen for it. The last language of the counter is that of the citizen."""

    def __init__(self, window: Shell, review: ReviewPage) -> None:
        super().__init__(window)
        self.screen = CitizenWindow(window, window.language)
        review.bill.changed.connect(self._follow)
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
            self.screen.costs(page.subtitle.text(), page.bill.shown, paid=page.paid_before)
        elif isinstance(page, DonePage) and page.data is not None:
            self.screen.saved(page.data.receipt.qr)
        else:
            self.screen.welcome(self._window.header.shop.accessibleName())

"""A second window that faces the citizen: the service, its cost line by line, what was paid and comes back, the code.

It follows the operator's screens while he works, and never says more than they.

It can have no focus and hears no keys. Nothing of what the citizen has typed or said stands on it, since whoever
waits behind reads it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.day_book import in_faces
from protocol.override import override
from protocol.texts import Language
from ui.sale.done_page import DonePage
from ui.sale.review_page import ReviewPage
from ui.shell import Flow, Shell, nothing
from ui.widgets import Card, FittedText, Mark, Text, Translated, hold, picture, restyle, show
from ui.widgets.bill_card import Bill, BillCard
from ui.widgets.icons import FamilyIcons, Picture
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, reveal, stacked
from ui.widgets.notes import NotesToGive
from ui.widgets.qr_picture import QrPicture

PAY_PX, HEAD_PX, FOOT_PX, ICON_PX, LATER_PX = 440, 80, 52, 40, 72
ALONE = (1100, 720)
"""Of the window where there is no second screen."""
QR_MODULE = 5
"""Screen dots of a square of the code: it is photographed from across the counter."""


@dataclass(frozen=True, slots=True)
class Paying:
    """What is due, what was handed over (None: nothing yet), and whether that is settled."""

    due_pt: int
    taken_pt: int | None = None
    settled: bool = False
    transferred: bool = False

    @property
    def enough_pt(self) -> int | None:
        """What was handed over, once it is enough."""
        return None if self.taken_pt is None or self.taken_pt < self.due_pt else self.taken_pt


class PayCard(Translated, QFrame):
    """In the largest letters: what to pay; then what was paid, and what comes back in which notes."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setProperty("ground", "pay")
        self._paying = Paying(0)
        self._first, self._first_pt = Text(role="h2"), FittedText(role="sum")
        self._second, self._second_pt = Text(role="accent"), FittedText(role="sum")
        self._second.leave_room()
        self.notes, self._last = NotesToGive(), Text(role="h2", wrap=True)
        self._change = group(self._second, self._second_pt, beside(self.notes, 1), gap=8)
        parts = 1, self._first, self._first_pt, self._change, 1, self._last
        fill(QVBoxLayout(self), *parts, gap=12, edges=(32, 28, 32, 28))
        hold(self, width=PAY_PX)

    def tell(self, paying: Paying) -> None:
        self._paying = paying
        self.retold()

    @override
    def retold(self) -> None:
        now = self._paying
        taken = now.enough_pt
        paid = now.transferred or taken is not None
        self._first.setText(self.say("citizen.paid" if paid else "citizen.pay"))
        self._first_pt.setText(show.money(self.language, now.due_pt if taken is None else taken))
        change = 0 if taken is None or now.transferred else taken - now.due_pt
        restyle(self._first_pt, "role", "huge" if change else "sum")
        self._change.setVisible(taken is not None and not now.transferred)
        self._second.setText(self.say("citizen.change" if change else "citizen.nochange"))
        self._second_pt.tell(show.money(self.language, change) if change else "")
        self.notes.set_faces(in_faces(change))
        self._last.tell(self.say("citizen.count") if change and now.settled else "")


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
        self.shop, self.title = Text(role="h2", end=True), Text(role="h1", wrap=True)
        self._phone = ""
        self.bill = self.follow(BillCard(language, "citizen.total", large=True))
        self.pay = self.follow(PayCard(language))
        column = fill_edge_to_edge(self, self._head(), (self._sale(), 1), (self._empty(), 1), self._foot(), gap=0)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)  # it is as large as its screen
        self.welcome("")

    def _head(self) -> QFrame:
        head, name = QFrame(), self.caption("app.name", "huge")
        head.setProperty("ground", "header")
        fill(QHBoxLayout(head), Mark(44, on_dark=True), name, (self.shop, 1), gap=14, edges=(40, 8, 40, 8))
        hold(head, least_height=HEAD_PX)
        return head

    def _sale(self) -> QWidget:
        """Service, lines and code on the one side, the money on the other."""
        self.qr, self.photograph = QrPicture("citizenQr", QR_MODULE), self.paragraph("citizen.photograph", "h2")
        self.receipt, later = Text(role="hint", wrap=True), self.paragraph("citizen.later", "h2")
        self._later = group(beside(picture("camera", "accent_ink", LATER_PX), (later, 1), gap=24))
        words = stacked(1, self.photograph, self.receipt, 1, gap=4)
        self._code = group(beside(self.qr, (words, 1), gap=24))
        self.bill.setProperty("ground", "none")
        self.bill.column.setContentsMargins(0, 0, 0, 0)
        self.families = FamilyIcons(ICON_PX)
        title = beside(self.families, (self.title, 1), gap=16)
        self._sold = group(beside((Card(title, self.bill, 1, self._later, self._code), 1), self.pay, gap=28))
        self._sold.setContentsMargins(40, 10, 40, 10)
        return self._sold

    def _empty(self) -> QWidget:
        self._welcome, self._of = Text(role="code", wrap=True, middle=True), Text(role="huge", wrap=True, middle=True)
        self._welcome.leave_room()
        self._greeting = group(1, beside(1, Mark(120), 1), self._welcome, self._of, 1, gap=20)
        return self._greeting

    def _foot(self) -> QFrame:
        foot, self.phone = QFrame(), Text(role="body")
        foot.setProperty("ground", "footer")
        fill(QHBoxLayout(foot), self.phone, 1, self.caption("citizen.no_more", "body")).setContentsMargins(40, 6, 40, 6)
        hold(foot, least_height=FOOT_PX)
        return foot

    def place(self) -> None:
        """On the second screen as a whole; with one screen only, as a window beside."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[1].availableGeometry())
            self.setWindowState(Qt.WindowState.WindowFullScreen)  # showFullScreen would ask for the keys
        else:
            self.resize(*ALONE)
        self.show()

    @override
    def retold(self) -> None:
        rtl = self.language == "ar"
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        self.phone.setText(self.say("citizen.call", phone=show.isolate(self._phone)) if self._phone else "")

    # ---- what stands there

    def name_support(self, phone: str) -> None:
        """Whom a citizen may call; "" for nobody."""
        self._phone = phone
        self.retold()

    def welcome(self, shop: str) -> None:
        self._welcome.setText(self.say("citizen.welcome"))
        self._of.setText(shop)
        self.bill.set_unknown()
        self.families.tell(())
        self._stand(shop, sold=False)

    def costs(self, shop: str, service: tuple[str, Sequence[Picture]], bill: Bill, paying: Paying) -> None:
        """`service` is what it is called, with the pictures of all that is bought."""
        self.title.setText(service[0])
        self.families.tell(service[1])
        self.bill.set_bill(bill)
        self.bill.show()
        self.bill.call("bill.paid" if paying.transferred else "citizen.total")
        self.bill.add_up(paying.transferred or paying.enough_pt is not None)  # before, the sum is what is to be paid
        self.pay.tell(paying)
        self._later.show()
        self._code.hide()
        self._stand(shop, sold=True)

    def saved(self, shop: str, receipt: Receipt) -> None:
        """The costs stay: they are what was paid; a sale of earlier has none here."""
        self.title.setText(self.say("citizen.thanks"))
        self.bill.call("citizen.total")
        self.bill.add_up(True)
        self.bill.setVisible(self.bill.shown.total_pt is not None)
        taken_pt = receipt.tendered_pt if receipt.cash else receipt.total_pt
        self.pay.tell(Paying(receipt.total_pt, taken_pt, settled=True, transferred=bool(receipt.transferred)))
        self.qr.set_text(receipt.qr)
        self.receipt.setText(self.say("detail.receipt", receipt=show.isolate(receipt.number)))
        self.name_support(receipt.support_phone)
        self._later.hide()
        self._code.show()
        self._stand(shop, sold=True)

    def _stand(self, shop: str, *, sold: bool) -> None:
        self.setWindowTitle(self.say("app.name"))
        self.shop.setText(shop if sold else "")
        reveal(sold, self._sold)
        reveal(not sold, self._greeting)


class CitizenDisplay(Flow):
    """Made only where the shop has a screen for it. The last language of the counter is that of the citizen."""

    def __init__(self, window: Shell, review: ReviewPage) -> None:
        super().__init__(window)
        self.screen = CitizenWindow(window, window.language)
        review.bill.changed.connect(self._follow)
        review.cash.changed.connect(self._follow)
        window.stack.currentChanged.connect(lambda _place: self._follow())
        window.installEventFilter(self)
        self.ask(lambda: self._counter.in_force.settings().support_phone, self.screen.name_support, nothing)
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
        page, shop = self._window.page(), self._window.header.shop.accessibleName()
        self.screen.set_language(self._window.language)
        if isinstance(page, ReviewPage):
            taken = page.cash.taken_or_none() if page.cash.in_cash else None
            paying = Paying(page.due_pt, taken, transferred=page.paid_before)
            self.screen.costs(shop, (page.heading.text(), page.pictures), page.bill.shown, paying)
        elif isinstance(page, DonePage) and page.data is not None and not page.earlier:
            self.screen.saved(shop, page.data.receipt)
        else:
            self.screen.welcome(shop)

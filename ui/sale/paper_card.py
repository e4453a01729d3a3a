"""The receipt as it came out of the printer, in short; its code is photographed where no printer gives it on paper."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout

from kiosk.model.citizen_receipt import Receipt
from protocol.override import override
from protocol.texts import Language
from ui.sale.done_parts import torn_edge
from ui.widgets import TOKENS, Amount, Drawn, Fact, Mark, ShowsData, Text, beside, fill, hold, px, show
from ui.widgets.qr_picture import QrPicture

PAPER_PX = 264
TOOTH_PX = 6


class PaperCard(ShowsData[Receipt], Drawn):
    """Head, number, sums and code, on a sheet with a torn edge."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._shop = Text(role="hint", wrap=True, middle=True)
        sums = list[Amount]()
        columns = {"detail.receipt.no": None, "paper.total": sums, "done.change.short": sums}
        self._facts = {key: Fact("strong", column=column) for key, column in columns.items()}
        self.qr, self.code = QrPicture("receiptQr", 3), Text(role="hint", wrap=True, middle=True)
        self.photograph = Text(role="error", wrap=True, middle=True)
        self.word(self.photograph.setText, "print.photograph")
        self.word(self.qr.setAccessibleName, "print.photograph")
        self.photograph.hide()
        head = beside(1, Mark(24), self.caption("app.name", "strong"), 1, gap=8)
        below = (self.qr, self.code, self.photograph, 1)
        fill(QVBoxLayout(self), head, self._shop, *self._facts.values(), *below, gap=6, edges=(18, 14, 18, 20))
        hold(self, width=PAPER_PX)

    def ask_photograph(self, wanted: bool) -> None:
        """Whether the citizen should take the code along by telephone."""
        self.photograph.setVisible(wanted)

    @override
    def show_data(self, data: Receipt) -> None:
        self.qr.set_text(data.qr)
        self._shop.setText(self.of(data.shop))
        sums = (show.money(self.language, pt) for pt in (data.total_pt, data.change_pt))
        for (key, fact), value in zip(self._facts.items(), (show.isolate(data.number), *sums), strict=True):
            fact.tell(self.say(key), value)
        self._facts["done.change.short"].setVisible(bool(data.change_pt))
        self.code.tell(show.isolate(data.code) if len(data.served) == 1 else "")

    @override
    def draw(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(TOKENS["line"]), 1))
        painter.setBrush(QColor(TOKENS["card"]))
        painter.drawPolygon(torn_edge(self.width() - 1, self.height() - 1, px(TOOTH_PX)), Qt.FillRule.OddEvenFill)

"""What the page after a sale is made of: the change to give, three facts, the question about the paper, the paper."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.day_book import in_faces
from protocol.override import override
from protocol.texts import Language
from ui.widgets import TOKENS, Button, Drawn, Shrinking, Text, Translated, hold, pixmap, px, restyle, set_tone, show
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, reveal, stacked
from ui.widgets.notes import NotesToGive
from ui.widgets.state_pill import Pill, StatePill

DISC_PX: Final = 48
NARROW_PX: Final = 1100


class Disc(Drawn):
    """A picture on a round ground of its tone."""

    def __init__(self, picture: str, tone: str, size: int = DISC_PX) -> None:
        super().__init__()
        self._picture, self._tone = picture, tone
        hold(self, width=size, height=size)

    def tell(self, picture: str, tone: str) -> None:
        self._picture, self._tone = picture, tone
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        side, inner = self.width(), self.width() * 11 // 20
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS[f"{self._tone}_bg"]))
        painter.drawEllipse(0, 0, side, side)
        ink = TOKENS["primary" if self._tone == "info" else self._tone]
        painter.drawPixmap((side - inner) // 2, (side - inner) // 2, pixmap(self._picture, ink, inner))


class ChangeBanner(Translated, QFrame):
    """The change across the whole page, with the notes to give; one line where there is none, or something to ask."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("changeBanner")
        self.setProperty("ground", "done")
        self._receipt: Receipt | None = None
        self._service, self._short, self._settled, self._fails = "", False, False, False
        self._faces: tuple[tuple[int, int], ...] = ()
        self.change_label, self.change = Text(role="label"), Text(role="code")
        self.change.setObjectName("changeLabel")
        self.notes = NotesToGive()
        self._pills = (StatePill(), StatePill())
        self._received = Text(role="hint", wrap=True)
        self._sold, self._number = Shrinking("strong"), Text(role="hint")
        self._given = Text(role="hint", end=True)
        self._given_pt = Text(role="amount")
        give = stacked(self.change_label, self.change, gap=0)
        self._like = group(self.caption("done.like", "hint"), self.notes, gap=8, sideways=True)
        facts = stacked(1, beside(self._pills[0], 1, gap=0), self._received, 1, gap=6)
        self._disc = Disc("cash", "info", 72)
        self._large = group(self._disc, give, self._like, (facts, 1), gap=20, sideways=True)
        line = (self._pills[1], self._sold, self._number, 1, self._given, self._given_pt)
        self._line = group(*line, gap=14, sideways=True)
        fill(QVBoxLayout(self), self._large, self._line, gap=0).setContentsMargins(24, 10, 24, 10)

    def set_receipt(self, receipt: Receipt, service: str, *, settled: bool, short: bool, fails: bool) -> None:
        """`settled`: nothing is to be given any more; `short`: in one line, something has to be asked first; `fails`:
        no paper comes.
        """
        told = receipt, service, settled, short, fails
        if told != (self._receipt, self._service, self._settled, self._short, self._fails):
            self._receipt, self._service, self._settled, self._short, self._fails = told
            self.retold()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A narrow screen has no room for the notes."""
        wide = self.width() >= NARROW_PX
        restyle(self.change, "role", "amount" if not self._faces else "code" if wide else "huge")
        self._like.setVisible(wide and bool(self._faces))

    @override
    def retold(self) -> None:
        receipt = self._receipt
        if receipt is None:
            return
        money, change = show.money, 0 if self._settled else receipt.change_pt
        large = not self._short and bool(change or self._fails)
        self._disc.tell(*(("print", "act") if self._fails and not change else ("cash", "info")))
        reveal(large, self._large)
        reveal(not large, self._line)
        for pill in self._pills:
            done = Pill("accepted", self.say("done.title"))
            pill.tell(Pill("rejected", self.say("done.unprinted")) if self._fails else done)
        reveal(change, self._pills[0], self._received)
        reveal(self._short, self._sold, self._number)  # else they stand below
        self.change.setText(money(self.language, change) if change else self.say("done.unprinted"))
        self._faces = in_faces(change)
        self.notes.set_faces(self._faces)
        self._fit()
        amounts = {"taken": money(self.language, receipt.tendered_pt), "due": money(self.language, receipt.total_pt)}
        self._received.setText(self.say("done.received", **amounts))
        self._sold.setText(f"{self._service} — {show.short_name(receipt.name)}")
        self._number.setText(self.say("detail.receipt", receipt=show.isolate(receipt.number)))
        for label in (self.change_label, self._given):
            label.setText(self.say(self._said(receipt, change), **amounts))
        self._given_pt.tell(money(self.language, change) if change else "")

    def _said(self, receipt: Receipt, change: int) -> str:
        if change:
            return "done.change"
        if self._settled:
            return "done.received"
        return "done.nochange.exact" if receipt.cash else "done.nochange"

    def spoken(self) -> str:
        """What to give back."""
        return f"{self._given.text()} {self._given_pt.text()}".strip()


class Milestone(QWidget):
    """One of the facts of a sale: a picture on its ground, its words, and what follows from it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._disc = Disc("save", "ok")
        self.what, self.more = Text(role="strong", wrap=True), Text(role="hint", wrap=True)
        fill_edge_to_edge(self, self._disc, (stacked(self.what, self.more, gap=0), 1), gap=16, sideways=True)

    def tell(self, picture: str, tone: str, what: str, more: str) -> None:
        self._disc.tell(picture, tone)
        self.what.setText(what)
        self.more.setText(more)
        self.setAccessibleName(f"{what}. {more}")


class DrawnPaper(Drawn):
    """A receipt as it hangs out of the printer: whole, or torn off in the middle."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self._whole = whole
        hold(self, width=66, height=96 if whole else 60)

    @override
    def draw(self, painter: QPainter) -> None:
        width, height = self.width() - 2, self.height() - 2
        painter.setPen(QPen(QColor(TOKENS["wait"]), 1.5))
        painter.setBrush(QColor(TOKENS["card"]))
        painter.drawPolygon(torn_edge(width, height, px(4)))
        painter.setPen(QPen(QColor(TOKENS["border"]), px(3), c=Qt.PenCapStyle.RoundCap))
        for place, share in enumerate((0.4, 0.7, 0.7, 0.55, 0.7)):
            at, half = px(12 + 9 * place), width * share / 2
            if at < height - px(10):
                painter.drawLine(QPointF(width / 2 - half, at), QPointF(width / 2 + half, at))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS["ink"]))
        if self._whole:
            side = px(9)
            for x, y in ((0, 0), (14, 0), (0, 14), (18, 18)):
                painter.drawRect(round(width / 2 - px(12)) + px(x), px(58) + px(y), side, side)


def torn_edge(width: float, height: float, tooth: float) -> QPolygonF:
    """A sheet whose lower edge is torn off at the printer."""
    teeth = max(2, round(width / (2 * tooth)))
    step = width / teeth
    edge = [QPointF(width - step * (n + 0.5), height - tooth if n % 2 == 0 else height) for n in range(teeth)]
    start, end = (QPointF(1, 1), QPointF(1, height - tooth)), (QPointF(width, 1), QPointF(width, height - tooth))
    return QPolygonF([start[0], *end, *edge, start[1]])


class PaperQuestion(Translated, QFrame):
    """Did the paper come out? Only a person can say, and neither answer is the usual one."""

    def __init__(self, language: Language, yes: Button, no: Button) -> None:
        super().__init__(language)
        self.setObjectName("paperQuestion")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = (self.paragraph("print.is.uncertain", "h1"), self.paragraph("print.is.uncertain.more", "body"))
        asked = stacked(1, *words, self.paragraph("print.once"), 1, gap=4)
        drawn = ((DrawnPaper(whole=True), yes), (DrawnPaper(whole=False), no))
        answers = (stacked(1, beside(1, paper, 1, gap=0), button, gap=8) for paper, button in drawn)
        fill(QHBoxLayout(self), Disc("print", "wait", 72), (asked, 3), *answers, 1, gap=20, edges=(24, 12, 24, 12))
        self.word(self.setAccessibleName, "print.is.uncertain")
        self.worded(lambda: self.setAccessibleDescription(self._in_words(yes, no)))
        set_tone(self, "wait")
        self.hide()

    def _in_words(self, *answers: Button) -> str:
        """Why it is asked, and how it is answered: neither answer has the focus."""
        ways = (f"{button.accessibleDescription()}: {button.accessibleName()}" for button in answers)
        return " ".join((self.say("print.is.uncertain.more"), *ways))

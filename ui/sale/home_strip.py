"""What needs somebody, in one line of the home screen: nothing of it, and the line is not there."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from kiosk.model.service_request import PrintState
from protocol.clock import business_date, read_day
from protocol.override import override
from protocol.program.explained import readable
from protocol.texts import Language
from ui.sale.home_shown import HomeShown
from ui.widgets import Button, Card, ShowsData, Teller, beside, fill, set_tone, show

GAP_PX: Final = 8
EDGES_PX: Final = 32
LEAST_PX: Final = 120


class Way(Button):
    """What is needed, and the key that leads there; it gives way to the others."""

    def __init__(self, name: str, icon: str) -> None:
        super().__init__(name, "strip")
        self.icon_name = icon
        self.picture(icon)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(super().minimumSizeHint().width(), LEAST_PX), super().minimumSizeHint().height())


class NeedsYou(ShowsData[HomeShown], Card):
    """A day left open, a rejection, a paper in doubt, drafts: each with the key that leads there."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("needsYou")
        self.stale, self.rejected = Way("staleButton", "alert"), Way("rejectedButton", "x")
        self.printer, self.paper = Way("printerButton", "print"), Way("paperButton", "paper")
        self.drafts = Way("draftsButton", "draft")
        self.ways = {"close": self.stale, "mend": self.printer, "answer": self.paper}
        self._next = ""
        """The way that F10 goes now."""
        self._caption = self.caption("home.needs", "error")
        self._aloud = Teller(self)
        fill(self.column, beside(self._caption, *self.buttons(), 1, gap=GAP_PX), edges=(16, 1, 16, 1))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        set_tone(self, "wait")
        self.hide()

    def buttons(self) -> list[Way]:
        return [self.stale, self.printer, self.paper, self.rejected, self.drafts]

    def spoken(self) -> str:
        """What is needed, and the key of each."""
        needed = [button for button in self.buttons() if not button.isHidden()]
        return ". ".join(f"{button.accessibleName()}, {button.accessibleDescription()}" for button in needed)

    @property
    def needed(self) -> bool:
        """Whether there is anything."""
        return any(not button.isHidden() for button in self.buttons())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room what is needed has it: each says by itself what it is, with no picture at last."""
        ways = [button for button in self.buttons() if not button.isHidden()]
        for button in ways:
            button.picture(button.icon_name)
        need = sum(way.sizeHint().width() + GAP_PX for way in ways) + EDGES_PX
        self._caption.setVisible(need + self._caption.sizeHint().width() + GAP_PX <= self.width())
        if need > self.width():
            for button in ways:
                button.picture("")

    def lead(self, way: str) -> None:
        """F10 goes this way now, so that one thing has one key."""
        if way != self._next:
            self._next = way
            self.retold()

    @override
    def show_data(self, data: HomeShown) -> None:
        self._tell(self.stale, "F8", "home.stale", self._day(data))
        self._tell(self.rejected, "F6", "home.rejected", data.rejected)
        reason = "" if data.trouble is None else str(readable(self.language, data.trouble).get("reason", ""))
        self._tell(self.printer, "Alt+9", "home.printer", reason)
        job = data.unfinished
        failed = job is not None and job.state is PrintState.FAILED
        self._tell(self.paper, "F9", "home.paper.failed" if failed else "home.answer", int(job is not None))
        self._tell(self.drafts, "Enter", "home.drafts", len(data.drafts))
        self._fit()
        self._aloud.tell(self.spoken())

    def _day(self, data: HomeShown) -> str:
        """The day that was left open, as people say it."""
        if data.day is None or not data.stale:
            return ""
        return show.said_day(self.language, read_day(data.day.date), business_date(data.now_ms))

    def _tell(self, button: Button, key: str, words: str, what: str | int) -> None:
        button.setVisible(bool(what))
        key = "F10" if self.ways.get(self._next) is button else key
        if isinstance(what, str):
            button.word(self.say(words, date=what, reason=what), key)
        elif what:
            button.word(self.say(words, n=what, count=show.number(what)), key)

"""What the close of a day is made of: the count so far, the difference in words, and what two people sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.cash.day_close import Comparison
from kiosk.model.day_book import Count, DayBook, TotalName
from protocol.override import override
from protocol.texts import Language
from ui.widgets import Amount, Card, Fact, ShowsData, Teller, Text, Translated, clear, restyle, rule, set_tone, show
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, stacked
from ui.widgets.notes import COIN_PT, face_text

DRAWER: Final[tuple[TotalName, ...]] = ("cash", "cash_in", "cash_out", "deposit", "void", "refund")
"""What moves the cash in the drawer, in the order in which it is added up."""
TONES: Final = {"equal": "ok", "over": "wait", "short": "act"}
FEES: Final[tuple[TotalName, ...]] = ("taken", "government", "service", "vat", "noncash")


NARROW_PX: Final = 700

EDGES: Final = (20, 12, 20, 12)
"""Of the cards of a difference: at 130 % all of the summary is in sight."""


class CountSoFar(Translated, Card):
    """The sum of what is typed, its notes and its coins."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.total, self._listed = Text("—", "huge"), Text(role="strong", wrap=True)
        self._aloud = Teller(self)
        column = list[Amount]()
        self._facts = {key: self.fact(f"close.{key}", column=column) for key in ("notes", "coins")}
        self._facts["faces"] = self.fact("close.faces")
        self._called = Text(role="label")
        self._running = group(self.total, rule(), *self._facts.values(), gap=8)
        fill(self.column, self._called, self._running, self._listed, 1, edges=(20, 10, 20, 10))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        restyle(self.total, "role", "huge" if event.size().width() >= NARROW_PX // 2 else "amount")

    def tell(self, count: Count | None, empty: int, faces: int, *, over: bool) -> None:
        """`empty` of the `faces` are not typed yet; `over`: what was counted is looked at again."""
        self._called.setText(self.say("close.counted" if over else "close.counted.sofar"))
        coins_pt = 0 if count is None else sum(face * n for face, n in count.faces if face <= COIN_PT)
        notes_pt = 0 if count is None else count.total_pt - coins_pt
        self.total.setText("—" if count is None else show.money(self.language, count.total_pt))
        self._facts["notes"].value.setText(show.money(self.language, notes_pt))
        self._facts["coins"].value.setText(show.money(self.language, coins_pt))
        done = self.say("close.faces.done", count=show.number(faces - empty), of=show.number(faces))
        self._facts["faces"].value.setText(done)
        self._running.setVisible(not over)
        listed = [f"{face_text(face)} × {show.number(n)}" for face, n in count.faces] if over and count else []
        self._listed.tell(self.say("close.and").join(listed))
        self._aloud.tell(f"{self._called.text()}: {self.total.text()}" if empty < faces else "")


class Difference(ShowsData[Comparison], QWidget):
    """What should be there, what is, and the difference by its name."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.expected, self.counted, self.value = Text(role="amount"), Text(role="amount"), Text(role="amount")
        self.kind = Text(role="strong", wrap=True)
        self.box = Card(self.kind, 1, self.value, edges=EDGES)
        cards = [Card(self.caption(key, "hint"), 1, text, edges=EDGES) for key, text in
                 (("close.expected", self.expected), ("close.counted", self.counted))]  # fmt: skip
        fill_edge_to_edge(self, *((part, 1) for part in (*cards, self.box)), gap=12, sideways=True)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for text in (self.expected, self.counted, self.value):
            restyle(text, "role", "amount" if event.size().width() >= NARROW_PX else "h2")

    def spoken(self) -> str:
        return f"{self.kind.text()} {self.value.text()}".strip()

    @override
    def show_data(self, data: Comparison) -> None:
        difference = data.difference_pt
        self.kind.setText(self.say(f"close.{difference_kind(difference)}"))
        self.value.setText(show.money(self.language, difference))
        self.expected.setText(show.money(self.language, data.book.expected_pt))
        self.counted.setText(show.money(self.language, data.count.total_pt))
        set_tone(self.box, TONES[difference_kind(difference)])


def difference_kind(difference_pt: int) -> str:
    """In words: equal, over, short."""
    return "over" if difference_pt > 0 else "short" if difference_pt else "equal"


class Summary(ShowsData[DayBook], Card):
    """The day as both sign it: how the drawer came to what should be there, and what was taken."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._sides = stacked(gap=0), stacked(gap=0)
        fill(self.column, self.caption("close.signed"), rule(), beside(*((side, 1) for side in self._sides), gap=24), 1)

    @override
    def show_data(self, data: DayBook) -> None:
        moved = [("paper.opening", data.day.opening_pt), *self._totals(data, DRAWER)]
        unsent = Fact("strong", wrap=True).tell(self.say("home.unsent"), show.number(data.unsent))
        columns = list[Amount](), list[Amount]()
        self._list(0, moved, columns[0], self._sum("close.expected", data.expected_pt, columns[0]))
        self._list(1, self._totals(data, FEES), columns[1], unsent)

    def _totals(self, book: DayBook, names: Sequence[TotalName]) -> list[tuple[str, int]]:
        """The drawer's own cash always; of the others those that there were."""
        return [(f"total.{name}", book.total_pt(name)) for name in names if name == "cash" or book.count(name)]

    def _list(self, side: int, rows: Sequence[tuple[str, int]], column: list[Amount], last: Fact) -> None:
        clear(self._sides[side])
        for key, pt in rows:
            self._sides[side].addWidget(self._sum(key, pt, column))
        for part in (rule(), last):
            self._sides[side].addWidget(part)
        self._sides[side].addStretch(1)

    def _sum(self, key: str, pt: int, column: list[Amount]) -> Fact:
        return Fact("strong", wrap=True, column=column).tell(self.say(key), show.money(self.language, pt))


class Signatures(Translated, Card):
    """Why it differs, and the two whose names stand on the paper that is printed to be signed."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._why, self._names = "", ("", "")
        self.reason = Text(wrap=True)
        self._signers = Text("", "strong", wrap=True), Text("", "strong", wrap=True)
        roles = (self.caption("paper.sign.operator", "hint"), self.caption("paper.sign.supervisor", "hint"))
        self._said = group(self.caption("close.why"), self.reason, self.paragraph("close.no.deduction"), gap=4)
        lines = [group(role, name, 1, gap=4) for name, role in zip(self._signers, roles, strict=True)]
        self._second = lines[1]
        fill(self.column, beside((self._said, 2), *((line, 1) for line in lines), gap=24))

    def tell(self, reason: str, first: str, second: str | None) -> None:
        """The words of who counts, and who signs; "" for a second one not known yet, None for no second one."""
        self._why, self._names = reason, (first, second or "")
        self._second.setVisible(second is not None)
        self.retold()

    @override
    def retold(self) -> None:
        self._said.setVisible(bool(self._why))
        self.reason.setText(self._why)
        for label, name in zip(self._signers, self._names, strict=True):
            label.setText(name or "—")

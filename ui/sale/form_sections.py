"""The parts of a form: the papers it requires, its fields in lines, what is only odd in it, and where it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from protocol.catalogue import form_words
from protocol.catalogue.fees import FeeLine, Fees
from protocol.catalogue.services import FREE_MODES, EvidenceType, PublicService
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Bilingual, Language, say
from ui.widgets import Teller, Text, at_largest, beside, clear, fill, loosen, picture, reveal, rule, show
from ui.widgets.bill_card import Bill, BillCard
from ui.widgets.fields.base_field import Field
from ui.widgets.layouts import Space
from ui.widgets.more_below import WHOLE
from ui.widgets.tick_box import TickBox

MOST_LINES: Final = 2
MOST_NAMED: Final = 2
GAP_PX: Final = 20
"""Between two fields of one line."""
APART_PX: Final = 14
"""Before what stands for itself: a picture with its words, a text that is read aloud."""
Half = tuple[QHBoxLayout, Field]
"""A line, and the field that stands alone on it."""
DOTS_PX: Final = 2
"""Under a line of words, for the dots that would lift it over its neighbour."""
HALF_PX: Final = 350
"""So wide are the words of a paper that has half a line."""
PICTURES: Final = {"capture": "camera", "sight": "eye"}
"""How each paper is taken."""
STEPS: Final = ("step.details", "step.cash")
"""Of a sale."""

MODES: Final = {
    "guidance": ("form.guide.step", "form.guide.free"), "inquiry": ("form.inquire.step", "form.inquire.free"),
    "booking": ("form.step", "form.booking"),
}  # fmt: skip
"""What to say of the step and of the money where it is not as usual, by the mode of the service."""


def mode_of(service: PublicService) -> tuple[str, str, str]:
    """The keys of its step, of its money where that is not as usual, and of what F10 does: a sheet, an answer, a live
    amount and then the money, or the money.
    """
    step, mode = MODES.get(service.mode, ("form.step", ""))
    if service.mode in FREE_MODES:
        return step, mode, "form.guide" if service.mode == "guidance" else "form.inquire"
    return step, mode, "form.ask" if service.needs_line else "form.do"


def lay(lines: QVBoxLayout, fields: Iterable[Field], room: int) -> None:
    """These and no others, in lines made anew, two a line where they fit into this room, in the order of the file."""
    loosen(lines)
    half: Half | None = None
    for field in fields:
        wide = field.wide or field.minimumSizeHint().width() > (room - GAP_PX) // 2
        half = _place(lines, None if wide else half, field, wide=wide)


def _place(lines: QVBoxLayout, half: Half | None, field: Field, *, wide: bool) -> Half | None:
    """Put `field` beside the one that stands alone on a line, or on a new line; returns who stands alone then."""
    line, mate = half or (beside(gap=GAP_PX), None)
    if mate is None:
        lines.addLayout(line)
    else:
        mate.stand_beside(field)
    line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    field.stand_beside(mate)
    return None if wide or mate is not None else (line, field)


def chain(parts: Iterable[QWidget]) -> None:
    """Tab goes through them in this order."""
    for before, after in pairwise(parts):
        QWidget.setTabOrder(before, after)


class FormBill(BillCard):
    """A long bill in small lines: the sum of the visit stays in sight, and what of it is for this form."""

    def __init__(self, language: Language) -> None:
        self._visit, self._visit_pt = Text(role="hint"), list[int | None]()
        super().__init__(language, live=True)
        self.column.addWidget(self._visit)
        self.changed.connect(lambda: self.shorten(len(self.shown.lines) > (1 if at_largest() else MOST_LINES)))

    @override
    def set_fees(self, fees: Fees | Refused, visit_pt: Sequence[int | None] = ()) -> None:
        """`visit_pt` is what each form of the visit comes to, None where that is not known yet."""
        if list(visit_pt) != self._visit_pt:
            self._visit_pt, self.shown = list(visit_pt), Bill()  # which is told anew
        super().set_fees(fees)

    @override
    def retold(self) -> None:
        super().retold()
        own_pt = self.shown.total_pt
        amount = "" if own_pt is None or own_pt == self.due_pt() else show.money(self.language, own_pt)
        self._visit.tell(amount and self.say("visit.this", amount=amount))

    @override
    def due_pt(self) -> int | None:
        """What all forms of the visit come to, once that is known of each. Of another visit's nothing is said."""
        own_pt, known = super().due_pt(), [pt for pt in self._visit_pt if pt is not None]
        return sum(known) if known and len(known) == len(self._visit_pt) and own_pt is not None else own_pt


class FormPapers(QFrame):
    """What the citizen is asked for, above all that is typed: each paper, and how it is taken."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setObjectName("formPapers")
        self.setProperty("ground", "papers")
        self.setProperty(WHOLE, True)
        self._language: Language = language
        self._said: list[tuple[str, str, str]] = []
        self._aloud = Teller(self)
        self._papers, self._kinds = QGridLayout(), beside(gap=6)
        self._papers.setHorizontalSpacing(20)
        self._papers.setVerticalSpacing(0)
        head = beside((Text(say(language, "form.papers"), "label"), 1), self._kinds, gap=12)
        fill(QVBoxLayout(self), head, self._papers, gap=4, edges=(14, 6, 14, 6))
        for side in (0, 1):
            self._papers.setColumnStretch(side, 1)
        self.hide()

    def show_papers(self, papers: Sequence[EvidenceType]) -> None:
        said = [(str(paper.how), *self._words(paper)) for paper in papers]
        if said == self._said:  # after each key: a label made anew flickers
            return
        self._said = said
        clear(self._papers)
        clear(self._kinds)
        for how in dict.fromkeys(how for how, _, _ in said):
            words = Text(say(self._language, f"form.how.{how}"), "hint")
            fill(self._kinds, Space(APART_PX), picture(PICTURES[how], "accent_ink", 20), words)
        place = 0
        for wide, icon, text in sorted(map(self._text, said), key=lambda one: one[0]):  # none leaves half a line empty
            place += place % 2 if wide else 0
            line = beside(gap=6)
            self._papers.addLayout(line, place // 2, place % 2, 1, 2 if wide else 1)
            fill(line, picture(icon, "accent_ink", 20), (text, 1))
            place += 2 if wide else 1
        reveal(said, self)
        told = ", ".join([say(self._language, "form.papers"), *(aloud for _, _, aloud in said)])
        self._aloud.tell(told if said else "")

    def _text(self, said: tuple[str, str, str]) -> tuple[bool, str, Text]:
        """Whether it takes a whole line, its picture and its words."""
        how, words, aloud = said
        text = Text(words, wrap=True)
        text.setAccessibleName(aloud)
        text.ensurePolished()
        text.setMinimumHeight(text.fontMetrics().height() + DOTS_PX)
        return text.fontMetrics().horizontalAdvance(words) > HALF_PX, PICTURES[how], text

    def _words(self, paper: EvidenceType) -> tuple[str, str]:
        """As they stand beside the picture that says how it is taken, and as they are read aloud."""
        words = form_words.paper(paper, self._language)
        return words, say(self._language, f"form.paper.{paper.how}", paper=words)


def key_of(warning: Any) -> str:
    """``field:code``: which doubt about which answer."""
    return f"{warning.field}:{warning.code}"


def count_faults(language: Language, faults: Sequence[Any]) -> str:
    """How many there are; what is only empty is not wrong."""
    key = "form.missing" if all(fault.code == "required" for fault in faults) else "form.faults"
    return say(language, key, n=len(faults), count=show.number(len(faults)))


def say_wanting(
    language: Language, faults: Sequence[Any], empty: Sequence[str], doubts: FormDoubts, consent: QCheckBox | None
) -> str:
    """What a form still wants before it goes on, by name while it is little; "" for nothing."""
    if faults:
        return say(language, "form.faults.first")
    if 0 < len(empty) <= MOST_NAMED:
        return say(language, "setup.first", field=say(language, "list.comma").join(empty))
    if empty:
        return say(language, "form.missing", n=len(empty), count=show.number(len(empty)))
    if not doubts.looked():
        return say(language, "form.odd.first")
    return "" if consent is None or consent.isChecked() else say(language, "form.consent.missing")


def say_faults(language: Language, faults: Sequence[Any], fields: Mapping[str, Field]) -> tuple[str, str, str]:
    """The one, or how many and of which fields: what is wrong with each stands there."""
    if len(faults) == 1:
        return "act", faults[0].text[language], ""
    return "act", count_faults(language, faults), _names(language, faults, fields)


def say_doubts(language: Language, warnings: Sequence[Any], fields: Mapping[str, Field]) -> tuple[str, str, str]:
    """Of which fields: what is odd about each stands there."""
    return "wait", say(language, "form.odd"), _names(language, warnings, fields)


def _names(language: Language, about: Sequence[Any], fields: Mapping[str, Field]) -> str:
    return say(language, "list.comma").join(dict.fromkeys(fields[one.field].names[language] for one in about)) + "."


def ask_consent(column: QVBoxLayout, service: PublicService, language: Language, *, ticked: bool) -> QCheckBox | None:
    """The text that is read out, and the box for who agrees to it; None where no consent is asked for."""
    if service.consent is None:
        return None
    box = TickBox("consentBox", say(language, "form.consent"), ticked=ticked)
    heading = Text(say(language, "form.consent.missing"), "label")
    fill(column, Space(APART_PX), heading, Text(service.consent.text[language], wrap=True), box)
    return box


class FormDoubts:
    """What is only odd, each doubt at its field with a box to tick when it was looked at again.

    The boxes, in the order in which the doubts came up. Each holds for the answer that was looked at.
    """

    def __init__(self) -> None:
        self._boxes: dict[str, QCheckBox] = {}
        self._said: dict[str, tuple[Any, Bilingual]] = {}

    def ask_all(self, warnings: Sequence[Any], fields: Mapping[str, Field], ticked: Callable[[], None]) -> None:
        """A box for each of these doubts, at its field, unless it has one; `ticked` hears of each."""
        for name in dict.fromkeys(warning.field for warning in warnings):
            self._ask([warning for warning in warnings if warning.field == name], fields[name], ticked)

    def _ask(self, warnings: Sequence[Any], field: Field, ticked: Callable[[], None]) -> None:
        words = Bilingual.of(lambda language: "\n".join(one.text[language] for one in warnings))
        self._said[field.element.field] = field.raw(), words
        field.mark(words, "odd")
        for warning in warnings:
            if key_of(warning) not in self._boxes:
                box = TickBox(f"override_{warning.field}_{warning.code}", say(field.language, "form.odd.tick"))
                box.setAccessibleName(f"{field.name}: {box.text()}")
                box.toggled.connect(ticked)
                self._boxes[key_of(warning)] = box
                field.ask(box)

    def touched(self, field: Field) -> None:
        """What was looked at is gone with another answer; not with the same one that is only written otherwise."""
        name = field.element.field
        if name not in self._said:
            return
        if self._said[name][0] == field.raw():
            field.mark(self._said[name][1], "odd")
            return
        del self._said[name]
        for key in [key for key in self._boxes if key.startswith(f"{name}:")]:
            box = self._boxes.pop(key)
            box.hide()
            box.deleteLater()

    def of(self, field: Field) -> list[QCheckBox]:
        """Those at this field."""
        return [box for key, box in self._boxes.items() if key.startswith(f"{field.element.field}:")]

    def box(self, warning: Any) -> QCheckBox:
        return self._boxes[key_of(warning)]

    def looked(self) -> bool:
        """Whether each of them was looked at again."""
        return all(box.isChecked() for box in self._boxes.values())

    def ticked(self) -> tuple[str, ...]:
        """Keys of the doubts that somebody looked at again."""
        return tuple(key for key, box in self._boxes.items() if box.isChecked())


class FormRequirements(QWidget):
    """Follows the answers: `show_required` says it all again."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language: Language = language
        self._column = fill(QVBoxLayout(self), gap=4, edges=(0, 4, 0, 0))
        self._said: list[form_words.Words] = []

    def show_required(self, service: PublicService | None, elsewhere: Sequence[FeeLine] | None) -> None:
        """`elsewhere` is what the authority asks for, None if not known."""
        texts = [] if service is None else list(form_words.requirements(service, self._language, elsewhere))
        if texts != self._said:  # after each key: a label made anew flickers
            self._said = texts
            clear(self._column)
            if service is not None and service.form.sections:
                self._column.addWidget(rule())
                self._column.addSpacing(4)
            for role, words in texts:
                self._column.addWidget(Text(words, role, wrap=True))

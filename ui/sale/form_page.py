"""A service's form, made from its data. Faults are shown on F10, all at once, with the focus on the first."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from kiosk.model.evidence_file import captured
from protocol.catalogue.fees import FeeLine
from protocol.catalogue.services import FREE_MODES, EvidenceType, PublicService
from protocol.override import override
from protocol.texts import LANGUAGES, Language
from ui.sale import form_sections as parts
from ui.sale.form_sections import STEPS, FormBill, FormDoubts, FormPapers, FormRequirements, key_of
from ui.sale.home_shown import picture_of
from ui.shell import Page
from ui.widgets import FamilyIcon, Text, TwiceButton, clear, reveal, scroll_card, scroller, show
from ui.widgets.fields.base_field import Field
from ui.widgets.fields.make_field import make_field
from ui.widgets.more_below import bring_into_sight
from ui.widgets.steps import Steps

SETTLE_MS = 120
EDGES_PX: Final = 20
"""Beside the fields, as `scroller` leaves it."""
STEP_FIELDS: Final = 3
"""So many fields are made in one turn of the loop."""
WIDE_PX: Final = 800
"""Of a line of fields on most screens; on which this is is known when the page is laid out."""


class FormPage(Page):
    """The page of a form. `changed` is emitted when typing has settled; `submitted` on F10, with what was typed."""

    changed = Signal(object)
    submitted = Signal(object)
    refuse_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageForm", language)
        self._service: PublicService | None = None
        self._fields: dict[str, Field] = {}
        self._sections: list[tuple[Text, QVBoxLayout, list[Field]]] = []
        self._visible, self._faults = list[str](), list[Any]()
        self._given: Mapping[str, Any] = {}
        self._musts: Collection[str] = ()
        self._steps: Generator[None, None, None] = (None for _ in ())
        self._doubts, self._place_in_visit, self._consented, self._room = FormDoubts(), (1, 1), False, WIDE_PX
        self.consent: QCheckBox | None = None
        self._papers: Sequence[EvidenceType] = ()
        self._elsewhere: Sequence[FeeLine] | None = ()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(lambda: self.changed.emit(self.raw()))
        self._paper = QWidget()
        self._column = QVBoxLayout(self._paper)
        self._scroll = scroller(self._paper)
        self._make_side()
        self.arrange((scroll_card(self._scroll), 1), context=self.bill, actions=(self.discard, self.refusal))
        self.lead_on()
        self.retold()

    def _make_side(self) -> None:
        self._icon = FamilyIcon(size=self._top.maximumHeight())
        self._step = self.follow(Steps(self.language, STEPS))
        self.head.insertWidget(0, self._icon)
        self.head.addWidget(self._step)
        self.bill = self.follow(FormBill(self.language))
        self.primary = self.primary_button("form.do", self.submit)
        self._back = self.back_button("form.back")
        self.refusal = self.button("refuseButton", "form.refuse", "Alt+7", self.refuse, icon="calendar")
        self.refusal.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter goes from field to field, and on to the money
        self.discard = TwiceButton("discardButton")
        self.button(self.discard, "draft.discard", "Alt+6", icon="trash")

    # ---- data in

    def set_form(self, service: PublicService, raw: Mapping[str, Any], *, consented: bool = False) -> None:
        """A fresh form: nothing of the citizen before is left."""
        deque(self.in_steps(service, raw, consented=consented), 0)

    def in_steps(self, service: PublicService, raw: Mapping[str, Any], *, consented: bool = False) -> Iterator[None]:
        """The same, a few fields at each step; a form that is begun meanwhile ends it."""
        self._service = service
        self._papers, self._elsewhere, self._faults, self._musts, self._consented = (), (), [], (), consented
        self._settle.stop()
        self.bill.set_unknown()
        self.discard.setVisible(any(raw.values()))
        return self._build(raw)

    def wants_pictures(self) -> bool:
        return bool(captured(self._papers))

    def set_place(self, place: int, count: int) -> None:
        """Which form of the visit it is, of how many."""
        self._place_in_visit = (place, count)
        if self._service is not None:
            self._head(self._service)

    def set_papers(self, papers: Sequence[EvidenceType], elsewhere: Sequence[FeeLine] | None) -> None:
        """The papers that the answers call for, and what is paid at the authority (None: nobody knows)."""
        self._papers, self._elsewhere = papers, elsewhere
        self._required.show_papers(papers)
        self._needs.show_required(self._service, elsewhere)

    def _build(self, raw: Mapping[str, Any]) -> Iterator[None]:
        service = self._service
        assert service is not None  # noqa: S101 - `set_form` came first
        self._steps.close()
        self._given, self._steps, self.consent = raw, self._made_in_steps(service), None
        for old in self._fields.values():
            old.deleteLater()  # also what a rule hid, which stands in no line to be cleared
        self._fields, self._sections = {}, []
        self._visible = [element.field for section in service.form.sections for element in section.elements]
        clear(self._column)
        self._head(service)
        self._required = FormPapers(self.language)
        self._column.addWidget(self._required)
        self._required.show_papers(self._papers)
        return self._steps

    def _made_in_steps(self, service: PublicService) -> Generator[None, None, None]:
        for section in service.form.sections:
            heading = Text(section.title[self.language] if section.title is not None else "", "h2")
            self._column.addWidget(heading)
            for element in section.elements:
                if len(self._fields) % STEP_FIELDS == 0:
                    yield
                field = make_field(element, service.form, self.language, self._given)
                field.changed.connect(partial(self._touched, field))
                self._fields[element.field] = field
            lines = QVBoxLayout()
            lines.setSpacing(6)
            self._column.addLayout(lines)
            self._sections.append((heading, lines, [self._fields[e.field] for e in section.elements]))
        yield
        self._lay()
        self._foot(service)
        self._column.addStretch(1)
        self._chain()

    def fit_lines(self) -> None:
        """Two fields stand in a line where it has room for both."""
        room = self._scroll.viewport().width() - EDGES_PX
        if room != self._room:
            self._room = room
            self._lay()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self.fit_lines)

    def _lay(self) -> None:
        for heading, lines, fields in self._sections:
            shown = [field for field in fields if field.element.field in self._visible]
            heading.setVisible(len(shown) > 1 and heading.text() not in shown[0].name)  # else its first field names it
            parts.lay(lines, shown, self._room)

    def _head(self, service: PublicService) -> None:
        free, alone = service.mode in FREE_MODES, self._place_in_visit[1] == 1
        step, mode, goes_on = parts.mode_of(service)
        place, count = (show.number(n) for n in self._place_in_visit)
        said = self.say(step if alone else "visit.place", number=show.isolate(service.number), place=place, count=count)
        self._icon.tell(*picture_of(service))
        self.entitle(service.title[self.language], said)
        self.reword(self.primary, goes_on)
        self._keeps = service.mode != "guidance" or not alone
        self.reword(self._back, "form.back" if self._keeps else "key.back")
        self.discard.setVisible(self._keeps and self.discard.isVisibleTo(self))
        reveal(not free, self.bill, self._step)
        self.rest(mode, mode and f"{mode}.more")

    def _foot(self, service: PublicService) -> None:
        self._needs = FormRequirements(self.language)
        self._needs.show_required(service, self._elsewhere)
        self._column.addWidget(self._needs)
        self._doubts = FormDoubts()
        self.consent = parts.ask_consent(self._column, service, self.language, ticked=self._consented)
        if self.consent is not None:
            self.consent.toggled.connect(self._tell_ready)

    def _chain(self) -> None:
        """Tab order is the order on the screen, also for what was built later."""
        order = [part for field in self._fields.values() for part in (*field.inputs(), *self._doubts.of(field))]
        parts.chain([*order, *([self.consent] if self.consent else []), self.primary])

    def _touched(self, field: Field) -> None:
        """Typed in: its fault is not said any more until the next F10, and what was odd is looked at anew."""
        field.mark(None)
        self._faults = [fault for fault in self._faults if fault.field != field.element.field]
        self._doubts.touched(field)
        self.discard.setVisible(self._keeps)
        self._settle.start()

    def set_visible(self, names: Sequence[str], optional: frozenset[str] | None = None) -> None:
        """Which fields the rules show now, and which of them may stay empty; the hidden keep what was typed."""
        if optional is not None:
            self._musts = set(names) - optional
        if self._visible != list(names):
            self._visible = list(names)
            self._lay()
        for name, field in self._fields.items():
            field.setVisible(name in names)
        self._tell_ready()

    def _tell_ready(self) -> None:
        """F10 waits while something is wrong, empty, not looked at again or not agreed to; pressed, it says it all."""
        empty = [field.name for name, field in self._fields.items() if name in self._musts and not field.shown()]
        self.primary.wait_for(parts.say_wanting(self.language, self._faults, empty, self._doubts, self.consent))

    def passes(self, checked: Any) -> bool:
        """Whether nothing is wrong, no doubt is new and the consent is given; else that is said."""
        self.set_visible(checked.shown)  # F10 may be faster than the look at the last answers
        self.set_faults(checked.faults)
        odd = [warning for warning in checked.warnings if key_of(warning) not in self._doubts.ticked()]
        if checked.faults:
            return False
        if odd:
            self._ask_again(odd)
        elif self.consent is not None and not self.consent.isChecked():
            self.show_notice("wait", "form.consent.missing", "form.consent.missing.more")
            self.consent.setFocus()
        else:
            return True
        return False

    def set_faults(self, faults: Sequence[Any]) -> None:
        """How much is wrong and where, and at each field what; the focus goes to the first."""
        self._faults = list(faults)
        self._mark_faults()
        if faults:
            self.show_words(lambda: parts.say_faults(self.language, faults, self._fields))
            first = self._fields[faults[0].field]
            first.focus()
            QTimer.singleShot(0, first, lambda: bring_into_sight(self._scroll, first))
        else:
            self.calm()

    def _mark_faults(self) -> None:
        found = {fault.field: fault.text for fault in self._faults}
        for name, field in self._fields.items():
            field.mark(found.get(name))
        self._tell_ready()

    def _ask_again(self, warnings: Sequence[Any]) -> None:
        """What is only odd: to be looked at again and ticked."""
        self.show_words(lambda: parts.say_doubts(self.language, warnings, self._fields))
        self._doubts.ask_all(warnings, self._fields, self._tell_ready)
        self._chain()
        self._tell_ready()
        box, field = self._doubts.box(warnings[0]), self._fields[warnings[0].field]
        box.setFocus()
        QTimer.singleShot(0, box, lambda: bring_into_sight(self._scroll, field))

    @override
    def retold(self) -> None:
        self.discard.ask(self.say("draft.discard"), self.say("draft.discard.again"), "Alt+6")
        if self._service is not None:
            names, raw = self._visible, {**self._given, **self.raw()}
            self._consented = self._consented if self.consent is None else self.consent.isChecked()
            deque(self._build(raw), 0)
            self.set_visible(names)
            self._mark_faults()  # without the focus: the page may not be the one on top

    # ---- meaning out

    def raw(self) -> dict[str, Any]:
        return {name: field.raw() for name, field in self._fields.items()}

    def answers(self) -> dict[Language, list[tuple[str, str, str]]]:
        """(field, label, answer in words) of what is shown, for the review, in each language."""
        shown = [(name, self._fields[name]) for name in self._visible]
        return {to: [(name, field.names[to], field.words(to)) for name, field in shown] for to in LANGUAGES}

    def submit(self) -> None:
        self._settle.stop()
        self.submitted.emit(self.raw())

    def refuse(self) -> None:
        """What was typed last is told of first: nothing of it may come when the form is gone."""
        if self._settle.isActive():
            self._settle.stop()
            self.changed.emit(self.raw())
        self.refuse_asked.emit()

    def field(self, name: str) -> QWidget:
        return self._fields[name].inputs()[0]

    @override
    def first(self) -> QWidget:
        """The first that is still to be typed: what the citizen has said before is not asked again."""
        shown = [self._fields[name] for name in self._visible if name in self._fields]
        empty = next((field for field in shown if not field.shown()), next(iter(shown), None))
        return self.primary if empty is None else empty.entry()

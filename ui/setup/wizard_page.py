"""The first start: one page for all steps: the road at the side, the step's own question in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from kiosk.setup.setup_steps import MAY_SKIP, STEPS, SetupProgress, Step
from protocol.override import override
from protocol.texts import Language
from protocol.wire.enrolment import is_invitation
from ui.capture.crop_preview import Preview
from ui.setup.step_list import STEP_ICONS, StepList
from ui.shell import Action, Page
from ui.shell.page_skeleton import AHEAD
from ui.widgets import Button, Card, FittedText, LineEdit, Pill, StatePill, Text, at_largest, show
from ui.widgets.answer_rows import Rows as Table
from ui.widgets.cards import picture, set_picture
from ui.widgets.layouts import beside, fill, group, reveal
from ui.widgets.pin_dots import PinDots
from ui.widgets.qr_picture import QrPicture

Field = str
ACROSS: Final = 2
"""Fields beside each other: at 130 % no more have room."""
MOST_ACTIONS: Final = 6
"""Beside the step's own act and the way back."""
FIELDS: Final[tuple[Field, ...]] = (
    "place", "url", "slot", "code", "stick", "answer_code", "scan", "activation", "pin", "again", "technician", "note",
)  # fmt: skip
_HIDDEN: Final = ("pin", "again")
_BEGIN_ROWS: Final = ("pin", "stick")
"""The one stands beside its repetition, the other apart from what is needed."""
FEW_ACTIONS: Final = 6
"""Of the step, its own act and the way back among them: more of them have the room of the road. In the largest letters
it is one less.
"""
TABLE_PX: Final = 250
"""Of a list with more rows: the others are scrolled to."""
COLUMNS: Final = 3
STEP_PX: Final = 28
ICONS: Final = {
    "setup.arabic": "globe", "setup.english": "globe", "setup.write": "out", "setup.read": "in", "enrol.do": "up",
    "setup.restore": "disk", "setup.look_again": "refresh", "setup.again": "refresh", "papers.find": "search",
    "setup.try": "camera", "setup.try_again": "camera", "setup.print_again": "print", "setup.skip": "next",
    "setup.skip.do": "next", "setup.paper.arabic": "x", "setup.paper.qr": "x", "setup.paper.cut": "x",
}  # fmt: skip
"""Of commands, by what they say."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a step asks now: its fields, a table with what stands in its rows and how a `row` says it, its commands.

    `how` names the text above them; `shown` is a number or code to be compared, in large print; `scan` shows the test
    QR, `picture` is one that was taken. `more` is a ready line of both languages below them, `more_title` what stands
    over that. Its own act waits for the fields that it `needs`, or says what comes `first`; `waits` names what is
    waited for. `title` stands over all of it in place of the step's name.
    """

    how: str
    fields: tuple[Field, ...] = ()
    commands: tuple[Action, ...] = ()
    table: str = ""
    rows: Sequence[Any] = ()
    row: Callable[[Any, Language], str | tuple[str | Pill, ...]] = lambda _one, _language: ""
    shown: str = ""
    scan: bool = False
    picture: bytes = b""
    more: Callable[[Language], str] = field(default=lambda _language: "")
    more_title: str = ""
    needs: tuple[Field, ...] = ()
    waits: str = ""
    first: str = ""
    title: str = ""


class WizardPage(Page):
    """One step of the first start beside the list of all `steps`; a single one stands alone."""

    private = False
    skipped = Signal(str)
    """The step is left out, and why."""

    def __init__(self, language: Language, name: str, title: str, steps: Sequence[Step] = STEPS) -> None:
        super().__init__(name, language, title)
        self._steps = steps
        self._progress = SetupProgress(0, steps[0])
        self._ask, self._skipping, self._spent = Ask("setup.how.language"), False, ""
        self._make_buttons()
        self._side = self.follow(StepList(language, steps if len(steps) > 1 else ()))
        self.road = self._side.labels
        self._sheet = Card(self.caption("setup.sheet"), self.paragraph("setup.sheet.more"))
        self._card = self._middle()
        self.lead_on(lambda: self._ask.needs and not self._ask.scan)
        self.arrange(self._card, context=group(self._side, self._sheet), actions=self._others)
        self.retold()

    def _middle(self) -> Card:
        self._icon, self.heading, self.how = picture("globe", "accent_ink", STEP_PX), Text(role="h2"), Text(wrap=True)
        self.shown, self.more, self.pill = FittedText(role="code"), Text(wrap=True), StatePill()
        self._more_title = Text(role="h2")
        self.shown.setObjectName("setupShown")
        self.picture = QrPicture("scanTest", 6)
        self.picture.set_text("MANFAZ-TEST")
        self.preview = Preview()
        self.word(self.preview.setAccessibleName, "setup.picture")
        self.table = Table(COLUMNS, "setupTable")
        self.table.horizontalHeader().hide()
        self.table.head([""] * COLUMNS, 0, 1)
        self.table.least_px = TABLE_PX
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.table.opened.connect(lambda _place: self._next_from_table())
        pictures = self.picture, self.table, (self.preview, 1)
        named = beside(self._icon, (self.heading, 1), gap=8)
        card = Card(named, self.how, self.shown, beside(self.pill, 1), *pictures)
        self._add_fields(card)
        fill(card.column, self._more_title, self.more)
        return card

    def _add_fields(self, card: Card) -> None:
        self._grid = QGridLayout()
        card.column.addLayout(self._grid)  # before it is filled, as the buttons' lines: see `loosen`
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(4)
        for column in range(ACROSS):
            self._grid.setColumnStretch(column, 1)
        self.fields: dict[Field, LineEdit] = {
            name: PinDots(f"{name}Edit") if name in _HIDDEN else LineEdit(f"{name}Edit", limit=300) for name in FIELDS
        }
        self.pins = [edit for edit in self.fields.values() if isinstance(edit, PinDots)]
        self._labelled = {name: self.label(edit, f"setup.field.{name}") for name, edit in self.fields.items()}
        for place, name in enumerate(FIELDS, 1):
            self._place(name, place)
            self.fields[name].textChanged.connect(lambda _text: self._tell_ready())
        self.fields["scan"].returnPressed.connect(self._act)

    def _place(self, name: Field, place: int) -> None:
        row, column = divmod(place, ACROSS)
        self._grid.addWidget(self._labelled[name], 2 * row, column)
        self._grid.addWidget(self.fields[name], 2 * row + 1, column)

    def _make_buttons(self) -> None:
        """The step's own act on F10, the way back on Esc, and all else it offers between them."""
        self._act_button, self._back_button = Button("primaryButton", "primary"), Button("backButton", "back")
        self._others = [Button(f"setup{place}") for place in range(MOST_ACTIONS)]
        self._primaries.append(self._act_button)
        self._backs.append(self._back_button)
        self.buttons = [self._act_button, *self._others, self._back_button]
        for button in self.buttons:
            button.clicked.connect(partial(self._pressed, button))

    # ---- data in

    def show_step(self, progress: SetupProgress, ask: Ask) -> None:
        """Where setting up stands, and what is asked now. What was typed stays."""
        self._skipping = self._skipping and progress.step == self.step
        self._progress, self._ask = progress, ask
        self._act_button.saves = any(one.key == "Esc" for one in ask.commands)  # an Enter too many is no answer
        wanted = self._wanted()
        for name, edit in self.fields.items():
            reveal(name in wanted, edit, self._labelled[name])
        place = 0
        for name in wanted:
            place += place % ACROSS if name in _BEGIN_ROWS else 0
            self._place(name, place)
            place += 1
        self.table.setVisible(bool(ask.table))
        self.picture.setVisible(ask.scan)
        self.preview.setVisible(bool(ask.picture))
        self.preview.show_picture(ask.picture)
        self.body.setStretchFactor(self._card, AHEAD * bool(ask.picture))  # a picture has all the room there is
        self.retold()

    def _wanted(self) -> tuple[Field, ...]:
        return (*self._ask.fields, *(("note",) if self._skipping else ()))

    def _may_skip(self) -> bool:
        """Not while somebody judges what came out."""
        return self.step in MAY_SKIP and bool(self._ask.table or self._ask.scan)

    @property
    def step(self) -> Step:
        return self._progress.step

    def text(self, name: Field) -> str:
        return self.fields[name].text().strip()

    def spend(self) -> None:
        """The code that is typed was used: it is of no use once more."""
        self._spent = self.text("code")
        self._tell_ready()

    @override
    def retold(self) -> None:
        self._side.tell(self._progress)
        set_picture(self._icon, ICONS.get(self._ask.title, STEP_ICONS[self.step]), "accent_ink", STEP_PX)
        if len(self._steps) > 1:
            at, count = self._steps.index(self.step) + 1, len(self._steps)
            self.subtitle.setText(self.say("setup.at", place=show.number(at), count=show.number(count)))
        self.heading.setText(self.say(self._ask.title or f"setup.step.{self.step}"))
        self.how.setText(self.say(self._ask.how))
        self.shown.tell(self._ask.shown)
        self._more_title.tell(self.say(self._ask.more_title) if self._ask.more_title else "")
        self.more.tell(self._ask.more(self.language))
        self.table.setAccessibleName(self.say(self._ask.table) if self._ask.table else "")
        cells = [self._ask.row(one, self.language) for one in self._ask.rows]
        rows = [(one,) if isinstance(one, str) else one for one in cells]
        self.table.fill(rows, self._ask.rows)
        for column in range(COLUMNS):
            self.table.setColumnHidden(column, column >= max(map(len, rows), default=1))
        self.pill.tell(Pill("waiting", self.say(self._ask.waits)) if self._ask.waits else None)
        self._retell_buttons()

    def _retell_buttons(self) -> None:
        """Each command on the button whose place is its key's."""
        others = iter(self._others)
        own = {"F10": self._act_button, "Esc": self._back_button}
        self._runs = {own.get(one.key) or next(others): one for one in self._offered()}
        for button in self.buttons:
            button.setVisible(button in self._runs)
            if button in self._runs:
                button.word(self.say(self._runs[button].word), self._runs[button].key)
                button.picture(ICONS.get(self._runs[button].word, "") if button in self._others else "")
        self.no_primary = "" if self._act_button in self._runs else "this step has nothing to be done yet"
        reveal(self.road and len(self._runs) <= FEW_ACTIONS - at_largest(), self._side)
        reveal(not self.road and self._ask.fields, self._sheet)
        self._tell_ready()

    def _tell_ready(self) -> None:
        """A scanned line in any field is all of them."""
        texts = {name: self.text(name) for name in self._ask.needs}
        empty = [] if any(map(is_invitation, texts.values())) else self._wanting()
        named = (self.say(f"setup.field.{name}") for name in empty[:2])  # more have no room there
        spent = bool(self._spent) and texts.get("code") == self._spent
        first = "setup.first" if empty else "setup.first.code" if spent else self._ask.first
        self._act_button.wait_for(self.say(first, field=self.say("list.comma").join(named)) if first else "")

    # ---- meaning out

    def _pressed(self, button: Button, _checked: bool = False) -> None:
        if button in self._runs:
            self._runs[button].run()

    def _next_from_table(self) -> None:
        """Enter on a row: to the field that is needed with it, else the step's own act."""
        if wanted := self._wanting():
            self.fields[wanted[0]].setFocus()
        else:
            self._act()

    def _wanting(self) -> list[Field]:
        """What is needed and not there yet."""
        return [name for name in self._ask.needs if not self.fields[name].filled()]

    def _act(self) -> None:
        """The step's own act."""
        if self._ask.commands:
            self._ask.commands[0].run()

    def _skip(self) -> None:
        """Its reason is asked for first."""
        if self._skipping or self.text("note"):
            self.skipped.emit(self.text("note"))
            return
        self._skipping = True
        self.show_step(self._progress, self._ask)
        self.fields["note"].setFocus()

    @override
    def first(self) -> QWidget:
        """What is needed and not typed yet, after a list that has something to choose from; else the step's own act."""
        if self._skipping and not self.text("note"):
            return self.fields["note"]
        ask, rows = self._ask, len(self._ask.rows) if self._ask.table else 0
        typed = ask.first or (ask.table and not rows)  # what is waited for, or was not found
        wanted = self._wanting() or (ask.fields[:1] if typed else ())
        if rows > bool(wanted):
            return self.table
        if wanted:
            return self.fields[wanted[0]]
        return self._act_button if self._act_button in self._runs else self

    @override
    def commands(self) -> list[Action]:
        """Each has a button, which says what it does."""
        return [*super().commands(), *(one._replace(word="") for one in self._offered())]

    def _offered(self) -> list[Action]:
        offered = list(self._ask.commands)
        if self._may_skip():
            offered.append(Action("Alt+7", "setup.skip.do" if self._skipping else "setup.skip", self._skip))
        if self.step != self._steps[0] and all(one.key != "Esc" for one in offered):
            offered.append(Action("Esc", "key.back", self.left.emit))
        return offered

"""A field of a form: label and hint, input, fault, one above the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from protocol.catalogue import form_words
from protocol.catalogue.services import Element, Form
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.widgets.fields.line_edit import DigitsEdit, LineEdit
from ui.widgets.labels import Text, restyle
from ui.widgets.layouts import Space, beside, fill
from ui.widgets.more_below import WHOLE
from ui.widgets.theme import hold

BESIDE_PX: Final = 8
"""Between a label and a hint beside it. Not taken from the layout: what follows from where the hint stands now would
move it to and fro."""


class Field(QWidget):
    """A field. `raw` is what was typed, as `protocol.catalogue.forms.read` takes it. Subclasses add the input."""

    changed = Signal()
    wide: bool = False
    """Whether it takes a whole line of the form."""
    numeric: bool = False
    """Whether only digits are typed there: a keypad will do."""
    takes_codes: bool = False
    """Whether a scanner may put there what it has read, whatever that is."""

    def __init__(self, element: Element, form: Form, language: Language) -> None:
        super().__init__()
        self.setProperty(WHOLE, True)
        self.element, self.form = element, form
        self.language: Language = language
        texts = form.fields[element.field]
        self.names, self.name = texts.label, texts.label[language]
        self.label = Text(form_words.label(form, element, language), "label")
        self.hint = Text(texts.hint[language] if texts.hint else "", "hint")
        self.error = Text(role="error", wrap=True)
        self.error.hide()
        # Two fields share a line, and Qt keeps the height that such a line had before a fault was shown, where
        # heights follow from widths. So nothing here does; the fault's height is set by hand.
        for text, across in ((self.hint, QSizePolicy.Policy.Ignored), (self.error, QSizePolicy.Policy.Preferred)):
            text.setSizePolicy(across, QSizePolicy.Policy.Fixed)
        self._head = fill(QBoxLayout(QBoxLayout.Direction.LeftToRight), self.label, (self.hint, 1), gap=BESIDE_PX)
        self.row = beside(gap=8)
        self._column = fill(QVBoxLayout(self), self._head, self.row, self.error, gap=4, edges=(0, 0, 0, 3))
        self._mate: Field | None = None
        self.build()

    # ---- what a kind of field is

    def build(self) -> None:
        raise NotImplementedError

    def raw(self) -> Any:
        raise NotImplementedError

    def set_raw(self, value: Any) -> None:
        raise NotImplementedError

    def inputs(self) -> list[QWidget]:
        """Everything that can have the focus, in order."""
        raise NotImplementedError

    # ---- what all can do

    def shown(self) -> str:
        """The answer in words, for the review; "" for none."""
        return self.words(self.language)

    def words(self, _language: Language) -> str:
        """The same in that language."""
        return str(self.raw() or "")

    def mark(self, fault: Bilingual | None, state: str = "invalid") -> None:
        """Show what is wrong here, or nothing. The bad value stays. Its name stands above, and is not said again."""
        said = fault[self.language].removeprefix(f"{self.name}: ") if fault else ""
        self.error.setText(said[:1].upper() + said[1:])
        self.error.setVisible(fault is not None)
        restyle(self.error, "role", "odd" if state == "odd" else "error")
        self.show_state(state if fault else "")
        for widget in self.inputs():
            widget.setAccessibleDescription(self.error.text())
        self._stand(self.error)

    def show_state(self, state: str) -> None:
        for widget in self.inputs():
            if isinstance(widget, LineEdit):
                widget.set_state(state)

    def ask(self, box: QCheckBox) -> None:
        """A box to tick, under what is odd here and clear of it."""
        fill(self._column, Space(BESIDE_PX), box)

    def stand_beside(self, mate: Field | None) -> None:
        """Share a line with another: what is typed in both stands in one line, whatever is said above it."""
        self._mate = mate
        self._place_hint()

    def _stand(self, text: Text) -> None:
        """Give it the height that it needs at this width. A label that wraps says so again at each new text."""
        policy = text.sizePolicy()
        policy.setHeightForWidth(False)
        text.setSizePolicy(policy)
        text.setMinimumHeight(0)  # else it asks for as much as it had
        text.setFixedHeight(max(0, text.heightForWidth(self.width())))

    def _place_hint(self) -> None:
        """Beside the label where both have room, else beneath it."""
        beneath = self._is_beneath(self.width())
        ways = QBoxLayout.Direction
        self._head.setDirection(ways.TopToBottom if beneath else ways.LeftToRight)
        self.hint.setWordWrap(beneath)
        self._head.setSpacing(2 if beneath else BESIDE_PX)
        if beneath:
            self._stand(self.hint)
        else:
            self.hint.setFixedHeight(self.label.sizeHint().height())
        lower = 0 if self._mate is None else self._mate.head_px(self.width()) - self.head_px(self.width())
        self._head.setContentsMargins(0, max(0, lower), 0, 0)

    def _is_beneath(self, width: int) -> bool:
        """Where its own has no room beside the label, or that of whom it shares a line with has none."""
        return bool(self.hint.text()) and any(one.is_long(width) for one in (self, self._mate) if one is not None)

    def is_long(self, width: int) -> bool:
        """Whether there is a hint that has no room beside the label."""
        across = self.label.sizeHint().width() + BESIDE_PX + self._hint_px()
        return bool(self.hint.text()) and across > width

    def head_px(self, width: int) -> int:
        """How high its label and its hint are in that width."""
        room, wrap = QRect(0, 0, width, 1_000), int(Qt.TextFlag.TextWordWrap)
        hint = self.hint.fontMetrics().boundingRect(room, wrap, self.hint.text()).height() + 2
        return self.label.sizeHint().height() + (hint if self._is_beneath(width) else 0)

    def _hint_px(self) -> int:
        self.hint.ensurePolished()
        return self.hint.fontMetrics().horizontalAdvance(self.hint.text()) + 2

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()
        self._stand(self.error)

    def entry(self) -> QWidget:
        """The input that has the focus first."""
        return self.inputs()[0]

    def focus(self) -> None:
        """To the first input, as Tab would: what stands there is typed over."""
        first = self.entry()
        first.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(first, LineEdit):
            first.selectAll()

    def add_line(self, edit: LineEdit, name: str = "") -> None:
        """Put a line into the row, named for a screen reader."""
        edit.setAccessibleName(f"{self.name} {name}".strip())
        edit.textChanged.connect(lambda _text: self.changed.emit())
        self.row.addWidget(edit)


def field_of(widget: QWidget) -> Field | None:
    """The field that `widget` belongs to; None outside of any."""
    owner: QWidget | None = widget
    while owner is not None and not isinstance(owner, Field):
        owner = owner.parentWidget()
    return owner


class LineField(Field):
    """Text, names, numbers: one line of a `kind`, with `sizes` as `theme.hold` takes them."""

    kind: type[LineEdit] = LineEdit
    sizes: ClassVar[Mapping[str, int]] = {}

    @override
    def build(self) -> None:
        self.edit = self.kind(f"field_{self.element.field}")
        hold(self.edit, **self.sizes)
        self.add_line(self.edit)
        self.label.setBuddy(self.edit)

    @override
    def raw(self) -> Any:
        return self.edit.value()

    @override
    def set_raw(self, value: Any) -> None:
        self.edit.setText("" if value is None else str(value))
        if isinstance(self.edit, DigitsEdit) and not self.edit.hasFocus():
            self.edit.group()

    @override
    def inputs(self) -> list[QWidget]:
        return [self.edit]

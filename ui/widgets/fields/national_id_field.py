"""The national ID: what it says of its holder appears beside it, to be read aloud; grouped while nobody types."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence

from protocol.errors import Refused
from protocol.override import override
from protocol.program.explained import explain
from protocol.texts import Language, say
from protocol.values import national_id
from ui.widgets import show
from ui.widgets.fields.base_field import LineField
from ui.widgets.fields.line_edit import DigitsEdit
from ui.widgets.labels import Text, restyle


def decode(language: Language, text: str) -> tuple[str, str]:
    """Tone and words of the chip for what has been typed so far; ("", "") for nothing yet."""
    number = national_id.compact(text)
    if not number:
        return "", ""
    try:
        holder = national_id.parse(number, QDate.currentDate().toPython())  # type: ignore[arg-type]
    except Refused as refused:
        if refused.code == "nid_length" and len(number) < national_id.LENGTH:
            return "off", say(language, "nid.typing", found=show.number(len(number)))
        return "act", explain(language, refused)[0]
    born = show.said_day(language, holder.birth_date, date.min)
    return "ok", say(
        language, "nid.decoded", born=born, sex=say(language, f"sex.{holder.sex}"),
        place=national_id.governorates()[holder.governorate].name[language],
    )  # fmt: skip


class NationalIdEdit(DigitsEdit):
    """Compact while typing, grouped while not: ``2 990101 12 34567``."""

    left = Signal()

    @override
    def value(self) -> str:
        return national_id.compact(self.text())

    @override
    def grouped(self) -> str:
        return national_id.group(self.value())

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A pasted number does not stay on the clipboard for the next program."""
        super().keyPressEvent(event)
        if event.matches(QKeySequence.StandardKey.Paste):
            QGuiApplication.clipboard().clear()


class NationalIdField(LineField):
    """A national ID with what it says beside it."""

    wide = numeric = True
    kind = NationalIdEdit
    edit: NationalIdEdit

    @override
    def build(self) -> None:
        super().build()
        self.chip = Text(wrap=True)
        self.chip.setProperty("chip", "off")
        self.chip.setObjectName(f"chip_{self.element.field}")
        policy = self.chip.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # the number has half the line, whatever it says
        self.chip.setSizePolicy(policy)
        self.chip.hide()
        self.row.setSpacing(20)  # as between two fields of a line: it is as wide as what stands under it
        self.row.setStretchFactor(self.edit, 1)
        self.row.addWidget(self.chip, 1, Qt.AlignmentFlag.AlignVCenter)
        self.edit.textChanged.connect(self._decode)

    def _decode(self, text: str) -> None:
        tone, words = decode(self.language, text)
        restyle(self.chip, "chip", tone or "off")
        self.chip.setText(words)
        self.chip.updateGeometry()
        self.chip.setVisible(bool(words))

    @override
    def show_state(self, state: str) -> None:
        """What a doubted number says of its holder is doubted, too."""
        super().show_state(state)
        tone, words = decode(self.language, self.edit.text())
        restyle(self.chip, "chip", "wait" if state == "odd" else tone or "off")
        self.chip.setVisible(bool(words) and state != "invalid")  # the fault says it then

    @override
    def words(self, _language: Language) -> str:
        """Where there is no room for all of it in one line, it breaks in its middle."""
        groups = national_id.group(self.raw()).split(" ")
        halves = ("\u00a0".join(half) for half in (groups[:2], groups[2:]))
        return show.number(" ".join(filter(None, halves))) if self.raw() else ""

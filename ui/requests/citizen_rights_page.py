"""A copy of what is kept about a citizen, a request to erase it, and the register of both. A supervisor agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from kiosk.aftercare.citizen_rights import Act
from kiosk.staff.sign_in import Seat
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.approvals.second_person import SecondPerson
from ui.shell import DataPage
from ui.widgets import Button, Card, reveal, show
from ui.widgets.folded_list import Combo

COLUMNS = ("list.time", "rights.what", "rights.by", "rights.agreed_by", "rights.count")


@dataclass(frozen=True, slots=True)
class Kept:
    """Whose data, masked; how many requests; who may agree; the register, and the names in it; at `now_ms`."""

    citizen: str
    count: int
    people: Sequence[Seat]
    acts: Sequence[Act]
    names: Mapping[str, Bilingual]
    now_ms: int


class CitizenRightsPage(DataPage[Kept]):
    """A copy of what is kept, a request to be erased, and their register."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageRights", language, "rights.title")
        self.whose, self.found = self.fact("list.citizen"), self.fact("rights.count")
        self.second = self.follow(SecondPerson(language))
        self.disk = Combo("diskList")
        self.no_disk = self.paragraph("rights.disk.none")
        self.primary = self.primary_button("rights.copy")
        self.erasure = self.button(Button("erasureButton", "danger"), "rights.erasure", "Alt+2", icon="trash")
        self.again = self.button("againButton", "rights.again", "F5", icon="refresh")
        self.back_button()
        self.lead_on()
        self.second.changed.connect(self._tell_ready)
        self.none = self.paragraph("rights.register.none")
        self.register = self.rows("rightsRegister", "rights.register", COLUMNS, 1, figures=(4,))
        self._register = self.label(self.register, "rights.register", "h2")
        may = Card(*(self.paragraph(f"rights.{what}", "body") for what in ("may.copy", "may.erasure", "sees")))
        agree = Card(self.second, self.label(self.disk, "rights.disk"), self.disk, self.no_disk)
        self.arrange(
            may, agree, self._register, self.none, (self.register, 1),
            context=Card(self.whose, self.found, 1),
            actions=(self.again, self.erasure),
        )  # fmt: skip

    @override
    def set_data(self, data: Kept) -> None:
        self.second.set_people(data.people)
        super().set_data(data)

    def set_disks(self, disks: Sequence[str]) -> None:
        """What is plugged in, as far as it has been found; the one that was chosen stays so."""
        self.disk.offer([(disk, show.disk(disk)) for disk in disks])
        self.retold()

    @override
    def show_data(self, data: Kept) -> None:
        self.whose.value.setText(data.citizen)
        self.found.value.setText(show.number(data.count))
        self.disk.setVisible(self.disk.count() > 0)
        self.no_disk.setVisible(self.disk.count() == 0)
        reveal(data.acts, self.register)
        reveal(not data.acts, self.none)
        self.register.fill([self._row(act, data) for act in data.acts])
        self._tell_ready()

    def _tell_ready(self) -> None:
        """A supervisor's PIN or the centre's word, and for the copy a stick."""
        pin, unplugged = self.second.wanting(), not self.disk.count()
        self.erasure.setEnabled(not pin)
        self.primary.wait_for(self.say("rights.first.both" if pin else "rights.first.disk") if unplugged else pin)

    @override
    def first(self) -> QWidget:
        return self.second.first()

    def _row(self, act: Act, data: Kept) -> tuple[str, ...]:
        nobody = Bilingual.same("—")
        by, approver = data.names.get(act.operator, nobody), data.names.get(act.approver, nobody)
        when = show.said_time(self.language, act.at_ms, data.now_ms, with_clock=True)
        return when, self.say(f"rights.{act.kind}.done"), self.of(by), self.of(approver), show.number(act.count)

"""A citizen's copy of what is kept about him, his wish to be erased, and the register of both. A supervisor agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.aftercare.citizen_rights import Act
from kiosk.staff.sign_in import Seat
from protocol.override import override
from protocol.texts import Language
from ui.approvals.second_person import SecondPerson
from ui.shell import DataPage
from ui.widgets import Both, Card, Combo, Text, show

COLUMNS = ("list.time", "rights.what", "rights.by", "rights.second", "rights.count")


@dataclass(frozen=True, slots=True)
class Kept:
    """Whose data, masked; how many requests; who may agree; the register, and the names in it."""

    citizen: str
    count: int
    people: Sequence[Seat]
    acts: Sequence[Act]
    names: Mapping[str, Both]


class CitizenRightsPage(DataPage[Kept]):
    """A copy of what is kept, a wish to be erased, and their register."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageRights", language, "rights.title")
        self.found = Text(role="strong", wrap=True)
        self.second = self.follow(SecondPerson(language))
        self.disk = Combo("diskList")
        self.word(self.disk.setAccessibleName, "rights.disk")
        self.no_disk = self.paragraph("rights.disk.none")
        self.copy = self.button("copyButton", "rights.copy", "Alt+1", foot="")
        self.erasure = self.button("erasureButton", "rights.erasure", "Alt+2", foot="")
        self.first_widget = self.second.names
        self.register = self.rows("rightsRegister", "rights.register", COLUMNS, 1, figures=(4,))
        left = Card(self.label(self.register, "rights.register", "h2"), (self.register, 1))
        acts = (self.found, self.second, self.disk, self.no_disk, self.copy, self.erasure, self.back_button())
        self.split(left, Card(*acts, 1, width=420), width=0)

    @override
    def set_data(self, data: Kept) -> None:
        self.second.set_people(data.people)
        super().set_data(data)

    def set_disks(self, disks: Sequence[str]) -> None:
        """What is plugged in, as far as it has been found; the one that was chosen stays so."""
        self.disk.offer([(disk, disk) for disk in disks])
        self.retold()

    @override
    def show_data(self, data: Kept) -> None:
        self.subtitle.setText(f"{self.say('list.citizen')}: {data.citizen}")
        self.found.setText(self.say("rights.found", n=data.count))
        self.disk.setVisible(self.disk.count() > 0)
        self.no_disk.setVisible(self.disk.count() == 0)
        self.register.fill([self._row(act, data.names) for act in data.acts])

    def _row(self, act: Act, names: Mapping[str, Both]) -> tuple[str, ...]:
        nobody = ("—", "—")
        by, second = names.get(act.operator, (act.operator[:8],) * 2), names.get(act.second, nobody)
        what = self.say(f"rights.{act.kind}.done")
        return show.moment(act.at_ms), what, self.of(by), self.of(second), show.number(act.count)

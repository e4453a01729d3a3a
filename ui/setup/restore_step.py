"""The first start's way for a computer that replaces a broken one: its backup is found, chosen and put back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from kiosk.setup.restore_desk import Offered, answer_file
from protocol.errors import KioskError, Refused
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad
from ui.widgets import show

if TYPE_CHECKING:
    from kiosk.setup.enrolment_state import RestoredIdentity

RESTORE: Final = ("Alt+5", "setup.restore", "restore")
"""Beside the step's own commands, at the keystore that opens nothing and at the enrolment."""
_LIST: Final = Ask(
    "setup.how.backups", ("stick",),
    (("F10", "setup.restore_this", "choose"), ("F5", "setup.look_again", "restore"), ("Esc", "key.back", "no")),
    "setup.backups",
)  # fmt: skip
_SEALED: Final = (
    ("F10", "setup.put_back", "put"), ("Alt+3", "setup.write", "ask"), ("Esc", "key.back", "no"),
)  # fmt: skip


class RestoreStep(QObject):
    """Asks the desk of `road` and shows on its page."""

    def __init__(self, road: WizardRoad) -> None:
        super().__init__(road)
        self._road = road
        self._page = road.page
        self._found: list[Offered] = []
        self._chosen: Offered | None = None
        self._asking = False
        self._percent = -1
        self.open = False
        """Whether the page asks about backups now."""

    def look(self) -> None:
        """What lies on sticks and disks, and in the place that is typed."""
        named = self._page.text("stick")
        self._road.do(lambda: self._road.desk.backups.offered(named), self._offered)

    def back(self) -> None:
        """From a backup to the list of them, from there to the step's own question."""
        self._page.calm()
        if self._chosen is not None:
            self._list()
        else:
            self.open = False
            self._road.again()

    def _list(self) -> None:
        self._chosen, self._asking = None, False
        self._show(_LIST)

    def _offered(self, found: list[Offered]) -> None:
        self.open = True
        self._road.free()
        self._page.calm()
        self._found = found
        self._list()
        if not found:
            self._page.fail(Refused("setup_no_backup"))

    def rows(self) -> list[Callable[[Language], str]]:
        return [partial(_row, one) for one in self._found]

    def _show(self, ask: Ask) -> None:
        self._road.show(ask, self.rows() if ask.table else ())
        self._page.first().setFocus()

    def choose(self) -> None:
        """The one that is marked. Whose it is, is asked once more in large print: nothing is changed yet."""
        place = self._page.chosen()
        if not 0 <= place < len(self._found):
            self._road.failed(Refused("setup_no_backup"))
            return
        one = self._chosen = self._found[place]
        if one.manifest is None or not one.whole:
            self.put()  # which says what is wrong with it
            return
        self._page.calm()
        shown = isolate(f"{one.manifest.shop}   {one.manifest.device[:8]}")
        commands = (("F10", "setup.put_back", "put"), ("Esc", "setup.not_here", "no"))
        self._show(Ask("setup.how.put_back", (), commands, shown=shown, more=partial(_row, one)))

    def put(self) -> None:
        one, stick, desk = self._chosen, self._page.text("stick"), self._road.desk
        if one is not None:
            self._percent = -1
            self._road.put_back(lambda: desk.backups.put_back(one, stick, self._told), self._refused)

    def _told(self, done: int, whole: int) -> None:
        """On the storage thread."""
        percent = 100 * done // max(1, whole)
        if percent != self._percent:
            self._percent = percent
            self._road.call(lambda: self._road.copying(percent))

    def _refused(self, error: KioskError) -> None:
        one = self._chosen
        if one is not None and (error.code == "backup_asks" or (error.code == "recovery_key" and not self._asking)):
            again = self._asking
            self._road.free()
            self._page.calm()
            self._ask_centre("setup.how.sealed", partial(_row, one))
            if error.code == "recovery_key":  # asked before a restart, and an answer of before that lies there
                self._page.fail(error)
            elif again and one.manifest is not None:  # an answer was to be there
                self._page.fail(Refused("stick_none", name=isolate(answer_file(one.manifest))))
        elif self._asking:
            self._road.failed(error)
        else:
            self._road.free()
            self._list()
            self._page.fail(error)

    def _ask_centre(self, how: str, more: Callable[[Language], str]) -> None:
        self._asking = True
        self._show(Ask(how, ("stick",), _SEALED, more=more))

    def ask(self) -> None:
        """The request, on the stick; it is read out nowhere: the answer opens at this computer alone."""
        one, stick, desk = self._chosen, self._page.text("stick"), self._road.desk

        def asked(file: Path) -> None:
            self._road.free()
            self._page.calm()
            self._ask_centre("setup.how.asked", lambda _language: isolate(file.name))

        if one is not None:
            self._road.do(lambda: desk.backups.ask(one, stick), asked, storage=True)


def put_back_line(said: RestoredIdentity | None, language: Language) -> str:
    """What the enrolment's page says of a restore that waits for its code."""
    if said is None:
        return ""
    device, seq = isolate(said.device[:8]), show.number(said.seq)
    return say(language, "setup.restored", shop=isolate(said.shop), device=device, seq=seq)


def _row(one: Offered, language: Language) -> str:
    said = one.manifest
    place = isolate(str(one.folder.parent))
    if said is None:
        return say(language, "setup.backup.unreadable", place=place)
    return say(
        language, "setup.backup.whole" if one.whole else "setup.backup.torn", shop=isolate(said.shop),
        device=isolate(said.device[:8]), time=show.moment(said.made_ms), entries=show.number(said.entries), place=place,
    )  # fmt: skip

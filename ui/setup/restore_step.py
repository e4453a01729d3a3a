"""The first start's way for a computer that replaces a broken one: its backup is found, chosen and put back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.setup.setup_desk import SetUpDesk, answer_file
from kiosk.setup.setup_host import Offered
from kiosk.upkeep.backup.second_place import FOLDER
from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.texts import Language, say
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad, WizardStep
from ui.shell import Action
from ui.widgets import Pill, show


class RestoreStep(WizardStep):
    """The step that puts a backup back. `way` leads to it: a command of other steps, at the keystore that opens nothing
    and at the enrolment.
    """

    def __init__(self, road: WizardRoad, desk: SetUpDesk) -> None:
        super().__init__(road)
        self._desk = desk
        self._chosen: Offered | None = None
        self._asking = False
        self._percent = -1
        self.way = Action("Alt+5", "setup.restore", self._find)

    def _find(self) -> None:
        """What lies on sticks and disks, and in the place that is typed."""
        named = self._page.text("stick")
        self.list_found_by(lambda: self._desk.backups.offered(named), Refused("setup_no_backup"))

    @override
    def usual(self) -> Ask:
        """The list of them; back to what the step itself asks."""
        commands = (
            Action("F10", "setup.restore_this", self._choose), Action("F5", "setup.look_again", self._find),
            Action("Esc", "key.back", self._road.present),
        )  # fmt: skip
        title = "setup.restore"
        return Ask("setup.how.backups", ("stick",), commands, "setup.backups", self._found, _row, title=title)

    @override
    def list_found(self) -> None:
        self._chosen, self._asking = None, False
        self._road.present(self.usual())

    def _choose(self) -> None:
        """The one that is marked. Whose it is, is asked once more in large print: nothing is changed yet."""
        one: Offered | None = self._page.table.chosen()
        if one is None:
            self._road.failed(Refused("setup_no_backup"))
            return
        self._chosen = one
        if one.manifest is None or not one.whole:
            self._put_back()  # which says what is wrong with it
            return
        shown = show.isolate(f"{one.manifest.shop} / {one.manifest.till}")
        commands = self._putting, Action("Esc", "setup.not_this", self.list_found)
        more = partial(_line, one)
        self._road.present(Ask("setup.how.put_back", (), commands, shown=shown, more=more, title="setup.restore"))

    @property
    def _putting(self) -> Action:
        return Action("F10", "setup.put_back", self._put_back)

    def _put_back(self) -> None:
        """Which may take minutes."""
        one, stick = self._chosen, self._page.text("stick")
        if one is not None:
            self._percent = -1
            put_back = partial(self._desk.backups.put_back, one, stick, self._tell_copied)
            self._road.do(put_back, fail=self._refused, storage=True, wait="busy.restoring")

    def _tell_copied(self, done: int, whole: int) -> None:
        """On the storage thread."""
        percent = 100 * done // max(1, whole)
        if percent != self._percent:
            self._percent = percent
            self._road.tell_copied(percent)

    def _refused(self, error: KioskError) -> None:
        one = self._chosen
        if one is not None and (error.code == "backup_asks" or (error.code == "recovery_key" and not self._asking)):
            again = self._asking
            self._ask_centre("setup.how.sealed", partial(_line, one))
            if error.code == "recovery_key":  # asked before a restart, and an answer of before that lies there
                self._page.fail(error)
            elif again and one.manifest is not None:  # an answer was to be there
                self._page.fail(Refused("stick_none", name=show.isolate(answer_file(one.manifest))))
        elif self._asking:
            self._road.failed(error)
        else:
            self.list_found()
            self._page.fail(error)

    def _ask_centre(self, how: str, more: Callable[[Language], str]) -> None:
        self._asking = True
        write, back = Action("Alt+3", "setup.write", self._write_request), Action("Esc", "key.back", self.list_found)
        commands, first = (self._putting, write, back), "setup.first.answer"
        self._road.present(Ask(how, ("stick",), commands, more=more, first=first, title="setup.restore"))

    def _write_request(self) -> None:
        """Onto the stick; it is read out nowhere: the answer opens at this computer alone."""
        one, stick = self._chosen, self._page.text("stick")

        def wrote(file: Path) -> None:
            self._ask_centre("setup.how.asked", partial(say, key="setup.asked.file", name=show.isolate(file.name)))

        if one is not None and one.manifest is not None:
            self._road.do(lambda: self._desk.backups.ask(one, stick), wrote, storage=True)


def _row(one: Offered, language: Language) -> tuple[str | Pill, ...]:
    """Whose it is and where it lies, when it was made, and how it is."""
    said = one.manifest
    place = show.disk(one.folder.parent.parent if one.folder.parent.name == FOLDER else one.folder.parent)
    if said is None:
        return place, "—", Pill("rejected", say(language, "setup.backup.unreadable"))
    whose = say(language, "setup.backup.of", shop=show.isolate(said.shop), till=show.number(said.till))
    made = show.said_time(language, said.made_ms, None, with_clock=True)
    state = Pill("accepted", "setup.backup.whole") if one.whole else Pill("missing", "setup.backup.torn")
    return f"{whose}{say(language, 'list.comma')}{place}", made, state._replace(word=say(language, state.word))


def _line(one: Offered, language: Language) -> str:
    return " — ".join(cell.word if isinstance(cell, Pill) else cell for cell in _row(one, language))

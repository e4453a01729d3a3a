"""The first start, driven: each answer goes to the desk, and the page shows where that leads."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.counter_steps import JUDGED
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_host import DiskRoom
from kiosk.setup.setup_steps import SetupProgress, Step
from protocol.override import override
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.session.session_control import SessionControl
from ui.setup.acceptance_run import AcceptanceRun
from ui.setup.capture_setup import CaptureDevices, CaptureSetup, MachineCaptureDevices
from ui.setup.enrolment_flow import EnrolmentStep
from ui.setup.restore_step import RestoreStep
from ui.setup.wizard_page import Ask, WizardPage
from ui.setup.wizard_road import WizardRoad, WizardStep
from ui.shell import Action, Shell
from ui.upkeep.printing_page import place_of


class WizardFlow(WizardRoad):
    """From the first picture to a proved counter. Until then no other page comes up by itself."""

    def __init__(
        self, window: Shell, session: SessionControl, desk: SetUpDesk, find: Callable[[], list[PrinterChoice]],
        sticks: Callable[[], list[Path]], devices: CaptureDevices | None = None,
    ) -> None:  # fmt: skip
        super().__init__(window, partial(WizardPage, name="pageSetUp", title="setup.title"), sticks)
        self.desk = desk
        self._session = session
        self._rooms: list[DiskRoom] = []
        self.page.left.connect(self._step_back)
        self.page.skipped.connect(lambda note: self.do(lambda: desk.skip(note)))
        window.spoken.connect(self._keep_language)
        self._restore = RestoreStep(self, desk)
        self.enrolment = EnrolmentStep(self, desk.host, desk, self._restore.way)
        self._people = AcceptanceRun(self, desk)
        self._parts: dict[Step, WizardStep] = {
            "enrolment": self.enrolment, "operator": self._people, "acceptance": self._people,
            "printer": PrinterStep(self, desk, find),
            "camera": CaptureSetup(self, desk, devices or MachineCaptureDevices(window)),
        }  # fmt: skip

    @override
    def progress(self) -> SetupProgress:
        return self.desk.progress

    def open(self) -> None:
        """The step at which it stood."""
        if self.desk.kept_language:
            self._window.set_language(self.desk.kept_language)
        self._session.setting_up = True
        places = self.sticks()
        if places:
            self.page.fields["stick"].setText(str(places[0]))
        self._window.go(self.page)
        self.show()
        self.do(self.desk.resume, storage=True)

    @override
    def went(self, progress: SetupProgress) -> None:
        self.page.fields["note"].clear()  # the reason was that step's
        self.page.calm()
        if progress.ended_ms:
            self._window.free()
            self._session.setting_up = False
            self._session.enrolled()
            tell = self._people.tell_result  # after the names are read
            self.ask(lambda: None, lambda _none: tell(self._window.page()), self.page.fail)
            return
        self.begin()
        if progress.step in self._parts:
            self._parts[progress.step].begin()
        elif progress.step == "folder":
            self.do(self.desk.steps.rooms, self._list_disks)

    def _keep_language(self) -> None:
        """The language that was turned to is that of the next start, too."""
        language = self._window.language
        if self._session.setting_up:
            self.show(self._asked)  # its date is said in that language
            self.ask_slow(lambda: self.desk.spoken(language), fail=self.page.fail)

    @override
    def usual(self, progress: SetupProgress) -> Ask:
        step, steps = progress.step, self.desk.steps
        if step in self._parts:
            return self._parts[step].usual()
        how = f"setup.how.{step}"
        if step == "language":
            prepare = partial(say, key="setup.prepare.these")
            ask = Ask(how, (), self._languages(), more=prepare, more_title="setup.prepare")
        elif step == "clock":
            shown, zone = steps.shown_time(self._window.language)
            more = partial(say, key="setup.zone", zone=zone)
            ask = Ask(how, (), (self._check(steps.clock),), shown=shown, more=more)
        elif step == "folder":
            check = Action("F10", "setup.folder", self._check_folder)
            ask = Ask(how, ("place",), (check,), "setup.disks", self._rooms, self._room)
        elif step == "keystore":
            beside = (self._restore.way,) if progress.state("keystore") == "failed" else ()
            ask = Ask(how, (), (self._check(steps.keystore, storage=True), *beside))
        elif step == "catalogue":
            ask = Ask(how, ("stick",), (self._check(self.desk.documents), self.enrolment.from_stick))
        else:
            ask = Ask(how, ("scan",), (Action("F10", "setup.check", self._check_scan),), scan=True, needs=("scan",))
        return ask

    @override
    def show(self, ask: Ask | None = None) -> None:
        """The bar's clock goes by Cairo's time: no second one stands beside that of the computer until it is right."""
        self._window.header.clock.setVisible(self.progress().step not in ("language", "clock"))
        super().show(ask)

    def _languages(self) -> tuple[Action, ...]:
        return (
            Action("F10", "setup.on.language", lambda: self._speak(self._window.language)),
            Action("Alt+1", "setup.arabic", lambda: self._speak("ar")),
            Action("Alt+2", "setup.english", lambda: self._speak("en")),
        )

    def _check(self, work: Callable[[], SetupProgress], *, storage: bool = False) -> Action:
        progress = self.progress()
        again = progress.state(progress.step) == "failed"
        return Action("F10", "setup.check.again" if again else "setup.check", lambda: self.do(work, storage=storage))

    def _step_back(self) -> None:
        self.enrolment.rest()
        self.went(self.desk.back())

    def _speak(self, language: Language) -> None:
        self._window.set_language(language)
        self.do(lambda: self.desk.language(language))

    def _list_disks(self, rooms: list[DiskRoom]) -> None:
        self._rooms = rooms
        self.present()

    def _room(self, room: DiskRoom, language: Language) -> tuple[str, str]:
        called = say(language, "setup.disk.usual" if room is self._rooms[0] else "setup.disk.other")
        free = say(language, "setup.disk", free=isolate(f"{room.free_mb / 1024:.1f}"))
        return f"{called}\n{isolate(str(room.place))}", free

    def _check_folder(self) -> None:
        """Where the data is wanted: what is typed, else the disk that is marked; "" for the usual place."""
        marked = self.page.table.chosen()
        usual = marked is None or marked is self._rooms[0]
        place = self.page.text("place") or ("" if usual else str(marked.place))
        self.do(lambda: self.desk.steps.folder(place))

    def _check_scan(self) -> None:
        typed = self.page.text("scan")
        self.page.fields["scan"].clear()
        self.do(lambda: self.desk.steps.scanned(typed))


class PrinterStep(WizardStep):
    """Printers are found, one prints a page, and a person judges that."""

    def __init__(self, road: WizardRoad, desk: SetUpDesk, find: Callable[[], list[PrinterChoice]]) -> None:
        super().__init__(road)
        self._desk = desk
        self._find = find
        self._printed: PrinterChoice | None = None

    @override
    def begin(self) -> None:
        self.list_found_by(self._find)

    @override
    def usual(self) -> Ask:
        commands = Action("F10", "setup.print", self._print), Action("F5", "papers.find", self.begin)
        lost = partial(say, key="setup.find.printer")
        how = "setup.how.printer"
        return Ask(how, (), commands, "papers.found", self._found, _printer, more=lost, more_title="setup.find")

    def _paper(self) -> Ask:
        """What a person sees on the page that has come out; once more, it is printed where it was."""
        good, again = self._judged("F10", "good"), Action("F9", "setup.print_again", self._print)
        faults = [self._judged(f"Alt+{n}", word) for n, word in enumerate(JUDGED, 1)]
        return Ask("setup.how.paper", (), (good, *faults, again), rows=self._found, row=_printer, more=_asked)

    def _judged(self, key: str, word: str) -> Action:
        return Action(key, f"setup.paper.{word}", partial(self._judge, word))

    def _print(self) -> None:
        choice = self._page.table.chosen() or PrinterChoice("none")

        def printed(_none: Any) -> None:
            self._printed = choice
            self._road.present(self._paper())
            self._page.setFocus()  # an Enter too many is no look at the paper

        self._road.do(lambda: self._desk.steps.print_test(choice), printed)

    def _judge(self, fault: str) -> None:
        choice = self._printed
        if choice is not None:
            self._road.do(lambda: self._desk.steps.judge_paper(choice, {name: name != fault for name in JUDGED}))


def _asked(language: Language) -> str:
    """What the test page itself asks, each by the number of its no."""
    return "\n".join(f"{n}. {say(language, f'paper.test.look.{n}')}" for n in range(1, len(JUDGED) + 1))


def _printer(choice: PrinterChoice, language: Language) -> tuple[str, str]:
    return say(language, f"papers.kind.{choice.kind}"), place_of(choice)

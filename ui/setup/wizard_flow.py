"""The first start, driven: each answer goes to the desk, and the page shows where that leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.counter_steps import JUDGED
from kiosk.setup.ground_checks import DiskRoom
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_steps import SetupProgress
from protocol.override import override
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.session.session_control import SessionControl
from ui.setup.acceptance_run import AcceptanceRun
from ui.setup.capture_setup import CaptureDevices, CaptureSetup, MachineCaptureDevices
from ui.setup.enrolment_step import FROM_STICK, TYPED, EnrolmentStep
from ui.setup.restore_step import RESTORE, RestoreStep, put_back_line
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import Rows, WizardRoad
from ui.shell.shell import Shell

_CHECK: Final = (("F10", "setup.check", "check"),)
_PRINT: Final = (("F10", "setup.print", "print"), ("F5", "papers.find", "find"))
_SEEN: Final = (
    ("Alt+1", "setup.paper.good", "good"), ("Alt+2", "setup.paper.arabic", "arabic"),
    ("Alt+3", "setup.paper.qr", "qr"), ("Alt+4", "setup.paper.cut", "cut"), ("F10", "setup.print", "print"),
)  # fmt: skip
_PLAIN: Final = {
    "language": Ask(
        "setup.how.language", (),
        (("F10", "setup.on", "speak"), ("Alt+1", "setup.arabic", "ar"), ("Alt+2", "setup.english", "en")),
    ),
    "folder": Ask("setup.how.folder", ("place",), _CHECK, "setup.disks"),
    "keystore": Ask("setup.how.keystore", (), _CHECK),
    "catalogue": Ask("setup.how.catalogue", ("stick",), (*_CHECK, FROM_STICK)),
    "scanner": Ask("setup.how.scanner", ("scan",), (("F10", "setup.check", "scanned"),), scan=True),
}  # fmt: skip


class WizardFlow(WizardRoad):
    """From the first picture to a proved counter. Until then no other page comes up by itself."""

    def __init__(
        self, window: Shell, session: SessionControl, desk: SetUpDesk, find: Callable[[], list[PrinterChoice]],
        sticks: Callable[[], list[Path]], eyes: CaptureDevices | None = None,
    ) -> None:  # fmt: skip
        super().__init__(window, desk, sticks)
        self._session = session
        self._find = find
        self._found: list[PrinterChoice] = []
        self._rooms: list[DiskRoom] = []
        self._printed: PrinterChoice | None = None
        self.page.meant.connect(self._hear)
        window.spoken.connect(self._keep_language)
        self._trust = EnrolmentStep(self)
        self._putting = RestoreStep(self)
        self._seeing = CaptureSetup(self, eyes or MachineCaptureDevices(window))
        self._people = AcceptanceRun(self)

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
        """A step has been answered: on to the next, its first question asked."""
        self._asked = None
        self._putting.open = False
        self.page.fields["note"].clear()  # the reason was that step's
        self.page.calm()
        if progress.ended_ms:
            self._window.free()
            self._session.setting_up = False
            self._session.enrolled()
            told = self._people.tell_verdict  # after the names are read
            self.ask(lambda: None, lambda _none: told(self._window.page()), self.page.fail)
            return
        self.show()
        self._window.go(self.page)
        begin = {"enrolment": self._trust.begin, "printer": self._look_for, "operator": self._people.look}
        begin |= {"camera": self._seeing.look, "folder": self._look_for_disks}
        if progress.step in begin:
            begin[progress.step]()
        elif progress.step == "acceptance":
            self._people.look()

    def _keep_language(self) -> None:
        """The language that was turned to is that of the next start, too."""
        language = self._window.language
        if self._session.setting_up:
            self.ask_slow(lambda: self.desk.spoken(language), fail=self.page.fail)

    @override
    def again(self) -> None:
        """The step's usual question."""
        self._trust.again()

    @override
    def rows(self, progress: SetupProgress) -> Rows:
        if progress.step == "printer":
            return [partial(_printer, choice) for choice in self._found]
        if progress.step == "folder":
            return [partial(_room, room) for room in self._rooms]
        if progress.step == "camera" and not self._seeing.judging:
            return self._seeing.rows()
        return self._people.rows() if progress.step in ("operator", "acceptance") else ()

    @override
    def usual(self, progress: SetupProgress) -> Ask:
        step = progress.step
        if step == "keystore" and progress.state("keystore") == "failed":
            return Ask("setup.how.keystore", (), (*_CHECK, RESTORE))
        makers: dict[str, Callable[[], Ask]] = {
            "clock": self._about_clock, "enrolment": self._about_enrolment, "camera": self._seeing.usual,
            "printer": self._about_printer,
        }  # fmt: skip
        if step in makers:
            return makers[step]()
        return _PLAIN[step] if step in _PLAIN else self._people.usual(progress.step)

    def _about_clock(self) -> Ask:
        return Ask("setup.how.clock", (), _CHECK, shown=isolate(self.desk.steps.told_time()))

    def _about_enrolment(self) -> Ask:
        how = TYPED.how if self.restored is None else "setup.how.replacing"
        told = partial(put_back_line, self.restored)
        return replace(TYPED, how=how, commands=(*TYPED.commands, RESTORE), more=told)

    def _about_printer(self) -> Ask:
        if self._printed is not None:
            return Ask("setup.how.paper", (), _SEEN)
        return Ask("setup.how.printer", (), _PRINT, "papers.found")

    # ---- hearing the page

    def _hear(self, meaning: str) -> None:
        trust, putting, seeing, people = self._trust, self._putting, self._seeing, self._people
        acts: dict[str, Callable[[], None]] = {
            "back": self._step_back, "skip": lambda: self.do(lambda: self.desk.skip(self.page.text("note"))),
            "ar": lambda: self._speak("ar"), "en": lambda: self._speak("en"),
            "speak": lambda: self._speak(self._window.language), "check": self._check,
            "look": trust.look, "yes": trust.claim, "no": self._no, "write": trust.write,
            "read": trust.read, "believe": trust.believe,
            "restore": putting.look, "choose": putting.choose, "put": putting.put, "ask": putting.ask,
            "see": seeing.look, "try": seeing.take, "seen": seeing.good, "enough": seeing.enough,
            "print": self._print, "find": self._look_for, "good": partial(self._judge, ""),
            "scanned": self._scanned, "people": people.look, "person": people.person, "accept": people.accept,
            **{name: partial(self._judge, name) for name in JUDGED},
        }  # fmt: skip
        acts[meaning]()

    def _no(self) -> None:
        if self._putting.open:
            self._putting.back()
        elif self._seeing.judging:
            self._seeing.back()
        else:
            self.again()

    def _step_back(self) -> None:
        self._trust.rest()
        self._printed = None
        self.went(self.desk.back())

    def _speak(self, language: Language) -> None:
        self._window.set_language(language)
        self.do(lambda: self.desk.language(language))

    def _check(self) -> None:
        desk, step = self.desk, self.desk.progress.step
        place = self._place()
        works = {
            "clock": desk.steps.clock, "folder": lambda: desk.steps.folder(place),
            "keystore": desk.steps.keystore, "catalogue": desk.documents, "enrolment": lambda: desk.enrolled("line"),
        }  # fmt: skip
        self.do(works[step], storage=step == "keystore")

    def _look_for_disks(self) -> None:
        def found(rooms: list[DiskRoom]) -> None:
            self._window.free()
            self._rooms = rooms
            self.show()
            self.page.first().setFocus()

        self.do(self.desk.steps.rooms, found)

    def _place(self) -> str:
        """Where the data folder is wanted: what is typed, else the disk that is marked; "" for the usual place."""
        marked = self.page.chosen() if self.desk.progress.step == "folder" else 0
        return self.page.text("place") or (str(self._rooms[marked].place) if 0 < marked < len(self._rooms) else "")

    # ---- devices

    def _look_for(self) -> None:
        def found(choices: list[PrinterChoice]) -> None:
            self._window.free()
            self._found, self._printed = choices, None
            self.show()
            self.page.first().setFocus()

        self.do(self._find, found)

    def _print(self) -> None:
        place = self.page.chosen()
        choice = self._found[place] if 0 <= place < len(self._found) else PrinterChoice("none")

        def printed(_none: Any) -> None:
            self._window.free()
            self._printed = choice
            self.page.calm()
            self.show()
            self.page.setFocus()  # an Enter too many is no look at the paper

        self.do(lambda: self.desk.steps.print_test(choice), printed)

    def _judge(self, fault: str) -> None:
        choice = self._printed
        if choice is not None:
            self.do(lambda: self.desk.steps.judge_paper(choice, {name: name != fault for name in JUDGED}))

    def _scanned(self) -> None:
        typed = self.page.text("scan")
        self.page.fields["scan"].clear()
        self.do(lambda: self.desk.steps.scanned(typed))


def _room(room: DiskRoom, language: Language) -> str:
    free = isolate(f"{room.free_mb / 1024:.1f}")
    return say(language, "setup.disk", place=isolate(str(room.place)), free=free)


def _printer(choice: PrinterChoice, language: Language) -> str:
    return f"{say(language, f'papers.kind.{choice.kind}')}   {isolate(choice.address)}"

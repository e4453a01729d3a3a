"""First trust: typed, scanned or from a stick; over the line, or by files. Two people compare six digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Protocol

from PySide6.QtCore import QTimer

from kiosk.setup.enrolment_state import Enrolments, RestoredIdentity, unenrolled
from kiosk.setup.offline_enrolment import take_documents
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import KioskError, Refused, Unavailable
from protocol.override import override
from protocol.program.os_errors import away_as
from protocol.texts import say
from protocol.wire import offline_enrolment
from protocol.wire.enrolment import INVITATION_FILE, Invitation, is_invitation, read_invitation
from starter.files import plain, read_regular, replace_whole
from ui.setup.wizard_page import Ask, Field, WizardPage
from ui.setup.wizard_road import WizardRoad, WizardStep
from ui.shell import Action, Shell
from ui.widgets import show

POLL_MS: Final = 2_000
LONGEST_LINE: Final = 1 << 12


class EnrolmentDesk(Protocol):
    """What keeps that it is enrolled."""

    def enrolled(self, way: str, number: str = "") -> SetupProgress: ...
    def take(self, documents: Mapping[str, bytes], way: str = "") -> SetupProgress:
        """Signed documents from a file; at the enrolment, which was kept this `way`."""


class EnrolmentStep(WizardStep):
    """The step of the first start that enrols the device. `beside` are other steps' commands, offered with its first
    question.
    """

    def __init__(self, road: WizardRoad, host: Enrolments, desk: EnrolmentDesk, *beside: Action) -> None:
        super().__init__(road)
        self._host, self._desk, self._beside = host, desk, beside
        self._waiting, self._number = False, ""
        self._offline = self._spent = False
        """Whether the centre could not be reached: the stick is what is left. Whether it took the code for a used one:
        no other way takes it then.
        """
        self._restored: RestoredIdentity | None = None
        """Whom a backup that was put back speaks of, until its code is there."""
        self.from_stick = Action("Alt+4", "setup.read", self._read)
        self._again = Action("Esc", "enrol.again", self._type_again)
        self._poll = QTimer(self, singleShot=True)
        self._poll.timeout.connect(self._ask_approval)

    @override
    def usual(self) -> Ask:
        ask, write = ("enrol.do", self._find_shop), ("setup.write", self._write)
        keys = ("F10", "F5") if self._offline else ("Alt+3", "F10")
        acts = sorted((Action(keys[0], *write), Action(keys[1], *ask)), key=lambda one: one.key != "F10")
        how, title, beside = "setup.how.enrolment", "", self._beside
        if self._restored is not None:
            how, title, beside = "setup.how.replacing", "setup.replacing", ()
        needs: tuple[Field, ...] = ("url", "slot", "code")
        if self._spent:
            return Ask(how, needs, (Action("F10", *ask),), needs=needs, title=title)
        commands = *acts, self.from_stick, *beside
        return Ask(how, (*needs, "stick"), commands, needs=needs[self._offline :], title=title)

    def _failed(self, error: KioskError) -> None:
        """Without a line the stick comes first; a code that is not taken is what has to be typed anew."""
        self._offline = isinstance(error, Unavailable)
        self._spent = error.code in ("enrol_used", "enrol_expired")
        self._road.failed(error)
        if self._spent:
            self._page.spend()
        if not self._offline:
            self._page.point_at(self._page.fields["code"])

    def rest(self) -> None:
        """Nothing is asked any more."""
        self._waiting = False
        self._poll.stop()

    @override
    def begin(self) -> None:
        """What is under way goes on by itself; a counter that has its enrolment says so."""
        self._spent = False

        def read() -> Any:
            enrolment = self._host.enrolment
            if not enrolment.needed():
                return "enrolled"
            self._restored = enrolment.put_back()
            return enrolment.under_way() or self._host.offline_enrolment.code() or enrolment.centre()

        self._road.do(read, self._begun)

    def _begun(self, found: Any) -> None:
        if found == "enrolled":
            on = Action("F10", "setup.on", lambda: self._road.do(lambda: self._desk.enrolled("line")))
            self._road.present(Ask("setup.how.enrolled", (), (on,)))
        elif hasattr(found, "number"):
            self._page.fields["url"].setText(found.centre)
            self._page.fields["slot"].setText(found.slot)
            self._wait_for_approval(found.number)
        else:
            self._fill_from_stick()
            if found and "://" not in found:
                self._tell_code(found)
                return
            if found and not self._page.text("url"):
                self._page.fields["url"].setText(found)
            self._road.present()  # what a restore has put here is known only now
            if (said := self._restored) is not None:
                values = {"shop": show.isolate(said.shop), "till": show.number(said.till)}
                self._page.show_notice("ok", "setup.restored", "setup.restored.more", **values)

    def _fill_from_stick(self) -> None:
        """The slot's file on a stick that is plugged in saves the typing."""
        for place in self._road.sticks():
            try:
                line = read_regular(plain(place / INVITATION_FILE), LONGEST_LINE).decode()
                self._fill(read_invitation(line))
            except (OSError, UnicodeDecodeError, Refused):
                continue

    def _fill(self, found: Invitation) -> None:
        for name, text in (("url", found.centre), ("slot", found.slot), ("code", found.code)):
            self._page.fields[name].setText(text)

    def _typed(self) -> tuple[str, str, str]:
        return self._page.text("url"), self._page.text("slot"), self._page.text("code")

    def _find_shop(self) -> None:
        """Whose code it is; a field that holds a whole scanned line is taken apart first."""
        try:
            scanned = next((text for text in reversed(self._typed()) if is_invitation(text)), None)
            if scanned is not None:
                self._fill(read_invitation(scanned))
        except Refused as error:
            self._road.failed(error)
            return
        url, slot, code = self._typed()
        self._road.do(lambda: self._host.enrolment.whose_code(url, slot, code), self._confirm_shop, self._failed)

    def _confirm_shop(self, invited: Any) -> None:
        """Nothing has been spent yet. A centre that cannot say whose code it is is not asked twice."""
        if invited is None:
            self._claim()
            return
        commands = Action("F10", "setup.yes_here", self._claim), Action("Esc", "setup.not_here", self._type_again)
        url, slot, _code = map(show.isolate, self._typed())
        shop, more = invited.shop, partial(say, key="setup.typed", url=url, slot=slot)
        self._road.present(Ask("setup.how.shop", (), commands, shown=shop[self._page.language] or shop.ar, more=more))

    def _claim(self) -> None:
        url, slot, code = self._typed()
        self._road.do(lambda: self._host.enrolment.claim(url, slot, code), self._wait_for_approval, self._failed)

    def _wait_for_approval(self, number: str) -> None:
        self._number, self._waiting = number, True
        shown = show.isolate(f"{number[:3]} {number[3:]}")
        commands = Action("F10", "approval.again", self._ask_now), self._again
        more = partial(say, key="setup.waiting.more")
        self._road.present(Ask("setup.how.waiting", (), commands, shown=shown, more=more, waits="setup.waiting"))
        self._poll.start(POLL_MS)

    def _ask_now(self) -> None:
        """By whoever does not want to wait for the next time."""
        if self._poll.isActive():  # else it is being asked already
            self._page.show_notice("info", "busy.checking")
            self._poll.start(0)

    def _ask_approval(self) -> None:
        self._road.ask_slow(self._host.enrolment.poll, self._heard, self._unheard)

    def _heard(self, approved: bool) -> None:
        """An approval counts whenever it comes; a "not yet" only while the digits are shown."""
        if approved and self._page.step == "enrolment":
            self.rest()
            self._road.do(lambda: self._desk.enrolled("line", self._number))
        elif self._waiting:
            self._page.calm()
            self._poll.start(POLL_MS)

    def _unheard(self, error: KioskError) -> None:
        """The line may come back; the question is asked again. A slot that is shut wants another code."""
        if not self._waiting:
            return  # it was given up, or another step is being answered
        if isinstance(error, Refused):
            self._type_again()
        else:
            self._poll.start(POLL_MS)
        self._page.fail(unenrolled(error))

    def _type_again(self) -> None:
        """Nothing is asked meanwhile."""
        self.rest()
        self._road.present()

    # ---- by stick

    def _write(self) -> None:
        slot, code, named = self._page.text("slot"), self._page.text("code"), self._page.text("stick")

        def write() -> str:
            stick, offline = offline_enrolment.stick_at(named), self._host.offline_enrolment
            data = offline.request(slot, code)
            with away_as("stick_away"):
                replace_whole(plain(stick / offline_enrolment.REQUEST_FILE), data)
            return str(offline.code())

        self._road.do(write, self._tell_code)

    def _tell_code(self, code: str) -> None:
        """The request's, to be read out; the answer's is typed."""
        commands = Action("F10", "setup.believe", self._believe), Action("Esc", "key.back", self._type_again)
        fields, needs = ("stick", "answer_code"), ("answer_code",)
        self._road.present(Ask("setup.how.by_stick", fields, commands, shown=show.isolate(code), needs=needs))

    def _answer(self) -> Callable[[], bytes]:
        """Of the stick that is named now."""
        named, file = self._page.text("stick"), offline_enrolment.ANSWER_FILE

        def read() -> bytes:
            try:
                return read_regular(plain(offline_enrolment.stick_at(named) / file), offline_enrolment.MOST_BYTES)
            except OSError as error:
                raise Refused("stick_none", name=file) from error

        return read

    def _believe(self) -> None:
        code, answer = self._page.text("answer_code"), self._answer()

        def believe() -> SetupProgress:
            data = answer()
            self._host.offline_enrolment.accept(data, code)
            return self._desk.take(offline_enrolment.read_documents(data), "stick")

        self._road.do(believe)

    def _read(self) -> None:
        """At the enrolment: to the answer's code. Later: what an answer brings of lists."""
        if self._page.step == "enrolment":
            self._road.do(lambda: str(self._host.offline_enrolment.code()), self._tell_code)
        else:
            answer = self._answer()
            self._road.do(lambda: self._desk.take(offline_enrolment.read_documents(answer())))


class EnrolmentFlow(WizardRoad):
    """The enrolment alone, at a counter that is not being set up: a page of its own that leads to `done`."""

    def __init__(self, window: Shell, done: Callable[[], None]) -> None:
        page = partial(WizardPage, name="pageEnrol", title="enrol.title", steps=("enrolment",))
        super().__init__(window, page, list)
        self.page.entrance = True
        self._done = done
        self._step = EnrolmentStep(self, window.kiosk, self)

    def open(self) -> None:
        self.begin()
        self._step.begin()

    @override
    def progress(self) -> SetupProgress:
        return SetupProgress(0, "enrolment")

    @override
    def went(self, _progress: SetupProgress) -> None:
        self._done()

    @override
    def usual(self, _progress: SetupProgress) -> Ask:
        return self._step.usual()

    # ---- what the step asks of whoever keeps it

    def enrolled(self, way: str, number: str = "") -> SetupProgress:  # noqa: ARG002 - nobody writes them down here
        return self.progress()

    def take(self, documents: Mapping[str, bytes], way: str = "") -> SetupProgress:
        take_documents(self._kiosk.counter, documents)
        return self.enrolled(way)

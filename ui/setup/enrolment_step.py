"""The enrolment's part of the first start: typed, scanned or from a stick; over the line, or by files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from kiosk.setup.enrolment_state import unenrolled
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import KioskError, Refused, Unavailable
from protocol.program.os_errors import system_reason
from protocol.values.arabic import isolate
from protocol.wire import invitation, offline_enrolment
from starter.files import plain, read_regular, replace_whole
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad

POLL_MS = 2_000
LONGEST_LINE: Final = 1 << 12
FROM_STICK: Final = ("Alt+4", "setup.read", "read")
TYPED: Final = Ask(
    "setup.how.enrolment", ("url", "slot", "code", "stick"),
    (("F10", "enrol.do", "look"), ("Alt+3", "setup.write", "write"), FROM_STICK),
)  # fmt: skip


class EnrolmentStep(QObject):
    """Asks the desk of `road` and shows on its page."""

    def __init__(self, road: WizardRoad) -> None:
        super().__init__(road)
        self._road = road
        self._page = road.page
        self._waiting = False
        self._number = ""
        self._poll = QTimer(self, singleShot=True)
        self._poll.timeout.connect(self._ask_approval)

    def rest(self) -> None:
        """Nothing is asked any more."""
        self._waiting = False
        self._poll.stop()

    def begin(self) -> None:
        """What is under way goes on by itself; a counter that has its enrolment says so."""
        host = self._road.desk.host

        def look() -> Any:
            if not host.enrolment.needed():
                return "enrolled"
            self._road.restored = host.enrolment.put_back()
            return host.enrolment.under_way() or host.offline_enrolment.code() or host.enrolment.centre()

        self._road.do(look, self._begun)

    def _begun(self, found: Any) -> None:
        self._road.free()
        if found == "enrolled":
            self._road.show(Ask("setup.how.enrolled", (), (("F10", "setup.on", "check"),)))
        elif hasattr(found, "number"):
            self._page.fields["url"].setText(found.centre)
            self._page.fields["slot"].setText(found.slot)
            self._claimed(found.number)
        else:
            self._road.show()  # what a restore has put here is known only now
            self._fill_from_stick()
            if found and "://" not in found:
                self._wrote(found)
            elif found and not self._page.text("url"):
                self._page.fields["url"].setText(found)
        self._page.first().setFocus()

    def _fill_from_stick(self) -> None:
        """The slot's file on a stick that is plugged in saves the typing."""
        for place in self._road.sticks():
            try:
                self._fill(self._invited(place))
            except (OSError, UnicodeDecodeError, Refused):
                continue

    def _invited(self, place: Path) -> invitation.Invitation:
        return invitation.read_invitation(read_regular(plain(place / invitation.FILE), LONGEST_LINE).decode())

    def _fill(self, found: invitation.Invitation) -> None:
        for name, text in (("url", found.centre), ("slot", found.slot), ("code", found.code)):
            self._page.fields[name].setText(text)

    def _scanned_slot(self) -> bool:
        """Whether one of the fields holds a whole scanned line; then it is taken apart."""
        for name in ("code", "slot", "url"):
            if invitation.is_invitation(self._page.text(name)):
                self._fill(invitation.read_invitation(self._page.text(name)))
                return True
        return False

    def look(self) -> None:
        try:
            self._scanned_slot()
        except Refused as error:
            self._road.failed(error)
            return
        url, slot, code = (self._page.text(name) for name in ("url", "slot", "code"))
        self._road.do(lambda: self._road.desk.host.enrolment.whose_code(url, slot, code), self._looked)

    def _looked(self, invited: Any) -> None:
        """Whose code it is; nothing has been spent yet. A centre that cannot say is not asked twice."""
        if invited is None:
            self.claim()
            return
        self._road.free()
        self._page.calm()
        names = {"ar": invited.shop_ar, "en": invited.shop_en or invited.shop_ar}
        ask = Ask(
            "setup.how.shop", (), (("F10", "setup.yes_here", "yes"), ("Esc", "setup.not_here", "no")),
            shown=names[self._page.language],
        )  # fmt: skip
        self._road.show(ask)
        self._page.first().setFocus()

    def claim(self) -> None:
        url, slot, code = (self._page.text(name) for name in ("url", "slot", "code"))
        self._road.do(lambda: self._road.desk.host.enrolment.claim(url, slot, code), self._claimed)

    def _claimed(self, number: str) -> None:
        self._number = number
        self._road.free()
        self._page.calm()
        shown = isolate(f"{number[:3]} {number[3:]}")
        self._road.show(Ask("setup.how.waiting", (), (("Esc", "enrol.again", "no"),), shown=shown))
        self._waiting = True
        self._poll.start(POLL_MS)

    def _ask_approval(self) -> None:
        self._road.ask_slow(self._road.desk.host.enrolment.poll, self._approval, self._no_answer)

    def _approval(self, approved: bool) -> None:
        if self._road.desk.progress.step != "enrolment" or not self._waiting:
            return
        if approved:
            self._road.do(lambda: self._road.desk.enrolled("line", self._number))
        else:
            self._page.calm()
            self._poll.start(POLL_MS)

    def _no_answer(self, error: KioskError) -> None:
        if not self._waiting:
            return  # it was given up, or another step is being answered
        if isinstance(error, Refused):
            self.again()
        else:
            self._poll.start(POLL_MS)
        self._page.fail(unenrolled(error))

    def again(self) -> None:
        """Type again; nothing is asked meanwhile."""
        self.rest()
        self._page.calm()
        self._road.show()
        self._page.first().setFocus()

    # ---- by stick

    def _stick(self) -> Path:
        return offline_enrolment.stick_at(self._page.text("stick"))

    def write(self) -> None:
        slot, code, named = self._page.text("slot"), self._page.text("code"), self._page.text("stick")

        def write() -> str:
            stick = offline_enrolment.stick_at(named)
            data = self._road.desk.host.offline_enrolment.request(slot, code)
            try:
                replace_whole(plain(stick / offline_enrolment.REQUEST_FILE), data)
            except OSError as error:
                raise Unavailable("stick_away", reason=system_reason(error)) from error
            return str(self._road.desk.host.offline_enrolment.code())

        self._road.do(write, self._wrote)

    def _wrote(self, code: str) -> None:
        self._road.free()
        self._page.calm()
        commands = (("F10", "setup.believe", "believe"), ("Esc", "enrol.again", "no"))
        ask = Ask("setup.how.carried", ("stick", "answer_code"), commands, shown=isolate(code))
        self._road.show(ask)
        self._page.first().setFocus()

    def _code(self) -> str:
        return str(self._road.desk.host.offline_enrolment.code())

    def _answer(self) -> bytes:
        try:
            return read_regular(plain(self._stick() / offline_enrolment.ANSWER_FILE), offline_enrolment.MOST_BYTES)
        except OSError as error:
            raise Refused("stick_none", name=offline_enrolment.ANSWER_FILE) from error

    def believe(self) -> None:
        code = self._page.text("answer_code")

        def believe() -> SetupProgress:
            data = self._answer()
            self._road.desk.host.offline_enrolment.accept(data, code)
            return self._road.desk.take(offline_enrolment.read_documents(data), "stick")

        self._road.do(believe)

    def read(self) -> None:
        """At the enrolment: to the answer's code. Later: what an answer brings of lists."""
        if self._road.desk.progress.step == "enrolment":
            self._road.do(self._code, self._wrote)
        else:
            self._road.do(lambda: self._road.desk.take(offline_enrolment.read_documents(self._answer())))

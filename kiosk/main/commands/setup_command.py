"""`manfaz setup`: the machine as setting up sees it, and `--accept`, which does all of it without a window."""

from __future__ import annotations

import threading
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from kiosk.main.commands.setup_sources import among_known, keep_report, read_feed, read_slip
from kiosk.main.config import Config, LazyRenderer
from kiosk.main.program import Program
from kiosk.main.setup_machine import machine
from kiosk.main.without_window import offscreen, system_keystore, this_world
from kiosk.model.facts import ACCEPTANCE
from kiosk.printing.printer_choice import parse_choice
from kiosk.setup.enrolment_state import unenrolled
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_steps import Step
from protocol.documents.operators import is_activation
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.program.explained import explain
from protocol.program.os_errors import away_as
from protocol.program.terminal import in_json, line
from protocol.texts import LANGUAGES
from protocol.wire import offline_enrolment
from protocol.wire.acceptance import read_report
from protocol.wire.enrolment import read_invitation
from starter.files import plain, replace_whole

if TYPE_CHECKING:
    from kiosk.staff.sign_in import Seat

LOOK_S: Final = 1.0
"""How often is asked again for what others have to do: an approval, the first page of the feed."""
ZONE_NOTE: Final = "zone "
NAMED: Final = "--invitation FILE, --centre https://… --slot … --code …"
SECRETS: Final = ("code", "operator_code", "pin")
STDIN: Final = "-"
"""In the place of a secret: it is a line of standard input, in this order. Others see what a command line says."""


def setup(asked: Namespace) -> int:
    """The window at its first start page; or, with --accept, all of it from this line. 0 when the counter is ready."""
    for name in SECRETS:
        if getattr(asked, name) == STDIN:
            setattr(asked, name, line())
    if not asked.accept:
        from kiosk.main.startup import run

        asked.wizard = True
        return run(asked)
    return _Script(asked).run()


class _Script:
    """What a technician would do, in his order, from where it was cut off."""

    def __init__(self, asked: Namespace) -> None:
        self._application = offscreen()
        self._asked = asked
        named = asked.invitation
        self._invited = read_invitation(read_slip(named).decode(errors="replace")) if named else None
        self._choice = parse_choice(asked.printer)
        paper = LazyRenderer(self._choice, asked.language)
        world = this_world()
        config = Config(asked.data, paper, paper.render, self._centre(), asked.ca, None)
        self._kiosk = Program(config, world, system_keystore)
        self._desk = SetUpDesk(self._kiosk, asked.data, world, machine(asked.language, asked.data))
        self._wait = threading.Event()
        self._time, self._begun = world.clock, world.clock.mono_ms()

    def _centre(self) -> str | None:
        return self._asked.centre or (self._invited.centre if self._invited else None)

    def run(self) -> int:
        try:
            self._refuse_enrolled()
            self._desk.resume()
            if self._desk.progress.ended_ms and not self._accepted():
                self._desk.begin_again()  # a backup was put back since, or another shop's code was typed
            self._zone_again()
            while not self._desk.progress.ended_ms:
                step = self._desk.progress.step
                self._report(step=step, state="begun")
                self._works()[step]()
                self._report(step=step, state=self._desk.progress.state(step), **self._desk.progress.facts(step))
            return self._ended()
        finally:
            self._kiosk.close()

    def _refuse_enrolled(self) -> None:
        """A counter at work is not set up a second time by mistake."""
        if self._desk.progress.results or not (self._asked.data / "kiosk.db").exists():
            return
        self._kiosk.open()
        if not self._kiosk.enrolment.needed():
            self._kiosk.offline_enrolment.refuse_enrolled()

    def _accepted(self) -> bool:
        """Whether there is a report of the counter as it is enrolled now."""
        if self._kiosk.enrolment.needed():
            return False

        document = ACCEPTANCE.kept(self._kiosk.counter.context.store)
        try:
            read_report(document or b"", self._kiosk.at_work.signer.public)
        except Corrupt:  # by the key of an epoch that is over
            return False
        return True

    def _works(self) -> dict[Step, Callable[[], object]]:
        desk, steps = self._desk, self._desk.steps
        return {
            "language": lambda: desk.language(self._asked.language), "clock": self._clock, "folder": steps.folder,
            "keystore": steps.keystore, "enrolment": self._enrol, "catalogue": self._documents,
            "printer": self._print,
            "scanner": lambda: desk.skip("without a person · بدون شخص"),
            "camera": lambda: desk.skip("without a person · بدون شخص"),
            "operator": self._operator, "acceptance": self._accept,
        }  # fmt: skip

    def _clock(self) -> None:
        """A server's zone is UTC: that is noted, and in the report; a date that cannot be is not passed over."""
        try:
            self._desk.steps.clock()
        except Refused as error:
            if error.code != "setup_zone":
                raise
            self._desk.skip(f"{ZONE_NOTE}{error.values['found']}")
            said = " · ".join(" ".join(explain(language, error)) for language in LANGUAGES)
            self._report(step="clock", reason=said)

    def _zone_again(self) -> None:
        """The technician may have set the zone since. A report that is signed stays as it is."""
        desk, step = self._desk, self._desk.progress.step
        noted = any(name == "clock" and note.startswith(ZONE_NOTE) for name, note in desk.progress.left_out())
        if not noted or step == "clock" or desk.progress.ended_ms:
            return
        desk.keep(desk.progress.at("clock"))
        try:
            self._clock()
        finally:
            desk.keep(desk.progress.at(step))
        self._report(step="clock", state=desk.progress.state("clock"), **desk.progress.facts("clock"))

    def _enrol(self) -> None:
        if not self._kiosk.enrolment.needed():
            self._desk.enrolled("line")
        elif self._asked.request or self._asked.answer:
            self._carry()
        else:
            try:
                self._claim()
            except Unavailable as error:
                raise unenrolled(error) from error

    def _claim(self) -> None:
        enrolment = self._kiosk.enrolment
        waiting = enrolment.under_way()
        if waiting is not None:
            number = waiting.number
        else:
            slot, code = self._slot()
            if not self._centre():
                raise Refused("mistyped", message=NAMED, command="manfaz setup")
            told = enrolment.whose_code(self._centre() or "", slot, code)
            self._report(step="enrolment", shop=told and (told.shop.en or told.shop.ar))
            number = enrolment.claim(self._centre() or "", slot, code)
        self._report(step="enrolment", number=number)
        self._until(enrolment.poll)
        self._desk.enrolled("line", number)

    def _slot(self) -> tuple[str, str]:
        if self._invited is not None:
            return self._invited.slot, self._invited.code
        return self._asked.slot or "", self._asked.code or ""

    def _carry(self) -> None:
        """Write the request and end, or take the answer that has come for it."""
        desk, asked = self._kiosk.offline_enrolment, self._asked
        if not asked.answer:
            with away_as("stick_away"):
                replace_whole(plain(asked.request), desk.request(*self._slot()))
            self._report(step="enrolment", request=str(asked.request), number=desk.code())
            raise Refused("setup_by_stick")
        data = read_slip(asked.answer)
        desk.accept(data, asked.answer_code or "")
        self._desk.enrolled("stick", desk.code())

    def _documents(self) -> None:
        if self._asked.answer:
            from kiosk.setup.offline_enrolment import take_documents

            take_documents(self._kiosk.counter, offline_enrolment.read_documents(read_slip(self._asked.answer)))

        def there() -> bool:
            try:
                self._desk.documents()
            except Unavailable:
                return False
            return True

        self._until(there)

    def _print(self) -> None:
        if self._choice.kind == "none":
            self._desk.skip("no printer · بدون طابعة")
            return
        self._desk.steps.print_test(self._choice)
        if self._asked.paper_seen:
            self._desk.steps.judge_paper(self._choice, {"arabic": True, "qr": True, "cut": True})
        else:
            self._desk.skip("nobody looked at the page · لم ينظر أحد إلى الورقة")

    def _operator(self) -> None:
        among_known(self._kiosk.counter.context.store, self._read_feed, self._seat)

    def _read_feed(self) -> None:
        """Without a line it goes on with what is here, and says so."""
        kiosk = self._kiosk
        line, store = kiosk.counter.line, kiosk.counter.context.store
        if not read_feed(line, store, self._time, self._asked.wait_s, self._wait.wait):
            self._report(step="operator", feed="not read, going on with what is here · لم يصل شيء، نكمل بما هنا")

    def _seat(self) -> None:
        seats = self._kiosk.counter.people.seats()
        if not seats:
            raise Refused("setup_nobody")
        self._desk.steps.operator(self._whose(seats), self._asked.operator_code or "", self._asked.pin or "")

    def _whose(self, seats: Sequence[Seat]) -> str:
        """The person named, else the one whose code was given; where there is only one, that one, whatever the code.

        Raises Refused("activation_wrong"): nobody of several has it, and nobody's tries are spent on it.
        """
        if self._asked.operator:
            return str(self._asked.operator)
        code = self._asked.operator_code or ""
        found = [seat.operator.id for seat in seats if is_activation(seat.operator, code)]
        if not found and len(seats) != 1:
            raise Refused("activation_wrong")
        return found[0] if found else seats[0].operator.id

    def _accept(self) -> None:
        """Where the power was cut since, somebody has to sit down again."""
        people = self._kiosk.counter.people
        if people.current() is None:
            people.sign_in(self._whose([seat for seat in people.seats() if seat.has_pin]), self._asked.pin or "")
        self._desk.accept(self._asked.technician)

    def _ended(self) -> int:
        store = self._kiosk.counter.context.store
        document = ACCEPTANCE.kept(store) or b""

        said = read_report(document, self._kiosk.at_work.signer.public)
        places = {} if self._asked.report is None else keep_report(self._asked.report, said, document)
        seconds = (self._time.mono_ms() - self._begun) / 1000
        facts = self._desk.progress.facts("acceptance")
        self._report(
            result=said["result"], missing=said["missing"], sent=facts.get("sent"), trial=said["trial"],
            seconds=round(seconds, 1), **places,
        )  # fmt: skip
        return 0 if said["result"] == "ready" else 1

    def _until(self, done: Callable[[], bool]) -> None:
        """Ask until it is so. What is away may come back; a no is a no. Raises what it raised when time is up."""
        clock = self._time
        until_ms = clock.mono_ms() + self._asked.wait_s * 1000
        while True:
            try:
                if done():
                    return
            except Unavailable:
                if clock.mono_ms() > until_ms:
                    raise
            if clock.mono_ms() > until_ms:
                raise Unavailable("setup_time")
            self._wait.wait(LOOK_S)

    def _report(self, **said: Any) -> None:
        plain = "   ".join(f"{name}: {value}" for name, value in said.items())
        print(in_json(said) if self._asked.json else plain, flush=True)

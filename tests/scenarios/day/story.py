"""One day, told to the till word by word; what the screen said is kept, to be compared with everything else."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.model.day_book import FACES_PT
from protocol.values.receipt_number import read_number
from tests.scenarios.day.house import Died, House
from tests.scenarios.day.plan import Plan, Visitor, pounds
from tests.scenarios.day.printers import Mood
from tests.scenarios.day.shift import Shift

OPENING_PT: Final = 50_000
SHORT_PT: Final = 2_525
"""What is missing at the close: more than an operator may settle alone."""
WARM: Final = 20
"""From this citizen on memory is watched."""


@dataclass
class Story:
    """What happened. `said` are the sales as the screen told them, in their order; `shifts` the till's openings."""

    house: House
    plan: Plan
    count: int
    said: list[dict[str, Any]] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    shifts: list[Shift] = field(default_factory=lambda: [Shift(OPENING_PT)])
    memory_kib: dict[int, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    papers: tuple[int, int] = (0, 0)
    journal: str = ""
    """Both filled in by `tests.scenarios.day.check`."""
    jam: Mood = "well"
    """What the printer does with the paper of the next citizen."""

    def play(self) -> None:
        began = time.monotonic()
        self.house.furnish()
        self.house.start()
        self.house.enrol()
        self._first_pins()
        self.house.ask("begin_lag")
        self._printer(0)
        for number in range(1, self.count + 1):
            self._before(number)
            self._remember(number)
        self.lag = self.house.ask("lag")
        self._crash_at_the_printer()
        self.seconds["day"] = time.monotonic() - began
        self._close(SHORT_PT)
        self.standing = self.house.drained()
        self.house.ask("leave")
        assert self.house.till is not None
        assert self.house.till.end() == 0
        self.seconds["all"] = time.monotonic() - began

    def _first_pins(self) -> None:
        for place, person in enumerate(self.house.people):
            self.house.ask("activate", operator=person.id, code=person.code, pin=person.pin)
            if place == 0:
                self.house.ask("open_day", pounds=pounds(OPENING_PT))
            self.house.ask("leave_seat")
        self._sit(0)

    def _sit(self, place: int) -> None:
        self.at = place
        person = self.house.people[place]
        self.house.ask("sign_in", operator=person.id, pin=person.pin)

    def _before(self, number: int) -> None:
        visitor = self.plan.visitor()
        crash = False
        for event in self.plan.before[number]:
            self.happened[event] += 1
            if event == "crash":
                crash = True
            else:
                self._event(event)()
        if number % 5 == 0:
            self.house.line.share, self.house.line.cut = self.plan.weather()
        if self.jam != "well":
            self.house.ask("papers_out")  # it shall happen to this citizen's paper
            self.house.printers[self.in_use].mood, self.jam = self.jam, "well"
        if crash:
            self._crash_at_the_sale(visitor)
        else:
            self._serve(visitor)

    def _event(self, name: str) -> Callable[[], None]:
        if name.startswith("sit_"):
            return lambda: self._switch(int(name[4:]))
        found: Callable[[], None] = getattr(self, f"_{name}")
        return found

    # ---- citizens

    def _serve(self, visitor: Visitor, away: str = "") -> str:
        """Returns what the screen said of the paper."""
        asked = {"number": visitor.number, "values": visitor.values, "pounds": visitor.pounds, "away": away}
        said = self.house.ask("serve", **asked)
        self._take(said)
        return str(said["paper"])

    def _take(self, said: dict[str, Any]) -> None:
        self.said.append(said)
        self.shift.sold.append(said)
        self.happened[f"paper {said['paper']}"] += 1
        if said["paper"] == "uncertain":
            self.house.ask("answer", came_out=self._came_out(said["qr"]))

    def _came_out(self, qr: str) -> bool:
        """What somebody sees who looks at the printer."""
        return any(sheet.qr.partition("#")[0] == qr for printer in self.house.printers for sheet in printer.sheets())

    def _remember(self, number: int) -> None:
        if number >= WARM and (number % 10 == 0 or number == self.count):
            self.memory_kib[number] = self.house.ask("memory")

    def _switch(self, place: int) -> None:
        self.house.ask("leave_seat")
        self._sit(place)

    def _lock(self) -> None:
        """The operator goes away with a form half typed, and comes back to it."""
        self._serve(self.plan.visitor(), away=self.house.people[self.at].pin)

    def _weather(self) -> None:
        self.house.line.cut = True

    # ---- two crashes

    def _crash_at_the_sale(self, visitor: Visitor) -> None:
        """While the press is being saved: it was, or the form is still there. Never both, never neither."""
        ask = self.house.ask
        ask("home")
        ask("pick", number=visitor.number)
        ask("fill", values=visitor.values)
        ask("to_review")
        ask("arm", moment=self.plan.moment(), skip=0, delay_ms=0)
        self._die(lambda: ask("pay", pounds=""))
        sold = ask("begun")
        self.happened["after the crash: " + ("saved" if sold["paper"] == "saved" else "the form was there")] += 1
        self._take(sold)
        self._look_at_papers()

    def _crash_at_the_printer(self) -> None:
        """After the last byte of a report, before it is known to be printed: only a person can say."""
        self.happened["crash"] += 1
        self.house.ask("papers_out")
        self.house.ask("arm", moment="print.sent", skip=0, delay_ms=0)
        self._die(lambda: (self.house.ask("x_report"), self.house.ask("papers_out")))
        self.happened["x_report"] += 1
        self._look_at_papers()

    def _die(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Died:
            self.house.fell()
            self.house.start()
            self.house.ask("begin_lag")
            self._sit(self.at)
            return
        raise AssertionError("it lives")

    def _look_at_papers(self) -> None:
        """Whatever nobody knows about is answered for, as it lies there."""
        unsure = self.house.ask("unsure")
        for number, job in unsure:
            self.happened["paper unsure after a crash"] += 1
            came_out = True if not number else self._numbered(number)
            self.house.ask("answer_listed", job=job, came_out=came_out)
            self.house.ask("home")
        if not unsure:
            self.house.ask("home")

    def _numbered(self, number: str) -> bool:
        """A receipt's number names its entry, and its link has that too; all papers here are one till's."""
        found = read_number(number)
        assert found is not None
        link = re.compile(rf"/r/[0-9a-f]{{8}}/{found[2]}/")
        return any(link.search(s.qr) for printer in self.house.printers for s in printer.sheets())

    # ---- printers

    def _printer(self, place: int) -> None:
        self.in_use = place
        texts = [f"tcp:127.0.0.1:{printer.port}" for printer in self.house.printers]
        chosen = self.house.ask("use_printer", choices=texts, place=place)
        assert f":{self.house.printers[place].port}" in chosen

    def _half(self) -> None:
        self.jam = "half"

    def _mute(self) -> None:
        self.jam = "mute"

    def _paper_out(self) -> None:
        """Two citizens without paper; then somebody puts a roll in."""
        self.house.ask("papers_out")
        printer = self.house.printers[self.in_use]
        printer.mood = "paper_out"
        for _ in range(2):
            self._extra()
        printer.mood = "well"

    def _vanish(self) -> None:
        """The printer is gone for one citizen; the other one takes over, and what waited comes out there."""
        self.house.ask("papers_out")
        self.house.printers[self.in_use].vanish()
        self._extra()
        self._printer(1 - self.in_use)
        self.house.ask("papers_out")

    def _extra(self) -> None:
        """A citizen within an event: whose paper has to wait."""
        assert self._serve(self.plan.visitor()) == "stopped", "the printer cannot print"

    # ---- money

    def _cash(self, kind: str, key: int, pt: int, **texts: str) -> None:
        self.house.ask("cash", key=key, pounds=pounds(pt), texts=texts)
        self.shift.moved_pt[kind] += pt

    def _cash_in(self) -> None:
        self._cash("cash_in", 1, 20_025, reasonEdit="فكة")

    def _cash_out(self) -> None:
        self._cash("cash_out", 2, 4_550, reasonEdit="ورق للطابعة")

    def _deposit(self) -> None:
        self._cash("deposit", 3, 30_000, partyEdit="بنك مصر", referenceEdit="88")

    def _x_report(self) -> None:
        self.house.ask("x_report")

    def _void(self) -> None:
        second = self.house.people[2 if self.at != 2 else 0]
        voided = self.said[-1]
        self.house.ask("void", receipt=voided["receipt"], reason="خطأ في الاسم", second=second.id, pin=second.pin)
        self.shift.moved_pt["void"] += voided["due_pt"]

    def _refund(self) -> None:
        """The centre rejects a request of the morning; its money goes back."""
        line = self.house.line
        line.share, line.cut = 0.0, False
        rejected = self.said[1]
        self.house.reject(rejected["id"])
        self.house.ask("refund")
        self.shift.moved_pt["refund"] += rejected["due_pt"]

    @property
    def shift(self) -> Shift:
        """The one that is open."""
        return self.shifts[-1]

    def _noon(self) -> None:
        """Somebody closes the day by mistake; the same date is opened again with what was counted."""
        self._close(0)
        closed = self.shift
        self._sit(self.at)
        self.house.ask("open_day", pounds=pounds(closed.expected_pt))
        self.shifts.append(Shift(closed.expected_pt, closed.before_pt + closed.taken_pt))

    def _close(self, short_pt: int) -> None:
        shift, second = self.shift, self.house.people[2 if self.at != 2 else 0]
        left, faces = shift.expected_pt - short_pt, {}
        for face in FACES_PT:
            faces[str(face)], left = divmod(left, face)
        assert left == 0, "no coin pays that"
        shift.short_pt = short_pt
        shift.closed = self.house.ask(
            "close_day", faces=faces, reason="لا أعرف", second=second.id, pin=second.pin
        )  # fmt: skip
        shift.totals = shift.closed["totals"]

"""The computer below, its devices and its people, step by step; a person looks at what each gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.printing.leaflets import test_page
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.till_papers import Stamp
from kiosk.setup.setup_host import DiskRoom, SetupHost, SetupMachine, judge_clock, judge_ground, zone_text
from kiosk.setup.setup_steps import SetupProgress, SetupRun
from kiosk.staff.sign_in import Seat
from protocol.clock import moment
from protocol.errors import KioskError, Refused, Unavailable
from protocol.texts import Bilingual, Language, say
from protocol.values.arabic import isolate
from protocol.values.said_time import said_day
from protocol.values.scanned import fold_layout

SCAN_TEST: Final = ("manfaz-test", "0123456789")
"""What the test page's two codes hold: letters show whether the layout is right, digits come either way."""
AT_WORK: Final = ("printer", "printer_broke")
"""Said of a citizen's receipt, which is saved. Nothing is saved here yet, and there is no list of papers."""
JUDGED: Final = ("arabic", "qr", "cut")
"""What a person looks at on the test page."""


class CounterSteps:
    """The steps for devices and people: each is tried, and what was chosen is kept at the counter."""

    def __init__(self, run: SetupRun, host: SetupHost, machine: SetupMachine) -> None:
        self._run = run
        self._host = host
        self._machine = machine

    # ---- the computer: its clock, its data folder, its keystore

    def shown_time(self, language: Language) -> tuple[str, str]:
        """What this computer says it is, and in which zone: ``26 November 2026, 04:09`` and ``+02:00``."""
        now_ms = self._run.now()
        offset = self._machine.offset_min(now_ms)
        there = moment(now_ms) + timedelta(minutes=offset)
        day, clock = said_day(language, there.date(), date.min), isolate(there.strftime("%H:%M"))
        return say(language, "setup.time", day=day, clock=clock), isolate(zone_text(offset))

    def clock(self) -> SetupProgress:
        def check() -> Mapping[str, Any]:
            now_ms = self._run.now()
            return judge_clock(now_ms, self._machine.offset_min(now_ms))

        return self._run.do(check)

    def rooms(self) -> list[DiskRoom]:
        """Where the data folder may lie, the usual place first."""
        return self._machine.rooms(self._run.home)

    def folder(self, place: str = "") -> SetupProgress:
        """The data folder is looked at; with `place` it lies there from now on. Raises as
        `storage.disk.other_disks.lay`.
        """

        def check() -> Mapping[str, Any]:
            undo = self._machine.lay(self._run.home, Path(place)) if place else None
            try:
                return judge_ground(self._machine.examine(self._run.home))
            except KioskError:
                if undo is not None:
                    undo()
                raise

        return self._run.do(check)

    def keystore(self) -> SetupProgress:
        """The keystore is tried, and the store made or opened with it."""

        def open_store() -> Mapping[str, Any]:
            kind = self._machine.probe()
            if not self._host.ready:
                self._host.open()
            self._run.beside = False
            return {"kind": kind}

        return self._run.do(open_store)

    # ---- the devices

    def print_test(self, choice: PrinterChoice) -> None:
        """The test page, past the queue: whoever looks at it stands here. Raises Unavailable, Refused.

        The printer is the counter's from here on.
        """
        try:
            if choice.kind == "none":
                raise Refused("setup_printer")
            printer, render = self._machine.device(choice)
            settings = self._host.counter.in_force.settings()
            stamp = Stamp(settings.shop.name, self._run.now(), "—")
            printer.status()
            printer.send(render(test_page(stamp, choice.text), 0))
            self._host.counter.papers.choose(choice)
        except KioskError as error:
            self._run.failed(said := _here(error))
            if said is error:
                raise
            raise said from error

    def judge_paper(self, choice: PrinterChoice, seen: Mapping[str, bool]) -> SetupProgress:
        """What a person saw on the test page, each of JUDGED. Raises Refused("setup_paper", faults=…)."""

        def check() -> Mapping[str, Any]:
            faults = [name for name in JUDGED if not seen[name]]
            if faults:
                raise Refused("setup_paper", faults=_seen(faults))
            return {"printer": choice.text, **seen}

        return self._run.do(check)

    def scanned(self, typed: str) -> SetupProgress:
        """What the scanner typed. Raises Refused("setup_scan")."""

        def check() -> Mapping[str, Any]:
            read = fold_layout(typed).lower()
            if read not in SCAN_TEST:
                raise Refused("setup_scan", read=read[:40] or "—")
            return {"read": read}

        return self._run.do(check)

    def camera(self, good: Sequence[str], found: int) -> SetupProgress:
        """The names of those whose picture somebody has called good. Raises Unavailable("setup_camera") for none."""

        def check() -> Mapping[str, Any]:
            if not good:
                raise Unavailable("setup_camera")
            return {"cameras": found, "camera": " · ".join(good)}

        return self._run.do(check)

    # ---- the people

    def seats(self) -> list[Seat]:
        """Who may sit down here; for the test only those who have shown who they are before."""
        seats: list[Seat] = self._host.counter.people.seats()
        return [seat for seat in seats if seat.has_pin] if self._run.progress.step == "acceptance" else seats

    def operator(self, operator_id: str, code: str, pin: str) -> SetupProgress:
        """The first one sets his PIN, or shows that he has. Raises as `StaffSession.activate` and `sign_in`."""

        def activate() -> Mapping[str, Any]:
            people = self._host.counter.people
            done = any(seat.operator.id == operator_id and seat.has_pin for seat in people.seats())
            login = people.sign_in(operator_id, pin) if done else people.activate(operator_id, code, pin)
            return {"role": login.operator.role}

        return self._run.do(activate)


def _here(error: KioskError) -> KioskError:
    return Unavailable("setup_no_print", reason=error.values["reason"]) if error.code in AT_WORK else error


def _seen(faults: list[str]) -> Bilingual:
    return Bilingual.of(lambda to: say(to, "list.comma").join(say(to, f"setup.not.{name}") for name in faults))

"""What a counter proves before its technician leaves: that a citizen can be served at it, and where it stands.

A practice request goes from the form to the paper at the practice's own counter, and is measured.
"""

from __future__ import annotations

import threading
from datetime import date
from typing import Final

from kiosk import VERSION
from kiosk.core.events import Event, PrintJobsChanged
from kiosk.counter import Counter
from kiosk.model.service_request import WAITED_FOR, PrintState, Sale
from kiosk.setup import sample_citizen
from kiosk.setup.acceptance_report import PracticeResult, Premises
from kiosk.setup.setup_host import SetupHost, SetupMachine
from protocol.clock import Clock
from protocol.errors import KioskError, Unavailable
from protocol.wire.enrolment import read_statement

PATIENCE_S: Final = 60.0


def practise(host: SetupHost, clock: Clock, patience_s: float = PATIENCE_S) -> PracticeResult:
    """One transaction through every part, at a counter of which nothing stays. Raises as `run`."""
    host.start_practice()
    try:
        return run(host.counter, clock, host.counter.context.working_date(), patience_s)
    finally:
        host.stop_practice()


def premises(host: SetupHost, machine: SetupMachine, technician: str, ahead_ms: int | None) -> Premises:
    """The shop, its computer and its program, as the report names them. For a counter that is enrolled."""
    counter = host.counter
    settings = counter.in_force.settings()
    kept = counter.context.store.enrolment()
    assert kept is not None  # noqa: S101 - somebody has just practised here
    return Premises(
        read_statement(kept.statement), settings.shop.name.ar, settings.shop.name.en, technician, VERSION,
        machine.release,
        machine.system, machine.autostart(), machine.full_screen, settings.governorate, ahead_ms,
    )  # fmt: skip


def run(counter: Counter, clock: Clock, today: date, patience_s: float = PATIENCE_S) -> PracticeResult:
    """Open the practice's day, fill a form, take its fee, wait for the receipt.

    Raises Refused("setup_no_service"), and Unavailable("setup_trial", part=…) where a part refused.
    """
    moved, desk = threading.Event(), counter.desk

    def heard(event: Event) -> None:
        if isinstance(event, PrintJobsChanged):
            moved.set()

    counter.events.subscribe(heard)
    try:
        counter.till.open_day(0)
        service, raw = sample_citizen.find(desk, today)
        draft = desk.drafts.begin(service.id)
        desk.drafts.keep(draft, raw)
        due_pt = desk.quote(service, desk.check(service, raw).values).total_pt
        consent = service.consent.version if service.consent else None
        sale = Sale(draft.id, draft.visit_id, service.id, service.version, raw, due_pt, consent, due_pt=due_pt)
        begun_ms = clock.mono_ms()
        recorded = desk.record(sale)
    except KioskError as error:
        if error.code == "setup_no_service":
            raise
        raise Unavailable("setup_trial", part=error.code) from error
    saved_ms = clock.mono_ms() - begun_ms
    paper = _await(counter, recorded.job_id, moved, clock, clock.mono_ms() + round(patience_s * 1000))
    number = f"{counter.in_force.statement().device_text[:8]}-{recorded.request.seq}"
    return PracticeResult(number, service.id, saved_ms, clock.mono_ms() - begun_ms, paper)


def _await(counter: Counter, job_id: str, moved: threading.Event, clock: Clock, until_ms: int) -> str:
    while True:
        moved.clear()
        job = counter.papers.job(job_id)
        state = PrintState.CANCELLED if job is None else job.state
        left_s = (until_ms - clock.mono_ms()) / 1000
        if state not in WAITED_FOR or left_s <= 0:
            return state.value
        moved.wait(min(left_s, 1.0))

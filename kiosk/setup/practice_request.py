"""The practice request that proves a counter: from the form to the paper, at the practice's own counter, measured."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.core.events import Event, PrintJobsChanged
from kiosk.counter import Counter
from kiosk.model.service_request import WAITED_FOR, PrintState, Sale
from kiosk.setup import sample_citizen
from protocol.clock import Clock
from protocol.errors import KioskError, Unavailable

PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """`number` is the practice's own; it is no request of the shop's. Times in milliseconds from the press on.

    `paper` is how its receipt ended: printed, or why not.
    """

    number: str
    service: str
    saved_ms: int
    paper_ms: int
    paper: str


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

"""The acceptance report: what was found at a counter, and whether it may work. Signed by the counter's own key."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from kiosk import VERSION
from kiosk.core.events import Event, PrintJobsChanged
from kiosk.counter import Counter
from kiosk.model.facts import BACKUP, BACKUP_PROVED_MS, DOCTOR, read_object
from kiosk.model.service_request import WAITED_FOR, PrintState, Sale
from kiosk.setup import sample_citizen
from kiosk.setup.setup_host import SetupHost, SetupMachine
from kiosk.setup.setup_steps import STEPS, SetupProgress, Step
from protocol.clock import Clock
from protocol.errors import KioskError, Unavailable
from protocol.texts import Bilingual, Language, say
from protocol.values.arabic import isolate
from protocol.wire.enrolment import Statement, read_statement

NEEDED: Final[tuple[Step, ...]] = ("enrolment", "printer")
"""Without these no counter is ready, whatever else is."""


@dataclass(frozen=True, slots=True)
class PracticeResult:
    """One practice sale of the acceptance. `number` is the practice's own; it is no request of the shop's. Times are
    milliseconds from the press on.

    `paper` is how its receipt ended: printed, or why not.
    """

    number: str
    service: str
    saved_ms: int
    paper_ms: int
    paper: str


@dataclass(frozen=True, slots=True)
class Premises:
    """What the report says beside the steps: who, where, on what.

    `ahead_ms` is how far the clock was before the centre's; None where the centre could not be asked.
    """

    statement: Statement
    shop: Bilingual
    technician: str
    version: str
    release: str
    system: str
    autostart: bool | None
    full_screen: bool
    governorate: str
    ahead_ms: int | None


def members(
    progress: SetupProgress, premises: Premises, trial: PracticeResult | None, facts: Mapping[str, bytes], ended_ms: int
) -> dict[str, Any]:
    """The report. `facts` are the store's: `doctor`, `backup`, `backup_proved` as they stand now, or absent."""
    statement = premises.statement
    doctor, backup = read_object(facts, DOCTOR) or None, read_object(facts, BACKUP) or None
    steps = [_step(progress, step) for step in STEPS if step != "acceptance"]
    missing = _missing(progress, trial, doctor, backup)
    return {
        "v": 1,
        "shop": {"id": statement.shop, "name": {"ar": premises.shop.ar, "en": premises.shop.en},
            "governorate": premises.governorate,
        },
        "device": statement.device_text, "epoch": statement.epoch, "issued_ms": statement.issued_ms,
        "technician": premises.technician, "begun_ms": progress.begun_ms, "ended_ms": ended_ms,
        "app": premises.version, "release": premises.release, "system": premises.system,
        "steps": steps,
        "trial": None if trial is None else asdict(trial),
        "doctor": None if doctor is None else {"at_ms": doctor.get("at_ms"), **findings(doctor)}, "backup": backup,
        "backup_proved_ms": BACKUP_PROVED_MS.of(facts) or 0, "ahead_ms": premises.ahead_ms,
        "autostart": premises.autostart, "full_screen": premises.full_screen,
        "result": "not_ready" if missing else "ready", "missing": missing,
    }  # fmt: skip


def _step(progress: SetupProgress, step: Step) -> dict[str, Any]:
    found = progress.results.get(step)
    if found is None:
        return {"step": step, "state": "open"}
    said = {"step": step, "state": found.state, "at_ms": found.at_ms, "facts": dict(found.facts)}
    return said | ({"note": found.note} if found.note else {}) | ({"code": found.code} if found.code else {})


def _missing(
    progress: SetupProgress,
    trial: PracticeResult | None,
    doctor: Mapping[str, Any] | None,
    backup: Mapping[str, Any] | None,
) -> list[str]:
    """Why it is not ready: a needed step that was not passed, no paper, no verified backup, a finding that stops."""
    missing: list[str] = [step for step in NEEDED if progress.state(step) != "passed"]
    if trial is None or trial.paper != "printed":
        missing.append("trial")
    if backup is None or backup.get("verified") is not True:
        missing.append("backup")
    return missing + [f"doctor_{number}" for number in findings(doctor)["stop"]]


def lacking(language: Language, missing: Sequence[str]) -> str:
    """What `missing` names, in words."""
    return say(language, "list.comma").join(_word(language, name) for name in missing)


def _word(language: Language, name: str) -> str:
    kind, _, number = name.partition("_")
    if kind in STEPS:
        return say(language, f"setup.step.{kind}")
    return say(language, f"report.lacks.{kind}", n=isolate(number))


def findings(doctor: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """The numbers of what a diagnosis, as the store keeps it, has found; by severity."""
    found: dict[str, list[str]] = {"stop": [], "warn": [], "note": []}
    checks = (doctor or {}).get("checks", (doctor or {}).get("findings"))
    for one in checks if isinstance(checks, list) else []:
        if isinstance(one, dict) and one.get("severity") in found:
            found[one["severity"]].append(str(one.get("n", one.get("number", "?"))))
    return found


PATIENCE_S: Final = 60.0


def practise(host: SetupHost, clock: Clock, patience_s: float = PATIENCE_S) -> PracticeResult:
    """One request through every part, at a counter of which nothing stays. Raises as `run`."""
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
        read_statement(kept.statement), settings.shop.name, technician, VERSION, machine.release, machine.system,
        machine.autostart(), machine.full_screen, settings.governorate, ahead_ms,
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
        checked = desk.check(service, raw)
        due_pt = desk.quote(service, checked.values).total_pt
        consent = service.consent.version if service.consent else None
        sale = Sale(draft.id, draft.visit_id, checked, due_pt, consent, due_pt=due_pt)
        begun_ms = clock.mono_ms()
        recorded = desk.record(sale)
    except KioskError as error:
        if error.code == "setup_no_service":
            raise
        raise Unavailable("setup_trial", part=error.code) from error
    saved_ms = clock.mono_ms() - begun_ms
    paper = _await(counter, recorded.job_id, moved, clock, clock.mono_ms() + round(patience_s * 1000))
    number = recorded.receipt.number
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

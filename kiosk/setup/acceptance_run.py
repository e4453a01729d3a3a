"""What a counter proves before its technician leaves: that a citizen can be served at it, and where it stands."""

from __future__ import annotations

from kiosk import VERSION
from kiosk.setup import acceptance_report, practice_request
from kiosk.setup.setup_host import SetupHost, SetupMachine
from protocol.clock import Clock
from protocol.wire.enrolment import read_statement


def practise(host: SetupHost, clock: Clock, patience_s: float) -> practice_request.PracticeResult:
    """One transaction through every part, at a counter of which nothing stays. Raises as `trial.run`."""
    host.start_practice()
    try:
        return practice_request.run(host.counter, clock, host.counter.context.working_date(), patience_s)
    finally:
        host.stop_practice()


def premises(
    host: SetupHost, machine: SetupMachine, technician: str, ahead_ms: int | None
) -> acceptance_report.Premises:
    """The shop, its computer and its program, as the report names them. For a counter that is enrolled."""
    counter = host.counter
    settings = counter.in_force.settings()
    kept = counter.context.store.enrolment()
    assert kept is not None  # noqa: S101 - somebody has just practised here
    return acceptance_report.Premises(
        read_statement(kept.statement), settings.shop_ar, settings.shop_en, technician, VERSION, machine.release,
        machine.system, machine.autostart(), machine.full_screen, settings.governorate, ahead_ms,
    )  # fmt: skip

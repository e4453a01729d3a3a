"""The people of the counter, step by step: who sits down first, and who runs the test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.setup.setup_host import SetupHost
from kiosk.setup.setup_run import SetupRun
from kiosk.setup.setup_steps import SetupProgress
from kiosk.staff.sign_in import Seat


class StaffSteps:
    """The first operator, and whoever signs in for the test."""

    def __init__(self, run: SetupRun, host: SetupHost) -> None:
        self._run = run
        self._host = host

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

    def sign_in(self, operator_id: str, pin: str) -> None:
        """For the test, where the power was cut since. Raises as `StaffSession.sign_in`."""
        self._host.counter.people.sign_in(operator_id, pin)

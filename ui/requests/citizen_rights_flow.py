"""From an opened request to the rights of its citizen, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.aftercare import citizen_rights
from kiosk.counter import Counter
from kiosk.model.service_request import Request
from kiosk.staff.centre_approvals import Approver
from kiosk.staff.sign_in import Seat
from protocol.values.telephone import What
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.requests.citizen_rights_page import CitizenRightsPage, Kept
from ui.requests.request_words import citizen
from ui.shell import Flow, LatePage, Shell


def supervisors(counter: Counter) -> list[Seat]:
    """Those whose PIN counts as a supervisor's agreement: first of the one at the counter, who is asked again."""
    login = counter.people.current()
    mine = None if login is None else login.operator.id
    found = [seat for seat in counter.people.seats() if seat.operator.role == "supervisor"]
    return sorted(found, key=lambda seat: seat.operator.id != mine)


class CitizenRightsFlow(Flow):
    """Drives the page of a citizen's rights."""

    def __init__(self, window: Shell, centre_approval: CentreApprovalFlow) -> None:
        super().__init__(window)
        self._centre_approval = centre_approval
        self._id = ""

    @LatePage(CitizenRightsPage)
    def page(self, page: CitizenRightsPage) -> None:
        page.primary.clicked.connect(lambda: self._copy(page.second.approver(), page.disk.currentData() or ""))
        page.erasure.clicked.connect(lambda: self._erase(page.second.approver()))
        page.again.clicked.connect(self._refresh)
        page.left.connect(self._go_back)

    def open(self, request_id: str, back: Callable[[], object]) -> None:
        self._id, self._back = request_id, back
        self.page.set_disks(())  # those of the citizen before may be gone
        self.go_to(self.page, self._read)
        self._find_disks()

    def _find_disks(self) -> None:
        """A stick that hangs must not stand before a sale."""
        self.ask_slow(lambda: [str(d) for d in citizen_rights.sticks()], self.page.set_disks, self.page.fail)

    def _read(self) -> Kept:
        request = self._request()
        found = self._counter.rights.of(request.national_id)
        rights, people = self._counter.rights, self._counter.people
        names = {seat.operator.id: seat.operator.name for seat in people.seats()}
        now_ms = self._counter.context.now_ms()
        return Kept(citizen(request), len(found), supervisors(self._counter), rights.register(), names, now_ms)

    def _request(self) -> Request:
        request = self._counter.desk.requests.get(self._id)
        assert request is not None  # noqa: S101 - it was opened from a list
        return request

    def _refresh(self) -> None:
        self.ask(self._read, self.page.set_data)
        self._find_disks()

    def _copy(self, approver: Approver, disk: str) -> None:
        if not disk:
            self._refresh()
            self.page.show_notice("wait", "rights.disk.none")
            return
        if approver.asks_centre:
            self._ask_centre("copy", lambda given: self._copy(given, disk))
            return

        def work() -> tuple[bytes, str]:
            data = self._counter.rights.copy(self._request().national_id, approver)
            seq = self._counter.rights.register()[0].seq
            return data, f"manfaz-{self._counter.in_force.statement().number(seq)}.json"

        def put_away(made: tuple[bytes, str]) -> None:
            data, name = made
            self.ask_slow(
                lambda: citizen_rights.put_away(data, Path(disk), name).name,
                lambda kept: self._done("rights.copy.told", kept),
            )

        self.ask(work, put_away, wait="busy.saving")

    def _ask_centre(self, kind: What, carry_out: Callable[[Approver], None]) -> None:
        def then(approver: Approver) -> None:
            self._window.go(self.page)
            carry_out(approver)

        self._centre_approval.open(lambda: self._counter.rights.subject(kind, self._request().national_id), then)

    def _erase(self, approver: Approver) -> None:
        if approver.asks_centre:
            self._ask_centre("erasure", self._erase)
            return
        self.ask(
            lambda: self._counter.rights.ask_erasure(self._request().national_id, approver),
            lambda _count: self._done("rights.erasure.told", ""),
            wait="busy.saving",
        )

    def _done(self, key: str, name: str) -> None:
        self._window.free()
        self._refresh()
        self.page.show_notice("ok", key, f"{key}.more", name=name)

"""Oracle 8: a decision, a void, refunds here and at another till, heard or not, in every order: all adds up, or a case.

What a citizen got back, what the drawers gave, what is left of the float and what the authority is paid are compared
after every step, on both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from central.money import shop_float, till_days
from central.projection.chain_projection import Projector
from central.requests import reference_authority, refunds, review
from central.requests.reference_authority import Bill
from central.requests.refunds import RequestKey
from central.requests.review import Decision
from protocol.errors import KioskError
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual
from protocol.values.money import MAX_PT
from protocol.wire.statuses import CAME_BACK, UNDECIDED
from tests.attacks import more, tried
from tests.central.conftest import office, postgres, shared, store
from tests.harness.centre_sales import DAY, fines, sell, service, void
from tests.harness.own_centre import OPERATOR, SHOP, OwnCentre, apply_settings
from tests.harness.wire_device import Device

__all__ = ["office", "postgres", "shared", "store"]
DECISIONS: Final = ("approved", "rejected", "sent_back")
STEPS: Final = (*DECISIONS, "void", "held void", "refund", "refund elsewhere", "held refund elsewhere", "hear")
"""What may happen to a request, in any order; `hear`: what the till that sold it has written comes in."""
PLATE: Final = "سمط 1234"
FINE_PT: Final = 80_000


@dataclass
class Street:
    """A centre, two tills of one shop, and one request after the other."""

    office: OwnCentre
    one: Device = field(init=False)
    other: Device = field(init=False)

    def __post_init__(self) -> None:
        self.office.publish_catalogue()
        self.one, self.other = self._till(), self._till()
        self.office.act(shop_float.pay_in, SHOP, MAX_PT // 2, "B-1", "amal")

    def _till(self) -> Device:
        made = self.office.enrol()
        made.open_epoch()
        apply_settings(made)
        self.hear(made)
        return made

    def hear(self, till: Device) -> None:
        """What it has written since comes in."""
        new = till.items[self.office.standing(till).hwm :]
        if new:
            self.office.take(till, new)
            Projector(self.office.centre).drain()

    def sale(self) -> Story:
        """A fine is paid, and the centre has heard of it."""
        with self.office.store.writing() as session:
            session.run("DELETE FROM fine")
            reference_authority.add_fine(session, PLATE, "سرعة", "Speed", FINE_PT)
            asked = self.one.chain.device, service("traffic-fines-inquiry"), {"plate": PLATE}
            bill = reference_authority.answer(self.office.centre, session, *asked)
        assert bill is not None
        before = self.drawers(), self.float_pt()
        members = fines({"reference": bill.reference, "amount_pt": bill.amount_pt, "expiry_ms": bill.expiry_ms})
        record = sell(self.one, members)
        self.hear(self.one)
        return Story(self, bill, record, members, *before)

    def drawers(self) -> int:
        """What the centre makes of the money in both."""
        with self.office.store.reading() as session:
            days = [day for till in (self.one, self.other) for day in till_days.days(session, till.chain.device)]
        return sum(day.known["expected_pt"] for day in days)

    def float_pt(self) -> int:
        balance = self.office.read(shop_float.balance_pt, SHOP)
        assert balance is not None
        return balance


@dataclass
class Story:
    """One request. `back` counts how often its money was handed out, whether or not the centre has heard of it."""

    street: Street
    bill: Bill
    record: Record
    members: dict[str, Any]
    drawers_before: int
    float_before: int
    back: int = 0
    unheard: int = 0

    @property
    def of(self) -> RequestKey:
        return RequestKey(self.street.one.chain.device, 1, self.record.fields.seq, self.members["id"])

    def take(self, step: str) -> None:
        """What people and tills do; what the centre refuses is not done."""
        with suppress(KioskError):
            self._do(step)

    def _do(self, step: str) -> None:
        street, own = self.street, self.street.one
        if step in DECISIONS:
            self._decide(step)
        elif step == "hear":
            street.hear(own)
            self.unheard = 0
        elif step in ("void", "held void"):
            if step == "held void":
                self._hold(own, void=True)
            void(own, self.record, self.members["id"], total_pt=self.members["total_pt"], date=str(DAY))
            self.back, self.unheard = self.back + 1, self.unheard + 1
        else:
            payer = own if step == "refund" else street.other
            if step == "held refund elsewhere":
                self._hold(payer, void=False)
            self._refund(payer)

    def _decide(self, status: str) -> None:
        centre = self.street.office.centre
        with centre.store.writing() as session:
            case = review.find(session, self.members["id"])
            decision = Decision(case.seq, case.id, status, status, Bilingual("السبب", "the reason"))
            review.decide(centre, session, case, decision, "amal", review.Seen(case.decisions, "looked at again"))

    def _hold(self, till: Device, *, void: bool) -> None:
        centre, chain = self.street.office.centre, self.street.office.standing(till)
        with centre.store.writing() as session:
            refunds.hold(centre, session, chain, self.of, OPERATOR, void=void)

    def _refund(self, payer: Device) -> None:
        own = payer is self.street.one
        sold_by = {} if own else {"device": self.street.one.name}
        payer.write(EntryType.REFUND, {
            "v": 1, "op": OPERATOR, "login": 2, "id": self.of.id, "epoch": 1, "seq": self.of.seq, "method": "cash",
            "total_pt": self.members["total_pt"], "date": str(DAY), "reason": "x", **sold_by,
        })  # fmt: skip
        self.back += 1
        if own:
            self.unheard += 1
        else:
            self.street.hear(payer)

    def wrong(self) -> list[str]:
        """What does not add up, though no case says so; nothing while the centre has not heard of all."""
        if self.unheard:
            return []
        total = self.members["total_pt"]
        with self.street.office.store.reading() as session:
            status, *_ = session.one("SELECT status FROM request WHERE id = ?", self.of.id) or ("",)
            owed = bool(session.one("SELECT 1 FROM fine WHERE bill = ''"))
            told = [row for row in refunds.cases(session, 1_000) if row["subject"] == self.of.id]
        used = self.float_before - self.street.float_pt()
        faults = {
            "the citizen got it back more than once": self.back > 1,
            "the citizen got back what was approved": self.back > 0 and status == "approved",
            "the citizen got back what nobody had rejected": self.back > 0 and owed is False and status != "approved",
            "the drawers": self.street.drawers() - self.drawers_before != total * (1 - self.back),
            "the fine is owed though it was paid": self.back == 0 and owed != (status == "rejected"),
            "the float came back though the authority is paid": used == 0 and not owed,
            "the float is used for nothing": used == total and self.back == 1 and owed and status == UNDECIDED,
            "the float": used not in (0, total),
        }
        return [] if told else [fault for fault, so in faults.items() if so]


@pytest.fixture
def street(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> Street:
    monkeypatch.setattr("tests.harness.wire_device.time.time_ns", lambda: office.clock() * 1_000_000)
    return Street(office)


def live(street: Street, steps: Sequence[str]) -> list[str]:
    """One request through these steps. Answers what did not add up, and after which of them."""
    story, wrong = street.sale(), list[str]()
    for place, step in enumerate([*steps, "hear"], 1):
        story.take(step)
        wrong += [f"{' → '.join([*steps, 'hear'][:place])}: {fault}" for fault in story.wrong()]
    with street.office.store.writing() as session:
        session.run("DELETE FROM refund_hold")
    tried()
    return wrong


@pytest.mark.oracle(8)
def test_every_order_adds_up_or_is_a_case(street: Street) -> None:
    @settings(max_examples=more(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sampled_from(STEPS), max_size=6))
    @example(["void", "approved"])
    @example(["held void", "approved"])
    @example(["void", "hear", "rejected"])
    @example(["sent_back", "void", "refund elsewhere"])
    def every(steps: list[str]) -> None:
        assert live(street, steps) == []

    every()


@pytest.mark.oracle(8, planted=True)
def test_a_void_that_takes_effect_in_silence_is_found(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    real = refunds._standing

    def undecided(session: Any, of: RequestKey) -> Any:
        found = real(session, of)
        return replace(found, status=UNDECIDED) if found is not None and found.status not in CAME_BACK else found

    monkeypatch.setattr(refunds, "_standing", undecided)
    assert any("approved" in fault for fault in live(street, ("void", "approved")))

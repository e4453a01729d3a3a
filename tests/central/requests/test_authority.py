"""Live bills: given, paid once, open again when the payment falls away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from central.documents import publishing
from central.requests import reference_authority, review
from central.requests.reference_authority import Bill
from central.requests.review import Decision
from protocol.catalogue.services import PublicService
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import PaidBill
from protocol.texts import Bilingual
from tests.harness.centre_sales import fines, sell, service, void
from tests.harness.own_centre import OPERATOR, OwnCentre, apply_settings
from tests.harness.wire_device import Device

SERVICE = "traffic-fines-inquiry"


@pytest.fixture
def device(office: OwnCentre) -> Device:
    office.publish_catalogue()
    with office.store.writing() as session:
        reference_authority.add_fine(session, "س م ط 1234", "سرعة", "Speed", 30_000)
        reference_authority.add_fine(session, "سمط١٢٣٤", "إشارة", "Red light", 50_000)
    made = office.enrol()
    apply_settings(made)
    return made


def ask(office: OwnCentre, device: Device, plate: str = "سمط 1234") -> Bill:
    bill = office.act(reference_authority.answer, device.chain.device, service(SERVICE), {"plate": plate})
    assert bill is not None
    return bill


def pay(device: Device, bill: Bill, **changes: object) -> tuple[Record, str]:
    """A request that pays; its entry and its id."""
    owed = {"reference": bill.reference, "amount_pt": bill.amount_pt, "expiry_ms": bill.expiry_ms}
    members = fines({**owed, **changes})
    return sell(device, members), members["id"]


def codes(office: OwnCentre) -> list[str]:
    return [row[0] for row in office.rows("SELECT code FROM request ORDER BY seq")]


def state(office: OwnCentre, bill: Bill) -> str:
    row = office.row("SELECT state FROM bill WHERE reference = ?", bill.reference)
    return str(row[0])


def in_time(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop's clock agrees with the centre's."""
    monkeypatch.setattr("tests.harness.wire_device.time.time_ns", lambda: office.clock() * 1_000_000)


def test_a_bill_adds_up_and_expires_in_a_quarter_of_an_hour(office: OwnCentre, device: Device) -> None:
    bill = ask(office, device)
    assert bill.amount_pt == 80_000 == sum(amount for *_, amount in bill.lines)
    assert bill.expiry_ms == office.clock() + 15 * 60_000
    assert bill.lines[0][:2] == ("سرعة", "Speed")


def test_a_plate_without_fines_has_no_bill(office: OwnCentre, device: Device) -> None:
    asked = device.chain.device, service(SERVICE)
    assert office.act(reference_authority.answer, *asked, {"plate": "أ ب ج 1"}) is None
    with pytest.raises(Refused, match="plate_"):
        office.act(reference_authority.answer, *asked, {"plate": "1234"})


def test_a_paid_bill_leaves_nothing_owed(office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    pay(device, bill)
    office.arrive(device)
    assert (codes(office), state(office, bill)) == ([""], "paid")
    with office.store.writing() as session:
        asked = device.chain.device, service(SERVICE), {"plate": "سمط1234"}
        assert reference_authority.answer(office.centre, session, *asked) is None
        assert {row[4] for row in reference_authority.fines(session)} == {bill.reference}


def test_nobody_pays_twice(office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    in_time(office, monkeypatch)
    one, two = ask(office, device), ask(office, device)
    for bill in (one, two, one):
        pay(device, bill)
    office.arrive(device)
    assert codes(office) == ["", "bill_paid", "bill_paid"]


def test_a_bill_is_good_for_its_device_service_amount_and_time(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    other = office.enrol()
    bill, foreign = ask(office, device), ask(office, other)
    pay(device, foreign)
    pay(device, replace(bill, reference="TF-NONE"))
    pay(device, replace(bill, amount_pt=1))
    office.clock.ms += reference_authority.BILL_LIFE_MS + reference_authority.GRACE_MS + 1
    pay(device, bill)
    office.arrive(device)
    assert codes(office) == ["bill_unknown", "bill_unknown", "bill_mismatch", "bill_expired"]


@pytest.mark.parametrize(("late_ms", "code"), [(0, ""), (1, "bill_expired")])
def test_a_bill_may_be_paid_five_minutes_after_its_end_by_the_shops_clock(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch, late_ms: int, code: str
) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    office.clock.ms += (15 + 5) * 60_000 + late_ms
    pay(device, bill)
    office.arrive(device)
    assert codes(office) == [code]


@pytest.mark.parametrize(("status", "stands"), [("approved", "paid"), ("sent_back", "reopened")])
def test_a_refund_opens_the_bill_of_what_came_back_and_of_nothing_else(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch, status: str, stands: str
) -> None:
    """Paid back though it was approved, it is a case for people; the authority has its money."""
    in_time(office, monkeypatch)
    bill = ask(office, device)
    sold, one = pay(device, bill)
    office.arrive(device)
    decide(office, one, status)
    members = {"id": one, "epoch": 1, "seq": sold.fields.seq, "total_pt": bill.amount_pt, "reason": "x"}
    device.write(EntryType.REFUND, {"v": 1, "op": OPERATOR, "login": 2, **members})
    office.arrive(device)
    assert state(office, bill) == stands


def test_after_a_void_the_fines_are_owed_again(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    sold, one = pay(device, bill)
    void(device, sold, one)
    office.arrive(device)
    assert state(office, bill) == "reopened"
    assert ask(office, device).amount_pt == 80_000


@pytest.mark.parametrize("together", [True, False])
def test_what_was_voided_and_sold_again_is_paid_however_it_comes_up(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch, *, together: bool
) -> None:
    """Asked again before the centre had heard of the void: a slow line brings all three at once."""
    in_time(office, monkeypatch)
    first, second = ask(office, device), ask(office, device)
    sold, one = pay(device, first)
    void(device, sold, one)
    if not together:
        office.arrive(device)
    pay(device, second)
    office.arrive(device)
    assert codes(office) == ["", ""]
    assert (state(office, first), state(office, second)) == ("reopened", "paid")


def test_a_void_frees_nothing_for_what_was_sold_before_it(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    first, second = ask(office, device), ask(office, device)
    sold, one = pay(device, first)
    pay(device, second)
    void(device, sold, one)
    office.arrive(device)
    assert codes(office) == ["", "bill_paid"]


def test_after_a_rejection_the_fines_are_owed_again(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    _, one = pay(device, bill)
    office.arrive(device)
    with office.store.writing() as session:
        case = review.find(session, one)
        review.decide(
            office.centre, session, case, Decision(case.seq, one, "rejected", "x", Bilingual("أ", "a")), "amal"
        )
    assert ask(office, device).amount_pt == 80_000


def decide(office: OwnCentre, one: str, status: str, code: str = "x") -> None:
    with office.store.writing() as session:
        case = review.find(session, one)
        decision, seen = (
            Decision(case.seq, one, status, code, Bilingual("أ", "a")),
            review.Seen(case.decisions, "looked at again"),
        )
        review.decide(office.centre, session, case, decision, "amal", seen)


def paid_by(office: OwnCentre) -> set[str]:
    with office.store.reading() as session:
        return {row[4] for row in reference_authority.fines(session)}


def test_an_approval_after_a_rejection_pays_the_fines_again(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    _, one = pay(device, bill)
    office.arrive(device)
    for status, payer, found in (("rejected", "", "reopened"), ("approved", bill.reference, "paid")) * 2:
        decide(office, one, status)
        assert (paid_by(office), state(office, bill)) == ({payer}, found)
    decide(office, one, "sent_back")
    assert (paid_by(office), state(office, bill)) == ({bill.reference}, "paid")


def test_a_bill_that_came_too_late_is_paid_by_an_approval_and_owed_again_by_a_rejection(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    office.clock.ms += reference_authority.BILL_LIFE_MS + reference_authority.GRACE_MS + 1
    _, one = pay(device, bill)
    office.arrive(device)
    assert (codes(office), paid_by(office)) == (["bill_expired"], {""})
    decide(office, one, "approved")
    assert (paid_by(office), state(office, bill)) == ({bill.reference}, "paid")
    decide(office, one, "rejected")
    assert (paid_by(office), state(office, bill)) == ({""}, "reopened")


def test_fines_that_another_bill_has_paid_meanwhile_are_not_paid_again(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    one, two = ask(office, device), ask(office, device)
    _, first = pay(device, one)
    office.arrive(device)
    decide(office, first, "rejected")
    pay(device, two)
    office.arrive(device)
    with pytest.raises(Refused, match="bill_lost"):
        decide(office, first, "approved")
    assert (paid_by(office), state(office, one)) == ({two.reference}, "reopened")
    assert office.read(review.find, first).status == "rejected"


def test_a_second_request_for_a_paid_bill_cannot_be_approved(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time(office, monkeypatch)
    bill = ask(office, device)
    pay(device, bill)
    _, again = pay(device, bill)
    office.arrive(device)
    with pytest.raises(Refused, match="bill_lost"):
        decide(office, again, "approved")
    assert paid_by(office) == {bill.reference}


def test_fines_of_one_plate_can_be_listed(office: OwnCentre, device: Device) -> None:
    with office.store.reading() as session:
        assert len(reference_authority.fines(session, "ط م س 1234")) == 0
        assert len(reference_authority.fines(session, "سمط1234")) == 2


# ---- what is not a plate


def offered(office: OwnCentre, name: str) -> PublicService:
    found = publishing.newest_catalogue(office.centre)
    assert found is not None
    return found.service(name)


def told(office: OwnCentre, device: Device, name: str, fields: dict[str, object]) -> Bill | None:
    return office.act(reference_authority.answer, device.chain.device, offered(office, name), fields)


def on_record(office: OwnCentre, name: str, fields: dict[str, object], amount_pt: int) -> None:
    with office.store.writing() as session:
        reference_authority.add_record(
            session, reference_authority.subject(offered(office, name), fields), "مستحق", "Owed", amount_pt
        )


def test_what_a_service_is_asked_about_is_what_its_form_requires(office: OwnCentre, device: Device) -> None:
    asked: dict[str, object] = {"company": "south_cairo", "account_no": "4567", "mobile": "01012345678"}
    on_record(office, "electricity-bill", asked, 12_500)
    bill = told(office, device, "electricity-bill", asked | {"mobile": "01112345678"})
    assert bill is not None
    assert (bill.amount_pt, bill.lines) == (12_500, (("مستحق", "Owed", 12_500),))
    assert told(office, device, "electricity-bill", asked | {"account_no": "4568"}) is None
    assert told(office, device, SERVICE, {"plate": "سمط 1234"}) is not None


def test_a_sign_that_no_database_takes_finds_nothing_and_stops_nothing(office: OwnCentre, device: Device) -> None:
    """A till that was tampered with; PostgreSQL would refuse it with an error of its own."""
    assert told(office, device, "electricity-bill", {"company": "south_cairo", "account_no": "45\0"}) is None
    bill = told(office, device, "electricity-prepaid", {"company": "a\0b", "meter_no": "\0", "amount": 500})
    assert bill is not None


def test_an_inquiry_is_told_facts_and_there_is_no_bill_to_pay(office: OwnCentre, device: Device) -> None:
    asked: dict[str, object] = {"court": "محكمة", "case_type": "civil", "case_no": "1", "case_year": "2024"}
    assert told(office, device, "case-inquiry", asked) is None
    on_record(office, "case-inquiry", asked, 0)
    for _ in range(2):
        answer = told(office, device, "case-inquiry", asked)
        assert answer is not None
        assert (answer.amount_pt, answer.lines) == (0, (("مستحق", "Owed", 0),))
    assert office.rows("SELECT reference FROM bill WHERE service = 'case-inquiry'") == []


@pytest.mark.parametrize("amount", [0, -1, True, "100", None, 2**60])
def test_a_top_up_is_the_sum_that_was_asked_for(office: OwnCentre, device: Device, amount: object) -> None:
    asked: dict[str, object] = {"company": "south_cairo", "meter_no": "4567", "amount": amount}
    assert told(office, device, "electricity-prepaid", asked) is None
    bill = told(office, device, "electricity-prepaid", asked | {"amount": 15_000})
    assert bill is not None
    assert bill.amount_pt == 15_000


def test_a_top_up_is_paid_once(office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    in_time(office, monkeypatch)
    asked: dict[str, object] = {"company": "south_cairo", "meter_no": "4567", "amount": 15_000}
    bill = told(office, device, "electricity-prepaid", asked)
    assert bill is not None
    paid, device_id = PaidBill(bill.reference, 15_000), device.chain.device
    with office.store.writing() as session:
        assert reference_authority.pay(session, device_id, "electricity-prepaid", paid, office.clock()) == ""
        assert reference_authority.pay(session, device_id, "electricity-prepaid", paid, office.clock()) == "bill_paid"

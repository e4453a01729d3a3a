"""The days of the tills and the floats at the centre, on both stores; what cannot be read moves nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from central.cli.shop_commands import _till_row
from central.documents import publishing
from central.money import shop_float, till_days
from central.projection.chain_projection import Projector
from central.requests import receipt_check
from protocol.clock import HOUR_MS
from protocol.documents.settings import Commissions
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record, read_body
from protocol.texts import Bilingual
from protocol.values.money import MAX_PT
from tests.harness import centre_sales
from tests.harness.centre_sales import birth, sell, void
from tests.harness.own_centre import OPERATOR, SHOP, OwnCentre, apply_settings
from tests.harness.wire_device import Device

DAY = str(centre_sales.DAY)


@pytest.fixture
def device(office: OwnCentre) -> Device:
    office.publish_catalogue()
    made = office.enrol()
    made.open_epoch()
    apply_settings(made)
    made.write(EntryType.DAY_OPEN, {"v": 1, "op": OPERATOR, "login": 1, "date": DAY, "opening_pt": 5_000})
    return made


def write(device: Device, entry: EntryType, **members: Any) -> Record:
    return device.write(entry, {"v": 1, "op": OPERATOR, "login": 1, "date": DAY, **members})


def days(office: OwnCentre, device: Device) -> list[till_days.TillDay]:
    return office.read(till_days.days, device.chain.device)


def honest(office: OwnCentre, device: Device, place: int = 0) -> dict[str, Any]:
    """What a till says of one of its days that counts as the centre does."""
    return {**days(office, device)[place].known, "counted_pt": 5_000, "difference_pt": 0, "date": DAY}


def test_every_money_entry_is_posted_under_its_day(office: OwnCentre, device: Device) -> None:
    one, two = birth(commission_pt=9_999), birth(method="card", reference="8812")
    first = sell(device, one)
    sell(device, two)
    void(device, first, one["id"], date=DAY, total_pt=one["total_pt"], method="cash")
    write(device, EntryType.CASH, kind="in", amount_pt=700)
    write(device, EntryType.CASH, kind="out", amount_pt=200)
    write(device, EntryType.CASH, kind="deposit", amount_pt=1_000)
    write(device, EntryType.REFUND, id=two["id"], epoch=1, seq=first.fields.seq + 1, total_pt=100, method="card")
    office.arrive(device)
    (day,) = days(office, device)
    total = one["total_pt"]
    wanted = {
        "opening_pt": 5_000, "count": 2, "sum_pt": 2 * total, "cash_pt": total, "noncash_pt": total,
        "commission_pt": 0, "void_pt": total, "voids": 1, "refund_pt": 100, "refunds": 1, "cash_in_pt": 700,
        "cash_out_pt": 200, "deposit_pt": 1_000, "expected_pt": 5_000 + 700 - 200 - 1_000, "grand_total_pt": 2 * total,
    }  # fmt: skip
    assert {name: day.known[name] for name in wanted} == wanted
    assert day.known["government_pt"] + day.known["service_pt"] == 2 * total
    assert (day.said, day.disagreeing) == (None, ())
    row = office.row("SELECT refunded_by FROM request WHERE id = ?", two["id"])
    assert row[0] > 0


def test_a_close_that_says_the_same_agrees_and_another_does_not(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    office.arrive(device)
    said = honest(office, device)
    write(device, EntryType.DAY_CLOSE, **said)
    office.arrive(device)
    (day,) = days(office, device)
    assert day.disagreeing == ()
    assert _till_row(day)["agrees"] == "yes"
    write(device, EntryType.DAY_CLOSE, **{**said, "sum_pt": 1})
    office.arrive(device)
    assert days(office, device)[0].disagreeing == (), "a day is closed once"


def test_what_a_till_says_otherwise_is_shown_beside_what_is_known(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    office.arrive(device)
    write(device, EntryType.DAY_CLOSE, **{**honest(office, device), "sum_pt": 1, "expected_pt": 2})
    office.arrive(device)
    (day,) = days(office, device)
    assert day.disagreeing == ("sum_pt", "expected_pt")
    assert _till_row(day)["agrees"] == "sum_pt, expected_pt"


def test_a_day_nobody_has_closed_is_open_and_one_with_a_difference_waits(office: OwnCentre, device: Device) -> None:
    office.arrive(device)
    assert _till_row(days(office, device)[0])["agrees"] == "open"
    write(device, EntryType.DAY_CLOSE, **honest(office, device), pending=True)
    office.arrive(device)
    assert _till_row(days(office, device)[0])["agrees"] == "pending"


def test_a_difference_agreed_to_afterwards_waits_no_more(office: OwnCentre, device: Device) -> None:
    office.arrive(device)
    closed = write(device, EntryType.DAY_CLOSE, **honest(office, device), pending=True)
    agree = {"kind": "override", "what": "day_close", "of": closed.fields.seq, "epoch": 1}
    for who, more in (("boss", {}), ("late", {}), (7, {}), ("x", {"of": "1"}), ("y", {"epoch": None, "of": 99})):
        device.write(EntryType.LOGIN, {"v": 1, **agree, "op": who, "login": 1, **more})
    office.arrive(device)
    (day,) = days(office, device)
    assert day.said is not None
    assert day.said["agreed_by"] == "boss"
    assert _till_row(day)["agrees"] == "yes"


def test_the_grand_total_grows_over_the_days(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    sell(device, birth(date="2026-11-26"))
    office.arrive(device)
    one, two = days(office, device)
    assert two.known["grand_total_pt"] == one.known["sum_pt"] + two.known["sum_pt"]


# ---- a date that is opened again


def test_each_opening_of_a_date_has_its_own_sums_and_its_own_close(office: OwnCentre, device: Device) -> None:
    first, second = sell(device, birth()), birth(day_number=2)
    office.arrive(device)
    write(device, EntryType.DAY_CLOSE, **honest(office, device))
    write(device, EntryType.DAY_OPEN, opening_pt=700, day_number=2)
    sell(device, second)
    write(device, EntryType.CASH, kind="in", amount_pt=25, day_number=2)
    void(device, first, _id_of(first), date=DAY, day_number=2, total_pt=100)
    office.arrive(device)
    write(device, EntryType.DAY_CLOSE, **{**honest(office, device, 1), "day_number": 2})
    office.arrive(device)
    one, two = days(office, device)
    assert [_till_row(day)["day"] for day in (one, two)] == [DAY, f"{DAY} (2)"]
    assert [_till_row(day)["agrees"] for day in (one, two)] == ["yes", "yes"]
    assert (one.known["count"], one.known["void_pt"], one.known["opening_pt"]) == (1, 0, 5_000)
    assert (two.known["count"], two.known["void_pt"], two.known["cash_in_pt"]) == (1, 100, 25)
    assert two.known["grand_total_pt"] == one.known["sum_pt"] + second["total_pt"]


def _id_of(record: Record) -> str:
    return str(read_body(record.body)["id"])


def test_the_grand_total_follows_the_order_of_the_journal_not_of_the_dates(office: OwnCentre, device: Device) -> None:
    """A clock that was a year ahead, then right again."""
    write(device, EntryType.DAY_OPEN, opening_pt=0, date="2027-11-25")
    sell(device, birth(date="2027-11-25"))
    write(device, EntryType.DAY_OPEN, opening_pt=0, day_number=2)
    sell(device, birth(day_number=2))
    office.arrive(device)
    found = days(office, device)
    assert [day.day.label for day in found] == [DAY, "2027-11-25", f"{DAY} (2)"]
    fee = birth()["total_pt"]
    assert [day.known["grand_total_pt"] for day in found] == [0, fee, 2 * fee]


def test_a_day_that_a_new_epoch_goes_on_with_is_one_day(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    office.arrive(device)
    next_epoch = office.enrol(device.chain.device)
    next_epoch.open_epoch()
    apply_settings(next_epoch)
    sell(next_epoch, birth())
    write(next_epoch, EntryType.DAY_CLOSE, count=2)
    office.arrive(next_epoch)
    (day,) = days(office, device)
    assert (day.epoch, day.known["count"]) == (1, 2)
    assert day.said is not None
    assert "count" not in day.disagreeing


def test_a_day_that_a_new_epoch_opens_anew_is_another(office: OwnCentre, device: Device) -> None:
    """The till was put back to a copy of the morning, and opened the same date again under the same number."""
    sell(device, birth())
    write(device, EntryType.DAY_CLOSE, count=1)
    office.arrive(device)
    put_back = office.enrol(device.chain.device)
    put_back.open_epoch()
    apply_settings(put_back)
    write(put_back, EntryType.DAY_OPEN, opening_pt=1)
    write(put_back, EntryType.DAY_CLOSE, count=0)
    office.arrive(put_back)
    one, two = days(office, device)
    assert [(day.epoch, day.known["count"]) for day in (one, two)] == [(1, 1), (2, 0)]
    assert "count" not in (*one.disagreeing, *two.disagreeing)


def test_a_close_of_a_day_that_no_entry_tells_of_is_shown(office: OwnCentre, device: Device) -> None:
    write(device, EntryType.DAY_CLOSE, date="2026-11-24", count=3)
    office.arrive(device)
    found = {day.day.date: day for day in days(office, device)}
    assert "count" in found["2026-11-24"].disagreeing


@pytest.mark.parametrize(
    ("amount", "posted"),
    [(0, 0), (700, 700), (MAX_PT, MAX_PT), (-1, 0), (MAX_PT + 1, 0), (True, 0), ("7", 0), (7.0, 0), (None, 0)],
)
def test_what_is_no_amount_posts_nothing(amount: object, posted: int) -> None:
    said = {"date": DAY, "kind": "in", "amount_pt": amount}
    (found,) = till_days.postings(5, bodies.entry(EntryType.CASH, said), Commissions())
    assert found == till_days.Posting(5, DayKey(DAY), "cash_in", posted)


@pytest.mark.parametrize(
    ("number", "taken_for"),
    [(0, 1), (-1, 1), ("2", 1), (2.5, 1), (True, 1), (None, 1), (1_001, 1), (10**12, 1), (1_000, 1_000)],
)
def test_a_number_that_is_none_is_the_first(office: OwnCentre, device: Device, number: object, taken_for: int) -> None:
    write(device, EntryType.CASH, kind="in", amount_pt=700, day_number=number)
    office.arrive(device)
    found = {day.day.number: day.known["cash_in_pt"] for day in days(office, device)}
    assert found == {1: 0, taken_for: 700}


def test_a_commission_is_what_the_centre_has_set_whatever_the_till_says(office: OwnCentre, device: Device) -> None:
    with office.store.writing() as session:
        changes = {"shop": {"commission_pt": 100, "commissions_pt": {"birth-cert": 175}}}
        publishing.publish_settings(office.centre, session, SHOP, changes)
    apply_settings(device, 2)
    sell(device, birth(commission_pt=9_999))
    office.arrive(device)
    write(device, EntryType.DAY_CLOSE, **{**honest(office, device), "commission_pt": 9_999})
    office.arrive(device)
    (day,) = days(office, device)
    assert (day.known["commission_pt"], day.disagreeing) == (175, ("commission_pt",))


def test_a_void_that_voids_nothing_moves_nothing(office: OwnCentre, device: Device) -> None:
    one = birth()
    sold = sell(device, one)
    for _ in range(2):
        void(device, sold, one["id"], date=DAY, total_pt=one["total_pt"])
    void(device, sold, "nobody", date=DAY, total_pt=99)
    void(device, sold, one["id"], total_pt=99)
    office.arrive(device)
    assert days(office, device)[0].known["void_pt"] == one["total_pt"]


@pytest.mark.parametrize(
    "members",
    [
        {"date": None}, {"date": "2026-11-2٥"}, {"date": "x" * 10_000}, {"date": "2026\x0011-25"}, {"date": 5},
        {"kind": "sideways", "date": DAY}, {"kind": None, "date": DAY},
    ],
)  # fmt: skip
def test_what_cannot_be_read_moves_nothing_and_stops_nothing(
    office: OwnCentre, device: Device, members: dict[str, Any]
) -> None:
    base = {"v": 1, "op": OPERATOR, "login": 1, "kind": "in", "amount_pt": 700, "id": 5, "epoch": "1", "seq": None}
    for entry in (EntryType.CASH, EntryType.DAY_OPEN, EntryType.DAY_CLOSE):
        device.write(entry, {**base, "opening_pt": -5, **members})
    device.write(EntryType.REFUND, base)
    device.write(EntryType.REQUEST, {"v": 1, "date": DAY, "fees": {"a": 1}})
    office.arrive(device)
    known = {one.day.date: one.known for one in days(office, device)}
    assert known[DAY]["cash_in_pt"] == 0
    assert known[DAY]["sum_pt"] == 0


# ---- the float


def balances(office: OwnCentre, device: Device) -> list[dict[str, Any]]:
    return [item for item in office.feed(device) if item["kind"] == "float"]


def pay_in(office: OwnCentre, amount_pt: int, shop: str = SHOP, reference: str = "R-1") -> int:
    return office.act(shop_float.pay_in, shop, amount_pt, reference, "amal")


def test_a_shop_that_never_paid_in_hears_of_no_float(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    office.arrive(device)
    assert balances(office, device) == []
    assert office.read(shop_float.balance_pt, SHOP) is None


def test_what_is_taken_uses_the_float_and_a_void_gives_it_back(office: OwnCentre, device: Device) -> None:
    one = birth()
    sold = sell(device, one)
    office.arrive(device)
    assert pay_in(office, 50_000) == 50_000 - one["total_pt"]
    (told,) = balances(office, device)
    assert (told["balance_pt"], told["epoch"], told["seq"]) == (50_000 - one["total_pt"], 1, sold.fields.seq)
    void(device, sold, one["id"], date=DAY, total_pt=one["total_pt"])
    write(device, EntryType.REFUND, id=one["id"], epoch=1, seq=sold.fields.seq, total_pt=one["total_pt"])
    office.arrive(device)
    (told,) = balances(office, device)
    assert told["balance_pt"] == 50_000, "a refund gives nothing back before finance confirms it"
    assert pay_in(office, 1, reference="R-2") == 50_001
    with pytest.raises(Refused, match="float_twice"):
        pay_in(office, 1, reference="R-2")


def take_back(
    office: OwnCentre, staff: str, reference: str = "R-1", why: str = "wrong shop", shop: str = SHOP
) -> str | None:
    return office.act(shop_float.reverse, shop, reference, why, staff)


def test_a_payment_typed_wrong_is_taken_back_whole_by_two_and_can_be_typed_again(
    office: OwnCentre, device: Device
) -> None:
    office.arrive(device)
    pay_in(office, 500_000)
    pay_in(office, 7, reference="R-2")
    assert take_back(office, "amal") is None, "a proposal alone moves nothing"
    assert balances(office, device)[0]["balance_pt"] == 500_007
    with pytest.raises(Refused, match="second_person"):
        take_back(office, "amal")
    assert take_back(office, "badr", why="another") is None, "for another reason it is a proposal again"
    assert take_back(office, "amal", why="another") == "badr"
    (told,) = balances(office, device)
    assert told["balance_pt"] == 7
    assert pay_in(office, 50_000) == 50_007
    with office.store.reading() as session:
        row = session.one("SELECT staff, subject, detail FROM audit WHERE act = 'float.reversed'")
        entries = session.all("SELECT amount_pt FROM float_entry WHERE reference = 'R-1' ORDER BY n")
    assert row is not None
    detail = {"amount_pt": 500_000, "reference": "R-1", "because": "another", "first": "badr"}
    assert (row[0], row[1], json.loads(row[2])) == ("amal", SHOP, detail)
    assert [amount for (amount,) in entries] == [500_000, -500_000, 50_000], "nothing is wiped out"


@pytest.mark.parametrize("reference", ["R-9", "R-1"])
def test_only_what_was_paid_in_and_stands_is_taken_back(office: OwnCentre, reference: str) -> None:
    pay_in(office, 5)
    take_back(office, "amal")
    take_back(office, "badr")
    for staff in ("amal", "badr"):
        with pytest.raises(Refused, match="float_unpaid"):
            take_back(office, staff, reference)
    with pytest.raises(Refused, match="no_shop"):
        take_back(office, "amal", shop="NOWHERE")


def test_a_shop_that_was_paid_in_for_by_mistake_alone_has_no_float_again(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    office.arrive(device)
    pay_in(office, 50_000)
    take_back(office, "amal")
    take_back(office, "badr")
    assert office.read(shop_float.balance_pt, SHOP) is None
    (told,) = balances(office, device)
    assert told == {"kind": "float", "none": True, "at_ms": told["at_ms"]}
    sell(device, birth())
    office.arrive(device)
    assert balances(office, device) == [told], "told once"
    pay_in(office, 50_000)
    assert balances(office, device)[0]["balance_pt"] < 50_000


def test_a_float_is_of_a_shop_that_exists(office: OwnCentre) -> None:
    with pytest.raises(Refused, match="no_shop"):
        pay_in(office, 1, "NOWHERE")


def test_a_till_without_a_journal_is_told_nothing_yet(office: OwnCentre, device: Device) -> None:
    office.run("DELETE FROM projection WHERE device = ?", device.chain.device)
    pay_in(office, 5)
    assert balances(office, device) == []
    assert Projector(office.centre).drain() == 0


def test_the_public_page_says_that_the_fees_went_back(office: OwnCentre, device: Device) -> None:
    one = birth()
    sold = sell(device, one)
    write(device, EntryType.REFUND, id=one["id"], epoch=1, seq=sold.fields.seq, total_pt=one["total_pt"])
    office.arrive(device)
    asked = receipt_check.Scanned(device.name[:8], sold.fields.seq, sold.hash)
    shown = receipt_check.find(office.centre, asked)
    assert shown is not None
    assert shown.state == "refunded"


def test_the_public_page_names_the_shop_of_the_sale_after_a_move(office: OwnCentre, device: Device) -> None:
    sold = sell(device, birth())
    office.arrive(device)
    moved(office, device)
    asked = receipt_check.Scanned(device.name[:8], sold.fields.seq, sold.hash)
    shown = receipt_check.find(office.centre, asked)
    assert shown is not None
    assert shown.shop == Bilingual("منفذ الدقي", "Dokki counter")
    typed = receipt_check.Typed(SHOP, device.statement.till, 1, sold.fields.seq, sold.hash)
    assert receipt_check.find(office.centre, typed) == shown
    assert receipt_check.find(office.centre, replace(typed, shop="ALX-1", till=1, epoch=2)) is None


def test_what_was_asked_in_vain_is_forgotten(office: OwnCentre) -> None:
    def ask(seq: int) -> None:
        receipt_check.find(office.centre, receipt_check.Scanned("0" * 8, seq, bytes(10)))

    def kept() -> set[int]:
        return {row[0] for row in office.rows("SELECT seq FROM missed_receipt")}

    for seq in (1, 2, 2):
        ask(seq)
    assert (receipt_check.purge_missed(office.centre), kept()) == (0, {1, 2})
    office.clock.ms += 25 * HOUR_MS
    assert (receipt_check.purge_missed(office.centre), kept()) == (1, {2})
    office.clock.ms += 30 * 24 * HOUR_MS
    assert (receipt_check.purge_missed(office.centre), kept()) == (1, set())


# ---- a till that moves


def moved(office: OwnCentre, device: Device) -> None:
    """As another shop's slot, approved by a second person, leaves it: a second epoch."""
    office.run("INSERT INTO shop VALUES ('ALX-1', 'الرمل', 'Raml', '{}', 0, 0, '', '')")
    office.enrol(device.chain.device, shop="ALX-1")


def test_what_a_till_took_in_its_old_shop_stays_in_that_shops_float(office: OwnCentre, device: Device) -> None:
    sell(device, one := birth())
    office.arrive(device)
    pay_in(office, 100_000)
    moved(office, device)
    pay_in(office, 50_000, "ALX-1", "R-2")
    with office.store.reading() as session:
        assert shop_float.balance_pt(session, SHOP) == 100_000 - one["total_pt"]
        assert shop_float.balance_pt(session, "ALX-1") == 50_000


def test_a_till_that_has_moved_hears_of_its_new_shops_float_alone(office: OwnCentre, device: Device) -> None:
    pay_in(office, 100_000)
    moved(office, device)
    (told,) = balances(office, device)
    assert told["none"] is True
    sell(device, birth())
    office.arrive(device)  # of its old epoch, late: by then it is no till of that shop
    assert balances(office, device) == [told]
    pay_in(office, 50_000, "ALX-1", "R-2")
    (told,) = balances(office, device)
    assert (told["balance_pt"], told["epoch"], told["seq"]) == (50_000, 2, 0)


def test_a_new_till_hears_at_once_of_the_float_of_its_shop(office: OwnCentre, device: Device) -> None:
    pay_in(office, 100_000)
    (told,) = balances(office, office.enrol())
    assert (told["balance_pt"], told["epoch"], told["seq"]) == (100_000, 1, 0)

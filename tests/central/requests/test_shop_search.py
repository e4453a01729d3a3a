"""What the tills of one shop find of each other at the centre, on both stores; and what no other shop finds."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest

from central.requests import erasure, review, shop_search
from central.requests.review import Decision
from central.requests.shop_search import ShopQuery
from protocol.journal import personal
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from protocol.journal.receipt_code import receipt_code
from protocol.texts import Bilingual
from protocol.values.finding import ScannedPaper, TypedPaper
from tests.harness import own_centre
from tests.harness.centre_sales import DAY, birth, sell, void
from tests.harness.own_centre import OPERATOR, OwnCentre, apply_settings
from tests.harness.wire_device import Device

WHO = {"name": "منى أحمد علي حسن", "national_id": "20001010100014", "mobile": "01012345678"}
FEE = birth()["total_pt"]


def till(office: OwnCentre) -> Device:
    made = office.enrol()
    made.open_epoch()
    apply_settings(made)
    return made


@pytest.fixture
def shop(office: OwnCentre) -> tuple[Device, Device]:
    """Two tills of one shop."""
    office.publish_catalogue()
    return till(office), till(office)


def sold(office: OwnCentre, device: Device, fields: dict[str, Any] | None = None, **changes: Any) -> tuple[Record, str]:
    members = birth(**changes)
    frame = personal.write_frame(secrets.token_bytes(16), {"fields": WHO if fields is None else fields})
    record = sell(device, members, frame)
    office.arrive(device)
    return record, members["id"]


def decide(office: OwnCentre, one: str, status: str) -> None:
    with office.store.writing() as session:
        case = review.find(session, one)
        decision = Decision(case.seq, one, status, "R7", Bilingual("السبب", "the reason"))
        review.decide(office.centre, session, case, decision, "amal", review.Seen(case.decisions, "looked at again"))


def found(office: OwnCentre, device: Device, wanted: ShopQuery = ShopQuery()) -> list[dict[str, Any]]:  # noqa: B008 - frozen
    chain = office.standing(device)
    with office.store.reading() as session:
        rows = shop_search.search(office.centre, session, chain, wanted)
    return [shop_search.shown(office.centre, row) for row in rows]


def test_a_till_finds_what_the_other_one_sold_and_not_what_it_sold_itself(
    office: OwnCentre, shop: tuple[Device, Device]
) -> None:
    one, other = shop
    record, sold_id = sold(office, other)
    sold(office, one)
    (shown,) = found(office, one)
    assert (shown["device"], shown["epoch"], shown["seq"], shown["id"]) == (other.name, 1, record.fields.seq, sold_id)
    assert (shown["entry_hash"], shown["total_pt"], shown["op"]) == (record.hash.hex(), FEE, OPERATOR)
    assert (shown["status"], shown["decided_ms"], shown["voided_ms"], shown["refunded_ms"]) == ("pending", 0, 0, 0)
    assert shown["service"]["ar"].startswith("شهادة")
    assert sum(line["amount_pt"] for line in shown["lines"]) == FEE
    assert all(line["label"]["ar"] and line["label"]["en"] for line in shown["lines"])


def test_a_citizen_is_masked_as_in_the_counters_own_lists(office: OwnCentre, shop: tuple[Device, Device]) -> None:
    sold(office, shop[1])
    (shown,) = found(office, shop[0])
    assert shown["citizen"] == {"name": "منى أ. ع.", "id_end": "0014"}
    said = json.dumps(shown, ensure_ascii=False)
    assert not any(text in said for text in ("20001010100014", "01012345678", "حسن"))


@pytest.mark.parametrize(
    ("wanted", "finds"),
    [
        (ShopQuery(("national_id", "20001010100014")), True), (ShopQuery(("national_id", "20001010100022")), False),
        (ShopQuery(("mobile", "01012345678")), True), (ShopQuery(("mobile", "01012345679")), False),
        (ShopQuery(("code", "0" * 16)), False), (ShopQuery(("mobile", "20001010100014")), False),
        (ShopQuery(date=str(DAY)), True), (ShopQuery(date="2026-11-24"), False),
        (ShopQuery(service="birth-cert"), True), (ShopQuery(service="death-cert"), False),
        (ShopQuery(state="waiting"), True), (ShopQuery(state="refund"), False), (ShopQuery(state="rejected"), False),
        (ShopQuery(paper=ScannedPaper("ffffffff", 3)), False), (ShopQuery(paper=TypedPaper(9, 1, 3)), False),
    ],
)  # fmt: skip
def test_it_is_found_by_each_thing_that_a_citizen_holds_out(
    office: OwnCentre, shop: tuple[Device, Device], wanted: ShopQuery, finds: bool
) -> None:
    sold(office, shop[1])
    assert bool(found(office, shop[0], wanted)) is finds


def test_a_receipt_is_found_by_its_number_and_by_its_code(office: OwnCentre, shop: tuple[Device, Device]) -> None:
    one, other = shop
    record, sold_id = sold(office, other)
    for wanted in (
        ShopQuery(paper=ScannedPaper(other.name[:8], record.fields.seq)),
        ShopQuery(paper=TypedPaper(other.statement.till, 1, record.fields.seq)),
        ShopQuery(("code", receipt_code(record.hash).replace("-", "")[:16])),
    ):
        assert [shown["id"] for shown in found(office, one, wanted)] == [sold_id]
    for other_paper in (
        ScannedPaper(other.name[:8], record.fields.seq + 1),
        TypedPaper(one.statement.till, 1, record.fields.seq),
        TypedPaper(other.statement.till, 2, record.fields.seq),
    ):
        assert found(office, one, ShopQuery(paper=other_paper)) == []


def test_no_till_of_another_shop_sees_anything_of_it(
    office: OwnCentre, shop: tuple[Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    sold(office, shop[1])
    office.run("INSERT INTO shop VALUES ('ALX-9', 'x', 'x', '{}', 0, 0, '', '')")
    monkeypatch.setattr(own_centre, "SHOP", "ALX-9")
    stranger = office.enrol()
    for wanted in (
        ShopQuery(),
        ShopQuery(("national_id", "20001010100014")),
        ShopQuery(paper=ScannedPaper(shop[1].name[:8], 3)),
        ShopQuery(paper=TypedPaper(shop[1].statement.till, 1, 3)),
    ):
        assert found(office, stranger, wanted) == []


def test_a_till_that_moved_takes_nothing_of_its_old_shop_along(
    office: OwnCentre, shop: tuple[Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = shop
    _, sold_id = sold(office, other)
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES ('ALX-9', 'x', 'x', '{}', 0, 0, '', '')")
        session.run("INSERT INTO operator SELECT 'x', 'ALX-9', 'x', 'x', 'operator', 1, 0, NULL, NULL")
        session.run("UPDATE device SET shop = 'ALX-9' WHERE id = ?", other.chain.device)
    monkeypatch.setattr(own_centre, "SHOP", "ALX-9")
    assert found(office, office.enrol()) == []
    assert [shown["id"] for shown in found(office, one)] == [sold_id]


def test_what_became_of_it_is_told(office: OwnCentre, shop: tuple[Device, Device]) -> None:
    one, other = shop
    record, sold_id = sold(office, other)
    decide(office, sold_id, "approved")
    of = {"v": 1, "epoch": 1, "seq": record.fields.seq, "id": sold_id}
    for kind in ("told", "arrived", "handed", "escalated"):
        other.write(EntryType.FOLLOW_UP, {"kind": kind, **of})
    other.write(EntryType.FOLLOW_UP, {"kind": "told", **of, "id": 7})
    office.arrive(other)
    office.run("UPDATE device SET heartbeat = ?, heard_ms = 5", json.dumps({"unsent": 3}))
    (shown,) = found(office, one, ShopQuery(state="approved"))
    assert (shown["reason"]["ar"], shown["decided_ms"] > 0) == ("السبب", True)
    assert min(shown["told_ms"], shown["arrived_ms"], shown["handed_ms"]) > 0
    assert (shown["heard_ms"], shown["unsent"]) == (5, 3)


def test_a_void_is_told_with_its_time(office: OwnCentre, shop: tuple[Device, Device]) -> None:
    record, sold_id = sold(office, shop[1])
    void(shop[1], record, sold_id)
    office.arrive(shop[1])
    assert found(office, shop[0], ShopQuery(state="void"))[0]["voided_ms"] > 0
    assert found(office, shop[0], ShopQuery(state="waiting")) == []


def test_an_erased_citizen_is_found_by_the_receipt_only(office: OwnCentre, shop: tuple[Device, Device]) -> None:
    one, other = shop
    record, sold_id = sold(office, other)
    decide(office, sold_id, "rejected")
    with office.store.writing() as session:
        session.run("UPDATE chain SET durable = 99")
        erasure.erase(office.centre, session, review.find(session, sold_id), 0, "badr")
    assert found(office, one, ShopQuery(("national_id", "20001010100014"))) == []
    assert found(office, one, ShopQuery(("mobile", "01012345678"))) == []
    (shown,) = found(office, one, ShopQuery(("code", receipt_code(record.hash).replace("-", "")[:16])))
    assert shown["citizen"] == {"name": "", "id_end": ""}


def test_neither_the_number_nor_a_shop_in_common_can_be_told_from_the_tables(
    office: OwnCentre, shop: tuple[Device, Device]
) -> None:
    sold(office, shop[1])
    kept: dict[str, bytes] = dict(office.rows("SELECT kind, mac FROM request_key"))
    assert set(kept) == {"code", "national_id", "mobile"}
    assert {len(value) for value in kept.values()} == {16}
    elsewhere = shop_search.mac(office.centre, "ALX-9", "mobile", "01012345678")
    assert kept["mobile"] != elsewhere
    assert kept["mobile"] == shop_search.mac(office.centre, own_centre.SHOP, "mobile", "+20 101 234 5678")


@pytest.mark.parametrize("fees", [None, [7], [{"code": "x", "amount_pt": -1}], [{"code": 7, "amount_pt": 1}]])
def test_fee_lines_that_cannot_be_read_are_left_out_and_the_total_stays(
    office: OwnCentre, shop: tuple[Device, Device], fees: Any
) -> None:
    sold(office, shop[1], fees=fees, service="no-such", catalogue=99)
    (shown,) = found(office, shop[0])
    assert (shown["lines"], shown["total_pt"], shown["service"]["ar"]) == ([], FEE, "no-such")


def test_at_most_twenty_are_shown_and_one_more_says_that_there_are(
    office: OwnCentre, shop: tuple[Device, Device]
) -> None:
    for _ in range(shop_search.MOST + 2):
        sell(shop[1], birth())
    office.arrive(shop[1])
    assert len(found(office, shop[0])) == shop_search.MOST + 1
    assert [shown["seq"] for shown in found(office, shop[0])] == sorted(
        (shown["seq"] for shown in found(office, shop[0])), reverse=True
    )


def test_who_looked_and_by_what_is_written_down_and_for_whom_is_not(
    office: OwnCentre, shop: tuple[Device, Device]
) -> None:
    chain = office.standing(shop[0])
    wanted = ShopQuery(("national_id", "20001010100014"), ScannedPaper("ffffffff", 3), str(DAY), "x", "void")
    with office.store.writing() as session:
        shop_search.append_search(office.centre, session, chain, OPERATOR, wanted, 1)
        (row,) = session.all("SELECT staff, subject, detail FROM audit WHERE act = 'shop.searched'")
    assert row[:2] == (shop[0].name, own_centre.SHOP)
    by = ["national_id", "number", "date", "service", "state"]
    assert json.loads(row[2]) == {"op": OPERATOR, "by": by, "found": 1}

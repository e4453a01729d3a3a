"""A centre of before the till tables is brought up to date: its older days get the sums they never had. Both stores."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from central import backfill, documents, prepaid, schema
from central.migration import TYPES, Dialect
from central.schema import STEPS
from central.sqlite import SqliteStore
from central.store import Row, Session
from protocol.journal.kj01 import EntryType, read_body
from tests.central.device import Device
from tests.central.local import OPERATOR, SHOP, Office, apply_settings
from tests.central.sales import birth, sell, void
from tests.central.test_tills import DAY, balances, days, pay_in, write

FILLED: Final = next(place for place, step in enumerate(STEPS) if step.fill is not None)
"""The step that posts anew."""


@pytest.fixture
def device(office: Office) -> Device:
    """Two days of a till: one closed with a difference that was agreed to later, its date opened again; voids that
    void something and others; a commission that the centre set in between.
    """
    office.publish_catalogue()
    made = office.enrol()
    made.open_epoch()
    apply_settings(made)
    write(made, EntryType.DAY_OPEN, opening_pt=5_000)
    first = sell(made, birth())
    with office.store.writing() as session:
        documents.publish_settings(office.centre, session, SHOP, {"shop": {"commission_pt": 175}})
    apply_settings(made, 2)
    sell(made, birth(method="card", reference="8812"))
    void(made, first, str(read_body(first.body)["id"]), date=DAY, total_pt=birth()["total_pt"], method="cash")
    void(made, first, "nobody", date=DAY, total_pt=99)
    made.write(EntryType.VOID, {"v": 1, "op": OPERATOR, "id": "no request", "seq": 1, "date": DAY, "total_pt": 99})
    write(made, EntryType.CASH, kind="deposit", amount_pt=700)
    closed = write(made, EntryType.DAY_CLOSE, count=2, pending=True)
    agree = {"kind": "override", "what": "day_close", "of": closed.fields.seq, "epoch": 1}
    made.write(EntryType.LOGIN, {"v": 1, **agree, "op": OPERATOR, "login": 1})
    write(made, EntryType.DAY_OPEN, opening_pt=100, day_number=2)
    sell(made, birth(day_number=2))
    office.arrive(made)
    return made


def rows(session: Session) -> list[list[Row]]:
    return [
        session.all("SELECT * FROM till_sum ORDER BY device, epoch, day, number, name"),
        session.all("SELECT * FROM till_close ORDER BY device, epoch, seq"),
    ]


def put_back(session: Session, office: Office) -> None:
    """The tables of the days as the release before made them, with nothing in them of what it has projected."""
    dialect: Dialect = "sqlite" if isinstance(office.store, SqliteStore) else "postgres"
    for name in ("till_sum", "till_close"):
        session.run(f"DROP TABLE {name}")
    for text in (*schema._TILLS[:2], *STEPS[6].both):
        session.run(text.format(**TYPES[dialect]))
    session.run("UPDATE request SET float_pt = 0")
    session.run("DELETE FROM float_used")
    session.run("UPDATE meta SET value = ? WHERE name = 'schema'", FILLED)


def bring_up(session: Session, office: Office) -> None:
    dialect: Dialect = "sqlite" if isinstance(office.store, SqliteStore) else "postgres"
    assert schema.migrate(session, dialect, STEPS[: FILLED + 1]) == 1
    backfill.floats(session)
    session.run("UPDATE meta SET value = ? WHERE name = 'schema'", len(STEPS))


def test_the_sums_are_those_that_would_be_there_had_they_been_posted_at_once(office: Office, device: Device) -> None:
    with office.store.writing() as session:
        before = rows(session)
        put_back(session, office)
        bring_up(session, office)
        assert rows(session) == before
    one, two = days(office, device)
    assert [day.day.label for day in (one, two)] == [DAY, f"{DAY} (2)"]
    assert (one.known["commission_pt"], one.known["void_pt"]) == (175, birth()["total_pt"])
    assert one.said is not None
    assert one.said["agreed_by"] == OPERATOR
    assert two.known["grand_total_pt"] == 3 * birth()["total_pt"]


def test_they_are_the_same_whatever_the_pages(office: Office, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "PAGE", 2)
    with office.store.writing() as session:
        before = rows(session)
        put_back(session, office)
        bring_up(session, office)
        assert rows(session) == before


def test_what_was_posted_by_halves_is_not_posted_twice(office: Office, device: Device) -> None:
    """The release before had tables, and had posted only what came after it."""
    with office.store.writing() as session:
        before = rows(session)
        put_back(session, office)
        key = device.chain.device, DAY
        session.run("INSERT INTO till_sum VALUES (?, 1, ?, 'taken', 1, 8000)", *key)
        session.run(
            "INSERT INTO till_close (device, epoch, seq, day, wall_ms, body) VALUES (?, 1, 9, ?, 5, '{}')", *key
        )
        bring_up(session, office)
        assert rows(session) == before


def test_what_has_not_been_projected_is_left_to_the_projector(office: Office, device: Device) -> None:
    before = days(office, device)
    sell(device, birth(day_number=2))
    office.take(device, device.items)
    with office.store.writing() as session:
        put_back(session, office)
        bring_up(session, office)
    assert days(office, device) == before
    office.arrive(device)
    assert days(office, device)[1].known["count"] == 2


def test_an_epoch_of_another_shop_is_priced_by_that_shop(office: Office, device: Device) -> None:
    """The device has moved; what it sold in its first epoch earned by the settings of that one."""
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES ('B', 'ب', 'b', '{}', 0, 0)")
        session.run("UPDATE device SET shop = 'B' WHERE id = ?", device.chain.device)
        before = rows(session)
        put_back(session, office)
        bring_up(session, office)
        assert rows(session) == before


# ---- the float


def test_a_fee_that_was_carried_before_the_centre_knew_of_it_uses_the_float_once(office: Office) -> None:
    """The tills were brought up to date first: what they wrote was projected, and its carrying passed over."""
    office.publish_catalogue()
    device = office.enrol()
    device.open_epoch()
    apply_settings(device)
    pay_in(office, 100_000)
    old = sell(device, birth())
    sell(device, new := birth())
    back = {"id": read_body(old.body)["id"], "epoch": 1, "seq": old.fields.seq, "total_pt": new["total_pt"]}
    write(device, EntryType.REFUND, **back, method="cash", by=new["id"])
    office.arrive(device)
    with office.store.writing() as session:
        before = rows(session)
        put_back(session, office)
        session.run("UPDATE request SET refunded_device = NULL, refunded_epoch = 0")
        bring_up(session, office)
        assert rows(session) == before
        assert prepaid.balance_pt(session, SHOP) == 100_000 - new["total_pt"]


def told(office: Office, device: Device) -> dict[str, Any]:
    (item,) = balances(office, device)
    return item


def test_a_void_of_an_older_request_gives_back_no_more_than_was_taken(office: Office) -> None:
    office.publish_catalogue()
    device = office.enrol()
    device.open_epoch()
    apply_settings(device)
    sold = sell(device, birth())
    office.arrive(device)
    with office.store.writing() as session:
        put_back(session, office)
    pay_in_as_before(office, device)
    with office.store.writing() as session:
        bring_up(session, office)
    assert told(office, device)["balance_pt"] == 50_000 - birth()["total_pt"], "the till hears of it at once"
    void(device, sold, str(read_body(sold.body)["id"]), date=DAY, total_pt=birth()["total_pt"])
    office.arrive(device)
    assert told(office, device)["balance_pt"] == 50_000
    with office.store.reading() as session:
        assert prepaid.balance_pt(session, SHOP) == 50_000
        ((who, subject, detail),) = session.all(
            "SELECT staff, subject, detail FROM audit WHERE act = 'float.recounted'"
        )
    assert (who, subject) == ("centre", SHOP)
    assert json.loads(detail) == {"before_pt": 50_000, "amount_pt": 50_000 - birth()["total_pt"]}


def pay_in_as_before(office: Office, device: Device) -> None:
    assert pay_in(office, 50_000) == 50_000
    assert told(office, device)["balance_pt"] == 50_000


def test_a_till_that_was_told_right_is_not_told_again(office: Office, device: Device) -> None:
    pay_in(office, 50_000)
    before = office.feed(device)
    with office.store.writing() as session:
        put_back(session, office)
        bring_up(session, office)
    assert office.feed(device) == before


def test_a_shop_without_a_float_hears_of_none(office: Office, device: Device) -> None:
    with office.store.writing() as session:
        put_back(session, office)
        bring_up(session, office)
    assert balances(office, device) == []


def test_an_empty_centre_has_nothing_to_post(office: Office) -> None:
    with office.store.writing() as session:
        put_back(session, office)
        bring_up(session, office)
        assert rows(session) == [[], []]

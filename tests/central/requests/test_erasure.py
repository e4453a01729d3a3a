"""The end of a citizen's data: what goes, what stays, who is told, and when it is refused."""

from __future__ import annotations

import copy
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central.documents import publishing
from central.journal import ingestion
from central.projection.chain_projection import Projector
from central.requests import erasure, review, staff_requests
from central.requests.review import Decision
from central.requests.staff_requests import Refusal
from central.store.request_models import Request
from central.store.sqlite_store import SqliteStore
from protocol.clock import DAY_MS
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual
from tests.harness.centre_sales import birth, sell, void
from tests.harness.own_centre import OwnCentre, apply_settings, frame_of
from tests.harness.wire_device import Device

DAYS = 60


@pytest.fixture
def device(office: OwnCentre) -> Device:
    office.publish_catalogue()
    made = office.enrol()
    made.open_epoch()
    apply_settings(made)
    return made


def case(office: OwnCentre, sold: Record) -> Request:
    return office.read(review.find, f"{sold.fields.device.hex()[:16]}-{sold.fields.seq}")


def decide(office: OwnCentre, sold: Record, status: str) -> None:
    with office.store.writing() as session:
        found = case(office, sold)
        decision = Decision(found.seq, found.id, status, status, Bilingual("السبب", "the reason"))
        review.decide(office.centre, session, found, decision, "amal", review.Seen(found.decisions, "looked at again"))


def backed_up(office: OwnCentre) -> None:
    office.run("UPDATE chain SET durable = hwm")


def finished(office: OwnCentre, device: Device) -> Record:
    """A request that is approved, in a backup, and old enough."""
    sold = sell(device, birth())
    office.arrive(device)
    decide(office, sold, "approved")
    backed_up(office)
    office.clock.ms += DAYS * DAY_MS
    return sold


def erase(office: OwnCentre, sold: Record, staff: str = "amal") -> None:
    with office.store.writing() as session:
        erasure.erase(office.centre, session, review.find(session, case(office, sold).id), DAYS, staff)


def test_the_frame_goes_and_the_record_stays(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    other = sell(device, birth())
    office.arrive(device)
    erase(office, sold)
    assert office.rows("SELECT seq FROM personal") == [(other.fields.seq,)]
    assert office.rows("SELECT body FROM entry WHERE seq = 3") == [(sold.body,)]
    found = case(office, sold)
    assert (found.status, found.total_pt > 0) == ("approved", True)
    assert office.act(review.fields, found, "amal", "decide") == {}


def test_the_device_is_told_in_the_words_of_the_protocol(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    erase(office, sold)
    assert office.feed(device)[-1] == {
        "kind": "erase", "epoch": 1, "seq": 3, "entry_hash": sold.hash.hex(), "id": case(office, sold).id,
        "durable_hwm": 3, "at_ms": office.clock.ms,
    }  # fmt: skip


def registered(office: OwnCentre) -> list[Any]:
    return [tuple(row) for row in office.read(erasure.register, 9)]


def test_the_act_is_in_the_register_and_the_device_says_when_it_is_done(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    one = case(office, sold).id
    erase(office, sold, "badr")
    told = office.clock.ms
    assert office.rows("SELECT staff, subject FROM audit WHERE act = 'personal.erased'") == [("badr", one)]
    said = {"v": 1, "kind": "erasure", "epoch": 1, "seq": 3, "id": one}
    for members in ({**said, "id": "another"}, {**said, "seq": "3"}, {**said, "id": "a\0"}, {**said, "seq": 2}):
        device.write(EntryType.ERASURE, members)
    office.arrive(device)
    row = {"id": one, "device": device.name, "epoch": 1, "seq": 3, "staff": "badr", "at_ms": told}
    assert office.read(erasure.register, 9) == [{**row, "done_ms": 0}]
    office.clock.ms += 5
    device.write(EntryType.ERASURE, said)
    office.arrive(device)
    office.clock.ms += 5
    device.write(EntryType.ERASURE, said)
    office.arrive(device)
    assert office.read(erasure.register, 9) == [{**row, "done_ms": told + 5}]


@pytest.mark.parametrize("status", ["pending", "sent_back"])
def test_a_request_that_somebody_waits_for_keeps_its_data(office: OwnCentre, device: Device, status: str) -> None:
    sold = finished(office, device)
    decide(office, sold, status)
    office.clock.ms += DAYS * DAY_MS
    with pytest.raises(Refused, match="erase_not_final"):
        erase(office, sold)
    assert len(office.rows("SELECT 1 FROM personal")) == 1


def test_data_is_kept_as_long_as_its_service_says_after_the_final_decision(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    decide(office, sold, "rejected")
    office.clock.ms += DAYS * DAY_MS - 1
    with pytest.raises(Refused, match="erase_too_early"):
        erase(office, sold)
    office.clock.ms += 1
    erase(office, sold)
    assert office.rows("SELECT 1 FROM personal") == []


def test_the_time_runs_from_the_arrival_of_a_void(office: OwnCentre, device: Device) -> None:
    members = birth()
    sold = sell(device, members)
    office.arrive(device)
    office.clock.ms += DAYS * DAY_MS
    void(device, sold, members["id"])
    office.arrive(device)
    backed_up(office)
    with pytest.raises(Refused, match="erase_too_early"):
        erase(office, sold)
    office.clock.ms += DAYS * DAY_MS
    erase(office, sold)
    assert office.rows("SELECT 1 FROM personal") == []


def test_what_no_backup_holds_is_not_erased(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    office.run("UPDATE chain SET durable = 2")
    with pytest.raises(Refused, match="erase_not_durable"):
        erase(office, sold)
    assert len(office.rows("SELECT 1 FROM personal")) == 1


def test_what_is_erased_is_erased_once(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    erase(office, sold)
    with pytest.raises(Refused, match="erased"):
        erase(office, sold)
    assert [item["kind"] for item in office.feed(device)].count("erase") == 1


def test_the_chain_verifies_and_goes_on_with_the_frame_gone(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    erase(office, sold)
    sell(device, birth())
    assert office.take(device, device.items).chain.hwm == 4
    assert [row[0] for row in office.rows("SELECT hash FROM entry ORDER BY seq")] == [
        item.record.hash for item in device.items
    ]


def test_the_other_history_of_a_fork_loses_its_frame_and_stays_evidence(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    twin = copy.deepcopy(device)
    twin.chain = type(device.chain)(device.chain.device, 1, 2, device.items[1].record.hash)
    other = sell(twin, birth())
    assert ingestion.take(office.centre, office.standing(device), 3, 3, twin.stream(twin.items[-1:])).fork is not None
    erase(office, sold)
    assert office.rows("SELECT hash, sealed FROM equivocation") == [(other.hash, None)]


@pytest.mark.parametrize(
    "sql", ["UPDATE equivocation SET body = hash", "DELETE FROM equivocation", "DELETE FROM erasure"]
)
def test_evidence_and_register_can_still_not_be_changed(office: OwnCentre, device: Device, sql: str) -> None:
    sold = finished(office, device)
    twin = copy.deepcopy(device)
    twin.chain = type(device.chain)(device.chain.device, 1, 2, device.items[1].record.hash)
    sell(twin, birth())
    ingestion.take(office.centre, office.standing(device), 3, 3, twin.stream(twin.items[-1:]))
    erase(office, sold)
    # Each database has errors of its own; all of them say that it is not to be done.
    with pytest.raises(Exception, match="append-only"), office.store.writing() as session:
        session.run(sql)


def test_a_bill_forgets_the_plate(office: OwnCentre, device: Device) -> None:
    sold = finished(office, device)
    with office.store.writing() as session:
        session.run(
            "INSERT INTO bill VALUES ('TF-X', ?, 'traffic-fines-inquiry', 'س م ط 1234', 1, 1, 'paid', '[]')", b"d"
        )
        session.run("UPDATE request SET bill = 'TF-X'")
    erase(office, sold)
    assert office.rows("SELECT plate, amount_pt FROM bill") == [("", 1)]


@pytest.mark.parametrize(("whose", "left"), [("own", ""), ("another", "س م ط 1234")])
def test_a_bill_that_a_rejected_request_named_forgets_the_plate_too(
    office: OwnCentre, device: Device, whose: str, left: str
) -> None:
    owner = device.chain.device if whose == "own" else b"d"
    sold = sell(device, birth(bill={"reference": "TF-X", "amount_pt": 5}))
    office.arrive(device)
    with office.store.writing() as session:
        session.run(
            "INSERT INTO bill VALUES ('TF-X', ?, 'traffic-fines-inquiry', 'س م ط 1234', 1, 1, 'open', '[]')", owner
        )
        session.run("UPDATE chain SET durable = hwm")
    assert case(office, sold).status == "rejected"
    office.clock.ms += 400 * DAY_MS
    erase(office, sold)
    assert office.rows("SELECT plate FROM bill") == [(left,)]


def test_a_service_says_how_long_and_an_unknown_one_gets_the_usual_time(office: OwnCentre, device: Device) -> None:
    sold, odd = sell(device, birth()), sell(device, birth(catalogue=9))
    office.arrive(device)
    prices = publishing.catalogue(office.centre, 1)
    assert prices is not None
    days = prices.services["birth-cert"].retention.personal_days
    assert erasure.retention_days(office.centre, case(office, sold)) == days
    assert erasure.retention_days(office.centre, case(office, odd)) == erasure.DAYS


def test_the_log_of_the_embedded_database_is_emptied_of_what_was_erased(small: OwnCentre, tmp_path: Path) -> None:
    small.publish_catalogue()
    device = small.enrol()
    apply_settings(device)
    sold = sell(device, birth())
    small.arrive(device)
    decide(small, sold, "approved")
    backed_up(small)
    small.clock.ms += DAYS * DAY_MS
    erase(small, sold)
    assert isinstance(small.store, SqliteStore)
    assert small.store.checkpoint()
    assert (tmp_path / "centre.db-wal").stat().st_size == 0
    assert small.rows("SELECT 1 FROM personal") == []


def test_a_reader_keeps_the_log_for_as_long_as_it_reads(small: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    store = small.store
    assert isinstance(store, SqliteStore)
    with store.reading() as session:
        session.all("SELECT 1 FROM shop")
        with store.writing() as writer:
            writer.run("UPDATE shop SET name_en = ?", secrets.token_hex(4))
        monkeypatch.setattr("central.store.sqlite_store._PRAGMAS", ("busy_timeout = 10",))
        assert not store.checkpoint()
    assert store.checkpoint()


def test_an_unreadable_frame_is_said_and_not_a_crash(office: OwnCentre, device: Device) -> None:
    sold = sell(device, birth(), b"not JSON")
    office.arrive(device)
    assert Projector(office.centre).drain() == 0
    with office.store.writing() as session, pytest.raises(Refused, match="personal_unreadable"):
        review.fields(office.centre, session, case(office, sold), "amal", "decide")


# ---- what could not be taken


def refused(office: OwnCentre, device: Device) -> Record:
    """A refusal whose frame names somebody."""
    frame, reference = frame_of(
        {"reason": {"ar": "الاسم محمد", "en": ""}, "bring": [], "national_id": "20001010100014"}
    )
    members = {"v": 1, "kind": "refusal", "service": "birth-cert", "service_version": 1, "catalogue": 1}
    record = device.write(EntryType.REFUSAL, members | {"personal": reference}, frame)
    office.arrive(device)
    return record


def refusal(office: OwnCentre, record: Record) -> Refusal:
    found = office.read(staff_requests.find_refusal, f"{record.fields.device.hex()[:8]}-{record.fields.seq}")
    assert found is not None
    return found


def erase_refusal(office: OwnCentre, record: Record) -> None:
    office.act(erasure.erase, refusal(office, record), DAYS, "amal")


def test_a_refusal_is_erased_by_the_number_on_its_paper(office: OwnCentre, device: Device) -> None:
    record = refused(office, device)
    with pytest.raises(Refused, match="erase_too_early"):
        erase_refusal(office, record)
    office.clock.ms += DAYS * DAY_MS
    with pytest.raises(Refused, match="erase_not_durable"):
        erase_refusal(office, record)
    backed_up(office)
    erase_refusal(office, record)
    assert office.rows("SELECT * FROM personal") == []
    assert office.feed(device)[-1] == {
        "kind": "erase", "epoch": 1, "seq": record.fields.seq, "entry_hash": record.hash.hex(), "id": "",
        "durable_hwm": record.fields.seq, "at_ms": office.clock.ms,
    }  # fmt: skip
    with pytest.raises(Refused, match="erased"):
        erase_refusal(office, record)
    device.write(EntryType.ERASURE, {"v": 1, "kind": "erasure", "epoch": 1, "seq": record.fields.seq, "id": ""})
    office.arrive(device)
    assert office.read(erasure.register, 9)[0]["done_ms"] == office.clock.ms


def test_a_refusal_is_kept_as_long_as_its_service_says(office: OwnCentre, device: Device) -> None:
    found = refusal(office, refused(office, device))
    assert erasure.retention_days(office.centre, found) > 0
    assert erasure.retention_days(office.centre, replace(found, catalogue=99)) == DAYS
    device.write(EntryType.REFUSAL, {"v": 1, "kind": "guidance", "catalogue": "1"})
    office.arrive(device)
    with office.store.reading() as session:
        odd = staff_requests.find_refusal(session, f"{device.name}-{device.chain.seq}")
        assert odd is not None
        assert (odd.catalogue, odd.service) == (0, "")


@pytest.mark.parametrize("text", ["", "x", "-3", "{device}-1", "{device}-x", "{device}-999", "ffffffff-3"])
def test_what_is_no_refusal_is_not_found_as_one(office: OwnCentre, device: Device, text: str) -> None:
    refused(office, device)
    assert office.read(staff_requests.find_refusal, text.format(device=device.name)) is None


def test_a_citizens_wish_names_his_refusals_for_the_staff(office: OwnCentre, device: Device) -> None:
    record = refused(office, device)
    papers = [{"epoch": 1, "seq": record.fields.seq}, {"epoch": 1, "seq": 1}, {"epoch": 2, "seq": record.fields.seq}]
    odd: list[Any] = [7, {"epoch": "1", "seq": 3}]
    device.write(EntryType.ERASURE, {"v": 1, "kind": "asked", "requests": [], "papers": papers + odd})
    device.write(EntryType.ERASURE, {"v": 1, "kind": "asked", "requests": [], "papers": "all"})
    device.write(EntryType.EXPORT, {"v": 1, "kind": "asked", "papers": papers})
    office.arrive(device)
    with office.store.reading() as session:
        assert [row["request"] for row in staff_requests.listed(session, 9)] == [refusal(office, record).id]

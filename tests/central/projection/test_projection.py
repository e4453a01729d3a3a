"""Behind the acknowledgement: requests, decisions, voids; crash-safe, on both stores."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from dataclasses import replace
from typing import Any

import pytest

from central.projection import chain_projection
from central.projection.chain_projection import (
    FAILED_MS,
    IDLE_MS,
    SETTLE_LIMIT_MS,
    SETTLE_MS,
    ProjectionLoop,
    Projector,
)
from central.projection.parked_chains import AGAIN_MS
from central.requests import review
from central.store.request_models import Request
from protocol.catalogue.fees import ShopFees
from protocol.errors import Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from tests.harness.centre_sales import birth, body, sell, void
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.own_centre import OwnCentre, apply_settings
from tests.harness.stepper import Stepper
from tests.harness.wire_device import Device

__all__ = ["device"]


@pytest.fixture
def device(office: OwnCentre) -> Device:
    """Enrolled, with the shop's settings applied; a catalogue is in force."""
    office.publish_catalogue()
    made = office.enrol()
    made.open_epoch()
    apply_settings(made)
    return made


def case(office: OwnCentre, sold: Record) -> Request:
    return office.read(review.find, f"{uuid.UUID(bytes=sold.fields.device)}-{sold.fields.seq}")


def decisions(office: OwnCentre, device: Device) -> list[dict[str, Any]]:
    return [item for item in office.feed(device) if item["kind"] == "decision"]


def test_an_honest_request_waits_for_a_decision(office: OwnCentre, device: Device) -> None:
    members = birth()
    sold = sell(device, members)
    assert office.arrive(device) == 3
    found = case(office, sold)
    assert (found.id, found.status, found.code, found.total_pt) == (members["id"], "pending", "", members["total_pt"])
    assert decisions(office, device) == []


def test_a_wrong_fee_comes_back_rejected_with_its_reason(office: OwnCentre, device: Device) -> None:
    members = birth(total_pt=1)
    sold = sell(device, members)
    office.arrive(device)
    [told] = decisions(office, device)
    assert (told["seq"], told["entry_hash"], told["id"]) == (3, sold.hash.hex(), members["id"])
    assert (told["status"], told["code"]) == ("rejected", "fee_mismatch")
    assert "ردّ" in told["reason"]["ar"] or "رُدّ" in told["reason"]["ar"]
    assert "Refund" in told["reason"]["en"]
    assert case(office, sold).status == "rejected"


def test_the_same_request_twice_is_taken_once(office: OwnCentre, device: Device) -> None:
    members = birth()
    sell(device, members)
    again = sell(device, members)
    office.arrive(device)
    late = sell(device, members)
    office.arrive(device)
    assert [told["seq"] for told in decisions(office, device)] == [again.fields.seq, late.fields.seq]
    assert {told["code"] for told in decisions(office, device)} == {"duplicate_request"}


def test_a_void_marks_its_request_and_no_other(office: OwnCentre, device: Device) -> None:
    one, two = birth(), birth()
    first, second = sell(device, one), sell(device, two)
    gone = void(device, first, one["id"])
    void(device, second, one["id"])
    void(device, second, two["id"], seq=99)
    void(device, second, two["id"], seq="4")
    office.arrive(device)
    assert case(office, first).voided_by == gone.fields.seq
    assert case(office, second).voided_by == 0


def test_the_settings_that_the_device_had_applied_rule(office: OwnCentre, device: Device) -> None:
    from central.documents import publishing

    office.act(publishing.publish_settings, "CAI-001", {"shop": {"service_fee_pt": 2_000}})
    dearer = ShopFees(2_000, {}, vat_registered=False, vat_permille=140)
    sell(device, birth())
    apply_settings(device, 2)
    sell(device, body("birth-cert", {"copies": 1, "delivery": "pickup"}, shop=dearer))
    sell(device, birth())
    office.arrive(device)
    assert [told["seq"] for told in decisions(office, device)] == [6]


def test_settings_nobody_signed_and_odd_bodies_are_lived_with(office: OwnCentre, device: Device) -> None:
    device.write(EntryType.DOCUMENT_APPLIED, {"kind": "settings", "version": "9"})
    device.write(EntryType.DOCUMENT_APPLIED, {"kind": "catalogue", "version": 9})
    device.write(EntryType.LOGIN, {"kind": "activate"})
    device.write(999, {"anything": [1, 2, {"x": None}]})
    device.write(EntryType.DAY_CLOSE, {"date": 7})
    sell(device, birth())
    apply_settings(device, 77)
    sell(device, birth())
    assert office.arrive(device) == 10
    assert decisions(office, device) == []


def test_an_activation_code_is_good_once(office: OwnCentre, device: Device) -> None:
    operator = str(uuid.UUID(int=9))
    with office.store.writing() as session:
        session.run(
            "INSERT INTO operator VALUES (?, 'CAI-001', 'أ', 'a', 'operator', 1, 1, ?, ?)", operator, b"s", b"h"
        )
    device.write(EntryType.LOGIN, {"v": 1, "kind": "activate", "op": operator, "login": 0})
    office.arrive(device)
    assert office.rows("SELECT salt, hash FROM operator WHERE id = ?", operator) == [(None, b"h")]
    told = [item for item in office.feed(device) if item["kind"] == "operators"]
    assert [item["version"] for item in told] == [2]
    payload = json.loads(base64.b64decode(told[0]["document"]["payload"]))
    person = next(one for one in payload["operators"] if one["id"] == operator)
    assert (person["activation"], person["pins"]) == (None, [b"h".hex()]), "the PIN that was set with it stays good"


def test_an_activation_that_comes_late_ends_no_newer_code(office: OwnCentre, device: Device) -> None:
    operator, old, new = str(uuid.UUID(int=9)), b"A" * 32, b"B" * 32
    office.run("INSERT INTO operator VALUES (?, 'CAI-001', 'أ', 'a', 'operator', 1, 1, ?, ?)", operator, b"s", new)
    for used in (old.hex(), new.hex()):
        assert office.rows("SELECT salt FROM operator WHERE id = ?", operator) == [(b"s",)]
        entry = {"v": 1, "kind": "activate", "op": operator, "login": 0, "activation": used}
        device.write(EntryType.LOGIN, entry)
        office.arrive(device)
    assert office.rows("SELECT salt FROM operator WHERE id = ?", operator) == [(None,)]


def test_a_crash_in_the_middle_loses_nothing_and_doubles_nothing(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        sell(device, birth(total_pt=1))
    office.take(device, device.items)
    with monkeypatch.context() as patch:
        patch.setattr(review, "publish_decisions", lambda *_args: 1 / 0)
        Projector(office.centre).drain()
    with office.store.reading() as session:
        assert session.all("SELECT done FROM projection") == [(0,)]
        assert session.all("SELECT 1 FROM request") == []
    office.clock.ms += AGAIN_MS
    assert Projector(office.centre).drain() == 7
    assert len(decisions(office, device)) == 5


def test_a_long_chain_is_taken_in_stretches(office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_projection, "BATCH", 3)
    for _ in range(6):
        sell(device, birth(total_pt=1))
    assert office.arrive(device) == 8
    assert [told["seq"] for told in decisions(office, device)] == [3, 4, 5, 6, 7, 8]


def test_several_workers_do_the_work_once(office: OwnCentre, device: Device) -> None:
    other = office.enrol()
    for one in (device, other):
        for _ in range(30):
            sell(one, birth(total_pt=1))
        office.take(one, one.items)
    threads = [threading.Thread(target=Projector(office.centre).drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in (device, other):
        assert len(decisions(office, one)) == 30


def test_work_that_another_worker_did_meanwhile_is_left(office: OwnCentre, device: Device) -> None:
    sell(device, birth(total_pt=1))
    office.take(device, device.items)
    slow = Projector(office.centre)
    work = slow._find()
    Projector(office.centre).drain()
    slow._find = lambda _of=None: work  # type: ignore[method-assign, assignment]
    slow.project()
    assert len(decisions(office, device)) == 1


def test_one_fault_in_passing_costs_no_decision_and_is_no_complaint(office: OwnCentre, device: Device) -> None:
    sell(device, birth(total_pt=1))
    office.take(device, device.items)
    failures: list[Exception] = []
    tried: list[int] = []
    clock = FakeClock()
    worker = ProjectionLoop(replace(office.centre, mono_ms=clock.mono_ms), failures.append)
    real = worker._projector._effects

    def poisoned(work: Any) -> Any:
        tried.append(len(work.entries))
        if len(tried) == 1:
            raise KeyError("poison")
        return real(work)

    worker._projector._effects = poisoned  # type: ignore[method-assign]
    Stepper(worker, clock).run()
    assert (failures, tried) == ([], [3, 1, 2]), "less is tried where a stretch fails"
    assert len(decisions(office, device)) == 1


def driven(office: OwnCentre, said: list[Exception]) -> tuple[ProjectionLoop, Stepper, list[int]]:
    """A loop that finds nothing, and when it looked."""
    clock, looked = FakeClock(), list[int]()
    worker = ProjectionLoop(replace(office.centre, mono_ms=clock.mono_ms), said.append)

    def look() -> bool:
        looked.append(clock.mono - FakeClock().mono)
        return False

    worker._projector.project = look  # type: ignore[method-assign]
    return worker, Stepper(worker, clock), looked


def test_uploads_in_a_row_are_waited_for_but_not_for_ever(small: OwnCentre) -> None:
    worker, steps, looked = driven(small, [])
    steps.run(100)
    worker.wake()
    steps.run(SETTLE_MS)
    assert looked == [0, 100 + SETTLE_MS], "nobody else came"
    begun = looked[-1]
    for _ in range(SETTLE_LIMIT_MS // 100 + 1):
        worker.wake()
        steps.run(100)
    assert looked[2:] == [begun + SETTLE_LIMIT_MS]
    steps.run(IDLE_MS)
    assert len(looked) == 4, "what came last is looked for too"


def test_a_loop_that_is_behind_gives_way_to_uploads_half_of_the_time(small: OwnCentre) -> None:
    clock, looked = FakeClock(), list[int]()
    worker, began, stretch = ProjectionLoop(replace(small.centre, mono_ms=clock.mono_ms), print), clock.mono, 100

    def look() -> bool:
        looked.append(clock.mono - began)
        clock.pass_ms(stretch)
        return True

    worker._projector.project = look  # type: ignore[method-assign]
    while clock.mono < began + 4 * SETTLE_LIMIT_MS:
        worker.wake()
        clock.pass_ms(min(worker.step() - clock.mono, stretch))
    assert looked[0] == SETTLE_LIMIT_MS
    assert len(looked) * stretch == pytest.approx(2 * SETTLE_LIMIT_MS, rel=0.1)


def test_a_database_that_goes_away_is_said_and_asked_again(small: OwnCentre) -> None:
    said: list[Exception] = []
    worker, steps, _ = driven(small, said)

    def away() -> bool:
        raise Unavailable("database_away", reason="x")

    worker._projector.project = away  # type: ignore[method-assign]
    assert steps.run(2 * FAILED_MS) == 3
    assert [str(error) for error in said] == ["database_away(reason='x')"] * 3


def without_consent() -> dict[str, Any]:
    return {k: v for k, v in body("criminal-record", {}).items() if k != "consent"}


@pytest.mark.parametrize(
    ("members", "frame", "code"),
    [
        (without_consent(), None, "consent_missing"),
        (birth(op=str(uuid.UUID(int=8))), None, "unknown_operator"),
        (birth(tendered_pt=1), None, "cash_mismatch"),
        (birth(), b"\xff not JSON", "personal_unreadable"),
    ],
)
def test_business_gone_wrong_is_kept_and_comes_back_rejected_in_both_languages(
    office: OwnCentre, device: Device, members: dict[str, Any], frame: bytes | None, code: str
) -> None:
    bad, good = sell(device, members, frame), sell(device, birth())
    assert office.arrive(device) == 4
    assert office.standing(device).hash == good.hash
    [told] = decisions(office, device)
    assert (told["seq"], told["entry_hash"], told["status"], told["code"]) == (3, bad.hash.hex(), "rejected", code)
    assert told["reason"]["ar"].isascii() is False
    assert told["reason"]["en"].isascii()
    assert (case(office, bad).status, case(office, good).status) == ("rejected", "pending")


def visit_of(total: int, count: int = 3) -> list[dict[str, Any]]:
    """The lines of one visit, whose first says that `total` piastres were taken."""
    visit, free = str(uuid.uuid4()), {"tendered_pt": 0, "change_pt": 0}
    return [
        birth(visit=visit, line=n, lines=count, **({"tendered_pt": total + 500, "change_pt": 500} if n == 1 else free))
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("stretch", [2, 200])
def test_the_cash_of_a_visit_is_compared_with_all_its_lines(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    monkeypatch.setattr(chain_projection, "BATCH", stretch)
    each = birth()["total_pt"]
    for members in (*visit_of(3 * each), *visit_of(3 * each - 1), *visit_of(4 * each)):
        sell(device, members)
    office.arrive(device)
    assert [(told["seq"], told["code"]) for told in decisions(office, device)] == [
        (8, "cash_mismatch"), (11, "cash_mismatch")
    ]  # fmt: skip


def test_the_last_line_of_a_visit_that_never_began_is_rejected(office: OwnCentre, device: Device) -> None:
    sell(device, birth(line=9, lines=9, tendered_pt=0, change_pt=0))
    sell(device, birth(line=2, lines=2, tendered_pt=0, change_pt=0))
    office.arrive(device)
    assert [told["code"] for told in decisions(office, device)] == ["cash_mismatch"] * 2


def test_a_frame_erased_before_it_was_looked_at_breaks_nothing(office: OwnCentre, device: Device) -> None:
    sold = sell(device, birth(), b"not JSON")
    office.take(device, device.items)
    office.run("DELETE FROM personal")
    Projector(office.centre).drain()
    assert case(office, sold).status == "pending"


def test_what_an_old_epoch_sold_is_judged_by_the_shop_it_was_in(office: OwnCentre, device: Device) -> None:
    """A device enrolled again in another shop brings what it had not sent from the first."""
    sold = sell(device, birth())
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES ('ALX-1', 'الرمل', 'Raml', '{}', 0, 0, '', '')")
        session.run("UPDATE device SET shop = 'ALX-1'")
    office.arrive(device)
    found = case(office, sold)
    assert (found.status, found.code, found.shop) == ("pending", "", "CAI-001")


NUL = "a\0b"


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (EntryType.VOID, {"id": NUL, "seq": 1}),
        (EntryType.VOID, {"id": "x" * 10_000, "seq": 2**53 - 1}),
        (EntryType.LOGIN, {"kind": "activate", "op": NUL}),
        (EntryType.LOGIN, {"kind": "activate", "op": [NUL]}),
        (EntryType.LOGIN, {"kind": "activate", "op": "x", "activation": [NUL]}),
        (EntryType.ERASURE, {"kind": "erasure", "epoch": 1, "seq": 1, "id": NUL}),
        (EntryType.ERASURE, {"kind": "erasure", "epoch": -(2**53) + 1, "seq": 2**53 - 1, "id": "x"}),
        (EntryType.DOCUMENT_APPLIED, {"kind": NUL, "version": 1}),
        (EntryType.REQUEST, birth(op=NUL)),
        (EntryType.REQUEST, birth(consent={"version": NUL}, date=NUL, choices={NUL: NUL})),
        (EntryType.REQUEST, birth(visit=NUL)),
        (EntryType.REQUEST, birth(bill={"reference": NUL, "amount_pt": 1})),
    ],
)
def test_no_entry_stops_what_comes_after_it(
    office: OwnCentre, device: Device, kind: EntryType, members: dict[str, Any]
) -> None:
    """What one database refuses to be asked for would stop the decisions of a device for ever."""
    device.write(kind, members)
    good = sell(device, birth())
    assert office.arrive(device) == 4
    assert case(office, good).status == "pending"


def test_power_lost_in_the_middle_of_the_work_leaves_none_of_it_and_it_is_done_once(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, members = sell(device, birth(total_pt=1)), birth()
    sold = sell(device, members)
    void(device, sold, members["id"])
    office.take(device, device.items)

    def lost(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        # The last thing of the commit: all the rest has been written by then.
        cut.setattr("central.projection.effects.review.publish_decisions", lost)
        with pytest.raises(KeyboardInterrupt):
            Projector(office.centre).drain()
    assert office.rows("SELECT 1 FROM request") == []
    assert Projector(office.centre).drain() == 5
    assert (case(office, bad).status, case(office, sold).voided_by) == ("rejected", 5)
    assert len(decisions(office, device)) == 1

"""The centre's word that a citizen's data is to go: obeyed once, and never too early."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.events import RequestsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.service_request import Draft, Request
from protocol.clock import DAY_MS
from protocol.errors import Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.kj01 import Record
from tests.harness.sync_party import Centre, Kiosk, pair


def take(kiosk: Kiosk) -> Request:
    """One request with its row, as the desk writes it."""
    made: list[Request] = []

    def row(records: Any) -> list[Request]:
        fields, found = records[0].fields, records[0].hash
        made.append(
            Request(
                f"id-{fields.epoch}-{fields.seq}", fields.epoch, fields.seq, "visit", 1, 1, "birth-cert", 1, 1,
                "2026-11-25", fields.wall_ms, "op", 500, 500, "code", found, "تجربة تجربة", "29001010100018",
                "01000000000",
            )
        )  # fmt: skip
        return [made[0]]

    frame = {"fields": {"name": "تجربة تجربة"}}
    kiosk.journal.write([Writing(Unknown(EntryType.REQUEST, {}), frame, 500)], row)
    return made[0]


def item(request: Request, **more: Any) -> dict[str, Any]:
    told = {
        "kind": "erase", "epoch": request.epoch, "seq": request.seq, "entry_hash": request.entry_hash.hex(),
        "id": request.id, "durable_hwm": request.seq, "at_ms": 1,
    }  # fmt: skip
    return told | more


@pytest.fixture
def party() -> tuple[Centre, Kiosk, Request]:
    """A request that has gone up, and another."""
    centre, _, kiosk = pair()
    request = take(kiosk)
    take(kiosk)
    kiosk.settle()
    return centre, kiosk, request


def pull(centre: Centre, kiosk: Kiosk, *items: dict[str, Any]) -> None:
    centre.items += items
    kiosk.cycle.run_now()
    kiosk.settle()


def erasures(kiosk: Kiosk, epoch: int = 1) -> list[dict[str, Any]]:
    found = [
        item.record for item in kiosk.store.journal.export(epoch) if item.record.fields.entry_type == EntryType.ERASURE
    ]
    return [json.loads(record.body) for record in found]


def test_what_names_the_citizen_goes_and_the_record_stays(party: tuple[Centre, Kiosk, Request]) -> None:
    centre, kiosk, request = party
    before = [item.record for item in kiosk.store.journal.export(1)]
    pull(centre, kiosk, item(request))
    found = kiosk.store.requests.get(request.id)
    assert found is not None
    assert (found.name, found.national_id, found.mobile, found.total_pt) == ("", "", "", 500)
    assert kiosk.store.journal.frame(1, 1) is None
    assert kiosk.store.journal.frame(1, 2) is not None
    assert [item.record for item in kiosk.store.journal.export(1)][:2] == before[:2]
    assert RequestsChanged((request.id,)) in kiosk.heard
    assert kiosk.store.fact("alarm") is None


def test_that_it_is_done_is_journalled_in_the_commit_of_the_cursor(party: tuple[Centre, Kiosk, Request]) -> None:
    centre, kiosk, request = party
    centre.items.append(item(request))
    kiosk.cycle.run_now()
    kiosk.cycle.step()
    kiosk.store.fail_next = Unavailable("disk_full")
    kiosk.cycle.step()
    assert (kiosk.store.cursor(), kiosk.store.journal.frame(1, 1) is None, erasures(kiosk)) == (0, False, [])
    kiosk.settle()
    (body,) = erasures(kiosk)
    assert {name: body[name] for name in ("v", "kind", "epoch", "seq", "id")} == {
        "v": 1, "kind": "erasure", "epoch": 1, "seq": 1, "id": request.id
    }  # fmt: skip
    assert (kiosk.store.cursor(), max(centre.records)) == (1, 3)


def test_what_comes_twice_makes_no_second_entry(party: tuple[Centre, Kiosk, Request]) -> None:
    centre, kiosk, request = party
    pull(centre, kiosk, item(request), item(request))
    pull(centre, kiosk, item(request))
    assert len(erasures(kiosk)) == 1
    assert kiosk.store.fact("alarm") is None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"seq": 2}, "forged"), ({"epoch": 2}, "forged"), ({"id": "id-1-9"}, "forged"),
        ({"entry_hash": "00" * 32}, "forged"), ({"durable_hwm": 0}, "forged"), ({"durable_hwm": "9"}, "item_form"),
        ({"durable_hwm": None}, "item_form"),
    ],
)  # fmt: skip
def test_what_fits_nothing_or_is_not_durable_is_left_out_with_an_alarm(
    party: tuple[Centre, Kiosk, Request], more: dict[str, Any], why: str
) -> None:
    centre, kiosk, request = party
    pull(centre, kiosk, item(request, **more))
    assert kiosk.store.requests.get(request.id) == replace(request, sent=True)
    assert kiosk.store.journal.frame(1, 1) is not None
    assert (erasures(kiosk), kiosk.store.cursor()) == ([], 1)
    assert kiosk.store.fact("alarm") == f"{why} 0".encode()


@pytest.mark.parametrize("missing", ["epoch", "seq", "id", "entry_hash", "durable_hwm"])
def test_an_order_with_a_member_missing_is_left_out(party: tuple[Centre, Kiosk, Request], missing: str) -> None:
    centre, kiosk, request = party
    order = item(request)
    del order[missing]
    pull(centre, kiosk, order)
    assert (erasures(kiosk), kiosk.store.fact("alarm")) == ([], b"item_form 0")


def test_what_was_never_acknowledged_is_never_erased() -> None:
    centre, _, kiosk = pair()
    request = take(kiosk)
    centre.largest = 0  # nothing goes up
    pull_first(centre, kiosk, item(request, durable_hwm=9))
    assert kiosk.store.journal.frame(1, 1) is not None
    assert kiosk.store.fact("alarm") == b"forged 0"


def test_a_request_of_an_earlier_epoch_is_erased_too(party: tuple[Centre, Kiosk, Request]) -> None:
    centre, kiosk, request = party
    kiosk.begin_epoch(centre, 2)
    pull(centre, kiosk, item(request))
    assert kiosk.store.journal.frame(1, 1) is None
    (body,) = erasures(kiosk, 2)
    assert (body["epoch"], body["seq"]) == (1, 1)


def pull_first(centre: Centre, kiosk: Kiosk, *items: dict[str, Any]) -> None:
    """Where nothing can be pushed: a few steps, whatever they bring."""
    centre.items += items
    for _ in range(6):
        kiosk.clock.pass_ms(int(kiosk.cycle.step().seconds * 1000) + 1)


# ---- beside the requests


def refuse(kiosk: Kiosk) -> Record:
    """What could not be taken, with a frame that may name somebody."""
    frame = {"reason": {"ar": "تجربة", "en": ""}, "bring": []}
    return kiosk.journal.write([Writing(Unknown(EntryType.REFUSAL, {"kind": "refusal"}), frame)])[0]


def order(record: Record, **more: Any) -> dict[str, Any]:
    told = {
        "kind": "erase", "epoch": 1, "seq": record.fields.seq, "entry_hash": record.hash.hex(), "id": "",
        "durable_hwm": record.fields.seq, "at_ms": 1,
    }  # fmt: skip
    return told | more


def test_a_refusal_is_erased_without_a_request(party: tuple[Centre, Kiosk, Request]) -> None:
    centre, kiosk, _ = party
    record = refuse(kiosk)
    kiosk.settle()
    pull(centre, kiosk, order(record), order(record))
    assert kiosk.store.journal.frame(1, record.fields.seq) is None
    (body,) = erasures(kiosk)
    assert (body["seq"], body["id"]) == (record.fields.seq, "")
    assert kiosk.store.fact("alarm") is None


@pytest.mark.parametrize("more", [{"seq": 1}, {"seq": 99}, {"epoch": 2}, {"entry_hash": "00" * 32}, {"durable_hwm": 0}])
def test_an_order_about_no_refusal_is_left_out(party: tuple[Centre, Kiosk, Request], more: dict[str, Any]) -> None:
    centre, kiosk, _ = party
    record = refuse(kiosk)
    kiosk.settle()
    pull(centre, kiosk, order(record, **more))
    assert (erasures(kiosk), kiosk.store.fact("alarm")) == ([], b"forged 0")


def test_what_was_left_half_typed_of_that_citizen_goes_and_what_is_before_somebody_now_stays(
    party: tuple[Centre, Kiosk, Request],
) -> None:
    centre, kiosk, request = party
    for name, at_ms in (("old", DAY_MS), ("new", 2 * DAY_MS)):
        draft = Draft(name, "op", "birth-cert", 1, {"national_id": request.national_id}, at_ms)
        kiosk.store.commit([], [draft])
    pull(centre, kiosk, item(request, at_ms=2 * DAY_MS + 1))
    assert [draft.id for draft in kiosk.store.drafts.every()] == ["new"]
    pull(centre, kiosk, item(request, at_ms=9 * DAY_MS))
    assert [draft.id for draft in kiosk.store.drafts.every()] == ["new"]

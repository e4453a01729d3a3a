"""Business gone wrong, and entries made to stop the worker: kept, answered, nothing after them held up (list 42)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from central.projection import chain_projection
from central.projection.chain_projection import Projector
from protocol.journal.kj01 import EntryType
from tests.central.projection.test_projection import case, device, outcomes
from tests.harness.centre_office import Office
from tests.harness.centre_sales import birth, body, sell, void
from tests.harness.wire_device import Device

__all__ = ["device"]


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
    office: Office, device: Device, members: dict[str, Any], frame: bytes | None, code: str
) -> None:
    bad, good = sell(device, members, frame), sell(device, birth())
    assert office.arrive(device) == 4
    assert office.standing(device).hash == good.hash
    [told] = outcomes(office, device)
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
    office: Office, device: Device, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    monkeypatch.setattr(chain_projection, "BATCH", stretch)
    each = birth()["total_pt"]
    for members in (*visit_of(3 * each), *visit_of(3 * each - 1), *visit_of(4 * each)):
        sell(device, members)
    office.arrive(device)
    assert [(told["seq"], told["code"]) for told in outcomes(office, device)] == [
        (8, "cash_mismatch"), (11, "cash_mismatch")
    ]  # fmt: skip


def test_the_last_line_of_a_visit_that_never_began_is_rejected(office: Office, device: Device) -> None:
    sell(device, birth(line=9, lines=9, tendered_pt=0, change_pt=0))
    sell(device, birth(line=2, lines=2, tendered_pt=0, change_pt=0))
    office.arrive(device)
    assert [told["code"] for told in outcomes(office, device)] == ["cash_mismatch"] * 2


def test_a_frame_erased_before_it_was_looked_at_breaks_nothing(office: Office, device: Device) -> None:
    sold = sell(device, birth(), b"not JSON")
    office.take(device, device.items)
    with office.store.writing() as session:
        session.run("DELETE FROM personal")
    Projector(office.centre).drain()
    assert case(office, sold).status == "pending"


def test_what_an_old_epoch_sold_is_judged_by_the_shop_it_was_in(office: Office, device: Device) -> None:
    """A device enrolled again in another shop brings what it had not sent from the first."""
    sold = sell(device, birth())
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES ('ALX-1', 'الرمل', 'Raml', '{}', 0, 0)")
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
    office: Office, device: Device, kind: EntryType, members: dict[str, Any]
) -> None:
    """List 42: what one database refuses to be asked for would stop the outcomes of a device for ever."""
    device.write(kind, members)
    good = sell(device, birth())
    assert office.arrive(device) == 4
    assert case(office, good).status == "pending"


def test_power_lost_in_the_middle_of_the_work_leaves_none_of_it_and_it_is_done_once(
    office: Office, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, members = sell(device, birth(total_pt=1)), birth()
    sold = sell(device, members)
    void(device, sold, members["id"])
    office.take(device, device.items)

    def lost(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        # The last thing of the commit: all the rest has been written by then.
        cut.setattr("central.projection.effects.decisions.publish", lost)
        with pytest.raises(KeyboardInterrupt):
            Projector(office.centre).drain()
    with office.store.reading() as session:
        assert session.all("SELECT 1 FROM request") == []
    assert Projector(office.centre).drain() == 5
    assert (case(office, bad).status, case(office, sold).voided_by) == ("rejected", 5)
    assert len(outcomes(office, device)) == 1

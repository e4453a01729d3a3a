"""The next batch is packed while the one before is on its way, and goes up only if it is still the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from protocol.errors import Unavailable
from protocol.wire import wire
from sync.line import NoAnswer
from tests.harness.sync_party import Centre, DirectWire, Kiosk, pair

MANY = wire.MAX_RECORDS + 20


def waiting() -> tuple[Centre, DirectWire, Kiosk, list[int]]:
    """More than one batch waits. The list grows by the number after which entries are asked of the store."""
    centre, line, kiosk = pair()
    kiosk.sell(MANY)
    asked, unsent = list[int](), kiosk.store.journal.unsent

    def noted(after: int, *more: Any) -> Any:
        asked.append(after)
        return unsent(after, *more)

    kiosk.store.journal.unsent = noted  # type: ignore[assignment,method-assign]
    return centre, line, kiosk, asked


def cut(_target: str) -> None:
    raise NoAnswer("offline", "cut")


def test_what_was_packed_ahead_is_not_packed_again() -> None:
    centre, _, kiosk, asked = waiting()
    kiosk.cycle.step()
    first = kiosk.hwm
    assert 0 < first < MANY
    kiosk.settle()
    assert centre.effects == list(range(1, MANY + 1))
    assert asked.count(first) == 1


def test_what_was_packed_behind_a_batch_that_did_not_arrive_is_dropped() -> None:
    centre, line, kiosk, asked = waiting()
    line.before = cut
    kiosk.cycle.step()
    line.before = lambda _: None
    kiosk.settle()
    assert centre.effects == list(range(1, MANY + 1))
    assert asked.count(0) == 2


def test_what_was_packed_for_another_key_of_the_centre_is_packed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    centre, _, kiosk, asked = waiting()
    kiosk.cycle.step()
    first, upload = kiosk.hwm, kiosk.cycle._upload
    assert upload._ahead is not None
    monkeypatch.setattr(upload, "_ahead", replace(upload._ahead, seal=bytes(32)))
    kiosk.settle()
    assert centre.effects == list(range(1, MANY + 1))
    assert asked.count(first) == 2


def test_a_store_that_fails_while_packing_stops_the_batch_on_its_way_by_nothing() -> None:
    centre, _, kiosk, _ = waiting()
    unsent, broken = kiosk.store.journal.unsent, [True]

    def breaks(after: int, *more: Any) -> Any:
        if after and broken.pop():
            raise Unavailable("store_failed", reason="io")
        broken.append(False)
        return unsent(after, *more)

    kiosk.store.journal.unsent = breaks  # type: ignore[assignment,method-assign]
    kiosk.cycle.step()
    assert kiosk.hwm > 0
    kiosk.settle()
    assert centre.effects == list(range(1, MANY + 1))

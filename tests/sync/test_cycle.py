from __future__ import annotations

from kiosk import intake, trust
from kiosk.events import SyncChanged, TransactionsChanged
from tests.sync.party import envelope, lost, pair, settings


def test_everything_recorded_reaches_the_centre_once_and_in_order() -> None:
    centre, _, kiosk = pair()
    kiosk.sell(7)
    kiosk.settle()
    assert centre.effects == [1, 2, 3, 4, 5, 6, 7]
    assert kiosk.hwm == 7
    assert set(centre.frames) == set(range(1, 8))
    assert kiosk.cycle.status().waiting == 0


def test_a_lost_answer_is_sent_again_and_counts_once() -> None:
    centre, line, kiosk = pair()
    kiosk.sell(3)
    line.after = lost
    assert kiosk.cycle.step().on_wake is False
    assert kiosk.hwm == 0
    line.after = lambda _, raw: raw
    kiosk.settle()
    assert (centre.effects, kiosk.hwm) == ([1, 2, 3], 3)


def test_an_acknowledgement_is_announced_anchored_and_mirrored() -> None:
    _, _, kiosk = pair()
    kiosk.sell()
    kiosk.cycle.step()
    assert TransactionsChanged() in kiosk.heard
    assert SyncChanged() in kiosk.heard
    assert kiosk.mirror.flushes == 1
    kiosk.sell()
    acked = kiosk.store.last_ack()
    assert acked is not None
    assert kiosk.store.unsent(1, 1, 9999)[0].record.fields.anchor == acked[0].hash


def test_documents_of_the_feed_come_into_force_and_are_journalled() -> None:
    centre, _, kiosk = pair()
    centre.items = [{"kind": "settings", "version": 4, "document": envelope(trust.SETTINGS, settings(4))}]
    kiosk.settle()
    assert kiosk.in_force.settings().version == 4
    assert kiosk.store.cursor() == 1
    assert centre.effects == [1]  # the type-8 entry went up too
    assert intake.number(kiosk.store, "lease_until_ms") is not None

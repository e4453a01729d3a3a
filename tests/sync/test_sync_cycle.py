from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise

import pytest

from kiosk.core.events import RequestsChanged, SyncChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.facts import LEASE_UNTIL_MS
from protocol import strict_json
from protocol.documents import trust
from protocol.errors import Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.keys import SeedSigner
from protocol.wire import wire
from sync.line import Raw
from sync.sync_cycle import SERVED
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.sync_party import (
    CATALOGUE,
    FEED,
    STRANGER,
    catalogue,
    envelope,
    keyset_envelope,
    lost,
    order,
    pair,
    settings,
)


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
    assert RequestsChanged() in kiosk.heard
    assert SyncChanged() in kiosk.heard
    assert kiosk.mirror.hurried == 1
    kiosk.sell()
    acked = kiosk.store.journal.last_ack()
    assert acked is not None
    assert kiosk.store.journal.unsent(1, 1, 9999)[0].record.fields.anchor == acked[0].hash


def test_documents_of_the_feed_come_into_force_and_are_journalled() -> None:
    centre, _, kiosk = pair()
    centre.items = [{"kind": "settings", "version": 4, "document": envelope(trust.SETTINGS, settings(4))}]
    kiosk.settle()
    assert kiosk.in_force.settings().version == 4
    assert kiosk.store.cursor() == 1
    assert centre.effects == [1]  # the type-8 entry went up too
    assert LEASE_UNTIL_MS.kept(kiosk.store) is not None


@pytest.mark.parametrize("signer", [STRANGER, FEED])
def test_a_forged_acknowledgement_moves_nothing_and_shows_a_portal(signer: SeedSigner) -> None:
    centre, line, kiosk = pair()
    kiosk.sell()
    line.after = lambda _, raw: centre.ack(signer=signer) if raw.content_type == wire.ACK else raw
    pause = kiosk.cycle.step()
    assert (kiosk.hwm, kiosk.cycle.status().state, pause.on_wake) == (0, "portal", False)


def test_forged_acknowledgements_are_asked_for_less_and_less_often() -> None:
    centre, line, kiosk = pair()
    kiosk.sell()
    line.after = lambda _, raw: centre.ack(signer=STRANGER) if raw.content_type == wire.ACK else raw
    until = kiosk.clock.mono + 3_600_000
    while kiosk.clock.mono < until:
        kiosk.clock.pass_ms(int(kiosk.cycle.step().seconds * 1000) + 1)
    assert centre.requests < 150, "the feed that comes in between is no sign that the next one will be true"
    line.after = lambda _, raw: raw
    kiosk.settle()
    assert (kiosk.hwm, centre.effects) == (1, [1])


def test_a_step_that_asked_nothing_is_no_contact() -> None:
    _, _, kiosk = pair()
    kiosk.settle()
    heard = kiosk.cycle.status().last_success_ms
    kiosk.clock.pass_ms(60_000)
    kiosk.cycle.step()  # woken, and there was nothing to send
    assert (kiosk.cycle.status().last_success_ms, kiosk.cycle.status().state) == (heard, "online")


def test_an_acknowledgement_that_moves_nothing_is_not_asked_for_in_a_circle() -> None:
    centre, line, kiosk = pair()
    kiosk.sell(2)
    kiosk.cycle.step()
    old = centre.ack()
    kiosk.sell()
    line.after = lambda _, raw: old if raw.content_type == wire.ACK else raw
    assert kiosk.cycle.step().on_wake is False
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("server_down", "same")


def test_a_history_that_is_not_mine_stops_the_line_and_keeps_everything() -> None:
    centre, _, kiosk = pair()
    centre.records[9] = bytes(300)
    kiosk.sell()
    for _ in range(3):
        kiosk.cycle.step()
    assert kiosk.cycle.status().state == "alarm"
    asked = centre.requests
    kiosk.sell()
    assert kiosk.cycle.step().seconds > 60
    assert centre.requests == asked
    assert len(kiosk.store.journal.unsent(0, 9, 9999)) == 2


def test_a_quarantined_kiosk_sends_nothing_but_heartbeats() -> None:
    centre, _, kiosk = pair()
    kiosk.sell()
    centre.verdict_code = "equivocation"
    kiosk.cycle.step()
    assert kiosk.cycle.status().state == "quarantined"
    centre.verdict_code = ""
    for _ in range(3):
        kiosk.cycle.step()
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("quarantined", "equivocation")
    assert (centre.effects, kiosk.store.cursor()) == ([], 0)


def test_a_suspended_kiosk_asks_until_it_may_go_on() -> None:
    centre, _, kiosk = pair()
    kiosk.sell()
    centre.verdict_code = "suspended"
    for _ in range(3):
        pause = kiosk.cycle.step()
        assert kiosk.cycle.status().state == "suspended"
        kiosk.clock.pass_ms(int(pause.seconds * 1000))
    centre.verdict_code = ""
    kiosk.settle()
    assert (kiosk.cycle.status().state, centre.effects) == ("online", [1])


def test_an_order_of_the_feed_suspends_and_another_resumes() -> None:
    centre, _, kiosk = pair()
    centre.items = [order("suspended", at_ms=centre.now_ms())]
    kiosk.cycle.step()
    assert kiosk.cycle.step().on_wake is False
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("suspended", "suspended")
    kiosk.sell()
    kiosk.cycle.step()
    assert centre.effects == []
    centre.items.append(order("resumed", at_ms=centre.now_ms()))
    kiosk.clock.pass_ms(300_000)
    kiosk.settle()
    assert centre.effects == [1]


def test_a_revoked_kiosk_shows_it() -> None:
    centre, _, kiosk = pair()
    centre.verdict_code = "revoked"
    kiosk.cycle.step()
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("suspended", "revoked")


def test_a_restored_centre_gets_everything_again() -> None:
    centre, _, kiosk = pair()
    kiosk.sell(5)
    kiosk.settle()
    for seq in (3, 4, 5):
        del centre.records[seq]
    kiosk.clock.pass_ms(5_000)
    kiosk.sell()
    kiosk.settle()
    assert (sorted(centre.records), kiosk.hwm) == ([1, 2, 3, 4, 5, 6], 6)
    assert (kiosk.store.fact("alarm") or b"").startswith(b"centre_restored")


def test_a_batch_shrinks_when_time_runs_out_and_grows_again() -> None:
    centre, line, kiosk = pair()
    kiosk.sell(250)
    line.after = lost
    for _ in range(9):
        kiosk.clock.pass_ms(1_000_000)
        kiosk.cycle.step()
    sizes: list[int] = []
    line.after = lambda _, raw: raw

    def slowly(target: str) -> None:
        if target == wire.PATH_JOURNAL:
            sizes.append(len(centre.effects))
            kiosk.clock.pass_ms(8_000)

    line.before = slowly
    centre.records.clear()
    centre.effects.clear()
    kiosk.settle()
    grown = [after - before for before, after in pairwise(sizes)]
    assert grown[0] < 5
    assert all(after > before for before, after in pairwise(grown))
    assert kiosk.hwm == 250


def test_a_batch_too_large_is_halved_until_it_passes() -> None:
    centre, _, kiosk = pair()
    centre.largest = 30
    kiosk.sell(60)
    kiosk.settle()
    assert centre.effects == list(range(1, 61))
    centre.largest = 0
    kiosk.sell()
    assert kiosk.cycle.step().on_wake is False
    assert kiosk.cycle.status().state == "server_down"


def test_a_busy_centre_is_left_alone_as_long_as_it_asks() -> None:
    _, line, kiosk = pair()
    line.after = lambda _target, _raw: Raw(503, {"retry-after": "3600"}, b"")
    pause = kiosk.cycle.step()
    assert pause.at_least_s == 3600
    assert pause.seconds >= 3600
    assert kiosk.cycle.status().state == "server_down"


def test_offline_is_shown_with_the_time_of_the_next_try() -> None:
    _, line, kiosk = pair()
    kiosk.settle()
    success = kiosk.cycle.status().last_success_ms
    line.after = lost
    kiosk.clock.pass_ms(1_000_000)
    kiosk.sell()
    pause = kiosk.cycle.step()
    status = kiosk.cycle.status()
    assert (status.state, status.last_success_ms, status.waiting) == ("offline", success, 1)
    assert status.next_try_ms == kiosk.clock.wall + int(pause.seconds * 1000)


def test_a_feed_of_many_pages_is_pulled_to_its_end() -> None:
    centre, _, kiosk = pair()
    centre.page_size = 2
    centre.items = [{"kind": "of_later"}] * 7
    kiosk.settle()
    assert kiosk.store.cursor() == 7


def test_an_idle_kiosk_is_heard_of_every_quarter_of_an_hour() -> None:
    centre, _, kiosk = pair()
    heard: list[str] = []
    kiosk.line.before = heard.append
    for _ in range(100):
        kiosk.clock.pass_ms(int(kiosk.cycle.step().seconds * 1000))
        if kiosk.clock.mono > 1_000_000 + 3_600_000:
            break
    assert 4 <= heard.count(wire.PATH_HEARTBEAT) <= 5
    assert centre.requests < 20


def test_somebody_in_a_hurry_makes_everything_due() -> None:
    _, _, kiosk = pair()
    kiosk.settle()
    assert kiosk.cycle.step().seconds > 60
    kiosk.cycle.run_now()
    assert kiosk.cycle.step().seconds == 0


def test_a_kiosk_before_enrolment_rests() -> None:
    _, line, kiosk = pair()
    kiosk.store = FakeStore()
    kiosk.restart()
    pause = kiosk.cycle.step()
    assert (kiosk.cycle.status().state, pause.seconds > 60, line.centre.requests) == ("idle", True, 0)


def test_a_full_disk_raises_an_alarm_and_is_tried_again() -> None:
    _, _, kiosk = pair()
    kiosk.sell()
    kiosk.store.fail_next = Unavailable("disk_full")
    assert kiosk.cycle.step().on_wake is False
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("alarm", "disk_full")
    kiosk.settle()
    assert kiosk.hwm == 1


def test_the_heartbeat_tells_the_versions_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    centre, line, kiosk = pair()
    bodies: list[bytes] = []
    handle = centre.handle

    def heard(method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        bodies.append(body or b"")
        return handle(method, target, headers, body)

    monkeypatch.setattr(line.centre, "handle", heard)
    kiosk.cycle.step()
    centre.items = [
        {"kind": "settings", "document": envelope(trust.SETTINGS, settings(4))},
        {"kind": "catalogue", "document": envelope(trust.CATALOGUE, catalogue(6), CATALOGUE)},
    ]
    kiosk.settle()
    kiosk.cycle.run_now()
    kiosk.cycle.step()
    first, last = (strict_json.loads_object(body) for body in (bodies[0], bodies[-1]))
    assert (first["settings"], first["catalogue"]) == (0, 0)
    assert (last["settings"], last["catalogue"], last["unsent"], last["app"]) == (4, 6, 0, "0.1.0")


def test_milestones_are_passed_in_their_order() -> None:
    _, _, kiosk = pair()
    passed: list[str] = []

    class Watch:
        def pass_(self, name: str) -> None:
            passed.append(name)

    kiosk.milestones = Watch()
    kiosk.restart()
    kiosk.sell()
    kiosk.settle()
    assert passed[:4] == ["push.before", "push.sent", "ack.received", "ack.stored"]
    assert "feed.applied" in passed


def test_a_record_without_a_frame_goes_up_too() -> None:
    centre, _, kiosk = pair()
    kiosk.journal.write([Writing(Unknown(EntryType.LOGIN, {"kind": "login"}))])
    kiosk.settle()
    assert (centre.effects, centre.frames) == ([1], {})


def test_keys_that_are_not_known_yet_come_by_the_feed_before_the_next_try() -> None:
    centre, _, kiosk = pair()
    kiosk.sell()
    centre.items = [{"kind": "keyset", "document": json.loads(keyset_envelope(2, ack=(STRANGER.public,)))}]
    centre.ack_signer = STRANGER
    kiosk.cycle.step()
    assert (kiosk.hwm, kiosk.cycle.status().state) == (0, "portal")
    kiosk.settle()
    assert (kiosk.hwm, kiosk.in_force.keyset().version) == (2, 2)


def test_a_version_too_old_gets_no_lease_but_still_sends_and_hears() -> None:
    centre, line, kiosk = pair()
    centre.items = [{"kind": "settings", "document": envelope(trust.SETTINGS, settings(4))}]
    line.before = lambda target: setattr(centre, "verdict_code", "upgrade" if target == wire.PATH_HEARTBEAT else "")
    kiosk.sell()
    kiosk.settle()
    assert (kiosk.hwm, kiosk.in_force.settings().version) == (2, 4)
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("online", "upgrade")
    assert LEASE_UNTIL_MS.kept(kiosk.store) is None
    line.before = lambda _: None
    kiosk.cycle.run_now()
    kiosk.settle()
    assert kiosk.cycle.status().detail == ""


def test_the_chip_keeps_what_it_knew_when_the_store_is_in_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, kiosk = pair()
    kiosk.settle()

    def fail() -> None:
        raise Unavailable("store_failed")

    monkeypatch.setattr(kiosk.store.journal, "tail", fail)
    assert kiosk.cycle.status().state == "online"
    assert kiosk.cycle.step().on_wake is False
    assert kiosk.cycle.status().state == "alarm"


def test_whoever_asks_faster_than_a_heartbeat_takes_still_gets_the_feed() -> None:
    centre, line, kiosk = pair()
    heard: list[str] = []
    line.before = lambda target: heard.append(target.partition("?")[0])
    centre.items = [{"kind": "settings", "document": envelope(trust.SETTINGS, settings(4))}]
    for _ in range(6):
        kiosk.cycle.run_now()
        kiosk.cycle.step()
    assert kiosk.in_force.settings().version == 4
    assert heard.count(wire.PATH_FEED) >= 2
    assert heard.count(wire.PATH_HEARTBEAT) >= 2


def test_whoever_asks_for_everything_sends_first_what_was_sold() -> None:
    centre, _, kiosk = pair()
    kiosk.settle()
    for sold in (1, 2, 3):
        kiosk.sell()
        kiosk.cycle.run_now()
        kiosk.cycle.step()
        assert len(centre.effects) == sold


def test_a_heartbeat_that_gets_no_answer_keeps_no_decision_waiting() -> None:
    centre, line, kiosk = pair()
    line.after = lambda target, raw: lost(target, raw) if target == wire.PATH_HEARTBEAT else raw
    centre.items = [{"kind": "settings", "document": envelope(trust.SETTINGS, settings(4))}]
    for _ in range(3):
        kiosk.cycle.step()
    assert kiosk.in_force.settings().version == 4


def test_a_push_that_gets_no_answer_keeps_neither_lease_nor_feed_waiting() -> None:
    centre, line, kiosk = pair()
    kiosk.sell()
    line.after = lambda target, raw: lost(target, raw) if target == wire.PATH_JOURNAL else raw
    centre.items = [{"kind": "settings", "document": envelope(trust.SETTINGS, settings(4))}]
    for _ in range(5):
        kiosk.cycle.step()
    assert kiosk.in_force.settings().version == 4
    assert LEASE_UNTIL_MS.kept(kiosk.store) is not None
    line.after = lambda _, raw: raw
    kiosk.settle()
    assert centre.effects == [1, 2]


def test_a_batch_that_came_too_slowly_is_halved() -> None:
    centre, line, kiosk = pair()
    kiosk.sell(600)
    line.after = lambda target, raw: (
        Raw(408, {"content-type": wire.JSON}, b"{}") if target == wire.PATH_JOURNAL else raw
    )
    kiosk.cycle.step()
    sent: list[int] = []
    line.after = lambda _, raw: raw
    line.before = lambda target: sent.append(len(centre.effects)) if target == wire.PATH_JOURNAL else None
    centre.records.clear()
    centre.effects.clear()
    kiosk.settle()
    assert (sent[0], 300 < sent[1] < wire.MAX_RECORDS) == (0, True)


@pytest.mark.parametrize(
    ("ping", "state"),
    [
        (None, "server_down"),
        (Raw(401, {"content-type": wire.JSON}, b"{}"), "server_down"),
        (Raw(200, {}, b""), "portal"),
    ],
)
def test_an_unsigned_refusal_is_told_apart_by_a_ping(ping: Raw | None, state: str) -> None:
    _, line, kiosk = pair()
    kiosk.sell()
    refusal = Raw(401, {"content-type": wire.JSON}, b"{}")
    line.after = lambda target, raw: (ping or raw) if target.startswith(wire.PATH_PING) else refusal
    kiosk.cycle.step()
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == (state, "401")


def test_a_clock_too_far_off_is_named_where_nobody_else_says_so() -> None:
    centre, line, kiosk = pair()
    centre.skew_ms = 3_600_000
    refusal = Raw(400, {"content-type": wire.JSON}, b"{}")
    line.after = lambda target, raw: raw if target.startswith(wire.PATH_PING) else refusal
    kiosk.cycle.step()
    assert kiosk.cycle.status().state == "clock_wrong"


def test_a_clock_the_centre_set_right_is_named_until_somebody_sets_it() -> None:
    centre, _, kiosk = pair()
    centre.skew_ms = 200 * 86_400_000
    kiosk.sell(2)
    kiosk.settle()
    assert kiosk.hwm == kiosk.store.journal.tail().chain.seq, "what was sold goes up all the same"
    assert (kiosk.cycle.status().state, kiosk.cycle.status().detail) == ("clock_wrong", SERVED)
    kiosk.clock.wall, centre.skew_ms = kiosk.clock.wall + centre.skew_ms, 0
    kiosk.cycle.run_now()
    kiosk.settle()
    assert kiosk.cycle.status().state == "online"


def test_a_centre_that_asks_for_patience_is_not_even_pinged() -> None:
    _, line, kiosk = pair()
    asked: list[str] = []
    line.before = asked.append
    line.after = lambda _target, _raw: Raw(429, {"retry-after": "60", "content-type": wire.JSON}, b"{}")
    kiosk.cycle.step()
    assert len(asked) == 1


def test_closing_lets_the_line_go() -> None:
    _, line, kiosk = pair()
    kiosk.cycle.close()
    assert line.closed

"""When an update may do what: the centre's window, cap and ring; and never over a citizen's head."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.core.events import RequestsChanged, SyncChanged
from kiosk.model.service_request import Day, Draft, PrintState
from kiosk.model.store_changes import CloseDay, PutFact, SetPaper
from kiosk.upkeep.updates.update_standing import (
    ANSWER,
    CLOSED_MS,
    IDLE_MS,
    REST_MS,
    LongWait,
    LongWaitQuestion,
    Terms,
    UpdatePermission,
    UpdateStatus,
    evening_has_come,
)
from protocol import strict_json
from protocol.clock import DAY_MS
from protocol.documents.settings import UpdateSettings, read_settings
from protocol.documents.trust import Forged
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.rings import PILOT, RINGS, place, reaches, ring_of
from tests.harness import enrolled_store
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import DEVICE, PIN, Shop, settings


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore()).ready()


@pytest.fixture
def empty() -> Shop:
    """Nobody has signed in: that takes as long as a PIN should."""
    return Shop(FakeStore())


def no() -> bool:
    return False


def made(shop: Shop, online: Callable[[], bool] = no, held: Callable[[], bool] = no) -> UpdatePermission:
    return UpdatePermission(shop.counter.context, shop.counter.people, online, held)


def with_updates(updates: object) -> UpdateSettings:
    return read_settings(settings(2, updates=updates)).updates


# ---- what the centre has set


def test_without_a_word_it_is_always_and_the_devices_own_ring(empty: Shop) -> None:
    assert made(empty).terms() == Terms(ring_of(DEVICE), open=True, cap_bytes=0, month="2026-11")


@pytest.mark.parametrize(
    ("window", "hours"),
    [([22, 6], [22, 23, *range(6)]), ([13, 14], [13]), ([0, 24], list(range(24))), ([9, 9], list(range(24)))],
)
def test_the_window_is_of_hours_in_cairo(
    empty: Shop, monkeypatch: pytest.MonkeyPatch, window: list[int], hours: list[int]
) -> None:
    found = with_updates({"window": window, "cap_mb": 7, "ring": "10"})
    real = empty.counter.in_force.settings()
    monkeypatch.setattr(empty.counter.in_force, "settings", lambda: _with(real, found))
    asked = made(empty)
    seen: list[Terms] = []
    for _ in range(24):  # from noon on
        seen.append(asked.terms())
        empty.clock.pass_ms(3_600_000)
    assert {(terms.ring, terms.cap_bytes) for terms in seen} == {("10", 7 << 20)}
    assert [(12 + at) % 24 for at, terms in enumerate(seen) if terms.open] == sorted(hours, key=lambda h: (h - 12) % 24)


def _with(real: object, updates: UpdateSettings) -> object:
    return replace(real, updates=updates)  # type: ignore[type-var]


@pytest.mark.parametrize(
    "wrong",
    [{"window": [0]}, {"window": [1, 2, 3]}, {"window": [0, 25]}, {"window": 5}, {"cap_mb": -1}, {"cap_mb": "x"}, 3],
)
def test_signed_nonsense_is_no_settings(wrong: object) -> None:
    with pytest.raises((Forged, strict_json.BadJson)):
        with_updates(wrong)


@pytest.mark.parametrize("ring", ["00", "101", "slow", "", "٥", "1 "])
def test_a_ring_that_is_not_known_here_leaves_the_device_in_its_own(ring: str) -> None:
    assert with_updates({"ring": ring}).ring == ""


def test_a_pilot_by_name_stands_in_the_ring_before_all_others(empty: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    real = empty.counter.in_force.settings()
    monkeypatch.setattr(empty.counter.in_force, "settings", lambda: _with(real, with_updates({"ring": "0"})))
    assert made(empty).terms().ring == PILOT


def test_before_the_first_settings_came_it_is_the_devices_own_ring(
    empty: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yet() -> object:
        raise Refused("not_ready", missing="settings")

    monkeypatch.setattr(empty.counter.in_force, "settings", not_yet)
    assert empty.counter.in_force.ring() == ring_of(DEVICE)


def test_every_device_has_one_place_and_the_rings_hold_each_other() -> None:
    places = {place(bytes([n]) * 16) for n in range(200)}
    assert len(places) > 190
    assert all(0 <= found < 10_000 for found in places)
    rings = [ring_of(bytes([n]) * 16) for n in range(256)]
    assert set(rings) <= {str(percent) for percent in RINGS}
    assert rings.count("100") > rings.count("50") > rings.count("10")


@pytest.mark.parametrize(
    ("number", "at", "ring"),
    [
        (76_414, 99, "1"), (2_131, 100, "10"), (461, 999, "10"), (7_008, 1_000, "50"), (11, 4_999, "50"),
        (829, 5_000, "100"),
    ],
)  # fmt: skip
def test_a_ring_ends_before_its_percent(number: int, at: int, ring: str) -> None:
    device = number.to_bytes(16, "big")
    assert (place(device), ring_of(device)) == (at, ring)


def test_a_release_reaches_its_percent_and_all_below() -> None:
    said = {"percent": 10, "halted": False}
    assert [reaches(said, ring) for ring in ("0", "1", "10", "50", "100")] == [True, True, True, False, False]
    assert not reaches({**said, "halted": True}, "1")
    assert not reaches({"percent": 10}, "1")
    pilots = {"percent": 0, "halted": False, "pilots": True}
    assert [reaches(pilots, ring) for ring in ("0", "1")] == [True, False]
    assert not reaches({**pilots, "pilots": False}, "0")


# ---- who is served


def sign_out(shop: Shop) -> None:
    shop.counter.people.sign_out()


def test_nobody_rests_while_somebody_is_signed_in(shop: Shop) -> None:
    asked = made(shop)
    shop.clock.pass_ms(10 * IDLE_MS)
    assert not asked.resting()
    assert not asked.may_flip(asked=False)
    shop.counter.people.lock()
    shop.clock.pass_ms(REST_MS - 1)
    assert not asked.resting()
    shop.clock.pass_ms(1)
    assert asked.resting()
    assert not asked.may_flip(asked=False)
    shop.clock.pass_ms(IDLE_MS - REST_MS)
    assert asked.may_flip(asked=False)
    shop.counter.people.unlock(PIN)
    assert not asked.resting()
    assert asked.may_flip(asked=True)


def test_after_the_close_a_minute_is_enough(shop: Shop) -> None:
    asked = made(shop)
    sign_out(shop)
    shop.clock.pass_ms(CLOSED_MS)
    assert not asked.may_flip(asked=False), "the day is still open"
    day = shop.store.days.open_day()
    assert day is not None
    shop.store.commit([], [CloseDay(DayKey(day.date, day.number), shop.clock.wall)])
    assert asked.may_flip(asked=False)


def test_a_half_typed_form_of_whoever_is_here_comes_first(shop: Shop) -> None:
    asked = made(shop)
    login = shop.counter.people.current()
    assert login is not None
    draft = Draft(enrolled_store.new_id(), login.operator.id, "x", 1, {}, shop.clock.wall)
    shop.store.commit([], [draft])
    shop.counter.people.lock()
    shop.clock.pass_ms(10 * IDLE_MS)
    assert not asked.may_flip(asked=False)
    assert not asked.may_flip(asked=True)
    shop.counter.people.unlock(PIN)
    sign_out(shop)
    shop.clock.pass_ms(IDLE_MS)
    assert asked.may_flip(asked=False), "it is kept, and nobody sits before it"


def test_a_paper_under_way_comes_first(shop: Shop) -> None:
    asked = made(shop)
    sign_out(shop)
    job = enrolled_store.print_job(enrolled_store.entry(shop.store.journal.tail().chain).record)
    shop.store.commit([], [replace(job, created_ms=shop.clock.wall)])
    assert asked.served()
    shop.clock.pass_ms(IDLE_MS)
    assert not asked.served(), "a printer that is out of paper for the day holds nothing up"
    shop.store.commit([], [SetPaper(job.id, (PrintState.WAITING,), PrintState.SENDING)])
    assert asked.served()


def test_what_is_on_its_way_to_the_centre_may_arrive(shop: Shop) -> None:
    sign_out(shop)
    assert shop.store.journal.tail().hwm < shop.store.journal.tail().chain.seq
    assert made(shop, lambda: True).served()
    assert not made(shop, lambda: False).served()


def test_a_word_of_the_line_is_nobody_at_the_counter(shop: Shop) -> None:
    asked = made(shop)
    sign_out(shop)
    shop.clock.pass_ms(REST_MS)
    shop.counter.events.publish(SyncChanged())
    assert asked.resting()
    shop.counter.events.publish(RequestsChanged())
    assert not asked.resting()


def test_a_practice_is_not_ended_by_an_update(shop: Shop) -> None:
    asked = made(shop, held=lambda: True)
    sign_out(shop)
    shop.clock.pass_ms(10 * IDLE_MS)
    assert not asked.resting()
    assert not asked.may_flip(asked=True)


# ---- a version that has waited for long


OLD = UpdateStatus("WAITING", "0.2.0")


def question(shop: Shop) -> LongWaitQuestion:
    return LongWaitQuestion(shop.counter.context)


def waiting(shop: Shop, days: int) -> UpdateStatus:
    return replace(OLD, since_ms=shop.counter.context.now_ms() - days * DAY_MS)


def test_after_14_days_it_is_asked_for_until_it_is_answered_and_again_the_next_day(empty: Shop) -> None:
    asked = question(empty)
    assert asked.asks(waiting(empty, 13)) is None
    assert asked.asks(waiting(empty, 14)) == LongWait("0.2.0", 14) == asked.asks(waiting(empty, 14))
    asked.answer(evening=False)
    assert asked.asks(waiting(empty, 14)) is None
    empty.clock.pass_ms(DAY_MS)
    assert asked.asks(waiting(empty, 15)) == LongWait("0.2.0", 15)


@pytest.mark.parametrize("more", [{"phase": "STAGED"}, {"trouble": "update_full"}])
def test_what_could_not_be_installed_now_is_not_offered(empty: Shop, more: dict[str, str]) -> None:
    assert question(empty).asks(replace(waiting(empty, 20), **more)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("nonsense", [b"{", b"[]", b"3", b'{"evening": true}', b'{"evening": true, "at_ms": "x"}'])
def test_a_nonsense_answer_is_none(empty: Shop, nonsense: bytes) -> None:
    empty.store.commit([], [PutFact(ANSWER.name, nonsense)])
    assert not evening_has_come(empty.counter.context)
    assert question(empty).asks(waiting(empty, 14)) is not None


def close(shop: Shop) -> None:
    day = shop.store.days.open_day()
    assert day is not None
    shop.store.commit([], [CloseDay(day.key, shop.counter.context.now_ms())])


def test_this_evening_is_after_the_close_although_somebody_still_sits_there(shop: Shop) -> None:
    leave = made(shop)
    close(shop)
    shop.clock.pass_ms(CLOSED_MS)
    question(shop).answer(evening=True)  # at the start of a day, which is closed, too
    shop.clock.pass_ms(IDLE_MS)
    assert not leave.may_flip(asked=False), "the morning is not the evening"
    before = shop.store.days.last_closed()
    assert before is not None
    shop.store.commit([], [Day(before.date, before.operator, 0, 11, 5, number=before.number + 1)])
    assert not evening_has_come(shop.counter.context), "the day is open"
    close_ms = shop.counter.context.now_ms()
    close(shop)
    shop.counter.events.publish(RequestsChanged())
    assert evening_has_come(shop.counter.context)
    assert not leave.may_flip(asked=False), "the drawer is still being put away"
    shop.clock.pass_ms(CLOSED_MS)
    assert leave.may_flip(asked=False)
    assert shop.counter.context.now_ms() - close_ms == CLOSED_MS
    shop.clock.pass_ms(DAY_MS)
    assert not evening_has_come(shop.counter.context), "an evening long ago was another one"

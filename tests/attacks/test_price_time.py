"""A price belongs to a day that is: whatever clock, page and key, nothing is sold by another day's prices."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS, HOUR_MS, business_date
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.attacks import more, tried
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import OPERATOR, PIN, Shop
from tests.ui.conftest import Hands, cheap_pins, open_window

__all__ = ["cheap_pins"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
LATE_H: Final = 6
"""As `docs/protocol.md` and the refusal say it: so long after midnight the day before is sold in."""
SURE_MS: Final = 12 * HOUR_MS + 15 * 60_000
"""What a clock may be ahead of the time gone by before a person is asked."""


def dated_wrongly(shop: Shop) -> list[str]:
    """Each sale whose date its own time does not allow."""
    found = []
    for item in shop.store.journal.export(1):
        fields = item.record.fields
        if fields.entry_type == EntryType.REQUEST:
            made, day = fields.wall_ms, str(read_body(item.record.body)["date"])
            allowed = {str(business_date(made + ms)) for ms in (-LATE_H * HOUR_MS, -HOUR_MS, 0)}
            late = str(business_date(made - (LATE_H + 1) * HOUR_MS)) > day
            if late or day not in allowed:
                found.append(f"{day} sold at {made}")
    return found


def go_through(steps: list[tuple[str, int]]) -> Shop:
    """A shop that does `steps`: its clock is set or runs, somebody confirms it, sells, closes and opens."""
    shop = Shop(FakeStore()).ready()
    for number, (what, ms) in enumerate(steps):
        with suppress(Refused):
            if what == "set":
                shop.clock.wall += ms
            elif what == "run":
                shop.clock.pass_ms(abs(ms))
            elif what == "confirm":
                shop.counter.desk.confirm_clock()
            elif what == "open":
                shop.counter.till.open_day(0)
            elif what == "sign in":
                shop.counter.people.sign_in(OPERATOR, PIN)
            elif what == "heard":
                shop.store.commit([], [PutFact("floor_ms", str(shop.clock.wall + ms).encode())])
            shop.counter.desk.record(shop.sale_of(number + 1))
    return shop


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["set", "run", "confirm", "open", "sign in", "heard"]),
        st.integers(-3 * DAY_MS, 3 * DAY_MS) | st.sampled_from([hours * HOUR_MS for hours in (11, 17, 19, 42)]),
    ),
    max_size=8,
)


@pytest.mark.oracle(6)
@settings(max_examples=more(25))
@given(STEPS)
def test_no_sale_is_dated_by_a_day_that_its_time_does_not_allow(steps: list[tuple[str, int]]) -> None:
    tried()
    assert dated_wrongly(go_through(steps)) == []


@pytest.mark.oracle(6, planted=True)
def test_a_press_that_does_not_look_at_the_day_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    tried()
    monkeypatch.setattr("kiosk.selling.sale_recorder.refuse_stale", lambda *_: None)
    assert dated_wrongly(go_through([("run", 42 * HOUR_MS), ("confirm", 0), ("sign in", 0)])) != []


# ---- a clock that goes ahead step by step ---------------------------------------------------------------------------


def farthest_ms(steps_ms: list[int]) -> int:
    """How far ahead of the time gone by a sale was recorded, nobody having looked at the clock."""
    shop, ahead = Shop(FakeStore()).ready(), 0
    for number, ms in enumerate(steps_ms):
        shop.clock.wall += ms
        shop.counter.desk.limits()
        with suppress(Refused):
            shop.counter.people.sign_in(OPERATOR, PIN)
        with suppress(Refused):
            shop.counter.till.open_day(0)
        with suppress(Refused):
            shop.counter.desk.record(shop.sale_of(number + 1))
            ahead = max(ahead, sum(steps_ms[: number + 1]))
    return ahead


def test_small_steps_of_the_clock_add_up() -> None:
    shop = Shop(FakeStore()).ready()
    doubts = []
    for _ in range(60):
        shop.clock.wall += 11 * HOUR_MS
        doubts.append(shop.counter.desk.clock_doubt())
    assert [doubt.code for doubt in doubts[-1:] if doubt is not None] == ["clock_ahead"]


@pytest.mark.oracle(6)
@settings(max_examples=more(10))
@given(st.lists(st.integers(0, 12 * HOUR_MS), max_size=12))
def test_no_steps_reach_further_ahead_than_one_that_is_asked_about(steps_ms: list[int]) -> None:
    tried()
    assert farthest_ms(steps_ms) <= SURE_MS


# ---- pages that come before all else --------------------------------------------------------------------------------


def stale(hands: Hands) -> str:
    hands.counter.shop.ready()
    hands.counter.shop.clock.pass_ms(2 * DAY_MS)
    hands.counter.store.commit([], [PutFact("floor_ms", str(hands.counter.shop.clock.wall).encode())])
    hands.window.session.signed_in(hands.counter.people.sign_in(OPERATOR, PIN))
    return "pageClose"


def doubted(hands: Hands) -> str:
    hands.counter.shop.ready()
    hands.counter.shop.clock.wall -= HOUR_MS
    hands.window.session.signed_in(hands.counter.people.current())
    return "pageClock"


KEYS: Final = [
    *((getattr(Qt.Key, f"Key_F{n}"), False) for n in range(1, 13)),
    *((getattr(Qt.Key, f"Key_{n}"), True) for n in range(10)), (Qt.Key.Key_F11, True),
]  # fmt: skip


def led_away(hands: Hands, *, aside: bool) -> list[str]:
    """The first key that leads away from a page that comes first, its own apart; `aside`: pressed in the help of F1."""
    name = hands.page.objectName()
    for key, alt in KEYS:
        tried()
        if aside:
            hands.press(Qt.Key.Key_F1)
        pressed = f"{'Alt+' if alt else ''}{Qt.Key(key).name.removeprefix('Key_')}"
        if pressed not in {action.key for action in hands.page.commands()}:
            hands.press(key, alt=alt)
            hands.settle(50)
        if hands.window.under().page.objectName() not in (name, "pageLock"):
            return [pressed]
        go_back(hands, name)
    return []


def go_back(hands: Hands, name: str) -> None:
    while hands.page.objectName() != name:
        if hands.page.objectName() == "pageLock":
            hands.type(PIN)
            hands.press(Qt.Key.Key_F10)
            hands.qtbot.waitUntil(lambda: hands.page.objectName() != "pageLock", timeout=20_000)
        else:
            hands.press(Qt.Key.Key_Escape)


@pytest.fixture
def hands(qtbot: QtBot) -> Hands:
    return open_window(qtbot, FakeCounter())


@pytest.mark.oracle(6)
@pytest.mark.parametrize("force", [stale, doubted])
@pytest.mark.parametrize("aside", [False, True])
def test_no_global_key_leads_away_from_a_forced_page(hands: Hands, force: Callable[[Hands], str], aside: bool) -> None:
    hands.until("pageSignIn")
    hands.until(force(hands))
    assert led_away(hands, aside=aside) == []


@pytest.mark.oracle(6, planted=True)
def test_a_forced_page_that_lets_go_is_caught(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.main.window.Window.forced", lambda _self: False)
    hands.until("pageSignIn")
    hands.until(stale(hands))
    assert led_away(hands, aside=False) == ["F3"]

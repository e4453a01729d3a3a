"""Scenes of the screen that the lapsed lease locks, and of what is said in time before."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.core.events import SyncChanged
from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS, HOUR_MS
from tests.harness import shop
from tests.harness.stage import Stage
from tests.kiosk.staff.test_centre_approvals import given
from tests.ui.screens.scene_shops import three_sold
from tests.ui.screens.scenes import scene

Key = Qt.Key


def tell(stage: Stage, **facts: str) -> None:
    stage.counter.store.commit([], [PutFact(name, value.encode()) for name, value in facts.items()])
    stage.counter.events.publish(SyncChanged())
    stage.settle(40)


def lapse(stage: Stage) -> None:
    tell(stage, lease_until_ms=str(stage.counter.counter.context.now_ms() - 5 * HOUR_MS))
    stage.until("pageLockout")
    stage.settle(60)


@scene("Locked by the centre", "normal")
def lockout_lease(stage: Stage) -> None:
    """The lease has ended while somebody worked: why, since when, and the ways out."""
    given(stage.counter.shop)
    stage.home(three_sold)
    lapse(stage)


@scene("Locked by the centre", "offline")
def lockout_outside(stage: Stage) -> None:
    """The same before anybody has signed in, at a counter that has no codes by telephone yet."""
    stage.counter.shop.ready()
    stage.counter.people.sign_out()
    stage.until("pageSignIn")
    lapse(stage)


@scene("Locked by the centre", "two errors")
def lockout_doubt(stage: Stage) -> None:
    """A date far ahead says that the lease has ended: set right, it opens by itself."""
    given(stage.counter.shop)
    stage.home(three_sold)
    now_ms = stage.counter.counter.context.now_ms()
    tell(stage, floor_ms=str(now_ms), lease_until_ms=str(now_ms + 10 * DAY_MS))
    stage.counter.shop.clock.wall += 3 * 365 * DAY_MS
    tell(stage)
    stage.until("pageLockout")
    stage.settle(60)


@scene("Locked by the centre", "error")
def lockout_suspended(stage: Stage) -> None:
    """The centre has suspended this computer: no code by telephone opens it."""
    given(stage.counter.shop)
    stage.home(three_sold)
    tell(stage, order="1 suspended")
    stage.until("pageLockout")
    stage.settle(60)


@scene("Open the day", "offline")
def open_day_lease(stage: Stage) -> None:
    """Said before the first citizen: the lease ends in two days."""
    people = stage.counter.people
    stage.counter.store.commit(
        [], [PutFact("lease_until_ms", str(stage.counter.counter.context.now_ms() + 50 * HOUR_MS).encode())]
    )
    stage.window.session.signed_in(people.activate(shop.OPERATOR, shop.CODE, shop.PIN))
    stage.until("pageOpenDay")
    stage.wait(lambda: bool(stage.page.notice.text()))

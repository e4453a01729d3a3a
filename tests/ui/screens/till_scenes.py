"""Scenes of a shop with several tills: what the others sold, its fee paid back here, and a fee that is transferred."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.core.events import SyncChanged
from kiosk.model.service_request import TRAY, Decision, Query
from protocol.texts import Bilingual
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.fakes.fake_tills import found
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import busy_and_online, three_sold
from tests.ui.screens.scenes import scene

Key = Qt.Key


def others(counter: FakeCounter) -> None:
    """Four requests of another till, each at another end."""
    now = counter.counter.context.now_ms()
    busy_and_online(counter)
    counter.line.shop.found = [
        found(heard_ms=now - 3_600_000, unsent=2),
        found(seq=30, status="approved", reason=Bilingual.same(""), name="سعاد إ. م."),
        found(seq=28, status="pending", decided_ms=0, reason=Bilingual.same(""), name="كريم س. ف."),
        found(seq=12, refunded_ms=now, refunded_by=3, name="هدى ع. ي."),
    ]


@scene("The other tills", "normal")
def elsewhere(stage: Stage) -> None:
    """What the shop's other tills sold, from the centre."""
    stage.home(others)
    stage.counter.events.publish(SyncChanged())
    stage.turn("pageRequests", Key.Key_F6)
    stage.turn("pageElsewhere", Key.Key_5, alt=True)
    stage.settle(40)


@scene("The other tills", "offline")
def elsewhere_offline(stage: Stage) -> None:
    """Asked for without a line: what, why, and what to do instead."""
    stage.home(three_sold)
    stage.turn("pageRequests", Key.Key_F6)
    stage.press(Key.Key_5, alt=True)
    stage.wait(lambda: bool(stage.page.notice.text()))


@scene("The other tills", "asks")
def neighbour(stage: Stage) -> None:
    """One that came back; its till was not heard of for an hour, and should be asked first."""
    elsewhere(stage)
    stage.turn("pageNeighbour", Key.Key_Return)
    stage.settle(40)


@scene("The other tills", "normal")
def neighbour_refund(stage: Stage) -> None:
    """Its fee goes back out of this drawer, once."""
    neighbour(stage)
    stage.turn("pageNeighbourRefund", Key.Key_F10)
    stage.settle(40)


@scene("The other tills", "normal")
def review_transferred(stage: Stage) -> None:
    """A corrected request whose fee was paid before: nothing is taken."""
    stage.home(sent_back)
    stage.screens.requests.aftercare.open(stage.counter.desk.requests.search(TRAY)[0].id, lambda: None)
    stage.until("pageAftercare")
    stage.turn("pageForm", Key.Key_F10)
    stage.turn("pageReview", Key.Key_F10)
    stage.press(Key.Key_1, alt=True)  # another one of today is no reason
    stage.settle(40)


def sent_back(counter: FakeCounter) -> None:
    three_sold(counter)
    row = counter.desk.requests.search(Query())[1]
    decision = Decision(
        row.epoch,
        row.seq,
        "sent_back",
        "R7",
        "الاسم لا يطابق البطاقة",
        "Name differs from the card",
        counter.counter.context.now_ms(),
    )
    counter.shop.counter.journal.write([], [decision])

"""Work by stick from the page of the line: by keys alone, beside the work, and said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from kiosk.ports.world import StickAnswer, WrittenBundle
from protocol.errors import KioskError, Refused, Unavailable
from protocol.texts import say
from tests.ui.conftest import Hands
from ui.upkeep.sync_page import SyncPage
from ui.widgets import show

ON_IT = show.disk("/media/stick")


class Desk:
    """A stick that answers as it is told."""

    def __init__(self, trouble: KioskError | None = None) -> None:
        self.trouble, self.asked = trouble, list[str]()

    def sticks(self) -> list[Path]:
        return [Path("/media/stick")]

    def _do(self, what: str, found: Any) -> Any:
        self.asked.append(what)
        if self.trouble is not None:
            raise self.trouble
        return found

    def out(self) -> WrittenBundle:
        found: WrittenBundle = self._do("out", WrittenBundle("/media/stick/manfaz-00000000.kjb", 14))
        return found

    def bring(self) -> StickAnswer:
        found: StickAnswer = self._do("in", StickAnswer(14, 2))
        return found


def page(hands: Hands) -> SyncPage:
    hands.home()
    hands.press(Qt.Key.Key_F7, to="pageSync")
    found = hands.window.session.screens().sync.page
    hands.qtbot.waitUntil(lambda: found.data is not None)
    hands.settle(30)
    return found


def test_out_and_in_by_keys(hands: Hands) -> None:
    hands.counter.stick = desk = Desk()
    shown = page(hands)
    hands.press(Qt.Key.Key_3, alt=True)
    hands.qtbot.waitUntil(lambda: ON_IT in shown.notice.text())
    assert "00000000" not in shown.notice.text(), "the number of the device is nobody's to read"
    hands.press(Qt.Key.Key_4, alt=True)
    hands.qtbot.waitUntil(lambda: ON_IT not in shown.notice.text())
    hands.settle(30)
    assert desk.asked == ["out", "in"]
    assert "14" in shown.notice.text()


def test_what_fails_is_said_and_can_be_tried_again(hands: Hands) -> None:
    hands.counter.stick = desk = Desk(Unavailable("stick_away", reason="ENOSPC"))
    shown = page(hands)
    shown.write.click()
    hands.qtbot.waitUntil(lambda: say("ar", "system.reason.ENOSPC") in shown.notice.text())
    desk.trouble = Refused("other_file")
    shown.read.click()
    hands.qtbot.waitUntil(lambda: say("ar", "system.reason.ENOSPC") not in shown.notice.text())
    desk.trouble = None
    hands.settle(30)
    shown.read.click()
    hands.settle(60)
    assert desk.asked == ["out", "in", "in"]


def test_a_second_press_while_the_stick_works_does_nothing(hands: Hands) -> None:
    hands.counter.stick = desk = Desk()
    shown = page(hands)
    hands.counter.hold = True
    shown.write.click()
    shown.write.click()
    shown.read.click()
    hands.counter.release()
    hands.qtbot.waitUntil(lambda: ON_IT in shown.notice.text())
    assert desk.asked == ["out"]


def test_the_sticks_that_are_in_are_named_before_one_is_written_on(hands: Hands) -> None:
    hands.counter.stick = desk = Desk()
    shown = page(hands)

    def told() -> str:
        pill = shown.sticks.pill()
        return pill.word if pill else ""

    hands.qtbot.waitUntil(lambda: ON_IT in told())
    desk.sticks = list  # type: ignore[method-assign]
    hands.press(Qt.Key.Key_F5)
    hands.qtbot.waitUntil(lambda: told() == say("ar", "sync.sticks.none"))
    assert hands.counter.line.tried == 1


def test_without_internet_f10_writes_what_waits_once_a_stick_is_in_and_then_waits_to_be_carried(hands: Hands) -> None:
    hands.counter.stick = desk = Desk()
    desk.sticks = list  # type: ignore[method-assign]
    hands.home().sold()
    hands.press(Qt.Key.Key_F7, to="pageSync")
    shown = hands.window.session.screens().sync.page
    hands.qtbot.waitUntil(lambda: say("ar", "stick.first") in shown.primary.accessibleDescription())
    assert shown.primary.words == say("ar", "stick.write")
    assert not shown.primary.hasFocus(), "it waits"
    del desk.sticks
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: say("ar", "stick.carry") in shown.primary.accessibleDescription())
    assert shown.primary.words == say("ar", "stick.read")
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.waitUntil(lambda: desk.asked == ["out", "in"])

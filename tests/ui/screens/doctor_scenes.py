"""Scenes of what is wrong with a counter, and of telling the centre."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt

from kiosk.core.events import PrintJobsChanged, SyncChanged
from kiosk.model.store_changes import PutFact
from protocol.errors import Unavailable
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import busy_and_online, three_sold
from tests.ui.screens.scenes import scene

Key = Qt.Key


def doctor(stage: Stage) -> None:
    """By the keys of the help, from the home screen."""
    stage.home(three_sold)
    stage.turn("pageHelp", Key.Key_F1)
    stage.turn("pageDoctor", Key.Key_2, alt=True)
    stage.settle(40)


@scene("Diagnosis", "empty")
def doctor_clean(stage: Stage) -> None:
    """Everything looked at, nothing found."""
    doctor(stage)
    now_ms = stage.counter.shop.clock.wall_ms()
    stage.screens.doctor.page.set_findings([], now_ms, now_ms, up=False)
    stage.settle(40)


@scene("Diagnosis", "loading")
def doctor_running(stage: Stage) -> None:
    """Under way; it can be ended, and work goes on."""
    doctor(stage)
    stage.screens.doctor.page.begin()
    for number in range(1, 24):
        stage.screens.doctor.page.advance(number)
    stage.window.tell_keys()
    stage.settle(40)


@scene("Diagnosis", "error")
def doctor_findings(stage: Stage) -> None:
    """What was found, the gravest first, each with the one act that mends it."""
    computer = stage.counter.computer
    computer.free, computer.asleep, computer.printer_reason = 150 << 20, True, "paper_out"
    stage.counter.papers._set_trouble(Unavailable("printer", reason="paper_out"))
    made = {"verified": True, "at_ms": stage.counter.counter.context.now_ms() - 9 * 86_400_000}
    stage.counter.store.commit([], [PutFact("backup", json.dumps(made).encode())])
    doctor(stage)
    stage.counter.events.publish(PrintJobsChanged())
    stage.press(Key.Key_F5)
    stage.wait(lambda: not stage.screens.doctor.page.running)
    stage.settle(80)


@scene("Diagnosis", "normal")
def report(stage: Stage) -> None:
    """A problem is reported: which kind, a few words."""
    stage.home(busy_and_online)
    stage.counter.events.publish(SyncChanged())
    stage.turn("pageHelp", Key.Key_F1)
    stage.turn("pageDoctor", Key.Key_2, alt=True)
    stage.turn("pageReport", Key.Key_1, alt=True)
    stage.settle(60)


@scene("Diagnosis", "offline")
def report_kept(stage: Stage) -> None:
    """No line: the report is saved, and says how it goes by stick."""
    doctor(stage)
    stage.turn("pageReport", Key.Key_1, alt=True)
    stage.wait(lambda: bool(stage.page.notice.text()))
    stage.settle(40)

"""A window that is closed asks the counter for nothing more."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.shell.bridge import Bridge
from ui.shell.counter_port import Executor


class Deaf:
    """A counter that must not be asked."""

    def run(self, work: object) -> Any:
        raise AssertionError(work)

    run_slow = run


def test_nothing_is_asked_after_the_window_has_closed(qtbot: QtBot) -> None:
    said: list[object] = []
    owner = QObject()
    bridge = Bridge(cast("Executor", Deaf()), owner)
    bridge.close()
    bridge.ask(lambda: 1, said.append, said.append)
    bridge.ask_slow(lambda: 1, said.append, said.append)
    assert said == []

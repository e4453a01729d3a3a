"""What nobody holds any more is collected on the thread of the windows, when it is not in the way."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.scenarios.day.loop import resident_kib
from ui.shell import garbage_timer
from ui.shell.garbage_timer import GarbageTimer, collect_due


@pytest.fixture(autouse=True)
def started_low() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(50, 5, 5)
    gc.unfreeze()  # what the tests before have made stand
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


class Ring(QWidget):
    ends: list[threading.Thread]

    def __init__(self, ends: list[threading.Thread]) -> None:
        super().__init__()
        self.ends = ends
        self.ring = self

    def __del__(self) -> None:
        self.ends.append(threading.current_thread())


def litter(times: int = 20_000) -> list[list[int]]:
    """Many objects at once: what sets the collector off."""
    return [[one] for one in range(times)]


def elsewhere(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_a_ring_of_windows_never_ends_on_another_thread(qtbot: QtBot) -> None:
    ends: list[threading.Thread] = []
    collector = GarbageTimer(parent := QWidget())
    Ring(ends)
    elsewhere(litter)
    assert not ends
    for _ in range(50):
        litter(100)
        collector.collect()
    assert ends == [threading.main_thread()]
    assert parent is not None


def test_it_looks_by_itself(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage_timer, "LOOK_MS", 1)
    ends: list[threading.Thread] = []
    parent = QWidget()
    qtbot.addWidget(parent)
    GarbageTimer(parent)
    Ring(ends)
    kept = litter(100)
    qtbot.waitUntil(lambda: bool(ends))
    assert kept


def due_in_full() -> None:
    while gc.get_count()[2] <= gc.get_threshold()[2]:
        gc.collect(1)


def test_a_full_collection_waits_until_no_key_is_pressed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    collector = GarbageTimer(parent)
    due_in_full()
    collector.somebody()
    collector.collect()
    assert gc.get_count()[2] > 0, "somebody is typing"
    assert gc.get_freeze_count() == 0
    monkeypatch.setattr(garbage_timer, "QUIET_MS", 0)
    collector.collect()
    assert gc.get_count()[2] == 0
    frozen = gc.get_freeze_count()
    assert frozen > 0, "what the start has made is left alone from here on"
    kept = litter(5_000)
    due_in_full()
    collector.collect()
    assert gc.get_freeze_count() <= frozen, "once"
    assert kept


def test_one_that_is_long_overdue_waits_no_longer(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage_timer, "OVERDUE", 1)
    due_in_full()
    assert collect_due(full=False)
    assert gc.get_count()[2] == 0


def test_what_was_freed_goes_back_to_the_system(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    collector = GarbageTimer(parent)
    held = [b"x" * 100_000 + bytes([n % 256]) for n in range(400)]
    last = held.pop()
    full = resident_kib()
    held.clear()
    collector.collect()
    assert resident_kib() < full - 30_000
    assert last, "what lies above it keeps the rest from going back by itself"

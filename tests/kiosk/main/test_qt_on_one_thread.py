"""No Qt class is made aside of the windows' thread: see `ui.main.late_modules`."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Final

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.main import config
from kiosk.main.config import LazyRenderer
from kiosk.printing.printer_choice import parse_choice
from tests.kiosk.main.watched_start import watched_start
from ui.main import late_modules
from ui.main.late_modules import LateModules

WATCHED: Final = """
import builtins, os, pathlib, sys, threading
made = builtins.__build_class__
main = threading.main_thread()

def build(body, name, *bases, **more):
    kind = made(body, name, *bases, **more)
    if threading.current_thread() is not main and "Shiboken" in type(kind).__name__:
        print("ASIDE", kind.__module__, name, flush=True)
    return kind

def of_qt(name):
    path = pathlib.Path(*name.split(".")).with_suffix(".py")
    return name.startswith("PySide6") or path.is_file() and "from PySide6" in path.read_text(encoding="utf-8")

class Finder:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is not main and of_qt(name):
            print("ASIDE", name, threading.current_thread().name, flush=True)

builtins.__build_class__ = build
sys.meta_path.insert(0, Finder())
from tests.bench import start_probe

def look(watch):
    if watch._window.page().objectName() != watch._first:
        watch._timer.stop()
        print("ANSWERED", flush=True)
        start_probe.QTimer.singleShot(2000, lambda: os._exit(0))  # the printing thread asks for its printer by then

start_probe.Watch._look = look
"""
CHOSEN: Final = """
from kiosk.printing.print_queue import PrintQueue
from kiosk.printing.printer_choice import parse_choice
from ui.main import late_modules
PrintQueue.chosen = lambda queue: parse_choice("file:" + sys.argv[1] + "/papers")
late_modules.AFTER_MS = 1000  # the store is open by then, and its printing thread has asked for the printer
typing = start_probe.Watch._type
start_probe.Watch._type = lambda watch: start_probe.QTimer.singleShot(1500, lambda: typing(watch))
"""
"""A printer chosen at the counter, which is asked for before the modules are here."""


@pytest.mark.keystore
@pytest.mark.parametrize("printer", ["", CHOSEN], ids=["none", "chosen at the counter"])
def test_no_qt_class_is_made_on_another_thread(printer: str, tmp_path: Path) -> None:
    said = watched_start(f"{WATCHED}{printer}start_probe.main()\n", tmp_path)
    assert [line[1:] for line in said if line[0] == "ASIDE"] == []


def test_a_printer_chosen_at_the_counter_waits_for_the_window_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(config, "late_device", lambda choice, language: made.append((choice, language)))
    paper, choice = LazyRenderer(parse_choice("none"), "ar", behind_window=True), parse_choice("tcp:192.0.2.1")
    thread = Thread(target=paper.device_of, args=(choice,), daemon=True)
    thread.start()
    thread.join(0.05)
    assert made == []
    paper.arm()
    thread.join()
    assert made == [(choice, "ar")]


def test_who_waits_for_the_modules_goes_on_where_the_last_one_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, qapp: QApplication
) -> None:
    monkeypatch.setattr(late_modules, "MODULES", ("ui.no_such_module",))
    modules, heard = LateModules(qapp), list[str]()
    modules.then(lambda: heard.append("armed"))
    with pytest.raises(ModuleNotFoundError):
        modules.finish()
    assert heard == ["armed"]
    modules.finish()
    qtbot.wait(2 * late_modules.AFTER_MS)  # its timer has nothing left to do

"""No Qt class is made aside of the windows' thread: see `ui.main.late_modules`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.kiosk.main.watched_start import watched_start

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
start_probe.main()
"""


@pytest.mark.keystore
def test_no_qt_class_is_made_on_another_thread(tmp_path: Path) -> None:
    said = watched_start(WATCHED, tmp_path)
    assert [line[1:] for line in said if line[0] == "ASIDE"] == []

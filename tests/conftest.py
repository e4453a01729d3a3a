"""What every test stands on: Qt without a display."""

from __future__ import annotations

import atexit
import gc
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings

from tests.harness.remembered import remember, unchanged

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# What tests write lies in memory, where there is enough of it: a disk takes 3 ms for each time that something has to be
# on it when a call returns.
MEMORY: Final = Path("/dev/shm")
ROOM: Final = 4 << 30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM:
    tempfile.tempdir = os.environ.setdefault("TMPDIR", str(MEMORY))
# Runs beside each other make the same ids from the same seeds: each has the locks of its own account, so to say.
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="manfaz-")
atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
# Every program under test would compile everything anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Deadline and health check judge the machine's speed, not the code: a busy machine would fail what is right.
# A gate asks the same questions each time, so that a red one is about the change. `make explore` asks new ones.
settings.register_profile("gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("explore" if os.environ.get("EXPLORE") else "gate")


def pytest_sessionstart() -> None:
    """One application for all tests, made where Qt wants it: a program under test may run on another thread.

    On a Windows Python the tests that stand there paint nothing.
    """
    remember()
    _lighten()
    if sys.platform != "win32":
        from ui.main.application import make_application

        _application.append(make_application([]))


_application: list[object] = []


def _lighten() -> None:
    """A store on a disk of a test's carries no 64 MiB of ballast; what asks for a size gets it."""
    from storage.disk.disk_space import DiskSpace

    patch.dict(DiskSpace.__init__.__kwdefaults__, ballast_bytes=4096).start()


_ENDED: Final = itertools.count()
FREEZE_EVERY: Final = 20
"""Tests. What modules and caches keep since is looked through no more: by no collection, by no search for items that
outlived their layout.
"""

LONG: Final = (
    "tests/scenarios/", "tests/kiosk/setup/", "tests/attacks/test_hostile", "tests/attacks/test_confine",
    "tests/attacks/test_keystore", "tests/ui/access/test_screen_reader", "tests/ui/keys/test_newcomer",
    "tests/central/web/test_abuse", "tests/installer/test_app_layer",
)  # fmt: skip
"""Tests of ten seconds and more: begun first, so that no worker has one left when the others are done."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """What stands now stands to the end: no collection looks through it again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """No window outlives its test: a page that nobody owns hangs on its own signals, and each change of the look would
    polish it again, for the rest of the run. What is left over is collected on this thread, see
    `ui/shell/garbage_timer.py`.
    """
    yield
    if "PySide6.QtWidgets" in sys.modules:
        _end_windows()


@pytest.fixture(scope="module", autouse=True)
def shared_stays() -> Generator[None]:
    yield
    unchanged()


def _end_windows() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    from ui.shell.garbage_timer import collect_due

    gc.disable()

    application = QApplication.instance()
    if isinstance(application, QApplication):
        for widget in application.topLevelWidgets():
            if isValid(widget) and widget.parent() is None:  # one may have gone with another
                widget.close()
                widget.deleteLater()
                QCoreApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete)
    if next(_ENDED) % FREEZE_EVERY == 0:
        gc.collect()
        gc.freeze()
    else:
        collect_due(full=True)


@pytest.fixture
def older_known() -> Generator[None]:
    """The program knows a version before the first one; see `tests.harness.older_version`."""
    from tests.harness.older_version import known

    with known():
        yield

"""A centre in this process, for what is carried to it; no screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.harness.own_centre import OwnCentre, copied_centre


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/kiosk/setup/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def _no_disk_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows: under wine one of them is the whole of the system below."""
    monkeypatch.setattr("kiosk.main.setup_machine.fixed", list)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[OwnCentre]:
    """A centre with one shop, on the embedded store."""
    made = copied_centre(tmp_path)
    yield made
    made.store.close()

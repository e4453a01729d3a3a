"""The parts as the shop has them: real storage on a disk of the test's, a keystore in memory, no screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.premises import Premises


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/kiosk/main/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture
def premises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Premises:
    """An empty folder, and a keystore that the commands find as the system's."""
    keystore = FakeKeystore()
    monkeypatch.setattr("storage.keystore.system_keystore.SystemKeystore", lambda: keystore)
    return Premises(tmp_path, keystore)


@pytest.fixture
def enrolled(premises: Premises) -> Premises:
    """A kiosk enrolled at a centre that is away; documents have come, nobody has signed in."""
    premises.enrol()
    return premises


@pytest.fixture
def sold(premises: Premises) -> Premises:
    """One request in the journal, its paper waiting."""
    premises.sell()
    return premises

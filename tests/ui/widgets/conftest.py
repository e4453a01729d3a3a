"""What the tests of widgets share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ui.main.application import make_application
from ui.widgets.theme import ScreenLook, wear


@pytest.fixture
def app() -> Iterator[QApplication]:
    """It looks as it did before, whatever a test puts on."""
    found = make_application([])
    yield found
    wear(found, ScreenLook())

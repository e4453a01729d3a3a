"""The window system of these tests has no screen, and says so."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/ui/screens/" in str(item.path):
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))

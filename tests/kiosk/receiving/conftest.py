"""A kiosk enrolled at a centre that lives in the same test."""

from __future__ import annotations

import pytest

from tests.harness.sync_party import Kiosk, pair


@pytest.fixture
def kiosk() -> Kiosk:
    return pair()[2]

"""What the tests of requests share."""

from __future__ import annotations

import pytest

from tests.harness.own_centre import OwnCentre, apply_settings
from tests.harness.wire_device import Device


@pytest.fixture
def device(office: OwnCentre) -> Device:
    """A till of a shop whose catalogue and settings it has applied."""
    office.publish_catalogue()
    made = office.enrol()
    apply_settings(made)
    return made

"""One running centre for each module, with a shop in it; devices as the tests need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.central.centre import CentreProcess, start_centre
from tests.central.device import Device, add_shop, enrol_device


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    running = start_centre(tmp_path_factory.mktemp("centre"))
    try:
        add_shop(running)
        yield running
    finally:
        running.stop()


@pytest.fixture
def device(centre: CentreProcess) -> Device:
    """A device of its own, enrolled, with nothing in its journal."""
    return enrol_device(centre)


@pytest.fixture(scope="module")
def steady(centre: CentreProcess) -> Device:
    """One device for all tests of a module that leave its state as it was."""
    return enrol_device(centre)

from __future__ import annotations

import os
from pathlib import Path

import PySide6.QtCore  # noqa: F401 - loaded on this thread, because Qt takes the one that loads it for the main one
import pytest

from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.premises import Premises
from tests.kiosk.upkeep.doctor.doctor_bench import Bench, Template


@pytest.fixture(scope="session", autouse=True)
def _numbers_of_disks() -> None:
    """The computer of these tests is Linux, in files; Windows' own Python cannot take the number of a disk apart."""
    for name, bits in (("major", 8), ("minor", 0)):
        if not hasattr(os, name):
            setattr(os, name, lambda device, bits=bits: device >> bits & 0xFF)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.build(tmp_path_factory.mktemp("doctor"))


@pytest.fixture
def bench(template: Template, tmp_path: Path) -> Bench:
    return Bench(template, tmp_path / "computer")


@pytest.fixture
def premises(tmp_path: Path) -> Premises:
    return Premises(tmp_path / "premises", FakeKeystore())

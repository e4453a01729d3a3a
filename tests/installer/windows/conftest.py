"""What is installed, and the Windows it is installed in; both made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from installer import app_layer, windows
from installer.products import ROOT, Options
from tests.installer.windows.wine import Windows, windows_path

MADE = ROOT / "build" / "test-windows"
"""Left there, with the pictures, for whoever wants to look."""


@dataclass(frozen=True)
class Built:
    """A setup program, the folder it was made of, and its version."""

    version: str
    setup: Path
    stage: Path

    @property
    def command(self) -> str:
        return windows_path(self.setup)


def asked(out: Path, signing: tuple[Path, Path] | None = None) -> Options:
    """Quickly, with the pinned Python."""
    return Options(("windows",), out, signing=signing, fast=True)


def build(out: Path, version: str | None = None) -> Built:
    app = app_layer.build(out, version)
    product = windows.build(asked(out), app)
    return Built(app.version, product.path, out / f"windows-{app.version}" / "stage")


@pytest.fixture(scope="session")
def made() -> Path:
    """Its own for each process of tests that run side by side."""
    folder = MADE / os.environ.get("PYTEST_XDIST_WORKER", "alone")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def first(made: Path) -> Built:
    return build(made)


@pytest.fixture(scope="session")
def second(made: Path) -> Built:
    """The same program under the next number."""
    return build(made, "0.1.1")


@pytest.fixture(scope="session")
def machine(made: Path, first: Built) -> Iterator[Windows]:
    machine = Windows(made / "prefix", first.stage / "python")
    yield machine
    machine.end()

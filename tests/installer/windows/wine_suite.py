"""Our own tests of what hangs on the system, run by a Windows Python with the whole of Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer.windows import CACHE
from tests.installer.windows import windows_suite
from tests.installer.windows.wine import Windows, windows_path

pytestmark = pytest.mark.timeout(3600)
FEWEST = 800
"""So that a list that has lost its files does not pass."""


@pytest.fixture(scope="module")
def python(made: Path) -> Path:
    return windows_suite.lay_out(made / "tests", CACHE)


@pytest.fixture
def apart(made: Path, python: Path) -> Iterator[Windows]:
    """A Windows without the program."""
    machine = Windows(made / "suite-prefix", python.parent)
    yield machine
    machine.end()


def test_what_hangs_on_the_system_holds_on_windows(apart: Windows, python: Path, made: Path, tmp_path: Path) -> None:
    """What they write lies in a folder of their own: pytest fails to clear away the one that it shares with ours."""
    done = apart.run(
        python, "-B", "-X", "utf8", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=300",
        f"--basetemp={windows_path(tmp_path / 'suite')}", "-rf",
        "-m", "not posix and not keystore and not x11", *windows_suite.FILES,
        *(f"--deselect={name}" for name in windows_suite.LINUX_ONLY), patience_s=3000,
    )  # fmt: skip
    (made / "suite.txt").write_text(done.out + done.err, encoding="utf-8")
    passed = re.search(r"(\d+) passed", done.out)
    assert done.code == 0, done.out[-6000:]
    assert passed is not None
    assert int(passed[1]) >= FEWEST, done.out[-500:]
    assert " skipped" not in done.out

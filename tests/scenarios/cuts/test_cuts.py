"""25 cuts in each ordinary run, as many as it is told by `make cuts`; and the frame finds what it is there to find."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from starter import files
from tests.harness.untraced import untraced
from tests.scenarios.cuts.frame import Bench, Cut, Scenario

ROOT = Path(files.__file__).resolve().parent.parent


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a process that has no threads: it forks."""
    wanted = [sys.executable, "-m", *arguments]
    return subprocess.run(wanted, cwd=ROOT, env=untraced(), capture_output=True, text=True, check=False, timeout=280)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_25_cuts_leave_one_working_version_and_a_whole_store() -> None:
    ended = run("tests.scenarios.cuts", "--cuts", "25")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "25 cuts in" in ended.stdout or "violations" in ended.stdout


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_disk_that_is_full_or_fails_at_24_operations_is_said_and_loses_nothing() -> None:
    """On a real small disk: four operations of each of six steps, each once full from there on and once failing."""
    ended = run("tests.scenarios.cuts.lacks", "--points", "24")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 violations" in ended.stdout


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_file_written_where_it_stands_is_found_out() -> None:
    ended = run("tests.scenarios.cuts.test_cuts")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.split() == ["torn", "whole"]


def _lay(folder: Path) -> None:
    (folder / "word").write_bytes(b"before")


def _torn(folder: Path) -> None:
    with (folder / "word").open("wb", buffering=0) as file:
        file.write(b"one half, ")
        file.write(b"the other")


def _whole(folder: Path) -> None:
    files.replace_whole(folder / "word", b"one half, the other")


def _wrong(folder: Path) -> list[str]:
    return [] if (folder / "word").read_bytes() in {b"before", b"one half, the other"} else ["torn"]


def _look() -> None:
    import tempfile

    for name, act in (("torn", _torn), ("whole", _whole)):
        with tempfile.TemporaryDirectory() as room:
            scenario = Scenario(name, _lay, act, _wrong)
            bench = Bench(scenario, Path(room))
            found = [bench.cut(at) for at in bench.survey()]
            assert bench.cut(Cut("rename", 99)) is None, "a cut that is never reached is none"
            print("torn" if any(found) else "whole")


if __name__ == "__main__":
    _look()

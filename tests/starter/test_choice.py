"""Which version is run: never half of one, never one for another runtime, and the shipped app in all doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from starter import pointer, versions
from starter.lock import Busy, ProgramLock
from starter.pointer import Pointer
from tests.harness.tiny_program import RELEASE, Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    made.ship()
    return made


def names(program: Program) -> list[tuple[str, bool]]:
    return [(choice.name, choice.trial) for choice in versions.candidates(program.program, program.data)]


def test_without_a_pointer_the_shipped_app_runs(program: Program) -> None:
    program.add("0.2.0")
    assert names(program) == [("", False)]
    (program.data / "program" / "pointer").write_bytes(b"garbage")
    assert names(program) == [("", False)]


def test_the_pointer_names_what_runs_and_what_after_it(program: Program) -> None:
    program.add("0.2.0")
    program.add("0.3.0")
    pointer.write(program.data, Pointer("0.3.0", "0.2.0", phase="COMMITTED"))
    assert names(program) == [("0.3.0", False), ("0.2.0", False), ("", False)]
    program.on_trial("0.3.0", "0.2.0")
    assert names(program) == [("0.3.0", True), ("0.2.0", False), ("", False)]


@pytest.mark.parametrize("harm", ["complete gone", "complete other", "list changed", "list gone", "other name"])
def test_half_a_version_is_none(program: Program, harm: str) -> None:
    folder = program.add("0.2.0")
    pointer.write(program.data, Pointer("0.2.0", phase="COMMITTED"))
    if harm == "complete gone":
        (folder / "complete").unlink()
    elif harm == "complete other":
        (folder / "complete").write_text("0" * 64)
    elif harm == "list changed":
        (folder / "version.json").write_text("[]")
    elif harm == "list gone":
        (folder / "version.json").unlink()
    else:
        folder.rename(pointer.version_folder(program.data, "0.2.1"))
        pointer.write(program.data, Pointer("0.2.1", phase="COMMITTED"))
    assert names(program) == [("", False)]


@pytest.mark.posix
def test_a_version_for_another_runtime_waits_for_it(program: Program) -> None:
    program.add("0.2.0", needs_runtime="r2")
    pointer.write(program.data, Pointer("0.2.0", phase="COMMITTED"))
    (program.program / "runtime").mkdir()
    (program.program / "runtime" / "RUNTIME").write_text("r1\n")
    assert names(program) == [("", False)]
    (program.program / "RUNTIME").write_text("r2\n")
    assert names(program) == [("0.2.0", False), ("", False)]


def test_an_installer_that_brought_more_wins_over_the_update(program: Program) -> None:
    program.add("0.2.0")
    program.on_trial("0.2.0")
    program.ship("0.2.0")
    assert names(program) == [("", False)]
    program.ship("0.10.0")
    assert names(program) == [("", False)]
    (program.program / "app" / "complete").unlink()
    assert names(program) == [("0.2.0", True)]


def test_the_versions_have_one_lock(tmp_path: Path) -> None:
    with ProgramLock(tmp_path) as lock:
        with pytest.raises(Busy):
            ProgramLock(tmp_path)
        lock.release()
        lock.release()
        ProgramLock(tmp_path).release()
    assert RELEASE

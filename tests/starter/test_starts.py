"""A proven version whose starts fail in a row before its window stands: the version before runs, by real processes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from starter import launch, pointer, starts, versions
from starter.lock import ProgramLock
from starter.pointer import Pointer
from starter.signs import FAILED, MARK
from tests.harness.tiny_program import CRASH, RELEASE, Program

PROVEN = Pointer("0.2.0", "", "", 0, RELEASE, "COMMITTED", 20_000)
STOOD = "from starter import starts; starts.stood(data)\n"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    for name in (launch.PROGRAM, MARK):
        monkeypatch.setenv(name, "")
    made = Program(tmp_path)
    made.ship()
    return made


def proven(program: Program, body: str, **more: str) -> None:
    program.add("0.2.0", body, **more)
    pointer.write(program.data, PROVEN)


@pytest.mark.parametrize("body", [CRASH, "raise RuntimeError", "os.abort()", f"sys.exit({FAILED})"])
def test_after_three_failed_starts_the_version_before_runs_and_stays(program: Program, body: str) -> None:
    proven(program, body)
    for _ in range(starts.MOST):
        assert program.start().returncode != 0
    assert program.told() == ["0.2.0"] * 3
    assert program.start().returncode == 0
    assert program.told()[3:] == ["0.1.0"]
    assert program.pointer() == Pointer("", "", "0.2.0", 0, "", "REVERTED", 20_000)
    assert starts.crashed(program.data) == {"0.2.0"}
    program.start()
    assert program.told()[4:] == ["0.1.0"]


@pytest.mark.parametrize("ends_well", ["", "sys.exit(1)", STOOD + CRASH])
def test_a_window_that_stood_or_a_clean_end_forgets_what_failed_before(program: Program, ends_well: str) -> None:
    """Two crashes, one start that came up, two crashes: never three in a row. It may crash later as it likes."""
    times = f"""
n = len((data / "told").read_text().split())
if n != 3: os._exit(9)
{ends_well}"""
    proven(program, times)
    for _ in range(5):
        program.start()
    assert program.told() == ["0.2.0"] * 5
    assert program.pointer() == PROVEN


def test_whoever_starts_it_again_and_again_while_it_opens_undoes_nothing(program: Program) -> None:
    proven(program, """
if (data / "first").exists(): os._exit(9)
(data / "first").touch()
while not (data / "go").exists(): time.sleep(0.01)
""")  # fmt: skip
    wanted = [sys.executable, str(program.program / "starter"), "--data", str(program.data)]
    first = subprocess.Popen(wanted, cwd=program.root)
    try:
        end = time.monotonic() + 30
        while not (program.data / "first").exists() and time.monotonic() < end:
            time.sleep(0.01)
        for _ in range(starts.MOST + 1):
            program.start()
        assert program.pointer() == PROVEN
        assert starts.begin(program.data, "0.2.0") == 0, "somebody is on the way"
    finally:
        (program.data / "go").touch()
        assert first.wait(30) == 0
    assert set(program.told()) == {"0.2.0"}


def test_a_version_before_that_cannot_open_the_database_is_not_gone_back_to(program: Program) -> None:
    proven(program, CRASH, schema="0012")
    for _ in range(starts.MOST + 2):
        program.start()
    assert set(program.told()) == {"0.2.0"}
    assert program.pointer() == PROVEN


@pytest.mark.parametrize(
    ("knows", "schema", "compatible_with", "opens"),
    [
        ("0010", "0010", "", True), ("0010", "0011", "0010", True), ("0010", "0012", "0011", False),
        ("0010", "0011", "", False), ("", "", "", True), ("", "0011", "", False),
    ],
)  # fmt: skip
def test_who_opens_what(program: Program, knows: str, schema: str, compatible_with: str, opens: bool) -> None:
    program.ship(schema=knows)
    later = program.add("0.2.0", schema=schema, compatible_with=compatible_with)
    assert versions.opens(program.program / "app", later) is opens


def test_with_nothing_before_it_or_for_another_command_nothing_is_counted(program: Program) -> None:
    program.ship("0.1.0", CRASH)
    for _ in range(starts.MOST + 1):
        program.start()
    proven(program, CRASH)
    for _ in range(starts.MOST + 1):
        program.start("version")
    assert not (program.data / "program" / starts.COUNT).exists()
    assert program.pointer() == PROVEN


def test_a_count_of_another_version_or_nonsense_is_none(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "_alone", lambda _folder: True)
    proven(program, "")
    for said, failed in (("0.1.9 7", 0), ("0.2.0 2", 2), ("0.2.0", 0), ("0.2.0 x", 0)):
        (program.data / "program" / starts.COUNT).write_text(said)
        assert starts.begin(program.data, "0.2.0") == failed
    monkeypatch.setattr(starts, "_alone", lambda _folder: False)
    assert starts.begin(program.data, "0.2.0") == 0


def test_a_full_disk_counts_nothing_and_gives_up_for_this_once(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    proven(program, "")
    choices = versions.candidates(program.program, program.data)
    (program.data / "program" / starts.COUNT).write_text("0.2.0 3")

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(starts, "_alone", lambda _folder: True)
    with monkeypatch.context() as patch:
        patch.setattr(pointer, "replace_whole", full)
        assert [choice.name for choice in starts.choose(program.data, choices)] == [""]
        assert program.pointer() == PROVEN
    with ProgramLock(program.data):
        assert starts.choose(program.data, choices) == choices, "whoever holds the versions decides"
    (program.data / "program" / starts.COUNT).unlink()
    (program.data / "program" / starts.COUNT).mkdir()
    assert starts.begin(program.data, "0.2.0") == 0
    starts.stood(program.data)


def test_giving_up_may_be_repeated(program: Program) -> None:
    proven(program, "")
    for _ in range(2):
        starts.give_up(program.data, PROVEN, "")
    assert starts.crashed(program.data) == {"0.2.0"}


def test_a_start_is_counted_and_the_version_stays_until_there_were_enough(program: Program) -> None:
    proven(program, "")
    choices = versions.candidates(program.program, program.data)
    assert starts.choose(program.data, choices[1:]) == choices[1:], "what is not the version in force is not counted"
    assert starts.choose(program.data, choices) == choices
    assert (program.data / "program" / starts.COUNT).read_text() == "0.2.0 1\n"
    program.ship(schema="0001")
    (program.data / "program" / starts.COUNT).write_text("0.2.0 9\n")
    assert starts.begin(program.data, "0.2.0") == 0, "this process is on the way already"

"""The installed program as it is started: real processes, with versions that do what a test wants."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

import starter.__main__ as main
from starter import launch, pointer
from starter.lock import ProgramLock
from starter.pointer import Pointer, default_data
from starter.signs import AGAIN, FAILED, MARK
from tests.harness.tiny_program import BAD, CRASH, GOOD, RELEASE, Program
from tests.harness.untraced import untraced


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    for name in (launch.PROGRAM, MARK):
        monkeypatch.setenv(name, "")  # the starter sets them for the version: here they are put back
    made = Program(tmp_path)
    made.ship()
    return made


def test_a_good_update_is_tried_committed_and_run(program: Program) -> None:
    program.add("0.2.0", GOOD)
    program.on_trial("0.2.0")
    assert program.start().returncode == 0
    found = program.pointer()
    assert found is not None
    assert (found.current, found.previous, found.phase, found.tries) == ("0.2.0", "", "COMMITTED", 0)
    program.start()
    assert program.told() == ["0.2.0", "0.2.0"]
    assert not list(program.data.rglob("__pycache__")), "a version's folder never changes"


def test_one_that_crashes_is_tried_twice_and_then_the_version_before_runs(program: Program) -> None:
    program.add("0.2.0", CRASH)
    program.on_trial("0.2.0")
    assert program.start().returncode == 0
    assert program.told() == ["0.2.0", "0.2.0", "0.1.0"]
    found = program.pointer()
    assert found == Pointer("", "", "0.2.0", 0, RELEASE, "REVERTED")
    program.start()
    assert program.told()[3:] == ["0.1.0"]


def test_one_that_finds_itself_unwell_is_ended_at_once(program: Program) -> None:
    program.add("0.2.0", BAD)
    program.on_trial("0.2.0")
    program.start()
    assert program.told() == ["0.2.0", "0.1.0"]


def test_one_that_cannot_even_be_read_is_passed_over(program: Program) -> None:
    folder = program.add("0.2.0")
    (folder / "kiosk" / "__main__.py").write_text("def main(: pass")
    pointer.write(program.data, Pointer("0.2.0", phase="COMMITTED"))
    assert program.start("version").returncode == 0
    assert program.told() == ["0.1.0"]


@pytest.mark.posix
def test_with_nothing_to_start_a_person_is_told_what_to_do(program: Program) -> None:
    (program.program / "app" / "complete").unlink()
    ended = program.start()
    assert ended.returncode == FAILED
    assert "Run setup again from the stick" in ended.stderr
    assert "شغّل التثبيت من الفلاشة" in ended.stderr


def test_a_command_proves_nothing_and_runs_the_version_that_is_proven(program: Program) -> None:
    program.add("0.2.0", GOOD)
    program.on_trial("0.2.0")
    program.start("doctor")
    assert program.told() == ["0.1.0"]
    found = program.pointer()
    assert found is not None
    assert (found.phase, found.tries) == ("TRIAL", 0)


def test_two_starters_do_not_try_one_version_at_once(program: Program) -> None:
    program.add("0.2.0", GOOD)
    program.on_trial("0.2.0")
    with ProgramLock(program.data):
        ended = program.start()
    assert (ended.returncode, program.told()) == (1, [])
    assert "Wait two minutes" in ended.stderr


def test_a_kiosk_that_asks_for_it_is_started_again_as_what_the_pointer_then_names(program: Program) -> None:
    program.add("0.2.0", GOOD)
    flip = f"""
from starter import pointer
pointer.write(data, pointer.Pointer("0.2.0", "", "0.2.0", 0, "{RELEASE}", "TRIAL"))
sys.exit({AGAIN})
"""
    program.ship("0.1.0", flip)
    assert program.start().returncode == 0
    assert program.told() == ["0.1.0", "0.2.0"]
    found = program.pointer()
    assert found is not None
    assert found.phase == "COMMITTED"


def test_where_the_try_cannot_be_counted_the_version_before_runs(program: Program) -> None:
    program.add("0.2.0", GOOD)
    program.on_trial("0.2.0")
    (program.data / "program" / "pointer.part").mkdir()
    program.start()
    assert program.told() == ["0.1.0"]


@pytest.mark.posix
@pytest.mark.parametrize("ending", main.ENDINGS)
def test_the_end_of_a_session_is_passed_on_to_the_version_on_trial(program: Program, ending: str) -> None:
    """The version ends its parent, as the end of a session does, and then waits for its own end.

    Two terminals that were closed are no two failures of a good version.
    """
    program.add("0.2.0", f"import signal\nos.kill(os.getppid(), signal.{ending})\ntime.sleep(60)\n")
    program.on_trial("0.2.0")
    number = getattr(signal, ending)
    before = signal.signal(number, signal.SIG_DFL)  # under nohup nobody would hear it
    try:
        assert program.start().returncode == 0
    finally:
        signal.signal(number, before)
    found = program.pointer()
    assert found is not None
    assert (found.phase, found.tries) == ("TRIAL", 0)


def test_the_end_that_comes_while_the_version_is_being_started_reaches_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it goes on in a session that has ended, and is shot with it in the middle of its trial."""
    played = Played(monkeypatch)
    stop = main._Stop()
    stop._hear()
    stop.watch(played)  # type: ignore[arg-type]
    assert played.ran == [("terminate", "")]


@pytest.mark.posix
def test_the_end_of_a_session_that_undoes_a_version_opens_none(program: Program) -> None:
    body = 'import signal\nos.kill(os.getppid(), signal.SIGTERM)\nnote("bad", "database")\ntime.sleep(60)\n'
    program.add("0.2.0", f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{body}")
    program.on_trial("0.2.0")
    assert program.start().returncode == 0
    assert program.told() == ["0.2.0"]
    found = program.pointer()
    assert found is not None
    assert found.phase == "REVERTED"


@pytest.mark.posix
def test_what_ends_a_program_does_so_again_once_the_trial_is_over(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was undone is followed by the version before in this very process: it takes seconds to hear by itself."""
    program.add("0.2.0", CRASH)
    program.on_trial("0.2.0")
    before = [signal.getsignal(getattr(signal, name)) for name in main.ENDINGS]
    monkeypatch.setattr(main, "run_here", lambda *_: 5)
    assert main.main(["--data", str(program.data)], program.program) == 5
    assert [signal.getsignal(getattr(signal, name)) for name in main.ENDINGS] == before


def test_what_a_terminal_was_told_to_ignore_stays_ignored() -> None:
    """As `nohup` has it: the program outlives its terminal."""
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with main._Stop():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, kept)


# ---- the same in this process, where versions are only named


class Played:
    """Stands in for `launch.Running` and `run_here`: says what was to be run, and lets a test say how it ends."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *codes: int | Exception) -> None:
        self.codes = list(codes)
        self.ran: list[tuple[str, str]] = []
        monkeypatch.setattr(main, "run_here", lambda folder, _: self._run("here", folder))
        monkeypatch.setattr(main, "Running", lambda folder, _, more: self._child(folder, more))
        monkeypatch.setattr(main, "start_again", lambda _: self._run("again", Path()))
        self.heard: list[Callable[[], object]] = []
        monkeypatch.setattr("signal.signal", lambda _, hear: self.heard.append(hear))

    def _run(self, how: str, folder: Path) -> int:
        self.ran.append((how, folder.name))
        code = self.codes.pop(0)
        if isinstance(code, Exception):
            raise code
        return code

    def _child(self, folder: Path, more: dict[str, str]) -> Played:
        self.ran.append(("child", folder.name))
        return self

    def wait(self, seconds: float | None) -> int:
        code = self.codes.pop(0)
        assert isinstance(code, int)
        return code

    def terminate(self) -> None:
        self.ran.append(("terminate", ""))


def test_a_trial_comes_first_and_its_end_is_the_starters(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.add("0.2.0")
    program.on_trial("0.2.0")
    played = Played(monkeypatch, 0)
    assert main.main(["--data", str(program.data)], program.program) == 0
    assert played.ran == [("child", "0.2.0")]
    played.heard[0]()
    assert played.ran[-1] == ("terminate", "")


def test_what_cannot_be_read_gives_way_to_the_next(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.add("0.2.0")
    pointer.write(program.data, Pointer("0.2.0", phase="COMMITTED"))
    played = Played(monkeypatch, SyntaxError(), 3)
    assert main.main(["version", "--data", str(program.data)], program.program) == 3
    assert played.ran == [("here", "0.2.0"), ("child", "app")]
    played = Played(monkeypatch, ImportError())
    (program.program / "app" / "complete").unlink()
    assert main.main(["version", "--data", str(program.data)], program.program) == FAILED


def test_busy_full_and_again(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program.add("0.2.0")
    program.on_trial("0.2.0")
    given = ["--data", str(program.data)]
    played = Played(monkeypatch, AGAIN, 5)
    with ProgramLock(program.data):
        assert main.main(given, program.program) == 1
    (program.data / "program" / "pointer.part").mkdir()
    assert main.main(given, program.program) == 5
    assert played.ran == [("here", "app"), ("again", "")]
    played.codes.append(9)
    assert main.main([launch.AS, "/x", "run"], program.program) == 9


@pytest.mark.posix
def test_a_child_is_waited_for_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "command", lambda _: ["sleep", "60"])
    child = launch.Running(tmp_path, [], {})
    assert child.wait(0.01) is None
    child.kill()
    assert child.wait(None) == -9


@pytest.mark.posix
def test_a_child_is_tied_to_the_starter_as_soon_as_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tied: list[int] = []
    monkeypatch.setattr(launch, "command", lambda _: ["true"])
    monkeypatch.setattr(launch, "tie", lambda child: tied.append(child.pid))
    child = launch.Running(tmp_path, [], {})
    assert child.wait(None) == 0
    assert tied == [child._process.pid]


@pytest.mark.parametrize(("body", "wanted"), [("pass", 0), ("sys.exit()", 0), ("sys.exit(4)", 4), ("sys.exit('x')", 1)])
def test_the_exit_code_is_the_versions_own(
    program: Program, monkeypatch: pytest.MonkeyPatch, body: str, wanted: int
) -> None:
    import sys

    program.ship("0.1.0", body)
    monkeypatch.setattr(sys, "argv", ["manfaz"])
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)
    assert launch.run_here(program.program / "app", ["--data", str(program.data)]) == wanted


# ---- the command line


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", True), ("run", True), ("--data /x run", True), ("--data=/x --citizen-screen", True), ("export f", False),
        ("--language ar doctor", False), ("--help", False), ("--printer none", True), ("--data", True),
    ],
)  # fmt: skip
def test_only_the_counter_proves_a_version(line: str, wanted: bool) -> None:
    assert main.counter_wanted(line.split()) is wanted


@pytest.mark.posix
def test_the_folder_of_the_data_is_where_the_kiosk_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main.data_folder(["--data", "/x", "run"]) == main.data_folder(["run", "--data=/x"]) == Path("/x")
    assert main.data_folder(["--data", "/y", "run", "--data", "/x"]) == Path("/x"), "of two the last, as there"
    for unset in ("", "not/whole"):
        monkeypatch.setenv("XDG_DATA_HOME", unset)
        assert main.data_folder([]) == default_data() == Path.home() / ".local/share/manfaz"
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert main.data_folder(["--data"]) == default_data()
    monkeypatch.setenv("XDG_DATA_HOME", "/y")
    assert main.data_folder([]) == default_data() == Path("/y/manfaz")


@pytest.mark.parametrize("flags", [[], ["-B"], ["-I"], ["-X", "utf8"], ["-I", "-B", "-X", "utf8"]])
def test_the_next_interpreter_is_started_as_this_one_was(program: Program, flags: list[str]) -> None:
    import subprocess
    import sys

    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from starter import launch; print(ascii(launch.command(['run'])))"
    )
    asked = [sys.executable, *flags, "-c", script, str(program.program)]
    env = untraced("PYTHON")
    said = subprocess.run(asked, capture_output=True, text=True, check=True, env=env)
    alone = ["-I"] if sys.flags.isolated and "-I" not in flags else []  # one from python.org's ZIP always is
    assert said.stdout.strip() == ascii([sys.executable, *alone, *flags, str(program.program / "starter"), "run"])


def test_a_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert launch.command(["run"]) == [sys.executable, "run"]
    assert os.environ.get("MANFAZ_TRIAL") is None

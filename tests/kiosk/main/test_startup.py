"""The program with its window, on a platform without a screen."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTimer, QtMsgType
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.main import cli
from kiosk.main import startup as program
from kiosk.main.config import LazyRenderer
from kiosk.main.without_window import system_keystore
from kiosk.printing.printer_choice import parse_choice
from kiosk.setup.setup_steps import SetupNotebook, SetupProgress
from protocol.errors import Corrupt, Refused
from protocol.program.explained import explain
from starter import starts
from starter.signs import FAILED
from storage.disk.folder_lock import FolderLock
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.paper_samples import receipts
from ui.display.citizen_window import CitizenWindow
from ui.main.window import Window
from ui.paper.rendering import render_raster

pytestmark = [pytest.mark.enable_socket, pytest.mark.usefixtures("qtbot")]


ENDED_BY = [getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]


@pytest.fixture(autouse=True)
def _hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program sets hooks for the whole process; they are put back.

    Ending it may leave a second request to quit behind, which would end every loop of the tests after this one at once:
    it is taken here, and a loop of the application that ends by itself forgets it.
    """
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    before = {number: signal.getsignal(number) for number in ENDED_BY}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:  # as under nohup, where the program would rightly leave it ignored
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    QCoreApplication.processEvents()
    QTimer.singleShot(0, lambda: QCoreApplication.exit(0))
    QCoreApplication.exec()


def windows() -> list[Window]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible()]


def start(
    folder: Path, seen: list[str], done: Callable[[], bool], *more: str, patience_s: float = 30.0,
    by: int = signal.SIGTERM,
) -> int:  # fmt: skip
    """Run the program, noting titles and notices, until `done`; end it by the signal that ends a session."""
    end = time.monotonic() + patience_s

    def look() -> None:
        for window in windows():
            seen.extend((window.windowTitle(), window.page().notice.text()))
        if done() or time.monotonic() > end:
            tick.stop()
            os.kill(os.getpid(), by)

    tick = QTimer()
    tick.timeout.connect(look)
    tick.start(100)
    awake = QTimer()
    awake.timeout.connect(lambda: None)  # Python hears a signal between two of its own steps
    awake.start(50)
    where = ["--data", str(folder / "kiosk"), "--centre", "http://127.0.0.1:9"]
    asked = cli.parser().parse_args([*where, *(more or ("--no-wizard",))])
    code = program.run(asked)
    awake.stop()
    tick.stop()  # where the program ended by itself: its signal would end the tests
    assert windows() == [], "the window is closed with the program"
    return code


def test_an_unknown_kiosk_opens_at_its_enrolment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(program, "system_keystore", FakeKeystore)
    seen: list[str] = []
    assert start(tmp_path, seen, lambda: any("(pageEnrol)" in text for text in seen)) == 0
    assert any("(pageEnrol)" in text for text in seen)


@pytest.mark.parametrize("by", ENDED_BY)
def test_whatever_ends_it_closes_it_as_its_window_does(
    by: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(program, "system_keystore", FakeKeystore)
    seen: list[str] = []
    assert start(tmp_path, seen, lambda: any("(pageEnrol)" in text for text in seen), by=by) == 0
    assert list((tmp_path / "kiosk").glob("kiosk.db-*")) == [], "the database was closed"


def test_a_new_machine_begins_at_its_first_start_over_the_full_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(program, "system_keystore", FakeKeystore)
    seen: list[str] = []
    full: list[bool] = []

    def done() -> bool:
        full.extend(window.isFullScreen() for window in windows())
        return any("(pageSetUp)" in text for text in seen)

    assert start(tmp_path, seen, done, "--full-screen") == 0
    assert any("(pageSetUp)" in text for text in seen)
    assert all(full)
    assert not (tmp_path / "kiosk" / "kiosk.db").exists(), "no store before its step"


def test_setting_up_is_opened_again_where_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    set_up_before(tmp_path, monkeypatch)
    seen: list[str] = []
    assert start(tmp_path, seen, lambda: any("(pageSetUp)" in text for text in seen), "x") == 0
    assert any("(pageSetUp)" in text for text in seen)


def test_setting_up_does_not_begin_again_beside_a_counter_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Its first answer would be written down, and the counter would come up in the wizard at its next start."""
    set_up_before(tmp_path, monkeypatch)
    at_work = FolderLock(tmp_path / "kiosk")
    seen: list[str] = []
    what = explain("ar", Refused("already_running"))[0]
    assert start(tmp_path, seen, lambda: any(what in text for text in seen), "x") == 0
    assert any(what in text for text in seen)
    assert not any("(pageSetUp)" in text for text in seen)
    at_work.release()


def set_up_before(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A counter that has been set up, and `manfaz setup` given for it."""
    monkeypatch.setattr(program, "system_keystore", FakeKeystore)
    (folder / "kiosk").mkdir()
    ended = SetupProgress(1, "acceptance").passed(2)
    SetupNotebook(folder / "kiosk").write(ended)
    named = ("--printer", f"file:{folder / 'papers'}", "setup")
    asked = cli.parser().parse_args(["--data", str(folder / "kiosk"), *named])
    assert asked.run.act == "commands.setup_command:setup"
    monkeypatch.setattr(cli, "parser", lambda: argparse.Namespace(parse_args=lambda _words: asked))
    monkeypatch.setattr(program, "run", partial(_as_command, program.run))


def _as_command(run: Callable[[argparse.Namespace], int], asked: argparse.Namespace) -> int:
    """As `manfaz setup` calls it."""
    asked.wizard = True
    return run(asked)


def faced() -> bool:
    return any(isinstance(w, CitizenWindow) and w.isVisible() for w in QApplication.topLevelWidgets())


def test_asked_for_on_the_command_line_the_citizen_has_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(program, "system_keystore", FakeKeystore)
    found: list[bool] = []

    def done() -> bool:
        found.append(faced())
        return found[-1]

    start(tmp_path, [], done, "--citizen-screen", "--no-wizard")
    assert found[-1]


def test_the_printer_is_made_at_its_first_paper_and_prints_what_is_painted(tmp_path: Path) -> None:
    receipt = next(receipts(1))
    paper = LazyRenderer(parse_choice(f"file:{tmp_path / 'papers'}"), "ar")
    assert not (tmp_path / "papers").exists()
    paper.status()
    paper.send(paper.render(receipt, 1))
    (printed,) = (tmp_path / "papers").iterdir()
    assert printed.read_bytes() == render_raster(receipt, 1, "ar")


def counted(root: Path) -> Path:
    """Starts that the starter has counted."""
    count = root / "kiosk" / "program" / starts.COUNT
    count.parent.mkdir(parents=True)
    count.write_text("0.2.0 2\n")
    return count


def test_a_locked_keystore_is_said_on_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    keystore = FakeKeystore()
    keystore.locked = True
    monkeypatch.setattr(program, "system_keystore", lambda: keystore)
    seen: list[str] = []
    count = counted(tmp_path)
    assert start(tmp_path, seen, lambda: any("مفاتيح" in text for text in seen)) == 0
    assert not count.exists(), "it stands, and says what it lacks: no failed start"
    assert any("(pageSignIn)" in text for text in seen)
    assert any("مفاتيح" in text for text in seen)


def test_a_bug_while_opening_is_said_and_logged_without_its_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> FakeKeystore:
        raise LookupError("20001010100014")

    monkeypatch.setattr(program, "system_keystore", broken)
    seen: list[str] = []
    what = explain("ar", Corrupt("unforeseen"))[0]
    count = counted(tmp_path)
    assert start(tmp_path, seen, lambda: any(what in text for text in seen)) == FAILED
    assert count.exists(), "a start that failed, to whoever counts them"
    assert any(what in text for text in seen), 'not "opening" for ever'
    assert "unforeseen LookupError" in caplog.text
    assert "20001010100014" not in caplog.text


def test_a_bug_on_a_side_thread_is_logged_without_its_values(caplog: pytest.LogCaptureFixture) -> None:
    threading.excepthook = program._unforeseen_aside

    def broken() -> None:
        raise LookupError("20001010100014")

    with caplog.at_level(logging.CRITICAL):
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()
        program._unforeseen(ValueError, None, None)
    assert "unforeseen LookupError at" in caplog.text
    assert "unforeseen ValueError at ?" in caplog.text
    assert "20001010100014" not in caplog.text


def test_the_keystore_of_every_day_is_the_systems() -> None:
    assert type(system_keystore()).__name__ == "SystemKeystore"


def test_without_a_display_it_says_what_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in program.SHOWN_BY:
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["--data", str(tmp_path / "kiosk")]) == cli.UNAVAILABLE
    said = capsys.readouterr().err
    assert "no display" in said
    assert "لا توجد شاشة" in said
    assert "manfaz setup --accept" in said
    assert not (tmp_path / "kiosk").exists(), "nothing was begun"


@pytest.mark.parametrize("name", ["QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"])
def test_one_word_of_a_display_is_enough(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for other in program.SHOWN_BY:
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, "x")
    monkeypatch.setattr(program, "_run", lambda *_: 7)
    assert cli.main(["--data", str(tmp_path / "kiosk")]) == 7


@pytest.mark.posix
def test_a_counter_that_is_not_to_hear_its_terminal_go_does_not() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    program._end_by_signals(lambda: None)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL


def test_before_qt_ends_the_process_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    handlers: list[Callable[[QtMsgType, object, str], None] | None] = []
    ended: list[int] = []
    monkeypatch.setattr(program, "qInstallMessageHandler", handlers.append)
    monkeypatch.setattr("kiosk.main.startup.os._exit", ended.append)
    with program._display_explained():
        hear = handlers[0]
        assert hear is not None
        hear(QtMsgType.QtWarningMsg, None, "could not connect")
        assert (ended, "could not connect" in caplog.text) == ([], True)
        hear(QtMsgType.QtFatalMsg, None, "no platform plugin")
    assert (ended, handlers[1:]) == ([program.NO_DISPLAY], [None])
    assert "does not answer" in capsys.readouterr().err

"""What is typed at a terminal, what answers it, and how a command ends."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.errors import KioskError, Refused, Unavailable
from protocol.override import override
from protocol.program import terminal
from protocol.program.terminal import STOPPED, UNREAD, CommandResult, carried_out, of_system, place, say_the_rest, whole


class Stream(io.StringIO):
    """One that cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    @override
    def write(self, _text: str, /) -> int:
        raise self._error

    @override
    def flush(self) -> None:
        raise self._error


FULL = OSError(errno.ENOSPC, "No space left on device")


# ---- what is typed


@pytest.mark.parametrize("text", ["", "-1", "11", "٣", "1e1", " 3", "9" * 5_000, "+3", "0x3"])
def test_a_number_out_of_range_is_none(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="from 0 to 10"):
        whole(0, 10)(text)


def test_a_number_may_be_below_nothing_where_that_is_meant() -> None:
    assert [whole(-2, 2)(text) for text in ("-2", "2")] == [-2, 2]


@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_an_empty_word_is_not_the_folder_one_stands_in(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="file or folder"):
        place(text)
    assert place("a b/محل") == Path("a b/محل")


def test_a_secret_is_a_line_and_no_line_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" 1940 \n"))
    assert terminal.line() == "1940"
    for nobody in (io.StringIO(""), None):
        monkeypatch.setattr(sys, "stdin", nobody)
        with pytest.raises(EOFError):
            terminal.line()


# ---- what is answered


def test_an_answer_goes_where_the_output_does() -> None:
    stream = io.StringIO()
    assert (CommandResult(stream).write("a"), CommandResult(stream).isatty(), stream.getvalue()) == (1, False, "a")
    assert CommandResult(None).write("nobody hears") == 12


@pytest.mark.parametrize("give", [lambda answer: answer.write("a"), CommandResult.flush])
def test_a_lost_answer_is_told_apart_from_a_reader_that_went(give: Callable[[CommandResult], object]) -> None:
    with pytest.raises(Unavailable, match="answer_lost"):
        give(CommandResult(Stream(FULL)))
    with pytest.raises(BrokenPipeError):
        give(CommandResult(Stream(BrokenPipeError())))


def test_letters_that_a_terminal_lacks_do_not_end_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    monkeypatch.setattr(sys, "stderr", None)
    say_the_rest()
    sys.stdout.write("منفذ ok")
    sys.stdout.flush()
    assert written.getvalue() == b"???? ok"


@pytest.mark.parametrize(("error", "code", "path"), [
    (OSError(errno.ENOSPC, "full", "/a"), "disk_no_room", "/a"), (OSError(errno.EDQUOT, "quota"), "disk_no_room", "—"),
    (PermissionError(errno.EACCES, "no", "/a"), "file_away", "/a"), (OSError(), "file_away", "—"),
])  # fmt: skip
def test_what_the_system_refuses_is_named(error: OSError, code: str, path: str) -> None:
    ours = of_system(error)
    assert (ours.code, ours.values["path"]) == (code, path)


def test_each_sentence_of_a_line_has_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.tell(Refused("activation_wrong"))
    arabic, english = capsys.readouterr().err.splitlines()
    assert english.startswith("The activation code is not right. It may be")
    assert arabic.startswith("كود التفعيل غير صحيح. قد يكون")
    monkeypatch.setattr(sys, "stderr", None)
    terminal.tell(Refused("activation_wrong"))


# ---- how it ends


def ended(work: Callable[[], int], out: CommandResult | None = None) -> tuple[int, list[str]]:
    told: list[str] = []

    def failed(error: KioskError) -> int:
        told.append(error.code)
        return 9

    return carried_out(work, out or CommandResult(None), failed, lambda: told.append("stopped")), told


@pytest.mark.parametrize(("error", "code", "told"), [
    (Refused("pin_wrong"), 9, ["pin_wrong"]), (EOFError(), 9, ["no_answer"]),
    (KeyboardInterrupt(), STOPPED, ["stopped"]),
    (KeyboardInterrupt(signal.SIGTERM), 143, ["stopped"]), (FULL, 9, ["disk_no_room"]), (BrokenPipeError(), UNREAD, []),
])  # fmt: skip
def test_each_end_has_its_code(error: BaseException, code: int, told: list[str]) -> None:
    def work() -> int:
        raise error

    assert ended(work) == (code, told)


def test_an_answer_is_given_before_the_end_is_called_good() -> None:
    assert ended(lambda: 4) == (4, [])
    assert ended(lambda: 0, CommandResult(Stream(FULL))) == (9, ["answer_lost"])


def test_what_is_held_for_a_reader_that_went_is_forgotten() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        out = CommandResult(stream)
        assert ended(lambda: out.write("x" * 100_000) and 0, out) == (UNREAD, [])
        stream.flush()


@pytest.mark.posix
def test_the_end_of_the_session_puts_away_what_was_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def work() -> int:
        with terminal.undone_by_signals():
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
        return 0

    assert ended(work) == (143, ["stopped"])
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.posix
def test_what_is_not_to_be_heard_stays_unheard() -> None:
    before: Any = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with terminal.undone_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

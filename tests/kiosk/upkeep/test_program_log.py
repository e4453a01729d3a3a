"""The log is in nobody's way, and a line is a line."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.upkeep import program_log
from kiosk.upkeep.program_log import FILES, NAME, Logbook, one_line
from protocol.program.loop import start_thread


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Logbook]:
    made = Logbook(tmp_path / "logs", start_thread, most_bytes=400)
    yield made
    made.close()


def record(text: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("manfaz", logging.WARNING, "x.py", 1, text, values, None)


def read(folder: Path) -> str:
    return (folder / "logs" / NAME).read_text(encoding="utf-8")


def test_a_record_is_one_line_in_utc_and_nothing_else_can_begin_one(book: Logbook, tmp_path: Path) -> None:
    odd = "محمد\n2026-01-01 ERROR forged\r\u202etxt\x1b[2J\u2028end"
    made = record("found %s", odd)
    made.exc_info = (ValueError, ValueError(odd), None)
    book.handle(made)
    book.close()
    (line,) = read(tmp_path).splitlines()
    assert "\\u000a2026-01-01" in line
    assert "\\u202e" in line
    assert "\x1b" not in line
    assert line[23] == "Z"
    assert "Traceback" not in line


def test_a_line_has_an_end() -> None:
    assert len(one_line("x" * 10_000)) == program_log.LONGEST


def test_it_turns_over_and_never_grows_beyond_its_files(book: Logbook, tmp_path: Path) -> None:
    for number in range(100):
        book.handle(record("line %s", number))
    book.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == FILES + 1
    assert all(file.stat().st_size <= 400 for file in files)
    assert "line 99" in read(tmp_path)


def test_a_folder_that_cannot_be_written_costs_the_lines_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    book = Logbook(tmp_path / "logs", start_thread)
    book.handle(record("lost"))
    book.handle(record("lost %d", "an argument that does not fit"))
    book.close()
    assert book.lost == 2


def test_a_full_disk_costs_the_lines_alone(book: Logbook, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: object, _record: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(program_log.Form, "format", full)
    book.handle(record("lost"))
    book.close()
    assert book.lost == 1


def test_a_full_queue_drops_and_blocks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Logbook(tmp_path / "logs", start_thread, waiting=1)
    started, go = threading.Event(), threading.Event()

    def slow(_self: Logbook, _record: object) -> None:
        started.set()
        go.wait(30)

    monkeypatch.setattr(Logbook, "_write", slow)
    book.handle(record("in hand"))
    assert started.wait(30)
    for number in range(5):
        book.handle(record("%s", number))
    assert book.lost == 4
    go.set()
    book.close()
    book.close()


def test_the_program_logs_there_from_beginning_to_end(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    book = program_log.begin(tmp_path, start_thread)
    logging.getLogger("manfaz.test").warning("heard")
    program_log.end(book)
    root.setLevel(level)
    assert root.handlers == before
    assert "heard" in read(tmp_path)

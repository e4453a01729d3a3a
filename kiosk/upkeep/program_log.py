"""The program's log: files that turn over, written by a thread of their own, and never in anybody's way.

A record is one line; whatever could begin another one, or turn the line around, is escaped. A record that finds the
queue full, or the disk, is counted and dropped: no sale has ever waited for a log. What is logged is written for
support and holds no person: that is up to whoever logs (CONTRIBUTING.md), nothing is scrubbed here.
"""

from __future__ import annotations

import logging
import queue
import re
from pathlib import Path
from time import gmtime, struct_time
from typing import TYPE_CHECKING, Final

from protocol.override import override
from protocol.program.loop import Starter

if TYPE_CHECKING:
    from kiosk.upkeep.log_file import LogFile

NAME: Final = "manfaz.log"
FOLDER: Final = "logs"
MOST_BYTES: Final = 1 << 20
FILES: Final = 4
WAITING: Final = 1_000
LONGEST: Final = 500
_FORM: Final = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"
_ODD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def one_line(text: str) -> str:
    """Escaped, so that it is one line whatever is in it, and not longer than a line may be."""
    return _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text)[:LONGEST]


class Form(logging.Formatter):
    """How a log line is written: times in UTC, and no trace, whose text may hold what a person typed."""

    def __init__(self) -> None:
        super().__init__(_FORM, "%Y-%m-%dT%H:%M:%S")
        self.converter = _utc

    @override
    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        return one_line(self.formatMessage(record))


def _utc(seconds: float | None) -> struct_time:
    return gmtime(seconds)


class Logbook(logging.Handler):
    """Hand it to the root logger; `close` writes what is waiting and ends the thread."""

    def __init__(self, folder: Path, start: Starter, *, most_bytes: int = MOST_BYTES, waiting: int = WAITING) -> None:
        super().__init__()
        self.lost = 0
        """Records that found no room."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._waiting: queue.Queue[logging.LogRecord | None] = queue.Queue(waiting)
        self._file: LogFile | None = None
        self._closed = False
        self._thread = start("log", self._work)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._waiting.put_nowait(record)
        except queue.Full:
            self.lost += 1

    @override
    def close(self) -> None:
        """Twice does nothing."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._thread.join()
        super().close()

    def _work(self) -> None:
        while (record := self._waiting.get()) is not None:
            self._write(record)
        if self._file is not None:
            self._file.close()

    def _write(self, record: logging.LogRecord) -> None:
        try:
            if self._file is None:
                from kiosk.upkeep.log_file import LogFile  # noqa: PLC0415 - its libraries would stand before the first picture

                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = LogFile(self._folder / NAME, (self._most_bytes, FILES), self._count_lost)
                self._file.setFormatter(Form())
            self._file.emit(record)
        except Exception:  # noqa: BLE001 - no log is worth a fault: a full disk, a folder gone, an argument that breaks
            self.lost += 1

    def _count_lost(self) -> None:
        self.lost += 1


def begin(folder: Path, start: Starter, level: int = logging.WARNING) -> Logbook:
    """Log to `folder`/logs from now on, beside whatever there is already."""
    book = Logbook(folder / FOLDER, start)
    root = logging.getLogger()
    root.addHandler(book)
    root.setLevel(min(level, root.level or level))
    return book


def end(book: Logbook) -> None:
    logging.getLogger().removeHandler(book)
    book.close()

"""The log's file on the disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from protocol.override import override


class LogFile(RotatingFileHandler):
    """Turned over by size; what cannot be written is counted, and nothing is printed about it."""

    def __init__(self, path: Path, most: tuple[int, int], lost: Callable[[], None]) -> None:
        """`most` bytes in a file, and files."""
        most_bytes, files = most
        super().__init__(path, maxBytes=most_bytes, backupCount=files, encoding="utf-8", errors="backslashreplace")
        self._lost = lost

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        self._lost()

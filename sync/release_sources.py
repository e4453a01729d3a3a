"""Where the signed directory of releases is read from: the centre's ``/updates/`` over HTTP, or a folder or stick.

Nothing here decides what is true: what comes is bounded in size and time and believed by `sync.signed_releases` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote

from protocol.wire import wire
from starter.files import plain, reading
from sync.line import NoAnswer, Wire

PATH: Final = "/updates/"
METADATA: Final = "metadata/"
TARGETS: Final = "targets/"
PIECE: Final = 128 * 1024
"""Of a file, in one question: what a line of 2 kB/s brings within the minute that an answer may take."""
BINARY: Final = "application/octet-stream"
OK: Final = 200
PART: Final = 206
NOT_FOUND: Final = 404


class Missing(Exception):
    """There is no such file, as far as whoever answered says."""


class ReleaseLine(Protocol):
    """Reads files of the directory by their path in it."""

    def small(self, path: str) -> Iterator[bytes]:
        """A metadata file in pieces. Raises Missing, NoAnswer, OSError."""

    def pieces(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """A file of `length` bytes from `start` on, in pieces. Raises Missing, NoAnswer, OSError."""

    def close(self) -> None:
        """Break off what is under way; from any thread."""


class WebLine:
    """Over the transport that everything else goes over: no redirects, no machine roots, bounded answers."""

    def __init__(self, wire_: Wire) -> None:
        self._wire = wire_

    def small(self, path: str) -> Iterator[bytes]:
        raw = self._wire.send("GET", PATH + quote(path), {}, None)
        if raw.status == NOT_FOUND:
            raise Missing
        if raw.status != OK or raw.content_type != wire.JSON:
            raise NoAnswer("portal", str(raw.status))  # a hotel's login page, not a forgery
        yield raw.body

    def pieces(self, path: str, start: int, length: int) -> Iterator[bytes]:
        while start < length:
            last = min(start + PIECE, length) - 1
            raw = self._wire.send("GET", PATH + quote(path), {"Range": f"bytes={start}-{last}"}, None)
            if raw.status == NOT_FOUND:
                raise Missing
            whole = raw.status == OK and start == 0 and len(raw.body) <= length
            if raw.content_type != BINARY or not raw.body or not (whole or self._is_part(raw.status, raw.body, last)):
                raise NoAnswer("portal", str(raw.status))
            yield raw.body
            start += len(raw.body)

    @staticmethod
    def _is_part(status: int, body: bytes, last: int) -> bool:
        return status == PART and len(body) <= min(PIECE, last + 1)

    def close(self) -> None:
        self._wire.close()


class FolderLine:
    """A folder that looks as the centre's directory does; a stick may be pulled at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def small(self, path: str) -> Iterator[bytes]:
        return self._read(path, 0)

    def pieces(self, path: str, start: int, length: int) -> Iterator[bytes]:
        del length  # whoever takes the pieces counts them
        return self._read(path, start)

    def _read(self, path: str, start: int) -> Iterator[bytes]:
        if not self._folder.is_dir():
            raise NoAnswer("offline", "folder")
        where = self._folder / path
        try:
            with reading(plain(where)) as file:
                file.seek(start)
                while piece := file.read(PIECE):
                    yield piece
        except FileNotFoundError:
            if not self._folder.is_dir():
                raise NoAnswer("offline", "folder") from None
            raise Missing from None

    def close(self) -> None:
        """Nothing waits here."""

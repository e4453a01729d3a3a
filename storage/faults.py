"""Errors of SQLite and of the disk: each becomes one of our errors, here and nowhere else."""

from __future__ import annotations

from types import TracebackType
from typing import Final

from sqlcipher3 import dbapi2

from protocol.errors import Corrupt, KioskError, Unavailable

# Primary result codes (the low byte of the extended ones), https://sqlite.org/rescode.html
_BUSY: Final = 5
_LOCKED: Final = 6
_READ_ONLY: Final = 8
_IO: Final = 10
_CORRUPT: Final = 11
_FULL: Final = 13
_CANTOPEN: Final = 14
_NOT_A_DATABASE: Final = 26
# EFBIG, ENOSPC, EDQUOT: a quota or a limit is a full disk to the person.
_NO_ROOM_ERRNO: Final = frozenset({27, 28, 122})
# EPERM, EACCES, EROFS.
_DENIED: Final = frozenset({1, 13, 30})

_REASONS: Final = {
    _BUSY: "locked", _LOCKED: "locked", _READ_ONLY: "read_only", _IO: "io", _CANTOPEN: "cannot_open",
}  # fmt: skip


def is_passing(error: dbapi2.Error) -> bool:
    """Whether the connection is as good as before: somebody else writes, or there is no room for what is new."""
    return _code(error) in (_BUSY, _LOCKED, _FULL)


def _code(error: BaseException) -> int:
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def translate(error: BaseException) -> KioskError:
    """Our error for a foreign one. Messages of SQLite hold names of tables and columns, never values."""
    cause = getattr(error, "orig", None) or error  # SQLAlchemy wraps what the driver says
    code = _code(cause)
    if code == _FULL or (isinstance(cause, OSError) and cause.errno in _NO_ROOM_ERRNO):
        return Unavailable("disk_full")
    if code == _NOT_A_DATABASE:
        return Corrupt("store_key")
    if code == _CORRUPT:
        return Corrupt("store_damaged", found=str(cause))
    if isinstance(cause, OSError):  # what it says itself holds a number and a path, and is no word to anybody
        return Unavailable("store_failed", reason="denied" if cause.errno in _DENIED else "io")
    return Unavailable("store_failed", reason=_REASONS.get(code, str(cause)))


class border:  # noqa: N801 - as `contextlib.suppress`; a generator would take a sale four times as long
    """Everything that touches the database or its files runs inside one of these."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if isinstance(error, dbapi2.Error | OSError):
            raise translate(error) from error

"""Names the reason of a system error; under that name the texts have it in both languages: ``system.reason.ENOSPC``.

What the system says itself is in its own language, and on Windows in the one of whoever installed it.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from protocol.errors import Unavailable
from protocol.texts import table

_WINDOWS: Final = {
    19: "EROFS", 21: "ENODEV", 23: "EIO", 32: "EBUSY", 33: "EBUSY", 39: "ENOSPC", 53: "EHOSTUNREACH", 55: "ENODEV",
    59: "EHOSTUNREACH", 64: "EHOSTUNREACH", 67: "EHOSTUNREACH", 121: "ETIMEDOUT", 206: "ENAMETOOLONG", 433: "ENODEV",
    483: "EIO", 1112: "ENODEV", 1117: "EIO", 1167: "ENODEV", 1231: "ENETUNREACH", 1295: "EDQUOT",
}  # fmt: skip
"""Windows' own numbers where Python's errno for them says less: a file somebody else holds is no lack of rights."""
_SAME: Final = {"EPERM": "EACCES", "ENXIO": "ENODEV", "ENFILE": "EMFILE", "ETXTBSY": "EBUSY"}
NO_ROOM: Final = frozenset({"ENOSPC", "EDQUOT"})


def system_reason(error: OSError) -> str:
    """The name of its number; where nobody wrote a text for it, the system's own words."""
    name = _WINDOWS.get(getattr(error, "winerror", None) or 0) or errno.errorcode.get(error.errno or 0, "")
    name = name.removeprefix("WSA")
    name = _SAME.get(name, name)
    return name if f"system.reason.{name}" in table() else error.strerror or type(error).__name__


def away(error: OSError, path: Path | str) -> Unavailable:
    """Why `path` could be neither read nor written; which part of it, where that is a link."""
    reason = system_reason(error)
    path = str(error.filename if error.errno == errno.ELOOP and error.filename else path)
    return Unavailable("disk_no_room" if reason in NO_ROOM else "file_away", path=path, reason=reason)


@contextmanager
def away_as(code: str) -> Iterator[None]:
    """What the system refuses in this block is Unavailable of that code, with its reason."""
    try:
        yield
    except OSError as error:
        raise Unavailable(code, reason=system_reason(error)) from error


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """What the system says of `path`, as `away`."""
    try:
        yield
    except OSError as error:
        raise away(error, path) from error

"""A child of the starter ends when the starter does: Windows sees to that for nobody who does not ask (docs/adr/0018).

`manfaz.exe` takes the starter with it when it is ended, but not what the starter has begun: a version on trial would
go on with no window to close it by, and hold the data of the counter.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

KILL_ON_CLOSE: Final = 0x2000
OTHERS_GO_FREE: Final = 0x1000
"""What the child begins itself is no part of it: a help page in somebody's browser stays open."""
_LIMITS: Final = 9
_SIZE: Final = 144
_FLAGS_AT: Final = 16
"""JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64 bits."""

# An `if` on sys.platform, and not a try around an import: type checkers then read the half that is meant.
if sys.platform == "win32":  # pragma: no cover - CI has no Windows
    import ctypes
    import struct

    def tie(child: subprocess.Popen[bytes]) -> None:
        """The job is never closed but by the end of this process, which ends the child; without one it runs untied."""
        system = ctypes.WinDLL("kernel32")
        system.CreateJobObjectW.restype = ctypes.c_void_p
        job = ctypes.c_void_p(system.CreateJobObjectW(None, None))
        limits = ctypes.create_string_buffer(_SIZE)
        struct.pack_into("<I", limits, _FLAGS_AT, KILL_ON_CLOSE | OTHERS_GO_FREE)
        if job and system.SetInformationJobObject(job, _LIMITS, limits, _SIZE):
            system.AssignProcessToJobObject(job, ctypes.c_void_p(int(child._handle)))  # noqa: SLF001 - there is no other way to it

else:

    def tie(child: subprocess.Popen[bytes]) -> None:
        """Nothing: the session's end reaches each process by itself, and `starter.__main__` passes on what it hears."""

"""Nobody of the same account reads the memory of this program, and a crash leaves none of it on the disk.

It holds the database key and the citizen's data. The superuser reads both as before: he owns the machine.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_SET_DUMPABLE: Final = 4
_QUIET: Final = 0x0001 | 0x0002
"""SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX."""
_NO_HEAP: Final = 1
"""WER_FAULT_REPORTING_FLAG_NOHEAP."""

if sys.platform == "win32":  # pragma: no cover - CI has no Windows

    def no_dump() -> None:
        """A report on a crash, if one is made at all, is made without the heap."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.SetErrorMode(_QUIET)
        kernel.WerSetFlags(_NO_HEAP)

else:
    import resource

    def no_dump() -> None:
        """From now on, for this process; a program that it starts decides for itself.

        Both may fail in a strange sandbox: then what was true before stays true, and the counter opens.
        """
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)

"""Work in a process of its own, its lines read by whoever asked for it."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO


def apart(room: Path, work: Callable[[TextIO], None]) -> Callable[[], list[str]]:
    """Begin `work` with a new folder `room`; call what comes back for its lines, one more where it ended badly."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)

        def lines() -> list[str]:
            with os.fdopen(read, encoding="utf-8") as told:
                found = told.read().splitlines()
            return found + (["a worker ended badly"] if os.waitpid(child, 0)[1] else [])

        return lines
    os.close(read)
    code = 1
    try:
        room.mkdir()
        os.environ["XDG_RUNTIME_DIR"] = str(room)  # the lock of an installation lies there, and every store here is one
        with os.fdopen(write, "w", encoding="utf-8") as told:
            work(told)
        code = 0
    except Exception:  # noqa: BLE001 - it is told, and this process ends here
        traceback.print_exc()
    finally:
        os._exit(code)

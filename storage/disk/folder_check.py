"""The data folder before anything is in it: whether a database is safe there, what is free, how fast it writes."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from kiosk.setup.ground_checks import Ground
from protocol.errors import Unavailable
from protocol.program.os_errors import system_reason
from storage.disk.data_folder import prepare_folder
from storage.disk.disk_space import MIB, free_bytes

TRIED_BYTES: Final = 4096


def examine(folder: Path) -> Ground:
    """The folder, made if it was missing. Raises as `storage.disk.data_folder.prepare_folder`."""
    real = prepare_folder(folder)
    file = real / ".setup.tried"
    begun = time.perf_counter_ns()
    try:
        with file.open("wb") as out:
            out.write(bytes(TRIED_BYTES))
            out.flush()
            os.fsync(out.fileno())
        took_ms = (time.perf_counter_ns() - begun) // 1_000_000
        file.unlink()
        return Ground(free_bytes(real) // MIB, took_ms)
    except OSError as error:
        raise Unavailable("folder_unusable", reason=system_reason(error)) from error

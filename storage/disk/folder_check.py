"""The data folder before anything is in it: whether a database is safe there, what is free, how fast it writes."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.setup.setup_host import Ground
from protocol.program.os_errors import away_as
from storage.disk.data_folder import prepare_folder
from storage.disk.disk_space import MIB, free_bytes

TRIED: Final = ".tried"
TRIED_BYTES: Final = 4096


def examine(folder: Path) -> Ground:
    """The folder, made if it was missing. Raises as `storage.disk.data_folder.prepare_folder`."""
    real = prepare_folder(folder)
    with away_as("folder_unusable"):
        took_ms = write_ms(real)
        return Ground(free_bytes(real) // MIB, took_ms)


def write_ms(folder: Path) -> int:
    """How long a small write takes until it lies on the disk; nothing stays there. Raises OSError."""
    file, begun = folder / TRIED, time.monotonic()
    try:
        with file.open("wb") as out:
            out.write(bytes(TRIED_BYTES))
            out.flush()
            os.fsync(out.fileno())
        return int((time.monotonic() - begun) * 1000)
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)

"""The part of the tests that hangs on the system, run by a Windows Python with the whole of Qt under wine.

Not the installed program: that brings neither pytest nor QtTest. The packages are those of the lock files, by hash.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from installer import runtime, windows_runtime
from installer.products import ROOT
from installer.windows_runtime import PACKAGES, PYTHON

FILES: Final = (
    "tests/composition/test_cli.py", "tests/composition/test_selftest.py", "tests/composition/test_kiosk.py",
    "tests/domain/test_picture_process.py", "tests/storage/test_folder.py", "tests/storage/test_keystore.py",
    "tests/storage/test_lock.py", "tests/storage/test_open.py", "tests/storage/test_pictures.py",
    "tests/storage/test_space.py", "tests/storage/test_upgrade.py", "tests/storage/test_backup_age.py",
    "tests/storage/test_versions.py", "tests/starter",
    "tests/domain/test_printer_choice.py",
)  # fmt: skip
"""Folder, lock, keystore, engine, room on the disk, the command line, processes, versions and pointer, printers."""
NEEDED: Final = frozenset({
    "pytest", "pluggy", "iniconfig", "packaging", "pygments", "colorama", "pytest-qt", "pytest-timeout",
    "pytest-socket", "hypothesis", "sortedcontainers", "time-machine", "zxing-cpp", "numpy",
})  # fmt: skip


def lay_out(folder: Path, cache: Path) -> Path:
    """A Windows Python that runs tests; the path of its `python.exe`. Our own code stays where it is."""
    shutil.rmtree(folder, ignore_errors=True)
    version = windows_runtime._unpack_python(
        windows_runtime._pinned(cache), folder / PYTHON, windows_runtime.PINNED_FOLDER
    )
    windows_runtime.put_packages(folder / PACKAGES, version)
    lock = folder / "tests.lock"
    lock.write_text(chosen((ROOT / "requirements-dev.lock").read_text(encoding="utf-8")), encoding="utf-8")
    windows_runtime.put_packages(folder / PACKAGES, version, lock)
    (path_file,) = (folder / PYTHON).glob("*._pth")
    with path_file.open("a", encoding="ascii") as file:
        file.write("Z:" + str(ROOT).replace("/", "\\") + "\n")
    assert (folder / PACKAGES / runtime.FONT_PACKAGE).exists() is False, "the sources bring their own"
    (folder / PACKAGES / "PySide6" / "lib" / "fonts").mkdir(parents=True)  # the offscreen platform warns without it
    return folder / PYTHON / "python.exe"


def chosen(lock: str) -> str:
    """The entries of a lock file that tests need over there."""
    entries = re.split(r"\n(?=\S)", lock.strip())
    return "\n".join(entry for entry in entries if entry.partition("==")[0].lower() in NEEDED) + "\n"

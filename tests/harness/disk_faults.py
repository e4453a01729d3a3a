"""Faults of a disk under a running counter, the kernel's own, each there inside its `with` and ended after it.

No right to mount is needed. What SQLite has open is given other rights behind its back (`dup2`), so that the kernel
itself refuses; a file that may not be written to is refused even to root, who lays that right down meanwhile.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from sqlcipher3 import dbapi2

from storage.disk.data_folder import DATABASE

LOG: Final = f"{DATABASE}-wal"
SHARED: Final = f"{DATABASE}-shm"
Fault = Callable[[Path], AbstractContextManager[None]]
_CONNECTIONS: Final = list[Any]()
_CAPABILITY_VERSION: Final = 0x20080522
_DAC_OVERRIDE: Final = 1 << 1
_WRITER: Final = """
import fcntl, sys
with open(sys.argv[1], "r+b") as shared:
    fcntl.lockf(shared, fcntl.LOCK_EX, 1, 120)  # the byte that whoever writes to the log of SQLite holds
    print(flush=True)
    sys.stdin.read()
"""


def note_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on each connection is known to the faults."""
    connect = dbapi2.connect
    _CONNECTIONS.clear()

    def noted(*arguments: Any, **more: Any) -> Any:
        _CONNECTIONS.append(connect(*arguments, **more))
        return _CONNECTIONS[-1]

    monkeypatch.setattr(dbapi2, "connect", noted)


def _say(statement: str) -> None:
    assert _CONNECTIONS, "note_connections was not called"
    for connection in _CONNECTIONS:
        with suppress(dbapi2.Error):  # it is closed
            connection.execute(statement)


def _access(number: int) -> int:
    return fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE


def _open_on(path: Path) -> list[int]:
    """What SQLite has open on that very file."""
    found = []
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names are wanted
        with suppress(OSError):
            if os.path.samestat(os.fstat(int(name)), path.stat()) and _access(int(name)) == os.O_RDWR:
                found.append(int(name))
    return found


@contextmanager
def refusing(path: Path, access: int) -> Iterator[None]:
    """What is open on `path` may only be read (a write fails), or only be written to (a read fails)."""
    kept = {number: os.dup(number) for number in _open_on(path)}
    other = os.open(path, access)
    try:
        for number in kept:
            os.dup2(other, number)
        yield
    finally:
        for number, copy in kept.items():
            with suppress(OSError):  # a connection that was dropped meanwhile has closed it
                if _access(number) == access:
                    os.dup2(copy, number)
            os.close(copy)
        os.close(other)


@contextmanager
def small(most: int) -> Iterator[None]:
    """No file of this process grows beyond `most` bytes: what a quota does. Python ignores the signal for it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Rights(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def without_root() -> Iterator[None]:
    """This thread is held to the rights of files even where it is root's."""
    system, header, rights = ctypes.CDLL(None, use_errno=True), _Header(_CAPABILITY_VERSION, 0), (_Rights * 2)()

    def call(name: str) -> None:
        if getattr(system, name)(ctypes.byref(header), rights):
            raise OSError(ctypes.get_errno(), name)

    call("capget")
    before = rights[0].effective
    rights[0].effective = before & ~_DAC_OVERRIDE
    call("capset")
    try:
        yield
    finally:
        rights[0].effective = before
        call("capset")


# ---- the faults


@contextmanager
def _no_reading(folder: Path) -> Iterator[None]:
    _say("PRAGMA shrink_memory")  # what is in memory would not be read again
    with refusing(folder / DATABASE, os.O_WRONLY), refusing(folder / LOG, os.O_WRONLY):
        yield


@contextmanager
def _no_writing(folder: Path) -> Iterator[None]:
    with refusing(folder / DATABASE, os.O_RDONLY), refusing(folder / LOG, os.O_RDONLY):
        yield


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """With a write error first: what is open already stays as it was opened."""
    with _no_writing(folder), without_root():
        _allow(folder, 0o400)
        try:
            yield
        finally:
            _allow(folder, 0o600)


def _allow(folder: Path, mode: int) -> None:
    for name in (DATABASE, LOG, SHARED):
        with suppress(FileNotFoundError):  # a log goes with the last connection
            (folder / name).chmod(mode)


@contextmanager
def _full(folder: Path) -> Iterator[None]:
    with small((folder / LOG).stat().st_size):
        yield


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    _say("PRAGMA busy_timeout = 20")
    command = [sys.executable, "-c", _WRITER, str(folder / SHARED)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        try:
            yield
        finally:
            other.communicate()
            _say("PRAGMA busy_timeout = 5000")


@contextmanager
def _unlinked(name: str, folder: Path) -> Iterator[None]:
    (folder / name).unlink(missing_ok=True)  # the index that is in use gets no name again
    yield


@contextmanager
def _replaced(name: str, folder: Path) -> Iterator[None]:
    """By the beginning of itself, as a copy that was broken off."""
    whole = (folder / name).read_bytes()
    (folder / name).unlink()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    yield


@contextmanager
def _linked(folder: Path) -> Iterator[None]:
    """A second name: whoever opens it by that has another log."""
    (folder / "second").unlink(missing_ok=True)
    (folder / "second").hardlink_to(folder / DATABASE)
    yield


@contextmanager
def _moved(folder: Path) -> Iterator[None]:
    away = folder.rename(folder.with_name("away"))
    yield
    away.rename(folder)


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    away = folder.rename(folder.with_name("away"))
    folder.mkdir()
    yield
    folder.rmdir()
    away.rename(folder)


@contextmanager
def _deleted(folder: Path) -> Iterator[None]:
    shutil.rmtree(folder)
    yield


FAULTS: Final[Mapping[str, Fault]] = {
    "no reading": _no_reading,
    "no writing": _no_writing,
    "read-only": _read_only,
    "full": _full,
    "locked": _locked,
    "database unlinked": partial(_unlinked, DATABASE),
    "log unlinked": partial(_unlinked, LOG),
    "index unlinked": partial(_unlinked, SHARED),
    "database replaced": partial(_replaced, DATABASE),
    "log replaced": partial(_replaced, LOG),
    "index replaced": partial(_replaced, SHARED),
    "database linked": _linked,
    "folder moved": _moved,
    "folder emptied": _emptied,
    "folder deleted": _deleted,
}

"""What the reader of pictures asks of the kernel; `tests/attacks/test_confinement.py` tries whether it holds."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import struct
from pathlib import Path
from typing import Any

import pytest

from kiosk.evidence import process_confinement
from kiosk.evidence.process_confinement import MACHINES, filter_of, give_up
from protocol.program.no_dump import no_dump

Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.posix


class Kernel:
    """Takes everything down; `landlock` is its version of that, `refuses` a call that it does not let anybody make."""

    def __init__(self, landlock: int = 6, refuses: int = -1) -> None:
        self.landlock = landlock
        self.refuses = refuses
        self.calls: list[tuple[Any, ...]] = []

    def syscall(self, number: int, *arguments: Any) -> int:
        if arguments[-1] == 1 and number == 444:
            return self.landlock
        self.calls.append((number, *arguments))
        ctypes.set_errno(errno.EPERM)
        return -1 if number == self.refuses else 99

    def prctl(self, *arguments: int) -> int:
        self.calls.append(("prctl", *arguments))
        return 0

    def mallopt(self, *arguments: int) -> int:
        self.calls.append(("mallopt", *arguments))
        return 1


@pytest.fixture
def gave_up(monkeypatch: Patch) -> dict[str, Any]:
    """What this process would have given up."""
    found: dict[str, Any] = {"limits": {}, "closed": []}
    monkeypatch.setattr(resource, "setrlimit", found["limits"].__setitem__)
    monkeypatch.setattr(os, "close", found["closed"].append)
    return found


def confined(monkeypatch: Patch, kernel: Kernel) -> Kernel:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: kernel)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    process_confinement.confine()
    return kernel


def test_it_gives_up_descriptors_memory_time_and_calls(monkeypatch: Patch, gave_up: dict[str, Any]) -> None:
    with Path(os.devnull).open("rb") as inherited:
        kernel = confined(monkeypatch, Kernel())
        assert {2, inherited.fileno()} <= set(gave_up["closed"])
    assert {0, 1}.isdisjoint(gave_up["closed"])
    limits = gave_up["limits"]
    assert limits[resource.RLIMIT_NOFILE] == limits[resource.RLIMIT_FSIZE] == limits[resource.RLIMIT_CORE] == (0, 0)
    assert limits[resource.RLIMIT_AS] == (process_confinement.MEMORY_BYTES,) * 2
    assert [call[0] for call in kernel.calls] == ["prctl", "prctl", 444, 446, "mallopt", 317]


@pytest.mark.parametrize(
    ("version", "acts"),
    [(1, (0x1FFF,)), (2, (0x3FFF,)), (3, (0x7FFF,)), (4, (0x7FFF, 3)), (5, (0xFFFF, 3)), (6, (0xFFFF, 3, 3)),
     (9, (0xFFFF, 3, 3))],
)  # fmt: skip
def test_landlock_forbids_what_its_version_knows(
    monkeypatch: Patch, gave_up: dict[str, Any], version: int, acts: tuple[int, ...]
) -> None:
    kernel = confined(monkeypatch, Kernel(version))
    rules = next(call[1] for call in kernel.calls if call[0] == 444)
    assert struct.unpack(f"<{len(acts)}Q", rules) == acts
    assert 99 in gave_up["closed"]


@pytest.mark.usefixtures("gave_up")
def test_without_landlock_seccomp_stands_alone(monkeypatch: Patch) -> None:
    assert [call[0] for call in confined(monkeypatch, Kernel(-1)).calls] == ["prctl", "prctl", "mallopt", 317]


@pytest.mark.usefixtures("gave_up")
def test_a_system_that_forbids_seccomp_is_told_of(monkeypatch: Patch) -> None:
    with pytest.raises(PermissionError):
        confined(monkeypatch, Kernel(refuses=317))


def test_a_processor_that_nobody_knows_is_told_of(monkeypatch: Patch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "vax")
    with pytest.raises(OSError, match="not implemented"):
        process_confinement.leave_calls(Kernel())


def test_on_windows_it_is_a_job(monkeypatch: Patch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(process_confinement, "give_up", lambda *limits: asked.append(limits))
    process_confinement.confine()
    assert asked == [(process_confinement.MEMORY_BYTES, process_confinement.CPU_S)]
    with pytest.raises(OSError, match="2"):
        give_up(1, 2)


@pytest.mark.parametrize("machine", MACHINES)
def test_both_processors_are_left_the_same_calls(machine: str) -> None:
    calls = MACHINES[machine]
    assert len(set(calls.free)) == 15
    assert len(calls.bound()) == 5
    steps = [struct.unpack_from("<HBBI", filter_of(calls), at) for at in range(0, len(filter_of(calls)), 8)]
    assert steps[-1] == (0x06, 0, 0, 0x80000000)
    assert steps[:3] == [(0x20, 0, 0, 4), (0x15, 1, 0, calls.arch), (0x06, 0, 0, 0x80000000)]


def test_no_dump_is_for_linux_and_cores_for_all(monkeypatch: Patch, gave_up: dict[str, Any]) -> None:
    kernel = Kernel()
    monkeypatch.setattr(ctypes, "CDLL", lambda *_: kernel)
    no_dump()
    assert kernel.calls == [("prctl", 4, 0, 0, 0, 0)]
    monkeypatch.setattr("sys.platform", "darwin")
    no_dump()
    assert len(kernel.calls) == 1
    assert gave_up["limits"] == {resource.RLIMIT_CORE: (0, 0)}

"""The process that reads a stranger's file gives up all but its two pipes, before the first byte of it (docs/adr/0033).

Linux: seccomp leaves it twenty system calls and ends it at any other; Landlock, where the kernel has it, shuts every
file to it a second time. Nothing of this can be taken back, and each of its threads is bound.

Windows, as far as a process can give it up by itself: a job of one process, and no trust. Not tried on a real Windows.
What stays open to it there: reading the account's own files, and the network.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from protocol.program.no_dump import no_dump

_BASIC_FLAGS_AT, _ONE_PROCESS_AT, _MEMORY_AT, _SIZE = 16, 40, 112, 144
"""JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64 bits."""
_LIMITS, _SCREEN = 9, 4
_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY, _DIE = 0x2, 0x8, 0x100, 0x400
_EVERYTHING_SHOWN: Final = 0xFF
"""Clipboard, desktops, other programs' windows, the end of the session."""
_PROHIBITED: Final = ((2, 1), (4, 1), (10, 3), (13, 1))
"""ProcessMitigationPolicies: code made at run time, windows, programs from elsewhere, children."""
_UNTRUSTED: Final = "S-1-16-0"
_INTEGRITY, _OF_INTEGRITY, _ADJUST, _QUERY = 25, 0x20, 0x80, 0x8

if sys.platform == "win32":  # pragma: no cover - CI has no Windows

    def give_up(memory_bytes: int, cpu_s: int) -> None:
        """Raises OSError where there is no job."""
        no_dump()
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
        limits = ctypes.create_string_buffer(_SIZE)
        struct.pack_into("<Q", limits, 0, cpu_s * 10_000_000)
        struct.pack_into("<I", limits, _BASIC_FLAGS_AT, _TIME | _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE)
        struct.pack_into("<I", limits, _ONE_PROCESS_AT, 1)
        struct.pack_into("<Q", limits, _MEMORY_AT, memory_bytes)
        job, me = ctypes.c_void_p(kernel.CreateJobObjectW(None, None)), ctypes.c_void_p(kernel.GetCurrentProcess())
        screen = ctypes.byref(ctypes.c_uint32(_EVERYTHING_SHOWN))
        if not (
            kernel.SetInformationJobObject(job, _LIMITS, limits, _SIZE)
            and kernel.SetInformationJobObject(job, _SCREEN, screen, 4)
            and kernel.AssignProcessToJobObject(job, me)
        ):
            raise ctypes.WinError(ctypes.get_last_error())
        for policy, flags in _PROHIBITED:  # what this Windows does not know, it does not prohibit
            kernel.SetProcessMitigationPolicy(policy, ctypes.byref(ctypes.c_uint32(flags)), ctypes.c_size_t(4))
        _lose_trust(me)

    def _lose_trust(me: ctypes.c_void_p) -> None:
        """It changes nothing that somebody with more trust owns, nor looks into his memory: that is everybody."""
        advapi = ctypes.WinDLL("advapi32")
        token, sid = ctypes.c_void_p(), ctypes.c_void_p()
        advapi.OpenProcessToken(me, _ADJUST | _QUERY, ctypes.byref(token))
        advapi.ConvertStringSidToSidW(_UNTRUSTED, ctypes.byref(sid))
        label = ctypes.create_string_buffer(struct.pack("<QII", sid.value or 0, _OF_INTEGRITY, 0), 16)
        advapi.SetTokenInformation(token, _INTEGRITY, label, ctypes.sizeof(label))

else:

    def give_up(memory_bytes: int, cpu_s: int) -> None:
        """Never asked for here."""
        raise OSError(memory_bytes, cpu_s)


MEMORY_BYTES: Final = 1 << 30
CPU_S: Final = 20
_EVERY_BIT: Final = 0xFFFF_FFFF
_EXECUTABLE: Final = 4
A_THREAD: Final = 0x3D0F00
"""The flags with which libc starts a thread (libwebp decodes with two), and nothing else."""
CLONE3: Final = 435
"""Its flags lie in memory, where no filter sees them. It is said not to exist, and libc takes `clone`."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How a processor numbers the system calls that are left; `arch` is the kernel's name for the processor.

    `free`: brk, clock_gettime, exit, exit_group, futex, getrandom, madvise, mremap, munmap, rseq, rt_sigprocmask,
    rt_sigreturn, sched_getaffinity, sched_yield, set_robust_list.
    """

    arch: int
    seccomp: int
    read: int
    write: int
    mmap: int
    mprotect: int
    clone: int
    free: tuple[int, ...]

    def bound(self) -> tuple[tuple[int, int, int, int], ...]:
        """The calls that are left for one use each: number, which argument, its bits, and what they must be."""
        return (
            (self.read, 0, _EVERY_BIT, 0), (self.write, 0, _EVERY_BIT, 1), (self.mmap, 2, _EXECUTABLE, 0),
            (self.mprotect, 2, _EXECUTABLE, 0), (self.clone, 0, _EVERY_BIT, A_THREAD),
        )  # fmt: skip


MACHINES: Final = {
    "x86_64": Calls(
        0xC000003E, 317, 0, 1, 9, 10, 56, (12, 228, 60, 231, 202, 318, 28, 25, 11, 334, 14, 15, 204, 24, 273)
    ),
    "aarch64": Calls(
        0xC00000B7, 277, 63, 64, 222, 226, 220,
        (214, 113, 93, 94, 98, 278, 233, 216, 215, 293, 135, 139, 123, 124, 99),
    ),
}  # fmt: skip

_LOAD, _AND, _IF, _RETURN = 0x20, 0x54, 0x15, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_END_ALL, _ALLOW, _FAIL = 0x8000_0000, 0x7FFF_0000, 0x0005_0000


def filter_of(calls: Calls) -> bytes:
    """The BPF program of seccomp: what is not on the list ends the process."""
    return b"".join(struct.pack("<HBBI", code, yes, no, value) for code, yes, no, value in _steps(calls))


def _steps(calls: Calls) -> Iterator[tuple[int, int, int, int]]:
    """Code, how many steps are passed over where a comparison holds and where it does not, value."""
    yield from ((_LOAD, 0, 0, _ARCH_AT), (_IF, 1, 0, calls.arch), (_RETURN, 0, 0, _END_ALL))
    yield _LOAD, 0, 0, _NUMBER_AT
    for number in calls.free:
        yield from ((_IF, 0, 1, number), (_RETURN, 0, 0, _ALLOW))
    yield from ((_IF, 0, 1, CLONE3), (_RETURN, 0, 0, _FAIL | errno.ENOSYS))
    for number, argument, bits, wanted in calls.bound():
        yield from ((_IF, 0, 5, number), (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument), (_AND, 0, 0, bits))
        yield from ((_IF, 0, 1, wanted), (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _END_ALL))
    yield _RETURN, 0, 0, _END_ALL


_NO_NEW_PRIVS: Final = 38
_SET_FILTER, _ALL_THREADS = 1, 1
_CREATE_RULESET, _RESTRICT_SELF, _ASK_VERSION = 444, 446, 1
_LANDLOCK: Final = (
    (6, 0xFFFF, 3, 3), (5, 0xFFFF, 3, 0), (4, 0x7FFF, 3, 0), (3, 0x7FFF, 0, 0), (2, 0x3FFF, 0, 0), (1, 0x1FFF, 0, 0),
)  # fmt: skip
"""Since which version: the acts on files it can forbid, those on TCP, signals and abstract sockets."""
_ONE_ARENA: Final = -8
"""M_ARENA_MAX: a heap of a thread's own asks /proc how memory is shared out."""


def confine() -> None:
    """Raises OSError where this system does not let it: then nothing may be decoded."""
    if sys.platform == "win32":
        give_up(MEMORY_BYTES, CPU_S)
    else:
        _leave_two_pipes()


def _leave_two_pipes() -> None:
    import resource  # noqa: PLC0415 - not on Windows

    libc = ctypes.CDLL(None, use_errno=True)
    no_dump()
    for descriptor in map(int, [entry.name for entry in Path("/proc/self/fd").iterdir()]):
        if descriptor > 1:
            with suppress(OSError):  # that of the list itself
                os.close(descriptor)
    _must(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    shut_files(libc)
    for name, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):  # fmt: skip
        resource.setrlimit(name, (most, most))
    libc.mallopt(_ONE_ARENA, 1)
    leave_calls(libc)


def shut_files(libc: Any) -> None:
    """Every file, port, signal and abstract socket, as far as this kernel's Landlock knows them, if it has one."""
    version = libc.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    for since, *acts in _LANDLOCK:
        if version >= since:
            ruleset = struct.pack("<QQQ", *acts)[: 8 * sum(map(bool, acts))]
            descriptor = _must(libc.syscall(_CREATE_RULESET, ruleset, len(ruleset), 0))
            _must(libc.syscall(_RESTRICT_SELF, descriptor, 0))
            os.close(descriptor)
            return


def leave_calls(libc: Any) -> None:
    """No system call but those on the list from now on. Raises OSError."""
    calls = MACHINES.get(platform.machine())
    if calls is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    steps = ctypes.create_string_buffer(filter_of(calls))
    program = struct.pack("@HP", (len(steps) - 1) // 8, ctypes.addressof(steps))
    _must(libc.syscall(calls.seccomp, _SET_FILTER, _ALL_THREADS, program))


def _must(done: int) -> int:
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done

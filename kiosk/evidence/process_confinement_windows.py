"""The same on Windows, as far as a process can give it up by itself: a job of one process, and no trust (ADR 33).

Not tried on a real Windows. What stays open to it there: reading the account's own files, and the network.
"""

from __future__ import annotations

import sys
from typing import Final

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
    import ctypes
    import struct

    from protocol.program.no_dump import no_dump

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
        """Never asked for here (`kiosk.evidence.process_confinement`)."""
        raise OSError(memory_bytes, cpu_s)

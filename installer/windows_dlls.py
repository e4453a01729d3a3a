"""Whether every library that a program file asks Windows for is there: in the product, or in Windows 10 itself.

What is missing shows only at the first start on a machine that lacks it, so it is looked up here, in the files.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SYSTEM: Final = frozenset({
    "advapi32.dll", "authz.dll", "bcrypt.dll", "bcryptprimitives.dll", "cabinet.dll", "comctl32.dll", "comdlg32.dll",
    "crypt32.dll", "d2d1.dll", "d3d11.dll", "d3d12.dll", "d3d9.dll", "dbghelp.dll", "dnsapi.dll", "dwmapi.dll",
    "dwrite.dll", "dxgi.dll", "gdi32.dll", "imm32.dll", "iphlpapi.dll", "kernel32.dll", "mpr.dll", "msi.dll",
    "netapi32.dll", "ntdll.dll", "ole32.dll", "oleaut32.dll", "opengl32.dll", "propsys.dll", "psapi.dll", "rpcrt4.dll",
    "secur32.dll", "setupapi.dll", "shcore.dll", "shell32.dll", "shlwapi.dll", "ucrtbase.dll", "uiautomationcore.dll",
    "user32.dll", "userenv.dll", "uxtheme.dll", "version.dll", "winhttp.dll", "winmm.dll", "winspool.drv",
    "ws2_32.dll", "wtsapi32.dll",
})  # fmt: skip
"""In every Windows 10 of 2018 and later. Not icuuc.dll, which came in 2019 and which Qt 6.10 began to ask for."""
SETS: Final = ("api-ms-win-", "ext-ms-win-")
"""Names that Windows resolves by itself; the universal C runtime is behind most of them."""
PROGRAM_FILES: Final = frozenset({".dll", ".pyd", ".exe"})
_IMPORT, _DELAYED = 1, 13
_IMPORT_SIZE, _DELAYED_SIZE = 20, 32
_PE32_PLUS: Final = 0x20B
X64: Final = 0x8664


class NotAProgram(ValueError):
    """No 64-bit program file of Windows."""


def missing(root: Path) -> dict[str, list[str]]:
    """Libraries that are neither below `root` nor in Windows, each with the files that ask for it."""
    files = [path for path in root.rglob("*") if path.suffix.lower() in PROGRAM_FILES]
    here = {path.name.lower() for path in files}
    wanted: dict[str, list[str]] = {}
    for path in sorted(files):
        for name in imports(path.read_bytes()):
            if name not in here and name not in SYSTEM and not name.startswith(SETS):
                wanted.setdefault(name, []).append(path.relative_to(root).as_posix())
    return wanted


def imports(data: bytes) -> set[str]:
    """The libraries a program file names, in small letters; also those asked for at their first use.

    Raises NotAProgram.
    """
    try:
        return {name.lower() for name in _Portable(data).libraries()}
    except (struct.error, ValueError, IndexError) as error:
        raise NotAProgram(str(error)) from error


class _Portable:
    """As much of the PE format as tells imports."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (start,) = struct.unpack_from("<I", data, 0x3C)
        if data[:2] != b"MZ" or data[start : start + 4] != b"PE\0\0":
            raise ValueError("no PE file")
        machine, sections, *_, optional_size, _ = struct.unpack_from("<HHIIIHH", data, start + 4)
        optional = start + 24
        if machine != X64 or struct.unpack_from("<H", data, optional)[0] != _PE32_PLUS:
            raise ValueError(f"machine {machine:#x}: not 64-bit")
        (self._directories,) = struct.unpack_from("<I", data, optional + 108)
        self._table = optional + 112
        self._sections = [
            struct.unpack_from("<IIII", data, optional + optional_size + 40 * index + 8) for index in range(sections)
        ]

    def libraries(self) -> Iterator[str]:
        yield from self._names(_IMPORT, _IMPORT_SIZE, 12)
        yield from self._names(_DELAYED, _DELAYED_SIZE, 4)

    def _names(self, directory: int, size: int, name_at: int) -> Iterator[str]:
        if directory >= self._directories:
            return
        address, _ = struct.unpack_from("<II", self._data, self._table + 8 * directory)
        entry = self._offset(address) if address else 0
        while entry and any(self._data[entry : entry + size]):
            begin = self._offset(struct.unpack_from("<I", self._data, entry + name_at)[0])
            yield self._data[begin : self._data.index(b"\0", begin)].decode("ascii")
            entry += size

    def _offset(self, address: int) -> int:
        for virtual_size, virtual, raw_size, raw in self._sections:
            if virtual <= address < virtual + max(virtual_size, raw_size):
                return int(address - virtual + raw)
        raise ValueError(f"address {address:#x} lies in no section")

"""A scanner on Windows, asked through WIA by a process of its own: `manfaz scan-page` writes one page to its output.

comtypes is an optional extra (`manfaz[devices]`) and imported here only. Exit codes are those of SANE's `scanimage`.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import sys
from collections.abc import Iterable
from typing import Any, Final

from kiosk.evidence.picture_process import ourselves

COMMAND: Final = "scan-page"
LIST: Final = "--list"
NAMED: Final = 7
"""WIA_DIP_DEV_NAME"""
SCANNER: Final = 1
"""WiaDeviceType"""
PNG: Final = "{B96B3CAF-0728-11D3-9D7B-0000F81EF32E}"
WISHES: Final = {6146: 1, 6147: 300, 6148: 300}
"""WIA_IPS_CUR_INTENT: colour; WIA_IPS_XRES and WIA_IPS_YRES in dots per inch. Not every driver has all of them."""
SIGNATURES: Final = (b"\x89PNG", b"\xff\xd8")
PARTS, NONE, SILENT = 2, 12, 9
CODES: Final = {0x80210002: 6, 0x80210003: 7, 0x80210006: 3, 0x80210016: 8, 0x80210015: NONE, 0x80070005: 11}
"""WIA_ERROR_PAPER_JAM, _PAPER_EMPTY, _BUSY, _COVER_OPEN, WIA_S_NO_DEVICE_AVAILABLE, E_ACCESSDENIED."""


def there() -> bool:
    return sys.platform == "win32" and importlib.util.find_spec("comtypes") is not None


def command(*what: str) -> list[str]:
    """Ourselves, as a program that only scans; `what` is the id of the scanner, or LIST."""
    return [*ourselves(COMMAND), *what]


def main() -> int:
    """Scan or list, write, and say by the exit code why not."""
    wanted = next(iter(sys.argv[2:3]), "")
    try:
        client = importlib.import_module("comtypes.client")
        comtypes = importlib.import_module("comtypes")
    except ImportError:
        return PARTS
    try:
        manager = client.CreateObject("WIA.DeviceManager", dynamic=True)
        page = listed(manager) if wanted == LIST else scanned(manager, wanted)
    except comtypes.COMError as error:
        return CODES.get(error.hresult & 0xFFFFFFFF, SILENT)
    if page is None:
        return NONE
    sys.stdout.buffer.write(page)
    sys.stdout.buffer.flush()
    return 0


def listed(manager: Any) -> bytes:
    """Id and name of each scanner, a line each."""
    named = [(one.DeviceID, _name(one)) for one in _each(manager.DeviceInfos) if one.Type == SCANNER]
    return "".join(f"{number}\t{' '.join(name.split())}\n" for number, name in named).encode()


def _name(info: Any) -> str:
    return next((str(one.Value) for one in _each(info.Properties) if one.PropertyID == NAMED), "")


def scanned(manager: Any, wanted: str = "") -> bytes | None:
    """One page of the wanted scanner, else of the first, None where there is none. Raises comtypes.COMError."""
    there = [one for one in _each(manager.DeviceInfos) if one.Type == SCANNER]
    found = next((one for one in there if wanted and one.DeviceID == wanted), there[0] if there else None)
    if found is None:
        return None
    item = found.Connect().Items.Item(1)
    for one in _each(item.Properties):
        if one.PropertyID in WISHES:
            one.Value = WISHES[one.PropertyID]
    page = bytes(item.Transfer(PNG).FileData.BinaryData)
    return page if page.startswith(SIGNATURES) else _as_png(page)


def _each(collection: Any) -> Iterable[Any]:
    """WIA counts from one."""
    return (collection.Item(place) for place in range(1, collection.Count + 1))


def _as_png(page: bytes) -> bytes:
    """Some drivers give a bitmap whatever they are asked for."""
    from PIL import Image  # noqa: PLC0415 - only for these

    out = io.BytesIO()
    Image.open(io.BytesIO(page)).save(out, "PNG")
    return out.getvalue()

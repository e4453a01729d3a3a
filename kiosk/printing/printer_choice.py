"""Which printer, and what it can do, as one line of text: kept with the counter, typed by a technician.

``KIND:ADDRESS?option=value&…``; for instance ``tcp:192.168.1.50:9100?paper=58mm&cut=no``, ``usb:/dev/usb/lp0``,
``serial:/dev/ttyUSB0@19200``, ``system:HP LaserJet?paper=A5``, ``file:FOLDER``, ``none``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from protocol.errors import Refused

Kind = Literal["tcp", "usb", "serial", "system", "file", "none"]
Size = Literal["80mm", "58mm", "A5", "A4"]
PAPERS: Final[tuple[Size, ...]] = get_args(Size)
ROLLS: Final[tuple[Size, ...]] = ("80mm", "58mm")
WIDTH_80: Final = 576
WIDTH_58: Final = 384
"""Dots across, where nothing else is said."""
PORT: Final = 9100
BAUD: Final = 19_200
_FLAGS: Final = {"yes": True, "no": False}
_ADDRESS: Final[dict[str, str]] = {
    "tcp": r"[A-Za-z0-9._-]+(?::(?P<port>[0-9]{1,5}))?",
    "usb": r"/\S+",
    "serial": r"/[^\s@]+(?:@(?P<baud>[0-9]{3,6}))?",
    "system": r".*\S.*",
    "file": r".+",
    "none": "",
}


@dataclass(frozen=True, slots=True)
class PrinterChoice:
    """A printer and its profile.

    `dots` across the printing width: a TM-T88 has 512, most 80 mm printers 576, 58 mm ones 384. `cut`: it has a cutter;
    `drawer`: a cash drawer hangs on it. `answers`: it says how it is (``DLE EOT``), so that *printed* can be known; one
    that does not is believed when it took every byte. `fence`: it also says when it has worked through what came before
    (``GS r``), which ``DLE EOT`` alone does not prove. Probing finds out both.
    """

    kind: Kind
    address: str = ""
    paper: Size = "80mm"
    dots: int = 0
    cut: bool = True
    drawer: bool = False
    answers: bool = True
    fence: bool = False

    @property
    def width(self) -> int:
        """Dots across."""
        return self.dots or (WIDTH_58 if self.paper == "58mm" else WIDTH_80)

    @property
    def text(self) -> str:
        """What `parse_choice` reads; what is usual is left out."""
        usual = PrinterChoice(self.kind)
        told = {
            name: getattr(self, name)
            for name in ("paper", "dots", "cut", "drawer", "answers", "fence")
            if getattr(self, name) != getattr(usual, name)
        }
        options = "&".join(f"{name}={_option_text(value)}" for name, value in told.items())
        return (f"{self.kind}:{self.address}" if self.address else self.kind) + (f"?{options}" if options else "")


def _option_text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def parse_choice(text: str) -> PrinterChoice:
    """The choice that `text` names. Raises Refused("printer_unknown")."""
    where, _, options = text.strip().partition("?")
    kind, _, address = where.partition(":")
    found = re.fullmatch(_ADDRESS[kind], address) if kind in _ADDRESS else None
    if found is None or int(found.groupdict().get("port") or 1) not in range(1, 65_536):
        raise Refused("printer_unknown")
    members = dict(option.partition("=")[::2] for option in options.split("&") if option)
    found_options: dict[str, Any] = {name: _value(name, value) for name, value in members.items()}
    choice = PrinterChoice(cast("Kind", kind), address, **found_options)
    if choice.paper not in ROLLS and choice.kind != "system":
        raise Refused("printer_unknown")  # pages are for the system's printers
    return choice


def _value(name: str, value: str) -> int | bool | str:
    if name == "paper" and value in PAPERS:
        return value
    if name == "dots" and re.fullmatch(r"[1-9][0-9]{2,3}", value):
        return int(value)
    if name in {"cut", "drawer", "answers", "fence"} and value in _FLAGS:
        return _FLAGS[value]
    raise Refused("printer_unknown")

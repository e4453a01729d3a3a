"""The parent's side of `kiosk.evidence.picture_reader`: hand the bytes over, wait, believe an answer that has the
right shape.

Whatever happens over there (a crash, a hang, a memory that grows without end) is one answer here: it cannot be read.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from kiosk.model.evidence_file import CapturedFile, CaptureSpec, Doubt, Media, refuse_size
from protocol.errors import Refused, malformed_as
from starter.launch import AS, PROGRAM
from starter.launch import command as start

TIMEOUT_S: Final = 25.0
COMMAND: Final = "read-picture"
_MEDIA: Final[tuple[Media, ...]] = ("image/jpeg", "application/pdf")
_DOUBTS: Final[tuple[Doubt, ...]] = ("dark", "blurred")
_NEEDED: Final = ("SYSTEMROOT",)
"""Windows starts no Python without it; nothing else of our environment leads anywhere for a decoder."""
_FORBIDDEN: Final = -getattr(signal, "SIGSYS", 31)
"""How a process ends that did what `kiosk.evidence.process_confinement` has taken from it."""


def command() -> list[str]:
    """Ourselves, as a program that only reads a picture."""
    return ourselves(COMMAND)


def ourselves(word: str) -> list[str]:
    """What starts this very version once more, to do something in a process of its own.

    As it is installed, Python does not find it by its name: its starter does, by its folder.
    """
    if PROGRAM in os.environ:
        return start([AS, str(Path(__file__).resolve().parents[2]), word])
    return [sys.executable, "-m", "kiosk", word]


def read(
    data: bytes, wanted: CaptureSpec, *, timeout_s: float = TIMEOUT_S, program: list[str] | None = None
) -> CapturedFile:
    """As `kiosk.model.evidence_file.PictureReader`. Nothing of the picture touches a disk on the way."""
    refuse_size(data)
    asked = {"min_px": wanted.min_px, "max_kb": wanted.max_kb, "turns": wanted.turns, "crop": wanted.crop}
    environment = {name: value for name, value in os.environ.items() if name in _NEEDED}
    try:
        done = subprocess.run(
            program or command(), input=json.dumps(asked).encode() + b"\n" + data, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, timeout=timeout_s, check=False, env=environment,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Refused("evidence_unreadable") from error
    if done.returncode == _FORBIDDEN:
        raise Refused("evidence_hostile")
    head, _, content = done.stdout.partition(b"\n")
    with malformed_as(Refused("evidence_unreadable")):
        return _taken(json.loads(head), content, wanted)


def _taken(members: dict[str, Any], content: bytes, wanted: CaptureSpec) -> CapturedFile:
    if "refused" in members:
        code, values = str(members["refused"]), {name: int(value) for name, value in members["values"].items()}
        if not code.startswith("evidence_"):
            raise ValueError(code)
        raise Refused(code, **values)
    media = _MEDIA[_MEDIA.index(members["media"])]
    width, height = int(members["width"]), int(members["height"])
    if not 0 < len(content) <= wanted.max_kb * 1000:
        raise ValueError(len(content))
    return CapturedFile(content, media, width, height, tuple(doubt for doubt in _DOUBTS if doubt in members["doubts"]))

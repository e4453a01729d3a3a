"""The one record that says which version runs: ``DATA/program/pointer``, written whole or not at all.

Two lines: a JSON object ``{"v": 1, current, previous, trial, tries, release, phase, rehearsed_ms}`` in ASCII and the
SHA-256 of that line in hex. A version is the name of its folder in ``DATA/program/versions``; the empty name is the
app that was shipped with the installer. Members that this program does not know are passed over.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from starter.files import replace_whole

FOLDER: Final = "program"
NAME: Final = "pointer"
LARGEST: Final = 4096
SHIPPED: Final = ""
PHASES: Final = (
    "IDLE", "DOWNLOADING", "STAGED", "REHEARSED", "WAITING", "SAVED", "TRIAL", "COMMITTED", "REVERTED",
)  # fmt: skip
_VERSION: Final = re.compile(r"(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){1,3}", re.ASCII)
_RELEASE: Final = re.compile(r"([0-9a-f]{64})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pointer:
    """The record of the version that runs. `trial` is the version under way: being fetched, waiting, or tried;
    `release` the SHA-256 of its archive.

    `tries` counts the starts of a trial that nobody has seen end well; `rehearsed_ms` is what its migration took on a
    copy. `current` is what runs, `previous` what would be gone back to.
    """

    current: str = SHIPPED
    previous: str = SHIPPED
    trial: str = SHIPPED
    tries: int = 0
    release: str = ""
    phase: str = "IDLE"
    rehearsed_ms: int = 0


def order(version: str) -> tuple[int, ...]:
    """For comparing; raises ValueError for what is no version."""
    if _VERSION.fullmatch(version) is None:
        raise ValueError(version)
    return tuple(map(int, version.split(".")))


def program_folder(data: Path) -> Path:
    return data / FOLDER


def default_data() -> Path:
    """Where this user's counter keeps its store, unless somebody names a folder."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "Manfaz"
    named = Path(os.environ.get("XDG_DATA_HOME", ""))  # where it is empty or not whole, it is not set (XDG)
    return (named if named.is_absolute() else Path.home() / ".local/share") / "manfaz"


def read_list(data: Path, name: str) -> list[str]:
    """The words of the file `name` beside the pointer, a line each; none where it cannot be read."""
    try:
        return (program_folder(data) / name).read_text("ascii", errors="replace").split()
    except OSError:
        return []


def write_list(data: Path, name: str, words: Iterable[str]) -> None:
    """Raises OSError."""
    text = "".join(f"{word}\n" for word in words)
    replace_whole(program_folder(data) / name, text.encode("ascii", errors="replace"))


def version_folder(data: Path, version: str) -> Path:
    """Where an update lies; raises ValueError for what is no version, so that no path is ever made of one."""
    order(version)
    return program_folder(data) / "versions" / version


def read(data: Path) -> Pointer | None:
    """The record, or None where there is none or it is not sound: then the shipped app is what runs."""
    try:
        with (program_folder(data) / NAME).open("rb") as file:
            return parse(file.read(LARGEST + 1))
    except OSError:
        return None


def write(data: Path, pointer: Pointer) -> None:
    """Put `pointer` in the place of the old record; after a power cut there is one or the other. Raises OSError."""
    folder = program_folder(data)
    folder.mkdir(parents=True, exist_ok=True)
    replace_whole(folder / NAME, pack(pointer))


def pack(pointer: Pointer) -> bytes:
    line = json.dumps({"v": 1, **asdict(pointer)}, separators=(",", ":")).encode()
    return line + b"\n" + _hash(line)


def _hash(line: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - it brings OpenSSL, for which no first picture waits

    return hashlib.sha256(line).hexdigest().encode() + b"\n"


def parse(raw: bytes) -> Pointer | None:
    """None unless every byte is as `pack` writes it and every member can be."""
    line, _, rest = raw.partition(b"\n")
    if len(raw) > LARGEST or rest != _hash(line):
        return None
    try:
        found = json.loads(line)
        pointer = Pointer(**{name: found[name] for name in Pointer.__slots__})
        return pointer if found["v"] == 1 and _sound(pointer) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _sound(pointer: Pointer) -> bool:
    for version in (pointer.current, pointer.previous, pointer.trial):
        if version != SHIPPED:
            order(version)
    counts = (pointer.tries, pointer.rehearsed_ms)
    if not all(type(count) is int and count >= 0 for count in counts) or pointer.phase not in PHASES:
        return False
    return _RELEASE.fullmatch(pointer.release) is not None and (pointer.phase != "TRIAL" or _tried(pointer))


def _tried(pointer: Pointer) -> bool:
    return pointer.current == pointer.trial != SHIPPED and pointer.previous != pointer.current

"""Which version is to run, of those that are whole: what the pointer names, else the one before, else the shipped app.

A version's folder holds ``version.json`` {version, needs_runtime, schema, compatible_with, files} and, written last,
``complete`` with the SHA-256 of ``version.json`` in hex. `compatible_with` is the oldest schema whose program opens the
database at `schema`; empty where only the same does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from starter import pointer
from starter.pointer import SHIPPED, Pointer

APP: Final = "app"
MANIFEST: Final = "version.json"
COMPLETE: Final = "complete"
RUNTIME: Final = "RUNTIME"
_RUNTIME_FOLDERS: Final = ("", "runtime", "python")


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that can be started; `name` is empty for the shipped app. `trial`: it has yet to prove itself."""

    folder: Path
    name: str
    trial: bool = False


def manifest(folder: Path) -> dict[str, Any] | None:
    """What a version says of itself; None unless it was put there whole."""
    try:
        raw = (folder / MANIFEST).read_bytes()
        told = (folder / COMPLETE).read_text("ascii").strip()
        found = json.loads(raw)
        pointer.order(found["version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    whole = isinstance(found, dict) and told == hashlib.sha256(raw).hexdigest()
    return found if whole else None


def runtime(program: Path) -> str:
    """The hash of the runtime that is installed; empty where it bears none, as in a working copy."""
    for name in _RUNTIME_FOLDERS:
        try:
            return (program / name / RUNTIME).read_text("ascii").strip()
        except (OSError, ValueError):
            continue
    return ""


def shipped_version(program: Path) -> str:
    """Empty where the shipped app is not whole."""
    found = manifest(program / APP)
    return "" if found is None else str(found["version"])


def stands(program: Path, data: Path, version: str) -> Path | None:
    """The folder of `version`, None unless it is whole and made for the runtime that is installed."""
    folder = program / APP if version == SHIPPED else pointer.version_folder(data, version)
    found = manifest(folder)
    if found is None or (version != SHIPPED and found["version"] != version):
        return None
    installed, needed = runtime(program), found.get("needs_runtime")
    return folder if version == SHIPPED or not installed or needed == installed else None


def candidates(program: Path, data: Path) -> list[Choice]:
    """Those that can be started, the best first; none: the program has to be installed again."""
    found = pointer.read(data) or Pointer()
    if not newer_than_shipped(program, found.current):
        found = Pointer()  # the installer has brought what the update would, or more
    trial = found.phase == "TRIAL"
    names = dict.fromkeys((found.current, found.previous, SHIPPED))
    folders = {name: stands(program, data, name) for name in names}
    return [
        Choice(folder, name, trial=trial and name == found.current)
        for name, folder in folders.items()
        if folder is not None
    ]


def opens(folder: Path, later: Path) -> bool:
    """Whether the version in `folder` opens the database that the one in `later` has brought up (docs/adr/0019)."""
    mine, left = manifest(folder) or {}, manifest(later) or {}
    knows, schema, oldest = mine.get("schema"), left.get("schema"), left.get("compatible_with")
    return knows == schema or (isinstance(knows, str) and isinstance(oldest, str) and "" < oldest <= knows)


def newer_than_shipped(program: Path, version: str) -> bool:
    shipped = shipped_version(program)
    return version != SHIPPED and (not shipped or pointer.order(version) > pointer.order(shipped))

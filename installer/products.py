"""What a build hands out, and how a build says that it cannot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["app", "central", "deb", "run", "wheel", "windows"]
ROOT = Path(__file__).resolve().parent.parent


class BuildError(Exception):
    """What stopped the build and what to do about it, for the person who called it: English, then Arabic."""


@dataclass(frozen=True)
class Options:
    """What is asked of a build. `signing`: certificate and key; `version`: another number for the same program, to try
    an upgrade; `root`: the root of trust of the centre whose releases this program takes.
    """

    kinds: tuple[Kind, ...]
    out: Path
    windows_python: Path | None = None
    signing: tuple[Path, Path] | None = None
    fast: bool = False
    version: str | None = None
    root: Path | None = None


@dataclass(frozen=True)
class Product:
    """One file that is handed out."""

    name: str
    path: Path
    kind: Kind
    installed_bytes: int = 0
    """Bytes on the disk once installed; 0 where nothing is unpacked."""


def sha256(path: Path) -> str:
    """Hex; reads the file in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_symlink() or path.is_file())

"""What binaries ask of the system: libraries by name, and the newest glibc."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from installer import tools

MAGIC = b"\x7fELF"
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


@dataclass(frozen=True)
class Asked:
    """Libraries and the newest glibc that binaries need."""

    needed: frozenset[str]
    glibc: tuple[int, int]


def binaries(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path))


def asked_by(path: Path) -> Asked:
    """Of one binary; (0, 0) where it names no version of glibc. Raises BuildError where objdump cannot read it."""
    said = tools.run("objdump", "-p", path)
    floor = max(((int(major), int(minor)) for major, minor in _GLIBC.findall(said)), default=(0, 0))
    return Asked(frozenset(_NEEDED.findall(said)), floor)


def closure(start: Iterable[Path], library: Path) -> set[Path]:
    """Those files of the folder `library` that the binaries need, and what these need in turn."""
    todo, found = list(start), set[Path]()
    while todo:
        for name in asked_by(todo.pop()).needed:
            path = library / name
            if path.is_file() and path not in found:
                found.add(path)
                todo.append(path)
    return found


def of_system(root: Path) -> tuple[frozenset[str], tuple[int, int]]:
    """The libraries that nothing below `root` brings, and the newest glibc that anything there asks for."""
    asked = [asked_by(path) for path in binaries(root)]
    inside = {path.name for path in root.rglob("*.so*")}
    needed = frozenset[str]().union(*(one.needed for one in asked))
    return needed - inside, max((one.glibc for one in asked), default=(0, 0))


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == MAGIC

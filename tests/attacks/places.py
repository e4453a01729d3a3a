"""What a stranger may have laid where a command writes or reads, and how a command is tried on it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from protocol.texts import say
from tests.attacks import tried

LONGEST_S: Final = 40
OURS: Final = b"CANARY: the keys of the centre"
WHY: Final = ("ELOOP", "ESPIPE", "ENOTDIR", "EISDIR")


@dataclass(frozen=True)
class Way:
    """One way to give a command. `lay` puts into a folder what the command is to find, and returns its arguments."""

    name: str
    lay: Callable[[Path], list[str]]


@dataclass(frozen=True)
class Program:
    """A table of commands, run in this process on state of its own each time."""

    main: Callable[[list[str]], int]
    fresh: Callable[[Path], list[str]]
    """Lays the state down and returns the arguments that name it."""


class Hung(BaseException):
    """No error of ours may catch it."""


@contextmanager
def _impatient() -> Iterator[None]:
    def hung(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(LONGEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def give(program: Program, root: Path, way: Way, plant: Callable[[Path], object] = lambda _: None) -> tuple[int, str]:
    """The exit code and what was said, with `plant` done to the place first."""
    place = root / "place"
    place.mkdir(parents=True)
    words = [*program.fresh(root / "state"), *way.lay(place)]
    plant(place)
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), _impatient():
        try:
            code = program.main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    tried()
    return code, said.getvalue()


def at(name: str) -> Callable[[Path], str]:
    """A file or folder in the place that the command is to make."""
    return lambda folder: str(folder / name)


def file(name: str, content: bytes, *, folder: bool = False) -> Callable[[Path], str]:
    """A file that it is to find; or the folder with it."""

    def lay(into: Path) -> str:
        (into / name).write_bytes(content)
        return str(into if folder else into / name)

    return lay


def way(name: str, *words: str | Callable[[Path], str]) -> Way:
    """`name` is the command's words; behind a colon, what tells two ways of one command apart."""

    def lay(folder: Path) -> list[str]:
        return [
            *name.split(":", maxsplit=1)[0].split(),
            *(word if isinstance(word, str) else word(folder) for word in words),
        ]

    return Way(name, lay)


def seen(place: Path) -> list[str]:
    """What lies in the place after a command: its inputs and what it wrote; "" is the place itself."""
    return sorted({"", *(str(path.relative_to(place)) for path in place.rglob("*"))})


def link(path: Path, ours: Path) -> None:
    """A link where the file or folder is wanted, to what is ours; what lay there is found through it."""
    target = ours / (path.name or "folder")
    if path.exists():
        path.rename(target)
    elif path.suffix:
        target.write_bytes(OURS)
    else:
        target.mkdir()
        (target / "ours").write_bytes(OURS)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def nowhere(path: Path, ours: Path) -> None:
    """A link to a name that is free: nothing may come to be there."""
    _clear(path)
    path.symlink_to(ours / "new")


def pipe(path: Path, _ours: Path) -> None:
    _clear(path)
    os.mkfifo(path)


def half(path: Path, ours: Path) -> None:
    """A link at the name that a half-written file has had."""
    target = ours / "half"
    target.write_bytes(OURS)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.part").symlink_to(target)


def _clear(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


PLANTS: Final = (link, nowhere, pipe, half)


def _of(folder: Path) -> dict[str, Any]:
    """All of it, byte by byte."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def _passed_by(program: Program, root: Path, way: Way, where: str) -> bool:
    """Whether the trap lies there as it was, and the command does not need what it stands for."""
    trap = root / "place" / where
    intact = trap.is_symlink() or trap.is_fifo()
    return intact and give(program, root / "without", way, lambda place: _clear(place / where))[0] == 0


def attack(
    program: Program, root: Path, way: Way, where: str, plant: Callable[[Path, Path], object], *, works: bool
) -> str:
    """What went wrong when `plant` was done at `where`; "" where nothing did.

    `works`: the command does what it should where nobody has laid anything; else its refusal has to say why.
    """
    ours = root / "ours"
    ours.mkdir(parents=True)
    before: dict[str, Any] = {}

    def lay(place: Path) -> None:
        plant(place / where if where else place, ours)
        before.update(_of(ours))

    try:
        code, said = give(program, root, way, lay)
    except Hung:
        return "hangs"
    if _of(ours) != before:
        return f"what is ours was touched: {sorted(set(_of(ours).items()) ^ set(before.items()))[:2]!r}"
    if "Traceback" in said or "unforeseen" in said:
        return f"a traceback: {said[-300:]}"
    if plant is not half and code == 0 and not _passed_by(program, root, way, where):
        return "was taken, and the command says that all is well"
    if plant is not half and not works and not any(say("en", f"system.reason.{name}") in said for name in WHY):
        return f"does not say why: {said.strip()[:200]!r}"
    return ""


if sys.platform == "win32":
    PLANTS = ()  # type: ignore[misc]  # nothing of this can be laid there without an administrator

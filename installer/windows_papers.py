"""What a Windows setup program brings, for its SBOM and licences, and which Python and signature its record names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from installer import inventory
from installer.inventory import Component
from installer.products import BuildError, sha256
from installer.windows_runtime import PINNED, run, uv


def components(version: str, stage: Path) -> list[Component]:
    """From the staged program. Raises BuildError where no Python lies there or a package says no licence."""
    libraries = [path.stem for path in (stage / "python").glob("python3[0-9]*.dll")]
    if len(libraries) != 1:
        raise BuildError(f"no Python for Windows in {stage}")
    short = f"3.{libraries[0].removeprefix('python3')}"
    texts = tuple(
        path.read_text(encoding="utf-8", errors="replace") for path in sorted((stage / "python").glob("LICENSE*"))
    )
    python = Component("python", short, f"pkg:generic/python@{short}?arch=amd64&os=windows", "PSF-2.0", texts)
    return [*inventory.ours(version), python, *inventory.python_packages(stage)]


def made(windows_python: Path | None, *, signed: bool, fast: bool) -> dict[str, Any]:
    """For the record: which Python, by its hash, which tools, and whether the program bears a signature."""
    if windows_python is None:
        source, summed = f"{PINNED[0]} {PINNED[1]}", PINNED[2]
    else:
        source, summed = windows_python.name, sha256(windows_python)
    python = {"windows_python": source, "windows_python_sha256": summed}
    return {**python, "tools": _tools(), "signed": signed, "fast": fast}


def _tools() -> dict[str, str]:
    """What each says of itself; a tool that is not here is left out, as the build would have ended before."""
    asked = {"makensis": (shutil.which("makensis"), "-VERSION"), "uv": (uv(), "--version")}
    return {
        name: run([program, word], f"{name} says no version").strip()
        for name, (program, word) in asked.items()
        if program
    }

"""Other people's programs, called so that a missing or failing one says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from installer import runtime
from installer.products import ROOT, BuildError

PACKAGE_OF = {
    "mmdebstrap": "mmdebstrap",
    "patchelf": "patchelf",
    "objdump": "binutils",
    "strip": "binutils",
    "dpkg-deb": "dpkg",
    "makensis": "nsis",
    "osslsigncode": "osslsigncode",
    "uv": "",
}


def find(name: str) -> str:
    """The path of a program. Raises BuildError with the package that brings it."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found:
        return found
    package = PACKAGE_OF.get(name, name)
    how = f"sudo apt-get install {package}" if package else "make setup"
    raise BuildError(
        f"{name} is missing. Install it and try again: {how}\n  البرنامج {name} غير موجود. ثبّته ثم أعد المحاولة: {how}"
    )


def run(*command: str | Path, env: Mapping[str, str] | None = None, trouble: str = "") -> str:
    """Standard output of a program that ended well. Raises BuildError with the last lines that it said.

    `trouble` is what has come of it where it has not.
    """
    words = [find(str(command[0])), *map(str, command[1:])]
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **runtime.PLAIN, **(env or {})}, capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        trouble = trouble or f"{command[0]} failed ({done.returncode})"
        raise BuildError(f"{trouble}:\n{said}\n  توقف البرنامج {command[0]} بخطأ.")
    return done.stdout


def versions(*names: str, word: str = "--version") -> dict[str, str]:
    """The first line that each tool says of itself; those that are not here are left out."""
    found = {}
    for name in names:
        try:
            found[name] = run(name, word).splitlines()[0].strip()
        except BuildError:
            continue
    return found

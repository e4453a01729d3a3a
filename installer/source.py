"""What the commit says: its files, its name, its time, the version of the program, its schema."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

from installer.products import ROOT, BuildError

OLDEST_EPOCH_S = 315532800
"""1980-01-01, the oldest time that a zip can hold."""
_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){1,3}", re.ASCII)
MIGRATIONS = "storage/db/migrations/versions"


def git(*args: str) -> str:
    """What git says, or nothing where this is no clone."""
    try:
        done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - the
    except (OSError, subprocess.CalledProcessError):  # developer's own git
        return ""
    return done.stdout.strip()


def epoch_s() -> int:
    """The one time that everything in a product bears: SOURCE_DATE_EPOCH, else the commit's."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct") or OLDEST_EPOCH_S)


def tracked(*folders: str) -> list[str]:
    """Files below the folders as posix paths in byte order: git's, or in an unpacked archive those that lie there."""
    listed = git("ls-files", *folders).splitlines()
    if not listed:
        found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
        listed = [path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts]
    return sorted(name for name in listed if (ROOT / name).is_file())


def version() -> str:
    """`kiosk.VERSION`, read without importing.

    Raises BuildError where it is not to be found.
    """
    tree = ast.parse((ROOT / "kiosk" / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERSION":
            return str(ast.literal_eval(node.value))
    raise BuildError("kiosk/__init__.py names no VERSION")


def chosen(number: str | None) -> str:
    """The version that a product bears: the one that is asked for, else the program's own. Raises BuildError."""
    wanted = number or version()
    if not _VERSION.fullmatch(wanted):
        raise BuildError(f"not a version: {wanted}\n  ليس رقم إصدار صحيحًا: {wanted}")
    return wanted


def schema() -> str:
    """The newest migration, four digits: the revision that a store has after this version has opened it."""
    return max(name[:4] for name in (Path(path).name for path in tracked(MIGRATIONS)) if name[:4].isdigit())


def compatible_with() -> str:
    """What the newest migration says of the oldest program that may open its database; empty where it says nothing."""
    newest = next(path for path in tracked(MIGRATIONS) if Path(path).name.startswith(schema()))
    found = re.search(r'^COMPATIBLE_WITH = "([0-9]{4})"$', (ROOT / newest).read_text(encoding="utf-8"), re.MULTILINE)
    return "" if found is None else found[1]

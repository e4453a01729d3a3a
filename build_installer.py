#!/usr/bin/env python3
"""Build what is handed out: the wheel, its checksums and a record of how it was made.

يبني حزمة البرنامج وقائمة بصماتها وسجلّ البناء داخل المجلد dist
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-devices.lock")
SKIPPED = {"__pycache__"}
NOT_YET = {
    "win-x64": "the Windows installer (embedded Python, NSIS, a signed launcher)",
    "linux-deb": "the Debian package (one-directory bundle built against glibc 2.36)",
    "linux-run": "the self-unpacking archive for other Linux systems",
}


class BuildError(Exception):
    """What stopped the build, for the person who called it."""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def git(*args: str) -> str:
    """What git says, or nothing where this is no clone."""
    try:
        done = subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def build_wheel(out: Path, epoch: str) -> Path:
    """Equal sources give an equal file: the times inside are those of the commit."""
    before = set(out.glob("*.whl"))
    for old in before:
        old.unlink()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "SOURCE_DATE_EPOCH": epoch}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        msg = f"hatchling failed. If it is missing, run this with .venv/bin/python after `make setup`.\n{done.stderr}"
        raise BuildError(msg)
    (wheel,) = out.glob("*.whl")
    return wheel


def asset_files() -> set[str]:
    """What must be inside, as git knows it; in an unpacked archive, as it lies there."""
    listed = git("ls-files", "assets", "storage/migrations", "central/migrations", "central/templates").splitlines()
    lying = (p.relative_to(ROOT).as_posix() for p in (ROOT / "assets").rglob("*") if p.is_file())
    return {name for name in (listed or lying) if SKIPPED.isdisjoint(Path(name).parts)}


def check_wheel(wheel: Path) -> int:
    """Every asset inside, byte for byte; nothing of the tests. Returns the number of files."""
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        wanted = asset_files()
        if missing := sorted(wanted - inside):
            raise BuildError("not in the wheel: " + ", ".join(missing))
        if changed := sorted(name for name in wanted if archive.read(name) != (ROOT / name).read_bytes()):
            raise BuildError("different in the wheel: " + ", ".join(changed))
    if stray := sorted(name for name in inside if name.startswith(("tests/", "docs/", "."))):
        raise BuildError("does not belong into the wheel: " + ", ".join(stray))
    return len(inside)


def record(wheel: Path, files: int, epoch: str) -> dict[str, object]:
    return {
        "name": "manfaz",
        "file": wheel.name,
        "sha256": sha256(wheel),
        "bytes": wheel.stat().st_size,
        "files": files,
        "commit": git("rev-parse", "HEAD"),
        "uncommitted_changes": bool(git("status", "--porcelain")),
        "source_date_epoch": int(epoch),
        "locks": {name: sha256(ROOT / name) for name in LOCKS},
        "tools": {"python": platform.python_version(), "hatchling": version("hatchling")},
    }


def build(out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    epoch = git("log", "-1", "--format=%ct") or "315532800"  # 1980, the oldest a zip can say
    wheel = build_wheel(out, epoch)
    files = check_wheel(wheel)
    made = out / f"{wheel.stem}.build.json"
    made.write_text(json.dumps(record(wheel, files, epoch), indent=2) + "\n", encoding="utf-8")
    sums = "".join(f"{sha256(path)}  {path.name}\n" for path in (wheel, made))
    (out / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return wheel


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=("wheel", *NOT_YET), default="wheel", help="what to build (default: wheel)")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to put it (default: dist/)")
    wanted = parser.parse_args()
    if what := NOT_YET.get(wanted.target):
        print(f"build_installer: cannot build {what} yet. Only --target wheel works today.", file=sys.stderr)
        return 2
    try:
        wheel = build(wanted.out)
    except BuildError as error:
        print(f"build_installer: {error}", file=sys.stderr)
        return 1
    print(
        f"{wheel} ({wheel.stat().st_size / 1e6:.1f} MB), every asset inside; SHA256SUMS and the build record beside it"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A tiny installed program: a starter, a shipped app and versions whose `kiosk` does what a test wants."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starter import pointer
from starter.pointer import Pointer
from tests.harness.untraced import untraced

ROOT: Final = Path(pointer.__file__).resolve().parent.parent
RELEASE: Final = "ab" * 32
SAY: Final = """
import os, sys, time
from pathlib import Path
from starter import health, launch, signs
data = Path(sys.argv[sys.argv.index("--data") + 1])
mark = os.environ.get(signs.MARK)
def note(stage, *failed):
    if mark: health.say(data, mark, health.Note(stage, failed))
def told(word):
    try:
        with (data / "told").open("a") as file: file.write(word + "\\n")
    except OSError: pass  # the disk is full: only the test would have known
"""
GOOD: Final = 'note("opening"); note("checking"); note("good")\n'
CRASH: Final = "os._exit(9)\n"
BAD: Final = 'note("bad", "database"); time.sleep(60)\n'


def lay_version(
    folder: Path, version: str, body: str, *, needs_runtime: str = "", complete: bool = True, **more: str
) -> None:
    """A version whose `main` tells its number to the file ``told`` and then runs `body`; `more` goes into its list."""
    main = SAY + "def main():\n" + "".join(f"    {line}\n" for line in [f"told('{version}')", *body.splitlines()])
    files = {"kiosk/__init__.py": b"", "kiosk/__main__.py": main.encode()}
    for path in (ROOT / "starter").glob("*.py"):
        files[f"starter/{path.name}"] = path.read_bytes()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    said = {"version": version, "needs_runtime": needs_runtime, "schema": "", **more}
    raw = json.dumps({**said, "files": hashes}).encode()
    (folder / "version.json").write_bytes(raw)
    if complete:
        (folder / "complete").write_text(hashlib.sha256(raw).hexdigest() + "\n")


@dataclass
class Program:
    root: Path
    data: Path = field(init=False)
    program: Path = field(init=False)

    def __post_init__(self) -> None:
        self.data, self.program = self.root / "data", self.root / "محل الأمل" / "Manfaz"
        self.data.mkdir(exist_ok=True)
        if not self.program.exists():
            shutil.copytree(ROOT / "starter", self.program / "starter", ignore=shutil.ignore_patterns("__pycache__"))

    def ship(self, version: str = "0.1.0", body: str = "", **more: str) -> None:
        lay_version(self.program / "app", version, body, **more)  # type: ignore[arg-type]

    def add(self, version: str, body: str = GOOD, **more: object) -> Path:
        folder = pointer.version_folder(self.data, version)
        lay_version(folder, version, body, **more)  # type: ignore[arg-type]
        return folder

    def on_trial(self, version: str, previous: str = "", tries: int = 0, **more: int) -> None:
        pointer.write(self.data, Pointer(version, previous, version, tries, RELEASE, "TRIAL", **more))

    def start(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it as a person would, to its end."""
        return subprocess.run(
            [sys.executable, str(self.program / "starter"), "--data", str(self.data), *arguments],
            env=untraced("MANFAZ"),
            capture_output=True, text=True, check=False, timeout=50, cwd=self.root,
        )  # fmt: skip

    def told(self) -> list[str]:
        """The versions that ran, in order."""
        path = self.data / "told"
        return path.read_text().split() if path.exists() else []

    def pointer(self) -> Pointer | None:
        return pointer.read(self.data)

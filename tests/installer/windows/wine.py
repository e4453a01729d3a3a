"""A Windows of our own: a wine prefix in a folder, programs run in it, and an end to whatever still runs there."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

PATIENCE_S: Final = 240
LOOK_S: Final = 0.05
_CODE: Final = "import subprocess, sys; sys.stdout.write(str(subprocess.call(' '.join(sys.argv[1:]))))"
"""An exit code of Windows has 32 bits, one of Linux 8: so it is asked for over there."""
_REGISTRY: Final = """
import json, sys, winreg
try:
    key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, sys.argv[1], 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
except FileNotFoundError:
    print("{}")
else:
    values = [winreg.EnumValue(key, n) for n in range(winreg.QueryInfoKey(key)[1])]
    print(json.dumps({name: value for name, value, _ in values}))
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


class Windows:
    """`python` is the folder of a Windows Python, for what only a program over there can do."""

    def __init__(self, prefix: Path, python: Path) -> None:
        self.prefix, self.python = prefix, python
        self.c = prefix / "drive_c"
        # TMPDIR: with one in memory wine 10 ends every program, "free(): invalid pointer".
        ours = {
            "DISPLAY", "WAYLAND_DISPLAY", "TMPDIR",
            "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        # WINEQT_…: wine hands no QT_… on. The two DLLs: else it asks to download .NET and a browser.
        self.env = {
            **kept, "WINEPREFIX": str(prefix), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree=;mshtml=",
            "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "WINEQT_QPA_PLATFORM": "offscreen",
        }  # fmt: skip
        prefix.mkdir(parents=True)
        self.run("wineboot", "-i")

    def run(self, *words: object, env: Mapping[str, str] | None = None, patience_s: float = PATIENCE_S) -> Done:
        """A program in it; what it says is UTF-8. The code is its last eight bits.

        Said into files: whoever opens the first window also starts the desktop, which would hold a pipe open for ever.
        """
        with TemporaryFile() as out, TemporaryFile() as err:
            done = subprocess.run(
                ["wine", *map(str, words)], env={**self.env, **(env or {})}, stdout=out, stderr=err,
                timeout=patience_s, check=False, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            return Done(done.returncode, _read(out), _read(err))

    def start(self, *words: object, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["wine", *map(str, words)], env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def code(self, *words: object) -> int:
        """The whole exit code of a program. Words must not need quotes: NSIS wants its last switch without."""
        done = self.run(self.python / "python.exe", "-c", _CODE, *words)
        assert done.out, done.err
        return int(done.out)

    def ask(self, script: str, *words: object) -> str:
        """What a script of the Windows Python prints."""
        done = self.run(self.python / "python.exe", "-X", "utf8", "-c", script, *words)
        assert done.code == 0, done.err
        return done.out.replace("\r\n", "\n")

    def registry(self, key: str) -> dict[str, str | int]:
        """The values of a key below HKLM; empty where there is none."""
        found: dict[str, str | int] = json.loads(self.ask(_REGISTRY, key))
        return found

    def plug_in(self, letter: str, stick: Path) -> None:
        """A stick under this letter, which Windows calls removable from its next start on."""
        (self.prefix / "dosdevices" / f"{letter}:").symlink_to(stick)
        drives = "HKLM\\Software\\Wine\\Drives"
        assert self.run("reg", "add", drives, "/v", f"{letter}:", "/t", "REG_SZ", "/d", "floppy", "/f").code == 0

    def show_on(self, display: str) -> None:
        """Windows are seen there from here on; those of a desktop begun without a display would be nowhere."""
        self.env["DISPLAY"] = display
        self.end()

    @property
    def local(self) -> Path:
        """%LOCALAPPDATA% of whoever is signed in."""
        (found,) = (self.c / "users").glob("*/AppData/Local")
        return found

    def log(self) -> str:
        """What the last setup or uninstaller wrote down."""
        return (self.local / "Temp" / "manfaz-setup.log").read_text(encoding="utf-16")

    @contextmanager
    def server(self, under: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
        """This Windows, which does not run, begun by its server, which runs `under` another program."""
        process = subprocess.Popen([*under, "wineserver", "-f", "-p"], env=self.env)
        try:
            while subprocess.run(["wineserver", "-k0"], env=self.env, check=False).returncode:  # a signal to nobody
                assert process.poll() is None, "the server did not come up"
                time.sleep(LOOK_S)
            yield process
        finally:
            process.kill()
            process.wait()
            self.end()

    def end(self) -> None:
        """Everything that runs in this prefix, and only there."""
        subprocess.run(["wineserver", "-k"], env=self.env, check=False)
        subprocess.run(["wineserver", "-w"], env=self.env, check=False, timeout=60)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def windows_path(path: Path) -> str:
    """A file of this machine as the programs over there name it."""
    return "Z:" + str(path.resolve()).replace("/", "\\")

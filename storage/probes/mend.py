"""What check-and-fix may mend by itself: rights of the folder, autostart, sleep, files left half written.

Never the database, its keys, or anything that somebody wrote.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from storage.open import DATABASE
from storage.probes.linux import AUTOSTART, ask_desktop

PART_S: Final = 86_400
"""A half-written file of today may still be being written."""
_RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_DESKTOP: Final = """[Desktop Entry]
Type=Application
Name=Manfaz
Name[ar]=منفذ
Exec={program}
X-GNOME-Autostart-enabled=true
"""
_NO_SLEEP: Final = {
    "linux": ("gsettings", "set", "org.gnome.settings-daemon.plugins.power", "sleep-inactive-ac-type", "nothing"),
    "win32": ("powercfg", "/change", "standby-timeout-ac", "0"),
}


@dataclass(frozen=True)
class Mending:
    """`program` is what autostart starts. Each act says whether it has been done."""

    folder: Path
    program: str
    home: Path = field(default_factory=Path.home)
    ask: Callable[[Sequence[str]], str | None] = ask_desktop

    def mend(self, text: str) -> bool:
        """By the name of the finding's words; False for what nobody but a person may mend."""
        acts = {"rights": self.rights, "autostart_off": self.autostart, "at_rest": self.sleep}
        act = acts.get(text)
        return act is not None and act()

    def rights(self) -> bool:
        try:
            self.folder.chmod(0o700)
            for suffix in ("", "-wal", "-shm"):
                file = self.folder / f"{DATABASE}{suffix}"
                if file.exists():
                    file.chmod(0o600)
        except OSError:
            return False
        return True

    def autostart(self) -> bool:
        if sys.platform == "win32":  # pragma: no cover - CI has no Windows
            import winreg  # noqa: PLC0415 - Windows alone has it

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN) as key:
                    winreg.SetValueEx(key, "Manfaz", 0, winreg.REG_SZ, f'"{self.program}"')
            except OSError:
                return False
            return True
        file = self.home / ".config/autostart" / AUTOSTART
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_DESKTOP.format(program=f'"{self.program}"'), encoding="utf-8")
        except OSError:
            return False
        return True

    def sleep(self) -> bool:
        words = _NO_SLEEP.get(sys.platform)
        return words is not None and self.ask(words) is not None

    def drop_parts(self, now_s: float | None = None) -> int:
        """Remove files that were being written a day ago and never were finished; how many went."""
        now_s = time.time() if now_s is None else now_s
        gone = 0
        for file in self.folder.glob("*.part"):
            with suppress(OSError):
                if file.is_file() and now_s - file.stat().st_mtime > PART_S:
                    file.unlink()
                    gone += 1
        return gone

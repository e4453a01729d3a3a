"""What check-and-fix may mend by itself: rights of the folder, autostart, sleep, files left half written.

Never the database, its keys, or anything that somebody wrote.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.disk.data_folder import DATABASE, INSTANCE
from storage.probes import folder_owner
from storage.probes.linux import ask_desktop

PART_S: Final = 86_400
"""A half-written file of today may still be being written."""
_START: Final = Path(__file__).resolve().parents[2] / "assets/start"
_DESKTOP: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    # The scripts that a technician runs by hand (docs/install.md): they know what is to be started, and how.
    "autostart_off": {
        "linux": ("sh", str(_START / "manfaz-autostart")),
        "win32": ("cmd", "/c", str(_START / "manfaz-autostart.cmd")),
    },
    "at_rest": {
        "linux": ("gsettings", "set", "org.gnome.settings-daemon.plugins.power", "sleep-inactive-ac-type", "nothing"),
        "win32": ("powercfg", "/change", "standby-timeout-ac", "0"),
    },
}
"""What a desktop's own program is told, by the name of the finding's words."""


@dataclass(frozen=True)
class Repairs:
    """Each act says whether it has been done."""

    folder: Path
    ask: Callable[[Sequence[str]], str | None] = ask_desktop

    def mend(self, text: str) -> bool:
        """By the name of the finding's words; False for what nobody but a person may mend."""
        if text == "rights":
            return self.rights()
        words = _DESKTOP.get(text, {}).get(sys.platform)
        return words is not None and self.ask(words) is not None

    def rights(self) -> bool:
        """The shop's account closes what others could look into; an administrator gives back what became his.

        Of a counter's folder alone: an administrator may mistype, and ``/home`` is everybody's.
        """
        if not self._a_counters():
            return False
        try:
            folder_owner.give_back(self.folder.resolve())
            self.folder.chmod(0o700)
            for suffix in ("", "-wal", "-shm"):
                file = self.folder / f"{DATABASE}{suffix}"
                if file.exists() and not file.is_symlink():
                    file.chmod(0o600)
        except OSError:
            return False
        return True

    def _a_counters(self) -> bool:
        try:
            (self.folder / INSTANCE).lstat()
        except PermissionError:  # of whoever is shut out of his own; an administrator never is
            return True
        except OSError:
            return False
        return True

    def drop_parts(self) -> int:
        """Remove files that were being written a day ago and never were finished; how many went."""
        now_s, gone = time.time(), 0
        for file in self.folder.glob("*.part") if self._a_counters() else ():  # a browser's downloads are called so too
            with suppress(OSError):
                if file.is_file() and now_s - file.stat().st_mtime > PART_S:
                    file.unlink()
                    gone += 1
        return gone

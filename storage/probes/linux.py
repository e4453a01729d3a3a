"""What Linux says of itself: in /proc, /sys and /etc, whose place can be given, so that tests bring their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kiosk.upkeep.doctor.check_result import Unknown
from storage.disk.folder_lock import runtime_folder

AUTOSTART: Final = "manfaz.desktop"
UNIT: Final = "systemd/user/graphical-session.target.wants/manfaz.service"
_STARTS: Final = r'^(?:Exec|ExecStart)\s*=\s*(?:"([^"]+)"|(\S+))'
ASK_S: Final = 5.0
_LOGINS: Final = (
    ("gdm3", r"^\s*AutomaticLoginEnable\s*=\s*(true|1)\s*$"), ("gdm", r"^\s*AutomaticLoginEnable\s*=\s*(true|1)\s*$"),
    ("lightdm", r"^\s*autologin-user\s*=\s*\S"), ("sddm.conf.d", r"^\s*User\s*=\s*\S"),
)  # fmt: skip
_POWER: Final = ("gsettings", "get", "org.gnome.settings-daemon.plugins.power", "sleep-inactive-ac-type")


_UNSEEN: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows a console would flash up over the counter."""


def ask_desktop(words: Sequence[str]) -> str | None:
    """What a desktop's own program answers; None where there is no such program, or no answer."""
    program = shutil.which(words[0])
    if program is None:
        return None
    try:
        answer = subprocess.run(
            [program, *words[1:]], capture_output=True, timeout=ASK_S, text=True, check=False, creationflags=_UNSEEN
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


@dataclass(frozen=True)
class Linux:
    """Places as on a real system, unless a test gives others."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    etc: Path = Path("/etc")
    home: Path = field(default_factory=Path.home)
    opt: Path = Path("/opt")
    runtime: Path = field(default_factory=runtime_folder)
    ask: Callable[[Sequence[str]], str | None] = ask_desktop

    def running(self, own: str) -> int:
        held = {inode for inode, _pid in self._locks()}
        found = 0
        for file in self.runtime.glob("manfaz-*.lock"):
            if own and file.name == f"manfaz-{own}.lock":
                continue
            found += _inode(file) in held
        return found

    def places(self) -> Sequence[Path]:
        return self.opt / "manfaz", self.home / ".local/opt/manfaz"

    def holders(self, database: Path, lock: Path) -> int:
        """Programs that have the database open and are neither this one nor the counter, which holds the lock."""
        ours = {os.getpid(), *(pid for inode, pid in self._locks() if inode == _inode(lock))}
        name = str(database)
        return sum(pid not in ours and name in set(_opened(folder)) for pid, folder in self._processes())

    def held(self, lock: Path) -> bool:
        return bool(_inode(lock)) and _inode(lock) in {inode for inode, _pid in self._locks()}

    def encrypted(self, folder: Path) -> bool:
        device = folder.stat().st_dev
        block = self.sys / f"dev/block/{os.major(device)}:{os.minor(device)}"
        if not block.exists():
            raise Unknown("no_device")
        return _crypt(block)

    def logs_in_alone(self) -> bool:
        for name, pattern in _LOGINS:
            for file in sorted((self.etc / name).rglob("*.conf")):
                if re.search(pattern, _text(file), re.MULTILINE | re.IGNORECASE):
                    return True
        return bool(re.search(r"^\s*User\s*=\s*\S", _text(self.etc / "sddm.conf"), re.MULTILINE))

    def machine_id(self) -> bytes:
        found = _text(self.etc / "machine-id").strip()
        if not found:
            raise Unknown("no_machine_id")
        return found.encode()

    def parts(self) -> Sequence[bytes]:
        """The own addresses of network cards on the board; what is plugged in today (USB, a dock) is no part of it."""
        cards = sorted((self.sys / "class/net").glob("*"))
        ours = [card for card in cards if _text(card / "device/modalias").startswith("pci:")]
        own = [
            card for card in ours
            if _text(card / "addr_assign_type").strip() == "0"
            and _text(card / "device/removable").strip() != "removable"
        ]  # fmt: skip
        return [address.encode() for card in own if (address := _text(card / "address").strip())]

    def sleeps(self) -> bool:
        targets = [self.etc / "systemd/system" / f"{name}.target" for name in ("sleep", "suspend")]
        if any(target.is_symlink() and str(target.readlink()) == os.devnull for target in targets):
            return False
        desktop = self.ask(_POWER)
        if desktop:
            return desktop.strip("'\"") != "nothing"
        action = re.search(r"^\s*IdleAction\s*=\s*(\w+)", _text(self.etc / "systemd/logind.conf"), re.MULTILINE)
        return action is not None and action[1] != "ignore"

    def starts_alone(self) -> bool:
        if os.environ.get("MANFAZ_SESSION"):  # a session of nothing else
            return True
        named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        own = named if named.is_absolute() else self.home / ".config"
        if _starts(_text(own / UNIT)):
            return True
        for folder in (own / "autostart", self.etc / "xdg/autostart"):
            text = _text(folder / AUTOSTART)
            if text:
                return _starts(text) and not re.search(r"^\s*Hidden\s*=\s*true", text, re.MULTILINE | re.IGNORECASE)
        return False

    def _locks(self) -> Iterator[tuple[str, int]]:
        """Device and inode of every lock that is held, as /proc/locks has them, and by whom."""
        for line in _text(self.proc / "locks").splitlines():
            fields = line.split()
            if len(fields) >= 6 and fields[1] == "FLOCK" and fields[4].isdigit():
                yield fields[5], int(fields[4])

    def _processes(self) -> Iterator[tuple[int, Path]]:
        for folder in self.proc.iterdir():
            if folder.name.isdigit():
                yield int(folder.name), folder / "fd"


def _inode(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return ""
    return f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"


def _opened(folder: Path) -> Iterator[str]:
    try:
        for link in folder.iterdir():
            yield str(link.readlink())
    except OSError:
        return  # it has ended meanwhile, or is another account's


def _crypt(block: Path) -> bool:
    """Whether a block device is encrypted, or lies on one that is."""
    if _text(block / "dm/uuid").startswith("CRYPT-"):
        return True
    slaves = block / "slaves"
    return slaves.is_dir() and any(_crypt(slave) for slave in slaves.iterdir())


def _starts(text: str) -> bool:
    """Whether what such a file starts is there: a program may have been moved, or taken away."""
    found = re.search(_STARTS, text, re.MULTILINE)
    if found is None:
        return False
    program = Path(found[1] or found[2])
    return program.is_file() if program.is_absolute() else shutil.which(program) is not None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

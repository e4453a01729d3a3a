"""What Windows says of itself. CI has no Windows: only what the registry answers, and nothing is guessed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.upkeep.doctor.check_result import Unknown
from starter.lock import take

_RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
_LOGON: Final = r"Software\Microsoft\Windows NT\CurrentVersion\Winlogon"
_GUID: Final = r"Software\Microsoft\Cryptography"
_BOARD: Final = r"SYSTEM\HardwareConfig"
_SHARING: Final = 32
"""ERROR_SHARING_VIOLATION: somebody has the file open and lets nobody else in."""


class Windows:  # pragma: no cover - CI has no Windows
    """The system, as the registry tells it."""

    def running(self, own: str) -> int:
        del own
        raise Unknown("windows")

    def places(self) -> Sequence[Path]:
        names = (("PROGRAMFILES", "Manfaz"), ("LOCALAPPDATA", "Programs\\Manfaz"))
        return [Path(os.environ[variable]) / name for variable, name in names if variable in os.environ]

    def holders(self, database: Path, lock: Path) -> int:
        del lock
        try:
            with database.open("rb"):
                return 0
        except FileNotFoundError:
            return 0
        except OSError as error:
            return int(getattr(error, "winerror", 0) == _SHARING)

    def held(self, lock: Path) -> bool:
        """By asking for it, and giving it back at once: of a lock on an empty file nothing else tells."""
        try:
            handle = os.open(lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        try:
            take(handle)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False

    def encrypted(self, folder: Path) -> bool:
        del folder
        raise Unknown("windows")

    def logs_in_alone(self) -> bool:
        return _value("machine", _LOGON, "AutoAdminLogon") == "1"

    def machine_id(self) -> bytes:
        found = _value("machine", _GUID, "MachineGuid")
        if not found:
            raise Unknown("no_machine_id")
        return found.encode()

    def parts(self) -> Sequence[bytes]:
        """The board's own number, as Windows found it when it started."""
        found = _value("machine", _BOARD, "LastConfig")
        return [found.encode()] if found else []

    def sleeps(self) -> bool:
        raise Unknown("windows")

    def starts_alone(self) -> bool:
        for root in ("user", "machine"):
            program = _value(root, _RUN, "Manfaz").removeprefix('"').partition('"')[0]
            if program and Path(program).is_file():
                return True
        menus = [os.environ.get(name, "") for name in ("APPDATA", "PROGRAMDATA")]
        startup = "Microsoft/Windows/Start Menu/Programs/Startup/Manfaz.lnk"
        return any(menu and (Path(menu) / startup).exists() for menu in menus)


def _value(root: str, key: str, name: str) -> str:  # pragma: no cover - the same
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - Windows alone has it

        top = winreg.HKEY_CURRENT_USER if root == "user" else winreg.HKEY_LOCAL_MACHINE
        try:
            with winreg.OpenKey(top, key) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except OSError:
            return ""
    return ""

"""What is said when no version can be asked for its texts: in both languages, where a person will see it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

TITLE: Final = "Manfaz · منفذ"
NOTHING_AR: Final = (
    "لا يمكن تشغيل منفذ: ملفات البرنامج ناقصة أو تالفة. بياناتك محفوظة ولم تُمس. "
    "شغّل التثبيت من الفلاشة مرة أخرى، أو اتصل بالدعم."
)
NOTHING_EN: Final = (
    "Manfaz cannot start: files of the program are missing or damaged. Your data is kept and was not touched. "
    "Run setup again from the stick, or call support."
)
BUSY_AR: Final = "منفذ يفتح الآن أو يجري تحديثه. انتظر دقيقتين ثم حاول مرة أخرى."
BUSY_EN: Final = "Manfaz is opening already, or is being updated. Wait two minutes, then try again."


def tell(arabic: str, english: str) -> None:
    """On the console; in a window where the program is the one with a window, whatever handles it was given."""
    windowed = Path(sys.executable).name.lower() == "pythonw.exe"
    if sys.platform == "win32" and windowed:  # pragma: no cover - CI has no Windows
        import ctypes  # noqa: PLC0415 - Windows alone needs it

        ctypes.windll.user32.MessageBoxW(None, f"{arabic}\n\n{english}", TITLE, 0x10)
        return
    print(arabic, english, sep="\n", file=sys.stderr)

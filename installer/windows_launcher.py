"""`manfaz.exe` and `manfaz-cli.exe`: the small start programs of distlib, which pip uses too, with ours behind them.

Such a file is a program, a line that names Python from its own folder on, and a ZIP with `__main__.py`. So no compiler
is needed, and what is started is the signed `pythonw.exe` of python.org (docs/adr/0018).
"""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from pathlib import Path

from installer.windows_runtime import PYTHON

LAUNCHERS = {"manfaz.exe": ("w64.exe", "pythonw.exe"), "manfaz-cli.exe": ("t64.exe", "python.exe")}
UNFINISHED = "setup.old/install.log"
"""What lies in the program's folder while one version takes the place of another (`nsis/changeover.nsh`)."""
SAID = (
    "لم يكتمل تثبيت منفذ أو تحديثه. بياناتك محفوظة ولم تُمس. شغّل برنامج التثبيت من الفلاشة مرة أخرى.",
    "The installation of Manfaz was cut off. Your data is kept and was not touched. Run setup again from the stick.",
)
TITLE = "Manfaz · منفذ"
MAIN = f"""\
import os
import sys

program = os.path.dirname(os.path.abspath(sys.argv[0]))
sys.argv[0] = os.path.join(program, "starter")
sys.path[0] = program
try:
    if os.path.exists(os.path.join(program, {UNFINISHED!r})):
        raise ImportError
    from starter.__main__ import main
except ImportError:
    if os.path.basename(sys.executable).lower() == "pythonw.exe":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, {chr(10).join(SAID)!r}, {TITLE!r}, 0x10)
    else:
        print(*{SAID!r}, sep=chr(10), file=sys.stderr)
    sys.exit(70)

sys.exit(main())
"""


def put_launchers(stage: Path) -> None:
    for name, (base, python) in LAUNCHERS.items():
        (stage / name).write_bytes(launcher(base, python))


def launcher(base: str, python: str) -> bytes:
    """The bytes of one; the same at every build."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py"), MAIN)
    # -B: nobody but the installer writes into the program's folder. -X utf8: a pipe's words are UTF-8 on any Windows.
    first_line = f'#!"<launcher_dir>\\{PYTHON}\\{python}" -B -X utf8\r\n'.encode("ascii")
    return (files("distlib") / base).read_bytes() + first_line + packed.getvalue()

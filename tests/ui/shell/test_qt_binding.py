"""Qt's binding reads no source of ours: see `ui.main.application`."""

from __future__ import annotations

import subprocess
import sys

from tests.harness.centre_process import ROOT
from tests.harness.untraced import untraced

READ = """
import linecache
from importlib import import_module
from ui.main.application import make_application
from ui.main.late_modules import MODULES
_application = make_application(["test"])
linecache.clearcache()
for name in MODULES:
    import_module(name)
print(*linecache.cache, sep="\\n")
"""


def test_no_source_is_read_for_the_names_of_qt() -> None:
    command = [sys.executable, "-c", READ]
    done = subprocess.run(command, cwd=ROOT, env=untraced(), capture_output=True, text=True, check=True)
    ours = tuple(str(ROOT / package) for package in ("kiosk", "protocol", "ui"))
    assert [name for name in done.stdout.splitlines() if name.startswith(ours)] == []

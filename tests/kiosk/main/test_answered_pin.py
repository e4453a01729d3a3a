"""What the program has in memory at its first picture and when an operator's PIN is answered: the real one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.kiosk.main.watched_start import watched_start

WATCHED: Final = """
import sys
from tests.bench import start_probe
say = start_probe.say
from ui.main.late_modules import MODULES
def answered(name):
    if name == "FIRST":
        print("EARLY", *sorted({*MODULES} & {*sys.modules}))
    if name == "ANSWERED":
        print("LOADED", *sorted({"sqlalchemy", "sqlmodel", "pydantic", "alembic", "schema"} & {*sys.modules}))
    say(name)
start_probe.say = answered
start_probe.main()
"""


@pytest.mark.keystore
def test_neither_what_comes_behind_the_picture_nor_the_makers_of_its_statements_are_loaded(tmp_path: Path) -> None:
    said = watched_start(WATCHED, tmp_path)
    assert ["EARLY"] in said
    assert ["LOADED"] in said
    assert said[-1][0] == "ANSWERED"

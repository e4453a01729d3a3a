"""``make statements``: the text of every statement, written into `storage.db.compiled`; a test compares the two."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Select
from sqlalchemy.sql.dml import UpdateBase

from schema import changes, questions
from schema.compiling import Columns, text

COMPILED: Final = Path(__file__).parents[1] / "storage" / "db" / "compiled.py"
HEAD: Final = '''"""Made of `schema` by `make statements`, and never by hand; a test compares the two."""

# fmt: off
# ruff: noqa: E501 - one statement a line

from typing import Final

from storage.db.write import Write

'''


def compiled_text() -> str:
    """The module that the program knows."""
    named = {name: one for part in (questions, changes) for name, one in vars(part).items() if name.isupper()}
    made = {name: text(one) for name, one in named.items() if isinstance(one, Select | UpdateBase | Columns)}
    return HEAD + "".join(f"{name}: Final = {line}\n" for name, line in made.items())


if __name__ == "__main__":
    COMPILED.write_text(compiled_text(), encoding="utf-8")

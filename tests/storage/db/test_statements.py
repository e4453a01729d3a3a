"""The models are the one schema: what the program knows of it, and what the migrations make, is compared with them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from schema import __main__ as made
from storage.db import compiled, upgrade
from storage.db.engine import Database
from storage.db.write import Write
from tests.harness.older_version import KEY
from tests.repository.measure import ROOT

PLANS: Final = Path(__file__).with_name("query_plans.json")
"""Of the statements as they were written by hand, before they were made of the models."""
PRODUCT: Final = ("kiosk", "ui", "sync", "storage", "starter", "protocol")
STATEMENTS: Final = {
    name: one.sql if isinstance(one, Write) else str(one) for name, one in vars(compiled).items() if name.isupper()
}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A new one."""
    fresh = Database(tmp_path / "new.db", KEY)
    upgrade.bring_up(fresh, print)
    return fresh


def misfits(database: Database) -> list[str]:
    """Statements that the program has otherwise than the models make them; what else a new store has than they say."""
    before, now = (text.splitlines() for text in (made.COMPILED.read_text(encoding="utf-8"), made.compiled_text()))
    found = [f"make statements: {line}" for line in sorted({*before} ^ {*now})]
    ours = {"include_name": lambda name, kind, _: not (kind == "table" and name.startswith("fts_"))}
    with database.engine().connect() as connection:
        differing = compare_metadata(MigrationContext.configure(connection, opts=ours), SQLModel.metadata)
    return found + [f"migration: {one}" for one in differing]


def test_what_the_models_say_is_what_the_program_and_a_new_store_have(database: Database) -> None:
    assert misfits(database) == []


@pytest.mark.parametrize(
    ("column", "said"),
    [("Integer", "add_column', None, 'pin', Column('of_nobody'"),
     ("Integer, nullable=False", "pin.of_nobody is no field of PutPin")],
)  # fmt: skip
def test_a_column_that_stands_in_a_model_alone_is_named(column: str, said: str, database: Database) -> None:
    code = (
        "from pathlib import Path; from sqlalchemy import Column, Integer; from schema import models\n"
        f"models.pin.append_column(Column('of_nobody', {column}))\n"
        "from tests.storage.db import test_statements as it\n"
        f"print(it.misfits(it.Database(Path({str(database.path)!r}), it.KEY)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert said in ran.stdout + ran.stderr


def test_every_statement_is_planned_as_the_one_by_hand_was(database: Database) -> None:
    with closing(database.reader()) as connection:
        plans = {
            name: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?"))]
            for name, sql in STATEMENTS.items()
            if not name.endswith("_COLUMNS")
        }
    assert plans == json.loads(PLANS.read_text(encoding="utf-8"))


def test_every_statement_is_asked_by_somebody() -> None:
    product = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "storage").rglob("*.py"))
    assert [name for name in STATEMENTS if f"compiled.{name}" not in product] == []


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_the_program_imports_no_model() -> None:
    for package in PRODUCT:
        for path in (ROOT / package).rglob("*.py"):
            assert {name.split(".")[0] for name in imported(path)}.isdisjoint({"schema", "sqlmodel", "pydantic"}), path

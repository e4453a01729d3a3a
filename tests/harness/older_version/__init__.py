"""A version made up for tests, older than the first: what proves upgrades while no release has an older form.

`migrations` holds its small schema as SQL text, and the one migration from it to the first schema of today.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from protocol.journal.kj01 import genesis
from protocol.values.arabic import search_key
from storage.db import commit, entry_ids, upgrade
from storage.db.engine import Database
from storage.keystore.journal_mirror import Mirrored
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.fakes.fake_keystore import FakeKeystore

REVISION: Final = "0000"
TODAYS: Final = Path(upgrade.__file__).parent / "migrations" / "versions"
MIGRATIONS: Final = Path(__file__).with_name("migrations")
KEY: Final = bytes(range(32))
INSTANCE: Final = "0" * 32
NAMES: Final = ("محمد أحمد", "منى مصطفى", "عبد الله")


def statements(file: Path) -> tuple[str, ...]:
    """The statements of a file of SQL."""
    found, rest = [], ""
    for line in file.read_text(encoding="utf-8").splitlines():
        rest += "" if line.startswith("--") else f"{line}\n"
        if sqlite3.complete_statement(rest):
            found.append(rest.strip().removesuffix(";"))
            rest = ""
    return tuple(found)


def revision(path: Path) -> ModuleType:
    """The module of a migration; they are numbered, and loaded by their path."""
    spec = spec_from_file_location(f"revision_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def know(patch: pytest.MonkeyPatch, revisions: tuple[str, ...], *folders: Path) -> None:
    """The program has these migrations, which lie in those folders."""
    of_program = upgrade._config

    def config() -> Any:
        made = of_program()
        made.set_main_option("path_separator", "os")
        made.set_main_option("version_locations", ":".join(str(folder).replace("%", "%%") for folder in folders))
        return made

    patch.setattr(upgrade, "_config", config)
    patch.setattr(upgrade, "REVISIONS", revisions)


@contextmanager
def known() -> Iterator[None]:
    """The program of today, as it would be if there had been this version before."""
    with pytest.MonkeyPatch.context() as patch:
        know(patch, (REVISION, *upgrade.REVISIONS), MIGRATIONS)
        yield


def keystore() -> FakeKeystore:
    """What the keystore holds of the house: its key, and that it was enrolled."""
    made = FakeKeystore()
    made.put(f"{INSTANCE}/database-key", KEY)
    made.put(f"{INSTANCE}/mirror", Mirrored(1, 0, genesis(enrolled_store.enrolment().statement)[:12]).pack())
    return made


def house(folder: Path, *, today: bool = False) -> FakeKeystore:
    """A house as that version left it (or today's), with three sales."""
    folder.mkdir()
    (folder / "instance").write_text(f"{INSTANCE}\n")
    database = Database(folder / DATABASE, KEY)
    with pytest.MonkeyPatch.context() as patch:
        if not today:
            know(patch, (REVISION,), MIGRATIONS)
        assert upgrade.bring_up(database, lambda _: pytest.fail("there was nothing to save")) is None
    with closing(database.writer()) as connection:
        commit.put_enrolment(connection, enrolled_store.enrolment())
        for name in NAMES:
            _sale(connection, name)
    return keystore()


def _sale(connection: Any, name: str) -> None:
    chain = commit.last(connection)[0]
    entries, _, row = enrolled_store.sale(chain, name=name)
    commit.apply(connection, entries, [], chain)
    given = {**{field: getattr(row, field) for field in row.__slots__}, "request_id": row.id}
    given |= {"id": entry_ids.entry_id(row.epoch, row.seq), "name_key": search_key(name)}
    columns = [info[1] for info in connection.execute("PRAGMA table_info(request)") if info[1] in given]
    sql = f"INSERT INTO request ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    connection.execute(sql, [given[column] for column in columns])


def look(folder: Path, statement: str) -> list[Any]:
    """Do it with the house's database, from outside of the program."""
    with closing(Database(folder / DATABASE, KEY).writer()) as connection:
        found: list[Any] = connection.execute(statement).fetchall()
        return found


def version(folder: Path) -> str | None:
    return upgrade.version(Database(folder / DATABASE, KEY))

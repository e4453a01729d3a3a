"""An update that was undone leaves its database behind: the program before opens it, and loses nothing in it."""

from __future__ import annotations

import re
import types
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.model.service_request import Query
from protocol.errors import Refused, Unavailable
from storage.db import upgrade
from storage.db.engine import Database
from storage.faults import border
from storage.opening import DATABASE
from storage.probes.store_probe import FolderStoreProbe
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness
from tests.harness.older_version import TODAYS, know, revision
from tests.storage.db import later_database

_ADDS_ONLY = re.compile(
    r"CREATE (UNIQUE )?INDEX|CREATE (VIRTUAL )?TABLE|CREATE TRIGGER|DROP TRIGGER|INSERT|REPLACE|UPDATE"
    r"|ALTER TABLE \w+ ADD COLUMN"
)


def faults(module: types.ModuleType) -> list[str]:
    """What is against the policy of docs/adr/0019 in a migration."""
    oldest, before = getattr(module, "COMPATIBLE_WITH", None), module.down_revision
    if oldest is None:
        return ["does not say COMPATIBLE_WITH"]
    if before is None:
        return [] if oldest == module.revision else ["comes first, and is compatible with something before it"]
    if oldest == module.revision:
        return [] if getattr(module, "CONTRACTS", None) else ["shuts out the program before without CONTRACTS"]
    found = [] if oldest <= before else [f"compatible with {oldest}, which comes after {before}"]
    return found + [
        f"does not only add: {' '.join(statement.split())[:60]}"
        for statement in module.STATEMENTS
        if not _ADDS_ONLY.match(statement.strip())
    ]


def test_migrations_only_add_and_say_so() -> None:
    found = {path.name: faults(revision(path)) for path in sorted(TODAYS.glob("*.py"))}
    assert found
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({}, "does not say COMPATIBLE_WITH"),
        ({"COMPATIBLE_WITH": "0012"}, "shuts out the program before without CONTRACTS"),
        ({"COMPATIBLE_WITH": "0012", "CONTRACTS": "the column of 0003, unread since 0010"}, ""),
        ({"COMPATIBLE_WITH": "0013"}, "compatible with 0013, which comes after 0011"),
        ({"COMPATIBLE_WITH": "0011", "STATEMENTS": ("\n DROP TABLE day",)}, "does not only add: DROP TABLE day"),
        ({"COMPATIBLE_WITH": "0011", "STATEMENTS": ("ALTER TABLE day RENAME TO d",)}, "does not only add: ALTER TABLE"),
        ({"COMPATIBLE_WITH": "0010", "STATEMENTS": ("ALTER TABLE day ADD COLUMN x INTEGER",)}, ""),
    ],
)
def test_a_migration_against_the_policy_is_named(members: dict[str, object], wanted: str) -> None:
    module = types.ModuleType("made")
    module.__dict__.update({"revision": "0012", "down_revision": "0011", "STATEMENTS": (), **members})
    found = faults(module)
    assert " ".join(found).startswith(wanted)
    assert bool(found) == bool(wanted)


def test_no_statement_of_the_store_counts_on_the_number_of_columns() -> None:
    """A row written as ``INSERT INTO x VALUES`` fails in the wider table that the next release leaves behind."""
    nameless = re.compile(r"\b(?:INSERT(?: OR \w+)?|REPLACE) INTO \w+\s+(?:VALUES|SELECT)|SELECT \*")
    folder = Path(upgrade.__file__).parent
    found = {path.name: nameless.findall(path.read_text(encoding="utf-8")) for path in folder.glob("*.py")}
    assert {name: statements for name, statements in found.items() if statements} == {}
    assert nameless.search("REPLACE INTO fact VALUES (?)")
    assert nameless.search("INSERT OR IGNORE INTO output\n SELECT 1")


# ---- the program before, on a later database


def test_what_was_kept_before_the_update_is_there_after_it_was_undone_and_again(tmp_path: Path) -> None:
    folder, keystore = tmp_path / "data", FakeKeystore()
    opened = enrolled(folder, keystore)
    sold = [sell(opened.store, name="محمد أحمد")]
    opened.close()
    later_database.widen(folder, keystore)
    opened = open_house(folder, keystore)
    assert opened.found_version == later_database.REVISION
    sold.append(sell(opened.store, name="منى مصطفى"))
    assert [row.id for row in opened.store.requests.search(Query())] == [row.id for row in reversed(sold)]
    assert opened.check() == 2
    opened.close()
    shop = FolderStoreProbe(folder, keystore, SeededRandomness())
    assert shop.trouble() == "", "the doctor does not ask for a newer program where this one works"
    shop.close()
    database = Database(folder / DATABASE, later_database.key(keystore))
    assert upgrade.version(database) == later_database.REVISION, "what the later program made stays its own"
    with closing(database.writer()) as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (1,)


@pytest.mark.parametrize("word", ["9999", "9998", "", "nonsense"])
def test_a_database_that_names_only_later_programs_is_refused(tmp_path: Path, word: str) -> None:
    folder, keystore = tmp_path / "data", FakeKeystore()
    enrolled(folder, keystore).close()
    later_database.widen(folder, keystore, word)
    with pytest.raises(Refused, match="store_newer"):
        open_house(folder, keystore)
    assert FolderStoreProbe(folder, keystore, SeededRandomness()).trouble() == "store_newer"


def test_a_migration_leaves_word_in_its_own_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One migration more, which first fails half way and then goes through."""
    one_more = tmp_path / "9000_more.py"
    oldest = f'COMPATIBLE_WITH = "{upgrade.HEAD}"\n'
    head = f'from alembic import op\nrevision = "9000"\ndown_revision = "{upgrade.HEAD}"\n{oldest}'
    one_more.write_text(head + "def upgrade():\n    op.execute('CREATE TABLE more (x)')\n    op.execute('nonsense')\n")
    database = Database(tmp_path / DATABASE, bytes(32))
    upgrade.bring_up(database, print)
    with closing(database.writer()) as connection:
        connection.execute("DELETE FROM fact")
    with monkeypatch.context() as patch:
        know(patch, (*upgrade.REVISIONS, "9000"), TODAYS, tmp_path)
        with pytest.raises(Unavailable, match="store_failed"), border():
            upgrade.bring_up(database, print)
        assert (upgrade.version(database), upgrade.compatible_with(database)) == (upgrade.HEAD, None)
        one_more.write_text(head + "def upgrade():\n    op.execute('CREATE TABLE more (x)')\n")
        upgrade.bring_up(database, print)
    assert (upgrade.version(database), upgrade.compatible_with(database)) == ("9000", upgrade.HEAD)
    assert upgrade.bring_up(database, print) == "9000", "this program takes it as it is"

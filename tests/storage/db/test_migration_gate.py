"""A migration that takes something away waits until what is unsent is kept elsewhere, and the old form stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.core.system_world import system_world
from kiosk.model.store_changes import PutFact
from protocol.errors import KioskError, Refused
from protocol.program.explained import explain
from protocol.texts import LANGUAGES
from storage.db import upgrade
from storage.db.engine import Database
from storage.opening import DATABASE, Opened
from storage.versions.migration_rehearsal import rehearse, thrown_away
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.older_version import MIGRATIONS, TODAYS, know, revision
from tests.storage.db import later_database

TAKES = "9000"
ONE_MORE = f"""
from alembic import op
revision = "{TAKES}"
down_revision = "{upgrade.HEAD}"
COMPATIBLE_WITH = "{TAKES}"
CONTRACTS = "the table of names, unread since 8000"
STATEMENTS = ("DROP TABLE named",)
def upgrade():
    for statement in STATEMENTS:
        op.execute(statement)
"""


class Shop:
    """A store of today, before whose next opening a release that takes a table away is laid."""

    def __init__(self, folder: Path, keystore: FakeKeystore, lay: Callable[[], None]) -> None:
        self.folder, self.keystore, self.lay = folder, keystore, lay

    def open(self) -> Opened:
        return open_house(self.folder, self.keystore)

    def revision(self) -> str | None:
        return upgrade.version(Database(self.folder / DATABASE, later_database.key(self.keystore)))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    def lay() -> None:
        more = tmp_path / "more"
        more.mkdir()
        (more / f"{TAKES}_takes.py").write_text(ONE_MORE)
        know(monkeypatch, (*upgrade.REVISIONS, TAKES), TODAYS, more)

    keystore = FakeKeystore()
    opened = enrolled(tmp_path / "data", keystore)
    sell(opened.store)
    sell(opened.store)
    opened.close()
    return Shop(tmp_path / "data", keystore, lay)


def backed_up(seq: int, *, epoch: int = 1, verified: object = True) -> PutFact:
    said = {"at_ms": 1, "place": "x", "entries": seq, "verified": verified, "epoch": epoch, "seq": seq}
    return PutFact("backup", json.dumps(said).encode())


def keep(shop: Shop, *facts: PutFact) -> None:
    opened = shop.open()
    opened.store.commit([], list(facts))
    opened.close()


def test_unsent_work_that_is_nowhere_else_stops_it_and_nothing_has_changed(shop: Shop) -> None:
    shop.lay()
    with pytest.raises(Refused, match="upgrade_waits") as caught:
        shop.open()
    assert caught.value.values == {"n": 2}
    assert shop.revision() == upgrade.HEAD
    assert not list(shop.folder.glob("*before*")), "it is asked before a copy is made"
    assert all("9000" not in " ".join(explain(language, caught.value)) for language in LANGUAGES)


@pytest.mark.parametrize(
    "fact",
    [
        backed_up(1), backed_up(2, verified=False), backed_up(2, verified="yes"), backed_up(9, epoch=0),
        PutFact("backup", b"{"), PutFact("backup", b"[]"), PutFact("backup", b'{"verified": true}'),
    ],
)  # fmt: skip
def test_a_backup_without_the_last_entry_or_never_read_does_not_count(shop: Shop, fact: PutFact) -> None:
    keep(shop, fact)
    shop.lay()
    with pytest.raises(Refused, match="upgrade_waits"):
        shop.open()


@pytest.mark.parametrize("name", upgrade.BACKUPS)
def test_with_a_verified_backup_of_the_last_entry_it_goes_through(shop: Shop, name: str) -> None:
    keep(shop, PutFact(name, backed_up(2).value))
    shop.lay()
    shop.open().close()
    assert shop.revision() == TAKES


def test_with_everything_sent_no_backup_is_asked_for(shop: Shop) -> None:
    opened = shop.open()
    enrolled_store.acknowledge(opened.store, 2)
    opened.close()
    shop.lay()
    shop.open().close()
    assert shop.revision() == TAKES


def test_a_migration_that_only_adds_asks_for_nothing() -> None:
    adds = revision(MIGRATIONS / "0001_from_older.py")
    assert not upgrade.takes_away(adds)
    later = [revision(path) for path in TODAYS.glob("*.py") if path.name[:4] > upgrade.REVISIONS[0]]
    assert [module.revision for module in later if upgrade.takes_away(module)] == []


def test_the_rehearsal_finds_it_out_before_the_flip(shop: Shop) -> None:
    opened = shop.open()
    try:
        with thrown_away(shop.folder) as copy:
            opened.back_up(copy)
            shop.lay()
            with pytest.raises(KioskError, match="upgrade_waits"):
                rehearse(shop.folder, copy, shop.keystore, system_world())
        sell(opened.store)
        assert opened.check() == 3, "the counter goes on as it was"
    finally:
        opened.close()

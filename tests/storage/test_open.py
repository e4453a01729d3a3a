"""Opening: what is made, what is found again, and everything that must stop it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from kiosk import texts
from kiosk.errors import Corrupt, KioskError, Unavailable
from kiosk.transaction import Query
from storage import engine, upgrade, verify
from storage.engine import raw, writer_engine
from storage.open import DATABASE
from tests.fakes.keystore import FakeKeystore
from tests.storage import house
from tests.storage.house import enrolled, open_house, sell

ROOT = Path(__file__).parents[2]


@pytest.fixture
def keystore() -> FakeKeystore:
    return FakeKeystore()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def key_of(folder: Path, keystore: FakeKeystore) -> bytes:
    return keystore.values[f"{(folder / 'instance').read_text().strip()}/database-key"]


def on_disk(folder: Path, keystore: FakeKeystore, *statements: str) -> list[Any]:
    """Statements past the store, as a fault or a forger would."""
    connection = raw(writer_engine(folder / DATABASE, key_of(folder, keystore)))
    try:
        return [connection.execute(statement).fetchall() for statement in statements]
    finally:
        connection.close()


def refuses(code: str, act: Callable[[], object]) -> KioskError:
    """The error, which a person can be told in both languages."""
    with pytest.raises(KioskError) as caught:
        act()
    assert caught.value.code == code, caught.value
    for language in texts.LANGUAGES:
        assert all("{" not in part for part in texts.explain(language, caught.value))
    return caught.value


def cut_off(folder: Path, to: Path, *, without: tuple[str, ...] = ()) -> Path:
    """What lies on the disk while the program runs: the folder as a power cut would leave it."""
    shutil.copytree(folder, to, ignore=lambda _, names: [name for name in names if name in without])
    return to


# ---- what is made and found again


def test_what_was_sold_is_there_after_closing(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    assert opened.found_version is None
    row = sell(opened.store)
    opened.close()
    again = open_house(folder, keystore)
    assert (again.found_version, again.rolled_back) == (upgrade.HEAD, False)
    assert [r.id for r in again.store.search(Query())] == [row.id]
    again.close()


def test_what_was_sold_is_there_after_a_power_cut(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    opened = enrolled(folder, keystore)
    rows = [sell(opened.store) for _ in range(3)]
    after = open_house(cut_off(folder, tmp_path / "cut"), keystore)
    assert [r.id for r in after.store.search(Query())] == [row.id for row in reversed(rows)]
    after.close()
    opened.close()


def test_secrets_are_made_once_and_named_by_the_folder(folder: Path, keystore: FakeKeystore) -> None:
    opened = open_house(folder, keystore)
    assert opened.secrets.signing_seed(1) is None
    opened.secrets.put_signing_seed(1, house.SEED)
    pepper = opened.secrets.pin_pepper()
    opened.close()
    again = open_house(folder, keystore)
    assert again.secrets.pin_pepper() == pepper
    assert again.secrets.signing_seed(1) == house.SEED
    again.secrets.forget_signing_seed(1)
    assert again.secrets.signing_seed(1) is None
    again.close()
    instance = (folder / "instance").read_text().strip()
    assert sorted(keystore.values) == [f"{instance}/database-key", f"{instance}/pin-pepper"]


def test_two_folders_share_a_keystore(tmp_path: Path, keystore: FakeKeystore) -> None:
    for name in ("a", "b"):
        enrolled(tmp_path / name, keystore).close()
    assert key_of(tmp_path / "a", keystore) != key_of(tmp_path / "b", keystore)


def test_a_closed_store_takes_nothing(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    chain = opened.store.tail().chain
    opened.close()
    entries, changes, _ = house.sale(chain)
    refuses("store_failed", lambda: opened.store.commit(entries, changes, chain))


def test_importing_the_package_costs_nothing() -> None:
    heavy = {"sqlalchemy", "sqlmodel", "alembic", "keyring", "sqlcipher3"}
    code = f"import sys, storage; sys.exit(bool({heavy!r} & {{*sys.modules}}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_start_without_work_does_not_import_alembic(folder: Path, keystore: FakeKeystore) -> None:
    enrolled(folder, keystore).close()
    code = (
        "import sys; from pathlib import Path; from storage import upgrade; from storage.engine import writer_engine\n"
        f"e = writer_engine(Path({str(folder / DATABASE)!r}), bytes.fromhex({key_of(folder, keystore).hex()!r}))\n"
        "assert upgrade.bring_up(e, print) == upgrade.HEAD; sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# ---- one program, one folder


def test_a_second_instance_is_refused(folder: Path, keystore: FakeKeystore) -> None:
    opened = open_house(folder, keystore)
    refuses("already_running", lambda: open_house(folder, keystore))
    opened.close()
    open_house(folder, keystore).close()


def test_a_second_process_is_refused(folder: Path, keystore: FakeKeystore) -> None:
    opened = open_house(folder, keystore)
    code = (
        "import sys; from pathlib import Path\nfrom tests.storage.house import open_house\n"
        f"try: open_house(Path({str(folder)!r}))\nexcept Exception as error: sys.exit(str(error))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert "already_running" in done.stderr
    opened.close()


# ---- keys


def test_a_wrong_key_opens_nothing(folder: Path, keystore: FakeKeystore, capfd: pytest.CaptureFixture[str]) -> None:
    enrolled(folder, keystore).close()
    before = (folder / DATABASE).read_bytes()
    name = next(name for name in keystore.values if name.endswith("database-key"))
    keystore.values[name] = bytes(32)
    assert isinstance(refuses("store_key", lambda: open_house(folder, keystore)), Corrupt)
    assert (folder / DATABASE).read_bytes() == before
    assert capfd.readouterr().err == ""


def test_no_new_key_is_made_for_old_data(folder: Path, keystore: FakeKeystore) -> None:
    enrolled(folder, keystore).close()
    keystore.values.clear()
    refuses("database_key_lost", lambda: open_house(folder, keystore))
    assert keystore.values == {}


@pytest.mark.parametrize("damage", [None, "", "not an id", "٠" * 32])
def test_no_new_identity_is_made_for_old_data(folder: Path, keystore: FakeKeystore, damage: str | None) -> None:
    enrolled(folder, keystore).close()
    path = folder / "instance"
    path.unlink() if damage is None else path.write_text(damage, encoding="utf-8")
    refuses("instance_lost", lambda: open_house(folder, keystore))


def test_a_locked_keystore_stops_the_start_and_lets_go_of_the_folder(folder: Path, keystore: FakeKeystore) -> None:
    enrolled(folder, keystore).close()
    keystore.locked = True
    with pytest.raises(Unavailable, match="keystore"):
        open_house(folder, keystore)
    keystore.locked = False
    open_house(folder, keystore).close()


class Forgetful(FakeKeystore):
    """It says that it has kept a value, and has not."""

    @override
    def put(self, name: str, value: bytes) -> None:
        return None


def test_a_keystore_that_forgets_is_found_out_before_anything_is_locked_with_it(folder: Path) -> None:
    refuses("keystore_failed", lambda: open_house(folder, Forgetful()))
    assert not (folder / DATABASE).exists()


def test_every_code_of_this_package_has_its_text() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "storage").glob("*.py"))
    codes = set(re.findall(r'\b(?:Refused|Unavailable|Corrupt)\(\s*"([a-z_]+)"', source))
    assert len(codes) > 15
    assert [code for code in sorted(codes) if f"error.{code}" not in texts.table()] == []


def test_a_key_of_another_length_is_a_fault_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="31"):
        writer_engine(tmp_path / DATABASE, bytes(31))


@pytest.mark.parametrize("when", ["open", "closed"])
def test_nothing_personal_is_readable_in_any_file(folder: Path, keystore: FakeKeystore, when: str) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    if when == "closed":
        opened.close()
    files = [path for path in folder.iterdir() if path.name != "ballast"]
    assert {DATABASE, "instance"} <= {path.name for path in files}
    needles = [row.name, row.national_id, row.mobile, row.service_id, "SQLite format 3", "CREATE TABLE"]
    for path in files:
        data = path.read_bytes()
        assert [needle for needle in needles if needle.encode() in data] == [], path
        assert not any(needle.encode("utf-16-le") in data for needle in needles)
    if when == "open":
        assert any(path.name.endswith("-wal") and path.stat().st_size for path in files)
        opened.close()


# ---- a database behind its mirror


def test_a_deleted_wal_is_noticed(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    enrolled(folder, keystore).close()
    opened = open_house(folder, keystore)
    sell(opened.store)
    sell(opened.store)
    opened.mirror.note(opened.store.tail().chain)
    opened.mirror.flush()
    cut = cut_off(folder, tmp_path / "cut", without=(f"{DATABASE}-wal", f"{DATABASE}-shm"))
    opened.close()
    error = refuses("rolled_back", lambda: open_house(cut, keystore))
    assert error.values == {"epoch": 1, "seq": 0, "want_epoch": 1, "want_seq": 2}


def test_yesterdays_file_is_noticed(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.close()
    yesterday = cut_off(folder, tmp_path / "yesterday")
    opened = open_house(folder, keystore)
    row = sell(opened.store)
    opened.mirror.note(opened.store.tail().chain)
    opened.close()
    error = refuses("rolled_back", lambda: open_house(yesterday, keystore))
    assert error.values == {"epoch": 1, "seq": 1, "want_epoch": 1, "want_seq": 2}

    despite = open_house(yesterday, keystore, despite_rollback=True)
    assert despite.rolled_back, "for the export and the new epoch that follow"
    assert despite.store.tail().chain.seq == 1
    despite.close()
    refuses("rolled_back", lambda: open_house(yesterday, keystore))

    today = open_house(folder, keystore)
    assert today.store.request(row.id) is not None
    today.close()


def test_another_history_of_the_same_length_is_noticed(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    enrolled(folder, keystore).close()
    other = cut_off(folder, tmp_path / "other")
    for place in (other, folder):
        opened = open_house(place, keystore)
        sell(opened.store)
        if place == folder:
            opened.mirror.note(opened.store.tail().chain)
        opened.close()
    refuses("rolled_back", lambda: open_house(other, keystore))


def test_a_deleted_database_is_noticed_and_no_key_replaced(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    opened.mirror.note(opened.store.tail().chain)
    opened.close()
    before = dict(keystore.values)
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
    refuses("rolled_back", lambda: open_house(folder, keystore))
    assert keystore.values == before
    fresh = open_house(folder, keystore, despite_rollback=True)
    assert (fresh.rolled_back, fresh.store.enrolment()) == (True, None)
    fresh.store.put_enrolment(house.enrolment(2))
    fresh.mirror.note(fresh.store.tail().chain)
    fresh.close()
    again = open_house(folder, keystore)
    assert not again.rolled_back, "the new epoch has taken over"
    again.close()


def test_a_database_ahead_of_its_mirror_is_in_order(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.mirror.note(opened.store.tail().chain)
    opened.mirror.flush()
    sell(opened.store)
    opened.close()
    puts = keystore.puts
    again = open_house(folder, keystore)
    again.mirror.flush()
    assert keystore.puts == puts + 1, "a start brings the mirror up"
    again.close()


# ---- a library or a disk that cannot be trusted


def test_an_old_sqlite_is_refused(folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.engine.dbapi2.sqlite_version_info", (3, 51, 2))
    refuses("sqlite_old", lambda: open_house(folder, keystore))
    assert not folder.exists()
    monkeypatch.setattr("storage.engine.dbapi2.sqlite_version_info", (3, 51, 3))
    open_house(folder, keystore).close()


def test_a_setting_that_does_not_hold_is_refused(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, ("synchronous", "NORMAL", 2)))
    refuses("store_pragma", lambda: open_house(folder, keystore))
    monkeypatch.setattr(engine, "PRAGMAS", (("no_such_setting", "1", 1),))
    refuses("store_pragma", lambda: open_house(folder, keystore))


def test_every_connection_has_the_settings(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    with opened.store.transaction() as writer, opened.store._readers.connect() as reader:
        for name, _, wanted in engine.PRAGMAS:
            assert writer.execute(f"PRAGMA {name}").fetchone()[0] == wanted
            assert reader.exec_driver_sql(f"PRAGMA {name}").scalar_one() == wanted
        with pytest.raises(Exception, match="readonly"):
            reader.exec_driver_sql("DELETE FROM fact")
    opened.close()


def test_a_mac_syncs_to_the_platter(folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.engine.sys.platform", "darwin")
    opened = enrolled(folder, keystore)
    with opened.store.transaction() as writer:
        assert writer.execute("PRAGMA fullfsync").fetchone() == (1,)
        assert writer.execute("PRAGMA checkpoint_fullfsync").fetchone() == (1,)
    opened.close()


def test_a_file_that_is_no_database_is_kept(folder: Path, keystore: FakeKeystore) -> None:
    enrolled(folder, keystore).close()
    (folder / DATABASE).write_bytes(os.urandom(8192))
    refuses("store_key", lambda: open_house(folder, keystore))


def test_a_damaged_page_is_not_read_as_data(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(20):
        sell(opened.store)
    opened.close()
    path = folder / DATABASE
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises(Corrupt, match="store_"):
        open_house(folder, keystore)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path, keystore: FakeKeystore) -> None:
    (tmp_path / "file").write_text("")
    refuses("folder_unusable", lambda: open_house(tmp_path / "file" / "data", keystore))


# ---- the chain


REST = "header, signature, body, 0, 0, 1, 1 FROM journal"
NO_GUARD = "DROP TRIGGER journal_no_update"


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'op-1', 'op-2') AS BLOB) WHERE seq = 2",
        "UPDATE journal SET signature = zeroblob(64) WHERE seq = 2",
        "UPDATE journal SET sum_pt = sum_pt + 1 WHERE seq = 2",
        "UPDATE journal SET money_pt = NULL WHERE seq = 2",
        "UPDATE journal SET entry_hash = zeroblob(32) WHERE seq = 2",
    ],
)
def test_a_forged_entry_is_named_at_the_start(folder: Path, keystore: FakeKeystore, forgery: str) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(3):
        sell(opened.store)
    opened.close()
    on_disk(folder, keystore, NO_GUARD, forgery)
    assert refuses("journal_damaged", lambda: open_house(folder, keystore)).values == {"epoch": 1, "seq": 2}


def test_the_start_checks_the_last_entries_and_the_whole_chain_can_be_asked(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(verify.AT_START + 2):
        sell(opened.store)
    with opened.store.transaction() as connection:
        assert verify.check_all(connection) == verify.AT_START + 2
    opened.close()
    on_disk(folder, keystore, NO_GUARD, "UPDATE journal SET signature = zeroblob(64) WHERE seq = 2")
    opened = open_house(folder, keystore)
    with opened.store.transaction() as connection:
        refuses("journal_damaged", lambda: verify.check_all(connection))
    opened.close()
    on_disk(folder, keystore, "UPDATE journal SET signature = zeroblob(64) WHERE seq = 3")
    assert refuses("journal_damaged", lambda: open_house(folder, keystore)).values == {"epoch": 1, "seq": 3}


def test_a_hole_before_the_last_entries_is_named(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(verify.AT_START + 1):
        sell(opened.store)
    opened.close()
    off = "PRAGMA foreign_keys = OFF"
    on_disk(folder, keystore, off, "DROP TRIGGER journal_no_delete", "DELETE FROM journal WHERE seq = 1")
    assert refuses("journal_damaged", lambda: open_house(folder, keystore)).values == {"epoch": 1, "seq": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = x'00'",
        "UPDATE journal SET wall_ms = wall_ms",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 1",
        "REPLACE INTO journal SELECT * FROM journal",
        "INSERT INTO journal SELECT * FROM journal",
        f"INSERT INTO journal SELECT id + 1, epoch, seq, x'00', {REST}",
        f"INSERT INTO journal SELECT id + 1, epoch, seq + 1, entry_hash, {REST}",
        "UPDATE request SET id = id + 1",
        "UPDATE frame SET id = id + 1",
    ],
)
def test_the_database_itself_refuses(folder: Path, keystore: FakeKeystore, statement: str) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    with pytest.raises(Unavailable, match=r"append-only|constraint"), opened.store.transaction() as connection:
        connection.execute(statement)
    assert [r.id for r in opened.store.search(Query())] == [row.id]
    opened.close()

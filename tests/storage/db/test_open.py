"""Opening: what is made, what is found again, whose keys open it, and who is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.model.service_request import Query
from protocol import texts
from protocol.errors import Corrupt, Unavailable
from protocol.override import override
from storage.db import upgrade
from storage.db.engine import Database
from storage.keystore.system_keystore import SystemKeystore
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.store_on_disk import ROOT, cut_off, key_of, refuses

# ---- what is made and found again


def test_what_was_sold_is_there_after_closing(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    assert opened.found_version is None
    row = sell(opened.store)
    opened.close()
    again = open_house(folder, keystore)
    assert (again.found_version, again.rolled_back) == (upgrade.HEAD, False)
    assert [r.id for r in again.store.requests.search(Query())] == [row.id]
    again.close()


def test_what_was_sold_is_there_after_a_power_cut(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    opened = enrolled(folder, keystore)
    rows = [sell(opened.store) for _ in range(3)]
    after = open_house(cut_off(folder, tmp_path / "cut"), keystore)
    assert [r.id for r in after.store.requests.search(Query())] == [row.id for row in reversed(rows)]
    after.close()
    opened.close()


def test_secrets_are_made_once_and_named_by_the_folder(folder: Path, keystore: FakeKeystore) -> None:
    opened = open_house(folder, keystore)
    assert opened.secrets.signing_seed(1) is None
    opened.secrets.put_signing_seed(1, enrolled_store.SEED)
    pepper = opened.secrets.pin_pepper()
    opened.close()
    again = open_house(folder, keystore)
    assert again.secrets.pin_pepper() == pepper
    assert again.secrets.signing_seed(1) == enrolled_store.SEED
    again.secrets.forget_signing_seed(1)
    assert again.secrets.signing_seed(1) is None
    again.close()
    instance = (folder / "instance").read_text().strip()
    mine = sorted(name for name in keystore.values if name.startswith(instance))
    assert mine == [f"{instance}/database-key", f"{instance}/pin-pepper"]
    assert [value[:16].hex() for name, value in keystore.values.items() if name not in mine] == [instance]


def test_what_is_opened_shows_no_secret(folder: Path, keystore: FakeKeystore) -> None:
    opened = open_house(folder, keystore)
    assert repr(key_of(folder, keystore)) not in repr(opened)
    assert key_of(folder, keystore).hex() not in repr(opened)
    opened.close()


def test_two_folders_share_a_keystore(tmp_path: Path, keystore: FakeKeystore) -> None:
    for name in ("a", "b"):
        enrolled(tmp_path / name, keystore).close()
    assert key_of(tmp_path / "a", keystore) != key_of(tmp_path / "b", keystore)


def test_a_closed_store_takes_nothing(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    chain = opened.store.journal.tail().chain
    opened.close()
    entries, changes, _ = enrolled_store.sale(chain)
    refuses("store_failed", lambda: opened.store.commit(entries, changes, chain))


def test_importing_the_package_costs_nothing() -> None:
    heavy = {"sqlalchemy", "sqlmodel", "alembic", "keyring", "sqlcipher3"}
    code = f"import sys, storage; sys.exit(bool({heavy!r} & {{*sys.modules}}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_start_without_work_imports_neither_alembic_nor_sqlalchemy(folder: Path, keystore: FakeKeystore) -> None:
    enrolled(folder, keystore).close()
    code = (
        "import sys, storage.opening; from pathlib import Path\n"
        "from storage.db import upgrade; from storage.db.engine import Database\n"
        f"e = Database(Path({str(folder / DATABASE)!r}), bytes.fromhex({key_of(folder, keystore).hex()!r}))\n"
        "assert upgrade.bring_up(e, print) == upgrade.HEAD\n"
        "sys.exit(bool({'alembic', 'sqlalchemy', 'sqlmodel'} & {*sys.modules}))"
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
        "import sys; from pathlib import Path\nfrom tests.harness.enrolled_store import open_house\n"
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
    if damage is None:  # moved without it to where the keystore knows of no counter
        path.unlink()
        folder = folder.rename(folder.with_name("moved"))
    else:
        path.write_text(damage, encoding="utf-8")
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
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "storage").rglob("*.py"))
    codes = set(re.findall(r'\b(?:Refused|Unavailable|Corrupt)\(\s*"([a-z_]+)"', source))
    codes -= {"only_read"}  # of a store that the doctor looks at: no person can make it write
    assert len(codes) > 15
    assert [code for code in sorted(codes) if f"error.{code}" not in texts.table()] == []


def test_a_key_of_another_length_is_a_fault_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="31"):
        Database(tmp_path / DATABASE, bytes(31))


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


def test_closing_without_the_keystore_closes_all_the_same(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    keystore.locked = True
    opened.close()
    keystore.locked = False
    again = open_house(folder, keystore)
    assert again.store.requests.get(row.id) is not None
    again.close()


@pytest.mark.keystore
def test_the_real_keystore_opens_the_store_again(folder: Path) -> None:
    keystore = SystemKeystore("manfaz-tests")
    opened = open_house(folder, keystore)
    opened.store.put_enrolment(enrolled_store.enrolment())
    row = sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()
    again = open_house(folder, SystemKeystore("manfaz-tests"))
    assert again.store.requests.get(row.id) is not None
    again.close()
    instance = (folder / "instance").read_text().strip()
    for name in ("database-key", "mirror"):
        assert keystore.get(f"{instance}/{name}") is not None
        keystore.delete(f"{instance}/{name}")
    refuses("database_key_lost", lambda: open_house(folder, keystore))

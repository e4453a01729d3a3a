"""Cuts of a backup, of a restore, of a counter that leaves its shop and of one that is retired.

After each exactly one store opens, whole: the old one or the new one. Keys are never gone while their store is wanted.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Final

from kiosk.upkeep.backup import restored_store
from protocol.errors import KioskError, Unavailable
from protocol.override import override
from storage.backup import backup_contents
from storage.backup.restoring import Restoring
from storage.db.engine import Database
from storage.disk import folder_switch
from storage.disk.data_folder import ASIDE, INSTANCE
from storage.keystore import store_erasure
from storage.opening import DATABASE, Opened
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness
from tests.scenarios.cuts.frame import Scenario
from tests.storage.backup.test_backup_making import always, cover, picture, silent

SALES: Final = 3
WHEN: Final = "20261125-100000"
FACE: Final = b"a face"


class KeptKeystore(FakeKeystore):
    """The account's keystore, which a power cut does not take with it."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._file = root / "keystore"
        if self._file.exists():
            self.values = {name: bytes.fromhex(value) for name, value in json.loads(self._file.read_bytes()).items()}

    @override
    def put(self, name: str, value: bytes) -> None:
        super().put(name, value)
        self._keep()

    @override
    def delete(self, name: str) -> None:
        super().delete(name)
        self._keep()

    def _keep(self) -> None:
        part = self._file.with_suffix(".part")
        try:
            part.write_text(json.dumps({name: value.hex() for name, value in self.values.items()}))
            part.replace(self._file)
        except OSError as error:
            raise Unavailable("keystore_failed", reason="disk") from error


def lay(root: Path) -> None:
    """Three sales and a picture; the backup on the stick knows two of them."""
    opened = enrolled(root / "data", KeptKeystore(root))
    for _ in range(SALES - 1):
        sell(opened.store)
    picture(opened, FACE)
    opened.copies.make(root / "stick", cover(), always, silent)
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()


def house(root: Path) -> Opened:
    return open_house(root / "data", KeptKeystore(root))


def whole(opened: Opened, entries: int) -> list[str]:
    (kept,) = opened.store._all("SELECT file, key, sha256 FROM evidence")
    wrong = (
        [] if opened.store.journal.tail().chain.seq == entries else [f"{opened.store.journal.tail().chain.seq} entries"]
    )
    wrong += [] if opened.check() == entries else ["the chain does not hold"]
    return wrong + ([] if (opened.pictures._folder / kept[0]).exists() else ["the picture is gone"])


# ---- a backup


def back_up(root: Path) -> None:
    opened = house(root)
    opened.copies.prune(root / "stick", opened.copies.make(root / "stick", cover(1), always, silent))
    opened.close()


def check_backup(root: Path) -> list[str]:
    """Whatever stands under its name is whole; the earlier one stands; the next one is made."""
    opened = house(root)
    try:
        wrong = whole(opened, SALES)
        key = KeptKeystore(root).values[f"{(root / 'data' / INSTANCE).read_text().strip()}/database-key"]
        standing = opened.copies.standing(root / "stick")
        for one in standing:
            backup_contents.check_pictures(
                root / "stick" / one.name / DATABASE, key, root / "stick" / "pictures", one.pictures
            )
            if backup_contents.check(root / "stick" / one.name / DATABASE, key) != one.entries:
                wrong.append(f"{one.name} is not whole")
        wrong += [] if standing else ["no backup stands"]
        opened.copies.make(root / "stick", cover(2), always, silent)
        wrong += ["half a backup stays"] if list((root / "stick").glob("*.part")) else []
    finally:
        opened.close()
    return wrong


# ---- a restore


def restore(root: Path) -> None:
    backup = next(path for path in (root / "stick").iterdir() if path.name != backup_contents.PICTURES)
    at = Restoring(root / "data", KeptKeystore(root), SeededRandomness(3))
    try:
        at.restore(backup, None, always, silent, despite_newer=True)
    finally:
        at.close()


def check_restored(root: Path) -> list[str]:
    """The old store or the restored one; and once more restored it is the restored one, under no number used again."""
    opened = house(root)
    is_new = restored_store.awaiting(opened.store)
    wrong = whole(opened, SALES - 1 if is_new else SALES)
    opened.close()
    wrong += ["the record stays"] if (root / "data" / folder_switch.RECORD).exists() else []
    wrong += [] if not is_new or _aside_holds(root, SALES) else ["the old store is gone"]
    restore(root)
    opened = house(root)
    wrong += whole(opened, SALES - 1)
    wrong += [] if restored_store.awaiting(opened.store) else ["it would go on under the old epoch"]
    opened.close()
    return wrong


def _aside_holds(root: Path, entries: int) -> bool:
    keystore = KeptKeystore(root)
    for aside in (root / "data").glob(f"{ASIDE}*"):
        home = aside if (aside / INSTANCE).exists() else root / "data"
        key = keystore.values[f"{(home / INSTANCE).read_text().strip()}/database-key"]
        with closing(Database(aside / DATABASE, key).writer()) as connection:
            if connection.execute("SELECT count(*) FROM journal").fetchone()[0] == entries:
                return True
    return False


# ---- leaving


def leave(root: Path) -> None:
    folder_switch.begin(root / "data", WHEN, with_instance=True)


def check_left(root: Path) -> list[str]:
    """The old store, or a fresh one that shows nothing of it while it lies aside with its keys."""
    opened = house(root)
    fresh = opened.store.enrolment() is None
    wrong = [] if fresh else whole(opened, SALES)
    opened.close()
    return wrong + ([] if not fresh or _aside_holds(root, SALES) else ["the old store is gone"])


def retire(root: Path) -> None:
    keystore = KeptKeystore(root)
    store_erasure.begin(root / "data", keystore, "retired")
    store_erasure.finish(root / "data", keystore)


def check_retired(root: Path) -> list[str]:
    """The old store with its keys, or neither."""
    begun = (root / "data" / store_erasure.ERASED).exists()
    try:
        opened = house(root)
    except KioskError as error:
        return [f"the store does not open: {error}"]
    fresh = opened.store.enrolment() is None
    wrong = [] if fresh else whole(opened, SALES)
    wrong += ["begun and not ended"] if begun and not fresh else []
    wrong += ["seeds are left"] if fresh and any("signing-seed" in name for name in KeptKeystore(root).values) else []
    opened.close()
    return wrong


SCENARIOS: Final = [
    Scenario("backup", lay, back_up, check_backup),
    Scenario("restore", lay, restore, check_restored),
    Scenario("leave", lay, leave, check_left),
    Scenario("retire", lay, retire, check_retired),
]

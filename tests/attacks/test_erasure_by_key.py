"""Oracle 9: whatever copies of a citizen's data there were, no key of this machine opens one after the erasure."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from kiosk.model.evidence_file import Evidence
from kiosk.model.service_request import Draft, Query
from kiosk.model.store_changes import Erase, NameEntry
from kiosk.receiving import citizen_traces
from protocol.journal.entries import EntryType
from protocol.wire.evidence_file import NONCE, bound_to
from storage.backup.restoring import Restoring
from storage.disk import folder_switch
from storage.disk.data_folder import ASIDE, DATABASE, EVIDENCE
from tests.attacks import more, tried
from tests.harness.enrolled_store import enrolled, enrolment, entry, new_id, open_house, print_job, request, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS, SeededRandomness
from tests.storage.backup.test_backup_making import always, cover, silent

NAME, NUMBER, MOBILE = "كناري قناري الوهمي", "20001010100014", "01555555551"
PICTURE: Final = b"CANARY-PICTURE" * 40
CANARIES: Final = (NAME, NUMBER, MOBILE, "CANARY-PICTURE")


class Machine:
    """A data folder, its keystore, and the counter on it."""

    def __init__(self, root: Path) -> None:
        self.data, self.keystore, self.asides = root / "data", FakeKeystore(), 0
        self.opened = enrolled(self.data, self.keystore)
        sell(self.opened.store)
        self.visit()

    def visit(self) -> None:
        """The citizen buys something, leaves a form half typed and is refused; each names him."""
        store = self.opened.store
        chain = store.journal.tail().chain
        sold = entry(chain, money_pt=12_550, frame={"name": NAME, "national_id": NUMBER})
        row = request(sold.record, name=NAME, national_id=NUMBER, mobile=MOBILE)
        store.commit([sold], [row, print_job(sold.record), *self._paper(row.id)], chain)
        refused = entry(store.journal.tail().chain, EntryType.REFUSAL, frame={"national_id": NUMBER})
        fields = refused.record.fields
        store.commit([refused], [NameEntry(fields.epoch, fields.seq, NUMBER)], store.journal.tail().chain)
        draft = Draft(new_id(), f"op-{fields.seq}", "birth-cert", 1, {"national_id": NUMBER, "name": NAME}, NOON_MS)
        store.commit([], [draft, *self._paper(draft.id)])

    def _paper(self, request_id: str) -> list[Evidence]:
        content = PICTURE + request_id.encode()
        file, key = self.opened.pictures.keep(content)
        digest = hashlib.sha256(content).digest()
        return [Evidence(request_id, "id", digest, len(content), "image/jpeg", file, key, NOON_MS, "")]

    def copy_before_an_upgrade(self) -> None:
        self.opened.back_up(self.data / f"{DATABASE}.before-0001")

    def back_up(self) -> None:
        """As at the close of a day."""
        place = self.data / "backups"
        made = self.opened.copies.make(place, cover(self.opened.store.journal.tail().chain.seq), always, silent)
        self.opened.copies.prune(place, made)

    def go_back(self) -> None:
        """What is put aside holds more than what is put back, of the same citizen, too."""
        place = self.data.parent / f"stick{self.asides}"
        made = self.opened.copies.make(place, cover(), always, silent)
        self.visit()
        self.opened.close()
        at = Restoring(self.data, self.keystore, SeededRandomness(3))
        try:
            at.restore(place / made.name, None, always, silent, despite_newer=True)
        finally:
            at.close()
        shutil.rmtree(place)
        self._again()

    def move(self) -> None:
        self.opened.close()
        folder_switch.begin(self.data, f"20991231-0000{self.asides:02}", with_instance=True)
        self._again(first=True)
        self.visit()

    def _again(self, *, first: bool = False) -> None:
        self.asides += 1
        self.opened = open_house(self.data, self.keystore)
        epoch = 1 if first else self.opened.store.journal.tail().chain.epoch + 1
        self.opened.store.put_enrolment(enrolment(epoch))

    def erase(self) -> None:
        """What the centre's orders come to (`kiosk.receiving.citizen_traces`): every entry that names him here."""
        store = self.opened.store
        entries = {(found.epoch, found.seq) for found in store.requests.search(Query(NUMBER, limit=99))}
        forgotten = citizen_traces.forgetting(citizen_traces.drafts(store, NUMBER))
        chain, gone = store.journal.tail().chain, sorted(entries | set(store.journal.named(NUMBER)))
        store.commit([entry(chain, EntryType.ERASURE)], [*forgotten, *(Erase(*one) for one in gone)], chain)

    def close(self) -> None:
        self.opened.close()


WAYS: Final[tuple[Callable[[Machine], None], ...]] = (
    Machine.copy_before_an_upgrade, Machine.back_up, Machine.go_back, Machine.move,
)  # fmt: skip


def opens(file: Path, keys: set[bytes]) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """All tables of a database, by each key that opens it; on a copy, with its log."""
    with tempfile.TemporaryDirectory() as place:
        for suffix in ("", "-wal"):
            if (source := file.with_name(file.name + suffix)).exists():
                shutil.copy(source, Path(place, f"db{suffix}"))
        for key in keys:
            with suppress(dbapi2.DatabaseError), closing(dbapi2.connect(f"{place}/db")) as connection:
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
                connection.execute("SELECT count(*) FROM sqlite_master")
                names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                names = [name for name in names if name != "fts_name"]  # only asked, never read
                yield {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def names_him(value: object) -> bool:
    text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return any(canary.encode() in text for canary in CANARIES)


def still_named(machine: Machine) -> list[str]:
    """Where, below the data folder, any key of the machine still shows him."""
    found, keys = [], {value for value in machine.keystore.values.values() if len(value) == 32}
    files = [file for file in sorted(machine.data.rglob("*")) if file.is_file()]
    pictures: list[tuple[Any, ...]] = []
    for file in files:
        where = str(file.relative_to(machine.data))
        if names_him(file.read_bytes()):
            found.append(where)
        for tables in opens(file, keys) if file.stat().st_size % 4096 == 0 else ():
            pictures += [(row[6], row[7], row[3]) for row in tables.get("evidence", [])]
            found += [f"{where}: {name}" for name, rows in tables.items() if any(map(names_him, sum(rows, ())))]
    for name, key, digest in pictures:
        for file in files:
            if file.name == name:
                with suppress(InvalidTag):
                    if names_him(ChaCha20Poly1305(key).decrypt(NONCE, file.read_bytes(), bound_to(digest))):
                        found.append(str(file.relative_to(machine.data)))
    return found


def erased_after(root: Path, ways: list[Callable[[Machine], None]]) -> list[str]:
    machine = Machine(root)
    try:
        for way in ways:
            way(machine)
        before = still_named(machine)
        assert any(DATABASE in where for where in before), "the oracle sees him while he is there"
        assert any(EVIDENCE in where for where in before)
        machine.erase()
        machine.back_up()
        tried()
        return still_named(machine)
    finally:
        machine.close()


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.mark.oracle(9)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_key_of_the_machine_shows_an_erased_citizen(tmp_path: Path, way: Callable[[Machine], None]) -> None:
    assert erased_after(tmp_path, [way]) == []


@pytest.mark.oracle(9)
@settings(max_examples=more(3), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=st.lists(st.sampled_from(WAYS), min_size=2, max_size=4))
def test_nor_after_any_of_them_in_any_order(tmp_path: Path, ways: list[Callable[[Machine], None]]) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as root:
        assert erased_after(Path(root), ways) == []


@pytest.mark.oracle(9, planted=True)
def test_a_store_put_aside_that_is_passed_over_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.backup.stores_put_aside.erase_along", lambda _folder, _key: None)
    named = erased_after(tmp_path, [Machine.go_back])
    assert any(where.startswith(ASIDE) and where.endswith(": request") for where in named)

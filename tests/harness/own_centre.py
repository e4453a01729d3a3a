"""A centre in this process, on any store, with a clock that stands until it is told: for tests of central's insides."""

from __future__ import annotations

import secrets
import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from central.centre import Centre
from central.devices import enrolment, registry
from central.devices.registry import Chain
from central.documents import feed, publishing
from central.journal import ingestion
from central.projection.chain_projection import Projector
from central.store import key_files
from central.store.interface import Row, Session, Store, Value
from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.documents import trust
from protocol.journal import kj01, personal
from protocol.journal.entries import EntryType
from protocol.journal.personal import Item
from protocol.keys import SeedSigner
from protocol.wire.enrolment import Proof, commitment, status_bytes
from tests.harness.wire_device import Device

P = ParamSpec("P")
T = TypeVar("T")
SHOP: Final = "CAI-001"
OPERATOR: Final = str(uuid.UUID(int=7))
AUTHORITY: Final = "centre.test"
START_MS: Final = int(time.time()) * 1000
"""Devices stamp what they write with the time of the machine."""


class Clock:
    """Unix milliseconds, moved by hand."""

    def __init__(self, ms: int = START_MS) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


@dataclass(slots=True)
class OwnCentre:
    """A centre with one shop, its clock and its folders."""

    centre: Centre
    clock: Clock
    keys: Path
    root: Path

    @property
    def store(self) -> Store:
        return self.centre.store

    def act(self, act: Callable[Concatenate[Centre, Session, P], T], *args: P.args, **more: P.kwargs) -> T:
        """One act in a transaction of its own."""
        with self.store.writing() as session:
            return act(self.centre, session, *args, **more)

    def read(self, question: Callable[Concatenate[Session, P], T], *args: P.args, **more: P.kwargs) -> T:
        """What the database holds, by a function of the product."""
        with self.store.reading() as session:
            return question(session, *args, **more)

    def run(self, sql: str, *values: Value) -> int:
        with self.store.writing() as session:
            return session.run(sql, *values)

    def rows(self, sql: str, *values: Value) -> list[Row]:
        with self.store.reading() as session:
            return session.all(sql, *values)

    def row(self, sql: str, *values: Value) -> Row:
        """The first of what must be there."""
        return self.rows(sql, *values)[0]

    def enrol(self, device: bytes | None = None, signer: SeedSigner | None = None, shop: str = "") -> Device:
        """A device of the shop, through all of it; `device` asks for its next epoch."""
        with self.store.writing() as session:
            slot, code = enrolment.make_slot(self.centre, session, shop or SHOP, "amal", device)
        signer, nonce = signer or SeedSigner(secrets.token_bytes(32)), secrets.token_bytes(16)
        claimed = enrolment.claim(self.centre, slot, code, signer.public, commitment(signer.public, nonce))
        assert claimed.ns is not None
        keys = self.centre.keys
        proof = Proof(slot, signer.public, claimed.ns, nonce, keys.root_fp).sign(signer)
        enrolment.reveal(self.centre, slot, nonce, proof)
        with self.store.writing() as session:
            number = enrolment.slots(session, "revealed")[0].number
            assert number is not None
            statement = enrolment.approve(self.centre, session, slot, number, "badr")
        envelope = enrolment.status(self.centre, slot, nonce, signer.sign(status_bytes(slot, nonce)))
        assert envelope is not None
        chain = kj01.Chain(statement.device, statement.epoch, 0, kj01.genesis(statement.payload))
        keyset = publishing.keyset_of(self.centre)
        return Device("", AUTHORITY, signer, statement, keyset, keys.root_public, chain)

    def waiting(self, maker: str, number: str) -> str:
        """The slot of a counter that has shown these six digits and waits to be let in."""
        with self.store.writing() as session:
            slot, _ = enrolment.make_slot(self.centre, session, SHOP, maker)
            session.run(
                "UPDATE slot SET state = 'revealed', number = ?, pub = ?, claimed_ms = ? WHERE slot = ?",
                number, secrets.token_bytes(32), self.clock.ms, slot,
            )  # fmt: skip
        return slot

    def standing(self, device: Device, epoch: int | None = None) -> Chain:
        with self.store.reading() as session:
            found = registry.chain(session, device.chain.device, epoch or device.chain.epoch)
        assert found is not None
        return found

    def take(self, device: Device, items: Sequence[Item]) -> ingestion.Taken:
        first, last = items[0].record.fields.seq, items[-1].record.fields.seq
        return ingestion.take(self.centre, self.standing(device), first, last, device.stream(items))

    def arrive(self, device: Device) -> int:
        """Take all that the device wrote, project it. Returns how many entries were projected."""
        taken = self.take(device, device.items)
        assert (taken.fault, taken.fork, taken.behind) == (None, None, False)
        return Projector(self.centre).drain()

    def feed(self, device: Device, after: int = 0) -> list[dict[str, Any]]:
        with self.store.reading() as session:
            return feed.page(session, device.chain.device, after).items

    def publish_catalogue(self, version: int = 1) -> None:
        envelope = _price_list(version, key_files.read_offline(self.root)["catalogue"][0])
        with self.store.writing() as session:
            publishing.publish_catalogue(self.centre, session, envelope)


@cache
def _price_list(version: int, seed: str) -> bytes:
    """Signed once: it is the largest document by far, and the same each time."""
    members = catalogue_members(version, "2020-01-01", None, bundled_services())
    return trust.seal_object(trust.CATALOGUE, members, SeedSigner(bytes.fromhex(seed)))


def apply_settings(device: Device, version: int = 1) -> None:
    """The entry by which a device says which settings rule it from now on."""
    members = {"v": 1, "kind": "settings", "version": version, "sha256": "0" * 64}
    device.write(EntryType.DOCUMENT_APPLIED, members)


def add_operator(session: Session, shop: str) -> None:
    """The one that tests sell as, with a PIN already set."""
    session.run(
        "INSERT INTO operator VALUES (?, ?, 'سعاد', 'Souad', 'operator', 1, ?, NULL, NULL)", OPERATOR, shop, 2**42
    )


def make_centre(store: Store, folder: Path, seed: str = AUTHORITY) -> OwnCentre:
    """Keys, one shop, one operator. Of one `seed` come the same keys and names: what is slow to reckon from them is
    remembered (`tests.harness.remembered`).
    """
    return _made(store, folder, Random(seed))


def _made(store: Store, folder: Path, chance: Random) -> OwnCentre:
    key_files.create(folder / "keys", folder / "root", chance.randbytes, START_MS)
    made = _over(store, folder, chance)
    with store.writing() as session:
        session.run("INSERT INTO shop VALUES (?, ?, ?, '{}', 0, 0, '', '')", SHOP, "منفذ الدقي", "Dokki counter")
        add_operator(session, SHOP)
        publishing.publish_settings(made.centre, session, SHOP)
        publishing.publish_operators(made.centre, session, SHOP)
    return made


def _over(store: Store, folder: Path, chance: Random) -> OwnCentre:
    clock, keys = Clock(), folder / "keys"
    centre = Centre(store, KeyFiles(keys), AUTHORITY, "https://centre.test", clock, chance.randbytes)
    return OwnCentre(centre, clock, keys, folder / "root")


@cache
def _empty() -> tuple[bytes, bytes]:
    key = secrets.token_bytes(32)
    with TemporaryDirectory() as folder:
        SqliteStore(Path(folder) / "centre.db", key).close()
        return (Path(folder) / "centre.db").read_bytes(), key


def empty_store(folder: Path) -> SqliteStore:
    """An embedded store, copied from one made before: its tables take five times as long.

    One that is opened elsewhere has `tests.harness.remembered_sql`.
    """
    database, key = _empty()
    (folder / "centre.db").write_bytes(database)
    return SqliteStore(folder / "centre.db", key)


@cache
def _first() -> tuple[TemporaryDirectory[str], bytes, Random]:
    folder, chance = TemporaryDirectory(), Random(AUTHORITY)
    made = _made(empty_store(Path(folder.name)), Path(folder.name), chance)
    made.store.close()
    return folder, _empty()[1], chance


def copied_centre(folder: Path) -> OwnCentre:
    """`make_centre` on an embedded store, copied from one made before."""
    first, key, chance = _first()
    shutil.copytree(first.name, folder, dirs_exist_ok=True)
    return _over(SqliteStore(folder / "centre.db", key), folder, copy(chance))


def frame_of(members: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """A personal frame and what a body says of it."""
    frame = personal.write_frame(secrets.token_bytes(16), members)
    return frame, personal.reference(frame)

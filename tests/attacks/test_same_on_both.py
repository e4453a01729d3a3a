"""Oracle 3: the same input gives the same rows in SQLite and in PostgreSQL, and no number in either is a float."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from central.centre import Centre
from central.documents import feed, publishing
from central.fleet import overview
from central.money import shop_float
from central.projection import parked_chains
from central.projection.chain_projection import Projector
from central.requests import approvals, refunds, review
from central.requests.review import Decision
from central.store import key_files
from central.store.interface import Session, Store
from central.store.key_files import KeyFiles
from central.store.postgres_store import PostgresStore
from central.store.sqlite_store import SqliteStore
from protocol.errors import Refused
from protocol.keys import SeedSigner
from protocol.texts import Bilingual
from tests.attacks import more, tried
from tests.attacks.poison import ENTRIES, NUMBERS, VALUES, Entry, sign
from tests.central import conftest
from tests.harness import own_centre
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import SHOP, Clock, OwnCentre, apply_settings
from tests.harness.postgres_server import Postgres
from tests.harness.wire_device import Device

pytestmark = pytest.mark.postgres
postgres = conftest.postgres
_NUMBERS: Final = count()


class Drawn:
    """Bytes that look random and are the same for both."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, length: int) -> bytes:
        self.n += 1
        return hashlib.shake_256(self.n.to_bytes(8, "big")).digest(length)

    token_bytes = __call__


def tables(session: Session, dialect: str) -> list[str]:
    if dialect == "sqlite":
        rows = session.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    else:
        rows = session.all("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    return sorted(str(name) for (name,) in rows if name != "alembic_version")


def columns(session: Session, dialect: str, table: str) -> list[str]:
    if dialect == "sqlite":
        return [str(row[1]) for row in session.all(f"PRAGMA table_info({table})")]
    sql = "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
    return [str(name) for (name,) in session.all(sql, table)]


def dump(store: Store, dialect: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without numbers that a database draws by itself: a try that failed draws them, too."""
    found = {}
    with store.reading() as session:
        for table in tables(session, dialect):
            names = columns(session, dialect, table)
            rows = session.all(
                f"SELECT {', '.join(name for name in names if name != 'n' or table in OWN)} FROM {table}"
            )
            found[table] = sorted((tuple(map(plain, row)) for row in rows), key=repr)
    return found


OWN: Final = ("feed_item", "telephone")
"""Their `n` is given by us."""


def plain(value: Any) -> Any:
    assert not isinstance(value, float), "a number that is no integer"
    return bytes(value) if isinstance(value, memoryview | bytearray) else value


class Twins:
    """Two centres with the same keys, the same clock and the same luck; each act is done in both."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.name = f"twin{next(_NUMBERS)}"
        self._postgres = postgres
        keys, root = folder / "keys", folder / "root"
        key_files.create(keys, root, Drawn(), own_centre.START_MS)
        stores: list[Store] = [
            SqliteStore(folder / f"{self.name}.db", bytes(32)), PostgresStore(postgres.database(self.name))
        ]  # fmt: skip
        self.offices = []
        for store in stores:
            clock = Clock()
            centre = Centre(store, KeyFiles(keys), "centre.test", "https://centre.test", clock, Drawn())
            self.offices.append(OwnCentre(centre, clock, keys, root))

    def close(self) -> None:
        for office in self.offices:
            office.store.close()
        self._postgres.drop(self.name)

    def dumps(self) -> list[dict[str, list[tuple[Any, ...]]]]:
        return [dump(one.store, dialect) for one, dialect in zip(self.offices, ("sqlite", "postgres"), strict=True)]


@pytest.fixture
def twins(tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twins]:
    monkeypatch.setattr(feed, "wall_ms", lambda: own_centre.START_MS)
    monkeypatch.setattr(own_centre, "secrets", Drawn())
    made = Twins(tmp_path, postgres)
    for office in made.offices:
        own_centre.secrets.n = 0  # type: ignore[attr-defined]
        with office.store.writing() as session:
            session.run("INSERT INTO shop VALUES (?, 'م', 'm', '{}', 0, 0, '', '')", SHOP)
            own_centre.add_operator(session, SHOP)
            publishing.publish_settings(office.centre, session, SHOP)
            publishing.publish_operators(office.centre, session, SHOP)
        office.publish_catalogue()
    yield made
    made.close()


def enrolled(twins: Twins, seed: int) -> Device:
    """One device, known to both."""
    signer = SeedSigner(hashlib.sha256(seed.to_bytes(4, "big")).digest())
    both = []
    for office in twins.offices:
        own_centre.secrets.n = seed * 1_000  # type: ignore[attr-defined]
        both.append(office.enrol(signer=signer))
    one, other = both
    assert one.statement.payload == other.statement.payload
    return one


Act = tuple[int, int, Any]
ACTS: Final = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), NUMBERS | VALUES), max_size=12)


def do(office: OwnCentre, device: Device, act: Act, requests: Sequence[str]) -> None:
    """One of what the staff and the routes do; refused in one is refused in both."""
    what, which, value = act
    centre, number = office.centre, abs(value) % 10**10 + 1 if type(value) is int else 7
    request = requests[which % len(requests)]
    with suppress(Refused), office.store.writing() as session:
        if what == 0:
            case = review.find(session, request)
            status = ("approved", "rejected", "sent_back", "pending")[which]
            seen = review.Seen(case.decisions, "again")
            review.decide(
                centre, session, case, Decision(case.seq, case.id, status, "c", Bilingual("س", "r")), "amal", seen
            )
        elif what == 1:
            shop_float.pay_in(centre, session, SHOP, number, f"R-{which}", "amal")
        elif what == 2:
            shop_float.reverse(centre, session, SHOP, f"R-{which}", "why", ("amal", "badr")[number % 2])
        elif what == 3:
            case = review.find(session, request)
            of = refunds.RequestKey(case.device, case.epoch, case.seq, case.id)
            refunds.hold(centre, session, office.standing(device), of, "op")
        elif what == 4:
            overview.keep_health(
                session, device.chain.device, {"v": 1, "health": {"stops": [which], "wall_ms": value}}, number
            )
        elif what == 5:
            for one in approvals.listed(session, "asked", "", 5):
                approvals.decide(centre, session, one, ("granted", "denied")[which % 2], "amal")
        else:
            parked_chains.set_aside(centre, session, device.chain.device, "why", "amal")


def play(twins: Twins, device: Device, honest: Device, acts: Sequence[Act], requests: Sequence[str]) -> None:
    for office in twins.offices:
        for one in (device, honest):
            office.take(one, one.items)
            Projector(office.centre).drain(one.chain.device)
        for act in acts:
            do(office, device, act, requests)
            Projector(office.centre).drain(device.chain.device)
    tried()


def check(twins: Twins) -> None:
    sqlite, other = twins.dumps()
    assert sqlite.keys() == other.keys()
    for table, rows in sqlite.items():
        assert rows == other[table], table


_SEEDS: Final = count(1)


def written(twins: Twins, poison: Sequence[Entry]) -> tuple[Device, Device, list[str]]:
    device, honest = enrolled(twins, next(_SEEDS)), enrolled(twins, next(_SEEDS))
    requests = []
    for one in (device, honest):
        one.open_epoch()
        apply_settings(one)
        for _ in range(2):
            members = birth()
            requests.append(members["id"])
            sell(one, members)
    sign(device, poison, honest)
    return device, honest, requests


@pytest.mark.oracle(3)
@settings(max_examples=more(3), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(poison=ENTRIES, acts=ACTS)
def test_the_same_input_gives_the_same_rows(twins: Twins, poison: list[Entry], acts: list[Act]) -> None:
    device, honest, requests = written(twins, poison)
    play(twins, device, honest, acts, requests)
    check(twins)


@pytest.mark.oracle(3)
def test_no_table_could_hold_a_float(twins: Twins) -> None:
    one, other = twins.offices
    with one.store.reading() as session:
        for table in tables(session, "sqlite"):
            [(strict,)] = session.all("SELECT strict FROM pragma_table_list WHERE name = ?", table)
            kinds = {row[2] for row in session.all(f"PRAGMA table_info({table})")}
            assert (strict, kinds <= {"INTEGER", "TEXT", "BLOB"}) == (1, True), table
    with other.store.reading() as session:
        sql = """SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public'
                 AND table_name <> 'alembic_version'"""
        assert {kind for (kind,) in session.all(sql)} == {"bigint", "text", "bytea"}


@pytest.mark.oracle(3, planted=True)
def test_a_float_and_a_difference_are_found(twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    def carelessly(session: Session, device: bytes, epoch: int, amount_pt: int) -> None:
        session.run("INSERT INTO float_used VALUES (?, ?, ?) ON CONFLICT DO NOTHING", device, epoch, amount_pt)
        session.run(
            "UPDATE float_used SET amount_pt = amount_pt + ?", int(session._connection.dialect.name == "sqlite")
        )

    device, honest, requests = written(twins, [])
    with monkeypatch.context() as planted:
        planted.setattr(shop_float, "add", carelessly)
        play(twins, device, honest, [], requests)
    with pytest.raises(AssertionError, match="float_used"):
        check(twins)
    with pytest.raises(AssertionError, match="no integer"):
        plain(1.0)

"""A database of a million requests in about two minutes, for benches: real tables, real hashes, likely names.

``python -m tests.harness.million_requests FOLDER [COUNT]`` builds one and times the search box on it. The rows go in
by the statements of `storage.db.compiled`, many to a transaction and without waiting for the disk; the chain of hashes
is whole, and the last entries, which every start verifies, are signed.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.core.system_world import system_world
from kiosk.model.service_request import Query, State
from kiosk.ports.store import Keystore, Store
from protocol.journal import kj01, personal
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain, Record, Stamp
from protocol.journal.receipt_code import receipt_code
from protocol.values.arabic import search_key
from storage.db import compiled, request_index
from storage.db.engine import Database
from storage.db.entry_ids import entry_id
from storage.opening import DATABASE, Opened, open_store
from tests.harness.enrolled_store import SIGNER, acknowledge, enrolment, sale
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS, SeededRandomness

SIGNED: Final = 1_000  # more than a start verifies
PER_DAY: Final = 900
UNDECIDED: Final = 2_000  # the newest; as many before them nobody has been told of
BATCH: Final = 5_000
DAY_MS: Final = 86_400_000
FIRST_DAY: Final = date(2026, 11, 25)


def _words(text: str) -> list[str]:
    return text.split()


# The commonest first; weights fall as 1/rank, so that "محمد" is in every third name, as it is at a counter.
MEN: Final = _words("""
    محمد أحمد محمود مصطفى علي حسن حسين إبراهيم عبدالله خالد عمر يوسف كريم عمرو طارق هشام وليد أشرف سامي عادل
    سعيد رمضان شعبان جمال حمدي صلاح فتحي كمال نبيل ماجد مينا جرجس بيشوي عبدالرحمن عبدالعزيز السيد إسلام أيمن
    باسم تامر حازم رامي زياد سيف شريف ضياء عصام فارس مروان ياسر هاني يحيى
""")
WOMEN: Final = _words("""
    فاطمة مريم سارة نور آية هدى منى إيمان أسماء سلمى دينا رانيا هبة شيماء ياسمين نادية سعاد زينب خديجة عائشة
    ندى ريم نجلاء ماريان كريستين أمل سحر غادة وفاء هالة
""")
FAMILIES: Final = _words("""
    السيد عبدالرحمن الشافعي المصري البدوي الصعيدي النجار الحداد خليل سليمان عثمان غنيم شاهين منصور رزق عوض
    بدوي فرج حسنين زكي راغب القاضي الشربيني المنشاوي الدسوقي أبوزيد الجندي عطية مرسي سالم بكر نصر الغزالي
    البنا صبري توفيق الخولي درويش عاشور الطنطاوي البحيري الفيومي الأسيوطي المنياوي السوهاجي القناوي الأسواني
    الدمياطي البورسعيدي السويسي
""")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    national_id: str
    mobile: str


def people(count: int, seed: int = 1) -> Iterator[Person]:
    """Four-part names, IDs of people born 1900 (no living citizen's), mobiles of no living network."""
    chance = random.Random(seed)
    men, women, families = (_by_rank(names) for names in (MEN, WOMEN, FAMILIES))
    for n in range(count):
        first = chance.choices(WOMEN, cum_weights=women)[0] if n % 2 else chance.choices(MEN, cum_weights=men)[0]
        fathers = chance.choices(MEN, cum_weights=men, k=2)
        family = chance.choices(FAMILIES, cum_weights=families)[0]
        born = f"200{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        national_id = f"{born}{chance.randint(1, 35):02d}{chance.randrange(100_000):05d}"
        yield Person(" ".join((first, *fathers, family)), national_id, f"01{chance.randrange(10**9):09d}")


def _by_rank(names: Sequence[str]) -> list[float]:
    return list(itertools.accumulate(1 / rank for rank in range(1, len(names) + 1)))


def build(folder: Path, count: int, keystore: Keystore | None = None) -> Opened:
    """An open store of `count` requests in `folder`."""
    keystore = keystore or FakeKeystore()
    opened = open_store(folder, keystore, system_world())
    opened.store.put_enrolment(enrolment())
    chain, key = opened.store.journal.tail().chain, opened.secrets.database_key(database_exists=True)
    opened.mirror.remember(chain)
    opened.close()
    connection = Database(folder / DATABASE, key).writer()
    try:
        connection.execute("PRAGMA synchronous = OFF")
        _fill(connection, chain, count)
        more = request_index.join(connection, all_pieces=True)
        while more:
            more = request_index.join(connection, all_pieces=False)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return open_store(folder, keystore, system_world())


def _fill(connection: Any, chain: Chain, count: int) -> None:
    chance = SeededRandomness(2)
    everybody = enumerate(people(count), 1)
    while batch := list(itertools.islice(everybody, BATCH)):
        entries, frames, requests, decisions = [], [], [], []
        for n, person in batch:
            record, frame = _entry(chain, person, chance, signed=n > count - SIGNED)
            chain = chain.after(record)
            number = entry_id(chain.epoch, n)
            wall_ms = record.fields.wall_ms
            entries.append((
                number, chain.epoch, n, chain.hash, record.header, record.signature, record.body, wall_ms,
                500, n, 500 * n,
            ))  # fmt: skip
            frames.append((number, frame))
            requests.append(_row(n, chain, person, wall_ms))
            if n <= count - UNDECIDED:
                told = n <= count - 2 * UNDECIDED
                decisions.append((number, status_of(n), "", "سبب", "Why", wall_ms, 0, told))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(compiled.ADD_ENTRY.sql, entries)
        connection.executemany(compiled.ADD_FRAME.sql, frames)
        connection.executemany(compiled.ADD_REQUEST.sql, requests)
        connection.executemany("INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", decisions)
        request_index.follow(connection, BATCH)
        connection.execute("COMMIT")


class _NoSigner:
    """A signature takes half the time of all the rest, and only the last entries are asked for theirs."""

    public = SIGNER.public

    def sign(self, data: bytes) -> bytes:
        return bytes(64)


def _entry(chain: Chain, person: Person, chance: SeededRandomness, *, signed: bool) -> tuple[Record, bytes]:
    answers = {"name": person.name, "national_id": person.national_id, "mobile": person.mobile, "address": "شارع " * 8}
    frame = personal.write_frame(chance.take(16), answers)
    body = kj01.write_body(chance.take(16), {
        "v": 1, "kind": "request", "op": "019a1b2c-0000-7000-8000-0000000000aa", "login": 1,
        "personal": personal.reference(frame), "service": "civil.birth", "version": 3, "catalogue": 12,
        "lines": [{"ar": "رسم الخدمة", "en": "Service fee", "amount_pt": 500}], "total_pt": 500, "tendered_pt": 500,
    })  # fmt: skip
    n = chain.seq + 1
    stamp = Stamp(NOON_MS + n // PER_DAY * DAY_MS + n % PER_DAY * 1000, n, b"boot-id1")
    return kj01.write(chain, EntryType.REQUEST, body, SIGNER if signed else _NoSigner(), stamp), frame


def _row(n: int, chain: Chain, person: Person, wall_ms: int) -> tuple[object, ...]:
    request_id, day = f"019a1b2c-0000-7000-8000-{n:012x}", str(FIRST_DAY + timedelta(n // PER_DAY))
    return (
        chain.epoch, chain.seq, request_id, request_id, 1, 1, service_of(n), 3, 12, day, wall_ms,
        operator_of(n), 500, 500, receipt_code(chain.hash), person.name, person.national_id, person.mobile,
        500, 61, 0, "cash", "", 1, search_key(person.name),
    )  # fmt: skip


def operator_of(n: int) -> str:
    """Two of every day, and one who helped out for a week long ago."""
    return "op-3" if 5_000 <= n < 5_400 else f"op-{1 + n * 7919 // 8 % 2}"


def service_of(n: int) -> str:
    """Forty-nine, the first the commonest; the last is asked for once in ten thousand."""
    return "rare" if n % 10_000 == 77 else f"service-{min(n % 49, n % 47, n % 43)}"


def status_of(n: int) -> str:
    """The centre has decided all but the newest two thousand; one in five hundred was rejected."""
    return "rejected" if n % 500 == 0 else "approved"


# ---- the search box, timed --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one kind of question, and how many requests it found at least and at most."""

    kind: str
    p50: float
    p95: float
    worst: float
    fewest: int
    most: int


def questions(count: int, each: int = 100, seed: int = 3) -> dict[str, list[Query]]:
    """What operators type, by kind, about people who are in a database of `count`."""
    chance = random.Random(seed)
    wanted = set(chance.sample(range(count), min(each, count)))
    found = [person for n, person in enumerate(people(count)) if n in wanted]
    words = [person.name.split() for person in found]
    long = [[word for word in name if len(word) >= 4] or ["محمد"] for name in words]
    texts = {
        "national ID": [person.national_id for person in found],
        "receipt": [f"2-{n + 1:06d}" for n in sorted(wanted)],
        "mobile": [person.mobile for person in found],
        "four parts": [person.name for person in found],
        "two parts": [" ".join(chance.sample(name, 2)) for name in words],
        "fragment": [chance.choice(several)[1:4] for several in long],
        "two letters": [chance.choice(name)[:2] for name in words],
        "a letter": ["م", "ا", "س"],
        "last four of an ID": [person.national_id[-4:] for person in found],
        "last four and a name": [f"{person.national_id[-4:]} {person.name.split()[0]}" for person in found],
        "digits": [person.national_id[:6] for person in found[:20]] + [person.mobile[:6] for person in found[:20]],
        "a miss": ["زقزوقيان", "محمد زقزوقيان", "محمد أحمد حمدين", "حمدم محمد", "29913319999999", "01999999999"],
    }
    asked = {kind: [Query(text) for text in several] for kind, several in texts.items()}
    common = ("", "محمد", "فاطمة", "مح")
    asked["on the first day"] = [Query(text, date=str(FIRST_DAY)) for text in common]
    asked["unsent"] = [Query(text, unsent_only=True) for text in common]
    return asked


def narrowed() -> dict[str, list[Query]]:
    """The filters of the list, alone, together, and with the commonest name, a rare one and one that nobody has."""
    names = ("", "محمد", "كريستين", "زقزوقيان")
    operators, services = ("op-1", "op-2", "op-3", "nobody"), ("service-0", "service-20", "rare")
    states: tuple[State, ...] = (
        "came_back", "unsent", "waiting", "approved", "rejected", "sent_back", "tell", "unclaimed", "void",
    )  # fmt: skip
    return {
        "an operator": [Query(text, operator=one) for one in operators for text in names],
        "a service": [Query(text, service=one) for one in services for text in names],
        "a state": [Query(text, state=one) for one in states for text in names],
        "operator, service": [Query(operator=one, service=other) for one in operators for other in services],
        "operator, state": [Query(operator=one, state=other) for one in operators for other in states],
        "all of it": [
            Query(text, operator=one, service=other, state=state)
            for one in operators for other in services for state in states for text in names
        ],
    }  # fmt: skip


def measure(store: Store, asked: dict[str, list[Query]]) -> list[Timing]:
    return [_timing(kind, several, store.requests.search) for kind, several in asked.items()]


def _timing(kind: str, several: list[Query], search: Callable[[Query], Sequence[object]]) -> Timing:
    times, hits = [], []
    for query in several:
        began = time.perf_counter()
        found = search(query)
        times.append((time.perf_counter() - began) * 1000)
        hits.append(len(found))
    times.sort()
    at = [times[int(len(times) * share)] for share in (0.5, 0.95)]
    return Timing(kind, at[0], at[1], times[-1], min(hits), max(hits))


def sell_ms(store: Store, times: int = 1000) -> list[float]:
    """How long the commit of one more sale takes, sorted; each is found at once, or this raises."""
    taken = []
    for _ in range(times):
        chain = store.journal.tail().chain
        entries, changes, row = sale(chain)
        began = time.perf_counter()
        store.commit(entries, changes, chain)
        taken.append((time.perf_counter() - began) * 1000)
        if store.requests.search(Query(row.name, limit=1))[0].id != row.id:
            raise LookupError(row.seq)
    return sorted(taken)


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    began = time.perf_counter()
    opened = build(folder, count)
    size = (folder / DATABASE).stat().st_size
    print(f"{count:,} requests, {size / 1e9:.2f} GB, {time.perf_counter() - began:.0f} s")
    sold = sell_ms(opened.store)
    print(f"a sale more   p50 {sold[500]:7.2f}  p95 {sold[950]:7.2f}  worst {sold[-1]:7.2f} ms")
    acknowledge(opened.store, count)
    asked = questions(count)
    for _ in ("cold", "warm"):
        for t in measure(opened.store, asked | narrowed()):
            print(f"{t.kind:16} p50 {t.p50:7.2f}  p95 {t.p95:7.2f}  worst {t.worst:7.2f} ms  found {t.fewest}-{t.most}")
    opened.close()


if __name__ == "__main__":
    main()

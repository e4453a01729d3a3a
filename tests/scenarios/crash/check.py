"""What must be true at the end, checked from the centre's export alone."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from protocol.journal import kj01
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain, Record
from protocol.wire.enrolment import read_statement
from tests.scenarios.crash.driver import Driver

QR: Final = re.compile(r".*/r/([0-9a-f]{8})/([0-9]+)/([0-9a-f]{64})#[0-9]{20}")
"""The digits behind it are on first papers alone, and here there are no others."""


class Books:
    """The centre's journal of the one device, verified with its key."""

    def __init__(self, driver: Driver) -> None:
        [row] = driver.centre.cli("device", "list")
        self.device: str = row["device"]
        file = driver.folder / "central.kj01"
        driver.centre.cli("journal", "export", self.device, str(file))
        shown = driver.centre.cli("device", "export-keys", self.device)
        statement = read_statement(shown["statement"].encode())
        self.data = file.read_bytes()
        self.entries: list[Record] = []
        chain = Chain(statement.device, statement.epoch, 0, kj01.genesis(statement.payload))
        self.end = kj01.verify_stream(self.data, chain, bytes.fromhex(shown["pub"]), self.entries.append)
        self.sales: list[tuple[Record, dict[str, Any]]] = [
            (record, json.loads(record.body))
            for record in self.entries
            if record.fields.entry_type == EntryType.REQUEST
        ]


def violations(driver: Driver, state: dict[str, Any]) -> Iterator[str]:
    """Each thing that is wrong, in words."""
    books = Books(driver)
    yield from driver.keystore.wrong
    yield from _sales(driver, books)
    yield from _papers(driver, books)
    if books.end.seq != state["hwm"]:
        yield f"the kiosk believes {state['hwm']} entries sent, the centre has {books.end.seq}"
    if hashlib.sha256(books.data).hexdigest() != state["journal"]:
        yield "the two exports differ"
    total = sum(body["total_pt"] for _, body in books.sales)
    if (len(books.sales), total) != (state["count"], state["sum_pt"]):
        yield f"centre {len(books.sales)} sales, {total} pt; kiosk {state['count']}, {state['sum_pt']} pt"
    # the list is a projection that a worker of the centre makes after accepting: it may be a moment behind
    listed: list[Any] = []
    for _ in range(20):
        listed = driver.centre.cli("request", "list", "--limit", "1000000")
        if len(listed) >= len(books.sales):
            break
        time.sleep(0.5)
    if len(listed) != len(books.sales):
        yield f"{len(listed)} requests listed of {len(books.sales)}"


def _sales(driver: Driver, books: Books) -> Iterator[str]:
    times = Counter(body["id"] for _, body in books.sales)
    yield from (f"sale {sale} is there {count} times" for sale, count in times.items() if count != 1)
    yield from (f"sale {sale} was never confirmed" for sale in times if sale not in driver.confirmed)
    if [body["id"] for _, body in books.sales] != [sale for sale in driver.confirmed if sale in times]:
        yield "the order is another than that of the confirmations"
    at = {body["id"]: (record.fields.seq, record.hash.hex()) for record, body in books.sales}
    for sale, said in driver.confirmed.items():
        if sale not in at:
            yield f"sale {sale} is lost"
        elif at[sale] != (said["seq"], said["hash"]):
            yield f"sale {sale} is not what was confirmed"
    if sum(said["total"] for said in driver.confirmed.values()) != sum(body["total_pt"] for _, body in books.sales):
        yield "the sums differ"


def _papers(driver: Driver, books: Books) -> Iterator[str]:
    proved = {record.fields.seq: record.hash.hex() for record, _ in books.sales}
    printed: Counter[int] = Counter()
    for text in driver.roll.papers():
        found = QR.fullmatch(text)
        if found is None or found[1] != books.device[:8] or proved.get(int(found[2])) != found[3]:
            yield f"a paper that proves nothing: {text}"
        else:
            printed[int(found[2])] += 1
    for seq in proved:
        if printed[seq] != 1:
            yield f"entry {seq} has {printed[seq]} papers"

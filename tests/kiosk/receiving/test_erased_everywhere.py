"""A citizen to be forgotten: afterwards no row, index, form, paper, picture or file of this counter names him.

The store is encrypted, so that looking into its file proves nothing: every column of every table is read, too.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.evidence_file import CapturedFile, captured
from kiosk.model.paper_sheet import typed
from kiosk.model.service_request import Decision, Draft
from kiosk.model.store_changes import PutAck
from kiosk.receiving import feed_kinds
from kiosk.receiving.feed_documents import PageReading
from kiosk.staff.centre_approvals import Approver
from protocol.journal.acknowledgement import Ack, sign
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.texts import Bilingual
from storage.db import request_index
from storage.opening import DATABASE, Opened
from tests.harness.enrolled_store import CENTRE, open_house
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_pictures import FakeReader
from tests.harness.shop import OPERATOR, PIN_SUPERVISOR, SUPERVISOR, Shop, answered
from tests.kiosk.cash.test_day_close import with_supervisor

NAME, MOTHER, NUMBER, MOBILE = "كناري قناري الوهمي التجريبي", "كنارية أمها الوهمية", "20001010100014", "01555555551"
OTHER = "20001010100022"
PICTURE = b"CANARY-PICTURE-OF-A-PAPER" * 40
CANARIES = (NAME, NAME.split(maxsplit=1)[0], MOTHER, NUMBER, MOBILE, "CANARY-PICTURE")


def tables(opened: Opened) -> dict[str, list[tuple[Any, ...]]]:
    """All that stands in the database, also in the tables behind the search index."""
    with opened.store.looking() as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        names.remove("fts_name")  # it is only asked, never read; `naming` asks it
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def naming(opened: Opened) -> set[str]:
    """Tables with one of the canaries in any column."""
    found = {name for name, rows in tables(opened).items() if any(named(value) for row in rows for value in row)}
    with opened.store.looking() as connection:
        hits = connection.execute("SELECT count(*) FROM fts_name WHERE fts_name MATCH '\"كنا\"'").fetchone()
    return found | ({"fts_name"} if hits != (0,) else set())


def named(value: object) -> bool:
    text = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    return any(canary.encode() in text for canary in CANARIES)


def readable(folder: Path) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if named(file.read_bytes())]


def busy(opened: Opened) -> Shop:
    """The citizen is everywhere: two requests with pictures, a copy, a void, forms of two people, a refusal."""
    shop = Shop(opened.store, pictures=opened.pictures, reader=FakeReader())  # type: ignore[arg-type]
    counter = with_supervisor(shop).counter
    requests = [sold(shop, number) for number in (1, 2)]
    counter.papers.recover()
    for job in counter.papers.jobs():
        counter.papers._move(job.id, (job.state,), type(job.state).PRINTED)
    counter.papers.copy(requests[0])
    counter.reversals.void(requests[1].id, "خطأ", Approver(SUPERVISOR, PIN_SUPERVISOR))
    for place, operator in enumerate((OPERATOR, SUPERVISOR)):
        left(shop, f"0192f0c1-7c3a-7b1e-8a4d-00000000d00{place}", operator)
    counter.advice.refuse("birth-cert", typed(Bilingual(f"{NAME}: لا يطابق", "")), (), NUMBER)
    with opened.store.transaction() as connection:
        request_index.follow(connection, 100)
    return shop


def sold(shop: Shop, number: int) -> Any:
    sale = answered(shop.sale(number), name=NAME, mother_name=MOTHER, national_id=NUMBER, mobile=MOBILE)
    paper = captured(shop.counter.desk.service("birth-cert").evidence)[0]
    content = PICTURE + bytes([number])
    kept = shop.counter.evidence.keep(sale.id, paper, CapturedFile(content, "image/jpeg", 1200, 1600))
    return shop.counter.desk.record(replace(sale, evidence=(kept.item(),))).request


def left(shop: Shop, identity: str, operator: str) -> None:
    raw = {"national_id": NUMBER, "name": NAME}
    shop.store.commit([], [Draft(identity, operator, "birth-cert", 1, raw, shop.clock.wall_ms())])
    paper = captured(shop.counter.desk.service("birth-cert").evidence)[0]
    shop.counter.evidence.keep(identity, paper, CapturedFile(PICTURE + identity.encode(), "image/jpeg", 1200, 1600))


def obey(shop: Shop) -> None:
    """The centre has all of it durably, and orders what the citizen asked for."""
    chain = shop.store.journal.tail().chain
    found = shop.store.journal.hash_at(chain.seq)
    assert found is not None
    ack = Ack(chain.device, 1, chain.seq, found, shop.clock.wall_ms())
    shop.store.commit([], [PutAck(ack, sign(ack, CENTRE))])
    asked = next(
        read_body(item.record.body)
        for item in shop.store.journal.export(1)
        if item.record.fields.entry_type == EntryType.ERASURE
    )
    arrived = PageReading(shop.store, shop.counter.in_force)
    for one in [*asked["requests"], *asked["papers"]]:
        entry = shop.store.journal.hash_at(one["seq"])
        assert entry is not None
        order = {
            "kind": "erase", **one, "id": one.get("id", ""), "entry_hash": entry.hex(), "durable_hwm": chain.seq,
            "at_ms": shop.clock.wall_ms(),
        }  # fmt: skip
        feed_kinds.apply(order, arrived)
    shop.counter.journal.write(arrived.writings, arrived.changes)


EVERYWHERE = {"request", "frame", "print_job", "draft", "named", "fts_name"}


@pytest.mark.slow
def test_nothing_on_this_counter_names_a_citizen_who_was_erased(tmp_path: Path) -> None:
    keystore, folder = FakeKeystore(), tmp_path / "data"
    opened = open_house(folder, keystore)
    shop = busy(opened)
    shop.store.commit([], [Decision(1, shop.counter.rights.of(NUMBER)[1].seq, "approved", "", "", "", 1)])
    opened.back_up(folder / f"{DATABASE}.before-0001")
    assert naming(opened) >= EVERYWHERE
    keys = {row[6]: row[7] for row in tables(opened)["evidence"]}
    assert len(keys) == 4
    pictures = [file for file in folder.rglob("*") if file.name in keys]
    assert len(pictures) == 4
    shop.counter.rights.ask_erasure(NUMBER, Approver(SUPERVISOR, PIN_SUPERVISOR))
    assert not naming(opened) & {"draft"}, "what was half typed goes with the erasure"
    obey(shop)
    assert naming(opened) == set()
    assert tables(opened)["evidence"] == []
    assert len(shop.counter.rights.register()) == 1
    assert not list(folder.glob(f"{DATABASE}.before-*"))
    shop.counter.evidence.tidy()
    assert not [file for file in pictures if file.exists()]
    assert opened.check() is not None
    opened.close()
    assert readable(tmp_path) == []
    raw = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert not [key for key in keys.values() if bytes(key) in raw]


@pytest.mark.slow
def test_another_citizen_stays_whole(tmp_path: Path) -> None:
    opened = open_house(tmp_path / "data", FakeKeystore())
    shop = busy(opened)
    other = answered(shop.sale(7), national_id=OTHER)
    request = shop.counter.desk.record(other).request
    shop.counter.rights.ask_erasure(NUMBER, Approver(SUPERVISOR, PIN_SUPERVISOR))
    obey(shop)
    kept = shop.counter.rights.of(OTHER)
    assert [one.id for one in kept] == [request.id]
    assert shop.store.journal.frame(1, request.seq) is not None
    opened.close()

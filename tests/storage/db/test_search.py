"""The one box of the contract: what finds what, on the store in memory and on the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.model.service_request import Query
from kiosk.ports.store import Store
from tests.harness.enrolled_store import acknowledge, enrolment, sell

# ---- the one box


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [3, 2, 1]),
        ("محمد", [2, 1]),
        ("احمد عبدالله", [1]),
        ("عبد الله محمد", [1]),
        ("حمد", [2, 1]),
        ("مح", [2, 1]),
        ("م", [3, 2, 1]),
        ("حم", []),
        ("مح السيد", [2]),
        ("لسي مح", [2]),
        ("مني", [3]),
        ("مُنى", [3]),
        ("mona", []),
        ("3", [3]),
        ("٣", [3]),
        ("29001010100018", [1]),
        ("٢٩٠٠١٠١٠١٠٠٠١٨", [1]),
        ("2900101", [1]),
        ("29001", []),
        ("0018", [1]),
        ("٠٠١٨", [1]),
        ("0018 محمد", [1]),
        ("0018 منى", []),
        ("018", []),
        ("01001234567", [1]),
        ("+201001234567", [1]),
        ("2 900101 01 00018", [1]),
        ("٢٩٠٠١٠١-٠١-٠٠٠١٨", [1]),
        ("010 01234567", [1]),
        ("0100 123 4567", [1]),
        ("+20 100 123 4567", [1]),
        ("2 900101 01 00027", []),
        ("010012", [1]),
        ("01001", []),
        ("01112223334 منى", [3]),
        ("01112223334 محمد", []),
        ("01112223334 من", [3]),
        ("2-000002", [2]),
        ("2-2", [2]),
        ("٢-٠٠٠٠٠٢", [2]),
        ("2 – 2", [2]),
        ("2-9", []),
        ("3-2", []),
        ("2-10000002", []),
        ("000002", [2]),
        ("019a1b2c-2", []),
        ("002687671600000002", [2]),
        ("999999999900000002", []),
        ('" OR 1=1 --', []),
        ("محمد*", []),
        ("99999999999999999999999999", []),
    ],
)
def test_one_box_finds(store: Store, text: str, found: list[int]) -> None:
    sell(store)
    sell(store, name="محمد السيد", national_id="30002020200027", mobile="01223334445")
    sell(store, name="منى مصطفى", national_id="30103030300036", mobile="01112223334")
    assert [r.seq for r in store.requests.search(Query(text))] == found


def test_a_number_of_another_epoch_is_another_paper(store: Store) -> None:
    sell(store)
    store.put_enrolment(replace(enrolment(2), statement=enrolment(2).statement.replace(b'"till":2', b'"till":5')))
    sell(store)
    for text, epoch in (("2-000001", 1), ("5-10000001", 2), ("10000001", 2)):
        assert [(r.epoch, r.seq) for r in store.requests.search(Query(text))] == [(epoch, 1)], text
    for text in ("5-000001", "2-10000001"):
        assert store.requests.search(Query(text)) == [], text


def test_the_box_takes_a_code_and_a_qr(store: Store) -> None:
    rows = [sell(store) for _ in range(3)]
    for row in rows:
        bare = row.code.replace("-", "")[:16]
        qr = f"https://example.gov.eg/r/019a1b2c/{row.seq}/{row.entry_hash.hex()}"
        for text in (row.code, row.code.lower(), bare, qr):
            assert [r.id for r in store.requests.search(Query(text))] == [row.id]
    wrong = rows[0].code[:-1] + ("0" if rows[0].code[-1] != "0" else "1")
    assert store.requests.search(Query(wrong)) == []


@pytest.mark.parametrize("text", ["محمد" * 2000, "محمد " * 2000, "9" * 5000, "\0", "\ud800", "x-" * 3000])
def test_a_page_pasted_by_mistake_is_answered(store: Store, text: str) -> None:
    sell(store)
    assert len(store.requests.search(Query(text))) <= 1


def test_a_search_stops_at_its_limit(store: Store) -> None:
    for _ in range(4):
        sell(store)
    assert [r.seq for r in store.requests.search(Query("محمد", limit=2))] == [4, 3]
    assert [r.seq for r in store.requests.search(Query("محمد", date="2026-11-26"))] == []
    acknowledge(store, 3)
    assert [r.seq for r in store.requests.search(Query("محمد", unsent_only=True))] == [4]

"""A new enrolment of a store that has worked before: what rules in it, what comes again, what is over."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from kiosk.core.events import RequestsChanged
from kiosk.model.facts import ORDER
from kiosk.model.store_changes import SeenDecision
from kiosk.receiving.feed_documents import opening
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.journal import kj01
from protocol.journal.entries import EntryType
from protocol.wire.enrolment import Enrolment
from tests.harness.feed_answers import NONCE, alarm, decision, page
from tests.harness.sync_party import (  # fmt: skip
    CATALOGUE,
    DEVICE,
    ROOT,
    Kiosk,
    catalogue,
    envelope,
    keyset_envelope,
    operators,
    order,
    pair,
    settings,
    statement,
)


def documents(version: int) -> list[dict[str, Any]]:
    """The documents of a shop, as items."""
    return [
        {"kind": "settings", "document": envelope(trust.SETTINGS, settings(version))},
        {"kind": "operators", "document": envelope(trust.OPERATORS, operators(version))},
        {"kind": "catalogue", "document": envelope(trust.CATALOGUE, catalogue(version), CATALOGUE)},
    ]


def begin(kiosk: Kiosk, epoch: int, shop: str = "shop-1") -> None:
    payload = statement(epoch).replace(b'"shop-1"', json.dumps(shop).encode())
    kiosk.store.put_enrolment(Enrolment(payload, ROOT.public, keyset_envelope()))
    kiosk.restart()


def entries(kiosk: Kiosk, epoch: int) -> list[tuple[int, dict[str, Any]]]:
    """Type and body without its salt."""
    found = [(i.record.fields.entry_type, kj01.read_body(i.record.body)) for i in kiosk.store.journal.export(epoch)]
    return [(kind, {name: value for name, value in body.items() if name != "salt"}) for kind, body in found]


# ---- what the first entries say ------------------------------------------------------------------------------


def test_an_epoch_begins_with_the_documents_that_rule_in_it(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page({"kind": "keyset", "document": json.loads(keyset_envelope(2))}, *documents(4)), NONCE)
    before = [body for kind, body in entries(kiosk, 1) if kind == EntryType.DOCUMENT_APPLIED]
    begin(kiosk, 2)
    kiosk.journal.write(opening(kiosk.store, "0.1.0"))
    first, *others = entries(kiosk, 2)
    assert first == (EntryType.EPOCH_OPEN, {"v": 1, "kind": "epoch_open", "app": "0.1.0"})
    assert {kind for kind, _ in others} == {EntryType.DOCUMENT_APPLIED}
    assert [body for _, body in others] == before
    assert [(body["kind"], body["version"]) for body in before] == [
        ("keyset", 2), ("settings", 4), ("operators", 4), ("catalogue", 4),
    ]  # fmt: skip


def test_the_first_epoch_of_a_house_begins_alone(kiosk: Kiosk) -> None:
    assert [writing.body.entry_type for writing in opening(kiosk.store, "0.1.0")] == [EntryType.EPOCH_OPEN]


# ---- the feed from its start ---------------------------------------------------------------------------------


def test_a_new_epoch_reads_the_feed_from_its_start(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(following=57), NONCE)
    assert kiosk.store.cursor() == 57
    begin(kiosk, 2)
    assert kiosk.store.cursor() == 0
    kiosk.inbound.page(page(*documents(1), epoch=2), NONCE)
    assert (kiosk.store.cursor(), kiosk.in_force.settings().version) == (3, 1)


def test_of_another_shop_neither_settings_nor_people_rule_here(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(*documents(7)), NONCE)
    begin(kiosk, 2, "shop-2")
    for read in (kiosk.in_force.settings, kiosk.in_force.operators):
        with pytest.raises(KioskError, match="not_ready"):
            read()
    assert kiosk.in_force.catalogue().version == 7
    kiosk.inbound.page(page(*documents(3)[:2], epoch=2), NONCE)  # the other shop counts for itself
    assert kiosk.in_force.settings().version == 3


def test_an_order_about_an_epoch_that_is_over_is_neither_obeyed_nor_an_alarm(kiosk: Kiosk) -> None:
    begin(kiosk, 2)
    kiosk.inbound.page(page(order("suspended"), epoch=2), NONCE)
    assert (ORDER.kept(kiosk.store, 2), alarm(kiosk)) == (None, "")


def test_an_order_about_an_epoch_to_come_is_an_alarm(kiosk: Kiosk) -> None:
    members = {
        "v": 1,
        "device": str(DEVICE),
        "epoch": 2,
        "code": "suspended",
        "seq": 0,
        "server_ms": 1,
        "request_nonce": "",
    }
    kiosk.inbound.page(page({"kind": "order", "document": envelope(trust.VERDICT, members)}), NONCE)
    assert (ORDER.kept(kiosk.store, 1), alarm(kiosk)) == (None, "forged 0")


# ---- decisions of earlier epochs ------------------------------------------------------------------------------


def test_a_decision_of_an_earlier_epoch_that_stands_here_is_taken(kiosk: Kiosk) -> None:
    kiosk.sell()
    begin(kiosk, 2)
    kiosk.inbound.page(page(decision(kiosk, 1), epoch=2), NONCE)
    assert list(kiosk.store._s.decisions) == [(1, 1)]


def test_one_of_an_epoch_that_went_with_another_disk_is_left_out_in_silence() -> None:
    centre, line, kiosk = pair()
    kiosk = Kiosk(line, kiosk.clock, enrolled=Enrolment(statement(3), ROOT.public, keyset_envelope()))
    kiosk.inbound.page(page(decision(kiosk, 4, 2, reason=None, code=None), epoch=3), NONCE)
    assert (kiosk.store._s.decisions, kiosk.store.cursor(), alarm(kiosk)) == ({}, 1, "")
    assert not any(isinstance(event, RequestsChanged) for event in kiosk.heard)
    assert centre.requests == 0


@pytest.mark.parametrize("wrong", [{"epoch": 9}, {"seq": 5}, {"seq": 0}, {"entry_hash": "00" * 32}, {"entry_hash": ""}])
def test_one_about_nothing_that_stands_here_is_left_out_with_an_alarm(kiosk: Kiosk, wrong: dict[str, Any]) -> None:
    kiosk.sell()
    begin(kiosk, 2)
    kiosk.inbound.page(page(decision(kiosk, 1) | wrong, epoch=2), NONCE)
    assert (kiosk.store._s.decisions, alarm(kiosk)) == ({}, "forged 0")


def test_one_about_the_genesis_is_no_decision(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(decision(kiosk, 0)), NONCE)
    assert (kiosk.store._s.decisions, alarm(kiosk)) == ({}, "forged 0")


def test_what_was_dealt_with_does_not_come_back_into_the_tray(kiosk: Kiosk) -> None:
    kiosk.sell()
    kiosk.inbound.page(page(decision(kiosk, 1)), NONCE)
    kiosk.journal.write([], [SeenDecision(1, 1)])
    begin(kiosk, 2)
    kiosk.inbound.page(page(decision(kiosk, 1), epoch=2), NONCE)
    assert kiosk.store._s.seen == {(1, 1)}
    kiosk.inbound.page(page(decision(kiosk, 1, at_ms=6), epoch=2, after=1, following=2), NONCE)
    assert kiosk.store._s.seen == set()


# ---- a store that fails while a page is read -----------------------------------------------------------------


@pytest.mark.parametrize("failure", [Unavailable("store_failed", reason="locked"), Corrupt("store_damaged")])
def test_a_store_that_fails_costs_no_decision(
    kiosk: Kiosk, failure: KioskError, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.sell()
    item = decision(kiosk, 1)

    def fail(_seq: int, _epoch: int | None = None) -> bytes:
        raise failure

    with monkeypatch.context() as hiccup:
        hiccup.setattr(kiosk.store.journal, "hash_at", fail)
        with pytest.raises(type(failure)):
            kiosk.inbound.page(page(item), NONCE)
    assert (kiosk.store.cursor(), alarm(kiosk)) == (0, "")
    kiosk.inbound.page(page(item), NONCE)
    assert (kiosk.store.cursor(), list(kiosk.store._s.decisions)) == (1, [(1, 1)])


def test_a_page_is_taken_only_where_the_cursor_stands(kiosk: Kiosk) -> None:
    kiosk.sell()
    kiosk.inbound.page(page(following=3), NONCE)
    for after in (0, 2, 4):
        with pytest.raises(Forged, match="other cursor"):
            kiosk.inbound.page(page(decision(kiosk, 1), after=after, following=9), NONCE)
    assert (kiosk.store.cursor(), kiosk.store._s.decisions) == (3, {})


def test_an_envelope_for_another_device_is_no_order(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(order("suspended", device=uuid.UUID(int=1))), NONCE)
    assert (ORDER.kept(kiosk.store, 1), alarm(kiosk)) == (None, "forged 0")

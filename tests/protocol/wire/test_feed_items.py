"""Every kind of the feed: what the centre writes the counter reads, and what is no such item is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.receiving.feed_kinds import HANDLERS
from protocol.strict_json import BadJson
from protocol.texts import Bilingual
from protocol.wire.feed_items import FEED_ITEMS, DecisionItem, FeedItem, FloatItem, KeysetItem, NoticeItem, read_item
from tests.harness.sample_values import sample

HASH = bytes(range(32))
EVERY: list[FeedItem] = [sample(form) for form in FEED_ITEMS.values()]
DECISION = DecisionItem(1, 7, HASH, "id", "approved", 5, "ok", Bilingual("سبب", "why"))


@pytest.mark.parametrize("item", [*EVERY, DECISION, FloatItem(5, None, -3, 2, 1, 7)], ids=repr)
def test_what_is_written_is_read_again(item: FeedItem) -> None:
    members = item.members()
    assert next(iter(members)) == "kind"
    assert read_item(members) == item
    assert read_item(members | {"weather": "of a later centre"}) == item


def forms(of: type[FeedItem]) -> Iterator[type[FeedItem]]:
    for form in of.__subclasses__():
        if "kind" in vars(form):
            yield form
        yield from forms(form)


def test_every_kind_has_one_class_and_one_handler() -> None:
    assert {form.kind for form in forms(FeedItem)} == set(FEED_ITEMS)
    assert set(HANDLERS) == set(FEED_ITEMS.values())


def test_a_kind_of_a_later_centre_is_passed_over() -> None:
    assert read_item({"kind": "weather", "sun": True}) is None


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.kind)
def test_no_member_may_be_missing_but_those_that_say_so(item: FeedItem) -> None:
    members = item.members()
    of_float = {"none", "balance_pt", "warn_pt", "epoch", "seq"} if item.kind == "float" else set()
    needed = set(members) - {"code", "reason", "version"} - of_float
    for name in needed:
        with pytest.raises((KeyError, TypeError)):
            read_item({one: value for one, value in members.items() if one != name})


@pytest.mark.parametrize(
    "bent",
    [
        {"seq": -1}, {"epoch": True}, {"entry_hash": "zz"}, {"entry_hash": HASH.hex().upper()},
        {"id": 7}, {"status": 7}, {"at_ms": None}, {"at_ms": 0.5}, {"reason": "text"}, {"reason": {"ar": 5}},
    ],
)  # fmt: skip
def test_a_member_of_another_type_is_refused(bent: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        read_item(DECISION.members() | bent)


def test_only_envelopes_are_longer_than_a_string_may_be() -> None:
    long = {"payload": "e30=" * 5_000}
    assert read_item(KeysetItem(long).members()) == KeysetItem(long)
    with pytest.raises(BadJson):
        read_item(NoticeItem(Bilingual("ا" * 10_000, "x"), 5).members() | {"document": {}})

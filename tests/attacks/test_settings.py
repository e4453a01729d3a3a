"""Oracle 18: every value that can be published lets a sound shop sell.

Each setting is set to the ends of its range, beyond them, to 0 and below it, through the path that all callers use.
What is outside the range is refused. After each publication a counter with these settings sells once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final

import pytest

from central.documents import publishing, setting_names, settings_trial, shops
from central.documents.setting_names import MEMBERS, Member
from kiosk.core.events import DocumentsChanged
from kiosk.model.service_request import Sale
from kiosk.model.store_changes import PutDocument
from protocol.clock import HOUR_MS
from protocol.documents.settings import Range
from protocol.documents.trust import SETTINGS, payload, seal_object
from protocol.errors import Refused
from tests.attacks import more, tried
from tests.central.conftest import office, postgres, shared, store
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.own_centre import SHOP, OwnCentre
from tests.harness.shop import FEED, Shop

__all__ = ["office", "postgres", "shared", "store"]
pytestmark = pytest.mark.oracle(18)
NOT_SET: Final = ("shop.name.ar", "shop.name.en")
"""A name is kept with the shop and is no part of what is merged."""
LONG: Final = "x" * 300
OTHERS: Final[dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]]] = {
    "shop.methods": (([], ["card", "wallet"]), ("card", ["gold"], [[]], None)),
    "shop.hours": ((None, {}, {"opens": 0, "closes": 24}), ("late", {"opens": 24}, {"closed": [0, 1, 2, 3, 4, 5, 6]})),
    "public_address": (("https://x",), ("", "x", 0, "https://x y")),
    "min_client": (("0", "1.4"), ("1.4.1", "999999", "newest", "")),
    "updates.window": (([0, 0], [24, 24], [0, 24]), ([0], [0, 25], [-1, 3], 0)),
    "updates.ring": (("", "0", "100"), ("101", "-1", "first")),
    "backups.second": (("", "/x", "label:X"), ("x", "label:", 0, "/" + "x" * 200)),
}
"""What fits and what does not, of the settings that are neither a number, a flag nor a line."""
FLAG: Final = ((True, False), (0, 1, "yes", None))
LINE: Final = (("", LONG, "منفذ"), (LONG + "x", "a\nb", 0))


def values_of(path: str, member: Member) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The values of a setting that fit its rule, and those that do not."""
    if isinstance(member.rule, Range):
        least, most = member.rule.least, member.rule.most
        outside = {least - 1, most + 1, -1, *([0] if least > 0 else []), *([-least] if least else [])}
        return (least, most), (*sorted(outside), "x", True, 1.5, None)
    if path in OTHERS:
        return OTHERS[path]
    return {bool: FLAG, str: LINE}[member.plain]


def change_of(path: str, value: Any) -> dict[str, Any]:
    for name in reversed(path.replace("*", "birth-cert").split(".")):
        value = {name: value}
    found: dict[str, Any] = value
    return found


def publish(office: OwnCentre, changes: dict[str, Any]) -> dict[str, Any] | None:
    """What was published; None where it was refused. A limit moves its neighbours where their order requires it."""
    for _ in range(3):
        try:
            with office.store.writing() as session:
                shops.change(office.centre, session, SHOP, {}, changes, "amal")
                envelope = publishing.read(session, "settings", SHOP)
        except Refused as refused:
            if refused.code != "setting_order":
                return None
            value = next(iter(changes["limits"].values()))
            pair = (str(refused.values[which]).rpartition(".")[2] for which in ("lower", "higher"))
            changes = {"limits": dict.fromkeys(pair, value) | changes["limits"]}
        else:
            assert envelope is not None
            return payload(envelope)
    return None


def sale(shop: Shop, number: int) -> Sale:
    """A dear one."""
    values = {**shop.sale().values, "copies": 10}
    return shop.sale(number, values=values, tendered_pt=200_000)


def sells(published: dict[str, Any]) -> str:
    """Why a sound shop with these settings cannot sell; "" where it can. One request waits for the centre."""
    shop = Shop(FakeStore()).ready()
    shop.line.up = True
    shop.counter.desk.record(sale(shop, 1))
    shop.clock.pass_ms(HOUR_MS)
    held = {**published, "version": 2, "shop": {**published["shop"], "id": "shop-1"}}
    shop.counter.journal.write([], [PutDocument("settings", 2, seal_object(SETTINGS, held, FEED))])
    shop.counter.events.publish(DocumentsChanged("settings"))
    try:
        shop.counter.desk.record(sale(shop, 2))
    except Refused as refused:
        return refused.code
    return "" if held["min_client"] in RUNNING else "upgrade"


RUNNING: Final = ("0", "1.3", "1.4")


def faults(office: OwnCentre) -> Iterator[str]:
    """Each value that was published though it is outside its rule, or stops a sound shop."""
    device = office.enrol().chain.device
    office.run("UPDATE device SET heartbeat = ? WHERE id = ?", '{"app":"1.4"}', device)
    for path in sorted(set(MEMBERS) - set(NOT_SET)):
        fit, unfit = values_of(path, MEMBERS[path])
        for value in (*fit, *unfit):
            tried()
            office.run("UPDATE shop SET members = '{}'")
            published = publish(office, change_of(path, value))
            if published is not None and value in unfit and value not in fit:
                yield f"{path}={value!r} was published"
            if published is not None and (why := sells(published)):
                yield f"{path}={value!r} stops: {why}"


def test_each_end_of_each_setting_lets_a_sound_shop_sell_and_what_lies_beyond_is_refused(office: OwnCentre) -> None:
    assert list(faults(office)) == []


def test_ends_of_several_settings_together_let_a_sound_shop_sell(office: OwnCentre) -> None:
    """Whatever the staff set one after the other: what is published lets the shop sell."""
    chance, published = Random(18), 0
    numbers = sorted(path for path, member in MEMBERS.items() if isinstance(member.rule, Range))
    for _ in range(more(40)):
        changes: dict[str, Any] = {}
        for path in chance.sample(numbers, 4):
            rule = MEMBERS[path].rule
            assert isinstance(rule, Range)
            value = chance.choice(
                (rule.least, rule.most, chance.randint(rule.least, min(rule.most, rule.least + 3_000)))
            )
            changes = publishing.merged(changes, change_of(path, value))
        tried()
        try:
            with office.store.writing() as session:
                shops.change(office.centre, session, SHOP, {}, changes, "amal")
                envelope = publishing.read(session, "settings", SHOP)
        except Refused:
            continue
        assert envelope is not None
        published += 1
        assert sells(payload(envelope)) == "", changes
    assert published > 2


@pytest.mark.oracle(18, planted=True)
def test_settings_that_are_published_without_a_trial_are_caught(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_trial, "refuse_stopping", lambda _: None)
    assert "limits.money_soft_percent=1 stops: limit_money" in set(faults(office))


@pytest.mark.oracle(18, planted=True)
def test_a_setting_whose_rule_holds_nothing_is_caught(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    member = MEMBERS["limits.citizen_soft"]
    assert isinstance(member.rule, Range)
    lax = Range(lambda _: True, member.rule.words, member.rule.least, member.rule.most)
    monkeypatch.setitem(setting_names.MEMBERS, "limits.citizen_soft", Member(member.plain, lax))
    assert "limits.citizen_soft=0 was published" in set(faults(office))


@pytest.mark.oracle(18, planted=True)
def test_a_version_that_no_counter_has_is_caught(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_trial, "refuse_unreleased", lambda *_: None)
    assert {"min_client='999999' was published", "min_client='999999' stops: upgrade"} <= set(faults(office))

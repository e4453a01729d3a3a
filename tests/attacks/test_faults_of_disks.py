"""Oracles 11 and 12: every fault of a disk under a running counter, at every act; and what was said of a sale is so."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.model.service_request import Query
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.program.explained import explain
from protocol.texts import LANGUAGES
from storage.opening import Opened
from tests.attacks import more, tried
from tests.attacks.acts import Acts, acts_of
from tests.harness.disk_faults import FAULTS, note_connections
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.shop import OPERATOR, PIN, Shop

HEALED_S: Final = 10.0
_TOLD: Final = {"locked", "io", "read_only", "denied", "cannot_open", "away"}
_NOT_HERE: Final = frozenset({
    "closing.close", "desk.inquire", "evidence.choose", "evidence.device", "events.subscribe", "line.online",
    "line.wake", "neighbours.search", "people.activate", "people.supervise", "journal.turn", "store.close",
    "store.looking", "store.transaction",
})  # fmt: skip
"""What ends the day or the counter, asks the line or a device, or is done once."""


@pytest.fixture(autouse=True)
def _prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    note_connections(monkeypatch)


@dataclass
class Stand:
    """A counter at work on a real folder, and what it has said of each sale."""

    folder: Path
    keystore: FakeKeystore = field(default_factory=FakeKeystore)
    opened: Opened = field(init=False)
    shop: Shop = field(init=False)
    number: int = 0
    saved: set[str] = field(default_factory=set)
    unsaved: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.opened = open_house(self.folder, self.keystore)
        self.shop = Shop(self.opened.store, self.opened.mirror).ready()
        self.sell()

    def sell(self) -> None:
        """A press, and where it fails the look whether it was recorded, as the form does it."""
        self.number += 1
        mine = f"0192f0c1-7c3a-7b1e-8a4d-{self.number:012d}"
        try:
            self.sign_in()
            self.shop.counter.desk.record(self.shop.taken(self.shop.sale_of(self.number)))
        except (Unavailable, Corrupt) as error:
            check_words(error)
            self.unknown.add(mine)
            self.ask()
        else:
            self.saved.add(mine)

    def ask(self) -> None:
        for one in sorted(self.unknown):
            with suppress(Unavailable):
                (self.unsaved if self.opened.store.requests.get(one) is None else self.saved).add(one)
                self.unknown.discard(one)

    def read(self) -> None:
        try:
            found = {row.id for row in self.opened.store.requests.search(Query(limit=-1))}
        except (Unavailable, Corrupt) as error:
            check_words(error)
        else:
            assert self.saved <= found <= self.saved | self.unknown

    def check_after_a_power_cut(self) -> None:
        """Exactly what was said, through the file system only."""
        self.opened.mirror.settle()
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(dir=self.folder.parent)
        copy = Path(tempfile.mkdtemp(dir=self.folder.parent)) / "data"
        shutil.copytree(self.folder, copy)
        keystore = FakeKeystore()
        keystore.values = dict(self.keystore.values)
        again = open_house(copy, keystore)
        found = {row.id for row in again.store.requests.search(Query(limit=-1))}
        again.close()
        shutil.rmtree(copy)
        assert not self.saved - found, "said saved, and lost"
        assert not self.unsaved & found, "said not saved, and there"
        assert found <= self.saved | self.unknown

    def sign_in(self) -> None:
        people = self.shop.counter.people
        login = people.current()
        if login is None or login.locked:
            people.sign_in(OPERATOR, PIN)

    def acts(self) -> Acts:
        """Every public act of every part of the counter and every question to the store that needs only this."""
        found = acts_of(self.shop, self.opened.store)
        return {"desk.sell": self.sell, **{name: act for name, act in found.items() if name not in _NOT_HERE}}


def check_words(error: KioskError) -> None:
    """A fault of the disk is told as one, in both languages, and nothing is said against the data."""
    assert error.code == "disk_full" or error.values.get("reason") in _TOLD, f"told {error}"
    for language in LANGUAGES:
        assert all("{" not in part for part in explain(language, error))


def trouble(act: Callable[[], object]) -> KioskError | None:
    """What of it is the store's fault; what the counter refuses is none."""
    try:
        found = act()
        if isinstance(found, Iterator):
            list(found)
    except (Unavailable, Corrupt) as error:
        return error
    except Refused:
        return None
    return None


def check_liveness(stand: Stand, fault: str, names: Sequence[str]) -> None:
    for name in names:
        stand.sign_in()
        act = stand.acts()[name]
        stand.sell()
        before = trouble(act)
        with FAULTS[fault](stand.folder):
            told = trouble(act)
            if told is not None and repr(told) != repr(before):
                check_words(told)
            stand.sell()
            stand.read()
        began = time.monotonic()
        stand.sign_in()
        after = trouble(act)
        assert repr(after) == repr(before), f"{name} after {fault}"
        stand.sell()
        assert not stand.unknown | stand.unsaved or stand.number in numbers(stand.saved), f"no sale after {fault}"
        stand.read()
        assert time.monotonic() - began < HEALED_S
        stand.ask()
        tried()


def numbers(ids: set[str]) -> set[int]:
    return {int(one[-12:]) for one in ids}


@pytest.mark.oracle(11)
@pytest.mark.parametrize("fault", FAULTS)
def test_once_a_fault_ends_every_act_works_again(fault: str, tmp_path: Path) -> None:
    stand = Stand(tmp_path / "data")
    names = list(stand.acts())
    assert len(names) > 100
    mine = names[list(FAULTS).index(fault) :: max(1, 8 * len(FAULTS) // more(1))]
    check_liveness(stand, fault, ["desk.sell", "desk.requests.get", *mine])
    stand.check_after_a_power_cut()
    stand.opened.close()


@pytest.mark.oracle(11, planted=True)
def test_a_connection_that_is_kept_after_a_fault_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand = Stand(tmp_path / "data")
    monkeypatch.setattr("storage.db.connections.Handle.fail", lambda _handle: None)
    with pytest.raises((AssertionError, Corrupt)):
        check_liveness(stand, "no reading", ["desk.sell", "desk.requests.get"])


# ---- what was said of a sale


STEPS: Final = st.lists(
    st.tuples(st.sampled_from(sorted(FAULTS)), st.lists(st.sampled_from(["sell", "read", "ask"]), max_size=3)),
    min_size=1, max_size=4,
)  # fmt: skip


def go_through(stand: Stand, steps: list[tuple[str, list[str]]]) -> None:
    """What was said holds after each fault, whatever was done while it lasted, on what a power cut would leave."""
    for fault, acts in steps:
        with FAULTS[fault](stand.folder):
            for act in acts:
                getattr(stand, act)()
        stand.sell()
        stand.read()
        stand.ask()
        stand.check_after_a_power_cut()
        tried()


@pytest.mark.oracle(12)
@settings(
    max_examples=more(6), deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=STEPS)
def test_what_was_said_of_a_sale_is_so_after_any_faults(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, list[str]]]
) -> None:
    stand = Stand(tmp_path_factory.mktemp("stand") / "data")
    try:
        go_through(stand, steps)
    finally:
        stand.opened.close()


@pytest.mark.oracle(12)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_said_of_a_sale_is_so_after_each_fault(fault: str, tmp_path: Path) -> None:
    stand = Stand(tmp_path / "data")
    go_through(stand, [(fault, ["sell", "read"]), (fault, [])])
    stand.opened.close()


@pytest.mark.oracle(12, planted=True)
@pytest.mark.parametrize("fault", ["database unlinked", "log unlinked", "log replaced"])
def test_a_store_that_looks_at_no_name_is_caught(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.db.file_identity.FileIdentity.stand", lambda names: (names._mine, (1, 1, 1)))
    stand = Stand(tmp_path / "data")
    with pytest.raises((AssertionError, KioskError)):
        go_through(stand, [(fault, ["sell"])])

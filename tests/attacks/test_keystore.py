"""Whoever sits in the session holds the keystore up, puts an older folder back, and has won nothing by it."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.events import Events
from kiosk.core.system_world import NoMilestones
from kiosk.counter import Counter, Kept
from kiosk.ports.world import World
from protocol.errors import KioskError
from protocol.keys import SeedSigner
from protocol.program.loop import start_thread
from storage.keystore.journal_mirror import KeystoreMirror
from storage.keystore.system_keystore import SystemKeystore
from storage.opening import Opened
from tests.attacks import more, tried
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_pictures import FakePictures, FakeReader
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.keystore_backends import GoodBackend
from tests.harness.keystore_faults import Held
from tests.harness.shop import DEVICE_SEED, OPERATOR, PIN, FakeLine, Shop
from tests.harness.store_on_disk import ROOT, cut_off

STATED: Final = 20
"""Entries with money that may be beyond the mirror, as it stands in `protocol.journal.mirror_lag`."""
SHUT: Final = ("frozen", "locked", "gone", "deaf")
WRONG: Final = "583901"


def code_of(act: Callable[[], object]) -> str:
    """The error's code, or ""."""
    try:
        act()
    except KioskError as error:
        return error.code
    return ""


class Session:
    """A counter and the one who sits before it: sells, guesses, kills, copies the folder, holds the keystore up."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept = GoodBackend()
        self.held = Held(self.kept)
        self.sales: list[int] = []
        """The numbers of the journal that stand on receipts."""
        self.answered = 0
        self.copies: list[tuple[Path, int, int]] = []
        self._lives: list[Opened] = []
        opened = self._open(root / "0")
        opened.secrets.put_signing_seed(1, DEVICE_SEED)
        self.shop = Shop(opened.store, opened.mirror).ready()
        self.counter = self.shop.counter

    def _open(self, folder: Path) -> Opened:
        keystore = SystemKeystore(choose=lambda: self.held, timeout_s=0.2)
        self._lives.append(open_house(folder, keystore))
        self.folder = folder
        return self._lives[-1]

    def sell(self, most: int = 1) -> str:
        """Until it is refused; why, or ""."""
        for _ in range(most):
            sale = self.shop.sale_of(len(self.sales) + 1)
            why = code_of(lambda sale=sale: self.sales.append(self.counter.desk.record(sale).request.seq))  # type: ignore[misc]
            if why:
                return why
        return ""

    def guess(self) -> str:
        why = code_of(lambda: self.counter.people.sign_in(OPERATOR, WRONG))
        self.answered += why == "pin_wrong"
        return why

    def copy(self) -> None:
        to = cut_off(self.folder, self.root / f"copy-{len(self.copies)}")
        self.copies.append((to, len(self.sales), self.answered))

    def kill(self) -> None:
        """It ends as by a power cut and starts anew: under a keystore that is shut it would not start."""
        fault, self.held.fault = self.held.fault, "none"
        opened = self._open(cut_off(self.folder, self.root / f"{len(self._lives)}"))
        world = World(FakeClock(), SeededRandomness(len(self._lives)), NoMilestones(), start_thread)
        kept = Kept(opened.store, opened.mirror, SeedSigner(DEVICE_SEED), bytes(32), FakePictures(), FakeReader())
        self.counter = Counter(world, kept, Events(), lambda _: FakeLine())
        self.counter.people.sign_in(OPERATOR, PIN)
        self.held.fault = fault

    def beyond(self) -> int:
        """How many receipts the keystore does not know of."""
        [text] = [value for (_, name), value in self.kept.kept.items() if name.endswith("/mirror")] or [""]
        seq = int.from_bytes(base64.b64decode(text)[4:12]) if text else 0
        return sum(sale > seq for sale in self.sales)

    def put_back(self, older: Path) -> str:
        """Why it does not open, or ""; the keystore is as it was afterwards."""
        self.held.fault, before = "none", copy.deepcopy(self.kept.kept)
        try:
            return code_of(lambda: self._open(cut_off(older, older.with_name(f"{older.name}-opened"))))
        finally:
            self.kept.kept = before

    def end(self) -> None:
        self.held.fault = "locked"
        for one in self._lives:
            with suppress(KioskError):  # it may say that the keystore is locked
                one.close()


@contextmanager
def session() -> Iterator[Session]:
    with TemporaryDirectory(prefix="manfaz-") as root:
        made = Session(Path(root))
        try:
            yield made
        finally:
            made.end()


def caught_up(one: Session) -> bool:
    until = time.monotonic() + 10
    while one.beyond() and time.monotonic() < until:
        time.sleep(0.02)
    return not one.beyond()


def violations(one: Session) -> Iterator[str]:
    """What a copy put back has hidden beyond what is stated. All that ran has been killed by then."""
    for folder, sold, answered in one.copies:
        lost = len(one.sales) - sold
        if one.put_back(folder) == "" and (lost > STATED or one.answered > answered):
            yield f"{lost} sales and {one.answered - answered} guesses are forgotten"


# ---- the finding


@pytest.mark.oracle(5)
@pytest.mark.parametrize("fault", SHUT)
def test_a_keystore_that_is_held_up_hides_no_more_than_twenty_sales(fault: str) -> None:
    with session() as one:
        one.sell()
        assert caught_up(one)
        one.copy()
        one.held.fault = fault
        why = one.sell(STATED + 10)
        assert one.beyond() <= STATED
        assert why == "mirror_late"
        one.held.fault = "none"
        assert code_of(lambda: one.sell(STATED)) == "", "once it answers, all goes on without a restart"
        assert caught_up(one)
        assert one.put_back(one.copies[0][0]) == "rolled_back"
        tried()


@pytest.mark.oracle(5)
@pytest.mark.parametrize("fault", SHUT)
def test_a_guess_that_the_keystore_has_not_heard_of_is_not_answered(fault: str) -> None:
    with session() as one:
        one.counter.people.lock()
        one.held.fault = fault
        right = code_of(lambda: one.counter.people.unlock(PIN))
        assert (one.guess()[:8], right[:8]) == ("keystore", "keystore"), "neither tells whether it was right"
        one.held.fault = "none"
        assert code_of(lambda: one.counter.people.unlock(PIN)) == "", "nor does it cost a try"
        tried()


@pytest.mark.oracle(5)
def test_a_wrong_guess_is_remembered_before_it_is_answered() -> None:
    with session() as one:
        one.copy()
        assert one.guess() == "pin_wrong"
        assert one.put_back(one.copies[0][0]) == "rolled_back"
        tried()


@pytest.mark.oracle(5)
def test_a_mirror_that_was_taken_away_is_missed() -> None:
    with session() as one:
        one.sell()
        one.copy()
        one.sell()
        assert caught_up(one)
        for name in [name for name in one.kept.kept if name[1].endswith("/mirror")]:
            del one.kept.kept[name]
        assert one.put_back(one.copies[0][0]) == "mirror_gone"
        tried()


@pytest.mark.oracle(5)
@pytest.mark.slow
@pytest.mark.keystore
def test_a_real_keystore_that_is_frozen_holds_up_neither_a_sale_nor_the_end() -> None:
    # With one of its own: other tests want theirs awake.
    done = subprocess.run(
        ["tests/with_keystore.sh", sys.executable, "-m", "tests.attacks.frozen"], cwd=ROOT, capture_output=True,
        text=True, check=True, timeout=100,
    )  # fmt: skip
    taken, why, answer, write_s, answer_s, end_s = json.loads(done.stdout.splitlines()[-1])
    assert (taken <= STATED, why, answer) == (True, "mirror_late", "keystore_silent")
    assert (write_s < 5, answer_s < 15, end_s < 30) == (True, True, True), (write_s, answer_s, end_s)
    tried()


# ---- all of it, in any order

STEPS: Final = st.one_of(
    st.sampled_from([("fault", fault) for fault in ("none", *SHUT, "slow")]),
    st.tuples(st.just("sell"), st.sampled_from([1, 3, STATED, STATED + 5])),
    st.sampled_from([("guess", 0), ("copy", 0), ("kill", 0)]),
)


def play(one: Session, steps: list[tuple[str, str | int]]) -> None:
    """Raises AssertionError where a sale goes too far beyond the mirror, or a copy put back hides too much."""
    for name, how in steps:
        if name == "fault":
            one.held.fault = str(how)
        elif name == "sell":
            one.sell(int(how))
        else:
            getattr(one, name)()
        assert one.beyond() <= STATED, (name, how)
    assert list(violations(one)) == []


@pytest.mark.oracle(5)
def test_nothing_that_a_session_can_do_to_its_keystore_hides_more_than_is_stated() -> None:
    @settings(max_examples=more(4))
    @given(st.lists(STEPS, min_size=4, max_size=8))
    def attack(steps: list[tuple[str, str | int]]) -> None:
        with session() as one:
            play(one, steps)
        tried()

    attack()


@pytest.mark.oracle(5, planted=True)
@pytest.mark.parametrize(
    ("cure", "steps"),
    [
        ("allow", [("fault", "frozen"), ("sell", STATED + 5)]),
        ("settle", [("copy", 0), ("fault", "locked"), ("guess", 0)]),
    ],
)
def test_without_its_cure_it_is_found(
    monkeypatch: pytest.MonkeyPatch, cure: str, steps: list[tuple[str, str | int]]
) -> None:
    monkeypatch.setattr(KeystoreMirror, cure, lambda *_: None)
    with session() as one, pytest.raises(AssertionError):
        play(one, steps)
    tried()

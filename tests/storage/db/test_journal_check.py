"""The whole check gives way to whoever comes back, wherever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol.errors import Unavailable
from storage.db import journal_check
from storage.opening import Opened
from tests.harness.enrolled_store import enrolled, sell
from tests.harness.fakes.fake_keystore import FakeKeystore


class Patience:
    """Goes on `times` times, then no more."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked <= self.times


@pytest.fixture
def opened(folder: Path, keystore: FakeKeystore) -> Opened:
    found = enrolled(folder, keystore)
    for _ in range(30):
        sell(found.store)
    return found


def test_a_whole_check_asks_often_and_answers_with_the_entries(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_check, "STEPS", 1)
    patience = Patience(10**9)
    assert opened.check(patience) == 30
    assert patience.asked > 60  # in the pages too, not only once for each entry
    opened.close()


@pytest.mark.parametrize("times", [0, 1, 3, 10])
def test_it_breaks_off_wherever_it_is(opened: Opened, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(journal_check, "STEPS", 1)
    patience = Patience(times)
    assert opened.check(patience) is None
    assert patience.asked <= times + 3
    assert opened.check() == 30  # the connection is as good as before
    opened.close()


def test_it_breaks_off_in_the_middle_of_the_chain(opened: Opened) -> None:
    patience = Patience(12)
    assert opened.check(patience) is None
    assert opened.check() == 30
    opened.close()


def test_a_disk_in_trouble_is_no_breaking_off(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(journal_check, "check_all", fail)
    with pytest.raises(Unavailable, match="store_failed"):
        opened.check()
    opened.close()

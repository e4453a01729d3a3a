"""When a backup is made by itself, where, and what is known of it afterwards."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.core.events import SessionChanged, SyncChanged
from kiosk.model.store_changes import CloseDay, PutFact
from kiosk.upkeep.backup.backup_maker import BackupMaker, Last, Parts
from kiosk.upkeep.backup.backup_progress import BackupProgress
from kiosk.upkeep.backup.backup_schedule import AGAIN_MS, EVERY_MS, QUIET_MS, BackupSchedule
from protocol.errors import Unavailable
from storage.backup.backup_files import Cover
from storage.backup.second_place import SecondPlaces
from storage.disk.slow_place import SlowPlace
from tests.harness.fakes.fake_backups import Disks, Shelf
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.shop import Shop
from tests.harness.store_on_disk import refuses

STICK = Path("/media/stick/manfaz").absolute()


class House:
    def __init__(self) -> None:
        self.shop = Shop(FakeStore())
        self.shelf, self.disks = Shelf(self.shop.store), Disks()
        office = self.shop.counter.context
        parts = Parts(self.shelf, Cover, self.disks, Path("/data"), "0.3.0")
        self.backups = BackupMaker(parts, self.shop.store, office.in_force, self.shop.world, office.journal.write)
        self.keeper = BackupSchedule(self.backups, office, self.shop.counter.people)

    @property
    def made(self) -> int:
        return len(self.shelf.standing(self.backups.here))

    def quiet(self) -> None:
        self.shop.clock.pass_ms(QUIET_MS)

    def entry(self) -> None:
        """Something more in the journal."""
        self.shop.counter.people.sign_out()
        self.shop.counter.people.sign_in("0192f0c1-7c3a-7b1e-8a4d-0000000000a1", "194027")
        self.shop.counter.people.sign_out()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def working(house: House) -> House:
    """The day is open and one has been made."""
    house.shop.ready()
    house.keeper.now()
    return house


# ---- one of them


def test_what_counts_is_remembered(house: House) -> None:
    made = house.backups.local(lambda: True, lambda *_: None)
    last = house.backups.last()
    assert last == Last(NOON_MS, str(house.backups.here), made.entries, made.epoch, made.seq)
    assert house.backups.fault() is None
    assert house.shelf.pruned == [house.backups.here]
    assert len(made.sealed) == 80


def test_what_failed_is_remembered_beside_what_counts(house: House) -> None:
    house.backups.local(lambda: True, lambda *_: None)
    house.shelf.broken = Unavailable("backup_full", need_mb=16, place="x")
    house.shop.clock.pass_ms(5)
    refuses("backup_full", lambda: house.backups.local(lambda: True, lambda *_: None))
    assert house.backups.fault() == (NOON_MS + 5, "backup_full")
    last = house.backups.last()
    assert last is not None
    assert last.at_ms == NOON_MS


def test_the_second_place_is_chosen_once_and_known_by_its_mark(house: House) -> None:
    refuses("backup_nowhere", lambda: house.backups.second(lambda: True, lambda *_: None))
    assert (house.backups.second_place.path(), house.backups.second_place.plugged()) == (None, False)
    assert house.backups.second_place.choose(f" {STICK} ") == STICK
    mark = house.disks.marks[STICK]
    house.backups.second_place.choose(str(STICK))
    assert house.disks.marks[STICK] == mark, "a stick keeps its mark"
    assert (house.backups.second_place.path(), house.backups.second_place.plugged()) == (STICK, True)
    made = house.backups.second(lambda: True, lambda *_: None)
    assert house.shelf.standing(STICK) == [made] == house.shelf.standing(house.backups.here)
    again = house.backups.second(lambda: True, lambda *_: None)
    assert (again, len(house.shelf.standing(STICK))) == (made, 1), "what is there is not carried twice"


def test_another_stick_under_the_same_path_is_not_taken_for_it(house: House) -> None:
    house.backups.second_place.choose(str(STICK))
    house.disks.marks[STICK] = "another"
    refuses("backup_away", lambda: house.backups.second(lambda: True, lambda *_: None))
    del house.disks.marks[STICK]
    refuses("backup_away", lambda: house.backups.second(lambda: True, lambda *_: None))


@pytest.mark.parametrize("text", ["", "  ", "stick", "../stick"])
def test_a_place_is_a_whole_path(house: House, text: str) -> None:
    refuses("backup_path", lambda: house.backups.second_place.choose(text))


def test_the_same_disk_is_no_second_place(house: House) -> None:
    house.disks.same.add(STICK)
    refuses("backup_same_disk", lambda: house.backups.second_place.choose(str(STICK)))


def test_a_place_that_is_full_is_not_called_pulled_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("starter.files.os.fsync", no_room)
    refuses("backup_full", lambda: SecondPlaces(tmp_path).put_mark(tmp_path / "stick", "a mark"))


def test_places_on_a_real_disk(tmp_path: Path) -> None:
    places = SecondPlaces(tmp_path)
    assert places.mark(tmp_path / "stick") is None
    places.put_mark(tmp_path / "stick", "a mark")
    assert places.mark(tmp_path / "stick") == "a mark"
    assert places.same_disk(tmp_path / "stick" / "not" / "yet")
    (tmp_path / "file").write_bytes(b"")
    refuses("backup_place", lambda: places.put_mark(tmp_path / "file" / "x", "m"))
    assert not SecondPlaces(tmp_path / "none").same_disk(tmp_path)
    assert places.same_disk(Path("/proc/self")) == ((tmp_path.stat().st_dev) == Path("/proc/self").stat().st_dev)


def test_a_share_that_does_not_answer_is_not_there_and_holds_nobody_twice(tmp_path: Path) -> None:
    answers, began = threading.Event(), threading.Semaphore(0)

    def hang() -> str:
        began.release()
        answers.wait()
        return "late"

    patience = SlowPlace(0)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            patience.ask("share", hang)
    assert began.acquire(timeout=30)
    assert not began.acquire(blocking=False), "one thread is left behind, however often it is asked"
    places = SecondPlaces(tmp_path, patience)
    share = Path("share")
    assert places.mark(share) is None
    for call in (lambda: places.put_mark(share, "m"), lambda: places.same_disk(share)):
        refuses("backup_place", call)
    with pytest.raises(TimeoutError):
        patience.ask("label:SHOP", hang)
    assert places.labelled("SHOP") is None
    left = [thread for thread in threading.enumerate() if thread.name == "place"]
    answers.set()
    for thread in left:
        thread.join()
    assert SlowPlace().ask("share", lambda: "there") == "there"


# ---- by themselves


def test_the_first_one_is_made_when_nobody_works(house: House) -> None:
    house.keeper.step()
    assert house.made == 0
    house.quiet()
    house.keeper.step()
    house.keeper.step()
    assert house.made == 1, "and no second one of the same"


def test_after_the_close_of_a_day_one_is_made_though_somebody_is_signed_in(working: House) -> None:
    shop = working.shop
    day = shop.store.days.open_day()
    assert day is not None
    working.keeper.step()
    assert working.made == 1
    shop.clock.pass_ms(1)
    shop.counter.people.lock()
    seq = shop.store.journal.tail().chain.seq
    shop.store.commit([], [CloseDay(day.key, shop.clock.wall_ms(), closed_seq=seq)])
    shop.counter.people.unlock("194027")
    working.keeper.step()
    assert working.made == 2
    assert working.shelf.asked[-1]


def test_a_close_of_an_earlier_epoch_is_none_of_this_one(working: House) -> None:
    shop = working.shop
    day = shop.store.days.open_day()
    assert day is not None
    shop.counter.people.lock()
    shop.store.commit([], [CloseDay(day.key, shop.clock.wall_ms() - 1, closed_seq=900)])
    working.keeper.step()
    assert working.made == 1


@pytest.mark.parametrize(("passed_ms", "made"), [(EVERY_MS - 1, 1), (EVERY_MS, 2), (-5, 2)])
def test_some_hours_later_what_is_new_is_backed_up(working: House, passed_ms: int, made: int) -> None:
    working.entry()
    working.shop.clock.wall += passed_ms
    working.shop.clock.mono += QUIET_MS
    working.keeper.step()
    assert working.made == made


def test_nothing_new_makes_no_backup(working: House) -> None:
    working.shop.counter.people.sign_out()
    working.keeper.now()
    made = working.made
    working.shop.clock.pass_ms(9 * EVERY_MS)
    working.keeper.step()
    assert working.made == made


def test_a_stick_that_comes_gets_the_newest(working: House) -> None:
    working.backups.second_place.choose(str(STICK))
    mark = working.disks.marks.pop(STICK)
    working.keeper.step()
    assert working.shelf.standing(STICK) == []
    working.disks.marks[STICK] = mark
    working.keeper.step()
    working.keeper.step()
    assert len(working.shelf.standing(STICK)) == 1


def test_what_fails_is_tried_again_later(house: House) -> None:
    house.quiet()
    house.shelf.broken = Unavailable("backup_full", need_mb=16, place="x")
    house.keeper.step()
    house.shelf.broken = None
    house.keeper.step()
    assert house.made == 0
    house.shop.clock.pass_ms(AGAIN_MS)
    house.keeper.step()
    assert house.made == 1


def test_while_somebody_works_it_gives_way(working: House, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(working.keeper, "give_way", waits.append)
    assert working.keeper._gently()
    assert len(waits) == 1
    working.shop.counter.people.lock()
    assert working.keeper._gently()
    assert len(waits) == 1


# ---- asked for


def test_now_makes_both_and_tells_how_far(working: House) -> None:
    working.backups.second_place.choose(str(STICK))
    shown: list[BackupProgress] = []
    working.shelf.during = lambda: shown.append(working.keeper.progress())
    working.entry()
    working.keeper.now()
    assert shown == [BackupProgress(True, "local", 1, 2), BackupProgress(True, "second", 1, 2)]
    assert working.keeper.progress() == BackupProgress()


def test_it_can_be_called_off(working: House) -> None:
    working.shelf.during = working.keeper.cancel
    working.backups.second_place.choose(str(STICK))
    refuses("backup_stopped", working.keeper.now)
    assert working.shelf.standing(STICK) == []
    working.shelf.during = lambda: None
    working.entry()
    working.keeper.now()
    assert len(working.shelf.standing(STICK)) == 1, "the next one is not called off"


def start(name: str, run: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    return thread


def test_it_runs_on_a_thread_until_it_is_stopped(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.quiet()
    made = threading.Event()

    def during() -> None:
        made.set()
        raise ValueError("محمد")

    house.shelf.during = during
    house.keeper.start(start)
    assert made.wait(30)
    house.keeper.stop()
    assert "ValueError" in caplog.text
    assert "محمد" not in caplog.text, "a bug's words may be a citizen's"
    refuses("backup_stopped", house.keeper.now)


def test_the_updaters_backup_waits_for_the_keepers(house: House) -> None:
    """Both are due a minute after the close of a day, and lie in one place: each would sweep the other's half copy."""
    inside, asked, under_way, most = threading.Event(), threading.Event(), [0], [0]

    def during() -> None:
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        inside.set()
        assert asked.wait(30)
        under_way[0] -= 1

    def make() -> None:
        house.backups.local(lambda: True, lambda *_: None)

    house.shelf.during = during
    first = start("keeper", make)
    assert inside.wait(30)
    inside.clear()
    second = start("updater", make)
    assert not house.backups._making.acquire(blocking=False)
    asked.set()
    for thread in (first, second):
        thread.join()
    assert (most, house.made) == ([1], 2)


def test_the_end_of_the_program_does_not_wait_for_a_share_that_hangs(house: House) -> None:
    hangs, answers = threading.Event(), threading.Event()

    def during() -> None:
        hangs.set()
        answers.wait()

    house.quiet()
    house.shelf.during = during
    keeper = BackupSchedule(house.backups, house.shop.counter.context, house.shop.counter.people, longest_s=0)
    left: list[threading.Thread] = []

    def kept(name: str, run: Callable[[], None]) -> threading.Thread:
        left.append(start(name, run))
        return left[0]

    house.quiet()
    keeper.start(kept)
    assert hangs.wait(30)
    keeper.stop()
    assert left[0].is_alive()
    answers.set()
    left[0].join()


def test_stopping_what_never_began(house: House) -> None:
    house.keeper.stop()
    house.keeper.run()
    assert house.made == 0


def test_other_news_do_not_count_as_somebody_working(house: House) -> None:
    house.quiet()
    house.shop.counter.context.events.publish(SyncChanged())
    house.keeper.step()
    assert house.made == 1
    house.shop.counter.context.events.publish(SessionChanged())
    house.shop.store.commit([], [PutFact("backup", b"")])
    house.keeper.step()
    assert house.made == 1

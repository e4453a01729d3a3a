"""An update step by step: what it waits for, what it survives, and that it never stands in the way."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.upkeep.updates.update_standing import status_text
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Corrupt, Refused, Unavailable
from starter import pointer
from starter.lock import ProgramLock
from starter.pointer import Pointer
from tests.harness.update_world import NEW, Counter


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def at(counter: Counter, phase: str) -> None:
    """Bring it to that phase, whole."""
    counter.shelf.whole.add("0.2.0")
    found = Pointer("", "", "0.2.0", 0, NEW.sha256, phase, 700 if phase in {"WAITING", "SAVED"} else 0)
    pointer.write(counter.data, found)


def test_from_a_release_to_the_flip_without_anybody(counter: Counter) -> None:
    seen = [counter.steps() for _ in range(4)]
    assert seen == ["DOWNLOADING", "STAGED", "WAITING", "TRIAL"]
    assert counter.pointer() == Pointer("0.2.0", "", "0.2.0", 0, NEW.sha256, "TRIAL", 700)
    assert counter.shelf.asked == [
        "tidy", "newest", "make_room", "fetch", "unpack", "rehearse", "newest", "make_room", "back_up", "restart",
    ]  # fmt: skip
    kept = counter.standing()
    assert (kept.phase, kept.version, kept.month, kept.month_bytes) == ("TRIAL", "0.2.0", "2026-11", 1000)
    assert counter.steps(3) == "TRIAL"
    assert counter.shelf.asked[-1] == "restart", "once flipped it does nothing more"


def test_the_new_version_at_work_says_so_and_lets_go_of_the_oldest(counter: Counter) -> None:
    pointer.write(counter.data, Pointer("0.2.0", "", "", 0, NEW.sha256, "COMMITTED", 700))
    counter.begin("0.2.0", "0.2.0")
    counter.notes.put(reverted="0.1.9", phase="TRIAL", trouble="disk_full")
    assert counter.steps() == "COMMITTED"
    kept = counter.standing()
    assert (kept.phase, kept.version, kept.reverted, kept.trouble) == ("COMMITTED", "0.2.0", "", "")
    assert counter.shelf.asked == ["tidy", "newest"]
    counter.clock.pass_ms(DAY_MS + HOUR_MS)
    counter.steps(2)
    assert counter.shelf.asked == ["tidy", "newest", "newest"], "what it already is, it does not take"


def test_an_undone_release_is_told_and_never_taken_again(counter: Counter) -> None:
    counter.shelf.refused.add(NEW.sha256)
    pointer.write(counter.data, Pointer("", "", "0.2.0", 0, NEW.sha256, "REVERTED"))
    assert counter.steps(3) == "REVERTED"
    assert (counter.standing().reverted, counter.standing().phase) == ("0.2.0", "REVERTED")
    counter.shelf.release = replace(NEW, version="0.3.0", sha256="cd" * 32)
    counter.clock.pass_ms(DAY_MS + HOUR_MS)
    assert counter.steps() == "DOWNLOADING"
    assert counter.standing().reverted == "0.2.0", "until a good one has come"


@pytest.mark.parametrize("phase", ["REVERTED", "IDLE"])
def test_an_undone_release_is_forgotten_once_setup_has_brought_as_much(counter: Counter, phase: str) -> None:
    """The doctor and the centre would speak of it for ever."""
    pointer.write(counter.data, Pointer("", "", "0.2.0" if phase == "REVERTED" else "", 0, NEW.sha256, phase))
    counter.begin("", "0.2.0")
    counter.notes.put(reverted="0.2.0", crashed=True, phase=phase)
    counter.steps()
    kept = counter.standing()
    assert (kept.reverted, kept.crashed) == ("", False)


def test_releases_are_looked_for_once_a_day_and_in_the_window(counter: Counter) -> None:
    counter.shelf.release, counter.hour.open = None, False
    counter.steps(3)
    assert counter.shelf.asked == ["tidy"]
    counter.hour.open = True
    counter.steps(30)
    assert counter.shelf.asked == ["tidy", "newest"]
    counter.clock.pass_ms(DAY_MS + HOUR_MS)
    counter.steps()
    assert counter.shelf.asked.count("newest") == 2
    counter.clock.wall -= 400 * DAY_MS  # the battery of the board is empty: 2025
    counter.steps()
    assert counter.shelf.asked.count("newest") == 3
    assert counter.standing().metadata_ms == counter.clock.wall


@pytest.mark.parametrize(
    ("release", "status_text"),
    [
        (replace(NEW, version="0.1.0"), ""), (replace(NEW, version="0.0.9"), ""), (None, ""),
        (replace(NEW, needs_runtime="r2"), "0.2.0"), (replace(NEW, min_schema="0011"), "0.2.0"),
    ],
)  # fmt: skip
def test_what_is_not_for_this_machine_is_left(counter: Counter, release: object, status_text: str) -> None:
    counter.shelf.release = release  # type: ignore[assignment]
    assert counter.steps(2) == ""
    assert counter.standing().needs_setup == status_text


@pytest.mark.parametrize(("version", "status_text"), [("0.2.0", ""), ("0.1.5", "0.2.0")])
def test_what_setup_has_brought_needs_none_any_more(counter: Counter, version: str, status_text: str) -> None:
    """It is installed, and no line is there to ask: the counter does not go on asking for it."""
    counter.shelf.release = replace(NEW, needs_runtime="r2")
    counter.steps(2)
    assert counter.standing().needs_setup == "0.2.0"
    counter.hour.open = False
    counter.begin(version=version)
    counter.steps()
    assert counter.standing().needs_setup == status_text


def test_one_that_is_overtaken_while_it_does_not_come_gives_way(counter: Counter) -> None:
    """Its archive is gone from the centre: without a new look the program would ask for it until it is started anew."""
    counter.fail("fetch", Unavailable("update_unreachable"))
    assert counter.steps(2) == "DOWNLOADING"
    counter.shelf.release = replace(NEW, version="0.3.0", sha256="cd" * 32)
    counter.clock.pass_ms(HOUR_MS)
    counter.steps(3)
    assert counter.pointer().trial == "0.3.0"


def test_a_working_copy_without_a_runtime_takes_any(counter: Counter) -> None:
    counter.shelf.release = replace(NEW, needs_runtime="r9")
    counter.updating._installed = replace(counter.updating._installed, runtime="")
    assert counter.steps(2) == "STAGED"


# ---- nothing stands in the way


@pytest.mark.parametrize("code", ["update_unreachable", "update_expired", "disk_full"])
@pytest.mark.parametrize(("what", "phase"), [("newest", "IDLE"), ("fetch", "DOWNLOADING"), ("rehearse", "STAGED")])
def test_what_is_in_the_way_is_said_and_tried_again_later(counter: Counter, what: str, phase: str, code: str) -> None:
    if phase != "IDLE":
        at(counter, phase)
    for fails, pause_ms in enumerate((5, 10, 20), 1):
        counter.clock.pass_ms(DAY_MS)
        counter.fail(what, Unavailable(code))
        counter.steps()
        assert counter.standing().trouble == ("update_full" if code == "disk_full" else code)
        tries = counter.shelf.asked.count(what)
        assert tries == fails
        counter.clock.pass_ms(pause_ms * 60_000 - 120_000)
        counter.steps()
        assert counter.shelf.asked.count(what) == tries, "not before its time"
    counter.clock.pass_ms(DAY_MS)
    counter.steps()
    assert counter.standing().trouble == ""


def test_the_pause_grows_to_six_hours_and_no_further(counter: Counter) -> None:
    for _ in range(15):
        counter.fail("newest", Unavailable("update_unreachable"))
        counter.clock.pass_ms(6 * HOUR_MS)
        counter.steps()
    assert counter.shelf.asked.count("newest") == 15


def test_forged_word_is_not_believed_and_not_quarantined(counter: Counter) -> None:
    counter.fail("newest", Corrupt("update_forged", what="metadata", why="older"))
    assert counter.steps() == ""
    assert counter.standing().trouble == "update_forged"
    assert counter.shelf.refused == set()


@pytest.mark.parametrize(("what", "phase"), [("unpack", "DOWNLOADING"), ("rehearse", "STAGED")])
def test_a_release_that_cannot_be_right_is_given_up_for_good(counter: Counter, what: str, phase: str) -> None:
    at(counter, phase)
    counter.fail(what, Corrupt("update_broken" if what == "unpack" else "update_unfit", version="0.2.0"))
    assert counter.steps() == "REVERTED"
    assert counter.shelf.refused == {NEW.sha256}
    kept = counter.standing()
    assert (kept.reverted, kept.phase, kept.trouble) == ("0.2.0", "REVERTED", counter.standing().trouble)
    assert kept.trouble in {"update_broken", "update_unfit"}
    counter.clock.pass_ms(2 * DAY_MS)
    assert counter.steps(3) == "REVERTED"
    assert "fetch" not in counter.shelf.asked[-3:]


def test_an_archive_for_another_runtime_than_its_metadata_says_is_broken(counter: Counter) -> None:
    at(counter, "DOWNLOADING")
    counter.shelf.needs = "r2"
    assert counter.steps() == "REVERTED"


def test_a_disk_that_cannot_keep_what_is_in_the_way_is_no_end(counter: Counter) -> None:
    at(counter, "DOWNLOADING")
    counter.fail("unpack", Corrupt("update_broken", version="0.2.0"))
    counter.fail("refuse", Unavailable("disk_full"))
    assert counter.steps() == "DOWNLOADING"
    counter.clock.pass_ms(HOUR_MS)
    assert counter.steps() == "STAGED"


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "update_full"), (errno.EIO, "store_failed")])
def test_a_pointer_that_cannot_be_written_leaves_the_old_one(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no")

    at(counter, "WAITING")
    with monkeypatch.context() as patch:
        patch.setattr(pointer, "write", refuse)
        counter.steps()
    assert counter.standing().trouble == code
    assert counter.steps(10) == "TRIAL"


def test_two_updaters_do_not_work_at_once(counter: Counter) -> None:
    with ProgramLock(counter.data):
        assert counter.steps(3) == ""
    assert counter.shelf.asked == []
    assert counter.steps() == "DOWNLOADING"


def test_what_is_not_changed_is_not_written(counter: Counter) -> None:
    counter.hour.flips = False
    counter.steps(4)
    before = counter.writes
    counter.steps(50)
    assert counter.writes == before


# ---- never while somebody is served


def test_nothing_is_unpacked_or_tried_while_somebody_works(counter: Counter) -> None:
    counter.hour.rests = False
    assert counter.steps(5) == "DOWNLOADING"
    assert "unpack" not in counter.shelf.asked
    counter.hour.rests = True
    assert counter.steps() == "STAGED"
    counter.hour.rests = False
    assert counter.steps(5) == "STAGED"


def test_it_waits_for_a_quiet_hour_however_long(counter: Counter) -> None:
    counter.hour.flips = False
    counter.steps(4)
    since = counter.standing().since_ms
    counter.clock.pass_ms(40 * DAY_MS)
    assert counter.steps(3) == "WAITING"
    assert counter.standing().since_ms == since
    assert "back_up" not in counter.shelf.asked


def test_whoever_comes_during_the_backup_is_served_first(counter: Counter) -> None:
    at(counter, "WAITING")
    back_up = counter.shelf.back_up

    def come(go_on: object) -> None:
        counter.hour.flips = False
        back_up(go_on)  # type: ignore[arg-type]

    counter.shelf.back_up = come  # type: ignore[method-assign]
    counter.begin()
    assert counter.steps() == "WAITING"
    assert "restart" not in counter.shelf.asked


@pytest.mark.parametrize("what", ["back_up", "make_room"])
def test_without_a_verified_backup_there_is_no_flip(counter: Counter, what: str) -> None:
    at(counter, "WAITING")
    counter.fail(what, Unavailable("backup_failed" if what == "back_up" else "disk_full"))
    assert counter.steps() == "WAITING"
    assert counter.pointer().current == ""
    assert counter.standing().trouble in {"backup_failed", "update_full"}
    assert "restart" not in counter.shelf.asked
    assert counter.steps(8) == "TRIAL"


def test_a_person_who_asks_waits_for_no_window_cap_or_quiet_hour(counter: Counter) -> None:
    counter.hour.open = counter.hour.rests = counter.hour.flips = False
    counter.hour.cap_bytes = 1
    counter.steps(3)
    counter.updating.ask()
    assert counter.steps(4) == "TRIAL"


def test_a_person_who_asks_in_vain_is_told_and_it_is_over(counter: Counter) -> None:
    counter.shelf.release = None
    counter.updating.ask()
    counter.steps(5)
    assert counter.shelf.asked.count("newest") == 1


def test_the_cap_of_a_metered_line_holds_and_a_broken_fetch_counts_once(counter: Counter) -> None:
    counter.hour.cap_bytes = 2500
    counter.steps()
    counter.fail("fetch", Unavailable("update_paused"))
    counter.steps()
    assert counter.standing().month_bytes == 1000
    counter.clock.pass_ms(HOUR_MS)
    assert counter.steps() == "STAGED"
    assert counter.standing().month_bytes == 1000
    counter.shelf.release = replace(NEW, version="0.3.0", sha256="cd" * 32, length=2000, name="app-0.3.0.tar.zst")
    pointer.write(counter.data, Pointer("", "", "0.3.0", 0, "cd" * 32, "DOWNLOADING"))
    counter.begin()
    counter.steps()
    assert counter.standing().trouble == "update_cap"
    assert counter.shelf.asked.count("fetch") == 2
    counter.notes.put(month="2026-10")
    counter.clock.pass_ms(HOUR_MS)
    assert counter.steps() == "STAGED"


def test_a_fetch_is_left_when_the_window_closes(counter: Counter) -> None:
    at(counter, "DOWNLOADING")
    counter.hour.open = False
    assert counter.steps(3) == "DOWNLOADING"
    assert counter.shelf.asked == []


def test_a_release_that_was_halted_or_overtaken_meanwhile_is_dropped(counter: Counter) -> None:
    counter.steps()
    counter.begin()
    counter.shelf.release = replace(NEW, version="0.3.0", sha256="cd" * 32)
    assert counter.steps() == "IDLE"
    assert counter.steps() == "DOWNLOADING"
    assert counter.pointer().trial == "0.3.0"
    counter.begin()
    counter.shelf.release = None
    assert counter.steps() == "IDLE"


def test_a_release_that_was_halted_while_it_waited_is_not_gone_over_to(counter: Counter) -> None:
    at(counter, "WAITING")
    counter.shelf.release = None
    assert counter.steps() == "IDLE"
    assert (counter.pointer().trial, counter.standing().checked_ms) == ("", 0)


@pytest.mark.parametrize("code", ["update_unreachable", "update_expired"])
def test_without_a_line_what_was_verified_counts(counter: Counter, code: str) -> None:
    at(counter, "WAITING")
    counter.fail("newest", Unavailable(code))
    assert counter.steps() == "TRIAL"


# ---- after a power cut, or an installer


@pytest.mark.parametrize(
    ("phase", "wanted"), [("REHEARSED", "TRIAL"), ("SAVED", "TRIAL"), ("WAITING", "TRIAL"), ("STAGED", "WAITING")]
)
def test_each_state_goes_on_after_a_power_cut(counter: Counter, phase: str, wanted: str) -> None:
    at(counter, phase)
    counter.begin()
    assert counter.steps() == wanted


@pytest.mark.parametrize("phase", ["STAGED", "WAITING"])
def test_a_version_that_has_rotted_is_fetched_again(counter: Counter, phase: str) -> None:
    at(counter, phase)
    counter.shelf.whole.clear()
    assert counter.steps() == "DOWNLOADING"


def test_a_torn_pointer_is_a_new_beginning(counter: Counter) -> None:
    at(counter, "WAITING")
    (counter.data / "program" / "pointer").write_bytes(b"garbage")
    assert counter.steps() == "DOWNLOADING"


def test_an_installer_that_brought_the_same_or_more_ends_the_update(counter: Counter) -> None:
    at(counter, "WAITING")
    counter.shelf.release = None
    counter.begin("", "0.2.0")
    assert counter.steps() == "IDLE"
    pointer.write(counter.data, Pointer("0.2.0", "", "", 0, NEW.sha256, "COMMITTED"))
    counter.begin("", "0.3.0")
    assert counter.steps() == "IDLE"
    assert counter.pointer() == Pointer()


def test_a_trial_that_was_proven_on_a_full_disk_is_committed_later(counter: Counter) -> None:
    pointer.write(counter.data, Pointer("0.2.0", "", "0.2.0", 1, NEW.sha256, "TRIAL", 700))
    counter.begin("0.2.0", "0.2.0")
    assert counter.steps() == "COMMITTED"
    assert counter.pointer() == Pointer("0.2.0", "", "", 0, NEW.sha256, "COMMITTED", 700)


def test_the_version_before_leaves_a_trial_that_could_not_be_counted_to_the_starter(counter: Counter) -> None:
    counter.shelf.whole.add("0.2.0")
    pointer.write(counter.data, Pointer("0.2.0", "", "0.2.0", 0, NEW.sha256, "TRIAL", 700))
    assert counter.steps(3) == "TRIAL"
    assert counter.shelf.asked == []


@pytest.mark.parametrize("why", ["installer", "runtime", "rotted"])
def test_a_trial_that_the_starter_will_never_make_is_no_end_of_updates(counter: Counter, why: str) -> None:
    pointer.write(counter.data, Pointer("0.2.0", "", "0.2.0", 1, NEW.sha256, "TRIAL", 700))
    if why != "rotted":
        counter.shelf.whole.add("0.2.0")
    counter.shelf.needs = "r0" if why == "runtime" else "r1"
    counter.begin("", "0.2.0" if why == "installer" else "0.1.0")
    counter.shelf.release = replace(NEW, version="0.3.0", sha256="cd" * 32)
    assert counter.steps() == "DOWNLOADING"
    assert counter.pointer().trial == "0.3.0"


def test_a_refusal_is_in_the_way_like_anything_else(counter: Counter) -> None:
    counter.fail("newest", Refused("not_enrolled"))
    counter.steps()
    assert counter.standing().trouble == "not_enrolled"


def test_with_nothing_under_way_there_is_nothing_to_give_up(counter: Counter) -> None:
    counter.fail("newest", Corrupt("update_broken", version="0.2.0"))
    assert counter.steps() == ""
    assert counter.shelf.refused == set()


# ---- a full disk


def test_how_much_room_lacks_is_said_and_nobody_waits_for_the_pause_once_it_is_there(counter: Counter) -> None:
    at(counter, "WAITING")
    counter.shelf.free_mb = 100
    counter.fail("make_room", Unavailable("disk_full"))
    counter.steps()
    kept = counter.standing()
    assert (kept.trouble, kept.need_mb) == ("update_full", 212)
    assert status_text(kept, counter.clock.wall) == ("update.line.FULL", {"version": "0.2.0", "need_mb": 212})
    counter.steps(2)
    assert counter.shelf.asked.count("make_room") == 1, "still full"
    counter.shelf.free_mb = 212
    assert counter.steps() == "TRIAL"


def test_what_no_disk_takes_is_said_all_the_same(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    at(counter, "WAITING")

    def full(_change: object) -> None:
        raise Unavailable("disk_full")

    counter.fail("make_room", Unavailable("disk_full"))
    with monkeypatch.context() as patch:
        patch.setattr(counter.notes, "_write", full)
        counter.steps()
    assert counter.standing().trouble == "update_full"
    assert "update" not in counter.facts, "nothing was kept"
    counter.notes.put()
    assert b"update_full" in counter.facts["update"], "as soon as a disk takes it"


def test_a_flip_that_a_full_disk_let_be_neither_noted_nor_taken_back_is_told_later(counter: Counter) -> None:
    at(counter, "WAITING")
    found = counter.pointer()
    pointer.write(counter.data, replace(found, current="0.2.0", phase="TRIAL"))
    counter.begin()
    assert counter.steps() == "TRIAL"
    assert counter.standing().phase == "TRIAL"


def test_a_disk_that_fails_for_want_of_room_is_called_full(counter: Counter) -> None:
    at(counter, "WAITING")
    counter.fail("back_up", Unavailable("backup_place", place="x"))
    counter.shelf.free_mb = 0
    counter.steps()
    assert counter.standing().trouble == "update_full"
    counter.shelf.free_mb = 1
    counter.fail("back_up", Unavailable("backup_place", place="x"))
    counter.clock.pass_ms(HOUR_MS)
    counter.steps()
    assert (counter.standing().trouble, counter.standing().need_mb) == ("backup_place", 0)


def test_a_database_that_cannot_be_measured_is_no_reason_to_hurry(counter: Counter) -> None:
    at(counter, "WAITING")

    def gone(archive_bytes: int, database_bytes: int) -> tuple[int, int]:
        raise Unavailable("store_failed")

    counter.shelf.room = gone  # type: ignore[method-assign]
    counter.fail("make_room", Unavailable("disk_full"))
    assert counter.steps(3) == "WAITING"
    assert counter.shelf.asked.count("make_room") == 1


# ---- a version that takes away what is nowhere else


def test_a_version_that_asks_for_a_backup_first_gets_one(counter: Counter) -> None:
    at(counter, "STAGED")
    counter.fail("rehearse", Refused("upgrade_waits", n=3))
    assert counter.steps() == "WAITING"
    assert counter.shelf.asked[:3] == ["rehearse", "back_up", "rehearse"]


def test_without_that_backup_it_waits_and_says_why(counter: Counter) -> None:
    at(counter, "STAGED")
    counter.fail("rehearse", Refused("upgrade_waits", n=3))
    counter.fail("back_up", Unavailable("backup_place", place="x"))
    assert counter.steps() == "STAGED"
    kept = counter.standing()
    assert status_text(kept, counter.clock.wall) == ("update.line.UNSAVED", {"version": "0.2.0", "need_mb": 0})
    assert counter.shelf.refused == set(), "nothing is held against the release"
    counter.clock.pass_ms(HOUR_MS)
    assert counter.steps() == "WAITING"
    assert counter.standing().trouble == ""


def test_another_refusal_of_a_rehearsal_asks_for_no_backup(counter: Counter) -> None:
    at(counter, "STAGED")
    counter.fail("rehearse", Refused("not_enrolled"))
    counter.steps()
    assert "back_up" not in counter.shelf.asked


# ---- a version whose starts failed


def test_a_version_that_did_not_open_is_told_and_taken_again_by_a_person_alone(counter: Counter) -> None:
    counter.shelf.crashes.add("0.2.0")
    counter.shelf.whole.add("0.2.0")
    pointer.write(counter.data, Pointer("", "", "0.2.0", 0, "", "REVERTED"))
    assert counter.steps(3) == "REVERTED"
    assert status_text(counter.standing(), counter.clock.wall) == ("update.line.CRASHED", {"version": "0.2.0"})
    counter.clock.pass_ms(3 * DAY_MS)
    assert counter.steps(3) == "REVERTED"
    counter.updating.ask()
    assert counter.steps(4) == "TRIAL"

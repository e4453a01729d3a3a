"""Which backups stay, and what a backup says of itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.upkeep.backup import backup_retention
from kiosk.upkeep.backup.backup_retention import to_go
from protocol.clock import DAY_MS, business_date
from protocol.errors import Corrupt
from protocol.wire import sealing
from protocol.wire.backup_manifest import Manifest, read_manifest, write_manifest
from tests.harness.fakes.fake_world import NOON_MS

DEVICE = "019a1b2c-0000-7000-8000-000000000001"


def copy(seq: int, days: float = 0, epoch: int = 1, **more: object) -> Manifest:
    made = NOON_MS + int(days * DAY_MS)
    one = Manifest(DEVICE, "CAI-001", 2, epoch, seq, seq, "0010", "0.3.0", made, 1, bytes(80), (0, 0), ())
    return replace(one, **more)  # type: ignore[arg-type]


def stay(all_of_them: list[Manifest]) -> list[int]:
    newest = max(all_of_them, key=lambda one: one.order)
    gone = to_go(all_of_them, newest)
    return [one.seq for one in all_of_them if one not in gone]


def test_seven_days_and_four_weeks_stay() -> None:
    daily = [copy(seq=day + 1, days=day) for day in range(40)]
    kept = stay(daily)
    assert kept[-7:] == [34, 35, 36, 37, 38, 39, 40]
    assert len(kept) == 7 + 2, "of the four weeks two lie within the seven days"


def test_a_week_begins_with_its_saturday() -> None:
    """The newest is of a Wednesday; twelve days before it was a Friday, and the Saturday after has a later copy."""
    days = (-12, -11, *range(-6, 1))
    assert stay([copy(seq=100 + day, days=day) for day in days]) == [88, *range(94, 101)]


def test_no_copy_is_older_than_35_days_but_the_two_newest() -> None:
    assert stay([copy(1, -35), copy(2, -1), copy(3)]) == [1, 2, 3]
    assert stay([copy(1, -35.001), copy(2, -1), copy(3)]) == [2, 3]
    assert stay([copy(2, -36), copy(3)]) == [2, 3]


def test_of_a_day_its_last_copy_stays() -> None:
    assert stay([copy(1, 0.0), copy(2, 0.1), copy(3, 0.2)]) == [3]


def test_a_clock_at_2015_takes_nothing_away() -> None:
    wrong = replace(copy(9), made_ms=1_420_070_400_000)
    assert stay([copy(7, -1), copy(8), wrong]) == [7, 8, 9]


def test_a_clock_put_ahead_leaves_the_two_newest() -> None:
    assert stay([copy(6, -2), copy(7, -1), copy(8), copy(9, 9000)]) == [8, 9]


def test_what_names_an_erased_citizen_goes_whatever_its_age() -> None:
    newest = copy(9, erased=(1, 8))
    assert stay([copy(6, -2), copy(7, -1), copy(8, -0.5), newest]) == [9], "8 lies in the same day as 9"
    assert stay([copy(7, -2), copy(8, -1), newest]) == [8, 9]


def test_an_earlier_epoch_is_older_whatever_its_numbers() -> None:
    assert stay([copy(900, 0.0), copy(2, 0.1, epoch=2)]) == [2]


def test_another_devices_copies_are_left_alone() -> None:
    other = copy(1, -90, device="019a1b2c-0000-7000-8000-000000000002")
    assert other not in to_go([other, copy(5)], copy(5))


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(-500, 500)), min_size=1, max_size=40))
def test_the_newest_always_stays_and_never_too_many(made: list[tuple[int, float]]) -> None:
    several = [copy(seq, days) for seq, days in made]
    newest = max(several, key=lambda one: one.order)
    gone = {one.name for one in to_go(several, newest)}
    assert newest.name not in gone
    kept = [one for one in several if one.name not in gone]
    assert len({business_date(one.made_ms) for one in kept}) <= backup_retention.DAILY + backup_retention.WEEKLY


def test_it_reads_what_it_wrote() -> None:
    one = copy(5, erased=(1, 3), pictures=("a" * 32,))
    assert read_manifest(write_manifest(one)) == one
    assert one.name == "019a1b2c-1-5-20261125-100000"


@pytest.mark.parametrize(
    "change",
    [
        {"device": "x"}, {"sealed": "00"}, {"sealed": 5}, {"seq": -1}, {"erased": [1]}, {"erased": None},
        {"pictures": ["../../x"]}, {"pictures": 3}, {"epoch": None}, {"made_ms": 1.5},
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_damaged(change: dict[str, object]) -> None:
    members = json.loads(write_manifest(copy(5)))
    with pytest.raises(Corrupt, match="backup_damaged"):
        read_manifest(json.dumps(members | change).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", write_manifest(copy(5))[:-9]])
def test_half_a_manifest_is_damaged(content: bytes) -> None:
    with pytest.raises(Corrupt, match="backup_damaged"):
        read_manifest(content)


# ---- the key on its way

KEY, RECOVERY, MACHINE = (bytes([n]) * 32 for n in (1, 2, 3))
WHO = bytes(range(16))


def test_the_key_reaches_the_new_machine_by_the_centre_alone() -> None:
    kept = sealing.seal_for_centre(KEY, WHO, 2, sealing.public_of(RECOVERY))
    assert len(kept) == sealing.SEALED_LEN
    assert KEY not in kept
    opened = sealing.open_at_centre(kept, WHO, 2, RECOVERY)
    answer = sealing.seal_for_machine(opened, WHO, kept, sealing.public_of(MACHINE))
    assert sealing.open_at_machine(answer, WHO, kept, MACHINE) == KEY


@pytest.mark.parametrize(
    ("device", "epoch", "private"), [(bytes(16), 2, RECOVERY), (WHO, 1, RECOVERY), (WHO, 2, MACHINE)]
)
def test_another_devices_or_centres_key_does_not_open(device: bytes, epoch: int, private: bytes) -> None:
    kept = sealing.seal_for_centre(KEY, WHO, 2, sealing.public_of(RECOVERY))
    with pytest.raises(Corrupt, match="recovery_key"):
        sealing.open_at_centre(kept, device, epoch, private)


def test_an_answer_for_another_machine_or_backup_does_not_open() -> None:
    kept = sealing.seal_for_centre(KEY, WHO, 2, sealing.public_of(RECOVERY))
    answer = sealing.seal_for_machine(KEY, WHO, kept, sealing.public_of(MACHINE))
    for device, asked, private in ((WHO, kept, RECOVERY), (bytes(16), kept, MACHINE), (WHO, kept[:-1], MACHINE)):
        with pytest.raises(Corrupt, match="recovery_key"):
            sealing.open_at_machine(answer, device, asked, private)
    with pytest.raises(Corrupt, match="recovery_key"):
        sealing.open_at_machine(answer[:5], WHO, kept, MACHINE)
    short = sealing.seal_for_machine(KEY[:5], WHO, kept, sealing.public_of(MACHINE))
    with pytest.raises(Corrupt, match="recovery_key"):
        sealing.open_at_machine(short, WHO, kept, MACHINE)

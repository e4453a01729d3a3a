"""Kept awake while somebody works; the battery said in time; nothing that the system refuses matters."""

from __future__ import annotations

import errno
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.core.events import SessionChanged, SyncChanged
from kiosk.upkeep.attendance import Charge, SleepGuard
from protocol.program.loop import start_thread
from storage.probes.power import LinuxPower, LogindHolder
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import Shop


@dataclass
class Holder:
    refuses: bool = False
    acts: list[str] = field(default_factory=list)
    acted: threading.Event = field(default_factory=threading.Event)

    def hold(self) -> None:
        if self.refuses:
            raise OSError
        self.acts.append("hold")
        self.acted.set()

    def release(self) -> None:
        self.acts.append("release")


@dataclass
class Battery:
    seen: Charge | None = field(default_factory=lambda: Charge(draining=False, percent=80))

    def charge(self) -> Charge:
        if self.seen is None:
            raise OSError
        return self.seen


@dataclass
class House:
    shop: Shop = field(default_factory=lambda: Shop(FakeStore()))
    holder: Holder = field(default_factory=Holder)
    battery: Battery = field(default_factory=Battery)

    def __post_init__(self) -> None:
        counter = self.shop.counter
        self.awake = SleepGuard(counter.events, counter.people, self.holder, self.battery, self.shop.clock)


@pytest.fixture
def house() -> House:
    return House()


def test_sleep_is_held_off_from_sign_in_to_lock(house: House) -> None:
    house.awake.step()
    house.shop.ready()
    house.awake.step()
    house.awake.step()
    assert house.holder.acts == ["hold"]
    house.shop.counter.people.lock()
    house.awake.step()
    assert house.holder.acts == ["hold", "release"]


def test_a_system_that_refuses_is_asked_again(house: House) -> None:
    house.holder.refuses = True
    house.shop.ready()
    house.awake.step()
    house.holder.refuses = False
    house.awake.step()
    assert house.holder.acts == ["hold"]


def test_a_low_battery_is_said_once_and_taken_back(house: House) -> None:
    house.battery.seen = Charge(draining=True, percent=15)
    house.awake.step()
    assert house.awake.low() == 15
    house.shop.heard.clear()
    house.awake.step()
    assert house.shop.heard == []
    house.battery.seen = None
    house.awake.step()
    assert house.awake.low() == 15
    house.battery.seen = Charge(draining=False, percent=16)
    house.awake.step()
    assert house.awake.low() is None
    assert any(isinstance(event, SyncChanged) for event in house.shop.heard)


@pytest.mark.parametrize("seen", [Charge(draining=True, percent=60), Charge(draining=True, percent=None)])
def test_a_full_battery_or_a_silent_one_is_nothing(house: House, seen: Charge) -> None:
    house.battery.seen = seen
    house.awake.step()
    assert house.awake.low() is None


def test_it_hears_who_signs_in_and_lets_go_at_the_end(house: House) -> None:
    house.awake.start(start_thread)
    house.shop.ready()
    house.shop.counter.events.publish(SessionChanged())
    assert house.holder.acted.wait(30)
    house.awake.stop()
    assert house.holder.acts[-1] == "release"


def test_one_that_never_began_stops_too(house: House) -> None:
    house.awake.stop()


def supply(folder: Path, name: str, **values: str) -> None:
    place = folder / name
    place.mkdir()
    for key, value in values.items():
        (place / key).write_text(f"{value}\n")


def without_upower() -> None:
    """The computer that tests run on may have one, and a battery."""


def test_linux_batteries_and_upses(tmp_path: Path) -> None:
    assert LinuxPower(tmp_path / "none", without_upower).charge() == Charge(draining=False, percent=None)
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "mouse", type="Battery", scope="Device", status="Discharging", capacity="3")
    assert LinuxPower(tmp_path, without_upower).charge() == Charge(draining=False, percent=None)
    supply(tmp_path, "BAT0", type="Battery", status="Discharging", capacity="19")
    supply(tmp_path, "ups", type="UPS", status="Full", capacity="100")
    assert LinuxPower(tmp_path, without_upower).charge() == Charge(draining=True, percent=19)


def test_logind_holds_as_long_as_its_file_is_open() -> None:
    taken: list[int] = []

    def take() -> int:
        taken.append(os.open(os.devnull, os.O_RDONLY))
        return taken[-1]

    holder = LogindHolder(take)
    holder.hold()
    holder.hold()
    assert len(taken) == 1
    holder.release()
    holder.release()
    with pytest.raises(OSError) as closed:  # noqa: PT011 - its number is looked at below: its words are the system's
        os.fstat(taken[0])
    assert closed.value.errno == errno.EBADF


def test_without_a_system_bus_nothing_is_held_and_nothing_is_wrong() -> None:
    def no_bus() -> int:
        raise FileNotFoundError

    try:
        LogindHolder(no_bus).hold()
    except OSError as error:
        pytest.fail(f"said as a fault: {error!r}")


@pytest.mark.parametrize("error", [RuntimeError("no bus"), ConnectionRefusedError()])
def test_without_logind_it_is_a_fault_of_the_system(error: Exception) -> None:
    def take() -> int:
        raise error

    with pytest.raises(OSError):  # noqa: PT011 - whichever: it is only noted
        LogindHolder(take).hold()

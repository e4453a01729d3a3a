"""Diagnosis at the counter: everything when asked, what costs nothing while nobody is here, and it is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from kiosk.core.events import SyncChanged
from kiosk.model.store_changes import PutFact
from kiosk.upkeep.doctor.check_result import Seen, Unknown
from kiosk.upkeep.doctor.diagnosis import WATCH_MS, Diagnosis
from protocol.clock import DAY_MS
from protocol.errors import Refused
from protocol.wire import support_file
from tests.harness.fakes.fake_doctor import FakeComputer, FakeOutlet, run_at_once
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import SEAL, Shop, enrolment


@dataclass
class House:
    shop: Shop = field(default_factory=lambda: Shop(FakeStore()))
    outlet: FakeOutlet = field(default_factory=FakeOutlet)

    def __post_init__(self) -> None:
        shop = self.shop
        self.computer = FakeComputer(shop.clock, shop.store)
        counter = shop.counter
        self.desk = Diagnosis(
            self.computer.probes, shop.store, counter.journal.write, counter.events, self.outlet, run_at_once
        )

    @property
    def fact(self) -> dict[str, object]:
        kept = self.shop.store.fact("doctor")
        found: dict[str, object] = {} if kept is None else json.loads(kept)
        return found


@pytest.fixture
def house() -> House:
    return House()


def test_what_a_full_look_finds_is_kept_with_its_time(house: House) -> None:
    house.computer.asleep = True
    assert house.desk.kept() == ([], 0)
    results = house.desk.run()
    assert len(results) == 41
    kept, full_ms = house.desk.kept()
    assert 38 in [result.check.number for result in kept]
    assert full_ms == house.shop.clock.wall_ms()
    assert any(isinstance(event, SyncChanged) for event in house.shop.heard)


def test_a_look_that_was_ended_keeps_nothing(house: House) -> None:
    house.desk.run(go_on=lambda: False)
    assert house.fact == {}


def test_the_cheap_ones_are_looked_at_every_ten_minutes_and_written_when_something_changes(house: House) -> None:
    house.desk.watch()
    first = house.shop.store.fact("doctor")
    house.computer.free = 100 << 20
    house.desk.watch()
    assert house.shop.store.fact("doctor") == first, "not yet"
    house.shop.clock.pass_ms(WATCH_MS)
    house.desk.watch()
    assert house.desk.kept()[0][0].check.number == 6
    house.shop.heard.clear()
    house.shop.clock.pass_ms(WATCH_MS)
    house.desk.watch()
    assert house.shop.heard == [], "nothing new, so nothing is written"
    shown = house.desk.to_show()
    assert shown is not None
    assert shown.check.number == 6
    house.computer.free = 100 << 30
    house.shop.clock.pass_ms(WATCH_MS)
    house.desk.watch()
    assert 6 not in [result.check.number for result in house.desk.kept()[0]]


def test_a_cheap_look_leaves_what_only_a_full_one_sees(house: House) -> None:
    house.computer.asleep = True
    house.desk.run()
    house.shop.clock.pass_ms(WATCH_MS)
    house.desk.watch()
    assert 38 in [result.check.number for result in house.desk.kept()[0]]


def test_once_a_day_everything_is_looked_at_unasked(house: House) -> None:
    """What only a whole look sees would stand, or be unknown, until somebody pressed F5."""
    house.desk.run()
    house.computer.asleep = True
    house.shop.clock.pass_ms(DAY_MS - 1)
    house.desk.watch()
    assert 38 not in [result.check.number for result in house.desk.kept()[0]]
    house.shop.clock.pass_ms(WATCH_MS)
    house.desk.watch(lambda: False)
    assert 38 not in [result.check.number for result in house.desk.kept()[0]], "somebody has come back"
    house.shop.clock.pass_ms(WATCH_MS)
    house.desk.watch()
    assert 38 in [result.check.number for result in house.desk.kept()[0]]
    house.computer.asleep = False
    house.shop.clock.pass_ms(DAY_MS)
    house.desk.watch()
    assert 38 not in [result.check.number for result in house.desk.kept()[0]], "nor does what was mended stand for ever"


def of_line_and_printer(house: House) -> list[int]:
    return [result.check.number for result in house.desk.kept()[0] if result.check.area in ("line", "devices", "clock")]


def test_a_line_and_a_printer_that_are_off_at_night_are_no_trouble_of_the_next_day(house: House) -> None:
    """The last one switches them off and goes; two minutes later everything is looked at, and again only in a day."""
    house.desk.run()
    house.computer.seen, house.computer.printer_reason = Seen("no_link"), "offline"
    house.shop.clock.pass_ms(DAY_MS)
    house.desk.watch()
    assert (of_line_and_printer(house), house.desk.kept()[1]) == ([], house.shop.clock.wall_ms())
    house.desk.run()
    assert of_line_and_printer(house) == [22, 35], "whoever asks is told"


def test_what_was_wrong_by_day_stays_where_the_night_could_not_see_it_and_goes_where_it_is_well(house: House) -> None:
    house.computer.seen, house.computer.printer_reason = Seen("online", 600_000), "offline"
    house.desk.run()
    assert of_line_and_printer(house) == [20, 35]
    house.computer.seen, house.computer.printer_reason = Seen("no_link"), ""
    house.shop.clock.pass_ms(DAY_MS)
    house.desk.watch()
    assert of_line_and_printer(house) == [20]


def test_how_far_the_clock_is_ahead_stays_unknown_where_nobody_could_look(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_look(_self: FakeComputer) -> Seen:
        raise Unknown("no_network_tools")

    house.computer.seen = Seen("online", 7_000)
    house.desk.run()
    assert house.desk.ahead_ms == 7_000
    monkeypatch.setattr(FakeComputer, "inspect", cannot_look)
    house.desk.run()
    assert house.desk.ahead_ms is None


def test_the_machine_is_remembered_once(house: House) -> None:
    house.desk.run()
    assert house.shop.store.fact("machine") == b"1 0123456789abcdef"
    house.computer.mark = "another"
    house.desk.run()
    assert house.shop.store.fact("machine") == b"1 0123456789abcdef"
    assert 28 in [result.check.number for result in house.desk.kept()[0]]
    house.shop.store.put_enrolment(enrolment(2))
    house.desk.run()
    assert house.shop.store.fact("machine") == b"2 another"
    house.desk.run()
    assert 28 not in [result.check.number for result in house.desk.kept()[0]], "a new epoch is a new beginning"


def test_a_copied_disk_is_not_taken_for_the_machine(house: House) -> None:
    house.computer.mark = "0123456789abcdef.card"
    house.desk.run()
    assert house.shop.store.fact("machine") == b"1 0123456789abcdef.card"
    house.computer.mark = "0123456789abcdef.other"
    house.desk.run()
    assert house.shop.store.fact("machine") == b"1 0123456789abcdef.card"
    assert 28 in [result.check.number for result in house.desk.kept()[0]]


def test_a_machine_that_somebody_has_vouched_for_is_remembered_anew(house: House) -> None:
    """Its board was changed: the technician repeats the acceptance test, which forgets the one before."""
    house.desk.run()
    house.computer.mark = "0123456789abcdef.board"
    house.shop.store.commit([], [PutFact("machine", b"")])
    house.desk.run()
    house.desk.run()
    assert 28 not in [result.check.number for result in house.desk.kept()[0]]


def test_another_system_gets_nothing(house: House) -> None:
    house.shop.store.commit([], [PutFact("machine", b"1 another")])
    house.computer.mark = "0123456789abcdef.card"
    house.desk.run()
    assert house.shop.store.fact("machine") == b"1 another"


def test_a_machine_without_a_mark_is_not_remembered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_knows(_self: FakeComputer) -> str:
        raise Unknown("no_machine_id")

    monkeypatch.setattr(FakeComputer, "fingerprint", nobody_knows)
    house.desk.run()
    assert house.shop.store.fact("machine") is None


def test_the_file_carries_the_last_full_look(house: House) -> None:
    house.computer.asleep = True
    house.desk.run()
    place = house.desk.save()
    ((name, file),) = house.outlet.kept
    assert place.endswith(name)
    assert name.startswith("manfaz-778899aa-2026-11-25-")
    assert name.endswith(".kjs")
    head, content = support_file.unseal(file, SEAL.private_bytes_raw())
    assert (head.epoch, len(content["doctor"])) == (1, 41)


def test_a_report_goes_with_what_is_cheap_where_nobody_has_looked(house: House) -> None:
    assert house.desk.send({"kind": "slow", "text": "waits"}) == "S-1"
    _head, content = support_file.unseal(house.outlet.taken[0], SEAL.private_bytes_raw())
    assert content["report"] == {"kind": "slow", "text": "waits"}
    assert 0 < len(content["doctor"]) < 40


def test_only_what_is_safe_to_mend_is_mended(house: House) -> None:
    house.computer.asleep, house.computer.free = True, 1 << 20
    house.desk.run()
    assert house.desk.mend() == 1
    assert house.outlet.mended == ["at_rest"]


def test_before_enrolment_there_is_nobody_to_seal_for() -> None:
    computer = FakeComputer(House().shop.clock, FakeStore())
    assert computer.kept is not None
    house = House()
    desk = Diagnosis(
        computer.probes, computer.kept, house.shop.counter.journal.write, house.shop.counter.events, FakeOutlet(),
        run_at_once,
    )  # fmt: skip
    with pytest.raises(Refused, match="not_enrolled"):
        desk.support_file()


def test_a_scanner_is_noted_where_it_has_changed(house: House) -> None:
    house.desk.scanned("layout")
    house.desk.run()
    assert "scanner_layout" in [result.text for result in house.desk.kept()[0]]
    house.desk.scanned("layout")
    house.desk.scanned("ok")
    house.desk.run()
    assert "scanner_layout" not in [result.text for result in house.desk.kept()[0]]

"""First trust as the set-up screen sees it: what is lost on the way costs time and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.main.online_enrolment import APPLICATION, PENDING, OnlineEnrolment
from kiosk.model.store_changes import PutFact
from kiosk.ports.world import World
from kiosk.setup.enrolment_state import UnderWay
from protocol.errors import Refused, Unavailable
from protocol.program.loop import start_thread
from protocol.values.ids import check_char
from protocol.wire import wire
from sync.line import Raw
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock, NoMilestones, SeededRandomness
from tests.harness.shop import enrolment
from tests.sync.test_enrolment import CODE, EnrolmentCentre

URL = "http://127.0.0.1:9"
SLOT = "1234"
WHOLE = CODE + check_char(CODE)
MY_SEED = bytes([7]) * 32
DOWN = Raw(503, {}, b"")


@dataclass
class Seeds:
    kept: dict[int, bytes] = field(default_factory=lambda: {PENDING: MY_SEED})

    def signing_seed(self, epoch: int) -> bytes | None:
        return self.kept.get(epoch)

    def put_signing_seed(self, epoch: int, seed: bytes) -> None:
        self.kept[epoch] = seed

    def forget_signing_seed(self, epoch: int) -> None:
        self.kept.pop(epoch, None)


@dataclass
class Setting:
    """A desk, and all around it; `again` is the same kiosk after a restart."""

    office: EnrolmentCentre = field(default_factory=EnrolmentCentre)
    store: FakeStore = field(default_factory=FakeStore)
    seeds: Seeds = field(default_factory=Seeds)
    randomness: SeededRandomness = field(default_factory=SeededRandomness)
    begun: int = 0
    trouble: Unavailable | None = None
    centre: str | None = None
    addresses: list[str] = field(default_factory=list)

    def again(self) -> OnlineEnrolment:
        world = World(FakeClock(), self.randomness, NoMilestones(), start_thread)
        return OnlineEnrolment(self.store, self.seeds, world, self.centre, None, self._enrolled)

    def _enrolled(self) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.begun += 1

    def line(self, address: str, ca_file: str | None) -> EnrolmentCentre:
        self.addresses.append(address)
        return self.office

    def told(self, path: str) -> list[dict[str, Any]]:
        return [members for asked, members in self.office.asked if asked == path]


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Setting:
    made = Setting()
    monkeypatch.setattr("sync.centre_client.LazyWire", made.line)
    return made


def test_claimed_waiting_approved_and_to_work(setting: Setting) -> None:
    desk = setting.again()
    assert desk.needed()
    assert len(desk.claim(f" {URL} ", SLOT, WHOLE)) == 6
    assert not desk.poll()
    setting.office.approved = True
    assert desk.poll()
    assert not desk.needed()
    assert (setting.begun, desk.centre()) == (1, URL)


def invited(at_ms: int) -> Raw:
    body = {"shop": {"id": "S", "name": {"ar": "محل", "en": "Shop"}}, "server_ms": at_ms}
    return Raw(200, {"content-type": wire.JSON}, json.dumps(body).encode())


def test_whose_code_it_is_is_told_and_nothing_is_kept(setting: Setting) -> None:
    setting.office.bent[wire.PATH_LOOK] = invited(FakeClock().wall_ms() + 1_000)
    found = setting.again().whose_code(f" {URL}", SLOT, WHOLE)
    assert found is not None
    assert found.shop.en == "Shop"
    assert setting.store.fact(APPLICATION.name) is None


@pytest.mark.parametrize("apart_ms", [-400_000, 400_000])
def test_two_clocks_too_far_apart_spend_no_code(setting: Setting, apart_ms: int) -> None:
    setting.office.bent[wire.PATH_LOOK] = invited(FakeClock().wall_ms() + apart_ms)
    with pytest.raises(Refused, match="enrol_clock"):
        setting.again().whose_code(URL, SLOT, WHOLE)


def test_nothing_to_ask_for_before_a_claim(setting: Setting) -> None:
    with pytest.raises(Refused, match="not_claimed"):
        setting.again().poll()


def test_the_application_survives_a_restart(setting: Setting) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    setting.office.approved = True
    assert setting.again().poll()


def test_after_a_lost_answer_the_same_nonce_is_promised(setting: Setting) -> None:
    setting.office.bent[wire.PATH_CLAIM] = DOWN
    with pytest.raises(Unavailable):
        setting.again().claim(URL, SLOT, WHOLE)
    setting.office.bent.clear()
    setting.again().claim(URL, SLOT, WHOLE)
    first, second = setting.told(wire.PATH_CLAIM)
    assert first == second


def test_after_a_lost_reveal_only_the_reveal_is_repeated(setting: Setting) -> None:
    setting.office.bent[wire.PATH_REVEAL] = DOWN
    with pytest.raises(Unavailable):
        setting.again().claim(URL, SLOT, WHOLE)
    setting.office.bent.clear()
    setting.again().claim(URL, SLOT, WHOLE)
    first, second = setting.told(wire.PATH_REVEAL)
    assert first == second
    assert len(setting.told(wire.PATH_CLAIM)) == 1


def test_a_nonce_once_revealed_is_never_promised_again(setting: Setting) -> None:
    digits = setting.again().claim(URL, SLOT, WHOLE)
    asked = len(setting.office.asked)
    assert setting.again().claim(URL, SLOT, WHOLE) == digits
    assert len(setting.office.asked) == asked


@pytest.mark.parametrize(("url", "slot"), [(URL, "1235"), ("http://127.0.0.1:10", SLOT)])
def test_another_slot_or_centre_gets_another_nonce(setting: Setting, url: str, slot: str) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    setting.again().claim(url, slot, WHOLE)
    first, second = setting.told(wire.PATH_CLAIM)
    assert first["commit"] != second["commit"]


def test_the_approval_is_asked_where_the_slot_was_claimed(setting: Setting) -> None:
    setting.centre = "http://127.0.0.1:11"
    desk = setting.again()
    assert desk.centre() == setting.centre
    desk.claim(URL, SLOT, WHOLE)
    desk.poll()
    assert setting.addresses == [URL, URL]


def test_what_was_only_for_getting_there_is_forgotten(setting: Setting) -> None:
    desk = setting.again()
    desk.claim(URL, SLOT, WHOLE)
    setting.office.approved = True
    desk.poll()
    assert setting.seeds.kept == {1: MY_SEED}
    assert not setting.store.fact(APPLICATION.name)


def test_going_to_work_is_tried_again_after_trouble(setting: Setting) -> None:
    desk = setting.again()
    desk.claim(URL, SLOT, WHOLE)
    setting.office.approved, setting.trouble = True, Unavailable("keystore_locked")
    with pytest.raises(Unavailable, match="keystore_locked"):
        desk.poll()
    assert PENDING in setting.seeds.kept
    setting.trouble = None
    assert desk.poll()
    assert (setting.begun, setting.seeds.kept) == (1, {1: MY_SEED})


def test_a_restart_between_enrolment_and_forgetting_forgets(setting: Setting) -> None:
    test_the_application_is_kept(setting)
    setting.office.approved, setting.trouble = True, Unavailable("keystore_locked")
    with pytest.raises(Unavailable):
        setting.again().poll()
    setting.again().tidy()
    assert setting.seeds.kept == {1: MY_SEED}


def test_a_restart_after_an_answer_by_file_forgets_too(setting: Setting) -> None:
    setting.store.put_enrolment(enrolment())
    setting.seeds.put_signing_seed(PENDING, bytes(32))
    setting.store.commit([], [PutFact("stick_request", b"{}")])
    setting.again().tidy()
    assert PENDING not in setting.seeds.kept
    assert not setting.store.fact("stick_request")


def test_tidying_up_too_early_loses_nothing(setting: Setting) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    setting.again().tidy()
    assert PENDING in setting.seeds.kept
    assert setting.store.fact(APPLICATION.name)


def test_the_application_is_kept(setting: Setting) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    kept = json.loads(setting.store.fact(APPLICATION.name) or b"")
    assert (kept["slot"], kept["revealed"]) == (SLOT, True)


def test_a_device_without_a_seed_makes_one_and_keeps_it(setting: Setting) -> None:
    setting.seeds.kept.clear()
    setting.again().claim(URL, SLOT, WHOLE)
    made = setting.seeds.kept[PENDING]
    setting.again().claim(URL, "1235", WHOLE)
    assert setting.seeds.kept == {PENDING: made}


def test_a_mistyped_code_leaves_what_is_under_way(setting: Setting) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    kept = setting.store.fact(APPLICATION.name)
    with pytest.raises(Refused, match="slot_form"):
        setting.again().claim(URL, "12", WHOLE)
    assert setting.store.fact(APPLICATION.name) == kept


def test_after_a_restart_the_same_digits_are_shown_without_asking_anybody(setting: Setting) -> None:
    digits = setting.again().claim(URL, SLOT, WHOLE)
    asked = len(setting.office.asked)
    assert setting.again().under_way() == UnderWay(URL, SLOT, digits)
    assert len(setting.office.asked) == asked
    setting.office.approved = True
    assert setting.again().poll()


def test_a_code_that_never_had_its_answer_is_not_sent_again_by_itself(setting: Setting) -> None:
    assert setting.again().under_way() is None
    setting.office.bent[wire.PATH_CLAIM] = DOWN
    with pytest.raises(Unavailable):
        setting.again().claim(URL, SLOT, WHOLE)
    assert setting.again().under_way() is None
    with pytest.raises(Refused, match="not_claimed"):
        setting.again().poll()


def test_a_reveal_whose_answer_was_lost_is_repeated_by_the_next_question(setting: Setting) -> None:
    setting.office.bent[wire.PATH_REVEAL] = DOWN
    with pytest.raises(Unavailable):
        setting.again().claim(URL, SLOT, WHOLE)
    setting.office.bent.clear()
    assert setting.again().under_way() is not None
    assert not setting.again().poll()
    assert not setting.again().poll()
    assert len(setting.told(wire.PATH_REVEAL)) == 2


def test_a_refusal_nobody_signed_leaves_what_is_under_way(setting: Setting) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    kept = setting.again().under_way()
    setting.office.bent[wire.PATH_STATUS] = Raw(403, {"content-type": wire.JSON}, b'{"code":"enrolment_refused"}')
    with pytest.raises(Refused, match="enrolment_refused"):
        setting.again().poll()
    assert setting.again().under_way() == kept


def test_a_kiosk_at_work_has_nothing_under_way(setting: Setting) -> None:
    desk = setting.again()
    desk.claim(URL, SLOT, WHOLE)
    setting.office.approved, setting.trouble = True, Unavailable("keystore_locked")
    with pytest.raises(Unavailable):
        desk.poll()
    assert setting.again().under_way() is None


def test_without_its_seed_what_was_claimed_is_of_no_use(setting: Setting) -> None:
    setting.again().claim(URL, SLOT, WHOLE)
    setting.seeds.kept.clear()
    assert setting.again().under_way() is None
    assert setting.seeds.kept == {}

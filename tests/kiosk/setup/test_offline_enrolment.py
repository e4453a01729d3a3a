"""First trust by files: what comes back is believed only with the code that the centre reads out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from central.devices import enrolment
from central.devices import offline_enrolment as admitted
from central.documents import publishing
from kiosk.core.trusted_time import SLACK_MS
from kiosk.main.online_enrolment import PENDING, OnlineEnrolment
from kiosk.model.facts import STICK_REQUEST
from kiosk.ports.world import World
from kiosk.setup.offline_enrolment import LEASE_MS, OfflineEnrolment, take_documents
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol.clock import DAY_MS
from protocol.documents import trust
from protocol.documents.kinds import DOCUMENTS
from protocol.errors import Refused
from protocol.keys import SeedSigner
from protocol.program.loop import start_thread
from protocol.values.ids import check_char
from protocol.wire import offline_enrolment
from protocol.wire.enrolment import Invitation, is_invitation, read_invitation, read_statement
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock, NoMilestones, SeededRandomness
from tests.harness.own_centre import SHOP, START_MS, OwnCentre
from tests.harness.shop import Shop
from tests.kiosk.main.test_online_enrolment import Seeds

MY_SEED = bytes([7]) * 32


class Machine:
    """A counter's store and keys, and its desk for files."""

    def __init__(self, seed: bytes = MY_SEED) -> None:
        self.store, self.seeds, self.begun = FakeStore(), Seeds({PENDING: seed}), 0
        self.clock = FakeClock(START_MS)
        self._world = World(self.clock, SeededRandomness(seed[0]), NoMilestones(), start_thread)
        self._signer = SeedSigner(seed)

    def _work(self) -> None:
        self.begun += 1

    @property
    def desk(self) -> OfflineEnrolment:
        return OfflineEnrolment(self.store, self._world, self._signer, self.online.keep)

    @property
    def online(self) -> OnlineEnrolment:
        return OnlineEnrolment(self.store, self.seeds, self._world, None, None, self._work)


def slot(office: OwnCentre) -> tuple[str, str]:
    with office.store.writing() as session:
        return enrolment.make_slot(office.centre, session, SHOP, "amal")


def give(office: OwnCentre, data: bytes, number: str, staff: str = "badr") -> tuple[bytes, str]:
    """What `manfaz-central device answer` does. Returns the file and the code."""
    request = offline_enrolment.read_request(data)
    given = admitted.answer(office.centre, request, number, staff)
    keys = office.centre.keys
    with office.store.reading() as session:
        held = {kind: publishing.read(session, kind, "" if kind in ("keyset", "catalogue") else SHOP)
                for kind in DOCUMENTS}  # fmt: skip
    statement = trust.open_bytes(given[1], trust.ENROLMENT, publishing.keyset_of(office.centre).publics("enrol"))
    in_force = {kind: one for kind, one in held.items() if one is not None}
    file = offline_enrolment.write_answer(
        request, keys.root_public, keys.envelope, given[1], "https://c.example", in_force
    )
    return file, offline_enrolment.answer_code(keys.root_fp, statement)


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=code)


def test_a_counter_without_a_line_is_enrolled_by_two_files_and_two_codes(small: OwnCentre) -> None:
    machine, (name, code) = Machine(), slot(small)
    assert machine.desk.code() == ""
    request = machine.desk.request(name, code)
    assert machine.desk.code() == machine.desk.code()
    answer, said = give(small, request, machine.desk.code())
    machine.desk.accept(answer, said.lower())
    kept = machine.store.enrolment()
    assert kept is not None
    statement = read_statement(kept.statement)
    assert (statement.shop, statement.public) == (SHOP, SeedSigner(MY_SEED).public)
    assert (machine.begun, machine.seeds.kept) == (1, {statement.epoch: MY_SEED})
    assert not machine.store.fact(STICK_REQUEST.name)
    assert machine.store.fact("centre") == b"https://c.example"
    assert int(machine.store.fact("lease_until_ms") or 0) > statement.issued_ms


@pytest.mark.parametrize("off_ms", [-SLACK_MS - 1, LEASE_MS, 300 * DAY_MS])
def test_on_a_date_by_which_its_lease_is_none_nothing_is_taken(small: OwnCentre, off_ms: int) -> None:
    """The screen would lock at once, and stay locked when the clock is set right: nothing else is known of the time."""
    machine = Machine()
    given = give(small, machine.desk.request(*slot(small)), machine.desk.code())
    machine.clock.wall = START_MS + off_ms
    with refused("answer_date"):
        machine.desk.accept(*given)
    assert machine.store.enrolment() is None
    assert machine.store.fact("lease_until_ms") is None
    machine.clock.wall = START_MS + LEASE_MS - 1
    machine.desk.accept(*given)
    assert machine.begun == 1


def test_the_same_request_again_gets_the_same_answer(small: OwnCentre) -> None:
    machine, (name, code) = Machine(), slot(small)
    request = machine.desk.request(name, code)
    assert give(small, request, machine.desk.code()) == give(small, request, machine.desk.code())


def test_tidying_up_too_early_or_twice_loses_nothing(small: OwnCentre) -> None:
    machine = Machine()
    request = machine.desk.request(*slot(small))
    machine.online.tidy()
    assert (machine.store.fact(STICK_REQUEST.name), PENDING in machine.seeds.kept) != (b"", False)
    machine.desk.accept(*give(small, request, machine.desk.code()))
    machine.online.tidy()
    assert not machine.store.fact(STICK_REQUEST.name)


def test_an_enrolled_counter_takes_no_second_answer_and_makes_no_request(small: OwnCentre) -> None:
    machine, (name, code) = Machine(), slot(small)
    answer, said = give(small, machine.desk.request(name, code), machine.desk.code())
    machine.desk.accept(answer, said)
    for again in (lambda: machine.desk.accept(answer, said), lambda: machine.desk.request(name, code)):
        with refused("enrol_already"):
            again()


def test_a_counter_put_back_from_a_backup_goes_on_without_a_line_too(small: OwnCentre) -> None:
    machine = Machine()
    machine.desk.accept(*give(small, machine.desk.request(*slot(small)), machine.desk.code()))
    machine.store.commit([], [RESTORED.put(RestoredStore(1, 0, 0))])
    again = Machine(bytes([9]) * 32)
    again.store = machine.store
    request = again.desk.request(*slot(small))
    with refused("enrolment_other_device"):
        again.desk.accept(*give(small, request, again.desk.code()))
    again.online.tidy()
    assert PENDING in again.seeds.kept, "still needed"
    kept = machine.store.enrolment()
    assert kept is not None
    with small.store.writing() as session:
        mine = enrolment.make_slot(small.centre, session, SHOP, "amal", read_statement(kept.statement).device)
    third = Machine(bytes([10]) * 32)
    third.store = machine.store
    third.desk.accept(*give(small, third.desk.request(*mine), third.desk.code()))
    assert third.seeds.kept == {2: bytes([10]) * 32}
    with refused("enrol_already"):
        third.desk.request(*slot(small))


def test_an_answer_for_another_computer_or_an_older_request_is_refused(small: OwnCentre) -> None:
    machine, other = Machine(), Machine(bytes([8]) * 32)
    name, code = slot(small)
    answer, said = give(small, machine.desk.request(name, code), machine.desk.code())
    other.desk.request(*slot(small))
    with refused("other_file"):
        other.desk.accept(answer, said)
    machine.desk.request(*slot(small))
    with refused("other_file"):
        machine.desk.accept(answer, said)


def test_a_request_written_once_more_is_the_same_one_and_its_answer_is_still_good(small: OwnCentre) -> None:
    machine = Machine()
    name, code = slot(small)
    first, shown = machine.desk.request(name, code), machine.desk.code()
    answer, said = give(small, first, shown)
    machine.clock.wall += 60_000
    assert (machine.desk.request(f" {name}", code.lower()), machine.desk.code()) == (first, shown)
    machine.desk.accept(answer, said)
    assert machine.begun == 1


def test_a_request_of_another_key_is_another(small: OwnCentre) -> None:
    machine, other = Machine(), Machine(bytes([8]) * 32)
    name, code = slot(small)
    first = machine.desk.request(name, code)
    other.store = machine.store
    assert (
        offline_enrolment.read_request(other.desk.request(name, code)).public
        != offline_enrolment.read_request(first).public
    )


def test_without_a_request_there_is_nothing_to_answer() -> None:
    with refused("setup_no_request"):
        Machine().desk.accept(b"{}", "x")


def test_a_code_that_differs_or_is_mistyped_changes_nothing(small: OwnCentre) -> None:
    machine = Machine()
    answer, said = give(small, machine.desk.request(*slot(small)), machine.desk.code())
    other = "0" * 16 + check_char("0" * 16)
    with refused("answer_code"):
        machine.desk.accept(answer, other)
    with refused("code_check"):
        machine.desk.accept(answer, said[:-1] + ("0" if said[-1] != "0" else "1"))
    assert (machine.store.enrolment(), machine.begun) == (None, 0)


def test_a_file_cut_anywhere_is_said_to_be_not_whole(small: OwnCentre) -> None:
    machine = Machine()
    request = machine.desk.request(*slot(small))
    answer, said = give(small, request, machine.desk.code())
    for at in range(0, len(request), 29):
        with refused("stick_torn"):
            offline_enrolment.read_request(request[:at])
    for at in range(0, len(answer), len(answer) // 20):
        with refused("stick_torn"):
            machine.desk.accept(answer[:at], said)
    for at in range(0, len(answer), len(answer) // 5):
        with refused("stick_torn"):
            offline_enrolment.read_documents(answer[:at])


@pytest.mark.parametrize("data", [b"[]", b"7", b'{"v":1}', b'{"request":1,"root":"zz","keyset":{},"statement":{}}'])
def test_another_file_is_no_answer(small: OwnCentre, data: bytes) -> None:
    machine = Machine()
    machine.desk.request(*slot(small))
    with refused("stick_torn"):
        machine.desk.accept(data, "x")
    with refused("stick_torn"):
        offline_enrolment.read_documents(data)


def bend_root(members: dict[str, Any]) -> None:
    members["root"] = SeedSigner(bytes(32)).public.hex()


def bend_statement(members: dict[str, Any]) -> None:
    members["statement"]["payload"] = members["statement"]["payload"][:-8] + "AAAAAAA="


def bend_signature(members: dict[str, Any]) -> None:
    members["statement"]["signatures"] = []


@pytest.mark.parametrize("bend", [bend_root, bend_statement, bend_signature])
def test_a_changed_answer_does_not_hang_together(small: OwnCentre, bend: Callable[[dict[str, Any]], None]) -> None:
    machine = Machine()
    answer, said = give(small, machine.desk.request(*slot(small)), machine.desk.code())
    members = json.loads(answer)
    bend(members)
    with refused("stick_changed"):
        machine.desk.accept(json.dumps(members).encode(), said)


def test_a_forger_who_answers_under_his_own_root_fails_at_the_code(small: OwnCentre, tmp_path: Path) -> None:
    """All he signs hangs together; what he cannot make is the code that the real centre reads out."""
    import secrets

    from central.store.sqlite_store import SqliteStore
    from tests.harness.own_centre import make_centre

    (tmp_path / "forger").mkdir()
    store = SqliteStore(tmp_path / "forger" / "centre.db", secrets.token_bytes(32))
    forger, machine = make_centre(store, tmp_path / "forger", "forger"), Machine()
    request = machine.desk.request(*slot(small))
    _, said = give(small, request, machine.desk.code())
    found = offline_enrolment.read_request(request)
    with store.writing() as session:
        name, _ = enrolment.make_slot(forger.centre, session, SHOP, "amal")
        session.run("UPDATE slot SET slot = ? WHERE slot = ?", found.slot, name)
        from central.store.vault import code_mac

        mac = code_mac(forger.centre.keys.codes, found.slot, found.code)
        session.run("UPDATE slot SET code_mac = ? WHERE slot = ?", mac, found.slot)
    forged, _ = give(forger, request, machine.desk.code())
    store.close()
    with refused("answer_code"):
        machine.desk.accept(forged, said)


# ---- the centre's side


def test_a_request_that_somebody_changed_is_not_looked_at(small: OwnCentre) -> None:
    request = json.loads(Machine().desk.request(*slot(small)))
    other = json.loads(Machine(bytes([8]) * 32).desk.request("0001", "0" * 10 + check_char("0" * 10)))
    with refused("stick_changed"):
        offline_enrolment.read_request(json.dumps({**request, "payload": other["payload"]}).encode())


@pytest.mark.parametrize("bad", [{"slot": "12"}, {"code": "SHORT"}, {"nonce": "00"}])
def test_a_request_of_another_form_is_refused(bad: dict[str, str]) -> None:
    signer = SeedSigner(MY_SEED)
    members = {"v": 1, "slot": "1234", "code": "0" * 11, "pub": signer.public.hex(), "nonce": "00" * 16, "made_ms": 1}
    with refused("stick_changed"):
        offline_enrolment.read_request(trust.seal_object(offline_enrolment.REQUEST, members | bad, signer))


def test_a_request_swapped_on_the_way_fails_at_the_code_that_is_read_out(small: OwnCentre) -> None:
    machine, thief = Machine(), Machine(bytes([9]) * 32)
    name, code = slot(small)
    machine.desk.request(name, code)
    with refused("number_differs"):
        give(small, thief.desk.request(name, code), machine.desk.code())


def test_whoever_made_the_slot_does_not_answer(small: OwnCentre) -> None:
    machine = Machine()
    request = machine.desk.request(*slot(small))
    with refused("same_person"):
        give(small, request, machine.desk.code(), "amal")


def test_wrong_codes_close_no_slot_for_the_right_one(small: OwnCentre) -> None:
    machine, (name, code) = Machine(), slot(small)
    wrong = ("1" if code[0] == "0" else "0") + code[1:10]
    bad = machine.desk.request(name, wrong + check_char(wrong))
    for _ in range(6):
        with refused("slot_code"):
            give(small, bad, machine.desk.code())
    give(small, machine.desk.request(name, code), machine.desk.code())


def test_used_expired_and_unknown_slots_are_told_apart(small: OwnCentre) -> None:
    machine, other = Machine(), Machine(bytes([8]) * 32)
    name, code = slot(small)
    give(small, machine.desk.request(name, code), machine.desk.code())
    late = other.desk.request(name, code)
    with refused("slot_used"):
        give(small, late, other.desk.code())
    gone = other.desk.request("9999" if name != "9999" else "9998", code)
    with refused("no_slot"):
        give(small, gone, other.desk.code())
    second = other.desk.request(*slot(small))
    small.clock.ms += enrolment.LIFE_MS + 1
    with refused("slot_expired"):
        give(small, second, other.desk.code())


def test_a_key_that_works_somewhere_and_one_that_anybody_has_are_refused(small: OwnCentre) -> None:
    machine = Machine()
    give(small, machine.desk.request(*slot(small)), machine.desk.code())
    again = machine.desk.request(*slot(small))
    with refused("duplicate_key"):
        give(small, again, machine.desk.code())
    request = offline_enrolment.EnrolmentRequest(b"x", *slot(small), bytes(32), 0)
    with refused("bad_key"):
        admitted.answer(small.centre, request, offline_enrolment.request_code(b"x"), "badr")


def test_an_epoch_that_was_opened_meanwhile_is_not_opened_again(small: OwnCentre) -> None:
    machine, device = Machine(), small.enrol()
    with small.store.writing() as session:
        name, code = enrolment.make_slot(small.centre, session, SHOP, "amal", device.chain.device)
    small.enrol(device.chain.device)
    request = machine.desk.request(name, code)
    with refused("epoch_taken"):
        give(small, request, machine.desk.code())


@pytest.mark.parametrize(("bad", "code"), [(("12", "0" * 11), "slot_form"), (("1234", "0" * 9 + "1"), "code_length")])
def test_a_slip_makes_no_request(bad: tuple[str, str], code: str) -> None:
    with refused(code):
        Machine().desk.request(*bad)


# ---- the documents in the answer


def test_what_is_newer_is_taken_and_what_is_older_or_nobodys_is_passed_over() -> None:
    from tests.harness import shop

    counter = Shop(FakeStore()).counter
    settings = trust.seal_object(trust.SETTINGS, shop.settings(2), shop.FEED)
    old = trust.seal_object(trust.OPERATORS, shop.operators(1), shop.FEED)
    forged = trust.seal_object(trust.CATALOGUE, shop.catalogue(5), shop.FEED)
    found = {"settings": settings, "operators": old, "catalogue": forged, "keyset": b"no json"}
    assert take_documents(counter, found) == ["settings"]
    assert counter.in_force.settings().version == 2
    assert take_documents(counter, found) == []


# ---- the line on the centre's paper


def test_the_line_is_read_typed_or_scanned_through_either_layout() -> None:
    given = Invitation("https://centre.example:8443/m", "0417", "7K3QF9ZM2PX")
    line = given.text()
    assert read_invitation(f"  {line}\n") == given
    latin, arabic = "qwertyuiop[]asdfghjkl;'zxcvnm,./", "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ"
    typed = line.translate(str.maketrans(latin, arabic)).replace("b", "لا")
    assert is_invitation(typed)
    assert read_invitation(typed) == given


@pytest.mark.parametrize(
    "bad", ["", "manfaz1", "manfaz1 https://x 12 7k3qf9zm2px", "manfaz2 https://x 1234 7k3qf9zm2px"]
)
def test_anything_else_is_no_invitation(bad: str) -> None:
    with refused("invitation_form"):
        read_invitation(bad)

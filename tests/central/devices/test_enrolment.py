"""First trust from the inside: races, exhaustion, time, and who may approve."""

from __future__ import annotations

import contextlib
import secrets
import threading
from typing import Any

import pytest

from central.devices import enrolment, registry, tills
from central.documents import shops
from central.store.device_models import Slot
from protocol.errors import Refused
from protocol.keys import SeedSigner
from protocol.texts import Bilingual
from protocol.values.ids import ALPHABET, check_char
from protocol.wire.enrolment import Proof, commitment, status_bytes
from tests.harness.own_centre import SHOP, OwnCentre

KEY = SeedSigner(b"k" * 32)
NONCE = b"n" * 16
PROMISE = commitment(KEY.public, NONCE)
TRIES = 5
"""After so many the staff are told."""


def tries(office: OwnCentre, slot: str) -> int:
    row = office.row("SELECT tries FROM slot WHERE slot = ?", slot)
    return int(row[0])


def claimed_slots(office: OwnCentre) -> list[Slot]:
    return office.read(enrolment.slots, "claimed")


def slot(office: OwnCentre, device: bytes | None = None) -> tuple[str, str]:
    return office.act(enrolment.make_slot, SHOP, "amal", device)


def claim(office: OwnCentre, slot: str, code: str, key: SeedSigner = KEY) -> Slot:
    return enrolment.claim(office.centre, slot, code, key.public, commitment(key.public, NONCE))


def reveal(office: OwnCentre, claimed: Slot, key: SeedSigner = KEY) -> None:
    assert claimed.ns is not None
    proof = Proof(claimed.slot, key.public, claimed.ns, NONCE, office.centre.keys.root_fp).sign(key)
    enrolment.reveal(office.centre, claimed.slot, NONCE, proof)


def approve(office: OwnCentre, slot: str, number: str, staff: str = "badr") -> Any:
    return office.act(enrolment.approve, slot, number, staff)


def number_of(office: OwnCentre) -> str:
    [waiting] = office.read(enrolment.slots, "revealed")
    assert waiting.number is not None
    return waiting.number


def wrong(code: str) -> str:
    first = ALPHABET[(ALPHABET.index(code[0]) + 1) % 32]
    return first + code[1:10] + check_char(first + code[1:10])


def refused(code: str = "enrolment_refused") -> Any:
    return pytest.raises(Refused, match=code)


def test_a_claim_or_reveal_whose_answer_was_lost_may_be_sent_again(office: OwnCentre) -> None:
    name, code = slot(office)
    first = claim(office, name, code)
    assert claim(office, name, code).ns == first.ns
    for _ in range(2):
        reveal(office, first)
    assert len(number_of(office)) == 6


def test_the_right_code_with_another_key_is_a_wrong_try(office: OwnCentre) -> None:
    name, code = slot(office)
    claim(office, name, code)
    for _ in range(TRIES):
        with refused():
            claim(office, name, code, SeedSigner(b"o" * 32))
    assert tries(office, name) == TRIES
    claim(office, name, code)


def test_wrong_tries_of_strangers_close_no_slot_for_the_right_code(office: OwnCentre) -> None:
    name, code = slot(office)
    for _ in range(TRIES):
        with refused():
            claim(office, name, wrong(code))
    with contextlib.suppress(Refused):
        claim(office, name, code)
    assert [one.slot for one in claimed_slots(office)] == [name]


def test_guesses_at_once_are_counted_too(office: OwnCentre) -> None:
    name, code = slot(office)

    def guess() -> None:
        with refused():
            claim(office, name, wrong(code))

    threads = [threading.Thread(target=guess) for _ in range(TRIES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tries(office, name) == TRIES


def test_of_two_devices_with_the_code_one_wins(office: OwnCentre) -> None:
    name, code = slot(office)
    won: list[bytes] = []

    def race(key: SeedSigner) -> None:
        with contextlib.suppress(Refused):
            won.append(claim(office, name, code, key).pub or b"")

    threads = [threading.Thread(target=race, args=(SeedSigner(bytes([n]) * 32),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


@pytest.mark.parametrize("key", [bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32])
def test_a_key_under_which_anyone_can_sign_is_refused(small: OwnCentre, key: bytes) -> None:
    name, code = slot(small)
    with refused("bad_key"):
        enrolment.claim(small.centre, name, code, key, PROMISE)


def test_a_key_that_is_known_is_refused_and_costs_no_slot(office: OwnCentre) -> None:
    device = office.enrol()
    name, code = slot(office)
    with refused("duplicate_key"):
        enrolment.claim(office.centre, name, code, device.signer.public, PROMISE)
    other, other_code = slot(office)
    claim(office, name, code)
    with refused("duplicate_key"):
        claim(office, other, other_code)


def test_a_slot_ends_after_a_day(office: OwnCentre) -> None:
    name, code = slot(office)
    claimed = claim(office, name, code)
    reveal(office, claimed)
    number = number_of(office)
    office.clock.ms += enrolment.LIFE_MS + 1
    with refused():
        claim(office, name, code)
    with refused():
        reveal(office, claimed)
    with refused():
        enrolment.status(office.centre, name, NONCE, KEY.sign(status_bytes(name, NONCE)))
    with refused("no_slot"):
        approve(office, name, number)


def test_a_nonce_that_was_not_promised_or_a_proof_of_another_key_is_refused(office: OwnCentre) -> None:
    name, code = slot(office)
    claimed = claim(office, name, code)
    with refused():
        enrolment.reveal(office.centre, name, b"x" * 16, bytes(64))
    with refused():
        reveal(office, claimed, SeedSigner(b"z" * 32))
    with refused():
        enrolment.reveal(office.centre, "none", NONCE, bytes(64))
    reveal(office, claimed)


def test_wrong_reveals_close_no_slot_for_the_right_one(small: OwnCentre) -> None:
    name, code = slot(small)
    claimed = claim(small, name, code)
    for number in range(TRIES):
        with refused():
            enrolment.reveal(small.centre, name, bytes([number]) * 16, bytes(64))
    assert tries(small, name) == TRIES
    reveal(small, claimed)
    assert len(number_of(small)) == 6


def test_only_the_device_learns_how_it_stands(office: OwnCentre) -> None:
    name, code = slot(office)
    for signature in (bytes(64), KEY.sign(status_bytes(name, NONCE))):
        with refused():
            enrolment.status(office.centre, name, NONCE, signature)
    reveal(office, claim(office, name, code))
    assert enrolment.status(office.centre, name, NONCE, KEY.sign(status_bytes(name, NONCE))) is None
    with refused():
        enrolment.status(office.centre, name, NONCE, SeedSigner(b"z" * 32).sign(status_bytes(name, NONCE)))


def test_who_made_the_slot_may_not_approve_nor_anyone_with_other_digits(office: OwnCentre) -> None:
    name, code = slot(office)
    with refused("not_revealed"):
        approve(office, name, "000000")
    reveal(office, claim(office, name, code))
    number = number_of(office)
    with refused("same_person"):
        approve(office, name, number, "amal")
    with refused("number_differs"):
        approve(office, name, f"{(int(number) + 1) % 10**6:06d}")
    assert approve(office, name, f"{number[:3]} {number[3:]}").epoch == 1
    with refused("slot_settled"):
        approve(office, name, number)


def test_the_next_epoch_ends_the_one_before(office: OwnCentre) -> None:
    first = office.enrol()
    name, code = slot(office, first.chain.device)
    other, other_code = slot(office, first.chain.device)
    reveal(office, claim(office, name, code))
    assert approve(office, name, number_of(office)).epoch == 2
    key = SeedSigner(b"2" * 32)
    reveal(office, claim(office, other, other_code, key), key)
    with refused("epoch_taken"):
        approve(office, other, number_of(office))
    assert office.standing(first).state == "superseded"


def test_a_shop_must_be_there_and_slots_run_out(small: OwnCentre) -> None:
    with small.store.writing() as session:
        with refused("no_shop"):
            enrolment.make_slot(small.centre, session, "none", "amal")
        session.many(
            "INSERT INTO slot (slot, shop, device, epoch, code_mac, creator, expires_ms, tries, state) "
            "VALUES (?, 'S', ?, 1, ?, 'a', ?, 0, 'open')",
            [(f"{n:04d}", b"", b"", small.clock() + 1) for n in range(10_000)],
        )
        with refused("no_free_slot"):
            enrolment.make_slot(small.centre, session, SHOP, "amal")


def test_states_of_a_device_change_only_where_they_may(office: OwnCentre) -> None:
    device = office.enrol()
    one = device.chain.device
    with office.store.writing() as session:
        with refused("wrong_state"):
            registry.resume(office.centre, session, one, "amal")
        registry.suspend(office.centre, session, one, "amal")
        with refused("wrong_state"):
            registry.suspend(office.centre, session, one, "amal")
        registry.resume(office.centre, session, one, "badr")
    kinds = [item["kind"] for item in office.feed(device)]
    assert kinds.count("order") == 2


def test_a_device_is_found_by_as_much_of_its_name_as_is_needed(office: OwnCentre) -> None:
    device, other = office.enrol(), office.enrol()
    with office.store.reading() as session:
        assert registry.find(session, device.name) == device.chain.device
        for name in ("", "zz", secrets.token_hex(8)):
            with refused("no_device"):
                registry.find(session, name)
        same = next(n for n in range(33) if device.name.replace("-", "")[:n] != other.name.replace("-", "")[:n])
        with refused("no_device"):
            registry.find(session, device.name.replace("-", "")[: same - 1])
        with refused("no_device"):
            registry.latest(session, b"x" * 16)
        assert shops.names(session, SHOP) == Bilingual("منفذ الدقي", "Dokki counter")
        assert shops.names(session, "?") == Bilingual("?", "?")


# ---- the numbers of tills


def other_shop(office: OwnCentre) -> str:
    office.run("INSERT INTO shop VALUES ('ALX-1', 'الرمل', 'Raml', '{}', 0, 0, '', '')")
    return "ALX-1"


def test_each_till_of_a_shop_has_its_number_and_each_shop_counts_for_itself(office: OwnCentre) -> None:
    alexandria = other_shop(office)
    devices = [office.enrol(), office.enrol(), office.enrol(shop=alexandria)]
    assert [device.statement.till for device in devices] == [1, 2, 1]
    assert [office.read(tills.number_of, SHOP, device.chain.device) for device in devices] == [1, 2, 0]
    assert office.read(tills.device_of, SHOP, 2) == devices[1].chain.device
    assert office.read(tills.device_of, SHOP, 3) is None


def test_a_computer_that_is_replaced_stays_the_same_till(office: OwnCentre) -> None:
    first, _ = office.enrol(), office.enrol()
    again = office.enrol(first.chain.device)
    assert (again.statement.epoch, again.statement.till) == (2, 1)
    assert office.read(tills.receipt, SHOP, first.chain.device, 2, 231) == "1-10000231"


def test_no_number_is_given_twice_and_a_till_that_comes_back_finds_its_own(office: OwnCentre) -> None:
    alexandria = other_shop(office)
    first = office.enrol()
    assert office.enrol(first.chain.device, shop=alexandria).statement.till == 1
    assert office.enrol().statement.till == 2, "the first number of the shop is gone for ever"
    assert office.enrol(first.chain.device).statement.till == 1
    for forgery in ("DELETE FROM till_number", "UPDATE till_number SET number = 9"):
        with pytest.raises(Exception, match="append-only"):
            office.run(forgery)


def test_a_shop_without_a_free_number_admits_nobody(office: OwnCentre) -> None:
    office.enrol()
    office.run("INSERT INTO till_number VALUES (?, 9999, ?)", SHOP, b"x" * 16)
    with refused("no_free_till"):
        office.enrol()


def test_people_name_a_till_and_an_entry_by_their_numbers(office: OwnCentre) -> None:
    device = office.enrol()
    name = device.chain.device
    for text in (f"{SHOP}/1", f"{SHOP}/١", str(registry.name_of(name))):
        assert office.read(registry.find, text) == name
    for text in (f"{SHOP}/2", f"{SHOP}/0", f"{SHOP}/x", "nowhere/1", f"{SHOP}/"):
        with refused("no_device"):
            office.read(registry.find, text)
    assert office.read(registry.numbered, f"{SHOP}/1-000231") == (name, 231, 1)
    assert office.read(registry.numbered, f"{SHOP}/1-10000231") == (name, 231, 2)
    assert office.read(registry.numbered, f"{registry.name_of(name)[:8]}-231") == (name, 231, None)
    for text in (f"{SHOP}/2-000231", f"{SHOP}/1-x", f"{SHOP}/"):
        assert office.read(registry.numbered, text) is None

"""Sign-in: what a PIN costs to guess, and that nothing shortens it."""

from __future__ import annotations

import pytest

from kiosk.core.events import SessionChanged
from kiosk.model.store_changes import PutDocument
from kiosk.staff.sign_in import FINISH_MS
from protocol.clock import HOUR_MS
from protocol.documents.operators import activation_hash
from protocol.documents.trust import OPERATORS, seal_object
from protocol.errors import Refused, Unavailable
from protocol.journal.kj01 import read_body
from tests.harness.fakes.fake_world import FakeMirror
from tests.harness.shop import CODE, FEED, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop, operators


def refused(call: object) -> str:
    with pytest.raises(Refused) as caught:
        call()  # type: ignore[operator]
    return caught.value.code


def kinds(shop: Shop) -> list[str]:
    bodies = [read_body(item.record.body) for item in shop.store.journal.export(1)]
    return [body["kind"] for body in bodies if "kind" in body]


def test_the_first_pin_is_set_with_the_one_time_code(shop: Shop) -> None:
    login = shop.counter.people.activate(OPERATOR, "7k3q-f9zm-2p" + CODE[10:], PIN)
    assert (login.operator.id, login.locked) == (OPERATOR, False)
    assert kinds(shop)[-1] == "activate"
    activation = shop.counter.in_force.operators()[OPERATOR].activation
    assert activation is not None
    assert read_body(list(shop.store.journal.export(1))[-1].record.body)["activation"] == activation.hash.hex()
    assert SessionChanged() in shop.heard


def test_a_code_works_once(shop: Shop) -> None:
    people = shop.counter.people
    people.activate(OPERATOR, CODE, PIN)
    assert refused(lambda: people.activate(OPERATOR, CODE, "284619")) == "activation_wrong"
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR


def test_a_wrong_code_is_refused_and_counted(shop: Shop) -> None:
    people = shop.counter.people
    assert refused(lambda: people.activate(OPERATOR, "0000000000", PIN)) == "activation_wrong"
    attempts = shop.store.attempts(f"{OPERATOR}/{code_of(CODE, 1)['hash']}")
    assert attempts is not None
    assert attempts.failed == 1


def test_a_person_without_an_activation_cannot_set_a_pin(shop: Shop) -> None:
    document = operators(2)
    document["operators"][0]["activation"] = None
    put(shop, document)
    assert refused(lambda: shop.counter.people.activate(OPERATOR, CODE, PIN)) == "activation_wrong"


def put(shop: Shop, document: dict[str, object]) -> None:
    from kiosk.core.events import DocumentsChanged

    version = document["version"]
    assert isinstance(version, int)
    shop.counter.journal.write([], [PutDocument("operators", version, seal_object(OPERATORS, document, FEED))])
    shop.counter.events.publish(DocumentsChanged("operators"))


def test_arabic_digits_are_the_same_pin(open_shop: Shop) -> None:
    assert open_shop.counter.people.sign_in(OPERATOR, "١٩٤٠٢٧").operator.id == OPERATOR


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "12 45 6x"])
def test_a_pin_of_another_form_costs_no_try(open_shop: Shop, pin: str) -> None:
    assert refused(lambda: open_shop.counter.people.sign_in(OPERATOR, pin)) == "pin_form"
    attempts = open_shop.store.attempts(OPERATOR)
    assert attempts is not None
    assert attempts.failed == 0


@pytest.mark.parametrize("pin", ["111111", "123456", "654321"])
def test_the_pins_that_a_stranger_tries_first_are_refused(shop: Shop, pin: str) -> None:
    assert refused(lambda: shop.counter.people.activate(OPERATOR, CODE, pin)) == "pin_weak"


def test_a_supervisor_needs_eight_digits(shop: Shop) -> None:
    people = shop.counter.people
    assert refused(lambda: people.activate(SUPERVISOR, CODE, PIN)) == "pin_form"
    assert people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR).operator.role == "supervisor"


def test_a_wrong_pin_says_how_many_tries_are_left(open_shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        open_shop.counter.people.sign_in(OPERATOR, "284619")
    assert (caught.value.code, caught.value.values["n"]) == ("pin_wrong", 9)
    assert kinds(open_shop)[-1] == "login_failed"


def test_five_wrong_pins_cost_a_wait_that_a_restart_begins_again(open_shop: Shop) -> None:
    people = open_shop.counter.people
    for _ in range(5):
        assert refused(lambda: people.sign_in(OPERATOR, "284619")) == "pin_wrong"
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "pin_wait"
    open_shop.clock.pass_ms(29_000)
    open_shop.clock.boot_id = b"boot-id2"
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "pin_wait"


def test_after_the_wait_the_right_pin_opens_and_clears_the_count(open_shop: Shop) -> None:
    people = open_shop.counter.people
    for _ in range(5):
        refused(lambda: people.sign_in(OPERATOR, "284619"))
    open_shop.clock.pass_ms(30_000)
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR
    attempts = open_shop.store.attempts(OPERATOR)
    assert attempts is not None
    assert attempts.failed == 0


def test_ten_wrong_pins_lock_until_a_new_activation(open_shop: Shop) -> None:
    people = open_shop.counter.people
    for _ in range(10):
        open_shop.clock.pass_ms(3_600_000)
        refused(lambda: people.sign_in(OPERATOR, "284619"))
    open_shop.clock.pass_ms(3_600_000)
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "pin_locked"


def test_a_new_activation_replaces_the_pin(open_shop: Shop) -> None:
    document = operators(2)
    from tests.harness.shop import person

    document["operators"] = [person(OPERATOR, "operator", 7)]
    put(open_shop, document)
    people = open_shop.counter.people
    assert [(seat.operator.id, seat.has_pin) for seat in people.seats()] == [(OPERATOR, False)]
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "pin_none"
    assert people.activate(OPERATOR, CODE, "284619").operator.id == OPERATOR


def code_of(code: str, salt: int) -> dict[str, str]:
    salted = bytes([salt]) * 16
    return {"salt": salted.hex(), "hash": activation_hash(code, salted).hex()}


def told(shop: Shop, version: int, activation: dict[str, str] | None, pins: list[str]) -> None:
    """The next operators document, of a centre that says whose PINs are good."""
    document = operators(version)
    document["operators"][0] |= {"activation": activation, "pins": pins}
    put(shop, document)


def test_a_pin_that_was_reset_stays_void_when_the_new_code_was_used_elsewhere(open_shop: Shop) -> None:
    people, new = open_shop.counter.people, code_of("0123456789", 7)
    told(open_shop, 2, new, [new["hash"]])
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "pin_none"
    told(open_shop, 3, None, [new["hash"]])
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "pin_none"


def test_a_reset_nobody_heard_of_voids_the_pin_all_the_same(open_shop: Shop) -> None:
    told(open_shop, 3, None, [code_of("0123456789", 7)["hash"]])
    assert refused(lambda: open_shop.counter.people.sign_in(OPERATOR, PIN)) == "pin_none"


def test_a_code_for_a_further_counter_leaves_the_pin_here_alone(open_shop: Shop) -> None:
    people, first, new = open_shop.counter.people, code_of(CODE, 1), code_of("0123456789", 7)
    told(open_shop, 2, new, [first["hash"], new["hash"]])
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR
    told(open_shop, 3, None, [first["hash"], new["hash"]])
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR


def test_a_new_code_opens_what_ten_wrong_pins_have_locked(open_shop: Shop) -> None:
    people = open_shop.counter.people
    for _ in range(10):
        open_shop.clock.pass_ms(3_600_000)
        refused(lambda: people.sign_in(OPERATOR, "284619"))
    new = code_of("0123456789", 7)
    told(open_shop, 2, new, [new["hash"]])
    assert people.activate(OPERATOR, "0123456789", "583920").operator.id == OPERATOR
    assert people.sign_in(OPERATOR, "583920").operator.id == OPERATOR


def test_ten_wrong_codes_lock_that_code_and_not_the_pin(open_shop: Shop) -> None:
    people, new = open_shop.counter.people, code_of("0123456789", 7)
    told(open_shop, 2, new, [code_of(CODE, 1)["hash"], new["hash"]])
    for _ in range(5):
        assert refused(lambda: people.activate(OPERATOR, "1111111111", "583920")) == "activation_wrong"
    assert refused(lambda: people.activate(OPERATOR, "0123456789", "583920")) == "pin_wait"
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR
    for _ in range(5):
        open_shop.clock.pass_ms(3_600_000)
        refused(lambda: people.activate(OPERATOR, "1111111111", "583920"))
    open_shop.clock.pass_ms(3_600_000)
    assert refused(lambda: people.activate(OPERATOR, "0123456789", "583920")) == "pin_locked"


def test_a_stranger_and_an_inactive_person_are_refused(open_shop: Shop) -> None:
    people = open_shop.counter.people
    assert refused(lambda: people.sign_in("nobody", PIN)) == "operator_not_allowed"
    document = operators(2)
    document["operators"][0]["active"] = False
    put(open_shop, document)
    assert refused(lambda: people.sign_in(OPERATOR, PIN)) == "operator_not_allowed"
    assert [seat.operator.id for seat in people.seats()] == [SUPERVISOR]


@pytest.mark.parametrize("change", [{"active": False}, {"not_after_ms": 1}])
def test_who_may_no_longer_work_sells_nothing_more_and_is_not_let_back(
    open_shop: Shop, change: dict[str, object]
) -> None:
    document = operators(2)
    document["operators"][0] |= change
    put(open_shop, document)
    people, desk = open_shop.counter.people, open_shop.counter.desk
    assert refused(lambda: desk.record(open_shop.sale())) == "operator_not_allowed"
    people.lock()
    assert refused(lambda: people.unlock(PIN)) == "operator_not_allowed"
    people.sign_out()
    assert people.current() is None


def test_who_has_left_the_document_sells_nothing_more(open_shop: Shop) -> None:
    document = operators(2)
    del document["operators"][0]
    put(open_shop, document)
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale())) == "operator_not_allowed"


def test_a_role_that_was_taken_away_is_gone_at_once(shop: Shop) -> None:
    people = shop.counter.people
    people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    document = operators(2)
    document["operators"][1]["role"] = "operator"
    put(shop, document)
    assert people.working().operator.role == "operator"


def test_a_session_ends_for_new_work_and_a_little_later_for_what_was_begun(open_shop: Shop) -> None:
    people, desk = open_shop.counter.people, open_shop.counter.desk
    open_shop.clock.pass_ms(12 * HOUR_MS)
    desk.drafts.begin("birth-cert")
    open_shop.clock.wall -= 2 * HOUR_MS  # nobody stretches it by the wall clock
    open_shop.clock.mono += 1
    with pytest.raises(Refused) as caught:
        desk.drafts.begin("birth-cert")
    assert (caught.value.code, caught.value.values) == ("session_over", {"hours": 12})
    open_shop.clock.wall += 2 * HOUR_MS
    desk.record(open_shop.sale())
    open_shop.clock.pass_ms(FINISH_MS)
    assert refused(lambda: desk.record(open_shop.sale(2))) == "session_over"
    people.lock()
    assert refused(lambda: people.unlock(PIN)) == "session_over"
    assert people.sign_in(OPERATOR, PIN) == people.working()


def test_lock_hides_and_the_same_pin_returns(open_shop: Shop) -> None:
    people = open_shop.counter.people
    people.lock()
    people.lock()
    assert refused(people.working) == "locked"
    assert people.unlock(PIN).locked is False
    assert people.working().operator.id == OPERATOR
    assert kinds(open_shop)[-2:] == ["lock", "unlock"]


def test_unlocking_wants_the_right_pin(open_shop: Shop) -> None:
    people = open_shop.counter.people
    people.lock()
    assert refused(lambda: people.unlock("284619")) == "pin_wrong"
    login = people.current()
    assert login is not None
    assert login.locked


def test_signing_out_is_journalled_once_and_nobody_works_then(open_shop: Shop) -> None:
    people = open_shop.counter.people
    people.sign_out()
    people.sign_out()
    people.lock()
    assert kinds(open_shop)[-1] == "logout"
    assert refused(people.working) == "signed_out"
    assert refused(lambda: people.unlock(PIN)) == "signed_out"


def test_a_guess_that_the_keystore_does_not_hear_of_is_not_answered_and_costs_nothing(open_shop: Shop) -> None:
    people, mirror = open_shop.counter.people, open_shop.mirror
    assert isinstance(mirror, FakeMirror)
    for wrong in range(1, 4):
        assert refused(lambda: people.sign_in(OPERATOR, "583901")) == "pin_wrong"
        before = open_shop.store.attempts(OPERATOR)
        mirror.fault = Unavailable("keystore_silent")
        for pin in (PIN, "583901"):
            with pytest.raises(Unavailable, match="keystore_silent"):
                people.sign_in(OPERATOR, pin)
        assert open_shop.store.attempts(OPERATOR) == before
        mirror.fault = None
        assert mirror.guesses[-1] == 1 + 3 * wrong
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR


def test_a_first_guess_that_is_not_heard_of_leaves_nobody_waiting(shop: Shop) -> None:
    assert isinstance(shop.mirror, FakeMirror)
    shop.mirror.fault = Unavailable("keystore_locked")
    for _ in range(12):
        with pytest.raises(Unavailable, match="keystore_locked"):
            shop.counter.people.activate(OPERATOR, CODE, PIN)
    shop.mirror.fault = None
    assert shop.counter.people.activate(OPERATOR, CODE, PIN).operator.id == OPERATOR

"""A lapsed lease locks the screen and destroys nothing; a wrong clock locks nobody out for ever, and opens nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given as draws
from hypothesis import settings as budget
from hypothesis import strategies as st

from kiosk.main.practice import Practice, PracticeRoom
from kiosk.model.service_request import Query
from kiosk.model.store_changes import PutFact
from kiosk.staff.centre_approvals import EXTENSION
from kiosk.staff.lockout import LAPSED, ORDERED, Locked
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import EntryType
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import CODE, OPERATOR, PIN, Shop
from tests.kiosk.core.test_trusted_time import fact, number, restart
from tests.kiosk.staff.test_centre_approvals import code, given, last

LEASE_MS = 10 * DAY_MS


def leased(shop: Shop) -> int:
    """The centre has just spoken: its lease, and the time in it. Answers when the lease ends."""
    until_ms = shop.clock.wall + LEASE_MS
    fact(shop, "floor_ms", shop.clock.wall)
    fact(shop, "lease_until_ms", until_ms)
    return until_ms


def look(shop: Shop) -> Locked | None:
    return shop.counter.lockout.locked()


def locked_out(call: Callable[[], object]) -> None:
    with pytest.raises(Refused, match="screen_locked"):
        call()


def lapse(shop: Shop) -> int:
    """The lease ends while the counter is switched on."""
    until_ms = leased(shop)
    shop.clock.pass_ms(LEASE_MS + 1)
    return until_ms


# ---- the lease


def test_it_locks_at_the_end_of_the_lease_and_says_since_when(open_shop: Shop) -> None:
    assert look(open_shop) is None  # no lease has ever come: then nothing can lapse
    until_ms = leased(open_shop)
    open_shop.clock.pass_ms(LEASE_MS)
    assert look(open_shop) is None
    open_shop.clock.pass_ms(1)
    assert look(open_shop) == Locked("lease", until_ms)


def test_nobody_comes_in_and_whoever_is_here_does_not_come_back(open_shop: Shop) -> None:
    lapse(open_shop)
    people = open_shop.counter.people
    people.lock()
    locked_out(lambda: people.unlock(PIN))
    people.sign_out()
    locked_out(lambda: people.sign_in(OPERATOR, PIN))
    locked_out(lambda: people.activate(OPERATOR, CODE, PIN))
    leased(open_shop)
    assert people.sign_in(OPERATOR, PIN).operator.id == OPERATOR


def test_nothing_is_lost_by_it_and_the_same_person_comes_back_to_it(open_shop: Shop) -> None:
    counter = open_shop.counter
    until_ms = leased(open_shop)
    sold = counter.desk.record(open_shop.sale()).request
    counter.desk.drafts.keep(counter.desk.drafts.begin("birth-cert"), {"full_name": "نصف"})
    kept, tail, day = counter.desk.drafts.unfinished(), open_shop.store.journal.tail(), open_shop.store.days.open_day()
    open_shop.clock.wall = until_ms + HOUR_MS
    counter.people.lock()
    assert look(open_shop) is not None
    assert [one.id for one in counter.desk.requests.search(Query())] == [sold.id]
    assert open_shop.store.journal.tail().count == tail.count
    assert open_shop.store.days.open_day() == day
    leased(open_shop)
    counter.people.unlock(PIN)
    assert counter.desk.drafts.unfinished() == kept
    assert len(counter.papers.jobs()) == 1


def test_putting_the_clock_back_opens_nothing_nor_does_a_restart(open_shop: Shop) -> None:
    until_ms = leased(open_shop)
    for _ in range(21):  # off for half of the time, so that the signed time alone would not have come so far
        open_shop.clock.wall += 11 * HOUR_MS
        look(open_shop)
        open_shop.clock.pass_ms(HOUR_MS)
    assert look(open_shop) == Locked("lease", until_ms)
    open_shop.clock.wall -= 9 * DAY_MS
    assert open_shop.counter.context.trusted_time.now_ms() < until_ms - 8 * DAY_MS
    assert look(open_shop) == Locked("lease", until_ms)
    locked_out(lambda: restart(open_shop))
    assert look(open_shop) == Locked("lease", until_ms)


def test_a_date_far_ahead_locks_only_until_it_is_set_right(open_shop: Shop) -> None:
    until_ms = leased(open_shop)
    open_shop.clock.wall += 3 * 365 * DAY_MS
    assert look(open_shop) == Locked("lease", until_ms, doubt=True)
    open_shop.clock.wall -= 3 * 365 * DAY_MS
    assert look(open_shop) is None
    assert LAPSED.name not in open_shop.store.facts()


def test_a_date_far_ahead_locks_nobody_whom_the_centre_has_just_told_the_time(open_shop: Shop) -> None:
    open_shop.clock.wall += 3 * 365 * DAY_MS
    now_ms = open_shop.clock.wall - 3 * 365 * DAY_MS
    fact(open_shop, "floor_ms", now_ms - HOUR_MS)
    fact(open_shop, "lease_until_ms", now_ms + LEASE_MS)
    assert look(open_shop) == Locked("lease", now_ms + LEASE_MS, doubt=True)
    fact(open_shop, "floor_ms", now_ms)  # the line is there
    assert look(open_shop) is None


def test_nor_one_that_somebody_has_confirmed(open_shop: Shop) -> None:
    now_ms = open_shop.clock.wall
    leased(open_shop)
    open_shop.clock.wall += 3 * 365 * DAY_MS
    open_shop.counter.desk.confirm_clock()
    locked_out(lambda: restart(open_shop))
    assert look(open_shop) is not None
    fact(open_shop, "floor_ms", now_ms + HOUR_MS)  # the line is there
    fact(open_shop, "lease_until_ms", now_ms + HOUR_MS + LEASE_MS)
    assert look(open_shop) is None
    open_shop.clock.pass_ms(LEASE_MS + 1)
    assert look(open_shop) == Locked("lease", now_ms + HOUR_MS + LEASE_MS)


def test_it_is_locked_though_the_disk_is_full(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    until_ms = lapse(open_shop)

    def full(*_: object) -> None:
        raise Unavailable("disk_full")

    monkeypatch.setattr(open_shop.counter.journal, "write", full)
    assert look(open_shop) == Locked("lease", until_ms)
    monkeypatch.undo()
    look(open_shop)
    assert open_shop.store.facts()[LAPSED.name] == f"1 {until_ms}".encode()


def test_a_clock_of_before_counts_by_the_signed_time(open_shop: Shop) -> None:
    until_ms = leased(open_shop)
    fact(open_shop, "floor_ms", until_ms + 1)
    open_shop.clock.wall -= 365 * DAY_MS
    assert look(open_shop) == Locked("lease", until_ms)


@budget(max_examples=60, deadline=None)
@draws(st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 30), st.booleans()), min_size=1, max_size=12))
def test_however_the_clock_is_set_only_the_centre_opens_what_was_seen_to_lapse(
    moves: list[tuple[int, int, bool]],
) -> None:
    shop = Shop(FakeStore()).ready()
    true_ms = shop.clock.wall
    leased(shop)
    for set_days, on_hours, renewed in moves:
        shop.clock.wall += set_days * DAY_MS
        shop.clock.pass_ms(on_hours * HOUR_MS)
        true_ms += on_hours * HOUR_MS
        was = look(shop)
        if renewed:
            fact(shop, "floor_ms", true_ms + 1)
            fact(shop, "lease_until_ms", true_ms + LEASE_MS)
            assert look(shop) is None
        elif was is not None and not was.doubt:
            shop.clock.wall -= 30 * DAY_MS
            assert look(shop) == was
            shop.clock.wall += 30 * DAY_MS


# ---- by telephone


def test_a_code_by_telephone_opens_it_for_a_day_whoever_stands_there(open_shop: Shop) -> None:
    counter = open_shop.counter
    given(open_shop)
    until_ms = lapse(open_shop)
    counter.people.sign_out()
    asked = counter.approvals.ask(EXTENSION)
    assert (asked.operator, counter.approvals.ask(EXTENSION)) == ("", asked)
    counter.approvals.tell(asked.seq, code(open_shop, asked))
    counter.approvals.extend(asked.seq)
    kind, body = last(open_shop)
    assert (kind, body["op"], body["login"]) == (EntryType.LIMIT_EXTENSION, "", 0)
    assert look(open_shop) is None
    counter.people.sign_in(OPERATOR, PIN)
    open_shop.clock.pass_ms(DAY_MS)
    assert look(open_shop) == Locked("lease", until_ms)


def test_it_is_asked_for_in_the_name_of_whom_the_screen_was_locked_for(open_shop: Shop) -> None:
    lapse(open_shop)
    open_shop.counter.people.lock()
    assert open_shop.counter.approvals.ask(EXTENSION).operator == OPERATOR


def lent(shop: Shop) -> None:
    """The centre reads out a code, and it is used."""
    asked = shop.counter.approvals.ask(EXTENSION)
    shop.counter.approvals.tell(asked.seq, code(shop, asked))
    shop.counter.approvals.extend(asked.seq)


def put_back(shop: Shop, by_ms: int) -> None:
    """In the morning, by somebody who then says that it is right."""
    shop.clock.wall -= by_ms
    shop.counter.people.sign_in(OPERATOR, PIN)
    shop.counter.desk.confirm_clock()


def test_one_code_is_good_for_one_day_however_often_the_clock_is_put_back(open_shop: Shop) -> None:
    given(open_shop)
    until_ms = leased(open_shop)
    open_shop.clock.wall = until_ms - HOUR_MS  # off for ten days: the signed time is as far behind, and stops nothing
    open_shop.counter.desk.confirm_clock()
    open_shop.clock.pass_ms(HOUR_MS + 1)
    assert look(open_shop) == Locked("lease", until_ms)
    lent(open_shop)
    for _ in range(2):
        open_shop.clock.pass_ms(10 * HOUR_MS)
        put_back(open_shop, 10 * HOUR_MS)
        assert look(open_shop) is None
    open_shop.clock.pass_ms(4 * HOUR_MS)
    assert look(open_shop) == Locked("lease", until_ms)
    open_shop.clock.wall -= 4 * HOUR_MS  # nor before anybody has looked at it
    assert look(open_shop) == Locked("lease", until_ms)


def test_a_code_opens_it_though_nobody_has_looked_at_the_clock_that_was_put_right(open_shop: Shop) -> None:
    given(open_shop)
    until_ms = lapse(open_shop)
    open_shop.counter.people.sign_out()
    for _ in range(4):  # it crept away unseen
        open_shop.clock.wall += 11 * HOUR_MS
        look(open_shop)
    open_shop.clock.wall -= 44 * HOUR_MS
    assert look(open_shop) == Locked("lease", until_ms)
    lent(open_shop)
    assert look(open_shop) is None
    put_back(open_shop, 0)
    assert open_shop.counter.desk.clock_doubt() is None
    assert look(open_shop) is None
    open_shop.clock.pass_ms(DAY_MS)
    assert look(open_shop) == Locked("lease", until_ms)


# ---- by order of the centre


@pytest.mark.parametrize("why", ["suspended", "revoked"])
def test_an_order_of_the_centre_locks_it_too_until_it_is_lifted(open_shop: Shop, why: str) -> None:
    open_shop.counter.journal.write([], [PutFact("order", f"1 {why}".encode())])
    since_ms = open_shop.clock.wall
    assert look(open_shop) == Locked(why, since_ms)  # type: ignore[arg-type]
    open_shop.clock.pass_ms(HOUR_MS)
    assert look(open_shop) == Locked(why, since_ms)  # type: ignore[arg-type]
    open_shop.counter.journal.write([], [PutFact("order", b"1 resumed")])
    assert look(open_shop) is None
    assert open_shop.store.facts()[ORDERED.name] == b""


def test_the_centres_code_lifts_no_order(open_shop: Shop) -> None:
    open_shop.counter.journal.write([], [PutFact("order", b"1 suspended")])
    fact(open_shop, "extended_until_ms", open_shop.clock.wall + DAY_MS)
    assert look(open_shop) is not None


def test_an_epoch_that_is_over_locks_nothing(open_shop: Shop) -> None:
    until_ms = leased(open_shop)
    marks = [PutFact("order", b"0 suspended"), PutFact(LAPSED.name, f"0 {until_ms}".encode())]
    open_shop.counter.journal.write([], marks)
    assert look(open_shop) is None


# ---- in practice


def test_whoever_practises_is_locked_out_with_the_real_counter(open_shop: Shop) -> None:
    practice = Practice(open_shop.counter, PracticeRoom(FakeStore(), None, lambda: None, bytes(32)), open_shop.world)
    people = practice.counter.people
    people.lock()
    people.unlock(PIN)
    people.lock()
    fact(open_shop, "lease_until_ms", open_shop.clock.wall - 1)
    locked_out(lambda: people.unlock(PIN))
    leased(open_shop)
    people.unlock(PIN)


def test_what_is_seen_is_written_once(open_shop: Shop) -> None:
    until_ms = lapse(open_shop)
    for _ in range(3):
        look(open_shop)
    assert open_shop.store.facts()[LAPSED.name] == f"1 {until_ms}".encode()
    assert number(open_shop, "lease_until_ms") == until_ms

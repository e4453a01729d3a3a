"""The centre in place of a second person: asked, answered by the feed or by telephone, used once and for that only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.core.events import ApprovalsChanged
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Movement
from kiosk.receiving import asked_of_centre, feed_kinds
from kiosk.receiving.asked_of_centre import CentreQuestion, Subject
from kiosk.receiving.feed_documents import PageReading
from kiosk.selling.sale_recorder import RecordedSale
from kiosk.staff.centre_approvals import EXTENSION, VALID_MS, Approver
from protocol.clock import HOUR_MS
from protocol.documents.limits_reached import Level
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.values import links, telephone
from tests.harness.shop import OPERATOR, PIN, Shop, enrolment
from tests.kiosk.cash.test_day_close import next_morning, with_supervisor

SECRET = bytes(range(32))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as found:
        act()
    return found.value.code


def hear(shop: Shop, *items: dict[str, Any]) -> PageReading:
    arrived = PageReading(shop.store, shop.counter.in_force)
    for item in items:
        feed_kinds.apply(item, arrived)
    shop.counter.journal.write(arrived.writings, arrived.changes)
    return arrived


def answer(seq: int, state: str = "granted", epoch: int = 1, **more: Any) -> dict[str, Any]:
    return {"kind": "approval", "epoch": epoch, "seq": seq, "state": state, "by": "badr", "at_ms": 1} | more


def code(shop: Shop, one: CentreQuestion, used: int = 0, n: int = 1) -> str:
    facts = shop.counter.approvals.facts(one)
    return telephone.code(SECRET, telephone.chain(SECRET, facts.device, n), used, facts)


def given(shop: Shop, n: int = 1) -> None:
    """The feed has brought the counter's chain."""
    device = shop.counter.in_force.statement().device_text
    hear(shop, {"kind": "telephone", "n": n, "tail": telephone.chain(SECRET, device, n).tail})


def last(shop: Shop) -> tuple[int, dict[str, Any]]:
    *_, item = shop.store.journal.export(shop.store.journal.tail().chain.epoch)
    return item.record.fields.entry_type, read_body(item.record.body)


@pytest.fixture
def sold(shop: Shop) -> RecordedSale:
    """A supervisor exists and is not here; the counter has its chain."""
    with_supervisor(shop)
    given(shop)
    return shop.counter.desk.record(shop.sale())


def void_of(sold: RecordedSale) -> Subject:
    return Subject("void", sold.request.seq, 1, sold.request.total_pt)


# ---- asking


def test_asking_is_an_entry_that_names_the_act_and_nobody(shop: Shop, sold: RecordedSale) -> None:
    one = shop.counter.approvals.ask(void_of(sold))
    kind, body = last(shop)
    assert (kind, one.seq, one.state, one.operator) == (
        EntryType.LOGIN, shop.store.journal.tail().chain.seq, "asked", OPERATOR,
    )  # fmt: skip
    said = {name: body[name] for name in ("kind", "op", "what", "of", "of_epoch", "amount_pt")}
    assert said == {
        "kind": "asked", "op": OPERATOR, "what": "void", "of": sold.request.seq, "of_epoch": 1,
        "amount_pt": sold.request.total_pt,
    }  # fmt: skip


def test_the_same_act_is_asked_for_once_until_it_is_used_denied_or_old(shop: Shop, sold: RecordedSale) -> None:
    ask = shop.counter.approvals.ask
    first = ask(void_of(sold))
    assert ask(void_of(sold)) == first
    other = ask(EXTENSION)
    assert other.seq > first.seq
    hear(shop, answer(first.seq, "denied"))
    second = ask(void_of(sold))
    assert second.seq > other.seq
    shop.clock.pass_ms(25 * HOUR_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)
    assert ask(void_of(sold)).seq > second.seq


def test_only_the_newest_are_kept_and_none_of_an_epoch_that_is_over(shop: Shop, sold: RecordedSale) -> None:
    made = [shop.counter.approvals.ask(Subject("void", n)) for n in range(asked_of_centre.KEPT + 1)]
    assert [one.seq for one in asked_of_centre.kept(shop.store, 1)] == [one.seq for one in made[1:]]
    assert refused(lambda: shop.counter.approvals.at(made[0].seq)) == "approval_unknown"
    shop.store.put_enrolment(enrolment(2))
    assert asked_of_centre.kept(shop.store, 2) == []


# ---- the answer by the line


def test_the_feeds_answer_is_an_entry_and_the_act_goes_on(shop: Shop, sold: RecordedSale) -> None:
    counter = shop.counter
    one = counter.approvals.ask(void_of(sold))
    approver = Approver(approval=one.seq)

    def void() -> Movement:
        return counter.reversals.void(sold.request.id, "خطأ", approver)

    assert refused(void) == "approval_waits"
    arrived = hear(shop, answer(one.seq))
    assert arrived.events == [ApprovalsChanged()]
    assert (counter.approvals.at(one.seq).state, counter.approvals.at(one.seq).by) == ("granted", "badr")
    kind, body = last(shop)
    assert (kind, body["kind"], body["what"], body["of"]) == (EntryType.LOGIN, "override", "approval", one.seq)
    assert (body["way"], body["by"]) == ("line", "badr")
    moved = void()
    kind, body = last(shop)
    assert (kind, body["approval"], moved.approver) == (EntryType.VOID, one.seq, "")
    assert not {"op2", "paper"} & set(body)
    assert counter.approvals.at(one.seq).state == "used"


def test_what_the_centre_denied_is_not_done(shop: Shop, sold: RecordedSale) -> None:
    one = shop.counter.approvals.ask(void_of(sold))
    before = shop.store.journal.tail().chain.seq
    hear(shop, answer(one.seq, "denied"))
    assert shop.store.journal.tail().chain.seq == before
    void = shop.counter.reversals.void
    assert refused(lambda: void(sold.request.id, "x", Approver(approval=one.seq))) == "approval_denied"


def test_an_answer_is_taken_once_and_for_this_epoch_only(shop: Shop, sold: RecordedSale) -> None:
    one = shop.counter.approvals.ask(void_of(sold))
    assert hear(shop, answer(one.seq), answer(one.seq)).events == [ApprovalsChanged()]
    for again in (answer(one.seq), answer(one.seq, epoch=2), answer(one.seq + 1)):
        assert hear(shop, again).events == []
    with pytest.raises(ValueError, match="not one of them"):
        hear(shop, answer(one.seq, "perhaps"))


def test_the_answer_of_another_act_is_none_for_this(shop: Shop, sold: RecordedSale) -> None:
    counter = shop.counter
    one = counter.approvals.ask(Subject("void", sold.request.seq, 1, sold.request.total_pt - 1))
    hear(shop, answer(one.seq))
    void = counter.reversals.void
    assert refused(lambda: void(sold.request.id, "x", Approver(approval=one.seq))) == "approval_other"
    assert refused(lambda: void(sold.request.id, "x", Approver(approval=one.seq + 1))) == "approval_unknown"


def test_an_answer_is_good_for_a_day_and_for_one_act(shop: Shop, sold: RecordedSale) -> None:
    approvals = shop.counter.approvals
    one = approvals.ask(EXTENSION)
    hear(shop, answer(one.seq))
    approvals.extend(one.seq)
    assert refused(lambda: approvals.extend(one.seq)) == "approval_used"
    other = approvals.ask(EXTENSION)
    hear(shop, answer(other.seq))
    shop.clock.pass_ms(25 * HOUR_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)
    assert refused(lambda: approvals.extend(other.seq)) == "approval_old"


def test_an_asking_stands_from_a_clocks_slack_before_it_to_the_end_of_its_day(shop: Shop, sold: RecordedSale) -> None:
    approvals, one = shop.counter.approvals, shop.counter.approvals.ask(EXTENSION)
    for wall_ms, stands in (
        (one.at_ms + VALID_MS, True), (one.at_ms + VALID_MS + 1, False),
        (one.at_ms - SLACK_MS, True), (one.at_ms - SLACK_MS - 1, False),
    ):  # fmt: skip
        shop.clock.wall = wall_ms
        if stands:
            assert approvals.at(one.seq) == one
        else:
            assert refused(lambda: approvals.at(one.seq)) == "approval_old"


# ---- the answer by telephone


def test_a_code_opens_the_act_and_is_journalled(shop: Shop, sold: RecordedSale) -> None:
    counter = shop.counter
    one = counter.approvals.ask(void_of(sold))
    assert counter.approvals.tell(one.seq, code(shop, one).lower()).stands
    kind, body = last(shop)
    assert (kind, body["what"], body["of"], body["way"], body["op"]) == (
        EntryType.LOGIN, "approval", one.seq, "telephone", OPERATOR,
    )  # fmt: skip
    assert counter.approvals.tell(one.seq, "anything").stands  # it has been opened
    counter.reversals.void(sold.request.id, "خطأ", Approver(approval=one.seq))


def test_a_code_opens_once_and_nothing_else(shop: Shop, sold: RecordedSale) -> None:
    approvals = shop.counter.approvals
    one, other = approvals.ask(void_of(sold)), approvals.ask(EXTENSION)
    mine = code(shop, one)
    assert refused(lambda: approvals.tell(other.seq, mine)) == "approval_wrong"
    kind, body = last(shop)
    assert (kind, body["kind"], body["what"], body["of"]) == (EntryType.LOGIN, "login_failed", "approval", other.seq)
    approvals.tell(one.seq, mine)
    used = code(shop, other)  # the same link once more, for the other
    assert refused(lambda: approvals.tell(other.seq, used)) == "approval_wrong"
    assert approvals.tell(other.seq, code(shop, other, used=1)).stands


def test_a_new_chain_begins_at_its_own_tail(shop: Shop, sold: RecordedSale) -> None:
    approvals = shop.counter.approvals
    one, other = approvals.ask(void_of(sold)), approvals.ask(EXTENSION)
    approvals.tell(one.seq, code(shop, one))
    given(shop, 2)
    assert refused(lambda: approvals.tell(other.seq, code(shop, other, used=1))) == "approval_wrong"
    assert approvals.tell(other.seq, code(shop, other, n=2)).stands


def test_guesses_cost_waits_and_one_heard_wrong_costs_nothing(shop: Shop, sold: RecordedSale) -> None:
    approvals = shop.counter.approvals
    one = approvals.ask(void_of(sold))
    right = code(shop, one)
    heard = right[:-1] + ("0" if right[-1] != "0" else "1")
    assert refused(lambda: approvals.tell(one.seq, heard)) == "code_check"
    wrong = links.link(bytes(32), OPERATOR, 0)
    for _ in range(5):
        assert refused(lambda: approvals.tell(one.seq, wrong)) == "approval_wrong"
    assert refused(lambda: approvals.tell(one.seq, right)) == "code_wait"
    shop.clock.pass_ms(31_000)
    assert approvals.tell(one.seq, right).stands
    tries = shop.store.attempts("telephone")
    assert tries is not None
    assert tries.failed == 0


def test_the_way_out_is_never_locked(shop: Shop, sold: RecordedSale) -> None:
    approvals = shop.counter.approvals
    one = approvals.ask(void_of(sold))
    wrong = links.link(bytes(32), OPERATOR, 0)
    for _ in range(14):
        refused(lambda: approvals.tell(one.seq, wrong))
        shop.clock.pass_ms(HOUR_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)
    assert approvals.tell(one.seq, code(shop, one)).stands


def test_without_a_chain_there_are_no_codes(open_shop: Shop) -> None:
    approvals = open_shop.counter.approvals
    one = approvals.ask(EXTENSION)
    assert not approvals.by_telephone()
    assert refused(lambda: approvals.tell(one.seq, code(open_shop, one))) == "telephone_none"
    given(open_shop)
    assert approvals.by_telephone()


# ---- what it is used for


def test_a_shop_of_one_without_the_paper_voids_with_the_centre(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = open_shop.counter.desk.record(open_shop.sale())
    monkeypatch.setattr(open_shop.counter.reversals, "alone", lambda: True)
    void = open_shop.counter.reversals.void
    assert refused(lambda: void(sold.request.id, "x")) == "paper_needed"
    one = open_shop.counter.approvals.ask(void_of(sold))
    hear(open_shop, answer(one.seq))
    void(sold.request.id, "x", Approver(approval=one.seq))
    assert "paper" not in last(open_shop)[1]


def test_a_difference_is_settled_by_the_centre(shop: Shop) -> None:
    counter = with_supervisor(shop).counter
    counter.closing.close(count_sum(0), "سُرق", Approver(waits=True))
    day = counter.unsettled.oldest()
    assert day is not None
    next_morning(shop)
    one = counter.approvals.ask(Subject("day_close", day.seq, 1, -10_000))
    hear(shop, answer(one.seq))
    counter.unsettled.agree(day.seq, Approver(approval=one.seq))
    body = last(shop)[1]
    assert (body["kind"], body["what"], body["of"], body["approval"]) == ("override", "day_close", day.seq, one.seq)
    assert counter.unsettled.oldest() is None
    assert counter.approvals.at(one.seq).state == "used"


def test_a_citizens_copy_and_wish_take_the_centre_too(shop: Shop, sold: RecordedSale) -> None:
    rights, approvals = shop.counter.rights, shop.counter.approvals
    number = str(shop.sale().values["national_id"])
    for kind, act in (("copy", rights.copy), ("erasure", rights.ask_erasure)):
        subject = rights.subject(kind, number)  # type: ignore[arg-type]
        assert (subject.what, subject.of, subject.epoch) == (kind, sold.request.seq, 1)
        one = approvals.ask(subject)
        hear(shop, answer(one.seq))
        act(number, Approver(approval=one.seq))
        assert last(shop)[1]["approval"] == one.seq
        assert rights.register()[0].approver == ""
        assert refused(lambda: act(number, Approver(approval=one.seq))) == "approval_used"  # noqa: B023 - called now


def test_the_centre_stands_behind_a_login(shop: Shop, sold: RecordedSale) -> None:
    people, approvals = shop.counter.people, shop.counter.approvals
    login = people.working()
    one = approvals.ask(Subject("limits", login.seq, 1))
    hear(shop, answer(one.seq))
    assert not people.supervised(login)
    approvals.approve_limits(one.seq)
    assert people.supervised(login)
    assert (last(shop)[1]["what"], last(shop)[1]["approval"]) == ("limits", one.seq)


def levels(shop: Shop, more_pt: int = 0, more: int = 0) -> dict[str, Level]:
    from kiosk.core.offline_limits import findings

    standing = shop.counter.desk._press.standing(shop.store.moment())
    limits = shop.counter.in_force.settings().limits
    return {found.code: found.level for found in findings(standing, limits, more_pt, more)}


def test_an_extension_lasts_a_day_and_lends_a_quarter(shop: Shop, sold: RecordedSale) -> None:
    approvals = shop.counter.approvals
    shop.clock.pass_ms(11 * 24 * HOUR_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)
    assert levels(shop)["age"] is Level.STOP
    one = approvals.ask(EXTENSION)
    hear(shop, answer(one.seq))
    until_ms = approvals.extend(one.seq)
    kind, body = last(shop)
    assert (kind, body["approval"], body["until_ms"]) == (EntryType.LIMIT_EXTENSION, one.seq, until_ms)
    assert levels(shop)["age"] is Level.WARN
    assert levels(shop, more_pt=5_500_000, more=600) == {
        "age": Level.WARN, "money": Level.WARN, "unsent": Level.WARN,
    }  # fmt: skip
    assert levels(shop, more_pt=6_300_000)["money"] is Level.STOP
    assert levels(shop, more=6_250)["unsent"] is Level.STOP
    shop.clock.pass_ms(24 * HOUR_MS)
    assert levels(shop)["age"] is Level.STOP


def test_a_clock_that_is_put_ahead_and_back_lends_no_longer_extension(shop: Shop, sold: RecordedSale) -> None:
    """Used by a clock of next month, it would have lasted until then."""
    approvals, people = shop.counter.approvals, shop.counter.people
    shop.clock.pass_ms(11 * 24 * HOUR_MS)
    true_ms = shop.clock.wall
    shop.clock.wall += 30 * 24 * HOUR_MS
    people.sign_in(OPERATOR, PIN)
    one, other = approvals.ask(EXTENSION), approvals.ask(Subject("limits", 7, 1))
    hear(shop, answer(one.seq), answer(other.seq))
    approvals.extend(one.seq)
    assert levels(shop)["age"] is Level.WARN
    shop.clock.wall = true_ms
    assert levels(shop)["age"] is Level.STOP
    assert refused(lambda: approvals.agreed(other.seq, other.subject)) == "approval_old"

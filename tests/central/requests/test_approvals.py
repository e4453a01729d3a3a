"""What counters ask the centre to agree to: kept, answered once, and compared with what was done by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from central.requests import approvals
from central.requests.approvals import Approval
from central.staff.acts import Role
from central.staff.people import Grant, Person
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.texts import Bilingual
from protocol.values import links, telephone
from protocol.values.telephone import ApprovedFacts, CodeChain
from protocol.wire.feed_items import ApprovalAnswer
from tests.central.projection.test_projection import device
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OPERATOR, SHOP, OwnCentre
from tests.harness.wire_device import Device

__all__ = ["device"]


def ask(device: Device, what: str = "extension", of: int = 0, amount_pt: int = 0, **more: Any) -> int:
    members = {
        "v": 1, "kind": "asked", "op": OPERATOR, "login": 2, "what": what, "of": of, "of_epoch": 1,
        "amount_pt": amount_pt,
    }  # fmt: skip
    return device.write(EntryType.LOGIN, members | more).fields.seq


def asked(office: OwnCentre, device: Device, **how: Any) -> Approval:
    """Asked, and here."""
    seq = ask(device, **how)
    office.arrive(device)
    return found(office, device, seq)


def found(office: OwnCentre, device: Device, seq: int) -> Approval:
    one = office.read(approvals.at, device.chain.device, device.chain.epoch, seq)
    assert one is not None
    return one


def decide(office: OwnCentre, one: Approval, state: ApprovalAnswer = "granted") -> None:
    office.act(approvals.decide, one, state, "badr")


def read_out(office: OwnCentre, one: Approval, check: str = "") -> tuple[str, int]:
    who = Person("badr", Bilingual("بدر", "Badr"), b"", tuple(Grant(1, role) for role in Role))
    told = office.act(approvals.by_telephone, one, check or one.facts.check(), who)
    assert told is not None
    return told


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.code


def told(office: OwnCentre, device: Device, kind: str) -> list[dict[str, Any]]:
    return [item for item in office.feed(device) if item["kind"] == kind]


def odd(office: OwnCentre) -> list[Any]:
    return office.rows("SELECT subject, detail FROM audit WHERE act = 'approval.odd'")


def test_what_was_asked_is_kept_and_listed(office: OwnCentre, device: Device) -> None:
    one = asked(office, device, what="void", of=3, amount_pt=5_500)
    assert (one.shop, one.what, one.of_seq, one.amount_pt, one.op, one.state) == (
        SHOP, "void", 3, 5_500, OPERATOR, "asked",
    )  # fmt: skip
    other = asked(office, device)
    with office.store.reading() as session:
        assert {row.seq for row in approvals.listed(session, "", "", 9)} == {one.seq, other.seq}
        assert approvals.listed(session, "granted", "", 9) == approvals.listed(session, "", "elsewhere", 9) == []
        assert approvals.find(session, f"{one.device.hex()[:12]}-{one.seq}") == one
        for wrong in ("x", f"{one.id}9", f"{one.id}x"):
            assert refused(lambda: approvals.find(session, wrong)) in ("no_approval", "no_device")  # noqa: B023 - called now


def test_what_is_not_whole_asks_for_nothing(office: OwnCentre, device: Device) -> None:
    for wrong in ({"what": "sale"}, {"of": "3"}, {"op": 7}, {"kind": "login"}):
        ask(device, **wrong)
    device.write(EntryType.CASH, {"v": 1, "kind": "asked"})
    device.write(EntryType.LOGIN, {"v": 1, "kind": "asked", "op": OPERATOR, "what": "void", "of": 3})
    office.arrive(device)
    assert office.rows("SELECT * FROM approval") == []


def test_the_answer_goes_by_the_feed_with_a_notice_and_is_given_once(office: OwnCentre, device: Device) -> None:
    one = asked(office, device)
    decide(office, one)
    assert told(office, device, "approval") == [
        {"kind": "approval", "epoch": 1, "seq": one.seq, "state": "granted", "by": "badr", "at_ms": office.clock.ms}
    ]
    [notice] = told(office, device, "notice")
    assert f"{device.statement.till}-{one.seq:06d}" in notice["text"]["ar"]
    assert office.rows("SELECT staff, subject FROM audit WHERE act = 'approval.granted'") == [("badr", one.id)]
    assert refused(lambda: decide(office, found(office, device, one.seq), "denied")) == "approval_decided"
    other = asked(office, device, what="void", of=3, amount_pt=5_500)
    decide(office, other, "denied")
    assert f"{device.statement.till}-000003" in told(office, device, "notice")[1]["text"]["en"]
    assert told(office, device, "approval")[1]["state"] == "denied"


# ---- by telephone


def chain(office: OwnCentre, device: Device) -> CodeChain:
    [item] = told(office, device, "telephone")
    return CodeChain(device.name, item["n"], item["tail"])


def opens(office: OwnCentre, device: Device, code: str, facts: ApprovedFacts, known: str = "") -> bool:
    mine = chain(office, device)
    return links.follows(mine.link(code, facts), known or mine.tail, mine.name)


def test_the_code_opens_what_the_counter_asked_for(office: OwnCentre, device: Device) -> None:
    one = asked(office, device, what="void", of=3, amount_pt=5_500)
    code, left = read_out(office, one, f"{one.facts.check().lower()}")
    assert left == telephone.LENGTH - 1
    assert opens(office, device, code, ApprovedFacts(device.name, 1, one.seq, "void", 3, 5_500))
    assert not opens(office, device, code, ApprovedFacts(device.name, 1, one.seq, "void", 3, 5_501))
    row = found(office, device, one.seq)
    assert (row.state, row.staff, row.way) == ("granted", "badr", "telephone")
    again, left = read_out(office, row)
    assert left == telephone.LENGTH - 2
    assert opens(office, device, again, one.facts, chain(office, device).link(code, one.facts))


def test_what_was_heard_wrong_spends_no_code(office: OwnCentre, device: Device) -> None:
    one = asked(office, device)
    assert refused(lambda: read_out(office, one, "0000")) == "check_differs"
    assert office.rows("SELECT used FROM telephone") == [(0,)]


def test_a_call_before_the_entry_is_compared_with_it(office: OwnCentre, device: Device) -> None:
    seq = device.chain.seq + 1
    one = Approval(device.chain.device, 1, seq, SHOP, "void", 3, 5_500, "", office.clock.ms, "asked", "", "")
    read_out(office, one, one.facts.check())
    assert ask(device, "void", 3, 5_500) == seq
    office.arrive(device)
    row = found(office, device, seq)
    assert (row.state, row.op) == ("granted", OPERATOR)
    assert odd(office) == []
    later = Approval(device.chain.device, 1, seq + 1, SHOP, "void", 3, 100, "", office.clock.ms, "asked", "", "")
    read_out(office, later)
    ask(device, "void", 3, 999_999)
    office.arrive(device)
    assert [subject for subject, _ in odd(office)] == [later.id]


def test_a_chain_has_an_end_and_another_is_begun(office: OwnCentre, device: Device) -> None:
    one = asked(office, device)
    first = chain(office, device)
    office.run("UPDATE telephone SET used = ?", telephone.LENGTH)
    assert refused(lambda: read_out(office, one)) == "codes_used"
    assert office.act(approvals.renew, device.chain.device, "badr") == 2
    second = chain(office, device)
    assert (second.n, second.tail == first.tail) == (2, False)
    code, _ = read_out(office, one)
    assert opens(office, device, code, one.facts)


# ---- what was done by it


def void(device: Device, approval: int, **more: Any) -> None:
    members = {"v": 1, "op": OPERATOR, "login": 2, "approval": approval, "id": "x", "seq": 3, "total_pt": 5_500}
    device.write(EntryType.VOID, members | more)


def state(office: OwnCentre, device: Device, seq: int) -> str:
    office.arrive(device)
    return found(office, device, seq).state


def test_an_answer_is_used_by_its_act_once(office: OwnCentre, device: Device) -> None:
    sell(device, birth())
    one = asked(office, device, what="void", of=3, amount_pt=5_500)
    decide(office, one)
    void(device, one.seq)
    assert state(office, device, one.seq) == "used"
    assert odd(office) == []
    assert refused(lambda: read_out(office, found(office, device, one.seq))) == "approval_decided"
    void(device, one.seq)
    office.arrive(device)
    assert [subject for subject, _ in odd(office)] == [one.id]


@pytest.mark.parametrize("how", [{"seq": 4}, {"total_pt": 5_501}, {"seq": "3"}])
def test_an_answer_used_for_something_else_is_written_down(
    office: OwnCentre, device: Device, how: dict[str, Any]
) -> None:
    one = asked(office, device, what="void", of=3, amount_pt=5_500)
    decide(office, one)
    void(device, one.seq, **how)
    assert state(office, device, one.seq) == "granted"
    assert len(odd(office)) == 1


def test_an_answer_that_nobody_gave_is_written_down(office: OwnCentre, device: Device) -> None:
    one = asked(office, device, what="void", of=3, amount_pt=5_500)
    void(device, one.seq)
    void(device, 999)
    assert state(office, device, one.seq) == "asked"
    assert len(odd(office)) == 2


def test_each_act_is_known_by_its_entry(office: OwnCentre, device: Device) -> None:
    by_type = {"copy": EntryType.EXPORT, "erasure": EntryType.ERASURE, "extension": EntryType.LIMIT_EXTENSION}
    for what, kind in by_type.items():
        one = asked(office, device, what=what)
        decide(office, one)
        said = {"copy": {"kind": "citizen"}, "erasure": {"kind": "asked"}}.get(what, {})
        device.write(kind, {"v": 1, **said, "op": OPERATOR, "login": 2, "approval": one.seq})
        assert state(office, device, one.seq) == "used"
    login = {"v": 1, "kind": "override", "op": OPERATOR, "login": 2}
    for what in ("limits", "day_close"):
        one = asked(office, device, what=what, of=2, amount_pt=-10_000)
        decide(office, one)
        device.write(EntryType.LOGIN, login | {"what": what, "of": 2, "epoch": 1, "approval": one.seq})
        assert state(office, device, one.seq) == "used"
    assert odd(office) == []
    device.write(EntryType.CASH, {"v": 1, "approval": 1})
    office.arrive(device)
    assert odd(office) == []


def test_a_difference_is_agreed_to_by_whoever_answered(office: OwnCentre, device: Device) -> None:
    close = device.write(EntryType.DAY_CLOSE, {"v": 1, "date": "2026-11-25", "difference_pt": -10_000, "pending": True})
    of = close.fields.seq
    one = asked(office, device, what="day_close", of=of, amount_pt=-10_000)
    members = {"v": 1, "kind": "override", "what": "day_close", "op": OPERATOR, "login": 2, "of": of, "epoch": 1}
    device.write(EntryType.LOGIN, members | {"approval": one.seq})
    office.arrive(device)
    assert office.rows("SELECT agreed_by FROM till_close") == [("",)]
    decide(office, one)
    device.write(EntryType.LOGIN, members | {"approval": one.seq})
    office.arrive(device)
    assert office.rows("SELECT agreed_by FROM till_close") == [("centre: badr",)]

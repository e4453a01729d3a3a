"""An officer's decision: whether it is his, whether one is enough, and what the loser is told."""

from __future__ import annotations

import threading

import pytest

from central import two_person_acts
from central.requests import officer_decision, queue, review
from central.requests.review import Decision, Seen
from central.staff.acts import Role
from central.store.request_models import Request
from protocol.errors import Refused
from protocol.texts import Bilingual
from tests.central.requests.test_queue import CIVIL, officer, sold
from tests.harness.own_centre import OwnCentre

SUPERVISOR = Role.SUPERVISOR


def decision(request: Request, status: str = "approved", reason: str = "") -> Decision:
    return Decision(request.seq, request.id, status, status, Bilingual(reason, reason))


def again(office: OwnCentre, request: Request) -> Request:
    return office.read(review.find, request.id)


def test_one_officer_gives_the_first_decision(office: OwnCentre) -> None:
    request = sold(office)
    with pytest.raises(Refused, match="not_allowed"):
        office.act(officer_decision.decide, officer(authorities=("traffic",)), request, decision(request), Seen())
    assert office.act(officer_decision.decide, officer(authorities=(CIVIL,)), request, decision(request), Seen()) == ""
    assert again(office, request).status == "approved"


def test_the_loser_hears_who_and_when_and_a_double_click_is_nobody(office: OwnCentre) -> None:
    request = sold(office)
    office.act(officer_decision.decide, officer("amal"), request, decision(request), Seen())
    request = again(office, request)
    for status in ("approved", "sent_back"):
        badr, late = officer("badr", SUPERVISOR), decision(request, status)
        with pytest.raises(Refused) as told:
            office.act(officer_decision.decide, badr, request, late, Seen(because="x"))
        assert (told.value.code, told.value.values["by"], told.value.values["decisions"]) == ("decided", "amal", 1)
    assert office.act(officer_decision.decide, officer("amal"), request, decision(request), Seen()) == ""
    assert len(office.rows("SELECT n FROM decision")) == 1


def test_what_somebody_else_has_in_hand_is_not_decided(office: OwnCentre) -> None:
    request = sold(office)
    office.act(queue.claim, officer("amal"), request)
    request = again(office, request)
    with pytest.raises(Refused, match="claimed"):
        office.act(officer_decision.decide, officer("badr"), request, decision(request), Seen())
    assert office.act(officer_decision.decide, officer("amal"), request, decision(request), Seen()) == ""


def test_a_persons_final_decision_is_reversed_by_two_supervisors(office: OwnCentre) -> None:
    request = sold(office)
    office.act(officer_decision.decide, officer("amal"), request, decision(request), Seen())
    request, no = again(office, request), decision(request, "rejected", "the reason")
    with pytest.raises(Refused, match="not_allowed"):
        office.act(officer_decision.decide, officer("amal"), request, no, Seen(1, "taken for another"))
    with pytest.raises(Refused, match="because_missing"):
        office.act(officer_decision.decide, officer("mona", SUPERVISOR), request, no, Seen(1))
    first, second = officer("mona", SUPERVISOR), officer("hoda", SUPERVISOR)
    assert office.act(officer_decision.decide, first, request, no, Seen(1, "taken for another")) is None
    with pytest.raises(Refused, match="second_person"):
        office.act(officer_decision.decide, first, request, no, Seen(1, "taken for another"))
    assert again(office, request).status == "approved"
    (waiting,) = office.act(two_person_acts.waiting, second)
    office.act(two_person_acts.approve, second, waiting.n)
    assert again(office, request).status == "rejected"
    assert [row.staff for row in office.rows("SELECT staff FROM decision ORDER BY n")] == ["amal", "hoda"]


def test_what_the_centre_rejected_by_itself_takes_one(office: OwnCentre) -> None:
    request = sold(office)
    with office.store.writing() as session:
        centres = Decision(request.seq, request.id, "rejected", "fee_mismatch", Bilingual("أ", "a"))
        review.decide(office.centre, session, request, centres, "centre")
    request = again(office, request)
    assert office.act(officer_decision.decide, officer(), request, decision(request), Seen(1, "looked at")) == ""


def test_a_reversal_that_was_overtaken_is_refused(office: OwnCentre) -> None:
    request = sold(office)
    office.act(officer_decision.decide, officer("amal"), request, decision(request), Seen())
    request, no = again(office, request), decision(request, "rejected", "the reason")
    first, second = officer("mona", SUPERVISOR), officer("hoda", SUPERVISOR)
    office.act(officer_decision.decide, first, request, no, Seen(1, "x"))
    (waiting,) = office.act(two_person_acts.waiting, second)
    back = decision(request, "sent_back", "the reason")
    for person in (first, second):
        office.act(officer_decision.decide, person, request, back, Seen(1, "y"))
    with pytest.raises(Refused, match=r"proposal_over|decided"):
        office.act(two_person_acts.approve, second, waiting.n)
    assert again(office, request).status == "sent_back"


def test_a_decision_that_comes_while_another_is_kept_is_a_reversal_all_the_same(office: OwnCentre) -> None:
    read_before = sold(office)
    office.act(officer_decision.decide, officer("amal"), read_before, decision(read_before), Seen())
    foreseen = Seen(1, "he knew that it would be the second decision")
    with pytest.raises(Refused, match="not_allowed"):
        office.act(officer_decision.decide, officer("badr"), read_before, decision(read_before, "rejected"), foreseen)
    assert again(office, read_before).status == "approved"


def test_of_many_at_once_one_is_first(office: OwnCentre) -> None:
    request, answers = sold(office), list[str]()
    start = threading.Barrier(6)

    def decide(name: str) -> None:
        start.wait()
        try:
            office.act(officer_decision.decide, officer(name), request, decision(request, reason=name), Seen())
            answers.append("first")
        except Refused as error:
            answers.append(f"{error.code} {error.values['by']}")

    threads = [threading.Thread(target=decide, args=(f"officer{n}",)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    ((winner,),) = office.rows("SELECT staff FROM decision")
    assert sorted(answers) == sorted(["first", *[f"decided {winner}"] * 5])

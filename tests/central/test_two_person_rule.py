"""What two of the staff must want."""

from __future__ import annotations

import json

import pytest

from central import two_person_rule
from protocol.clock import DAY_MS
from protocol.errors import Refused
from tests.harness.own_centre import OwnCentre


def test_the_second_persons_word_carries_it_out(office: OwnCentre) -> None:
    def say(staff: str, what: str = "x") -> str | None:
        return office.act(two_person_rule.given, "device.erased", "d", {"what": what}, staff)

    assert say("amal") is None
    with pytest.raises(Refused, match="second_person"):
        say("amal")
    assert say("badr", "y") is None, "for something else it is a proposal again"
    assert say("amal", "y") == "badr"
    assert say("badr", "y") is None, "a proposal is used once"
    office.clock.ms += DAY_MS + 1
    assert say("amal", "y") is None, "a proposal stands for a day"


def test_two_proposals_at_once_are_two_people(office: OwnCentre) -> None:
    for staff in ("amal", "badr"):  # as PostgreSQL keeps what neither saw of the other
        office.run(
            "INSERT INTO proposal (at_ms, ends_ms, staff, act, subject, said, state)"
            f" VALUES (0, {office.clock.ms + DAY_MS}, '{staff}', 'device.erased', 'd', '{{}}', 'waiting')"
        )
    assert office.act(two_person_rule.given, "device.erased", "d", {}, "badr") == "amal"
    assert office.act(two_person_rule.waiting) == [], "one of them does not stand for once more"


def test_what_a_citizen_is_told_stands_with_the_proposal_and_not_in_the_audit(office: OwnCentre) -> None:
    said = {"status": "rejected", "reason": {"ar": "السبب", "en": "the reason"}}
    office.act(two_person_rule.given, "request.replaced_by_two", "r", said, "amal")
    (waiting,) = office.act(two_person_rule.waiting)
    assert dict(waiting.said) == said
    assert json.loads(office.row("SELECT detail FROM audit").detail) == {"status": "rejected"}


def test_what_nobody_proposed_waits_for_nobody(office: OwnCentre) -> None:
    for act in (two_person_rule.find, lambda centre, session, n: two_person_rule.withdraw(centre, session, n, "amal")):
        with pytest.raises(Refused, match="proposal_over"):
            office.act(act, 7)

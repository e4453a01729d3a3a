"""An officer's decision on a request: whether it is his to give, and whether one person is enough.

What the centre has rejected by itself one officer may decide otherwise. Where a person gave the last decision, two must
agree to another.
"""

from __future__ import annotations

from dataclasses import asdict

from central import audit, two_person_rule
from central.centre import Centre
from central.requests import decision_words, queue, review
from central.requests.review import Decision, Seen
from central.staff.acts import Act
from central.staff.people import Person
from central.store.interface import Session
from central.store.request_models import Request
from protocol.errors import Refused
from protocol.wire.statuses import FINAL

REPLACED = decision_words.REPLACED


def decide(
    centre: Centre, session: Session, person: Person, request: Request, decision: Decision, seen: Seen
) -> str | None:  # fmt: skip
    """Returns "" when it is done, the proposer's name where this agreed, None where it proposed.

    Raises Refused ``not_allowed``, ``claimed`` while somebody else has it in hand, and as `review.decide`.
    """
    request = review.as_it_stands(session, request)  # whether two must agree hangs on the last decision
    queue.refuse_held(request, person, centre.now_ms())
    if not is_reversal(session, request):
        person.need(Act.REQUEST_DECIDE, queue.scope_of(request))
        review.decide(centre, session, request, decision, person.account, seen)
        return ""
    last = review.last_decision(session, request)
    if last is not None and last.staff == person.account and decision == review.standing(request):
        return ""  # his own decision again: a double click
    review.refuse_stale(request, last, seen)  # before what he may: the loser of a race hears who was first
    person.need(Act.REQUEST_REVERSE, queue.scope_of(request))
    return reverse(centre, session, request, decision, person.account, seen)


def is_reversal(session: Session, request: Request) -> bool:
    """Whether a person gave the last decision on it."""
    last = review.last_decision(session, request) if request.status in FINAL else None
    return last is not None and last.staff != audit.CENTRE


def reverse(
    centre: Centre, session: Session, request: Request, decision: Decision, staff: str, seen: Seen
) -> str | None:  # fmt: skip
    """`review.decide` once two of the staff want the same. Returns who proposed it, None where this proposes it.

    Raises Refused as `review.decide`, ``second_person``.
    """
    request = review.as_it_stands(session, request)
    review.refuse_stale(request, review.last_decision(session, request), seen)
    if not seen.because:
        raise Refused("because_missing", status=request.status)
    first = two_person_rule.given(centre, session, REPLACED, request.id, {**asdict(decision), **asdict(seen)}, staff)
    if first is not None:
        review.decide(centre, session, request, decision, staff, seen)
    return first

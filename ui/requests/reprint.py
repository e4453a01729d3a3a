"""Paper that has not come out: whose it is, and one more try, wherever the operator is when it is missed."""

from __future__ import annotations

from typing import Final

from kiosk.counter import Counter
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import PrintJob, PrintState, Query, Request

FOR_A_PERSON: Final = (PrintState.UNCERTAIN, PrintState.FAILED)
"""States that no waiting mends: somebody looks at the printer, or asks again."""


def unfinished(counter: Counter) -> PrintJob | None:
    """The oldest paper that needs a person."""
    return next(iter(counter.papers.jobs(FOR_A_PERSON, 1)), None)


def request_of(counter: Counter, job: PrintJob) -> Request | None:
    """The request whose paper it is; None for the paper of a void, of a closed day, of advice."""
    if not isinstance(job.content, Receipt):
        return None
    found = counter.desk.requests.search(Query(text=job.content.number, limit=1))
    return found[0] if found else None


def print_again(counter: Counter, request: Request) -> str:
    """F9 anywhere: a paper that is still to come is tried again, after that it comes out as a copy.

    Returns the key of what to say. Raises Refused("paper_pending") while nobody has said whether it came out.
    """
    for job in counter.papers.of(request):
        if job.state in (PrintState.FAILED, PrintState.WAITING):
            counter.papers.retry(job.id)
            return "print.retrying"
    counter.papers.copy(request)
    return "print.copying"

"""What may be done with a request after its sale, what is due, and what has happened to it. The counter decides again
when an act is pressed.
"""

from __future__ import annotations

from typing import Final

from kiosk.aftercare.follow_up import who_acts
from kiosk.model.service_request import Request
from protocol.values.money import format_pt
from protocol.wire.statuses import CAME_BACK
from ui.requests.request_words import History
from ui.widgets import show

ACTS: Final = ("refund", "correct", "told", "arrived", "hand", "escalate", "dealt", "rights")
"""In this order, each by Alt and its place; Alt+1 gives money back on the page of a request too."""
DUE: Final = ("correct", "escalate", "refund", "told", "hand", "copy")
"""What F10 does on the page of a request: the one act that is due, or its paper once more."""


def came_back(request: Request) -> bool:
    """Rejected or sent back, and its fee is still here."""
    stands = not request.reversed and request.elsewhere != "refunded"
    return stands and request.decision is not None and request.decision.status in CAME_BACK


def possible(request: Request) -> list[str]:
    """Those of `ACTS` that may be offered."""
    status = "" if request.decision is None else request.decision.status
    back = status in CAME_BACK
    offered = {
        "correct": back and request.name,  # nothing is prefilled with what was erased
        "told": status not in ("", "pending") and not request.told,
        "arrived": request.arrived_ms is None and not back and not request.reversed,
        "hand": request.arrived_ms is not None and request.handed_ms is None,
        "escalate": back and not request.seen,
        "rights": request.national_id,
        "refund": came_back(request),
        "dealt": came_back(request) and not request.seen,
    }
    return [act for act in ACTS if offered[act]]


def due(request: Request) -> str:
    """One of `DUE`."""
    acts = possible(request)
    if came_back(request):
        if request.decision is not None and who_acts(request.decision) == "centre" and "escalate" in acts:
            return "escalate"
        return "correct" if "correct" in acts else "refund"
    if request.reversed:
        return "copy"
    return next((act for act in ("told", "hand") if act in acts), "copy")


def saved(request: Request) -> History:
    """When it was kept, and what was received: of a visit of several the cash is not one line's."""
    if request.lines > 1:
        return request.created_ms, "history.saved.line", {"line": request.line, "lines": request.lines}
    change_pt = max(0, request.tendered_pt - request.total_pt)
    sums = {"amount": request.tendered_pt, "change": change_pt}
    return request.created_ms, "history.saved", {name: show.number(format_pt(pt)) for name, pt in sums.items()}


def history(request: Request) -> list[History]:
    found = [saved(request)]
    if request.decision is not None:
        found.append((request.decision.at_ms, f"history.{request.decision.status}", {}))
        if request.told:
            found.append((request.decision.at_ms, "history.told", {}))
    if request.ready_ms:
        found.append((request.ready_ms, "history.ready", {}))
    if request.arrived_ms is not None:
        found.append((request.arrived_ms, "history.arrived", {}))
    if request.handed_ms is not None:
        taker, _, name = request.handed_to.partition(" ")
        found.append((request.handed_ms, "history.handed", {"taker": taker or "self", "name": name}))
    return found

"""Which ring this counter is in: the one that its shop was put into by the centre, else its own."""

from __future__ import annotations

from kiosk.core.documents_in_force import DocumentsInForce
from protocol.errors import Refused
from protocol.rings import ring_of


def ring_in_force(in_force: DocumentsInForce) -> str:
    """The one that the centre has put the shop into, else the device's own; also before the first settings came."""
    try:
        named = in_force.settings().updates.ring
    except Refused:
        named = ""
    return named or ring_of(in_force.statement().device)

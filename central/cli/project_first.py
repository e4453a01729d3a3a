"""A command about one request or one approval looks into what its device has sent, and waits for no other device."""

from __future__ import annotations

from central.centre import Centre
from central.devices import registry
from central.projection.chain_projection import Projector


def project_for(centre: Centre, text: str) -> None:
    """Project what the device of a request's id, or of ``<first digits of the device>-<number>``, has sent.

    It may have arrived a moment ago, and no server may be running. What is not known names no device.
    """
    with centre.store.reading() as session:
        known = session.one("SELECT device FROM request WHERE id = ?", text) or registry.numbered(session, text)
    if known is not None:
        Projector(centre).drain(known[0])

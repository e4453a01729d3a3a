"""What works behind the acknowledgements: it projects what has come, and lets the uploads go first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from central.centre import Centre
from central.devices import registry
from central.projection.chain_projection import Projector
from protocol.override import override
from protocol.program.loop import Loop

IDLE_MS: Final = 1_000
FAILED_MS: Final = 100
SETTLE_MS: Final = 250
SETTLE_LIMIT_MS: Final = 3_000


class ProjectionLoop(Loop):
    """Once idle it waits while uploads follow each other, so as not to take turns with them."""

    def __init__(self, centre: Centre, complain: Callable[[Exception], None]) -> None:
        super().__init__("projection", centre.mono_ms, IDLE_MS)
        self._projector = Projector(centre)
        self._complain = complain
        self._idle = False
        self._last_ms = 0
        self._first_ms: int | None = None
        """When something came that was not looked for since, for the first and for the last time."""

    @override
    def wake(self) -> None:
        """Something came. Only the first one wakes the loop, which looks for itself whether others follow."""
        self._last_ms = self._mono_ms()
        if self._first_ms is None:
            self._first_ms = self._last_ms
            super().wake()

    @override
    def step(self) -> int:
        first_ms = self._first_ms
        if self._idle and first_ms is not None:
            settled_ms = min(self._last_ms + SETTLE_MS, first_ms + SETTLE_LIMIT_MS)
            if self._mono_ms() < settled_ms:
                return settled_ms
        self._first_ms = None  # before it looks: what comes from here on wakes it again
        self._idle = not self._projector.project()
        return self._after(IDLE_MS if self._idle else 0)

    @override
    def failed(self, error: Exception) -> int:
        """The database went away: the loop goes on once it is back."""
        self._complain(error)
        return self._after(FAILED_MS)


def project_for(centre: Centre, text: str) -> None:
    """Project what the device of a request's id, or of ``<first digits of the device>-<number>``, has sent.

    It may have arrived a moment ago, and no server may be running. What is not known names no device.
    """
    with centre.store.reading() as session:
        known = session.one("SELECT device FROM request WHERE id = ?", text) or registry.numbered(session, text)
    if known is not None:
        Projector(centre).drain(known[0])

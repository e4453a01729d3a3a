"""The centre's feed, read to its end once while a command waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kiosk.core.system_world import SystemClock
from kiosk.model.facts import CATALOGUE_SEEN_MS
from protocol.errors import Refused

if TYPE_CHECKING:
    from kiosk.counter import Line
    from kiosk.ports.store import Store

OF_BEFORE: Final = ("activation_wrong", "pin_wrong", "setup_nobody")
"""What may be so because the people are those of before: of a backup that was put back."""
MOST_S: Final = 20.0
LOOK_S: Final = 0.1
FAILURES: Final = 2
"""After so many there is no line. One is not enough: keys changed since make the first answer look forged."""


def once(line: Line, store: Store, patience_s: float, rest: Callable[[float], object]) -> bool:
    """Whether all that the centre has published is here now; asked for at once, on the line's own thread."""
    clock, read, before, failures = SystemClock(), CATALOGUE_SEEN_MS.kept(store), line.status(), 0
    until_ms = clock.mono_ms() + min(MOST_S, patience_s) * 1000
    line.now()
    while CATALOGUE_SEEN_MS.kept(store) == read:  # it changes with every page that was the last one
        if failures == FAILURES or clock.mono_ms() > until_ms:
            return False
        rest(LOOK_S)
        now = line.status()
        if now.next_try_ms != before.next_try_ms:
            if now.last_success_ms == before.last_success_ms:
                failures += 1
                line.now()
            before = now
    return True


def among_known(store: Store, read: Callable[[], None], sit_down: Callable[[], None]) -> None:
    """`sit_down` once the feed has been read: who is known here is perhaps of a backup. Refused: read and tried again.

    Raises what `sit_down` raises: at once where nobody new has come, for that would only cost one more of his tries.
    """
    read()
    known = store.document("operators")
    try:
        sit_down()
    except Refused as error:
        if error.code not in OF_BEFORE:
            raise
        read()
        if store.document("operators") == known:
            raise
        sit_down()

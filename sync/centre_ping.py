"""Is that the centre, and what time is it there: one unsigned question, whose answer only the centre can sign.

Needs no journal, no epoch in force and no right clock; so it still says something where nothing else goes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.ports.world import Randomness
from protocol.clock import Clock
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.strict_json import BadJson, count
from protocol.wire import wire
from sync.centre_client import sort
from sync.line import NoAnswer, State, Wire


@dataclass(frozen=True, slots=True)
class CentreSeen:
    """What was found at the other end: online, offline, portal, server_down or clock_wrong; `detail` is for support.

    `ahead_ms` is how far this machine's clock is before the centre's, None where the centre did not say.
    """

    state: State
    detail: str = ""
    ahead_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks on a line of its own; blocks for as long as the line's limits allow."""

    _line: Wire
    _clock: Clock
    _randomness: Randomness

    def ask(self, feed_keys: Sequence[bytes]) -> CentreSeen:
        """`feed_keys` are those of the keyset in force. Raises nothing that the world may do."""
        begun = self._clock.mono_ms()
        try:
            server_ms = self._server_ms(feed_keys)
        except NoAnswer as error:
            state = _STATES.get(error.trouble, "server_down")
            return CentreSeen(state, error.detail)
        except (Forged, BadJson) as error:
            return CentreSeen("portal", error.code)  # an answer, but not the centre's
        there = server_ms + (self._clock.mono_ms() - begun) // 2
        ahead = self._clock.wall_ms() - there
        return CentreSeen("clock_wrong" if abs(ahead) > wire.MAX_AGE_S * 1000 else "online", "", ahead)

    def _server_ms(self, feed_keys: Sequence[bytes]) -> int:
        nonce = wire.nonce_text(self._randomness.take(16))
        raw = self._line.send("GET", f"{wire.PATH_PING}?n={nonce}", {}, None)
        if raw.status != 200 or raw.content_type != wire.DSSE:
            raise sort(raw, self._clock.wall_ms() / 1000)
        members = trust.open_object(raw.body, trust.PING, feed_keys)
        if members.get("nonce") != nonce:
            raise Forged("other nonce")
        try:
            return count(members["server_ms"])
        except (KeyError, TypeError) as error:
            raise Forged("not a ping") from error

    def close(self) -> None:
        self._line.close()


_STATES: Final[dict[str, State]] = {"offline": "offline", "portal": "portal", "clock_wrong": "clock_wrong"}

"""Work by stick: which stick, and which file on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.ports.world import StickAnswer, WrittenBundle
from protocol.errors import KioskError, Refused, Unavailable
from protocol.program.os_errors import away, system_reason
from protocol.wire.stick_file import MOST_BYTES, OUT_SUFFIX
from starter.files import plain, read_regular, replace_whole
from sync.stick_exchange import StickExchange

NO_ANSWER = ("stick_torn", "stick_changed", "other_file")
"""Said before anything of a file is believed."""


@dataclass(frozen=True, slots=True)
class StickDesk:
    """Bundles out, answers in. Slow: a stick takes its time. `_places` are the folders of the sticks that are in."""

    _stick: StickExchange
    _places: Callable[[], Sequence[Path]]

    def sticks(self) -> list[Path]:
        """Those that are in, the one that is written on first."""
        return list(self._places())

    def out(self) -> WrittenBundle:
        """Onto the first stick that takes it. Raises Refused("stick_unplugged"), Unavailable("stick_away")."""
        places = self._plugged()
        bundle = self._stick.out()
        reason = ""
        for place in places:
            path = place / bundle.name
            try:
                replace_whole(plain(path), bundle.file)
            except OSError as error:
                reason = system_reason(error)
                continue
            self._stick.written(bundle)
            return WrittenBundle(str(path), bundle.entries)
        raise Unavailable("stick_away", reason=reason)

    def bring(self) -> StickAnswer:
        """What the answer on a stick changes. Raises Refused: stick_unplugged, stick_none; and as `StickExchange`.

        One that is none for this counter now does not stand before another stick's.
        """
        name = self._stick.answer_name
        why: KioskError = Refused("stick_none", name=name)
        for place in self._plugged():
            try:
                data = read_regular(plain(place / name), MOST_BYTES + 1)
            except FileNotFoundError:
                continue
            except OSError as error:
                why = away(error, place / name)
                continue
            try:
                return self._stick.bring(data)
            except Refused as refused:
                if refused.code not in NO_ANSWER:
                    raise
                why = refused
        raise why

    def _plugged(self) -> Sequence[Path]:
        places = self._places()
        if not places:
            raise Refused("stick_unplugged", name=f"*{OUT_SUFFIX}")
        return places

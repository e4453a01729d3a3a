"""`manfaz stick out FOLDER` and `stick in FOLDER`, while no counter runs on the data folder."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from kiosk.core.events import Events
from kiosk.main.cli import OK
from kiosk.main.stick_desk import StickDesk
from kiosk.main.without_window import at_work, opened_store
from protocol.errors import Refused
from protocol.program.terminal import say_both


def stick(asked: argparse.Namespace, say: Callable[[str], None] = print) -> int:
    """Raises as `StickDesk`, and Refused: not_enrolled, store_none."""
    with opened_store(asked.data) as opened:
        if opened.store.enrolment() is None:
            raise Refused("not_enrolled")
        _carry(at_work(opened, asked, Events()).stick_at(asked.folder), asked.way, say)
    return OK


def _carry(desk: StickDesk, way: str, say: Callable[[str], None]) -> None:
    if way == "out":
        out = desk.out()
        say_both(say, "stick.out", entries=out.entries, place=out.place)
        say_both(say, "stick.out.more")
    else:
        brought = desk.bring()
        say_both(say, "stick.in", sent=brought.sent, waiting=brought.waiting)

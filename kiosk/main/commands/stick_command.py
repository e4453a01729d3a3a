"""`manfaz stick out FOLDER` and `stick in FOLDER`, while no counter runs on the data folder."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from protocol.program.explained import told
from protocol.texts import LANGUAGES

if TYPE_CHECKING:
    from kiosk.main.stick_desk import StickDesk

OK: Final = 0


def stick(asked: argparse.Namespace, say: Callable[[str], None] = print) -> int:
    """Raises as `StickDesk`, and Refused: not_enrolled, store_none."""
    from kiosk.core.events import Events  # noqa: PLC0415
    from kiosk.core.system_world import system_world  # noqa: PLC0415
    from kiosk.main.config import Config  # noqa: PLC0415 - slow to import
    from kiosk.main.counter_at_work import AtWork  # noqa: PLC0415 - the same
    from kiosk.main.stick_desk import stick_desk  # noqa: PLC0415
    from protocol.errors import Refused  # noqa: PLC0415
    from storage.keystore.system_keystore import SystemKeystore  # noqa: PLC0415
    from storage.opening import open_store, refuse_none  # noqa: PLC0415
    from ui.paper.printers import make_printer  # noqa: PLC0415

    world = system_world()
    refuse_none(asked.data)
    opened = open_store(asked.data, SystemKeystore(), world)
    try:
        if opened.store.enrolment() is None:
            raise Refused("not_enrolled")
        config = Config(asked.data, make_printer("none"), lambda _content, _copy: b"", asked.centre, asked.ca)
        work = AtWork(opened, config, world, Events())
        desk = stick_desk(opened, work.counter, work.signer, world, asked.data, asked.folder)
        _go(desk, asked.way, say)
    finally:
        opened.close()
    return OK


def _go(desk: StickDesk, way: str, say: Callable[[str], None]) -> None:
    if way == "out":
        out = desk.out()
        _say(say, "stick.out", entries=out.entries, place=out.place)
        _say(say, "stick.out.more")
    else:
        brought = desk.bring()
        _say(say, "stick.in", sent=brought.sent, waiting=brought.waiting)


def _say(say: Callable[[str], None], key: str, **values: object) -> None:
    for language in LANGUAGES:
        say(told(language, key, **values))

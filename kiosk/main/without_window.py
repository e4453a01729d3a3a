"""What a command without a window stands on: a store opened, a counter that prints nothing, Qt without a screen.

What takes long to import is imported by whoever asks for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.core.system_world import system_world
from kiosk.ports.world import World
from protocol.errors import Corrupt, Refused

if TYPE_CHECKING:
    from argparse import Namespace

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from kiosk.core.events import Events
    from kiosk.main.counter_at_work import AtWork
    from kiosk.ports.store import Keystore
    from storage.opening import Opened


def this_world() -> World:
    """The World that a command is given."""
    return system_world()


def system_keystore() -> Keystore:
    from storage.keystore.system_keystore import SystemKeystore  # noqa: PLC0415 - keyring is slow to import

    return SystemKeystore()


def offscreen() -> QApplication:
    """Qt, where it need not show anything."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.main.application import make_application  # noqa: PLC0415 - most commands do without Qt

    return make_application(sys.argv[:1])


def png(image: QImage) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice  # noqa: PLC0415 - as above

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(buffer.data().data())


@contextmanager
def opened_store(folder: Path, rolled_back: Callable[[Corrupt], None] | None = None) -> Iterator[Opened]:
    """The store of `folder`, while no kiosk has it open; none is made. Raises as `refuse_none` and `open_store`.

    With `rolled_back` a store behind its mirror is opened all the same, once that has been told. Not one in which
    nothing is left: opening would build a new one over the evidence.
    """
    from storage.opening import open_store, refuse_none  # noqa: PLC0415 - as above

    refuse_none(folder)
    keystore, world = system_keystore(), this_world()
    try:
        opened = open_store(folder, keystore, world)
    except Corrupt as error:
        if rolled_back is None or error.code not in ("rolled_back", "mirror_gone") or not error.values["seq"]:
            raise
        rolled_back(error)
        opened = open_store(folder, keystore, world, despite_rollback=True)
    with closing(opened):
        yield opened


def at_work(opened: Opened, asked: Namespace, events: Events) -> AtWork:
    """The counter of a store, with its line and without a printer; nothing of it has been started."""
    from kiosk.main.config import Config  # noqa: PLC0415 - the line is slow to import
    from kiosk.main.counter_at_work import AtWork  # noqa: PLC0415
    from ui.paper.printers import NoPrinter  # noqa: PLC0415

    config = Config(asked.data, NoPrinter(), lambda _content, _copy: b"", asked.centre, asked.ca)
    return AtWork(opened, config, this_world(), events)


def finish_leaving(folder: Path) -> None:
    """End an erasure or a move that was begun; whoever has opened the folder meanwhile has done it first."""
    from storage.disk import folder_switch  # noqa: PLC0415 - needs the store's libraries
    from storage.disk.folder_lock import FolderLock  # noqa: PLC0415
    from storage.keystore import store_erasure  # noqa: PLC0415

    try:
        lock = FolderLock(folder)
    except Refused:
        return
    try:
        store_erasure.finish(folder, system_keystore())
        folder_switch.finish(folder)
    finally:
        lock.release()

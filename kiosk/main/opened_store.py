"""The store of a folder, opened for a command at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.ports.store import Store
from protocol.errors import Corrupt


@contextmanager
def opened_store(folder: Path, rolled_back: Callable[[Corrupt], None] | None = None) -> Iterator[Store]:
    """The store of `folder`, while no kiosk has it open; none is made. Raises as `refuse_none` and `open_store`.

    With `rolled_back` a store behind its mirror is opened all the same, once that has been told. Not one in which
    nothing is left: opening would build a new one over the evidence.
    """
    from kiosk.core.system_world import system_world  # noqa: PLC0415 - needs the store's libraries
    from storage.keystore.system_keystore import SystemKeystore  # noqa: PLC0415
    from storage.opening import open_store, refuse_none  # noqa: PLC0415

    refuse_none(folder)
    keystore, world = SystemKeystore(), system_world()
    try:
        opened = open_store(folder, keystore, world)
    except Corrupt as error:
        if rolled_back is None or error.code not in ("rolled_back", "mirror_gone") or not error.values["seq"]:
            raise
        rolled_back(error)
        opened = open_store(folder, keystore, world, despite_rollback=True)
    try:
        yield opened.store
    finally:
        opened.close()

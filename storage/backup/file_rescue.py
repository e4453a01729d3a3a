"""What a connection is open on gets its name again: a database or a log that was deleted or replaced under it.

Everything is read out of the open connection into a new file, which is read whole before it takes the name; what has
the name by now is put aside, never removed. A folder that was moved away is waited for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.model.facts import RESCUED_MS
from protocol.clock import moment
from protocol.errors import Unavailable
from starter.files import replace_whole
from storage.backup import database_copy
from storage.db import compiled
from storage.db.engine import Database
from storage.db.file_identity import FileIdentity
from storage.disk import folder_switch
from storage.disk.data_folder import INSTANCE, instance_in
from storage.disk.whole_files import remove_tree

log = logging.getLogger("manfaz")


def rescue(names: FileIdentity, connection: Any, now_ms: Callable[[], int], key: bytes, instance: str) -> None:
    """Raises OSError, Unavailable, Corrupt; then the connection is as it was, and this is called again."""
    if names.may_come_back():
        raise Unavailable("store_failed", reason="away")
    if names.leaving and (names.database.parent / folder_switch.RECORD).exists():  # it failed half-way
        folder_switch.finish(names.database.parent)
    else:
        _replace(names, connection, now_ms(), key, instance)
    names.take()


def _replace(names: FileIdentity, connection: Any, now_ms: int, key: bytes, instance: str) -> None:
    folder = names.database.parent
    staged = folder / folder_switch.STAGED
    remove_tree(staged)
    staged.mkdir(mode=0o700, parents=True)
    _identify(folder, instance)
    entries = database_copy.write_from(connection, staged / names.database.name, key)
    with closing(Database(staged / names.database.name, key).existing()) as found:
        compiled.PUT_FACT(found, RESCUED_MS.put(now_ms))
    names.leaving = True
    aside = folder_switch.begin(folder, moment(now_ms).strftime("%Y%m%d-%H%M%S"), with_instance=False)
    if not (aside / names.database.name).exists():  # a log alone opens nowhere
        remove_tree(aside)
    log.error("database rescued: %s entries; what had its name is in %s", entries, aside.name)


def _identify(folder: Path, instance: str) -> None:
    """The folder was deleted whole: what takes its place has its id. Another counter's folder is left alone."""
    found = instance_in(folder)
    if found is None:
        replace_whole(folder / INSTANCE, f"{instance}\n".encode())
    elif found != instance:
        raise Unavailable("store_failed", reason="away")

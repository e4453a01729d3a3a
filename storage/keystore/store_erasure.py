"""The end of a store: first its keys, which makes noise of every file at once, then the files.

``DATA/erased`` is written first and tells why: *retired* goes again with the last file, *order* stays, so that whoever
starts the program is told. Whoever opens the folder first ends what was interrupted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal

from kiosk.ports.store import Keystore
from protocol.errors import Refused
from starter.files import replace_whole, sync_folder
from storage.disk.data_folder import ASIDE, DATABASE, EVIDENCE, INSTANCE, NOTEBOOK, instance_in
from storage.disk.folder_switch import RECORD, STAGED
from storage.disk.whole_files import remove_tree
from storage.keystore.store_secrets import forget_all, forget_folder

ERASED: Final = "erased"
Why = Literal["retired", "order"]
# Named one by one: somebody may have laid other things into the folder.
_FILES: Final = (f"{DATABASE}*", EVIDENCE, "ballast", "backups", f"{ASIDE}*", STAGED, RECORD, "practice")


def begin(folder: Path, keystore: Keystore, why: Why) -> None:
    """Destroy the keys of the store in `folder`, and look that they are gone. Files go with `finish`.

    Raises OSError, Unavailable("keystore_…"); then the next opening of the folder goes on.
    """
    replace_whole(folder / ERASED, json.dumps({"v": 1, "why": why}).encode())
    for home in (folder, *folder.glob(f"{ASIDE}*")):
        if (instance := instance_in(home)) is not None:
            forget_all(keystore, instance)
    forget_folder(folder, keystore)


def finish(folder: Path, keystore: Keystore) -> None:
    """End what was begun; nothing where nothing was. Raises as `begin`, Refused("erased_by_order")."""
    record = folder / ERASED
    if not record.exists():
        return
    why = json.loads(record.read_bytes())["why"]
    begin(folder, keystore, why)
    for pattern in _FILES:
        for path in folder.glob(pattern):
            remove_tree(path)
    (folder / INSTANCE).unlink(missing_ok=True)
    if why == "order":
        raise Refused("erased_by_order")
    (folder / NOTEBOOK).unlink(missing_ok=True)  # else whoever comes next is not set up, or by halves
    record.unlink()
    sync_folder(folder)

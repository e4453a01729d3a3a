"""Run by the Python of an installed program: make or open the shop's store, and say what of it must never change.

store.py APP write|read: `write` leaves a word behind; both print it.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from kiosk.main.cli import default_folder
from kiosk.main.opened_store import opened_store
from kiosk.model.store_changes import PutFact

WORD = b"served"
with opened_store(default_folder()) as store:
    if sys.argv[2] == "write":
        store.commit([], [PutFact("probe", WORD)])
    kept = store.fact("probe")
    sys.stdout.write(f"{(kept or b'nothing').decode()} in {Path(default_folder())}\n")

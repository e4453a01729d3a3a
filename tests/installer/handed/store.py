"""Run by the Python of an installed program: make or open the shop's store, and say what of it must never change.

store.py APP write|read: `write` leaves a word behind; both print it.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from kiosk.main.without_window import opened_store
from kiosk.model.store_changes import PutFact
from starter.pointer import default_data

WORD = b"served"
with opened_store(default_data()) as opened:
    if sys.argv[2] == "write":
        opened.store.commit([], [PutFact("probe", WORD)])
    kept = opened.store.fact("probe")
    sys.stdout.write(f"{(kept or b'nothing').decode()} in {Path(default_data())}\n")

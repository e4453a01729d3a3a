"""What lies on the disk, past the store: forgeries, power cuts, and errors a person must be told."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from protocol import texts
from protocol.errors import KioskError
from protocol.program.explained import explain
from storage.db.engine import Database
from storage.opening import DATABASE
from tests.harness.fakes.fake_keystore import FakeKeystore

ROOT = Path(__file__).parents[2]


def key_of(folder: Path, keystore: FakeKeystore) -> bytes:
    return keystore.values[f"{(folder / 'instance').read_text().strip()}/database-key"]


def on_disk(folder: Path, keystore: FakeKeystore, *statements: str) -> list[Any]:
    """Statements past the store, as a fault or a forger would."""
    connection = Database(folder / DATABASE, key_of(folder, keystore)).writer()
    try:
        return [connection.execute(statement).fetchall() for statement in statements]
    finally:
        connection.close()


def refuses(code: str, act: Callable[[], object]) -> KioskError:
    """The error, which a person can be told in both languages."""
    with pytest.raises(KioskError) as caught:
        act()
    assert caught.value.code == code, caught.value
    for language in texts.LANGUAGES:
        assert all("{" not in part for part in explain(language, caught.value))
    return caught.value


_LOCKS: Final = os.environ.get("XDG_RUNTIME_DIR")
"""Of the whole run: a test's own folder goes with it."""


def cut_off(folder: Path, to: Path, *, without: tuple[str, ...] = ()) -> Path:
    """What lies on the disk while the program runs: the folder as a power cut would leave it.

    The machine starts anew: no lock of the one before it holds.
    """
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(dir=_LOCKS)
    shutil.copytree(folder, to, ignore=lambda _, names: [name for name in names if name in without])
    return to

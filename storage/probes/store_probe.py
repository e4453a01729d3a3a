"""The shop's store, for whoever only looks: the one that is open here, or that of a folder, opened to be read.

A second program reads beside the counter; SQLite's own locks keep the two apart. A store that would not open is looked
at in the same order in which it is opened, and each cause is told apart (`storage.opening`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2

from kiosk.ports.store import Keystore, Store
from kiosk.ports.world import Randomness
from kiosk.upkeep.doctor.check_result import Unknown
from protocol.errors import Corrupt, KioskError, Refused
from protocol.journal.mirror_lag import Lag
from storage.db import journal_check
from storage.db.connections import Readers, Source
from storage.db.engine import OLDEST_SQLITE, Database
from storage.db.reading import StoreReader
from storage.db.upgrade import compatible_in, opens
from storage.disk.data_folder import refuse_gone, refuse_linked
from storage.faults import border
from storage.keystore import journal_mirror
from storage.keystore.store_secrets import StoreSecrets, known_instance
from storage.opening import DATABASE
from storage.rollback import agrees

PROBED: Final = "0" * 32
"""An installation that there is not: to ask for its secret asks whether the keystore answers."""


def sqlite_fit() -> tuple[str, bool]:
    return dbapi2.sqlite_version, dbapi2.sqlite_version_info >= OLDEST_SQLITE


def asked(keystore: Callable[[], object]) -> str:
    """Why it does not answer, or "". What it says is not kept."""
    try:
        keystore()
    except KioskError as error:
        return error.code
    return ""


class OpenStoreProbe:
    """The store that this program has open."""

    def __init__(self, store: Store, secrets: StoreSecrets, lag: Callable[[], Lag]) -> None:
        self._store = store
        self._secrets = secrets
        self.lag = lag

    def sqlite(self) -> tuple[str, bool]:
        return sqlite_fit()

    def trouble(self) -> str:
        return ""

    def keystore(self) -> str:
        return asked(lambda: self._secrets.get("database-key"))

    def store(self) -> Store:
        return self._store


class _ReadStore(StoreReader):
    """`Store`, of which only the questions are answered."""

    def close(self) -> None:
        self._readers.close()

    def commit(self, *_arguments: object, **_more: object) -> None:
        raise Refused("only_read")

    def put_enrolment(self, _enrolment: object) -> None:
        raise Refused("only_read")


class FolderStoreProbe:
    """The store of a folder, whoever has it open; looked at once, at the first question. `close` ends it."""

    def __init__(self, folder: Path, keystore: Keystore, randomness: Randomness) -> None:
        self._folder = folder
        self._keystore = keystore
        self._randomness = randomness
        self._lock = threading.Lock()
        self._looked = False
        self._trouble = ""
        self._store: _ReadStore | None = None

    def sqlite(self) -> tuple[str, bool]:
        return sqlite_fit()

    def lag(self) -> Lag:
        return Lag()

    def keystore(self) -> str:
        return asked(lambda: self._keystore.get(f"{PROBED}/database-key"))

    def trouble(self) -> str:
        with self._lock:
            if not self._looked:
                self._looked = True
                self._trouble = self._find_trouble()
            return self._trouble

    def store(self) -> Store:
        if self.trouble() or self._store is None:
            raise Unknown("store")
        return self._store  # type: ignore[return-value]

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    def _find_trouble(self) -> str:
        path = self._folder / DATABASE
        try:
            with border():
                refuse_gone(self._folder)
                secrets = self._secrets(path)
                remembered = journal_mirror.read(secrets)
                if not path.exists():
                    return "absent" if remembered is None else "rolled_back"
                refuse_linked(path)
                key = secrets.get("database-key")
                if key is None:
                    return "database_key_lost"
                database = Database(path, key)
                with closing(database.onlooker()) as connection:
                    _sound(connection, remembered)
                self._store = _ReadStore(Readers(Source(), database.onlooker))
        except KioskError as error:
            return error.code
        return ""

    def _secrets(self, path: Path) -> StoreSecrets:
        """Raises Corrupt("instance_lost") as opening would; nothing is made where there is nothing yet."""
        instance = known_instance(self._folder, self._keystore)
        if instance is None and path.exists():
            raise Corrupt("instance_lost")
        return StoreSecrets(self._keystore, instance or PROBED, self._randomness)


def _sound(connection: Any, remembered: journal_mirror.Mirrored | None) -> None:
    """What `storage.opening` would refuse: form, chain, mirror. Raises Refused, Corrupt."""
    has = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has else None
    if row is None:
        raise Corrupt("store_damaged" if remembered is None else "rolled_back")
    if not opens(row[0], partial(compatible_in, connection)):
        raise Refused("store_newer")
    journal_check.check_last(connection)
    if not agrees(connection, remembered):
        raise Corrupt("mirror_gone" if remembered is None else "rolled_back")

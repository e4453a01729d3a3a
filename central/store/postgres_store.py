"""The store of a real centre: PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from central.store.interface import Session, Store
from central.store.migration import has_tables, migrate
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.override import override

CONNECTIONS: Final = 12
TURN_S: Final = 5.0
"""How long a thread waits for one of them."""
_PATIENCE: Final = {
    "connect_timeout": "5", "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}  # fmt: skip
_OPTIONS: Final = "-c statement_timeout=60s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_AWAY: Final = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""A server that went away, or that takes no writing any more: another has become the primary."""
_BUSY: Final = (
    psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)  # fmt: skip
"""Nothing is wrong with the connection; another try may go through."""
_MIGRATION_LOCK: Final = 0x4D414E46415A


class PostgresStore(Store):
    """A store in the database that `url` names; made up to date when opened. At most `connections` at once.

    Raises Unavailable ``database_away`` when it cannot be reached or takes no writing, ``database_busy``; Refused
    ``newer_database``; Corrupt ``database_gone`` where there are no tables, unless they may `begin`.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS, *, begin: bool = True) -> None:
        self._said: dict[str, Any] = conninfo_to_dict(url)
        engine = create_engine(
            "postgresql+psycopg://", creator=self._connect, pool_size=connections, max_overflow=0, pool_timeout=TURN_S,
            pool_use_lifo=True, use_native_hstore=False, hide_parameters=True,
        )  # fmt: skip
        super().__init__(engine)
        with self._closing_unless_made(), self._transaction(engine) as connection:
            for limit in ("statement_timeout", "lock_timeout"):  # it takes as long as it takes
                connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
            if not begin and not has_tables(connection):
                raise Corrupt("database_gone", path=self._said.get("dbname") or "")
            migrate(connection)

    def _connect(self) -> Any:
        """Our limits, where the address names none of its own."""
        options = f"{_OPTIONS} {self._said.get('options', '')}"
        return psycopg.connect(**{**_PATIENCE, **self._said, "options": options, "application_name": "manfaz-central"})

    @override
    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._transaction(self._engine) as connection:
            yield Session(connection)

    reading = writing

    @override
    def _as_our_error(self, error: BaseException) -> KioskError | None:
        if isinstance(error, NoConnection):
            return Unavailable("database_busy", reason="connections")
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, _BUSY):
            return Unavailable("database_busy", reason=type(cause).__name__)
        if isinstance(cause, _AWAY):
            # What is wrong with this one is wrong with the idle ones: they are made anew, where the primary is then.
            self._engine.dispose()
            return Unavailable("database_away", reason=type(cause).__name__)
        return None

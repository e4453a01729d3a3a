"""What the centre asks of a database. SQLAlchemy speaks both dialects; `central.store.sqlite_store` and
`central.store.postgres_store` say how one is reached, and what its errors mean.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, overload

from sqlalchemy import ColumnElement, Connection, Dialect, Engine, Executable, bindparam, delete, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import insert, psycopg
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select
from sqlmodel.sql.expression import SelectOfScalar

from central.store import journal_append
from central.store.journal_append import Append
from central.store.model_base import Model, table
from protocol.errors import Corrupt, KioskError

__all__ = ["Row", "Session", "Store", "Value", "insert", "read"]
"""`insert` is PostgreSQL's: SQLite has its ON CONFLICT from there, and its compiler writes it all the same."""

if TYPE_CHECKING:

    class Row(tuple[Any, ...]):
        """As the driver gives it; its members go by the names of their columns, too."""

        __slots__ = ()

        def __getattr__(self, name: str) -> Any: ...
else:
    from sqlalchemy import Row

Value = bytes | int | str | None
Statement = Executable | str
T = TypeVar("T")
M = TypeVar("M", bound=Model)
_PLACES: Final = {"sqlite": "?", "postgresql": "%s"}


class Session:
    """One transaction. It is committed when its block ends, rolled back when the block raises.

    A statement is built of the models. The few that are text have ``?`` for a value.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @overload
    def all(self, statement: SelectOfScalar[T], /) -> list[T]: ...  # type: ignore[overload-overlap]
    @overload
    def all(self, statement: Statement, *values: Value) -> list[Row]: ...

    def all(self, statement: Statement, *values: Value) -> list[Any]:
        """Rows; of a select of one column its values; of a select of a model what has its members, and is none."""
        result = self._result(statement, values)
        if isinstance(statement, SelectOfScalar) and len(result.keys()) == 1:
            return list(result.scalars())
        return list(result.fetchall())

    @overload
    def one(self, statement: SelectOfScalar[T], /) -> T | None: ...  # type: ignore[overload-overlap]
    @overload
    def one(self, statement: Statement, *values: Value) -> Row | None: ...

    def one(self, statement: Statement, *values: Value) -> Any:
        # All rows are fetched: a statement half read would keep COMMIT from happening.
        rows = self.all(statement, *values)
        return rows[0] if rows else None

    def run(self, statement: Statement, *values: Value) -> int:
        """Returns how many rows were touched."""
        return self._result(statement, values).rowcount

    def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]] | Sequence[Sequence[Value]]) -> None:
        """The same statement for each of `rows`: by name, of a text by place."""
        if rows:
            self._result(statement, rows)

    def _result(self, statement: Statement, values: Any) -> CursorResult[Any]:
        if isinstance(statement, str):
            place = _PLACES[self._connection.dialect.name]
            text = statement if place == "?" else statement.replace("%", "%%").replace("?", place)
            return self._connection.exec_driver_sql(text, values or ())
        return cast("CursorResult[Any]", self._connection.execute(statement, values or None))

    # ---- one row, by the first columns of its primary key

    def get(self, model: type[M], *key: Value, mine: bool = False) -> M | None:
        """The whole row. With `mine` nobody else changes it until the end."""
        found = self._kept(model, key, mine=mine)
        return found[0] if found else None

    def the(self, model: type[M], *key: Value, mine: bool = False) -> M:
        """`get`, of a row that is there: what others name is never deleted."""
        found = self.get(model, *key, mine=mine)
        assert found is not None  # noqa: S101 - see above
        return found

    def under(self, model: type[M], *key: Value) -> list[M]:
        """All rows, in the order of their keys."""
        return self._kept(model, key, mine=False)

    def _kept(self, model: type[M], key: Sequence[Value], *, mine: bool) -> list[M]:
        """By the driver itself, as `add_all`."""
        text, names = _finding(model, self._connection.dialect.name, len(key), mine=mine)
        placed: Any = dict(zip(names, key, strict=True)) if names else key
        return cast("list[M]", self._connection.exec_driver_sql(text, placed).fetchall())

    def add(self, model: type[Model], **values: Any) -> None:
        self.add_all(model, [values])

    def add_new(self, model: type[Model], **values: Any) -> bool:
        """Whether it was not there yet."""
        return self.add_all(model, [values], new=True) == 1

    def add_all(self, model: type[Model], rows: Sequence[Mapping[str, Any]], *, new: bool = False) -> int:
        """By the driver itself: SQLAlchemy would make the statement anew and prepare each value. With `new` what is
        there stays. Returns how many there are now more.
        """
        if not rows:
            return 0
        text, names = _inserting(model, self._connection.dialect.name, tuple(rows[0]), new=new)
        placed: Any = [tuple(row[name] for name in names) for row in rows] if names else list(rows)
        return self._connection.exec_driver_sql(text, placed if len(placed) > 1 else placed[0]).rowcount

    def put(self, model: type[Model], **values: Any) -> None:
        """In the place of the one that is there, as far as `values` go."""
        keys = [column.name for column in table(model).primary_key]
        others = {name: value for name, value in values.items() if name not in keys}
        self.run(insert(table(model)).values(**values).on_conflict_do_update(index_elements=keys, set_=others))

    def change(self, model: type[Model], *key: Value, **values: Any) -> int:
        return self.run(update(table(model)).where(*_under(model, key)).values(**values))

    def remove(self, model: type[Model], *key: Value) -> int:
        return self.run(delete(table(model)).where(*_under(model, key)))

    def append(self, batch: Append) -> bool:
        """Move the chain's high-water mark and store the records, or do nothing at all.

        False: the chain no longer stands where `batch` says, or no longer takes records.
        """
        return journal_append.append(self._connection, batch)


_DIALECTS: Final[dict[str, Dialect]] = {
    "sqlite": sqlite.dialect(),
    "postgresql": psycopg.dialect(),  # type: ignore[no-untyped-call]
}


@cache
def _inserting(model: type[Model], dialect: str, names: tuple[str, ...], *, new: bool) -> tuple[str, tuple[str, ...]]:
    """The text for that driver, and the order of its values where it wants them by place."""
    rows = insert(table(model))
    rows = rows.on_conflict_do_nothing() if new else rows
    compiled = rows.compile(dialect=_DIALECTS[dialect], column_keys=list(names))
    return str(compiled), tuple(getattr(compiled, "positiontup", None) or ())


@cache
def _finding(model: type[Model], dialect: str, parts: int, *, mine: bool) -> tuple[str, tuple[str, ...]]:
    """The text for that driver, and the names of its values where it wants them by name."""
    names = [f"key_{n}" for n in range(parts)]
    rows = select(model).where(*_under(model, [bindparam(name) for name in names]))
    rows = rows.order_by(*table(model).primary_key)
    compiled = (rows.with_for_update() if mine else rows).compile(dialect=_DIALECTS[dialect])
    return str(compiled), () if compiled.positional else tuple(names)


def _under(model: type[Model], key: Sequence[Any]) -> list[ColumnElement[bool]]:
    return [column == value for column, value in zip(table(model).primary_key, key, strict=False)]


def read(value: type[T], row: Any) -> T:
    """A frozen dataclass of ours whose fields are called as the columns of `row`."""
    return value(**{one.name: getattr(row, one.name) for one in fields(cast("Any", value))})


class Store(ABC):
    """A database. Both blocks may be entered by any thread; `reading` never waits for a writer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @abstractmethod
    def writing(self) -> AbstractContextManager[Session]: ...

    @abstractmethod
    def reading(self) -> AbstractContextManager[Session]: ...

    @abstractmethod
    def _as_our_error(self, error: BaseException) -> KioskError | None:
        """What an error means to whoever asked; None for one that is a mistake of ours, and stays what it is."""

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        pool, connection = engine.pool, None
        try:
            connection = engine.connect().execution_options(preserve_rowcount=True)
            with _whole(connection):
                yield connection
        except BaseException as error:
            told = self._as_our_error(error)
            if connection is not None and isinstance(told, Corrupt):
                connection.invalidate()  # SQLCipher reads nothing more by one that has met damage
            if told is None:
                raise
            raise told from error
        finally:
            if connection is not None:
                if engine.pool is not pool:  # which was given up meanwhile: nobody would close this one
                    connection.invalidate()
                connection.close()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _closing_unless_made(self) -> Iterator[None]:
        """A store that cannot be brought up to date leaves no connection behind."""
        try:
            yield
        except BaseException:
            self.close()
            raise


@contextmanager
def _whole(connection: Connection) -> Iterator[None]:
    """One transaction. If going back fails too, the error before it is the one to tell."""
    try:
        connection.begin()
        yield
        connection.commit()
    except BaseException:
        # Everything, a thread told to end included: what is half done must not stay open for the next one to commit.
        with suppress(SQLAlchemyError):
            connection.rollback()
        raise

"""What statements are made with, and the text that is made of them. The program never imports it (docs/adr/0052).

What a statement is given has a name: in a question that of its argument, of a change where the change has it
(``ack.device``). A constant stands in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from json import dumps
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Label,
    LargeBinary,
    Select,
    String,
    Table,
    bindparam,
    cast,
    exists,
    insert,
    literal_column,
    select,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.sql.dml import UpdateBase

from protocol.override import override
from storage.db.entry_ids import SEQ_BITS

_OF: Final = "of_"
_WORKED_OUT: Final = "worked_out_"
ONE: Final[ColumnElement[Any]] = literal_column("1")


class Misfit(Exception):
    """A column and the value that is kept in it do not fit; it is named."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a question alone: what it is asked of, and which rows, stands elsewhere."""

    question: Select[Any]


def of(name: str) -> BindParameter[Any]:
    """What a statement is given under that name."""
    return bindparam(_OF + name.replace(".", "__"))


def worked_out(name: str) -> BindParameter[Any]:
    """What no change has under any name: its writer gives it, behind all the rest."""
    return bindparam(_WORKED_OUT + name)


def entry(epoch: str = "epoch", seq: str = "seq") -> ColumnElement[int]:
    """The number of an entry, as `storage.db.entry_ids` says it."""
    return bindparam(_OF + epoch, type_=Integer).bitwise_lshift(SEQ_BITS).bitwise_or(of(seq))


def other(column: ColumnElement[Any], *where: ColumnElement[bool]) -> ColumnElement[Any]:
    """That column of another row."""
    return select(column).where(*where).scalar_subquery()


def by_no_index(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same, of which no index is looked at: another one leaves fewer rows."""
    return literal_column(f"+{column}")


def as_bytes(number: ColumnElement[Any]) -> ColumnElement[bytes]:
    """A number as a fact is kept."""
    return cast(cast(number, String), LargeBinary)


def names(value: type) -> tuple[str, ...]:
    """Of a dataclass or of a tuple."""
    found: tuple[str, ...] = getattr(value, "_fields", ()) or tuple(one.name for one in fields(value))
    return found


def read(value: type, source: FromClause, /, **other: ColumnElement[Any]) -> Select[Any]:
    """What a value is read from, in the order of its fields; `other` is what is no column of that name."""
    for name in names(value):
        if name not in other and name not in source.c:
            raise Misfit(f"{value.__name__}.{name} is in no column")
    return select(*(other[name] if name in other else source.c[name] for name in names(value)))


def kept(target: Table, value: type, /, **other: Any) -> dict[str, Any]:
    """What each column is given: the field of its name, or `other`."""
    found = {}
    for column in target.c:
        if column.name in other:
            found[column.name] = other[column.name]
        elif column.name in names(value):
            found[column.name] = of(column.name)
        elif _must_be_given(column):
            raise Misfit(f"{target.name}.{column.name} is no field of {value.__name__}")
    return found


def _must_be_given(column: Column[Any]) -> bool:
    """SQLite gives a row its number, and what is made of other columns."""
    numbered = column is column.table.autoincrement_column
    return not (column.nullable or numbered or column.server_default is not None)


def add(target: Table, value: type, verb: str = "", /, **other: Any) -> Insert:
    """A row more; `verb`: what is done where its key is there, ``OR REPLACE`` or ``OR IGNORE``."""
    made = insert(target).values(kept(target, value, **other)).inline()  # nothing is asked back
    return made.prefix_with(verb) if verb else made


def whole(target: Table) -> Insert:
    """A row of which the writer works out all."""
    return insert(target).values({column.name: worked_out(column.name) for column in target.c})


def put(target: Table, value: type, /, **other: Any) -> Insert:
    """A row more, or in the place of that with its key."""
    return add(target, value, "OR REPLACE", **other)


def put_unless(there: ColumnElement[bool], target: Table, value: type, /, **other: Any) -> Insert:
    """`put`, where there is no such row yet."""
    row = kept(target, value, **other)
    made = select(*row.values()).where(~exists(ONE).where(there))
    return insert(target).prefix_with("OR REPLACE").from_select(list(row), made)


class _Text(SQLiteCompiler):
    """Constants in the text, no names for what is read by its place, indexes as they are named."""

    @override
    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **kw: Any) -> str:
        kw["literal_binds"] = not bindparam.required
        made: str = super().visit_bindparam(bindparam, *args, **kw)  # type: ignore[no-untyped-call]
        return made

    @override
    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text

    @override
    def visit_label(self, label: Label[Any], *args: Any, **kw: Any) -> str:
        return self.process(label.element)


_DIALECT: Final = sqlite.dialect(paramstyle="qmark")
_DIALECT.statement_compiler = _Text
_DIALECT.identifier_preparer.reserved_words = set()  # SQLite takes each of ours as it is


def text(statement: Select[Any] | UpdateBase | Columns) -> str:
    """The line of `storage.db.compiled` behind its name."""
    whole = statement.question if isinstance(statement, Columns) else statement
    made = whole.compile(dialect=_DIALECT)
    sql = " ".join(line.strip() for line in str(made).splitlines()).replace(" OFFSET 0", "")
    if isinstance(statement, Columns):
        sql = sql.removeprefix("SELECT ").rpartition(" FROM ")[0]
    if not isinstance(whole, UpdateBase):
        return dumps(sql)
    asked = list(made.positiontup or ())
    given = [name for name in asked if name.startswith(_OF)]
    if given != asked[: len(given)]:
        raise Misfit(f"what is worked out does not stand last: {sql}")
    words = sql, *(name.removeprefix(_OF).replace("__", ".") for name in given)
    return f"Write({', '.join(map(dumps, words))})"

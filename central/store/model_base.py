"""What all tables of the centre have in common. `device_models` and `request_models` are the one place where a column
is named; migrations are compared with them (docs/adr/0053).

Bytes are bytes and never JSON columns: a body may hold what jsonb refuses, and what was signed must come back
bit for bit. Personal frames and evidence have tables of their own, under a key that is not in the database.
What guards a table against changes has no model; it is made in `migrations/`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    text,
)
from sqlalchemy.orm import declared_attr
from sqlmodel import AutoString, Field, SQLModel

from protocol.override import override

METADATA: Final = MetaData()
_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")
ZERO: Final[dict[str, Any]] = {"server_default": text("0")}
EMPTY: Final[dict[str, Any]] = {"server_default": ""}


def _typed(part: Any) -> Any:
    """A number has 64 bits and a text any length, in both databases."""
    if isinstance(part, Column):
        known = isinstance(part.type, Integer), isinstance(part.type, AutoString)
        part.type = _NUMBER if known[0] else Text() if known[1] else part.type
    return part


class Model(SQLModel):
    """A table has the name of its class, but for `Row`: `FloatEntry` is a row of ``float_entry``."""

    metadata = METADATA

    @declared_attr.directive
    @override
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy hands in the class
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()

    @classmethod
    def __table_cls__(cls, name: str, metadata: MetaData, *parts: Any, **options: Any) -> Table:
        """SQLite's tables are strict: a sum beyond 64 bits is an error as in PostgreSQL, and never a float in silence.
        A number that it gives is not given again.
        """
        options["sqlite_strict"] = True
        options["sqlite_autoincrement"] = any(isinstance(part, Column) and part.identity is not None for part in parts)
        return Table(name, metadata, *map(_typed, parts), **options)


def table(model: type[Model]) -> Table:
    return METADATA.tables[str(model.__tablename__)]


def same_entry(model: type[Model], other: Any) -> ColumnElement[bool]:
    """That a row belongs to the entry that `other` does."""
    return and_(*(getattr(model, name) == getattr(other, name) for name in ("device", "epoch", "seq")))


def serial() -> Any:
    return Field(primary_key=True, sa_column_args=[Identity()])


def partial(name: str, column: str, where: str) -> Index:
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


class OfDevice(Model):
    """What belongs to a device."""

    device: bytes = Field(primary_key=True)


class OfEpoch(OfDevice):
    """What belongs to an epoch of a device."""

    epoch: int = Field(primary_key=True)


class OfEntry(OfEpoch):
    """What belongs to one entry of a journal."""

    seq: int = Field(primary_key=True)

"""What the body of an entry says, as a frozen dataclass: written and read by the same class at both ends.

A class names its type of entry (``class DayOpening(Body, of=EntryType.DAY_OPEN)``), its fields are the members in
their order, and their annotations say what each may be (`protocol.members`). Beyond that:

* a field with a default is a member that may be missing, and is left out where it has just that value;
* a `Literal` in `kind` or `what` tells the classes of one type apart (`read`); ``what: None`` is one that is not there;
* `Inline` fields have members of their own, which stand among those of the body.

Reading never raises: what a device has signed stops no chain. A member that is missing or is not as it is said here
reads as nothing (0, "", an empty list) and stands in `bad`; whoever reads decides what that means. Members of a later
version, and bad ones, stay in `rest` as they came, and `members` says them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from inspect import get_annotations
from operator import attrgetter
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from protocol.members import Codec, called, codec
from protocol.override import override
from protocol.strict_json import count
from protocol.values.money import MAX_PT

T = TypeVar("T")
LONGEST_NAME: Final = 100
_AS_IT_IS: Final = Codec().write
INLINE: Final = object()
Inline = Annotated[T, INLINE]
"""A field whose own members stand among those of the body."""


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME or "\0" in value:
        raise ValueError("name")  # a database is asked for it: PostgreSQL takes no NUL
    return value


def _id(value: object) -> str:
    if not _name(value):
        raise ValueError("empty")
    return _name(value)


Name = Annotated[str, Codec(_name)]
"""What something is called: 100 characters at most, perhaps none."""
Id = Annotated[str, Codec(_id)]
"""A name that is not empty."""
Piastres = Annotated[int, Codec(lambda value: count(value, MAX_PT))]
"""An amount of one paper or one drawer."""


class _Partly(ValueError):
    """A list of which only some objects could be read."""

    def __init__(self, value: tuple[Any, ...]) -> None:
        super().__init__("partly")
        self.value = value


@dataclass(frozen=True, slots=True)
class _Member:
    """A member: the field `attribute` that holds it, and what is read where there is none of any use."""

    attribute: str
    name: str
    codec: Codec
    needed: bool
    empty: Any

    def take(self, rest: dict[str, Any], bad: set[str]) -> Any:
        """Its value, out of `rest`; what cannot be read stays there."""
        if self.name not in rest:
            if self.needed:
                bad.add(self.name)
            return self.empty
        try:
            value = self.codec.read(rest[self.name])
        except _Partly as found:
            bad.add(self.name)
            return found.value
        except (TypeError, ValueError, KeyError):
            bad.add(self.name)
            return self.empty
        del rest[self.name]
        return value


_Field = tuple[str, Callable[..., Any] | None, tuple[_Member, ...]]
"""A field of a body and its one member; or, of an inline field, its own class and the members of that."""


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Body:
    """The members of a body behind its salt. What is read and written how is worked out once for each class."""

    entry_type: int
    table: ClassVar[tuple[_Field, ...]] = ()
    said: ClassVar[tuple[tuple[str, Callable[[Any], Any] | None, bool, Any], ...]] = ()
    """Name, how it is written (None: as it is), whether it always is, and the value with which it is not."""
    values: ClassVar[Callable[[Any], tuple[Any, ...]]]
    rest: Mapping[str, Any] = MappingProxyType({})
    bad: frozenset[str] = frozenset()

    @override
    def __init_subclass__(cls, of: int) -> None:
        dataclass(frozen=True, kw_only=True)(cls)
        cls.entry_type = of
        cls.table = tuple(_field(cls, name, hint) for name, hint in _hints(cls).items())
        places = [
            (name if form is None else f"{name}.{one.attribute}", one) for name, form, of in cls.table for one in of
        ]
        cls.values = attrgetter(
            "rest", *(path for path, _ in places)
        )  # in one call: the signing of a sale waits for it
        cls.said = tuple(
            (one.name, None if one.codec.write is _AS_IT_IS else one.codec.write, one.needed, one.empty)
            for _, one in places
        )
        for key in _keys(of, _hints(cls)):
            assert key not in CLASSES, key  # noqa: S101 - two classes for one body
            CLASSES[key] = cls

    def members(self) -> dict[str, Any]:
        """As they are written, in their order."""
        found: dict[str, Any] = {"v": 1}
        rest, *values = type(self).values(self)
        for (name, write, needed, empty), value in zip(self.said, values, strict=True):
            if needed or value != empty:
                found[name] = value if write is None else write(value)
        for name in self.bad:
            found.pop(name, None)
        found.update(rest)
        return found

    @classmethod
    def read(cls, members: Mapping[str, Any]) -> Self:
        """What these members say, `salt` and `v` left aside; never raises."""
        rest, bad = dict(members), set[str]()
        rest.pop("salt", None)
        rest.pop("v", None)
        found = {
            name: inner[0].take(rest, bad) if form is None else form(*[one.take(rest, bad) for one in inner])
            for name, form, inner in cls.table
        }
        made = object.__new__(cls)
        made.__dict__.update(found, rest=rest, bad=frozenset(bad))
        return made


@dataclass(frozen=True)
class Unknown:
    """A body of which no class here is: of another type or kind, of a later version."""

    entry_type: int
    rest: Mapping[str, Any]

    def members(self) -> dict[str, Any]:
        return {"v": 1, **self.rest}


_ANY: Final = object()
CLASSES: Final[dict[tuple[int, object, object], type[Body]]] = {}
"""By type, `kind` and `what`, as far as these tell the classes of that type apart."""


def read(entry_type: int, members: Mapping[str, Any]) -> Body | Unknown:
    """The body of an entry of that type. Never raises."""
    kind, what = (value if isinstance(value := members.get(name), str | None) else _ANY for name in ("kind", "what"))
    for key in ((entry_type, kind, what), (entry_type, kind, _ANY), (entry_type, _ANY, _ANY)):
        if key in CLASSES:
            return CLASSES[key].read(members)
    return Unknown(entry_type, {name: value for name, value in members.items() if name not in ("salt", "v")})


def _hints(cls: type) -> dict[str, Any]:
    """The annotations of its own fields."""
    found = get_type_hints(cls, include_extras=True)
    return {name: found[name] for name in get_annotations(cls)}


def _keys(of: int, hints: Mapping[str, Any]) -> list[tuple[int, object, object]]:
    return [(of, kind, what) for kind in _words(hints, "kind") for what in _words(hints, "what")]


def _words(hints: Mapping[str, Any], name: str) -> tuple[object, ...]:
    hint = hints.get(name, _ANY)
    if hint is NoneType:
        return (None,)
    return get_args(hint) if get_origin(hint) is Literal else (_ANY,)


def _field(cls: type, attribute: str, hint: Any) -> _Field:
    inner = get_args(hint)
    if INLINE in inner:
        return attribute, inner[0], tuple(_member(inner[0], *one) for one in _hints(inner[0]).items())
    return attribute, None, (_member(cls, attribute, hint),)


def _member(cls: type, attribute: str, hint: Any) -> _Member:
    default = _default(cls, attribute)
    if hint is NoneType:
        return _Member(attribute, attribute, Codec(), needed=False, empty=None)
    needed = default is MISSING or attribute in ("kind", "what")  # what tells classes apart is always said
    return _Member(
        attribute, called(hint, attribute), _codec(hint), needed, _empty(hint) if default is MISSING else default
    )


def _default(cls: type, attribute: str) -> Any:
    if is_dataclass(cls):
        return next(one.default for one in fields(cls) if one.name == attribute)
    return getattr(cls, "_field_defaults", {}).get(attribute, MISSING)


def _empty(hint: Any) -> Any:
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return _EMPTY.get(get_origin(plain) or plain)


_EMPTY: Final[Mapping[Any, Any]] = {int: 0, str: "", Literal: "", tuple: (), Mapping: MappingProxyType({})}


def _codec(hint: Any) -> Codec:
    """As everywhere; but a list of objects is read without those which cannot be, and nothing is said by null."""
    if get_origin(hint) in (Union, UnionType):
        return _codec(next(one for one in get_args(hint) if one is not NoneType))
    if get_origin(hint) is tuple and is_dataclass(get_args(hint)[0]):
        return _each(codec(get_args(hint)[0]))
    return codec(hint)


def _each(inner: Codec) -> Codec:
    def whole(value: object) -> Any:
        try:
            return (inner.read(value),)
        except (TypeError, ValueError, KeyError):
            return ()

    def read_all(values: object) -> tuple[Any, ...]:
        if not isinstance(values, list):
            raise TypeError("list")
        found = tuple(one for value in values for one in whole(value))
        if len(found) < len(values):
            raise _Partly(found)
        return found

    return Codec(read_all, lambda values: [inner.write(one) for one in values])

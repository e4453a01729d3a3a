"""The members of a JSON object as the fields of a dataclass: said once, written and read by the same class.

A field's annotation says what its member may be:

* `int`: a whole number from 0; `bool`, `str`, a `Literal`, `Any`; `Mapping[str, …]`, `tuple[…, ...]`, a dataclass;
* ``X | None``: that or null. With the default None the member is left out where there is nothing to say;
* ``Annotated[X, Codec(…)]``: whatever the codec reads and writes, as `Hex` and `Signed`; with `Called`, its name.

A field with a default may be missing. Members that no field names are passed over: they are of a later version.
"""

from __future__ import annotations

import base64
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from protocol.strict_json import count

T = TypeVar("T")


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Codec:
    """How one value is read (raising TypeError, ValueError, KeyError for what is none) and written."""

    read: Callable[[Any], Any] = _same
    write: Callable[[Any], Any] = _same


@dataclass(frozen=True, slots=True)
class Called:
    """Beside an annotation: the member's name, where the field has another one."""

    name: str


class _Member(NamedTuple):
    attribute: str
    name: str
    codec: Codec
    needed: bool
    silent: bool
    """Left out where the value is None."""


def read(form: type[T], members: object) -> T:
    """A `form` of these members. Raises KeyError for one that is missing, TypeError or ValueError for one of no use."""
    if not isinstance(members, Mapping):
        raise TypeError(form.__name__)
    found = {}
    for member in _members(form):  # type: ignore[arg-type]  # a class can be hashed
        if member.name in members:
            found[member.attribute] = member.codec.read(members[member.name])
        elif member.needed:
            raise KeyError(member.name)
    return form(**found)


def write(record: Any) -> dict[str, Any]:
    """The members of a record that `read` reads, in the order of its fields."""
    said = {}
    for attribute, name, form, _, silent in _members(type(record)):  # type: ignore[arg-type]  # as above
        value = getattr(record, attribute)
        if value is not None or not silent:
            said[name] = value if form.write is _same else form.write(value)
    return said


def hints(form: type) -> dict[str, Any]:
    """The annotation of each field."""
    found = get_type_hints(form, include_extras=True)
    return {one.name: found[one.name] for one in fields(form)}


@cache
def _members(form: type) -> tuple[_Member, ...]:
    said = hints(form)
    return tuple(
        _Member(
            one.name,
            called(said[one.name], one.name),
            codec(said[one.name]),
            needed=one.default is MISSING and one.default_factory is MISSING,
            silent=one.default is None,
        )
        for one in fields(form)
    )


def called(hint: Any, field: str) -> str:
    return next((one.name for one in get_args(hint) if isinstance(one, Called)), field)


def codec(hint: Any) -> Codec:
    """How a value of that annotation is read and written."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return next((one for one in inner[1:] if isinstance(one, Codec)), None) or codec(inner[0])
    if is_dataclass(hint):
        return Codec(lambda value: read(hint, value), write)  # type: ignore[arg-type]  # a class, by its annotation
    return _PLAIN[hint] if origin is None else _COMPOSED[origin](inner)


def _or_null(inner: tuple[Any, ...]) -> Codec:
    said = codec(next(one for one in inner if one is not types.NoneType))
    return Codec(
        lambda value: None if value is None else said.read(value),
        lambda value: None if value is None else said.write(value),
    )


def _list(inner: tuple[Any, ...]) -> Codec:
    said = codec(inner[0])
    return Codec(lambda value: tuple(map(said.read, _typed(list, value))), lambda value: [*map(said.write, value)])


def _table(inner: tuple[Any, ...]) -> Codec:
    said = codec(inner[1])
    return Codec(
        lambda value: {name: said.read(one) for name, one in _typed(dict, value).items()},
        lambda value: {name: said.write(one) for name, one in value.items()},
    )


def _one_of(words: tuple[Any, ...]) -> Codec:
    def chosen(value: object) -> object:
        if value not in words:
            raise ValueError("not one of them")
        return value

    return Codec(chosen)


def _typed(wanted: type[T], value: object) -> T:
    if type(value) is not wanted:
        raise TypeError(wanted.__name__)
    return value


def _signed(value: object) -> int:
    number = _typed(int, value)
    count(abs(number))
    return number


def _unhex(value: object) -> bytes:
    found = bytes.fromhex(text := _typed(str, value))
    if found.hex() != text:
        raise ValueError("not lower-case hex")
    return found


_COMPOSED: Final[Mapping[Any, Callable[[tuple[Any, ...]], Codec]]] = {
    Union: _or_null, types.UnionType: _or_null, tuple: _list, Mapping: _table, Literal: _one_of,
}  # fmt: skip
_PLAIN: Final[Mapping[Any, Codec]] = {
    int: Codec(count), str: Codec(lambda value: _typed(str, value)), bool: Codec(lambda value: _typed(bool, value)),
    Any: Codec(),
}  # fmt: skip

Signed = Annotated[int, Codec(_signed)]
"""A whole number that may be below 0."""
Hex = Annotated[bytes, Codec(_unhex, bytes.hex)]
"""Bytes in hexadecimal digits, lower case."""
Base64 = Annotated[
    bytes, Codec(lambda text: base64.b64decode(text, validate=True), lambda data: base64.b64encode(data).decode())
]

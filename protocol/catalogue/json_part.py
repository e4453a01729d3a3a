"""A part of a JSON document that knows where it stands, so that what is wrong with it can be named.

Service files are written by people. Each reader below answers a typed value. Where that is impossible, a counter
refuses the file: Refused ``catalogue_form`` with `where` (``services/3/costs/0/label/ar``) and `want`, what was
expected there. The judge of files hands in a list instead, and finds every fault in it.

What an object may hold is said once, by the annotations of a dataclass (`Part.form`): ``str`` is a text, ``date`` a
day, ``X | None`` may be missing, a field with a default as well; ``Annotated[X, reader]`` is what that makes of it.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from protocol.clock import read_day
from protocol.errors import Refused
from protocol.texts import LANGUAGES, Bilingual, Language, both

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place: the text ``lint.<key>``, filled with `values`, says it and how it is mended."""

    where: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def words(self) -> Bilingual:
        return both(f"lint.{self.key}", **self.values)


@dataclass(slots=True)  # not frozen: a start makes thousands, and each would take twice the time
class Part:
    """A value and the path to it. With `faults` a reader adds to them, and answers any value of its type."""

    value: Any
    where: str
    faults: list[Fault] | None = None

    def wrong(self, key: str, **values: object) -> None:
        """Raises Refused ``catalogue_form``, where nobody collects faults."""
        found = Fault(self.where or "/", "missing" if self.value is None else key, values)
        if self.faults is None:
            raise Refused("catalogue_form", where=found.where, want=found.words())
        if found not in self.faults:
            self.faults.append(found)

    def get(self, name: str) -> Part:
        """The member `name`; whoever reads it finds whether it is there."""
        return self._member(name, self._object().get(name))

    def members(self) -> dict[str, Part]:
        return {name: self._member(name, value) for name, value in self._object().items()}

    def _object(self) -> dict[str, Any]:
        if isinstance(self.value, dict):
            return self.value
        self.wrong("object")
        return {}

    def _member(self, name: str, value: Any) -> Part:
        """What an object lacks that is none was told with it."""
        faults = self.faults if isinstance(self.value, dict) else []
        return Part(value, f"{self.where}/{name}".lstrip("/"), faults)

    def items(self) -> list[Part]:
        if not isinstance(self.value, list):
            self.wrong("list")
            return []
        return [Part(value, f"{self.where}/{place}", self.faults) for place, value in enumerate(self.value)]

    def text(self, pattern: str = r"[\s\S]*\S[\s\S]*", want: str = "text") -> str:
        """A string that `pattern` matches whole and that can be written as UTF-8."""
        if not isinstance(self.value, str) or not re.fullmatch(pattern, self.value):
            self.wrong(want)
            return ""
        if re.search(r"[\ud800-\udfff]", self.value):
            self.wrong("surrogate")
        return self.value

    def code(self) -> str:
        """A name for machines: lower case, digits, dash, underscore; 40 characters at most."""
        return self.text(r"[a-z0-9][a-z0-9_-]{0,39}", "code")

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def words(self) -> Bilingual:
        """A text in every language."""
        return Bilingual(self.get("ar").text(), self.get("en").text())

    def keywords(self) -> Keywords:
        return {language: self.get(language).texts() for language in LANGUAGES}

    def integer(self, low: int, high: int) -> int:
        if type(self.value) is int and low <= self.value <= high:
            return self.value
        self.wrong("integer", low=low, high=high)
        return low

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.wrong("flag")
        return self.value is True

    def one_of(self, *names: str) -> str:
        if self.value in names:
            return cast("str", self.value)
        self.wrong("one_of", names=" | ".join(names))
        return names[0]

    def day(self) -> date:
        """An ISO 8601 calendar date, ``2026-11-25``."""
        try:
            return read_day(self.text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "day"))
        except ValueError:
            self.wrong("day")
            return date.min

    def scope(self) -> str:
        """The field a scope names: ``copies`` of ``#/properties/copies``."""
        prefix = "#/properties/"
        return self.text(rf"{prefix}[a-z][a-z0-9_]{{0,39}}", "scope").removeprefix(prefix)

    def read(self, hint: Any) -> Any:
        """What an annotation says that this is."""
        return _reader(hint)(self)

    def form(self, form: type[T], /, **own: Read) -> T:
        """A dataclass: each field is the member of its name, or what `own` makes of the whole object."""
        said, found = self._object(), {}
        for name, read, absent in _members(form):  # type: ignore[arg-type]  # a class can be hashed
            if name in own:
                found[name] = own[name](self)
            elif (value := said.get(name)) is None and absent is not None:
                found[name] = absent()
            else:
                found[name] = read(self._member(name, value))
        return form(**found)


Read = Callable[[Part], Any]
Keywords = Annotated[Mapping[Language, tuple[str, ...]], Part.keywords]
Code = Annotated[str, Part.code]
Scope = Annotated[str, Part.scope]


def between(low: int, high: int) -> Read:
    return lambda part: part.integer(low, high)


_OWN: Final[dict[type, Read]] = {Bilingual: Part.words}


def reads(form: type) -> Callable[[Read], Read]:
    """Of a function that reads such an object wherever there is one."""

    def register(read: Read) -> Read:
        _OWN[form] = read
        return read

    return register


@cache
def _members(form: type) -> tuple[tuple[str, Read, Callable[[], Any] | None], ...]:
    """Name and reader of each, and what stands for one that is not there; None where it has to be."""
    hints = get_type_hints(form, include_extras=True)
    return tuple(
        (one.name, _reader(hints[one.name]), _absent(hints[one.name], one)) for one in fields(form) if one.init
    )


def _absent(hint: Any, one: Field[Any]) -> Callable[[], Any] | None:
    if one.default_factory is not MISSING:
        return one.default_factory
    if one.default is not MISSING or types.NoneType in get_args(hint):
        return lambda: None if one.default is MISSING else one.default
    return None


@cache
def _reader(hint: Any) -> Read:
    given = [one for one in getattr(hint, "__metadata__", ()) if callable(one)]
    origin, inner = get_origin(hint), get_args(hint)
    if given:
        return cast("Read", given[0])
    if is_dataclass(hint):
        return lambda part: _OWN[hint](part) if hint in _OWN else part.form(hint)  # type: ignore[arg-type]
    return _PLAIN[hint] if origin is None else _COMPOSED[origin](inner)


def _or_null(inner: tuple[Any, ...]) -> Read:
    read = _reader(inner[0])
    return lambda part: None if part.value is None else read(part)


def _list(inner: tuple[Any, ...]) -> Read:
    read = _reader(inner[0])
    return lambda part: tuple(map(read, part.items()))


def _table(inner: tuple[Any, ...]) -> Read:
    read = _reader(inner[1])
    return lambda part: {name: read(one) for name, one in part.members().items()}


def _one_of(words: tuple[Any, ...]) -> Read:
    return lambda part: part.one_of(*words)


_COMPOSED: Final[Mapping[Any, Callable[[tuple[Any, ...]], Read]]] = {
    Union: _or_null, types.UnionType: _or_null, tuple: _list, Mapping: _table, dict: _table, Literal: _one_of,
}  # fmt: skip
_PLAIN: Final[Mapping[Any, Read]] = {str: Part.text, bool: Part.flag, date: Part.day, Any: lambda part: part.value}

"""A part of a JSON document that knows where it stands, so that what is wrong with it can be named.

Service files are written by people. Each reader below answers a typed value or raises Refused
``catalogue_form`` with `where` (``services/3/costs/0/label/ar``) and `want`, what was expected there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn, cast

from kiosk.clock import read_day
from kiosk.errors import Refused
from kiosk.texts import LANGUAGES, Language

Words = Mapping[Language, str]
"""One text in both languages: ``words["ar"]``, ``words["en"]``."""


@dataclass(frozen=True, slots=True)
class Part:
    """A value and the path to it."""

    value: Any
    where: str

    def refuse(self, want: str) -> NoReturn:
        raise Refused("catalogue_form", where=self.where or "/", want=want)

    def find(self, name: str) -> Part | None:
        """The member `name`; None where it is absent or null."""
        value = self._object().get(name)
        return None if value is None else self._member(name, value)

    def get(self, name: str) -> Part:
        """The member `name`; it must be there and not null."""
        found = self.find(name)
        return found if found is not None else Part(None, f"{self.where}/{name}").refuse("a value")

    def members(self) -> dict[str, Part]:
        return {name: self._member(name, value) for name, value in self._object().items()}

    def _object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value

    def _member(self, name: str, value: Any) -> Part:
        return Part(value, f"{self.where}/{name}".lstrip("/"))

    def items(self) -> list[Part]:
        if not isinstance(self.value, list):
            self.refuse("a list")
        return [Part(value, f"{self.where}/{place}") for place, value in enumerate(self.value)]

    def text(self, pattern: str = r"[\s\S]*\S[\s\S]*", want: str = "a text") -> str:
        """A string that `pattern` matches whole and that can be written as UTF-8."""
        if not isinstance(self.value, str) or not re.fullmatch(pattern, self.value):
            self.refuse(want)
        if re.search(r"[\ud800-\udfff]", self.value):
            self.refuse("a text without lone surrogates")
        return self.value

    def code(self) -> str:
        """A name for machines: lower case, digits, dash, underscore; 40 characters at most."""
        return self.text(r"[a-z0-9][a-z0-9_-]{0,39}", "a code of a-z, 0-9, - and _")

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def words(self) -> Words:
        """A text in every language."""
        return {language: self.get(language).text() for language in LANGUAGES}

    def integer(self, low: int, high: int) -> int:
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse(f"an integer from {low} to {high}")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse("true or false")
        return self.value

    def one_of(self, *names: str) -> str:
        if self.value not in names:
            self.refuse(" | ".join(names))
        return cast("str", self.value)

    def day(self) -> date:
        """An ISO 8601 calendar date, ``2026-11-25``."""
        try:
            return read_day(self.text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date as 2026-11-25"))
        except ValueError:
            self.refuse("a date that exists")

    def scope(self) -> str:
        """The field a scope names: ``copies`` of ``#/properties/copies``."""
        prefix = "#/properties/"
        return self.text(rf"{prefix}[a-z][a-z0-9_]{{0,39}}", "#/properties/<field>").removeprefix(prefix)

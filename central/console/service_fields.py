"""A service file as a form: each text in both languages, each price and each day under its place in the file."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from central.console.visit import Visit
from central.console.words import isolated
from protocol.catalogue.service_parts import walk
from protocol.clock import read_day
from protocol.errors import Refused
from protocol.texts import LANGUAGES, table
from protocol.values.money import format_pt

Kind = Literal["words", "money", "day", "plain"]
GROUPS: Final = (
    "title", "description", "keywords", "processing_time", "costs", "max_cash_pt", "evidence", "text", "choices", "ui",
    "competent_authority", "who_may_ask", "form_no", "output", "ends", "guidance", "availability", "consent",
)  # fmt: skip
"""Members that are changed in the form, in its order. All else is changed in the whole file."""
FIRST: Final = ("title", "description", "keywords", "processing_time", "costs", "max_cash_pt", "evidence")
"""Those that stand open."""
LONGEST: Final = 1_000
_NAMES: Final = ("id", "code", "value", "valid_from")
"""By which of its members people know an item of a list: prices of one code by their days."""
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One text, price or day. `name` is its place in the file, `words` the same as it is told, `language` its own."""

    name: str
    words: str
    kind: Kind
    value: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under one member of the file."""

    name: str
    words: str
    leaves: list[Leaf]
    open: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of the file, and what stood and stands there; "" for nothing."""

    words: str
    before: str
    after: str


def groups(visit: Visit, document: Mapping[str, Any]) -> list[Group]:
    found = ((name, [_leaf(visit, document, *one) for one in _leaves(document, name)]) for name in GROUPS)
    return [Group(name, _word(visit, name), leaves, name in FIRST) for name, leaves in found if leaves]


def _leaves(document: Mapping[str, Any], group: str) -> Iterator[tuple[Path, Any, Kind]]:
    for path, value in walk((group,), document.get(group)):
        kind = _kind(path, value)
        if kind is not None:
            yield path, value, kind


def _kind(path: Path, value: Any) -> Kind | None:
    if isinstance(value, str):
        if _language(path):
            return "words"
        if path[0] == "costs" and path[-1] == "valid_from":
            return "day"
        return "plain" if path == ("processing_time",) else None
    priced = path[-1] in ("amount_pt", "max_cash_pt") or (path[0] == "costs" and "table" in path)
    return "money" if priced and type(value) is int else None


def _language(path: Path) -> str:
    """Of a text, or of one in a list of such."""
    return next((name for name in path[:-3:-1] if name in LANGUAGES), "")


def _leaf(visit: Visit, document: Mapping[str, Any], path: Path, value: Any, kind: Kind) -> Leaf:
    said = format_pt(value) if kind == "money" else str(value)
    return Leaf("/".join(path), _place(visit, document, path), kind, said, _language(path))


def _place(visit: Visit, document: Any, path: Path) -> str:
    """Where it stands, in words: members by their names, items of a list by what they are known as."""
    said, here = list[str](), document
    for part in path:
        here = here[int(part)] if isinstance(here, list) else here[part]
        if part in LANGUAGES:
            continue
        if part.isdecimal():
            known = [str(here[name]) for name in _NAMES if isinstance(here, dict) and name in here]
            said.append(isolated(visit.look.language, " ".join(filter(None, known)) or str(int(part) + 1)))
        else:
            said.append(_word(visit, part))
    return " · ".join(said[1:] or said)


def _word(visit: Visit, member: str) -> str:
    key = f"member.{member}"
    return visit.say(key) if f"console.{key}" in table() else member


def typed(visit: Visit, document: Mapping[str, Any]) -> dict[str, Any]:
    """The file with what was typed in its places. Raises Refused as `Visit.piastres`, ``console_long``,
    ``console_day``.
    """
    made = copy.deepcopy(dict(document))
    for group in GROUPS:
        for path, value, kind in _leaves(document, group):
            name = "/".join(path)
            if name in visit.form and visit.line(name, LONGEST) != _leaf(visit, document, path, value, kind).value:
                _put(made, path, _read(visit, name, kind))
    return made


def _read(visit: Visit, name: str, kind: Kind) -> str | int:
    if kind == "money":
        return visit.piastres(name)
    said = visit.line(name, LONGEST)
    return day(said) if kind == "day" else said


def day(said: str) -> str:
    """Raises Refused ``console_day``."""
    try:
        return read_day(said).isoformat()
    except ValueError:
        raise Refused("console_day", day=said[:20]) from None


def _put(document: Any, path: Path, value: str | int) -> None:
    here = document
    for part in path[:-1]:
        here = here[int(part)] if isinstance(here, list) else here[part]
    here[path[-1] if isinstance(here, dict) else int(path[-1])] = value


def price_rows(document: Mapping[str, Any]) -> list[str]:
    """The codes of its prices, each once."""
    return list(dict.fromkeys(str(row["code"]) for row in _rows(document)))


def _rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = document.get("costs")
    known = rows if isinstance(rows, list) else []
    return [row for row in known if isinstance(row, dict) and "code" in row]


def with_price(document: Mapping[str, Any], code: str, since: str) -> dict[str, Any]:
    """The last row of that code once more, from a day on: its amounts are then changed in the form.

    Raises Refused ``console_price``: there is no such row, or one from that day.
    """
    made = copy.deepcopy(dict(document))
    same = [row for row in _rows(made) if row["code"] == code]
    if not same or any(row.get("valid_from") == since for row in same):
        raise Refused("console_price", price=code, day=since)
    made["costs"].insert(made["costs"].index(same[-1]) + 1, {**copy.deepcopy(same[-1]), "valid_from": since})
    return made


def differences(visit: Visit, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Each text, number and day that is another, new or gone; the number that counts changes is none."""
    old, new = (dict(_leaves_in_words(visit, one)) for one in (before, after))
    names = dict.fromkeys([*new, *old])
    return [
        Difference(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)
    ]  # fmt: skip


def _leaves_in_words(visit: Visit, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path, value in walk((), document):
        if path and path != ("version",) and not isinstance(value, dict | list):
            group, place = _word(visit, path[0]), _place(visit, document, path)
            language = f" ({path[-1]})" if path[-1] in LANGUAGES else ""
            words = group if place == group else f"{group} · {place}"
            money = path[-1].endswith("_pt") or (path[0] == "costs" and "table" in path)
            yield f"{words}{language}", visit.money(value) if money and type(value) is int else str(value)

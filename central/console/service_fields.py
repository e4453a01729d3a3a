"""A service file as a form: each text in both languages, each price and each day under its place in the file."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from central.console import refused_field
from central.console.visit import Visit
from central.console.words import isolated
from protocol.catalogue.service_parts import walk
from protocol.clock import read_day
from protocol.errors import Refused
from protocol.texts import LANGUAGES, both, table
from protocol.values.arabic import fold_digits
from protocol.values.money import format_pt

Kind = Literal["words", "money", "day", "time"]
GROUPS: Final = (
    "title", "description", "keywords", "processing_time", "costs", "max_cash_pt", "evidence", "text", "choices", "ui",
    "competent_authority", "who_may_ask", "form_no", "output", "ends", "guidance", "availability", "consent",
)  # fmt: skip
"""Members that are changed in the form, in its order. All else is changed in the whole file."""
LONGEST: Final = 1_000
_NAMES: Final = ("id", "code", "value")
"""By which of its members an item of a list is known, where it has no title."""
_FIELD: Final = ("text", "fields", "name")
_TIME: Final = re.compile(r"P(\d{1,3})D|PT(\d{1,3})[HM]")
"""A processing time of one number and its unit, the last letter: the form has the number."""
MOST_TIME: Final = 999
Path = tuple[str, ...]
Titles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One text, price or day. `name` is its place in the file, `item` what of the list it belongs to, `words` which
    part of that it is, `language` its own, `hint` in what unit it counts.
    """

    name: str
    item: str
    words: str
    kind: Kind
    value: str
    language: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands under one member of the file."""

    name: str
    words: str
    leaves: list[Leaf]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of the file, and what stood and stands there; "" for nothing."""

    words: str
    before: str
    after: str


def groups(visit: Visit, document: Mapping[str, Any]) -> list[Group]:
    titles = _titles(visit, document)
    found = ((name, [_leaf(visit, document, titles, *one) for one in _leaves(document, name)]) for name in GROUPS)
    return [Group(name, _word(visit, name), leaves) for name, leaves in found if leaves]


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
        return "time" if path[0] == "processing_time" and _TIME.fullmatch(value) else None
    priced = path[-1] in ("amount_pt", "max_cash_pt") or (path[0] == "costs" and "table" in path)
    return "money" if priced and type(value) is int else None


def _language(path: Path) -> str:
    """Of a text, or of one in a list of such."""
    return next((name for name in path[:-3:-1] if name in LANGUAGES), "")


def _leaf(
    visit: Visit, document: Mapping[str, Any], titles: Titles, path: Path, value: Any, kind: Kind
) -> Leaf:  # fmt: skip
    item, words = _place(visit, document, path, titles)
    hint = visit.say(f"service.time_in.{value[-1]}") if kind == "time" else ""
    return Leaf("/".join(path), item, words, kind, _written(value, kind), _language(path), hint)


def _written(value: Any, kind: Kind) -> str:
    if kind == "time":
        return str(int(re.sub(r"\D", "", value)))
    return format_pt(value) if kind == "money" else str(value)


def _place(visit: Visit, document: Any, path: Path, titles: Titles) -> tuple[str, str]:
    """Where it stands, in words: what it belongs to, by its own title, and which part of that it is."""
    items, parts, here = list[str](), list[str](), document
    for depth, part in enumerate(path):
        here = here[int(part)] if isinstance(here, list) else here[part]
        if part in LANGUAGES:
            continue
        title = _title(visit, part, here, titles) if depth else ""
        if title and isinstance(here, dict | list):
            items, parts = [*items, title], []
        elif title:
            parts.append(title)
        elif part.isdecimal():
            parts.append(isolated(visit.look.language, str(int(part) + 1)))
        elif depth or len(path) == 1 or path[1] in LANGUAGES:
            parts.append(_word(visit, "words" if depth and part == "text" else part))
    return " · ".join(items), " · ".join(parts)


def _title(visit: Visit, part: str, here: Any, titles: Titles) -> str:
    """What a thing of the file is called, by itself or by the field or choice of its name; of a price its day, too."""
    if f"console.member.{part}" in table():
        return ""
    if not isinstance(here, dict) or LANGUAGES[0] in here:
        return titles.get(part, "")
    known = _named(visit, here) or " ".join(str(here[name]) for name in _NAMES if name in here)
    return " · ".join(isolated(visit.look.language, one) for one in (known, str(here.get("valid_from", ""))) if one)


def _named(visit: Visit, here: Mapping[str, Any]) -> str:
    found = (here.get(name) for name in ("label", "title", "name"))
    texts = (one for one in found if isinstance(one, dict) and set(LANGUAGES) <= set(one))
    return next((str(one[visit.look.language]) for one in texts), "")


def _titles(visit: Visit, document: Any) -> Titles:
    """What fields and choices are called, by what the file names them elsewhere."""
    found = dict[str, str]()
    for path, here in walk((), document):
        if isinstance(here, dict) and path[:1] == ("choices",) and {"value", *LANGUAGES} <= set(here):
            found.setdefault(str(here["value"]), str(here[visit.look.language]))
        elif isinstance(here, dict) and path[:2] == ("text", "fields") and len(path) == len(_FIELD):
            found[path[-1]] = _named(visit, here)
    return found


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
            if name in visit.form and visit.line(name, LONGEST) != _written(value, kind):
                _put(made, path, _read(visit, name, kind, value))
    return made


def _read(visit: Visit, name: str, kind: Kind, before: Any) -> str | int:
    if kind == "money":
        return visit.piastres(name)
    if kind == "time":
        return re.sub(r"\d+", str(_time(visit, name)), before)
    return day(visit, name) if kind == "day" else visit.line(name, LONGEST)


def _time(visit: Visit, name: str) -> int:
    """Raises Refused ``console_number``."""
    said = fold_digits(visit.line(name, LONGEST))
    if not (said.isascii() and said.isdigit() and int(said) <= MOST_TIME):
        field = both("console.member.processing_time")
        raise refused_field.at(name, Refused("console_number", field=field, least="0", most=str(MOST_TIME)))
    return int(said)


def day(visit: Visit, name: str) -> str:
    """Raises Refused ``console_day``."""
    said = visit.line(name, LONGEST)
    try:
        return read_day(said).isoformat()
    except ValueError:
        raise refused_field.at(name, Refused("console_day", day=said[:20])) from None


def _put(document: Any, path: Path, value: str | int) -> None:
    here = document
    for part in path[:-1]:
        here = here[int(part)] if isinstance(here, list) else here[part]
    here[path[-1] if isinstance(here, dict) else int(path[-1])] = value


def price_rows(visit: Visit, document: Mapping[str, Any]) -> dict[str, str]:
    """The codes of its prices, each once, and what they are called."""
    return {str(row["code"]): _named(visit, row) or str(row["code"]) for row in _rows(document)}


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
    titles = _titles(visit, document)
    for path, value in walk((), document):
        if path and path != ("version",) and not isinstance(value, dict | list):
            group, place = _word(visit, path[0]), [one for one in _place(visit, document, path, titles) if one]
            language = f" ({visit.say(f'language.{path[-1]}')})" if path[-1] in LANGUAGES else ""
            words = " · ".join(dict.fromkeys((group, *place)))
            money = path[-1].endswith("_pt") or (path[0] == "costs" and "table" in path)
            yield f"{words}{language}", visit.money(value) if money and type(value) is int else str(value)

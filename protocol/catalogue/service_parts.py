"""Each member, text, number and list of a service file, judged by itself, whatever stands around it.

The limits are far above what the services of the program need. They keep a file that is wrong, or meant to harm, off
the screens, papers and journals of every counter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from protocol.catalogue.json_part import Fault
from protocol.texts import LANGUAGES
from protocol.values.money import MAX_PT

MOST_ENTRIES: Final = 200
"""Of one list or object."""
_LONGEST: Final[Mapping[str, int]] = {
    "title": 80, "name": 120, "label": 120, "hint": 120, "keywords": 60, "choices": 80, "errors": 200,
    "description": 400, "note": 500, "notes": 500, "text": 1000,
}  # fmt: skip
_LONGEST_OTHER: Final = 300
"""Characters of a text, by the member that it belongs to."""
_NAME_SHOWN: Final = 40
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode's categories of controls, turns of direction, line breaks, and what no font has."""
_HTML: Final = re.compile(r"<[A-Za-z/!?]|&(?:#[0-9x]|[A-Za-z]+;)")
_ARABIC: Final = re.compile("[\u0620-\u064a]")
_LATIN: Final = re.compile("[A-Za-z]")
_ONE_NAME: Final = re.compile(r"[\W\d_]*(?:[A-Z]{1,10}[\W\d_]*)?")
"""Numbers, and one word of capitals (PDF): the same in both languages."""


def _names(text: str) -> frozenset[str]:
    return frozenset(("$comment", *text.split()))


_WORDS: Final = _names("value ar en")
_MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "": _names(
        "id number version title description competent_authority thematic_area icon keywords mode processing_time"
        " form_no who_may_ask output ends availability guidance consent max_cash_pt offline_class retention evidence"
        " costs schema text ui choices sources source_status notes"
    ),
    "competent_authority": _names("id name"),
    "keywords": _names("ar en"),
    "processing_time": _names("by table"),
    "output": _names("title validity"),
    "ends": _names("where text"),
    "availability": _names("periods note"),
    "availability/periods/*": _names("from until"),
    "guidance": _names("where steps"),
    "consent": _names("text version"),
    "retention": _names("personal_days evidence_days"),
    "evidence/*": _names("id label how required rule sources min_px max_kb"),
    "evidence/*/rule": _names("effect condition"),
    "evidence/*/rule/condition": _names("scope schema"),
    "costs/*": _names(
        "code label valid_from amount_pt by table bill set_by_centre per included paid_at source conflicts note"
    ),
    "text": _names("fields"),
    "text/fields/*": _names("label hint errors"),
    "ui": _names("sections"),
    "ui/sections/*": _names("id title elements"),
    "ui/sections/*/elements/*": _names(
        "scope widget rule choices words period agrees_with differs_from min_age"
    ),
    "ui/sections/*/elements/*/rule": _names("effect condition"),
    "ui/sections/*/elements/*/rule/condition": _names("scope schema"),
    "choices/*/*": _WORDS,
}  # fmt: skip
"""The members there are, by the place of their object; a star stands for a number or a name of the author's."""
Path = tuple[str, ...]


def lint_parts(document: Any) -> Iterator[Fault]:
    """No member is unknown, no list too long, no number beyond what is stored, and each text can be shown as it is.

    What stands inside a list that is too long is not looked at.
    """
    for path, value in walk((), document):
        where = "/".join(path) or "/"
        if isinstance(value, dict | list) and len(value) > MOST_ENTRIES:
            yield Fault(where, "many", {"found": len(value), "most": MOST_ENTRIES})
        elif isinstance(value, dict):
            yield from _lint_members(path, value)
        elif isinstance(value, str):
            yield from _lint_text(where, path, value)
        elif type(value) is int and abs(value) > MAX_PT:
            yield Fault(where, "number_large", {"most": MAX_PT})


def walk(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, dict | list) and len(value) <= MOST_ENTRIES:
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in inner:
            yield from walk((*path, str(name)), part)


def _lint_members(path: Path, value: Mapping[str, Any]) -> Iterator[Fault]:
    known = _MEMBERS.get(_kind(path), frozenset())
    if not known and all(isinstance(value.get(language), str) for language in LANGUAGES):
        known = _WORDS
    for name in value if known else ():
        if name not in known:
            yield _unknown(path, name[:_NAME_SHOWN], sorted(known))


def _unknown(path: Path, name: str, known: list[str]) -> Fault:
    where, near = "/".join(path) or "/", get_close_matches(name, known, 1)
    if near:
        return Fault(where, "unknown_near", {"name": name, "near": near[0], "meant": "/".join((*path, near[0]))})
    return Fault(where, "unknown", {"name": name, "known": ", ".join(known)})


def _kind(path: Path) -> str:
    named = (("text", "fields"), ("choices",))
    return "/".join("*" if name.isdecimal() or path[:place] in named else name for place, name in enumerate(path))


def _lint_text(where: str, path: Path, text: str) -> Iterator[Fault]:
    most = next((_LONGEST[name] for name in reversed(path) if name in _LONGEST), _LONGEST_OTHER)
    if len(text) > most:
        yield Fault(where, "text_long", {"found": len(text), "most": most})
    unseen = sorted({ord(character) for character in text if unicodedata.category(character) in _UNSEEN})
    if unseen:
        yield Fault(where, "unseen", {"found": ", ".join(f"U+{code:04X}" for code in unseen[:5])})
    if path[:1] == ("schema",):
        return
    if _HTML.search(text):
        yield Fault(where, "html")
    language = next((name for name in path[:-3:-1] if name in LANGUAGES), "")
    script, foreign = (_ARABIC, "not_arabic") if language == "ar" else (_LATIN, "not_english")
    if language and not script.search(text) and not _ONE_NAME.fullmatch(text):
        yield Fault(where, foreign)

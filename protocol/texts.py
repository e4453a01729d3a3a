"""Every text a person sees, in Arabic and English, by key.

The files are `assets/texts/*.json`: ``{"key": {"ar": …, "en": …}}``. A text that counts something is an
object of CLDR plural categories instead of a string, chosen by the value named ``n``. Error texts are
``{"error.code": {"what": {"ar","en"}, "why": {…}, "do": {…}}}``. `lint` is run by `make check`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

Language = Literal["ar", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
PLURALS: Final[Mapping[Language, tuple[str, ...]]] = {
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "en": ("one", "other"),
}
ERROR_PARTS: Final = ("what", "why", "do")
_HOLE = re.compile(r"\{(\w+)\}")


def plural(language: Language, n: int) -> str:
    """The CLDR plural category of the integer `n` (CLDR 46, languages ar and en)."""
    n = abs(n)
    if language == "en":
        return "one" if n == 1 else "other"
    if n <= 2:
        return PLURALS["ar"][n]
    rest = n % 100
    if 3 <= rest <= 10:
        return "few"
    return "many" if rest >= 11 else "other"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages."""

    ar: str
    en: str


@cache
def table() -> Mapping[str, Any]:
    """All texts of all files, merged; a key that stands in two files is an error found by `lint`."""
    merged: dict[str, Any] = {}
    for _, texts in _files():
        merged.update(texts)
    return merged


def _files() -> Iterator[tuple[str, Mapping[str, Any]]]:
    folder = files("assets") / "texts"
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".json"):
            yield file.name, json.loads(file.read_text(encoding="utf-8"))


def fill(text: str | Mapping[str, str], language: Language, **values: object) -> str:
    """Put `values` into the holes of one text; a plural text is chosen by ``values["n"]``, words by their language."""
    if not isinstance(text, str):
        number = values["n"]
        assert isinstance(number, int)  # noqa: S101 - a programming error, not input
        text = text[plural(language, number)]
    return _HOLE.sub(lambda hole: _said(values[hole[1]], language), text)


def _said(value: object, language: Language) -> str:
    return str(value[language] if isinstance(value, Mapping) else value)


def say(language: Language, key: str, **values: object) -> str:
    """The text named `key` with its holes filled. Raises KeyError for a key nobody wrote: a bug, not input."""
    return fill(table()[key][language], language, **values)


def lint() -> list[str]:
    """What is wrong with the text files, a line each: keys doubled, languages or plurals missing, holes that differ."""
    faults: list[str] = []
    seen: dict[str, str] = {}
    for name, texts in _files():
        for key, entry in texts.items():
            if key in seen:
                faults.append(f"{name}: {key} stands in {seen[key]} too")
            seen[key] = name
            parts = (
                {f"{key}.{part}": entry.get(part, {}) for part in ERROR_PARTS}
                if key.startswith("error.")
                else {key: entry}
            )
            for where, text in parts.items():
                faults += [f"{name}: {fault}" for fault in _lint_text(where, text)]
    return faults


def _lint_text(where: str, text: Mapping[str, Any]) -> Iterator[str]:
    holes: dict[str, set[str]] = {}
    for language in LANGUAGES:
        said = text.get(language)
        forms = list(said.values()) if isinstance(said, dict) else [said]
        if isinstance(said, dict) and set(said) != set(PLURALS[language]):
            yield f"{where}: {language} needs the forms {', '.join(PLURALS[language])}"
        if not all(isinstance(form, str) and form.strip() for form in forms):
            yield f"{where}: {language} is missing"
            continue
        holes[language] = {hole for form in forms for hole in _HOLE.findall(str(form))} - {"n"}
    if len(set(map(frozenset, holes.values()))) > 1:
        yield f"{where}: the holes differ between the languages"

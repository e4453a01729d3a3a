"""Every text a person sees, in Arabic and English, by key.

The files are `assets/texts/*.json`: ``{"key": {"ar": …, "en": …}}``. A text that counts something is an
object of CLDR plural categories instead of a string, chosen by the value named ``n``. Error texts are
``{"error.code": {"what": {"ar","en"}, "why": {…}, "do": {…}}}``. `make check` judges them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, Self, get_args

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

    def __getitem__(self, language: Language) -> str:
        return self.ar if language == "ar" else self.en

    @classmethod
    def of(cls, words: Callable[[Language], str]) -> Self:
        """What it says for each language."""
        return cls(words("ar"), words("en"))

    @classmethod
    def same(cls, text: str) -> Self:
        """A name or a mark, which reads alike in both."""
        return cls(text, text)


@cache
def table() -> Mapping[str, Any]:
    """All texts of all files, merged; `make check` finds a key that stands in two files."""
    merged: dict[str, Any] = {}
    for _, texts in text_files():
        merged.update(texts)
    return merged


def text_files() -> Iterator[tuple[str, Mapping[str, Any]]]:
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
    if "{" not in text:
        return text
    return _HOLE.sub(lambda hole: _said(values[hole[1]], language), text)


def _said(value: object, language: Language) -> str:
    return str(value[language] if isinstance(value, Bilingual) else value)


def say(language: Language, key: str, **values: object) -> str:
    """The text named `key` with its holes filled. Raises KeyError for a key nobody wrote: a bug, not input."""
    return fill(table()[key][language], language, **values)


def both(key: str, **values: object) -> Bilingual:
    """The text named `key` in both languages."""
    return Bilingual(say("ar", key, **values), say("en", key, **values))

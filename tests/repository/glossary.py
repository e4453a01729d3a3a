"""The words of `glossary.json`, held over all texts that operators and citizens read.

* A word that stands in `not_ar` or `not_en` of a term, or in `style`, appears nowhere.
* Where the English says one of `pairs`, the Arabic says its one word, too.
* A sentence has at most twelve words; a semicolon does not end one, so there is none.
* A number stands behind a colon, or its text has all plural forms.
* The pages of `docs` that people at tills and at the centre read say no forbidden word.
* Services and needs say no forbidden word either, but for those that an authority itself uses for what it grants; what
  they answer to a mistake, and what they want known, is as short.

What is excused stands under `exceptions`, by the beginning of its file's name or of its key, with the reason and the
rules that it may break. `words` excuses the words of `inner` alone, which technicians and the staff of the centre need.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from protocol import texts

FILE: Final = Path(__file__).with_name("glossary.json")
SETUP_ON_WINDOWS: Final = FILE.parents[2] / "installer" / "nsis" / "texts.json"
LONGEST_SENTENCE: Final = 12
_MARKS: Final = re.compile("[\u064b-\u065f\u0670\u0640]")
_FOLDS: Final = str.maketrans("أإآٱىة", "اااايه")
_ARABIC: Final = "\u0621-\u064a"
_CODE: Final = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)", re.DOTALL)
_HOLE: Final = re.compile(r"\{(\w+)\}")
_SENTENCE_ENDS: Final = re.compile(r"[.!?؟…\n]+(?:\s|$)")
_PREFIXED: Final = "[وف]?(?:[بك]?(?:ال)?|لل?)"


@dataclass(frozen=True, slots=True)
class Said:
    """One text of one language: where it stands, and its forms; a text that counts nothing has one."""

    file: str
    key: str
    language: texts.Language
    forms: Mapping[str, str]


@cache
def glossary() -> Mapping[str, Any]:
    members: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return members


def plain(text: str) -> str:
    """Arabic without diacritics, and with one letter for those that people write in several ways."""
    return _MARKS.sub("", text).translate(_FOLDS)


@cache
def forbidden(language: texts.Language, *, inner: bool = True) -> re.Pattern[str]:
    """The words that nobody at a counter reads, the `inner` ones or not; in Arabic also behind و, ف, ب, ك, ل and ال."""
    words = [word for term in glossary()["terms"] for word in term[f"not_{language}"]] + glossary()["style"][language]
    words = [word for word in words if inner or word not in glossary()["inner"][language]]
    return re.compile("|".join(map(_arabic_word if language == "ar" else _english_word, words)))


def _arabic_word(word: str) -> str:
    parts = [f"(?:ال)?{re.escape(part.removeprefix('ال'))}" for part in plain(word).split()]
    if word.startswith("ال"):  # forbidden with its article alone: «المنفذ» is a till, «منفذ» the program
        parts[0] = "(?:ال|لل)" + re.escape(plain(word).split()[0].removeprefix("ال"))
    edge = f"{_ARABIC}A-Za-z"
    prefix = "[وفبكل]?" if word.startswith("ال") else _PREFIXED
    return rf"(?<![{edge}]){prefix}{' +'.join(parts)}(?![{edge}])"


def _english_word(word: str) -> str:
    """A capital alone (the Z of a Z report) counts as it is written, everything else in capitals, too."""
    found = re.escape(word) if len(word) == 1 else f"(?i:{re.escape(word)})"
    return f"(?<![A-Za-z]){found}(?![A-Za-z])"


def excused(file: str, key: str) -> frozenset[str]:
    """The rules that a text may break: of `words`, `sentences`, `numbers`."""
    return frozenset(
        rule
        for one in glossary()["exceptions"]
        if not key.startswith(tuple(one.get("but", ())))
        and (file.startswith(tuple(one.get("files", ()))) or key.startswith(tuple(one.get("keys", ()))))
        for rule in one["may_break"]
    )


def every_text() -> Iterator[tuple[Said, Said]]:
    """Each text, in Arabic and in English; what the setup program on Windows says too, which only it reads."""
    setup = (SETUP_ON_WINDOWS.name, json.loads(SETUP_ON_WINDOWS.read_text(encoding="utf-8")))
    for name, said in [*texts.text_files(), setup]:
        file = name.removesuffix(".json")
        for key, entry in said.items():
            parts = {key: entry} if "ar" in entry else {f"{key}.{part}": text for part, text in entry.items()}
            for where, text in parts.items():
                arabic, english = (Said(file, where, language, _forms(text[language])) for language in texts.LANGUAGES)
                yield arabic, english


def _forms(text: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"": text} if isinstance(text, str) else text


def faults() -> Iterator[str]:
    """What breaks the glossary, a line each."""
    for arabic, english in every_text():
        for said in (arabic, english):
            yield from (f"{said.file}: {said.key}: {said.language} {fault}" for fault in faults_of(said))
        yield from (f"{arabic.file}: {arabic.key}: {fault}" for fault in unpaired(arabic, english))
    yield from _faults_elsewhere()


@cache
def _faults_elsewhere() -> list[str]:
    """Of services and pages: once for all the tests that plant a fault in another text."""
    services = [
        f"{said.file}: {said.key}: {said.language} {fault}" for said in of_services() for fault in service_faults(said)
    ]
    pages = {page: (FILE.parents[2] / page).read_text(encoding="utf-8") for page in glossary()["pages"]}
    return services + [fault for page, text in pages.items() for fault in page_faults(page, text)]


def of_services() -> Iterator[Said]:
    """Every text of the services and of what leads to them; an authority's name is its own."""
    folder = FILE.parents[2] / "assets"
    for path in [*sorted((folder / "services").glob("*.json")), folder / "needs.json"]:
        for key, text in _texts_in(json.loads(path.read_text(encoding="utf-8")), ""):
            if ".competent_authority" not in key:
                yield from (Said(path.stem, key, language, {"": text[language]}) for language in texts.LANGUAGES)


def _texts_in(found: Any, key: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(found, dict) and set(found) == set(texts.LANGUAGES) and isinstance(found["ar"], str):
        yield key, found
    elif isinstance(found, dict | list):
        for name, part in found.items() if isinstance(found, dict) else enumerate(found):
            yield from _texts_in(part, f"{key}.{name}")


def service_faults(said: Said) -> Iterator[str]:
    own = glossary()["authorities"][said.language]
    text = said.forms[""]
    for found in forbidden(said.language).finditer(plain(text) if said.language == "ar" else text):
        if found[0].strip().casefold() not in own:
            yield f"says “{found[0].strip()}”, which the glossary forbids: {text}"
    if ".errors." in said.key or ".notices." in said.key:
        yield from (f"has a sentence of {length} words: {text}" for length in long_sentences(text))


def page_faults(page: str, text: str) -> Iterator[str]:
    """What people at tills and at the centre read in `docs` says no forbidden word either, but for what is code."""
    told = _CODE.sub(" ", text)
    for language in texts.LANGUAGES:
        words = forbidden(language, inner="words" not in excused(page, ""))
        for found in words.finditer(plain(told) if language == "ar" else told):
            yield f"{page}: says “{found[0].strip()}”, which the glossary forbids"


def faults_of(said: Said) -> Iterator[str]:
    may_break = excused(said.file, said.key)
    words = forbidden(said.language, inner="words" not in may_break)
    for form in said.forms.values():
        bare = _HOLE.sub("{}", form)
        found = words.search(plain(bare) if said.language == "ar" else bare)
        if found:
            yield f"says “{found[0].strip()}”, which the glossary forbids: {form}"
        if "sentences" not in may_break:
            if re.search("[;؛]", form):
                yield f"has a semicolon: {form}"
            yield from (f"has a sentence of {length} words: {form}" for length in long_sentences(form))
    if len(said.forms) == 1 and "numbers" not in may_break:
        yield from (
            f"counts {{{hole}}} without plural forms: {said.forms['']}" for hole in bare_numbers(said.forms[""])
        )


def long_sentences(text: str) -> Iterator[int]:
    """How many words each sentence has that is too long; a dash or a dot between parts is no word, a hole is one."""
    for sentence in _SENTENCE_ENDS.split(text):
        words = [word for word in sentence.split() if re.search(r"\w", word)]
        if len(words) > LONGEST_SENTENCE:
            yield len(words)


def bare_numbers(text: str) -> Iterator[str]:
    """Holes that are followed by what they count: «{n} عمليات» is wrong for 1, 2 and 11. Those that count nothing, or
    what has no plural, are named.
    """
    counts = glossary()["counts"]
    for hole, word in re.findall(r"\{(\w+)\}\s+([^\W\d_]+)", text):
        if hole not in counts["names"] and word not in counts["followed_by"]:
            yield hole


def _typed_words() -> re.Pattern[str]:
    """What is typed as it stands, and is no English: options, values, the names of commands."""
    keys = (key for _, said in texts.text_files() for key in said if key.startswith("central.help."))
    names = [re.escape(key.removeprefix("central.help.").replace(".", " ")) for key in keys if key.count(".") > 2]
    return re.compile("|".join([r"--\S+", r"\S+[=.]\w\S*", *sorted(names, key=len, reverse=True)]))


_TYPED: Final = _typed_words()


def unpaired(arabic: Said, english: Said) -> Iterator[str]:
    there, said = plain(" ".join(arabic.forms.values())), _TYPED.sub("", " ".join(english.forms.values()))
    for meant, words in _pairs():
        found = meant.search(said)
        if found and not any(word in there for word in words):
            yield f"en says “{found[0]}”, ar does not say «{words[0]}»: {' / '.join(arabic.forms.values())}"


@cache
def _pairs() -> list[tuple[re.Pattern[str], list[str]]]:
    """What the English says, and the words one of which the Arabic then has."""
    return [
        (
            re.compile(rf"(?<![\w{{/])(?i:{'|'.join(map(re.escape, pair['en']))})(?![\w}}/])"),
            [plain(word) for word in pair["ar"]],
        )
        for pair in glossary()["pairs"]
    ]

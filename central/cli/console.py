"""How a command speaks: sentences for people, JSON for scripts, errors as what, why and what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from central import own_words
from protocol.clock import show_time
from protocol.errors import Corrupt, KioskError, Refused
from protocol.program.explained import explain, say_in_line
from protocol.program.terminal import CommandResult, in_json, printable
from protocol.texts import Language, say
from protocol.values.arabic import clean
from protocol.values.money import format_pt

EXIT_REFUSED = 3
EXIT_UNAVAILABLE = 4
EXIT_CORRUPT = 5
_LRM = "\u200e"
"""Between two Arabic cells: without it a terminal that knows bidi shows them in each other's place."""
_ARABIC = re.compile("[\u0590-\u08ff]")


def language_of(wanted: str | None) -> Language:
    """``--lang``, else Arabic where the session's locale is."""
    chosen = wanted or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "ar" if chosen.startswith("ar") else "en"


Values = dict[str, Any]
Answer = tuple[str, Values] | Values | list[Values] | list[tuple[Any, ...]] | str | None
"""What a command comes to: values for its text or table; with another text's key before them, that one; a text
that programs read; None: all has been said. A row of a table may be its cells alone.
"""


@dataclass(frozen=True, slots=True)
class Console:
    """Output of one command; `json` turns sentences off and tables into JSON."""

    out: CommandResult
    err: TextIO
    language: Language
    json: bool

    def answer(self, shown: str | Sequence[str], given: Answer) -> None:
        """Show it as the grammar says (`central.cli.grammar.Command`)."""
        if isinstance(given, list):
            self.listed([_in_words(row, shown) for row in given], shown)
        elif isinstance(given, str):
            self.out.write(given + "\n")
        elif given is not None:
            key, values = given if isinstance(given, tuple) else (str(shown), given)
            self.done(key, **values) if key else self.shown(values)

    def done(self, key: str, **values: Any) -> None:
        """Say the text ``central.cli.<key>``, or give `values` as JSON."""
        if self.json:
            self.out.write(in_json(values) + "\n")
            return
        words = {name: self._word(value) for name, value in values.items()}
        self.out.write(say_in_line(self.language, f"central.cli.{key}", **words) + "\n")

    def _word(self, value: Any) -> Any:
        """What people read in place of a value that only a program would write so."""
        if isinstance(value, Mapping):
            return ", ".join(f"{name} {self._word(inner)}" for name, inner in value.items())
        return say(self.language, f"central.cli.{'yes' if value else 'no'}") if isinstance(value, bool) else value

    def shown(self, members: Mapping[str, Any]) -> None:
        """One thing in full, as JSON: on one line for scripts."""
        self.out.write(in_json(members, None if self.json else 2) + "\n")

    def listed(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], ours: str = "") -> None:
        """A table of `columns`, each under what it is called everywhere, or all of `rows` as JSON.

        `ours` is a column that holds sentences of our own, with their marks.
        """
        if self.json:
            self.out.write(in_json(list(rows)) + "\n")
            return
        # What a device wrote must not steer the terminal of whoever reads it.
        cells = [
            [say(self.language, f"central.head.{name}") for name in columns],
            *(
                [str(row[name]) if name == ours else clean(str(self._word(row[name]))) for name in columns]
                for row in rows
            ),
        ]
        widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        for line in cells:
            text = "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True))
            begin = _LRM if _ARABIC.match(text) else ""  # a line that begins in Arabic runs the same way as the others
            self.out.write(begin + text.rstrip(f" {_LRM}") + "\n")

    def failed(self, error: KioskError) -> int:
        """Explain `error`. Returns the exit code of its family."""
        for sentence in explain(self.language, error):
            self.err.write(printable(sentence) + "\n")
        if isinstance(error, Refused):
            return EXIT_REFUSED
        return EXIT_CORRUPT if isinstance(error, Corrupt) else EXIT_UNAVAILABLE


def _in_words(row: Values | tuple[Any, ...], columns: Sequence[str]) -> Values:
    """The row, and beside a time or an amount of it (``at_ms``, ``amount_pt``) what people read under that column."""
    if isinstance(row, tuple):
        return dict(zip(columns, row, strict=True))
    times = {name: show_time(ms) if (ms := row[f"{name}_ms"]) else "-" for name in columns if f"{name}_ms" in row}
    return times | {name: format_pt(row[f"{name}_pt"]) for name in columns if f"{name}_pt" in row} | row


def _padded(cell: str, width: int) -> str:
    mark = _LRM if _ARABIC.search(cell) else ""
    return f"{cell}{mark}{' ' * (width - len(cell))}"


NAME: Final = 80
WORDS: Final = 300
"""Characters: as long as a notice may be."""


REFERENCE: Final = "--reference"
"""A bank's number, which may be as long as a national ID."""


def line(option: str, text: str, most: int = WORDS) -> str:
    """`text` on one line without what nobody sees.

    Raises Refused ``staff_text`` where nothing or too much is left, ``names_citizen`` as `own_words.checked`.
    """
    kept = clean(text) if option == REFERENCE else own_words.checked(clean(text))
    if not 0 < len(kept) <= most:
        raise Refused("staff_text", option=option, most=most)
    return kept


_OURS: Final = frozenset({"keys_unreadable", "database_damaged", "database_key"})
_PLAIN: Final = frozenset({"forged", "bad_json", "release_metadata"})
"""Codes whose words speak of the centre's own, and not of a file that somebody handed in."""


@contextmanager
def handed_in(path: Path) -> Iterator[None]:
    """What is wrong with `path` is refused: it is no damage of the centre's own, after which somebody would restore."""
    try:
        yield
    except Corrupt as error:
        if error.code in _OURS:
            raise
        if error.code in _PLAIN:
            raise Refused("file_foreign", path=str(path)) from error
        raise Refused(error.code, **error.values) from error

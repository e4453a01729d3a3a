"""How a command speaks: sentences for people, JSON for scripts, errors as what, why and what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from kiosk.errors import Corrupt, KioskError, Refused
from kiosk.texts import Language, explain, say
from kiosk.values.arabic import clean

EXIT_REFUSED = 3
EXIT_UNAVAILABLE = 4
EXIT_CORRUPT = 5


def language_of(wanted: str | None) -> Language:
    """``--lang``, else Arabic where the session's locale is."""
    chosen = wanted or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "ar" if chosen.startswith("ar") else "en"


@dataclass(frozen=True, slots=True)
class Console:
    """Output of one command; `json` turns sentences off and tables into JSON."""

    out: TextIO
    err: TextIO
    language: Language
    json: bool

    def done(self, key: str, **values: Any) -> None:
        """Say the text ``central.cli.<key>``, or give `values` as JSON."""
        text = (
            json.dumps(values, ensure_ascii=False) if self.json else say(self.language, f"central.cli.{key}", **values)
        )
        self.out.write(text + "\n")

    def shown(self, members: Mapping[str, Any]) -> None:
        """One thing in full, as JSON: on one line for scripts."""
        self.out.write(json.dumps(members, ensure_ascii=False, indent=None if self.json else 2) + "\n")

    def listed(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """A table of `columns`, or all of `rows` as JSON."""
        if self.json:
            self.out.write(json.dumps(list(rows), ensure_ascii=False) + "\n")
            return
        # What a device wrote must not steer the terminal of whoever reads it.
        cells = [list(columns), *([clean(str(row[name])) for name in columns] for row in rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        for line in cells:
            text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.out.write(text.rstrip() + "\n")

    def failed(self, error: KioskError) -> int:
        """Explain `error`. Returns the exit code of its family."""
        for sentence in explain(self.language, error):
            self.err.write(sentence + "\n")
        if isinstance(error, Refused):
            return EXIT_REFUSED
        return EXIT_CORRUPT if isinstance(error, Corrupt) else EXIT_UNAVAILABLE

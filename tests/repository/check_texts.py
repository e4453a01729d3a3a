"""`make check`: every text in both languages, with the same holes and plural forms, in the words of the glossary."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from central.cli.command_line import parser as central_parser
from kiosk.main.cli import parser as kiosk_parser
from protocol import texts
from tests.repository import glossary

_HOLE: Final = re.compile(r"\{(\w+)\}")


def lint() -> list[str]:
    """What is wrong with the text files, a line each: keys doubled, languages or plurals missing, holes that differ."""
    faults: list[str] = []
    seen: dict[str, str] = {}
    for name, said in texts.text_files():
        for key, entry in said.items():
            if key in seen:
                faults.append(f"{name}: {key} stands in {seen[key]} too")
            seen[key] = name
            parts = (
                {f"{key}.{part}": entry.get(part, {}) for part in texts.ERROR_PARTS}
                if key.startswith("error.")
                else {key: entry}
            )
            for where, text in parts.items():
                faults += [f"{name}: {fault}" for fault in _lint_text(where, text)]
    return faults


def _lint_text(where: str, text: Mapping[str, Any]) -> Iterator[str]:
    holes: dict[str, set[str]] = {}
    for language in texts.LANGUAGES:
        said = text.get(language)
        forms = list(said.values()) if isinstance(said, dict) else [said]
        if isinstance(said, dict) and set(said) != set(texts.PLURALS[language]):
            yield f"{where}: {language} needs the forms {', '.join(texts.PLURALS[language])}"
        if not all(isinstance(form, str) and form.strip() for form in forms):
            yield f"{where}: {language} is missing"
            continue
        holes[language] = {hole for form in forms for hole in _HOLE.findall(str(form))} - {"n"}
    if len(set(map(frozenset, holes.values()))) > 1:
        yield f"{where}: the holes differ between the languages"


def command_faults() -> Iterator[str]:
    """A text that one option lacks would end every command."""
    for name, parser in (("manfaz", kiosk_parser), ("manfaz-central", central_parser)):
        try:
            parser()
        except KeyError as missing:
            yield f"{name}: no text {missing}"


def main() -> int:
    faults = [*lint(), *command_faults(), *glossary.faults()]
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

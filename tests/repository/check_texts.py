"""`make check`: every text in both languages with the same holes and plural forms; no option without one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from central.cli.command_line import parser as central_parser
from kiosk.main.cli import parser as kiosk_parser
from protocol import texts


def command_faults() -> Iterator[str]:
    """A text that one option lacks would end every command."""
    for name, parser in (("manfaz", kiosk_parser), ("manfaz-central", central_parser)):
        try:
            parser()
        except KeyError as missing:
            yield f"{name}: no text {missing}"


def main() -> int:
    faults = [*texts.lint(), *command_faults()]
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

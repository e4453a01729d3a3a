"""`manfaz-central`: the staff's commands and the server. Exit codes: 0 done, 2 usage, 3 refused, 4 away, 5 corrupt."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from central.cli.commands import command, parser
from central.cli.console import Console, language_of
from kiosk.errors import KioskError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; what can be foreseen never shows a traceback."""
    options = parser().parse_args(arguments)
    console = Console(sys.stdout, sys.stderr, language_of(options.lang), options.json)
    try:
        command(options.run)(options, console)
    except KioskError as error:
        return console.failed(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())

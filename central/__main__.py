"""`manfaz-central`: the staff's commands and the server.

Exit codes: 0 done, 2 usage, 3 refused, 4 away, 5 corrupt, 130 stopped by Ctrl+C, 141 nobody read the answer.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from central.cli.command_line import carry_out, parsed
from central.cli.console import Console, language_of
from protocol.program.no_dump import no_dump
from protocol.program.terminal import CommandResult, carried_out
from protocol.texts import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; what can be foreseen never shows a traceback."""
    no_dump()
    options = parsed(arguments)
    out = CommandResult(sys.stdout)
    console = Console(out, sys.stderr or io.StringIO(), language_of(options.lang), options.json)

    def work() -> int:
        carry_out(options, console)
        return 0

    def stopped() -> None:
        console.err.write("\n" + say(console.language, "central.cli.stopped") + "\n")

    return carried_out(work, out, console.failed, stopped)


if __name__ == "__main__":
    sys.exit(main())

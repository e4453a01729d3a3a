"""`manfaz-central`: the staff's commands and the server.

Exit codes: 0 done, 2 usage, 3 refused, 4 away, 5 corrupt, 130 stopped by Ctrl+C, 141 nobody read the answer.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from central.cli.commands import command, parser
from central.cli.console import EXIT_STOPPED, EXIT_UNREAD, Answer, Console, language_of, of_system
from kiosk.errors import KioskError, Refused
from kiosk.texts import say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code; what can be foreseen never shows a traceback."""
    options = parser().parse_args(arguments)
    console = Console(
        Answer(sys.stdout or io.StringIO()), sys.stderr or io.StringIO(), language_of(options.lang), options.json
    )
    try:
        command(options.run)(options, console)
        console.out.flush()
    except KioskError as error:
        return console.failed(error)
    except EOFError:
        return console.failed(Refused("no_answer"))
    except KeyboardInterrupt:
        console.err.write("\n" + say(console.language, "central.cli.stopped") + "\n")
        return EXIT_STOPPED
    except BrokenPipeError:
        _forget_output()
        return EXIT_UNREAD
    except OSError as error:
        return console.failed(of_system(error))
    return 0


def _forget_output() -> None:
    """What is still held for a reader that went away goes nowhere: Python would complain of it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m kiosk` and `manfaz`."""

from __future__ import annotations

import sys

READ_PICTURE = "read-picture"
"""Not a command for people: this program calls itself with it, to decode where a crash harms nothing."""


def main() -> None:
    """The entry point of the installed command."""
    if sys.argv[1:] == [READ_PICTURE]:
        from kiosk.picture import main as run
    else:
        from kiosk.cli import main as run
    sys.exit(run())


if __name__ == "__main__":
    main()

"""`python -m kiosk` and `manfaz`."""

from __future__ import annotations

import sys

from kiosk.cli import main as _main


def main() -> None:
    """The entry point of the installed command."""
    sys.exit(_main())


if __name__ == "__main__":
    main()

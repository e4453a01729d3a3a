"""`manfaz-central`: the staff's commands and the server."""

from __future__ import annotations

import sys

from central.cli.command_line import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())

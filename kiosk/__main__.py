"""`python -m kiosk` and `manfaz`."""

from __future__ import annotations

import gc
import sys

from protocol.program.no_dump import no_dump

READ_PICTURE, SCAN_PAGE = "read-picture", "scan-page"
"""Not commands for people: this program calls itself with them, to decode or to scan where a crash harms nothing."""


def main() -> None:
    """The entry point of the installed command."""
    no_dump()
    if sys.argv[1:] == [READ_PICTURE]:
        from kiosk.evidence.picture_reader import main as run
    elif sys.argv[1:2] == [SCAN_PAGE]:
        from ui.capture.wia import main as run
    else:
        gc.disable()  # what is imported is no garbage; but for the window, `kiosk.main.cli` turns it on again
        from kiosk.main.cli import main as run
    sys.exit(run())


if __name__ == "__main__":
    main()

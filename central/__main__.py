"""`manfaz-central`: the staff's commands and the server."""

from __future__ import annotations

import sys
from collections.abc import Sequence

MISSING = 4
OURS = ("central", "protocol", "assets", "starter")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command; a package that is not installed is one line of words, in both languages."""
    try:
        from central.cli.command_line import main as run

        return run(arguments)
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if not name or name in OURS:
            raise
        sys.stderr.write(
            f"manfaz-central: the package {name} is missing. Install manfaz[central] with requirements-central.lock.\n"
            f"ينقص هذا البرنامج حزمة {name}. ثبّت manfaz[central] مع requirements-central.lock.\n"
        )
        return MISSING


if __name__ == "__main__":
    sys.exit(main())

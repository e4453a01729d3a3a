"""`make check`: every text in both languages, with the same holes and all plural forms."""

from __future__ import annotations

import sys

from kiosk import texts


def main() -> int:
    faults = texts.lint()
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

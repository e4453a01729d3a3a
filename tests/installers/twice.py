"""`make reproducible`: two builds of this commit, compared byte for byte. Takes the words of build_installer.py."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from installer.command import main as build
from installer.products import sha256


def different(one: Path, two: Path) -> list[str]:
    """The names of files that are not in both folders with the same bytes."""
    sums = [{path.name: sha256(path) for path in folder.iterdir() if path.is_file()} for folder in (one, two)]
    return sorted(name for name in sums[0].keys() | sums[1].keys() if sums[0].get(name) != sums[1].get(name))


def main() -> int:
    words = sys.argv[1:] or ["--target", "all"]
    with tempfile.TemporaryDirectory(prefix="manfaz-twice-") as room:
        folders = [Path(room) / name for name in ("one", "two")]
        for folder in folders:
            if code := build([*words, "--out", str(folder)]):
                return code
        count = sum(path.is_file() for path in folders[0].iterdir())
        if names := different(*folders):
            print("not the same twice: " + ", ".join(names), file=sys.stderr)
            return 1
    print(f"{count} files, the same twice byte for byte")
    return 0


if __name__ == "__main__":
    sys.exit(main())

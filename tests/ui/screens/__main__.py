"""`make screens`: draw them all into docs/screens/, with an index; exits 1 when one of them cannot be read.

With names of scenes only these are drawn. Those at 1366x768 are kept; `--into FOLDER` puts all of them into that
folder instead. With `--all` they are judged in every look at every size, and kept in a folder alone.
"""

from __future__ import annotations

import argparse
import sys
from difflib import get_close_matches
from pathlib import Path

from tests.ui.screens.all_scenes import SCENES
from tests.ui.screens.drawing import FOLDER, play, stints
from tests.ui.screens.index_page import index, pictures


def tidy() -> None:
    """Take away what is of no scene, and write the index."""
    known = {f"{name}.webp" for one in SCENES for name in pictures(one)}
    for old in FOLDER.glob("*.webp"):
        if old.name not in known:
            old.unlink()
    (FOLDER / "index.md").write_text(index(), encoding="utf-8")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.ui.screens")
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--into", type=Path)
    wanted = parser.parse_args(argv)
    names = [one.name for one in SCENES]
    for name in wanted.scenes:
        if name not in names:
            alike = get_close_matches(name, names) or [one for one in names if name in one]
            parser.error(f"{name} is no scene; there are {', '.join(alike) or 'none like it'}")
    into = wanted.into or (None if wanted.all else FOLDER)
    if into is not None:
        into.mkdir(parents=True, exist_ok=True)
    wrong = play(stints(wanted.scenes, into, everything=wanted.all))
    if into == FOLDER:
        tidy()
    count = len(list(FOLDER.glob("*.webp")))
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"{len(SCENES)} scenes, {count} pictures, {size / 1e6:.1f} MB in {FOLDER.name}/; {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

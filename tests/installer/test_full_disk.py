"""The self-unpacking file on a disk that fills up: at every file it makes and every page it writes.

No right to mount is needed: what it runs makes real files, and is refused by a wrapper around the system's calls
(`tests/harness/small_disk.c`) as the system refuses where nothing is left.

Each time: said in both languages with how much is lacking, what was installed works as before, nothing is left behind,
and once there is room the same file installs. `df` lies the first time it is asked: the room goes while it unpacks.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from installer.linux import build
from tests.harness.small_disk import PreloadedDisk, library
from tests.installer.test_linux_products import GLIBC, called, laid_out, layer

STEP = """
rm -rf "$HOME"; mkdir "$HOME"
cp -a "$BEFORE/." "$HOME/"
set +e
PATH="$FAKE:$PATH" LD_PRELOAD="$FULL" sh "$FILE"; code=$?
cp -a "$HOME/." "$AFTER/"
PATH="$FAKE:$PATH" sh "$FILE" >/dev/null 2>&1 || exit 99
readlink "$HOME/.local/opt/manfaz" >"$AGAIN"
exit "$code"
"""
DF = """#!/bin/sh
[ -e "$TOLD" ] && exec /bin/df "$@"
: >"$TOLD"
printf 'h\\nd 1 1 99999999 1%% /\\n'
"""
FULL, MOST = 4, 60
LACKS_EN = r"(the disk is full: \d+ MB free in .*, \d+ MB needed|takes no more files in .* \d+ MB are free)"
LACKS_AR = r"(القرص ممتلئ: المتاح في .* \d+ م\.ب والمطلوب \d+ م\.ب|القرص لا يقبل ملفات أخرى في .* \d+ م\.ب)"
PLACES = (".local/opt", ".local/bin", ".local/share/applications")


@dataclass(frozen=True)
class Ended:
    left: int
    code: int
    said: str
    after: Path
    again: str


@dataclass(frozen=True)
class Shop:
    """`before` is what stands in the home folder when the file is run."""

    room: Path
    home: Path
    before: Path
    file: Path
    full: Path

    def try_with(self, kind: str, left: int) -> Ended:
        """With room for `left` more files or pages."""
        after = self.room / f"after-{kind}-{left}"
        after.mkdir()
        disk = PreloadedDisk(self.home, Path(f"{after}.room"))
        disk.leave(**{kind: left})
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "BEFORE": str(self.before), "FILE": str(self.file),
            "FAKE": str(self.room / "fake"), "TOLD": f"{after}.told", "AFTER": str(after), "AGAIN": f"{after}.again",
            "FULL": str(self.full), **disk.variables(),
        }  # fmt: skip
        done = subprocess.run(["sh", "-ec", STEP], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode != 99, "with room again it did not install"
        return Ended(left, done.returncode, done.stderr, after, Path(f"{after}.again").read_text(encoding="utf-8"))

    def until_it_fits(self, kind: str) -> Iterator[Ended]:
        """Every run that did not fit, one more file or page each time; then the one that did."""
        for left in range(1, MOST):
            ended = self.try_with(kind, left)
            yield ended
            if ended.code == 0:
                return
        pytest.fail(f"with {MOST} more {kind} it did not fit either")


def file(room: Path, version: str) -> Path:
    room.mkdir(exist_ok=True)
    folder = laid_out(room / version)
    (folder / "app" / "pages").write_bytes(os.urandom(20_000))
    return build.build_run(room, layer(version), folder, GLIBC, fast=True).path


def shop(room: Path, *, installed: bool) -> Shop:
    home, before = room / "محل home", room / "before"
    home.mkdir()
    if installed:
        assert called(file(room / "files", "1.0.0"), home).returncode == 0
    home.rename(before)
    home.mkdir()
    (room / "fake").mkdir()
    (room / "fake" / "df").write_text(DF, encoding="ascii")
    (room / "fake" / "df").chmod(0o755)
    return Shop(room, home, before, file(room / "files", "1.0.1"), library(room))


def standing(home: Path) -> dict[str, bytes | str]:
    """Files and links of the places that an installation writes to, but its lock."""
    found = (path for place in PLACES for path in (home / place).rglob("*"))
    return {
        path.relative_to(home).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in found
        if path.name != ".manfaz.lock" and (path.is_symlink() or path.is_file())
    }


def check(ended: Ended, before: dict[str, bytes | str]) -> None:
    """One that did not fit."""
    assert ended.code == FULL, f"with {ended.left} left: {ended.said}"
    assert re.search(
        r"(the disk is full: \d+ MB free in .*, \d+ MB needed|takes no more files in .* \d+ MB are free)", ended.said
    )
    assert "what was installed before still works" in ended.said
    assert re.search(LACKS_AR, ended.said)
    assert "لم يتغير شيء" in ended.said
    assert standing(ended.after) == before, f"with {ended.left} left"
    assert ended.again.startswith("manfaz-1.0.1-"), "with room it installs"


@pytest.mark.parametrize("installed", [False, True], ids=["first", "upgrade"])
@pytest.mark.parametrize("kind", ["files", "pages"])
def test_a_disk_that_fills_up_at_any_step_leaves_what_was_there_and_says_what_lacks(
    kind: str, installed: bool, tmp_path: Path
) -> None:
    place = shop(tmp_path, installed=installed)
    before = standing(place.before)
    *full, fitted = place.until_it_fits(kind)
    assert len(full) >= 8, "every file and page is a step"
    for ended in full:
        check(ended, before)
    after = standing(fitted.after)
    assert str(after[".local/opt/manfaz"]).startswith("manfaz-1.0.1-")
    assert after[".local/bin/manfaz"] == "../opt/manfaz/manfaz"
    assert ".local/share/applications/manfaz.desktop" in after
    assert not [name for name in after if ".new" in name or ".link" in name]

"""`make reproducible`: this commit is built twice, in surroundings as different as can be, and compared byte for byte.

Takes the words of build_installer.py. Only what is committed is built: each build has a clone of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from installer.products import ROOT, sha256

IN_MEMORY = Path("/dev/shm")
ROOM_BYTES = 6_000_000_000
PACKAGES = ("protocol", "kiosk", "ui", "sync", "storage", "starter", "assets", "central")
SHOWN = 20


@dataclass(frozen=True)
class Surroundings:
    """What may not show in a product. `sources_at`: the time of the sources' files; `clock`: for faketime; `used`: byte
    code lies about.
    """

    folder: str
    zone: str
    locale: str
    language: str
    umask: int
    seed: int
    sources_at: int | None = None
    clock: str | None = None
    one_core: bool = False
    in_memory: bool = False
    used: bool = False


PLAIN = Surroundings("one", "UTC0", "C.UTF-8", "en", 0o022, 1)
ODD = Surroundings(
    "بناء two", "XYZ-13:45", "C", "ar", 0o077, 4242, sources_at=1_000_000_001, clock="+26h", one_core=True,
    in_memory=True, used=True,
)  # fmt: skip


class NotBuilt(Exception):
    """A clone or a build ended badly; its own words were printed."""


@dataclass(frozen=True)
class Build:
    """One of the two, below a folder of its own."""

    around: Surroundings
    room: Path

    @property
    def out(self) -> Path:
        return self.room / "dist"

    @property
    def clone(self) -> Path:
        return self.room / self.around.folder

    def prepare(self) -> None:
        """The clone, with the packages of this machine behind another path. Raises NotBuilt."""
        (self.room / "tmp").mkdir()
        self._must("git", "clone", "--quiet", str(ROOT), str(self.clone))
        (self.clone / ".venv").symlink_to(sys.prefix, target_is_directory=True)
        cache = ROOT / "build" / "windows"
        cache.mkdir(parents=True, exist_ok=True)
        (self.clone / "build").mkdir()
        (self.clone / "build" / "windows").symlink_to(cache, target_is_directory=True)
        if self.around.used:
            for name in PACKAGES:
                left = self.clone / name / "__pycache__" / "left.cpython-311.pyc"
                left.parent.mkdir()
                left.write_bytes(b"of another time")
        if self.around.sources_at is not None:
            for path in self.clone.rglob("*"):
                if ".git" not in path.parts and path.is_file() and not path.is_symlink():
                    os.utime(path, (self.around.sources_at, self.around.sources_at))

    def begin(self, words: list[str]) -> subprocess.Popen[bytes]:
        script = str(self.clone / "build_installer.py")
        command = [*self._bound(), self._python, script, *words, "--out", str(self.out)]
        return subprocess.Popen(command, env=self._environment(), umask=self.around.umask)

    @property
    def _python(self) -> str:
        return str(self.clone / ".venv" / "bin" / "python")

    def _must(self, *command: str) -> None:
        done = subprocess.run(command, env=self._environment(), umask=self.around.umask, check=False)
        if done.returncode:
            raise NotBuilt(f"{command[0]} ended with {done.returncode}")

    def _bound(self) -> list[str]:
        bound = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if self.around.one_core else []
        if self.around.clock and shutil.which("faketime"):
            bound += ["faketime", "-f", self.around.clock]
        return bound

    def _environment(self) -> dict[str, str]:
        around = self.around
        return {
            **os.environ,
            "TZ": around.zone, "LC_ALL": around.locale, "LANG": around.locale, "LANGUAGE": around.language,
            "PYTHONHASHSEED": str(around.seed), "TMPDIR": str(self.room / "tmp"), "NO_FAKE_STAT": "1",
            "VIRTUAL_ENV": str(self.clone / ".venv"),
        }  # fmt: skip


def different(one: Path, two: Path) -> list[str]:
    """The names of files that are not in both folders with the same bytes."""
    sums = [{path.name: sha256(path) for path in folder.iterdir() if path.is_file()} for folder in (one, two)]
    return sorted(name for name in sums[0].keys() | sums[1].keys() if sums[0].get(name) != sums[1].get(name))


def apart(one: Path, two: Path) -> str:
    """Where two files differ: how many bytes, and the first."""
    if not (one.is_file() and two.is_file()):
        return f"only in {one.parent if one.is_file() else two.parent}"
    first, second = one.read_bytes(), two.read_bytes()
    places = [at for at, (left, right) in enumerate(zip(first, second, strict=False)) if left != right]
    begun = places[0] if places else min(len(first), len(second))
    return f"{len(first):,} and {len(second):,} bytes, {len(places):,} differ, the first at {begun:#x}"


def apart_inside(one: Path, two: Path) -> list[str]:
    """The files that products are packed from which differ: in bytes, or where a product keeps it in time."""
    found = [_staged(folder) for folder in (one, two)]
    names = sorted(name for name in found[0].keys() | found[1].keys() if found[0].get(name) != found[1].get(name))
    return names[:SHOWN]


def _staged(folder: Path) -> dict[str, tuple[str, int]]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.parent != folder)
    return {path.relative_to(folder).as_posix(): (sha256(path), _kept_time(path)) for path in files}


def _kept_time(path: Path) -> int:
    return int(path.stat().st_mtime) if "stage" in path.parts else 0


def build_both(builds: tuple[Build, Build], words: list[str]) -> None:
    """At the same time, as on a machine where others build, too. Raises NotBuilt."""
    for build in builds:
        build.prepare()
    running = [build.begin(words) for build in builds]
    if any([process.wait() for process in running]):  # noqa: C419 - because the second must have ended, too
        raise NotBuilt("a build failed")


def main(words: list[str]) -> int:
    """0 the same, 1 not, or not built. Both folders stay where they differ."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES
    rooms = [
        Path(tempfile.mkdtemp(prefix="manfaz-twice-", dir=IN_MEMORY if around.in_memory and roomy else None))
        for around in (PLAIN, ODD)
    ]
    one, two = Build(PLAIN, rooms[0]), Build(ODD, rooms[1])
    try:
        build_both((one, two), words or ["--target", "all"])
    except NotBuilt as error:
        print(f"not built twice: {error}", file=sys.stderr)
        _leave(rooms)
        return 1
    if names := different(one.out, two.out):
        for name in names:
            print(f"not the same twice: {name}: {apart(one.out / name, two.out / name)}", file=sys.stderr)
        print("staged otherwise: " + (", ".join(apart_inside(one.out, two.out)) or "nothing"), file=sys.stderr)
        print(f"both stay in {one.out} and {two.out}", file=sys.stderr)
        return 1
    count = sum(path.is_file() for path in one.out.iterdir())
    _leave(rooms)
    clock = "" if shutil.which("faketime") else ", clock (faketime is missing)"
    print(f"{count} files, the same twice byte for byte; not varied: processor, versions of the tools{clock}")
    return 0


def _leave(rooms: list[Path]) -> None:
    for room in rooms:
        shutil.rmtree(room)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

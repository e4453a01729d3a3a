"""Signed releases: python-tuf decides what is authentic, complete and fresh; nothing else is believed.

The trusted root is shipped with the program. What has been verified is kept in a folder, so that an older state is
refused afterwards; what a power cut tears there is fetched again. How far a release has been let out stands in the
signed timestamp (docs/adr/0020), so the same directory says it over the line and on a stick.

Importing tuf takes a sixth of a second: this module is for a worker's thread, never for the first picture.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tuf.api import exceptions as broken
from tuf.api.metadata import TargetFile, Timestamp
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from kiosk.upkeep.updates.update_parts import GoOn, Release
from protocol.documents.trust import NO_UPDATES
from protocol.errors import Corrupt, Unavailable
from protocol.override import override
from protocol.program.os_errors import NO_ROOM, system_reason
from protocol.rings import ROLLOUT, reaches
from starter import pointer
from starter.files import replace_whole, sync_folder
from sync.line import NoAnswer
from sync.release_sources import METADATA, TARGETS, Missing, ReleaseLine

LIMITS: Final = UpdaterConfig(
    max_root_rotations=64, root_max_length=64 << 10, timestamp_max_length=16 << 10, snapshot_max_length=16 << 10,
    targets_max_length=512 << 10,
)  # fmt: skip
LONGEST: Final = 512 << 20
"""Bytes of a release; the largest, the setup program, has some forty million."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


UPDATE_ROOT: Final = "update_root.json"
"""The asset that holds the trusted root."""


def shipped_root() -> bytes:
    """The trusted root that this program was built with. The keys of the one in the sources were thrown away."""
    return files("assets").joinpath(UPDATE_ROOT).read_bytes()


class SignedReleases:
    """The releases of one signed directory (`kiosk.upkeep.updates.update_parts.Releases`). Not for two threads at
    once.

    `root` is the trusted root's bytes, `cache` a folder of ours, `pinned` the keyset's word on the root (hex; zeros or
    empty before enrolment), `now_ms` the time that expiry is judged by.
    """

    def __init__(
        self, line: ReleaseLine, root: bytes, cache: Path, now_ms: Callable[[], int], pinned: Callable[[], str] = str
    ) -> None:
        self._line, self._root, self._cache = line, root, cache
        self._now_ms, self._pinned = now_ms, pinned

    def newest(self, ring: str) -> Release | None:
        """As the port says; Corrupt ``update_other_centre`` where the keyset names another root than ours, Unavailable
        ``update_none`` where there is no release.
        """
        state = self._verified()
        found = [one for one in state.releases() if state.reaches(one.version, ring)]
        return max(found, key=lambda one: pointer.order(one.version), default=None)

    def fetch(self, release: Release, into: Path, go_on: GoOn) -> Path:
        """As the port says. What does not have the signed hash in the end is thrown away, and asked for once more."""
        done, part = into / release.name, into / f"{release.name}.part"
        with _translated():
            into.mkdir(parents=True, exist_ok=True)
            if _sha256(done, release.length) == release.sha256:
                return done
            resumed = part.exists()
            for _ in range(2 if resumed else 1):
                self._fill(release, part, go_on)
                if _sha256(part, release.length) == release.sha256:
                    part.replace(done)
                    sync_folder(into)
                    return done
                part.unlink()
        raise Corrupt("update_forged", what=release.name, why="hash")

    def close(self) -> None:
        """Break off what is under way; from any thread."""
        self._line.close()

    def _fill(self, release: Release, part: Path, go_on: GoOn) -> None:
        path = f"{TARGETS}{release.sha256}.{release.name}"
        with part.open("ab") as file:
            got = file.tell()
            if got > release.length:
                file.truncate(got := 0)
            try:
                for piece in self._line.pieces(path, got, release.length):
                    got += len(piece)
                    if got > release.length:
                        break  # more than was signed: the hash will say so
                    file.write(piece)
                    if not go_on():
                        raise Unavailable("update_paused", version=release.version)
            finally:
                file.flush()
                os.fsync(file.fileno())
        if got < release.length:
            raise NoAnswer("offline", "short")

    def _verified(self) -> _State:
        with _translated():
            self._cache.mkdir(parents=True, exist_ok=True)
            updater = _Updater(self._line, self._root, self._cache, self._now_ms())
            try:
                updater.refresh()
            except broken.DownloadHTTPError as error:
                if updater.knows_a_time():
                    raise
                raise Unavailable("update_none") from error  # nothing was published, as far as whoever answered says
            pinned = self._pinned()
            if pinned not in ("", NO_UPDATES) and pinned not in updater.roots():
                raise Corrupt("update_other_centre")
            return updater.state()


class _State:
    """What one look at the directory came to."""

    def __init__(self, targets: Mapping[str, TargetFile], rollout: object) -> None:
        self._targets = targets
        self._rollout = rollout if isinstance(rollout, dict) else {}

    def releases(self) -> list[Release]:
        found = [self._read(name, target) for name, target in self._targets.items()]
        return [one for one in found if one is not None]

    def reaches(self, version: str, ring: str) -> bool:
        """Whether that version has been let out as far as `ring`, and not halted."""
        return reaches(self._said(version), ring)

    def _said(self, version: str) -> dict[str, Any]:
        said = self._rollout.get(version)
        sound = isinstance(said, dict) and type(said.get("percent")) is int and type(said.get("halted")) is bool
        return said if isinstance(said, dict) and sound else {}

    def _read(self, name: str, target: TargetFile) -> Release | None:
        """None for a whole installer, which a person runs, and for what a later tool than we know has made."""
        custom = target.custom if isinstance(target.custom, dict) else {}
        if (custom.get("kind"), custom.get("platform")) != ("app", "any"):
            return None
        version, sha256 = str(custom.get("version")), str(target.hashes.get("sha256"))
        try:
            pointer.order(version)
        except ValueError:
            return None
        if not (_NAME.fullmatch(name) and _HASH.fullmatch(sha256) and 0 < target.length <= LONGEST):
            return None
        needs, schema = str(custom.get("needs_runtime", "")), str(custom.get("min_schema", ""))
        percent = str(self._said(version).get("percent", 0))
        return Release(version, sha256, target.length, needs, schema, percent, name)


class _Updater(Updater):
    """python-tuf's client, on our line, by our clock, with files that outlast a power cut."""

    def __init__(self, line: ReleaseLine, root: bytes, cache: Path, now_ms: int) -> None:
        super().__init__(str(cache), METADATA, fetcher=_Fetcher(line), config=LIMITS, bootstrap=root)
        self._trusted_set.reference_time = datetime.fromtimestamp(now_ms / 1000, UTC)
        self._shipped = self._trusted_set.root.version, hashlib.sha256(root).hexdigest()

    def knows_a_time(self) -> bool:
        """Whether a timestamp was ever seen: then one that is missing is no centre without releases."""
        return Timestamp.type in self._trusted_set

    def roots(self) -> set[str]:
        """The hashes of the shipped root and of all that were reached from it."""
        first, shipped = self._shipped
        later = range(first + 1, self._trusted_set.root.version + 1)
        history = Path(self._dir, "root_history")
        return {shipped} | {hashlib.sha256((history / f"{n}.root.json").read_bytes()).hexdigest() for n in later}

    def state(self) -> _State:
        trusted = self._trusted_set
        return _State(trusted.targets.targets, trusted.timestamp.unrecognized_fields.get(ROLLOUT))

    @override
    def _persist_file(self, filename: str, data: bytes) -> None:
        replace_whole(Path(filename), data)

    @override
    def _update_root_symlink(self) -> None:
        """Not needed: the root that is trusted is always the one shipped; and not every disk has links."""


class _Fetcher(FetcherInterface):
    def __init__(self, line: ReleaseLine) -> None:
        self._line = line

    @override
    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield from self._line.small(url)
        except Missing as error:
            raise broken.DownloadHTTPError("missing", 404) from error


@contextmanager
def _translated() -> Iterator[None]:
    """The border where foreign errors become ours: who can act differs, so does the code."""
    try:
        yield
    except (NoAnswer, Missing, broken.DownloadHTTPError) as error:
        detail = error.detail if isinstance(error, NoAnswer) else "missing"
        raise Unavailable("update_unreachable", detail=detail) from error
    except broken.ExpiredMetadataError as error:
        raise Unavailable("update_expired") from error
    except broken.BadVersionNumberError as error:  # an old stick looks like an attack, and is mended otherwise
        raise Corrupt("update_older") from error
    except (broken.RepositoryError, broken.DownloadError, ValueError, RecursionError) as error:
        raise Corrupt("update_forged", what="metadata", why=_why(error)) from error
    except OSError as error:
        if system_reason(error) in NO_ROOM:
            raise Unavailable("disk_full") from error
        raise Unavailable("update_unreachable", detail="file") from error


_WHY: Final = (
    (broken.UnsignedMetadataError, "signatures"), (broken.LengthOrHashMismatchError, "hash"),
    (broken.DownloadLengthMismatchError, "too_long"),
)  # fmt: skip


def _why(error: Exception) -> str:
    """A fixed word for support; never what the file said."""
    return next((word for kind, word in _WHY if isinstance(error, kind)), "unreadable")


def _sha256(path: Path, length: int) -> str:
    """The hash in hex of a file of exactly that length; empty for any other, or none."""
    if not path.is_file() or path.stat().st_size != length:
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The directory that counters read: metadata by version, targets by hash. What was published is never changed.

Whoever writes holds the writing transaction of the centre's database: the server's own daily signing and a command
beside it do not meet.
"""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from protocol.errors import Corrupt, Refused
from protocol.program import outside
from protocol.program.os_errors import translating
from protocol.rings import ROLLOUT
from starter import pointer
from starter.files import plain, reading

METADATA: Final = "metadata"
TARGETS: Final = "targets"
PENDING: Final = "updates-pending"
ROOT_DAYS: Final = 3 * 365
TARGETS_DAYS: Final = 365
ONLINE_DAYS: Final = 30
"""After that a counter that was shown nothing newer says so; it goes on working."""
MOST: Final = 12
"""Versions that are offered at a time: what stands in the timestamp stays small."""
_HASH: Final = "[0-9a-f]" * 64


class Directory:
    """The folder that counters read (`folder`); proposals wait beside it. `online` are the keys of snapshot and
    timestamp by role, the newest first: the root says which of them counts.
    """

    def __init__(self, folder: Path, online: dict[str, list[CryptoSigner]], now_ms: Callable[[], int]) -> None:
        self.folder, self.pending = folder, folder.parent / PENDING
        self._online, self._now_ms = online, now_ms

    # ---- what stands --------------------------------------------------------------------------------------------

    def root(self) -> Metadata[Root] | None:
        return cast("Metadata[Root] | None", self._newest(Root.type))

    def targets(self) -> Targets:
        """What has been signed offline. Raises Refused ``release_none``."""
        found = self._newest(Targets.type)
        if found is None:
            raise Refused("release_none")
        signed: Targets = found.signed
        return signed

    def timestamp(self) -> Timestamp | None:
        path = self.folder / METADATA / "timestamp.json"
        return _read(path).signed if path.exists() else None

    def rollout(self) -> dict[str, dict[str, Any]]:
        """By version: ``{"percent": 0|1|10|50|100, "halted": bool}``."""
        standing = self.timestamp()
        said = standing.unrecognized_fields.get(ROLLOUT, {}) if standing else {}
        return {version: dict(one) for version, one in said.items()}

    def by_version(self) -> dict[str, list[TargetFile]]:
        """The files of each version that has been signed."""
        found: dict[str, list[TargetFile]] = {}
        for target in self.targets().targets.values():
            found.setdefault(str(target.custom["version"]), []).append(target)
        return found

    def _newest(self, role: str) -> Any:
        found = [int(path.name.split(".")[0]) for path in (self.folder / METADATA).glob(f"[0-9]*.{role}.json")]
        return _read(self.folder / METADATA / f"{max(found)}.{role}.json") if found else None

    # ---- proposals: made here, signed elsewhere -----------------------------------------------------------------

    def propose_root(self, keys: dict[str, list[Any]], thresholds: dict[str, int]) -> Path:
        """The next root, unsigned: `keys` of root and targets, by how many of them each is signed."""
        before = self.root()
        signed = Root(before.signed.version + 1 if before else 1, expires=self._after(ROOT_DAYS))
        for role, holders in keys.items():
            for key in holders:
                signed.add_key(key, role)
            signed.roles[role].threshold = thresholds[role]
            if len({key.keyid for key in holders}) < thresholds[role]:
                raise Refused("release_holders", role=role, need=thresholds[role])
        for role, signers in self._online.items():
            signed.add_key(signers[0].public_key, role)
        return self._propose(Metadata(signed))

    def propose_release(self, file: Path, custom: dict[str, str]) -> Path:
        """The next targets with `file` among them, unsigned; the file waits beside it."""
        name = file.name
        with translating(file), reading(plain(file)) as opened:
            target = TargetFile.from_data(name, opened, ["sha256"])
            self.pending.mkdir(parents=True, exist_ok=True)
        targets = self._next_targets()
        standing = self._newest(Targets.type)
        if standing is not None and name in standing.signed.targets:
            raise Refused("release_exists", name=name)
        waiting = self.pending / f"{target.hashes['sha256']}.{name}"
        outside.copy(file, waiting)
        for one in self.pending.glob(f"{_HASH}.{glob.escape(name)}"):
            one.unlink() if one != waiting else None  # what nobody has published may be put right
        target.unrecognized_fields["custom"] = custom
        targets.targets[name] = target
        return self._propose(Metadata(_bounded(targets)))

    def propose_renewal(self) -> Path:
        """The next targets with nothing new: what was signed runs out after a year."""
        return self._propose(Metadata(self._next_targets()))

    def _next_targets(self) -> Targets:
        if self.root() is None:
            raise Refused("release_no_root")
        standing = self._newest(Targets.type)
        version = standing.signed.version + 1 if standing else 1
        waiting = self.pending / f"{version}.{Targets.type}.json"
        if waiting.exists():  # two files of one version are signed in one go
            made: Targets = _read(waiting).signed
        else:
            made = standing.signed if standing else Targets()
            made.version = version
        made.expires = self._after(TARGETS_DAYS)
        return made

    def _propose(self, made: Metadata[Any]) -> Path:
        path = self.pending / f"{made.signed.version}.{made.signed.type}.json"
        _write(path, made)
        return path

    # ---- publishing ---------------------------------------------------------------------------------------------

    def complete(self, copies: list[Path]) -> Metadata[Any]:
        """Publish a proposal that enough holders have signed, each perhaps on a copy of his own.

        Raises Refused ``release_copies`` (not of one proposal), ``release_unsigned``, ``release_order``.
        """
        made = _merged(copies)
        role, version = made.signed.type, made.signed.version
        standing = self._newest(role)
        if role not in (Root.type, Targets.type) or version != (standing.signed.version if standing else 0) + 1:
            raise Refused("release_order", role=role, version=version)
        self._enough(made, standing)
        if role == Targets.type:
            self._take_files(made.signed)
        _write(self.folder / METADATA / f"{version}.{role}.json", made)
        self.refresh(self.rollout() if self.timestamp() else {})
        (self.pending / f"{version}.{role}.json").unlink(missing_ok=True)
        return made

    def _enough(self, made: Metadata[Any], standing: Metadata[Any] | None) -> None:
        role = made.signed.type
        judges = [made.signed if role == Root.type else self.root().signed]  # type: ignore[union-attr]  # no root, no targets
        if role == Root.type and standing is not None:
            judges.append(standing.signed)  # the old holders let the new ones in
        for judge in judges:
            found = judge.get_verification_result(role, made.signed_bytes, made.signatures)
            if not found:
                raise Refused("release_unsigned", have=len(found.signed), need=found.threshold)

    def _take_files(self, signed: Targets) -> None:
        (self.folder / TARGETS).mkdir(parents=True, exist_ok=True)
        for name, target in signed.targets.items():
            stored = f"{target.hashes['sha256']}.{name}"
            there, waiting = self.folder / TARGETS / stored, self.pending / stored
            if not there.exists():
                if not waiting.exists() or sha256_of(waiting) != target.hashes["sha256"]:
                    raise Refused("release_file_missing", name=name)
                outside.copy(waiting, there)
                waiting.unlink()

    def refresh(self, rollout: dict[str, dict[str, Any]] | None = None) -> Timestamp:
        """Sign snapshot and timestamp anew; with `rollout`, saying that. Raises Refused ``release_no_root``."""
        if self.root() is None:
            raise Refused("release_no_root")
        newest, before = self._newest(Targets.type), self._newest(Snapshot.type)
        said = self.rollout() if rollout is None else rollout
        stamped = self.timestamp()
        targets = newest.signed.version if newest else 0
        if targets == 0:
            return Timestamp(expires=self._after(ONLINE_DAYS))  # a root alone has nothing to be fresh about
        snapshot = Snapshot(before.signed.version + 1 if before else 1, expires=self._after(ONLINE_DAYS))
        snapshot.meta["targets.json"] = MetaFile(targets)
        made = Timestamp(stamped.version + 1 if stamped else 1, expires=self._after(ONLINE_DAYS))
        made.snapshot_meta = MetaFile(snapshot.version)
        known = self.by_version()
        made.unrecognized_fields[ROLLOUT] = {version: one for version, one in said.items() if version in known}
        made.unrecognized_fields["x-manfaz-signed-ms"] = self._now_ms()
        self._publish(snapshot, f"{snapshot.version}.snapshot.json")
        self._publish(made, "timestamp.json")
        return made

    def _publish(self, signed: Any, name: str) -> None:
        root = self.root()
        allowed = root.signed.roles[signed.type].keyids if root else []
        signer = next((one for one in self._online[signed.type] if one.public_key.keyid in allowed), None)
        if signer is None:
            raise Refused("release_online_key")
        made = Metadata(signed)
        made.sign(signer)
        _write(self.folder / METADATA / name, made)

    def signed_ms(self) -> int:
        """When the timestamp was signed last; 0 where there is none."""
        standing = self.timestamp()
        return int(standing.unrecognized_fields.get("x-manfaz-signed-ms", 0)) if standing else 0

    def copy_to(self, folder: Path) -> int:
        """Everything a counter needs, for a stick. Returns how many files. The timestamp goes last."""
        named = [path for path in self._files() if path.name != "timestamp.json"]
        for path in (*named, self.folder / METADATA / "timestamp.json"):
            to = folder / path.relative_to(self.folder)
            outside.make_folder(to.parent)
            outside.copy(path, to)
        return len(named) + 1

    def _files(self) -> Iterator[Path]:
        wanted = {f"{t.hashes['sha256']}.{name}" for name, t in self.targets().targets.items()}
        yield from (path for path in sorted((self.folder / TARGETS).iterdir()) if path.name in wanted)
        newest = {role: self._newest(role).signed.version for role in (Targets.type, Snapshot.type)}
        for path in sorted((self.folder / METADATA).iterdir()):
            number, _, role = path.name.removesuffix(".json").partition(".")
            if role not in newest or int(number) == newest[role]:  # every root: each is reached from the one before
                yield path

    def _after(self, days: int) -> datetime:
        return datetime.fromtimestamp(self._now_ms() // 1000, UTC) + timedelta(days=days)


def sign(path: Path, signer: CryptoSigner) -> Metadata[Any]:
    """Add a holder's signature to a proposal, in its file."""
    made = _read(path)
    made.sign(signer, append=True)
    _write(path, made)
    return made


def _merged(copies: list[Path]) -> Metadata[Any]:
    first, *others = [_read(path) for path in copies]
    for other in others:
        if other.signed_bytes != first.signed_bytes:
            raise Refused("release_copies")
        first.signatures.update(other.signatures)
    return first


def _read(path: Path) -> Metadata[Any]:
    try:
        return Metadata.from_bytes(outside.read(path))
    except RepositoryError as error:
        raise Corrupt("release_metadata", path=str(path)) from error


def _bounded(targets: Targets) -> Targets:
    """Only the newest versions stay on offer."""
    versions = sorted({str(t.custom["version"]) for t in targets.targets.values()}, key=pointer.order)[-MOST:]
    targets.targets = {name: t for name, t in targets.targets.items() if t.custom["version"] in versions}
    return targets


def _write(path: Path, made: Metadata[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    outside.write(path, made.to_bytes(JSONSerializer(compact=False)))


def sha256_of(path: Path) -> str:
    """In hexadecimal digits. Raises Unavailable ``file_away``."""
    with translating(path), reading(plain(path)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def proposal(path: Path) -> dict[str, Any]:
    """What a holder is asked to sign, for his eyes."""
    made = _read(path)
    what = made.signed
    shown: dict[str, Any] = {"role": what.type, "version": what.version, "expires": str(what.expires)}
    if isinstance(made.signed, Targets):
        shown["files"] = {
            name: {"sha256": one.hashes["sha256"], "bytes": one.length, **one.custom}
            for name, one in made.signed.targets.items()
        }
    if isinstance(made.signed, Root):
        shown["keys"] = {
            role: {"keys": [keyid[:16] for keyid in one.keyids], "need": one.threshold}
            for role, one in made.signed.roles.items()
        }
    return shown

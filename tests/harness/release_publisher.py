"""Whoever publishes releases, with all keys in memory: an honest one, and what a thief of some of the keys can make."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Snapshot, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from central.releases import release_directory as directory
from central.releases.release_directory import Directory
from protocol.rings import ROLLOUT
from sync.release_sources import FolderLine, ReleaseLine
from sync.signed_releases import SignedReleases

NOW_MS: Final = 1_795_600_000_000
DAY_MS: Final = 86_400_000
PART: Final = JSONSerializer()


class Clock:
    def __init__(self, ms: int = NOW_MS) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


def online() -> dict[str, list[CryptoSigner]]:
    return {role: [CryptoSigner.generate_ed25519()] for role in ("snapshot", "timestamp")}


class Publisher:
    """A centre's releases under `folder`/updates; `clock` is the centre's."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.folder, self.work = folder / "updates", folder
        self.roots = [CryptoSigner.generate_ed25519() for _ in range(5)]
        self.holders = [CryptoSigner.generate_ed25519() for _ in range(3)]
        self.online = online()
        self.publish_root(self.roots[:3])
        self.root = (self.folder / "metadata/1.root.json").read_bytes()

    @property
    def directory(self) -> Directory:
        return Directory(self.folder, self.online, self.clock)

    def publish_root(self, signers: Sequence[CryptoSigner]) -> None:
        keys: dict[str, list[Any]] = {
            "root": [one.public_key for one in self.roots],
            "targets": [one.public_key for one in self.holders],
        }
        proposal = self.directory.propose_root(keys, {"root": 3, "targets": 2})
        for signer in signers:
            directory.sign(proposal, signer)
        self.directory.complete([proposal])

    def release(self, version: str, data: bytes = b"the app layer " * 999, percent: int = 100, **custom: str) -> None:
        """A signed release, let out."""
        said = {"kind": "app", "platform": "any", "version": version, "needs_runtime": "r1", "min_schema": "0001"}
        kind = custom.get("kind", "app")
        file = self.work / f"{kind}-{version}.tar.zst"
        file.write_bytes(data)
        proposal = self.directory.propose_release(file, said | custom)
        for signer in self.holders[:2]:
            directory.sign(proposal, signer)
        self.directory.complete([proposal])
        self.pace({version: {"percent": percent, "halted": False}})

    def pace(self, said: dict[str, Any]) -> None:
        self.directory.refresh({**self.directory.rollout(), **said})

    def snapshot_of(self, name: str) -> Path:
        """A copy of the directory as it is now: what a thief or an old stick still has."""
        copy = self.work / name
        shutil.copytree(self.folder, copy)
        return copy

    def target(self, version: str, folder: Path | None = None) -> Path:
        return next((folder or self.folder).glob(f"targets/*.app-{version}.tar.zst"))


def client(publisher: Publisher, cache: Path, line: ReleaseLine | Path | None = None, **more: Any) -> SignedReleases:
    """A counter's side; by default it reads the publisher's own folder."""
    where = line or publisher.folder
    chosen = FolderLine(where) if isinstance(where, Path) else where
    now: Callable[[], int] = more.pop("now", publisher.clock)
    return SignedReleases(chosen, more.pop("root", publisher.root), cache, now, **more)


# ---- what a thief writes ---------------------------------------------------------------------------------------


def change(path: Path, signers: Sequence[CryptoSigner], how: Callable[[Any], object]) -> None:
    """Metadata of the folder changed and signed with the keys that there are."""
    made = Metadata.from_bytes(path.read_bytes())
    how(made.signed)
    made.signatures.clear()
    for signer in signers:
        made.sign(signer, append=True)
    path.write_bytes(made.to_bytes(PART))


def stolen_online(publisher: Publisher, folder: Path, targets: int, said: dict[str, Any], jump: int = 1) -> None:
    """Snapshot and timestamp by the stolen online keys: they name version `targets`, `jump` versions ahead."""
    stamped: Metadata[Timestamp] = Metadata.from_bytes((folder / "metadata/timestamp.json").read_bytes())
    expires = stamped.signed.expires
    snapshot = Snapshot(stamped.signed.snapshot_meta.version + jump, expires=expires)
    snapshot.meta["targets.json"] = MetaFile(targets)
    stamp = Timestamp(stamped.signed.version + jump, expires=expires)
    stamp.snapshot_meta = MetaFile(snapshot.version)
    stamp.unrecognized_fields[ROLLOUT] = said
    for signed, name in ((snapshot, f"{snapshot.version}.snapshot.json"), (stamp, "timestamp.json")):
        made: Metadata[Any] = Metadata(signed)
        made.sign(publisher.online[signed.type][0])
        (folder / "metadata" / name).write_bytes(made.to_bytes(PART))


def add_targets(folder: Path, signers: Sequence[CryptoSigner], how: Callable[[Targets], object]) -> int:
    """The next targets, changed by `how`, signed by whom there is. Returns its version."""
    newest = max(int(path.name.split(".")[0]) for path in (folder / "metadata").glob("*.targets.json"))
    made: Metadata[Targets] = Metadata.from_bytes((folder / f"metadata/{newest}.targets.json").read_bytes())
    made.signed.version = newest + 1
    how(made.signed)
    made.signatures.clear()
    for signer in signers:
        made.sign(signer, append=True)
    (folder / f"metadata/{newest + 1}.targets.json").write_bytes(made.to_bytes(PART))
    return newest + 1

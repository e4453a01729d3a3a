"""The app layer: our own modules and their data, without the runtime, the fonts and the centre.

Two shapes of the same files: a folder that the products carry, and `app-<version>.tar.zst`, which an update carries.
Equal commits give equal bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from installer import runtime, source
from installer.products import ROOT, BuildError, Product, sha256

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKAGES = ("protocol", "kiosk", "ui", "sync", "storage", "starter", "assets")
LEFT_OUT = (f"{runtime.FONTS}/", runtime.BASE, "assets/deploy/")
UPDATE_ROOT = "assets/update_root.json"
MANIFEST, COMPLETE = "version.json", "complete"
LARGEST_BYTES = 300_000
"""Of an update. One that is larger needs a new base (`installer.base`), and with it a new runtime."""
ZSTD_LEVEL = 19
WINDOW_LOG = 24
"""16 MiB: the base and the layer lie within it."""


@dataclass(frozen=True)
class AppLayer:
    """The app layer as it was built. `folder` holds what goes to PROGRAM/app; `files` are its members without
    `version.json` and `complete`.
    """

    version: str
    folder: Path
    archive: Product
    files: dict[str, str]
    needs_runtime: str
    epoch_s: int


def build(out: Path, version: str | None = None, root: Path | None = None) -> AppLayer:
    """Stage the layer in `out/app-<version>/` and pack it beside; what lies there of an earlier build is replaced.

    `version` makes the same program say another number: for trying an upgrade. `root` is the root of trust of the
    centre whose releases it takes, in place of the one in the sources. Raises BuildError.
    """
    wanted = source.chosen(version)
    contents = _contents(wanted, root)
    folder, epoch = out / f"app-{wanted}", source.epoch_s()
    _write(folder, contents, epoch)
    archive = out / f"app-{wanted}.tar.zst"
    archive.write_bytes(pack(contents, epoch))
    if archive.stat().st_size > LARGEST_BYTES:
        raise BuildError(f"{archive.name} has {archive.stat().st_size:,} bytes; an update may have {LARGEST_BYTES:,}")
    files = {name: _hash(data) for name, data in contents.items() if name not in {MANIFEST, COMPLETE}}
    product = Product(archive.name, archive, "app", sum(map(len, contents.values())))
    return AppLayer(wanted, folder, product, files, runtime.identity(), epoch)


def contents_of_source() -> dict[str, bytes]:
    """The layer's files as they stand in the source, by their paths in byte order."""
    names = [name for name in source.tracked(*PACKAGES) if not name.startswith(LEFT_OUT)]
    return {name: (ROOT / name).read_bytes() for name in names}


def _contents(version: str, root: Path | None) -> dict[str, bytes]:
    """Every file by its path, in the order of the archive: `complete` is the last."""
    found = contents_of_source()
    init = "kiosk/__init__.py"
    found[init] = found[init].replace(f'"{source.version()}"'.encode(), f'"{version}"'.encode())
    if root is not None:
        found[UPDATE_ROOT] = _root(root)
    manifest = {
        "version": version,
        "needs_runtime": runtime.identity(),
        "schema": source.schema(),
        "compatible_with": source.compatible_with(),
        "files": {name: _hash(data) for name, data in found.items()},
    }
    found[MANIFEST] = json.dumps(manifest, indent=1).encode() + b"\n"
    found[COMPLETE] = _hash(found[MANIFEST]).encode() + b"\n"
    return found


def _root(path: Path) -> bytes:
    """A root that its own keys have signed. Raises BuildError, OSError."""
    from tuf.api.exceptions import RepositoryError  # noqa: PLC0415 - only where a release is built
    from tuf.api.metadata import Metadata, Root  # noqa: PLC0415 - the same

    data = path.read_bytes()
    try:
        made: Metadata[Root] = Metadata.from_bytes(data)
        made.signed.verify_delegate(Root.type, made.signed_bytes, made.signatures)
    except (RepositoryError, AttributeError, ValueError) as error:
        raise BuildError(f"not a signed root: {path}\n  ليس جذر ثقة موقّعًا: {path}") from error
    return data


def pack(contents: dict[str, bytes], epoch_s: int) -> bytes:
    """A tar of plain files without owners, at one time, as one zstd frame against the base; it declares its size."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in contents.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(data), epoch_s, 0o644
            tar.addfile(member, io.BytesIO(data))
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: ZSTD_LEVEL,
        zstd.CompressionParameter.window_log: WINDOW_LOG,
        zstd.CompressionParameter.content_size_flag: 1,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    return zstd.compress(plain.getvalue(), options=options, zstd_dict=base())


def take_base() -> str:
    """What updates are packed against is the app layer of today, from now on. Returns what was made."""
    contents = contents_of_source()
    packed = zstd.compress(b"".join(contents.values()), level=ZSTD_LEVEL)
    (ROOT / runtime.BASE).parent.mkdir(exist_ok=True)
    (ROOT / runtime.BASE).write_bytes(packed)
    return f"{runtime.BASE}: {len(contents)} files, {len(packed):,} bytes"


def base() -> zstd.ZstdDict:
    """What updates are packed against and unpacked with; `storage.versions.program_versions` reads the same."""
    return zstd.ZstdDict(zstd.decompress((ROOT / runtime.BASE).read_bytes()), is_raw=True)


def check(folder: Path) -> None:
    """A staged or installed layer is whole: every file of its list, with its hash, and `complete`.

    Raises BuildError.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file() or (folder / COMPLETE).read_text(encoding="ascii").strip() != sha256(manifest):
        raise BuildError(f"{folder} is no complete app layer")
    listed: dict[str, str] = json.loads(manifest.read_bytes())["files"]
    if wrong := [name for name, told in listed.items() if not _same(folder / name, told)]:
        raise BuildError(f"missing or changed in {folder.name}: {', '.join(wrong[:5])}")


def put_program(folder: Path, app: AppLayer) -> None:
    """What stands beside the runtime in a program's folder, on every system: app and starter. Raises BuildError."""
    shutil.copytree(app.folder, folder / "app")
    check(folder / "app")
    for name in source.tracked("starter"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)


def _same(path: Path, told: str) -> bool:
    return path.is_file() and sha256(path) == told


def _write(folder: Path, contents: dict[str, bytes], epoch_s: int) -> None:
    if folder.exists():
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (epoch_s, epoch_s))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""The program's folder as it stands on a Linux machine, the same in the package and in the self-unpacking file."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

from installer.app_layer import AppLayer, put_program
from installer.linux import bookworm, runtime_layer

FILES = Path(__file__).with_name("files")
LAUNCHER = "manfaz"
COMPILE = "compile"


def lay_out(folder: Path, app: AppLayer, debian: bookworm.Debian) -> None:
    """Fill the new folder `folder`. Raises BuildError where a part is missing or harmed."""
    runtime_layer.build(folder / "runtime", debian)
    put_program(folder, app)
    share = folder / "share"
    share.mkdir()
    shutil.copyfile(FILES / "manfaz.svg", share / "manfaz.svg")
    for name in (LAUNCHER, COMPILE):
        put_script(FILES / f"{name}.sh", folder / name)


def put_script(source_file: Path, target: Path) -> None:
    shutil.copyfile(source_file, target)
    target.chmod(0o755)


def settle(root: Path, epoch_s: int) -> None:
    """One time and plain rights for everything below `root`; who may write is decided by the owner alone."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch_s, epoch_s), follow_symlinks=False)


def pack(root: Path, tar: tarfile.TarFile, epoch_s: int) -> None:
    """Everything below `root` in the order of its bytes, without owners, at one time."""
    for path in sorted(root.rglob("*"), key=lambda one: one.relative_to(root).as_posix().encode()):
        member = tar.gettarinfo(path, path.relative_to(root).as_posix())
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = epoch_s
        if member.isreg():
            with path.open("rb") as file:
                tar.addfile(member, file)
        else:
            tar.addfile(member)

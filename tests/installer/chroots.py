"""A clean Debian to try products in: made by mmdebstrap, entered with mounts and processes of its own. Needs root."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

OF_THE_HOST = ("etc/apt/apt.conf.d", "etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt")
"""How this machine reaches its archive: the same way serves inside."""
USER = "shop"
# Mounts and processes end with the shell that made them, however it ends.
_ENTER = (
    'r=$1; shift; mount --rbind /dev "$r/dev"; mount -t proc proc "$r/proc"; mount -t tmpfs -o mode=1777 tmp "$r/tmp";'
    ' mount --bind "$MANFAZ_HANDED" "$r/mnt"; exec chroot "$r" "$@"'
)


class Failed(Exception):
    """A command inside ended otherwise than it had to; its output says how."""


class Chroot:
    """`handed`: a folder of the host that stands at /mnt inside."""

    def __init__(self, root: Path, handed: Path) -> None:
        self.root, self.handed = root, handed

    @classmethod
    def make(cls, suite: str, root: Path, handed: Path) -> Chroot:
        """Raises Failed."""
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        _ran(
            [
                "unshare",
                "--mount",
                "mmdebstrap",
                "--mode=root",
                "--variant=minbase",
                "--include=ca-certificates",
                "--quiet",
                suite,
                str(root),
            ]
        )
        for name in OF_THE_HOST:
            source, target = Path("/") / name, root / name
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            elif source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copyfile(source, target)
        made = cls(root, handed)
        made.run("apt-get", "update", "-qq")
        made.run("useradd", "--create-home", "--shell", "/bin/sh", USER)
        return made

    def run(self, *command: str, user: str | None = None, code: int | None = 0, **environment: str) -> str:
        """What was said, both streams. Raises Failed where the exit code is not `code` (None: whatever it is)."""
        words = (
            list(command)
            if user is None
            else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", *command]
        )
        home = "/root" if user is None else f"/home/{user}"
        plain = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home}
        inside = {**plain, "DEBIAN_FRONTEND": "noninteractive", "MANFAZ_HANDED": str(self.handed), **environment}
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", _ENTER, "sh", str(self.root)]
        return _ran([*enter, *words], inside, code)

    def files(self, *below: str) -> set[str]:
        """The paths of all files below these folders, links included; as seen from inside."""
        found = (path for folder in below for path in (self.root / folder.lstrip("/")).rglob("*"))
        return {f"/{path.relative_to(self.root)}" for path in found if path.is_symlink() or path.is_file()}

    def remove(self) -> None:
        """Nothing is mounted any more: each command had its own mounts."""
        if any(line.split()[1].startswith(str(self.root)) for line in Path("/proc/mounts").read_text().splitlines()):
            raise Failed(f"something is still mounted below {self.root}")
        shutil.rmtree(self.root)


def _ran(words: list[str], environment: dict[str, str] | None = None, code: int | None = 0) -> str:
    done = subprocess.run(
        words, env=environment or dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False, timeout=900,
    )  # fmt: skip
    if code is not None and done.returncode != code:
        raise Failed(f"{' '.join(words[-6:])}: exit code {done.returncode}, not {code}\n{done.stdout[-3000:]}")
    return done.stdout

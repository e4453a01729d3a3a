"""What is built and what it is built from."""

from __future__ import annotations

import re
import tomllib
import zipfile
from pathlib import Path

import pytest

import build_installer

ROOT = Path(build_installer.__file__).parent
LOCKS = [ROOT / name for name in build_installer.LOCKS]


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
    run, *others = map(pins, LOCKS)
    assert [lock for lock in others if not run.items() <= lock.items()] == []


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run = requirements(project["project"]["dependencies"] + project["project"]["optional-dependencies"]["central"])
    assert run - pins(LOCKS[0]).keys() == set()
    assert requirements(project["dependency-groups"]["dev"]) - pins(LOCKS[1]).keys() == set()
    assert requirements(project["project"]["optional-dependencies"]["devices"]) - pins(LOCKS[2]).keys() == set()


def test_a_wheel_without_an_asset_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "empty.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("kiosk/__init__.py", "")
    with pytest.raises(build_installer.BuildError, match=r"not in the wheel: .*IBMPlexSansArabic-Regular"):
        build_installer.check_wheel(wheel)


def test_the_wheel_holds_every_asset_and_its_checksum_stands(tmp_path: Path) -> None:
    wheel = build_installer.build(tmp_path)
    assert f"{build_installer.sha256(wheel)}  {wheel.name}" in (tmp_path / "SHA256SUMS").read_text(encoding="utf-8")


def test_the_same_source_gives_the_same_wheel(tmp_path: Path) -> None:
    one, two = build_installer.build(tmp_path / "one"), build_installer.build(tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("target", build_installer.NOT_YET)
def test_an_installer_that_cannot_be_built_yet_says_so(
    target: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["build_installer.py", "--target", target])
    assert build_installer.main() == 2
    assert "cannot build" in capsys.readouterr().err

"""Two builds of one commit are the same byte for byte: what made them differ once, and how they are compared."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from installer import runtime, tools, windows, windows_runtime
from installer.linux import runtime_layer
from installer.products import sha256
from tests.installer import build_twice

WHEEL = "toy-1.0-py3-none-any.whl"
INSIDE = {
    "toy.py": "def main(): ...\n",
    "toy-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n",
    "toy-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "toy-1.0.dist-info/entry_points.txt": "[console_scripts]\ntoy = toy:main\n",
    "toy-1.0.dist-info/RECORD": "toy.py,,\ntoy-1.0.dist-info/RECORD,,\n",
}


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of one package, which lies beside it; uv looks nowhere else and has a cache of its own."""
    with zipfile.ZipFile(tmp_path / WHEEL, "w") as archive:
        for name, text in INSIDE.items():
            archive.writestr(name, text)
    for name, value in {
        "UV_CACHE_DIR": str(tmp_path / "cache"), "UV_FIND_LINKS": str(tmp_path), "UV_NO_INDEX": "1", "UV_OFFLINE": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    found = tmp_path / "toy.lock"
    found.write_text(f"toy==1.0 --hash=sha256:{sha256(tmp_path / WHEEL)}\n", encoding="ascii")
    return found


def for_windows(folder: Path, lock: Path) -> None:
    windows_runtime.put_packages(folder, (3, 11), lock)


def for_linux(folder: Path, lock: Path) -> None:
    runtime_layer.install(folder, str(lock))


SYSTEMS = pytest.mark.parametrize("install", [for_windows, for_linux])
Install = Callable[[Path, Path], None]


@SYSTEMS
def test_another_build_at_the_same_time_changes_no_time_of_a_file_of_ours(
    install: Install, tmp_path: Path, lock: Path
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    install(ours / "site-packages", lock)
    windows._set_times(ours, 1_700_000_000)
    install(theirs / "site-packages", lock)
    windows._set_times(theirs, 1_600_000_000)
    assert {int(path.stat().st_mtime) for path in ours.rglob("*")} == {1_700_000_000}


@SYSTEMS
def test_packages_are_the_same_whatever_python_they_were_installed_with(
    install: Install, tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name in ("a", "another folder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "venv").symlink_to(sys.prefix, target_is_directory=True)
        monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / name / "venv"))
        packages = tmp_path / name / "site-packages"
        install(packages, lock)
        assert (packages / "bin" / "toy").is_file(), "a start script, which names that Python"
        runtime.forget_the_installing(packages)
        runtime_layer.prune(packages, runtime_layer.NOT_OF_PACKAGES)
        found.append({path.relative_to(packages): path.read_bytes() for path in packages.rglob("*") if path.is_file()})
    assert found[0] == found[1]
    assert {path.as_posix() for path in found[0]} >= {"toy.py", "toy-1.0.dist-info/METADATA"}


def test_tools_are_called_without_the_language_and_zone_of_whoever_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"LC_ALL": "ar_EG.UTF-8", "LANGUAGE": "ar", "TZ": "Africa/Cairo"}.items():
        monkeypatch.setenv(name, value)
    told = "C.UTF-8  UTC0\n"
    asked = ("sh", "-c", 'echo "$LC_ALL $LANGUAGE $TZ"')
    assert tools.run(*asked) == told


# ---- make reproducible


@pytest.mark.parametrize("target", ["app", "wheel"])
def test_what_needs_no_other_tools_is_built_twice_in_odd_surroundings_and_is_the_same(
    target: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build_twice.main(["--target", target]) == 0, capfd.readouterr().err
    assert "5 files, the same twice byte for byte" in capfd.readouterr().out


def test_a_build_that_fails_is_no_equal_one(capfd: pytest.CaptureFixture[str]) -> None:
    assert build_twice.main(["--target", "app", "--app-version", "no number"]) == 1
    assert "not built twice" in capfd.readouterr().err


def test_what_differs_is_told_to_the_byte_and_the_staged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(builds: tuple[build_twice.Build, build_twice.Build], _words: list[str]) -> None:
        for byte, one in enumerate(builds):
            staged = one.out / "stage" / "late.txt"
            staged.parent.mkdir(parents=True)
            staged.write_text("the same", encoding="ascii")
            os.utime(staged, (byte, byte))
            (one.out / "setup.exe").write_bytes(bytes([7, 7, byte, 7]))
            (one.out / "same.deb").write_bytes(b"7")
        (builds[1].out / "more.txt").write_bytes(b"")

    monkeypatch.setattr(build_twice, "build_both", build)
    monkeypatch.setattr(build_twice, "IN_MEMORY", tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert build_twice.main([]) == 1
    said = capsys.readouterr().err
    assert "setup.exe: 4 and 4 bytes, 1 differ, the first at 0x2" in said
    assert "more.txt: only in" in said
    assert "same.deb" not in said
    assert "staged otherwise: stage/late.txt" in said

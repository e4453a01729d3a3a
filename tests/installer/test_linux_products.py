"""The package and the self-unpacking file, made of a small program instead of the real one."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from installer import command, tools
from installer.app_layer import AppLayer
from installer.linux import build, elf, program
from installer.products import BuildError, Product

GLIBC = "2.17"


def layer(version: str) -> AppLayer:
    return AppLayer(version, Path(), Product("", Path(), "app"), {}, "", 1_700_000_000)


def laid_out(folder: Path, *, works: bool = True) -> Path:
    """What `program.lay_out` makes, as far as the products look at it."""
    python = folder / "runtime" / "bin" / "python3.11"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n" + ("" if works else 'echo "ImportError: libNot.so.1: cannot open" >&2; exit 1\n'))
    (folder / "app").mkdir()
    (folder / "app" / "complete").write_text("x", encoding="ascii")
    (folder / "share").mkdir()
    (folder / "share" / "link").symlink_to("../manfaz")
    for name in (program.LAUNCHER, program.COMPILE):
        program.put_script(program.FILES / f"{name}.sh", folder / name)
    python.chmod(0o755)
    return folder


def made(room: Path, version: str, *, works: bool = True) -> Path:
    room.mkdir(exist_ok=True)
    folder = laid_out(room / version, works=works)
    return build.build_run(room, layer(version), folder, GLIBC, fast=True).path


def called(file: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    return subprocess.run(["sh", str(file), *words], env=environment, capture_output=True, text=True, check=False)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "محل home"
    folder.mkdir()
    return folder


def test_the_file_installs_upgrades_and_is_removed_and_the_data_stays(tmp_path: Path, home: Path) -> None:
    data = home / ".local" / "share" / "manfaz" / "kiosk.db"
    data.parent.mkdir(parents=True)
    data.write_bytes(b"what was sold")
    one, two = made(tmp_path / "room", "1.0.0"), made(tmp_path / "room", "1.0.1")
    link = home / ".local" / "opt" / "manfaz"
    for file, version in ((one, "1.0.0"), (two, "1.0.1"), (two, "1.0.1")):
        done = called(file, home)
        assert (done.returncode, done.stderr) == (0, "")
        assert version in done.stdout
        assert link.readlink().name.startswith(f"manfaz-{version}-")
        assert (home / ".local" / "bin" / "manfaz").resolve() == (link / "manfaz").resolve()
    assert f"Exec={link}/manfaz" in (home / ".local/share/applications/manfaz.desktop").read_text(encoding="utf-8")
    done = called(two, home, "--remove")
    assert done.returncode == 0
    assert "The shop's data stays" in done.stdout
    assert names(home) == {
        ".local", ".local/bin", ".local/opt", ".local/share", ".local/share/applications", ".local/share/manfaz",
        ".local/share/manfaz/kiosk.db",
    }  # fmt: skip
    assert data.read_bytes() == b"what was sold"


def test_the_same_file_again_mends_what_is_there_and_the_one_before_goes(tmp_path: Path, home: Path) -> None:
    file, opt = made(tmp_path / "room", "1.0.0"), home / ".local" / "opt"
    (opt / "manfaz-mine").mkdir(parents=True)
    for _ in "again":
        assert called(file, home).returncode == 0
        (opt / "manfaz" / "manfaz").write_bytes(b"harmed")
    assert called(file, home).returncode == 0
    assert (opt / "manfaz" / "manfaz").read_bytes() == (program.FILES / "manfaz.sh").read_bytes()
    assert len([path for path in opt.iterdir() if path.is_dir() and not path.is_symlink()]) == 3
    called(file, home, "--remove")
    assert names(opt) == {"manfaz-mine"}


def test_what_a_counter_at_work_was_started_from_stays_until_it_has_ended(tmp_path: Path, home: Path) -> None:
    """Installed twice in a morning: the second time took the folder away from under the counter that was open."""
    link = home / ".local" / "opt" / "manfaz"
    assert called(made(tmp_path / "room", "1.0.0"), home).returncode == 0
    folder, two = link.resolve(), made(tmp_path / "room", "1.0.1")
    counter = folder / "runtime" / "bin" / "counter"
    shutil.copy2(Path("/bin/sh").resolve(), counter)
    with subprocess.Popen([counter, "-c", "read line"], stdin=subprocess.PIPE):
        for _ in range(2):
            assert called(two, home).returncode == 0
            assert counter.exists()
    assert called(two, home).returncode == 0
    assert not folder.exists()


@pytest.mark.parametrize("harm", ["short", "changed", "nothing"])
def test_a_harmed_file_is_refused_and_what_was_there_stays(harm: str, tmp_path: Path, home: Path) -> None:
    assert called(made(tmp_path / "room", "1.0.0"), home).returncode == 0
    before = names(home)
    two = made(tmp_path / "room", "1.0.1")
    sound = two.read_bytes()
    two.write_bytes(
        {"short": sound[:-3], "changed": sound[:-3] + b"abc", "nothing": sound[: sound.index(b"\x1f\x8b")]}[harm]
    )
    for words in ((), ("--check",)):
        done = called(two, home, *words)
        assert done.returncode == 2
        assert "damaged" in done.stderr
        assert "تالف" in done.stderr
    assert names(home) == before


def test_what_does_not_run_here_is_not_switched_to(tmp_path: Path, home: Path) -> None:
    assert called(made(tmp_path / "room", "1.0.0"), home).returncode == 0
    before = names(home)
    done = called(made(tmp_path / "room", "1.0.1", works=False), home)
    assert done.returncode == 5
    assert "libNot.so.1" in done.stderr
    assert names(home) == before


def test_two_installations_do_not_meet(tmp_path: Path, home: Path) -> None:
    opt = home / ".local" / "opt"
    opt.mkdir(parents=True)
    with (opt / ".manfaz.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = called(made(tmp_path / "room", "1.0.0"), home)
    assert done.returncode == 1
    assert "another installation" in done.stderr
    assert "يجري الآن تثبيت آخر" in done.stderr
    assert names(opt) == {".manfaz.lock"}


@pytest.mark.parametrize(
    ("fake_program", "code", "english", "arabic"),
    [
        (("uname", "echo Linux i686"), 3, "64-bit PC", "64 بت"),
        (("getconf", "echo glibc 2.5"), 3, "too old", "قديم"),
        (("getconf", "exit 1"), 3, "no glibc", "لا توجد مكتبة"),
        (("df", "printf 'h\\nd 1 1 0 100%% /\\n'"), 4, "too little space", "المساحة لا تكفي"),
    ],
)
def test_a_system_that_does_not_fit_is_told_why(
    tmp_path: Path, home: Path, fake_program: tuple[str, str], code: int, english: str, arabic: str
) -> None:
    name, answer = fake_program
    fake = tmp_path / "fake" / name
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n{answer}\n", encoding="ascii")
    fake.chmod(0o755)
    file = made(tmp_path / "room", "1.0.0")
    environment = {"PATH": f"{fake.parent}:{os.environ['PATH']}", "HOME": str(home)}
    done = subprocess.run(["sh", str(file)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert english in done.stderr
    assert arabic in done.stderr
    assert names(home / ".local" / "opt") == {".manfaz.lock"}


def test_words_that_make_no_sense_change_nothing(tmp_path: Path, home: Path) -> None:
    assert called(made(tmp_path / "room", "1.0.0"), home, "--install").returncode == 64
    assert names(home) == set()


def test_the_same_program_gives_the_same_files_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "depends", lambda _: (["libc6 (>= 2.36)"], "2.36"))
    found = []
    for name in ("one", "two"):
        out = tmp_path / name
        out.mkdir()
        folder = laid_out(out / "work" / "program")
        file = build.build_run(out, layer("1.0.0"), folder, GLIBC, fast=True)
        package = build.build_deb(out, layer("1.0.0"), folder, "licences", fast=True)
        found.append([one.path.read_bytes() for one in (file, package)])
    assert found[0] == found[1]


def test_the_package_holds_what_a_desktop_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "depends", lambda _: (["libc6 (>= 2.36)", "libgl1"], "2.36"))
    package = build.build_deb(
        tmp_path, layer("1.0.0"), laid_out(tmp_path / "work" / "program"), "licences", fast=True
    ).path
    tools.run("dpkg-deb", "--raw-extract", package, tmp_path / "raw")
    raw = tmp_path / "raw"
    assert "Depends: libc6 (>= 2.36), libgl1\n" in (raw / "DEBIAN" / "control").read_text(encoding="utf-8")
    assert (raw / "usr/bin/manfaz").readlink() == Path("/opt/manfaz/manfaz")
    session = (raw / "usr/share/xsessions/manfaz.desktop").read_text(encoding="utf-8")
    assert "Name[ar]=منفذ فقط\nComment" in session
    assert "Exec=sh /opt/manfaz/app/assets/start/manfaz-session\n" in session
    shown = (raw / "usr/share/applications/manfaz.desktop").read_text(encoding="utf-8")
    assert "Name[ar]=منفذ\n" in shown
    assert "Exec=/opt/manfaz/manfaz\n" in shown
    assert "@" not in shown
    meta = ET.parse(raw / "usr/share/metainfo/org.manfaz.Manfaz.metainfo.xml").getroot()
    assert meta.findtext("launchable") == "manfaz.desktop"
    sums = (raw / "DEBIAN" / "md5sums").read_text(encoding="utf-8")
    assert "opt/manfaz/app/complete" in sums
    assert "DEBIAN" not in sums
    for name in build.SCRIPTS:
        script = (raw / "DEBIAN" / name).read_text(encoding="utf-8")
        assert script.startswith("#!/bin/sh\n")
        assert "\nset -e\n" in script


def test_a_library_that_no_package_is_known_for_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elf, "of_system", lambda _: (frozenset({"libc.so.6", "libstrange.so.1"}), (2, 36)))
    with pytest.raises(BuildError, match=r"libstrange\.so\.1"):
        build.depends(Path())


def test_a_missing_tool_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert command.main(["--target", "deb", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "mmdebstrap is missing" in said
    assert "sudo apt-get install mmdebstrap" in said
    assert "غير موجود" in said


def test_half_a_signature_is_not_understood(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--target", "windows", "--sign-cert", "x.pem"])
    assert ended.value.code == 2
    assert "belong together" in capsys.readouterr().err

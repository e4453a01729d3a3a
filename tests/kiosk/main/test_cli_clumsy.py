"""Commands as a tired technician gives them: mistyped, in the wrong folder, with a device for a file, broken off."""

from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.core.system_world import system_world
from kiosk.main import cli
from protocol.errors import Unavailable
from protocol.override import override
from protocol.program.command_line import USAGE
from protocol.program.terminal import STOPPED, UNREAD
from starter.pointer import default_data
from storage.opening import DATABASE
from storage.versions.migration_rehearsal import NOT_ITS_FAULT
from tests.harness.premises import Premises
from tests.kiosk.main.test_cli import SERVICES, manfaz

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[3]


def said(capsys: Capture, code: int, wanted: int) -> str:
    """What was said of a failure, in two languages and without a trace."""
    told = capsys.readouterr().err
    assert (code, "Traceback" in told) == (wanted, False)
    assert len(told.splitlines()) == 2
    return told


def mistyped(capsys: Capture, *words: object, code: int = USAGE) -> str:
    with pytest.raises(SystemExit) as end:
        cli.main([str(word) for word in words])
    told = capsys.readouterr().err
    assert (end.value.code, "غير مفهوم" in told, "not understood" in told) == (code, True, True)
    return told


# ---- what is typed


@pytest.mark.parametrize("words", [
    ("--data", "", "backup"), ("backup", "--choose", " "), ("export", ""), ("stick", "out", ""), ("restore", ""),
    ("setup", "--accept", "--wait-s", "-1"), ("setup", "--accept", "--wait-s", "٣"),
    ("receipt", "0", "r.pdf"), ("receipt", "٧", "r.pdf"),
    ("receipt", "9" * 5_000, "r.pdf"), ("receipt", "1", "r.docx"), ("receipt", "1", "r"), ("--dat", "x", "backup"),
])  # fmt: skip
def test_a_mistyped_command_is_explained_and_makes_nothing(
    words: tuple[str, ...], capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mode = stat.S_IMODE(tmp_path.stat().st_mode)
    assert len(mistyped(capsys, *words)) < 3_000
    assert (list(tmp_path.iterdir()), stat.S_IMODE(tmp_path.stat().st_mode)) == ([], mode)


def test_the_doctors_own_codes_are_kept_for_what_it_finds(capsys: Capture) -> None:
    assert "manfaz doctor --help" in mistyped(capsys, "doctor", "--onyl", "6", code=cli.DOCTOR_USAGE)


def test_where_the_folder_is_said_does_not_matter(sold: Premises, capsys: Capture) -> None:
    file = sold.root / "j.kj01"
    assert cli.main(["--data", str(sold.root / "other"), "export", str(file), "--data", str(sold.data)]) == cli.OK
    assert file.exists()
    assert not (sold.root / "other").exists()


def test_a_receipt_is_a_picture_whatever_letters_its_name_has(sold: Premises) -> None:
    file = sold.root / "R.PNG"
    assert manfaz(sold, "receipt", sold.seq, file) == cli.OK
    assert file.read_bytes().startswith(b"\x89PNG")


def test_an_empty_variable_does_not_move_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("", "relative"):
        monkeypatch.setenv("XDG_DATA_HOME", value)
        assert default_data() == Path.home() / ".local/share/manfaz"


# ---- the wrong folder


@pytest.mark.parametrize("words", [
    ("backup",), ("export", "x"), ("receipt", "1", "x.pdf"), ("move", "--check"), ("retire",), ("stick", "out", "."),
])  # fmt: skip
@pytest.mark.parametrize("made", [True, False])
def test_a_wrong_folder_does_not_become_a_counter(
    premises: Premises, words: tuple[str, ...], made: bool, capsys: Capture
) -> None:
    if made:
        premises.data.mkdir(mode=0o755)
    assert str(premises.data) in said(capsys, manfaz(premises, *words), cli.REFUSED)
    assert list(premises.data.iterdir() if made else []) == []
    assert premises.data.exists() is made
    assert not made or stat.S_IMODE(premises.data.stat().st_mode) == 0o755
    assert premises.keystore.values == {}


@pytest.mark.posix
@pytest.mark.parametrize("target", ["data", "away"])
def test_data_on_a_disk_that_is_away_is_not_known_to_be_sent(premises: Premises, target: str, capsys: Capture) -> None:
    premises.data.symlink_to(premises.root / target)
    for words in (("unsent", "--erase"), ("backup",), ("move", "--check")):
        assert "disk" in said(capsys, manfaz(premises, *words), cli.UNAVAILABLE)


def test_a_folder_into_which_nobody_may_look_is_not_known_to_be_sent(
    sold: Premises, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def denied(_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("storage.opening.os.listdir", denied)
        said(capsys, manfaz(sold, "unsent", "--erase"), cli.UNAVAILABLE)
    (sold.root / "file").write_text("")
    said(capsys, cli.main(["--data", str(sold.root / "file"), "unsent", "--erase"]), cli.UNAVAILABLE)


def test_a_database_that_is_gone_is_not_known_to_be_sent(sold: Premises, capsys: Capture) -> None:
    for file in sold.data.glob(f"{DATABASE}*"):
        file.unlink()
    said(capsys, manfaz(sold, "unsent", "--erase"), cli.CORRUPT)


def test_beside_a_counter_at_work_nothing_is_known_to_be_sent(sold: Premises, capsys: Capture) -> None:
    opened = sold.store()
    try:
        for words in (("unsent", "--erase"), ("backup",), ("retire",), ("stick", "out", str(sold.root))):
            assert "already running" in said(capsys, manfaz(sold, *words), cli.REFUSED)
    finally:
        opened.close()


def test_whoever_names_the_data_folder_is_told_which_backup_lies_in_it(sold: Premises, capsys: Capture) -> None:
    assert manfaz(sold, "backup") == cli.OK
    capsys.readouterr()
    assert "manfaz restore" in said(capsys, manfaz(sold, "restore", sold.data), cli.REFUSED)


def test_a_request_that_cannot_be_written_is_not_called_a_backup(sold: Premises, capsys: Capture) -> None:
    assert manfaz(sold, "backup") == cli.OK
    capsys.readouterr()
    (backup,) = (path for path in (sold.data / "backups").iterdir() if path.name != "pictures")
    told = said(capsys, manfaz(sold, "restore", backup, "--request", sold.root / "none" / "r.json"), cli.UNAVAILABLE)
    assert "cannot be used" in told
    assert manfaz(sold, "restore", backup, "--request", sold.root / "r.json") == cli.OK
    assert (sold.root / "r.json").is_file()


def test_a_slip_in_the_name_of_the_certificates_is_no_line_that_is_down(premises: Premises, capsys: Capture) -> None:
    file = premises.root / "ca.pem"
    for command in ("setup", "move"):
        assert "cannot be used" in said(capsys, manfaz(premises, "--ca", file, command), cli.UNAVAILABLE)
    file.write_text("none")
    assert "no certificate" in said(capsys, manfaz(premises, "--ca", file, "move"), cli.REFUSED)
    file.write_text("-----BEGIN CERTIFICATE-----")
    assert "no till's data" in said(capsys, manfaz(premises, "--ca", file, "move"), cli.REFUSED)


def test_that_nothing_is_in_the_way_is_said(premises: Premises, capsys: Capture) -> None:
    premises.store().close()
    for command in ("move", "retire"):
        assert manfaz(premises, command, "--check") == cli.OK
        assert "Nothing is in the way" in capsys.readouterr().out


# ---- the wrong file


@pytest.mark.posix
def test_a_device_is_neither_read_to_its_end_nor_replaced(sold: Premises, capsys: Capture) -> None:
    said(capsys, cli.main(["verify", "/dev/zero", "--statement", "/dev/zero"]), cli.UNAVAILABLE)
    said(capsys, cli.main(["catalogue", "lint", "/dev/zero"]), cli.UNAVAILABLE)
    pipe = sold.root / "pipe"
    os.mkfifo(pipe)
    assert "a pipe or hardware" in said(capsys, manfaz(sold, "export", pipe), cli.UNAVAILABLE)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "large.json"
    with file.open("wb") as out:
        out.truncate(5 << 20)
    assert "4 MB" in said(capsys, cli.main(["catalogue", "lint", str(file)]), cli.REFUSED)


def test_a_full_disk_leaves_no_part_of_a_file(sold: Premises, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = sold.root / "j.kj01"
    file.write_text("before")
    with monkeypatch.context() as patched:
        patched.setattr("starter.files.os.fsync", full)
        said(capsys, manfaz(sold, "export", file), cli.UNAVAILABLE)
    assert (file.read_text(), list(sold.root.glob("*.part"))) == ("before", [])


def test_a_copy_that_is_not_there_passes_no_rehearsal(enrolled: Premises, capsys: Capture) -> None:
    from storage.versions.migration_rehearsal import rehearse

    copy = enrolled.root / "copy.db"
    with pytest.raises(Unavailable, match="cannot_open"):
        rehearse(enrolled.data, copy, enrolled.keystore, system_world())
    assert not copy.exists()


# ---- broken off, and unheard


@pytest.mark.parametrize("where", ["storage.opening.open_store", "kiosk.upkeep.backup.backup_maker.BackupMaker.local"])
def test_a_command_that_is_broken_off_says_so_and_leaves_what_was(
    sold: Premises, where: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(where, stop)
        assert "works as before" in said(capsys, manfaz(sold, "backup"), STOPPED)
    assert manfaz(sold, "backup") == cli.OK


def test_a_self_test_that_was_broken_off_is_not_the_versions_fault() -> None:
    assert {STOPPED, 128 + 1, 128 + 15} <= NOT_ITS_FAULT


def test_no_line_where_a_secret_is_asked_for_is_said(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for stdin in (io.StringIO(""), None):
        monkeypatch.setattr(sys, "stdin", stdin)
        assert "No answer" in said(capsys, manfaz(premises, "setup", "--accept", "--pin", "-"), cli.REFUSED)


def test_an_answer_that_nothing_takes_is_told_apart(
    sold: Premises, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    class Full(io.StringIO):
        @override
        def write(self, _text: str, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert "carried out" in said(capsys, manfaz(sold, "backup"), cli.UNAVAILABLE)
    monkeypatch.setattr(sys, "stdout", None)
    assert manfaz(sold, "backup") == cli.OK


def run(words: list[str], out: int, **environment: str) -> tuple[int, str]:
    """As a process of its own: only there are output and its end real."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", *words], cwd=ROOT, env={**os.environ, **environment}, stdout=out,
        stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_who_reads_no_further_ends_it_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(["doctor", "--list"], writer) == (UNREAD, "")
    finally:
        os.close(writer)


def test_a_display_that_does_not_answer_is_said(tmp_path: Path) -> None:
    code, told = run(["--data", str(tmp_path / "d"), "run"], subprocess.DEVNULL, QT_QPA_PLATFORM="nonsense")
    assert (code, "does not answer" in told, "لا ترد" in told) == (cli.UNAVAILABLE, True, True)
    assert "Traceback" not in told


@pytest.mark.parametrize("words", [["--help"], ["catalogue", "lint", str(SERVICES / "birth-cert.json")]])
def test_a_terminal_without_arabic_hears_the_rest(words: list[str]) -> None:
    old = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    assert run(words, subprocess.DEVNULL, **old) == (cli.OK, "")


@pytest.mark.posix
def test_output_that_is_full_is_said() -> None:
    with Path("/dev/full").open("wb") as nowhere:
        code, told = run(["version"], nowhere.fileno(), PYTHONUNBUFFERED="")
    assert (code, "Traceback" in told, "could not be written" in told) == (cli.UNAVAILABLE, False, True)

"""Commands where the machine fails: no room, no rights, no keys, no database, nobody who reads, Ctrl+C at a prompt."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from central.__main__ import main
from central.cli.console import EXIT_CORRUPT, EXIT_REFUSED, EXIT_UNAVAILABLE
from central.store.sqlite_store import SqliteStore
from protocol.errors import Unavailable
from protocol.program.terminal import STOPPED, UNREAD
from tests.central.cli.test_cli import cli, device, office
from tests.central.devices.test_backup_recovery import asking
from tests.harness.centre_command import Cli
from tests.harness.centre_process import COMMAND, ROOT
from tests.harness.own_centre import OwnCentre
from tests.harness.staff_sessions import as_staff
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class Broken:
    """A connection whose copy ends where the disk does."""

    def execute(self, _sql: str, values: tuple[str]) -> None:
        Path(values[0]).write_bytes(b"the first page")
        raise dbapi2.OperationalError("database or disk is full")

    def close(self) -> None: ...


def test_a_copy_that_breaks_off_leaves_its_name_free(office: OwnCentre, tmp_path: Path) -> None:
    target = tmp_path / "c.bak"
    store = office.store
    assert isinstance(store, SqliteStore)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "_connect", Broken)
        with pytest.raises(Unavailable, match="centre_backup_failed"):
            store.copy_to(target)
    assert not target.exists()
    store.copy_to(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_what_is_no_file_is_neither_written_into_nor_replaced(cli: Cli, device: Device, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code, said = cli.fails("device", "statement", device.name, "--file", str(pipe))
    assert (code, "a pipe or hardware" in said) == (EXIT_UNAVAILABLE, True)
    assert pipe.is_fifo()


def test_an_export_for_which_there_is_no_room_leaves_no_half(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "app.zst"
    file.write_bytes(b"layer")
    ceremony(monkeypatch, lambda _: "the same long password")
    monkeypatch.setattr("central.releases.offline_keys.MEMORY_KIB", 64)
    assert cli.run("release", "keys", str(tmp_path / "k"))[0] == 0
    monkeypatch.setattr("starter.files.os.fsync", full)
    code, said = cli.fails("release", "add", str(file), "--version", "1.0", "--needs-runtime", "r")
    assert (code, "disk is full" in said) == (EXIT_UNAVAILABLE, True)
    assert [one for one in (cli.data / "updates-pending").iterdir() if one.suffix != ".json"] == []
    assert cli.fails("release", "sign", str(tmp_path / "none"), "--key", "k")[0] == EXIT_UNAVAILABLE


def test_offline_keys_that_are_damaged_are_the_centres_own_damage(
    cli: Cli, device: Device, office: OwnCentre, tmp_path: Path
) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(asking(office, device)))
    (cli.data / "root" / "root.json").write_text("{")
    assert cli.fails("backup", "open", str(file))[0] == EXIT_CORRUPT


def test_a_folder_that_holds_a_key_is_refused_before_anybody_types(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "targets-3.key").touch()
    ceremony(monkeypatch, pytest.fail)
    assert cli.fails("release", "keys", str(tmp_path))[0] == EXIT_REFUSED


def test_a_full_disk_leaves_the_file_before(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "c.json"
    cli.ask("catalogue", "sign", str(file), "--version", "7")
    before = file.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("starter.files.os.fsync", full)
        code, said = cli.fails("catalogue", "sign", str(file), "--version", "8")
    assert (code, "disk is full" in said) == (EXIT_UNAVAILABLE, True)
    assert file.read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


def test_a_stick_without_room_leaves_no_slot_whose_code_nobody_saw(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("starter.files.os.fsync", full)
        assert cli.fails("device", "slot", "--shop", "S1", "--out", str(tmp_path))[0] == EXIT_UNAVAILABLE
    assert "slot.made" not in [act["act"] for act in cli.ask("audit", "list")]


@pytest.mark.parametrize("first", ["keys", "serve"])
@pytest.mark.parametrize("fits", range(4))
def test_a_first_start_without_room_begins_again(
    first: str, fits: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = iter(range(9))
    fresh = Cli(tmp_path / "fresh", capsys)
    words = ("keys", "new") if first == "keys" else ("serve", "--port", "0")
    with monkeypatch.context() as patched:
        patched.setattr("starter.files.os.fsync", lambda _: None if next(written) < fits else full())
        code, said = fresh.fails(*words)
    assert (code, "disk is full" in said) == (EXIT_UNAVAILABLE, True)
    assert [path for path in (tmp_path / "fresh").rglob("*") if path.is_file()] == []
    assert fresh.run("keys", "new")[0] == 0


def test_keys_that_may_not_be_read_are_not_called_damaged_or_lost(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.stat

    def locked(self: Path, **how: Any) -> os.stat_result:
        if self.name == "keys.json":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self, **how)

    monkeypatch.setattr(Path, "stat", locked)
    for words in (("shop", "list"), ("keys", "new"), ("serve", "--port", "0")):
        code, said = cli.fails(*words)
        assert (code, "this account may not do that" in said) == (EXIT_UNAVAILABLE, True), words


def test_a_database_that_is_gone_is_not_begun_anew(cli: Cli) -> None:
    database = cli.data / "centre.db"
    kept = database.read_bytes()
    for content in (None, b""):
        for file in cli.data.glob("centre.db*"):
            file.unlink()
        if content is not None:
            database.write_bytes(content)
        for words in (("shop", "list"), ("serve", "--port", "0")):
            code, said = cli.fails(*words)
            assert (code, "centre.db" in said) == (EXIT_CORRUPT, True)
    database.write_bytes(kept)
    assert cli.ask("shop", "list")


def test_a_database_without_its_keys_gets_no_others(cli: Cli) -> None:
    (cli.data / "keys").rename(cli.data / "elsewhere")
    (cli.data / "root").rename(cli.data / "root.elsewhere")
    assert cli.fails("serve", "--port", "0")[0] == EXIT_REFUSED
    assert not (cli.data / "keys").exists()


def test_a_database_of_a_later_version_is_left_alone_and_not_called_damaged(cli: Cli, office: OwnCentre) -> None:
    office.run("UPDATE alembic_version SET version_num = '9999'")
    code, said = cli.fails("shop", "list")
    assert (code, "newer" in said) == (EXIT_REFUSED, True)


def test_the_database_and_its_copy_are_for_their_owner_only(cli: Cli, office: OwnCentre, tmp_path: Path) -> None:
    copy = tmp_path / "c.bak"
    office.store.copy_to(copy) if isinstance(office.store, SqliteStore) else None
    assert {stat.S_IMODE(one.stat().st_mode) for one in (cli.data / "centre.db", copy)} == {0o600}


def run_piped(cli: Cli, out: int, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [*COMMAND, *as_staff(["--data", str(cli.data)], words)], cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": ""},
        stdout=out, stderr=subprocess.PIPE, text=True, encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_who_reads_no_further_ends_it_quietly(cli: Cli) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run_piped(cli, writer, "shop", "list") == (UNREAD, "")
    finally:
        os.close(writer)


@pytest.mark.posix
def test_an_answer_that_nothing_takes_says_that_the_act_is_done(cli: Cli) -> None:
    with Path("/dev/full").open("wb") as nowhere:
        code, said = run_piped(cli, nowhere.fileno(), "shop", "add", "--id", "S2")
    assert (code, "audit list" in said, "Traceback" in said) == (EXIT_UNAVAILABLE, True, False)
    assert [shop["id"] for shop in cli.ask("shop", "list")] == ["S1", "S2"]


def test_without_any_output_a_command_is_carried_out(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        for stream in ("stdout", "stderr"):
            patched.setattr(sys, stream, None)
        assert main(as_staff(["--data", str(cli.data)], ["shop", "add", "--id", "S2"])) == 0
    assert len(cli.ask("shop", "list")) == 2


# ---- the ceremony


def ceremony(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str], str]) -> None:
    monkeypatch.setattr("central.cli.release_commands.getpass.getpass", lambda prompt, **_: answer(prompt))


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, STOPPED), (EOFError, EXIT_REFUSED)])
@pytest.mark.parametrize("at", ["root-1: ", "root-3 (2): ", "targets-3: "])
def test_a_ceremony_that_is_broken_off_leaves_no_key(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: type[BaseException], code: int, at: str
) -> None:
    def answer(prompt: str) -> str:
        if prompt == at:
            raise raised
        return "a long password of " + prompt.partition(" ")[0].rstrip(":")

    ceremony(monkeypatch, answer)
    ended, _, err = cli.run("release", "keys", str(tmp_path / "k"))
    assert (ended, "Traceback" in err, bool(err.strip())) == (code, False, True)
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize(("at", "typed"), [("root-2: ", "short"), ("root-2 (2): ", "another long password")])
def test_a_slip_at_a_password_leaves_no_key(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, typed: str
) -> None:
    ceremony(monkeypatch, lambda prompt: typed if prompt == at else "the same long password")
    assert cli.fails("release", "keys", str(tmp_path / "k"))[0] == EXIT_REFUSED
    assert not (tmp_path / "k").exists()


def test_a_ceremony_on_a_full_disk_leaves_no_key_and_can_be_held_again(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.releases.offline_keys.MEMORY_KIB", 64)
    ceremony(monkeypatch, lambda _: "the same long password")
    writes = iter(range(100))

    def third_full(_handle: int) -> None:
        if next(writes) == 9:
            full()

    with monkeypatch.context() as patched:
        patched.setattr("starter.files.os.fsync", third_full)
        assert cli.fails("release", "keys", str(tmp_path / "k"))[0] == EXIT_UNAVAILABLE
    assert list((tmp_path / "k").iterdir()) == []
    assert cli.run("release", "keys", str(tmp_path / "k"))[0] == 0
    assert cli.fails("release", "keys", str(tmp_path / "again"))[0] == EXIT_REFUSED
    assert not (tmp_path / "again").exists(), "asked before anybody types eight passwords"


def test_passwords_that_are_no_list_of_them_are_said(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps([1]))
    assert cli.fails("release", "keys", str(tmp_path / "k"), "--passwords", str(file))[0] == EXIT_REFUSED


def test_no_answer_at_a_prompt_is_said(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    ceremony(monkeypatch, lambda _: (_ for _ in ()).throw(EOFError()))
    assert cli.fails("release", "key", str(tmp_path / "one.key"))[0] == EXIT_REFUSED
    assert list(tmp_path.glob("*.key")) == []


def test_where_the_database_cannot_be_written_no_key_moves_on(
    cli: Cli, office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {file.name: file.read_bytes() for folder in ("keys", "root") for file in (cli.data / folder).iterdir()}
    monkeypatch.setattr("central.store.sqlite_store._PRAGMAS", ("journal_mode = WAL", "busy_timeout = 1"))
    with office.store.writing():
        code, said = cli.fails("keys", "rotate")
    assert (code, "database file" in said) == (EXIT_UNAVAILABLE, True)
    assert {f.name: f.read_bytes() for name in ("keys", "root") for f in (cli.data / name).iterdir()} == held
    assert cli.ask("keys", "rotate")["version"] == 2

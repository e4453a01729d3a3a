"""The `manfaz` command on a real store: what it answers, how it ends, and never a traceback."""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import __main__
from kiosk.main import cli
from kiosk.main.commands import journal_command
from protocol.journal.kj01 import split
from protocol.override import override
from protocol.program.command_line import USAGE
from protocol.texts import say
from protocol.values.arabic import strip_invisible
from starter.pointer import default_data
from storage.disk.folder_lock import FolderLock
from tests.harness.enrolled_store import acknowledge
from tests.harness.premises import Premises
from tests.harness.shop import statement

Capture = pytest.CaptureFixture[str]
SERVICES = Path(__file__).parents[3] / "assets" / "services"


def manfaz(premises: Premises, *words: object) -> int:
    return cli.main(["--data", str(premises.data), *map(str, words)])


@pytest.fixture
def exported(sold: Premises) -> tuple[Path, Path]:
    """A journal file and the statement that began it."""
    file, begin = sold.root / "journal.kj01", sold.root / "statement.bin"
    begin.write_bytes(statement())
    assert manfaz(sold, "export", file) == cli.OK
    return file, begin


def refusal(capsys: Capture, code: int, wanted: int) -> list[str]:
    """What was said, a line for each language; and nothing else."""
    said = capsys.readouterr()
    assert (code, said.out) == (wanted, "")
    lines = said.err.splitlines()
    assert len(lines) == 2
    assert "Traceback" not in said.err
    return lines


def test_version(capsys: Capture) -> None:
    assert cli.main(["version"]) == cli.OK
    assert capsys.readouterr().out == "0.1.0\n"


def test_the_installed_command_ends_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["manfaz", "catalogue", "lint", "no-such-file"])
    with pytest.raises(SystemExit) as caught:
        __main__.main()
    assert caught.value.code == cli.UNAVAILABLE


def test_help_is_in_both_languages(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert caught.value.code == cli.OK
    for text in ("export", "تصدير السجل", "verify", "التحقق", "exit codes", "رموز الخروج"):
        assert text in said


@pytest.mark.parametrize("words", [["fly"], ["receipt", "one", "x.pdf"], ["verify", "x"], ["catalogue"]])
def test_a_mistyped_command_is_a_usage_error(words: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == USAGE
    assert "Traceback" not in capsys.readouterr().err


# ---- where the store lies


def test_the_store_lies_where_this_system_keeps_such_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_data() == tmp_path / "manfaz"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert default_data() == Path.home() / ".local/share/manfaz"


def test_on_windows_the_store_lies_in_local_app_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    assert default_data() == Path("/local/Manfaz")


# ---- the journal


def test_what_is_exported_verifies(exported: tuple[Path, Path], sold: Premises, capsys: Capture) -> None:
    file, begin = exported
    assert manfaz(sold, "verify", file, "--statement", begin) == cli.OK
    last = list(split(file.read_bytes(), 1))[-1]
    said = capsys.readouterr().out
    assert f"{last.fields.seq} entries verify" in said
    assert last.hash.hex() in said


def test_a_changed_journal_is_corrupt(exported: tuple[Path, Path], sold: Premises, capsys: Capture) -> None:
    file, begin = exported
    data = bytearray(file.read_bytes())
    data[-100] ^= 1
    file.write_bytes(data)
    capsys.readouterr()
    refusal(capsys, manfaz(sold, "verify", file, "--statement", begin), cli.CORRUPT)


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"device":"x"}'])
def test_a_file_that_is_no_statement_is_told(
    exported: tuple[Path, Path], sold: Premises, capsys: Capture, text: bytes
) -> None:
    file, begin = exported
    begin.write_bytes(text)
    capsys.readouterr()
    refusal(capsys, manfaz(sold, "verify", file, "--statement", begin), cli.CORRUPT)


def test_what_is_not_there_cannot_be_verified(premises: Premises, capsys: Capture) -> None:
    lines = refusal(capsys, manfaz(premises, "verify", "no-file", "--statement", "no-statement"), cli.UNAVAILABLE)
    assert all("no-statement" in line for line in lines)


def test_a_kiosk_without_trust_has_no_journal(premises: Premises, capsys: Capture) -> None:
    refusal(capsys, manfaz(premises, "export", premises.root / "journal.kj01"), cli.REFUSED)


@pytest.mark.parametrize("words", [("export", "journal.kj01"), ("stick", "out", ".")])
def test_a_kiosk_that_was_opened_and_never_enrolled_has_no_journal(
    premises: Premises, words: tuple[str, ...], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(premises.root)
    premises.store().close()
    there = sorted(premises.root.iterdir())
    lines = refusal(capsys, manfaz(premises, *words), cli.REFUSED)
    assert "not enrolled" in lines[1]
    assert sorted(premises.root.iterdir()) == there


def test_an_export_that_cannot_be_written_leaves_nothing(sold: Premises, capsys: Capture) -> None:
    folder = sold.root / "not-there"
    lines = refusal(capsys, manfaz(sold, "export", folder / "journal.kj01"), cli.UNAVAILABLE)
    assert all("journal.kj01" in line for line in lines)
    assert not folder.exists()


def test_a_locked_keystore_is_unavailable(sold: Premises, capsys: Capture) -> None:
    sold.keystore.locked = True
    refusal(capsys, manfaz(sold, "export", sold.root / "journal.kj01"), cli.UNAVAILABLE)


def test_a_lost_key_is_corrupt(sold: Premises, capsys: Capture) -> None:
    sold.keystore.values.clear()
    refusal(capsys, manfaz(sold, "export", sold.root / "journal.kj01"), cli.CORRUPT)


def test_a_store_in_use_is_refused(sold: Premises, capsys: Capture) -> None:
    opened = sold.store()
    try:
        refusal(capsys, manfaz(sold, "export", sold.root / "journal.kj01"), cli.REFUSED)
    finally:
        opened.close()


# ---- a database that an old copy has replaced


@pytest.fixture
def rolled_back(sold: Premises) -> Premises:
    """Yesterday's folder, after a day on which three more entries were written."""
    yesterday = sold.root / "yesterday"
    shutil.copytree(sold.data, yesterday)
    opened = sold.store()
    opened.mirror.remember(
        replace(opened.store.journal.tail().chain, seq=opened.store.journal.tail().chain.seq + 3, hash=bytes(32))
    )
    opened.close()
    shutil.rmtree(sold.data)
    yesterday.rename(sold.data)
    return sold


def test_a_rolled_back_house_is_not_exported_by_mistake(rolled_back: Premises, capsys: Capture) -> None:
    file = rolled_back.root / "journal.kj01"
    refusal(capsys, manfaz(rolled_back, "export", file), cli.CORRUPT)
    assert not file.exists()


def test_a_rolled_back_house_is_rescued_and_that_is_said_aloud(rolled_back: Premises, capsys: Capture) -> None:
    file, begin = rolled_back.root / "journal.kj01", rolled_back.root / "statement.bin"
    begin.write_bytes(statement())
    assert manfaz(rolled_back, "export", file, "--despite-rollback") == cli.OK
    said = capsys.readouterr()
    assert "WARNING" in said.err
    assert "تحذير" in said.err
    last = list(split(file.read_bytes(), 1))[-1].fields.seq
    for seq in (last, last + 3):
        assert strip_invisible(said.err).count(f" {seq} ") >= 2, "where it ends and where it should, in both languages"
    assert manfaz(rolled_back, "verify", file, "--statement", begin) == cli.OK


def test_a_sound_house_is_exported_without_a_warning(sold: Premises, capsys: Capture) -> None:
    assert manfaz(sold, "export", sold.root / "journal.kj01", "--despite-rollback") == cli.OK
    assert capsys.readouterr().err == ""


def test_an_emptied_house_stays_as_it_is(sold: Premises, capsys: Capture) -> None:
    for file in sold.data.glob("kiosk.db*"):
        file.unlink()
    refusal(capsys, manfaz(sold, "export", sold.root / "journal.kj01", "--despite-rollback"), cli.CORRUPT)


# ---- what would be lost


def test_an_account_that_never_had_a_counter_has_nothing_unsent_and_none_is_made(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAPPDATA" if sys.platform == "win32" else "XDG_DATA_HOME", str(tmp_path))
    assert cli.main(["unsent", "--erase"]) == cli.OK
    assert capsys.readouterr().out.endswith(": 0\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("unsent",), ("unsent", "--erase")])
def test_a_folder_that_was_mistyped_is_not_safe_to_lose(
    premises: Premises, capsys: Capture, words: tuple[str, ...]
) -> None:
    assert manfaz(premises, *words) == cli.REFUSED
    said = capsys.readouterr()
    assert ("There is no till's data in this folder" in said.err, said.out) == (True, "")
    assert not premises.data.exists()


def test_what_the_centre_does_not_have_is_counted(sold: Premises, capsys: Capture) -> None:
    assert manfaz(sold, "unsent") == cli.REFUSED
    opened = sold.store()
    left = opened.store.journal.tail().chain.seq
    opened.close()
    assert left > 0
    assert capsys.readouterr().out.endswith(f": {left}\n")


def test_what_cannot_be_opened_is_not_taken_for_sent(sold: Premises, capsys: Capture) -> None:
    sold.keystore.locked = True
    refusal(capsys, manfaz(sold, "unsent"), cli.UNAVAILABLE)


@pytest.mark.parametrize("enrolled", [False, True])
def test_with_nothing_to_send_the_keys_and_the_store_are_destroyed(
    premises: Premises, capsys: Capture, enrolled: bool
) -> None:
    """Also those of a first start that never came to its enrolment."""
    if enrolled:
        premises.sell()
    opened = premises.store()
    if enrolled:
        acknowledge(opened.store, opened.store.journal.tail().chain.seq)
    opened.close()
    assert premises.keystore.values
    assert manfaz(premises, "unsent", "--erase") == cli.OK
    assert capsys.readouterr().out.endswith(": 0\n")
    assert premises.keystore.values == {}
    assert list(premises.data.glob("kiosk.db*")) == []
    assert manfaz(premises, "unsent", "--erase") == cli.REFUSED, "and once more there is nothing here"


class AtTerminal(io.StringIO):
    """Somebody who types."""

    @override
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "kept"), [("no\n", True), ("\n", True), ("yes\nno\n", True), ("نعم\nYES\n", False), ("yes\n", True)]
)
def test_a_person_is_asked_twice_before_anything_is_destroyed(
    premises: Premises, capsys: Capture, monkeypatch: pytest.MonkeyPatch, typed: str, kept: bool
) -> None:
    """As the uninstaller of Windows asks, which runs this without a terminal."""
    premises.store().close()
    monkeypatch.setattr(sys, "stdin", AtTerminal(typed))
    assert (manfaz(premises, "unsent", "--erase") == cli.REFUSED) is kept
    assert bool(premises.keystore.values) is kept
    asked = capsys.readouterr().err
    assert say("en", "terminal.erase") in asked
    assert (say("ar", "terminal.erase_again") in asked) is ("yes" in typed or not kept)


def test_what_is_sold_while_the_question_stands_is_not_destroyed(
    premises: Premises, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing keeps the counter shut for as long as somebody thinks about it."""
    premises.store().close()

    def sure(*_keys: str) -> bool:
        premises.sell()
        return True

    monkeypatch.setattr(journal_command, "sure", sure)
    assert manfaz(premises, "unsent", "--erase") == cli.REFUSED
    assert premises.keystore.values
    opened = premises.store()
    left = opened.store.journal.tail().chain.seq
    opened.close()
    assert capsys.readouterr().out.endswith(f": 0\nnot sent yet · لم يُرسل بعد: {left}\n")


def test_a_counter_that_opens_behind_the_answer_keeps_its_store(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session that begins starts it by itself: its keys went from under it, and what it sold then with them."""
    premises.store().close()
    erase, kept = journal_command.erase, dict(premises.keystore.values)

    def late(folder: Path) -> int:
        opened = premises.store()
        try:
            return erase(folder)
        finally:
            opened.close()

    monkeypatch.setattr(journal_command, "erase", late)
    assert manfaz(premises, "unsent", "--erase") == cli.REFUSED
    assert premises.keystore.values == kept
    premises.store().close()


def test_whoever_opens_what_is_being_destroyed_ends_it_first(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    premises.store().close()
    before, fresh = dict(premises.keystore.values), []

    def late(folder: Path, *name: str) -> FolderLock:
        if not name:  # not that of the installation
            fresh.append(premises.store())
        return FolderLock(folder, *name)

    monkeypatch.setattr("storage.disk.folder_lock.FolderLock", late)
    assert manfaz(premises, "unsent", "--erase") == cli.OK
    fresh[0].close()
    assert not before.items() & premises.keystore.values.items(), "what is new has secrets of its own"


def test_with_work_to_send_nothing_is_destroyed(sold: Premises) -> None:
    before = dict(sold.keystore.values)
    assert manfaz(sold, "unsent", "--erase") == cli.REFUSED
    assert sold.keystore.values == before
    sold.store().close()


# ---- receipts


@pytest.mark.parametrize(
    ("name", "more", "magic"),
    [("r.pdf", [], b"%PDF"), ("r.pdf", ["--size", "A5"], b"%PDF"), ("r.png", [], b"\x89PNG")],
)
def test_a_receipt_as_a_file(sold: Premises, capsys: Capture, name: str, more: list[str], magic: bytes) -> None:
    file = sold.root / name
    assert manfaz(sold, "receipt", sold.seq, file, *more) == cli.OK
    assert file.read_bytes().startswith(magic)
    assert capsys.readouterr().out == f"{file}\n"


@pytest.mark.parametrize("seq", [1, 999, 2**32, 10**18])
def test_an_entry_that_is_no_request_has_no_receipt(sold: Premises, capsys: Capture, seq: int) -> None:
    file = sold.root / "r.pdf"
    refusal(capsys, manfaz(sold, "receipt", seq, file), cli.REFUSED)
    assert not file.exists()


@pytest.mark.parametrize("name", ["r.pdf", "r.png"])
def test_a_receipt_that_cannot_be_written_is_told(sold: Premises, capsys: Capture, name: str) -> None:
    refusal(capsys, manfaz(sold, "receipt", sold.seq, sold.root / "not-there" / name), cli.UNAVAILABLE)


# ---- service files


def test_the_services_we_ship_are_sound(capsys: Capture) -> None:
    files = sorted(SERVICES.glob("*.json"))
    assert cli.main(["catalogue", "lint", *map(str, files)]) == cli.OK
    assert capsys.readouterr().out == f"{len(files)} service files are sound · الملفات سليمة\n"


@pytest.mark.parametrize("text", ["not json", "[]", "1", "{}", "[" * 100_000, "\x00"])
def test_a_service_file_that_is_wrong_is_told(tmp_path: Path, capsys: Capture, text: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(text)
    assert cli.main(["catalogue", "lint", str(file)]) == cli.REFUSED
    assert capsys.readouterr().out.startswith("wrong.json: ")


def test_a_service_file_that_is_not_there_is_told(tmp_path: Path, capsys: Capture) -> None:
    refusal(capsys, cli.main(["catalogue", "lint", str(tmp_path / "none.json")]), cli.UNAVAILABLE)

"""`manfaz doctor`: beside a counter at work, where there is none, and where none will start."""

from __future__ import annotations

import io
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from kiosk.main import cli, upkeep_wiring
from kiosk.main.commands import doctor_command
from kiosk.printing.printer_choice import parse_choice
from protocol.errors import Refused, Unavailable
from protocol.texts import say
from protocol.wire import support_file
from storage.disk import sticks
from storage.probes import machine, support_contact
from storage.probes.repairs import Repairs
from storage.probes.support_contact import Contact
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.premises import Premises
from tests.harness.shop import DEVICE, SEAL
from tests.kiosk.upkeep.doctor.doctor_bench import Bench

Capture = pytest.CaptureFixture[str]
QUIET = "6,7,11,12,13,14,16"
"""What this very computer answers alike wherever the tests run."""


def asked(bench: Bench, *words: str) -> Namespace:
    return cli.parser().parse_args(["--data", str(bench.data), "doctor", *words])


def doctor(bench: Bench, *words: str) -> int:
    return doctor_command.doctor(asked(bench, *words), bench.keystore)


@pytest.fixture(autouse=True)
def a_home_of_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mending writes there; and there is room enough, whatever disk the tests run on."""
    monkeypatch.setenv("HOME", str(bench.root / "home"))
    monkeypatch.setattr(machine, "free_bytes", lambda _folder: 100 << 30)


def test_the_list_names_all_checks(bench: Bench, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # no console at all
    assert doctor(bench, "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 41
    assert say("ar", "doctor.disk_free.title") in lines[5]


@pytest.mark.parametrize("words", [
    *(("doctor", "--only", only) for only in ("42", "0", "6,", "six", "٦", "9" * 5_000)),
    ("doctor", "--onyl", "6"), ("--printer", "bogus", "doctor", "--only", "35"),
])  # fmt: skip
def test_what_hinders_the_command_is_no_finding_of_the_counters(
    bench: Bench, words: tuple[str, ...], capsys: Capture
) -> None:
    try:
        code = cli.main(["--data", str(bench.data), *words])
    except SystemExit as end:
        code = int(str(end.code))
    said = capsys.readouterr()
    assert (code, said.out, "Traceback" in said.err) == (64, "", False)
    assert len(said.err.splitlines()[-2:]) == 2


def test_a_clean_counter_says_so_also_beside_one_at_work(bench: Bench, capsys: Capture) -> None:
    with bench.opened():
        assert doctor(bench, "--only", QUIET) == 0
    out = capsys.readouterr().out
    assert say("ar", "doctor.clean") in out
    assert say("en", "doctor.clean") in out


def test_what_stops_the_work_is_said_in_both_languages(bench: Bench, capsys: Capture) -> None:
    bench.keystore.locked = True
    assert doctor(bench, "--only", QUIET) == 2
    out = capsys.readouterr().out
    assert say("ar", "doctor.keystore.do") in out
    assert say("en", "doctor.keystore.do") in out
    assert "[11]" not in out, "a broken parent silences its children"


def test_a_note_or_a_warning_is_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "free_bytes", lambda _folder: 1 << 30)
    assert doctor(bench, "--only", "6") == 1


def test_json_is_for_programs(bench: Bench, capsys: Capture) -> None:
    assert doctor(bench, "--json", "--only", "6,26") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["exit"]) == (1, 0)
    assert [check["number"] for check in found["checks"]] == [6, 26]


def test_without_a_choice_all_are_looked_at(bench: Bench, capsys: Capture) -> None:
    assert doctor(bench, "--json") in (0, 1, 2)
    assert len(json.loads(capsys.readouterr().out)["checks"]) == 41


def test_a_crash_is_three(bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def crashes(_folder: Path) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(machine, "free_bytes", crashes)
    assert doctor(bench, "--only", "6") == 3
    assert say("en", "doctor.crashed.do") in capsys.readouterr().out


def test_fix_mends_what_is_safe_and_looks_again(bench: Bench, capsys: Capture) -> None:
    bench.data.chmod(0o755)
    (bench.data / "old.part").write_text("")
    assert doctor(bench, "--only", "9") == 2
    assert doctor(bench, "--fix", "--only", "6,9") == 0
    assert say("en", "doctor.fixed", title=say("en", "doctor.rights.title")) in capsys.readouterr().err


def test_fix_says_what_it_could_not_mend(bench: Bench, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Repairs, "mend", lambda _self, _text: False)
    bench.data.chmod(0o755)
    assert doctor(bench, "--fix", "--only", "9") == 2
    assert say("en", "doctor.unfixed", title=say("en", "doctor.rights.title")) in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_support_file_is_written_and_opens_at_the_centre(
    bench: Bench, tmp_path: Path, words: tuple[str, ...], capsys: Capture
) -> None:
    file = tmp_path / "a.kjs"
    assert doctor(bench, "--only", QUIET, "--support", str(file), *words) == 0
    head, content = support_file.unseal(file.read_bytes(), SEAL.private_bytes_raw())
    assert (head.device, head.epoch) == (DEVICE, 1)
    assert content["store"]["epoch"] == 1
    assert (str(file) in capsys.readouterr().out) is not bool(words)


def test_where_the_store_does_not_open_the_file_is_sealed_for_whom_was_noted(bench: Bench, tmp_path: Path) -> None:
    bench.keystore.locked = True
    with pytest.raises(Refused, match="support_no_centre"):
        doctor(bench, "--only", QUIET, "--support", str(tmp_path / "a.kjs"))
    support_contact.keep(bench.data, Contact(DEVICE.hex(), 1, SEAL.public_key().public_bytes_raw().hex()))
    assert doctor(bench, "--only", QUIET, "--support", str(tmp_path / "a.kjs")) == 2
    _head, content = support_file.unseal((tmp_path / "a.kjs").read_bytes(), SEAL.private_bytes_raw())
    assert content["trouble"] == "keystore_locked"


def test_before_the_first_start_there_is_only_the_enrolment_to_do(tmp_path: Path, capsys: Capture) -> None:
    options = cli.parser().parse_args(["--data", str(tmp_path / "none"), "doctor", "--only", "20,26,35,36"])
    assert doctor_command.doctor(options, FakeKeystore()) == 2
    assert "[26]" in capsys.readouterr().out
    assert not (tmp_path / "none").exists(), "looking makes nothing"


def test_a_printer_that_the_command_line_names_is_looked_at(bench: Bench, capsys: Capture) -> None:
    options = cli.parser().parse_args([
        "--data", str(bench.data), "--printer", "tcp:127.0.0.1:9", "doctor", "--only", "35",
    ])  # fmt: skip
    assert doctor_command.doctor(options, bench.keystore) == 1
    assert "[35]" in capsys.readouterr().out


def test_a_counter_that_was_never_enrolled_has_no_line_to_look_at(bench: Bench, tmp_path: Path) -> None:
    from tests.harness.enrolled_store import open_house

    keystore = FakeKeystore()
    open_house(tmp_path / "new", keystore).close()
    options = cli.parser().parse_args(["--data", str(tmp_path / "new"), "--centre", "http://127.0.0.1:9", "doctor"])
    options.only = "20,22,35"
    assert doctor_command.doctor(options, keystore) == 1
    del bench


def test_the_command_stands_in_the_program(bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(doctor_command, "system_keystore", lambda: bench.keystore)
    assert cli.main(["--data", str(bench.data), "doctor", "--only", QUIET]) == 0
    capsys.readouterr()


def test_a_choice_is_opened_as_the_counter_would(tmp_path: Path) -> None:
    doctor_command._open_printer(parse_choice(f"file:{tmp_path}")).status()


# ---- the counter at work


def test_a_counter_at_work_looks_after_itself(premises: Premises) -> None:
    premises.enrol()
    kiosk = premises.kiosk()
    kiosk.open()
    try:
        kept = support_contact.read(premises.data)
        assert kept is not None
        assert kept.device == DEVICE.hex()
        diagnosis = kiosk.at_work.diagnosis
        diagnosis.run()
        assert kiosk.at_work.counter.context.store.fact("doctor")
        head, _content = support_file.unseal(diagnosis.support_file(), SEAL.private_bytes_raw())
        assert head.device == DEVICE
        with pytest.raises(Unavailable, match="line_offline"):
            diagnosis.send({"kind": "other", "text": ""})
    finally:
        kiosk.close()


def test_what_is_safe_is_mended_by_the_counter_and_the_file_kept(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = upkeep_wiring.DoctorActions(lambda _file: "S-1", lambda text: text == "rights")
    monkeypatch.setattr(sticks, "sticks", list)
    premises.root.mkdir()
    for home in ("HOME", "USERPROFILE"):  # as Windows calls it
        monkeypatch.setenv(home, str(premises.root))
    assert Path(ways.keep("a.kjs", b"1")) == premises.root / "a.kjs"
    assert ways.mend("rights")


def test_a_contact_that_cannot_be_written_stops_nobody(premises: Premises) -> None:
    premises.enrol()
    opened = premises.store()
    try:
        upkeep_wiring.keep_contact(premises.data / "none", opened.store)
    finally:
        opened.close()
    assert sys.platform

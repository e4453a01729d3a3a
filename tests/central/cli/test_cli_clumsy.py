"""Commands as a new member of the staff gives them: mistyped, twice, with the wrong file, where there is no room."""

from __future__ import annotations

import errno
import re
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from central.__main__ import main
from central.cli import grammar
from central.cli.console import EXIT_REFUSED, EXIT_UNAVAILABLE
from protocol import strict_json
from protocol.texts import LANGUAGES
from tests.central.cli.test_cli import USAGE, cli, device, document, office
from tests.central.requests.test_erasure import refused
from tests.harness.centre_command import Cli
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


def mistyped(cli: Cli, *words: str) -> None:
    with pytest.raises(SystemExit) as end:
        cli.run(*words)
    assert end.value.code == USAGE


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# ---- what is typed


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "list", "--limit", "9" * 20), ("audit", "list", "--limit", "0"), ("audit", "list", "--limit", "٣"),
        ("operator", "add", "--shop", "S1", "--name-ar", "منى", "--days", "99999999999"),
        ("operator", "add", "--shop", "S1", "--name-ar", "منى", "--days", "-1"),
        ("journal", "export", "abcd", "j.kj01", "--epoch", "9" * 22), ("serve", "--port", "99999"),
        ("fleet", "--finding", "41"),
        ("release", "root", "--root-pub", "a", "--targets-pub", "b", "--root-threshold", "0"),
        ("catalogue", "sign", "c", "--version", "-1"), ("request", "list", "--status", "aproved"),
        ("--staff", " \u200f ", "shop", "list"),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_a_mistyped_command(cli: Cli, words: tuple[str, ...]) -> None:
    mistyped(cli, *words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistyped_command_is_explained_in_the_language_asked_for(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--lang", language, "audit", "list", "--limit", "x"]
    monkeypatch.setattr(sys, "argv", ["manfaz-central", *words])
    with pytest.raises(SystemExit):
        main(words)
    assert ("الأمر غير مفهوم" in capsys.readouterr().err) is (language == "ar")


def test_one_person_is_not_two_by_a_space(cli: Cli) -> None:
    cli.ask("--staff", " amal\u200f ", "shop", "add", "--id", "S2")
    assert cli.ask("audit", "list")[0]["staff"] == "amal"


def test_a_list_that_no_counter_can_read_is_never_signed(cli: Cli, office: OwnCentre) -> None:
    before = cli.ask("operator", "list")
    for name in ("", " \u202e ", "م" * 81):
        assert cli.fails("operator", "add", "--shop", "S1", "--name-ar", name)[0] == EXIT_REFUSED
    assert cli.ask("operator", "list") == before
    cli.ask("operator", "add", "--shop", "S1", "--name-ar", "منى\nأحمد", "--days", "3660")
    strict_json.loads_object(strict_json.dumps(document(office, "operators")))
    assert cli.ask("operator", "list")[-1]["name"] == "منى أحمد"


def test_a_list_that_was_signed_with_a_time_too_far_away_is_put_right_by_the_next_one(
    cli: Cli, office: OwnCentre
) -> None:
    one = cli.ask("operator", "add", "--shop", "S1", "--name-ar", "منى")["id"]
    office.run("UPDATE operator SET not_after_ms = ?", 2**60)
    cli.ask("operator", "stop", one)
    signed = strict_json.loads_object(strict_json.dumps(document(office, "operators")))
    assert signed["operators"][0]["not_after_ms"] == strict_json.MAX_INTEGER


def test_a_shop_has_a_name_that_fits_its_papers_and_can_be_corrected(cli: Cli) -> None:
    assert cli.fails("shop", "add", "--id", "S2", "--name-ar", "م" * 81)[0] == EXIT_REFUSED
    cli.ask("settings", "set", "--shop", "S1", "shop.name.ar=محل الدقي", "support_phone=19000")
    assert cli.ask("shop", "list")[0]["name_ar"] == "محل الدقي"
    assert "name" not in cli.ask("settings", "show", "--shop", "S1")["shop"]
    assert cli.fails("settings", "set", "--shop", "S1", "shop.name.en=")[0] == EXIT_REFUSED


@pytest.mark.parametrize("change", ["limits.unsent_hardd=2", "version=9", "shop=3", "shop.id=S9", 'day.blind={"x": 1}'])
def test_a_setting_that_nobody_reads_is_not_published(cli: Cli, change: str) -> None:
    before = cli.ask("settings", "show", "--shop", "S1")
    code, said = cli.fails("settings", "set", "--shop", "S1", change)
    assert (code, change.partition("=")[0] in said) == (EXIT_REFUSED, True)
    assert cli.ask("settings", "show", "--shop", "S1") == before


def test_what_is_misspelt_is_told_what_it_looks_like(cli: Cli) -> None:
    assert "limits.unsent_hard" in cli.fails("settings", "set", "--shop", "S1", "limits.unsent_hrad=1")[1]


@pytest.mark.parametrize("hours", ["late", '{"opens":25}', '{"opens":9,"closes":9}', '{"closed":[0,1,2,3,4,5,6]}'])
def test_hours_that_are_none_are_refused(cli: Cli, hours: str) -> None:
    assert cli.fails("settings", "set", "--shop", "S1", f"shop.hours={hours}")[0] == EXIT_REFUSED
    assert "hours" not in cli.ask("settings", "show", "--shop", "S1")["shop"]


def test_odd_hours_of_before_do_not_stop_another_change(cli: Cli, office: OwnCentre) -> None:
    office.run("UPDATE shop SET members = ?", '{"shop":{"hours":"late"}}')
    cli.ask("settings", "set", "--shop", "S1", "shop.service_fee_pt=500")
    cli.ask("settings", "set", "--shop", "S1", 'shop.hours={"opens":10,"closes":22}')
    stands = cli.ask("settings", "show", "--shop", "S1")["shop"]
    assert (stands["service_fee_pt"], stands["hours"]) == (500, {"opens": 10, "closes": 22})


def test_who_was_stopped_gets_no_code(cli: Cli) -> None:
    one = cli.ask("operator", "add", "--shop", "S1", "--name-ar", "منى")["id"]
    cli.ask("operator", "stop", one)
    for act in ("reset", "link"):
        code, said = cli.fails("operator", act, one)
        assert (code, "was stopped" in said) == (EXIT_REFUSED, True)


def test_the_same_payment_is_taken_once(cli: Cli) -> None:
    words = ("float", "pay", "--shop", "S1", "--amount-pt", "500", "--reference")
    cli.ask(*words, "B-17")
    code, said = cli.fails(*words, " B-17\u200e")
    assert (code, "B-17" in said) == (EXIT_REFUSED, True)
    assert cli.fails(*words, " ")[0] == EXIT_REFUSED
    assert cli.ask("float", "show", "--shop", "S1")["balance_pt"] == 500


@pytest.mark.parametrize("words", [("float", "show"), ("request", "list"), ("approval", "list")])
def test_a_shop_that_is_none_is_no_empty_list(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli.fails(*words, "--shop", "S9")[0] == EXIT_REFUSED


def test_a_reason_is_a_line_that_a_counter_can_show(cli: Cli, device: Device, office: OwnCentre) -> None:
    members = birth()
    sell(device, members)
    office.arrive(device)
    words = ("request", "decide", members["id"], "rejected", "--reason-en", "x", "--reason-ar")
    for reason in ("", "  ", "س" * 301):
        assert cli.fails(*words, reason)[0] == EXIT_REFUSED
    cli.ask(*words, "سطر\nثانٍ")
    shown = ("request", "show", members["id"])
    assert cli.ask(*shown)["reason"]["ar"] == "", "own words are read where the request is opened"
    assert cli.ask(*shown, "--personal")["reason"]["ar"] == "سطر ثانٍ"


@pytest.mark.parametrize("code", ["two words", "س", "x" * 41, "20001010100014"])
def test_a_code_of_a_reason_holds_no_words(cli: Cli, device: Device, office: OwnCentre, code: str) -> None:
    members = birth()
    sell(device, members)
    office.arrive(device)
    words = ("request", "decide", members["id"], "rejected", "--reason-ar", "س", "--reason-en", "x", "--code")
    assert cli.fails(*words, code)[0] == EXIT_REFUSED
    assert cli.ask("request", "show", members["id"])["status"] == "pending"
    cli.ask(*words, "R7")
    assert cli.ask("request", "show", members["id"])["code"] == "R7"


def test_one_digit_names_no_device(cli: Cli, device: Device) -> None:
    assert cli.fails("device", "suspend", device.name[:3])[0] == EXIT_REFUSED
    assert cli.ask("device", "list")[0]["state"] == "active"


def test_one_digit_names_no_request_and_no_paper_either(
    cli: Cli, device: Device, office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.requests.erasure.retention_days", lambda _catalogues, _meant: 0)
    paper = refused(office, device)
    sold = sell(device, birth())
    office.arrive(device)
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    digit = device.name[0]
    for words in (("decide", f"{digit}-{sold.fields.seq}", "approved"), ("erase", f"{digit}-{paper.fields.seq}")):
        assert cli.fails("request", *words)[0] == EXIT_REFUSED
    assert cli.ask("request", "list")[0]["status"] == "pending"
    cli.ask("request", "decide", f"{device.name[:4]}-{sold.fields.seq}", "approved")


@pytest.mark.parametrize(
    "change",
    [
        "limits.lease_h=0", "idle_lock_s=0", "session_h=0", "limits.unsent_hard=0", "shop.vat_registered=yes",
        "shop.vat_permille=5000", "limits.money_soft_percent=500",
        "limits.money_hard_pt=0", "limits.age_hard_h=0", "min_client=newest", "updates.ring=first",
        "public_address=r.example.eg", 'shop.methods=["gold"]', "shop.methods=[{}]", "shop.methods=gold",
        "support_phone=1\n2",
    ],
)  # fmt: skip
def test_a_value_that_no_counter_would_take_for_what_was_meant_is_refused(cli: Cli, change: str) -> None:
    code, said = cli.fails("settings", "set", "--shop", "S1", change)
    assert (code, change.partition("=")[0] in said) == (EXIT_REFUSED, True)


@pytest.mark.parametrize(
    "names",
    [
        ("--public-address", "r.example.eg"), ("--public-address", "https://r example.eg"),
        ("--authority", "https://centre.example.eg"), ("--public-address", "https://r.example.eg/?a=1"),
        ("--public-address", "https://r.example.eg:99999"), ("--public-address", "https://[r.example.eg"),
    ],
)  # fmt: skip
def test_an_address_that_no_counter_could_use_is_refused(cli: Cli, names: tuple[str, ...]) -> None:
    assert cli.fails("serve", "--port", "0", *names)[0] == EXIT_REFUSED


def test_a_record_that_no_inquiry_would_find_is_refused(cli: Cli, tmp_path: Path) -> None:
    cli.ask("catalogue", "sign", str(tmp_path / "c"), "--version", "5")
    cli.ask("catalogue", "publish", str(tmp_path / "c"))
    words = ("authority", "record", "add", "electricity-bill", "--label-ar", "أ", "--label-en", "a", "--field")
    whole = ("company=south_cairo", "--field", "account_no=4567")
    for fields in (("company=south_cairo",), (*whole, "--field", "acount=1"), ("company=", *whole[1:])):
        code, said = cli.fails(*words, *fields)
        assert (code, "account_no" in said) == (EXIT_REFUSED, True)
    cli.ask(*words, *whole)


def wants(name: str, how: dict[str, Any]) -> bool:
    """Whether a command says nothing without this argument."""
    return bool(how.get("required")) if name.startswith("-") else how.get("nargs") not in ("?", "*")


LISTS: Final = [
    "fleet", "fleet alerts", "fleet watch", *(command.words for command in grammar.commands()
    if isinstance(command.shown, tuple) and not any(wants(name, how) for name, how in command.arguments)
    and command.words != "release list")
]  # fmt: skip
"""Every table that needs no more words, and those of the fleet, which are drawn otherwise. No releases lie here."""


def test_there_are_tables() -> None:
    assert len(LISTS) >= 23


@pytest.mark.parametrize("words", LISTS)
def test_a_table_is_headed_in_arabic(cli: Cli, words: str) -> None:
    code, out, _ = cli.run("--lang", "ar", *words.split())
    assert code == 0
    assert not re.search("[a-z]", out.splitlines()[0])


# ---- the wrong file, and none


def test_a_file_that_is_none_of_ours_is_no_damage_of_the_centres(cli: Cli, tmp_path: Path) -> None:
    wrong = tmp_path / "notes.txt"
    wrong.write_text('{"a": 1}')
    for words in (
        ("catalogue", "publish"), ("support", "open"), ("backup", "open"), ("backup", "prove"), ("acceptance", "take"),
    ):  # fmt: skip
        assert cli.fails(*words, str(wrong))[0] in {EXIT_REFUSED, EXIT_UNAVAILABLE}, words


def test_a_catalogue_that_would_stop_every_counter_is_neither_signed_nor_published(
    cli: Cli, office: OwnCentre, tmp_path: Path
) -> None:
    words = ("catalogue", "sign", str(tmp_path / "c"), "--version", "7")
    (tmp_path / "empty").mkdir()
    for more in (
        ("--services", str(tmp_path / "empty")), ("--valid-from", "yesterday"),
        ("--valid-from", "2020-01-01", "--valid-until", "2020-02-01"),
        ("--valid-from", "2199-01-02", "--valid-until", "2199-01-01"),
    ):  # fmt: skip
        assert cli.fails(*words, *more)[0] == EXIT_REFUSED, more
    assert cli.fails(*words, "--services", str(tmp_path / "nowhere"))[0] == EXIT_UNAVAILABLE
    assert not (tmp_path / "c").exists()
    from central.documents import publishing
    from central.store import key_files
    from protocol.catalogue.catalogue import catalogue_members
    from protocol.documents import trust
    from protocol.errors import Refused

    signer = key_files.catalogue_signer(office.root)
    envelope = trust.seal_object(trust.CATALOGUE, catalogue_members(9, "2020-01-01", None, []), signer)
    with pytest.raises(Refused, match="catalogue_useless"), office.store.writing() as session:
        publishing.publish_catalogue(office.centre, session, envelope)


def test_a_service_file_that_is_none_is_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    words = ("catalogue", "sign", str(tmp_path / "c"), "--version", "7", "--services", str(tmp_path))
    code, said = cli.fails(*words)
    assert (code, "broken.json" in said) == (EXIT_REFUSED, True)


def test_a_word_forgotten_copies_nothing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for word in ("open", "prove"):
        assert cli.fails("backup", word)[0] == EXIT_REFUSED
    assert not list(tmp_path.glob("open")) + list(tmp_path.glob("prove"))

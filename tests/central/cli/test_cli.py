"""The staff's commands, run in this process."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tomllib
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central import VERSION
from central.__main__ import main
from central.cli import command_line
from central.cli.console import EXIT_CORRUPT, EXIT_REFUSED, EXIT_UNAVAILABLE, language_of
from central.cli.grammar import _MODULES
from central.documents import catalogue_drafts
from central.projection.chain_projection import Projector
from central.store.sqlite_store import SqliteStore
from protocol.catalogue.catalogue import Catalogue, bundled_services
from protocol.catalogue.needs import bundled_needs
from protocol.catalogue.service_file import parse_service
from protocol.documents import trust
from protocol.documents.operators import is_activation, read_operators
from protocol.journal import acknowledgement, entries, kj01
from protocol.values import ids, links
from protocol.wire import enrolment
from tests.harness.centre_command import Cli
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import Clock, OwnCentre, add_operator, apply_settings
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]


USAGE = 2
UNSAID = {argparse.SUPPRESS, "command", "action"}
"""Words whose meaning stands in the help of the command itself."""


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    made = Cli(tmp_path / "data", capsys)
    assert made.run("keys", "new")[0] == 0
    made.ask("shop", "add", "--id", "S1", "--name-ar", "محل", "--name-en", "Shop")
    return made


@pytest.fixture
def office(cli: Cli) -> OwnCentre:
    """The same data, from the inside."""
    from central.centre import Centre
    from central.store.key_files import KeyFiles

    keys = KeyFiles(cli.data / "keys")
    store = SqliteStore(cli.data / "centre.db", keys.keys.database)
    return OwnCentre(Centre(store, keys, "x", "https://x", Clock()), Clock(), cli.data / "keys", cli.data / "root")


@pytest.fixture
def device(office: OwnCentre, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Device:
    office.publish_catalogue()
    monkeypatch.setattr("tests.harness.own_centre.SHOP", "S1")
    with office.store.writing() as session:
        add_operator(session, "S1")
    made = office.enrol()
    apply_settings(made)
    return made


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(["--version"])
    said = capsys.readouterr().out.strip()
    assert (ended.value.code, said) == (0, VERSION)
    assert tomllib.loads(Path("pyproject.toml").read_text())["project"]["version"] == VERSION


def test_a_missing_package_is_named_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.delitem(sys.modules, "central.cli.command_line")
        patched.setattr(sys, "meta_path", [Lacking("nacl"), *sys.meta_path])
        code = main(["shop", "list"])
    said = capsys.readouterr().err
    assert (code, len(said.splitlines()), said.count("manfaz[central]")) == (EXIT_UNAVAILABLE, 2, 2)
    assert "No module named" not in said


class Lacking:
    """An environment where the package is not installed."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, name: str, *_: object) -> None:
        if name == "central.cli.command_line":
            raise ModuleNotFoundError(name=self._package)


def test_keys_are_made_once_and_the_offline_folder_can_be_elsewhere(cli: Cli, tmp_path: Path) -> None:
    code, err = cli.fails("keys", "new")
    assert (code, "keys rotate" in err) == (EXIT_REFUSED, True)
    code, out, _ = cli.run("keys", "new", "--dir", str(tmp_path / "k"), "--root-dir", str(tmp_path / "stick"))
    assert code == 0
    assert str(tmp_path / "stick") in out
    assert (tmp_path / "stick" / "root.json").exists()


def test_a_rotation_publishes_the_keyset_and_signs_again_what_rules(
    cli: Cli, device: Device, office: OwnCentre
) -> None:
    old = device.keyset
    made = cli.ask("keys", "rotate")
    assert made["version"] == 2
    items = {item["kind"]: item for item in office.feed(device)}
    envelope = json.dumps(items["keyset"]["document"]).encode()
    keyset = trust.open_keyset(envelope, device.root, device.statement.root_fp, old.version)
    assert keyset.feed[0] == old.feed[1]
    for kind, payload_type, role in (
        ("settings", trust.SETTINGS, "feed"), ("operators", trust.OPERATORS, "feed"),
        ("catalogue", trust.CATALOGUE, "catalogue"),
    ):  # fmt: skip
        members = trust.open_object(json.dumps(items[kind]["document"]).encode(), payload_type, getattr(keyset, role))
        assert members["version"] == 2


def test_one_role_can_be_rotated_and_nothing_else_is_signed_again(cli: Cli, device: Device, office: OwnCentre) -> None:
    cli.ask("keys", "rotate", "ack", "seal")
    assert {item.get("version") for item in office.feed(device) if item["kind"] != "keyset"} == {1}
    assert cli.run("keys", "rotate", "--root-dir", "/nowhere")[0] == EXIT_REFUSED


def test_an_operator_gets_a_code_once(cli: Cli, office: OwnCentre) -> None:
    made = cli.ask("operator", "add", "--shop", "S1", "--name-ar", "منى", "--role", "supervisor")
    assert ids.check_code(made["code"], 10) == made["code"][:-1]
    people = read_operators(document(office, "operators"))
    assert is_activation(people[made["id"]], made["code"])
    again = cli.ask("operator", "reset", made["id"])
    assert not is_activation(read_operators(document(office, "operators"))[made["id"]], made["code"])
    assert again["code"] != made["code"]
    before = people[made["id"]].pins
    assert before is not None
    assert read_operators(document(office, "operators"))[made["id"]].pins not in (None, before), (
        "no PIN of before stands"
    )
    good = read_operators(document(office, "operators"))[made["id"]].pins
    cli.ask("operator", "reset", made["id"], "--further")
    more = read_operators(document(office, "operators"))[made["id"]].pins
    assert good is not None
    assert more is not None
    assert good < more
    assert len(more) == 2
    cli.ask("operator", "stop", made["id"])
    assert cli.ask("operator", "list")[0]["active"] == 0
    for words in (("stop", "nobody"), ("reset", "nobody"), ("add", "--shop", "none", "--name-ar", "x")):
        assert cli.fails("operator", *words)[0] == EXIT_REFUSED


def document(office: OwnCentre, kind: str) -> dict[str, Any]:
    from central.documents import publishing
    from protocol.documents.trust import payload

    envelope = office.read(publishing.read, kind, "S1")
    assert envelope is not None
    return payload(envelope)


def test_settings_are_changed_by_name(cli: Cli, office: OwnCentre) -> None:
    assert (
        cli.ask(
            "settings",
            "set",
            "--shop",
            "S1",
            "limits.unsent_soft=150",
            "limits.unsent_hard=200",
            "support_phone=19000 أ",
        )["version"]
        == 2
    )
    shown = cli.ask("settings", "show", "--shop", "S1")
    assert (shown["limits"]["unsent_hard"], shown["support_phone"]) == (200, "19000 أ")
    assert cli.fails("settings", "set", "--shop", "S1", "limits.unsent_hard=x")[0] == EXIT_REFUSED
    assert cli.fails("settings", "set", "--shop", "S1", "nonsense")[0] == EXIT_REFUSED
    assert cli.fails("settings", "set", "--shop", "S1", "backups.second=a/stick")[0] == EXIT_REFUSED
    cli.ask("settings", "set", "--shop", "S1", "backups.second=label:2026")
    assert cli.ask("settings", "show", "--shop", "S1")["backups"] == {"second": "label:2026"}
    assert cli.fails("settings", "set", "--shop", "S9", "a=1")[0] == EXIT_REFUSED


def test_shops_are_added_once(cli: Cli) -> None:
    assert [row["id"] for row in cli.ask("shop", "list")] == ["S1"]
    assert cli.fails("shop", "add", "--id", "S1")[0] == EXIT_REFUSED
    assert cli.fails("shop", "add", "--id", "../x")[0] == EXIT_REFUSED


def test_a_device_is_let_in_suspended_and_let_back(cli: Cli, device: Device) -> None:
    made = cli.ask("device", "slot", "--shop", "S1", "--device", device.name)
    assert (len(made["slot"]), len(made["code"])) == (4, 11)
    assert cli.ask("device", "pending") == []
    assert cli.fails("device", "approve", made["slot"], "--number", "1")[0] == EXIT_REFUSED
    for act, state in (("suspend", "suspended"), ("resume", "active")):
        cli.ask("device", act, device.name[:13])
        assert cli.ask("device", "list")[0]["state"] == state
    assert cli.fails("device", "resume", device.name)[0] == EXIT_REFUSED
    assert cli.fails("device", "suspend", "ffff")[0] == EXIT_REFUSED


def test_a_journal_leaves_as_it_came_with_all_it_takes_to_check_it(cli: Cli, device: Device, office: OwnCentre) -> None:
    sell(device, birth())
    office.take(device, device.items)
    out = cli.data / "out"
    cli.ask("device", "export-keys", device.name, "--directory", str(out))
    made = cli.ask("journal", "export", device.name, str(out / "j.kj01"), "--epoch", "1")
    assert made["records"] == 2
    statement = (out / "statement.json").read_bytes()
    assert statement == device.statement.payload
    start = kj01.Chain(device.chain.device, 1, 0, kj01.genesis(statement))
    public = bytes.fromhex((out / "pub.hex").read_text())
    end = kj01.verify_stream((out / "j.kj01").read_bytes(), start, public)
    keys = out / "ack_pub.hex"
    assert keys.is_file(), "the folder holds no acknowledgement key"
    ack = acknowledgement.read((out / "ack.bin").read_bytes(), [bytes.fromhex(key) for key in keys.read_text().split()])
    assert ack is not None
    assert (ack.hwm, ack.entry_hash) == (end.seq, end.hash)
    assert enrolment.read_statement(statement).public == public


def test_the_statement_alone_and_what_cannot_be_written(cli: Cli, device: Device) -> None:
    path = cli.data / "s.json"
    cli.run("device", "statement", device.name, "--file", str(path))
    assert path.read_bytes() == device.statement.payload
    assert cli.fails("journal", "export", device.name, "/nowhere/j")[0] == EXIT_UNAVAILABLE
    assert cli.fails("device", "export-keys", device.name, "--directory", str(path))[0] == EXIT_UNAVAILABLE
    assert cli.fails("device", "statement", device.name, "--epoch", "9")[0] == EXIT_REFUSED


def test_requests_are_listed_shown_and_decided(cli: Cli, device: Device, office: OwnCentre) -> None:
    members = birth()
    sell(device, members)
    office.take(device, device.items)
    assert cli.ask("work")["entries"] == 2
    assert [row["status"] for row in cli.ask("request", "list")] == ["pending"]
    assert cli.fails("request", "decide", members["id"], "rejected")[0] == EXIT_REFUSED
    cli.ask("request", "decide", members["id"], "rejected", "--reason-ar", "ناقص", "--reason-en", "incomplete")
    shown = cli.ask("request", "show", members["id"], "--personal")
    assert (shown["status"], shown["fields"]) == ("rejected", {"name": "منى أحمد"})
    assert shown["history"][0]["reason"] == {"ar": "ناقص", "en": "incomplete"}
    assert cli.fails("request", "show", "none")[0] == EXIT_REFUSED
    assert "personal.read" in [row["act"] for row in cli.ask("audit", "list")]


def test_a_second_ruling_is_given_only_by_who_says_what_it_replaces(
    cli: Cli, device: Device, office: OwnCentre
) -> None:
    members = birth()
    sell(device, members)
    office.arrive(device)
    cli.ask("request", "decide", members["id"], "approved")
    no = ("request", "decide", members["id"], "rejected", "--reason-ar", "ناقص", "--reason-en", "incomplete")
    assert cli.fails(*no)[0] == EXIT_REFUSED
    assert cli.fails(*no, "--seen", "1")[0] == EXIT_REFUSED
    assert cli.ask("request", "show", members["id"])["status"] == "approved"
    why = ("--seen", "1", "--because", "taken for another")
    assert cli.ask(*no, *why, "--staff", "amal")["first"] == "amal"
    assert cli.fails(*no, *why, "--staff", "amal")[0] == EXIT_REFUSED, "the same account is no second person"
    assert cli.ask("request", "show", members["id"])["status"] == "approved"
    cli.ask(*no, *why, "--staff", "badr")
    assert cli.ask("request", "show", members["id"])["status"] == "rejected"
    assert "request.replaced" in [row["act"] for row in cli.ask("audit", "list")]


def test_a_decision_takes_in_what_has_just_arrived(cli: Cli, device: Device, office: OwnCentre) -> None:
    members = birth()
    sold = sell(device, members)
    office.take(device, device.items)
    code, said = cli.fails("request", "decide", members["id"], "approved")
    assert (code, "work" in said) == (EXIT_REFUSED, True), "an id that nobody has looked into names no device"
    number = f"{device.name[:8]}-{sold.fields.seq}"
    assert cli.ask("request", "decide", number, "approved")["status"] == "approved"
    assert Projector(office.centre).drain() == 0


def test_fines_are_put_on_plates(cli: Cli) -> None:
    cli.ask("authority", "fine", "add", "--plate", "سمط 1234", "--amount-pt", "5000")
    cli.ask("authority", "fine", "add", "--plate", "أبج 1", "--amount-pt", "1", "--label-ar", "أ", "--label-en", "a")
    rows = cli.ask("authority", "fine", "list")
    assert [(row["plate"], row["amount_pt"], row["label_en"]) for row in rows] == [
        ("سمط1234", 5000, "Traffic fine"), ("ابج1", 1, "a")
    ]  # fmt: skip
    assert len(cli.ask("authority", "fine", "list", "--plate", "أبج 1")) == 1
    assert cli.fails("authority", "fine", "add", "--plate", "1", "--amount-pt", "1")[0] == EXIT_REFUSED
    for amount in ("0", "-5", "1.5", "٥", "9" * 20):
        with pytest.raises(SystemExit) as end:
            cli.run("authority", "fine", "add", "--plate", "سمط 1", "--amount-pt", amount)
        assert end.value.code == USAGE


def test_what_a_service_will_be_told_is_put_on_record(cli: Cli, tmp_path: Path) -> None:
    words = ("authority", "record", "add", "electricity-bill", "--field", "company=south_cairo", "--field",
             "account_no=4567", "--label-ar", "فاتورة", "--label-en", "Bill", "--amount-pt", "12500")  # fmt: skip
    assert cli.fails(*words)[0] == EXIT_REFUSED, "before any catalogue is published"
    file = str(tmp_path / "c.json")
    cli.ask("catalogue", "sign", "--version", "5", file)
    cli.ask("catalogue", "publish", file)
    assert "4567" in str(cli.ask(*words))
    assert [row["amount_pt"] for row in cli.ask("authority", "fine", "list")] == [12500]
    assert cli.fails("authority", "record", "add", "nothing", "--label-ar", "أ", "--label-en", "a")[0] == EXIT_REFUSED


def test_catalogues_are_signed_then_published(cli: Cli, tmp_path: Path) -> None:
    file = str(tmp_path / "c.json")
    assert cli.ask("catalogue", "sign", "--version", "5", file)["services"] >= 5
    assert cli.ask("catalogue", "publish", file)["version"] == 5
    assert cli.fails("catalogue", "publish", file)[0] == EXIT_REFUSED
    assert [row["version"] for row in cli.ask("catalogue", "list")] == [5]
    (tmp_path / "forged.json").write_text('{"payloadType":"x"}')
    assert cli.fails("catalogue", "publish", str(tmp_path / "forged.json"))[0] == EXIT_REFUSED
    assert cli.fails("catalogue", "publish", str(tmp_path / "none.json"))[0] == EXIT_UNAVAILABLE
    assert cli.fails("catalogue", "sign", "--version", "6", "/nowhere/c.json")[0] == EXIT_UNAVAILABLE


def test_a_catalogue_is_tried_by_the_pilots_and_then_goes_to_all(cli: Cli, tmp_path: Path) -> None:
    file = str(tmp_path / "c.json")
    cli.ask("catalogue", "sign", "--version", "5", file)
    assert "no pilot shops" in cli.fails("catalogue", "publish", file, "--pilots")[1]
    cli.ask("shop", "add", "--id", "CAI-007")
    cli.ask("release", "pilot", "add", "CAI-007")
    assert cli.ask("catalogue", "publish", file, "--pilots")["version"] == 5
    assert cli.ask("catalogue", "publish", file)["version"] == 5
    assert [(row["version"], row["reach"]) for row in cli.ask("catalogue", "list")] == [(5, "pilots"), (5, "all")]


def test_the_file_that_the_console_gives_out_is_signed_as_it_is(cli: Cli, tmp_path: Path) -> None:
    services = {one["id"]: parse_service(one) for one in bundled_services()}
    base = Catalogue(5, date(2026, 1, 1), None, services, bundled_needs()["needs"])
    with zipfile.ZipFile(io.BytesIO(catalogue_drafts.to_carry(base, [], 6))) as carried:
        carried.extractall(tmp_path)
    file = str(tmp_path / "c.json")
    folder = str(tmp_path / "catalogue-6")
    assert cli.ask("catalogue", "sign", "--version", "6", file, "--services", folder)["services"] == len(services)


def test_services_with_faults_are_not_signed(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "services"
    folder.mkdir()
    (folder / "one.json").write_text('{"id": "x"}')
    words = ("catalogue", "sign", "--version", "6", str(tmp_path / "c.json"), "--services", str(folder))
    assert cli.fails(*words)[0] == EXIT_REFUSED
    assert not (tmp_path / "c.json").exists()


def test_where_there_is_no_centre_the_way_to_one_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = Cli(tmp_path / "none", capsys)
    code, err = empty.fails("shop", "list")
    assert (code, "serve" in err) == (EXIT_REFUSED, True)
    (tmp_path / "file").write_text("")
    assert Cli(tmp_path / "file" / "x", capsys).fails("keys", "new")[0] == EXIT_UNAVAILABLE


def test_a_database_that_is_not_ours_or_not_there_is_said(cli: Cli) -> None:
    assert cli.fails("--database", "mysql://x", "shop", "list")[0] == EXIT_REFUSED
    assert cli.fails("--database", "postgresql://127.0.0.1:1/x", "shop", "list")[0] == EXIT_UNAVAILABLE
    (cli.data / "centre.db").write_bytes(b"not a database" * 1000)
    assert cli.fails("shop", "list")[0] == EXIT_CORRUPT


def test_errors_and_sentences_come_in_arabic(cli: Cli) -> None:
    _, err = cli.fails("shop", "add", "--id", "S1", "--lang", "ar")
    assert "المحل موجود من قبل" in err
    assert "أُضيف المحل \u2066S2\u2069" in cli.run("shop", "add", "--id", "S2", "--lang", "ar")[1]


@pytest.mark.parametrize(
    ("wanted", "locale", "got"), [("ar", "en", "ar"), (None, "ar_EG.UTF-8", "ar"), (None, "C", "en")]
)
def test_the_language_is_asked_for_or_the_sessions(
    monkeypatch: pytest.MonkeyPatch, wanted: str | None, locale: str, got: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert language_of(wanted) == got


def every_parser(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    inner = [
        one
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for one in action.choices.values()
    ]
    return [parser, *(deep for one in inner for deep in every_parser(one))]


def test_every_command_can_be_run_and_explains_itself_in_both_languages() -> None:
    for parser in every_parser(command_line.parser()):
        text = " ".join(parser.format_help().split())
        assert " — " in text
        unsaid = [one.dest for one in parser._actions if not one.help]
        assert set(unsaid) <= UNSAID, (parser.prog, unsaid)
        command = parser.get_default("run")
        assert command is None or callable(command.does)


def test_a_backup_opens_and_makes_what_it_holds_durable(cli: Cli, device: Device, office: OwnCentre) -> None:
    sell(device, birth())
    office.take(device, device.items)
    assert cli.ask("device", "list")[0]["durable_hwm"] == 0
    copy = cli.data / "copy.db"
    cli.ask("backup", str(copy))
    assert cli.ask("device", "list")[0]["durable_hwm"] == 2
    assert b"SQLite" not in copy.read_bytes()[:100]
    restored = SqliteStore(copy, office.centre.keys.database)
    with restored.reading() as session:
        assert session.one("SELECT count(*) FROM entry") == (2,)
    restored.close()


def test_a_backup_that_cannot_be_made_calls_nothing_durable(cli: Cli, device: Device, office: OwnCentre) -> None:
    office.take(device, device.items)
    (cli.data / "there").write_text("")
    assert cli.fails("backup")[0] == EXIT_REFUSED
    assert cli.fails("backup", str(cli.data / "there"))[0] == EXIT_REFUSED
    assert cli.fails("backup", "/nowhere/x.db")[0] == EXIT_UNAVAILABLE
    assert cli.ask("device", "list")[0]["durable_hwm"] == 0
    assert cli.fails("backup", "--elsewhere")[0] == EXIT_REFUSED
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    assert cli.ask("device", "list")[0]["durable_hwm"] == 1


def test_a_second_dump_that_begins_meanwhile_calls_nothing_more_durable(
    cli: Cli, device: Device, office: OwnCentre
) -> None:
    """Two jobs overlap: the first to end may hold only what was here when the first began."""
    office.take(device, device.items)
    cli.ask("backup", "begin")
    device.request()
    office.take(device, device.items[1:])
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    assert cli.ask("device", "list")[0]["durable_hwm"] == 1
    assert cli.fails("backup", "--elsewhere")[0] == EXIT_REFUSED
    cli.ask("backup", "begin")
    cli.ask("backup", "--elsewhere")
    assert cli.ask("device", "list")[0]["durable_hwm"] == 2


def test_a_notice_goes_to_the_devices_of_a_shop_or_of_all(cli: Cli, device: Device, office: OwnCentre) -> None:
    assert cli.ask("notice", "send", "الخط سيقف غدًا", "The line is down tomorrow")["devices"] == 1
    cli.ask("notice", "send", "خبر", "--shop", "S1")
    told = [item for item in office.feed(device) if item["kind"] == "notice"]
    assert [item["text"]["en"] for item in told] == ["The line is down tomorrow", "خبر"]
    for words in (("notice", "send", "خبر", "--shop", "S9"), ("notice", "send", " "), ("notice", "send", "x" * 301)):
        assert cli.fails(*words)[0] == EXIT_REFUSED


def test_what_counters_ask_for_is_listed(cli: Cli, device: Device, office: OwnCentre) -> None:
    members = birth()
    sold = sell(device, members)
    of = {"epoch": sold.fields.epoch, "seq": sold.fields.seq, "id": members["id"]}
    device.write(entries.EntryType.FOLLOW_UP, {"v": 1, "kind": "escalated", "why": "waits", **of})
    office.arrive(device)
    [one] = cli.ask("request", "asked")
    assert (one["act"], one["request"], one["why"]) == ("request.escalated", members["id"], "waits")


def test_a_link_is_told_once_and_ends_with_its_chain(cli: Cli) -> None:
    made = cli.ask("operator", "add", "--shop", "S1", "--name-ar", "سارة")
    told = [cli.ask("operator", "link", made["id"]) for _ in range(links.LENGTH)]
    assert len({one["link"] for one in told}) == links.LENGTH
    assert told[-1]["left"] == 0
    assert cli.fails("operator", "link", made["id"])[0] == EXIT_REFUSED
    assert cli.fails("operator", "link", "nobody")[0] == EXIT_REFUSED


def test_a_counter_takes_the_link_that_the_centre_tells(cli: Cli, device: Device, office: OwnCentre) -> None:
    made = cli.ask("operator", "add", "--shop", "S1", "--name-ar", "سارة")
    item = next(item for item in office.feed(device) if item["kind"] == "operators")
    envelope = json.dumps(item["document"]).encode()
    members = trust.open_object(envelope, trust.OPERATORS, device.keyset.publics("feed"))
    person = read_operators(members)[made["id"]]
    link = links.read(cli.ask("operator", "link", made["id"])["link"])
    assert links.follows(link, person.link, person.id)


def test_tables_are_for_people(cli: Cli) -> None:
    lines = cli.run("shop", "list")[1].splitlines()
    assert lines[0].split() == ["id", "name_ar", "name_en", "settings", "operators"]
    assert lines[1].split() == ["S1", "محل\u200e", "Shop", "1", "1"]


def test_what_a_device_wrote_does_not_steer_the_terminal(cli: Cli, device: Device, office: OwnCentre) -> None:
    sell(device, birth(service="\x1b[2J\x9b\u202egone"))
    office.arrive(device)
    _, out, _ = cli.run("request", "list")
    assert "gone" in out
    assert not any(mark in out for mark in ("\x1b", "\x9b", "\u202e"))


def test_no_command_but_the_server_waits_for_a_web_server() -> None:
    """Measured: 0.17 s for a command, where FastAPI alone takes most of a second."""
    modules = sorted(_MODULES)
    assert {"serve_command", "counter_commands", "request_commands"} <= set(modules)
    program = (
        "import sys; from importlib import import_module; import central.__main__\n"
        "for name in sys.argv[1:]: import_module(f'central.cli.{name}')\n"
        "print(*{'fastapi', 'starlette', 'uvicorn', 'psycopg'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *(name for name in modules if name != "serve_command")],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("", "")

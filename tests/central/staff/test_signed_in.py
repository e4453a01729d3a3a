"""The command line believes no name: whoever gives a command has signed in, and may."""

from __future__ import annotations

import io
import json
import shutil
import sys
import time
import urllib.parse
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pyotp
import pytest

from central.__main__ import main
from central.cli.console import EXIT_REFUSED, EXIT_UNAVAILABLE
from central.cli.grammar import MACHINE, SIGNED_IN, Command, commands
from central.staff import credentials
from central.staff.accounts import Bounds
from central.staff.acts import Act, Role
from protocol.override import override
from tests.central.cli.test_cli import cli, office
from tests.central.requests.test_queue import sold
from tests.harness.centre_command import Cli
from tests.harness.own_centre import SHOP, OwnCentre
from tests.harness.staff_sessions import add_account

__all__ = ["cli", "office"]
PASSWORD: Final = "three blue camels walk"
Desk = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    """One that somebody sits at."""

    @override
    def isatty(self) -> bool:
        return True


@pytest.fixture
def desk(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Commands as a person gives them, with what is typed."""

    def give(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        code = main(["--data", str(cli.data), "--sessions", str(tmp_path / "mine"), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return give


def answer(desk: Desk, *words: str, typed: str = "") -> Any:
    code, out, err = desk("--json", *words, typed=typed)
    assert code == 0, err
    return json.loads(out)


def refused(desk: Desk, code: str, *words: str, typed: str = "") -> str:
    ended, _, err = desk(*words, "--lang", "en", typed=typed)
    assert (ended, code in err) == (EXIT_REFUSED, True), err
    assert len(err.strip().splitlines()) >= 3
    return err


def activated(desk: Desk, code: str, name: str) -> pyotp.TOTP:
    address = answer(desk, "account", "activate", name, typed=f"{code}\n{PASSWORD}\n{PASSWORD}\n")["address"]
    return pyotp.TOTP(urllib.parse.parse_qs(urllib.parse.urlparse(address).query)["secret"][0])


def signed_in(desk: Desk, name: str, second: pyotp.TOTP) -> None:
    answer(desk, "account", "sign-in", name, typed=f"{PASSWORD}\n{second.now()}\n")


@pytest.fixture
def amal(desk: Desk, office: OwnCentre) -> str:
    """The first administrator, by the offline key, signed in."""
    office.run("UPDATE account SET state = 'stopped'")  # whoever laid the shop
    code = answer(desk, "account", "administrator", "amal", "--name-ar", "أمل")["code"]
    signed_in(desk, "amal", activated(desk, code, "amal"))
    return "amal"


# ---- the first account


def test_the_first_administrator_is_made_by_the_offline_key_and_signs_in(desk: Desk, amal: str) -> None:
    (row,) = [one for one in answer(desk, "account", "list") if one["name"] == "amal"]
    assert (row["state"], row["name_ar"]) == ("active", "أمل")
    (session,) = answer(desk, "account", "sessions")
    assert session["network"] == "command line"


def test_without_the_offline_key_nobody_is_made(desk: Desk, cli: Cli, tmp_path: Path) -> None:
    cli.run("keys", "new", "--dir", str(tmp_path / "k"), "--root-dir", str(tmp_path / "other"))
    refused(desk, "another centre's", "account", "administrator", "amal", "--root-dir", str(tmp_path / "other"))
    shutil.move(cli.data / "root", tmp_path / "stick")
    code, _, err = desk("account", "administrator", "amal", "--lang", "en")
    assert (code, "root.json" in err) == (EXIT_REFUSED, True)
    answer(desk, "account", "administrator", "amal", "--root-dir", str(tmp_path / "stick"))


def test_a_mistyped_password_sets_none(desk: Desk) -> None:
    code = answer(desk, "account", "administrator", "amal")["code"]
    refused(desk, "differ", "account", "activate", "amal", typed=f"{code}\n{PASSWORD}\nanother blue camel\n")
    activated(desk, code, "amal")


# ---- a name is nothing


def test_a_name_alone_is_not_believed(desk: Desk, amal: str) -> None:
    refused(desk, "Sign in first", "shop", "list", "--staff", "badr")
    refused(desk, "You may not", "shop", "list")
    assert answer(desk, "account", "sign-out")["staff"] == "amal"
    refused(desk, "Sign in first", "account", "list")


def test_whoever_has_two_sessions_here_says_which(desk: Desk, amal: str, office: OwnCentre) -> None:
    code = answer(desk, "account", "administrator", "badr")["code"]
    signed_in(desk, "badr", activated(desk, code, "badr"))
    assert "amal, badr" in refused(desk, "More than one", "account", "list")
    assert answer(desk, "--staff", "badr", "account", "sessions")


def test_a_session_of_another_name_opens_nothing(desk: Desk, amal: str, tmp_path: Path) -> None:
    (file,) = (tmp_path / "mine").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o700
    shutil.copy(file, file.with_name(file.name.replace("amal", "badr")))
    refused(desk, "Sign in first", "account", "list", "--staff", "badr")
    file.write_text("[]")
    refused(desk, "Sign in first", "account", "list", "--staff", "amal")
    file.write_text("nonsense")
    refused(desk, "Sign in first", "account", "list", "--staff", "amal")


@pytest.mark.posix
def test_a_session_is_read_through_no_link(desk: Desk, amal: str, tmp_path: Path) -> None:
    (file,) = (tmp_path / "mine").iterdir()
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert desk("account", "list")[0] == EXIT_UNAVAILABLE


def test_at_a_terminal_it_is_asked_for(
    desk: Desk, amal: str, monkeypatch: pytest.MonkeyPatch, office: OwnCentre
) -> None:
    answer(desk, "account", "sign-out")
    secret = credentials.open_secret(
        office.centre, "amal", office.row("SELECT secret FROM account WHERE name = 'amal'").secret
    )
    office.run("UPDATE account SET step = 0")
    code = credentials._totp(secret).at(int(time.time()))
    said = iter([PASSWORD, code])
    monkeypatch.setattr("central.cli.signed_in.sys", SimpleNamespace(stdin=Terminal()))
    monkeypatch.setattr("central.cli.signed_in.getpass.getpass", lambda *_: next(said))
    assert desk("account", "list", "--staff", "amal")[0] == 0


# ---- what each may


@pytest.mark.parametrize("command", commands(), ids=lambda one: one.words)
def test_every_command_says_what_it_needs(command: Command) -> None:
    needs = [command.need] if isinstance(command.need, str) else command.need.values()
    assert set(needs) <= {MACHINE, SIGNED_IN, *Act}


def test_what_the_machine_does_by_itself_needs_nobody(desk: Desk) -> None:
    for words in ("work", "fleet metrics", "fleet watch"):
        assert desk(*words.split())[0] == 0
    for words in ("fleet", "fleet why", "backup open x", "backup prove x"):
        refused(desk, "Sign in first", *words.split())


def keep(office: OwnCentre, name: str, *roles: Role, bounds: Bounds | None = None) -> None:
    with office.store.writing() as session:
        add_account(session, name, *roles, bounds=bounds or Bounds())


def test_a_role_reaches_as_far_as_its_bounds(cli: Cli, office: OwnCentre) -> None:
    cli.ask("shop", "add", "--id", "GIZ-002")
    cli.ask("settings", "set", "--shop", "S1", "shop.governorate=Cairo")
    keep(office, "region", Role.ENROLMENT, bounds=Bounds(governorates=("Cairo",)))
    keep(office, "cashier", Role.FINANCE, bounds=Bounds(limit_pt=10_000))
    keep(office, "officer", Role.OFFICER, bounds=Bounds(authorities=("civil-status",)))
    as_region, as_cashier, as_officer = (("--staff", name) for name in ("region", "cashier", "officer"))
    cli.ask("device", "slot", "--shop", "S1", *as_region)
    assert cli.fails("device", "slot", "--shop", "GIZ-002", *as_region)[0] == EXIT_REFUSED
    assert cli.fails("shop", "list", *as_region)[0] == EXIT_REFUSED
    pay = ("float", "pay", "--shop", "S1", "--reference", "B-1", "--amount-pt")
    cli.ask(*pay, "10000", *as_cashier)
    assert cli.fails(*pay, "10001", *as_cashier)[0] == EXIT_REFUSED
    assert cli.ask("request", "list", "--authority", "civil-status", *as_officer) == []
    assert cli.fails("request", "list", *as_officer)[0] == EXIT_REFUSED
    assert cli.fails("request", "show", "nothing", *as_officer) == cli.fails("request", "show", "nothing", *as_officer)


def counter_in(cli: Cli, office: OwnCentre, governorate: str) -> str:
    cli.ask("shop", "add", "--id", SHOP)
    cli.ask("settings", "set", "--shop", SHOP, f"shop.governorate={governorate}")
    return str(uuid.UUID(bytes=office.enrol().chain.device))


def test_a_counter_does_not_move_into_the_bounds_of_whoever_moves_it(cli: Cli, office: OwnCentre) -> None:
    device = counter_in(cli, office, "Cairo")
    cli.ask("shop", "add", "--id", "GIZ-002")
    cli.ask("settings", "set", "--shop", "GIZ-002", "shop.governorate=Giza")
    keep(office, "giza", Role.ENROLMENT, Role.SUPPORT, bounds=Bounds(governorates=("Giza",)))
    keep(office, "both", Role.ENROLMENT, bounds=Bounds(governorates=("Giza", "Cairo")))
    for words in (("device", "move", device), ("device", "slot", "--device", device)):
        said = cli.fails(*words, "--shop", "GIZ-002", "--staff", "giza", "--lang", "en")[1]
        assert "You may not" in said
        assert "You may not" not in cli.fails(*words, "--shop", "GIZ-002", "--staff", "both", "--lang", "en")[1]


def test_a_counter_of_ones_own_does_not_open_the_list_of_all(cli: Cli, office: OwnCentre) -> None:
    device = counter_in(cli, office, "Cairo")
    keep(office, "region", Role.ENROLMENT, Role.SUPPORT, bounds=Bounds(governorates=("Cairo",)))
    for what in ("list", "alerts"):
        assert "You may not" in cli.fails("fleet", what, "--device", device, "--staff", "region", "--lang", "en")[1]
    why = ("fleet", "why", "--device", device, "--because", "closed")
    assert cli.run(*why, "--staff", "region")[0] == 0


def test_an_asking_is_his_in_whose_bounds_its_counter_stands(cli: Cli, office: OwnCentre) -> None:
    device = counter_in(cli, office, "Cairo")
    keep(office, "region", Role.SUPPORT, bounds=Bounds(governorates=("Cairo",)))
    keep(office, "other", Role.SUPPORT, bounds=Bounds(governorates=("Giza",)))
    for number in (f"{device[:8]}-9", f"{SHOP}/1-000009"):
        asked = ("approval", "grant", number, "--lang", "en")
        assert "You may not" not in cli.fails(*asked, "--staff", "region")[1]
        assert "You may not" in cli.fails(*asked, "--staff", "other")[1]


def test_a_limit_holds_for_what_is_taken_back_and_given_free(cli: Cli, office: OwnCentre) -> None:
    keep(office, "cashier", Role.FINANCE, bounds=Bounds(limit_pt=10_000))
    cli.ask("float", "pay", "--shop", "S1", "--reference", "B-1", "--amount-pt", "10001")
    cli.ask("float", "pay", "--shop", "S1", "--reference", "B-2", "--amount-pt", "10000")
    back = ("float", "reverse", "--shop", "S1", "--because", "typed wrong", "--staff", "cashier", "--reference")
    assert cli.fails(*back, "B-1")[0] == EXIT_REFUSED
    assert cli.ask("proposal", "list") == []
    assert cli.ask(*back, "B-2")["first"] == "cashier"
    counter_in(cli, office, "Cairo")
    request = sold(office)
    office.run(f"UPDATE request SET total_pt = 10001 WHERE id = '{request.id}'")
    free = ("request", "free", request.id, "--lang", "en", "--staff")
    assert "You may not" in cli.fails(*free, "cashier")[1]
    assert "You may not" not in cli.fails(*free, "badr")[1]


def test_what_is_done_stands_under_whoever_signed_in(cli: Cli) -> None:
    cli.ask("shop", "add", "--id", "S2", "--staff", "badr")
    assert cli.ask("audit", "list")[0]["staff"] == "badr"


# ---- two of them


def test_two_administrators_let_somebody_in_and_stop_him(cli: Cli) -> None:
    add = ("account", "add", "mona", "--name-ar", "منى")
    assert cli.ask(*add, "--staff", "amal")["first"] == "amal"
    assert cli.fails(*add, "--staff", "amal")[0] == EXIT_REFUSED
    (waiting,) = cli.ask("proposal", "list", "--staff", "badr")
    assert (waiting["act"], waiting["subject"], waiting["said"]["name_ar"]) == ("account.added", "mona", "منى")
    assert cli.ask("proposal", "approve", str(waiting["n"]), "--staff", "badr")["code"]
    grant = ("account", "grant", "mona", "officer", "--authorities", "civil-status")
    cli.ask(*grant, "--staff", "amal")
    assert cli.ask(*grant, "--staff", "badr")["role"] == "officer"
    (row,) = [one for one in cli.ask("account", "list") if one["name"] == "mona"]
    number = row["roles"].split()[0]
    assert row["roles"] == f"{number} officer (civil-status)"
    cli.ask("account", "withdraw", "mona", number)
    cli.ask("account", "reset", "mona", "--staff", "amal")
    assert cli.ask("account", "reset", "mona", "--staff", "badr")["code"]
    cli.ask("account", "reset", "mona", "--staff", "amal")
    (waiting,) = cli.ask("proposal", "list")
    cli.ask("proposal", "withdraw", str(waiting["n"]), "--staff", "amal")
    cli.ask("account", "stop", "mona", "--because", "left")
    assert [one["state"] for one in cli.ask("account", "list") if one["name"] == "mona"] == ["stopped"]


def test_a_deposit_is_taken_back_by_two_by_number(cli: Cli) -> None:
    cli.ask("float", "pay", "--shop", "S1", "--amount-pt", "5000", "--reference", "B-1")
    cli.ask("float", "reverse", "--shop", "S1", "--reference", "B-1", "--because", "typed wrong", "--staff", "amal")
    (waiting,) = cli.ask("proposal", "list", "--staff", "badr")
    assert waiting["said"] == {"reference": "B-1", "amount_pt": 5000, "because": "typed wrong"}
    assert cli.ask("proposal", "approve", str(waiting["n"]), "--staff", "badr")["act"] == "float.reversed"
    assert cli.ask("float", "show", "--shop", "S1")["balance_pt"] is None


def test_a_session_of_ones_own_is_ended_from_another(cli: Cli, office: OwnCentre) -> None:
    first = cli.ask("account", "sessions", "--staff", "amal")[0]["id"]
    assert cli.ask("account", "revoke", first, "--staff", "amal") == {"id": first}
    assert cli.ask("account", "sessions", "--staff", "amal")[0]["id"] != first

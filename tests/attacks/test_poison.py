"""Oracle 2: whatever one till has signed, every command and every route works for everybody else as without it."""

from __future__ import annotations

import argparse
import copy
import io
import json
import shutil
import uuid
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings

from central.__main__ import main
from central.centre import Centre, wall_ms
from central.cli import command_line
from central.cli.opening import configure
from central.projection import parked_chains
from central.projection.chain_projection import Projector
from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from central.web import app
from kiosk.model.other_till_request import read_found
from protocol import strict_json
from protocol.documents.trust import Forged
from protocol.journal.entries import EntryType
from protocol.wire import wire
from tests.attacks import more, tried
from tests.attacks.poison import ENTRIES, Entry, sign
from tests.central.web.test_web import Served
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OPERATOR, SHOP, OwnCentre, add_operator, apply_settings
from tests.harness.staff_sessions import ANYBODY, SECOND, as_staff
from tests.harness.wire_device import Device

AUTHORITY: Final = "centre.test"
WORDS: Final = {
    "shop": SHOP, "shops": SHOP, "service": "birth-cert", "plate": "س م ط 1234", "changes": "support_phone=16000",
}  # fmt: skip
ODD: Final = settings(deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
LOOKED_AT: Final = ("till days", "request show", "request papers", "journal export", "device statement")
"""What somebody looks at the bad till itself with."""
NOT_A_STAFF_ACT: Final = ("serve",)
"""It answers until it is told to stop; what it answers is tried by the routes."""


@dataclass(frozen=True, slots=True)
class World:
    """A centre's folder, and two tills of one shop: what A signs must not be felt by B."""

    folder: Path
    a: Device
    b: Device


@contextmanager
def inside(folder: Path) -> Iterator[OwnCentre]:
    keys = KeyFiles(folder / "keys")
    store = SqliteStore(folder / "centre.db", keys.keys.database)
    try:
        made = Centre(store, keys, AUTHORITY, "https://centre.test")
        yield OwnCentre(made, wall_ms, folder / "keys", folder / "root")  # type: ignore[arg-type]
    finally:
        store.close()


def run(folder: Path, words: Sequence[str]) -> str:
    """The exit code of a command, or what it fell over."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            return str(main(as_staff(["--data", str(folder)], words)))
        except SystemExit as stop:
            return f"exit {stop.code}"
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            return type(error).__name__


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("centre")
    for words in (
        ("keys", "new"), ("shop", "add", "--id", SHOP),
        ("catalogue", "sign", "--version", "1", "--valid-from", "2020-01-01", str(folder / "c.json")),
        *(("--staff", person, "catalogue", "publish", str(folder / "c.json")) for person in (ANYBODY, SECOND)),
    ):  # fmt: skip
        assert run(folder, words) == "0", words
    with inside(folder) as office:
        with office.store.writing() as session:
            add_operator(session, SHOP)
            configure(session, "authority", AUTHORITY)
            configure(session, "public_address", "https://centre.test")
        tills = [office.enrol(), office.enrol()]
        for one in tills:
            one.authority = AUTHORITY
            one.open_epoch()
            apply_settings(one)
            sell(one, birth())
            asked = {"kind": "asked", "what": "void", "of": 3, "amount_pt": 8_000, "op": OPERATOR, "login": 1}
            one.write(EntryType.LOGIN, {"v": 1, **asked})
            office.take(one, one.items)
            one.items.clear()
        Projector(office.centre).drain()
    return World(folder, *tills)


@contextmanager
def copied(world: World, tmp: Path, poison: Sequence[Entry] | None) -> Iterator[World]:
    """The same world in another folder; with what A signs then, the last frame of which nobody can open."""
    folder = tmp / f"w{next(_NUMBERS)}"
    shutil.copytree(world.folder, folder)
    a, b = (replace(one, items=[], chain=copy.copy(one.chain)) for one in (world.a, world.b))
    if poison is not None:
        sell(a, birth())
        spoilt = a.chain.seq
        sign(a, poison, b)
        with inside(folder) as office:
            taken = office.take(a, a.items)
            assert taken.fault is None
            with office.store.writing() as session:
                where = "device = ? AND epoch = 1 AND seq = ?"
                session.run(f"UPDATE personal SET sealed = ? WHERE {where}", b"spoilt", a.chain.device, spoilt)
    yield World(folder, a, b)
    shutil.rmtree(folder)


_NUMBERS: Final = count()


# ---- every command ---------------------------------------------------------------------------------------------


def leaves(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Every command that there is, and what it takes."""
    nested = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not nested:
        yield path, parser._actions
    for action in nested:
        for name, one in action.choices.items():
            yield from leaves(one, (*path, name))


def spoken(path: tuple[str, ...], actions: list[Any], about: dict[str, str]) -> list[str]:
    """The command with all that it asks for, about B where it is about anybody."""
    words = list(path)
    for one in actions:
        wanted = one.required or one.dest == "passwords"
        if one.dest in {"help", "data", "database"} or not wanted:
            continue
        value = about.get(one.dest) or (str(next(iter(one.choices))) if one.choices else "1" if one.type else "x")
        words += [one.option_strings[-1], value] if one.option_strings else [value]
    return words


def told(world: World, tmp: Path, only: str = "") -> dict[str, str]:
    """What every command ends with in this world, or the one that is named."""
    short, out = world.b.name[:8], tmp / f"out{next(_NUMBERS)}"
    out.mkdir()
    (out / "passwords").write_text("a long enough password\n" * 3)
    about = WORDS | {
        "device": world.b.name, "request": f"{short}-3", "approval": f"{short}-4", "file": str(out / "file"),
        "folder": str(out), "out": str(out / "out"), "report": str(out / "report"), "id": OPERATOR,
        "passwords": str(out / "passwords"),
    }  # fmt: skip
    found = {}
    everything = [leaf for leaf in leaves(command_line.parser()) if only in {"", " ".join(leaf[0])}]
    everything.sort(key=lambda leaf: leaf[0][0] in {"keys", "device"})
    for path, actions in everything:
        if path[0] not in NOT_A_STAFF_ACT:
            with chdir(out):
                found[" ".join(path)] = run(world.folder, spoken(path, actions, about))
    about_a = about | {"device": world.a.name, "request": f"{world.a.name[:8]}-3"}
    about_a |= {"folder": str(out / "a"), "file": str(out / "a1")}
    for path, actions in everything:
        if " ".join(path) in LOOKED_AT:
            found[f"{' '.join(path)} of A"] = run(world.folder, spoken(path, actions, about_a))
    for what in () if only else ("alerts", "metrics", "watch"):
        found[f"fleet {what}"] = run(world.folder, ("fleet", what))
    tried()
    return found


@pytest.fixture(scope="module")
def undisturbed(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    tmp = tmp_path_factory.mktemp("undisturbed")
    with copied(world, tmp, None) as one:
        return told(one, tmp)


def check_commands(
    world: World, tmp: Path, poison: Sequence[Entry], undisturbed: dict[str, str], only: str = ""
) -> None:
    with copied(world, tmp, poison) as one:
        found = told(one, tmp, only)
        assert found == {name: undisturbed[name] for name in found}


@pytest.mark.oracle(2)
def test_most_commands_have_something_to_do(undisturbed: dict[str, str]) -> None:
    done = [name for name, code in undisturbed.items() if code == "0"]
    assert len(done) >= 40, undisturbed
    assert {"request decide", "approval grant", "till days", "float pay", "work", "fleet"} <= set(done)


@pytest.mark.oracle(2)
@settings(ODD, max_examples=more(1))
@given(poison=ENTRIES)
def test_every_command_works_beside_a_poisoned_till(
    world: World, tmp_path_factory: pytest.TempPathFactory, undisturbed: dict[str, str], poison: list[Entry]
) -> None:
    check_commands(world, tmp_path_factory.mktemp("commands"), poison, undisturbed)


# ---- every route -----------------------------------------------------------------------------------------------


def answered(world: World) -> dict[str, Any]:
    """What B is answered on every path that there is, and what its feed then holds."""
    with inside(world.folder) as office:
        running = Served(office, app.Rates.unlimited())
        running.start()
        b = replace(world.b, url=running.url)
        try:
            found: dict[str, Any] = {}
            for route in app.build(office.centre).routes:
                if isinstance(route, APIRoute):
                    for method in sorted(route.methods or ()):
                        found[f"{method} {route.path}"] = asked(b, method, route.path)
            sold = sell(b, birth())
            found["pushed"] = b.post(b.stream(b.items), sold.fields.seq, sold.fields.seq).status_code
            Projector(office.centre).drain()
            with office.store.reading() as session:
                [(found["status"],)] = session.all(
                    "SELECT status FROM request WHERE device = ? AND seq = ?", b.chain.device, sold.fields.seq
                )
            found["feed"] = dict(Counter(item["kind"] for item in office.feed(b)))
        finally:
            running.stop()
    tried(len(found))
    return found


def asked(b: Device, method: str, path: str) -> tuple[int, bool]:
    """The status, and whether B can read the answer."""
    where = path
    for name, value in {"device": b.name[:8], "seq": "3", "code": "0" * 16, "file": "x"}.items():
        where = where.replace(f"{{{name}}}", value)
    members = {
        "v": 1, "op": OPERATOR, "act": "hold", "device": b.name, "epoch": 1, "seq": 3, "id": str(uuid.UUID(int=9)),
    }  # fmt: skip
    members = {"v": 1, "op": OPERATOR} if where == wire.PATH_SHOP_SEARCH else members
    if method in {"GET", "HEAD"}:
        query = "after=0" if where == wire.PATH_FEED else ""
        answer, _ = b.send(method, where, query=query)
    else:
        answer, _ = b.send(method, where, json.dumps(members).encode(), key=str(next(_NUMBERS)))
    return answer.status_code, readable(answer)


def readable(answer: requests.Response) -> bool:
    if answer.headers.get("content-type") != "application/vnd.dsse+json":
        return True
    try:
        members = strict_json.loads_object(b64decode(json.loads(answer.content)["payload"]), wire.MAX_ANSWER)
        if "found" in members:
            read_found(members)
    except (strict_json.BadJson, Forged):
        return False
    return True


@pytest.fixture(scope="module")
def alone(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with copied(world, tmp_path_factory.mktemp("alone"), None) as one:
        return answered(one)


@pytest.mark.oracle(2)
def test_the_routes_that_matter_are_answered(alone: dict[str, Any]) -> None:
    assert alone[f"POST {wire.PATH_SHOP_SEARCH}"] == (200, True)
    assert alone[f"GET {wire.PATH_FEED}"] == (200, True)
    assert (alone["pushed"], alone["status"]) == (200, "pending")


@pytest.mark.oracle(2)
@settings(ODD, max_examples=more(3))
@given(poison=ENTRIES)
def test_every_route_answers_beside_a_poisoned_till(
    world: World, tmp_path_factory: pytest.TempPathFactory, alone: dict[str, Any], poison: list[Entry]
) -> None:
    with copied(world, tmp_path_factory.mktemp("routes"), poison) as one:
        assert answered(one) == alone


# ---- planted ---------------------------------------------------------------------------------------------------


@pytest.mark.oracle(2, planted=True)
def test_a_chain_that_is_not_parked_is_found(
    world: World, tmp_path: Path, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(_centre: Centre, _device: bytes, _epoch: int, error: Exception) -> None:
        raise error

    monkeypatch.setattr(parked_chains, "park", give_up)
    with pytest.raises(AssertionError):
        check_commands(world, tmp_path, [], undisturbed, "work")

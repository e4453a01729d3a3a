"""Oracle 4: whatever lies where a command reads or writes, nothing outside that place is touched, and nothing hangs.

The arguments that are files or folders are found in the command tables themselves; a command that nobody has written a
way for fails here by its name. Each way is given once on a place without traps; then again with a trap at everything
that lay or came to lie there.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from central.cli import command_line
from central.cli.grammar import path as centre_path
from kiosk.main.cli import _paper_file, parser
from kiosk.main.commands.setup_sources import keep_report
from protocol.catalogue.catalogue import bundled_services
from protocol.errors import KioskError
from protocol.program.terminal import place
from tests.attacks import more
from tests.attacks.places import PLANTS, Program, Way, at, attack, file, give, link, seen, way
from tests.attacks.states import PASSWORDS, Bureau
from tests.attacks.test_map import ROOT, names_in
from tests.harness.premises import Premises
from tests.kiosk.setup.test_setup_command import Scripted

pytestmark = [pytest.mark.posix, pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)]
Named = tuple[str, str]
"""A command, and one of its arguments."""


# ---- what the tables say


def arguments(top: argparse.ArgumentParser, words: str = "") -> Iterator[tuple[str, argparse.Action]]:
    """Every argument of every command; those that all have in common stand at the top alone."""
    common = {action.dest for action in top._actions} if not words else set()
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from ((w, a) for w, a in arguments(below, f"{words} {name}".strip()) if a.dest not in common)
        else:
            yield words, action


def are_paths(top: argparse.ArgumentParser) -> set[Named]:
    return {(words, one.dest) for words, one in arguments(top) if one.type in (place, _paper_file, centre_path)}


def covered(top: argparse.ArgumentParser, ways: tuple[Way, ...], root: Path) -> set[Named]:
    """Which arguments the ways give a path of the place for."""
    found: set[Named] = set()
    for number, one in enumerate(ways):
        into = root / str(number)
        into.mkdir()
        given = vars(top.parse_args(one.lay(into)))
        for words, action in arguments(top):
            value = given.get(action.dest)
            texts = [str(one) for one in (value if isinstance(value, list) else [value])]
            if one.name.split(":")[0] == words and any(text.startswith(str(into)) for text in texts):
                found.add((words, action.dest))
    return found


def untold(top: argparse.ArgumentParser, ways: tuple[Way, ...], elsewhere: dict[Named, str], root: Path) -> list[Named]:
    """Path arguments that no way tries and no other test is named for."""
    return sorted(are_paths(top) - covered(top, ways, root) - set(elsewhere))


# ---- the counter

SERVICE: Final = json.dumps(bundled_services()[0]).encode()


def counters(shop: Premises) -> tuple[Way, ...]:
    (backup,) = (path for path in (shop.root / "backups").iterdir() if path.name != "pictures")

    def put_back(folder: Path) -> str:
        shutil.copytree(shop.root / "backups", folder / "b")
        return str(folder / "b" / backup.name)

    journal, statement = (file(name, (shop.root / name).read_bytes()) for name in ("journal", "statement"))
    nonsense = file("answer.json", b"{}")
    return (
        way("export", at("j.kj01")), way("verify", journal, "--statement", statement),
        way("receipt", str(shop.seq), at("r.png")), way("catalogue lint", file("s.json", SERVICE)),
        way("catalogue preview", file("s.json", SERVICE), "--out", at("")),
        way("doctor", "--only", "6", "--support", at("s.kjs")),
        way("stick:out", "out", at("")), way("stick:in", "in", stick_answer),
        way("backup", "--choose", at("second")), way("restore", put_back),
        way("restore:request", put_back, "--request", at("r.json")),
        way("restore:answer", put_back, "--answer", nonsense),
        way("setup:invitation", "--accept", "--invitation", file("manfaz-slot.txt", b"nonsense")),
        way("selftest", "--picture", at("w.png")),
    )  # fmt: skip


def stick_answer(folder: Path) -> str:
    (folder / "manfaz-0192f0c1.kja").write_bytes(b"{}")
    return str(folder)


# ---- the centre


def centres(bureau: Bureau) -> tuple[Way, ...]:
    passwords, key = file("p.json", PASSWORDS), file("one.key", bureau.key)
    proposal = file("2.targets.json", bureau.proposal)
    nonsense, device = file("handed-in.json", b"{}"), bureau.device

    def services(folder: Path) -> str:
        (folder / "services").mkdir()
        (folder / "services" / "s.json").write_bytes(SERVICE)
        return str(folder / "services")

    def backup(folder: Path) -> str:
        (folder / "b").mkdir()
        (folder / "b" / "backup.json").write_bytes(b"{}")
        return str(folder / "b")

    return (
        way("keys new", "--dir", at("k"), "--root-dir", at("offline")),
        way("device slot", "--shop", "S1", "--out", at("out")), way("device replace", device, "--out", at("out")),
        way("device answer", nonsense, "--number", "1", "--out", at("a.json")),
        way("device statement", device, "--file", at("s.json")),
        way("device export-keys", device, "--directory", at("keys")), way("journal export", device, at("j.kj01")),
        way("acceptance take", nonsense), way("stick take", file(*bureau.bundle, folder=True)),
        way("support open", nonsense), way("catalogue sign", at("c.json"), "--version", "9", "--services", services),
        way("catalogue publish", file("c.json", bureau.catalogue)),
        way("release key", at("one.key"), "--passwords", passwords),
        way("release sign", proposal, "--key", key, "--passwords", passwords),
        way("release root", "--root-pub", file("r.pub", bureau.public), "--targets-pub", file("t.pub", bureau.public),
            "--root-threshold", "1", "--targets-threshold", "1"),
        way("release add", file("app.zst", b"layer"), "--version", "1.0", "--needs-runtime", "r"),
        way("release complete", proposal), way("release export", at("stick")), way("backup", at("centre.bak")),
        way("backup:open", "open", nonsense, "--out", at("answer.json")), way("backup:prove", "prove", backup),
    )  # fmt: skip


# ---- the oracle

BOTH: Final = "protocol/program/test_outside.py::test_a_link_in_any_part_of_the_path_is_named"
"""These write by `protocol.program.outside` alone, after more than can be laid down here."""
SETTING_UP: Final = "attacks/test_hostile_places.py::test_setting_up_follows_no_link"
COUNTER_ELSEWHERE: Final[dict[Named, str]] = {
    ("", "data"): "storage/disk/test_data_folder.py::test_a_linked_database_or_log_is_refused",
    ("update", "source"): "sync/test_release_attacks.py::test_pipes_and_links_on_a_stick_are_not_read",
    ("selftest", "rehearse"): "kiosk/main/test_cli_clumsy.py::test_a_copy_that_is_not_there_passes_no_rehearsal",
    ("setup", "request"): SETTING_UP, ("setup", "answer"): SETTING_UP, ("setup", "report"): SETTING_UP,
}  # fmt: skip
CENTRE_ELSEWHERE: Final[dict[Named, str]] = {
    ("", "data"): "central/cli/test_cli.py::test_keys_are_made_once_and_the_offline_folder_can_be_elsewhere",
    ("", "sessions"): "central/staff/test_signed_in.py::test_a_session_is_read_through_no_link",
    ("", "root_dir"): "attacks/test_hostile_places.py::test_nothing_of_the_centre_follows_what_a_stranger_laid",
    ("device move", "out"): BOTH, ("request papers", "folder"): BOTH, ("acceptance show", "file"): BOTH,
    ("release keys", "folder"): BOTH, ("release keys", "passwords"): BOTH,
}  # fmt: skip


@pytest.mark.oracle(4)
def test_every_path_of_every_command_is_tried(shop: Premises, bureau: Bureau, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert untold(parser(), counters(shop), COUNTER_ELSEWHERE, tmp_path / "a") == []
    assert untold(command_line.parser(), centres(bureau), CENTRE_ELSEWHERE, tmp_path / "b") == []
    for test in {*COUNTER_ELSEWHERE.values(), *CENTRE_ELSEWHERE.values()}:
        module, _, name = test.partition("::")
        assert name in names_in(ROOT / "tests" / module)


def names_opened() -> set[str]:
    """What commands make a path of, or open: a name, or what an argument of that name was given."""
    calls = (
        node
        for folder in ("central/cli", "kiosk/main")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and re.fullmatch(r"Path|open|outside\.\w+", ast.unparse(node.func))
    )
    given = (ast.unparse(one).rpartition(".")[2] for call in calls for one in call.args)
    return {name for name in given if name.isidentifier()}


@pytest.mark.oracle(4)
def test_no_argument_that_is_opened_is_a_word() -> None:
    """Of any command: that another marks one of the same name as a path says nothing of this one."""
    opened = names_opened()
    assert {"file", "folder", "out", "passwords"} <= opened
    for top in (parser(), command_line.parser()):
        words = {
            (words, one.dest)
            for words, one in arguments(top)
            if one.type is None and one.nargs != 0 and not one.choices
        }
        mistaken = {one for one in words if one[1] in opened}
        assert {one for one in mistaken if one != (f"request {one[0].rpartition(' ')[2]}", "request")} == set(), (
            "a request's number has the name of the enrolment's file"
        )


def faults(program: Program, root: Path, ways: tuple[Way, ...], traps: int) -> list[str]:
    """What goes wrong when each way is given with `traps` of the traps that can be laid for it."""
    found = []
    for number, one in enumerate(ways):
        code, _ = give(program, root / f"{number}", one)
        everywhere = [(where, plant) for where in seen(root / f"{number}" / "place") for plant in PLANTS]
        chosen = random.Random(one.name).sample(everywhere, min(traps, len(everywhere)))
        for at_, (where, plant) in enumerate(chosen):
            wrong = attack(program, root / f"{number}-{at_}", one, where, plant, works=code == 0)
            if wrong:
                found.append(f"{one.name}: {plant.__name__} at {where or 'the place'}: {wrong}")
    return found


@pytest.mark.oracle(4)
def test_nothing_of_the_counter_follows_what_a_stranger_laid(counter: Program, shop: Premises, tmp_path: Path) -> None:
    assert faults(counter, tmp_path, counters(shop), more(1)) == []


@pytest.mark.oracle(4)
def test_nothing_of_the_centre_follows_what_a_stranger_laid(office: Program, bureau: Bureau, tmp_path: Path) -> None:
    assert faults(office, tmp_path, centres(bureau), more(1)) == []


@pytest.mark.oracle(4)
@pytest.mark.parametrize("option", ["--request", "--answer", "--report"])
def test_setting_up_follows_no_link(option: str, tmp_path: Path) -> None:
    ours, laid = tmp_path / "ours", tmp_path / "laid"
    ours.mkdir()
    link(laid, ours)
    made = Scripted(tmp_path, "enrolment", option, str(laid))
    with pytest.raises(KioskError) as raised:
        keep_report(laid, {}, b"") if option == "--report" else made.script._carry()
    assert raised.value.values["reason"] == "ELOOP"
    assert [path.name for path in ours.rglob("*") if path.is_file()] == ["ours"]


@pytest.mark.oracle(4, planted=True)
def test_a_writer_that_follows_links_is_found(
    office: Program, bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(path: Path, content: bytes, _mode: int = 0) -> None:
        path.write_bytes(content)

    monkeypatch.setattr("protocol.program.outside.files.replace_whole", trusting)
    monkeypatch.setattr("protocol.program.outside.files.plain", lambda path: path)
    (take,) = (one for one in centres(bureau) if one.name == "stick take")
    answer = bureau.bundle[0].replace(".kjb", ".kja")
    assert "was touched" in attack(office, tmp_path, take, answer, link, works=True)

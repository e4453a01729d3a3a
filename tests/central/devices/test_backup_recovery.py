"""What leaves and what is brought back, at the centre: two people's word, replacing, moving, erasing, recovery."""

from __future__ import annotations

import json
import secrets
import uuid
from pathlib import Path

import pytest

from central.cli.console import EXIT_REFUSED, EXIT_UNAVAILABLE
from central.devices import backup_recovery, decommissioning, registry
from central.devices.registry import ONLINE_MS
from central.documents import feed
from central.store import key_files
from kiosk.core.system_world import SystemClock
from protocol.documents import trust
from protocol.documents.device_standing import EarlierEpoch
from protocol.errors import Corrupt, Refused
from protocol.journal.entries import EntryType
from protocol.wire import sealing
from protocol.wire.backup_manifest import Manifest, write_manifest
from storage.db.engine import Database
from tests.central.cli.test_cli import cli, device, office
from tests.harness.centre_command import Cli
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]
MACHINE = bytes([3]) * 32
KEY = bytes([1]) * 32


def root_of(office: OwnCentre) -> Path:
    return office.root


# ---- a broken computer


def test_replaced_the_old_key_is_revoked_before_the_new_one_comes(cli: Cli, device: Device, office: OwnCentre) -> None:
    made = cli.ask("device", "replace", device.name)
    assert (made["device"], len(made["slot"])) == (device.name, 4)
    assert office.standing(device).state == "superseded"
    new = office.enrol(device.chain.device)
    assert new.chain.epoch == 2
    with office.store.reading() as session:
        assert registry.earlier(session, office.standing(new)) == (EarlierEpoch(1, 0),)
        assert registry.earlier(session, office.standing(device, 1)) == ()


def test_a_code_that_replaces_or_moves_comes_for_scanner_and_stick_too(
    cli: Cli, device: Device, office: OwnCentre, tmp_path: Path
) -> None:
    stick = tmp_path / "فلاشة"
    for number, words in enumerate((("replace",), ("move", "--shop", "GIZ-002"))):
        if words[0] == "move":
            other_shop(cli)
            device = office.enrol(device.chain.device)
            leave(device, office)
        made = cli.ask("device", words[0], device.name, *words[1:], "--out", str(stick / str(number)))
        line = (stick / str(number) / "manfaz-slot.txt").read_text(encoding="utf-8").strip()
        assert line == made["invitation"]
        assert line.split()[-2:] == [made["slot"], made["code"].lower()]
        assert (stick / str(number) / "manfaz-slot.png").read_bytes().startswith(b"\x89PNG")


def test_a_stick_that_takes_no_code_leaves_the_old_key_as_it_was(
    cli: Cli, device: Device, office: OwnCentre, tmp_path: Path
) -> None:
    (tmp_path / "stick").write_bytes(b"")
    assert cli.fails("device", "replace", device.name, "--out", str(tmp_path / "stick"))[0] == EXIT_UNAVAILABLE
    assert office.standing(device).state == "active"


def test_late_entries_of_the_old_epoch_are_taken(device: Device, office: OwnCentre) -> None:
    office.act(decommissioning.replace, device.chain.device, "amal")
    office.enrol(device.chain.device)
    sell(device, birth())
    office.take(device, device.items)
    assert office.standing(device, 1).hwm == len(device.items)


# ---- to another shop


def other_shop(cli: Cli) -> None:
    cli.ask("shop", "add", "--id", "GIZ-002")


def leave(device: Device, office: OwnCentre, kind: str = "move") -> None:
    device.write(EntryType.LEAVING, {"v": 1, "kind": kind, "unsent": 0, "at": len(device.items)})
    office.take(device, device.items)


def test_a_counter_moves_once_it_has_said_so(cli: Cli, device: Device, office: OwnCentre) -> None:
    other_shop(cli)
    assert cli.fails("device", "move", device.name, "--shop", "S1")[0] == EXIT_REFUSED
    assert cli.fails("device", "move", device.name, "--shop", "GIZ-002")[0] == EXIT_REFUSED
    assert cli.fails("device", "slot", "--device", device.name, "--shop", "GIZ-002")[0] == EXIT_REFUSED
    leave(device, office)
    assert cli.ask("device", "move", device.name, "--shop", "GIZ-002")["shop"] == "GIZ-002"
    assert "device.moved" in [act["act"] for act in cli.ask("audit", "list")]


@pytest.mark.parametrize("kind", ["retire", "move"])
def test_only_the_last_word_counts(cli: Cli, device: Device, office: OwnCentre, kind: str) -> None:
    other_shop(cli)
    leave(device, office, kind)
    if kind == "move":
        device.write(EntryType.DOCUMENT_APPLIED, {"v": 1, "kind": "settings", "version": 1, "sha256": "0" * 64})
        office.take(device, device.items[-1:])
        assert cli.ask("device", "move", device.name, "--shop", "GIZ-002")["slot"]
        device.write(EntryType.LOGIN, {"v": 1, "kind": "login", "op": str(uuid.UUID(int=7)), "login": 0})
        office.take(device, device.items[-1:])
    assert cli.fails("device", "move", device.name, "--shop", "GIZ-002")[0] == EXIT_REFUSED


# ---- stolen


def test_a_stolen_device_is_erased_by_two_once_all_is_here(cli: Cli, device: Device, office: OwnCentre) -> None:
    with office.store.writing() as session:
        told = "UPDATE device SET heartbeat = ?, heard_ms = ?"
        session.run(told, json.dumps({"last_seq": 5}), SystemClock().wall_ms())
    cli.ask("device", "erase", device.name, "--staff", "amal")
    code, said = cli.fails("device", "erase", device.name, "--staff", "badr")
    assert code == EXIT_REFUSED
    assert "5 entries" in said
    office.run(told, json.dumps({"last_seq": 0}), SystemClock().wall_ms() - ONLINE_MS - 60_000)
    assert cli.fails("device", "erase", device.name, "--staff", "badr")[0] == EXIT_REFUSED, "it may have sold since"
    office.run(told, json.dumps({"last_seq": 0}), SystemClock().wall_ms())
    assert cli.ask("device", "erase", device.name, "--staff", "badr")["first"] == "amal"
    assert office.standing(device).state == "erased"
    order = office.feed(device)[-1]
    members = trust.open_object(json.dumps(order["document"]).encode(), trust.VERDICT, device.keyset.feed)
    assert (order["kind"], members["code"], members["epoch"]) == ("order", "erase", 1)
    code, _ = cli.fails("device", "resume", device.name)
    assert code == EXIT_REFUSED, "it is not taken back"
    acts = len(cli.ask("audit", "list"))
    assert cli.fails("device", "erase", device.name, "--staff", "amal")[0] == EXIT_REFUSED
    assert len(cli.ask("audit", "list")) == acts, "no proposal is kept for what cannot be done"


def test_a_device_that_never_told_anything_is_erased_with_its_loss_accepted(
    cli: Cli, device: Device, office: OwnCentre
) -> None:
    words = ("device", "erase", device.name, "--accept-loss", "thrown into the Nile")
    cli.ask(*words, "--staff", "amal")
    cli.ask("device", "erase", device.name, "--staff", "badr")
    assert office.standing(device).state == "active", "the second wanted something else"
    cli.ask(*words, "--staff", "badr")
    detail = next(act["detail"] for act in cli.ask("audit", "list") if act["act"] == "device.erased")
    assert detail == {"epoch": 1, "unsent": 1, "loss": "thrown into the Nile"}


def test_the_computer_that_took_the_place_of_a_stolen_one_is_not_erased_for_it(
    cli: Cli, device: Device, office: OwnCentre
) -> None:
    cli.ask("device", "replace", device.name)
    new = office.enrol(device.chain.device)
    words = ("device", "erase", device.name, "--accept-loss", "stolen")

    for more in ((), ("--epoch", "3")):
        assert cli.fails(*words, *more, "--staff", "amal")[0] == EXIT_REFUSED
    cli.ask(*words, "--epoch", "1", "--staff", "amal")
    cli.ask(*words, "--epoch", "2", "--staff", "badr")
    assert office.standing(device, 1).state == "superseded", "the second meant another one"
    cli.ask(*words, "--epoch", "1", "--staff", "badr")
    assert (office.standing(device, 1).state, office.standing(new).state) == ("erased", "active")
    device.write(EntryType.LOGIN, {"v": 1, "kind": "login", "op": str(uuid.UUID(int=7)), "login": 0})
    office.take(device, device.items)
    assert office.standing(device, 1).hwm == len(device.items), "what a backup of it still brings is taken"


# ---- the key of a backup


def kept(office: OwnCentre, device: Device) -> bytes:
    private = bytes.fromhex(key_files.read_offline(root_of(office))["recovery"])
    return sealing.seal_for_centre(KEY, device.chain.device, 1, sealing.public_of(private))


def asking(office: OwnCentre, of: Device, /, **changes: object) -> dict[str, object]:
    return {
        "v": 1, "kind": "manfaz-recovery", "device": of.name, "epoch": 1, "seq": 5, "shop": "S1",
        "sealed": kept(office, of).hex(), "machine": sealing.public_of(MACHINE).hex(), **changes,
    }  # fmt: skip


def test_two_open_a_backup_for_one_machine(cli: Cli, device: Device, office: OwnCentre, tmp_path: Path) -> None:
    file, answer = tmp_path / "request.json", tmp_path / "answer.json"
    asked = asking(office, device)
    file.write_text(json.dumps(asked))
    words = ("backup", "open", str(file), "--out", str(answer))
    cli.ask(*words, "--staff", "amal")
    assert not answer.exists()
    assert cli.fails(*words, "--staff", "amal")[0] == EXIT_REFUSED
    assert cli.ask(*words, "--staff", "badr")["file"] == str(answer)
    made = bytes.fromhex(json.loads(answer.read_bytes())["answer"])
    kept_key = bytes.fromhex(str(asked["sealed"]))
    assert sealing.open_at_machine(made, device.chain.device, kept_key, MACHINE) == KEY
    assert KEY.hex() not in json.dumps(cli.ask("audit", "list"))
    cli.ask("backup", "open", str(file), "--staff", "amal")
    assert cli.fails(*words[:3], "--out", str(tmp_path / "none" / "x"), "--staff", "badr")[0] == EXIT_UNAVAILABLE


def test_another_request_needs_two_again(cli: Cli, device: Device, office: OwnCentre, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(asking(office, device)))
    cli.ask("backup", "open", str(file), "--staff", "amal")
    file.write_text(json.dumps(asking(office, device, machine=sealing.public_of(bytes([4]) * 32).hex())))
    assert "file" not in cli.ask("backup", "open", str(file), "--staff", "badr")


@pytest.mark.parametrize(
    "change", [{"kind": "x"}, {"device": "x"}, {"sealed": 5}, {"machine": "00"}, {"epoch": "x"}, {"sealed": "00" * 80}]
)
def test_what_is_no_request_is_refused(
    cli: Cli, device: Device, office: OwnCentre, tmp_path: Path, change: dict[str, object]
) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(asking(office, device, **change)))
    assert cli.fails("backup", "open", str(file))[0] == EXIT_REFUSED, "nothing of the centre's is damaged"


def test_whoever_asks_is_one_of_ours(cli: Cli, device: Device, office: OwnCentre, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(asking(office, device, device=str(uuid.UUID(int=9)))))
    assert cli.fails("backup", "open", str(file))[0] == EXIT_REFUSED
    assert cli.fails("backup", "open", str(tmp_path / "none"))[0] == EXIT_UNAVAILABLE
    assert cli.fails("backup", "a", "b")[0] == EXIT_REFUSED
    with pytest.raises(Refused, match="root_missing"):
        backup_recovery.answer(backup_recovery.read(json.dumps(asking(office, device)).encode()), tmp_path / "none")
    with pytest.raises(Corrupt, match="recovery_request"):
        backup_recovery.read(b"[]")


def backup(office: OwnCentre, device: Device, folder: Path, entry_hash: bytes, entries: int = 1) -> Path:
    """A counter's backup, as far as the centre looks into it."""
    folder.mkdir()
    connection = Database(folder / "kiosk.db", KEY).writer()
    connection.execute("CREATE TABLE journal (epoch INTEGER, seq INTEGER, entry_hash BLOB)")
    connection.execute("INSERT INTO journal VALUES (1, 1, ?)", (entry_hash,))
    connection.close()
    one = Manifest(device.name, "S1", 1, 1, 1, entries, "0010", "0.3.0", 1, 1, kept(office, device), (0, 0), ())
    (folder / "backup.json").write_bytes(write_manifest(one))
    return folder


def test_the_yearly_proof_is_kept(cli: Cli, device: Device, office: OwnCentre, tmp_path: Path) -> None:
    early = cli.ask("backup", "prove", str(backup(office, device, tmp_path / "early", bytes(32))))
    assert (early["entries"], early["ours"]) == (1, False)
    device.open_epoch()
    office.take(device, device.items)
    good = backup(office, device, tmp_path / "good", device.items[0].record.hash)
    before = {path.name: path.read_bytes() for path in good.iterdir()}
    assert cli.ask("backup", "prove", str(good))["ours"]
    assert {path.name: path.read_bytes() for path in good.iterdir()} == before, "a copy is read, not the stick"
    proved = [act["detail"] for act in cli.ask("audit", "list") if act["act"] == "backup.proved"]
    assert len(proved) == 2
    with office.centre.store.reading() as session:
        told = feed.page(session, device.chain.device, 0).items
    assert len([one["at_ms"] for one in told if one["kind"] == "proved"]) == 2
    other = backup(office, device, tmp_path / "other", secrets.token_bytes(32))
    assert cli.fails("backup", "prove", str(other))[0] == EXIT_REFUSED
    fewer = backup(office, device, tmp_path / "fewer", device.items[0].record.hash, entries=2)
    assert cli.fails("backup", "prove", str(fewer))[0] == EXIT_REFUSED
    whole = (good / "kiosk.db").read_bytes()
    for content in (b"x" * 4096, whole[:2000] + b"x" + whole[2001:]):
        (good / "kiosk.db").write_bytes(content)
        assert cli.fails("backup", "prove", str(good))[0] == EXIT_REFUSED
    assert cli.fails("backup", "prove", str(tmp_path / "none"))[0] == EXIT_UNAVAILABLE

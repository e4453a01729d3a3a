"""What the centre tells its devices: documents, decisions, orders, leases, live amounts."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
import requests

from protocol.documents import trust
from protocol.documents.operators import is_activation, read_operators
from protocol.documents.settings import read_settings
from protocol.wire import wire
from tests.harness.centre_process import REFUSED, USAGE, CentreProcess
from tests.harness.wire_device import SHOP, Device, enrol_device


def document(device: Device, item: dict[str, Any], payload_type: str, role: trust.Role) -> dict[str, Any]:
    return trust.open_object(json.dumps(item["document"]).encode(), payload_type, device.keyset.publics(role))


def latest(device: Device, kind: str) -> dict[str, Any]:
    return [item for item in device.feed() if item["kind"] == kind][-1]


def test_ping_is_signed_and_answers_this_question(centre: CentreProcess, steady: Device) -> None:
    nonce = wire.nonce_text(bytes(16))
    answer = requests.get(f"{centre.url}{wire.PATH_PING}", params={"n": nonce}, timeout=10)
    assert trust.open_object(answer.content, trust.PING, steady.keyset.feed)["nonce"] == nonce
    assert requests.get(f"{centre.url}{wire.PATH_PING}", timeout=10).status_code == 400
    assert requests.get(f"{centre.url}{wire.PATH_PING}?n=x", timeout=10).status_code == 400


def test_a_new_device_is_told_its_settings_its_people_and_the_prices(centre: CentreProcess) -> None:
    device = enrol_device(centre)
    items = {item["kind"]: item for item in device.feed()}
    settings = read_settings(document(device, items["settings"], trust.SETTINGS, "feed"))
    assert (settings.shop.id, settings.version) == (SHOP, items["settings"]["version"])
    read_operators(document(device, items["operators"], trust.OPERATORS, "feed"))
    catalogue = document(device, items["catalogue"], trust.CATALOGUE, "catalogue")
    assert catalogue["version"] == items["catalogue"]["version"]
    assert catalogue["services"]
    assert device.feed() == []


def test_changed_settings_arrive_and_are_a_higher_version(centre: CentreProcess, device: Device) -> None:
    before = document(device, latest(device, "settings"), trust.SETTINGS, "feed")["version"]
    centre.cli("settings", "set", "--shop", SHOP, "limits.unsent_soft=70", "limits.unsent_hard=77", "limits.lease_h=5")
    settings = read_settings(document(device, latest(device, "settings"), trust.SETTINGS, "feed"))
    assert settings.version > before
    assert (settings.limits.unsent_hard, settings.limits.unsent_soft) == (77, 70)
    lease = device.heartbeat()
    assert round((lease["lease_until_ms"] - lease["server_ms"]) / 3_600_000) == 5


def test_an_operator_arrives_with_the_hash_of_a_code_that_only_the_person_has(
    centre: CentreProcess, device: Device
) -> None:
    device.feed()
    made = centre.cli(
        "operator", "add", "--shop", SHOP, "--name-ar", "سلمى", "--name-en", "Salma", "--role", "supervisor"
    )
    item = latest(device, "operators")
    person = read_operators(document(device, item, trust.OPERATORS, "feed"))[made["id"]]
    assert (person.name.ar, person.role) == ("سلمى", "supervisor")
    assert is_activation(person, made["code"])
    assert made["code"] not in json.dumps(item)


def test_a_decision_of_the_staff_reaches_the_counter(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    record = device.request()
    device.push()
    decision = device.await_item("decision")
    assert decision["seq"] == record.fields.seq
    shown = centre.cli("request", "show", decision["id"])
    assert shown["id"] == decision["id"]
    centre.cli(
        "request",
        "decide",
        decision["id"],
        "approved",
        "--reason-ar",
        "تم",
        "--reason-en",
        "Done",
        "--staff",
        "amal",
        "--seen",
        "1",
        "--because",
        "looked at again",
    )
    decided = device.await_item("decision")
    assert (decided["status"], decided["reason"]) == ("approved", {"ar": "تم", "en": "Done"})
    assert (decided["id"], decided["entry_hash"]) == (decision["id"], record.hash.hex())


def test_a_suspended_device_is_told_so_signed_and_resumed_again(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    centre.cli("device", "suspend", device.name, "--staff", "amal")
    for method, path, query, key in (
        ("POST", wire.PATH_HEARTBEAT, "", "hb-1"), ("POST", wire.PATH_INQUIRIES, "", "inq-1"),
    ):  # fmt: skip
        answer, nonce = device.send(method, path, b"{}", query=query, key=key)
        assert answer.status_code == 403
        assert device.read_verdict(answer, nonce)["code"] == "suspended"
    centre.cli("device", "resume", device.name, "--staff", "amal")
    device.heartbeat()
    orders = [item for item in device.feed() if item["kind"] == "order"]
    codes = [
        trust.open_object(json.dumps(one["document"]).encode(), trust.VERDICT, device.keyset.feed)["code"]
        for one in orders
    ]
    assert codes[-1] == "resumed"
    assert device.push().status_code == 200


def test_a_too_old_program_is_told_to_renew_itself(centre: CentreProcess, device: Device) -> None:
    device.send(
        "POST", wire.PATH_HEARTBEAT, b'{"v":1,"app":"3.0.0","last_seq":0,"unsent":0}', key="hb-y", nonce="B" * 22
    )
    centre.cli("settings", "set", "--shop", SHOP, "min_client=3.0.0")
    try:
        nonce = "A" * 22
        body = b'{"v":1,"app":"2.9.9","last_seq":0,"unsent":0}'
        answer, _ = device.send("POST", wire.PATH_HEARTBEAT, body, key="hb-x", nonce=nonce)
        assert answer.status_code == 426
        assert device.read_verdict(answer, nonce)["code"] == "upgrade"
    finally:
        centre.cli("settings", "set", "--shop", SHOP, 'min_client="0"')


def test_a_live_amount_is_the_sum_of_its_lines_and_unknown_is_not_found(centre: CentreProcess, steady: Device) -> None:
    for amount, label in ((10_000, "Speed"), (5_050, "Parking")):
        centre.cli(
            "authority",
            "fine",
            "add",
            "--plate",
            "س م ط 1234",
            "--amount-pt",
            str(amount),
            "--label-ar",
            "مخالفة",
            "--label-en",
            label,
        )
    found = steady.inquire("traffic-fines-inquiry", {"plate": "سمط1234"})
    assert found["found"] is True
    assert found["amount_pt"] == sum(line["amount_pt"] for line in found["lines"]) == 15_050
    assert found["reference"]
    assert found["expiry_ms"] > found["server_ms"]
    missing = steady.inquire("traffic-fines-inquiry", {"plate": "قلم9999"})
    assert (missing["found"], missing["lines"], missing["amount_pt"]) == (False, [], 0)


@pytest.mark.parametrize(
    "query", ["", "after=", "after=-1", "after=x", "after=1&after=2", "after=99999999999999999999"]
)
def test_a_cursor_that_is_none_is_refused(steady: Device, query: str) -> None:
    assert steady.send("GET", wire.PATH_FEED, query=query)[0].status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"v":1,"v":1}', b'{"v":NaN}', b"\xff", b"[" * 10_000])
@pytest.mark.parametrize("path", [wire.PATH_HEARTBEAT, wire.PATH_INQUIRIES])
def test_json_that_is_none_is_refused(steady: Device, path: str, body: bytes) -> None:
    assert steady.send("POST", path, body, key="x-1")[0].status_code == 400


def test_rotated_keys_come_in_a_keyset_signed_by_the_root(centre: CentreProcess, device: Device) -> None:
    device.feed()
    centre.cli("keys", "rotate", "feed")
    items = device.feed()  # signed by what was "next" until now: a kiosk that slept knows it
    new = next(item for item in items if item["kind"] == "keyset")
    keyset = trust.open_keyset(
        json.dumps(new["document"]).encode(), device.root, device.statement.root_fp, device.keyset.version + 1
    )
    assert keyset.feed[0] == device.keyset.feed[1]
    device.keyset = keyset
    device.heartbeat()


def test_a_catalogue_is_signed_and_published_once(centre: CentreProcess, device: Device, tmp_path: Any) -> None:
    version = latest(device, "catalogue")["version"] + 1
    envelope, other = tmp_path / "signed.json", tmp_path / "unsigned.json"
    centre.cli("catalogue", "sign", str(envelope), "--version", str(version))
    centre.cli("catalogue", "publish", str(envelope))
    item = latest(device, "catalogue")
    assert item["version"] == document(device, item, trust.CATALOGUE, "catalogue")["version"] == version
    forged = json.loads(envelope.read_bytes())
    forged["signatures"][0]["sig"] = "A" * 86 + "=="
    other.write_text(json.dumps(forged), encoding="utf-8")
    for file in (envelope, other):
        done = centre.run("catalogue", "publish", str(file))
        assert done.returncode not in {0, USAGE}
        assert "Traceback" not in done.stderr


def test_commands_that_cannot_be_done_say_so_without_a_traceback(centre: CentreProcess) -> None:
    for arguments, code in (
        (("device", "slot", "--shop", "nowhere", "--staff", "a"), REFUSED), (("request", "show", "nothing"), REFUSED),
        (("device", "suspend", str(uuid.UUID(int=0)), "--staff", "a"), REFUSED), (("no", "such"), USAGE), ((), USAGE),
    ):  # fmt: skip
        done = centre.run(*arguments)
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr.strip() or done.stdout.strip()


def test_no_personal_data_and_no_code_stand_in_the_log(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    device.request()
    device.push()
    device.await_item("decision")
    assert not re.search("منى|01012345678", centre.log())
    for file in centre.data.rglob("*"):
        if file.is_file():
            assert b"01012345678" not in file.read_bytes(), file


def test_a_centre_that_has_forgotten_its_feed_still_reaches_the_device(centre: CentreProcess, device: Device) -> None:
    device.cursor = 10**13  # when its clock was wrong, too: by a right one it numbers beyond what it has forgotten
    assert device.feed() == []
    centre.cli("settings", "set", "--shop", SHOP, "idle_lock_s=90")
    assert device.await_item("settings")["kind"] == "settings"
    assert device.cursor == 10**13 + 1

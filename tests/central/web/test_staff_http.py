"""The commands of the staff: what they do, what they refuse, and that they say it in both languages."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from central.__main__ import main
from protocol.catalogue.catalogue import bundled_services
from protocol.documents import trust
from protocol.documents.operators import is_activation, read_operators
from tests.harness.centre_process import REFUSED, CentreProcess
from tests.harness.staff_sessions import as_staff
from tests.harness.wire_device import SHOP, Device


def words(centre: CentreProcess, *arguments: str) -> tuple[int, str, str]:
    """A command as a person gives it: how it ended, what it said, what it complained of."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(as_staff(["--data", str(centre.data)], arguments))
    return code, out.getvalue(), err.getvalue()


def people(device: Device) -> dict[str, Any]:
    item = [item for item in device.feed() if item["kind"] == "operators"][-1]
    return read_operators(trust.open_object(json.dumps(item["document"]).encode(), trust.OPERATORS, device.keyset.feed))


def test_a_person_comes_forgets_the_pin_and_goes(centre: CentreProcess, device: Device) -> None:
    made = centre.cli("operator", "add", "--shop", SHOP, "--name-ar", "هدى", "--role", "operator", "--days", "30")
    assert is_activation(people(device)[made["id"]], made["code"])
    again = centre.cli("operator", "reset", made["id"])
    person = people(device)[made["id"]]
    assert is_activation(person, again["code"])
    assert not is_activation(person, made["code"])
    centre.cli("operator", "stop", made["id"])
    person = people(device)[made["id"]]
    assert (person.active, person.activation) == (False, None)
    listed = {row["id"]: row for row in centre.cli("operator", "list")}
    assert listed[made["id"]]["shop"] == SHOP


def test_shops_and_their_settings_are_shown(centre: CentreProcess) -> None:
    assert SHOP in [shop["id"] for shop in centre.cli("shop", "list")]
    centre.cli("settings", "set", "--shop", SHOP, "shop.service_fee_pt=1250", "support_phone=19999")
    shown = centre.cli("settings", "show", "--shop", SHOP)
    assert (shown["shop"]["service_fee_pt"], shown["support_phone"]) == (1_250, "19999")


def test_a_request_is_read_with_the_citizens_answers_only_when_asked_and_that_is_written_down(
    centre: CentreProcess, device: Device
) -> None:
    device.open_epoch()
    device.request()
    device.push()
    one = device.await_item("decision")["id"]
    assert one in [row["id"] for row in centre.cli("request", "list", "--shop", SHOP, "--status", "rejected")]
    assert "منى" not in json.dumps(centre.cli("request", "show", one), ensure_ascii=False)
    shown = centre.cli("request", "show", f"{device.name}-2", "--personal", "--staff", "amal")
    assert shown["fields"]["name"] == "منى أحمد"
    acts = [(row["act"], row["subject"], row["staff"]) for row in centre.cli("audit", "list")]
    assert ("personal.read", one, "amal") in acts


def test_devices_are_listed_with_where_they_stand(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    device.push()
    device.heartbeat(app="0.1.7")
    row = next(row for row in centre.cli("device", "list") if row["device"] == device.name)
    assert (row["hwm"], row["state"], row["shop"]) == (1, "active", SHOP)
    assert row["heartbeat"]["app"] == "0.1.7"


def test_the_statement_is_given_byte_for_byte(centre: CentreProcess, device: Device, tmp_path: Path) -> None:
    file = tmp_path / "statement.json"
    code, out, _ = words(centre, "device", "statement", device.name, "--file", str(file), "--epoch", "1")
    assert (code, file.read_bytes()) == (0, device.statement.payload)
    assert out.strip().encode() == device.statement.payload


def test_all_keys_rotated_a_new_device_still_finds_everything_signed(centre: CentreProcess, device: Device) -> None:
    device.feed()
    said = centre.cli("keys", "rotate")
    new = next(item for item in device.feed() if item["kind"] == "keyset")
    keyset = trust.open_keyset(json.dumps(new["document"]).encode(), device.root, device.statement.root_fp)
    assert keyset.version == said["version"]
    assert keyset.seal_x25519 != device.keyset.seal_x25519
    device.open_epoch()
    device.request()
    assert device.push(sealed=True).status_code == 200  # sealed to the old key: a kiosk may have slept
    device.keyset = keyset
    device.request()
    assert device.push(sealed=True).status_code == 200


def test_keys_are_made_once_and_where_they_are_told(centre: CentreProcess, tmp_path: Path) -> None:
    code, _, err = words(centre, "keys", "new")
    assert code == REFUSED
    assert err.strip()
    done = words(
        CentreProcess(tmp_path, 1), "keys", "new", "--dir", str(tmp_path / "k"), "--root-dir", str(tmp_path / "r")
    )
    assert done[0] == 0
    assert {file.name for file in (tmp_path / "k").iterdir()} == {"keys.json"}


def test_a_catalogue_of_a_folder_is_signed_and_a_bad_service_is_refused(centre: CentreProcess, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    source = Path(__file__).parents[3] / "assets" / "services" / "birth-cert.json"
    (good / "one.json").write_bytes(source.read_bytes())
    (bad / "one.json").write_text("{}", encoding="utf-8")
    signed = tmp_path / "signed.json"
    others = ",".join(service["id"] for service in bundled_services() if service["id"] != "birth-cert")
    said = centre.cli("catalogue", "sign", str(signed), "--version", "77", "--services", str(good), "--drop", others)
    assert said["services"] == 1
    centre.cli("catalogue", "publish", str(signed))
    assert 77 in [row["version"] for row in centre.cli("catalogue", "list")]
    code, _, err = words(centre, "catalogue", "sign", str(signed), "--version", "78", "--services", str(bad))
    assert (code, bool(err.strip())) == (REFUSED, True)


REFUSALS: list[tuple[str, ...]] = [
    ("shop", "add", "--id", "a b"), ("shop", "add", "--id", SHOP), ("device", "slot", "--shop", "none"),
    ("device", "slot", "--shop", SHOP, "--device", "ffffffff"), ("device", "approve", "0000", "--number", "000000"),
    ("device", "suspend", "ffffffff"), ("device", "resume", "ffffffff"), ("device", "statement", "ffffffff"),
    ("operator", "add", "--shop", "none", "--name-ar", "x"), ("operator", "reset", "none"),
    ("operator", "stop", "none"),
    ("settings", "set", "--shop", SHOP, "nothing"), ("settings", "set", "--shop", SHOP, "limits.unsent_hard=-1"),
    ("settings", "set", "--shop", "none", "support_phone=1"), ("settings", "show", "--shop", "none"),
    ("request", "show", "none"), ("request", "decide", "none", "approved"), ("request", "decide", "none", "rejected"),
    ("--database", "mysql://x", "device", "list"), ("authority", "fine", "add", "--plate", "xyz", "--amount-pt", "5"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("arguments", REFUSALS, ids=" ".join)
def test_what_cannot_be_done_is_explained(centre: CentreProcess, arguments: tuple[str, ...], language: str) -> None:
    code, out, err = words(centre, "--lang", language, *arguments)
    assert code == REFUSED, (out, err)
    assert len(err.strip().splitlines()) >= 3, "what, why and what to do"
    assert any("\u0600" < letter < "\u06ff" for letter in err) == (language == "ar")


@pytest.mark.parametrize(
    "arguments",
    [
        ("catalogue", "publish", "/nowhere/at/all"), ("catalogue", "sign", "/nowhere/at/all", "--version", "5"),
        ("--database", "postgresql://x@127.0.0.1:1/x", "shop", "list"),
    ],
)  # fmt: skip
def test_what_is_away_is_said_so(centre: CentreProcess, arguments: tuple[str, ...]) -> None:
    code, _, err = words(centre, *arguments)
    assert (code, bool(err.strip())) == (4, True)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_tables_and_sentences_are_for_people(centre: CentreProcess, steady: Device, language: str) -> None:
    for arguments in (
        ("shop", "list"), ("operator", "list"), ("device", "list"), ("device", "pending"), ("request", "list"),
        ("catalogue", "list"), ("audit", "list"), ("authority", "fine", "list"),
        ("settings", "show", "--shop", SHOP), ("work",), ("device", "slot", "--shop", SHOP),
        ("authority", "fine", "add", "--plate", "س م ط 1234", "--amount-pt", "5000", "--label-ar", "سرعة"),
    ):  # fmt: skip
        code, out, err = words(centre, "--lang", language, *arguments)
        assert (code, err) == (0, ""), arguments
        assert out.strip()
    assert steady.name[:8] in words(centre, "device", "list")[1]

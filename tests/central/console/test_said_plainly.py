"""What machines keep is told as people say it: no raw ids, no dates of a clock that stood, no command in an advice."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from central import audit
from central.console import words
from central.fleet.alert_words import sentence
from central.fleet.alerts import Alert
from central.staff.acts import Role
from protocol.texts import table
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import Desk, plain
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

HASH = "3f" * 32
_HELP = "central.help."


def test_a_clock_that_stood_dates_nothing(desk: Desk) -> None:
    now = desk.office.clock.ms
    assert words.at("en", 1, now) == "Not known when"
    assert words.at("ar", 1, now) == "غير معروف متى"
    assert words.at("ar", 0, now) == "—"
    told = sentence(Alert("money_at_risk", "page", "x", values={"amount_pt": 500, "hours": 498_888}), "ar")
    assert "وقت غير معروف" in told
    assert "20787" not in told


def test_a_hash_is_short_and_stands_whole_behind_it(desk: Desk) -> None:
    with desk.office.store.writing() as session:
        audit.append(session, desk.office.clock.ms, "laila", "catalogue.published", "3", sha256=HASH)
        audit.append(session, desk.office.clock.ms, "laila", "draft.saved", "birth-cert")
    page = desk.person("hana", Role.AUDITOR).get("/staff/audit")
    assert "3f3f3f3f…" in plain(page.text)
    assert HASH not in page.text
    assert f'title="{HASH}"' in page.source
    assert "Version 3" in plain(page.text)
    assert "Birth certificate" in page.text


def test_a_shop_stands_by_its_name(desk: Desk, device: Device, sold: Callable[..., str]) -> None:
    request, boss = sold(), desk.person("boss", *Role)
    name = desk.office.row("SELECT name_en FROM shop WHERE id = ?", SHOP).name_en
    form = {"decision": "approved", "chosen": [f"{request}/0"]}
    for page in (boss.get("/staff/requests"), boss.post("/staff/requests/bulk", form)):
        assert f'<bdi title="{SHOP}">{name}</bdi>' in page.source


def test_a_paper_that_the_catalogue_does_not_know_has_a_number(desk: Desk, device: Device) -> None:
    members = birth(evidence=[{"id": "card7"}])
    sell(device, members)
    desk.office.arrive(device)
    page = desk.person("nadia", Role.OFFICER).get(f"/staff/requests/{members['id']}")
    assert "Paper 1" in plain(page.text)
    assert "card7" not in page.source


def test_a_counter_whose_work_has_arrived_was_heard(desk: Desk, device: Device, sold: Callable[..., str]) -> None:
    boss, path = desk.person("boss", *Role), f"/staff/devices/{uuid.UUID(bytes=device.chain.device)}"
    never = "Never yet"
    assert never in boss.get(path).text
    sold()
    assert never not in boss.get(path).text


def test_the_last_decision_promises_no_next_one(desk: Desk, sold: Callable[..., str]) -> None:
    first, second = sold(), sold()
    officer = desk.person("nadia", Role.OFFICER)
    page = officer.post(f"/staff/requests/{first}/decision", decision="approved", seen="0")
    assert "This is the next one." in page.text
    page = officer.post(f"/staff/requests/{second}/decision", decision="approved", seen="0")
    assert "No other request waits now." in page.text


def test_what_a_page_advises_is_done_on_a_page(desk: Desk) -> None:
    said = [text["en"] for key, text in table().items() if key.startswith("console.instead.")]
    assert len(said) > 20
    commands = {key.removeprefix(_HELP).replace(".", " ") for key in table() if key.startswith(_HELP)}
    assert "account reset" in commands
    assert [one for one in said if any(command in one for command in commands if " " in command)] == []
    samir = desk.person("samir", Role.ADMINISTRATOR)
    samir.post("/staff/accounts/samir/end", because="x")
    desk.hire("sara", Role.OFFICER)
    samir.post("/staff/accounts/sara/end", because="ترك العمل")
    page = samir.post("/staff/accounts/sara/end", because="ترك العمل")
    assert "account reset" not in page.text
    assert "gets a new activation code" in page.text

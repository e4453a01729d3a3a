"""What a refused form gives back, and how little it tells of what is somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from central.fleet import alerts
from central.fleet.alerts import Alert
from central.staff.acts import Role
from tests.harness.console_desk import HERE, Desk, plain
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

TYPED = "نص طويل كُتب بعناية"


@pytest.mark.usefixtures("device")
def test_a_mistyped_shop_loses_no_text(desk: Desk) -> None:
    """What is not there and what is another governorate's are told in the same words."""
    support, told = desk.person("hala", Role.SUPPORT, governorates=("GIZ",)), []
    for shop in ("CAI-999", SHOP):
        form = support.get("/staff/support/notice").form("/staff/support/notice")
        page = support.post("/staff/support/notice", {**form, "shop": shop, "text_ar": TYPED})
        assert support.status == 404
        assert TYPED in page.text
        assert "Nothing has that name or number." in page.text
        told.append(page.text.replace(shop, "?"))
    assert told[0] == told[1]


def test_what_is_above_ones_limit_loses_no_text(desk: Desk) -> None:
    finance = desk.person("mona", Role.FINANCE, limit_pt=100_000)
    page = finance.post("/staff/money/deposit", shop=SHOP, amount="1000.01", reference="B-3")
    assert finance.status == 404
    assert "You may not do this" in plain(page.text)
    answer = finance.http.post("/staff/money/deposit", data={"shop": SHOP, "amount": "1000.01", "reference": "B-3"},
                               headers=HERE)  # fmt: skip
    assert 'value="1000.01"' in answer.text


def test_somebody_elses_proposal_looks_like_none(desk: Desk) -> None:
    desk.person("tarek", Role.SUPPORT).post("/staff/support/notice/all", text_ar="عطلة")
    n = desk.office.row("SELECT n FROM proposal").n
    officer = desk.person("nadia", Role.OFFICER)
    for act in ("approval", "withdrawal"):
        theirs, none, odd = (
            officer.http.post(f"/staff/proposals/{one}/{act}", headers=HERE) for one in (n, n + 1, "x")
        )
        assert theirs.status_code == none.status_code == odd.status_code == 409
        here, there = (one.text.replace(f"/{n}/", "/N/").replace(f"/{n + 1}/", "/N/") for one in (theirs, none))
        assert here == there
    assert desk.office.row("SELECT state FROM proposal").state == "waiting"


def test_a_counter_elsewhere_looks_like_none_on_the_telephone(desk: Desk, device: Device) -> None:
    support = desk.person("hala", Role.SUPPORT, governorates=("GIZ",))
    told = []
    for short in (device.chain.device.hex()[:8], "ffffffff"):
        form = {"form": "1", "approval": f"{short}-99", "check": "AAAA", "what": "void", "of": "x", "amount": "1"}
        page = support.post("/staff/support/agree/telephone", form)
        told.append((support.status, page.text))
    assert told[0] == told[1]
    assert told[0][0] == 404


def test_what_is_wrong_elsewhere_is_no_work_of_his(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Alert("till_silent", "page", "x", shop="ALX-001", governorate="ALX")]
    monkeypatch.setattr(alerts, "alerts", lambda *_: found)
    here, there = (desk.person(name, Role.SUPPORT, governorates=(area,)) for name, area in (("a", "ALX"), ("b", "GIZ")))
    assert "Nothing waits for you now." not in here.get("/staff").text
    assert "Nothing waits for you now." in there.get("/staff").text


@pytest.mark.parametrize("word", ["approved", "sent_back"])
def test_many_decided_by_a_form_that_came_twice_are_told_as_decided(
    desk: Desk, sold: Callable[..., str], word: str
) -> None:
    officer, chosen = desk.person("nadia", Role.OFFICER), [f"{sold()}/0" for _ in range(2)]
    form = {"decision": word, "chosen": chosen, "reason": "photo_unclear"}
    for _ in range(2):
        page = officer.post("/staff/requests/bulk/decision", form)
        assert f"2 requests {word.replace('_', ' ')}" in plain(page.text)
        assert "not decided" not in plain(page.text)
    assert len(desk.office.rows("SELECT n FROM decision WHERE staff = 'nadia'")) == 2
    page = desk.person("sherif", Role.OFFICER).post("/staff/requests/bulk/decision", form)
    assert "2 requests were not decided" in plain(page.text)

"""What shops ask of the staff stands on a page: decisions to be looked at again, citizens to be erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from central.staff.acts import Role
from protocol.clock import DAY_MS
from tests.harness.centre_sales import send_up
from tests.harness.console_desk import Desk
from tests.harness.wire_device import Device

PATH = "/staff/requests/asked"
KEPT_DAYS = 61


@pytest.fixture
def ask(desk: Desk, device: Device) -> Callable[[str], str]:
    """By the counter, about its newest request; returns the number on the paper of one who was refused."""

    def asks(request: str) -> str:
        paper = send_up(device, device.chain.seq, request)
        desk.office.arrive(device)
        return paper

    return asks


def test_what_a_shop_asks_is_listed_with_why_and_leads_to_the_request(
    desk: Desk, sold: Callable[..., str], ask: Callable[[str], str]
) -> None:
    request = sold()
    ask(request)
    nadia = desk.person("nadia", Role.OFFICER)
    page = nadia.get(PATH)
    assert f"/staff/requests/{request}" in page.links
    assert "The rejection is wrong" in page.text
    assert "Waiting for a decision" in page.text
    assert f"/staff/requests/{request}" in nadia.get(PATH, what="erase").links
    nadia.get(PATH, what="odd")
    assert nadia.status == 404


def test_a_decision_that_is_kept_is_told_again_and_leaves_the_list(
    desk: Desk, sold: Callable[..., str], ask: Callable[[str], str]
) -> None:
    request, nadia = sold(), desk.person("nadia", Role.OFFICER)
    where = f"/staff/requests/{request}"
    nadia.post(f"{where}/decision", decision="rejected", seen="0", reason="own", reason_ar="لا", reason_en="No")
    desk.office.clock.ms += 1
    ask(request)
    desk.office.clock.ms += 1
    badr = desk.person("badr", Role.OFFICER)
    first, stale = nadia.get(where).form(f"{where}/upheld"), badr.get(where).form(f"{where}/upheld")
    for _ in range(2):  # a double click
        nadia.post(f"{where}/upheld", first)
        assert (nadia.status, "The decision stays" in nadia.last.text) == (200, True)
    assert where not in nadia.get(PATH).links
    badr.post(f"{where}/upheld", stale)
    assert (badr.status, "nadia" in badr.last.text) == (409, True)
    assert [form for form in badr.get(where).forms if form["action"] == f"{where}/upheld"] == []
    assert desk.office.row("SELECT status, decisions FROM request WHERE id = ?", request) == ("rejected", 2)
    nadia.post(f"{where}/upheld", seen="2")  # nobody asks any more
    assert desk.office.row("SELECT decisions FROM request WHERE id = ?", request).decisions == 2
    assert desk.office.row("SELECT count(*) AS n FROM audit WHERE act = 'request.upheld'").n == 1


def test_only_what_is_within_ones_bounds_is_listed(
    desk: Desk, sold: Callable[..., str], authority: str, ask: Callable[[str], str]
) -> None:
    request = sold()
    paper = ask(request)
    for account, bounds, sees in (
        ("here", {"authorities": (authority,), "services": ("birth-cert",)}, True),
        ("there", {"authorities": ("traffic",)}, False), ("far", {"governorates": ("ASN",)}, False),
        ("other", {"services": ("passport",)}, False),
    ):  # fmt: skip
        one = desk.person(account, Role.SUPERVISOR, **bounds)
        for what in ("", "erase"):
            assert (f"/staff/requests/{request}" in one.get(PATH, what=what).links) is sees, account
            assert paper not in one.last.text
        one.post(PATH, paper=paper)
        assert one.status == 404
    assert paper in desk.person("hany", Role.SUPERVISOR).get(PATH, what="erase").text


def test_who_was_refused_is_erased_by_two_supervisors(
    desk: Desk, sold: Callable[..., str], ask: Callable[[str], str]
) -> None:
    paper = ask(sold())
    hany = desk.person("hany", Role.SUPERVISOR)
    hany.post(PATH, hany.get(PATH, what="erase").form(PATH))
    assert (hany.status, "must still be kept" in hany.last.text) == (409, True)
    assert hany.last.form(PATH)["paper"] == paper
    desk.office.run("UPDATE chain SET durable = hwm")
    desk.office.clock.ms += KEPT_DAYS * DAY_MS
    for one in (hany := desk.signed_in("hany"), ragaa := desk.person("ragaa", Role.SUPERVISOR)):
        assert f"{paper} A refusal's paper" in one.get(PATH, what="erase").text
        one.post(PATH, one.last.form(PATH))
        assert (one.status, one.address.startswith(f"{PATH}?what=erase")) == (200, True)
    assert "Your proposal is kept" in hany.last.text
    assert "The data is erased here" in ragaa.last.text
    assert [form for form in ragaa.last.forms if form["action"] == PATH] == []
    assert desk.office.row("SELECT staff FROM erasure").staff == "ragaa"
    ragaa.post(PATH, paper="ffffffff-99")
    assert ragaa.status == 404


def test_a_long_list_goes_on(
    desk: Desk, sold: Callable[..., str], ask: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.console.asked_pages.SHOWN", 1)
    ask(first := sold())
    ask(second := sold())
    nadia = desk.person("nadia", Role.OFFICER)
    page = nadia.get(PATH)
    assert f"/staff/requests/{second}" in page.links
    following = nadia.get(next(one for one in page.links if "after=" in one))
    assert f"/staff/requests/{first}" in following.links
    assert not any("after=" in one for one in following.links)

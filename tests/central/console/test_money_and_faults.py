"""A day's money as the centre knows it; what fails below, or does not arrive whole."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from central import audit
from central.console import visit
from central.devices.registry import name_of
from central.requests import refunds
from central.staff.acts import Role
from central.store.request_models import MissedReceipt
from protocol.clock import DAY_MS, business_date
from protocol.errors import Corrupt, Unavailable
from tests.harness.console_desk import HERE, Desk, plain
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device


def _close(desk: Desk, device: Device, seq: int, difference_pt: object, **more: object) -> None:
    said = json.dumps({"difference_pt": difference_pt, "counted_pt": 50_000, "reason": "=cmd()", **more})
    odd = difference_pt if isinstance(difference_pt, int) else 0
    desk.office.run(
        "INSERT INTO till_close (device, epoch, seq, day, number, wall_ms, body, difference_pt)"
        " VALUES (?, 1, ?, ?, 1, 0, ?, ?)",
        device.chain.device, 1_000 + seq, str(business_date(desk.office.clock.ms)), said, odd,
    )  # fmt: skip


def test_what_is_short_is_told_in_words_and_the_largest_first(desk: Desk, device: Device) -> None:
    finance = desk.person("mona", Role.FINANCE)
    assert "No closing of this day has arrived." in finance.get("/staff/money").text
    _close(desk, device, 1, 0)
    assert "The 1 closing comes out even." in plain(finance.get("/staff/money").text)
    for seq, difference in ((2, 500), (3, -12_000), (4, "much")):
        _close(desk, device, seq, difference, pending=seq == 3)
    text = plain(finance.get("/staff/money").text)
    assert text.index("Short by EGP 120.00") < text.index("Over by EGP 5.00")
    assert "Waits for agreement" in text
    assert "of 4 closings" in text


def test_money_of_another_governorate_is_not_added(desk: Desk, device: Device, sold: Callable[..., str]) -> None:
    sold()
    here = desk.person("mona", Role.FINANCE, governorates=("CAI",))
    there = desk.person("hala", Role.FINANCE, governorates=("GIZ",))
    assert "Taken EGP 80.00" in plain(here.get("/staff/money").text)
    assert "Taken EGP 0.00" in plain(there.get("/staff/money").text)
    there.post("/staff/money/deposit", shop=SHOP, amount="10", reference="B-2")
    assert there.status == 404
    here.get("/staff/money", day="2026-13-45")
    assert here.status == 409


def test_however_much_other_governorates_have_ones_own_is_shown(desk: Desk, device: Device) -> None:
    with desk.office.store.writing() as session:
        for n, one in enumerate((device.chain.device, *[bytes(16)] * 1_001)):  # the others' are the newest
            audit.append(session, n, name_of(one), refunds.CASES[0], f"request-{n}")
            asked = {"device8": name_of(one)[:8], "seq": 70 + n, "code": "c", "asked": 9}
            session.add(MissedReceipt, **asked, first_ms=n, last_ms=n, state="")
    finance = desk.person("mona", Role.FINANCE, governorates=("CAI",))
    support = desk.person("hala", Role.SUPPORT, governorates=("CAI",))
    text = finance.get("/staff/money").text
    assert "request-0" in text
    assert "request-1" not in text
    text = support.get("/staff/support/receipts").text
    assert name_of(device.chain.device)[:8] in text
    assert "00000000" not in text


def test_a_case_tells_of_a_request_of_another_governorate_no_more_than_its_id(
    desk: Desk, device: Device, sold: Callable[..., str]
) -> None:
    request = sold()
    with desk.office.store.writing() as session:
        audit.append(session, 1, name_of(device.chain.device), refunds.CASES[0], request)
    finance = desk.person("mona", Role.FINANCE, governorates=("CAI",))
    assert f"/staff/requests/{request}" in finance.get("/staff/money").links
    desk.office.run("UPDATE request SET governorate = 'ASN' WHERE id = ?", request)
    page = finance.get("/staff/money")
    assert f"{request[:8]}…" in page.text
    assert "EGP 80.00" not in plain(page.text.partition("Refunds")[2])
    assert f"/staff/requests/{request}" not in page.links


def test_a_deposit_above_ones_limit_is_somebody_elses(desk: Desk) -> None:
    finance = desk.person("mona", Role.FINANCE, limit_pt=100_000)
    finance.post("/staff/money/deposit", shop=SHOP, amount="1000.01", reference="B-3")
    assert finance.status == 404
    finance.post("/staff/money/deposit", shop=SHOP, amount="1000", reference="B-3")
    assert finance.status == 200


@pytest.mark.parametrize("error", [Unavailable("database_stuck", reason="EIO"), Corrupt("personal_frame")])
def test_what_the_store_refuses_is_told_and_what_was_typed_comes_back(
    desk: Desk, sold: Callable[..., str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    request, officer = sold(), desk.person("nadia", Role.OFFICER)

    def fails(*_args: object) -> None:
        raise error

    monkeypatch.setattr("central.requests.officer_decision.decide", fails)
    page = officer.post(f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason="own",
                        reason_ar="ما كتبته", reason_en="what I typed")  # fmt: skip
    assert officer.status == 503
    assert "ما كتبته" in page.text
    assert page.form(f"/staff/requests/{request}/decision")["seen"] == "0"


def test_a_form_that_is_too_large_or_odd_is_a_page(desk: Desk) -> None:
    browser = desk.person("nadia", Role.OFFICER)
    browser.post("/staff/requests/search", number="x" * 70_000)
    assert browser.status == 413
    assert "did not arrive whole" in browser.last.text
    many = "&".join(f"a{n}=1" for n in range(2_500))
    headers = {**HERE, "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.http.post("/staff/requests/search", content=many, headers=headers)
    assert answer.status_code == 404


def test_forms_that_were_sent_are_forgotten_one_day(desk: Desk) -> None:
    amal = desk.person("amal", Role.ENROLMENT)
    form = amal.get("/staff/counters/new").form("/staff/counters/new")
    amal.post("/staff/counters/new", {**form, "shop": SHOP})
    assert visit.purge_forms(desk.office.centre) == 0
    desk.office.clock.ms += 8 * DAY_MS
    assert visit.purge_forms(desk.office.centre) == 1


def test_many_are_sent_back_for_one_reason(desk: Desk, sold: Callable[..., str]) -> None:
    officer, chosen = desk.person("nadia", Role.OFFICER), [f"{sold()}/0" for _ in range(2)]
    unknown = "019a1b2c-0000-7000-8000-000000000000/0"
    officer.post("/staff/requests/bulk/decision", decision="sent_back", chosen=chosen)
    assert officer.status == 409
    form = {"decision": "sent_back", "chosen": [*chosen, unknown], "reason": "photo_unclear"}
    page = officer.post("/staff/requests/bulk/decision", form)
    assert "2 requests sent back" in plain(page.text)
    assert unknown[:36] not in page.text
    rows = desk.office.rows("SELECT status, code FROM request")
    assert {(row.status, row.code) for row in rows} == {("sent_back", "photo_unclear")}

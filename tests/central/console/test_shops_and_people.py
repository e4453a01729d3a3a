"""Counters and people of the shops; what shops ask; accounts by two administrators; files for sheets."""

from __future__ import annotations

import csv
import io
import json
import uuid

import pytest

from central.console.sheet import cell
from central.console.timeline import timeline
from central.staff.acts import Role
from central.store import key_files
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.clock import DAY_MS, HOUR_MS
from protocol.documents import trust
from tests.harness.console_desk import HERE, Browser, Desk, plain
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device


@pytest.fixture
def maker(desk: Desk) -> Browser:
    return desk.person("amal", Role.ENROLMENT)


def _slots(desk: Desk) -> int:
    return len(desk.office.rows("SELECT slot FROM slot"))


def test_a_code_is_shown_once_and_a_double_click_makes_one_slot(desk: Desk, maker: Browser) -> None:
    form = maker.get("/staff/counters/new").form("/staff/counters/new")
    maker.post("/staff/counters/new", {**form, "shop": SHOP})
    assert maker.status == 200
    assert _slots(desk) == 1
    maker.post("/staff/counters/new", {**form, "shop": SHOP})
    assert maker.status == 409
    assert _slots(desk) == 1


def _revealed(desk: Desk, staff: str) -> tuple[str, str]:
    """A slot whose device waits to be compared, and its six digits."""
    desk.office.enrol()  # others before it change nothing
    return desk.office.waiting(staff, "123456"), "123456"


def test_maker_and_approver_are_two(desk: Desk, maker: Browser) -> None:
    slot, number = _revealed(desk, "amal")
    page = maker.get("/staff/counters/waiting")
    assert "You made this slot." in page.text
    maker.post(f"/staff/counters/waiting/{slot}/approval", number=number)
    assert maker.status == 409
    other = desk.person("badr", Role.ENROLMENT)
    other.post(f"/staff/counters/waiting/{slot}/approval", number="654321")
    assert other.status == 409
    assert "654321" in str(other.last.forms)
    other.post(f"/staff/counters/waiting/{slot}/approval", number="١٢٣ ٤٥٦")
    assert (other.status, "The counter is in." in other.last.text) == (200, True)


def test_two_sessions_of_one_person_are_one(desk: Desk, maker: Browser) -> None:
    slot, number = _revealed(desk, "amal")
    again = desk.signed_in("amal")
    again.post(f"/staff/counters/waiting/{slot}/approval", number=number)
    assert again.status == 409


def test_a_counter_is_denied_with_a_reason(desk: Desk, maker: Browser) -> None:
    slot, _ = _revealed(desk, "badr")
    maker.post(f"/staff/counters/waiting/{slot}/denial", reason="")
    assert maker.status == 409
    maker.post(f"/staff/counters/waiting/{slot}/denial", reason="محل آخر")
    assert desk.office.row("SELECT state FROM slot WHERE slot = ?", slot).state == "denied"


def test_a_counter_is_suspended_and_resumed(desk: Desk, maker: Browser, device: Device) -> None:
    path = f"/staff/devices/{uuid.UUID(bytes=device.chain.device)}"
    maker.post(f"{path}/suspension", because="سُرق")
    assert desk.office.standing(device).state == "suspended"
    maker.post(f"{path}/suspension", because="مرة أخرى")
    assert maker.status == 409
    assert "مرة أخرى" in maker.last.text
    maker.post(f"{path}/resumption")
    assert desk.office.standing(device).state == "active"


def test_a_computer_is_replaced_and_the_code_shown(desk: Desk, maker: Browser, device: Device) -> None:
    path = f"/staff/devices/{uuid.UUID(bytes=device.chain.device)}"
    form = maker.get(path).form(f"{path}/replacement")
    maker.post(f"{path}/replacement", form)
    assert desk.office.standing(device).state == "superseded"
    assert "Enrolment code" in maker.last.text


def test_a_shop_is_added_and_its_people_get_codes(desk: Desk, maker: Browser) -> None:
    maker.post("/staff/shops/new", id="CAI-777", name_ar="=محل <b>جديد</b>")
    assert maker.address.startswith("/staff/shops/CAI-777")
    assert "=محل <b>جديد</b>" in maker.last.text
    form = maker.last.form("/staff/shops/CAI-777/people")
    form |= {"name_ar": "هدى", "role": "supervisor", "days": "30"}
    maker.post("/staff/shops/CAI-777/people", form)
    person = desk.office.row("SELECT id, salt, active FROM operator WHERE shop = 'CAI-777'")
    assert person.salt is not None
    assert "It is shown once only" in maker.last.text
    for act in ("reset", "link"):
        path = f"/staff/shops/CAI-777/people/{person.id}/{act}"
        maker.post(path, maker.get("/staff/shops/CAI-777").form(path))
        assert maker.status == 200, act
    maker.post(f"/staff/shops/{SHOP}/people/{person.id}/stop")
    assert maker.status == 404
    maker.post(f"/staff/shops/CAI-777/people/{person.id}/stop")
    assert desk.office.row("SELECT active FROM operator WHERE shop = 'CAI-777'").active == 0


def test_accounts_want_two_administrators(desk: Desk) -> None:
    first, second = (desk.person(name, Role.ADMINISTRATOR) for name in ("first", "second"))
    first.post("/staff/accounts/new", name="nadia", name_ar="نادية", name_en="Nadia")
    assert desk.office.rows("SELECT name FROM account WHERE name = 'nadia'") == []
    first.post(first.address.partition("?")[0])
    page = second.get("/staff/proposals")
    approve = next(one["action"] for one in page.forms if one["action"].endswith("/approval"))
    first.post(approve)
    assert first.status == 409
    second.post(approve)
    assert "Activation code" in second.last.text
    assert len(desk.office.rows("SELECT name FROM account WHERE name = 'nadia'")) == 1
    grants = "/staff/accounts/nadia/grants"
    said = {"role": "officer", "authorities": ["civil-status"], "limit": "", "governorates": ["القاهرة", "GIZ"]}
    first.post(grants, said)
    second.post(grants, said)
    row = desk.office.row("SELECT role, governorates FROM account_grant WHERE account = 'nadia'")
    assert (row.role, row.governorates) == ("officer", '["CAI", "GIZ"]')
    first.post(grants, {**said, "governorates": ["أطلانطس"]})
    assert first.status == 409
    first.post("/staff/accounts/nadia/end", because="تركت العمل")
    assert desk.office.row("SELECT state FROM account WHERE name = 'nadia'").state == "stopped"


def test_a_file_of_the_audit_is_whole_or_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, maker = desk.person("hana", Role.AUDITOR), desk.person("amal", Role.ENROLMENT)
    shops = [f"CAI-{n}" for n in range(781, 786)]
    for shop in shops:
        maker.post("/staff/shops/new", id=shop, name_ar="محل")
    monkeypatch.setattr("central.audit.MOST_PAGE", 2)
    monkeypatch.setattr("central.console.audit_pages.EXPORTED", 6)
    answer = reader.http.post("/staff/audit/export", data={"act": "shop.added", "staff": "amal"}, headers=HERE)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[3] for row in rows[1:]] == shops[::-1]
    said = "SELECT detail FROM audit WHERE act = 'audit.exported'"
    assert json.loads(desk.office.row(said).detail)["rows"] == 5
    for shop in ("CAI-786", "CAI-787"):
        maker.post("/staff/shops/new", id=shop, name_ar="محل")
    reader.post("/staff/audit/export", act="shop.added", staff="amal")
    assert reader.status == 409
    assert "too long for one file" in reader.last.text
    assert len(desk.office.rows(said)) == 1


def test_the_audit_is_filtered_and_taken_as_a_file_that_no_sheet_runs(desk: Desk) -> None:
    reader, maker = desk.person("hana", Role.AUDITOR), desk.person("amal", Role.ENROLMENT)
    maker.post("/staff/shops/new", id="CAI-778", name_ar="محل")
    page = reader.get("/staff/audit", act="shop.added")
    assert "CAI-778" in page.text
    assert "CAI-778" not in reader.get("/staff/audit", act="sign_in").text
    reader.get("/staff/audit", **{"from": "yesterday"})
    assert reader.status == 409
    answer = reader.http.post("/staff/audit/export", data={"act": "shop.added"}, headers=HERE)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["at", "staff", "act", "subject", "detail"]
    assert rows[1][1:4] == ["amal", "shop.added", "CAI-778"]
    assert desk.office.rows("SELECT n FROM audit WHERE act = 'audit.exported' AND staff = 'hana'")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_begins_as_a_formula(begin: str) -> None:
    assert cell(f"{begin}cmd") == f"'{begin}cmd"
    assert cell(f"a{begin}") == f"a{begin}"
    assert cell(f"because=x; {begin}cmd") == f"because=x;' {begin}cmd"


def test_a_week_is_drawn_with_its_silence_and_runs_as_the_language_does() -> None:
    now = 1_700_000_000_000
    times = [now - 6 * DAY_MS, now - 5 * DAY_MS - HOUR_MS, now - HOUR_MS]
    there, back = (timeline(times, now, mirrored=mirrored) for mirrored in (False, True))
    assert [one.ms for one in there.silences] == [4 * DAY_MS + 22 * HOUR_MS + 2 * HOUR_MS]
    assert len(there.hours) == 3
    assert there.hours[0].x + back.hours[0].x + back.hours[0].width == pytest.approx(980, abs=0.5)
    assert len(there.days) == 7


def test_a_notice_reaches_a_shop_once(desk: Desk, device: Device) -> None:
    support = desk.person("tarek", Role.SUPPORT)
    form = support.get("/staff/support/notice").form("/staff/support/notice")
    form |= {"shop": SHOP, "text_ar": "انقطاع الليلة"}
    for expected in (200, 409):
        support.post("/staff/support/notice", form)
        assert support.status == expected
    notices = [one for one in desk.office.feed(device) if one["kind"] == "notice"]
    assert [one["text"]["ar"] for one in notices] == ["انقطاع الليلة"]
    assert "انقطاع الليلة" in plain(str(support.last.text) + str(support.last.forms))


def test_a_catalogue_is_published_by_two_and_what_it_changes_is_seen_before(desk: Desk) -> None:
    first, second = (desk.person(name, Role.CATALOGUE) for name in ("first", "second"))
    services = bundled_services()
    services[0]["title"]["en"] = "Another title"
    members = catalogue_members(2, "2020-01-01", None, services[:-1])
    signed = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(desk.office.root))

    def hand_in(browser: Browser, content: bytes) -> int:
        file = {"file": ("c.json", content, "application/json")}
        path, said = "/staff/catalogue/publish", {"reach": "all"}
        return browser.http.post(path, files=file, data=said, headers=HERE).status_code

    assert hand_in(first, b"{}") == 409
    assert hand_in(first, b"") == 409
    assert hand_in(first, signed) == 200
    page = second.get("/staff/catalogue/compare", waiting="2")
    assert "Another title" in page.text
    assert {"Changed", "Gone"} <= set(page.text.split())
    approve = next(one["action"] for one in second.get("/staff/proposals").forms if one["action"].endswith("/approval"))
    first.post(approve)
    assert first.status == 409
    second.post(approve)
    assert second.status == 200
    assert "Version in force: 2" in plain(second.get("/staff/catalogue").text)


def test_what_takes_two_is_only_proposed_by_one(desk: Desk, device: Device) -> None:
    path = f"/staff/devices/{uuid.UUID(bytes=device.chain.device)}"
    maker, support = desk.person("amal", Role.ENROLMENT), desk.person("tarek", Role.SUPPORT)
    maker.post(f"{path}/erasure", epoch="1", loss="سُرق من المحل")
    assert maker.status == 200
    assert desk.office.standing(device).state == "active"
    support.post("/staff/support/notice/all", text_ar="عطلة غدًا")
    assert [one for one in desk.office.feed(device) if one["kind"] == "notice"] == []
    finance = desk.person("mona", Role.FINANCE)
    finance.post("/staff/money/deposit", shop=SHOP, amount="1250.50", reference="B-1")
    assert finance.status == 200
    finance.post("/staff/money/deposit", shop=SHOP, amount="1250.50", reference="B-1")
    assert finance.status == 409
    finance.post("/staff/money/reversal", shop=SHOP, reference="B-1", because="رقم آخر")
    found = [row.act for row in desk.office.rows("SELECT act FROM proposal WHERE state = 'waiting'")]
    assert sorted(found) == ["device.erased", "float.reversed", "notice.sent"]
    other = desk.person("badr", Role.ENROLMENT)
    approve = next(one["action"] for one in other.get("/staff/proposals").forms if one["action"].endswith("/approval"))
    other.post(approve)
    assert desk.office.standing(device).state == "erased"


def test_a_limit_holds_for_a_payment_that_is_taken_back(desk: Desk, device: Device) -> None:
    finance = desk.person("mona", Role.FINANCE)
    cashier = desk.person("sara", Role.FINANCE, limit_pt=10_000)
    for amount, reference in (("100.01", "B-1"), ("100", "B-2")):
        finance.post("/staff/money/deposit", shop=SHOP, amount=amount, reference=reference)
        cashier.post("/staff/money/reversal", shop=SHOP, reference=reference, because="خطأ")
    assert [json.loads(row.said)["reference"] for row in desk.office.rows("SELECT said FROM proposal")] == ["B-2"]

"""What a page leads on to: the refused field, the request behind a proposal, the acts of the audit, days of money."""

from __future__ import annotations

import re
from collections.abc import Callable

from central.documents.publishing import publish_settings
from central.staff.acts import Role
from protocol.clock import HOUR_MS
from tests.harness.centre_fleet import Fleet
from tests.harness.centre_sales import send_up
from tests.harness.console_desk import Browser, Desk
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

_MARKED = re.compile(r'<(?:input|textarea|select)[^>]* name="(\w+)"[^>]* aria-invalid="true"[^>]* autofocus')


def _marked(browser: Browser) -> set[str]:
    return set(_MARKED.findall(browser.last.source))


def test_the_refused_field_is_marked_and_has_the_cursor(desk: Desk) -> None:
    amal, mona = desk.person("amal", Role.ENROLMENT), desk.person("mona", Role.FINANCE)
    amal.post("/staff/shops/new", id="", name_ar="محل")
    assert _marked(amal) == {"id"}
    amal.post("/staff/shops/new", id="CAI-027", name_ar="")
    assert _marked(amal) == {"name_ar"}
    mona.post("/staff/money/deposit", shop="CAI-001", reference="1", amount="x")
    assert _marked(mona) == {"amount"}
    assert 'value="CAI-001"' in mona.last.source
    for shop in ("ASN-999", "nowhere"):  # what is not there, and what is not his
        mona.post("/staff/money/deposit", shop=shop, reference="1", amount="5")
        assert _marked(mona) == {"shop"}


def test_six_digits_are_typed_and_stand_nowhere(desk: Desk, device: Device) -> None:
    desk.office.waiting("badr", "482913")
    page = desk.person("amal", Role.ENROLMENT).get("/staff/counters/waiting")
    assert "482" not in page.text


def test_a_proposal_about_a_request_names_its_citizen_masked(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold(name="محمد أحمد عبد الله حسن", national_id="20001010100014")
    nadia, hany, heba = (
        desk.person(one, role)
        for one, role in (("nadia", Role.OFFICER), ("hany", Role.SUPERVISOR), ("heba", Role.SUPERVISOR))
    )
    nadia.post(f"/staff/requests/{request}/decision", seen="0", decision="rejected", reason="not_entitled")
    hany.post(f"/staff/requests/{request}/decision", seen="1", decision="approved", because="خطأ")
    page = heba.get("/staff/proposals")
    assert f"/staff/requests/{request}" in page.links
    assert "••0014" in page.text
    assert "20001010100014" not in page.source
    assert "عبد الله" not in page.text


def test_whoever_agrees_reads_what_was_written_whole_and_in_words(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    nadia, hany, heba = (
        desk.person(one, role)
        for one, role in (("nadia", Role.OFFICER), ("hany", Role.SUPERVISOR), ("heba", Role.SUPERVISOR))
    )
    nadia.post(f"/staff/requests/{request}/decision", seen="0", decision="approved")
    why = "The citizen brought the wrong paper."
    assert len(why) == len(request), "as long as an id"
    hany.post(
        f"/staff/requests/{request}/decision", seen="1", decision="rejected", because=why,
        reason="own", reason_ar="البيانات مختلفة", reason_en="The data differ",
    )  # fmt: skip
    said = heba.get("/staff/proposals").text
    assert why in said
    assert "البيانات مختلفة" in said
    assert "The data differ" in said
    assert "{" not in said


def test_a_governorate_leads_to_its_silent_shops(desk: Desk) -> None:
    Fleet(desk.office).many(2, "GIZ", heard_ago_ms=100 * HOUR_MS)
    page = desk.person("rami", Role.SUPPORT).get("/staff/shops/silent")
    assert "/staff/shops?area=GIZ&standing=silent" in page.links


def test_a_code_is_not_shown_again(desk: Desk) -> None:
    amal = desk.person("amal", Role.ENROLMENT)
    amal.post("/staff/password", password="x", password_new="short", password_again="short", code="482913")
    assert 'name="code"' in amal.last.source
    assert "482913" not in amal.last.source


def test_whoever_loses_a_race_is_told_by_whom_by_name(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    nadia, amira = desk.person("nadia", Role.OFFICER), desk.person("amira", Role.OFFICER)
    for one in (nadia, amira):
        one.post(f"/staff/requests/{request}/decision", seen="0", decision="approved")
    assert amira.status == 409
    assert desk.names("nadia").en in amira.last.text
    assert "stands at Approved" in amira.last.text
    assert request not in amira.last.text


def test_what_a_shop_asks_is_counted_and_leaves_with_the_next_decision(
    desk: Desk, device: Device, sold: Callable[..., str]
) -> None:
    request = sold()
    send_up(device, device.chain.seq, request)
    desk.office.arrive(device)
    nadia = desk.person("nadia", Role.OFFICER)
    assert "/staff/requests/asked" in nadia.get("/staff").links
    assert "Review requests from shops 2 1 " in nadia.last.text  # the key, and how many
    desk.office.clock.ms += 1
    nadia.post(f"/staff/requests/{request}/decision", seen="0", decision="approved")
    assert f"/staff/requests/{request}" not in nadia.get("/staff/requests/asked").links


def test_acts_of_the_audit_are_chosen_and_a_subject_leads_to_all_of_it(desk: Desk) -> None:
    desk.person("amal", Role.ENROLMENT).post("/staff/shops/new", id="CAI-027", name_ar="محل")
    hana = desk.person("hana", Role.AUDITOR)
    page = hana.get("/staff/audit", act="sign_in")
    assert '<option value="sign_in" selected>Signed in</option>' in page.source
    assert '<option value="float.reversed.proposed">' in page.source
    assert "none.yet" not in page.source
    assert "/staff/audit?subject=CAI-027" in hana.get("/staff/audit").links


def test_money_has_its_last_days_a_step_away(desk: Desk) -> None:
    mona = desk.person("mona", Role.FINANCE)
    days = [one for one in mona.get("/staff/money").links if "?day=" in one]
    assert len(days) == 5
    assert "Money of" in mona.get(days[1]).text


def test_a_shop_is_found_however_its_settings_write_its_governorate(desk: Desk) -> None:
    rami = desk.person("rami", Role.SUPPORT, governorates=("Giza",))
    for said, status in (("القاهرة", 404), ("الجيزه", 200)):
        with desk.office.store.writing() as session:
            publish_settings(desk.office.centre, session, SHOP, {"shop": {"governorate": said}})
        rami.get(f"/staff/shops/{SHOP}")
        assert rami.status == status

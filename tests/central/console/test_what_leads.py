"""On each page the act that is due leads: it is the blue one, once, and stands for the same act in the same colour."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from central.fleet import alerts
from central.fleet.alerts import Alert
from central.staff.acts import Role
from protocol.clock import HOUR_MS
from tests.harness.centre_fleet import Fleet
from tests.harness.centre_sales import send_up
from tests.harness.console_clerk import clerk
from tests.harness.console_desk import Desk, Page
from tests.harness.own_centre import OPERATOR, SHOP
from tests.harness.wire_device import Device

_BLUE = re.compile(r'<(?:a|button|summary)[^>]*class="btn p"[^>]*>(.*?)</(?:a|button|summary)>', re.DOTALL)
_WORDS = re.compile(r"<svg.*?</svg>|<kbd>.*?</kbd>|<[^>]*>", re.DOTALL)


def blue(page: Page) -> list[str]:
    """What the leading buttons say."""
    return [" ".join(_WORDS.sub(" ", one).split()) for one in _BLUE.findall(page.source)]


@pytest.mark.usefixtures("device")
def test_a_code_that_is_shown_once_is_printed_next(desk: Desk) -> None:
    amal = desk.person("amal", Role.ENROLMENT)
    assert blue(amal.get(f"/staff/shops/{SHOP}")) == ["Add and show the code"], "which is in a drawer"
    page = amal.post(f"/staff/shops/{SHOP}/people/{OPERATOR}/reset", {"form": "f1"})
    assert "note wait" in page.source
    assert "shown once only" in page.text
    assert blue(page) == ["Print", "Add and show the code"]
    assert 'data-print data-key="Enter"' in page.source
    page = amal.post(f"/staff/shops/{SHOP}/people/{OPERATOR}/link", {"form": "f2"})
    assert "Read it out now" in page.text


def test_one_act_has_one_colour_in_each_card(desk: Desk) -> None:
    for number in ("482913", "482914"):
        desk.office.waiting("badr", number)
    assert blue(desk.person("amal", Role.ENROLMENT).get("/staff/counters/waiting")) == ["Compare and approve"] * 2
    for name in ("sara", "nour"):
        desk.hire(name)
        desk.person(f"samir-{name}", Role.ADMINISTRATOR).post(f"/staff/accounts/{name}/reset")
    page = desk.person("magda", Role.ADMINISTRATOR).get("/staff/proposals")
    assert blue(page) == ["Approve and do it"] * 2


def test_a_stopped_account_says_how_it_comes_back(desk: Desk) -> None:
    samir = desk.person("samir", Role.ADMINISTRATOR)
    desk.hire("sara", Role.OFFICER)
    desk.person("magda", Role.ADMINISTRATOR)
    assert blue(samir.get("/staff/accounts/sara"))[0] == "Add a role"
    page = samir.post("/staff/accounts/sara/end", because="ترك العمل")
    assert "gets a new activation code" in page.text
    assert blue(page)[-1] == "New activation code"
    assert "Add a role" not in blue(page)
    page = samir.post("/staff/accounts/sara/reset")
    assert "/staff/proposals" in page.links, "where the other one agrees"


def test_what_is_to_be_begun_with_stands_first_at_home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Fleet(desk.office).many(2, "GIZ", heard_ago_ms=100 * HOUR_MS)
    found = [Alert("till_silent", "page", "x", shop="GIZ-001", governorate="GIZ")]
    monkeypatch.setattr(alerts, "alerts", lambda *_: found)
    tiles = re.findall(r'class="card tile \w*" href="([^"]*)"', desk.person("boss", *Role).get("/staff").source)
    assert tiles[:2] == ["/staff/support", "/staff/shops/silent"]


def test_next_is_offered_where_something_waits_and_leads_there(desk: Desk, sold: Callable[..., str]) -> None:
    officer = desk.person("nadia", Role.OFFICER)
    assert "/staff/requests/next" not in str(officer.get("/staff/requests").forms)
    sold()
    page = officer.get("/staff/requests", mine="yes")
    assert "“Take the next” begins with the first one." in page.text
    assert blue(page) == ["Take the next"]


@pytest.mark.browser
@pytest.mark.slow
def test_an_open_drawer_takes_the_blue_from_what_it_opposes(
    desk: Desk, device: Device, browser: BrowserContext, address: str
) -> None:
    desk.office.waiting("badr", "482913")
    desk.hire("boss", *Role)
    page = clerk(browser, address, desk, "boss", "ar").page
    page.emulate_media(reduced_motion="reduce")
    painted = """() => [...document.querySelectorAll(".btn.p")].filter((one) => one.checkVisibility()
      && getComputedStyle(one).backgroundColor !== getComputedStyle(document.querySelector(".card")).backgroundColor)
      .length"""
    for path, opens in (("/staff/counters/waiting", ".end summary"), ("/staff/money", "summary[data-key='2']")):
        page.goto(f"{address}{path}")
        assert page.evaluate(painted) == 1, path
        page.click(opens)
        assert page.evaluate(painted) == 0, path


def test_a_request_in_anothers_hand_is_taken_before_it_is_decided(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    where = f"/staff/requests/{request}"
    nadia, hany = desk.person("nadia", Role.OFFICER), desk.person("hany", Role.SUPERVISOR)
    nadia.post(f"{where}/open", purpose="decide")
    for page in (hany.get(where), hany.post(f"{where}/open", purpose="complaint")):
        assert blue(page) == ["Take the request"]
        assert 'data-key="1"' in page.source.partition(f"{where}/take-over")[2]
        assert f"{where}/decision" not in str(page.forms)
    assert blue(desk.person("sherif", Role.OFFICER).get(where)) == ["Take the next"]
    hany.post(f"{where}/take-over")
    page = hany.post(f"{where}/open", purpose="decide")
    assert blue(page)[0] == "Approve"
    page = desk.person("mai", Role.SUPERVISOR).post(
        "/staff/requests/bulk/decision", decision="approved", chosen=[f"{request}/0"]
    )
    assert f"{where}/take-over" in str(page.forms)


def test_what_the_banner_of_a_doubted_decision_names_stands_in_the_bar(
    desk: Desk, device: Device, sold: Callable[..., str]
) -> None:
    request, nadia = sold(), desk.person("nadia", Role.OFFICER)
    where = f"/staff/requests/{request}"
    nadia.post(f"{where}/decision", decision="sent_back", seen="0", reason="photo_unclear")
    desk.office.clock.ms += 1
    send_up(device, device.chain.seq, request)
    desk.office.arrive(device)
    page = nadia.get(where)
    assert "Keep the decision or change it." in page.text
    assert blue(page) == ["Keep the decision"]
    form = page.form(f"{where}/decision")
    nadia.post(f"{where}/decision", {**form, "decision": "approved"})
    assert nadia.status == 409, "it says why"
    desk.office.clock.ms += 1
    nadia.post(f"{where}/decision", {**form, "decision": "approved", "because": "الصورة واضحة"})
    assert desk.office.row("SELECT status FROM request").status == "approved"
    page = nadia.get(where)
    assert blue(page) == ["Tell the shop that it is ready"]


def test_the_end_of_the_data_stands_apart_from_another_decision(desk: Desk, sold: Callable[..., str]) -> None:
    where, hany = f"/staff/requests/{sold()}", desk.person("hany", Role.SUPERVISOR)
    hany.post(f"{where}/decision", decision="rejected", seen="0", reason="not_entitled")
    bar = hany.get(where).source.partition("</main>")[2]
    decided, _, erased = bar.partition('<span class="gap"></span>')
    assert f'action="{where}/decision"' in decided
    assert f'action="{where}/erasure"' in erased
    assert "erasure" not in decided
    assert "btn d" not in erased.partition("</summary>")[0], "red is the other one"


def test_a_proposal_that_is_made_again_waits_and_is_no_fault(desk: Desk) -> None:
    first = desk.person("first", Role.ADMINISTRATOR)
    for _ in range(2):
        first.post("/staff/accounts/new", name="nadia", name_ar="نادية", name_en="Nadia")
    assert first.status == 409
    assert '<div class="note wait" id="told">' in first.last.source
    assert "/staff/proposals" in first.last.links


def test_a_choice_that_is_missing_stands_on_none(desk: Desk) -> None:
    first = desk.person("first", Role.ADMINISTRATOR)
    desk.hire("nadia")
    first.post("/staff/accounts/nadia/grants", role="")
    assert first.status == 409
    assert '<option value="" selected>' in first.last.source


def test_what_was_ticked_is_ticked_again_and_told_once(desk: Desk) -> None:
    first = desk.person("first", Role.ADMINISTRATOR)
    desk.hire("nadia")
    first.post("/staff/accounts/nadia/grants", role="", governorates=["ASN", "CAI"])
    page = first.last.source
    assert [page.count(f'value="{area}" checked') for area in ("ASN", "CAI", "GIZ")] == [1, 1, 0]
    assert page.index('value="CAI"') < page.index('value="ASN"'), "in the order of the national ID"
    assert 'class="typed"' not in page

"""Signing in and out, and what happens to a form whose session is over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from fastapi import Request

from central.console import app
from central.rate_limit import Rate
from central.staff import accounts, sessions
from central.staff.acts import Role
from central.web.exchange import ReceivedRequest, receive
from protocol.clock import HOUR_MS
from tests.harness.console_desk import HERE, PASSWORD, Browser, Desk, plain


@pytest.fixture
def secret(desk: Desk) -> str:
    """Of a second factor that `boss` set up through the pages."""
    with desk.office.store.writing() as session:
        code = accounts.make_administrator(desk.office.centre, session, "boss", desk.names("boss"))
    browser = desk.stranger()
    page = browser.post("/staff/activate", name="boss", code=code, password_new=PASSWORD, password_again=PASSWORD)
    assert browser.status == 200, page.text
    found = next(word for word in page.text.split() if len(word) == 32 and word.isalnum())
    browser.post("/staff/sign-in/code", code=pyotp.TOTP(found).at(desk.office.clock.ms // 1000))
    assert browser.address == "/staff"
    desk.office.clock.ms += 60_000
    return found


def _sign_in(desk: Desk, browser: Browser, secret: str, onward: str = "") -> None:
    page = browser.post("/staff/sign-in", name="boss", password=PASSWORD, next=onward)
    form = page.form("/staff/sign-in/code")
    browser.post("/staff/sign-in/code", form, code=pyotp.TOTP(secret).at(desk.office.clock.ms // 1000))


def test_password_and_second_factor_open_the_door(desk: Desk, secret: str) -> None:
    browser = desk.stranger()
    browser.get("/staff/accounts")
    assert browser.address == "/staff/sign-in?next=%2Fstaff%2Faccounts"
    _sign_in(desk, browser, secret, "/staff/accounts")
    assert browser.address == "/staff/accounts"
    assert browser.status == 200


def test_the_cookie_is_for_this_address_alone(desk: Desk, secret: str) -> None:
    http = desk.stranger().http
    http.post("/staff/sign-in", data={"name": "boss", "password": PASSWORD}, headers=HERE)
    code = pyotp.TOTP(secret).at(desk.office.clock.ms // 1000)
    answer = http.post("/staff/sign-in/code", data={"code": code}, headers=HERE, follow_redirects=False)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-staff="))
    for word in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


def test_every_answer_says_what_a_browser_may_do_with_it(desk: Desk) -> None:
    answer = desk.stranger().http.get("/staff/sign-in")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("same-origin", "no-store")


def test_wrong_words_look_alike_whoever_is_meant(desk: Desk, secret: str) -> None:
    assert secret
    told = []
    for name, password in (("boss", "wrong words here now"), ("nobody", PASSWORD)):
        browser = desk.stranger()
        page = browser.post("/staff/sign-in", name=name, password=password)
        assert browser.status == 409
        told.append(page.text)
    assert told[0] == told[1]
    assert "wrong words" not in told[0]


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/staff/../../x//y", "/elsewhere", "/staffx"]
)
def test_nobody_is_led_elsewhere_after_signing_in(desk: Desk, secret: str, where: str) -> None:
    browser = desk.stranger()
    _sign_in(desk, browser, secret, where)
    assert browser.address == "/staff"


def test_a_form_whose_session_is_over_comes_back_unsent_and_whole(
    desk: Desk, secret: str, sold: Callable[..., str]
) -> None:
    request = sold()
    with desk.office.store.writing() as session:
        accounts.keep_grant(session, "boss", Role.OFFICER, accounts.Bounds())
    browser = desk.stranger()
    _sign_in(desk, browser, secret)
    desk.office.clock.ms += 2 * HOUR_MS
    typed = "سبب طويل كُتب بعناية"
    page = browser.post(
        f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason="own", reason_ar=typed,
        reason_en="written with care",
    )  # fmt: skip
    assert browser.status == 401
    page = browser.post("/staff/sign-in", page.form("/staff/sign-in"), name="boss", password=PASSWORD)
    form = page.form("/staff/sign-in/code")
    page = browser.post("/staff/sign-in/code", form, code=pyotp.TOTP(secret).at(desk.office.clock.ms // 1000))
    assert typed in page.text
    assert "written with care" in page.text
    assert desk.office.row("SELECT status FROM request WHERE id = ?", request).status == "pending"
    browser.post(
        f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason="own", reason_ar=typed,
        reason_en="written with care",
    )  # fmt: skip
    assert desk.office.row("SELECT reason_ar FROM request WHERE id = ?", request).reason_ar == typed


def test_the_form_of_whoever_was_never_signed_in_is_not_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[str]()

    async def noted(request: Request, received: ReceivedRequest, limit: int) -> ReceivedRequest:
        read.append(received.path)
        return await receive(request, received, limit)

    monkeypatch.setattr(app, "receive", noted)
    browser = desk.stranger()
    browser.http.cookies.set("__Host-staff", "x" * 43, domain="console.test", path="/")
    browser.post("/staff/requests/1/decision", reason_ar="x" * 10_000)
    assert (browser.status, read) == (401, [])
    browser.http.post("/staff/sign-in", data={"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert read == []
    browser.post("/staff/sign-in", name="nobody", password="x")
    assert read == ["/staff/sign-in"]


def test_a_form_of_another_site_does_nothing(desk: Desk, sold: Callable[..., str]) -> None:
    request, officer = sold(), desk.person("nadia", Role.OFFICER)
    form = {"decision": "approved", "seen": "0"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {},
        {"Sec-Fetch-Site": "none"},
    ):  # fmt: skip
        answer = officer.http.post(f"/staff/requests/{request}/decision", data=form, headers=headers)
        assert answer.status_code == 403
    assert desk.office.row("SELECT status FROM request WHERE id = ?", request).status == "pending"
    own = {"Origin": "https://console.test"}
    officer.http.post(f"/staff/requests/{request}/decision", data=form, headers=own)
    assert desk.office.row("SELECT status FROM request WHERE id = ?", request).status == "approved"


def test_ones_own_sessions_are_listed_and_ended(desk: Desk) -> None:
    here, there = desk.person("nadia", Role.OFFICER), desk.signed_in("nadia")
    page = here.get("/staff/sessions")
    form = page.form("/staff/sessions/end")
    here.post("/staff/sessions/end", form)
    there.get("/staff")
    assert there.address.startswith("/staff/sign-in")
    here.post("/staff/sign-out")
    assert here.get("/staff") is here.last
    assert here.address.startswith("/staff/sign-in")


def test_a_password_is_changed_and_the_other_sessions_are_over(desk: Desk, secret: str) -> None:
    here, there = desk.stranger(), desk.signed_in("boss")
    _sign_in(desk, here, secret)
    desk.office.clock.ms += 30_000
    code = pyotp.TOTP(secret).at(desk.office.clock.ms // 1000)
    said = {"password": PASSWORD, "password_new": "four quiet trains at dawn", "code": code}
    page = here.post("/staff/password", said, password_again="four quiet trains")
    assert here.status == 409
    assert "four quiet" not in page.text + str(page.forms)
    here.post("/staff/password", said, password_again=said["password_new"])
    assert here.address == "/staff/sessions?done=password.changed"
    there.get("/staff")
    assert there.address.startswith("/staff/sign-in")
    page = there.post("/staff/password", said, password_again=said["password_new"])
    assert there.status == 401
    assert page.form("/staff/sign-in").get("typed", "") == "", "no secret is kept on the way in"
    told = desk.stranger()
    told.post("/staff/sign-in", name="boss", password=PASSWORD)
    assert told.status == 409


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/activate", "/staff/password"])
def test_a_password_is_masked_and_may_be_pasted_or_filled_in(desk: Desk, path: str) -> None:
    text = desk.person("nadia", Role.OFFICER).http.get(path, headers=HERE).text
    fields = re.findall(r'<input[^>]* name="password[^>]*>', text)
    assert fields
    for one in fields:
        assert re.search(r'type="password".* autocomplete="(?:current|new)-password"', one), one
    assert not re.search(r"\son(?:paste|copy)=", text)


def test_the_session_ends_by_itself(desk: Desk) -> None:
    browser = desk.person("nadia", Role.OFFICER)
    desk.office.clock.ms += sessions.IDLE_MS + 1
    browser.get("/staff")
    assert browser.address.startswith("/staff/sign-in")


def test_how_somebody_reads_is_his_own(desk: Desk) -> None:
    browser = desk.person("nadia", Role.OFFICER)
    assert "My work" in browser.get("/staff").text
    browser.post("/staff/look", language="ar", here="/staff/requests")
    assert browser.address == "/staff/requests"
    assert "الطلبات" in browser.last.text
    answer = browser.http.post("/staff/look", data={"size": "130", "here": "/staff"}, headers=HERE)
    assert 'data-size="130"' in answer.text
    assert 'dir="rtl"' in answer.text
    answer = browser.http.post("/staff/look", data={"theme": "x.y", "size": "9999", "here": "//x"}, headers=HERE)
    assert 'data-theme="normal" data-size="100"' in answer.text


def test_too_much_in_a_short_time_waits(desk: Desk) -> None:
    browser = desk.person("nadia", Role.OFFICER)
    for _ in range(320):
        browser.get("/staff/nowhere")
        if browser.status == 429:
            break
    assert browser.status == 429
    assert "short time" in plain(browser.last.text)


def test_what_breaks_on_our_side_says_so_and_gives_back_what_was_typed(
    desk: Desk, sold: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request, officer = sold(), desk.person("nadia", Role.OFFICER)

    def breaks(*_args: object) -> None:
        raise RuntimeError("a citizen's name")

    monkeypatch.setattr("central.requests.officer_decision.decide", breaks)
    page = officer.post(
        f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason="own", reason_ar="ما كتبته",
        reason_en="what I typed",
    )  # fmt: skip
    assert officer.status == 500
    assert "ما كتبته" in page.text
    assert "citizen" not in capsys.readouterr().err


def test_a_page_that_fails_to_come_back_is_told_in_words_and_quotes_nobody(
    desk: Desk, sold: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request, officer = sold(), desk.person("nadia", Role.OFFICER)

    def breaks(*_args: object) -> None:
        raise RuntimeError("a citizen's name")

    monkeypatch.setattr("central.console.opened_frame.papers", breaks)
    page = officer.post(f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason_ar="ما كتبته")
    assert officer.status == 500
    assert "ما كتبته" in page.text
    assert "citizen" not in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["", "a", "_w=="])
def test_an_address_in_arabic_and_broken_fields_do_not_keep_anybody_out(desk: Desk, secret: str, typed: str) -> None:
    browser = desk.stranger()
    page = browser.post("/staff/sign-in", name="boss", password=PASSWORD, next="/staff/sessions?x=ع", typed=typed)
    form = page.form("/staff/sign-in/code")
    browser.post("/staff/sign-in/code", form, code=pyotp.TOTP(secret).at(desk.office.clock.ms // 1000))
    assert browser.status == 200
    assert browser.address == "/staff/sessions?x=%D8%B9"
    browser.post("/staff/look", here="/staff/sessions?x=ع", size="115")
    assert browser.status == 200


def test_a_second_factor_that_comes_late_begins_again_with_what_was_typed(desk: Desk, secret: str) -> None:
    browser = desk.stranger()
    _sign_in(desk, browser, secret)
    desk.office.clock.ms += 2 * HOUR_MS
    page = browser.post("/staff/requests/1/decision", reason_ar="كُتب بعناية")
    page = browser.post("/staff/sign-in", page.form("/staff/sign-in"), name="boss", password=PASSWORD)
    desk.office.clock.ms += sessions.HALF_MS + 1
    kept = page.form("/staff/sign-in/code")
    page = browser.post("/staff/sign-in/code", kept, code="000000")
    assert browser.status == 409
    form = page.form("/staff/sign-in")
    assert (form["next"], form["typed"]) == ("/staff/requests/1/decision", kept["typed"])


def test_a_stranger_who_asks_too_often_is_told_so_wherever_he_posts(desk: Desk) -> None:
    desk.app = app.build(desk.office.centre, app.Rates(network=Rate(1, 1)))
    browser = desk.stranger()
    said = [browser.http.post("/staff/requests/1/decision", data={}, headers=HERE).status_code for _ in range(3)]
    assert said == [401, 429, 429]

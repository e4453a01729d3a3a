"""An officer's day: the queue, a citizen's data opened for a purpose, one decision, nothing typed is lost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from central.requests import queue
from central.staff import accounts, sessions
from central.staff.acts import Role
from tests.central.console.conftest import CITIZEN
from tests.harness.console_desk import HERE, Browser, Desk, plain
from tests.harness.wire_device import Device


@pytest.fixture
def officer(desk: Desk) -> Browser:
    return desk.person("nadia", Role.OFFICER)


def _status(desk: Desk, request: str) -> str:
    return str(desk.office.row("SELECT status FROM request WHERE id = ?", request).status)


def _audits(desk: Desk, act: str) -> list[dict[str, str]]:
    return [json.loads(row.detail) for row in desk.office.rows("SELECT detail FROM audit WHERE act = ?", act)]


def test_the_queue_shows_what_waits_and_no_citizen(officer: Browser, sold: Callable[..., str]) -> None:
    request = sold()
    page = officer.get("/staff/requests")
    assert officer.status == 200
    assert f"/staff/requests/{request}" in page.links
    for said in CITIZEN.values():
        assert str(said) not in page.text or said in (2, "pickup")


def test_a_frame_is_opened_for_a_purpose_and_each_opening_is_one_row(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request = sold()
    closed = officer.get(f"/staff/requests/{request}")
    assert CITIZEN["name"] not in closed.text
    assert _audits(desk, "personal.read") == []
    opened = officer.post(f"/staff/requests/{request}/open", purpose="decide")
    assert officer.status == 200
    assert CITIZEN["name"] in opened.text
    assert CITIZEN["national_id"] in opened.text
    assert _audits(desk, "personal.read") == [{"purpose": "decide"}]
    officer.post(f"/staff/requests/{request}/open", purpose="curiosity")
    assert officer.status == 409
    assert len(_audits(desk, "personal.read")) == 1


def test_the_decision_is_kept_and_the_next_one_comes(desk: Desk, officer: Browser, sold: Callable[..., str]) -> None:
    first, second = sold(), sold()
    officer.post(f"/staff/requests/{first}/open", purpose="decide")
    page = officer.post(f"/staff/requests/{first}/decision", decision="approved", seen="0")
    assert _status(desk, first) == "approved"
    assert officer.address.startswith(f"/staff/requests/{second}?done=")
    assert "Approved." in page.text


def test_a_canned_reason_reaches_the_counter_in_both_languages(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request = sold()
    officer.post(f"/staff/requests/{request}/decision", decision="sent_back", seen="0", reason="photo_unclear")
    row = desk.office.row("SELECT status, code, reason_ar, reason_en FROM request WHERE id = ?", request)
    assert (row.status, row.code) == ("sent_back", "photo_unclear")
    assert "صورة" in row.reason_ar
    assert "picture" in row.reason_en


def test_no_decision_without_its_reason_and_what_was_typed_stays(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request = sold()
    page = officer.post(
        f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason="own", reason_ar="نص طويل كتبته"
    )
    assert officer.status == 409
    assert page.text.count("نص طويل كتبته") == 1, "in its field, and not once more"
    assert _status(desk, request) == "pending"


def test_the_second_of_two_officers_sees_who_and_when_and_keeps_his_text(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request, other = sold(), desk.person("sherif", Role.OFFICER)
    officer.post(f"/staff/requests/{request}/decision", decision="approved", seen="0")
    page = other.post(
        f"/staff/requests/{request}/decision", decision="rejected", seen="0", reason="own", reason_ar="سببي أنا",
        reason_en="my own reason",
    )  # fmt: skip
    assert other.status == 409
    assert _status(desk, request) == "approved"
    assert "nadia" in page.text
    assert "سببي أنا" in page.text
    assert "my own reason" in page.text


def test_a_double_click_is_one_decision(desk: Desk, officer: Browser, sold: Callable[..., str]) -> None:
    request = sold()
    for _ in range(2):
        officer.post(f"/staff/requests/{request}/decision", decision="approved", seen="0")
    assert officer.status == 200
    assert len(desk.office.rows("SELECT n FROM decision WHERE status = 'approved'")) == 1


def test_who_has_a_request_in_hand_is_told_to_others_who_may_read_along(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request, other = sold(), desk.person("sherif", Role.OFFICER)
    officer.post(f"/staff/requests/{request}/open", purpose="decide")
    page = other.post(f"/staff/requests/{request}/open", purpose="decide")
    assert "nadia has this request in hand now." in plain(page.text)
    assert CITIZEN["name"] in page.text
    assert "nadia" in other.get("/staff/requests").text
    officer.post(f"/staff/requests/{request}/leave")
    assert "nadia" not in other.get("/staff/requests").text


def test_bulk_shows_all_first_and_has_a_result_for_each(desk: Desk, officer: Browser, sold: Callable[..., str]) -> None:
    first, second, third = sold(), sold(), sold()
    chosen = [f"{one}/0" for one in (first, second, third)]
    page = officer.post("/staff/requests/bulk", decision="approved", chosen=chosen)
    assert officer.status == 200
    assert {_status(desk, one) for one in (first, second, third)} == {"pending"}
    assert "3 requests" in plain(page.text)
    other = desk.person("sherif", Role.OFFICER)
    other.post(f"/staff/requests/{second}/decision", decision="rejected", seen="0", reason="not_entitled")
    page = officer.post("/staff/requests/bulk/decision", decision="approved", chosen=chosen)
    assert [_status(desk, one) for one in (first, second, third)] == ["approved", "rejected", "approved"]
    assert "2 requests approved" in plain(page.text)
    assert "1 request was not decided" in plain(page.text)


def test_bulk_takes_no_more_than_it_shows_and_rejects_nobody(officer: Browser, sold: Callable[..., str]) -> None:
    request = sold()
    officer.post("/staff/requests/bulk", decision="rejected", chosen=[f"{request}/0"])
    assert officer.status == 409
    officer.post("/staff/requests/bulk", decision="approved", chosen=[f"{n}/0" for n in range(51)])
    assert officer.status == 409
    officer.post("/staff/requests/bulk", decision="approved")
    assert officer.status == 409


def test_a_number_is_found_and_stands_in_no_address(officer: Browser, sold: Callable[..., str]) -> None:
    request = sold()
    officer.post("/staff/requests/search", number=request)
    assert officer.address == f"/staff/requests/{request}"
    officer.post("/staff/requests/search", number="nothing")
    assert officer.status == 404


def test_scripts_and_marks_in_a_name_are_words(officer: Browser, sold: Callable[..., str]) -> None:
    request = sold(name="<script>alert(1)</script>\u202eابن")
    answer = officer.http.post(
        f"/staff/requests/{request}/open", data={"purpose": "decide"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_a_picture_is_shown_to_the_sign_in_that_opened_it_and_not_for_long(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request = sold()
    officer.get(f"/staff/requests/{request}/papers/1", until="1", seal="0")
    assert officer.status == 404


def test_a_final_decision_is_changed_by_two_supervisors(desk: Desk, officer: Browser, sold: Callable[..., str]) -> None:
    request = sold()
    officer.post(f"/staff/requests/{request}/decision", decision="approved", seen="0")
    first, second = (desk.person(name, Role.SUPERVISOR) for name in ("first", "second"))
    decisions = int(desk.office.row("SELECT decisions FROM request WHERE id = ?", request).decisions)
    said = {
        "decision": "rejected", "seen": str(decisions), "because": "ورقة مزورة", "reason_ar": "الورقة غير صحيحة",
        "reason_en": "the paper is false",
    }  # fmt: skip
    first.post(f"/staff/requests/{request}/decision", said)
    assert (first.status, _status(desk, request)) == (200, "approved")
    first.post(f"/staff/requests/{request}/decision", said)
    assert (first.status, _status(desk, request)) == (409, "approved")
    page = second.get("/staff/proposals")
    assert "the paper is false" in page.text
    second.post(next(one["action"] for one in page.forms if one["action"].endswith("/approval")))
    assert _status(desk, request) == "rejected"


def _held(desk: Desk, request: str) -> tuple[str, int]:
    row = desk.office.row("SELECT claimed_by, claimed_ms FROM request WHERE id = ?", request)
    return str(row.claimed_by), int(row.claimed_ms)


def test_nobody_holds_what_he_has_not_opened(desk: Desk, officer: Browser, sold: Callable[..., str]) -> None:
    request, opened = sold(), "SELECT count(*) FROM audit WHERE act = 'personal.read'"
    officer.post(f"/staff/requests/{request}/hold")
    officer.http.post(
        f"/staff/requests/{request}/open", data={"purpose": "decide"}, headers=HERE, follow_redirects=False
    )
    assert (_held(desk, request), desk.office.row(opened)[0]) == (("", 0), 0)
    officer.post(f"/staff/requests/{request}/open", purpose="decide")
    assert (_held(desk, request), desk.office.row(opened)[0]) == ((officer.account, desk.office.clock.ms), 1)


def test_an_open_page_keeps_what_is_held_and_takes_back_nothing(
    desk: Desk, officer: Browser, sold: Callable[..., str]
) -> None:
    request, first_ms = sold(), desk.office.clock.ms
    officer.post(f"/staff/requests/{request}/open", purpose="decide")
    desk.office.clock.ms += queue.CLAIM_MS - 1
    desk.person("other", Role.OFFICER).post(f"/staff/requests/{request}/hold")
    assert _held(desk, request) == (officer.account, first_ms)
    officer.post(f"/staff/requests/{request}/hold")
    assert _held(desk, request) == (officer.account, kept_ms := desk.office.clock.ms)
    desk.office.clock.ms += queue.CLAIM_MS
    officer.post(f"/staff/requests/{request}/hold")
    assert _held(desk, request) == (officer.account, kept_ms), "it is over: only another opening takes it"


def test_next_leads_past_what_one_may_only_read(desk: Desk, authority: str, sold: Callable[..., str]) -> None:
    sold()
    both = desk.person("both", Role.AUDITOR)
    with desk.office.store.writing() as session:
        accounts.keep_grant(
            session, "both", Role.OFFICER, accounts.Bounds(authorities=(authority,), services=("none",))
        )
    both.post("/staff/requests/next", authority=authority)
    assert both.address.startswith("/staff/requests?")


def test_what_can_be_collected_is_told_once(
    desk: Desk, officer: Browser, device: Device, sold: Callable[..., str]
) -> None:
    request = sold()
    officer.post(f"/staff/requests/{request}/ready")
    assert officer.status == 409
    officer.post(f"/staff/requests/{request}/decision", decision="approved", seen="0")
    for _ in range(2):
        officer.post(f"/staff/requests/{request}/ready")
    assert "Ready for collection since" in officer.last.text
    assert len([one for one in desk.office.feed(device) if one["kind"] == "progress"]) == 1


def test_an_open_page_keeps_no_session_alive(desk: Desk, officer: Browser, sold: Callable[..., str]) -> None:
    request = sold()
    officer.post(f"/staff/requests/{request}/open", purpose="decide")
    for _ in range(8):
        desk.office.clock.ms += sessions.IDLE_MS // 8 + 1
        officer.post(f"/staff/requests/{request}/hold")
    assert officer.status == 401

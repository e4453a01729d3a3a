"""A citizen's data ends by two supervisors; support files are taken; a list leaves as a file without names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from central.devices import reports
from central.requests import queue
from central.staff.acts import Role
from central.store.device_models import Config
from protocol.clock import DAY_MS
from protocol.wire import support_file
from protocol.wire.support_file import SupportHead
from tests.harness.console_desk import HERE, Browser, Desk
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

KEPT_DAYS = 60
"""Of a birth certificate."""


def _old(desk: Desk, request: str) -> tuple[Browser, Browser]:
    """Decided, in a backup, and long ago; two supervisors, signed in by now."""
    officer = desk.person("nadia", Role.OFFICER)
    officer.post(f"/staff/requests/{request}/decision", decision="approved", seen="0")
    desk.office.run("UPDATE chain SET durable = hwm")
    desk.office.clock.ms += (KEPT_DAYS + 1) * DAY_MS
    return desk.person("hany", Role.SUPERVISOR), desk.person("ragaa", Role.SUPERVISOR)


def test_a_citizen_is_erased_by_two_supervisors(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    hany, ragaa = _old(desk, request)
    path = f"/staff/requests/{request}"
    assert "Erase the citizen's data" in hany.get(path).text
    hany.post(f"{path}/erasure")
    assert "Your proposal is kept." in hany.last.text
    assert len(desk.office.rows("SELECT seq FROM personal")) == 1
    desk.signed_in("hany").post(f"{path}/erasure")
    assert len(desk.office.rows("SELECT seq FROM personal")) == 1
    waiting = ragaa.get("/staff/proposals")
    assert "Erase a citizen's data" in waiting.text
    ragaa.post(next(one["action"] for one in waiting.forms if one["action"].endswith("/approval")))
    assert ragaa.status == 200
    assert desk.office.rows("SELECT seq FROM personal") == []
    hany.post(f"{path}/erasure")
    assert (hany.status, "was deleted" in hany.last.text) == (409, True)
    hany.post(f"{path}/open", purpose="complaint")
    assert "erased" in hany.last.text


def test_to_agree_may_be_the_same_button(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    hany, ragaa = _old(desk, request)
    for one in (hany, ragaa):
        one.post(f"/staff/requests/{request}/erasure")
        assert one.status == 200
    assert "The data is erased here" in ragaa.last.text
    assert desk.office.rows("SELECT seq FROM personal") == []


def test_what_is_too_early_or_not_his_is_refused(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    hany, other = desk.person("hany", Role.SUPERVISOR), desk.person("o", Role.SUPERVISOR, authorities=("traffic",))
    hany.post(f"/staff/requests/{request}/erasure")
    assert (hany.status, "not finished" in hany.last.text) == (409, True)
    assert request[:8] not in hany.last.text, "by its number, as its page has it"
    desk.person("nadia", Role.OFFICER).post(f"/staff/requests/{request}/decision", decision="approved", seen="0")
    hany.post(f"/staff/requests/{request}/erasure")
    assert (hany.status, "must still be kept" in hany.last.text) == (409, True)
    for one in (request, "019a1b2c-0000-7000-8000-000000000000"):
        other.post(f"/staff/requests/{one}/erasure")
        assert other.status == 404
    assert desk.office.rows("SELECT n FROM proposal") == []


def _file(desk: Desk, device: Device) -> str:
    head = SupportHead(device.chain.device, device.chain.epoch, 1)
    sealed = support_file.seal(head, {"v": 1, "report": {"kind": "printing"}}, device.keyset.seal_x25519)
    with desk.office.store.writing() as session:
        return reports.keep_support(desk.office.centre, session, desk.office.standing(device), sealed)


def test_a_support_file_is_taken_opened_and_written_down(desk: Desk, device: Device) -> None:
    number, tarek = _file(desk, device), desk.person("tarek", Role.SUPPORT)
    path = f"/staff/support/files/{number}"
    assert path in [one["action"] for one in tarek.get("/staff/support/receipts").forms]
    answer = tarek.http.post(path, headers=HERE)
    assert answer.headers["content-disposition"] == f'attachment; filename="{number}.json"'
    assert json.loads(answer.content)["report"] == {"kind": "printing"}
    row = desk.office.row("SELECT staff, detail FROM audit WHERE act = 'support.opened'")
    assert (row.staff, json.loads(row.detail)) == ("tarek", {"number": number})
    far = desk.person("far", Role.SUPPORT, governorates=("GIZ",))
    theirs, none = far.http.post(path, headers=HERE), far.http.post("/staff/support/files/S-999", headers=HERE)
    assert (theirs.status_code, theirs.content) == (none.status_code, none.content) == (404, none.content)


def test_a_damaged_support_file_is_still_its_shops(desk: Desk, device: Device) -> None:
    number = _file(desk, device)
    desk.office.run("UPDATE support SET file = ?", b"damaged")
    near, far = (desk.person(one, Role.SUPPORT, governorates=(one,)) for one in ("CAI", "GIZ"))
    for one, status in ((near, 503), (far, 404)):
        assert one.http.post(f"/staff/support/files/{number}", headers=HERE).status_code == status


def _exported(browser: Browser, **fields: str) -> list[list[str]]:
    answer = browser.http.post("/staff/requests/export", data=fields, headers=HERE)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_list_leaves_as_a_file_without_names(
    desk: Desk, sold: Callable[..., str], authority: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = {"name": "=كناري الحديقة المغرد", "national_id": "29901010112345", "mobile": "01099887766"}
    for _ in range(3):
        sold(**canary)
    officer = desk.person("nadia", Role.OFFICER)
    monkeypatch.setattr("central.requests.queue.MOST_PAGE", 2)
    head, *rows = _exported(officer, authority=authority)
    assert head[:4] == ["number", "service", "shop", "status"]
    assert [row[1:5] for row in rows] == [["birth-cert", SHOP, "pending", "80.00"]] * 3
    assert not any(said in str(rows) for said in canary.values())
    detail = json.loads(desk.office.row("SELECT detail FROM audit WHERE act = 'requests.exported'").detail)
    assert detail["rows"] == 3
    assert _exported(officer, authority=authority, status="rejected") == [head]
    monkeypatch.setattr("central.console.queue_pages.EXPORTED", 2)
    officer.post("/staff/requests/export", authority=authority)
    assert officer.status == 409
    assert "too long for one file" in officer.last.text
    officer.post("/staff/requests/export", authority=authority, status="odd")
    assert officer.status == 404
    assert desk.person("amr", Role.ENROLMENT).http.post("/staff/requests/export", headers=HERE).status_code == 404


def test_an_export_holds_no_writer_and_is_one_at_a_time(
    desk: Desk, sold: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sold()
    amal, badr = desk.person("amal", Role.OFFICER), desk.person("badr", Role.OFFICER)
    form = {"authority": desk.office.row("SELECT authority FROM request").authority}
    seen, page = list[int](), queue.page

    def beside(*arguments: Any) -> Any:
        if not seen:
            seen.append(0)
            with ThreadPoolExecutor(1) as other:
                other.submit(_write, desk).result(5)
            seen.extend(_export(one, form) for one in (amal, badr))
        return page(*arguments)

    monkeypatch.setattr(queue, "page", beside)
    assert (_export(amal, form), seen) == (200, [0, 409, 200])
    assert _export(amal, form) == 200


def _write(desk: Desk) -> None:
    with desk.office.store.writing() as session:
        session.change(Config, "authority", value="a")


def _export(browser: Browser, form: dict[str, str]) -> int:
    return browser.http.post("/staff/requests/export", data=form, headers=HERE).status_code

"""The same pages and the same race on either database: what one takes the other must take."""

from __future__ import annotations

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from central.staff.acts import Role
from protocol.journal import personal
from tests.central.console.conftest import CITIZEN
from tests.central.console.test_every_page import _judge, _pages
from tests.harness.centre_office import Office, apply_settings
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import Desk
from tests.harness.wire_device import Device

OFFICERS = 6
REQUESTS = 10
WORDS = ("approved", "rejected", "sent_back")
REASONS = {"approved": "", "rejected": "not_entitled", "sent_back": "data_differs"}


@pytest.fixture
def both(office: Office) -> Desk:
    office.publish_catalogue()
    return Desk(office)


def _sold(desk: Desk, count: int) -> tuple[Device, list[str]]:
    device = desk.office.enrol()
    apply_settings(device)
    found = [birth() for _ in range(count)]
    for one in found:
        sell(device, one, personal.write_frame(secrets.token_bytes(16), {"fields": CITIZEN}))
    desk.office.arrive(device)
    return device, [str(one["id"]) for one in found]


def test_every_page(both: Desk) -> None:
    device, requests = _sold(both, 2)
    everybody = both.person("boss", *Role)
    for path in _pages(device, requests[0]):
        everybody.get(path)
        _judge(everybody, path)


def test_officers_who_all_want_the_same_requests(both: Desk) -> None:
    """Each with two windows, some of which press twice: one first word each, and the others hear whose."""
    _, requests = _sold(both, REQUESTS)
    for n in range(OFFICERS):
        both.hire(f"racer{n}", Role.OFFICER)
    windows = [both.signed_in(f"racer{n}") for n in range(OFFICERS) for _ in range(2)]

    def run(place: int) -> list[tuple[int, bool]]:
        window, found = windows[place], []
        word = WORDS[(place // 2) % len(WORDS)]
        for one in requests[place % 3 :] + requests[: place % 3]:
            form = {"word": word, "seen": "0", "reason": REASONS[word]}
            page = window.post(f"/staff/requests/{one}/decision", form)
            found.append((window.status, "racer" in page.text.replace(f"Staff {window.account}", "")))
        return found

    with ThreadPoolExecutor(len(windows)) as pool:
        answers = [one for found in pool.map(run, range(len(windows))) for one in found]
    said = both.office.rows("SELECT seq, staff FROM outcome WHERE staff LIKE 'racer%'")
    assert Counter(row.seq for row in said) == {row.seq: 1 for row in said}
    assert len(said) == REQUESTS
    statuses = Counter(status for status, _ in answers)
    assert statuses[200] == 2 * REQUESTS, "whoever was first, in both of his windows"
    assert statuses[409] == 2 * (OFFICERS - 1) * REQUESTS
    assert all(told for status, told in answers if status == 409)


def test_letters_that_no_database_keeps_name_nothing(both: Desk) -> None:
    everybody = both.person("boss", *Role)
    for path in ("shops/%00", "requests/%00", "devices/%00", "accounts/%00"):
        assert everybody.http.get(f"/staff/{path}").status_code == 404, path
    everybody.post("/staff/requests/bulk", word="approved", chosen=["a\0b/0"])
    assert everybody.status == 200
    assert "a\0b" not in everybody.last.text

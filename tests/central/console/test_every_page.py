"""Every page, empty and full, in both languages: whole, in words, nothing fetched from elsewhere, few questions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from central import audit
from central.console import table
from central.staff.acts import Role
from protocol.texts import LANGUAGES
from tests.harness.centre_fleet import Fleet
from tests.harness.console_desk import Browser, Desk
from tests.harness.wire_device import Device

HOUR_MS = 3_600_000
MOST_QUESTIONS = 8


def _pages(device: Device | None, request: str = "") -> list[str]:
    """Addresses of pages that are shown; those of one thing only where it is there."""
    there = {
        "request": request,
        "device": str(uuid.UUID(bytes=device.chain.device)) if device else "",
        "shop": "CAI-001", "service": "birth-cert",
    }  # fmt: skip
    found = []
    for route in table.ROUTES:
        path = route.path
        for name, value in there.items():
            path = path.replace(f"{{{name}}}", value) if value else path
        if route.method == "GET" and "{" not in path.replace("{account}", "boss"):
            found.append(path.replace("{account}", "boss").replace("/compare", "/compare?after=1"))
    return found


@pytest.fixture
def everybody(desk: Desk) -> Browser:
    """One with all roles: every page is his."""
    return desk.person("boss", *Role)


@contextmanager
def _counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _judge(browser: Browser, path: str) -> None:
    page = browser.last
    assert browser.status == 200, (path, page.text)
    assert page.odd == [], (path, page.odd)
    assert not re.search(r"\bconsole\.[a-z]", page.text), path
    assert not re.search(r"[{][a-z_]+[}]", page.text), path
    assert all(one.startswith("/staff/") for one in page.fetched), (path, page.fetched)
    assert all(one.startswith(("/staff", "#")) for one in page.links), (path, page.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_an_empty_centre_say_why_and_what_next(desk: Desk, everybody: Browser, language: str) -> None:
    everybody.look(f"{language}.normal.100.on")
    for path in _pages(None):
        everybody.get(path)
        _judge(everybody, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_full_centre(
    desk: Desk, everybody: Browser, device: Device, sold: Callable[..., str], language: str
) -> None:
    fleet = Fleet(desk.office)
    fleet.many(5, "GIZ", heard_ago_ms=100 * HOUR_MS, unsent=3, unsent_pt=12_345, oldest_unsent_ms=1)
    fleet.many(3, "ALX")
    requests = [sold() for _ in range(3)]
    everybody.look(f"{language}.normal.100.on")
    for path in _pages(device, requests[0]):
        everybody.get(path)
        _judge(everybody, path)


def test_pages_ask_few_questions(desk: Desk, everybody: Browser, device: Device, sold: Callable[..., str]) -> None:
    request = sold()
    everybody.post(f"/staff/requests/{request}/decision", decision="sent_back", seen="0", reason="photo_unclear")
    with desk.office.centre.store.writing() as session:
        audit.append(session, desk.office.clock.ms, "a till", "refund.twice", request)
    for path in _pages(device, request):
        everybody.get(path)
        with _counted() as asked:
            everybody.get(path)
        assert len(asked) <= MOST_QUESTIONS, (path, asked)


def test_the_first_page_is_light(desk: Desk, everybody: Browser) -> None:
    """With what it fetches, and without the letters."""
    sizes = []
    for path in ("/staff", *everybody.get("/staff").fetched):
        with everybody.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            sizes.append(sum(len(piece) for piece in answer.iter_raw()))
    assert sum(sizes) <= 60_000


def test_no_citizen_stands_where_nobody_opened_him(
    desk: Desk, everybody: Browser, device: Device, sold: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    canary = {"name": "كناري الحديقة المغرد", "national_id": "29901010112345", "mobile": "01099887766"}
    request = sold(**canary)
    for path in _pages(device, request):
        page = everybody.get(path)
        for said in canary.values():
            assert said not in page.text, path
            assert said not in " ".join(page.links), path
    everybody.post("/staff/audit/export")
    everybody.post(f"/staff/requests/{request}/open", purpose="decide")
    assert canary["name"] in everybody.last.text
    assert canary["name"] not in everybody.address
    for said in canary.values():
        assert said not in str(desk.office.rows("SELECT * FROM audit"))
    told = capfd.readouterr()
    assert not any(said in told.out + told.err for said in canary.values())

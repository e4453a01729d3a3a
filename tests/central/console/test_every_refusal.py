"""Every refusal leads on: to the field that it is about, or to the page opened again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.responses import Response

from central.console import refused_field
from central.console.visit import Visit
from central.staff.acts import Role
from protocol.errors import KioskError
from tests.harness.console_desk import HERE, Desk, Page
from tests.harness.console_world import BOSS, addresses, fill
from tests.harness.own_centre import OwnCentre
from tests.scenarios.console.axe import LAST, ODD

_MARKED = re.compile(r'<(?:input|textarea|select)[^>]* name="(\w+)"[^>]* aria-invalid="true"[^>]* autofocus')
AGAIN = "Open the page again"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[KioskError]:
    """What the pages were told that was refused."""
    found, page = list[KioskError](), Visit.page

    def noting(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
        found.extend([visit.problem] if visit.problem else [])
        return page(visit, template, status, **values)

    monkeypatch.setattr(Visit, "page", noting)
    return found


@pytest.mark.parametrize("form", [ODD, {}], ids=["half", "empty"])
def test_every_refusal_marks_its_field_or_opens_the_page_again(
    small: OwnCentre, told: list[KioskError], form: dict[str, str]
) -> None:
    world = fill(Desk(small))
    boss = world.desk.signed_in(BOSS)
    for _, path in sorted(addresses("POST", world.there), key=lambda one: one[1] in LAST):
        told.clear()
        answer = boss.http.post(path, data=form, headers=HERE, follow_redirects=False)
        if not told:
            continue
        field, marked = refused_field.of(told[-1]), set(_MARKED.findall(answer.text))
        page = Page(answer.text)
        if field:
            assert marked <= {field, "reason"}, (path, told, marked)
            assert marked, (path, told)
            assert answer.text.count(page_said(page)) >= 2, path
        if AGAIN in page.text:
            where = next(one for one in page.links if f'href="{one}" data-key="Enter" data-focus' in answer.text)
            assert boss.http.get(where, headers=HERE).status_code == 200, (path, where)


def page_said(page: Page) -> str:
    """What the banner says first."""
    found = re.search(r'id="told">.*?<p class="b">(.*?)</p>', page.source, re.DOTALL)
    assert found is not None
    return f">{found[1]}<"


def test_a_number_that_nothing_has_is_a_quiet_answer_and_stays_in_its_field(desk: Desk) -> None:
    page = desk.person("nadia", Role.OFFICER).post("/staff/requests/search", number="7-1-99")
    assert "No request has that number." in page.text
    assert 'value="7-1-99"' in page.source
    assert 'role="alert"' not in page.source
    assert page.form("/staff/requests/search") == {"number": "7-1-99"}


def test_a_decision_on_many_that_came_torn_leads_back_to_the_list(desk: Desk, sold: Callable[..., str]) -> None:
    request, officer = sold(), desk.person("nadia", Role.OFFICER)
    page = officer.post("/staff/requests/bulk/decision", chosen=f"{request}/0")
    assert officer.status == 409
    assert f"/staff/requests/{request}" in page.links
    assert "Send it again" not in page.text
    officer.post("/staff/requests/bulk/decision", chosen=f"{request}/0", decision="sent_back")
    assert _MARKED.findall(officer.last.source) == ["reason"]


def test_what_is_back_in_its_field_is_not_listed_again(desk: Desk, sold: Callable[..., str]) -> None:
    officer, path = desk.person("nadia", Role.OFFICER), f"/staff/requests/{sold()}/decision"
    form = {"seen": "0", "decision": "sent_back", "reason": "own", "reason_ar": "صورة غير واضحة"}
    page = officer.post(path, form)
    assert "What you typed" not in page.text
    assert "صورة غير واضحة" in page.text
    assert _MARKED.findall(page.source) == ["reason_ar"]
    assert _MARKED.findall(officer.post(path, {**form, "reason": "", "reason_ar": ""}).source) == [
        "reason",
        "reason_ar",
    ]


def test_a_day_that_is_none_is_marked_on_its_own_page(desk: Desk) -> None:
    boss = desk.person("boss", *Role)
    for path, name in (("/staff/money", "day"), ("/staff/audit", "from")):
        page = boss.get(path, **{name: "25/11"})
        assert boss.status == 409
        assert _MARKED.findall(page.source) == [name]
        assert 'value="25/11"' in page.source


def test_enter_opens_the_page_again_and_sends_nothing(desk: Desk) -> None:
    """Where the cursor would stand in a field of the page, Enter there would send it."""
    support, path = desk.person("tarek", Role.SUPPORT), "/staff/support/agree"
    assert "autofocus" in support.get(path).source
    page = support.post(f"{path}/telephone", approval="ffffffff-1")
    assert _MARKED.findall(page.source) == ["check"]
    assert page.source.count("autofocus") == 1
    page = support.post(f"{path}/ffffffff-1", decision="odd")
    assert "Open the page again" in page.text
    assert "autofocus" not in page.source
    assert f'href="{path}" data-key="Enter" data-focus' in page.source

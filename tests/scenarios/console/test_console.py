"""A share of `make console-axe`, `console-privacy`, `console-weight` and `console-million` in each ordinary run; and
the judges find what they are there to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from central.console.look import Look
from tests.central.conftest import office, postgres, shared, store
from tests.harness import console_judge
from tests.harness.console_browser import chromium, show_answer
from tests.harness.console_desk import Desk
from tests.harness.console_world import BOSS, World, addresses, fill
from tests.harness.own_centre import OwnCentre
from tests.scenarios.console import axe, million, privacy, tasks, weight

__all__ = ["office", "postgres", "shared", "store"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
BAD: Final = """<!doctype html><html lang="en"><title>Bad</title><body><main><h1>Bad</h1>
<input id="nameless"><p style="color: #bbb; background: #fff">hardly to be read</p>
<div style="width: 2000px">wide</div><a href="/x" tabindex="-1">not by Tab</a>
<a href="/y" style="outline: none">unseen</a>
<div style="position: fixed; inset: 0; z-index: 9"></div>
<button type="button" onclick="this.nextSibling.textContent = 'changed'">press</button><p></p></main>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[World, str]]:
    with axe.world(full=True) as (_, made, address):
        assert made is not None
        yield made, address


@pytest.fixture
def page(browser: Browser, stage: tuple[World, str]) -> Iterator[Page]:
    shown = axe.enter_as(browser, stage[1], stage[0].desk, BOSS, Look("ar"))
    yield shown
    shown.context.close()


def test_the_judges_find_what_is_bad(page: Page) -> None:
    page.set_content(BAD)
    rules = {one.rule for one in console_judge.by_axe(page)[0]}
    assert {"label", "color-contrast"} <= rules
    assert console_judge.too_wide(page) != []
    assert {"not-by-tab", "focus-seen", "focus-clear"} == {one.rule for one in console_judge.by_tab(page)}
    assert [one.rule for one in console_judge.by_ear(page)] == ["not-told"]


def test_some_pages_break_no_rule(page: Page, stage: tuple[World, str]) -> None:
    """The queue, a request that is opened, and a form that is refused."""
    (made, address), report = stage, axe.Report()
    page.goto(f"{address}/staff/requests")
    axe.judge(page, report, "queue", (360, 1366))
    axe.by_hand(page, f"{address}/staff/requests", report, "queue")
    for path, form in (
        (f"/staff/requests/{made.requests[0]}/open", {"purpose": "decide"}), ("/staff/accounts/new", axe.ODD),
    ):  # fmt: skip
        show_answer(page, address, path, form)
        axe.judge(page, report, path, (360, 1366))
    assert report.wrong == []


def test_citizens_stand_where_they_were_opened_and_nowhere_else(browser: Browser) -> None:
    report = privacy.Report()
    with axe.world(full=True) as (desk, made, address):
        assert made is not None
        page = axe.enter_as(browser, address, desk, BOSS, Look("en"))
        privacy.watch(page, report)
        canary = privacy.pieces(made)
        privacy.open_each(page, address, made, report, canary)
        report.look("requests of the browser", "\n".join(report.urls + report.headers), canary)
        opened = page.context.new_page()
        show_answer(opened, address, f"/staff/requests/{made.requests[0]}/open", {"purpose": "decide"})
        told = privacy.Report()
        told.look("the opened page", opened.content(), canary)
        page.context.close()
    assert report.opened == len(made.requests)
    assert report.found == []
    assert told.found != [], "who looks must be able to see them"


def test_first_pages_are_light_and_work_without_script(browser: Browser) -> None:
    report = weight.Report()
    with axe.world(full=True) as (_, made, address):
        assert made is not None
        for name in weight.FIRST:
            weight.weigh(browser, address, made, name, report)
        weight.without_script(browser, address, made, report, weight.ACTS[:3])
    assert report.failed == []
    assert max(report.weights.values()) <= weight.MOST_BYTES
    assert min(report.weights.values()) > 5_000


def test_tasks_are_done_by_keys(browser: Browser) -> None:
    wrong: list[tuple[str, console_judge.Found]] = []
    with axe.world(full=True) as (_, made, address):
        assert made is not None
        assert tasks.walk(browser, address, made, "en", wrong, [*tasks.TASKS[3:7], tasks.TASKS[-1]]) == 5, wrong


@pytest.mark.postgres
@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_every_question_has_an_index_to_go_by(office: OwnCentre) -> None:
    """Where the database may not read a whole table although it is small, it finds another way for each page."""
    desk = Desk(office)
    made = fill(desk)
    boss = desk.signed_in(BOSS)
    with million.noted() as asked:
        for _, path in addresses("GET", made.there):
            boss.get(path)
    url = str(office.row("SELECT current_database() AS name").name)
    with psycopg.connect(_address(office, url)) as connection:
        connection.execute("SET enable_seqscan = off")
        connection.commit()
        assert million.whole_reads(connection, asked, million.GROWING) == []
        unindexed = [("SELECT * FROM request WHERE visit = 'x'", None)]
        assert million.whole_reads(connection, unindexed, million.GROWING) != []


def _address(office: OwnCentre, name: str) -> str:
    said = office.store._said  # type: ignore[attr-defined]
    return f"postgresql://{said['user']}@{said['host']}:{said['port']}/{name}"

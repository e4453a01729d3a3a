"""`make console-privacy`: citizens whose names stand nowhere else are looked for in every list, address, title, log,
export, header and audit; and each opening of one is one row of the audit, with its purpose.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from urllib.parse import unquote_plus, urlsplit

import requests
from playwright.sync_api import Browser, Page

from central.console.look import Look
from central.staff.acts import PURPOSES
from protocol.texts import LANGUAGES
from tests.harness.console_browser import chromium
from tests.harness.console_desk import HERE
from tests.harness.console_world import BOSS, World, addresses
from tests.scenarios.console.axe import ODD, enter_as, more, world

QUEUE: Final = frozenset(
    {"/staff/requests", *(f"/staff/requests/{one}" for one in ("search", "next", "bulk", "bulk/decision"))}
)
"""Where the queue is shown: by itself, and by the acts that lead back to it."""
CLICKED_TWICE: Final = 0
"""Which request is opened by two quick presses."""


@dataclass
class Report:
    """Where the browser went, what headers it sent, what was looked through, what was found, how often one opened."""

    urls: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    looked: int = 0
    opened: int = 0
    found: list[str] = field(default_factory=list)

    def look(self, where: str, text: str, pieces: frozenset[str]) -> None:
        self.looked += 1
        plain = unescape(unquote_plus(text)) + unquote_plus(text)
        self.found += [f"{where}: {one}" for one in sorted(pieces) if one in plain]


def pieces(made: World, *, masked: bool = False) -> frozenset[str]:
    """Each word of a name, each number and the end of it: half of a citizen is a citizen. But in the queue, where he
    stands `masked`, by the first word and the last four digits.
    """
    found = set[str]()
    for one in made.citizens:
        found |= {one["national_id"], one["mobile"], one["national_id"][-6:], one["mobile"][-6:]}
        found |= {*one["name"].split(), *one["mother_name"].split()}
    return frozenset(found - {one["name"].split()[0] for one in made.citizens} if masked else found)


def _allowed(made: World, path: str) -> frozenset[str]:
    """What must not stand there."""
    return pieces(made, masked=path.partition("?")[0] in QUEUE)


@contextmanager
def logged() -> Iterator[Callable[[], str]]:
    """All that this process says meanwhile, by whatever way."""
    kept = [os.dup(one) for one in (1, 2)]
    with tempfile.TemporaryFile() as file:
        sys.stdout.flush()
        for one in (1, 2):
            os.dup2(file.fileno(), one)

        def told() -> str:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            file.seek(0)
            return file.read().decode(errors="replace")

        try:
            yield told
        finally:
            for one, before in zip((1, 2), kept, strict=True):
                os.dup2(before, one)
                os.close(before)


def watch(page: Page, report: Report) -> None:
    """Every request as it leaves the browser: its address, and its headers as they were sent."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.requestWillBeSent", lambda told: report.urls.append(told["request"]["url"]))
    line.on("Network.requestWillBeSentExtraInfo", lambda told: report.headers.append(json.dumps(told["headers"])))


def closed_pages(page: Page, address: str, made: World, report: Report, canary: frozenset[str]) -> None:
    """Every page that opens nobody."""
    for path in [one for _, one in addresses("GET", made.there)] + more(made):
        page.goto(address + path)
        report.look(f"page {path}", page.content(), _allowed(made, path))
        report.look(f"title {path}", page.title(), canary)


def answers(page: Page, address: str, made: World, report: Report, canary: frozenset[str]) -> None:
    """What every act answers, exports among it; but opening, and signing out."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    for route, path in addresses("POST", made.there):
        if not path.endswith(("/open", "/sign-out")):
            answer = requests.post(address + path, data=ODD, headers=HERE, cookies=cookies, timeout=30)
            report.look(f"{route.method} {path}", answer.text, _allowed(made, urlsplit(answer.url).path))
            report.look(f"headers of {path}", json.dumps(dict(answer.headers)) + answer.url, canary)


def open_each(page: Page, address: str, made: World, report: Report, canary: frozenset[str]) -> None:
    """With the mouse, for one purpose after the other: there, and only there, the citizen stands."""
    for n, request in enumerate(made.requests):
        where, before = f"{address}/staff/requests/{request}", _newest(made)
        page.goto(where)
        purpose = PURPOSES[n % len(PURPOSES)]
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        button = page.locator("main details form[action$='/open'] button")
        page.select_option("main details [name=purpose]", purpose)
        with page.expect_navigation():
            button.dblclick(no_wait_after=True) if n == CLICKED_TWICE else button.click(no_wait_after=True)
        page.wait_for_load_state("networkidle")
        report.opened += 1
        if made.citizens[n]["name"] not in page.inner_text("main"):
            report.found.append(f"nobody was opened: {request}")
        report.look(f"address {request}", page.url, canary)
        report.look(f"title {request}", page.title(), canary)
        _one_row(made, report, request, before, purpose)
        with page.expect_navigation():  # leaves from there: what the next page hears of this one
            page.click(".crumb")
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
        report.look(f"kept by the browser {request}", kept, canary)


def _newest(made: World) -> int:
    return int(made.desk.office.row("SELECT max(n) AS n FROM audit").n)


def _one_row(made: World, report: Report, request: str, before: int, purpose: str) -> None:
    rows = made.desk.office.rows("SELECT act, subject, staff, detail FROM audit WHERE n > ?", before)
    told = [(row.act, row.subject, row.staff, json.loads(row.detail)) for row in rows]
    if told != [("personal.read", request, BOSS, {"purpose": purpose})]:
        report.found.append(f"not one row with its purpose: {told}")


def failing(page: Page, address: str, made: World, report: Report, canary: frozenset[str]) -> None:
    """A frame that does not open any more, a citizen's number typed where requests are searched, a name as a reason."""
    damaged, typed = made.requests[-1], made.citizens[0]
    seq = "(SELECT seq FROM request WHERE id = ?)"
    made.desk.office.run(f"UPDATE personal SET sealed = ? WHERE seq = {seq}", secrets.token_bytes(90), damaged)
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    for path, form in (
        (f"/staff/requests/{damaged}/open", {"purpose": "decide"}),
        ("/staff/requests/search", {"number": typed["national_id"]}),
        ("/staff/requests/search", {"number": typed["name"]}),
        (f"/staff/requests/{made.requests[2]}/decision", {
            "decision": "sent_back", "seen": "0", "reason": "own",
            "reason_ar": typed["name"], "reason_en": typed["mobile"],
        }),
    ):  # fmt: skip
        answer = requests.post(address + path, data=form, headers=HERE, cookies=cookies, timeout=30)
        report.look(f"where {path} leads", answer.url + json.dumps(dict(answer.headers)), canary)


def walk(browser: Browser, read: Look, report: Report) -> None:
    with logged() as told, world(full=True) as (desk, made, address):
        assert made is not None
        canary = pieces(made)
        page = enter_as(browser, address, desk, BOSS, read)
        watch(page, report)
        open_each(page, address, made, report, canary)
        closed_pages(page, address, made, report, canary)
        answers(page, address, made, report, canary)
        failing(page, address, made, report, canary)
        for kind, said in (("address", report.urls), ("header", report.headers)):
            report.look(f"{kind} that was asked for", "\n".join(said), canary)
        rows: list[Any] = desk.office.rows("SELECT * FROM audit")
        report.look("audit", "\n".join(" ".join(map(str, row)) for row in rows), canary)
        page.context.close()
        log = told()
    report.look("log", log, canary)


def main() -> int:
    begun, report = time.monotonic(), Report()
    with chromium() as browser:
        for language in LANGUAGES:
            walk(browser, Look(language), report)
    outside = {url for url in report.urls if not url.startswith(("http://127.0.0.1:", "data:"))}
    report.found += [f"outside: {url}" for url in sorted(outside)]
    print(
        f"console-privacy: {report.looked} texts looked through, {len(report.urls)} requests of the browser with"
        f" {len(report.headers)} sets of headers; {report.opened} openings, each one row with its purpose:"
        f" {len(report.found)} found; {time.monotonic() - begun:.0f} s"
    )
    print("\n".join(f"  {one}" for one in report.found[:20]))
    return int(bool(report.found) or not report.opened)


if __name__ == "__main__":
    sys.exit(main())

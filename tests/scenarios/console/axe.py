"""`make console-axe`: every page of the console, empty, full and refused, in both languages and three widths, judged by
axe-core against WCAG 2.2 AA; by Tab alone; twice as large without sideways scrolling; and the main tasks by keys.
"""

from __future__ import annotations

import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from central.console.look import Look
from central.store.sqlite_store import SqliteStore
from tests.harness import console_judge
from tests.harness.console_browser import chromium, enter, looks, served, show_answer
from tests.harness.console_desk import PASSWORD, Desk
from tests.harness.console_judge import Found
from tests.harness.console_world import BOSS, LINA, NEW, World, addresses, empty_addresses, fill
from tests.harness.own_centre import make_centre
from tests.scenarios.console import tasks

WIDTHS: Final = (360, 768, 1366)
TALL: Final = 768
TWICE: Final = {"width": 683, "height": 384}
"""A screen of 1366 dots at 200 %."""
NARROW: Final = {"width": 320, "height": 568}
"""1280 dots at 400 %."""
ODD: Final = {
    "because": "سبب مكتوب", "text_ar": "نص", "reason_ar": "سبب بالعربية", "name_ar": "اسم", "code": "0000", "loss": "x",
}  # fmt: skip
"""Half a form: what is missing is refused, what was typed must be there again."""
LAST: Final = ("/staff/sign-out",)
_NUMBERS: Final = re.compile(r'value="[0-9a-f]{24}"|\d\d:\d\d')


@dataclass
class Report:
    """What was looked at, and what was found, by where."""

    looked: int = 0
    pages: set[str] = field(default_factory=set)
    wrong: list[tuple[str, Found]] = field(default_factory=list)
    unsure: list[tuple[str, Found]] = field(default_factory=list)
    tasks: int = 0

    def note(self, where: str, found: list[Found]) -> None:
        self.wrong += [(where, one) for one in found]

    def told(self) -> None:
        for rule, n in Counter(one.rule for _, one in self.wrong).most_common():
            where, first = next(pair for pair in self.wrong if pair[1].rule == rule)
            print(f"  {n:4} x {rule}: {where}: {first.html}\n         {first.why}")
        doubts = Counter((one.rule, one.why[:90]) for _, one in self.unsure)
        for (rule, why), n in doubts.most_common(8):
            print(f"  to be looked at by a person: {n} x {rule}: {why}")


@contextmanager
def world(*, full: bool) -> Iterator[tuple[Desk, World | None, str]]:
    """A centre with nothing in it but its first shop, or a full one; and where it answers."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "centre.db", secrets.token_bytes(32))
        desk = Desk(make_centre(store, Path(folder)))
        if full:
            made = fill(desk)
        else:
            made = None
            desk.office.publish_catalogue(1)
            desk.hire(BOSS, *tasks.ALL)
        with served(desk.app) as address:
            yield desk, made, address
        store.close()


def enter_as(browser: Browser, address: str, desk: Desk, account: str, read: Look) -> Page:
    context = browser.new_context(viewport={"width": WIDTHS[-1], "height": TALL})
    enter(context, address, desk, account, read)
    return context.new_page()


def judge(page: Page, report: Report, where: str, widths: tuple[int, ...] = WIDTHS) -> None:
    """As it came, at each width; then with all that is folded in; then twice as large."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": TALL})
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(tall, TALL)})  # nothing lies under a bar that sticks
        _axe(page, report, f"{where} {width}")
        report.note(f"{where} {width}", [Found("too-wide", one, "") for one in console_judge.too_wide(page)])
    for opened in console_judge.panels(page):
        _axe(page, report, f"{where} {widths[-1]} {opened}")
    for size in (TWICE, NARROW):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        wide = console_judge.too_wide(page)
        report.note(f"{where} {size['width']} open", [Found("too-wide", one, "") for one in wide])
    page.set_viewport_size({"width": widths[-1], "height": TALL})


def _axe(page: Page, report: Report, where: str) -> None:
    wrong, unsure = console_judge.by_axe(page)
    report.looked += 1
    report.note(where, wrong)
    report.unsure += [(where, one) for one in unsure]


def _shown(page: Page, address: str, path: str, report: Report, where: str) -> None:
    page.goto(address + path)
    report.pages.add(path.partition("?")[0])
    judge(page, report, where)


def empty(browser: Browser, read: Look, report: Report) -> None:
    with world(full=False) as (desk, _, address):
        page = enter_as(browser, address, desk, BOSS, read)
        for path in empty_addresses({"account": BOSS}):
            _shown(page, address, path, report, f"empty {path} {read.written()}")
        page.context.close()


def full(browser: Browser, read: Look, report: Report) -> None:
    """Pages, acts that answer with one, then every act with half a form."""
    with world(full=True) as (desk, made, address):
        assert made is not None
        page = enter_as(browser, address, desk, BOSS, read)
        for path in [one for _, one in addresses("GET", made.there)] + more(made):
            where = f"full {path} {read.written()}"
            _shown(page, address, path, report, where)
            by_hand(page, address + path, report, where)
        for path, form in acts(made):
            status = show_answer(page, address, path, form)
            assert status == 200, (path, status)
            judge(page, report, f"done {path} {read.written()}")
        errors(page, address, made, read, report)
        page.context.close()


def by_hand(page: Page, where: str, report: Report, said: str) -> None:
    """By Tab alone, on a desk and on a telephone, and by ear."""
    for width in (WIDTHS[-1], WIDTHS[0]):
        page.set_viewport_size({"width": width, "height": TALL})
        page.goto(where)
        for opened in console_judge.panels(page):
            report.note(f"{said} {width} {opened}", console_judge.by_tab(page))
    report.note(said, console_judge.by_ear(page))


def more(made: World) -> list[str]:
    """The same pages as they stand otherwise."""
    requests = "/staff/requests"
    return [
        f"{requests}?status=approved", f"{requests}?mine=yes", *(f"{requests}/{one}" for one in made.requests[1:]),
        "/staff/shops?find=zzz", "/staff/shops?standing=silent", "/staff/shops/GIZ-001", "/staff/audit?act=sign_in",
        "/staff/catalogue/compare?waiting=3", "/staff/money?day=2020-01-01",
        f"{requests}?done=decided.approved.last",
    ]  # fmt: skip


def acts(made: World) -> list[tuple[str, dict[str, Any]]]:
    """Acts that answer with a page of their own."""
    requests, shop = "/staff/requests", f"/staff/shops/{made.there['shop']}"
    some = {"decision": "approved", "chosen": f"{made.requests[2]}/0", "authority": "civil-status"}
    return [
        (f"{requests}/{made.requests[0]}/open", {"purpose": "decide"}),
        (f"{requests}/{made.requests[1]}/open", {"purpose": "complaint"}),
        (f"{requests}/bulk", some), (f"{requests}/bulk", {**some, "decision": "sent_back"}),
        (f"{requests}/bulk/decision", some), (f"{requests}/bulk/decision", {**some, "chosen": f"{made.requests[1]}/0"}),
        ("/staff/counters/new", {"shop": made.there["shop"], "form": secrets.token_hex(12)}),
        (f"{shop}/people/{made.there['person']}/reset", {"form": secrets.token_hex(12)}),
        ("/staff/sign-in", {"name": LINA, "password": PASSWORD}),
        ("/staff/activate", {"name": NEW, "code": made.code, "password_new": PASSWORD, "password_again": PASSWORD}),
    ]  # fmt: skip


def errors(page: Page, address: str, made: World, read: Look, report: Report) -> None:
    """What each act answers to half a form, once for each page that differs; an address that is none; a form without
    a session.
    """
    known = set[str]()
    for _, path in sorted(addresses("POST", made.there), key=lambda one: one[1] in LAST):
        if show_answer(page, address, path, dict(ODD)):
            text = _NUMBERS.sub("", page.content())
            if text not in known:
                known.add(text)
                judge(page, report, f"refused {path} {read.written()}")
    page.goto(f"{address}/staff/nowhere")
    judge(page, report, f"refused nowhere {read.written()}")
    page.context.clear_cookies(name="__Host-staff")
    show_answer(page, address, f"/staff/requests/{made.requests[0]}/decision", dict(ODD))
    judge(page, report, f"refused without a session {read.written()}")


def main() -> int:
    begun, report = time.monotonic(), Report()
    with chromium() as browser:
        for read in looks():
            empty(browser, read, report)
            full(browser, read, report)
        for language in ("ar", "en"):
            with world(full=True) as (_, made, address):
                assert made is not None
                report.tasks += tasks.walk(browser, address, made, language, report.wrong)
    print(
        f"console-axe: {report.looked} looks at {len(report.pages)} pages: {len(report.wrong)} violations,"
        f" {len(report.unsure)} to be judged by a person; {report.tasks} tasks by keys alone;"
        f" {time.monotonic() - begun:.0f} s"
    )
    report.told()
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main())

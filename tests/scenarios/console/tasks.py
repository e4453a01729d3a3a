"""Tasks of a day, done in a browser by keys alone: typed, Tab, Enter, arrows and the page's own keys. What each role is
hired for is walked from home in `tests/central/console/test_main_tasks.py`; these are the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Error, Page

from central.console.look import Look
from central.staff.acts import Role
from protocol.texts import Language
from tests.harness.console_browser import enter
from tests.harness.console_desk import PASSWORD
from tests.harness.console_judge import Found
from tests.harness.console_world import LINA, World

ALL: Final = tuple(Role)
MOST_TABS: Final = 200
_AT: Final = "(wanted) => Boolean(document.activeElement && document.activeElement.matches(wanted))"


@dataclass(frozen=True, slots=True)
class Hands:
    """On a keyboard, and nowhere else."""

    page: Page

    def reach(self, wanted: str) -> None:
        """By Tab, from where one is."""
        for _ in range(MOST_TABS):
            if self.page.evaluate(_AT, wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {wanted}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, key: str) -> None:
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def write(self, wanted: str, text: str) -> None:
        self.reach(wanted)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def open(self, wanted: str) -> None:
        """A part that is folded in."""
        self.reach(wanted)
        self.press("Enter")


Steps = Callable[[Hands, World], None]


@dataclass(frozen=True, slots=True)
class Task:
    """`role` does it, beginning at `path`; a row of the database then, or a part of the page, says that it is done.
    Without a role nobody is signed in.
    """

    name: str
    role: Role | None
    path: str
    steps: Steps
    done: str


def _sign_in(hands: Hands, made: World) -> None:
    hands.write("#name", LINA)
    hands.write("#password", PASSWORD)
    hands.go("Enter")
    hands.write("#code", made.second_factor())
    hands.go("Enter")


def _send_back(hands: Hands, _made: World) -> None:
    for _ in range(2):  # the next one, opened
        hands.go("Enter")
    hands.press("2", "9")
    hands.write("details[open] [name=reason_ar]", "الصورة غير واضحة")
    hands.write("details[open] [name=reason_en]", "the picture is blurred")
    hands.reach("details[open] button")
    hands.go("Enter")


def _bulk(hands: Hands, _made: World) -> None:
    hands.press("ArrowDown", "Space")
    hands.go("1")
    hands.go("Enter")


def _reverse(hands: Hands, _made: World) -> None:
    hands.press("3", "2")
    hands.write("details[open] [name=because]", "ورقة مزورة")
    hands.write("details[open] [name=reason_ar]", "الورقة غير صحيحة")
    hands.write("details[open] [name=reason_en]", "the paper is false")
    hands.reach("details[open] button")
    hands.go("Enter")


def _new_counter(hands: Hands, made: World) -> None:
    hands.write("[name=shop]", made.there["shop"])
    hands.go("Enter")


def _stop(hands: Hands, _made: World) -> None:
    hands.press("3")
    hands.write("details[open] [name=because]", "مسروق")
    hands.go("Enter")


def _new_code(hands: Hands, _made: World) -> None:
    hands.open("td summary")
    hands.reach("td form[action$='/reset'] button")
    hands.go("Enter")


def _new_shop(hands: Hands, _made: World) -> None:
    hands.write("[name=id]", "CAI-777")
    hands.write("[name=name_ar]", "محل المعادي")
    hands.go("Enter")


def _other_language(hands: Hands, _made: World) -> None:
    before = hands.page.get_attribute("html", "lang")
    hands.go("F2")
    assert hands.page.get_attribute("html", "lang") != before


def _find_shop(hands: Hands, _made: World) -> None:
    hands.write("[name=find]", "GIZ")
    hands.go("Enter")
    hands.press("ArrowDown")
    hands.go("Enter")


_REQUESTS: Final = "/staff/requests"
TASKS: Final = (
    Task("sign in", None, "/staff/sign-in", _sign_in, ".me .av"),
    Task("read the other language", Role.OFFICER, "/staff", _other_language, "h1"),
    Task("send back", Role.OFFICER, _REQUESTS, _send_back, "request WHERE reason_en LIKE '%blurred'"),
    Task("decide many", Role.SUPERVISOR, _REQUESTS, _bulk, "outcome WHERE staff = '{who}'"),
    Task("change a final word", Role.SUPERVISOR, "{final}", _reverse, "proposal WHERE staff = '{who}'"),
    Task("a new counter", Role.ENROLMENT, "/staff/counters/new", _new_counter, ".qr"),
    Task("a person's new code", Role.ENROLMENT, "/staff/shops/{shop}", _new_code, "main .code"),
    Task("a new shop", Role.ENROLMENT, "/staff/shops/new", _new_shop, "shop WHERE id = 'CAI-777'"),
    Task("find a shop", Role.SUPPORT, "/staff/shops", _find_shop, ".crumb[href='/staff/shops']"),
    Task("stop a counter", Role.ENROLMENT, "/staff/devices/{device}", _stop, "chain WHERE state = 'suspended'"),
)


def walk(
    browser: Browser, address: str, made: World, language: Language, wrong: list[tuple[str, Found]],
    wanted: Sequence[Task] = TASKS,
) -> int:  # fmt: skip
    """How many were done; what was not is put into `wrong`."""
    done = 0
    for n, task in enumerate(wanted):
        why = _tried(browser, address, made, task, f"by-keys-{n}", language)
        done += not why
        if why:
            wrong.append((f"task {task.name} {language}", Found("task", task.path, why)))
    return done


def _tried(browser: Browser, address: str, made: World, task: Task, who: str, language: Language) -> str:
    """Why it could not be done; "" where it was."""
    if task.role is not None:
        made.desk.hire(who, task.role)
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    try:
        enter(context, address, made.desk, who if task.role else "", Look(language))
        page = context.new_page()
        path = task.path.format(**made.there, final=f"/staff/requests/{made.requests[-1]}")
        page.goto(address + path)
        task.steps(Hands(page), made)
        return _missing(page, made, task, who)
    except (AssertionError, Error) as error:
        return str(error)[:300]
    finally:
        context.close()


def _missing(page: Page, made: World, task: Task, who: str) -> str:
    if " WHERE " in task.done:
        there = made.desk.office.rows(f"SELECT 1 FROM {task.done.format(who=who)}")
        return "" if there else f"nothing came of it: {page.url}"
    return "" if page.locator(task.done).count() else f"not on {page.url}: {task.done}"

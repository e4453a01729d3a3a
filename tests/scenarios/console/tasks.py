"""Tasks of a day, done in a browser by keys alone: typed, Tab, Enter, arrows and the page's own keys. What each role is
hired for is walked from home in `tests/central/console/test_main_tasks.py`; these are the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Error, Page

from central.staff.acts import Role
from protocol.texts import Language
from tests.harness.console_clerk import Clerk, clerk, window
from tests.harness.console_desk import PASSWORD
from tests.harness.console_judge import Found
from tests.harness.console_world import LINA, World

ALL: Final = tuple(Role)
LATER: Final = "four quiet trains at dawn"
Steps = Callable[[Clerk, World], None]


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


def _keys(one: Clerk, *keys: str) -> None:
    """Keys that lead to no other page."""
    for key in keys:
        one.page.keyboard.press(key)


def _sign_in(one: Clerk, made: World) -> None:
    made.desk.office.clock.ms += 30_000  # the next code: each counts once
    one.write("name", LINA)
    one.write("password", PASSWORD)
    one.press("Enter")
    one.write("code", made.second_factor())
    one.press("Enter")


def _new_password(one: Clerk, made: World) -> None:
    _sign_in(one, made)
    made.desk.office.clock.ms += 30_000
    one.unfold("details.me")
    one.follow('details.me a[href="/staff/sessions"]')
    one.follow('a[href="/staff/password"]')
    for name, said in {"password": PASSWORD, "password_new": LATER, "password_again": LATER}.items():
        one.write(name, said)
    one.write("code", made.second_factor())
    one.press("Enter")


def _send_back(one: Clerk, _made: World) -> None:
    for _ in range(2):  # the next one, opened
        one.press("Enter")
    _keys(one, "2", "9")
    one.write("reason_ar", "الصورة غير واضحة")
    one.write("reason_en", "the picture is blurred")
    one.to("details[open] button")
    one.press("Enter")


def _bulk(one: Clerk, _made: World) -> None:
    _keys(one, *("ArrowDown", "Space") * 2)  # somebody has one of them in hand: it is left out
    one.press("1")
    one.press("Enter")


def _reverse(one: Clerk, _made: World) -> None:
    _keys(one, "1", "2")
    one.write("because", "ورقة مزورة")
    one.write("reason_ar", "الورقة غير صحيحة")
    one.write("reason_en", "the paper is false")
    one.to("details[open] button")
    one.press("Enter")


def _new_counter(one: Clerk, made: World) -> None:
    one.write("shop", made.there["shop"])
    one.press("Enter")


def _stop(one: Clerk, _made: World) -> None:
    _keys(one, "3")
    one.write("because", "مسروق")
    one.press("Enter")


def _new_code(one: Clerk, _made: World) -> None:
    one.unfold("td details")
    one.to("td form[action$='/reset'] button")
    one.press("Enter")


def _new_shop(one: Clerk, _made: World) -> None:
    one.write("id", "CAI-777")
    one.write("name_ar", "محل المعادي")
    one.press("Enter")


def _other_language(one: Clerk, _made: World) -> None:
    before = one.page.get_attribute("html", "lang")
    one.press("F2")
    assert one.page.get_attribute("html", "lang") != before


def _find_shop(one: Clerk, _made: World) -> None:
    one.write("find", "GIZ")
    one.press("Enter")
    _keys(one, "ArrowDown")
    one.press("Enter")


_REQUESTS: Final = "/staff/requests"
TASKS: Final = (
    Task("sign in", None, "/staff/sign-in", _sign_in, ".me .av"),
    Task("read the other language", Role.OFFICER, "/staff", _other_language, "h1"),
    Task("send back", Role.OFFICER, _REQUESTS, _send_back, "request WHERE reason_en LIKE '%blurred'"),
    Task("decide many", Role.SUPERVISOR, _REQUESTS, _bulk, "decision WHERE staff = '{who}'"),
    Task("change a final decision", Role.SUPERVISOR, "{final}", _reverse, "proposal WHERE staff = '{who}'"),
    Task("a new counter", Role.ENROLMENT, "/staff/counters/new", _new_counter, ".qr"),
    Task("a person's new code", Role.ENROLMENT, "/staff/shops/{shop}", _new_code, "main .code"),
    Task("a new shop", Role.ENROLMENT, "/staff/shops/new", _new_shop, "shop WHERE id = 'CAI-777'"),
    Task("find a shop", Role.SUPPORT, "/staff/shops", _find_shop, ".crumb[href='/staff/shops']"),
    Task("stop a counter", Role.ENROLMENT, "/staff/devices/{device}", _stop, "chain WHERE state = 'suspended'"),
    Task("a new password", None, "/staff/sign-in", _new_password, "audit WHERE act = 'account.password'"),
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
    context = window(browser)
    try:
        somebody = clerk(context, address, made.desk, who if task.role else "", language)
        path = task.path.format(**made.there, final=f"/staff/requests/{made.requests[-1]}")
        somebody.page.goto(address + path)
        task.steps(somebody, made)
        return _missing(somebody.page, made, task, who)
    except (AssertionError, Error) as error:
        return str(error)[:300]
    finally:
        context.close()


def _missing(page: Page, made: World, task: Task, who: str) -> str:
    if " WHERE " in task.done:
        there = made.desk.office.rows(f"SELECT 1 FROM {task.done.format(who=who)}")
        return "" if there else f"nothing came of it: {page.url}"
    return "" if page.locator(task.done).count() else f"not on {page.url}: {task.done}"

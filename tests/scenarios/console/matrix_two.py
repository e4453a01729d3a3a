"""Acts of two, tried by one person with two windows: his second one is nobody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from central import two_person_acts, two_person_rule
from central.console import table
from central.console.routes import Route
from central.staff.acts import RULES, Role
from tests.central.test_two_person_acts import LAID, First
from tests.harness.console_desk import Browser, Desk
from tests.scenarios.console.matrix_forms import FORMS, ONE_WORD, THERE
from tests.scenarios.console.matrix_ground import WALKER, Ground, Walked, bare

_NAME: Final = re.compile(r"\{(\w+)\}")


def second_windows(held: Ground, walked: Walked) -> None:
    """A form under an act of two, from two sessions of one person: the proposal is all that comes of it."""
    for route in table.ROUTES:
        if route.method != "POST" or route.act is None or not RULES[route.act].two or route.path not in FORMS:
            continue
        with held.desk() as desk:
            desk.hire(WALKER, *Role)
            waiting, answered = [_waiting(desk)], []
            for browser in (desk.signed_in(WALKER), desk.signed_in(WALKER)):
                answered.append(_posted(browser, route, {**THERE, **held.world.there}))
                waiting.append(_waiting(desk))
            first = waiting[1] - waiting[0]
            if route.path in ONE_WORD:
                continue
            if len(first) != 1 or waiting[2] != waiting[1] or answered[1] != 409:
                walked.wrong.append(f"one person twice: {route.path} answers {answered}, {len(first)} proposals")
            walked.cells["second window"] += 1


def _posted(browser: Browser, route: Route, there: Mapping[str, str]) -> int:
    form = {name: said.format(**there) for name, said in FORMS[route.path].items()}
    browser.post(_NAME.sub(lambda name: there[name[1]], route.path), form)
    return browser.status


def _waiting(desk: Desk) -> set[int]:
    return {row.n for row in desk.office.rows("SELECT n FROM proposal WHERE state = 'waiting'")}


def laid_acts(walked: Walked) -> None:
    """Every act that waits for a second person, agreed to from another window of whoever proposed it."""
    for name in two_person_acts.ACTS:
        with bare() as desk:
            say, asked_of = LAID[name](desk.office) if name in LAID else _proposed(desk, name)
            desk.hire(WALKER, *Role)
            say(WALKER)
            before, waiting = tuple(desk.office.row(asked_of)), _waiting(desk)
            browser = desk.signed_in(WALKER)
            for n in waiting:
                browser.post(f"/staff/proposals/{n}/approval")
            if browser.status != 409 or tuple(desk.office.row(asked_of)) != before or _waiting(desk) != waiting:
                walked.wrong.append(f"one person twice: {name} answers {browser.status}")
            for n in waiting:
                browser.post(f"/staff/proposals/{n}/withdrawal")
            if browser.status != 200 or _waiting(desk):
                walked.wrong.append(f"nobody takes his own word back: {name} answers {browser.status}")
            walked.cells["second window"] += 1


def _proposed(desk: Desk, name: str) -> tuple[First, str]:
    """Of what is laid out with files, which are not here: the word alone."""
    return lambda who: desk.office.act(two_person_rule.given, name, "1.0", {}, who), "SELECT count(*) FROM proposal"

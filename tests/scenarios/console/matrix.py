"""`python -m tests.scenarios.console.matrix`: each role at each address of the console, within and beyond its bounds.

Made of the table of routes: all that is served is walked, and an address of which nobody has said anything is a fault.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from fastapi.routing import APIRoute

from central.console import look, table
from central.console.routes import Route
from central.staff.acts import ROLES, RULES, Act, Role
from tests.harness.console_desk import HERE, Desk, Page
from tests.harness.console_world import World
from tests.harness.own_centre import SHOP
from tests.scenarios.console import matrix_two
from tests.scenarios.console.matrix_forms import ALSO, FORMS, NOT_THERE, QUERIES, THERE
from tests.scenarios.console.matrix_ground import WALKER, Ground, Walked, bare, ground

Scope = Literal["everywhere", "here", "elsewhere"]
SCOPES: Final[Mapping[Scope, Mapping[str, Any]]] = {
    "everywhere": {},
    "here": {"governorates": ("CAI",), "authorities": ("civil-status",)},
    "elsewhere": {"governorates": ("ASN",), "authorities": ("traffic",)},
}
PICTURE: Final = "/staff/requests/{request}/papers/{place}"
_NAME: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = re.compile(rb'(name="form" value=")[0-9a-f]{24}"')
"""Each form gets one of its own; nothing else may differ."""
_OPTION: Final = re.compile(r"(?<!\w)--[a-z]")
_COMMAND: Final = re.compile(r"<code.*?</code>", re.DOTALL)
"""What a page tells whoever reads it to type elsewhere."""


def undeclared() -> Iterator[str]:
    """What is served and not in the table, and what is in the table and nobody has said how to try it."""
    with bare() as desk:
        routes = desk.app.routes
    served = {(next(iter(one.methods or {""})), one.path) for one in routes if isinstance(one, APIRoute)}
    declared = {(one.method, one.path) for one in table.ROUTES} | {
        ("GET", f"{look.STATIC}/{one}") for one in look.KINDS
    }
    yield from (f"served and not declared: {one}" for one in sorted(served - declared))
    if len(routes) != len(served):
        yield "something is served that is no route"
    for route in table.ROUTES:
        if route.method == "POST" and route.path not in FORMS:
            yield f"uncovered: what is posted to {route.path}? (matrix_forms.py)"
        unknown = set(_NAME.findall(route.path.replace(":path", ""))) - set(NOT_THERE) - {"rest"}
        yield from (f"uncovered: a {{{one}}} that is not there (matrix_forms.py)" for one in sorted(unknown))


@dataclass
class Walk:
    """One person with one role, at every address."""

    desk: Desk
    world: World
    role: Role
    scope: Scope
    walked: Walked

    def run(self) -> None:
        self.there = {**THERE, **self.world.there}
        self.desk.hire(WALKER, self.role, **SCOPES[self.scope])
        self.browser = self.desk.signed_in(WALKER)
        self.nowhere = self._ask("GET", "/staff/nowhere").content
        self.watch = self.desk.office.store._connect()  # type: ignore[attr-defined]
        try:
            for method in ("GET", "POST"):
                for route in table.ROUTES:
                    if route.method == method and not route.door and not _untold(route):
                        self._try(route)
        finally:
            self.watch.close()

    def _try(self, route: Route) -> None:
        if "{proposal}" in route.path:  # about an account: of administrators, wherever they are
            (self._reached if Act.ACCOUNTS_MANAGE in ROLES[self.role] else self._foreign)(route)
        elif not {route.act, ALSO.get(route.path)} - {None} <= ROLES[self.role]:
            self._hidden(route)
        elif (self.scope == "elsewhere" and self._bounded(route)) or self._nowhere(route):
            self._foreign(route)
        else:
            self._reached(route)

    def _bounded(self, route: Route) -> bool:
        """Whether it is about something that a grant's bounds leave out here."""
        named, act = _names(route) - {"account"}, route.act
        return act is not None and bool(named) and (RULES[act].scope in ("request", "shop") or "shop" in named)

    def _nowhere(self, route: Route) -> bool:
        """Whether it is about what lies in nobody's bounds: the paper of a refusal names no authority."""
        return self.scope != "everywhere" and "paper" in _names(route)

    def _hidden(self, route: Route) -> None:
        """Not his to do: it looks as if it were not there, whatever he names, and does nothing."""
        before = self._version()
        for there in (self.there, NOT_THERE):
            answer = self._send(route, there)
            if (answer.status_code, answer.content) != (404, self.nowhere):
                self._note(route, f"shows that it is there ({answer.status_code})")
        self._unchanged(route, before)
        self.walked.cells["hidden"] += 1

    def _foreign(self, route: Route) -> None:
        """Not his to know of: the same to the last byte as what is not there, and nothing is done."""
        before, told = self._version(), []
        for there in (self.there, NOT_THERE):
            answer = self._send(route, there)
            content = _NUMBER.sub(rb"\1", answer.content)
            for name in _names(route):  # where what was typed, or the address, stands on the page again
                content = re.sub(rb'(?<=[/">])%s(?=[/"<&])' % re.escape(there[name].encode()), b"?", content)
            told.append((answer.status_code, content, answer.headers.get("location", "")))
        if told[0] != told[1]:
            self._note(route, f"tells what is not his ({told[0][0]}, {told[1][0]}) from what is not there")
        self._unchanged(route, before)
        if self.scope == "elsewhere":
            self._silent(route, told[0][1].decode("utf-8", "replace"))
        self.walked.cells["foreign"] += 1

    def _reached(self, route: Route) -> None:
        if route.path == PICTURE and self.scope != "elsewhere":
            answer = self._picture()
        else:
            answer = self._send(route, self.there)
        if answer.status_code in (401, 403, 404) or answer.status_code >= 500:
            self._note(route, f"is not reached ({answer.status_code})")
        html = answer.text if answer.headers.get("content-type", "").startswith("text/html") else ""
        if _OPTION.search(Page(_COMMAND.sub("", html)).text):
            self._note(route, "speaks of a command's option")
        if self.scope == "elsewhere" and (route.act is None or RULES[route.act].scope != "none"):
            self._silent(route, answer.text)
        if route.path == "/staff/sign-out":
            self.browser = self.desk.signed_in(WALKER)
        self.walked.cells["reached"] += 1

    def _picture(self) -> Any:
        """As whoever opened the request gets it."""
        page = self.browser.post(f"/staff/requests/{self.there['request']}/open", purpose="decide")
        return self._ask("GET", next(one for one in page.fetched if "/papers/" in one))

    # ---- asking

    def _send(self, route: Route, there: Mapping[str, str]) -> Any:
        path = _NAME.sub(lambda name: there[name[1]], route.path) + QUERIES.get(route.path, "")
        form = {name: said.format(**there) for name, said in FORMS.get(route.path, {}).items()}
        return self._ask(route.method, path, form if route.method == "POST" else None)

    def _ask(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Any:
        return self.browser.http.request(method, path, data=form, headers=HERE, follow_redirects=False)

    def _version(self) -> int:
        """Changes with every commit of somebody else."""
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def _unchanged(self, route: Route, before: int) -> None:
        if self._version() != before:
            self._note(route, "has changed something")

    def _silent(self, route: Route, text: str) -> None:
        """Nothing of what is beyond his bounds stands there."""
        there = self.there
        secret = {SHOP, there["device"], there["device"][:8], there["approval"], "Dokki", "الدقي", *self.world.requests}
        for said in sorted(one for one in secret if one in text):
            self._note(route, f"shows {said!r}, which is beyond his bounds")

    def _note(self, route: Route, what: str) -> None:
        self.walked.wrong.append(f"{self.role}, {self.scope}: {route.method} {route.path} {what}")


def _names(route: Route) -> set[str]:
    """What is named in its path and its form."""
    form = FORMS.get(route.path, {}) if route.method == "POST" else {}
    return set(_NAME.findall(" ".join([route.path, *form.values()]))) - {"place"}


def _untold(route: Route) -> bool:
    return route.method == "POST" and route.path not in FORMS


def walk(held: Ground, role: Role, scope: Scope, walked: Walked) -> None:
    with held.desk() as desk:
        Walk(desk, held.world, role, scope, walked).run()


def strangers(held: Ground, walked: Walked) -> None:
    """Nobody who is not signed in sees or does anything; the door itself is open to all."""
    with held.desk() as desk:
        http = desk.stranger().http
        for route in table.ROUTES:
            path = _NAME.sub(
                lambda name: {**THERE, **held.world.there}.get(name[1], "nowhere"), route.path.replace(":path", "")
            )
            form = FORMS.get(route.path, {}) if route.method == "POST" else None
            answer = http.request(route.method, path, data=form, headers=HERE, follow_redirects=False)
            wanted = {"GET": 303, "POST": 401}[route.method]
            if (route.door and answer.status_code >= 500) or (not route.door and answer.status_code != wanted):
                walked.wrong.append(f"a stranger: {route.method} {route.path} answers {answer.status_code}")
            walked.cells["stranger"] += 1


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.console.matrix", description=__doc__)
    parser.add_argument("--role", choices=[str(role) for role in Role], action="append")
    asked = parser.parse_args()
    begun, walked, uncovered = time.monotonic(), Walked(), list(undeclared())
    roles = [Role(one) for one in asked.role] if asked.role else list(Role)
    with ground() as held:
        for role in roles:
            for scope in SCOPES:
                walk(held, role, scope, walked)
        strangers(held, walked)
        matrix_two.second_windows(held, walked)
    matrix_two.laid_acts(walked)
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(walked.cells.items()))
    print(
        f"{len(roles)} roles, {len(table.ROUTES)} routes, {len(SCOPES)} scopes in {time.monotonic() - begun:.0f} s:"
        f" {walked.cells.total()} cells ({told}), {len(uncovered)} uncovered, {len(walked.wrong)} faults"
    )
    print(*uncovered, *walked.wrong, sep="\n")
    return 1 if uncovered or walked.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

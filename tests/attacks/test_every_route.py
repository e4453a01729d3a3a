"""Oracle 13: whatever is asked of any address of the console, the answer is no fault of ours.

Addresses come from the route table, the names of fields from the code that reads them; schemathesis makes up the rest.
The addresses of counters and citizens are asked in the same way in `tests/central/web/test_openapi.py`.
"""

from __future__ import annotations

import inspect
import re
import secrets
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from central.console import app, look, table
from central.console.app import Rates
from central.console.routes import Route
from central.console.visit import COOKIE, Visit
from central.rate_limit import Rate
from central.staff.acts import PURPOSES, Role
from central.store.sqlite_store import SqliteStore
from protocol.journal import personal
from protocol.wire.statuses import STATUSES
from tests.attacks import more, tried
from tests.central.requests.test_approvals import asked
from tests.central.web.test_openapi import operations
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import HERE, Desk
from tests.harness.own_centre import OPERATOR, SHOP, apply_settings, make_centre

EXAMPLES: Final = 4
FREE: Final = Rates(Rate(1e12, 1e12), Rate(1e12, 1e12))
READ: Final = re.compile(r'visit(?:, |\.\w+\(|\.form\.get\(|\.query\.get\()"(\w+)"')
"""A field of a form or of an address, where a page asks for it."""
ODD: Final = (
    "", "0", "1", "-1", "١٢٣", "9" * 40, "1250.50", "1,5", "2026-11-25", "2026-W48-3", "yes", "own", "=cmd|1", "<b>",
    "../..", "%00", "\u202eأ", "\x00", "é" * 400, "a\nb", "//evil.example", "/staff/requests", "CAI", "GIZ، القاهرة",
)  # fmt: skip


@dataclass
class Party:
    """The console over a centre with one of everything, and the names of what is there, by field."""

    desk: Desk
    there: Mapping[str, str]


@pytest.fixture(scope="module")
def party(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Party]:
    folder = tmp_path_factory.mktemp("console")
    store = SqliteStore(folder / "centre.db", secrets.token_bytes(32))
    office = make_centre(store, folder)
    office.publish_catalogue()
    device, request = office.enrol(), birth()
    apply_settings(device)
    sell(device, request, personal.write_frame(secrets.token_bytes(16), {"fields": {"name": "محمد أحمد"}}))
    approval, desk = asked(office, device), Desk(office)
    desk.app = app.build(office.centre, rates=FREE)
    there = {
        "request": str(request["id"]), "device": str(uuid.UUID(bytes=device.chain.device)), "shop": SHOP,
        "slot": office.waiting("badr", "482913"), "account": "walker", "person": OPERATOR, "approval": approval.id,
        "proposal": "1", "place": "1", "service": "birth-cert", "version": "1",
        "reach": "all", "file": "1", "chosen": f"{request['id']}/0", "seen": "0", "number": "482913", "limit": "",
    }  # fmt: skip
    yield Party(desk, there)
    store.close()


# ---- what is asked


def described(route: Route, there: Mapping[str, str]) -> dict[str, Any]:
    """The address in the words of OpenAPI."""
    known = [*there.values(), *STATUSES, *PURPOSES, *(role.value for role in Role), *ODD]
    read = READ.findall(inspect.getsource(sys.modules[route.handler.__module__]))
    fields = sorted({*read, "form", "language", "theme", "size", "keys"})

    def said(name: str) -> dict[str, Any]:
        right = [{"const": there[name]}] if name in there else []
        return {"anyOf": [*right, {"enum": known}, {"type": "string", "maxLength": 300}]}

    typed = {name: said(name) for name in fields}
    form = {"type": "object", "properties": typed}
    file = {"type": "object", "properties": {**typed, "file": {"type": "string", "format": "binary"}}}
    names = re.findall(r"\{(\w+)(?::path)?\}", route.path)
    inside = [{"name": name, "in": "path", "required": True, "schema": said(name)} for name in names]
    asked_for = [{"name": name, "in": "query", "schema": said(name)} for name in fields]
    operation: dict[str, Any] = {"parameters": inside + asked_for, "responses": {"default": {"description": "a page"}}}
    if route.method == "POST":
        kinds = {"application/x-www-form-urlencoded": form, "multipart/form-data": file}
        operation["requestBody"] = {"content": {kind: {"schema": schema} for kind, schema in kinds.items()}}
    path = route.path.replace(":path", "")
    return {
        "openapi": "3.1.0", "info": {"title": "console", "version": "1"},
        "paths": {path: {route.method.lower(): operation}},
    }  # fmt: skip


def ask(party: Party, route: Route) -> None:
    """Questions to one address, by somebody with every role, who signs in anew for each."""
    api = schemathesis.openapi.from_dict(described(route, party.there))
    api.app = party.desk.app
    party.desk.hire(account := f"walker{secrets.token_hex(4)}", *Role)

    [operation] = operations(api).values()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=more(EXAMPLES), deadline=None, suppress_health_check=list(HealthCheck), database=None,
        report_multiple_bugs=False, phases=[Phase.generate],
    )  # fmt: skip
    def question(case: schemathesis.Case[Any]) -> None:
        tried()
        token = party.desk.token(account)
        written = look.Look(secrets.choice(("ar", "en"))).written()
        answer = case.call(headers=HERE, cookies={COOKIE: token, "__Host-look": written})
        assert answer.status_code < 500, (route.method, route.path, answer.content[:200])

    question()


@pytest.mark.slow
@pytest.mark.oracle(13)
@pytest.mark.parametrize("route", table.ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_question_to_the_console_is_a_fault_of_ours(party: Party, route: Route) -> None:
    ask(party, route)


@pytest.mark.oracle(13, planted=True)
def test_a_number_that_is_believed_is_found(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Visit, "whole", lambda self, name, _least, _most: int(self.text(name)))
    found = next(one for one in table.ROUTES if one.path == "/staff/accounts/{account}/withdrawal")
    with pytest.raises(AssertionError, match="withdrawal"):
        ask(party, found)

"""Every address is declared with what one must be allowed to do there, and answers everybody else alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from fastapi.routing import APIRoute

from central.console import look, table
from central.console.routes import Route
from central.staff.acts import ROLES, Act, Role
from tests.harness.console_desk import HERE, Desk
from tests.harness.wire_device import Device

OWN = frozenset({
    ("GET", "/staff"), ("GET", "/staff/sessions"), ("POST", "/staff/sessions/end"), ("POST", "/staff/sign-out"),
    ("GET", "/staff/password"), ("POST", "/staff/password"),
    ("GET", "/staff/proposals"), ("POST", "/staff/proposals/{proposal}/approval"),
    ("POST", "/staff/proposals/{proposal}/withdrawal"),
})  # fmt: skip
"""For whoever is signed in: about himself, or bounded by `two_person_acts` proposal by proposal."""
DOOR = frozenset({
    ("GET", "/staff/sign-in"), ("POST", "/staff/sign-in"), ("POST", "/staff/sign-in/code"), ("GET", "/staff/activate"),
    ("POST", "/staff/activate"), ("POST", "/staff/look"), ("GET", "/{rest:path}"),
})  # fmt: skip


def test_what_is_not_declared_is_not_served(desk: Desk) -> None:
    served = {(next(iter(one.methods or {""})), one.path) for one in desk.app.routes if isinstance(one, APIRoute)}
    declared = {(one.method, one.path) for one in table.ROUTES}
    files = {("GET", f"{look.STATIC}/{name}") for name in look.KINDS}
    assert served == declared | files
    assert len(desk.app.routes) == len(served)


def test_each_address_names_an_act_or_is_ones_own_or_the_door() -> None:
    bare = {(one.method, one.path) for one in table.ROUTES if one.act is None and not one.door}
    assert bare == OWN
    assert {(one.method, one.path) for one in table.ROUTES if one.door} == DOOR


def test_each_act_of_a_browser_is_in_a_role() -> None:
    for one in table.ROUTES:
        assert one.act is None or any(one.act in acts for acts in ROLES.values()), one.path


def _path(route: Route, device: Device, request: str) -> str:
    """Where that address leads for things that are there."""
    there = {
        "request": request, "device": str(uuid.UUID(bytes=device.chain.device)), "shop": "CAI-001", "slot": "0001",
        "service": "birth-cert", "version": "1", "file": "S-1",
        "account": "amal", "person": "nobody", "approval": "019a1b2c-231", "proposal": "1", "place": "1",
    }  # fmt: skip
    path = route.path.replace("{rest:path}", "nowhere")
    for name, value in there.items():
        path = path.replace(f"{{{name}}}", value)
    return path


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_reaches_what_it_may_and_nothing_else(
    desk: Desk, device: Device, sold: Callable[..., str], role: Role
) -> None:
    request, browser = sold(), desk.person("walker", role)
    nowhere = browser.http.get("/staff/nowhere", headers=HERE)
    assert nowhere.status_code == 404
    for route in table.ROUTES:
        if route.door:
            continue
        path = _path(route, device, request)
        answer = browser.http.request(route.method, path, headers=HERE, follow_redirects=False)
        if route.act is not None and route.act not in ROLES[role]:
            assert answer.status_code == 404, (role, route.path)
            assert answer.content == nowhere.content, (role, route.path)
        elif route.path == "/staff/sign-out":
            browser = desk.signed_in("walker")
        else:
            assert answer.status_code < 500, (role, route.path, answer.text)


def test_nobody_who_is_not_signed_in_sees_or_does_anything(
    desk: Desk, device: Device, sold: Callable[..., str]
) -> None:
    request, http = sold(), desk.stranger().http
    for route in table.ROUTES:
        if route.door:
            continue
        answer = http.request(route.method, _path(route, device, request), headers=HERE, follow_redirects=False)
        if route.method == "GET":
            assert answer.status_code == 303
            assert answer.headers["location"].startswith("/staff/sign-in?next=")
        else:
            assert answer.status_code == 401


def test_another_authoritys_request_looks_like_none(desk: Desk, sold: Callable[..., str]) -> None:
    request = sold()
    other = desk.person("other", Role.OFFICER, authorities=("traffic",))
    unknown = "019a1b2c-0000-7000-8000-000000000000"
    for path in ("", "/papers/1"):
        theirs = other.http.get(f"/staff/requests/{request}{path}", headers=HERE)
        none = other.http.get(f"/staff/requests/{unknown}{path}", headers=HERE)
        assert (theirs.status_code, theirs.content) == (none.status_code, none.content) == (404, none.content)
    for act in ("open", "hold", "leave", "decision", "ready"):
        form = {"purpose": "decide", "word": "approved", "seen": "0"}
        theirs = other.http.post(f"/staff/requests/{request}/{act}", data=form, headers=HERE)
        none = other.http.post(f"/staff/requests/{unknown}/{act}", data=form, headers=HERE)
        assert (theirs.status_code, theirs.content) == (none.status_code, none.content) == (404, none.content), act


def test_a_shop_of_another_governorate_looks_like_none(desk: Desk, device: Device) -> None:
    other = desk.person("other", Role.ENROLMENT, governorates=("GIZ",))
    name = str(uuid.UUID(bytes=device.chain.device))
    pairs = (
        ("/staff/shops/CAI-001", "/staff/shops/CAI-999"), (f"/staff/devices/{name}", f"/staff/devices/{uuid.uuid4()}"),
    )  # fmt: skip
    for theirs, none in pairs:
        first, second = other.http.get(theirs, headers=HERE), other.http.get(none, headers=HERE)
        assert (first.status_code, first.content) == (second.status_code, second.content) == (404, second.content)


def test_every_act_that_two_must_want_is_in_the_rules() -> None:
    assert Act.ACCOUNTS_MANAGE in ROLES[Role.ADMINISTRATOR]
    assert not ROLES[Role.ADMINISTRATOR] & {Act.REQUEST_LIST, Act.REQUEST_OPEN, Act.MONEY_SEE}

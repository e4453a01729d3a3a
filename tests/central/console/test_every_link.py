"""From home, link by link: each leads somewhere, each form is one's own to send, and every page of a role is led to."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from central.console import table
from central.staff.acts import ROLES, Role
from protocol.clock import HOUR_MS
from tests.central.requests.test_approvals import asked
from tests.harness.centre_fleet import Fleet
from tests.harness.console_desk import HERE, Browser, Desk, Page
from tests.harness.wire_device import Device


def _visited(browser: Browser) -> dict[str, Page]:
    """Pages by their address: of those that differ in the words of a question alone, one."""
    found, waiting, known = dict[str, Page](), ["/staff"], set[tuple[str, frozenset[str]]]()
    while waiting:
        parts = urlsplit(waiting.pop())._replace(fragment="")
        kind = (parts.path, frozenset(parse_qs(parts.query)))
        if kind in known or not parts.path:
            continue
        known.add(kind)
        answer = browser.http.get(parts.geturl(), headers=HERE)
        assert answer.status_code == 200, parts
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = Page(answer.text)
        assert page.form("/staff/sign-out") == {}, "the way out is on every page"
        found[parts.path] = page
        waiting += page.links
    return found


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_link_leads_somewhere_and_every_page_is_led_to(
    desk: Desk, device: Device, sold: Callable[..., str], role: Role
) -> None:
    sold()
    asked(desk.office, device)
    desk.office.publish_catalogue(2)
    desk.office.waiting("badr", "482913")
    Fleet(desk.office).many(1, "GIZ", heard_ago_ms=100 * HOUR_MS)
    found = _visited(desk.person("walker", role))
    sent = {form["action"] for page in found.values() for form in page.forms if form["method"] == "post"}
    routes = {action: match[0] for action in sent if (match := table.match(action))}
    assert set(routes) == sent
    assert [one.path for one in routes.values() if one.act is not None and one.act not in ROLES[role]] == []
    own = {one.path for one in table.ROUTES if one.method == "GET" and one.act in ROLES[role] and "{" not in one.path}
    assert own - set(found) == set()

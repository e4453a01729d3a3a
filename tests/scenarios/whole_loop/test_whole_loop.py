"""The whole loop on real parts: the counter's own window and process, its printer, a line that was cut, the centre as
`serve` runs it, an officer in chromium, and the citizen's page behind the code on the paper.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from protocol.texts import say
from tests.harness.centre_process import free_port
from tests.harness.console_browser import chromium
from tests.harness.console_clerk import Clerk, window
from tests.scenarios.day.house import House
from tests.scenarios.day.plan import LEAST, Plan, Visitor
from tests.scenarios.demo.stage import until

pytestmark = [
    pytest.mark.slow, pytest.mark.browser, pytest.mark.keystore, pytest.mark.enable_socket, pytest.mark.timeout(240),
]  # fmt: skip
SERVICE: Final = "birth-cert"
AUTHORITY: Final = "civil-status"
WORDS: Final = ("approved", "rejected")


def test_a_request_without_a_line_is_decided_in_a_browser_and_comes_back(tmp_path: Path) -> None:
    with House(tmp_path, 14, free_port()) as house, chromium() as started:
        _open_shop(house)
        house.line.cut = True
        visitors = _visitors(len(WORDS))
        sold = [_serve(house, one) for one in visitors]
        assert [one["paper"] for one in sold] == ["printed"] * len(WORDS)
        assert house.centre.cli("request", "list") == [], "nothing has left the counter"
        house.drained()
        until("all has arrived", lambda: len(house.centre.cli("request", "list")) == len(WORDS))

        order = _decided(_officer(house, started), visitors)
        expected = {sold[at]["receipt"]: say("ar", f"state.{word}") for at, word in zip(order, WORDS, strict=True)}
        house.ask("now")
        until("the decisions are at the counter", lambda: house.ask("decisions") == expected)
        for place, word in zip(order, WORDS, strict=True):
            page = started.new_page(locale="ar-EG")
            page.goto(_paper(house, sold[place]["qr"]))
            assert say("ar", f"central.page.state.{word}") in page.inner_text("main")
        acts = [(row["act"], row["staff"]) for row in house.centre.cli("audit", "list")]
        assert acts.count(("personal.read", "nadia")) == len(WORDS), "each opened once, under her name"


def _open_shop(house: House) -> None:
    house.furnish()
    house.start()
    house.enrol()
    sara = house.people[0]
    house.ask("activate", operator=sara.id, code=sara.code, pin=sara.pin)
    house.ask("open_day", pounds="500")
    house.ask("use_printer", choices=[f"tcp:127.0.0.1:{house.printers[0].port}"], place=0)


def _visitors(count: int) -> list[Visitor]:
    """Citizens who want the same, so that one officer has them all."""
    plan, found = Plan(14, LEAST), list[Visitor]()
    while len(found) < count:
        one = plan.visitor()
        found += [one] if one.service == SERVICE else []
    return found


def _serve(house: House, one: Visitor) -> dict[str, Any]:
    said: dict[str, Any] = house.ask("serve", number=one.number, values=one.values, pounds="")
    return said


def _officer(house: House, started: Browser) -> Clerk:
    """Hired by two administrators, and signed in with a password and a second factor of her own."""
    made = house.centre.cli("account", "add", "nadia", "--name-ar", "نادية فهمي", "--name-en", "Nadia Fahmy")
    house.centre.cli("account", "grant", "nadia", "officer", "--authorities", AUTHORITY)
    nadia = Clerk(window(started).new_page(), f"http://127.0.0.1:{house.staff_port}")
    nadia.activate("nadia", made["code"])
    return nadia


def _decided(nadia: Clerk, visitors: list[Visitor]) -> list[int]:
    """The first one is approved, the second rejected. Returns which visitors those were, as their answers said."""
    nadia.follow('a.tile[href^="/staff/requests"]')
    nadia.open_next()
    first = _whose(nadia, visitors)
    nadia.give("1")
    nadia.press("Enter")
    second = _whose(nadia, visitors)
    nadia.give("3", reason="1")
    assert say("ar", "console.done.decided.rejected.last") in nadia.said
    return [first, second]


def _whose(nadia: Clerk, visitors: list[Visitor]) -> int:
    """To the letter: name, national ID and mobile, as they were typed at the counter."""
    shown = nadia.said
    [place] = [at for at, one in enumerate(visitors) if str(one.values["name"]) in shown]
    for field in ("national_id", "mobile", "mother_name"):
        assert str(visitors[place].values[field]) in shown, field
    return place


def _paper(house: House, link: str) -> str:
    """What the citizen's telephone reads off the paper that came out."""
    [found] = [sheet.qr for sheet in house.printers[0].sheets() if sheet.qr.partition("#")[0] == link]
    return found

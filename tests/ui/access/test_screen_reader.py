"""The five tasks of every day, done by keys on a real display and followed on a real accessibility bus, in both
languages: what has the focus has a name, a role and states, and what changes beside it is said.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from protocol.catalogue.catalogue import bundled_services
from protocol.texts import LANGUAGES, Language, say
from tests.harness.shop import PIN
from tests.scenarios.demo.stage import Display
from tests.ui.access.accessibility_bus import ENABLED, FOCUSABLE, FOCUSED, SHOWING, Heard, Reader, SessionBus
from tests.ui.keys.tasks import NEXT
from ui.widgets import show
from ui.widgets.push_button import GAP_MS

pytestmark = [pytest.mark.x11, pytest.mark.timeout(120)]
STATES: Final = FOCUSED | FOCUSABLE | ENABLED | SHOWING


class Seat:
    """A display, a bus, the counter on both, and a reader that listens."""

    def __init__(self, language: Language, task: str) -> None:
        self.language: Language = language
        self.bus, self.display = SessionBus(), Display()
        self.reader = Reader(self.bus)
        env = {**self.display.env, **self.bus.env}
        command = [sys.executable, "-m", "tests.ui.access.counter_process", language, task]
        self.counter = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert self.counter.stdout is not None
        assert self.counter.stdout.readline() == "ready\n"

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def press(self, *keys: str) -> None:
        self.display.key(*keys)

    def page(self, name: str) -> None:
        self.reader.until(name, lambda: self.display.title().endswith(f"({name})"))

    def hears(self, name: str, role: str) -> Heard:
        """The focus is on what is called so."""

        def there() -> Heard | None:
            found = self.reader.focused()
            return found if found is not None and name in found.name else None

        found: Heard = self.reader.until(name, there)
        assert found.role == role
        assert found.state & STATES == STATES
        return found

    def said(self, words: str) -> None:
        self.reader.until(words, lambda: any(words in text for text in self.reader.announced))

    def close(self) -> None:
        self.counter.terminate()
        self.counter.communicate()
        self.reader.close()
        self.display.close()
        self.bus.close()


@pytest.fixture(params=LANGUAGES)
def sit(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Seat]]:
    """At a counter where that task begins."""
    made = list[Seat]()

    def seat(task: str) -> Seat:
        made.append(Seat(request.param, task))
        return made[0]

    yield seat
    for one in made:
        one.close()


def birth_certificate() -> dict[str, object]:
    return next(one for one in bundled_services() if one["id"] == "birth-cert")


def labels(language: Language) -> dict[str, str]:
    texts: dict[str, dict[str, dict[str, dict[str, str]]]] = birth_certificate()["text"]  # type: ignore[assignment]
    return {name: text["label"][language] for name, text in texts["fields"].items()}


def too_early(seat: Seat, first: str) -> None:
    """What is wrong is said, and stands at the field."""
    seat.press("F10")
    seat.said(seat.say("form.missing", n=3, count="\u20663\u2069"))
    seat.reader.until("the fault", lambda: seat.hears(first, "text").description)


def fill(seat: Seat, called: dict[str, str]) -> None:
    for name, text in NEXT.items():
        while name == "mother_name" and (found := seat.reader.focused()) and found.role == "combo box":
            assert found.label == called["relation"]
            seat.press("Return")
        seat.hears(called[name], "text")
        seat.display.type(text)
        seat.press("Return")


def nothing_of_the_citizen(seat: Seat) -> None:
    said = " ".join(seat.reader.announced)
    assert NEXT["name"] not in said
    assert NEXT["national_id"] not in said


def test_the_same_service_for_the_next_citizen(sit: Callable[[str], Seat]) -> None:
    seat = sit("again")
    language, called = seat.language, labels(seat.language)
    again = seat.say("done.again")
    seat.page("pageDone")
    assert "F10" in seat.hears(again, "push button").description
    time.sleep(GAP_MS / 1000)
    seat.press("F10")
    seat.page("pageForm")
    seat.hears(called["national_id"], "text")
    seat.said(seat.say("form.papers"))
    too_early(seat, called["national_id"])
    fill(seat, called)
    seat.said(f"{seat.say('bill.due')}: {show.money(language, 5_000)}")
    seat.press("F10")
    seat.page("pageReview")
    seat.hears(seat.say("review.tendered"), "text")
    seat.said(f"{seat.say('review.title')} — {seat.say('bill.due')}: {show.money(language, 5_000)}")
    seat.press("F2", "F10")
    seat.page("pageDone")
    exact = seat.say("done.nochange.exact", taken="", due=show.money(language, 5_000))
    seat.said(f"{seat.say('done.saved')} — {exact}")
    seat.said(seat.say("chip.offline", n=2, count="\u20662\u2069"))
    seat.hears(again, "push button")
    nothing_of_the_citizen(seat)


def test_a_service_by_its_number_and_the_change(sit: Callable[[str], Seat]) -> None:
    seat = sit("number")
    language, called = seat.language, labels(seat.language)
    seat.page("pageCatalogue")
    seat.hears(seat.say("home.title"), "text")
    seat.display.type("112")
    title: dict[str, str] = birth_certificate()["title"]  # type: ignore[assignment]
    found = seat.say("home.found", count="\u20661\u2069")
    seat.said(f"{found} — {title[language]}")
    seat.press("Return")
    seat.page("pageForm")
    fill(seat, called)
    seat.press("F10")
    seat.page("pageReview")
    seat.hears(seat.say("review.tendered"), "text")
    seat.display.type("20")
    seat.said(f"{seat.say('review.short')} {show.money(language, 3_000)}")
    seat.display.type("0")
    seat.said(f"{seat.say('review.change')} {show.money(language, 15_000)}")
    seat.press("F10")
    seat.page("pageDone")
    seat.said(f"{seat.say('done.saved')} — {seat.say('done.change')} {show.money(language, 15_000)}")
    nothing_of_the_citizen(seat)


def test_an_earlier_request_and_a_copy_of_its_receipt(sit: Callable[[str], Seat]) -> None:
    seat = sit("copy")
    seat.page("pageCatalogue")
    seat.press("F6")
    seat.page("pageRequests")
    seat.hears(seat.say("list.search"), "text")
    title: dict[str, str] = birth_certificate()["title"]  # type: ignore[assignment]
    seat.said(title[seat.language])
    seat.press("Return")
    found = seat.reader.until("a row", lambda: (at := seat.reader.focused()) and "table" in at.role and at)
    assert found.name
    seat.press("Return")
    seat.page("pageDetail")
    seat.press("F9")
    seat.said(seat.say("print.copying"))


def test_signed_in_and_the_day_opened(sit: Callable[[str], Seat]) -> None:
    seat = sit("open")
    seat.page("pageSignIn")
    seat.hears(seat.say("signin.pin"), "password text")
    seat.press("Down")
    seat.said(seat.say("signin.fresh.what"))
    seat.press("Up")
    seat.said(seat.say("role.operator"))
    seat.display.type(PIN)
    seat.press("Return")
    seat.page("pageOpenDay")
    seat.said(seat.say("day.title"))
    assert seat.hears(seat.say("day.cash"), "text").description == seat.say("day.hint")
    seat.display.type("500")
    seat.press("F10")
    seat.page("pageCatalogue")
    seat.said(seat.say("home.title"))


def test_the_day_counted_and_closed(sit: Callable[[str], Seat]) -> None:
    seat = sit("close")
    language = seat.language
    seat.page("pageCatalogue")
    seat.press("F8")
    seat.page("pageDay")
    seat.press("F10")
    seat.page("pageClose")
    seat.said(seat.say("close.step.count"))
    for face, count in ((200, ""), (100, "1"), (50, "1")):
        seat.hears(seat.say("count.note", face=f"\u2066{face}\u2069"), "text")
        if count:
            seat.display.type(count)
        seat.press("Return")
    seat.said(f"{seat.say('close.counted.sofar')}: {show.money(language, 15_000)}")
    seat.press("alt+1")
    seat.said(seat.say("close.equal"))
    seat.hears(seat.say("close.do.summary"), "push button")
    seat.press("F10")
    seat.hears(seat.say("close.do.closed"), "push button")

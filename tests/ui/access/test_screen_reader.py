"""The commonest task, done by keys on a real display and followed on a real accessibility bus, in both languages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from protocol.catalogue.catalogue import bundled_services
from protocol.texts import LANGUAGES, Language, say
from tests.scenarios.demo.stage import Display
from tests.ui.access.accessibility_bus import FOCUSABLE, FOCUSED, Heard, Reader, SessionBus
from tests.ui.keys.tasks import CITIZEN
from ui.widgets import show
from ui.widgets.push_button import GAP_MS

pytestmark = [pytest.mark.x11, pytest.mark.timeout(120)]


class Seat:
    """A display, a bus, the counter on both, and a reader that listens."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.bus, self.display = SessionBus(), Display()
        self.reader = Reader(self.bus)
        env = {**self.display.env, **self.bus.env}
        command = [sys.executable, "-m", "tests.ui.access.counter_process", f"--{language}"]
        self.counter = subprocess.Popen(command, env=env)

    def page(self, name: str) -> None:
        self.reader.until(name, lambda: self.display.title().endswith(f"({name})"))

    def hears(self, name: str, role: str) -> Heard:
        """The focus is on what is called so."""

        def there() -> Heard | None:
            found = self.reader.focused()
            return found if found is not None and name in found.name else None

        found: Heard = self.reader.until(name, there)
        assert found.role == role
        assert found.state & FOCUSED
        assert found.state & FOCUSABLE
        return found

    def said(self, words: str) -> None:
        self.reader.until(words, lambda: any(words in text for text in self.reader.announced))

    def close(self) -> None:
        self.counter.terminate()
        self.counter.wait()
        self.reader.close()
        self.display.close()
        self.bus.close()


@pytest.fixture(params=LANGUAGES)
def seat(request: pytest.FixtureRequest) -> Iterator[Seat]:
    made = Seat(request.param)
    yield made
    made.close()


def labels(language: Language) -> dict[str, str]:
    service = next(one for one in bundled_services() if one["id"] == "birth-cert")
    return {name: text["label"][language] for name, text in service["text"]["fields"].items()}


def too_early(seat: Seat, first: str) -> None:
    """What is wrong is said, and stands at the field."""
    seat.display.key("F10")
    seat.said(say(seat.language, "form.faults", n=3, count="\u20663\u2069"))
    seat.reader.until("the fault", lambda: seat.hears(first, "text").description)


def fill(seat: Seat, called: dict[str, str]) -> None:
    for name, text in CITIZEN.items():
        while name == "mother_name" and (found := seat.reader.focused()) and found.role == "combo box":
            assert found.label == called["relation"]
            seat.display.key("Return")
        seat.hears(called[name], "text")
        seat.display.type(text)
        seat.display.key("Return")


def test_the_commonest_task_can_be_followed_by_ear(seat: Seat) -> None:
    language, called = seat.language, labels(seat.language)
    again = say(language, "done.again")
    seat.page("pageDone")
    seat.hears(again, "push button")
    time.sleep(GAP_MS / 1000)
    seat.display.key("F10")
    seat.page("pageForm")
    seat.hears(called["national_id"], "text")
    too_early(seat, called["national_id"])
    fill(seat, called)
    seat.display.key("F10")
    seat.page("pageReview")
    seat.hears(say(language, "review.tendered"), "text")
    seat.display.key("F2", "F10")
    seat.said(say(language, "busy.saving"))
    seat.page("pageDone")
    exact = say(language, "done.nochange.exact", taken="", due=show.money(language, 5_000))
    seat.said(f"{say(language, 'done.saved')} — {exact}")
    seat.said(say(language, "chip.offline", n=2, count="\u20662\u2069"))
    seat.hears(again, "push button")
    said = " ".join(seat.reader.announced)
    assert CITIZEN["name"] not in said
    assert CITIZEN["national_id"] not in said

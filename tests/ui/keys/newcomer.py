"""A newcomer on her first day. She can read, knows what she was told and what the citizen has brought, and no key.

All she has is what `sight` lets her read; what she presses is what is drawn there as a key. Who wants to know whether
a hint is needed takes it off the screen and lets her try again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QRect

from tests.ui.keys.sight import Thing

Look = Callable[[], Sequence[Thing]]
MOST_TURNS: Final = 80
NEAR_PX: Final = 60
"""What stands no further than this over a field or before it is what the field is called."""
HEADER_PX: Final = 56
_KEY: Final = r"(F\d+|Esc|Enter|Alt\+\d)"


@dataclass(frozen=True, slots=True)
class Tongue:
    """How her language says what she looks for; all of them are looked for in folded text."""

    press: re.Pattern[str]
    next: re.Pattern[str]
    help: re.Pattern[str]
    done: re.Pattern[str]
    wanted: str
    """What the citizen asks for, as the citizen says it."""
    facts: Sequence[tuple[str, str]]
    """What a field may be called, and what she has for it; the first that fits counts."""
    leads: bool
    """Whether it is read from the left."""


@dataclass
class Story:
    """What it took her. A dead end is a key after which nothing was different, or something was wrong."""

    keys: list[str] = field(default_factory=list)
    fields: int = 0
    helped: int = 0
    screens: list[str] = field(default_factory=list)
    dead_ends: list[str] = field(default_factory=list)
    done: bool = False


def fold(text: str) -> str:
    """Without the marks that people leave out."""
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf")).casefold()


class Newcomer:
    """`press` and `type` are her hands, `look` her eyes."""

    def __init__(
        self, tongue: Tongue, look: Look, press: Callable[[str], object], type_: Callable[[str], object]
    ) -> None:
        self._tongue, self._look, self._press_key, self._type = tongue, look, press, type_
        self._followed = set[str]()
        self._next = ""
        self._asked_on = set[str]()
        self.story = Story()

    def work(self) -> Story:
        for _ in range(MOST_TURNS):
            things = self._look()
            self._arrive(things)
            if any(self._tongue.done.search(fold(thing.words)) for thing in things):
                self.story.done = True
                break
            if not self._turn(things):
                self.story.dead_ends.append(f"{_title(things)}: nothing says how to go on")
                break
        return self.story

    def _arrive(self, things: Sequence[Thing]) -> None:
        title = _title(things)
        if title not in self.story.screens[-1:]:
            self.story.screens.append(title)

    # ---- what she does next: the first of these that there is

    def _turn(self, things: Sequence[Thing]) -> bool:
        here = next((thing for thing in things if thing.focused), None)
        told = self._told(things)
        if told:
            return self._press(told, things)
        if here is not None and here.kind == "field" and not here.typed and (fact := self._fact(here, things)):
            self.story.fields += 1
            self._type(fact)
            return True
        if here is not None and here.kind in ("field", "choice") and self._more_to_type(things):
            return self._go_to_the_next(things)
        wanted = [thing for thing in things if thing.key and self._tongue.wanted in fold(thing.words)]
        onward = [*wanted, *(thing for thing in things if thing.kind == "primary" and thing.key)]
        return bool(onward) and self._press(onward[0].key, things)

    def _told(self, things: Sequence[Thing]) -> str:
        """The key that a message says to press, once."""
        for thing in things:
            found = self._tongue.press.search(thing.words) if thing.kind == "message" else None
            if found is not None and thing.words not in self._followed:
                self._followed.add(thing.words)
                return found[1]
        return ""

    def _go_to_the_next(self, things: Sequence[Thing]) -> bool:
        """By the key of which the screen says that it does that, or has said so; else she asks for help, once."""
        self._next = self._next or self._read_next(things)
        if self._next:
            return self._press(self._next, things)
        helper = next((thing for thing in things if thing.key and self._tongue.help.search(fold(thing.words))), None)
        if helper is None or _title(things) in self._asked_on:
            return False
        self._asked_on.add(_title(things))
        self.story.helped += 1
        self._press(helper.key, things)
        self._next = self._read_next(self._look())
        return self._press(helper.key, things)

    def _read_next(self, things: Sequence[Thing]) -> str:
        """A thing with a key that is called so, or a sentence that begins with the key."""
        for thing in things:
            if not self._tongue.next.search(fold(thing.words)):
                continue
            key = thing.key or next(iter(re.findall(_KEY, thing.words)), "")
            if key:
                return key
        return ""

    def _press(self, key: str, before: Sequence[Thing]) -> bool:
        self.story.keys.append(key)
        self._press_key(key)
        after = self._look()
        wrong = {thing.words for thing in after if thing.alarm} - {thing.words for thing in before if thing.alarm}
        if wrong or _read(after) == _read(before):
            said = "; ".join(sorted(wrong)) or "nothing happened"
            self.story.dead_ends.append(f"{_title(before)}: {key}: {said}")
            return len(self.story.dead_ends) < 4
        return True

    # ---- what she understands of it

    def _fact(self, here: Thing, things: Sequence[Thing]) -> str:
        called = fold(self._label(here, things))
        return next((answer for name, answer in self._tongue.facts if called and name in called), "")

    def _more_to_type(self, things: Sequence[Thing]) -> bool:
        """A field that she has something for, or the word that there is more below."""
        if any(thing.kind == "more" for thing in things):
            return True
        return any(thing.kind == "field" and not thing.typed and self._fact(thing, things) for thing in things)

    def _label(self, here: Thing, things: Sequence[Thing]) -> str:
        """What stands before it in its line, else over it: a hint, and the label over that."""
        texts = [thing for thing in things if thing.kind == "text" and not thing.alarm]
        before = [
            (gap, text) for text in texts if (gap := _before(here.place, text.place, leads=self._tongue.leads)) >= 0
        ]
        over = [(gap, text) for text in texts if (gap := _over(here.place, text.place)) >= 0]
        near = min(before, key=lambda found: found[0], default=None)
        if near is not None and near[0] <= NEAR_PX:
            return near[1].words
        least, high = min(((gap, text.place.height()) for gap, text in over), default=(NEAR_PX + 1, 0))
        return " ".join(text.words for gap, text in over if gap <= least + high + 4) if least <= NEAR_PX else ""


def _before(place: QRect, text: QRect, *, leads: bool) -> int:
    """How far before it in the same line; -1 where it is not."""
    if not text.top() <= place.center().y() <= text.bottom():
        return -1
    return place.left() - text.right() if leads else text.left() - place.right()


def _over(place: QRect, text: QRect) -> int:
    """How far over it; -1 where it is not."""
    across = min(place.right(), text.right()) - max(place.left(), text.left())
    return place.top() - text.bottom() if across > 0 and text.bottom() <= place.top() + 4 else -1


def _title(things: Sequence[Thing]) -> str:
    """What stands on top of the page, under the header."""
    texts = [thing for thing in things if thing.kind == "text" and thing.words and thing.place.top() >= HEADER_PX]
    return min(texts, key=lambda text: text.place.top(), default=Thing("text", "", QRect())).words


def _read(things: Sequence[Thing]) -> set[tuple[object, ...]]:
    """All that is to be seen but what is said of it."""
    return {
        (thing.kind, thing.words, thing.typed, thing.place.getRect(), thing.focused)
        for thing in things
        if thing.kind != "message"
    }

"""Names that look like what was typed: whatever is typed, by the rule, and in time."""

from __future__ import annotations

from timeit import repeat

from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.catalogue import folded, query_words
from protocol.catalogue.likeness import LEAST, Likeness, pairs
from tests.harness.service_documents import bundled

LETTERS = "ابتجدرسشعفقكلمنهوي"
words = st.text(LETTERS, min_size=1, max_size=8)
names = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.lists(words, max_size=4), max_size=8)
typed = st.lists(words, max_size=3)
MOST_MS = 5.0


def likeness(one: str, other: str) -> float:
    """By the definition: from 0, nothing in common, to 1."""
    left, right = pairs(one), pairs(other)
    return 2 * len(left & right) / (len(left) + len(right) or 1)


def slowly(known: dict[str, list[str]], asked: list[str], most: int) -> list[str]:
    """By the words of the rule, one after another."""
    total = {
        name: sum(max((likeness(word, other) for other in held), default=0.0) for word in asked)
        for name, held in known.items()
    }
    near = [name for name in known if asked and total[name] and total[name] >= LEAST * len(asked)]
    return sorted(near, key=lambda name: -total[name])[:most]


@given(names, typed, st.integers(0, 4))
def test_the_nearest_are_those_of_the_rule(known: dict[str, list[str]], asked: list[str], most: int) -> None:
    assert Likeness(known).nearest(asked, most) == slowly(known, asked, most)


@given(words, words)
def test_likeness_is_mutual_between_nothing_and_one(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == 1


@given(names, words)
def test_a_name_that_holds_the_word_is_among_the_first(known: dict[str, list[str]], word: str) -> None:
    known = {**known, "it": [word]}
    assert Likeness(known).nearest([word], len(known))[0] in {
        name for name, held in known.items() if any(pairs(one) == pairs(word) for one in held)
    }


def test_nothing_typed_is_like_nothing() -> None:
    assert likeness("", "") == 0
    assert Likeness({"a": ["", "ab"]}).nearest([""], 3) == []


def mistyped(word: str) -> list[str]:
    """Each letter left out, doubled, changed into its neighbour on no keyboard, and swapped with the next."""
    left_out = [word[:at] + word[at + 1 :] for at in range(1, len(word))]
    changed = [word[:at] + "ض" + word[at + 1 :] for at in range(1, len(word))]
    doubled = [word[:at] + word[at] + word[at:] for at in range(len(word))]
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)]
    return left_out + changed + doubled + swapped


def test_one_mistake_in_a_title_still_leads_to_its_service() -> None:
    """In every Arabic title of the program, with its first letter right."""
    catalogue = bundled()
    tried = found = 0
    for service in catalogue.services.values():
        title = query_words(service.title["ar"])
        for place, word in enumerate(title):
            for wrong in mistyped(word) if len(word) >= 4 else ():
                query = " ".join([*title[:place], wrong, *title[place + 1 :]])
                tried += 1
                found += service in catalogue.nearest(query)
    assert tried > 1_000
    assert found / tried >= 0.99


def test_among_five_hundred_services_it_takes_less_than_five_milliseconds() -> None:
    every = [sum(folded(one.title, one.keywords), ()) for one in bundled().services.values()]
    known = {
        f"{copy}-{place}": [f"{word}{copy}" for word in held] for copy in range(11) for place, held in enumerate(every)
    }
    assert len(known) > 500
    alike = Likeness(known)
    took = min(repeat(lambda: alike.nearest(["شهاده", "ملاد", "مميكن"], 3), number=1, repeat=20))
    assert took * 1_000 < MOST_MS

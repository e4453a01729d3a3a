"""Which names look like what was typed, where none holds it: a letter left out, doubled, changed or swapped.

Words are alike by the pairs of letters that they share (Dice), which small mistakes leave mostly as they were. The
beginning counts as a letter: people know how a word begins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

LEAST: Final = 0.4
"""Below it words have a letter or two in common by chance."""


def pairs(word: str) -> frozenset[str]:
    """Its pairs of letters."""
    return frozenset(map("".join, pairwise(f" {word}")))


class Likeness:
    """Names, each by its folded words. It is made once and asked often: some milliseconds for 500 services."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._names = list(words)
        self._named: defaultdict[str, list[str]] = defaultdict(list)
        for name, known in words.items():
            for word in dict.fromkeys(known):
                self._named[word].append(name)
        self._sizes = {word: len(pairs(word)) for word in self._named}
        self._holding: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._named:
            for pair in pairs(word):
                self._holding[pair].append(word)

    def nearest(self, typed: Sequence[str], most: int) -> list[str]:
        """The names that are likest to these words, the likest first, in their own order where they are equally so."""
        total: Counter[str] = Counter()
        for word in typed:
            total.update(self._likest(word))
        least = LEAST * len(typed)
        near = [name for name in self._names if total[name] and total[name] >= least]
        return sorted(near, key=lambda name: -total[name])[:most]

    def _likest(self, typed: str) -> dict[str, float]:
        """How like `typed` the likest word of each name is."""
        asked = pairs(typed)
        shared = Counter(word for pair in asked for word in self._holding.get(pair, ()))
        best: dict[str, float] = {}
        for word, count in shared.items():
            alike = 2 * count / (len(asked) + self._sizes[word])
            for name in self._named[word]:
                best[name] = max(alike, best.get(name, 0))
        return best

"""A citizen in a list: enough to tell people apart at the counter, not enough to know them."""

from __future__ import annotations

SHOWN_DIGITS = 4


def short_name(name: str) -> str:
    """The first word whole, initials after it, without the article that half of all names begin with: ``محمد أ. ع.``"""
    first, *rest = name.split() or [""]
    return " ".join([first, *(f"{(word.removeprefix('ال') or word)[0]}." for word in rest[:2])])


def last_four(number: str) -> str:
    """The end of a national ID; nothing of a text that is no longer than that."""
    return number[-SHOWN_DIGITS:] if len(number) > SHOWN_DIGITS else ""


def mask(number: str) -> str:
    """``**********0014``: an ID or a mobile in lists and on receipts; one of four characters or fewer is hidden."""
    return last_four(number).rjust(len(number), "*")

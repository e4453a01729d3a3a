"""The page that shows all pictures: the commonest tasks as strips of film, then every screen in every state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from protocol.texts import LANGUAGES
from tests.ui.screens.all_scenes import SCENES, Scene

LOOKS: Final = ("115", "130", "contrast")
"""Those of which pictures are kept: the one that a counter begins with, the largest, and the hardest."""
IN_CONTRAST: Final = ("home", "form_faults", "review_change", "done_uncertain", "line_rejected", "lock", "close_short")
IN_LARGE: Final = (*IN_CONTRAST, "form_filled", "done", "requests", "detail", "papers_waiting", "sign_in")
FILMS: Final[Mapping[str, Sequence[str]]] = {
    "Come in and open the day": ("sign_in", "open_day", "home"),
    "Sell a service for cash": ("home", "form_filled", "review_change", "done"),
    "Find a service nobody knows the name of": ("home", "needs", "needs_question", "needs_plan"),
    "Mend what was typed wrongly": ("form", "form_faults", "form_filled"),
    "The printer fails": ("review_change", "done_no_printer", "done_uncertain"),
    "Tell a citizen how it stands": ("home", "requests", "detail"),
    "A request was rejected": ("requests", "detail_rejected", "aftercare"),
    "Give the money back": ("detail", "void", "refund"),
    "Away for a moment": ("form_filled", "lock", "lock_wrong"),
    "Count and close the day": ("day", "close_day", "close_short", "close_done"),
}
"""The ten commonest tasks, each as the scenes that it goes through."""
_WIDE_PX: Final = 240


def kept(one: Scene, look: str) -> bool:
    return look == "115" or one.name in (IN_LARGE if look == "130" else IN_CONTRAST)


def pictures(one: Scene) -> list[str]:
    """The names of those that are kept of a scene."""
    return [f"{one.name}.{language}-{look}" for look in LOOKS if kept(one, look) for language in LANGUAGES]


def index() -> str:
    lines = [
        "# Every screen, in every state", "",
        "Drawn by `make screens` from the real window at 1366x768, in Arabic and English, with the text at 115 %, as a",
        "counter begins; some of them at 130 % and in high contrast. Citizens are fictional. Each screen was judged by",
        "code in every look when it was drawn, at 1280x1024 and 1920x1080, too, and but for",
        "the largest letters at 1024x768 (`tests/harness/screen_judge.py` lists the rules).", "",
        "## The ten commonest tasks", "", *_films(), "", *_tables(),
    ]  # fmt: skip
    return "\n".join(lines)


def _films() -> Iterator[str]:
    yield "| task | |"
    yield "|---|---|"
    for task, scenes in FILMS.items():
        frames = (
            f'<a href="{name}.ar-115.webp"><img src="{name}.ar-115.webp" width="{_WIDE_PX}" alt="{name}"></a>'
            for name in scenes
        )
        yield f"| {task} | {' '.join(frames)} |"


def _tables() -> Iterator[str]:
    for screen, scenes in groupby(SCENES, key=lambda one: one.screen):
        yield from (f"## {screen}", "", "| state | | pictures |", "|---|---|---|")
        for one in scenes:
            links = " · ".join(f"[{name.partition('.')[2]}]({name}.webp)" for name in pictures(one))
            yield f"| {one.state} | {one.caption} | {links} |"
        yield ""

"""All pages of a window, also those that nobody has gone to yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ui.main.window import Window
from ui.shell.base_page import Page
from ui.shell.flow import Flow, LatePage


def make_pages(window: Window) -> Iterator[None]:
    """Those that are not there yet, one at a time."""
    window.session.screens()
    for flow in window.findChildren(Flow):
        for name, made in vars(type(flow)).items():
            if isinstance(made, LatePage | cached_property) and name not in vars(flow):
                getattr(flow, name)
                yield


def every_page(window: Window) -> list[Page]:
    list(make_pages(window))
    return window._pages

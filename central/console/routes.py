"""Every address of the console: what one must be allowed to do there, and the page a form goes back to.

What is not declared here is not served, and a route without an act is for whoever is signed in, about himself alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from starlette.responses import Response

from central.console.visit import Visit
from central.staff.acts import Act

Handler = Callable[[Visit], Response]
FORM: Final = 64 * 1024
"""Bytes of one form."""


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the console. `act` is what it does or shows (None: one's own), `door`: for whoever is not signed
    in. `back` shows the page again with what was typed, where its form is refused, or comes after its session is over.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    act: Act | None = None
    back: Handler | None = None
    door: bool = False
    most: int = FORM
    quiet: bool = False
    """An open page asks it by itself: nobody uses his session by it."""


def shows(path: str, handler: Handler, act: Act | None = None, *, door: bool = False) -> Route:
    """A page: it changes nothing."""
    return Route("GET", path, handler, act, None, door)


def does(
    path: str, handler: Handler, back: Handler | None, act: Act | None = None, *, door: bool = False, most: int = FORM
) -> Route:  # fmt: skip
    """An act: a form that is posted."""
    return Route("POST", path, handler, act, back, door, most)

"""What flows below the session may ask of it; `ui/main/session_flow.py` is it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ui.shell import Page


class SessionControl(Protocol):
    """What other flows may ask of the session."""

    setting_up: bool
    """Whether the first start stands: nothing else begins then."""

    def load(self) -> None: ...
    def enrolled(self) -> None: ...
    def signed_in(self, login: Any) -> None: ...
    def look_at_date(self, then: Callable[[], object]) -> None:
        """Where the computer's date is doubted somebody looks at it first; `then` goes on."""

    def begin_day(self) -> None: ...
    def sign_out(self) -> None: ...
    def left(self) -> None: ...
    def lock_out(self, page: Page) -> None: ...
    def let_in(self) -> None: ...

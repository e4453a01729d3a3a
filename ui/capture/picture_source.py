"""What a source of pictures is to the page that shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from PySide6.QtWidgets import QWidget

from kiosk.evidence.capture_devices import Device, Kind

Fetch = Callable[[], bytes]
"""Brings the bytes; may take long, so it is called where waiting harms nobody. Raises Refused, Unavailable."""


class PictureSource(Protocol):
    """A camera, a scanner, a file. `word` is the text key of its button; `chosen` the device, None for any."""

    word: str
    chosen: Device | None

    @property
    def kind(self) -> Kind | Literal[""]:
        """That of the devices among which one can be chosen; "" for none."""

    def there(self) -> bool:
        """Whether it can be used on this machine; must answer at once."""

    def ask(self, _parent: QWidget, then: Callable[[Fetch], None]) -> None:
        """Let the operator choose, if there is something to choose; `then` is called unless they change their mind."""

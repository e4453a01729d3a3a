"""What starter and version say to each other in one word; read before the first picture, so it imports nothing."""

from __future__ import annotations

from typing import Final

AGAIN: Final = 85
"""The exit code of a counter that wants to be started again, as whichever version the pointer then names."""
FAILED: Final = 70
"""The exit code of a program that did not come as far as its work, by a fault of its own."""
MARK: Final = "MANFAZ_TRIAL"
"""The environment variable that a version on trial finds its mark in."""

"""What the centre says of a request: its statuses."""

from __future__ import annotations

from typing import Final

STATUSES: Final = ("approved", "rejected", "sent_back", "pending")
"""What the centre may say of a request."""
UNKNOWN: Final = "unknown"
"""A word that only a later release knows: it is kept as the decision's code, and shown as what it is."""
CAME_BACK: Final = ("rejected", "sent_back")
"""It can be typed again, and given up as well: its fee goes back either way (docs/adr/0014)."""
UNDECIDED: Final = "pending"
FINAL: Final = ("approved", "rejected")
"""After that no other decision comes: how long a citizen's data is kept counts from it."""

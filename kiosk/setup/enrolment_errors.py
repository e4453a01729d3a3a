"""What a line that fails means where no centre knows the computer yet: nobody can "go on working"."""

from __future__ import annotations

from typing import Final

from protocol.errors import KioskError, Unavailable
from protocol.texts import say

_NO_LINE: Final = ("line_offline", "line_portal", "line_server_down")


def unenrolled(error: KioskError) -> KioskError:
    """The same error in the words of somebody who enrols a computer; there is the stick."""
    if error.code not in _NO_LINE:
        return error
    key = f"setup.{error.code}"
    return Unavailable("setup_no_line", reason={"ar": say("ar", key), "en": say("en", key)})

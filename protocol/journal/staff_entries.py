"""Bodies of type 5, people at the counter (docs/protocol.md, People): one class for each act under that number."""

from __future__ import annotations

from typing import Literal

from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Body, Inline, Name
from protocol.journal.people import Author
from protocol.members import Signed
from protocol.values.telephone import What


class SignedIn(Body, of=EntryType.LOGIN):
    """Somebody has signed in."""

    kind: Literal["login"] = "login"
    author: Inline[Author]


class PinSet(Body, of=EntryType.LOGIN):
    """With a one-time code, or a link told over the telephone; `activation` is the hash of the code it hangs on."""

    kind: Literal["activate", "link"]
    author: Inline[Author]
    activation: Name = ""


class SeatChanged(Body, of=EntryType.LOGIN):
    """The screen was locked or unlocked, or its operator signed out."""

    kind: Literal["lock", "unlock", "logout"]
    author: Inline[Author]


class SignInFailed(Body, of=EntryType.LOGIN):
    """A wrong PIN was typed."""

    kind: Literal["login_failed"] = "login_failed"
    what: None = None
    author: Inline[Author]


class CodeFailed(Body, of=EntryType.LOGIN):
    """A wrong code for the asking `of`."""

    kind: Literal["login_failed"] = "login_failed"
    author: Inline[Author]
    what: Literal["approval"] = "approval"
    of: int


class Vouched(Body, of=EntryType.LOGIN):
    """A PIN was given for another entry, which names this one."""

    kind: Literal["override"] = "override"
    what: None = None
    author: Inline[Author]


class Revealed(Body, of=EntryType.LOGIN):
    """Personal data of the entry `of` were shown in full."""

    kind: Literal["override"] = "override"
    what: Literal["reveal"] = "reveal"
    author: Inline[Author]
    of: int


class DifferenceAgreed(Body, of=EntryType.LOGIN):
    """Somebody agrees afterwards to the difference of the close `of`."""

    kind: Literal["override"] = "override"
    what: Literal["day_close"] = "day_close"
    author: Inline[Author]
    of: int
    epoch: int
    approval: int | None = None


class LimitsWidened(Body, of=EntryType.LOGIN):
    """The centre agrees to what the login `of` does next."""

    kind: Literal["override"] = "override"
    author: Inline[Author]
    what: Literal["limits"] = "limits"
    of: int
    approval: int


class ApprovalAsked(Body, of=EntryType.LOGIN):
    """The centre is asked to agree to one act."""

    kind: Literal["asked"] = "asked"
    author: Inline[Author]
    what: What
    of: int
    of_epoch: int
    amount_pt: Signed


class ApprovalGranted(Body, of=EntryType.LOGIN):
    """By the line of whom the centre says (`by`), or by telephone to whoever is at the counter."""

    kind: Literal["override"] = "override"
    what: Literal["approval"] = "approval"
    of: int
    way: Literal["line", "telephone"]
    by: str = ""
    author: Inline[Author]

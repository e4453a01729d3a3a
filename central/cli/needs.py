"""What each command needs: an act that whoever gives it may do. A command that stands nowhere here is given by nobody.

Some need no sign-in: they are the machine's own (a service, a timer), come before anybody has an account, or touch
nothing but files that were handed to them. Whoever may give those holds the keys anyway.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from central.staff.acts import Act

SIGNED_IN: Final = "signed in"
"""Whoever has an account may do it with what is his own."""
MACHINE: Final = "machine"

_NEEDS: Final[Mapping[str, str]] = {
    MACHINE: "serve, work, backup, fleet metrics, fleet watch, keys new, catalogue sign, release key, release sign,"
    " account administrator, account activate, account sign-in",
    SIGNED_IN: "account sign-out, account sessions, account revoke, proposal list, proposal approve, proposal withdraw",
    Act.SHOPS_SEE: "shop list, operator list, settings show, device list, device statement, device export-keys,"
    " acceptance list, acceptance show, fleet",
    Act.SHOPS_MANAGE: "shop add, settings set, fleet why",
    Act.OPERATORS_MANAGE: "operator add, operator reset, operator link, operator stop",
    Act.DEVICE_ADMIT: "device slot, device pending, device approve, device deny, device answer, acceptance take",
    Act.DEVICE_SUSPEND: "device suspend, device resume",
    Act.DEVICE_REMOVE: "device replace, device move, device erase",
    Act.REQUEST_LIST: "request list, request show, request asked, request erased",
    Act.REQUEST_OPEN: "request papers",
    Act.REQUEST_DECIDE: "request decide, request ready",
    Act.REQUEST_REASSIGN: "authority due",
    Act.REQUEST_ERASE: "request erase",
    Act.REFUND_TASK: "request refunds, request free",
    Act.APPROVAL_ANSWER: "approval list, approval missing, approval grant, approval deny, approval phone,"
    " approval renew",
    Act.SUPPORT_SEE: "support list, support open, receipt missed",
    Act.MONEY_SEE: "till days, float show",
    Act.MONEY_DEPOSIT: "float pay",
    Act.MONEY_REVERSE: "float reverse",
    Act.NOTICE_REGION: "notice send",
    Act.CATALOGUE_EDIT: "catalogue list",
    Act.CATALOGUE_PUBLISH: "catalogue publish",
    Act.RELEASE_HALT: "release halt",
    Act.RELEASE_WIDEN: "release promote, release resume",
    Act.RELEASE_MANAGE: "release keys, release root, release pin, release add, release renew, release complete,"
    " release pilot add, release pilot remove, release pilot list, release refresh, release list, release export",
    Act.CENTRE_RUN: "address set, keys rotate, journal export, journal set-aside, stick take, backup open,"
    " backup prove, authority fine add, authority fine list, authority record add",
    Act.AUDIT_READ: "audit list",
    Act.ACCOUNTS_SEE: "account list",
    Act.ACCOUNTS_MANAGE: "account add, account grant, account withdraw, account reset, account stop",
}
NEEDED: Final = {words.strip(): need for need, commands in _NEEDS.items() for words in commands.split(",")}


def needed(words: str, options: Namespace) -> str:
    """What the command needs; some words say by their first argument what they are (`fleet metrics`)."""
    said = getattr(options, "what", None) if words == "fleet" else next(iter(getattr(options, "words", None) or ()), "")
    return NEEDED.get(f"{words} {said}") or NEEDED[words]

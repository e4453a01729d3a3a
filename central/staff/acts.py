"""What people of the centre do, what each act needs, and which role may do it. What is not here nobody may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Act(StrEnum):
    """One row of the table of permissions, whether it is done in a browser or by a command."""

    REQUEST_LIST = "request.list"
    REQUEST_OPEN = "request.open"
    REQUEST_DECIDE = "request.decide"
    REQUEST_BULK = "request.bulk"
    REQUEST_REVERSE = "request.reverse"
    REQUEST_REASSIGN = "request.reassign"
    REQUEST_ERASE = "request.erase"
    SHOPS_SEE = "shops.see"
    SHOPS_MANAGE = "shops.manage"
    DEVICE_ADMIT = "device.admit"
    DEVICE_SUSPEND = "device.suspend"
    DEVICE_REMOVE = "device.remove"
    OPERATORS_MANAGE = "operators.manage"
    CATALOGUE_EDIT = "catalogue.edit"
    CATALOGUE_PUBLISH = "catalogue.publish"
    MONEY_SEE = "money.see"
    MONEY_DEPOSIT = "money.deposit"
    MONEY_REVERSE = "money.reverse"
    REFUND_TASK = "refund.task"
    APPROVAL_ANSWER = "approval.answer"
    APPROVAL_OVERRIDE = "approval.override"
    SUPPORT_SEE = "support.see"
    NOTICE_REGION = "notice.region"
    NOTICE_ALL = "notice.all"
    RELEASE_HALT = "release.halt"
    RELEASE_WIDEN = "release.widen"
    RELEASE_MANAGE = "release.manage"
    AUDIT_READ = "audit.read"
    EXPORT = "export"
    ACCOUNTS_SEE = "accounts.see"
    ACCOUNTS_MANAGE = "accounts.manage"
    CENTRE_RUN = "centre.run"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an act is bounded by: a request (its authority, service, shop), a shop (its governorate), an amount, or not.
    With `two` another account must want the same; with `purpose` whoever does it says why.
    """

    scope: Literal["request", "shop", "amount", "none"] = "none"
    two: bool = False
    purpose: bool = False


RULES: Final[Mapping[Act, Rule]] = {
    Act.REQUEST_LIST: Rule("request"),
    Act.REQUEST_OPEN: Rule("request", purpose=True),
    Act.REQUEST_DECIDE: Rule("request"),
    Act.REQUEST_BULK: Rule("request"),
    Act.REQUEST_REVERSE: Rule("request", two=True),
    Act.REQUEST_REASSIGN: Rule("request"),
    Act.REQUEST_ERASE: Rule("request", two=True),
    Act.SHOPS_SEE: Rule("shop"),
    Act.SHOPS_MANAGE: Rule("shop"),
    Act.DEVICE_ADMIT: Rule("shop", two=True),
    Act.DEVICE_SUSPEND: Rule("shop"),
    Act.DEVICE_REMOVE: Rule("shop", two=True),
    Act.OPERATORS_MANAGE: Rule("shop"),
    Act.CATALOGUE_EDIT: Rule(),
    Act.CATALOGUE_PUBLISH: Rule(two=True),
    Act.MONEY_SEE: Rule("shop"),
    Act.MONEY_DEPOSIT: Rule("amount"),
    Act.MONEY_REVERSE: Rule("amount", two=True),
    Act.REFUND_TASK: Rule("amount"),
    Act.APPROVAL_ANSWER: Rule("shop"),
    Act.APPROVAL_OVERRIDE: Rule("shop", two=True),
    Act.SUPPORT_SEE: Rule("shop"),
    Act.NOTICE_REGION: Rule("shop"),
    Act.NOTICE_ALL: Rule(two=True),
    Act.RELEASE_HALT: Rule(),
    Act.RELEASE_WIDEN: Rule(two=True),
    Act.RELEASE_MANAGE: Rule(),
    Act.AUDIT_READ: Rule(),
    Act.EXPORT: Rule("request"),
    Act.ACCOUNTS_SEE: Rule(),
    Act.ACCOUNTS_MANAGE: Rule(two=True),
    Act.CENTRE_RUN: Rule(),
}


class Role(StrEnum):
    """A bundle of acts, as people are hired for them."""

    ENROLMENT = "enrolment"
    CATALOGUE = "catalogue"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    SUPPORT = "support"
    AUDITOR = "auditor"
    ASSOCIATION = "association"
    ADMINISTRATOR = "administrator"
    ENGINEER = "engineer"


_OFFICER: Final = frozenset({Act.REQUEST_LIST, Act.REQUEST_OPEN, Act.REQUEST_DECIDE, Act.REQUEST_BULK, Act.EXPORT})
ROLES: Final[Mapping[Role, frozenset[Act]]] = {
    Role.ENROLMENT: frozenset({
        Act.SHOPS_SEE, Act.SHOPS_MANAGE, Act.DEVICE_ADMIT, Act.DEVICE_SUSPEND, Act.DEVICE_REMOVE, Act.OPERATORS_MANAGE,
        Act.SUPPORT_SEE, Act.EXPORT,
    }),
    Role.CATALOGUE: frozenset({Act.CATALOGUE_EDIT, Act.CATALOGUE_PUBLISH, Act.NOTICE_REGION, Act.NOTICE_ALL}),
    Role.OFFICER: _OFFICER,
    Role.SUPERVISOR: _OFFICER
    | {Act.REQUEST_REVERSE, Act.REQUEST_REASSIGN, Act.REQUEST_ERASE, Act.AUDIT_READ},
    Role.FINANCE: frozenset({
        Act.REQUEST_LIST, Act.SHOPS_SEE, Act.MONEY_SEE, Act.MONEY_DEPOSIT, Act.MONEY_REVERSE, Act.REFUND_TASK,
        Act.EXPORT,
    }),
    Role.SUPPORT: frozenset({
        Act.REQUEST_LIST, Act.SHOPS_SEE, Act.DEVICE_SUSPEND, Act.OPERATORS_MANAGE, Act.APPROVAL_ANSWER,
        Act.APPROVAL_OVERRIDE, Act.SUPPORT_SEE, Act.NOTICE_REGION, Act.NOTICE_ALL, Act.RELEASE_HALT, Act.EXPORT,
    }),
    Role.AUDITOR: frozenset({
        Act.REQUEST_LIST, Act.SHOPS_SEE, Act.MONEY_SEE, Act.SUPPORT_SEE, Act.AUDIT_READ, Act.ACCOUNTS_SEE, Act.EXPORT,
    }),
    Role.ASSOCIATION: frozenset({Act.SHOPS_SEE, Act.MONEY_SEE, Act.NOTICE_REGION}),
    Role.ADMINISTRATOR: frozenset({Act.ACCOUNTS_SEE, Act.ACCOUNTS_MANAGE}),
    Role.ENGINEER: frozenset({
        Act.SHOPS_SEE, Act.SUPPORT_SEE, Act.RELEASE_HALT, Act.RELEASE_WIDEN, Act.RELEASE_MANAGE, Act.CENTRE_RUN,
    }),
}  # fmt: skip
"""Whoever gives accounts sees neither requests nor money."""

PURPOSES: Final = ("decide", "citizen_asks", "complaint", "support", "audit")
"""Why a citizen's data is opened."""

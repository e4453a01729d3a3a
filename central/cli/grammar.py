"""Every command of `manfaz-central` but the few that are made by hand: its words, its options, and what it runs."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any, Final

from protocol.program.terminal import both, whole
from protocol.rings import PILOT, RINGS
from protocol.values.arabic import clean
from protocol.values.money import MAX_PT
from protocol.values.telephone import WHATS
from protocol.wire.statuses import STATUSES, UNDECIDED

Place = str
"""``module:function`` below `central.cli`: each command imports what it needs, and none waits for a web server."""
Option = tuple[str, dict[str, Any]]


piastres = whole(1, MAX_PT)
"""An amount in whole piastres, as an option gives it."""
port = whole(0, 65_535)
LONGEST_NAME: Final = 60


def staff(text: str) -> str:
    """Who gives the order: a name on one line, spelled one way, so that nobody is two people by a space."""
    name = clean(text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ArgumentTypeError(both("central.help.staff_name", most=LONGEST_NAME))
    return name


def ids(text: str) -> frozenset[str]:
    """Ids between commas."""
    return frozenset(one.strip() for one in text.split(","))


def option(name: str, **how: Any) -> Option:
    return name, how


def path(text: str) -> str:
    """A file or folder, as it was typed. Marked, so that `tests/attacks` tries what a stranger may have laid there."""
    return text


_SHOP = option("--shop", required=True)
_NAMES = (option("--name-ar", required=True), option("--name-en", default=""))
_DEVICE = option("device")
_OUT = option("--out", type=path, default="")
_EPOCH = option("--epoch", type=whole(1, 2**32 - 1), default=None)
_LIMIT = option("--limit", type=whole(1, 1_000_000), default=200)
_PEOPLE = ("operator", "supervisor", "technician")
_APPROVALS = ("asked", "granted", "denied", "used")
_HOLDERS = whole(1, 16)
_PASSWORDS = option("--passwords", type=path, default="", metavar="FILE")
_ROLES = ("enrol", "ack", "feed", "catalogue", "seal", "vault")

Grammar = dict[str, "Grammar | tuple[Place, tuple[Option, ...]]"]

GRAMMAR: Final[Grammar] = {
    "shop": {
        "add": (
            "shop_commands:shop_add",
            (option("--id", required=True), option("--name-ar", default=""), option("--name-en", default="")),
        ),
        "list": ("shop_commands:shop_list", ()),
    },
    "operator": {
        "add": (
            "shop_commands:operator_add",
            (
                _SHOP, *_NAMES, option("--role", choices=_PEOPLE, default="operator"),
                option("--days", type=whole(1, 3_660), default=365),
            ),
        ),
        "reset": ("shop_commands:operator_reset", (option("id"), option("--further", action="store_true"))),
        "link": ("shop_commands:operator_link", (option("id"),)),
        "stop": ("shop_commands:operator_stop", (option("id"),)),
        "list": ("shop_commands:operator_list", ()),
    },
    "settings": {
        "set": ("shop_commands:settings_set", (_SHOP, option("changes", nargs="+", metavar="NAME=VALUE"))),
        "show": ("shop_commands:settings_show", (_SHOP,)),
    },
    "device": {
        "slot": ("device_commands:slot", (_SHOP, option("--device", default=""), _OUT)),
        "pending": ("device_commands:pending", ()),
        "approve": ("device_commands:approve", (option("slot"), option("--number", required=True))),
        "deny": ("device_commands:deny", (option("slot"), option("--reason", required=True))),
        "answer": (
            "device_commands:answer",
            (
                option("request", type=path), option("--number", required=True),
                option("--out", type=path, required=True),
            ),
        ),
        "suspend": ("device_commands:suspend", (_DEVICE,)),
        "resume": ("device_commands:resume", (_DEVICE,)),
        "replace": ("replacement_commands:replace", (_DEVICE, _OUT)),
        "move": ("replacement_commands:move", (_DEVICE, _SHOP, _OUT)),
        "erase": ("replacement_commands:erase", (_DEVICE, _EPOCH, option("--accept-loss", default="", metavar="WHY"))),
        "list": ("device_commands:listed", ()),
        "statement": ("device_commands:statement", (_DEVICE, _EPOCH, option("--file", type=path, default=""))),
        "export-keys": ("device_commands:export_keys", (_DEVICE, _EPOCH, option("--directory", type=path, default=""))),
    },
    "journal": {
        "export": ("device_commands:journal_export", (_DEVICE, option("file", type=path, metavar="FILE.kj01"), _EPOCH)),
        "set-aside": (
            "journal_commands:set_aside",
            (_DEVICE, option("--because", required=True, metavar="WHY"), option("--all", action="store_true")),
        ),
    },
    "request": {
        "list": (
            "request_commands:request_list",
            (option("--status", choices=STATUSES, default=""), option("--shop", default=""), _LIMIT),
        ),
        "show": ("request_commands:request_show", (option("request"), option("--personal", action="store_true"))),
        "decide": (
            "request_commands:request_decide",
            (
                option("request"), option("status", choices=STATUSES),
                option("--code", default=""), option("--reason-ar", default=""), option("--reason-en", default=""),
                option("--expect", choices=STATUSES, default=UNDECIDED), option("--because", default="", metavar="WHY"),
            ),
        ),
        "papers": ("request_commands:request_papers", (option("request"), option("folder", type=path))),
        "erase": ("erasure_commands:erase", (option("request"),)),
        "erased": ("erasure_commands:register", (_LIMIT,)),
        "asked": ("request_commands:requests_asked", (_LIMIT,)),
        "refunds": ("request_commands:refunds_listed", (_LIMIT,)),
        "free": ("request_commands:refund_free", (option("request"),)),
    },
    "approval": {
        "list": (
            "approval_commands:listed",
            (option("--status", choices=_APPROVALS, default=""), option("--shop", default=""), _LIMIT),
        ),
        "missing": ("approval_commands:missing", (_LIMIT,)),
        "grant": ("approval_commands:grant", (option("approval"),)),
        "deny": ("approval_commands:deny", (option("approval"),)),
        "phone": (
            "approval_commands:phone",
            (
                option("approval"), option("--what", choices=WHATS, default=""),
                option("--of", type=whole(0, 2**53 - 1), default=0),
                option("--amount-pt", type=whole(-MAX_PT, MAX_PT), default=0),
                option("--check", default=""),
            ),
        ),
        "renew": ("approval_commands:renew", (_DEVICE,)),
    },
    "acceptance": {
        "list": ("acceptance_commands:listed", (_LIMIT,)),
        "show": ("acceptance_commands:show", (_DEVICE, option("--file", type=path, default=""))),
        "take": ("acceptance_commands:take", (option("report", type=path),)),
    },
    "stick": {"take": ("stick_commands:take", (option("folder", type=path),))},
    "support": {
        "list": ("support_commands:listed", (_LIMIT,)),
        "open": ("support_commands:show", (option("file", type=path),)),
    },
    "till": {"days": ("money_commands:days", (_DEVICE, _LIMIT))},
    "float": {
        "pay": (
            "money_commands:float_pay",
            (_SHOP, option("--amount-pt", type=piastres, required=True), option("--reference", required=True)),
        ),
        "reverse": (
            "money_commands:float_reverse",
            (_SHOP, option("--reference", required=True), option("--because", required=True, metavar="WHY")),
        ),
        "show": ("money_commands:float_show", (_SHOP,)),
    },
    "notice": {
        "send": (
            "shop_commands:notice_send",
            (option("text_ar"), option("text_en", nargs="?", default=""), option("--shop", default="")),
        ),
    },
    "receipt": {"missed": ("request_commands:receipt_missed", ())},
    "catalogue": {
        "sign": (
            "signing_commands:catalogue_sign",
            (
                option("out", type=path, metavar="FILE"), option("--version", type=whole(1, 2**31 - 1), required=True),
                option("--services", type=path, default=""), option("--drop", type=ids, default="", metavar="ID,…"),
                option("--valid-from", default=None), option("--valid-until", default=None),
            ),
        ),
        "publish": ("signing_commands:catalogue_publish", (option("file", type=path),)),
        "list": ("signing_commands:catalogue_list", ()),
    },
    "address": {
        "set": (
            "address_commands:address_set",
            (
                option("--public-address", default=""), option("--authority", default=""),
                option("--unseen", action="store_true"),
            ),
        ),
    },
    "keys": {
        "new": ("signing_commands:keys_new", (option("--dir", type=path, default=""),)),
        "rotate": ("signing_commands:keys_rotate", (option("roles", nargs="*", choices=[*_ROLES, []]),)),
    },
    "authority": {
        "fine": {
            "add": (
                "request_commands:fine_add",
                (
                    option("--plate", required=True), option("--amount-pt", type=piastres, required=True),
                    option("--label-ar", default=""), option("--label-en", default=""),
                ),
            ),
            "list": ("request_commands:fine_list", (option("--plate", default=None),)),
        },
        "record": {
            "add": (
                "request_commands:record_add",
                (
                    option("service"), option("--field", action="append", default=[], metavar="NAME=VALUE"),
                    option("--amount-pt", type=piastres, default=0),
                    option("--label-ar", required=True), option("--label-en", required=True),
                ),
            ),
        },
    },
    "release": {
        "keys": ("release_commands:keys", (option("folder", type=path), _PASSWORDS)),
        "key": ("release_commands:key", (option("file", type=path), _PASSWORDS)),
        "root": (
            "release_commands:root",
            (
                option("--root-pub", type=path, nargs="+", required=True, metavar="PUB"),
                option("--targets-pub", type=path, nargs="+", required=True, metavar="PUB"),
                option("--root-threshold", type=_HOLDERS, default=3),
                option("--targets-threshold", type=_HOLDERS, default=2),
                option("--new-online", action="store_true"),
            ),
        ),
        "pin": ("release_commands:pin", ()),
        "add": (
            "release_commands:add",
            (
                option("file", type=path), option("--version", required=True), option("--needs-runtime", required=True),
                option("--min-schema", default=""), option("--kind", choices=("app", "setup"), default="app"),
                option("--platform", choices=("any", "windows", "deb", "run"), default="any"),
            ),
        ),
        "renew": ("release_commands:renew", ()),
        "sign": (
            "release_commands:sign",
            (option("file", type=path), option("--key", type=path, required=True), _PASSWORDS),
        ),
        "complete": ("release_commands:complete", (option("files", type=path, nargs="+"),)),
        "promote": (
            "release_commands:promote",
            (option("version"), option("--ring", type=int, choices=(int(PILOT), *RINGS), required=True)),
        ),
        "pilot": {
            "add": ("release_commands:pilot_add", (option("shops", nargs="+", metavar="SHOP"),)),
            "remove": ("release_commands:pilot_remove", (option("shops", nargs="+", metavar="SHOP"),)),
            "list": ("release_commands:pilot_list", ()),
        },
        "halt": ("release_commands:halt", (option("version"), option("--why", default=""))),
        "resume": ("release_commands:resume", (option("version"),)),
        "refresh": ("release_commands:refresh", ()),
        "list": ("release_commands:listed", ()),
        "export": ("release_commands:export", (option("folder", type=path),)),
    },
    "audit": {"list": ("device_commands:audit_list", (_LIMIT,))},
}  # fmt: skip

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
            "shops:shop_add",
            (option("--id", required=True), option("--name-ar", default=""), option("--name-en", default="")),
        ),
        "list": ("shops:shop_list", ()),
    },
    "operator": {
        "add": (
            "shops:operator_add",
            (
                _SHOP, *_NAMES, option("--role", choices=_PEOPLE, default="operator"),
                option("--days", type=whole(1, 3_660), default=365),
            ),
        ),
        "reset": ("shops:operator_reset", (option("id"), option("--further", action="store_true"))),
        "link": ("shops:operator_link", (option("id"),)),
        "stop": ("shops:operator_stop", (option("id"),)),
        "list": ("shops:operator_list", ()),
    },
    "settings": {
        "set": ("shops:settings_set", (_SHOP, option("changes", nargs="+", metavar="NAME=VALUE"))),
        "show": ("shops:settings_show", (_SHOP,)),
    },
    "device": {
        "slot": ("counters:slot", (_SHOP, option("--device", default=""), _OUT)),
        "pending": ("counters:pending", ()),
        "approve": ("counters:approve", (option("slot"), option("--number", required=True))),
        "deny": ("counters:deny", (option("slot"), option("--reason", required=True))),
        "answer": (
            "counters:answer",
            (
                option("request", type=path), option("--number", required=True),
                option("--out", type=path, required=True),
            ),
        ),
        "suspend": ("counters:suspend", (_DEVICE,)),
        "resume": ("counters:resume", (_DEVICE,)),
        "replace": ("keeping:replace", (_DEVICE, _OUT)),
        "move": ("keeping:move", (_DEVICE, _SHOP, _OUT)),
        "erase": ("keeping:erase", (_DEVICE, _EPOCH, option("--accept-loss", default="", metavar="WHY"))),
        "list": ("counters:listed", ()),
        "statement": ("counters:statement", (_DEVICE, _EPOCH, option("--file", type=path, default=""))),
        "export-keys": ("counters:export_keys", (_DEVICE, _EPOCH, option("--directory", type=path, default=""))),
    },
    "journal": {
        "export": ("counters:journal_export", (_DEVICE, option("file", type=path, metavar="FILE.kj01"), _EPOCH)),
        "set-aside": (
            "parked:set_aside",
            (_DEVICE, option("--because", required=True, metavar="WHY"), option("--all", action="store_true")),
        ),
    },
    "request": {
        "list": (
            "papers:request_list",
            (option("--status", choices=STATUSES, default=""), option("--shop", default=""), _LIMIT),
        ),
        "show": ("papers:request_show", (option("request"), option("--personal", action="store_true"))),
        "decide": (
            "papers:request_decide",
            (
                option("request"), option("status", choices=STATUSES),
                option("--code", default=""), option("--reason-ar", default=""), option("--reason-en", default=""),
                option("--expect", choices=STATUSES, default=UNDECIDED), option("--because", default="", metavar="WHY"),
            ),
        ),
        "papers": ("pictures:papers", (option("request"), option("folder", type=path))),
        "erase": ("erasures:erase", (option("request"),)),
        "erased": ("erasures:register", (_LIMIT,)),
        "asked": ("wishes:asked", (_LIMIT,)),
        "refunds": ("refunds:listed", (_LIMIT,)),
        "free": ("refunds:free", (option("request"),)),
    },
    "approval": {
        "list": (
            "approvals:listed",
            (option("--status", choices=_APPROVALS, default=""), option("--shop", default=""), _LIMIT),
        ),
        "missing": ("approvals:missing", (_LIMIT,)),
        "grant": ("approvals:grant", (option("approval"),)),
        "deny": ("approvals:deny", (option("approval"),)),
        "phone": (
            "approvals:phone",
            (
                option("approval"), option("--what", choices=WHATS, default=""),
                option("--of", type=whole(0, 2**53 - 1), default=0),
                option("--amount-pt", type=whole(-MAX_PT, MAX_PT), default=0),
                option("--check", default=""),
            ),
        ),
        "renew": ("approvals:renew", (_DEVICE,)),
    },
    "acceptance": {
        "list": ("acceptances:listed", (_LIMIT,)),
        "show": ("acceptances:show", (_DEVICE, option("--file", type=path, default=""))),
        "take": ("acceptances:take", (option("report", type=path),)),
    },
    "stick": {"take": ("sticks:take", (option("folder", type=path),))},
    "support": {"list": ("support:listed", (_LIMIT,)), "open": ("support:show", (option("file", type=path),))},
    "till": {"days": ("tills:days", (_DEVICE, _LIMIT))},
    "float": {
        "pay": (
            "tills:float_pay",
            (_SHOP, option("--amount-pt", type=piastres, required=True), option("--reference", required=True)),
        ),
        "reverse": (
            "tills:float_reverse",
            (_SHOP, option("--reference", required=True), option("--because", required=True, metavar="WHY")),
        ),
        "show": ("tills:float_show", (_SHOP,)),
    },
    "notice": {
        "send": (
            "notices:send",
            (option("text_ar"), option("text_en", nargs="?", default=""), option("--shop", default="")),
        ),
    },
    "receipt": {"missed": ("papers:receipt_missed", ())},
    "catalogue": {
        "sign": (
            "secrets:catalogue_sign",
            (
                option("out", type=path, metavar="FILE"), option("--version", type=whole(1, 2**31 - 1), required=True),
                option("--services", type=path, default=""), option("--drop", type=ids, default="", metavar="ID,…"),
                option("--valid-from", default=None), option("--valid-until", default=None),
            ),
        ),
        "publish": ("secrets:catalogue_publish", (option("file", type=path),)),
        "list": ("secrets:catalogue_list", ()),
    },
    "address": {
        "set": (
            "addresses:address_set",
            (
                option("--public-address", default=""), option("--authority", default=""),
                option("--unseen", action="store_true"),
            ),
        ),
    },
    "keys": {
        "new": ("secrets:keys_new", (option("--dir", type=path, default=""),)),
        "rotate": ("secrets:keys_rotate", (option("roles", nargs="*", choices=[*_ROLES, []]),)),
    },
    "authority": {
        "fine": {
            "add": (
                "papers:fine_add",
                (
                    option("--plate", required=True), option("--amount-pt", type=piastres, required=True),
                    option("--label-ar", default=""), option("--label-en", default=""),
                ),
            ),
            "list": ("papers:fine_list", (option("--plate", default=None),)),
        },
        "record": {
            "add": (
                "papers:record_add",
                (
                    option("service"), option("--field", action="append", default=[], metavar="NAME=VALUE"),
                    option("--amount-pt", type=piastres, default=0),
                    option("--label-ar", required=True), option("--label-en", required=True),
                ),
            ),
        },
    },
    "release": {
        "keys": ("releases:keys", (option("folder", type=path), _PASSWORDS)),
        "key": ("releases:key", (option("file", type=path), _PASSWORDS)),
        "root": (
            "releases:root",
            (
                option("--root-pub", type=path, nargs="+", required=True, metavar="PUB"),
                option("--targets-pub", type=path, nargs="+", required=True, metavar="PUB"),
                option("--root-threshold", type=_HOLDERS, default=3),
                option("--targets-threshold", type=_HOLDERS, default=2),
                option("--new-online", action="store_true"),
            ),
        ),
        "pin": ("releases:pin", ()),
        "add": (
            "releases:add",
            (
                option("file", type=path), option("--version", required=True), option("--needs-runtime", required=True),
                option("--min-schema", default=""), option("--kind", choices=("app", "setup"), default="app"),
                option("--platform", choices=("any", "windows", "deb", "run"), default="any"),
            ),
        ),
        "renew": ("releases:renew", ()),
        "sign": ("releases:sign", (option("file", type=path), option("--key", type=path, required=True), _PASSWORDS)),
        "complete": ("releases:complete", (option("files", type=path, nargs="+"),)),
        "promote": (
            "releases:promote",
            (option("version"), option("--ring", type=int, choices=(int(PILOT), *RINGS), required=True)),
        ),
        "pilot": {
            "add": ("pilots:add", (option("shops", nargs="+", metavar="SHOP"),)),
            "remove": ("pilots:remove", (option("shops", nargs="+", metavar="SHOP"),)),
            "list": ("pilots:listed", ()),
        },
        "halt": ("releases:halt", (option("version"), option("--why", default=""))),
        "resume": ("releases:resume", (option("version"),)),
        "refresh": ("releases:refresh", ()),
        "list": ("releases:listed", ()),
        "export": ("releases:export", (option("folder", type=path),)),
    },
    "audit": {"list": ("counters:audit_list", (_LIMIT,))},
}  # fmt: skip

"""The grammar of `manfaz-central`: every command, its options, and what it runs. Help is in both languages."""

from __future__ import annotations

import argparse
import getpass
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from central.cli.console import Console
from kiosk.texts import LANGUAGES, say
from kiosk.updating.rings import RINGS
from kiosk.values.money import MAX_PT

Command = Callable[[Namespace, Console], None]
Place = str
"""``module:function`` below `central.cli`: each command imports what it needs, and none waits for a web server."""
Option = tuple[str, dict[str, Any]]
DATA: Final = "MANFAZ_CENTRE_DATA"
DATABASE: Final = "MANFAZ_CENTRE_DATABASE"
STAFF: Final = "MANFAZ_STAFF"


def _both(key: str) -> str:
    return " — ".join(say(language, f"central.help.{key}") for language in reversed(LANGUAGES))


def _common(*, top: bool) -> ArgumentParser:
    """Options that may stand before or after the command; the latter leave the former's values alone."""
    parser = ArgumentParser(add_help=False)

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    folder = os.environ.get(DATA) or os.path.expanduser("~/.local/share/manfaz-central")  # noqa: PTH111 - a text is wanted
    parser.add_argument("--data", default=default(folder), help=_both("data"))
    parser.add_argument("--database", default=default(os.environ.get(DATABASE)), metavar="URL", help=_both("database"))
    parser.add_argument("--root-dir", default=default(None), help=_both("root_dir"))
    parser.add_argument("--staff", default=default(os.environ.get(STAFF) or getpass.getuser()), help=_both("staff"))
    parser.add_argument("--json", action="store_true", default=default(False), help=_both("json"))
    parser.add_argument("--lang", choices=LANGUAGES, default=default(None), help=_both("lang"))
    return parser


def piastres(text: str) -> int:
    """An amount in whole piastres, as an option gives it."""
    if not (text.isascii() and text.isdigit() and len(text) < 17 and 0 < int(text) <= MAX_PT):
        raise ValueError(text)
    return int(text)


def _option(name: str, **how: Any) -> Option:
    return name, how


_SHOP = _option("--shop", required=True)
_NAMES = (_option("--name-ar", required=True), _option("--name-en", default=""))
_DEVICE = _option("device")
_EPOCH = _option("--epoch", type=int, default=None)
_LIMIT = _option("--limit", type=int, default=200)
_PEOPLE = ("operator", "supervisor", "technician")
_WHATS = ("void", "day_close", "limits", "extension", "copy", "erasure")
_PASSWORDS = _option("--passwords", default="", metavar="FILE")
_ROLES = ("enrol", "ack", "feed", "catalogue", "seal")

Grammar = dict[str, "Grammar | tuple[Place, tuple[Option, ...]]"]

GRAMMAR: Final[Grammar] = {
    "shop": {
        "add": (
            "shops:shop_add",
            (_option("--id", required=True), _option("--name-ar", default=""), _option("--name-en", default="")),
        ),
        "list": ("shops:shop_list", ()),
    },
    "operator": {
        "add": (
            "shops:operator_add",
            (
                _SHOP, *_NAMES, _option("--role", choices=_PEOPLE, default="operator"),
                _option("--days", type=int, default=365),
            ),
        ),
        "reset": ("shops:operator_reset", (_option("id"), _option("--further", action="store_true"))),
        "link": ("shops:operator_link", (_option("id"),)),
        "stop": ("shops:operator_stop", (_option("id"),)),
        "list": ("shops:operator_list", ()),
    },
    "settings": {
        "set": ("shops:settings_set", (_SHOP, _option("changes", nargs="+", metavar="NAME=VALUE"))),
        "show": ("shops:settings_show", (_SHOP,)),
    },
    "device": {
        "slot": ("counters:slot", (_SHOP, _option("--device", default=""), _option("--out", default=""))),
        "pending": ("counters:pending", ()),
        "approve": ("counters:approve", (_option("slot"), _option("--number", required=True))),
        "deny": ("counters:deny", (_option("slot"), _option("--reason", required=True))),
        "answer": (
            "counters:answer",
            (_option("request"), _option("--number", required=True), _option("--out", required=True)),
        ),
        "suspend": ("counters:suspend", (_DEVICE,)),
        "resume": ("counters:resume", (_DEVICE,)),
        "replace": ("keeping:replace", (_DEVICE,)),
        "move": ("keeping:move", (_DEVICE, _SHOP)),
        "erase": ("keeping:erase", (_DEVICE, _EPOCH, _option("--accept-loss", default="", metavar="WHY"))),
        "list": ("counters:listed", ()),
        "statement": ("counters:statement", (_DEVICE, _EPOCH, _option("--file", default=""))),
        "export-keys": ("counters:export_keys", (_DEVICE, _EPOCH, _option("--directory", default=""))),
    },
    "journal": {"export": ("counters:journal_export", (_DEVICE, _option("file", metavar="FILE.kj01"), _EPOCH))},
    "request": {
        "list": ("papers:request_list", (_option("--status", default=""), _option("--shop", default=""), _LIMIT)),
        "show": ("papers:request_show", (_option("request"), _option("--personal", action="store_true"))),
        "decide": (
            "papers:request_decide",
            (
                _option("request"), _option("status", choices=("approved", "rejected", "sent_back", "pending")),
                _option("--code", default=""), _option("--reason-ar", default=""), _option("--reason-en", default=""),
            ),
        ),
        "papers": ("pictures:papers", (_option("request"), _option("folder"))),
        "erase": ("erasures:erase", (_option("request"),)),
        "erased": ("erasures:register", (_LIMIT,)),
        "asked": ("wishes:asked", (_LIMIT,)),
        "refunds": ("refunds:listed", (_LIMIT,)),
        "free": ("refunds:free", (_option("request"),)),
    },
    "approval": {
        "list": (
            "approvals:listed", (_option("--status", default=""), _option("--shop", default=""), _LIMIT)
        ),
        "grant": ("approvals:grant", (_option("approval"),)),
        "deny": ("approvals:deny", (_option("approval"),)),
        "phone": (
            "approvals:phone",
            (
                _option("approval"), _option("--what", choices=_WHATS, default=""),
                _option("--of", type=int, default=0), _option("--amount-pt", type=int, default=0),
                _option("--check", default=""),
            ),
        ),
        "renew": ("approvals:renew", (_DEVICE,)),
    },
    "acceptance": {
        "list": ("acceptances:listed", (_LIMIT,)),
        "show": ("acceptances:show", (_DEVICE, _option("--file", default=""))),
        "take": ("acceptances:take", (_option("report"),)),
    },
    "stick": {"take": ("sticks:take", (_option("folder"),))},
    "support": {"list": ("support:listed", (_LIMIT,)), "open": ("support:show", (_option("file"),))},
    "till": {"days": ("tills:days", (_DEVICE, _LIMIT))},
    "float": {
        "pay": (
            "tills:float_pay",
            (_SHOP, _option("--amount-pt", type=piastres, required=True), _option("--reference", required=True)),
        ),
        "show": ("tills:float_show", (_SHOP,)),
    },
    "notice": {
        "send": (
            "notices:send",
            (_option("text_ar"), _option("text_en", nargs="?", default=""), _option("--shop", default="")),
        ),
    },
    "receipt": {"missed": ("papers:receipt_missed", ())},
    "catalogue": {
        "sign": (
            "secrets:catalogue_sign",
            (
                _option("file"), _option("--version", type=int, required=True), _option("--services", default=""),
                _option("--valid-from", default=None), _option("--valid-until", default=None),
            ),
        ),
        "publish": ("secrets:catalogue_publish", (_option("file"),)),
        "list": ("secrets:catalogue_list", ()),
    },
    "keys": {
        "new": ("secrets:keys_new", (_option("--dir", default=""),)),
        "rotate": ("secrets:keys_rotate", (_option("roles", nargs="*", choices=[*_ROLES, []]),)),
    },
    "authority": {
        "fine": {
            "add": (
                "papers:fine_add",
                (
                    _option("--plate", required=True), _option("--amount-pt", type=piastres, required=True),
                    _option("--label-ar", default=""), _option("--label-en", default=""),
                ),
            ),
            "list": ("papers:fine_list", (_option("--plate", default=None),)),
        },
        "record": {
            "add": (
                "papers:record_add",
                (
                    _option("service"), _option("--field", action="append", default=[], metavar="NAME=VALUE"),
                    _option("--amount-pt", type=piastres, default=0),
                    _option("--label-ar", required=True), _option("--label-en", required=True),
                ),
            ),
        },
    },
    "release": {
        "keys": ("releases:keys", (_option("folder"), _PASSWORDS)),
        "key": ("releases:key", (_option("file"), _PASSWORDS)),
        "root": (
            "releases:root",
            (
                _option("--root-pub", nargs="+", required=True, metavar="PUB"),
                _option("--targets-pub", nargs="+", required=True, metavar="PUB"),
                _option("--root-threshold", type=int, default=3), _option("--targets-threshold", type=int, default=2),
                _option("--new-online", action="store_true"),
            ),
        ),
        "pin": ("releases:pin", ()),
        "add": (
            "releases:add",
            (
                _option("file"), _option("--version", required=True), _option("--needs-runtime", required=True),
                _option("--min-schema", default=""), _option("--kind", choices=("app", "setup"), default="app"),
                _option("--platform", choices=("any", "windows", "deb", "run"), default="any"),
            ),
        ),
        "renew": ("releases:renew", ()),
        "sign": ("releases:sign", (_option("file"), _option("--key", required=True), _PASSWORDS)),
        "complete": ("releases:complete", (_option("files", nargs="+"),)),
        "promote": (
            "releases:promote", (_option("version"), _option("--ring", type=int, choices=RINGS, required=True))
        ),
        "halt": ("releases:halt", (_option("version"), _option("--why", default=""))),
        "resume": ("releases:resume", (_option("version"),)),
        "refresh": ("releases:refresh", ()),
        "list": ("releases:listed", ()),
        "export": ("releases:export", (_option("folder"),)),
    },
    "audit": {"list": ("counters:audit_list", (_LIMIT,))},
}  # fmt: skip


def parser() -> ArgumentParser:
    """The whole command line."""
    top = ArgumentParser(
        prog="manfaz-central", description=_both("what"), epilog=_both("exits"), parents=[_common(top=True)]
    )
    words = top.add_subparsers(dest="word", required=True, metavar="COMMAND")
    below = _common(top=False)
    serve = words.add_parser("serve", parents=[below], help=_both("serve"), description=_both("serve"))
    for name, how in (
        _option("--host", default="127.0.0.1"), _option("--port", type=int, default=8700),
        _option("--public-address", default=""), _option("--authority", default=""),
        _option("--proxy", default="", metavar="ADDRESS"), _option("--no-rate-limits", action="store_true"),
        _option("--metrics-host", default="127.0.0.1"), _option("--metrics-port", type=int, default=None),
    ):  # fmt: skip
        serve.add_argument(name, help=_both(f"serve.{name[2:]}"), **how)
    serve.set_defaults(run="serving:serve")
    work = words.add_parser("work", parents=[below], help=_both("work"), description=_both("work"))
    work.set_defaults(run="working:work_once")
    backup = words.add_parser("backup", parents=[below], help=_both("backup"), description=_both("backup"))
    backup.add_argument("words", nargs="*", metavar="FILE | open REQUEST | prove FOLDER")
    backup.add_argument("--out", default="", metavar="FILE", help=_both("backup.out"))
    backup.add_argument("--elsewhere", action="store_true", help=_both("backup.elsewhere"))
    backup.set_defaults(run="backup:backup")
    _fleet(words.add_parser("fleet", parents=[below], help=_both("fleet"), description=_both("fleet")))
    _grow(words, GRAMMAR, "", below)
    return top


def _fleet(parser: ArgumentParser) -> None:
    """The one command that does something without a further word."""
    parser.add_argument("what", nargs="?", choices=("list", "alerts", "metrics", "watch", "why"), default="list")
    for name, how in (
        _option("--silent", action="store_true"), _option("--missing", action="store_true"),
        _option("--needs-approval", action="store_true"), _option("--version", default=""),
        _option("--finding", type=int, default=0), _option("--device", default=""), _option("--because", default=""),
    ):  # fmt: skip
        parser.add_argument(name, help=_both(f"fleet.{name[2:]}"), **how)
    parser.set_defaults(run="fleet:fleet")


def _grow(into: Any, grammar: Grammar, path: str, below: ArgumentParser) -> None:
    for name, what in grammar.items():
        key = f"{path}{name}"
        if isinstance(what, dict):
            group = into.add_parser(name, help=_both(key), description=_both(key))
            _grow(group.add_subparsers(required=True, metavar="…"), what, f"{key}.", below)
            continue
        run, options = what
        one = into.add_parser(name, parents=[below], help=_both(key), description=_both(key))
        for option, how in options:
            one.add_argument(option, **how)
        one.set_defaults(run=run)


def command(place: Place) -> Command:
    """The function at `place`."""
    module, _, name = place.partition(":")
    found: Command = getattr(import_module(f"central.cli.{module}"), name)
    return found

"""Every command of `manfaz-central`: its words, what its act takes, how its answer is shown, its arguments."""

from __future__ import annotations

from argparse import ArgumentTypeError
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from central.requests.due_times import MOST_DAYS
from central.staff.acts import PURPOSES, Role
from protocol.program.command_line import Argument, argument, option
from protocol.program.terminal import both, whole
from protocol.rings import PILOT, RINGS
from protocol.values.arabic import clean
from protocol.values.money import MAX_PT
from protocol.values.telephone import WHATS
from protocol.wire.statuses import STATUSES

LONGEST_NAME: Final = 60
FINDINGS: Final = 40
"""Checks in the doctor's table."""


def staff(text: str) -> str:
    """Who gives the order: a name on one line, spelled one way, so that nobody is two people by a space."""
    name = clean(text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ArgumentTypeError(both("central.help.staff_name", most=LONGEST_NAME))
    return name


def ids(text: str) -> frozenset[str]:
    """Ids between commas."""
    return frozenset(one.strip() for one in text.split(","))


def path(text: str) -> str:
    """A file or folder, as it was typed. Marked, so that `tests/attacks` tries what a stranger may have laid there."""
    return text


def _file(name: str, **how: Any) -> Argument:
    return name, {"type": path, **({"default": ""} if name.startswith("-") else {}), **how}


@dataclass(frozen=True, slots=True)
class Command:
    """Its act is the function of its name, or the one that `does` it. It asks by name for what it needs: `centre` and
    `session` as far as the row `takes` them (a transaction that writes or reads, the centre alone, nothing), `console`,
    one of the options or all `options`. `shown` is the text that says what was done, or the columns of a table; where
    it is empty, the answer is shown in full.
    """

    words: str
    takes: Literal["writing", "reading", "centre", "nothing"]
    shown: str | tuple[str, ...]
    arguments: tuple[Argument, ...]
    does: str

    @property
    def module(self) -> str:
        """Imported only now: each command brings in what it needs, and none waits for a web server."""
        subject = self.words.split()[0]
        return next(module for module, subjects in _MODULES.items() if subject in subjects)

    @property
    def act(self) -> str:
        name = self.does or self.words.replace(" ", "_").replace("-", "_")
        return name if ":" in name else f"central.cli.{self.module}:{name}"


_MODULES: Final = {
    "account_commands": ("account", "proposal"), "address_commands": ("address",), "backup_commands": ("backup",),
    "counter_commands": ("work", "journal", "stick", "acceptance", "support", "audit"),
    "device_commands": ("device",), "fleet_commands": ("fleet",), "release_commands": ("release",),
    "request_commands": ("request", "receipt", "approval", "authority"), "serve_command": ("serve",),
    "shop_commands": ("shop", "operator", "settings", "notice", "till", "float"),
    "signing_commands": ("keys", "catalogue"),
}  # fmt: skip


def _command(takes: Any, words: str, shown: str, *given: str | Argument, does: str = "") -> Command:
    return Command(words, takes, tuple(shown.split()) if " " in shown else shown, tuple(map(argument, given)), does)


_writes, _reads, _opens, _alone = (partial(_command, takes) for takes in ("writing", "reading", "centre", "nothing"))
piastres = whole(1, MAX_PT)
"""An amount in whole piastres, as an option gives it."""
_HOLDERS: Final = whole(1, 16)
_PORT: Final = whole(0, 65_535)
_EPOCH: Final = option("--epoch", type=whole(1, 2**32 - 1), default=None)
_LIMIT: Final = option("--limit", type=whole(1, 1_000_000), default=200)
_AMOUNT: Final = option("--amount-pt", type=piastres, required=True)
_WHY: Final = option("--because", required=True, metavar="WHY")
_SHOPS: Final = option("shops", nargs="+", metavar="SHOP")
_PASSWORDS: Final = _file("--passwords", metavar="FILE")
_PEOPLE: Final = ("operator", "supervisor", "technician")
_APPROVALS: Final = ("asked", "granted", "denied", "used")
_ROLES: Final = ("enrol", "ack", "feed", "catalogue", "seal", "vault")
_PURPOSE: Final = option("--purpose", choices=PURPOSES, default=PURPOSES[0])
_NUMBER: Final = option("n", type=whole(1, 2**53 - 1))
_FLEET: Final = ("list", "alerts", "metrics", "watch", "why")

GRAMMAR: Final = (
    _alone(
        "serve", "", option("--host", default="127.0.0.1"), option("--port", type=_PORT, default=8700),
        "--public-address", "--authority", option("--proxy", default="", metavar="ADDRESS"), "--no-rate-limits?",
        "--new?", option("--metrics-host", default="127.0.0.1"), option("--metrics-port", type=_PORT, default=None),
        option("--staff-host", default="127.0.0.1"), option("--staff-port", type=_PORT, default=None),
    ),
    _opens("work", "worked"),
    _opens(
        "backup", "backed_up",
        option("words", type=path, nargs="*", metavar="FILE | begin | open REQUEST | prove FOLDER"),
        _file("--out", metavar="FILE"), "--elsewhere?",
    ),
    _alone(
        "fleet", "", option("what", nargs="?", choices=_FLEET, default="list"), "--silent?", "--missing?",
        "--expired?", "--trouble?", "--needs-approval?", "--version",
        option("--finding", type=whole(1, FINDINGS), default=0), "--device", "--because",
    ),
    _writes("shop add", "shop_added", "--id!", "--name-ar", "--name-en"),
    _reads("shop list", "id name_ar name_en settings operators", does="central.documents.shops:listed"),
    _writes(
        "operator add", "operator_added", "--shop!", "--name-ar!", "--name-en",
        option("--role", choices=_PEOPLE, default="operator"), option("--days", type=whole(1, 3_660), default=365),
    ),
    _writes("operator reset", "operator_added", "id", "--further?"),
    _writes("operator link", "operator_link", "id"),
    _writes("operator stop", "operator_stopped", "id"),
    _reads("operator list", "id shop name role active until"),
    _writes("settings set", "settings_published", "--shop!", option("changes", nargs="+", metavar="NAME=VALUE")),
    _reads("settings show", "", "--shop!"),
    _writes("device slot", "slot_made", "--shop!", "--device", _file("--out")),
    _reads("device pending", "slot shop number device epoch creator"),
    _writes("device approve", "approved", "slot", "--number!"),
    _writes("device deny", "denied", "slot", "--reason!"),
    _opens("device answer", "answered", _file("request"), "--number!", option("--out", type=path, required=True)),
    _writes("device suspend", "suspended", "device", does="device_switch"),
    _writes("device resume", "resumed", "device", does="device_switch"),
    _writes("device replace", "replaced", "device", _file("--out")),
    _writes("device move", "moved", "device", "--shop!", _file("--out")),
    _writes("device erase", "device_erased", "device", _EPOCH, option("--accept-loss", default="", metavar="WHY")),
    _reads("device list", "shop till device epoch state hwm heard"),
    _opens("device statement", "", "device", _EPOCH, _file("--file")),
    _opens("device export-keys", "", "device", _EPOCH, _file("--directory")),
    _writes("journal export", "exported", "device", _file("file", metavar="FILE.kj01"), _EPOCH),
    _opens("journal set-aside", "entry_set_aside", "device", _WHY, "--all?"),
    _reads(
        "request list", "id shop service total at status code", option("--status", choices=STATUSES, default=""),
        "--shop", "--authority", _LIMIT,
    ),
    _writes("request show", "", "request", "--personal?", _PURPOSE),
    _opens(
        "request decide", "decided", "request", option("status", choices=STATUSES), "--code", "--reason-ar",
        "--reason-en", option("--seen", type=whole(0, 2**53 - 1), default=0),
        option("--because", default="", metavar="WHY"),
    ),
    _opens("request ready", "request_ready", "request"),
    _opens("request papers", "papers_written", "request", _file("folder"), _PURPOSE),
    _opens("request erase", "erased", "request"),
    _reads("request erased", "id seq staff at done", _LIMIT, does="central.requests.erasure:register"),
    _reads("request asked", "at device act request why", _LIMIT, does="central.requests.staff_requests:listed"),
    _reads("request refunds", "at what request device detail", _LIMIT),
    _opens("request free", "refund_freed", "request"),
    _reads(
        "approval list", "id shop what of amount at state staff", option("--status", choices=_APPROVALS, default=""),
        "--shop", _LIMIT,
    ),
    _opens("approval missing", "at shop number what amount_pt", _LIMIT),
    _opens("approval grant", "approval_granted", "approval", does="approval_decide"),
    _opens("approval deny", "approval_denied", "approval", does="approval_decide"),
    _opens(
        "approval phone", "approval_code", "approval", option("--what", choices=WHATS, default=""),
        option("--of", type=whole(0, 2**53 - 1), default=0),
        option("--amount-pt", type=whole(-MAX_PT, MAX_PT), default=0), "--check",
    ),
    _writes("approval renew", "telephone_renewed", "device"),
    _reads("acceptance list", "ended device shop verdict", _LIMIT, does="central.devices.reports:acceptances"),
    _opens("acceptance show", "", "device", _file("--file")),
    _opens("acceptance take", "accepted", _file("report")),
    _alone("stick take", "", _file("folder")),
    _reads("support list", "number at device shop", _LIMIT, does="central.devices.reports:support_files"),
    _opens("support open", "", _file("file")),
    _opens("till days", "day count sum expected counted difference grand_total agrees", "device", _LIMIT),
    _writes("float pay", "float_paid", "--shop!", _AMOUNT, "--reference!"),
    _writes("float reverse", "float_reversed", "--shop!", "--reference!", _WHY),
    _reads("float show", "", "--shop!"),
    _writes("notice send", "notice_sent", "text_ar", option("text_en", nargs="?", default=""), "--shop"),
    _reads("receipt missed", "device seq code asked first last", does="central.requests.receipt_check:cases"),
    _alone(
        "catalogue sign", "catalogue_signed", _file("out", metavar="FILE"),
        option("--version", type=whole(1, 2**31 - 1), required=True), _file("--services"),
        option("--drop", type=ids, default="", metavar="ID,…"), option("--valid-from", default=None),
        option("--valid-until", default=None),
    ),
    _opens("catalogue publish", "catalogue_published", _file("file"), "--pilots?"),
    _reads("catalogue list", "version reach at bytes"),
    _opens("address set", "address_set", "--public-address", "--authority", "--unseen?"),
    _alone("keys new", "keys_made", _file("--dir")),
    _writes("keys rotate", "keys_rotated", option("roles", nargs="*", choices=[*_ROLES, []])),
    _writes("authority fine add", "fine_added", "--plate!", _AMOUNT, "--label-ar", "--label-en"),
    _reads(
        "authority fine list", "plate label_ar label_en amount_pt bill", option("--plate", default=None),
        does="central.requests.reference_authority:fines",
    ),
    _opens(
        "authority record add", "record_added", "service",
        option("--field", action="append", default=[], metavar="NAME=VALUE"),
        option("--amount-pt", type=piastres, default=0), "--label-ar!", "--label-en!",
    ),
    _writes(
        "authority due", "authority_due", "authority", option("days", type=whole(0, MOST_DAYS), metavar="DAYS"),
    ),
    _opens("release keys", "release_keys", _file("folder"), _PASSWORDS),
    _alone("release key", "release_key", _file("file"), _PASSWORDS),
    _writes(
        "release root", "release_proposed", option("--root-pub", type=path, nargs="+", required=True, metavar="PUB"),
        option("--targets-pub", type=path, nargs="+", required=True, metavar="PUB"),
        option("--root-threshold", type=_HOLDERS, default=3), option("--targets-threshold", type=_HOLDERS, default=2),
        "--new-online?",
    ),
    _writes("release pin", "release_pinned"),
    _writes(
        "release add", "release_proposed", _file("file"), "--version!", "--needs-runtime!", "--min-schema",
        option("--kind", choices=("app", "setup"), default="app"),
        option("--platform", choices=("any", "windows", "deb", "run"), default="any"),
    ),
    _writes("release renew", "release_proposed"),
    _alone("release sign", "release_signed", _file("file"), option("--key", type=path, required=True), _PASSWORDS),
    _writes("release complete", "release_completed", _file("files", nargs="+")),
    _writes(
        "release promote", "release_promoted", "version",
        option("--ring", type=int, choices=(int(PILOT), *RINGS), required=True),
    ),
    _writes("release pilot add", "pilots_added", _SHOPS, does="release_pilot_set"),
    _writes("release pilot remove", "pilots_removed", _SHOPS, does="release_pilot_set"),
    _reads("release pilot list", "shop counters versions"),
    _writes("release halt", "release_halted", "version", "--why"),
    _writes("release resume", "release_resumed", "version"),
    _writes("release refresh", "release_refreshed"),
    _opens("release list", "version file kind platform bytes pilots percent halted"),
    _opens("release export", "release_exported", _file("folder")),
    _reads("audit list", "at staff act subject", _LIMIT, does="central.audit:listed"),
    _opens("account administrator", "account_code", "name", "--name-ar", "--name-en"),
    _opens("account activate", "account_activated", "name"),
    _opens("account sign-in", "signed_in", "name"),
    _opens("account sign-out", "signed_out"),
    _reads("account sessions", "id begun seen until network agent"),
    _writes("account revoke", "session_revoked", "id"),
    _reads("account list", "name name_ar state signed_in roles"),
    _writes("account add", "account_code", "name", "--name-ar", "--name-en"),
    _writes(
        "account grant", "account_granted", "name", option("role", choices=[role.value for role in Role]),
        *(option(name, type=ids, default=frozenset()) for name in ("--authorities", "--services", "--governorates")),
        option("--limit-pt", type=whole(0, MAX_PT), default=0),
    ),
    _writes("account withdraw", "account_withdrawn", "name", _NUMBER),
    _writes("account reset", "account_code", "name"),
    _writes("account stop", "account_stopped", "name", _WHY),
    _reads("proposal list", "n at staff act subject said"),
    _writes("proposal approve", "proposal_done", _NUMBER),
    _writes("proposal withdraw", "proposal_withdrawn", _NUMBER),
)  # fmt: skip

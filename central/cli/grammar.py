"""What a command of `manfaz-central` is: a row above the function that carries it out, in the module of its subject."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from operator import itemgetter
from typing import Any, Final, Literal, TypeVar

from central.staff.acts import PURPOSES
from protocol.program.command_line import Argument, argument, option
from protocol.program.terminal import both, whole
from protocol.values.arabic import clean
from protocol.values.money import MAX_PT

LONGEST_NAME: Final = 60
SIGNED_IN: Final = "signed in"
"""Whoever has an account may do it with what is his own."""
MACHINE: Final = "machine"
"""No sign-in: the machine's own (a service, a timer), before anybody has an account, or touching nothing but files that
were handed to it. Whoever may give those holds the keys anyway.
"""
_MODULES: Final = {
    "account_commands": ("account", "proposal"), "address_commands": ("address",), "approval_commands": ("approval",),
    "backup_commands": ("backup",), "device_commands": ("device",), "fleet_commands": ("fleet",),
    "counter_commands": ("work", "journal", "stick", "acceptance", "support", "audit"),
    "release_commands": ("release",), "request_commands": ("request", "receipt", "authority"),
    "serve_command": ("serve",), "shop_commands": ("shop", "operator", "settings", "notice", "till", "float"),
    "signing_commands": ("keys", "catalogue"),
}  # fmt: skip
"""What begins the commands of each."""


def staff(text: str) -> str:
    """Who gives the order: a name on one line, spelled one way, so that nobody is two people by a space."""
    name = clean(text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ArgumentTypeError(both("central.help.staff_name", most=LONGEST_NAME))
    return name


def ids_in(text: str) -> frozenset[str]:
    """Ids between commas."""
    return frozenset(one.strip() for one in text.split(","))


def path(text: str) -> str:
    """A file or folder, as it was typed. Marked, so that `tests/attacks` tries what a stranger may have laid there."""
    return text


def file_option(name: str, **how: Any) -> Argument:
    return name, {"type": path, **({"default": ""} if name.startswith("-") else {}), **how}


PIASTRES: Final = whole(1, MAX_PT)
"""An amount in whole piastres, as an option gives it."""
AMOUNT_PT: Final = option("--amount-pt", type=PIASTRES, required=True)
BECAUSE: Final = option("--because", required=True, metavar="WHY")
EPOCH: Final = option("--epoch", type=whole(1, 2**32 - 1), default=None)
LIMIT: Final = option("--limit", type=whole(1, 1_000_000), default=200)
PURPOSE: Final = option("--purpose", choices=PURPOSES, default=PURPOSES[0])


@dataclass(frozen=True, slots=True)
class Command:
    """A command of `manfaz-central`. `need` is an act that whoever gives it may do; some say by their first argument
    what they are (`fleet metrics`), and need what stands beside that. `does` asks by name for what it needs: `centre`
    and `session` as far as the row `takes` them (a transaction that writes or reads, the centre alone, nothing),
    `person`, `console`, one of the options or all `options`. `shown` is the text that says what was done, or the
    columns of a table; where it is empty, the answer is shown in full.
    """

    takes: Literal["writing", "reading", "centre", "nothing"]
    words: str
    need: str | Mapping[str, str]
    shown: str | tuple[str, ...]
    arguments: tuple[Argument, ...]
    does: Callable[..., Any]

    def needed(self, options: Namespace) -> str:
        if isinstance(self.need, str):
            return self.need
        said = getattr(options, self.arguments[0][0])
        return self.need.get(said if isinstance(said, str) else next(iter(said), ""), self.need[""])


_GRAMMAR: Final[list[Command]] = []
_Act = TypeVar("_Act", bound=Callable[..., Any])


def _row(
    takes: Any, words: str, need: str | Mapping[str, str], shown: str = "", *given: str | Argument
) -> Callable[[_Act], _Act]:
    def keep(does: _Act) -> _Act:
        columns = tuple(shown.split()) if " " in shown else shown
        _GRAMMAR.append(Command(takes, words, need, columns, tuple(map(argument, given)), does))
        return does

    return keep


writes, reads, opens, alone = (partial(_row, takes) for takes in ("writing", "reading", "centre", "nothing"))


def commands(typed: Sequence[str] = ()) -> list[Command]:
    """Those that begin with a word that was typed, else all. Each brings in what it needs, and waits for no other."""
    subjects = {subject for begins in _MODULES.values() for subject in begins}
    meant = subjects.intersection(typed) or subjects
    for module in [module for module, begins in _MODULES.items() if meant.intersection(begins)]:
        import_module(f"central.cli.{module}")
    found = [(subject, one) for one in _GRAMMAR if (subject := one.words.split()[0]) in meant]
    return [one for _, one in sorted(found, key=itemgetter(0))]

"""Whoever gives a command in a test is signed in: an account with every role, and a session where the command looks
for it. How somebody signs in by himself is tried in `tests/central/staff`.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from central.centre import Centre
from central.cli import signed_in
from central.cli.grammar import MACHINE, commands
from central.cli.opening import opened
from central.staff import accounts, sessions
from central.staff.accounts import Bounds
from central.staff.acts import Role
from central.staff.sign_in import spelled
from central.store.interface import Session
from central.store.staff_models import Account
from protocol.errors import KioskError

ANYBODY: Final = "omar"
"""Who gives a command that names nobody."""


def as_staff(common: Sequence[str], words: Sequence[str]) -> list[str]:
    """`common` (``--data``, ``--database``) and `words` as whoever ``--staff`` names gives them, signed in."""
    given, name = [*common, *words], spelled(_after([*common, *words], "--staff") or ANYBODY)
    folder = sessions_of(Path(_after(given, "--data")))
    wanted = _need(words) != MACHINE
    if name and wanted:
        with suppress(KioskError, OSError):  # the command meets it, too, and says so
            sign_in(given, name, folder)
    named = [] if "--staff" in given else ["--staff", ANYBODY]
    return [*common, "--sessions", str(folder), *named, *words]


SECOND: Final = "second"


def by_two(words: Sequence[str], answer: object) -> list[str] | None:
    """The command once more as a second person gives it, where `answer` is only the proposal; None for any other, and
    where a test says itself who gives it.
    """
    first = isinstance(answer, dict) and answer.get("first") == ANYBODY
    return ["--staff", SECOND, *words] if first and "--staff" not in words else None


def sessions_of(data: Path) -> Path:
    return data.parent / f"{data.name}-sessions"


def sign_in(given: Sequence[str], name: str, folder: Path) -> None:
    """Unless he is there already. Raises what opening the centre does."""
    options = Namespace(
        data=_after(given, "--data"),
        database=_after(given, "--database"),
        root_dir=None,
        sessions=str(folder),
        new=False,
    )
    with opened(options) as centre:
        token = signed_in._kept(signed_in._file(centre, options, name))
        if not token or sessions.look_up(centre, token) is None:
            signed_in.keep(centre, options, name, begin(centre, name))


def begin(centre: Centre, name: str) -> sessions.Token:
    """A session of an account that may do everything; the account is made where there is none."""
    with centre.store.writing() as session:
        if session.get(Account, name) is None:
            add_account(session, name, *Role)
        return sessions.begin(centre, session, name, signed_in.HERE, "test", whole=True)


def add_account(session: Session, name: str, *roles: Role, bounds: Bounds = Bounds()) -> None:  # noqa: B008 - frozen
    """One that works, without a password."""
    session.add(Account, name=name, name_ar=name, name_en=name, state="active", password="", secret=None, code=None)
    for role in roles:
        accounts.keep_grant(session, name, role, bounds)


def _after(words: Sequence[str], option: str) -> str:
    places = [place for place, word in enumerate(words) if word == option]
    return words[places[-1] + 1] if places else ""


def _need(words: Sequence[str]) -> object:
    """Of the longest command whose words stand in `words` side by side."""
    said = f" {' '.join(words)} "
    found = {one.words: one.need for one in commands(words) if f" {one.words} " in said}
    return found[max(found, key=len)] if found else MACHINE

"""Who gives a command. A session is kept in a file of that person's, which nobody else can read; at a terminal where
there is none, password and second factor are asked for. A name alone (`--staff`) only says whose session is meant.
"""

from __future__ import annotations

import getpass
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from central.centre import Centre
from central.cli.console import Console
from central.staff import sessions
from central.staff.people import Person
from central.staff.sessions import Token
from central.staff.sign_in import SignIn, spelled
from protocol.errors import Refused
from protocol.program import outside, terminal
from protocol.texts import say
from starter.files import SECRET

HERE: Final = "command line"
"""In place of a network: whoever gives commands is at the centre's own machine."""
SUFFIX: Final = ".session"
_MOST: Final = 4096


def person(centre: Centre, options: Namespace, console: Console) -> Person:
    """Raises Refused ``sign_in_first``, ``which_staff``."""
    name = _meant(centre, options)
    token = _kept(_file(centre, options, name)) if name else ""
    found = sessions.look_up(centre, token) if token else None
    if found is not None and found.account == name:
        return found
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refused("sign_in_first", staff=name or "NAME")
    begin(centre, options, console, name or getpass.getuser())
    return person(centre, options, console)


def begin(centre: Centre, options: Namespace, console: Console, name: str) -> Token:
    """Password and second factor, asked for; the session is kept. Raises Refused as `SignIn`."""
    sign_in, agent = SignIn(centre), f"{HERE}: {getpass.getuser()}"
    half = sign_in.password(name, asked(console, "password"), HERE, agent)
    token = sign_in.code(half, asked(console, "second"), HERE)
    keep(centre, options, spelled(name), token)
    return token


def asked(console: Console, what: str) -> str:
    """A secret, without showing it at a terminal; a line of what a program hands in."""
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(say(console.language, f"central.ask.{what}"), console.err)
    return terminal.line()


def keep(centre: Centre, options: Namespace, name: str, token: Token) -> None:
    file = _file(centre, options, name)
    outside.make_folder(file.parent, 0o700)
    outside.write(file, json.dumps({"token": token.text, "ends_ms": token.ends_ms}).encode(), SECRET)


def forget(centre: Centre, options: Namespace, name: str) -> None:
    _file(centre, options, name).unlink(missing_ok=True)


def _file(centre: Centre, options: Namespace, name: str) -> Path:
    """One for each person at each centre."""
    return Path(options.sessions) / f"{_centre_of(centre)}-{name}{SUFFIX}"


def _centre_of(centre: Centre) -> str:
    return centre.keys.root_fp.hex()[:16]


def _meant(centre: Centre, options: Namespace) -> str:
    """The one that was named, else the only one who has a session here; "" for nobody."""
    if options.staff:
        return spelled(options.staff)
    begin, folder = f"{_centre_of(centre)}-", Path(options.sessions)
    held = folder.glob(f"{begin}*{SUFFIX}") if folder.is_dir() else ()
    names = sorted(file.name.removeprefix(begin).removesuffix(SUFFIX) for file in held)
    if len(names) > 1:
        raise Refused("which_staff", staff=", ".join(names))
    return names[0] if names else ""


def _kept(file: Path) -> str:
    """The token in a file; "" where there is none, or it is nothing of ours."""
    if not file.exists():
        return ""
    try:
        said = json.loads(outside.read(file, _MOST))
    except ValueError:
        return ""
    return str(said.get("token", "")) if isinstance(said, dict) else ""

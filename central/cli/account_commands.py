"""`account`, `proposal`: who works at the centre, where he is signed in, and what waits for a second person."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any, Final

import segno

from central import two_person_acts, two_person_rule
from central.centre import Centre
from central.cli import signed_in
from central.cli.console import NAME, Console, Values, line
from central.cli.grammar import BECAUSE, MACHINE, SIGNED_IN, ids_in, opens, reads, writes
from central.cli.opening import root_folder
from central.staff import accounts, sessions
from central.staff.accounts import Bounds
from central.staff.acts import Act, Role
from central.staff.people import Grant, Person
from central.staff.sign_in import SignIn, spelled
from central.store.interface import Session
from central.store.key_files import read_offline
from protocol.clock import show_time
from protocol.errors import Corrupt, Refused, malformed_as
from protocol.keys import SeedSigner
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.texts import Bilingual
from protocol.values import ids
from protocol.values.money import MAX_PT

N: Final = option("n", type=whole(1, 2**53 - 1))


@opens("account administrator", MACHINE, "account_code", "name", "--name-ar", "--name-en")
def account_administrator(centre: Centre, options: Namespace) -> Values:
    """By whoever holds the offline key. Raises Refused ``root_missing``, ``root_other``, ``administrators_there``."""
    root = root_folder(options)
    with malformed_as(Corrupt("keys_unreadable", path=str(root))):
        public = SeedSigner(bytes.fromhex(read_offline(root)["root"])).public
    if public != centre.keys.root_public:
        raise Refused("root_other", path=str(root))
    name = spelled(options.name)
    with centre.store.writing() as session:
        code = accounts.make_administrator(centre, session, name, _names(options, name))
    return {"staff": name, "code": ids.grouped_code(code)}


def _names(options: Namespace, name: str) -> Bilingual:
    ar = line("--name-ar", options.name_ar or name, NAME)
    return Bilingual(ar, line("--name-en", options.name_en or ar, NAME))


@opens("account activate", MACHINE, "account_activated", "name")
def account_activate(centre: Centre, options: Namespace, console: Console) -> Values:
    """The code that was given out and a new password, asked for; the second factor is shown once, here alone."""
    code, password = signed_in.asked(console, "code"), signed_in.asked(console, "new_password")
    if signed_in.asked(console, "again") != password:
        raise Refused("password_differs")
    here = signed_in.HERE
    _, address = SignIn(centre).activate(options.name, code, password, here, here)
    if sys.stdin is not None and sys.stdin.isatty():
        segno.make(address, error="m", micro=False).terminal(console.err, compact=True)
    return {"staff": spelled(options.name), "address": address}


@opens("account sign-in", MACHINE, "signed_in", "name")
def account_sign_in(centre: Centre, options: Namespace, console: Console) -> Values:
    token = signed_in.begin(centre, options, console, options.name)
    return {"staff": spelled(options.name), "until": show_time(token.ends_ms)}


@opens("account sign-out", SIGNED_IN, "signed_out")
def account_sign_out(centre: Centre, options: Namespace, person: Person) -> Values:
    with centre.store.writing() as session:
        sessions.sign_out(centre, session, person)
    signed_in.forget(centre, options, person.account)
    return {"staff": person.account}


@reads("account sessions", SIGNED_IN, "id begun seen until network agent")
def account_sessions(centre: Centre, session: Session, person: Person) -> list[Values]:
    return [
        {
            "id": sessions.shown(one.id), "begun": show_time(one.begun_ms), "seen": show_time(one.seen_ms),
            "until": show_time(one.ends_ms), "network": one.network, "agent": one.agent,
        }
        for one in sessions.own(centre, session, person.account)
    ]  # fmt: skip


@writes("account revoke", SIGNED_IN, "session_revoked", "id")
def account_revoke(centre: Centre, session: Session, person: Person, id: str) -> Values:  # noqa: A002 - the option's name
    sessions.revoke(centre, session, person, id)
    return {"id": id}


@reads("account list", Act.ACCOUNTS_SEE, "name name_ar state signed_in roles")
def account_list(session: Session) -> list[Values]:
    return [
        {
            "name": one.name, "name_ar": one.name_ar, "name_en": one.name_en, "state": one.state,
            "signed_in": show_time(one.signed_in_ms) if one.signed_in_ms else "-",
            "roles": ", ".join(f"{grant.n} {grant.role.value}{_where(grant)}" for grant in grants) or "-",
        }
        for one, grants in accounts.listed(session)
    ]  # fmt: skip


def _where(grant: Grant) -> str:
    bounds = [*grant.authorities, *grant.services, *grant.governorates]
    return f" ({', '.join(bounds)})" if bounds else ""


@writes("account add", Act.ACCOUNTS_MANAGE, "account_code", "name", "--name-ar", "--name-en")
def account_add(centre: Centre, session: Session, options: Namespace) -> tuple[str, Values]:
    name = spelled(options.name)
    code = accounts.add(centre, session, name, _names(options, name), options.staff)
    return _code_values(name, code, options.staff)


@writes("account reset", Act.ACCOUNTS_MANAGE, "account_code", "name")
def account_reset(centre: Centre, session: Session, options: Namespace) -> tuple[str, Values]:
    name = spelled(options.name)
    return _code_values(name, accounts.reset(centre, session, name, options.staff), options.staff)


def _code_values(name: str, code: str | None, staff: str) -> tuple[str, Values]:
    if code is None:
        return "account_proposed", {"staff": name, "first": staff}
    return "account_code", {"staff": name, "code": ids.grouped_code(code)}


@writes(
    "account grant", Act.ACCOUNTS_MANAGE, "account_granted", "name",
    option("role", choices=[role.value for role in Role]),
    *(option(name, type=ids_in, default=frozenset()) for name in ("--authorities", "--services", "--governorates")),
    option("--limit-pt", type=whole(0, MAX_PT), default=0),
)  # fmt: skip
def account_grant(centre: Centre, session: Session, options: Namespace) -> tuple[str, Values]:
    name, lists = spelled(options.name), (options.authorities, options.services, options.governorates)
    authorities, services, governorates = (tuple(sorted(one)) for one in lists)
    where = Bounds(authorities, services, governorates, options.limit_pt)
    done = accounts.grant(centre, session, name, Role(options.role), where, options.staff)
    said = {"staff": name, "role": options.role, "first": options.staff}
    return ("account_granted", said) if done else ("account_proposed", said)


@writes("account withdraw", Act.ACCOUNTS_MANAGE, "account_withdrawn", "name", N)
def account_withdraw(centre: Centre, session: Session, options: Namespace) -> Values:
    accounts.withdraw(centre, session, spelled(options.name), options.n, options.staff)
    return {"staff": spelled(options.name), "n": options.n}


@writes("account stop", Act.ACCOUNTS_MANAGE, "account_stopped", "name", BECAUSE)
def account_stop(centre: Centre, session: Session, options: Namespace) -> Values:
    accounts.stop(centre, session, spelled(options.name), line("--because", options.because), options.staff)
    return {"staff": spelled(options.name)}


@reads("proposal list", SIGNED_IN, "n at staff act subject said")
def proposal_list(centre: Centre, session: Session, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "n": one.n, "at": show_time(one.at_ms), "staff": one.staff, "act": one.act, "subject": one.subject,
            "said": dict(one.said),
        }
        for one in two_person_acts.waiting(centre, session, person)
    ]  # fmt: skip


@writes("proposal approve", SIGNED_IN, "proposal_done", N)
def proposal_approve(centre: Centre, session: Session, person: Person, n: int) -> tuple[str, Values]:
    done, code = two_person_acts.approve(centre, session, person, n)
    said = {"n": n, "act": done.act, "subject": done.subject, "first": done.staff}
    if code:
        return "proposal_code", said | {"code": ids.grouped_code(code)}
    return "proposal_done", said


@writes("proposal withdraw", SIGNED_IN, "proposal_withdrawn", N)
def proposal_withdraw(centre: Centre, session: Session, person: Person, n: int) -> Values:
    found = two_person_rule.find(centre, session, n)
    two_person_acts.withdraw(centre, session, person, n)
    return {"n": n, "act": found.act, "subject": found.subject}

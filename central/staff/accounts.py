"""Accounts and what they may do, changed by two administrators; a leaver is stopped by one, at once.

An account begins, and a lost second factor or a forgotten password is mended, by one path: a code that is printed once
and with which its owner sets both anew. The first administrators are made by whoever holds the offline key, and so is
the next one when the last is gone: fewer than two cannot do it among themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import col, select

from central import audit, two_person_rule
from central.centre import Centre
from central.documents.governorates import short
from central.staff import people, sessions
from central.staff.acts import ROLES, Act, Role
from central.staff.people import Grant, grants_of
from central.store.interface import Session
from central.store.staff_models import Account, AccountGrant
from central.store.vault import code_mac
from protocol.clock import DAY_MS
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids

NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,39}", re.ASCII)
LIFE_MS: Final = 3 * DAY_MS
"""Of an activation code."""
FEWEST: Final = 2
"""Administrators who can sign in: with fewer, nobody can change an account but by the offline key."""


def listed(session: Session) -> list[tuple[Account, list[Grant]]]:
    """All of them, each with what it may do."""
    of: dict[str, list[Grant]] = {}
    for row in session.all(select(AccountGrant).order_by(col(AccountGrant.n))):
        of.setdefault(row.account, []).append(people.read_grant(row))
    return [(row, of.get(row.name, [])) for row in session.under(Account)]


def find(session: Session, name: str) -> Account:
    """Raises Refused ``no_account``."""
    row = session.get(Account, name, mine=True)
    if row is None:
        raise Refused("no_account", account=name)
    return row


# ---- two administrators


def add(centre: Centre, session: Session, name: str, names: Bilingual, staff: str) -> str | None:
    """The activation code of a new account, told once; None after the proposal.

    Raises Refused ``bad_account``, ``account_exists``, ``second_person``.
    """
    refuse_bad_name(session, name)
    if not _both(centre, session, "account.added", name, {"name_ar": names.ar, "name_en": names.en}, staff):
        return None
    return _made(centre, session, name, names)


def refuse_bad_name(session: Session, name: str) -> None:
    if NAME.fullmatch(name) is None or name == audit.CENTRE:
        raise Refused("bad_account", account=name[:60])
    if session.get(Account, name) is not None:
        raise Refused("account_exists", account=name)


def _made(centre: Centre, session: Session, name: str, names: Bilingual) -> str:
    session.add(
        Account, name=name, name_ar=names.ar, name_en=names.en, state="invited", password="", secret=None, code=None,
    )  # fmt: skip
    return _new_code(centre, session, name)


def _new_code(centre: Centre, session: Session, name: str) -> str:
    code = ids.new_code(centre.random(ids.CODE_CHARS))
    mac = code_mac(centre.keys.codes, f"account/{name}", code)
    session.change(
        Account, name, state="invited", password="", secret=None, code=mac, code_ms=centre.now_ms() + LIFE_MS, wrong=0,
    )  # fmt: skip
    return code


def reset(centre: Centre, session: Session, name: str, staff: str) -> str | None:
    """A lost second factor, a forgotten password, somebody who comes back: nothing of before opens the account.

    Returns the code; None after the proposal. Raises Refused ``no_account``, ``second_person``, ``about_yourself``.
    """
    find(session, name)
    if not _both(centre, session, "account.reset", name, {}, staff):
        return None
    _end_all(centre, session, name)
    return _new_code(centre, session, name)


def _end_all(centre: Centre, session: Session, name: str) -> None:
    """He is signed in nowhere, has nothing in hand, and what he has proposed is withdrawn."""
    sessions.end_all(centre, session, name)
    two_person_rule.void_of(session, name)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a role holds; empty is everywhere. Governorates stand by their short words, however they were typed."""

    authorities: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    governorates: tuple[str, ...] = ()
    limit_pt: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "governorates", tuple(sorted({short(one) for one in self.governorates})))


def grant(centre: Centre, session: Session, name: str, role: Role, bounds: Bounds, staff: str) -> bool:
    """Whether it is given now; it is not after the proposal. Raises Refused as `reset`."""
    find(session, name)
    said: dict[str, Any] = {
        "role": role.value, "authorities": list(bounds.authorities), "services": list(bounds.services),
        "governorates": list(bounds.governorates), "limit_pt": bounds.limit_pt,
    }  # fmt: skip
    if not _both(centre, session, "account.granted", name, said, staff):
        return False
    keep_grant(session, name, role, bounds)
    return True


def keep_grant(session: Session, name: str, role: Role, bounds: Bounds) -> None:
    lists = (people.bound_text(one) for one in (bounds.authorities, bounds.services, bounds.governorates))
    named = dict(zip(("authorities", "services", "governorates"), lists, strict=True))
    session.add(AccountGrant, account=name, role=role.value, limit_pt=bounds.limit_pt, **named)


def _both(centre: Centre, session: Session, act: str, name: str, said: dict[str, Any], staff: str) -> bool:
    """Whether both agree; nobody agrees to what is about himself. Raises Refused ``about_yourself``."""
    first = two_person_rule.given(centre, session, act, name, said, staff)
    if first is None:
        return False
    if name == staff:
        raise Refused("about_yourself", staff=staff)
    audit.append(session, centre.now_ms(), staff, act, name, first=first, **said)
    return True


# ---- one administrator: what takes away


def withdraw(centre: Centre, session: Session, name: str, n: int, staff: str) -> None:
    """A grant ends, and with it what stands on it. Raises Refused ``no_grant``, ``last_administrators``."""
    _hold_administrators(session)
    found = next((one for one in grants_of(session, name) if one.n == n), None)
    if found is None:
        raise Refused("no_grant", account=name, n=n)
    if Act.ACCOUNTS_MANAGE in ROLES[found.role]:
        _refuse_too_few(session, name)
    session.run(delete(AccountGrant).where(col(AccountGrant.n) == n))
    _end_all(centre, session, name)
    audit.append(session, centre.now_ms(), staff, "account.withdrawn", name, role=found.role.value, n=n)


def stop(centre: Centre, session: Session, name: str, because: str, staff: str) -> None:
    """Whoever leaves: his sessions and claims end in this commit, his proposals count no more.

    Raises Refused ``no_account``, ``account_stopped``, ``last_administrators``.
    """
    _hold_administrators(session)
    if find(session, name).state == "stopped":
        raise Refused("account_stopped", account=name)
    _refuse_too_few(session, name)
    session.change(Account, name, state="stopped", password="", secret=None, code=None)
    _end_all(centre, session, name)
    audit.append(session, centre.now_ms(), staff, "account.stopped", name, because=because)


def _hold_administrators(session: Session) -> None:
    """Lock their rows in the order of their names, before any other account: one at a time counts them."""
    having = select(AccountGrant.account).where(col(AccountGrant.role).in_(_roles_of_administrators()))
    held = select(Account.name).where(col(Account.name).in_(having)).order_by(col(Account.name))
    session.all(held.with_for_update())


def _roles_of_administrators() -> list[str]:
    return [role.value for role, acts in ROLES.items() if Act.ACCOUNTS_MANAGE in acts]


def _refuse_too_few(session: Session, name: str) -> None:
    """Two administrators stay, or nobody could be let in or out. The caller holds them."""
    found = administrators(session)
    if name in found and len(found) <= FEWEST:
        raise Refused("last_administrators", account=name, least=FEWEST)


def administrators(session: Session) -> frozenset[str]:
    """Who can sign in and give accounts."""
    having = (
        select(Account.name)
        .join(AccountGrant, col(AccountGrant.account) == Account.name)
        .where(Account.state == "active", col(AccountGrant.role).in_(_roles_of_administrators()))
    )
    return frozenset(session.all(having))


# ---- whoever holds the offline key


def make_administrator(centre: Centre, session: Session, name: str, names: Bilingual) -> str:
    """The code of an administrator, new or reset, while fewer than two can sign in. The caller has seen that key.

    Raises Refused ``administrators_there``, ``bad_account``.
    """
    if len(administrators(session)) >= FEWEST:
        raise Refused("administrators_there", least=FEWEST)
    if session.get(Account, name) is None:
        refuse_bad_name(session, name)
        code = _made(centre, session, name, names)
    else:
        _end_all(centre, session, name)
        code = _new_code(centre, session, name)
    if not any(one.role == Role.ADMINISTRATOR for one in grants_of(session, name)):
        keep_grant(session, name, Role.ADMINISTRATOR, Bounds())
    audit.append(session, centre.now_ms(), audit.CENTRE, "account.by_offline_key", name)
    return code

"""Somebody who is signed in, and what he may do. Default deny: an act that no grant holds is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from central.staff.acts import ROLES, RULES, Act, Role
from central.store.interface import Row, Session
from central.store.staff_models import AccountGrant
from protocol.errors import Refused
from protocol.texts import Bilingual, Language, both, say
from protocol.values.arabic import isolate

EVERYWHERE: Final[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What an act is about; "" is what the act does not touch."""

    authority: str = ""
    service: str = ""
    governorate: str = ""
    amount_pt: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds; an empty list is everywhere, a limit of 0 any amount."""

    n: int
    role: Role
    authorities: tuple[str, ...] = EVERYWHERE
    services: tuple[str, ...] = EVERYWHERE
    governorates: tuple[str, ...] = EVERYWHERE
    limit_pt: int = 0

    def holds(self, act: Act, scope: Scope | None) -> bool:
        if act not in ROLES[self.role]:
            return False
        if scope is None:
            return True
        kind = RULES[act].scope
        bounds = {
            "request": (
                (self.authorities, scope.authority), (self.services, scope.service),
                (self.governorates, scope.governorate),
            ),
            "shop": ((self.governorates, scope.governorate),),
        }.get(kind, ())  # fmt: skip
        inside = all(not bound or said in bound for bound, said in bounds)
        return inside and (not self.limit_pt or kind != "amount" or abs(scope.amount_pt) <= self.limit_pt)


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is signed in, under the session with the hash `session`."""

    account: str
    name: Bilingual
    session: bytes
    grants: tuple[Grant, ...]

    def may(self, act: Act, scope: Scope | None = None) -> bool:
        """Without a scope: whether there is anything that he may do it with."""
        return any(grant.holds(act, scope) for grant in self.grants)

    def need(self, act: Act, scope: Scope | None = None) -> None:
        """Raises Refused ``not_allowed``."""
        if not self.may(act, scope):
            raise Refused("not_allowed", act=both(f"central.act.{act.value}"), staff=self.account, roles=_roles_of(act))

    def acts(self) -> frozenset[Act]:
        return frozenset(act for grant in self.grants for act in ROLES[grant.role])

    def authorities(self, act: Act) -> tuple[str, ...] | None:
        """Of which authorities he may do it; None: of all."""
        return self._where(act, lambda grant: grant.authorities)

    def governorates(self, act: Act) -> tuple[str, ...] | None:
        """The same of governorates."""
        return self._where(act, lambda grant: grant.governorates)

    def works_in(self, act: Act, governorate: str) -> bool:
        """Whether he may do it there; the governorate by its short word."""
        return any(not grant.governorates or governorate in grant.governorates for grant in self.bounds(act))

    def bounds(self, act: Act) -> list[Grant]:
        """The grants by which he may do it."""
        return [grant for grant in self.grants if act in ROLES[grant.role]]

    def _where(self, act: Act, of: Callable[[Grant], tuple[str, ...]]) -> tuple[str, ...] | None:
        found = [of(grant) for grant in self.bounds(act)]
        return None if any(not bound for bound in found) else tuple(sorted({one for bound in found for one in bound}))


def _roles_of(act: Act) -> Bilingual:
    """The roles that hold `act`, in words and as commands name them."""
    roles = [role for role in Role if act in ROLES[role]]

    def names(language: Language) -> str:
        between = "، " if language == "ar" else ", "
        return between.join(f"{say(language, f'central.role.{role.value}')} ({isolate(role.value)})" for role in roles)

    return Bilingual.of(names)


def grants_of(session: Session, account: str) -> tuple[Grant, ...]:
    found = select(AccountGrant).where(AccountGrant.account == account).order_by(col(AccountGrant.n))
    return tuple(map(read_grant, session.all(found)))


def read_grant(row: AccountGrant | Row) -> Grant:
    authorities, services, governorates = (
        tuple(json.loads(text)) for text in (row.authorities, row.services, row.governorates)
    )
    return Grant(row.n, Role(row.role), authorities, services, governorates, row.limit_pt)


def bound_text(names: Iterable[str]) -> str:
    """As a grant's lists are kept."""
    return json.dumps(sorted(set(names)), ensure_ascii=False)

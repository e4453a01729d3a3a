"""Tables of the people of the centre: who they are, what they may do, where they are signed in, what waits for a second
one.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field

from central.store.model_base import EMPTY, ZERO, Model, partial, serial


class Account(Model, table=True):
    """Whoever works at the centre. A name is never given twice. `password` is empty and `secret` (of the second factor,
    sealed) null until they are set with the code whose MAC is `code`. `step` is the last step of the second factor that
    was used; `wrong` counts its wrong tries since a right one.
    """

    name: str = Field(primary_key=True)
    name_ar: str
    name_en: str
    state: str
    password: str
    secret: bytes | None
    code: bytes | None
    code_ms: int = Field(sa_column_kwargs=ZERO)
    step: int = Field(sa_column_kwargs=ZERO)
    wrong: int = Field(sa_column_kwargs=ZERO)
    wrong_ms: int = Field(sa_column_kwargs=ZERO)
    signed_in_ms: int = Field(sa_column_kwargs=ZERO)


class AccountGrant(Model, table=True):
    """A role, and where it holds: lists in JSON, an empty one is everywhere; up to `limit_pt`, 0 for any amount."""

    __table_args__ = (Index("account_grant_of", "account"),)
    n: int = serial()
    account: str = Field(foreign_key="account.name")
    role: str
    authorities: str
    services: str
    governorates: str
    limit_pt: int


class StaffSession(Model, table=True):
    """One sign-in, under the hash of its token. It is `whole` once the second factor was given, over at `ends_ms`."""

    __table_args__ = (Index("staff_session_of", "account", "ends_ms"), Index("staff_session_ends", "ends_ms"))
    id: bytes = Field(primary_key=True)
    account: str = Field(foreign_key="account.name")
    whole: int
    begun_ms: int
    seen_ms: int
    ends_ms: int
    network: str
    agent: str


class Proposal(Model, table=True):
    """An act that takes two: all that was `said` of it (JSON). It is waiting, or done or withdrawn by `ended_by`."""

    __table_args__ = (
        Index("proposal_of", "act", "subject", "n"),
        partial("proposal_waiting", "ends_ms", "state = 'waiting'"),
    )
    n: int = serial()
    at_ms: int
    ends_ms: int
    staff: str
    act: str
    subject: str
    said: str
    state: str
    ended_by: str = Field(sa_column_kwargs=EMPTY)

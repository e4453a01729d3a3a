"""Signing in: a password, then a second factor. Whoever guesses waits; nobody is shut out for good by a stranger.

Before the right password tries are counted in memory: by network, by network and account, and by account alone where
the network is one that its owner never signed in from. So a stranger who tries an account from everywhere does not
close it to its owner at his usual place. Behind the right password they are counted with the account.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import Final

from sqlalchemy import update
from sqlmodel import col

from central import audit
from central.centre import Centre
from central.rate_limit import Limiter, Rate
from central.staff import credentials, sessions
from central.staff.people import Person
from central.staff.sessions import Token
from central.store.interface import Session
from central.store.staff_models import Account, StaffSession
from central.store.vault import code_mac
from protocol.errors import Refused
from protocol.values import ids
from protocol.values.arabic import clean

FREE_CODES: Final = 5
FIRST_WAIT_MS: Final = 30_000
LONGEST_WAIT_MS: Final = 15 * 60_000
"""After wrong second factors, behind the right password: it doubles up to this, and no further."""
AUDITED_MS: Final = 60_000
"""Wrong second factors of an account are one row of the audit in so long."""
MOST_HALVES: Final = 10_000


def spelled(name: str) -> str:
    """An account's name as it is kept, however it was typed."""
    return clean(name).casefold()


class SignIn:
    """One for each process: it counts in memory."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._networks = Limiter(Rate(20, 30), centre.now_ms)
        self._pairs = Limiter(Rate(2, 10), centre.now_ms)
        self._strangers = Limiter(Rate(1, 60), centre.now_ms)
        self._lock = threading.Lock()
        self._refused, self._own = Counter[str](), Counter[str]()
        self._audited = dict[str, int]()

    def password(self, name: str, password: str, network: str, agent: str) -> str:
        """Half a sign-in, which `code` makes whole. Raises Refused ``sign_in_wait``, ``sign_in_wrong``."""
        centre, name = self._centre, spelled(name)
        self._take_turn(name, network)
        with centre.store.reading() as session:
            row = session.get(Account, name)
        right = credentials.is_password(centre, password, row.password if row else "")
        if not right or row is None or row.state == "stopped":
            with self._lock:  # of a known name and of another: a write would tell them apart
                self._refused[name if row else ""] += 1
            raise Refused("sign_in_wrong")
        self._forgive(name, network)
        with centre.store.writing() as session:
            return sessions.begin(centre, session, name, network, agent, whole=False).text

    def _take_turn(self, name: str, network: str) -> None:
        with self._centre.store.reading() as session:
            known = sessions.is_known_network(session, name, network)
        wait = self._networks.wait_s(network) or self._pairs.wait_s(f"{name} {network}")
        if not wait and not known:
            wait = self._strangers.wait_s(name)
        if wait:
            raise Refused("sign_in_wait", seconds=wait)

    def _forgive(self, name: str, network: str) -> None:
        for limiter, who in ((self._networks, network), (self._pairs, f"{name} {network}"), (self._strangers, name)):
            limiter.forgive(who)

    def _take_refused(self, name: str) -> int:
        """How many wrong passwords of the account this process has seen since its last sign-in."""
        with self._lock:
            return self._refused.pop(name, 0)

    def _count_wrong(self, half: str, name: str, network: str) -> None:
        """A wrong second factor behind the right password: somebody knows it."""
        now = self._centre.now_ms()
        with self._lock:
            if len(self._own) >= MOST_HALVES:
                self._own.clear()
            self._own[half] += 1
            if now - self._audited.get(name, now - AUDITED_MS) < AUDITED_MS:
                return
            self._audited[name] = now
        with self._centre.store.writing() as session:
            audit.append(session, now, name, "sign_in.code_wrong", name, network=network)

    def code(self, half: str, code: str, network: str) -> Token:
        """The whole session. Raises Refused ``half_over``, ``sign_in_wait``, ``code_wrong``."""
        centre = self._centre
        with centre.store.writing() as session:  # a try is written before it is checked
            begun = sessions.half(centre, session, half)
            account = take_try(centre, session, begun.account)
        try:
            step = step_of(centre, account, code)
        except Refused:
            self._count_wrong(half, account.name, network)
            raise
        refused = self._take_refused(account.name)
        foreign = max(0, account.wrong - self._own.pop(half, 0))
        with centre.store.writing() as session:
            session.get(Account, account.name, mine=True)
            sessions.half(centre, session, half)  # whoever was stopped or reset meanwhile has none
            use_step(session, account.name, step)
            session.remove(StaffSession, begun.id)
            token = sessions.begin(centre, session, account.name, network, begun.agent, whole=True)
            now = centre.now_ms()
            session.change(Account, account.name, state="active", code=None, signed_in_ms=now)
            act = "account.activated" if account.state == "invited" else "sign_in"
            audit.append(
                session, now, account.name, act, account.name, network=network, refused=refused, wrong=account.wrong
            )
        return replace(token, foreign=foreign)

    def activate(self, name: str, code: str, password: str, network: str, agent: str) -> tuple[str, str]:
        """A password and a new second factor, by the code that the administrators gave out. Returns half a sign-in,
        and what an authenticator scans; `code` then proves that it did.

        Raises Refused ``sign_in_wait``, ``account_code_wrong``, ``password_weak``.
        """
        centre, name = self._centre, spelled(name)
        self._take_turn(name, network)
        credentials.refuse_weak(name, password)
        offered = code_mac(centre.keys.codes, f"account/{name}", ids.normalise_code(code))
        verifier, secret = credentials.verifier(centre, password), credentials.new_secret(centre)
        with centre.store.writing() as session:
            row = session.get(Account, name, mine=True)
            if row is None or row.state != "invited" or row.code != offered or row.code_ms <= centre.now_ms():
                raise Refused("account_code_wrong")
            sealed = credentials.seal_secret(centre, name, secret)
            session.change(Account, name, password=verifier, secret=sealed, step=0, wrong=0)
            begun = sessions.begin(centre, session, name, network, agent, whole=False)
        self._forgive(name, network)
        return begun.text, credentials.address_of(name, secret)

    def change(self, person: Person, password: str, wanted: str, code: str, network: str) -> None:
        """Another password, by whoever knows the present one and holds the second factor; he is signed in nowhere else.

        Raises Refused ``password_weak``, ``sign_in_wait``, ``sign_in_wrong``, ``code_wrong``, ``half_over``.
        """
        centre, name = self._centre, person.account
        credentials.refuse_weak(name, wanted)
        self._take_turn(name, network)
        with centre.store.writing() as session:
            account = take_try(centre, session, name)
        if not credentials.is_password(centre, password, account.password):
            raise Refused("sign_in_wrong")
        step, verifier = step_of(centre, account, code), credentials.verifier(centre, wanted)
        with centre.store.writing() as session:
            present = session.get(Account, name, mine=True)
            if present is None or present.password != account.password:  # stopped or reset meanwhile
                raise Refused("half_over")
            use_step(session, name, step)
            session.change(Account, name, password=verifier)
            sessions.end_others(centre, session, person)
            audit.append(session, centre.now_ms(), name, "account.password", name)
        self._forgive(name, network)


# ---- the second factor of an account


def take_try(centre: Centre, session: Session, name: str) -> Account:
    """The account as it stands, one try less. Raises Refused ``half_over``, ``sign_in_wait``."""
    row = session.get(Account, name, mine=True)
    if row is None or row.state == "stopped" or row.secret is None:
        raise Refused("half_over")
    now = centre.now_ms()
    wait_ms = row.wrong_ms + _wait_ms(row.wrong) - now
    if wait_ms > 0:
        raise Refused("sign_in_wait", seconds=-(-wait_ms // 1000))
    session.change(Account, name, wrong=row.wrong + 1, wrong_ms=now)
    return row


def _wait_ms(wrong: int) -> int:
    return 0 if wrong < FREE_CODES else min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(wrong - FREE_CODES, 10))


def step_of(centre: Centre, account: Account, code: str) -> int:
    """Raises Refused ``code_wrong``: it is not the present one, or was used."""
    secret = credentials.open_secret(centre, account.name, account.secret or b"")
    step = credentials.step_of(secret, code, centre.now_ms(), account.step)
    if step is None:
        raise Refused("code_wrong")
    return step


def use_step(session: Session, name: str, step: int) -> None:
    """Once, whoever else has seen it. Raises Refused ``code_wrong``."""
    later = update(Account).where(col(Account.name) == name, col(Account.step) < step)
    if session.run(later.values(step=step, wrong=0)) != 1:
        raise Refused("code_wrong")

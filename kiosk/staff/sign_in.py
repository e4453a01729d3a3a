"""Who is at the counter: first PIN, sign in, lock, unlock, sign out. Each act is a journal entry of type 5."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SessionChanged
from kiosk.model.facts import words
from kiosk.model.store_changes import Change, PutPin
from kiosk.ports.store import Store
from kiosk.staff.pins import PinGuesses, is_pin, make_verifier, read_pin, refuse_weak
from protocol.clock import HOUR_MS
from protocol.documents.operators import Operator, is_activation
from protocol.errors import Refused
from protocol.journal.entry_body import Body
from protocol.journal.people import NOBODY, Author
from protocol.journal.staff_entries import PinSet, SeatChanged, SignedIn, SignInFailed, Vouched
from protocol.values import links

FINISH_MS = HOUR_MS // 2
"""How long after the session's end what was begun before it may still be saved."""


SUPERVISED_MS = HOUR_MS // 4
"""How long a supervisor's agreement holds for the one he gave it to."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person who may sit down here, and whether a PIN has been set for the activation in force."""

    operator: Operator
    has_pin: bool


@dataclass(frozen=True, slots=True)
class Login:
    """Who works now. `seq` is the journal number of the sign-in, which every later act names; `since_ms` its time.

    That time is of the monotonic clock: a login does not outlive the process.
    """

    operator: Operator
    seq: int
    since_ms: int
    locked: bool = False

    @property
    def author(self) -> Author:
        """Who did it, for an entry."""
        return Author(self.operator.id, self.seq)


class StaffSession:
    """Sign-in at this counter. PINs are checked here, without a line, against the device's own verifiers."""

    def __init__(self, context: CounterContext, pepper: bytes) -> None:
        self._store = context.store
        self._journal = context.journal
        self._in_force = context.in_force
        self._events = context.events
        self._clock = context.world.clock
        self._trusted_time = context.trusted_time
        self._guesses = PinGuesses(context)
        self._randomness = context.world.randomness
        self._pepper = pepper
        self._lock = threading.Lock()
        self._login: Login | None = None
        self._supervised = (0, 0)
        self.refuse_locked: Callable[[], None] = lambda: None
        """Raises Refused("screen_locked") while nobody may come in (`Lockout.refuse`)."""

    def seats(self) -> list[Seat]:
        """Everybody the centre lets work here now, in the centre's order."""
        now = self._trusted_time.now_ms()
        return [Seat(o, self._has_pin(o)) for o in self._in_force.operators().values() if o.works_at(now)]

    def current(self) -> Login | None:
        return self._login

    def away(self) -> bool:
        """Whether nobody works here now."""
        login = self._login
        return login is None or login.locked

    def anybody(self) -> Author:
        """Whose name stands under what may be done at a locked screen: of the one it was locked for, or of nobody."""
        login = self._login
        return NOBODY if login is None else login.author

    def working(self, *, finishing: bool = False, now_ms: int | None = None) -> Login:
        """The unlocked login, its person as the centre's newest word has it.

        `finishing`: the citizen has been served until now, so the end of the session waits for a while. `now_ms` is
        the trusted time, where the caller knows it. Raises Refused: signed_out, locked, operator_not_allowed,
        session_over.
        """
        login = self._login
        if login is None:
            raise Refused("signed_out")
        if login.locked:
            raise Refused("locked")
        return self._still(login, FINISH_MS if finishing else 0, now_ms)

    def _still(self, login: Login, more_ms: int = 0, now_ms: int | None = None) -> Login:
        """This login, if its person may still work here and its session lasts."""
        operator, hours = self._operator(login.operator.id, now_ms), self._in_force.settings().session_h
        if self._clock.mono_ms() - login.since_ms > hours * HOUR_MS + more_ms:
            raise Refused("session_over", hours=hours)
        return login if operator is login.operator else replace(login, operator=operator)

    def activate(self, operator_id: str, code: str, pin: str) -> Login:
        """Set the PIN with the one-time code, or with a link told over the telephone, and sign in.

        Raises Refused: activation_wrong, pin_form, pin_weak, pin_wait, pin_none, code_check, screen_locked.
        """
        self.refuse_locked()
        operator = self._operator(operator_id)
        pin = read_pin(pin, operator.role)
        refuse_weak(pin)
        if operator.link and links.looks_like(code):
            return self._mend(operator, links.read(code), pin)
        used = "" if operator.activation is None else operator.activation.hash.hex()
        # Wrong PINs may lock the PIN, never the way out of it: each code has tries of its own.
        self._guesses.count(f"{operator.id}/{used}")
        kept = self._store.pin(operator.id)
        if not is_activation(operator, code) or (kept is not None and kept.activation == used):
            self._write(SignInFailed(author=Author(operator.id, 0)))
            raise Refused("activation_wrong")
        return self._set_pin("activate", operator, used, pin)

    def _mend(self, operator: Operator, link: str, pin: str) -> Login:
        """A new PIN in place of a forgotten one, on a link read out over the telephone; it is good as long as that was.

        Raises Refused: pin_none (there was none here), activation_wrong, pin_wait.
        """
        links_used = words(f"link/{operator.id}")
        tail, newest = links_used.kept(self._store) or ("", "")
        known = newest if tail == operator.link else operator.link
        self._guesses.count(f"{operator.id}/{known}")
        kept = self._store.pin(operator.id)
        if kept is None or not self._has_pin(operator):
            raise Refused("pin_none")
        if not links.follows(link, known, operator.id):
            self._write(SignInFailed(author=Author(operator.id, 0)))
            raise Refused("activation_wrong")
        return self._set_pin("link", operator, kept.activation, pin, links_used.put((operator.link, link)))

    def sign_in(self, operator_id: str, pin: str) -> Login:
        """Raises Refused: pin_form, pin_wrong (with the tries left), pin_wait, pin_locked, pin_none, screen_locked."""
        self.refuse_locked()
        operator = self._operator(operator_id)
        self._check_pin(operator, pin)
        return self._sit_down(operator, SignedIn(author=Author(operator.id, 0)), [self._guesses.forgiven(operator.id)])

    def lock(self) -> None:
        """Hide everything; the half-done work stays where it is."""
        self._relock("lock", locked=True)

    def unlock(self, pin: str) -> Login:
        """The same person comes back to the same field. Raises as `sign_in`, and Refused("session_over")."""
        self.refuse_locked()
        login = self._login
        if login is None:
            raise Refused("signed_out")
        login = self._still(login)
        self._check_pin(login.operator, pin)
        self._journal.write([], [self._guesses.forgiven(login.operator.id)])
        self._relock("unlock", locked=False)
        return replace(login, locked=False)

    def vouch(self, operator_id: str, pin: str) -> Login:
        """A second person agrees to what the first one does; nobody changes seats.

        Raises as `sign_in`, and Refused("second_same"): nobody agrees to what is his own.
        """
        operator = self._operator(operator_id)
        if operator.id == self.working(finishing=True).operator.id:
            raise Refused("second_same")
        self._check_pin(operator, pin)
        seq = self._write(Vouched(author=Author(operator.id, 0)), [self._guesses.forgiven(operator.id)])
        return Login(operator, seq, self._clock.mono_ms())

    def seat(self, operator: Operator) -> Login:
        """Sit down without a PIN: only at the counter of a practice, by whoever has just worked at the real one."""
        return self._sit_down(operator, SignedIn(author=Author(operator.id, 0)), [])

    def again(self, pin: str) -> Login:
        """The one at the counter shows once more that it is he. Raises as `sign_in`, and as `working`."""
        login = self.working(finishing=True)
        self._check_pin(login.operator, pin)
        self._write(Vouched(author=login.author), [self._guesses.forgiven(login.operator.id)])
        return login

    def supervise(self, operator_id: str, pin: str) -> Login:
        """A supervisor agrees to what the one at the counter does next, for SUPERVISED_MS: his soft limits give way.

        Raises as `vouch`, and Refused("supervisor_needed").
        """
        login = self.working(finishing=True)
        if self._operator(operator_id).role != "supervisor":
            raise Refused("supervisor_needed")
        agreed = self.vouch(operator_id, pin)
        self.now_supervised(login)
        return agreed

    def now_supervised(self, login: Login) -> None:
        """A supervisor has agreed: for SUPERVISED_MS the soft limits let this login go on."""
        with self._lock:
            self._supervised = (login.seq, self._clock.mono_ms() + SUPERVISED_MS)

    def supervised(self, login: Login) -> bool:
        """Whether a supervisor does this, or has agreed to it."""
        of, until_ms = self._supervised
        return login.operator.role == "supervisor" or (of == login.seq and self._clock.mono_ms() <= until_ms)

    def sign_out(self) -> None:
        """Nothing is lost by it: drafts and unsent work belong to the counter."""
        login = self._login
        if login is not None:
            self._write(SeatChanged(kind="logout", author=login.author))
            self._set(None)

    def _relock(self, kind: Literal["lock", "unlock"], *, locked: bool) -> None:
        login = self._login
        if login is not None and login.locked is not locked:
            self._write(SeatChanged(kind=kind, author=login.author))
            self._set(replace(login, locked=locked))

    def _operator(self, operator_id: str, now_ms: int | None = None) -> Operator:
        operator = self._in_force.operators().get(operator_id)
        if operator is None or not operator.works_at(self._trusted_time.now_ms() if now_ms is None else now_ms):
            raise Refused("operator_not_allowed")
        return operator

    def _has_pin(self, operator: Operator) -> bool:
        pin = self._store.pin(operator.id)
        return pin is not None and pin.verifier != "" and operator.pin_stands(pin.activation)

    def _check_pin(self, operator: Operator, pin: str) -> None:
        pin = read_pin(pin, operator.role)
        kept = self._store.pin(operator.id)
        if kept is None or not self._has_pin(operator):
            raise Refused("pin_none")
        failed = self._guesses.count(operator.id)
        if not is_pin(pin, self._pepper, kept.verifier):
            self._write(SignInFailed(author=Author(operator.id, 0)))
            raise Refused("pin_wrong", n=max(0, 10 - failed))

    def _set_pin(
        self, kind: Literal["activate", "link"], operator: Operator, activation: str, pin: str, *used: Change
    ) -> Login:
        verifier = make_verifier(pin, self._pepper, self._randomness.take(16))
        pin_set = PutPin(operator.id, verifier, activation)
        body = PinSet(kind=kind, author=Author(operator.id, 0), activation=activation)
        return self._sit_down(operator, body, [pin_set, self._guesses.forgiven(operator.id), *used])

    def _sit_down(self, operator: Operator, body: Body, changes: Sequence[Change]) -> Login:
        login = Login(operator, self._write(body, changes), self._clock.mono_ms())
        self._set(login)
        return login

    def _write(self, body: Body, changes: Sequence[Change] = ()) -> int:
        """The number of the entry."""
        return self._journal.append(body, changes).fields.seq

    def _set(self, login: Login | None) -> None:
        with self._lock:
            self._login = login
        self._events.publish(SessionChanged())


@dataclass(eq=False, repr=False)
class AtCounter:
    """What is done at the counter: with what all of it shares, and by whoever works there."""

    _context: CounterContext
    _people: StaffSession

    @property
    def _store(self) -> Store:
        return self._context.store

"""First trust at the counter without a line: a request to carry away, an answer to bring back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.facts import CATALOGUE_SEEN_MS, CENTRE, LEASE_UNTIL_MS, STICK_REQUEST
from kiosk.ports.store import Store
from kiosk.ports.world import World
from kiosk.receiving.feed_documents import PageReading
from kiosk.upkeep.backup import restored_store
from protocol.clock import HOUR_MS, show_time
from protocol.documents import trust
from protocol.documents.settings import LimitSettings
from protocol.errors import Corrupt, Refused
from protocol.keys import Signer
from protocol.strict_json import dumps, loads_object
from protocol.values.ids import grouped_code, slot_and_code
from protocol.wire import offline_enrolment
from protocol.wire.enrolment import NONCE_LEN, Enrolment, read_statement

if TYPE_CHECKING:
    from kiosk.counter import Counter

LEASE_MS: Final = LimitSettings().lease_h * HOUR_MS


@dataclass(eq=False, repr=False)
class OfflineEnrolment:
    """What the set-up screen asks where there is no line. Files come and go as bytes.

    `_signer` holds the seed that waits; `_keep` keeps the enrolment and lets the counter go to work.
    """

    _store: Store
    _world: World
    _signer: Signer
    _keep: Callable[[Enrolment], None]

    def request(self, slot: str, code: str) -> bytes:
        """The one under way where it is for this code: its answer may be on its way. Else a new one, and an answer to
        an earlier one is none. Raises Refused: slot_form, code_…, enrol_already.
        """
        self.refuse_enrolled()
        slot, code = slot_and_code(slot, code)
        waiting = STICK_REQUEST.kept(self._store)
        if waiting and _asks(waiting) == (slot, code, self._signer.public.hex()):
            return trust.seal(offline_enrolment.REQUEST, waiting, self._signer)
        now_ms, nonce = self._world.clock.wall_ms(), self._world.randomness.take(NONCE_LEN)
        data = offline_enrolment.write_request(slot, code, self._signer, nonce, now_ms)
        self._store.commit([], [STICK_REQUEST.put(offline_enrolment.read_request(data).payload)])
        return data

    def code(self) -> str:
        """The code of the request under way, to be read out to the centre; "" where there is none."""
        payload = STICK_REQUEST.kept(self._store)
        return grouped_code(offline_enrolment.request_code(payload)) if payload else ""

    def accept(self, answer: bytes, code: str) -> None:
        """The answer, believed because the centre has read out this code for it. Then the counter goes to work.

        Raises Refused: enrol_already, setup_no_request, stick_torn, other_file, stick_changed, code_…, answer_code,
        answer_date, enrolment_other_device; nothing has changed then.
        """
        self.refuse_enrolled()
        payload = STICK_REQUEST.kept(self._store)
        if not payload:
            raise Refused("setup_no_request")
        found = offline_enrolment.read_answer(answer, payload, self._signer.public)
        if not offline_enrolment.same_code(code, found.code):
            raise Refused("answer_code")
        self._refuse_date(found.statement.issued_ms)
        restored_store.refuse_other(self._store, found.statement.device_text)
        issued_ms = found.statement.issued_ms  # what the centre signed last that is known here
        until_ms = issued_ms + LEASE_MS
        known = CENTRE.put(found.centre), CATALOGUE_SEEN_MS.put(issued_ms), LEASE_UNTIL_MS.put(until_ms)
        self._store.commit([], known)
        self._keep(found.enrolment)

    def _refuse_date(self, issued_ms: int) -> None:
        """Raises Refused("answer_date"): by this clock the lease has not begun, or is over.

        Nothing else is known of the time yet: the screen would lock, and stay locked once the clock is set right.
        """
        now_ms = self._world.clock.wall_ms()
        if not issued_ms - SLACK_MS <= now_ms < issued_ms + LEASE_MS:
            raise Refused("answer_date", mine_ms=now_ms, theirs_ms=issued_ms)

    def refuse_enrolled(self) -> None:
        """Raises Refused("enrol_already") where this counter has its enrolment, and no restore has ended that."""
        kept = self._store.enrolment()
        if kept is not None and not restored_store.awaiting(self._store):
            statement, tail = read_statement(kept.statement), self._store.journal.tail()
            since, unsent = show_time(statement.issued_ms), tail.count - tail.acked_count
            raise Refused("enrol_already", shop=statement.shop, since=since, n=unsent)


def _asks(payload: bytes) -> tuple[object, object, object]:
    """For which slot, by which code and key."""
    members = loads_object(payload)
    return members["slot"], members["code"], members["pub"]


def take_documents(counter: Counter, documents: Mapping[str, bytes]) -> list[str]:
    """Put signed documents that came in a file in force, as if the feed had brought them. Returns the kinds that did.

    One that is older than what rules, or that nobody signed, is passed over: the file may hold an earlier state.
    """
    arrived = PageReading(counter.context.store, counter.in_force)
    taken: list[str] = []
    for kind, envelope in documents.items():
        before = len(arrived.writings)
        try:
            arrived.apply_document(kind, dumps(json.loads(envelope)))
        except (Corrupt, Refused, ValueError):
            continue
        if len(arrived.writings) > before:
            taken.append(kind)
    counter.journal.write(arrived.writings, arrived.changes)
    for event in arrived.events:
        counter.events.publish(event)
    return taken

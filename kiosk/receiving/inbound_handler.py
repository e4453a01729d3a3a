"""What arrives from the centre, and what of it is believed. Knows no HTTP and no SQL.

What it leaves behind is said in `kiosk.model.facts`.
"""

from __future__ import annotations

import base64
import binascii
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, Final

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Event, Events, RequestsChanged, SyncChanged
from kiosk.core.journal_writer import JournalWriter
from kiosk.model import facts
from kiosk.model.store_changes import Change, PutAck, PutCursor, PutFact, UnstoreEvidence
from kiosk.ports.store import Store
from kiosk.receiving import feed_documents, feed_kinds
from kiosk.receiving.earlier_epochs import EarlierEpochs
from kiosk.receiving.feed_documents import AppliedPage, PageReading
from protocol import members
from protocol.documents import trust
from protocol.documents.device_standing import Lease, Verdict
from protocol.documents.trust import Forged
from protocol.errors import Corrupt, Refused, malformed_as
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack, Judgement
from protocol.strict_json import BadJson, count
from protocol.wire.feed_items import MOST_CURSOR, FloatItem, page_members, root_signed

ADVANCING: Final = frozenset({Judgement.ADVANCE, Judgement.CENTRE_RESTORED})
STOPPING: Final = frozenset({Judgement.AHEAD_OF_ME, Judgement.OTHER_HISTORY})


class InboundHandler:
    """Stands between what the centre sent and the store. Called by sync's threads; every method may be."""

    def __init__(self, store: Store, journal: JournalWriter, in_force: DocumentsInForce, events: Events) -> None:
        self._store = store
        self._journal = journal
        self._in_force = in_force
        self._events = events
        self._lock = threading.Lock()
        self.earlier = EarlierEpochs(store, journal, in_force)
        self.ignored: Counter[str] = Counter()
        """How often something was not believed, by reason: for support, never for a decision."""

    # ---- acknowledgements ---------------------------------------------------------------------------------

    def acknowledged(self, wire: bytes) -> Judgement:
        """Judge 140 bytes and act. Raises Forged where no key of the centre signed them."""
        with self._lock:
            ack = acknowledgement.read(wire, self._in_force.keyset().ack)
            if ack is None:
                self.ignored["forged_ack"] += 1
                self._journal.write([], [facts.alarm("forged_ack", 0)])
                raise Forged("acknowledgement")
            me, kept = self._in_force.statement(), self._store.journal.last_ack()
            last_seq = self._store.journal.tail().chain.seq
            judgement = acknowledgement.judge(
                ack, me.device, me.epoch, last_seq, kept[0] if kept else None, self._store.journal.hash_at
            )
            self._act(judgement, ack, wire)
            return judgement

    def _act(self, judgement: Judgement, ack: Ack, wire: bytes) -> None:
        if judgement in ADVANCING:
            changes: list[Change] = [PutAck(ack, wire)]
            if judgement is Judgement.CENTRE_RESTORED:
                changes += [UnstoreEvidence(), facts.alarm("centre_restored", ack.hwm)]
            self._journal.write([], changes)
            self._journal.anchor_on(ack.hash)
            self._journal.mirror.run_now()  # whoever brings back an older database finds out, were the power cut now
            self._publish(RequestsChanged(), SyncChanged())
        elif judgement in STOPPING:
            self._quarantine(judgement.value, ack.hwm)
        elif judgement is not Judgement.SAME:
            self.ignored[judgement.value] += 1
            self._journal.write([], [facts.alarm(judgement.value, ack.hwm)])

    def _quarantine(self, why: str, seq: int) -> None:
        epoch = self._in_force.statement().epoch
        if facts.QUARANTINE.kept(self._store, epoch) is None:  # the first reason is the one to look into
            self._journal.write([], [facts.QUARANTINE.put(epoch, why, seq), facts.alarm(why, seq)])
            self._publish(SyncChanged())

    # ---- signed answers -----------------------------------------------------------------------------------

    def verdict(self, envelope: bytes, nonce: str, epoch: int | None = None) -> Verdict | None:
        """The verdict, carried out, if it answers the request of `nonce`; None for what nobody need believe.

        `epoch` is that of the records sent: a no about an earlier one stops only that.
        """
        try:
            found = members.read(Verdict, self.mine(envelope, trust.VERDICT, nonce, epoch))
        except (Corrupt, KeyError, TypeError, ValueError):
            self.ignored["verdict"] += 1
            return None
        if found.epoch != self._in_force.statement().epoch:
            self.earlier.refused(found.epoch, found.code, found.seq, found.ack)
        elif found.code in ("suspended", "revoked", "erase"):
            self._order(found.code, found.server_ms)
        elif found.code == "equivocation":
            self._quarantine("equivocation", found.seq)
        elif found.code == "structural":
            self._accepted_before(found.ack)
            self._quarantine("structural", found.seq)
        return found

    def _accepted_before(self, ack: object) -> None:
        """A structural verdict carries the acknowledgement of what came before the fault."""
        try:
            self.acknowledged(base64.b64decode(str(ack), validate=True))
        except (binascii.Error, Forged):
            self.ignored["structural_ack"] += 1

    def _order(self, code: str, server_ms: int) -> None:
        epoch = self._in_force.statement().epoch
        known = facts.ORDER.kept(self._store, epoch) == code
        spoken_ms = max(server_ms, facts.SPOKEN_MS.kept(self._store) or 0)
        self._journal.write([], facts.ordered(epoch, code, spoken_ms))
        if not known:
            self._publish(SyncChanged())

    def lease(self, envelope: bytes, nonce: str, *, by_stick: bool = False) -> int:
        """Renew the lease, end a suspension (else it were a no). Answers the centre's time. Raises Forged.

        Its acknowledgement proves what the centre holds: one that was restored from a copy shows here, however quiet
        the counter is. A lease `by_stick` that is older than what the centre has said since changes nothing.
        """
        found, ack = self.open_lease(envelope, nonce)
        known = self._store.facts()
        if by_stick and found.server_ms < (facts.SPOKEN_MS.of(known) or 0):
            self.ignored["old_lease"] += 1
            return found.server_ms
        changes: list[Change] = [facts.LEASE_UNTIL_MS.put(found.lease_until_ms), self._floor(found.server_ms)]
        changes += [facts.DURABLE_HWM.put(found.durable_hwm), facts.SPOKEN_MS.put(found.server_ms)]
        changes += [facts.EARLIER.put({str(one.epoch): one.hwm for one in found.earlier})] if found.earlier else []
        changes += [UnstoreEvidence(), facts.alarm("centre_restored", ack.hwm)] if found.picture is False else []
        if facts.ORDER.of(known, self._in_force.statement().epoch) == "suspended":
            changes.append(facts.ORDER.forget())
        self._journal.write([], changes)
        kept = self._store.journal.last_ack()
        if not by_stick or kept is None or kept[0].server_ms < ack.server_ms:
            self.acknowledged(found.ack)
        self._publish(SyncChanged())
        return found.server_ms

    def open_lease(self, envelope: bytes, nonce: str) -> tuple[Lease, Ack]:
        """A lease that is the centre's answer to me, and the centre's signed mark of the present epoch in it.

        Raises Forged for what is no lease, and where no key of the centre signed that mark.
        """
        with malformed_as(Forged("not a lease")):
            lease = members.read(Lease, self.mine(envelope, trust.LEASE, nonce))
        ack = acknowledgement.read(lease.ack, self._in_force.keyset().ack)
        if ack is None:
            raise Forged("acknowledgement")
        return lease, ack

    def _floor(self, server_ms: int) -> PutFact:
        """It never sinks."""
        return facts.FLOOR_MS.put(max(server_ms, facts.FLOOR_MS.kept(self._store) or 0))

    def mine(self, envelope: bytes, payload_type: str, nonce: str, about: int | None = None) -> dict[str, Any]:
        """The members of a signed answer to my request of `nonce`, which may be `about` an earlier epoch of mine.

        Raises Forged (or BadJson for signed nonsense).
        """
        said = trust.open_object(envelope, payload_type, self._in_force.keyset().feed)
        self.refuse_strange(said, nonce, about)
        return said

    def refuse_strange(self, said: Mapping[str, Any], nonce: str, about: int | None = None) -> None:
        me = self._in_force.statement()
        if said.get("device") != me.device_text or said.get("epoch") not in (me.epoch, about or me.epoch):
            raise Forged("other device")
        if said.get("request_nonce") != nonce:
            raise Forged("other nonce")

    # ---- the feed -----------------------------------------------------------------------------------------

    def page(self, envelope: bytes, nonce: str) -> AppliedPage:
        """Apply a page in one commit with its cursor. Raises Forged; an item that is wrong is left out, alarmed."""
        with self._lock:
            said = page_members(self.open_page(envelope))
            self.refuse_strange(said, nonce)
            with malformed_as(Forged("not a page")):
                after, following = count(said["after"]), count(said["next"], MOST_CURSOR)
                server_ms, more = count(said["server_ms"]), said["more"] is True
                items = list(said["items"])
            if after != self._store.cursor() or following < after:
                raise Forged("other cursor")
            wanted = feed_documents.to_apply(self._store, items, following)
            # Where one is reckoned from the journal's sums, no refund may come between that and its commit.
            counts_money = any(feed_documents.kind_of(item) == FloatItem.kind for item in wanted)
            with self._journal.turn() if counts_money else nullcontext():
                applied = self._read(wanted)
                changes = [*applied.changes, PutCursor(following), self._floor(server_ms)]
                if not more:
                    changes.append(facts.CATALOGUE_SEEN_MS.put(server_ms))  # it is known to be the newest now
                self._journal.write(applied.writings, changes)
        self._publish(*applied.events, SyncChanged())
        return AppliedPage(more and following > after, server_ms)

    def open_page(self, envelope: bytes) -> bytes:
        try:
            return trust.open_bytes(envelope, trust.FEED, self._in_force.keyset().feed)
        except Forged:
            applied = self._read(root_signed(envelope))
            if not applied.events:
                raise
            self._journal.write(applied.writings, applied.changes)
            self._publish(*applied.events)
        return trust.open_bytes(envelope, trust.FEED, self._in_force.keyset().feed)

    def _read(self, items: list[Any]) -> PageReading:
        applied = PageReading(self._store, self._in_force)
        for item in items:
            try:
                feed_kinds.apply(item, applied)
            except (Forged, BadJson, Refused, LookupError, TypeError, ValueError, AttributeError) as error:
                # Nothing else: where the store fails the cursor may not move past an item that was never looked at.
                reason = error.code if isinstance(error, (Corrupt, Refused)) else "item_form"
                self.ignored[reason] += 1
                applied.changes.append(facts.alarm(reason, 0))
        return applied

    def _publish(self, *events: Event) -> None:
        for event in events:
            self._events.publish(event)

"""The money of the tills' days posted anew from the journal, as far as it was projected.

Run once, in the transaction that makes the tables anew: a centre of before the first of them has projected entries
whose money it never posted. Afterwards every sum is that of all projected entries, and voids find what they void.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from central import audit, documents, prepaid, rules, tills
from central.centre import wall_ms
from central.effects import Effects, Work, carried
from central.projection import gather
from central.refunds import Of
from central.store import Row, Session
from protocol.documents.settings import Commissions, read_settings
from protocol.documents.trust import payload
from protocol.journal import bodies
from protocol.wire.enrolment import read_statement

PAGE: Final = 1_000


def shops(session: Session) -> None:
    """Write down the shop of each epoch."""
    for device, epoch, statement in session.all("SELECT device, epoch, statement FROM chain WHERE shop = ''"):
        shop = read_statement(statement).shop
        session.run("UPDATE chain SET shop = ? WHERE device = ? AND epoch = ?", shop, device, epoch)


def till_days(session: Session) -> None:
    """Fill the empty tables `till_sum` and `till_close`."""
    chains = session.all(
        """SELECT p.device, p.epoch, p.done, c.statement FROM projection p
           JOIN chain c ON c.device = p.device AND c.epoch = p.epoch WHERE p.done > 0 ORDER BY p.device, p.epoch"""
    )
    for device, epoch, done, statement in chains:
        _Chain(session, device, epoch, read_statement(statement).shop).post(done)


def floats(session: Session) -> None:
    """What every request takes of its shop's float, but those that the centre rejected as they came, were voided, or
    whose fee was carried; tills whose float was told wrong are told again.
    """
    session.run(
        """UPDATE request SET float_pt = total_pt WHERE voided_by = 0 AND NOT (status = 'rejected' AND EXISTS (
               SELECT 1 FROM outcome o WHERE o.device = request.device AND o.epoch = request.epoch
               AND o.seq = request.seq AND o.status = 'rejected' AND o.staff = ?))""",
        audit.CENTRE,
    )
    for device, epoch, seq, one, by_epoch, by, body in session.all(
        """SELECT r.device, r.epoch, r.seq, r.id, e.epoch, e.seq, e.body FROM request r
           JOIN entry e ON e.device = r.device AND e.seq = r.refunded_by
           AND e.epoch = CASE WHEN r.refunded_device IS NULL THEN r.epoch ELSE r.refunded_epoch END
           WHERE r.refunded_by > 0 AND coalesce(r.refunded_device, r.device) = r.device"""
    ):
        work = Work(device, by_epoch, by, 0, "", [], frozenset(), {})
        if carried(session, work, by, Of(device, epoch, seq, one), bodies.read(body)):
            prepaid.use(session, (device, epoch, seq), 0)
    session.run("DELETE FROM float_used")
    session.run("INSERT INTO float_used SELECT device, epoch, sum(float_pt) FROM request GROUP BY device, epoch")
    prepaid.retell(session, wall_ms())


@dataclass(slots=True)
class _Chain:
    """One chain being read again; `version` is that of the settings in force where it stands."""

    session: Session
    device: bytes
    epoch: int
    shop: str
    version: int = 0
    earned: dict[int, Commissions] = field(default_factory=dict)

    def post(self, done: int) -> None:
        newest, after = documents.newest(self.session, "settings", self.shop), 0
        while after < done:
            rows = self.session.all(
                """SELECT seq, header, body, received_ms FROM entry
                   WHERE device = ? AND epoch = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?""",
                self.device, self.epoch, after, done, PAGE,
            )  # fmt: skip
            self._page(Work(self.device, self.epoch, after, self.version, self.shop, rows, frozenset(), {}, newest))
            after = rows[-1][0]

    def _page(self, work: Work) -> None:
        effects = Effects(self.version)
        for seq, header, body, received_ms in work.entries:
            earned = self._earned(effects.settings_version)
            gather(effects, work, seq, rules.heading(header, received_ms), bodies.read(body), earned)
        for seq, voided, _, members in effects.voids:
            if self._voided_by(voided) == seq:
                effects.postings += tills.returned_void(seq, members)
        tills.post(self.session, self.device, self.epoch, sorted(effects.postings, key=lambda one: one.seq))
        tills.keep(self.session, self.device, self.epoch, effects.closes)
        for epoch, closed, who in effects.agreed:
            tills.agree(self.session, self.device, epoch, closed, who)
        self.version = effects.settings_version

    def _voided_by(self, seq: int) -> int:
        row: Row | None = self.session.one(
            "SELECT voided_by FROM request WHERE device = ? AND epoch = ? AND seq = ?", self.device, self.epoch, seq
        )
        return 0 if row is None else int(row[0])

    def _earned(self, version: int) -> Commissions:
        if version not in self.earned:
            envelope = documents.read(self.session, "settings", self.shop, version)
            self.earned[version] = Commissions() if envelope is None else read_settings(payload(envelope)).commissions
        return self.earned[version]

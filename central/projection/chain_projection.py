"""From records to what people work with: requests, decisions, voids. Behind the acknowledgement, never in its way.

The cursor of each chain lies in the database and moves in the commit that holds its effects, and only from where
the worker found it: a crash loses nothing, and two workers on one chain cannot both win.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import exists, func, update
from sqlmodel import col, select

from central.centre import Centre
from central.devices import registry
from central.documents import feed, publishing
from central.projection import parked_chains
from central.projection.effects import Arrival, Effects, Work, apply, gather
from central.rate_limit import Limiter, Rate
from central.requests import listed_citizen, request_rules, shop_search
from central.store.device_models import Chain, Entry, Operator, Parked, Personal, Projection
from central.store.request_models import Request
from central.store.vault import place
from protocol.clock import HOUR_MS, business_date
from protocol.documents.settings import Settings, read_settings
from protocol.documents.trust import payload
from protocol.errors import Refused, Unavailable
from protocol.journal import bodies
from protocol.journal.kj01 import Header, entry_hash
from protocol.journal.money_entries import RequestEntry
from protocol.override import override
from protocol.program.loop import Loop
from protocol.strict_json import MAX_INTEGER

BATCH: Final = 200
STAFF_ROWS: Final = 2_500
"""Rows of the audit and of lists for the staff that one device may write in a day: they are never deleted."""
OUTDATED_MS: Final = 240 * HOUR_MS
"""As long as a shop may hold what it has sold: what arrives later than that was sold after the newer settings."""


_WAITING: Final = (
    select(Projection, Chain.statement, Chain.state)
    .join(Chain, (col(Chain.device) == Projection.device) & (col(Chain.epoch) == Projection.epoch))
    .where(Projection.done < Chain.hwm)
)
_PARKED: Final = select(Parked.why).where(Parked.device == Projection.device, Parked.epoch == Projection.epoch)
_ENTRIES: Final = select(Entry.seq, Entry.header, Entry.body, Entry.received_ms)


class Projector:
    """Several may work at a time. Settings are parsed once and kept: a version never changes."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._catalogue = partial(publishing.catalogue, centre)
        self._settings: dict[tuple[str, int], Settings] = {}
        self._staff_rows = Limiter(Rate(STAFF_ROWS / 1440, STAFF_ROWS), centre.now_ms)

    def drain(self, of: bytes | None = None, most: int = MAX_INTEGER) -> int:
        """Project all there is, or what one device has sent: `most` entries or a few more. Returns how many."""
        total = 0
        while total < most and (work := self._find(of)) is not None:
            total += self._take(work)
        return total

    def project(self) -> bool:
        """Project one stretch. False when there is nothing to do."""
        work = self._find()
        if work is not None:
            self._take(work)
        return work is not None

    def _take(self, work: Work, *, again: bool = False) -> int:
        """Project a stretch; where that fails less of it, down to the one entry before which its chain is parked. That
        one is tried `again`: another worker may have taken its request's id in the same moment.

        Returns how many entries were projected. Raises Unavailable, which is no fault of theirs.
        """
        try:
            return self._project(work)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a device has signed stops that device alone
            half = len(work.entries) // 2
            if half or not again:
                return self._take(replace(work, entries=work.entries[: max(half, 1)]), again=not half)
            parked_chains.park(self._centre, work.device, work.epoch, work.done, error)
            return 0

    def _project(self, work: Work) -> int:
        effects = self._effects(work)
        with self._centre.store.writing() as session:
            found = update(Projection).filter_by(device=work.device, epoch=work.epoch, done=work.done)
            if session.run(found.values(done=work.entries[-1].seq, settings_version=effects.settings_version)):
                apply(self._centre, session, work, effects)
                parked_chains.leave(session, work.device, work.epoch)
                # Last: what comes to nothing costs nothing.
                if self._staff_rows.wait_s(work.device.hex(), effects.staff_rows()):
                    raise Refused("told_too_much")
        return len(work.entries)

    def _find(self, of: bytes | None = None) -> Work | None:
        with self._centre.store.reading() as session:
            # In no order, so that several workers seldom take the same chain.
            waiting = _WAITING if of is None else _WAITING.where(Projection.device == of)
            parked = _PARKED.where(Parked.again_ms > self._centre.now_ms())
            row = session.one(waiting.where(~exists(parked)).order_by(func.random()).limit(1))
            if row is None:
                return None
            device, epoch, done = row.device, row.epoch, row.done
            following = _ENTRIES.where(Entry.device == device, Entry.epoch == epoch, Entry.seq > done)
            entries = session.all(following.order_by(col(Entry.seq)).limit(BATCH))
            # The shop of that epoch: the device may have moved to another since.
            shop = str(json.loads(row.statement)["shop"])
            operators = frozenset(session.all(select(Operator.id).where(Operator.shop == shop)))
            frames = session.all(
                select(Personal.seq, Personal.sealed)
                .where(Personal.device == device, Personal.epoch == epoch)
                .where(col(Personal.seq).between(done + 1, done + len(entries)))
            )
            newest = publishing.newest(session, "settings", shop)
            # An epoch that is over ends with the settings it had.
            read = [
                (0, 0) if row.state == "superseded" else feed.version_read(session, device, kind)
                for kind in ("settings", "catalogue")
            ]
        return Work(
            device, epoch, shop, done, row.settings_version, entries, operators, dict(frames), newest, *read
        )  # fmt: skip

    def _effects(self, work: Work) -> Effects:
        effects = Effects(work.settings_version)
        for _, header, body, received_ms in work.entries:
            fields = request_rules.heading(header, received_ms)
            said = bodies.entry(fields.entry_type, bodies.read(body))
            gather(effects, work, fields, said, self._settings_of(work.shop, effects.settings_version))
            if isinstance(said, RequestEntry):
                arrival = self._arrival(work, effects.settings_version, fields, entry_hash(header), said)
                if not arrival.breach and _outdated(said.catalogue, work.read_catalogue, received_ms):
                    arrival = replace(arrival, breach="catalogue_over")
                effects.requests.append(arrival)
                if _outdated(effects.settings_version, work.read_settings, received_ms):
                    effects.outdated = effects.settings_version
        return effects

    def _arrival(self, work: Work, version: int, fields: Header, named: bytes, body: RequestEntry) -> Arrival:
        settings = self._settings_of(work.shop, version)
        answers = self._answers(work, fields.seq)
        breach = request_rules.breach(body, self._catalogue, settings, work.operators)
        breach = breach or request_rules.misdated(body, self._catalogue(body.catalogue), fields.wall_ms)
        breach = breach or self._visit_breach(work, fields.seq, body)
        breach = breach or ("personal_unreadable" if answers is None else "")
        keys = shop_search.keys_of(self._centre, work.shop, named, answers or {})
        prices = self._catalogue(body.catalogue)
        service = prices.services.get(body.service) if prices else None
        where, today = place(work.device, work.epoch, fields.seq), business_date(self._centre.now_ms())
        shown = listed_citizen.sealed(self._centre, where, service, answers or {}, today)
        arrival = Arrival(fields.seq, fields.wall_ms, body, breach, tuple(keys), listed=shown)
        if service is None:
            return arrival
        authority, span = service.competent_authority.id, service.processing_span(answers or {})
        return replace(arrival, authority=authority, span=span)

    def _visit_breach(self, work: Work, seq: int, last: RequestEntry) -> str:
        """The last line of a visit answers for its sum: only then are all of them here."""
        first = max(1, seq - last.lines + 1)
        if last.lines == 1 or last.line < last.lines:
            return ""
        found = {number: body for number, _, body, _ in work.entries}
        if first <= work.done:
            with self._centre.store.reading() as session:
                before = select(Entry.seq, Entry.body).where(Entry.device == work.device, Entry.epoch == work.epoch)
                found |= dict(session.all(before.where(col(Entry.seq).between(first, work.done))))
        lines = [RequestEntry.read(bodies.read(found[number])) for number in range(first, seq + 1)]
        return "" if request_rules.visit_paid(lines) else "cash_mismatch"

    def _answers(self, work: Work, seq: int) -> dict[str, Any] | None:
        """What the citizen said; nothing of an erased frame, which was looked at when it came. None: unreadable."""
        sealed = work.frames.get(seq)
        frame = None if sealed is None else self._centre.vault.open(sealed, place(work.device, work.epoch, seq))
        return shop_search.fields_of(frame)

    def _settings_of(self, shop: str, version: int) -> Settings | None:
        key = (shop, version)
        if key not in self._settings:
            with self._centre.store.reading() as session:
                envelope = publishing.read(session, "settings", shop, version)
            if envelope is None:
                return None
            self._settings[key] = read_settings(payload(envelope))
        return self._settings[key]


def _outdated(used: int, read: tuple[int, int], received_ms: int) -> bool:
    """Whether a device priced by a version long after it had a newer one: `read`, and since when."""
    known, since_ms = read
    return used < known and received_ms > since_ms + OUTDATED_MS


IDLE_MS: Final = 1_000
FAILED_MS: Final = 100
SETTLE_MS: Final = 250
SETTLE_LIMIT_MS: Final = 3_000


class ProjectionLoop(Loop):
    """It waits while uploads follow each other, so as not to take turns with them; then it works for as long as it
    waits at most, or until nothing is left.
    """

    def __init__(self, centre: Centre, complain: Callable[[Exception], None]) -> None:
        super().__init__("projection", centre.mono_ms, IDLE_MS)
        self._projector = Projector(centre)
        self._complain = complain
        self._turn_ends_ms = 0
        self._last_ms = 0
        self._first_ms: int | None = None
        """When something came that was not looked for since, for the first and for the last time."""

    @override
    def wake(self) -> None:
        """Something came. Only the first one wakes the loop, which looks for itself whether others follow."""
        self._last_ms = self._mono_ms()
        if self._first_ms is None:
            self._first_ms = self._last_ms
            super().wake()

    @override
    def step(self) -> int:
        now_ms, first_ms = self._mono_ms(), self._first_ms
        if first_ms is not None and now_ms >= self._turn_ends_ms:
            settled_ms = min(self._last_ms + SETTLE_MS, first_ms + SETTLE_LIMIT_MS)
            if now_ms < settled_ms:
                return settled_ms
            self._turn_ends_ms = now_ms + SETTLE_LIMIT_MS
        self._first_ms = None  # before it looks: what comes from here on wakes it again
        if self._projector.project():
            return self._after(0)
        self._turn_ends_ms = 0
        return self._after(IDLE_MS)

    @override
    def failed(self, error: Exception) -> int:
        """The database went away: the loop goes on once it is back."""
        self._complain(error)
        return self._after(FAILED_MS)


def project_for(centre: Centre, text: str) -> None:
    """Project what the device of a request's id, or of a number as `registry.numbered` reads it, has sent.

    It may have arrived a moment ago, and no server may be running. What is not known names no device.
    """
    with centre.store.reading() as session:
        device = session.one(select(Request.device).where(Request.id == text))
        named = registry.numbered(session, text) if device is None else (device,)
    if named is not None:
        Projector(centre).drain(named[0])

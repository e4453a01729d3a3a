"""From records to what people work with: requests, outcomes, voids. Behind the acknowledgement, never in its way.

The cursor of each chain lies in the database and moves in the commit that holds its effects, and only from where
the worker found it: a crash loses nothing, and two workers on one chain cannot both win.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any, Final, TypeGuard

from central.centre import Centre
from central.documents import feed, publishing
from central.documents.catalogues import Catalogues
from central.money import till_days
from central.projection import parked_chains
from central.projection.effects import Arrival, Effects, Work, apply
from central.rate_limit import Limiter, Rate
from central.requests import approvals, approved_acts, refused_sales, request_index, request_rules, staff_requests
from central.requests.refunds import RequestKey
from central.requests.request_rules import Facts
from central.store.vault import place
from protocol.clock import HOUR_MS
from protocol.documents.settings import Commissions, DaySettings, Settings, read_settings
from protocol.documents.trust import payload
from protocol.errors import Refused, Unavailable
from protocol.journal import bodies
from protocol.journal.kj01 import EntryType, Header, entry_hash
from protocol.strict_json import MAX_INTEGER

BATCH: Final = 200
TOLD: Final = 2_500
"""Rows of the audit and of lists for the staff that one device may write in a day: they are never deleted."""
OUTDATED_MS: Final = 240 * HOUR_MS
"""As long as a shop may hold what it has sold: what arrives later than that was sold after the newer settings."""


class Projector:
    """Several may work at a time. Prices and settings are parsed once and kept: a version never changes."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._catalogues = Catalogues(centre)
        self._settings: dict[tuple[str, int], Settings] = {}
        self._told = Limiter(Rate(TOLD / 1440, TOLD), centre.now_ms)

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

    def _take(self, work: Work) -> int:
        """Project a stretch; where that fails less of it, down to the one entry before which its chain is parked.

        Returns how many entries were projected. Raises Unavailable, which is no fault of theirs.
        """
        try:
            return self._project(work)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a device has signed stops that device alone
            half = len(work.entries) // 2
            if half:
                return self._take(replace(work, entries=work.entries[:half]))
            parked_chains.park(self._centre, work.device, work.epoch, work.done, error)
            return 0

    def _project(self, work: Work) -> int:
        effects = self._effects(work)
        with self._centre.store.writing() as session:
            moved = session.run(
                "UPDATE projection SET done = ?, settings_version = ? WHERE device = ? AND epoch = ? AND done = ?",
                work.entries[-1][0], effects.settings_version, work.device, work.epoch, work.done,
            )  # fmt: skip
            if moved:
                apply(self._centre, session, work, effects)
                parked_chains.leave(session, work.device, work.epoch)
                # Last: what comes to nothing costs nothing.
                if self._told.wait_s(work.device.hex(), effects.staff_rows()):
                    raise Refused("told_too_much")
        return len(work.entries)

    def _find(self, of: bytes | None = None) -> Work | None:
        with self._centre.store.reading() as session:
            # In no order, so that several workers seldom take the same chain.
            row = session.one(
                f"""SELECT p.device, p.epoch, p.done, p.settings_version, c.statement, c.state FROM projection p
                    JOIN chain c ON c.device = p.device AND c.epoch = p.epoch
                    WHERE p.done < c.hwm{"" if of is None else " AND p.device = ?"} AND NOT EXISTS (
                        SELECT 1 FROM parked k WHERE k.device = p.device AND k.epoch = p.epoch AND k.again_ms > ?)
                    ORDER BY random() LIMIT 1""",  # noqa: S608 - fixed texts
                *([] if of is None else [of]), self._centre.now_ms(),
            )  # fmt: skip
            if row is None:
                return None
            device, epoch, done, settings_version, statement, state = row
            entries = session.all(
                """SELECT seq, header, body, received_ms FROM entry
                   WHERE device = ? AND epoch = ? AND seq > ? ORDER BY seq LIMIT ?""",
                device, epoch, done, BATCH,
            )  # fmt: skip
            # The shop of that epoch: the device may have moved to another since.
            shop = str(json.loads(statement)["shop"])
            operators = frozenset(row[0] for row in session.all("SELECT id FROM operator WHERE shop = ?", shop))
            frames = session.all(
                "SELECT seq, sealed FROM personal WHERE device = ? AND epoch = ? AND seq BETWEEN ? AND ?",
                device, epoch, done + 1, done + len(entries),
            )  # fmt: skip
            newest = publishing.newest(session, "settings", shop)
            # An epoch that is over ends with the settings it had.
            read = [
                (0, 0) if state == "superseded" else feed.version_read(session, device, kind)
                for kind in ("settings", "catalogue")
            ]
        return Work(device, epoch, done, settings_version, shop, entries, operators, dict(frames), newest, *read)

    def _effects(self, work: Work) -> Effects:
        effects = Effects(work.settings_version)
        for seq, header, body, received_ms in work.entries:
            fields, members = request_rules.heading(header, received_ms), bodies.read(body)
            earned = self._settings_of(work.shop, effects.settings_version)
            effects.asked += staff_requests.requests_of(fields.entry_type, members)
            effects.askings += approvals.asked(work.device, work.epoch, seq, fields.entry_type, members)
            effects.uses += approvals.used(seq, fields.entry_type, members)
            effects.acts += approved_acts.acts_of(
                seq, fields.entry_type, members, DaySettings() if earned is None else earned.day
            )
            effects.papers += refused_sales.papers_asked(fields.entry_type, members)
            gather(effects, work, seq, fields, members, Commissions() if earned is None else earned.commissions)
            if fields.entry_type == EntryType.REQUEST:
                arrival = self._arrival(work, effects.settings_version, fields, entry_hash(header), members)
                if not arrival.breach and _outdated(arrival.facts.catalogue, work.read_catalogue, received_ms):
                    arrival = replace(arrival, breach="catalogue_over")
                effects.requests.append(arrival)
                if _outdated(effects.settings_version, work.read_settings, received_ms):
                    effects.outdated = effects.settings_version
        return effects

    def _arrival(self, work: Work, version: int, fields: Header, named: bytes, members: dict[str, Any]) -> Arrival:
        facts = request_rules.read(members)
        settings = self._settings_of(work.shop, version)
        answers = self._answers(work, fields.seq)
        breach = request_rules.breach(members, facts, self._catalogues.get, settings, work.operators)
        breach = breach or request_rules.misdated(members, self._catalogues.get(facts.catalogue), fields.wall_ms)
        breach = breach or self._visit_breach(work, fields.seq, facts)
        breach = breach or ("personal_unreadable" if answers is None else "")
        keys = request_index.keys(self._centre, work.shop, named, answers or {})
        return Arrival(fields.seq, fields.wall_ms, facts, breach, request_index.day_of(members), tuple(keys))

    def _visit_breach(self, work: Work, seq: int, facts: Facts) -> str:
        """The last line of a visit answers for its sum: only then are all of them here."""
        first = max(1, seq - facts.lines + 1)
        if facts.lines == 1 or facts.line < facts.lines:
            return ""
        found = {number: body for number, _, body, _ in work.entries}
        if first <= work.done:
            with self._centre.store.reading() as session:
                found |= dict(
                    session.all(
                        "SELECT seq, body FROM entry WHERE device = ? AND epoch = ? AND seq BETWEEN ? AND ?",
                        work.device, work.epoch, first, work.done,
                    )
                )  # fmt: skip
        lines = [bodies.read(found[number]) for number in range(first, seq + 1)]
        return "" if request_rules.visit_paid(lines) else "cash_mismatch"

    def _answers(self, work: Work, seq: int) -> dict[str, Any] | None:
        """What the citizen said; nothing of an erased frame, which was looked at when it came. None: unreadable."""
        sealed = work.frames.get(seq)
        frame = None if sealed is None else self._centre.vault.open(sealed, place(work.device, work.epoch, seq))
        return request_index.fields_of(frame)

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


def _is_name(value: object) -> TypeGuard[str]:
    """Whether a database can be asked for it: PostgreSQL takes no NUL, and would stop the chain at it for ever."""
    return isinstance(value, str) and len(value) <= request_rules.TEXT_CHARS and "\0" not in value


def gather(
    effects: Effects, work: Work, seq: int, fields: Header, members: dict[str, Any], earned: Commissions
) -> None:
    """What an entry does to the money of its day, and, unless it is a request, all else that it does."""
    kind = fields.entry_type
    effects.postings += till_days.postings(seq, kind, members, earned)
    if kind == EntryType.VOID:
        _void(effects, seq, members)
    elif kind == EntryType.REFUND:
        _refund(effects, work, seq, members)
    elif kind == EntryType.FOLLOW_UP:
        _followed(effects, fields, members)
    elif kind == EntryType.DAY_CLOSE:
        _close(effects, seq, fields, members)
    elif kind == EntryType.ERASURE:
        _erased(effects, members)
    elif kind == EntryType.DOCUMENT_APPLIED:
        _applied(effects, members, work.newest_settings)
    elif kind == EntryType.LOGIN:
        _login(effects, work, members)


def _login(effects: Effects, work: Work, members: dict[str, Any]) -> None:
    who, said, of = members.get("op"), (members.get("kind"), members.get("what")), members.get("of")
    if said[0] == "activate" and _is_name(who):
        used = members.get("activation", "")
        effects.activated.add((who, used if _is_name(used) else ""))
    elif said == ("override", "day_close") and "approval" not in members and _is_name(who) and type(of) is int:
        epoch = members.get("epoch")
        effects.agreed.append((epoch if type(epoch) is int else work.epoch, of, who))


def _void(effects: Effects, seq: int, members: dict[str, Any]) -> None:
    voided, one = members.get("seq"), members.get("id")
    if type(voided) is int and 0 < voided < seq and _is_name(one):
        effects.voids.append((seq, voided, one, members))


def _refund(effects: Effects, work: Work, seq: int, members: dict[str, Any]) -> None:
    """`device` names another till of the shop, that sold it; without it this one did."""
    epoch, refunded, one = (members.get(name) for name in ("epoch", "seq", "id"))
    device = _device(members.get("device"), work.device)
    if device is not None and _is_number(epoch) and _is_number(refunded) and _is_name(one):
        effects.refunds.append((seq, RequestKey(device, epoch, refunded, one), members))


def _device(named: object, own: bytes) -> bytes | None:
    if named is None:
        return own
    try:
        return uuid.UUID(str(named)).bytes
    except ValueError:
        return None


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= MAX_INTEGER


def _followed(effects: Effects, fields: Header, members: dict[str, Any]) -> None:
    what, epoch, seq, one = (members.get(name) for name in ("kind", "epoch", "seq", "id"))
    if isinstance(what, str) and _is_number(epoch) and _is_number(seq) and _is_name(one):
        effects.followed.append((what, fields.wall_ms, epoch, seq, one))


def _close(effects: Effects, seq: int, fields: Header, members: dict[str, Any]) -> None:
    found = till_days.close(seq, fields.wall_ms, members)
    if found is not None:
        effects.closes.append(found)


def _erased(effects: Effects, members: dict[str, Any]) -> None:
    epoch, seq, one = (members.get(name) for name in ("epoch", "seq", "id"))
    if type(epoch) is int and type(seq) is int and _is_name(one):
        effects.erased.append((epoch, seq, one))


def _applied(effects: Effects, members: dict[str, Any], newest: int) -> None:
    """A version that the shop never had changes nothing."""
    version = members.get("version")
    if members.get("kind") == "settings" and type(version) is int and 0 < version <= newest:
        effects.settings_version = version

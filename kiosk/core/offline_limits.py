"""Limits on what the centre has not acknowledged: count, money, age; and on lease, price list and float.

Computed from the journal's own sums and the signed settings, never from a counter somebody could reset.
All findings are collected, so that the operator hears everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from kiosk.core.journal_writer import bodies_after
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.facts import CATALOGUE_SEEN_MS, EXTENDED_UNTIL_MS, LEASE_UNTIL_MS, Facts, HoldsFacts, record
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store, Tail
from protocol.clock import HOUR_MS
from protocol.documents.settings import LimitSettings, Settings
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.money_entries import RefundEntry
from protocol.members import Signed
from protocol.strict_json import count
from protocol.wire.feed_items import FloatItem


@dataclass(frozen=True, slots=True)
class ShopFloat:
    """The shop's float: `balance_pt` stood at the centre when the journal's sum was `base_pt`; below `warn_pt`
    the shop is warned.

    The centre tells balance and top-ups by the feed; nothing is deducted here. What the till has sold since is known
    from the journal's own sums, so the figure is right without a line, too.
    """

    balance_pt: Signed
    warn_pt: int
    base_pt: Signed
    at_ms: int

    def left_pt(self, tail: Tail) -> int:
        """What is left now; less than nothing when more was taken than the float held."""
        return self.balance_pt - (tail.sum_pt - self.base_pt)


FLOAT: Final = record("float", ShopFloat)
"""None where the centre keeps none for this shop."""


def put_balance(item: FloatItem, epoch: int, store: Store) -> PutFact:
    """What a float item of the feed leaves behind in `store`, whose epoch is `epoch`.

    Its `seq` (of its `epoch`) is the last entry of this till that the balance counts; that of an earlier epoch counts
    none of this one. Raises TypeError where the item has no balance.
    """
    if item.none:  # what was paid in by mistake has been taken back
        return FLOAT.forget()
    if item.balance_pt is None:
        raise TypeError
    seq = count(item.seq) if count(item.epoch) == epoch else 0
    base = store.journal.sum_at(seq) - _refunded_after(store, seq)
    return FLOAT.put(ShopFloat(item.balance_pt, count(item.warn_pt), base, item.at_ms))


def refunded(store: HoldsFacts, amount_pt: int) -> list[PutFact]:
    """What a refund leaves behind: the journal's sum falls by it, the float gets nothing back
    (central/money/shop_float.py).
    """
    now = FLOAT.kept(store)
    return [] if now is None else [FLOAT.put(replace(now, base_pt=now.base_pt - amount_pt))]


def _refunded_after(store: Store, seq: int) -> int:
    """What refunds took out of the journal's sum; one that was transferred to another request took nothing."""
    refunds = [RefundEntry.read(body) for _, body in bodies_after(store, seq, EntryType.REFUND)]
    return sum(refund.total_pt for refund in refunds if not refund.by)


EXTENSION_MS: Final = 24 * HOUR_MS
"""How long the centre's agreement to wider limits holds from its use."""
LEASE_WARN_H: Final = 72
"""How long before the end of the lease it is said; of a short lease in its last third."""
LEASE_GRACE_MS: Final = 60_000
"""A sale that was in its press when the lease ended is finished; no other can begin, for the screen locks meanwhile."""


class Level(IntEnum):
    """How grave a limit is: WARN for a look, SUPERVISOR to fetch one, STOP to take no more money."""

    WARN = 1
    SUPERVISOR = 2
    STOP = 3


@dataclass(frozen=True, slots=True)
class LimitFinding:
    """One limit that has been reached; `code` names its text ``limit.<code>``, with `now` and `limit` in it."""

    code: str
    level: Level
    now: int
    limit: int


@dataclass(frozen=True, slots=True)
class LimitStanding:
    """What the limits are computed from. `now_ms` is the trusted time; the rest as in `ports.Tail`."""

    now_ms: int
    tail: Tail
    lease_until_ms: int | None
    catalogue_seen_ms: int | None
    shop_float: ShopFloat | None = None
    extended_until_ms: int = 0

    @property
    def extended(self) -> bool:
        """Whether the centre has told the shop to go on for a while though it hears nothing (type 16)."""
        return extended(self.extended_until_ms, self.now_ms)

    @property
    def unsent(self) -> int:
        return self.tail.count - self.tail.acked_count

    @property
    def unsent_pt(self) -> int:
        return self.tail.sum_pt - self.tail.acked_sum_pt


def standing_of(now_ms: int, tail: Tail, facts: Facts) -> LimitStanding:
    """By what the store keeps."""
    shop_float, extended_ms = FLOAT.of(facts), EXTENDED_UNTIL_MS.of(facts) or 0
    return LimitStanding(now_ms, tail, LEASE_UNTIL_MS.of(facts), CATALOGUE_SEEN_MS.of(facts), shop_float, extended_ms)


def extended(until_ms: int, now_ms: int) -> bool:
    """Whether what the centre has lent until then holds now.

    One that would begin later than now was taken by a clock that has been put back since: it lends nothing.
    """
    return until_ms - EXTENSION_MS - SLACK_MS <= now_ms < until_ms


def findings(standing: LimitStanding, limits: LimitSettings, more_pt: int = 0, more: int = 0) -> list[LimitFinding]:
    """Every limit reached once `more` requests that come to `more_pt` are added, the gravest first."""
    limits = limits_in_force(standing, limits)
    money_soft = limits.money_hard_pt * limits.money_soft_percent // 100
    count, money = standing.unsent + more, standing.unsent_pt + more_pt
    oldest = standing.tail.oldest_unsent_ms
    age = 0 if oldest is None else _hours(standing.now_ms - oldest)
    found = [
        _over("unsent", count, stop=limits.unsent_hard + 1, soft=limits.unsent_soft + 1),
        _over("money", money, stop=limits.money_hard_pt + 1, soft=money_soft + 1),
        _over("age", age, stop=limits.age_hard_h, soft=limits.age_soft_h, warn=limits.age_warn_h),
    ]
    if standing.lease_until_ms is not None:
        found.append(_lease(standing.lease_until_ms - standing.now_ms, limits))
    if standing.catalogue_seen_ms is not None:
        seen = _hours(standing.now_ms - standing.catalogue_seen_ms)
        found.append(_over("catalogue", seen, stop=limits.catalogue_hard_h, warn=limits.catalogue_warn_h))
    if standing.extended:
        found = [f and _eased(f) for f in found]
    found.append(_float(standing, more_pt))
    return sorted((f for f in found if f is not None), key=lambda f: -f.level)


EXTENDED_PERCENT: Final = 125
"""How far an extension lets count and money go, in percent of their hard limits. Of the float it lends nothing."""


def limits_in_force(standing: LimitStanding, limits: LimitSettings) -> LimitSettings:
    """Those that hold now: wider ones while an extension runs."""
    if not standing.extended:
        return limits
    return replace(
        limits,
        unsent_hard=limits.unsent_hard * EXTENDED_PERCENT // 100,
        money_hard_pt=limits.money_hard_pt * EXTENDED_PERCENT // 100,
    )


def _eased(finding: LimitFinding) -> LimitFinding:
    """While it runs the centre itself agrees for the shop: only the raised count and sum still stop."""
    stops = finding.level is Level.STOP and finding.code in ("unsent", "money")
    return finding if stops else replace(finding, level=Level.WARN)


def _lease(left_ms: int, limits: LimitSettings) -> LimitFinding | None:
    """`now` is how many hours it has been over, or, in time before, how many are left."""
    if left_ms < -LEASE_GRACE_MS:
        return LimitFinding("lease", Level.STOP, _hours(-left_ms), 0)
    soon = left_ms < min(LEASE_WARN_H, limits.lease_h // 3) * HOUR_MS
    return LimitFinding("lease_soon", Level.WARN, _hours(left_ms), 0) if soon else None


def _float(standing: LimitStanding, more_pt: int) -> LimitFinding | None:
    """`now` is what the shop's float holds before the request. A warning stands as long as little is left."""
    if standing.shop_float is None:
        return None
    left = standing.shop_float.left_pt(standing.tail)
    if more_pt > max(0, left):  # what costs nothing takes nothing from it
        return LimitFinding("float", Level.STOP, max(0, left), more_pt)
    if left - more_pt < standing.shop_float.warn_pt:
        return LimitFinding("float", Level.WARN, max(0, left), standing.shop_float.warn_pt)
    return None


_NEVER: Final = 2**62


def _over(code: str, now: int, *, stop: int, soft: int = _NEVER, warn: int = _NEVER) -> LimitFinding | None:
    for level, limit in ((Level.STOP, stop), (Level.SUPERVISOR, soft), (Level.WARN, warn)):
        if now >= limit:
            return LimitFinding(code, level, now, limit)
    return None


def _hours(ms: int) -> int:
    return max(0, ms) // HOUR_MS


def refuse_over(found: list[LimitFinding], *, supervisor: bool) -> None:
    """Raises Refused("limit_<code>") for the gravest finding that stops this sale."""
    for finding in found:
        if finding.level is Level.STOP or (finding.level is Level.SUPERVISOR and not supervisor):
            raise Refused(f"limit_{finding.code}", now=finding.now, limit=finding.limit, n=finding.now)


def refuse_offline_amount(settings: Settings, offline_class: str, amount_pt: int, *, online: bool) -> None:
    """Raises Refused("offline_amount") when one request is too large to be taken without the line."""
    limit = settings.limits.offline_class_pt.get(offline_class, settings.limits.offline_default_pt)
    if not online and amount_pt > limit:
        raise Refused("offline_amount", limit_pt=limit)

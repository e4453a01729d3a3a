"""Limits on what the centre has not acknowledged: count, money, age; and on lease, price list and float.

Computed from the journal's own sums and the signed settings, never from a counter somebody could reset.
All findings are collected, so that the operator hears everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kiosk.core.journal_writer import bodies_after
from kiosk.core.trusted_time import SLACK_MS
from kiosk.model.facts import CATALOGUE_SEEN_MS, EXTENDED_UNTIL_MS, LEASE_UNTIL_MS, Facts, HoldsFacts, record
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store, Tail
from protocol.clock import HOUR_MS
from protocol.documents.limits_reached import Held, Level, LimitFinding, hours, reached, stopping
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
    oldest, seen = standing.tail.oldest_unsent_ms, standing.catalogue_seen_ms
    found = reached(
        Held(
            unsent=standing.unsent + more,
            unsent_pt=standing.unsent_pt + more_pt,
            age_h=0 if oldest is None else hours(standing.now_ms - oldest),
            lease_left_ms=None if standing.lease_until_ms is None else standing.lease_until_ms - standing.now_ms,
            catalogue_h=None if seen is None else hours(standing.now_ms - seen),
        ),
        limits,
    )
    if standing.extended:
        found = [_eased(f) for f in found]
    of_float = _float(standing, more_pt)
    return sorted([*found, *([] if of_float is None else [of_float])], key=lambda f: -f.level)


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


def refuse_over(found: list[LimitFinding], *, supervisor: bool) -> None:
    """Raises Refused("limit_<code>") for the gravest finding that stops this sale."""
    finding = stopping(found, supervisor=supervisor)
    if finding is not None:
        raise Refused(f"limit_{finding.code}", now=finding.now, limit=finding.limit, n=finding.now)


def refuse_offline_amount(settings: Settings, offline_class: str, amount_pt: int, *, online: bool) -> None:
    """Raises Refused("offline_amount") when one request is too large to be taken without the line."""
    limit = settings.limits.offline_class_pt.get(offline_class, settings.limits.offline_default_pt)
    if not online and amount_pt > limit:
        raise Refused("offline_amount", limit_pt=limit)

"""The shop's prepaid float: what it has paid in, less what its requests have used since the centre last said so.

The centre tells balance and top-ups by the feed; nothing is deducted here. What the till has sold since is known from
the journal's own sums, so the figure is right without a line, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.ports import PutFact, Tail
from kiosk.strict_json import count, dumps, loads_object

FACT: Final = "float"


@dataclass(frozen=True, slots=True)
class Prepaid:
    """`balance_pt` stood at the centre when the journal's sum was `base_pt`; below `warn_pt` the shop is warned."""

    balance_pt: int
    warn_pt: int
    base_pt: int
    at_ms: int

    def left_pt(self, tail: Tail) -> int:
        """What is left now; less than nothing when more was taken than the float held."""
        return self.balance_pt - (tail.sum_pt - self.base_pt)


def told(item: Mapping[str, Any], epoch: int, sum_at: Callable[[int], int]) -> PutFact:
    """What a float item of the feed leaves behind. `sum_at`: the journal's sum at an entry of this epoch.

    Its `seq` (of its `epoch`) is the last entry of this till that the balance counts; that of an earlier epoch counts
    none of this one. The item has been read strictly, so its amounts are whole. Raises KeyError, TypeError for none.
    """
    base = sum_at(count(item["seq"])) if count(item["epoch"]) == epoch else 0
    balance, warn = item["balance_pt"], count(item["warn_pt"])
    kept = {"balance_pt": balance, "warn_pt": warn, "base_pt": base, "at_ms": count(item["at_ms"])}
    return PutFact(FACT, dumps(kept))


def known(fact: bytes | None) -> Prepaid | None:
    """The float as kept; None where the centre keeps none for this shop."""
    return None if fact is None else Prepaid(**loads_object(fact))

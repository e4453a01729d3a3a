"""A live amount that an authority named just now; never cached, never queued."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model.citizen_receipt import ReceiptLine
from protocol.journal.money_entries import PaidBill


@dataclass(frozen=True, slots=True)
class AuthorityBill:
    """What a live inquiry answered, signed by the centre. `reference` names it when it is paid.

    `lifetime_ms` is how long it could still be paid when it came, by the centre's clock; None: that was not said.
    """

    reference: str
    amount_pt: int
    expiry_ms: int
    lines: tuple[ReceiptLine, ...]
    found: bool = True
    lifetime_ms: int | None = None

    def paid(self) -> PaidBill:
        """As the entry says it that pays it."""
        return PaidBill(self.reference, self.amount_pt, self.expiry_ms)

"""The shop's other tills as a line shows them: what they sold, and who holds a refund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from protocol.errors import KioskError
from protocol.texts import Bilingual

OTHER = "0192f0c1-7c3a-7b1e-8a4d-5566778899ab"


def found(**changes: Any) -> OtherTillRequest:
    """A birth certificate sold at another till; the centre has rejected it."""
    base: dict[str, Any] = {
        "device": OTHER, "till": 3, "epoch": 2, "seq": 31, "id": "0192f0c1-7c3a-7b1e-8a4d-000000000777",
        "entry_hash": "ab" * 32, "service": Bilingual("شهادة ميلاد مميكنة", "Birth certificate"), "date": "2026-11-25",
        "at_ms": 1_795_600_000_000, "operator": "0192f0c1-7c3a-7b1e-8a4d-0000000000a1", "method": "cash",
        "name": "منى أ. ع.", "id_end": "0014", "total_pt": 5_000,
        "lines": (
            ReceiptLine(Bilingual("شهادة ميلاد - النسخة الأولى", "Birth certificate, first copy"), 4_500),
            ReceiptLine(Bilingual("رسم خدمة المحل", "Shop's service fee"), 500),
        ),
        "status": "rejected", "reason": Bilingual("الصورة غير واضحة", "The picture is unclear"),
        "decided_ms": 1_795_600_100_000,
        "voided_ms": 0, "refunded_ms": 0, "refunded_by": 0, "held_by": 0, "told_ms": 0, "arrived_ms": 0,
        "handed_ms": 0, "heard_ms": 1_795_600_200_000, "unsent": 0,
    }  # fmt: skip
    return OtherTillRequest(**(base | changes))


@dataclass
class FakeTills:
    """Answers as the centre would; `trouble` is raised by the next question."""

    found: list[OtherTillRequest] = field(default_factory=list)
    more: bool = False
    trouble: KioskError | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    total_pt: int = 5_000
    holds: int = 0

    def find(self, asked: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]:
        self._note(asked)
        return self.found, self.more

    def refund(self, asked: Mapping[str, Any]) -> RefundHold:
        self._note(asked)
        self.holds += 1
        return RefundHold(f"{self.holds:016x}", self.total_pt) if asked["act"] == "hold" else RefundHold("", 0)

    def acts(self) -> list[str]:
        return [one["act"] for one in self.asked]

    def _note(self, asked: Mapping[str, Any]) -> None:
        self.asked.append(dict(asked))
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble

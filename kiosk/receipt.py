"""The receipt: what the citizen takes home, proved by the journal entry behind it.

It stores the amounts charged and the versions they came from, never a pointer to a price. The 16-character
code is the first 80 bits of the entry's hash; the QR carries the whole hash; the digits-only line is for
counter scanners, whose letters would arrive as Arabic on an Arabic keyboard layout (decisions 26).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from kiosk import ids, strict_json
from kiosk.journal import Record

CODE_BYTES: Final = 10
SEQ_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One printed amount, both languages, piastres."""

    label_ar: str
    label_en: str
    amount_pt: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything a paper says, so that the same paper can be painted again in any language.

    `national_id` and `mobile` are masked already; `device` is the UUID text, `entry_hash` hex.
    """

    device: str
    epoch: int
    seq: int
    entry_hash: str
    shop_ar: str
    shop_en: str
    service_number: str
    service_ar: str
    service_en: str
    authority_ar: str
    authority_en: str
    service_version: int
    catalogue: int
    created_ms: int
    operator: str
    name: str
    national_id: str
    lines: tuple[Line, ...]
    vat_pt: int
    total_pt: int
    tendered_pt: int
    change_pt: int
    processing_ar: str
    processing_en: str
    public_address: str
    support_phone: str
    tax_number: str = ""

    @property
    def short_device(self) -> str:
        return self.device[:8]

    @property
    def number(self) -> str:
        """``019a1b2c-231``: which device, which entry."""
        return f"{self.short_device}-{self.seq}"

    @property
    def code(self) -> str:
        return receipt_code(bytes.fromhex(self.entry_hash))

    @property
    def qr(self) -> str:
        return f"{self.public_address}/r/{self.short_device}/{self.seq}/{self.entry_hash}"

    @property
    def barcode(self) -> str:
        """Digits only, for a counter scanner: ten of the device's short id, then the sequence."""
        return f"{int(self.short_device, 16):010d}{self.seq:0{SEQ_DIGITS}d}"

    def pack(self) -> bytes:
        """JSON bytes for the print job's row; `unpack` gives the same receipt back."""
        members = {name: getattr(self, name) for name in self.__slots__ if name != "lines"}
        return strict_json.dumps({**members, "lines": [[x.label_ar, x.label_en, x.amount_pt] for x in self.lines]})

    @classmethod
    def unpack(cls, data: bytes) -> Receipt:
        members: dict[str, Any] = strict_json.loads_object(data)
        members["lines"] = tuple(Line(*line) for line in members["lines"])
        return cls(**members)


def receipt_code(entry_hash: bytes) -> str:
    """``STGP-AFFW-1T4D-7S8R-c``: 16 Crockford characters of the hash's first 80 bits and a check character."""
    code = ids.crockford(entry_hash[:CODE_BYTES])
    return "-".join([code[i : i + 4] for i in range(0, 16, 4)] + [ids.check_char(code)])


def device_text(record: Record) -> str:
    return str(uuid.UUID(bytes=record.fields.device))

"""The receipt: what the citizen takes home, proved by the journal entry behind it.

It stores the amounts charged and the versions they came from, never a pointer to a price. The 16-character
code is the first 80 bits of the entry's hash; the QR carries the whole hash; the digits-only line is for
counter scanners, whose letters would arrive as Arabic on an Arabic keyboard layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protocol import members, strict_json
from protocol.journal.receipt_code import receipt_code
from protocol.texts import Bilingual
from protocol.values.receipt_number import receipt_number

SEQ_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One printed amount, both languages, piastres. `kind` is government or service, "" where nobody has said."""

    label: Bilingual
    amount_pt: int
    kind: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class ReceiptService:
    """One request on the receipt: its own entry, amounts and code.

    `next` is what the citizen does now, if known; `elsewhere` what is still to be paid at the authority, in no total
    of this shop.
    """

    seq: int
    entry_hash: str
    number: str
    service: Bilingual
    authority: Bilingual
    version: int
    lines: tuple[ReceiptLine, ...]
    processing: Bilingual
    form: Bilingual | None = None
    next: Bilingual | None = None
    elsewhere: tuple[ReceiptLine, ...] = ()

    @property
    def code(self) -> str:
        return receipt_code(bytes.fromhex(self.entry_hash))

    @property
    def subtotal_pt(self) -> int:
        return sum(line.amount_pt for line in self.lines)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything a paper says, so that the same paper can be painted again in any language.

    `national_id` is masked already; `device` is the UUID text, `till` its number in the shop `shop_id`, `entry_hash`
    hex. A visit of several requests has one receipt: it belongs to the first one of `served`, and the total, what was
    given and the change are the visit's; `transferred` is the number of the receipt that had paid for it already. What
    is not paid in cash (`method`) has a `reference` instead of change. What only the first paper carries is not in it.
    """

    device: str
    till: int
    epoch: int
    served: tuple[ReceiptService, ...]
    shop_id: str
    shop: Bilingual
    catalogue: int
    created_ms: int
    operator: str
    name: str
    national_id: str
    vat_pt: int
    total_pt: int
    tendered_pt: int
    change_pt: int
    public_address: str
    support_phone: str
    tax_number: str = ""
    method: str = "cash"
    reference: str = ""
    practice: bool = False
    transferred: str = ""
    visit: str = ""

    @property
    def seq(self) -> int:
        return self.served[0].seq

    @property
    def entry_hash(self) -> str:
        return self.served[0].entry_hash

    @property
    def code(self) -> str:
        return self.served[0].code

    @property
    def cash(self) -> bool:
        """Whether the drawer opens for it."""
        return self.method == "cash" and self.total_pt > 0 and not self.transferred

    @property
    def short_device(self) -> str:
        return self.device[:8]

    @property
    def number(self) -> str:
        """``2-000231``, as people read it."""
        return self.number_of(self.served[0])

    def number_of(self, part: ReceiptService) -> str:
        """Of one request of a visit."""
        return receipt_number(self.till, self.epoch, part.seq)

    @property
    def qr(self) -> str:
        return f"{self.public_address}/r/{self.short_device}/{self.seq}/{self.entry_hash}"

    @property
    def barcode(self) -> str:
        """Digits only, for a counter scanner: ten of the device's short id, then the sequence."""
        return f"{int(self.short_device, 16):010d}{self.seq:0{SEQ_DIGITS}d}"

    def pack(self) -> bytes:
        """JSON bytes for the print job's row; `unpack` gives the same receipt back."""
        return strict_json.dumps(members.write(self))

    @classmethod
    def unpack(cls, data: bytes) -> Receipt:
        return members.read(cls, strict_json.loads_object(data))

"""Made-up citizens and what they ask for: all five services, born in 1900 or 2099, each drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from kiosk.model.service_request import AuthorityBill, Sale
from kiosk.selling.service_desk import ServiceDesk
from protocol.journal.money_entries import PaidBill
from protocol.values.ids import uuid7
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.million_requests import FAMILIES, MEN, WOMEN

STREETS: Final = [f"شارع {name}" for name in ("الجمهورية", "النيل", "التحرير", "الجيش", "المحطة", "السوق", "الجلاء")]
TOWNS: Final = [
    "القاهرة", "الجيزة", "الإسكندرية", "طنطا", "المنصورة", "أسيوط", "سوهاج", "قنا", "دمياط", "الفيوم", "المنيا", "بنها",
    "دمنهور",
]  # fmt: skip
BODIES: Final = ["جهة العمل", "السفارة", "جامعة القاهرة", "شركة المقاولون العرب", "وزارة التربية والتعليم", "بنك مصر"]
GOVERNORATES: Final = ("01", "02", "12", "14", "21", "22", "24", "25", "26", "27")
FOUR: Final = ("birth-cert", "criminal-record", "ration-replacement", "nid-issue-renew")
ALL: Final = (*FOUR, "traffic-fines-inquiry")
PLATE_LETTERS: Final = "ابجدرسصطعفقلمنهوى"
VERSIONS: Final = {"criminal-record": "2026-11-01"}


@dataclass(frozen=True)
class Wanted:
    """What a citizen asks for and pays, before any desk has seen it."""

    id: str
    visit: str
    service_id: str
    values: dict[str, Any]
    tendered_pt: int
    consent_version: str | None = None
    overrides: tuple[str, ...] = ()
    bill: PaidBill | None = None

    def sale(self, desk: ServiceDesk) -> Sale:
        """As the review of that desk confirms it."""
        form = desk.check(desk.service(self.service_id), self.values)
        return Sale(self.id, self.visit, form, self.tendered_pt, self.consent_version, tuple(self.overrides), self.bill)


class Citizens:
    """An endless row of them; the same seed gives the same row, up to the ids' time."""

    def __init__(self, seed: int, services: tuple[str, ...] = ALL) -> None:
        self._chance = random.Random(seed)
        self._services = services
        self._made = 0

    def __iter__(self) -> Iterator[Wanted]:
        while True:
            yield self.next()

    def next(self, now_ms: int = NOON_MS) -> Wanted:
        """The next one, who pays with round notes."""
        self._made += 1
        service = self._services[self._chance.randrange(len(self._services))]
        values = self._person() | getattr(self, "_" + service.replace("-", "_"))()
        bill = None
        if service == "traffic-fines-inquiry":
            amount = self._chance.randrange(10_000, 300_000, 500)
            bill = AuthorityBill(f"TF-{self._chance.randrange(10**8):08d}", amount, now_ms + 600_000, ()).paid()
        return Wanted(
            self._id(now_ms), self._id(now_ms), service, values, 500_000, VERSIONS.get(service), ("check_digit",), bill
        )

    def _id(self, now_ms: int) -> str:
        return str(uuid7(now_ms + self._made * 40_000, self._chance.randbytes(16)))

    def _person(self) -> dict[str, Any]:
        return {"national_id": self._national_id(), "name": self._name(4), "mobile": self._mobile()}

    def _name(self, words: int) -> str:
        chance = self._chance
        first = chance.choice(WOMEN if chance.random() < 0.5 else MEN)
        return " ".join([first, *chance.choices(MEN, k=words - 2), chance.choice(FAMILIES)])

    def _national_id(self) -> str:
        """Of somebody born in 1900."""
        chance = self._chance
        born = f"200{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        return f"{born}{chance.choice(GOVERNORATES)}{chance.randrange(100_000):05d}"

    def _mobile(self) -> str:
        return f"01{self._chance.choice('0125')}{self._chance.randrange(10**8):08d}"

    def _address(self) -> str:
        chance = self._chance
        return f"{chance.randint(1, 250)} {chance.choice(STREETS)}، {chance.choice(TOWNS)}"

    def _delivery(self) -> dict[str, Any]:
        if self._chance.random() < 0.6:
            return {"delivery": "pickup"}
        return {"delivery": "post", "governorate": self._chance.choice(GOVERNORATES), "address": self._address()}

    def _birth_cert(self) -> dict[str, Any]:
        mother = {"relation": "self", "mother_name": self._name(3), "copies": self._chance.randint(1, 4)}
        return mother | self._delivery()

    def _criminal_record(self) -> dict[str, Any]:
        return {"directed_to": self._chance.choice(BODIES)} | self._delivery()

    def _ration_replacement(self) -> dict[str, Any]:
        chance = self._chance
        return {
            "ration_no": f"{chance.randrange(10**10):010d}", "governorate": chance.choice(GOVERNORATES),
            "supply_office": f"مكتب تموين {chance.choice(TOWNS)}", "grocer": f"بقالة {chance.choice(FAMILIES)}",
        }  # fmt: skip

    def _nid_issue_renew(self) -> dict[str, Any]:
        chance = self._chance
        day = f"2099-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        return {
            "kind": "renewal", "speed": chance.choice(("regular", "urgent", "fast")),
            "governorate": chance.choice(GOVERNORATES), "address": self._address(),
            "slot": f"{day}/{chance.choice(('morning', 'noon'))}",
        }  # fmt: skip

    def _traffic_fines_inquiry(self) -> dict[str, Any]:
        chance = self._chance
        plate = "".join(chance.choices(PLATE_LETTERS, k=3)) + "".join(chance.choices("123456789", k=4))
        return {"plate": plate, "plate_governorate": chance.choice(GOVERNORATES)}

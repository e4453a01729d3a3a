"""A shop that exists nowhere: keys, statement and signed documents, and a counter working on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.core.events import Event, Events
from kiosk.core.journal_writer import Writing
from kiosk.counter import Counter, Kept
from kiosk.model.evidence_file import CapturedFile, captured
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from kiosk.model.service_request import AuthorityBill, Sale
from kiosk.model.store_changes import PutDocument
from kiosk.ports.store import Mirror, Store
from kiosk.ports.world import LineStatus, World
from protocol.catalogue import forms
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.catalogue.forms import Checked
from protocol.documents import trust
from protocol.documents.operators import activation_hash
from protocol.journal.entries import EpochOpening
from protocol.keys import SeedSigner, fingerprint
from protocol.program.loop import start_thread
from protocol.strict_json import dumps
from protocol.wire import sealing
from protocol.wire.enrolment import Enrolment, Statement, statement_members
from tests.harness.citizens import national_id
from tests.harness.fakes.fake_pictures import FakePictures, FakeReader
from tests.harness.fakes.fake_tills import FakeTills
from tests.harness.fakes.fake_world import FakeClock, FakeMirror, NoMilestones, SeededRandomness

DEVICE = bytes.fromhex("0192f0c17c3a7b1e8a4d5566778899aa")
DEVICE_SEED = bytes(range(32))
TILL = 2
OPERATOR = "0192f0c1-7c3a-7b1e-8a4d-0000000000a1"
SUPERVISOR = "0192f0c1-7c3a-7b1e-8a4d-0000000000a2"
CODE = "7K3QF9ZM2P"
PIN = "194027"
PIN_SUPERVISOR = "19402736"
FOR_EVER = 2**52


def public(seed: int) -> bytes:
    return SeedSigner(bytes([seed]) * 32).public


ROOT, ENROL, ACK, FEED, CATALOGUE = (SeedSigner(bytes([n]) * 32) for n in range(1, 6))
SEAL = X25519PrivateKey.from_private_bytes(bytes([9]) * 32)
RECOVERY = bytes([8]) * 32
"""The private half of what backups are sealed to."""
KEYSET = trust.Keyset(
    1, (ENROL.public, public(12)), (ACK.public, public(13)), (FEED.public, public(14)),
    (CATALOGUE.public, public(15)), SEAL.public_key().public_bytes_raw(), sealing.public_of(RECOVERY), "0" * 64, 1,
)  # fmt: skip


def keyset_envelope(keyset: trust.Keyset = KEYSET) -> bytes:
    return trust.seal_object(trust.KEYSET, keyset.members(), ROOT)


def statement(epoch: int = 1, device: bytes = DEVICE, seed: bytes = DEVICE_SEED) -> bytes:
    """Payload bytes."""
    root_fp = fingerprint(ROOT.public)
    wanted = Statement(b"", device, epoch, "shop-1", TILL, SeedSigner(seed).public, root_fp, 1, 1)
    return dumps(statement_members(wanted))


def enrolment(epoch: int = 1) -> Enrolment:
    return Enrolment(statement(epoch), ROOT.public, keyset_envelope())


def settings(version: int = 1, **more: Any) -> dict[str, Any]:
    shop = {
        "id": "shop-1", "name": {"ar": "مركز النور", "en": "Al Nour"}, "service_fee_pt": 500,
        "vat_registered": True, "tax_number": "100-531-385",
    }  # fmt: skip
    base = {
        "v": 1, "version": version, "shop": shop, "public_address": "https://centre.example",
        "support_phone": "15999",
    }  # fmt: skip
    return base | more


def person(operator_id: str, role: str, salt: int) -> dict[str, Any]:
    salted = bytes([salt]) * 16
    activation = {"salt": salted.hex(), "hash": activation_hash(CODE, salted).hex()}
    return {
        "id": operator_id, "name": {"ar": "سارة محمود", "en": "Sara Mahmoud"}, "role": role, "active": True,
        "not_after_ms": FOR_EVER, "activation": activation,
    }  # fmt: skip


def operators(version: int = 1) -> dict[str, Any]:
    people = [person(OPERATOR, "operator", 1), person(SUPERVISOR, "supervisor", 2)]
    return {"v": 1, "version": version, "operators": people}


def catalogue(version: int = 1) -> dict[str, Any]:
    return catalogue_members(version, "2020-01-01", None, bundled_services())


@cache
def _prices() -> PutDocument:
    """Signed once for all tests: it is the largest by far, and the same each time."""
    return PutDocument("catalogue", 1, trust.seal_object(trust.CATALOGUE, catalogue(), CATALOGUE))


def documents() -> list[PutDocument]:
    return [
        PutDocument("settings", 1, trust.seal_object(trust.SETTINGS, settings(), FEED)),
        PutDocument("operators", 1, trust.seal_object(trust.OPERATORS, operators(), FEED)),
        _prices(),
    ]


@dataclass
class FakeLine:
    """A line that is cut until somebody sets `up`."""

    up: bool = False
    woken: int = 0
    bill: AuthorityBill | None = None
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    shop: FakeTills = field(default_factory=FakeTills)

    def online(self) -> bool:
        return self.up

    def wake(self) -> None:
        self.woken += 1

    def now(self) -> None: ...
    def status(self) -> LineStatus:
        return LineStatus()

    def inquire(self, service_id: str, fields: dict[str, Any]) -> AuthorityBill:
        self.asked.append((service_id, fields))
        assert self.bill is not None
        return self.bill

    def find(self, asked: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]:
        return self.shop.find(asked)

    def refund(self, asked: Mapping[str, Any]) -> RefundHold:
        return self.shop.refund(asked)


def answered(sale: Sale, **values: Any) -> Sale:
    """The same sale with other answers, judged on the same day."""
    return replace(sale, form=forms.check(sale.form.service, sale.values | values, sale.form.on))


@dataclass
class Shop:
    """A counter with its parts at hand."""

    store: Store
    mirror: Mirror = field(default_factory=FakeMirror)
    clock: FakeClock = field(default_factory=FakeClock)
    line: FakeLine = field(default_factory=FakeLine)
    pictures: FakePictures = field(default_factory=FakePictures)
    reader: FakeReader = field(default_factory=FakeReader)
    world: World = field(init=False)
    counter: Counter = field(init=False)
    heard: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = World(self.clock, SeededRandomness(), NoMilestones(), start_thread)
        self.store.put_enrolment(enrolment())
        events = Events()
        events.subscribe(self.heard.append)
        kept = Kept(self.store, self.mirror, SeedSigner(DEVICE_SEED), bytes(32), self.pictures, self.reader)
        self.counter = Counter(self.world, kept, events, lambda _: self.line)
        self.counter.journal.write([Writing(EpochOpening(app="test"))], documents())

    def ready(self) -> Shop:
        """Somebody has signed in and opened the day."""
        self.counter.people.activate(OPERATOR, CODE, PIN)
        self.counter.till.open_day(10_000)
        return self

    def taken(self, sale: Sale) -> Sale:
        """The same sale with a picture of every paper that its answers call for."""
        service = self.counter.desk.service(sale.form.service.id)
        papers = captured(self.counter.desk.read(service, sale.values).papers)
        photos = [CapturedFile(f"{sale.id} {paper.id}".encode(), "image/jpeg", 1200, 1600) for paper in papers]
        made = [self.counter.evidence.keep(sale.id, *pair) for pair in zip(papers, photos, strict=True)]
        return replace(sale, evidence=tuple(one.item() for one in made))

    def sale(self, number: int = 1, **more: Any) -> Sale:
        """A birth certificate for a citizen born in 1900, paid with a 100-pound note."""
        values = more.pop("values", {
            "national_id": "20001010100014", "name": "محمد أحمد عبد الله حسن", "mobile": "01012345678",
            "relation": "self", "mother_name": "فاطمة علي محمود", "copies": 1, "delivery": "pickup",
        })  # fmt: skip
        base: dict[str, Any] = {
            "id": f"0192f0c1-7c3a-7b1e-8a4d-{number:012d}", "visit": f"0192f0c1-7c3a-7b1e-8a4d-9{number:011d}",
            "form": self.checked(values, more.pop("service_id", "birth-cert"), more.pop("service_version", None)),
            "tendered_pt": 10_000,
        }  # fmt: skip
        return Sale(**(base | more))

    def checked(self, values: Mapping[str, Any], service_id: str = "birth-cert", version: int | None = None) -> Checked:
        """The form of that service, or of one that is none, as a review would have found it."""
        desk = self.counter.desk
        service = self.counter.in_force.catalogue().services.get(service_id) or desk.service("birth-cert")
        if (service.id, service.version) != (service_id, version or service.version):
            service = replace(service, id=service_id, version=version or service.version)
        return desk.check(service, values)

    def sale_of(self, citizen: int, **more: Any) -> Sale:
        """The same, for another citizen with each number."""
        return self.sale(citizen, values={**self.sale().values, "national_id": national_id(citizen)}, **more)

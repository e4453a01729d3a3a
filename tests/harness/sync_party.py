"""Both ends in one process: a small centre after docs/protocol.md, and a kiosk with everything but a line."""

from __future__ import annotations

import base64
import json
import urllib.parse
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Event, Events
from kiosk.core.journal_writer import JournalWriter, Writing
from kiosk.ports.world import World
from kiosk.receiving.inbound_handler import InboundHandler
from protocol import strict_json
from protocol.documents import trust
from protocol.documents.trust import Keyset
from protocol.journal import acknowledgement, kj01, personal
from protocol.journal.acknowledgement import Ack
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.keys import SeedSigner, fingerprint, key_id
from protocol.program.loop import start_thread
from protocol.wire import enrolment, support_file, wire
from protocol.wire.bundle import BundleHead, open_bundle
from protocol.wire.enrolment import Enrolment, Statement
from sync.centre_client import CentreClient, RunningProgram
from sync.evidence_upload import EvidenceUpload
from sync.line import Backoff, NoAnswer, Raw
from sync.line_probe import Ping
from sync.sync_cycle import SyncContext, SyncCycle
from tests.harness.fakes.fake_pictures import FakePictures
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock, FakeMirror, NoMilestones, SeededRandomness, start_at_once

DEVICE = uuid.UUID("00112233-4455-4677-8899-aabbccddeeff")
ROOT, ENROL, ACK, FEED, CATALOGUE, STRANGER, ME = (SeedSigner(bytes([n]) * 32) for n in range(1, 8))
SEAL = X25519PrivateKey.from_private_bytes(b"\x09" * 32)


def keyset(version: int = 1, **keys: tuple[bytes, ...]) -> Keyset:
    roles = {"enrol": (ENROL.public,), "ack": (ACK.public,), "feed": (FEED.public,), "catalogue": (CATALOGUE.public,)}
    public = SEAL.public_key().public_bytes_raw()
    return Keyset(
        version, **(roles | keys), seal_x25519=public, recovery_x25519=public, update_root_sha256="", issued_ms=1
    )


def keyset_envelope(version: int = 1, **keys: tuple[bytes, ...]) -> bytes:
    sealed = trust.seal_object(trust.KEYSET, keyset(version, **keys).members(), ROOT)
    return strict_json.dumps(json.loads(sealed))


def statement(epoch: int = 1, device: uuid.UUID = DEVICE) -> bytes:
    made = Statement(b"", device.bytes, epoch, "shop-1", 2, ME.public, fingerprint(ROOT.public), 1, 1)
    return strict_json.dumps(enrolment.statement_members(made))


def settings(version: int = 1, **more: Any) -> dict[str, Any]:
    shop = {"id": "shop-1", "name": {"ar": "منفذ", "en": "Manfaz"}}
    return {"v": 1, "version": version, "shop": shop, "public_address": "https://centre.example", **more}


def operators(version: int = 1) -> dict[str, Any]:
    return {"v": 1, "version": version, "operators": []}


def catalogue(version: int = 1) -> dict[str, Any]:
    return {"v": 1, "version": version, "valid_from": "2026-01-01", "services": []}


def envelope(payload_type: str, members: Mapping[str, Any], signer: SeedSigner = FEED) -> Any:
    """An envelope as the object that stands in a feed page."""
    return json.loads(trust.seal_object(payload_type, members, signer))


@dataclass
class Centre:
    """Keeps records by number, answers as the protocol says; every field may be bent by a test."""

    clock: FakeClock
    epoch: int = 1
    records: dict[int, bytes] = field(default_factory=dict)
    before: dict[int, dict[int, bytes]] = field(default_factory=dict)
    """The records of earlier epochs; one that is missing here is not known of the device."""
    frames: dict[int, bytes] = field(default_factory=dict)
    effects: list[int] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    nonces: set[str] = field(default_factory=set)
    last_nonce: str = ""
    verdict_code: str = ""
    authority: str = "centre.example"
    page_size: int = 50
    requests: int = 0
    bill: dict[str, Any] = field(default_factory=dict)
    support: dict[str, Any] = field(default_factory=dict)
    shop: dict[str, Any] = field(default_factory=dict)
    """What bends the answers about the other tills; `asked` are the questions."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    largest: int = wire.MAX_RECORDS
    skew_ms: int = 0
    has_picture: bool = True
    ack_signer: SeedSigner = ACK

    def now_ms(self) -> int:
        return self.clock.wall + self.skew_ms

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        self.requests += 1
        path, _, query = target.partition("?")
        if path == wire.PATH_PING:
            said = {"v": 1, "nonce": query.partition("=")[2], "server_ms": self.now_ms()}
            return self.signed(trust.PING, said)
        low = {name.lower(): value for name, value in headers.items()}
        request = wire.SignedRequest(
            method, self.authority, path, query, low.get("content-type", "") if body else "", body or b"",
            low.get("idempotency-key", "").strip('"'),
        )  # fmt: skip
        claimed = wire.read_signature(low.get("signature-input", ""), low.get("signature", ""), request)
        if claimed is None or claimed.nonce in self.nonces or not wire.verify(claimed, request, ME.public):
            return Raw(401, {"content-type": wire.JSON}, b'{"code":"signature"}')
        self.nonces.add(claimed.nonce)
        self.last_nonce = claimed.nonce
        if abs(claimed.created - self.now_ms() // 1000) > wire.MAX_AGE_S:
            return self.verdict("clock_skew", claimed.nonce, 401)
        if self.verdict_code:
            return self.verdict(self.verdict_code, claimed.nonce, 426 if self.verdict_code == "upgrade" else 403)
        if path == wire.PATH_JOURNAL:
            return self._journal(body or b"", request.idempotency)
        small = {
            wire.PATH_FEED: self._feed, wire.PATH_HEARTBEAT: self._lease, wire.PATH_INQUIRIES: self._inquire,
            wire.PATH_SHOP_SEARCH: self._search, wire.PATH_SHOP_REFUNDS: self._refund,
            support_file.PATH: self._support,
        }  # fmt: skip
        return small[path](query or (body or b"").decode(), claimed.nonce)

    def _support(self, _body: str, nonce: str) -> Raw:
        return self.signed(support_file.TAKEN, {**self.mine(nonce), "number": "S-7", **self.support})

    def _search(self, body: str, nonce: str) -> Raw:
        self.asked.append(strict_json.loads_object(body.encode()))
        return self.signed(trust.FOUND, {**self.mine(nonce), "found": [], "more": False, **self.shop})

    def _refund(self, body: str, nonce: str) -> Raw:
        asked = strict_json.loads_object(body.encode())
        self.asked.append(asked)
        of = {name: asked[name] for name in ("device", "epoch", "seq", "id")}
        state = {"hold": "held", "release": "free"}[asked["act"]]
        said = {"of": of, "state": state, "why": "", "by": 0, "hold": "ab" * 8, "total_pt": 5_000}
        return self.signed(trust.REFUND, {**self.mine(nonce), **said, **self.shop})

    def signed(self, payload_type: str, members: Mapping[str, Any], status: int = 200) -> Raw:
        return Raw(status, {"content-type": wire.DSSE}, trust.seal_object(payload_type, members, FEED))

    def mine(self, nonce: str) -> dict[str, Any]:
        return {"v": 1, "device": str(DEVICE), "epoch": self.epoch, "request_nonce": nonce, "server_ms": self.now_ms()}

    def verdict(self, code: str, nonce: str, status: int = 403, **more: Any) -> Raw:
        members = {**self.mine(nonce), "code": code, "seq": 0, "entry_hash": "", **more}
        return self.signed(trust.VERDICT, members, status)

    def ack(self, status: int = 200, signer: SeedSigner | None = None, epoch: int | None = None) -> Raw:
        epoch = epoch or self.epoch
        records = self.before.get(epoch, self.records)
        hwm = max(records, default=0)
        last = kj01.entry_hash(records[hwm][:160]) if hwm else kj01.genesis(statement(epoch))
        signed = acknowledgement.sign(Ack(DEVICE.bytes, epoch, hwm, last, self.now_ms()), signer or self.ack_signer)
        return Raw(status, {"content-type": wire.ACK}, signed)

    def _journal(self, body: bytes, key: str) -> Raw:
        head = BundleHead(DEVICE.bytes, *map(int, key.split("-")))
        plain = open_bundle(head, body, SEAL.private_bytes_raw())
        if head.last - head.first + 1 > self.largest:
            return Raw(413, {"content-type": wire.JSON}, b'{"code":"too_large"}')
        if head.epoch != self.epoch and head.epoch not in self.before:
            return Raw(400, {"content-type": wire.JSON}, b'{"code":"bad_range"}')
        records = self.before.get(head.epoch, self.records)
        if head.first > max(records, default=0) + 1:
            return self.ack(409, epoch=head.epoch)
        for seq, item in enumerate(personal.split(plain, head.first), head.first):
            if seq not in records:
                records[seq] = item.record.pack()
                self.effects.append(seq)
                if item.frame is not None:
                    self.frames[seq] = item.frame
        return self.ack(epoch=head.epoch)

    def _feed(self, query: str, nonce: str) -> Raw:
        after = int(urllib.parse.parse_qs(query)["after"][0])
        some = self.items[after : after + self.page_size]
        more = after + len(some) < len(self.items)
        page = {"after": after, "next": after + len(some), "more": more, "items": some}
        return self.signed(trust.FEED, {**self.mine(nonce), **page})

    def _lease(self, _query: str, nonce: str) -> Raw:
        lease = {
            "lease_until_ms": self.now_ms() + 864_000_000, "durable_hwm": max(self.records, default=0),
            "ack": base64.b64encode(self.ack().body).decode(), "picture": self.has_picture,
        }  # fmt: skip
        return self.signed(trust.LEASE, {**self.mine(nonce), **lease})

    def _inquire(self, _query: str, nonce: str) -> Raw:
        line = {"label": {"ar": "كهرباء", "en": "Electricity"}, "amount_pt": 12_500}
        bill = {"service": "power", "reference": "R1", "found": True, "lines": [line], "amount_pt": 12_500}
        return self.signed(
            trust.INQUIRY, {**self.mine(nonce), **bill, "expiry_ms": self.now_ms() + 60_000, **self.bill}
        )


@dataclass
class DirectWire:
    """A line without a network; `before` and `after` see each request and answer and may raise or bend them."""

    centre: Centre
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str, Raw], Raw] = lambda _, raw: raw
    closed: bool = False

    @property
    def authority(self) -> str:
        return self.centre.authority

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        self.before(target)
        return self.after(target, self.centre.handle(method, target, headers, body))

    def close(self) -> None:
        self.closed = True


class Kiosk:
    """A kiosk on a store in memory. `restart` forgets everything but the store."""

    def __init__(
        self, line: Any, clock: FakeClock, seed: int = 1, enrolled: Enrolment | None = None, signer: SeedSigner = ME
    ) -> None:
        self.line, self.clock, self.signer = line, clock, signer
        self.store = FakeStore()
        self.store.put_enrolment(enrolled or Enrolment(statement(), ROOT.public, keyset_envelope()))
        self.chance = SeededRandomness(seed)
        self.mirror = FakeMirror()
        self.milestones: Any = NoMilestones()
        self.pictures = FakePictures()
        self.restart()

    def restart(self) -> None:
        self.events = Events()
        self.heard: list[Event] = []
        self.events.subscribe(self.heard.append)
        self.journal = JournalWriter(
            self.store, self.signer, World(self.clock, self.chance, NoMilestones(), start_thread), self.mirror
        )
        self.in_force = DocumentsInForce(self.store, self.events)
        self.inbound = InboundHandler(self.store, self.journal, self.in_force, self.events)
        self.client = CentreClient(self.line, self.signer, self.inbound, self.in_force, self.clock, self.chance)
        self.backoff = Backoff(self.chance)
        self.ping = Ping(self.line, self.clock, self.chance)
        program = RunningProgram("0.1.0", lambda: 1000, self.mirror.lag)
        world = World(self.clock, self.chance, self.milestones, start_at_once)
        around = SyncContext(world, self.backoff, program, self.ping)
        self.evidence = EvidenceUpload(self.client, self.store, self.pictures, self.clock, self.milestones)
        self.cycle = SyncCycle(self.client, self.store, around, self.evidence)

    def begin_epoch(self, centre: Centre, epoch: int, device: uuid.UUID = DEVICE) -> None:
        """A new enrolment of the same house; the centre knows all that came before."""
        self.store.put_enrolment(Enrolment(statement(epoch, device), ROOT.public, keyset_envelope()))
        centre.before[centre.epoch], centre.records, centre.epoch = centre.records, {}, epoch
        self.restart()

    def sell(self, count: int = 1) -> None:
        for _ in range(count):
            frame = {"fields": {"name": "تجربة"}}
            self.journal.write([Writing(Unknown(EntryType.REQUEST, {}), frame, 500)])

    def settle(self, steps: int = 200) -> None:
        """Step, letting time pass, until nothing is due at once."""
        for _ in range(steps):
            pause = self.cycle.step()
            if pause.seconds > 60 and pause.on_wake:
                return
            self.clock.pass_ms(int(pause.seconds * 1000) + 1)
        raise AssertionError("never came to rest")

    @property
    def hwm(self) -> int:
        return self.store.journal.tail().hwm


def pair(seed: int = 1) -> tuple[Centre, DirectWire, Kiosk]:
    clock = FakeClock()
    centre = Centre(clock)
    line = DirectWire(centre)
    return centre, line, Kiosk(line, clock, seed)


def lost(_target: str, _raw: Raw) -> Raw:
    """An answer that never arrives."""
    raise NoAnswer("offline", "timeout", slow=True)


def order(code: str, signer: SeedSigner = FEED, device: uuid.UUID = DEVICE, at_ms: int = 1) -> dict[str, Any]:
    members = {"v": 1, "device": str(device), "epoch": 1, "code": code, "seq": 0, "entry_hash": "", "server_ms": at_ms}
    return {"kind": "order", "document": envelope(trust.VERDICT, {**members, "request_nonce": ""}, signer)}


def unsigned(members: Mapping[str, Any]) -> bytes:
    """An envelope whose signature is of nobody."""
    payload = base64.b64encode(strict_json.dumps(members)).decode()
    nobody = {"keyid": key_id(FEED.public).hex(), "sig": base64.b64encode(bytes(64)).decode()}
    return json.dumps({"payloadType": trust.VERDICT, "payload": payload, "signatures": [nobody]}).encode()

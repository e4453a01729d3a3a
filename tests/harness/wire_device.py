"""A device as small as it can be: keys, a journal in memory, and the wire. Only the domain and `protocol.wire.wire`
are used.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

from protocol import strict_json
from protocol.documents import trust
from protocol.documents.trust import Keyset
from protocol.journal import acknowledgement, kj01, personal
from protocol.journal.acknowledgement import Ack
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain, Record, Stamp
from protocol.keys import SeedSigner, fingerprint
from protocol.values import ids
from protocol.wire import enrolment, wire
from protocol.wire.bundle import BundleHead, seal_bundle
from protocol.wire.enrolment import Proof, Statement
from tests.harness.centre_process import CentreProcess, start_centre

TIMEOUT_S: Final = 30
SHOP: Final = "CAI-001"
BOOT: Final = b"testboot"


@dataclass(slots=True)
class Device:
    """An enrolled device. `items` is its journal, `chain` where it stands, `ack` the last acknowledgement."""

    url: str
    authority: str
    signer: SeedSigner
    statement: Statement
    keyset: Keyset
    root: bytes
    chain: Chain
    items: list[personal.Item] = field(default_factory=list)
    ack: Ack | None = None
    cursor: int = 0

    @property
    def name(self) -> str:
        return self.statement.device_text

    # ---- writing -----------------------------------------------------------------------------------------------

    def write(self, kind: int, members: dict[str, Any], frame: bytes | None = None) -> Record:
        """The next entry of the journal."""
        body = kj01.write_body(secrets.token_bytes(16), members)
        return self.write_bytes(kind, body, frame)

    def write_bytes(self, kind: int, body: bytes, frame: bytes | None = None) -> Record:
        stamp = Stamp(time.time_ns() // 1_000_000, 1_000 + self.chain.seq, BOOT)
        record = kj01.write(self.chain, kind, body, self.signer, stamp)
        self.chain = self.chain.after(record)
        self.items.append(personal.Item(record, frame))
        return record

    def carry(self, items: Iterable[personal.Item]) -> None:
        """What a counter of ours has written, byte for byte, under this device's own key."""
        for one in items:
            self.write_bytes(one.record.fields.entry_type, one.record.body, one.frame)

    def open_epoch(self) -> Record:
        return self.write(EntryType.EPOCH_OPEN, {"v": 1, "kind": "epoch_open", "app": "0.1.0"})

    def request(self, **changes: Any) -> Record:
        """A request with its personal frame; `changes` replace members of the body."""
        frame = personal.write_frame(secrets.token_bytes(16), {"fields": {"name": "منى أحمد", "mobile": "01012345678"}})
        return self.write(
            EntryType.REQUEST, {**request_members(), "personal": personal.reference(frame), **changes}, frame
        )

    # ---- the wire ------------------------------------------------------------------------------------------------

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: str = "",
        media: str = wire.JSON,
        key: str = "",
        created: int | None = None,
        nonce: str | None = None,
    ) -> tuple[requests.Response, str]:
        """One signed request; the answer, and the nonce it was sent with."""
        nonce = nonce or wire.nonce_text(secrets.token_bytes(16))
        asked = wire.SignedRequest(method, self.authority, path, query, media if key else "", body, key)
        headers = wire.sign(
            asked,
            self.signer,
            self.name,
            self.statement.epoch,
            created if created is not None else int(time.time()),
            nonce,
        )
        return raw_send(self.url, method, path, query, body, headers), nonce

    def stream(self, items: Sequence[personal.Item]) -> bytes:
        return b"".join(item.pack() for item in items)

    def bundle(self, items: Sequence[personal.Item]) -> bytes:
        head = BundleHead(self.chain.device, self.chain.epoch, items[0].record.fields.seq, items[-1].record.fields.seq)
        return seal_bundle(head, self.stream(items), self.keyset.seal_x25519)

    def post(
        self, body: bytes, first: int, last: int, media: str = wire.STREAM, epoch: int | None = None
    ) -> requests.Response:
        """Any bytes to the journal under this range."""
        key = f"{self.chain.epoch if epoch is None else epoch}-{first}-{last}"
        return self.send("POST", wire.PATH_JOURNAL, body, media=media, key=key)[0]

    def push(self, items: Sequence[personal.Item] | None = None, *, sealed: bool = False) -> requests.Response:
        """Send `items`, or all that are not acknowledged; an acknowledgement that comes back is checked and kept."""
        batch = self.items[self.ack.hwm if self.ack else 0 :] if items is None else items
        first, last = batch[0].record.fields.seq, batch[-1].record.fields.seq
        body, media = (self.bundle(batch), wire.BUNDLE) if sealed else (self.stream(batch), wire.STREAM)
        answer = self.post(body, first, last, media)
        if answer.status_code == 200:
            self.ack = self.read_ack(answer.content)
        return answer

    def read_ack(self, data: bytes) -> Ack:
        ack = acknowledgement.read(data, self.keyset.ack)
        assert ack is not None, "not signed by a key of the keyset"
        assert (ack.device, ack.epoch) == (self.chain.device, self.chain.epoch)
        return ack

    def read_verdict(self, answer: requests.Response, nonce: str | None = None) -> dict[str, Any]:
        return self._mine(trust.open_object(answer.content, trust.VERDICT, self.keyset.feed), nonce)

    def _mine(self, members: dict[str, Any], nonce: str | None) -> dict[str, Any]:
        assert (members["device"], members["epoch"]) == (self.name, self.statement.epoch)
        assert nonce is None or members["request_nonce"] == nonce
        return members

    def feed(self) -> list[dict[str, Any]]:
        """All new items; the cursor moves."""
        items: list[dict[str, Any]] = []
        while True:
            answer, nonce = self.send("GET", wire.PATH_FEED, query=f"after={self.cursor}")
            assert answer.status_code == 200, answer.text
            page = self._mine(trust.open_object(answer.content, trust.FEED, self.keyset.feed), nonce)
            assert page["after"] == self.cursor
            items += page["items"]
            self.cursor = page["next"]
            if not page["more"]:
                return items

    def await_item(self, kind: str, within_s: float = 10) -> dict[str, Any]:
        """The next item of this kind; the centre projects in a worker of its own."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for item in self.feed():
                if item["kind"] == kind:
                    return item
            time.sleep(0.05)
        raise AssertionError(f"no {kind} in the feed")

    def ask(self, path: str, payload_type: str, members: dict[str, Any], prefix: str) -> dict[str, Any]:
        nonce = wire.nonce_text(secrets.token_bytes(16))
        answer, _ = self.send("POST", path, strict_json.dumps(members), key=f"{prefix}-{nonce}", nonce=nonce)
        assert answer.status_code == 200, answer.text
        return self._mine(trust.open_object(answer.content, payload_type, self.keyset.feed), nonce)

    def heartbeat(self, **changes: Any) -> dict[str, Any]:
        return self.ask(wire.PATH_HEARTBEAT, trust.LEASE, {**heartbeat_members(), **changes}, "hb")

    def inquire(self, service: str, fields: dict[str, Any]) -> dict[str, Any]:
        return self.ask(wire.PATH_INQUIRIES, trust.INQUIRY, {"v": 1, "service": service, "fields": fields}, "inq")


def raw_send(url: str, method: str, path: str, query: str, body: bytes, headers: dict[str, str]) -> requests.Response:
    """Exactly these bytes of path and query, whatever they are."""
    session = requests.Session()
    session.trust_env = False
    prepared = requests.Request(method, url, headers=headers, data=body or None).prepare()
    prepared.url = f"{url}{path}" + (f"?{query}" if query else "")
    with session:
        return session.send(prepared, timeout=TIMEOUT_S, allow_redirects=False)


def heartbeat_members() -> dict[str, Any]:
    return {
        "v": 1, "app": "0.1.0", "last_seq": 1, "unsent": 0, "unsent_pt": 0, "oldest_unsent_ms": None, "catalogue": 1,
        "settings": 1, "disk_free_mb": 5_000,
    }  # fmt: skip


def request_members() -> dict[str, Any]:
    """The body of a request for a service that no catalogue has: the centre must keep it whatever it thinks of it."""
    now = time.time_ns() // 1_000_000
    one, visit = (str(ids.uuid7(now, secrets.token_bytes(16))) for _ in range(2))
    return {
        "v": 1, "op": str(uuid.UUID(int=7)), "login": 0, "id": one, "visit": visit, "line": 1, "lines": 1,
        "service": "no-such-service", "service_version": 1, "catalogue": 1, "date": time.strftime("%Y-%m-%d"),
        "fees": [{"code": "fee", "kind": "government", "unit_pt": 5_000, "count": 1, "amount_pt": 5_000}], "vat_pt": 0,
        "total_pt": 5_000, "method": "cash", "tendered_pt": 5_000, "change_pt": 0, "evidence": [], "choices": {},
    }  # fmt: skip


# ---- enrolment -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Applicant:
    """A device on its way in, step by step, so that a test can go wrong at any of them."""

    url: str
    signer: SeedSigner = field(default_factory=lambda: SeedSigner(secrets.token_bytes(32)))
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def post(self, path: str, members: dict[str, Any]) -> requests.Response:
        return requests.post(f"{self.url}{path}", json=members, timeout=TIMEOUT_S, allow_redirects=False)

    def claim(self, slot: str, code: str, /, **changes: Any) -> requests.Response:
        public = self.signer.public
        said = {
            "slot": slot,
            "code": code,
            "pub": public.hex(),
            "commit": enrolment.commitment(public, self.nonce).hex(),
        }
        return self.post(wire.PATH_CLAIM, {**said, **changes})

    def reveal(self, slot: str, claimed: dict[str, Any], /, **changes: Any) -> requests.Response:
        root_fp = fingerprint(bytes.fromhex(claimed["root"]))
        proof = Proof(slot, self.signer.public, bytes.fromhex(claimed["ns"]), self.nonce, root_fp).sign(self.signer)
        return self.post(wire.PATH_REVEAL, {"slot": slot, "nd": self.nonce.hex(), "proof": proof.hex(), **changes})

    def number(self, claimed: dict[str, Any]) -> str:
        """The six digits on the device's screen."""
        root_fp = fingerprint(bytes.fromhex(claimed["root"]))
        return enrolment.short_number(self.signer.public, self.nonce, bytes.fromhex(claimed["ns"]), root_fp)

    def status(self, slot: str, /, **changes: Any) -> requests.Response:
        signature = self.signer.sign(enrolment.status_bytes(slot, self.nonce))
        return self.post(wire.PATH_STATUS, {"slot": slot, "nd": self.nonce.hex(), "sig": signature.hex(), **changes})

    def device(self, centre: CentreProcess, claimed: dict[str, Any], envelope: bytes) -> Device:
        """The device that the statement in `envelope` makes; everything is checked as a kiosk would."""
        root = bytes.fromhex(claimed["root"])
        keyset = trust.open_keyset(json.dumps(claimed["keyset"]).encode(), root, hashlib.sha256(root).digest())
        statement = enrolment.open_statement(envelope, keyset, self.signer.public, root)
        assert (statement.device_text, statement.epoch) == (claimed["device"], claimed["epoch"])
        chain = Chain(statement.device, statement.epoch, 0, kj01.genesis(statement.payload))
        return Device(centre.url, centre.authority, self.signer, statement, keyset, root, chain)


def add_shop(centre: CentreProcess, shop: str = SHOP) -> None:
    centre.cli("shop", "add", "--id", shop, "--name-ar", "منفذ الدقي", "--name-en", "Dokki counter")


@contextmanager
def centre_with_shop(folder: Path, database: str | None = None) -> Iterator[CentreProcess]:
    """A running centre with a shop in it, stopped at the end."""
    running = start_centre(folder, database)
    try:
        add_shop(running)
        yield running
    finally:
        running.stop()


def enrol_device(centre: CentreProcess, shop: str = SHOP) -> Device:
    """A new device of an existing shop, through all of it."""
    made = centre.cli("device", "slot", "--shop", shop, "--staff", "amal")
    applicant = Applicant(centre.url)
    claimed = applicant.claim(made["slot"], made["code"])
    assert claimed.status_code == 200, claimed.text
    revealed = applicant.reveal(made["slot"], claimed.json())
    assert revealed.status_code == 200, revealed.text
    centre.cli("device", "approve", made["slot"], "--number", applicant.number(claimed.json()), "--staff", "badr")
    answer = applicant.status(made["slot"])
    assert answer.status_code == 200, answer.text
    return applicant.device(centre, claimed.json(), answer.content)

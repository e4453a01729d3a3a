"""Files of evidence on their way up: every cut, wrong offsets, strange answers, and never in the way of an entry."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk.core.journal_writer import Writing
from kiosk.model.evidence_file import Evidence
from kiosk.model.service_request import Request
from kiosk.model.store_changes import SetEvidence
from protocol.clock import DAY_MS
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.override import override
from protocol.wire import wire
from protocol.wire.evidence_file import NONCE, EvidenceHead, bound_to, open_key
from sync.evidence_upload import AGAIN_MS, ASIDE_MS, FIRST_PIECE, SMALLEST_PIECE
from sync.line import NoAnswer, Raw
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.sync_party import ME, SEAL, Centre, DirectWire, Kiosk, lost

CONTENT = bytes(range(256)) * 3_000
Answer = Callable[[str, str], Raw | None]


def raw(status: int, body: bytes = b"", media: str = "", **headers: str) -> Raw:
    return Raw(status, {"content-type": media, **{k.replace("_", "-"): v for k, v in headers.items()}}, body)


REFUSED = raw(404, b'{"code":"no_such_path"}', wire.JSON)


@dataclass
class Files(DirectWire):
    """A line to a centre that takes files, too; `instead` may answer in its place."""

    files: dict[str, bytearray] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    seen: list[tuple[str, int]] = field(default_factory=list)
    journal: list[int] = field(default_factory=list)
    instead: Answer = lambda _method, _name: None

    @override
    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        if not target.startswith(wire.PATH_EVIDENCE):
            if target == wire.PATH_JOURNAL:
                self.journal.append(len(self.seen))
            return super().send(method, target, headers, body)
        low = {name.lower(): value for name, value in headers.items()}
        self._believe(method, target, low, body or b"")
        name = low.get("idempotency-key", "").strip('"').rpartition("-")[0] or target.rpartition("/")[2]
        self.seen.append((method, int(low.get("upload-offset", 0))))
        told = self.instead(method, name)
        return self.after(target, told or self._take(method, name, low, body or b""))

    def _believe(self, method: str, target: str, low: Mapping[str, str], body: bytes) -> None:
        key, media = low.get("idempotency-key", "").strip('"'), low.get("content-type", "")
        asked = wire.SignedRequest(method, self.authority, target, "", media if key else "", body, key)
        claimed = wire.read_signature(low["signature-input"], low["signature"], asked)
        assert claimed is not None
        assert wire.verify(claimed, asked, ME.public)
        assert low["tus-resumable"] == "1.0.0"

    def _take(self, method: str, name: str, low: Mapping[str, str], body: bytes) -> Raw:
        if method == "POST":
            self.files.setdefault(name, bytearray())
            self.sizes[name] = int(low["upload-length"])
            self.keys[name] = base64.b64decode(low["upload-metadata"].removeprefix("key "))
            return raw(201, location=f"{wire.PATH_EVIDENCE}/{name}")
        file = self.files[name]
        if method == "HEAD":
            return raw(200, upload_offset=str(len(file)))
        if int(low["upload-offset"]) != len(file):
            return raw(409, b"{}", wire.JSON, upload_offset=str(len(file)))
        sha256 = base64.b64encode(hashlib.sha256(body).digest()).decode()
        assert low["upload-checksum"] == f"sha256 {sha256}"
        file += body
        return raw(204, upload_offset=str(len(file)))

    def plain(self, evidence: Evidence, seq: int, device: bytes) -> bytes:
        """What the centre makes of the file that came."""
        name = f"1-{seq}-{evidence.sha256.hex()}"
        head = EvidenceHead(device, 1, seq, evidence.sha256)
        key = open_key(head, self.keys[name], SEAL.private_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(NONCE, bytes(self.files[name]), bound_to(evidence.sha256))


@dataclass
class House:
    """A kiosk whose line takes files."""

    line: Files
    kiosk: Kiosk
    clock: FakeClock

    def sell(self, content: bytes = CONTENT, number: int = 1) -> tuple[Evidence, int]:
        """A sale with one paper."""
        pictures, store = self.kiosk.pictures, self.kiosk.store
        file, key = pictures.keep(content)
        one = Evidence(
            f"r{number}", "card", hashlib.sha256(content).digest(), len(content), "image/jpeg", file, key, 1
        )  # fmt: skip
        store.commit([], [one])
        record = self.kiosk.journal.write(
            [Writing(Unknown(EntryType.REQUEST, {}), {"fields": {}}, 500)],
            lambda records: [_row(one.request, records[0].fields.seq, records[0].hash)],
        )[0]
        return one, record.fields.seq

    def run(self, ms: int = 30_000) -> None:
        """Step for that long."""
        until = self.clock.mono + ms
        while self.clock.mono < until:
            pause = self.kiosk.cycle.step()
            self.clock.pass_ms(max(1, int(pause.seconds * 1000)))

    def arrived(self, one: Evidence, seq: int) -> bool:
        name = f"1-{seq}-{one.sha256.hex()}"
        if len(self.line.files.get(name, b"")) != one.length + 16:
            return False
        device = self.kiosk.in_force.statement().device
        return self.line.plain(one, seq, device) == self.kiosk.pictures.open(one)


def _row(request: str, seq: int, entry_hash: bytes) -> Request:
    return Request(
        request, 1, seq, request, 1, 1, "s", 1, 1, "2026-11-25", 1, "op", 500, 500, "", entry_hash, "", "", ""
    )  # fmt: skip


@pytest.fixture
def house() -> House:
    clock = FakeClock()
    line = Files(Centre(clock))
    return House(line, Kiosk(line, clock), clock)


def word(one: Evidence, seq: int, state: str) -> dict[str, Any]:
    return {"kind": "evidence", "epoch": 1, "seq": seq, "sha256": one.sha256.hex(), "state": state, "at_ms": 1}


def test_a_file_goes_up_behind_its_entry_in_growing_pieces(house: House) -> None:
    one, seq = house.sell()
    house.run()
    assert house.arrived(one, seq)
    assert house.line.journal == [0], "the entry first"
    offsets = [at for method, at in house.line.seen if method == "PATCH"]
    assert offsets == [0, FIRST_PIECE, 3 * FIRST_PIECE, 7 * FIRST_PIECE, 15 * FIRST_PIECE, 23 * FIRST_PIECE]


def test_only_the_feed_says_that_it_is_stored(house: House) -> None:
    one, seq = house.sell()
    house.run(AGAIN_MS + 60_000)
    assert [method for method, _ in house.line.seen].count("POST") == 2, "unbelieved, it asks again after a while"
    assert house.kiosk.store.evidence.of_request("r1")[0].state == ""
    house.line.centre.items.append(word(one, seq, "stored"))
    house.run(400_000)
    assert house.kiosk.store.evidence.of_request("r1")[0].state == "stored"
    seen = len(house.line.seen)
    house.run(AGAIN_MS * 3)
    assert len(house.line.seen) == seen
    house.line.centre.items.append(word(one, seq, "durable"))
    house.run(400_000)
    assert house.kiosk.store.evidence.of_request("r1")[0].state == "durable"


def test_a_state_nobody_knows_is_left_out_with_an_alarm(house: House) -> None:
    one, seq = house.sell()
    house.line.centre.items += [word(one, seq, "gone"), word(one, seq, "stored")]
    house.run()
    assert house.kiosk.store.evidence.of_request("r1")[0].state == "stored"
    assert (house.kiosk.store.fact("alarm") or b"").startswith(b"item_form")


@pytest.mark.parametrize("nth", range(1, 10))
@pytest.mark.parametrize("how", ["request", "answer"])
def test_cut_at_any_exchange_it_arrives_whole_and_once(house: House, nth: int, how: str) -> None:
    one, seq = house.sell()
    count = [0]

    def before(_method: str, _name: str) -> Raw | None:
        count[0] += 1
        if count[0] == nth and how == "request":
            raise NoAnswer("offline", "connection")
        return None

    def after(target: str, answer: Raw) -> Raw:
        is_ours = target.startswith(wire.PATH_EVIDENCE)
        return lost(target, answer) if is_ours and count[0] == nth and how == "answer" else answer

    house.line.instead, house.line.after = before, after
    house.run(400_000)
    assert house.arrived(one, seq)


@pytest.mark.parametrize("nth", range(1, 9))
def test_after_a_restart_it_goes_on_where_it_stood(house: House, nth: int) -> None:
    one, seq = house.sell()

    class Cut(Exception):
        pass

    def power(_method: str, _name: str) -> Raw | None:
        if len(house.line.seen) == nth:
            raise Cut
        return None

    house.line.instead = power
    with pytest.raises(Cut):
        house.run()
    before = [len(file) for file in house.line.files.values()]
    house.kiosk.restart()
    house.line.instead = lambda _method, _name: None
    house.run()
    assert house.arrived(one, seq)
    again = [at for method, at in house.line.seen[nth:] if method == "PATCH"]
    assert again[0] == (before or [0])[0], "nothing is sent twice"


def test_a_wrong_offset_is_asked_for_anew(house: House) -> None:
    one, seq = house.sell()

    def shorten(method: str, name: str) -> Raw | None:
        if method == "PATCH" and len(house.line.seen) == 4:
            del house.line.files[name][1000:]  # restored from a copy
        return None

    house.line.instead = shorten
    house.run()
    assert house.arrived(one, seq)
    assert ("PATCH", 1000) in house.line.seen


def test_a_centre_that_never_agrees_is_left_alone_for_longer_each_time(house: House) -> None:
    house.sell()
    house.line.instead = lambda method, _name: raw(460, b"{}", wire.JSON) if method == "PATCH" else None
    house.run(ASIDE_MS)
    first = len(house.line.seen)
    house.run(ASIDE_MS * 20)
    assert len(house.line.seen) <= first * 6
    assert house.kiosk.cycle.status().state == "online"


@pytest.mark.parametrize("offset", ["0", "1000"])
def test_an_answer_that_never_moves_on_is_not_asked_for_in_a_circle(house: House, offset: str) -> None:
    house.sell()
    house.line.instead = lambda method, _name: raw(204, upload_offset=offset) if method == "PATCH" else None
    house.run()
    assert len(house.line.seen) < 12
    assert house.kiosk.cycle.status().state == "online"


def test_a_line_that_fell_under_a_file_is_not_shown_as_up(house: House) -> None:
    house.sell()

    def down(_target: str) -> None:
        if house.line.seen:
            raise NoAnswer("offline", "connection")

    house.line.before, house.line.instead = down, lambda _method, _name: lost("", REFUSED)
    house.run(1_000)
    heard = house.kiosk.cycle.status().last_success_ms
    for _ in range(4):
        house.clock.pass_ms(int(house.kiosk.cycle.step().seconds * 1000) + 1)
        assert (house.kiosk.cycle.status().state, house.kiosk.cycle.status().last_success_ms) == ("offline", heard)


def test_a_refused_file_is_no_contact(house: House) -> None:
    house.line.instead = lambda _method, _name: REFUSED
    house.sell()
    house.run(1_000)
    house.clock.pass_ms(ASIDE_MS * 2)
    before, heard = len(house.line.seen), house.kiosk.cycle.status().last_success_ms
    house.kiosk.cycle.step()
    assert len(house.line.seen) == before + 1
    assert house.kiosk.cycle.status().last_success_ms == heard


@pytest.mark.parametrize("offset", ["", "x", "9999999", "-1"])
def test_an_offset_that_cannot_be_is_no_answer(house: House, offset: str) -> None:
    one, seq = house.sell()
    house.line.instead = lambda method, _name: raw(200, upload_offset=offset) if method == "HEAD" else None
    house.run()
    assert "HEAD" in {method for method, _ in house.line.seen}
    assert all(method != "PATCH" for method, _ in house.line.seen)
    house.line.instead = lambda _method, _name: None
    house.run(ASIDE_MS * 2)
    assert house.arrived(one, seq)


def test_a_centre_that_takes_no_files_is_no_trouble_of_the_line(house: House) -> None:
    house.line.instead = lambda _method, _name: REFUSED
    for number in range(1, 4):
        house.sell(CONTENT + bytes([number]), number)
    house.run(ASIDE_MS // 2)
    assert house.kiosk.cycle.status().state == "online"
    assert house.kiosk.hwm == 3
    assert len(house.line.seen) == 1, "the other files are not tried one after the other"
    house.sell(CONTENT + b"x", 4)
    house.run(2_000)
    assert house.kiosk.hwm == 4


def test_a_portal_in_its_place_shows_as_one(house: House) -> None:
    house.sell()
    house.line.instead = lambda _method, _name: raw(200, b"<html>", "text/html")
    house.run(200)
    assert house.kiosk.cycle.status().state == "portal"


def test_the_centres_wish_to_wait_is_obeyed(house: House) -> None:
    house.sell()
    asked: list[int] = []

    def later(_method: str, _name: str) -> Raw:
        asked.append(house.clock.mono)
        return raw(503, b"{}", wire.JSON, retry_after="120")

    house.line.instead = later
    house.run(300_000)
    assert all(after - before >= 120_000 for before, after in pairwise(asked))
    assert len(asked) > 1


def test_an_entry_never_waits_behind_a_file(house: House) -> None:
    house.sell()
    for _ in range(4):
        house.kiosk.cycle.step()  # entry, heartbeat, feed, and the file has begun
    assert house.line.seen
    house.kiosk.sell()
    before = len(house.line.seen)
    house.kiosk.cycle.step()
    assert (house.kiosk.hwm, len(house.line.seen)) == (2, before)


def test_a_slow_line_gets_smaller_pieces(house: House) -> None:
    house.sell()

    def slow(method: str, _name: str) -> Raw | None:
        if method == "PATCH":
            house.clock.pass_ms(10_000)
        return None

    house.line.instead = slow
    house.run(100_000)
    sizes = [at for method, at in house.line.seen if method == "PATCH"]
    steps = [b - a for a, b in pairwise(sizes)]
    assert steps[:4] == [FIRST_PIECE, FIRST_PIECE // 2, FIRST_PIECE // 4, SMALLEST_PIECE]
    assert min(steps) == SMALLEST_PIECE


def test_a_lost_file_is_set_aside_and_the_next_one_goes_up(house: House) -> None:
    one, _ = house.sell()
    two, seq = house.sell(CONTENT + b"2", 2)
    house.kiosk.pictures.files[one.file] = b"damaged"
    house.run()
    assert house.arrived(two, seq)
    del house.kiosk.pictures.files[one.file]
    house.run(ASIDE_MS * 3)
    assert len(house.line.files) == 1


def test_stored_but_never_durable_it_is_asked_about_once_a_day(house: House) -> None:
    one, seq = house.sell()
    house.run()
    house.kiosk.store.commit([], [SetEvidence(1, seq, one.sha256, "stored")])
    seen = len(house.line.seen)
    house.run(DAY_MS + 600_000)
    assert [method for method, _ in house.line.seen[seen:]] == ["POST", "HEAD"]


def test_a_centre_restored_from_a_copy_gets_what_it_lost(house: House) -> None:
    one, seq = house.sell()
    house.kiosk.sell(2)
    house.line.centre.items.append(word(one, seq, "stored"))
    house.run(400_000)
    assert house.kiosk.store.evidence.of_request("r1")[0].state == "stored"
    house.clock.pass_ms(10_000)
    for number in (2, 3):
        del house.line.centre.records[number]
    house.line.files.clear()
    house.kiosk.sell()
    house.run(400_000)
    assert house.kiosk.store.evidence.of_request("r1")[0].state == ""
    house.run(400_000)
    assert house.arrived(one, seq)

"""Files of evidence from outside: every cut, wrong offsets, other bytes; on both databases."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from starlette.testclient import TestClient

from central.rate_limit import Rate
from central.requests import evidence_files
from central.requests.evidence_files import UploadPlace
from central.store.device_models import Entry
from central.store.request_models import Evidence
from central.web.app import Rates, build
from protocol.journal.entries import EntryType
from protocol.wire import wire
from protocol.wire.evidence_file import NONCE, EvidenceHead, bound_to, open_key, seal_key
from tests.harness.own_centre import AUTHORITY, OwnCentre
from tests.harness.wire_device import Device

CONTENT = b"CANARY-of-a-paper" * 40_000
PIECE = wire.MAX_PIECE


@dataclass
class Sender:
    """A device with one file, and hands to send it with."""

    office: OwnCentre
    device: Device
    http: TestClient
    content: bytes = CONTENT
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    seq: int = 2

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()

    @property
    def sealed(self) -> bytes:
        return ChaCha20Poly1305(self.key).encrypt(NONCE, self.content, bound_to(self.sha256))

    @property
    def name(self) -> str:
        return f"1-{self.seq}-{self.sha256.hex()}"

    @property
    def where(self) -> UploadPlace:
        return UploadPlace(self.device.chain.device, 1, self.seq, self.sha256)

    def send(self, method: str, path: str, body: bytes = b"", key: str = "", **headers: str) -> httpx.Response:
        asked = wire.SignedRequest(method, AUTHORITY, path, "", wire.TUS_PIECE if key else "", body, key)
        nonce, now = wire.nonce_text(secrets.token_bytes(16)), self.office.clock.ms // 1000
        signed = wire.sign(asked, self.device.signer, self.device.name, 1, now, nonce)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.request(
            method, path, content=body, headers={**signed, "Tus-Resumable": "1.0.0", **given}
        )  # fmt: skip

    def create(self, key: bytes | None = None, length: int | None = None, **headers: str) -> httpx.Response:
        head = EvidenceHead(self.device.chain.device, 1, self.seq, self.sha256)
        sealed = base64.b64encode(seal_key(head, key or self.key, self.device.keyset.seal_x25519)).decode()
        size = len(self.sealed) if length is None else length
        usual = {"Upload_Length": str(size), "Upload_Metadata": f"key {sealed}"}
        return self.send("POST", wire.PATH_EVIDENCE, b"", f"{self.name}-{size}", **(usual | headers))

    def head(self) -> httpx.Response:
        return self.send("HEAD", f"{wire.PATH_EVIDENCE}/{self.name}")

    def piece(self, offset: int, data: bytes | None = None, **headers: str) -> httpx.Response:
        data = self.sealed[offset : offset + PIECE] if data is None else data
        checksum = f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"
        usual = {"Upload_Offset": str(offset), "Upload_Checksum": checksum}
        path = f"{wire.PATH_EVIDENCE}/{self.name}"
        return self.send("PATCH", path, data, f"{self.name}-{offset}", **(usual | headers))

    def all(self) -> httpx.Response:
        self.create()
        answer = self.piece(0)
        for offset in range(PIECE, len(self.sealed), PIECE):
            answer = self.piece(offset)
        return answer

    def upload(self) -> Evidence | None:
        return self.office.read(evidence_files.find, self.where)

    def kept(self) -> bytes | None:
        found = self.upload()
        assert found is not None
        with self.office.store.reading() as session:
            return evidence_files.content(self.office.centre, session, found)

    def states(self) -> list[str]:
        """What the device has been told."""
        mine = {"epoch": 1, "seq": self.seq, "sha256": self.sha256.hex()}
        items = [item for item in self.office.feed(self.device) if item["kind"] == "evidence"]
        assert all(item.items() >= mine.items() for item in items)
        return [item["state"] for item in items]


def written(office: OwnCentre, device: Device, *contents: bytes) -> None:
    named = [
        {"id": "card", "sha256": hashlib.sha256(c).hexdigest(), "len": len(c), "media": "image/jpeg"} for c in contents
    ]
    device.request(evidence=[*named, {"id": "seen"}])
    office.take(device, device.items)


@pytest.fixture
def sender(office: OwnCentre) -> Iterator[Sender]:
    office.clock.ms = time.time_ns() // 1_000_000
    device = office.enrol()
    device.open_epoch()
    written(office, device, CONTENT)
    with TestClient(build(office.centre, Rates.unlimited()), raise_server_exceptions=True) as http:
        yield Sender(office, device, http)


def code(answer: httpx.Response) -> Any:
    return answer.json()["code"]


# ---- what works


def test_a_file_comes_up_in_pieces_and_is_what_its_entry_says(sender: Sender) -> None:
    begun = sender.create()
    assert (begun.status_code, begun.headers["location"]) == (201, f"{wire.PATH_EVIDENCE}/{sender.name}")
    assert (begun.headers["upload-offset"], begun.headers["tus-resumable"]) == ("0", "1.0.0")
    offset = 0
    while offset < len(sender.sealed):
        answer = sender.piece(offset)
        assert answer.status_code == 204
        offset = int(answer.headers["upload-offset"])
    assert sender.kept() == CONTENT
    assert sender.states() == ["stored"]
    stands = sender.head()
    assert (stands.headers["upload-offset"], stands.headers["upload-length"]) == (str(offset), str(offset))


@pytest.mark.parametrize("lost", ["request", "answer"])
def test_cut_at_every_piece_it_goes_on_where_it_stood(sender: Sender, lost: str) -> None:
    sender.create()
    for offset in range(0, len(sender.sealed), PIECE):
        if lost == "answer":
            sender.piece(offset)  # it arrived, and nobody heard
        assert sender.create().headers["upload-offset"] == sender.head().headers["upload-offset"]
        stands = int(sender.head().headers["upload-offset"])
        assert stands == (min(offset + PIECE, len(sender.sealed)) if lost == "answer" else offset)
        assert sender.piece(offset).status_code == (409 if lost == "answer" else 204)
    assert sender.kept() == CONTENT
    assert sender.states() == ["stored"]


def test_a_wrong_offset_says_the_right_one_and_changes_nothing(sender: Sender) -> None:
    sender.create()
    sender.piece(0, sender.sealed[:1000])
    for wrong in (0, 999, 1001, 10_000):
        answer = sender.piece(wrong, b"x" * 10)
        assert (answer.status_code, answer.headers["upload-offset"]) == (409, "1000")
    assert sender.piece(1000).status_code == 204


def test_a_backup_makes_it_durable_and_says_so_once(sender: Sender) -> None:
    sender.all()
    with sender.office.store.writing() as session:
        evidence_files.made_durable(sender.office.centre, session)
    assert sender.states() == ["stored"], "what was not marked before the copy is not known to be in it"
    with sender.office.store.writing() as session:
        evidence_files.mark(session)
        evidence_files.made_durable(sender.office.centre, session)
        evidence_files.made_durable(sender.office.centre, session)
    assert sender.states() == ["stored", "durable"]
    assert sender.create().headers["upload-offset"] == str(len(sender.sealed))


def test_whoever_asks_again_for_a_file_that_is_here_is_told_anew_and_the_list_does_not_grow(sender: Sender) -> None:
    sender.all()
    read = max(n for n, _ in _evidence_items(sender))
    for _ in range(3):
        assert sender.create().status_code == 201
    assert sender.states() == ["stored"]
    (told,) = _evidence_items(sender)
    assert told[0] > read, "a device that had read it, and was then told by a restored centre to forget, reads it"
    with sender.office.store.writing() as session:
        evidence_files.mark(session)
        evidence_files.made_durable(sender.office.centre, session)
    sender.create()
    assert sender.states() == ["durable"]


def _evidence_items(sender: Sender) -> list[tuple[int, str]]:
    with sender.office.store.reading() as session:
        return [(row[0], row[1]) for row in session.all("SELECT n, body FROM feed_item WHERE kind = 'evidence'")]


def test_the_finished_files_of_an_entry_are_found(sender: Sender) -> None:
    sender.create()
    with sender.office.store.reading() as session:
        assert evidence_files.uploads_of(session, sender.device.chain.device, 1, 2) == []
    sender.all()
    with sender.office.store.reading() as session:
        found = evidence_files.uploads_of(session, sender.device.chain.device, 1, 2)
        assert [*map(evidence_files.place_of, found)] == [sender.where]


# ---- other bytes


def test_other_bytes_begin_anew_and_the_device_hears_nothing_good(sender: Sender) -> None:
    answer = sender.create()
    wrong = bytearray(sender.sealed)
    wrong[-1] ^= 1
    for offset in range(0, len(wrong), PIECE):
        answer = sender.piece(offset, bytes(wrong[offset : offset + PIECE]))
    assert (answer.status_code, code(answer)) == (460, "evidence_spoilt")
    assert sender.head().headers["upload-offset"] == "0"
    assert sender.states() == []
    assert sender.all().status_code == 204
    assert sender.kept() == CONTENT


def test_another_key_begins_anew(sender: Sender) -> None:
    sender.create(key=bytes(32))
    sender.piece(0)
    assert sender.create(key=bytes(32)).headers["upload-offset"] == str(PIECE)
    assert sender.create().headers["upload-offset"] == "0"
    assert sender.all().status_code == 204


def test_a_piece_that_is_not_its_checksum_is_not_taken(sender: Sender) -> None:
    sender.create()
    wrong = f"sha256 {base64.b64encode(bytes(32)).decode()}"
    assert sender.piece(0, Upload_Checksum=wrong).status_code == 460
    assert sender.piece(0, Upload_Checksum="md5 x").status_code == 400
    assert sender.head().headers["upload-offset"] == "0"
    path = f"{wire.PATH_EVIDENCE}/{sender.name}"  # without one, the signed digest is enough
    assert sender.send("PATCH", path, sender.sealed[:9], f"{sender.name}-0", Upload_Offset="0").status_code == 204


def test_a_file_that_is_another_picture_under_the_right_key_is_not_stored(sender: Sender) -> None:
    """Rightly encrypted, bound to the hash of the entry, and something else: only the hash finds it."""
    other = ChaCha20Poly1305(sender.key).encrypt(NONCE, b"y" * len(CONTENT), bound_to(sender.sha256))
    answer = sender.create()
    for offset in range(0, len(other), PIECE):
        answer = sender.piece(offset, other[offset : offset + PIECE])
    assert answer.status_code == 460
    assert sender.states() == []


# ---- what is refused


def test_nothing_comes_before_its_entry_or_without_being_named(sender: Sender) -> None:
    for where, length, status, why in (
        (3, None, 409, "evidence_early"), (1, None, 400, "evidence_unnamed"), (2, 17, 400, "evidence_unnamed"),
        (2, evidence_files.LARGEST + 1, 400, "evidence_unnamed"),
    ):  # fmt: skip
        sender.seq = where
        answer = sender.create(length=length)
        assert (answer.status_code, code(answer)) == (status, why)


@pytest.mark.parametrize("body", [{"evidence": "x"}, {"evidence": ["x"]}, {"evidence": {"sha256": 1}}, {"evidence": 5}])
def test_a_body_that_names_nothing_sensible_names_nothing(sender: Sender, body: dict[str, Any]) -> None:
    sender.device.request(**body)
    sender.device.write_bytes(EntryType.REQUEST, b"no json")
    sender.office.take(sender.device, sender.device.items[2:])
    sender.seq = 3
    assert code(sender.create()) == "evidence_unnamed"
    header, nothing = sender.device.items[-1].record.header, b""
    odd = Entry(
        device=nothing, epoch=1, seq=3, hash=nothing, header=header, signature=nothing, body=b"no json", received_ms=0
    )
    assert evidence_files._named(odd) == set()


def test_a_file_of_another_device_is_unknown(sender: Sender) -> None:
    sender.all()
    other = sender.office.enrol()
    other.open_epoch()
    mine, sender.device = sender.device, other
    assert sender.head().status_code == 404
    assert sender.piece(0).status_code == 404
    sender.device = mine
    assert sender.head().status_code == 200


def test_a_piece_too_long_or_empty_is_not_taken(sender: Sender) -> None:
    sender.create()
    for offset in range(0, len(sender.sealed) - PIECE, PIECE):
        sender.piece(offset)
    last = offset + PIECE
    assert code(sender.piece(last, sender.sealed[last:] + b"x")) == "evidence_long"
    assert code(sender.piece(last, b"")) == "evidence_long"
    assert sender.piece(last, bytes(PIECE + 1)).status_code == 413
    assert sender.piece(last).status_code == 204


def test_what_is_signed_and_what_tus_says_must_agree(sender: Sender) -> None:
    assert sender.create(Upload_Length="5").status_code == 400
    assert sender.create(Upload_Metadata="name x").status_code == 400
    assert sender.create(Upload_Metadata="key ====").status_code == 400
    sender.create()
    assert sender.piece(0, Upload_Offset="1").status_code == 400
    assert sender.piece(0, Tus_Resumable="0.2.2").status_code == 412
    path = f"{wire.PATH_EVIDENCE}/{sender.name}"
    for key in ("x", "1-2-3", f"{sender.name}-", f"{sender.name}--1", f"2{sender.name[1:]}-0", f"{sender.name}-01"):
        assert sender.send("PATCH", path, b"x", key, Upload_Offset="0").status_code == 400
    assert sender.send("HEAD", f"{wire.PATH_EVIDENCE}/x").status_code == 400


def test_a_piece_of_another_media_type_is_not_taken(sender: Sender) -> None:
    sender.create()
    key, path = f"{sender.name}-0", f"{wire.PATH_EVIDENCE}/{sender.name}"
    asked = wire.SignedRequest("PATCH", AUTHORITY, path, "", wire.JSON, b"x", key)
    nonce = wire.nonce_text(secrets.token_bytes(16))
    signed = wire.sign(asked, sender.device.signer, sender.device.name, 1, sender.office.clock.ms // 1000, nonce)
    tus = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    assert sender.http.request("PATCH", path, content=b"x", headers={**signed, **tus}).status_code == 415


def test_unsigned_nothing_is_said(sender: Sender) -> None:
    sender.all()
    for method in ("HEAD", "PATCH"):
        answer = sender.http.request(method, f"{wire.PATH_EVIDENCE}/{sender.name}", headers={"Tus-Resumable": "1.0.0"})
        assert answer.status_code == 401
    able = sender.http.request("OPTIONS", wire.PATH_EVIDENCE)
    assert (able.status_code, able.headers["tus-extension"]) == (204, "creation,checksum")


def test_a_key_that_nobody_here_can_open_is_refused(sender: Sender) -> None:
    strange = base64.b64encode(bytes(80)).decode()
    assert code(sender.create(Upload_Metadata=f"key {strange}")) == "evidence_key"
    head = EvidenceHead(sender.device.chain.device, 1, sender.seq, sender.sha256)
    short = base64.b64encode(seal_key(head, b"short", sender.device.keyset.seal_x25519)).decode()
    assert code(sender.create(Upload_Metadata=f"key {short}")) == "evidence_key"


# ---- the end


def test_erased_it_is_gone_and_cannot_come_back(sender: Sender) -> None:
    sender.all()
    key = (sender.device.chain.device, 1, 2)
    with sender.office.store.writing() as session:
        session.run("INSERT INTO erasure VALUES (?, ?, ?, 'id', 'amal', 1, 0)", *key)
        evidence_files.forget(session, *key)
        assert session.all("SELECT 1 FROM evidence_piece") == []
    assert sender.upload() is None
    answer = sender.create()
    assert (answer.status_code, code(answer)) == (410, "evidence_erased")


def test_erased_in_the_moment_in_which_it_is_begun_it_is_not_begun(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a command of the staff, beside the server."""

    def meanwhile(*of: Any) -> bytes:
        with sender.office.store.writing() as session:
            session.run("INSERT INTO erasure VALUES (?, ?, ?, 'id', 'amal', 1, 0)", sender.device.chain.device, 1, 2)
        return open_key(*of)

    monkeypatch.setattr(evidence_files, "open_key", meanwhile)
    answer = sender.create()
    assert (answer.status_code, code(answer)) == (410, "evidence_erased")
    assert sender.upload() is None


def test_nothing_of_a_picture_can_be_read_in_the_files_of_the_centre(sender: Sender, tmp_path: Path) -> None:
    sender.all()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.name for file in files if b"CANARY" in file.read_bytes()] == []
    with sender.office.store.reading() as session:
        for (data,) in session.all("SELECT data FROM evidence_piece"):
            assert b"CANARY" not in bytes(data)
        assert sender.key not in b"".join(bytes(row[0]) for row in session.all("SELECT sealed_key FROM evidence"))


def test_however_many_pictures_there_are_the_heartbeat_does_not_wait_for_them(sender: Sender) -> None:
    """A shop that comes back after ten days sends gigabytes of them, and wants its lease meanwhile."""
    little = replace(Rates.unlimited(), volume=Rate(1, 64 * 1024))
    with TestClient(build(sender.office.centre, little), raise_server_exceptions=True) as sender.http:
        assert sender.all().status_code == 204
        said, key = b'{"v":1}', "hb-1"
        asked = wire.SignedRequest("POST", AUTHORITY, wire.PATH_HEARTBEAT, "", wire.JSON, said, key)
        nonce, now = wire.nonce_text(secrets.token_bytes(16)), sender.office.clock.ms // 1000
        signed = wire.sign(asked, sender.device.signer, sender.device.name, 1, now, nonce)
        assert sender.http.post(wire.PATH_HEARTBEAT, content=said, headers=signed).status_code == 200

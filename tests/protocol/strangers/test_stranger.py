"""Somebody who has docs/protocol.md and the vectors, and nothing else of ours, can write a kiosk."""

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from backports import zstd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.harness.centre_process import CentreProcess, CommandFailed, start_centre
from tests.protocol.strangers.stranger_client import (
    HEADER,
    HPKE,
    KJB_HEAD,
    Stranger,
    content_digest,
    header,
    key_id,
    opened,
    pairing_number,
    receipt_code,
    record,
    salted,
    shortened,
    signed_headers,
    spelt_out,
    tagged,
)

VECTORS = Path(__file__).parents[2] / "vectors"
DEVICE = uuid.UUID("0192f0c1-7c3a-7b1e-8a4d-5566778899aa")
JOURNAL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # the seeds behind the vectors' public keys
CENTRE_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
FIELDS = {
    "national_id": "20001010100014",
    "name": "منى أحمد علي حسن",
    "relation": "self",
    "mother_name": "سعاد علي",
    "copies": 1,
    "delivery": "pickup",
}


def words_after(text: str, *labels: str) -> list[str]:
    """What stands behind each label, which are looked for one after the other."""
    found, at = [], 0
    for label in labels:
        at = text.index(label, at) + len(label)
        found.append(text[at:].split(maxsplit=1)[0])
    return found


def rebuilt(data: bytes) -> bytes:
    """The first record of data, written anew from its fields and body."""
    _, entry_type, _, device, epoch, body_len, *when, prev, anchor, _ = HEADER.unpack(data[:160])
    body = data[224 : 224 + body_len]
    return record(JOURNAL_KEY, header(entry_type, (device, epoch), when, (prev, anchor), body), body)


def uuid7() -> str:
    number = time.time_ns() // 10**6 << 80 | secrets.randbits(80)
    return str(uuid.UUID(int=number & ~(0xF000 << 64) & ~(3 << 62) | 0x7000 << 64 | 2 << 62))


# ------------------------------------------------------------------ the vectors


def test_the_stranger_writes_the_journal_of_the_vectors() -> None:
    text, stream = (VECTORS / "kj01_vectors.txt").read_text(), (VECTORS / "kj01_vector.bin").read_bytes()
    pub, prev, *hashes = words_after(text, "pub ", "genesis ", *["entry_hash "] * 3)
    assert JOURNAL_KEY.public_key().public_bytes_raw().hex() == pub
    for entry_hash in hashes:
        again = rebuilt(stream)
        assert stream.startswith(again)
        assert HEADER.unpack(again[:160])[-3].hex() == prev
        prev = tagged("entry", again[:160]).hex()
        assert prev == entry_hash
        stream = stream[len(again) :]
    assert stream == b""
    receipt = words_after((VECTORS / "kj01_ack_and_request_vectors.txt").read_text(), "receipt code (80 bit) ")[0]
    assert receipt_code(bytes.fromhex(prev)) == f"{receipt}-S"


def test_the_stranger_reckons_number_frame_and_envelope_of_the_vectors() -> None:
    text = (VECTORS / "kjb2_vectors.txt").read_text()
    labels = ("pub ", "nd ", "ns ", "root_fp ", "SHA-256(pub || nd) ", "number ", "hash ", "hex ", "SHA-256 ")
    pub, nd, ns, root_fp, commit, number, frame_hash, frame, plain_sha = words_after(text, *labels)
    parts = [bytes.fromhex(each) for each in (pub, nd, ns, root_fp)]
    assert (hashlib.sha256(parts[0] + parts[1]).hexdigest(), pairing_number(*parts)) == (commit, number)
    assert tagged("personal", bytes.fromhex(frame)).hex() == frame_hash
    private, head, envelope = words_after(text, "seal_x25519 private ", "head ", "envelope ")
    key, info = X25519PrivateKey.from_private_bytes(bytes.fromhex(private)), bytes.fromhex(head)
    content = HPKE.decrypt(bytes.fromhex(envelope)[4:], key, info=info)
    raw_len = int.from_bytes(content[:4])
    short = zstd.decompress(content[4 + raw_len :]), content[4 : 4 + raw_len]
    assert [part.hex() for part in short] == words_after(text, "text hex ", "raw hex ")
    plain = spelt_out(*short, info)
    assert hashlib.sha256(plain).hexdigest() == plain_sha
    assert plain.startswith(rebuilt(plain))
    assert plain.endswith(bytes.fromhex(frame))
    assert shortened(plain, info) == short


def test_the_stranger_shortens_what_it_can_and_sends_the_rest_as_it_is() -> None:
    stream, head = (VECTORS / "kj01_vector.bin").read_bytes(), KJB_HEAD.pack(b"KJB2", DEVICE.bytes, 1, 1, 7)
    text, raw = shortened(stream, head)
    assert text.count(b"\0") == 2 * 3, "a line and a body of each record"
    assert spelt_out(text, raw, head) == stream
    stranger = Stranger("", "")
    stranger.device, stranger.epoch, stranger.hashes = DEVICE, 1, [bytes(32)] * 4
    ids = [str(uuid.uuid4()) for _ in range(96)]
    stream += stranger.write_request({"ids": ids}, ids=ids) + stranger.write(1, salted(odd=17 * "a", long=130 * "b"))
    text, raw = shortened(stream, head)
    first, again = (text.count(mark) for mark in (b"\1", b"\3"))
    assert (first, again) == (97, 95), "the last of them has no number"
    assert spelt_out(text, raw, head) == stream
    foreign = stranger.write(1, b"\2") + stranger.write(1, salted())
    assert shortened(stream + foreign, head) == (text, raw + foreign)


def test_the_stranger_believes_the_acknowledgement_and_signs_the_request_of_the_vectors() -> None:
    text = (VECTORS / "kj01_ack_and_request_vectors.txt").read_text()
    pub, payload, keyid, sig, anchor = words_after(
        text, "server pub ", "ack payload 72 ", "keyid ", "ack sig ", "(hash of ack payload) "
    )
    assert CENTRE_KEY.public_key().public_bytes_raw().hex() == pub
    assert key_id(bytes.fromhex(pub)).hex() == keyid
    stranger = Stranger("", "")
    stranger.device, stranger.epoch, stranger.keyset = DEVICE, 1, {"ack": [pub]}
    hashes = words_after((VECTORS / "kj01_vectors.txt").read_text(), "genesis ", *["entry_hash "] * 3)
    stranger.hashes = [bytes.fromhex(each) for each in hashes]
    assert stranger.acknowledged(bytes.fromhex(payload + keyid + sig)) == (3, bytes.fromhex(anchor))

    base = dict(line[1:].split('": ', 1) for line in text.splitlines() if line.startswith('"'))
    params = base.pop("@signature-params")
    assert content_digest((VECTORS / "kj01_vector.bin").read_bytes()) == base["content-digest"]
    headers = signed_headers(JOURNAL_KEY, f"{DEVICE}/1", base, 1764057600, "AAECAwQFBgcICQoLDA0ODw")
    assert headers == {"Signature-Input": f"k={params}", "Signature": words_after(text, "Signature: ")[0]}


# ------------------------------------------------------------------ a real centre


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    running = start_centre(tmp_path)
    yield running
    running.stop()


def enrolled(centre: CentreProcess) -> Stranger:
    slot = centre.cli("device", "slot", "--shop", "S1", "--staff", "mona")
    stranger = Stranger(centre.url, centre.authority)
    number = stranger.claim(slot["slot"], slot["code"])
    assert not stranger.enrolled()
    assert [each["number"] for each in centre.cli("device", "pending")] == [number]
    approve = ("device", "approve", slot["slot"], "--staff", "karim", "--number")
    with pytest.raises(CommandFailed):
        centre.cli(*approve, f"{(int(number) + 1) % 10**6:06d}")
    centre.cli(*approve, number)
    assert stranger.enrolled()
    return stranger


def request_of(stranger: Stranger, operator: str, settings: dict[str, Any], catalogue: dict[str, Any]) -> bytes:
    service = next(each for each in catalogue["services"] if each["id"] == "birth-cert")
    price = next(each["amount_pt"] for each in service["costs"] if each["code"] == "first_copy")
    fees = [("first_copy", "government", price), ("service_fee", "service", settings["shop"]["service_fee_pt"])]
    total = sum(amount for *_, amount in fees)
    members = {"op": operator, "login": 0, "id": uuid7(), "visit": uuid7(), "line": 1, "lines": 1}
    members |= {"service": service["id"], "service_version": service["version"], "catalogue": catalogue["version"]}
    members |= {"date": f"{datetime.now(ZoneInfo('Africa/Cairo')):%Y-%m-%d}", "vat_pt": 0, "total_pt": total}
    members["fees"] = [{"code": c, "kind": k, "unit_pt": pt, "count": 1, "amount_pt": pt} for c, k, pt in fees]
    members |= {"method": "cash", "tendered_pt": total, "change_pt": 0, "evidence": []}
    return stranger.write_request(FIELDS, **members, choices={"copies": 1, "delivery": "pickup"})


def judged(centre: CentreProcess, count: int) -> dict[int, dict[str, Any]]:
    """The requests at the centre by seq, as soon as there are so many."""
    deadline = time.monotonic() + 10
    while len(listed := centre.cli("request", "list")) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return {each["seq"]: each for each in listed}


@pytest.mark.slow
def test_a_strangers_kiosk_enrols_sends_four_requests_and_reads_what_became_of_one(centre: CentreProcess) -> None:
    centre.cli("shop", "add", "--id", "S1", "--name-en", "Shop", "--name-ar", "محل", "--staff", "mona")
    operator = centre.cli("operator", "add", "--shop", "S1", "--name-ar", "سعاد", "--staff", "mona")["id"]
    stranger = enrolled(centre)
    documents = {item["kind"]: item["document"] for item in stranger.pull()}
    settings, _ = opened(documents["settings"], "settings", stranger.keyset["feed"])
    catalogue, _ = opened(documents["catalogue"], "catalogue", stranger.keyset["catalogue"])
    sha256 = hashlib.sha256(json.dumps(documents["settings"], separators=(",", ":")).encode()).hexdigest()

    opening = [stranger.write(1, salted(v=1, kind="epoch_open", app="stranger 1"))]
    opening += [stranger.write(8, salted(v=1, kind="settings", version=settings["version"], sha256=sha256))]
    requests = [request_of(stranger, operator, settings, catalogue) for _ in range(2)]
    assert (stranger.push(opening + requests).status_code, stranger.hwm) == (200, 4)
    short = [request_of(stranger, operator, settings, catalogue) for _ in range(2)]  # anchored now; shortened, sealed
    assert (stranger.push(short, sealed=True).status_code, stranger.hwm) == (200, 6)

    listed = judged(centre, 4)
    assert {seq: each["status"] for seq, each in listed.items()} == dict.fromkeys((3, 4, 5, 6), "pending")
    reasons = ("--code", "photo", "--reason-ar", "أعد الصورة", "--reason-en", "Take the photo again")
    centre.cli("request", "decide", listed[4]["id"], "sent_back", *reasons, "--staff", "karim")
    (decision,) = (item for item in stranger.pull() if item["kind"] == "decision")  # among what else the feed brings
    assert (decision["kind"], decision["id"], decision["status"]) == ("decision", listed[4]["id"], "sent_back")
    assert (decision["epoch"], decision["seq"], decision["code"]) == (1, 4, "photo")
    assert bytes.fromhex(decision["entry_hash"]) == stranger.hashes[4]
    assert decision["reason"]["en"] == "Take the photo again"

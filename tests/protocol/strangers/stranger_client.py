"""A kiosk as a stranger writes it: from docs/protocol.md and the vectors alone, sharing no code with the product."""

import base64
import hashlib
import io
import json
import re
import secrets
import struct
import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import requests
from backports import zstd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

HEADER = struct.Struct(">4sHH16sIIQqQQ32s32s32s")
ACK = struct.Struct(">4s16sIQ32sq")
KJB_HEAD = struct.Struct(">4s16sIQQ")
HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TIMES_OUT = (5, 30)
DICTIONARY = zstd.ZstdDict((Path(__file__).parents[3] / "assets" / "wire.dict").read_bytes())
FIRST = bytes(32), bytes(8), bytes(32)  # what stands for hash, boot id and anchor of the record before the first
MARK = re.compile(rb"\x01(?P<ms>-?\d+) |\x02(?P<size>.)|\x03(?P<which>.)|\x04", re.DOTALL)
MARKABLE = re.compile(rb"(?P<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})|(?:[0-9a-f]{2}){8,64}")


def pae(kind: str, data: bytes) -> bytes:
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(data), data)


def tagged(tag: str, *parts: bytes) -> bytes:
    return hashlib.sha256(f"KJ01/{tag}\n".encode() + b"".join(parts)).digest()


def key_id(pub: bytes) -> bytes:
    return tagged("ackkey", pub)[:4]


def verify(pub: bytes, sig: bytes, kind: str, data: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(pub).verify(sig, pae(kind, data))


def opened(envelope: dict[str, Any], name: str, trusted: Iterable[str]) -> tuple[dict[str, Any], bytes]:
    """Check the type, find the key, verify, and only then parse: the payload and its exact bytes."""
    kind, payload = f"application/vnd.kiosk.{name}.v1+json", base64.b64decode(envelope["payload"], validate=True)
    assert envelope["payloadType"] == kind, envelope["payloadType"]
    ring = {key_id(bytes.fromhex(pub)).hex(): bytes.fromhex(pub) for pub in trusted}
    signed = next(s for s in envelope["signatures"] if s["keyid"] in ring)
    verify(ring[signed["keyid"]], base64.b64decode(signed["sig"], validate=True), kind, payload)
    return json.loads(payload), payload


def pairing_number(pub: bytes, nd: bytes, ns: bytes, root_fp: bytes) -> str:
    return f"{int.from_bytes(tagged('sas', pub, nd, ns, root_fp)[:4]) % 10**6:06d}"


def receipt_code(entry_hash: bytes) -> str:
    number, check = int.from_bytes(entry_hash[:10]), 0
    digits = [number >> shift & 31 for shift in range(75, -1, -5)]
    for digit in digits:
        check = (check ^ digit) << 1
        check ^= 0b100101 if check > 31 else 0
    text = "".join(CROCKFORD[digit] for digit in digits)
    return "-".join([text[0:4], text[4:8], text[8:12], text[12:], CROCKFORD[check]])


def header(entry_type: int, who: Sequence[Any], when: Sequence[int], links: Sequence[bytes], body: bytes) -> bytes:
    """Who: device, epoch; when: seq, wall_ms, mono_ms, boot_id; links: prev, anchor."""
    return HEADER.pack(b"KJ01", entry_type, 0, *who, len(body), *when, *links, tagged("body", body))


def record(key: Ed25519PrivateKey, packed: bytes, body: bytes) -> bytes:
    return packed + key.sign(pae("application/vnd.kiosk.journal-entry.v1", packed)) + body


def behind(seq: int, frame: bytes) -> bytes:
    """What follows a record: its personal frame, if it has one."""
    return b"KJP1" + struct.pack(">QI", seq, len(frame)) + frame if frame else b""


def personal(frame: bytes) -> bytes:
    """How a body names its frame."""
    return b'"personal":{"sha256":"%b","len":%d}' % (tagged("personal", frame).hex().encode(), len(frame))


def shortened(stream: bytes, head: bytes) -> tuple[bytes, bytes]:
    """Text and raw of records and frames; `head` is the bundle's. From the first that has no short form, all is raw."""
    _, *who, seq, _ = KJB_HEAD.unpack(head)
    text, raw, known, before, wall, ahead = b"", bytearray(), list[bytes](), FIRST, 0, 0
    while len(stream) >= 224:
        _, kind, _, _, _, body_len, _, wall_ms, mono_ms, boot_id, prev, anchor, _ = HEADER.unpack(stream[:160])
        body, rest = stream[224 : 224 + body_len], stream[224 + body_len :]
        frame = rest[16 : 16 + int.from_bytes(rest[12:16])] if rest.startswith(b"KJP1") else b""
        packed = header(kind, who, (seq, wall_ms, mono_ms, boot_id), (prev, anchor), body)
        whole = packed + stream[160:224] + body + behind(seq, frame)
        if not stream.startswith(whole) or min(body + frame, default=5) < 5:
            break
        flags = 8 if frame else 0
        for flag, now, last in zip((1, 2, 4), (prev, boot := boot_id.to_bytes(8), anchor), before, strict=True):
            flags, raw = (flags, raw) if now == last else (flags | flag, raw + now)
        text += b"%d %d %d %d\0" % (flags, kind, wall_ms - wall, mono_ms - wall_ms - ahead)
        if frame:
            text += marked(frame, raw, wall_ms, known) + b"\0"
            body = body.replace(personal(frame), b"\4", 1)
        text += marked(body, raw, wall_ms, known) + b"\0"
        raw += stream[160:224]
        before, wall, ahead = (tagged("entry", packed), boot, anchor), wall_ms, mono_ms - wall_ms
        stream, seq = stream[len(whole) :], seq + 1
    return text, bytes(raw) + stream


def marked(plain: bytes, raw: bytearray, wall: int, known: list[bytes]) -> bytes:
    def mark(found: re.Match[bytes]) -> bytes:
        value = bytes.fromhex(found[0].replace(b"-", b"").decode())
        if not found["uuid"]:
            raw.extend(value)
            return b"\2%c" % (32 + len(value))
        if found[0] in known[:95]:
            return b"\3%c" % (32 + known.index(found[0]))
        known.append(found[0])
        raw.extend(value[6:])
        return b"\1%d " % (int.from_bytes(value[:6]) - wall)

    return MARKABLE.sub(mark, plain)


def spelt_out(text: bytes, raw: bytes, head: bytes) -> bytes:
    """The records and frames of a short form; `head` is the bundle's."""
    _, *who, seq, _ = KJB_HEAD.unpack(head)
    given, lines, known, before = io.BytesIO(raw), iter(text.split(b"\0")), list[bytes](), FIRST
    wall, ahead, stream = 0, 0, b""
    while line := next(lines):
        flags, kind, later, more = map(int, line.split())
        prev, boot, anchor = (
            given.read(len(last)) if flags & flag else last for flag, last in zip((1, 2, 4), before, strict=True)
        )
        wall, ahead = wall + later, ahead + more
        frame = unmarked(next(lines), given, wall, known, b"") if flags & 8 else b""
        body = unmarked(next(lines), given, wall, known, personal(frame))
        packed = header(kind, who, (seq, wall, wall + ahead, int.from_bytes(boot)), (prev, anchor), body)
        stream += packed + given.read(64) + body + behind(seq, frame)
        before, seq = (tagged("entry", packed), boot, anchor), seq + 1
    return stream + given.read()


def unmarked(text: bytes, given: io.BytesIO, wall: int, known: list[bytes], named: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        if found["ms"]:
            known.append(str(uuid.UUID(bytes=(wall + int(found["ms"])).to_bytes(6) + given.read(10))).encode())
            return known[-1]
        if found["size"]:
            return given.read(found["size"][0] - 32).hex().encode()
        return known[found["which"][0] - 32] if found["which"] else named

    return MARK.sub(meant, text)


def salted(**members: Any) -> bytes:
    body = {"salt": secrets.token_hex(16), **members}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(key: Ed25519PrivateKey, who: str, parts: dict[str, str], created: int, nonce: str) -> dict[str, str]:
    covered = " ".join(f'"{name}"' for name in parts)
    params = f'({covered});created={created};keyid="{who}";alg="ed25519";nonce="{nonce}";tag="kiosk-v1"'
    base = "\n".join([*(f'"{name}": {value}' for name, value in parts.items()), f'"@signature-params": {params}'])
    signature = base64.b64encode(key.sign(base.encode())).decode()
    return {"Signature-Input": f"k={params}", "Signature": f"k=:{signature}:"}


def content_digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


class Stranger:
    def __init__(self, url: str, authority: str) -> None:
        self.url, self.authority, self.key = url, authority, Ed25519PrivateKey.generate()
        self.pub, self.boot_id = self.key.public_key().public_bytes_raw(), secrets.randbits(64)
        self.hwm, self.anchor, self.cursor = 0, bytes(32), 0
        self.hashes: list[bytes] = []  # entry_hash by seq; at 0 the genesis

    def _enrol(self, step: str, **members: str) -> requests.Response:
        body = {"slot": self.slot, **members}
        return requests.post(f"{self.url}/v1/enrol/{step}", json=body, timeout=TIMES_OUT, allow_redirects=False)

    def claim(self, slot: str, code: str) -> str:
        """Claim and reveal; the six digits to show."""
        self.slot, self.nd = slot, secrets.token_bytes(16)
        commit = hashlib.sha256(self.pub + self.nd).hexdigest()
        answer = self._enrol("claim", code=code, pub=self.pub.hex(), commit=commit)
        assert answer.status_code == 200, answer.text
        claim = answer.json()
        ns, self.root_fp = bytes.fromhex(claim["ns"]), hashlib.sha256(bytes.fromhex(claim["root"])).digest()
        self.keyset, _ = opened(claim["keyset"], "keyset", [claim["root"]])
        self.device, self.epoch = uuid.UUID(claim["device"]), claim["epoch"]
        proof = pae("application/vnd.kiosk.enrol-proof.v1", slot.encode() + self.pub + ns + self.nd + self.root_fp)
        answer = self._enrol("reveal", nd=self.nd.hex(), proof=self.key.sign(proof).hex())
        assert answer.status_code == 200, answer.text
        return pairing_number(self.pub, self.nd, ns, self.root_fp)

    def enrolled(self) -> bool:
        """Ask for the statement once; False while a person has not approved."""
        sig = self.key.sign(pae("application/vnd.kiosk.enrol-status.v1", self.slot.encode() + self.nd))
        answer = self._enrol("status", nd=self.nd.hex(), sig=sig.hex())
        if answer.status_code == 202:
            return False
        assert answer.status_code == 200, answer.text
        statement, payload = opened(answer.json(), "enrolment", self.keyset["enrol"])
        mine = (str(self.device), self.epoch, self.pub.hex(), self.root_fp.hex())
        assert tuple(statement[k] for k in ("device", "epoch", "pub", "root_fp")) == mine, statement
        self.hashes = [tagged("genesis", payload)]
        return True

    def write(self, entry_type: int, body: bytes, frame: bytes = b"") -> bytes:
        """The next record, and its personal frame."""
        seq, who, links = len(self.hashes), (self.device.bytes, self.epoch), (self.hashes[-1], self.anchor)
        when = (seq, time.time_ns() // 10**6, time.monotonic_ns() // 10**6, self.boot_id)
        packed = header(entry_type, who, when, links, body)
        self.hashes.append(tagged("entry", packed))
        return record(self.key, packed, body) + behind(seq, frame)

    def write_request(self, fields: dict[str, Any], **members: Any) -> bytes:
        frame = salted(fields=fields)
        personal = {"sha256": tagged("personal", frame).hex(), "len": len(frame)}
        return self.write(2, salted(v=1, **members, personal=personal), frame)

    def send(self, method: str, path: str, query: str = "", data: bytes = b"", kind: str = "", idem: str = "") -> Any:
        """One signed request."""
        parts = {"@method": method, "@authority": self.authority, "@path": path, "@query": f"?{query}"}
        if method == "POST":
            parts |= {"content-type": kind, "content-digest": content_digest(data), "idempotency-key": f'"{idem}"'}
        self.nonce = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        headers = signed_headers(self.key, f"{self.device}/{self.epoch}", parts, int(time.time()), self.nonce)
        headers |= {name.title(): value for name, value in parts.items() if not name.startswith("@")}
        url = f"{self.url}{path}" + (f"?{query}" if query else "")
        return requests.request(method, url, data=data, headers=headers, timeout=TIMES_OUT, allow_redirects=False)

    def push(self, records: list[bytes], *, sealed: bool = False) -> requests.Response:
        first, last, data = self.hwm + 1, self.hwm + len(records), b"".join(records)
        kind = "application/vnd.kiosk.journal+octet-stream"
        if sealed:
            kind = "application/vnd.kiosk.bundle"
            head = KJB_HEAD.pack(b"KJB2", self.device.bytes, self.epoch, first, last)
            centre = X25519PublicKey.from_public_bytes(bytes.fromhex(self.keyset["seal_x25519"]))
            text, raw = shortened(data, head)
            content = struct.pack(">I", len(raw)) + raw + zstd.compress(text, zstd_dict=DICTIONARY)
            data = b"KJB2" + HPKE.encrypt(content, centre, info=head)
        answer: requests.Response = self.send("POST", "/v1/journal", "", data, kind, f"{self.epoch}-{first}-{last}")
        if answer.status_code in {200, 409}:
            self.hwm, self.anchor = self.acknowledged(answer.content)
        return answer

    def acknowledged(self, wire: bytes) -> tuple[int, bytes]:
        """The high-water mark and the next anchor, from an acknowledgement that is believed."""
        payload, keyid, signature = wire[:72], wire[72:76], wire[76:]
        ring = {key_id(bytes.fromhex(pub)): bytes.fromhex(pub) for pub in self.keyset["ack"]}
        verify(ring[keyid], signature, "application/vnd.kiosk.journal-ack.v1", payload)
        magic, device, epoch, hwm, at_hwm, _server_ms = ACK.unpack(payload)
        assert (magic, device, epoch) == (b"KJA1", self.device.bytes, self.epoch)
        assert self.hashes[hwm] == at_hwm  # an IndexError where it is beyond what was written
        return hwm, tagged("ack", payload)

    def pull(self) -> list[dict[str, Any]]:
        """One page of the feed; the cursor moves with it."""
        answer = self.send("GET", "/v1/feed", f"after={self.cursor}")
        assert answer.status_code == 200, answer.text
        page, _ = opened(answer.json(), "feed", self.keyset["feed"])
        mine = (str(self.device), self.epoch, self.nonce, self.cursor)
        assert tuple(page[k] for k in ("device", "epoch", "request_nonce", "after")) == mine, page
        self.cursor = page["next"]
        return list(page["items"])

"""Writes tests/vectors/wire.json: bytes put together by docs/protocol.md, with `cryptography` and zstd alone.

    python -m tests.protocol.wire.write_wire_vectors

Nothing of ours is imported, and HPKE is put together from its parts, so that its secret can be fixed. Seeds: device
00…1f, centre 20…3f (feed and enrol), seal 40…5f, root 60…7f, HPKE's own key 80…9f.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import zlib
from pathlib import Path
from typing import Any

from backports import zstd
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

HERE = Path(__file__).parents[2] / "vectors"
DEVICE_TEXT = "0192f0c1-7c3a-7b1e-8a4d-5566778899aa"
DEVICE = bytes.fromhex(DEVICE_TEXT.replace("-", ""))
OPERATOR = "0192f0c1-7c3a-7b1e-8a4d-000000000007"
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def key(first: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(first, first + 32)))


def public(of: Ed25519PrivateKey) -> bytes:
    return of.public_key().public_bytes_raw()


def x25519(first: int) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes(range(first, first + 32)))


OWN, CENTRE, ROOT, SEAL = key(0), key(0x20), key(0x60), x25519(0x40)
ROOT_FP = hashlib.sha256(public(ROOT)).digest()


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def pae(kind: str, data: bytes) -> bytes:
    return b"DSSEv1 " + b" ".join([str(len(kind)).encode(), kind.encode(), str(len(data)).encode(), data])


def document(name: str, members: dict[str, Any], signer: Ed25519PrivateKey) -> dict[str, Any]:
    """What is signed, and the envelope around it."""
    kind, payload = f"application/vnd.kiosk.{name}.v1+json", compact(members)
    keyid = hashlib.sha256(b"KJ01/ackkey\n" + public(signer)).digest()[:4].hex()
    sig = base64.b64encode(signer.sign(pae(kind, payload))).decode()
    envelope = {
        "payloadType": kind, "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": keyid, "sig": sig}],
    }  # fmt: skip
    return {"public": public(signer).hex(), "payload": payload.decode(), "envelope": envelope}


def crockford(data: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return "".join(LETTERS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def checked(code: str) -> str:
    c = 0
    for letter in code:
        c = (c ^ LETTERS.index(letter)) * 2
        c ^= 37 if c > 31 else 0
    return code + LETTERS[c]


# ---- HPKE (RFC 9180), base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305 ------------------------------------------


def extract(salt: bytes, data: bytes) -> bytes:
    return hmac.new(salt or bytes(32), data, hashlib.sha256).digest()


def expand(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(hashes.SHA256(), length, info).derive(secret)


def labelled(suite: bytes, label: bytes, data: bytes) -> bytes:
    return b"HPKE-v1" + suite + label + data


def hpke(to: X25519PrivateKey, info: bytes, plain: bytes) -> bytes:
    own, kem, suite = x25519(0x80), b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
    enc, receiver = own.public_key().public_bytes_raw(), to.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(receiver))
    secret = extract(b"", labelled(kem, b"eae_prk", shared))
    secret = expand(secret, b"\x00\x20" + labelled(kem, b"shared_secret", enc + receiver), 32)
    no_psk = extract(b"", labelled(suite, b"psk_id_hash", b""))
    context = b"\x00" + no_psk + extract(b"", labelled(suite, b"info_hash", info))
    secret = extract(secret, labelled(suite, b"secret", b""))
    cipher = ChaCha20Poly1305(expand(secret, b"\x00\x20" + labelled(suite, b"key", context), 32))
    return enc + cipher.encrypt(expand(secret, b"\x00\x0c" + labelled(suite, b"base_nonce", context), 12), plain, b"")


# ---- the vectors -------------------------------------------------------------------------------------------------


def documents() -> dict[str, Any]:
    head = {"v": 1, "device": DEVICE_TEXT, "epoch": 1}
    centre, nonce, at_ms = public(CENTRE).hex(), "AAECAwQFBgcICQoLDA0ODw", 1764057600000
    decision = {
        "kind": "decision", "epoch": 1, "seq": 3, "entry_hash": "ce" * 32, "id": OPERATOR, "status": "rejected",
        "code": "fee_mismatch", "reason": {"ar": "رُدّ", "en": "Rejected"}, "at_ms": at_ms,
    }  # fmt: skip
    keyset = {
        "v": 1, "version": 3, "enrol": [centre], "ack": [centre], "feed": [centre], "catalogue": [centre],
        "seal_x25519": SEAL.public_key().public_bytes_raw().hex(),
        "recovery_x25519": SEAL.public_key().public_bytes_raw().hex(), "update_root_sha256": "0" * 64,
        "issued_ms": at_ms,
    }  # fmt: skip
    told = {"request_nonce": nonce, "server_ms": at_ms}
    notice = {"kind": "notice", "text": {"ar": "مرحبا", "en": "Hello"}, "at_ms": at_ms}
    page = {**head, "after": 0, "next": at_ms + 1, "more": False, **told, "items": [decision, notice]}
    return {
        "keyset": document("keyset", keyset, ROOT),
        "verdict": document("verdict", {**head, "code": "suspended", "seq": 0, "entry_hash": "", **told}, CENTRE),
        "feed page": document("feed", page, CENTRE),
    }


def enrolment() -> dict[str, Any]:
    slot, code, nd, ns = "0042", checked("ABCDEFGHJK"), bytes(range(16)), bytes(range(16, 32))
    pub = public(OWN)
    statement = {
        "v": 1, "device": DEVICE_TEXT, "epoch": 1, "shop": "CAI-001", "till": 2, "pub": pub.hex(), "alg": "ed25519",
        "root_fp": ROOT_FP.hex(), "keyset_version": 3, "issued_ms": 1764057600000,
    }  # fmt: skip
    approved = document("enrolment", statement, CENTRE)
    payload = approved["payload"].encode()
    asked = {"v": 1, "slot": slot, "code": code, "pub": pub.hex(), "nonce": nd.hex(), "made_ms": 1764057600000}
    request = document("enrol-request", asked, OWN)
    proof = pae("application/vnd.kiosk.enrol-proof.v1", slot.encode() + pub + ns + nd + ROOT_FP)
    number = int.from_bytes(hashlib.sha256(b"KJ01/sas\n" + pub + nd + ns + ROOT_FP).digest()[:4]) % 10**6
    return {
        "slot": slot, "code": code, "nd": nd.hex(), "ns": ns.hex(), "root": public(ROOT).hex(),
        "root_fp": ROOT_FP.hex(), "commit": hashlib.sha256(pub + nd).hexdigest(), "proof": OWN.sign(proof).hex(),
        "number": f"{number:06d}",
        "sig": OWN.sign(pae("application/vnd.kiosk.enrol-status.v1", slot.encode() + nd)).hex(),
        "statement": approved, "genesis": hashlib.sha256(b"KJ01/genesis\n" + payload).hexdigest(),
        "request": request,
        "request_code": short(b"KJ01/enrol-request\n" + request["payload"].encode()),
        "answer_code": short(b"KJ01/enrol-answer\n" + ROOT_FP + payload),
    }  # fmt: skip


def short(data: bytes) -> str:
    return checked(crockford(hashlib.sha256(data).digest()[:10]))


def step(value: str, name: str) -> str:
    salt = b"KJ01/link\n" + name.encode()
    return crockford(hashlib.pbkdf2_hmac("sha256", value.encode(), salt, 2_000, 7))[:11]


def chain(first: str, name: str, steps: int) -> list[str]:
    """The values from the first to the tail."""
    values = [first]
    for _ in range(steps):
        values.append(step(values[-1], name))
    return values


def codes() -> dict[str, Any]:
    people, name = chain("7H3V0N9KQ2M", OPERATOR, 24), f"telephone/{DEVICE_TEXT}/1"
    tills = chain("0W1X2Y3Z4A5", name, 96)
    facts, tail = f"{DEVICE_TEXT}/1/41/void/17/5500".encode(), tills[-1]
    mask = crockford(hmac.new(tail.encode(), b"KJ01/approval\n" + facts, hashlib.sha256).digest()[:7])[:11]

    def masked(value: str) -> str:
        return checked("".join(LETTERS[LETTERS.index(a) ^ LETTERS.index(b)] for a, b in zip(value, mask, strict=True)))

    return {
        "operator": OPERATOR, "link_tail": people[-1], "links": [checked(people[-2]), checked(people[-3])],
        "device": DEVICE_TEXT, "n": 1, "tail": tail, "facts": facts.decode(),
        "check": crockford(hashlib.sha256(b"KJ01/approval-check\n" + facts).digest()[:5])[:4],
        "codes": [masked(tills[-2]), masked(tills[-3])],
    }  # fmt: skip


def first_paper() -> dict[str, Any]:
    visit = "0192f0c1-7c3a-7b1e-8a4d-900000000001"
    signature = OWN.sign(pae("application/vnd.kiosk.original.v1", b""))
    drawn = hmac.digest(hashlib.sha256(b"KJ01/original\n" + signature).digest(), visit.encode(), "sha256")
    digits = f"{int.from_bytes(drawn) % 10**20:020d}"
    lines = []
    for line in (1, 2):
        drawn = hashlib.sha256(b"KJ01/line\n%d\n" % line + digits.encode()).digest()
        shown = f"{int.from_bytes(drawn) % 10**20:020d}"
        seal = hashlib.sha256(b"KJ01/paper\n" + shown.encode()).digest()[:10]
        lines.append({"shown": shown, "paper": seal.hex()})
    return {"visit": visit, "digits": digits, "lines": lines}


def numbers() -> list[dict[str, Any]]:
    """Of entries, as papers show them and as people type them."""
    made = []
    for till, epoch, seq in ((2, 1, 231), (2, 2, 231), (14, 1, 1234567), (1, 3, 9999999)):
        running = (epoch - 1) * 10**7 + seq
        typed = [f"{till}-{running}", f"{till}-{running:012d}".translate(EASTERN)]
        made.append({"till": till, "epoch": epoch, "seq": seq, "number": f"{till}-{running:06d}", "typed": typed})
    return made


def sealed() -> dict[str, Any]:
    content = compact({"v": 1, "made_ms": 1764057600000, "version": "1.0.0", "trouble": ""})
    head = b"KJS1" + DEVICE + struct.pack(">IQ", 1, 1764057600000)
    picture, secret = b"a picture", bytes(range(0xC0, 0xE0))
    sha256 = hashlib.sha256(picture).digest()
    info = b"KJE1" + DEVICE + struct.pack(">IQ", 1, 3) + sha256
    return {
        "seal_private": bytes(range(0x40, 0x60)).hex(),
        "support": {"content": content.decode(), "file": (head + hpke(SEAL, head, zlib.compress(content, 9))).hex()},
        "evidence": {
            "content": picture.hex(), "seq": 3, "key": secret.hex(), "sealed_key": hpke(SEAL, info, secret).hex(),
            "file": ChaCha20Poly1305(secret).encrypt(bytes(12), picture, b"KJE1" + sha256).hex(),
        },
    }  # fmt: skip


def frames() -> dict[str, Any]:
    """A zstd frame with the shared dictionary, and four that are to be refused."""
    shared = (HERE.parents[1] / "assets" / "wire.dict").read_bytes()
    plain = (HERE / "kj01_vector.bin").read_bytes()
    good = zstd.compress(plain, level=9, zstd_dict=zstd.ZstdDict(shared))
    other = shared[:4] + struct.pack("<I", 77) + shared[8:]
    streamed = zstd.ZstdCompressor()
    return {
        "sha256": hashlib.sha256(shared).hexdigest(), "len": len(shared),
        "id": struct.unpack("<I", shared[4:8])[0], "frame": good.hex(),
        "plain_sha256": hashlib.sha256(plain).hexdigest(),
        "refused": {
            "no size": (streamed.compress(plain) + streamed.flush()).hex(), "two frames": (good + good).hex(),
            "another dictionary": zstd.compress(plain, level=9, zstd_dict=zstd.ZstdDict(other)).hex(),
            "cut off": good[:-1].hex(),
        },
    }  # fmt: skip


def vectors() -> dict[str, Any]:
    return {
        **documents(),
        "enrolment": enrolment(),
        "codes": codes(),
        "first paper": first_paper(),
        "numbers": numbers(),
        **sealed(),
        "dictionary": frames(),
    }


if __name__ == "__main__":
    text = json.dumps(vectors(), ensure_ascii=False, indent=1)
    (HERE / "wire.json").write_text(f"{text}\n", encoding="utf-8")

"""A till without a line, as a second stranger writes it from docs/protocol.md alone: enrolled by files, all by stick.

It does what tests/protocol/strangers/stranger_client.py does not: enrolment without a line, sign-in, refusal, void,
refund, the day with its close, fees from the price list, bundle and answer. It imports nothing of ours.
"""

import base64
import hashlib
import json
import secrets
import struct
import time
import uuid
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backports import zstd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
EPOCH_OPEN, REQUEST, CLOSE, VOID, LOGIN, APPLIED, OPEN, CASH, REFUND, REFUSAL = 1, 2, 3, 4, 5, 8, 11, 12, 13, 19
ROLES = {"keyset": None, "settings": "feed", "operators": "feed", "catalogue": "catalogue"}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def dsse(kind: str, data: bytes) -> bytes:
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(data), data)


def keyid(public: str) -> bytes:
    return sha(b"KJ01/ackkey\n", bytes.fromhex(public))[:4]


def code_of(data: bytes) -> str:
    """Base32 of ten bytes, and the check character."""
    value, c = int.from_bytes(data[:10]), 0
    digits = [value >> 5 * place & 31 for place in range(15, -1, -1)]
    for digit in digits:
        c = (c ^ digit) << 1
        c ^= 37 if c > 31 else 0
    return "".join(LETTERS[digit] for digit in [*digits, c])


def believed(envelope: dict[str, Any], name: str, keys: list[str]) -> tuple[dict[str, Any], bytes]:
    """A signed document: the type, the key, the signature, and only then what it says."""
    kind = f"application/vnd.kiosk.{name}.v1+json"
    assert envelope["payloadType"] == kind, envelope["payloadType"]
    payload = base64.b64decode(envelope["payload"])
    by = {keyid(key).hex(): key for key in keys}
    one = next(one for one in envelope["signatures"][:4] if one["keyid"] in by)
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(by[one["keyid"]]))
    public.verify(base64.b64decode(one["sig"]), dsse(kind, payload))
    return json.loads(payload), payload


class Till:
    """One device in its first epoch; `entries` are records with the frames behind them."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.public = self.key.public_key().public_bytes_raw().hex()
        self.boot = secrets.token_bytes(8)
        self.anchor, self.hwm, self.cursor, self.acked_ms = bytes(32), 0, 0, 0
        self.documents: dict[str, dict[str, Any]] = {}
        self.entries: list[bytes] = []
        self.decisions: dict[int, dict[str, Any]] = {}
        self.sums: Counter[str] = Counter()
        self.nonces: set[str] = set()
        self.first_papers: dict[int, str] = {}

    # ---- enrolment without a line

    def request_file(self, slot: str, code: str) -> tuple[bytes, str]:
        """The file, and the code to read out."""
        nonce = secrets.token_hex(16)
        members = {"v": 1, "slot": slot, "code": code, "pub": self.public, "nonce": nonce, "made_ms": now_ms()}
        kind, self.asked = "application/vnd.kiosk.enrol-request.v1+json", compact(members)
        signature = {"keyid": keyid(self.public).hex(), "sig": _text(self.key.sign(dsse(kind, self.asked)))}
        envelope = {"payloadType": kind, "payload": _text(self.asked), "signatures": [signature]}
        return compact(envelope), code_of(sha(b"KJ01/enrol-request\n", self.asked))

    def take_answer_file(self, data: bytes, read_out: str) -> None:
        answer = json.loads(data)
        assert answer["request"] == sha(self.asked).hex()
        self.keyset, _ = believed(answer["keyset"], "keyset", [answer["root"]])
        self.statement, payload = believed(answer["statement"], "enrolment", self.keyset["enrol"])
        root_fp = sha(bytes.fromhex(answer["root"]))
        assert (self.statement["pub"], self.statement["root_fp"]) == (self.public, root_fp.hex())
        assert code_of(sha(b"KJ01/enrol-answer\n", root_fp, payload)) == read_out.replace("-", "")
        self.device = uuid.UUID(self.statement["device"])
        self.hashes = [sha(b"KJ01/genesis\n", payload)]
        self.write(EPOCH_OPEN, kind="epoch_open", app="9.0.0")
        for kind in ROLES:
            if kind in answer["documents"]:
                self.apply(kind, answer["documents"][kind])

    def apply(self, kind: str, envelope: dict[str, Any]) -> None:
        """Put a document in force, unless this version is."""
        role = ROLES[kind]
        members = self.keyset if role is None else believed(envelope, kind, self.keyset[role])[0]
        if self.documents.get(kind, {}).get("version", 0) < members["version"]:
            self.documents[kind] = members
            self.write(APPLIED, kind=kind, version=members["version"], sha256=sha(compact(envelope)).hex())

    # ---- entries

    def write(self, entry_type: int, frame: dict[str, Any] | None = None, /, **members: Any) -> int:
        """The next entry; its number."""
        seq, behind = len(self.hashes), b""
        if frame is not None:
            told = compact({"salt": secrets.token_hex(16), **frame})
            members["personal"] = {"sha256": sha(b"KJ01/personal\n", told).hex(), "len": len(told)}
            behind = b"KJP1" + seq.to_bytes(8) + len(told).to_bytes(4) + told
        body = compact({"salt": secrets.token_hex(16), "v": 1, **members})
        header = b"KJ01" + struct.pack(">HH", entry_type, 0) + self.device.bytes
        header += struct.pack(">IIQqQ", self.statement["epoch"], len(body), seq, now_ms(), time.monotonic_ns() // 10**6)
        header += self.boot + self.hashes[-1] + self.anchor + sha(b"KJ01/body\n", body)
        signature = self.key.sign(dsse("application/vnd.kiosk.journal-entry.v1", header))
        self.entries.append(header + signature + body + behind)
        self.hashes.append(sha(b"KJ01/entry\n", header))
        return seq

    def act(self, entry_type: int, /, **members: Any) -> int:
        """An entry of whoever sits here."""
        return self.write(entry_type, op=self.operator, login=self.login, **members)

    def sign_in(self) -> None:
        self.operator = self.documents["operators"]["operators"][0]["id"]
        self.login = self.write(LOGIN, kind="login", op=self.operator, login=0)

    def open_day(self, opening_pt: int) -> None:
        self.date = f"{datetime.now(ZoneInfo('Africa/Cairo')):%Y-%m-%d}"
        self.sums = Counter(opening=opening_pt)
        self.act(OPEN, date=self.date, opening_pt=opening_pt)

    def sell(self, service_id: str, fields: dict[str, Any], **paid: Any) -> int:
        """One request that is a visit of its own; in cash unless `paid` says otherwise."""
        catalogue = self.documents["catalogue"]
        service = next(one for one in catalogue["services"] if one["id"] == service_id)
        rows, choices, vat_pt = self.price(service, fields)
        total_pt = sum(row["amount_pt"] for row in rows)
        method, digits = paid.get("method", "cash"), f"{secrets.randbelow(10**20):020d}"
        self.first_papers[len(self.hashes)] = digits
        own_pt = sum(row["amount_pt"] for row in rows if row["kind"] == "service")
        self.sums += Counter(
            count=1, sum=total_pt, government=total_pt - own_pt, service=own_pt, vat=vat_pt,
            cash=total_pt if method == "cash" else 0, noncash=0 if method == "cash" else total_pt,
        )  # fmt: skip
        return self.write(
            REQUEST, {"fields": fields}, op=self.operator, login=self.login, id=uuid7(), visit=uuid7(), line=1, lines=1,
            service=service_id, service_version=service["version"], catalogue=catalogue["version"], date=self.date,
            fees=rows, vat_pt=vat_pt, total_pt=total_pt, tendered_pt=total_pt, change_pt=0, evidence=[],
            choices=choices, paper=sha(b"KJ01/paper\n", digits.encode())[:10].hex(), **{"method": method, **paid},
        )  # fmt: skip

    def price(
        self, service: dict[str, Any], fields: dict[str, Any]
    ) -> tuple[list[dict[str, Any]], dict[str, Any], int]:
        """Rows, the answers that they hang on, VAT."""
        properties, answers = service["schema"]["properties"], dict[str, Any]()
        newest: dict[str, dict[str, Any]] = {}
        for cost in service["costs"]:
            for scope in (cost.get("by"), cost.get("per")):
                if scope is not None:
                    name = scope.removeprefix("#/properties/")
                    answers[name] = fields.get(name, properties[name].get("default"))
            known = newest.setdefault(cost["code"], cost)
            if known["valid_from"] <= cost["valid_from"] <= self.date:
                newest[cost["code"]] = cost
        rows = []
        for cost in newest.values():
            asked = [answers.get(str(cost.get(name)).removeprefix("#/properties/")) for name in ("by", "per")]
            unit = cost["table"][asked[0]] if "by" in cost else cost["amount_pt"]
            count = max(0, asked[1] - cost.get("included", 0)) if "per" in cost else 1
            if cost.get("paid_at") != "office":
                rows.append(_row(cost["code"], "government", unit, count))
        shop = self.documents["settings"]["shop"]
        own = shop.get("service_fees_pt", {}).get(service["id"], shop.get("service_fee_pt", 0))
        rows.append(_row("service_fee", "service", own, 1))
        rate = shop.get("vat_permille", 140) if shop.get("vat_registered") else 0
        vat_pt = (2 * own * rate + 1000 + rate) // (2 * (1000 + rate))
        return [row for row in rows if row["amount_pt"]], answers, vat_pt

    def refuse(self, service_id: str) -> int:
        catalogue = self.documents["catalogue"]
        version = next(one["version"] for one in catalogue["services"] if one["id"] == service_id)
        reason = {
            "reason": {"ar": "البطاقة منتهية", "en": "The card has expired"},
            "bring": [["بطاقة سارية", "A valid card"]],
        }
        return self.write(
            REFUSAL, reason, op=self.operator, login=self.login, kind="refusal", service=service_id,
            service_version=version, catalogue=catalogue["version"],
        )  # fmt: skip

    def void(self, seq: int) -> None:
        """Agreed to by a second person, who gives a PIN of his own."""
        second = self.documents["operators"]["operators"][1]["id"]
        login2 = self.write(LOGIN, kind="override", op=second, login=0)
        self._give_back(VOID, "void", seq, op2=second, login2=login2)

    def void_on_paper(self, seq: int) -> None:
        """Nobody else is here: the citizen's first paper was scanned."""
        self._give_back(VOID, "void", seq, paper=self.first_papers[seq])

    def refund(self, seq: int) -> None:
        assert self.decisions[seq]["status"] in ("rejected", "sent_back")
        self._give_back(REFUND, "refund", seq, epoch=1)

    def _give_back(self, kind: int, name: str, seq: int, **more: Any) -> None:
        body = self.body(seq)
        told = {"id": body["id"], "seq": seq, "total_pt": body["total_pt"], "method": body["method"]}
        self.act(kind, **told, date=self.date, reason="طلب المواطن", **more)
        cash = body["total_pt"] if body["method"] == "cash" else 0
        self.sums += Counter({name: body["total_pt"], f"{name}s": 1, "back": cash})

    def hand_over(self, amount_pt: int) -> None:
        self.act(CASH, kind="deposit", date=self.date, amount_pt=amount_pt, to="البنك")
        self.sums["deposit"] += amount_pt

    def close_day(self) -> int:
        s = self.sums
        expected_pt = s["opening"] + s["cash"] + s["cash_in"] - s["cash_out"] - s["deposit"] - s["back"]
        parts = ("government", "service", "vat", "cash", "noncash", "commission", "cash_in", "cash_out", "deposit")
        return self.act(
            CLOSE, date=self.date, opening_pt=s["opening"], count=s["count"], sum_pt=s["sum"],
            **{f"{name}_pt": s[name] for name in (*parts, "void", "refund")}, voids=s["voids"], refunds=s["refunds"],
            grand_total_pt=s["sum"], expected_pt=expected_pt, counted_pt=expected_pt, difference_pt=0,
        )  # fmt: skip

    def body(self, seq: int) -> dict[str, Any]:
        entry = self.entries[seq - 1]
        return dict(json.loads(entry[224 : 224 + int.from_bytes(entry[28:32])]))

    # ---- by stick

    def bundle_file(self) -> tuple[str, bytes]:
        """All that is unsent, a heartbeat, the feed: name and content."""
        first, last = self.hwm + 1, len(self.entries)
        requests = []
        if first <= last:
            head = b"KJB2" + self.device.bytes + struct.pack(">IQQ", 1, first, last)
            seal = X25519PublicKey.from_public_bytes(bytes.fromhex(self.keyset["seal_x25519"]))
            raw = b"".join(self.entries[first - 1 :])
            content = struct.pack(">I", len(raw)) + raw + zstd.compress(b"")
            sealed = b"KJB2" + SUITE.encrypt(content, seal, info=head)
            requests += [
                self.signed("POST", "/v1/journal", sealed, "application/vnd.kiosk.bundle", f"1-{first}-{last}")
            ]
        told = {
            "v": 1, "app": "9.0.0", "last_seq": last, "unsent": 0, "unsent_pt": 0, "oldest_unsent_ms": None,
            "acked": self.hwm, "picture": None, "catalogue": self.documents["catalogue"]["version"],
            "settings": self.documents["settings"]["version"], "disk_free_mb": 1_000,
        }  # fmt: skip
        requests += [self.signed("POST", "/v1/heartbeat", compact(told), "application/json", secrets.token_hex(8))]
        requests += [self.signed("GET", "/v1/feed", query=f"after={self.cursor}")]
        return f"manfaz-{self.device.hex[:8]}.kjb", compact({"v": 1, "kind": "manfaz-stick", "requests": requests})

    def signed(
        self, method: str, path: str, body: bytes = b"", kind: str = "", key: str = "", query: str = ""
    ) -> dict[str, Any]:
        lines = {"@method": method, "@authority": "stick.invalid", "@path": path, "@query": f"?{query}"}
        digest = f"sha-256=:{_text(sha(body))}:"
        if method == "POST":
            lines |= {"content-type": kind, "content-digest": digest, "idempotency-key": f'"{key}"'}
        nonce = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        covered = " ".join(f'"{name}"' for name in lines)
        params = f'({covered});created={now_ms() // 1000};keyid="{self.device}/1";alg="ed25519"'
        params += f';nonce="{nonce}";tag="kiosk-v1"'
        text = "\n".join([*(f'"{name}": {value}' for name, value in lines.items()), f'"@signature-params": {params}'])
        self.nonces.add(nonce)
        headers = {"signature-input": f"k={params}", "signature": f"k=:{_text(self.key.sign(text.encode()))}:"}
        headers |= {name: value for name, value in lines.items() if not name.startswith("@")}
        return {"method": method, "path": path, "query": query, "headers": headers, "body": _text(body)}

    def take_answers(self, data: bytes) -> list[tuple[str, int]]:
        """Believe the answers; what each was, by content type and status."""
        answers = json.loads(data)["answers"]
        assert {one["nonce"] for one in answers} == self.nonces
        told = []
        for one in answers:
            body = base64.b64decode(one["body"])
            told.append((one["type"].partition(";")[0].rpartition(".")[2], one["status"]))
            if one["type"] == "application/vnd.kiosk.journal-ack":
                self.acknowledged(body)
            elif one["type"] == "application/vnd.dsse+json":
                self.document(json.loads(body), one["nonce"])
        self.nonces = set()
        return told

    def document(self, envelope: dict[str, Any], nonce: str) -> None:
        name = envelope["payloadType"].split(".")[2]
        members, _ = believed(envelope, name, self.keyset["feed"])
        mine = (str(self.device), 1, nonce)
        assert (members["device"], members["epoch"], members["request_nonce"]) == mine
        if name == "lease":
            self.lease_until_ms = members["lease_until_ms"]
            self.acknowledged(base64.b64decode(members["ack"]))
        elif name == "feed" and members["after"] == self.cursor:
            for item in members["items"]:
                self.item(item)
            self.cursor = members["next"]

    def item(self, item: dict[str, Any]) -> None:
        if item["kind"] == "decision":
            assert item["entry_hash"] == self.hashes[item["seq"]].hex()
            self.decisions[item["seq"]] = item
        elif item["kind"] in ROLES:
            self.apply(item["kind"], item["document"])

    def acknowledged(self, wire: bytes) -> None:
        payload, by, signature = wire[:72], wire[72:76], wire[76:]
        public = next(key for key in self.keyset["ack"] if keyid(key) == by)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(signature, dsse("application/vnd.kiosk.journal-ack.v1", payload))
        magic, device, epoch, hwm, at_hwm, server_ms = struct.unpack(">4s16sIQ32sq", payload)
        assert (magic, device, epoch) == (b"KJA1", self.device.bytes, 1)
        assert self.hashes[hwm] == at_hwm
        if server_ms > self.acked_ms:
            self.hwm, self.anchor, self.acked_ms = hwm, sha(b"KJ01/ack\n", payload), server_ms


def _row(code: str, kind: str, unit_pt: int, count: int) -> dict[str, Any]:
    return {"code": code, "kind": kind, "unit_pt": unit_pt, "count": count, "amount_pt": unit_pt * count}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def uuid7() -> str:
    value = now_ms() << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))

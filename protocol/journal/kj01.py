"""The journal KJ01: a chain of signed entries, one for each thing that happened at the counter.

Bytes, order of checks and codes: docs/protocol.md, Entries. The vectors
in tests/vectors are the proof. A body is stored and sent as the bytes first written, never re-serialised.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from protocol import strict_json
from protocol.errors import Corrupt
from protocol.keys import SIGNATURE_LEN, Signer, pae, verifies

MAGIC: Final = b"KJ01"
ENTRY_TYPE: Final = "application/vnd.kiosk.journal-entry.v1"
HEADER: Final = struct.Struct(">4sHH16sIIQqQ8s32s32s32s")
HEADER_LEN: Final = 160
HEAD_LEN: Final = HEADER_LEN + SIGNATURE_LEN
_SALT: Final = re.compile("[0-9a-f]{32}")
_SALTED: Final = re.compile(rb'\{"salt":"[0-9a-f]{32}"[,}]')
MAX_BODY: Final = 262_144
ED25519: Final = 0
NO_ANCHOR: Final = bytes(32)
LATEST_MS: Final = 253_402_128_000_000
"""No entry says that it was made before 1970, or later than this: 9999-12-30, a day that can be shown everywhere."""
_SIGNED_HEAD: Final = b"DSSEv1 38 " + ENTRY_TYPE.encode() + b" 160 "


class JournalFault(Corrupt):
    """Bytes that are not the next entry of this journal.

    `fault` is one of E_TRUNCATED, E_FORMAT, E_TOO_BIG, E_DEVICE, E_GAP, E_CHAIN, E_BODY, E_SIG, E_PERSONAL;
    `seq` is the number of the entry that should have stood there.
    """

    def __init__(self, fault: str, seq: int) -> None:
        super().__init__("journal_fault", fault=fault, seq=seq)
        self.fault = fault
        self.seq = seq


class Header(NamedTuple):
    """The 160 bytes that are signed. Hashes are 32 bytes, `device` 16, `boot_id` 8; times in milliseconds."""

    entry_type: int
    sig_alg: int
    device: bytes
    epoch: int
    body_len: int
    seq: int
    wall_ms: int
    mono_ms: int
    boot_id: bytes
    prev: bytes
    anchor: bytes
    body_hash: bytes

    @classmethod
    def unpack(cls, data: bytes) -> Header:
        """The fields of 160 bytes; the magic is the caller's to check."""
        return cls._make(HEADER.unpack(data)[1:])


@dataclass(frozen=True)
class Record:
    """One entry as stored and sent: header (160 bytes), signature (64), body."""

    header: bytes
    signature: bytes
    body: bytes

    @cached_property
    def fields(self) -> Header:
        return Header.unpack(self.header)

    @property
    def seq(self) -> int:
        return int.from_bytes(self.header[32:40])

    @cached_property
    def hash(self) -> bytes:
        return entry_hash(self.header)

    def pack(self) -> bytes:
        return self.header + self.signature + self.body


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a journal stands: the entry the next one must follow. `hash` is the genesis when `seq` is 0."""

    device: bytes
    epoch: int
    seq: int
    hash: bytes

    def after(self, record: Record) -> Chain:
        return Chain(self.device, self.epoch, self.seq + 1, record.hash)


def body_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"KJ01/body\n" + body).digest()


def entry_hash(header: bytes) -> bytes:
    return hashlib.sha256(b"KJ01/entry\n" + header).digest()


def genesis(statement: bytes) -> bytes:
    """The hash that stands before entry 1: over the payload bytes of the enrolment statement."""
    return hashlib.sha256(b"KJ01/genesis\n" + statement).digest()


def write_body(salt: bytes, members: dict[str, Any]) -> bytes:
    """The bytes of a body: the 16-byte `salt` first, in hex, then `members` in their order."""
    return strict_json.dumps({"salt": salt.hex(), **members})


def read_body(body: bytes) -> dict[str, Any]:
    """The members of a body. Raises BadJson when it breaks the rules of docs/protocol.md, Entries."""
    members = strict_json.loads_object(body)
    salt = members.get("salt")
    if next(iter(members), None) != "salt" or not isinstance(salt, str) or not _SALT.fullmatch(salt):
        raise strict_json.BadJson("salt")
    return members


def refuse_unreadable(body: bytes) -> None:
    """Raises BadJson where `read_body` takes no such body. Of what `write_body` wrote, a look tells nearly always."""
    if not (strict_json.is_plain(body) and _SALTED.match(body)):
        read_body(body)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an entry was made, as the device believes, and the last acknowledgement it had seen by then."""

    wall_ms: int
    mono_ms: int
    boot_id: bytes
    anchor: bytes = NO_ANCHOR


def write(chain: Chain, entry_type: int, body: bytes, signer: Signer, stamp: Stamp) -> Record:
    """The next signed entry of `chain`. Raises JournalFault E_TOO_BIG for a body over 262,144 bytes."""
    if len(body) > MAX_BODY:
        raise JournalFault("E_TOO_BIG", chain.seq + 1)
    header = HEADER.pack(
        MAGIC, entry_type, ED25519, chain.device, chain.epoch, len(body), chain.seq + 1, stamp.wall_ms, stamp.mono_ms,
        stamp.boot_id, chain.hash, stamp.anchor, body_hash(body),
    )  # fmt: skip
    return Record(header, signer.sign(_SIGNED_HEAD + header), body)


def split(data: bytes, seq: int) -> Iterator[Record]:
    """Cut a stream into records, lengths checked before anything is sliced; nothing else is verified.

    Raises JournalFault E_TRUNCATED, E_FORMAT (magic) or E_TOO_BIG; `seq` numbers the first record in errors.
    """
    at, end = 0, len(data)
    while at < end:
        record, at = take(data, at, seq)
        yield record
        seq += 1


def take(data: bytes, at: int, seq: int) -> tuple[Record, int]:
    """The record that starts at byte `at`, and where it ends."""
    if len(data) - at < HEAD_LEN:
        raise JournalFault("E_TRUNCATED", seq)
    if data[at : at + 4] != MAGIC:
        raise JournalFault("E_FORMAT", seq)
    body_len = int.from_bytes(data[at + 28 : at + 32], "big")
    if body_len > MAX_BODY:
        raise JournalFault("E_TOO_BIG", seq)
    body_at, stop = at + HEAD_LEN, at + HEAD_LEN + body_len
    if stop > len(data):
        raise JournalFault("E_TRUNCATED", seq)
    return Record(data[at : at + HEADER_LEN], data[at + HEADER_LEN : body_at], data[body_at:stop]), stop


def check_link(record: Record, chain: Chain) -> Chain:
    """Everything but the signature: format, device, number, chain, body. Returns the chain after `record`."""
    fields, seq = record.fields, chain.seq + 1
    if record.header[:4] != MAGIC or fields.sig_alg != ED25519 or not 0 <= fields.wall_ms <= LATEST_MS:
        raise JournalFault("E_FORMAT", seq)
    if (fields.device, fields.epoch) != (chain.device, chain.epoch):
        raise JournalFault("E_DEVICE", seq)
    if fields.seq != seq:
        raise JournalFault("E_GAP", seq)
    if fields.prev != chain.hash:
        raise JournalFault("E_CHAIN", seq)
    if fields.body_len != len(record.body) or fields.body_hash != body_hash(record.body):
        raise JournalFault("E_BODY", seq)
    return chain.after(record)


def signed_bytes(header: bytes) -> bytes:
    """What the device signed for this header."""
    return _SIGNED_HEAD + header


def check(record: Record, chain: Chain, public: bytes) -> Chain:
    """`check_link`, then the signature. Returns the chain after `record`; raises JournalFault."""
    following = check_link(record, chain)
    if not verifies(public, record.signature, signed_bytes(record.header)):
        raise JournalFault("E_SIG", following.seq)
    return following


def verify_stream(data: bytes, chain: Chain, public: bytes, seen: Callable[[Record], None] | None = None) -> Chain:
    """Verify every record of an export against `chain` and `public`; `seen` is told of each good one."""
    for record in split(data, chain.seq + 1):
        chain = check(record, chain, public)
        if seen is not None:
            seen(record)
    return chain


assert pae(ENTRY_TYPE, bytes(HEADER_LEN)) == _SIGNED_HEAD + bytes(HEADER_LEN)  # noqa: S101 - the constant is right

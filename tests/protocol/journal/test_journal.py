"""The journal KJ01 against its vectors, and against anyone who changes a bit of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.journal import kj01
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain, Header, JournalFault, Record, Stamp
from protocol.strict_json import BadJson
from tests.harness.vector_files import BOOT, KJ01, SIGNER, START, STREAM, all_named, named

RECORDS = list(kj01.split(STREAM, 1))


def _fault(call: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(JournalFault) as caught:
        call()
    return caught.value.fault, caught.value.seq


def test_the_key_and_the_genesis_are_those_of_the_vectors() -> None:
    assert SIGNER.public.hex() == named(KJ01, "pub")
    assert START.hash.hex() == named(KJ01, "genesis")


def test_every_entry_has_the_bytes_and_hashes_of_the_vectors() -> None:
    assert [record.header.hex() for record in RECORDS] == all_named(KJ01, "header")
    assert [record.signature.hex() for record in RECORDS] == all_named(KJ01, "sig")
    assert [record.hash.hex() for record in RECORDS] == all_named(KJ01, "entry_hash")
    assert [kj01.body_hash(record.body).hex() for record in RECORDS] == all_named(KJ01, "body_hash")
    assert hashlib.sha256(STREAM).hexdigest() == named(KJ01, "sha256")


def test_writing_the_same_entries_gives_the_same_stream() -> None:
    chain, written = START, b""
    for record in RECORDS:
        n, kind = chain.seq, record.fields.entry_type
        stamp = Stamp(record.fields.wall_ms, 6000 + 1000 * n, BOOT)
        again = kj01.write(chain, kind, record.body, SIGNER, stamp)
        written += again.pack()
        chain = chain.after(again)
    assert written == STREAM


def test_a_good_stream_is_verified_record_by_record() -> None:
    seen: list[Record] = []
    end = kj01.verify_stream(STREAM, START, SIGNER.public, seen.append)
    assert seen == RECORDS
    assert (end.seq, end.hash) == (3, RECORDS[-1].hash)
    assert kj01.verify_stream(STREAM, START, SIGNER.public) == end


def test_every_single_flipped_bit_is_refused() -> None:
    ends = [START]
    for record in RECORDS:
        ends.append(ends[-1].after(record))
    accepted = [bit for bit in range(len(STREAM) * 8) if _accepted(bit, ends)]
    assert len(STREAM) * 8 == 7_440
    assert accepted == []


def _accepted(bit: int, ends: list[Chain]) -> bool:
    """Whether the stream with this bit flipped verifies; records before the flip are known to be good."""
    spoilt = bytearray(STREAM)
    spoilt[bit // 8] ^= 1 << bit % 8
    starts = [sum(len(r.pack()) for r in RECORDS[:n]) for n in range(len(RECORDS))]
    which = max(n for n, start in enumerate(starts) if start <= bit // 8)
    chain = ends[which]
    try:
        # The links first, of all that follows: they are fast, and few flips are left for the signature.
        cut = list(kj01.split(bytes(spoilt[starts[which] :]), chain.seq + 1))
        for record in cut:
            chain = kj01.check_link(record, chain)
        kj01.check(cut[0], ends[which], SIGNER.public)
    except JournalFault:
        return False
    return True


@pytest.mark.parametrize(
    ("order", "fault"),
    [((1, 2), ("E_GAP", 1)), ((0, 2), ("E_GAP", 2)), ((0, 2, 1), ("E_GAP", 2)), ((0, 0), ("E_GAP", 2))],
)
def test_entries_are_neither_dropped_swapped_nor_doubled(order: tuple[int, ...], fault: tuple[str, int]) -> None:
    data = b"".join(RECORDS[n].pack() for n in order)
    assert _fault(lambda: kj01.verify_stream(data, START, SIGNER.public)) == fault


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (STREAM[:10], "E_TRUNCATED"),
        (STREAM[:230], "E_TRUNCATED"),
        (b"KJ02" + STREAM[4:], "E_FORMAT"),
        (STREAM[:28] + (kj01.MAX_BODY + 1).to_bytes(4, "big") + STREAM[32:], "E_TOO_BIG"),
    ],
)
def test_lengths_are_checked_before_anything_is_cut(data: bytes, fault: str) -> None:
    assert _fault(lambda: list(kj01.split(data, 1))) == (fault, 1)


def packed(header: Header) -> bytes:
    return kj01.HEADER.pack(kj01.MAGIC, *header)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sig_alg": 1}, "E_FORMAT"),
        ({"device": bytes(16)}, "E_DEVICE"),
        ({"epoch": 2}, "E_DEVICE"),
        ({"seq": 2}, "E_GAP"),
        ({"prev": bytes(32)}, "E_CHAIN"),
        ({"body_len": 1}, "E_BODY"),
        ({"body_hash": bytes(32)}, "E_BODY"),
        ({"wall_ms": 1}, "E_SIG"),
    ],
)
def test_faults_are_named_in_the_order_of_the_protocol(change: dict[str, object], fault: str) -> None:
    first = RECORDS[0]
    header = first.fields._replace(**change)  # type: ignore[arg-type]
    record = Record(packed(header), first.signature, first.body)
    assert _fault(lambda: kj01.check(record, START, SIGNER.public)) == (fault, 1)


def test_another_magic_is_a_fault_of_form() -> None:
    first = RECORDS[0]
    record = Record(b"KJ02" + first.header[4:], first.signature, first.body)
    assert _fault(lambda: kj01.check_link(record, START)) == ("E_FORMAT", 1)


def test_another_key_is_refused() -> None:
    assert _fault(lambda: kj01.check(RECORDS[0], START, bytes(32))) == ("E_SIG", 1)


def test_a_body_over_the_limit_is_not_written() -> None:
    stamp = Stamp(0, 0, BOOT)
    written = kj01.write(START, EntryType.REQUEST, bytes(262_144), SIGNER, stamp)
    assert list(kj01.split(written.pack(), 1)) == [written], "what may be written may be read"
    over = bytes(262_145)
    assert _fault(lambda: kj01.write(START, EntryType.REQUEST, over, SIGNER, stamp)) == ("E_TOO_BIG", 1)


@given(
    st.builds(
        Header,
        entry_type=st.integers(0, 65535), device=st.binary(min_size=16, max_size=16), epoch=st.integers(0, 2**32 - 1),
        body_len=st.integers(0, 2**32 - 1), seq=st.integers(0, 2**64 - 1), wall_ms=st.integers(-(2**63), 2**63 - 1),
        mono_ms=st.integers(0, 2**64 - 1), boot_id=st.binary(min_size=8, max_size=8),
        prev=st.binary(min_size=32, max_size=32), anchor=st.binary(min_size=32, max_size=32),
        body_hash=st.binary(min_size=32, max_size=32), sig_alg=st.integers(0, 65535),
    )
)  # fmt: skip
def test_a_header_is_160_bytes_and_back(header: Header) -> None:
    assert len(packed(header)) == kj01.HEADER_LEN
    assert Header.unpack(packed(header)) == header


@given(st.binary(max_size=400))
def test_any_bytes_are_records_or_a_fault(data: bytes) -> None:
    for stream in (data, STREAM[:4] + data):
        try:
            list(kj01.split(stream, 1))
        except JournalFault:
            continue


def test_a_body_begins_with_its_salt() -> None:
    body = kj01.write_body(bytes(16), {"v": 1})
    assert body == b'{"salt":"00000000000000000000000000000000","v":1}'
    assert kj01.read_body(body)["v"] == 1


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"v":1,"salt":"00000000000000000000000000000000"}',
        b'{"salt":5}',
        b'{"salt":"00"}',
        b'{"salt":"' + b"A" * 32 + b'"}',
    ],
)
def test_a_body_without_its_salt_in_front_is_refused(body: bytes) -> None:
    with pytest.raises(BadJson, match="salt"):
        kj01.read_body(body)

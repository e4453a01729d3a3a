"""Cutting and judging a batch: the vectors, every way to spoil it, and agreement with the kiosk's own reader."""

from __future__ import annotations

import functools
import secrets
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.journal import record_batch
from central.journal.record_batch import Judged
from protocol.journal import kj01, personal
from protocol.journal.kj01 import Chain, JournalFault, Stamp
from protocol.keys import SeedSigner

VECTOR: Final = (Path(__file__).parents[2] / "vectors" / "kj01_vector.bin").read_bytes()
VECTOR_DEVICE: Final = bytes.fromhex("0192f0c17c3a7b1e8a4d5566778899aa")
VECTOR_PUBLIC: Final = SeedSigner(bytes(range(32))).public
VECTOR_GENESIS: Final = bytes.fromhex("47eb3a262cf71269a2103ab417008abaaf6549a43903ed5b3a1edd0ee4e7ad5e")
SIGNER: Final = SeedSigner(b"s" * 32)
DEVICE: Final = b"d" * 16
STAMP: Final = Stamp(1_764_057_600_000, 5, b"bootboot")


@functools.cache
def streams(count: int = 5) -> tuple[bytes, ...]:
    """Records with a frame beside every second one, each as it stands in a stream."""
    chain, made = Chain(DEVICE, 1, 0, bytes(32)), []
    for seq in range(1, count + 1):
        frame = personal.write_frame(bytes([seq]) * 16, {"fields": {"name": "منى"}}) if seq % 2 else None
        members: dict[str, Any] = {"v": 1, "total_pt": 100 * seq}
        body = kj01.write_body(bytes(16), {**members, "personal": personal.reference(frame)} if frame else members)
        record = kj01.write(chain, 2, body, SIGNER, STAMP)
        chain = chain.after(record)
        made.append(record.pack() + (personal.pack(seq, frame) if frame else b""))
    return tuple(made)


def judged(data: bytes, owner: bytes = DEVICE + b"\0\0\0\1", prev: bytes | None = bytes(32)) -> Judged:
    cuts, fault = record_batch.cut(data, owner, 1, prev)
    found = record_batch.judge(cuts, SIGNER.public, lambda frame, seq: bytes([seq]) + frame)
    return Judged(found.kept, found.frames, found.fault or fault)


def by_the_kiosk(data: bytes) -> tuple[int, str]:
    """How many records the kiosk's modules accept, and the fault at the next one."""
    good, chain = 0, Chain(DEVICE, 1, 0, bytes(32))
    try:
        for item in personal.split(data, 1):
            chain = kj01.check(item.record, chain, SIGNER.public)
            members = kj01.read_body(item.record.body)
            whole = item.frame is None if "personal" not in members else item.frame is not None
            if not whole or (item.frame is not None and not personal.matches(item.frame, members["personal"])):
                return good, "E_PERSONAL"
            good += 1
    except JournalFault as fault:
        return good, fault.fault
    return good, ""


def said(found: Judged) -> tuple[int, str, int]:
    return len(found.kept), found.fault.fault if found.fault else "", found.fault.seq if found.fault else 0


def test_the_vectors_are_good() -> None:
    cuts, fault = record_batch.cut(VECTOR, VECTOR_DEVICE + b"\0\0\0\1", 1, VECTOR_GENESIS)
    found = record_batch.judge(cuts, VECTOR_PUBLIC, lambda frame, _seq: frame)
    assert fault is None
    assert [k.hash.hex()[:8] for k in found.kept] == ["c7db97b5", "2bf9517c", "cea1653d"]
    assert b"".join(k.header + k.signature + k.body for k in found.kept) == VECTOR


def test_no_flipped_bit_of_the_vectors_is_taken() -> None:
    whole = record_batch.cut(VECTOR, VECTOR_DEVICE + b"\0\0\0\1", 1, VECTOR_GENESIS)[0]
    for at in range(len(VECTOR)):
        spoilt = VECTOR[:at] + bytes([VECTOR[at] ^ 1 << at % 8]) + VECTOR[at + 1 :]
        cuts, fault = record_batch.cut(spoilt, VECTOR_DEVICE + b"\0\0\0\1", 1, VECTOR_GENESIS)
        found = record_batch.judge(cuts, VECTOR_PUBLIC, lambda frame, _seq: frame)
        assert found.fault or fault, at
        assert found.kept == [c.kept for c in whole[: len(found.kept)]], at


def test_frames_stay_with_their_records() -> None:
    found = judged(b"".join(streams()))
    assert said(found) == (5, "", 0)
    assert [seq for seq, _ in found.frames] == [1, 3, 5]
    assert all(sealed[0] == seq for seq, sealed in found.frames)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda s: s[1], (0, "E_GAP", 1)),
        (lambda s: s[0] + s[2], (1, "E_GAP", 2)),
        (lambda s: s[0] + s[0], (1, "E_GAP", 2)),
        (lambda s: s[0] + s[1][:223], (1, "E_TRUNCATED", 2)),
        (lambda s: s[0] + s[1][:-1], (1, "E_TRUNCATED", 2)),
        (lambda s: s[0] + b"KJ02" + s[1][4:], (1, "E_FORMAT", 2)),
        (lambda s: s[0] + s[1][:7] + b"\1" + s[1][8:], (1, "E_FORMAT", 2)),
        (lambda s: s[0] + s[1][:28] + b"\0\4\0\1" + s[1][32:], (1, "E_TOO_BIG", 2)),
        (lambda s: s[0] + s[1][:8] + b"x" + s[1][9:], (1, "E_DEVICE", 2)),
        (lambda s: s[0] + s[1][:64] + b"x" + s[1][65:], (1, "E_CHAIN", 2)),
        (lambda s: s[0] + s[1][:-2] + b"x}", (1, "E_BODY", 2)),
        (lambda s: s[0] + s[1][:160] + b"x" + s[1][161:], (1, "E_SIG", 2)),
        (lambda s: s[0] + s[1] + personal.pack(2, b"{}"), (1, "E_PERSONAL", 2)),
        (lambda s: personal.pack(1, b"{}") + s[0], (0, "E_PERSONAL", 1)),
        (lambda s: s[0][: s[0].index(b"KJP1")], (0, "E_PERSONAL", 1)),
        (lambda s: s[0][:-1], (0, "E_TRUNCATED", 1)),
        (lambda s: s[0] + personal.pack(1, b"{}"), (0, "E_PERSONAL", 1)),
        (lambda s: s[0][: s[0].index(b"KJP1")] + personal.pack(2, b"{}"), (0, "E_PERSONAL", 1)),
        (lambda s: s[0] + s[1] + b"KJP1" + (2).to_bytes(8) + b"\0\1\0\1", (1, "E_TOO_BIG", 2)),
        (lambda s: s[0] + s[1] + b"KJP1", (1, "E_TRUNCATED", 2)),
        (lambda s: s[0][:-2] + b'"}', (0, "E_PERSONAL", 1)),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_what_came_before_is_good(change: Any, wanted: tuple[int, str, int]) -> None:
    assert said(judged(change(streams()))) == wanted


def test_a_body_that_is_no_json_is_named_after_its_signature() -> None:
    record = kj01.write(Chain(DEVICE, 1, 0, bytes(32)), 2, b'{"salt":1}', SIGNER, STAMP)
    assert said(judged(record.pack())) == (0, "E_BODY", 1)


def test_where_the_chain_is_not_known_only_the_first_link_is_open() -> None:
    _, second, third, *_ = streams()
    cuts, fault = record_batch.cut(second + third, DEVICE + b"\0\0\0\1", 2, None)
    assert ([c.kept.seq for c in cuts], fault) == ([2, 3], None)


def test_a_large_batch_is_shared_and_the_first_fault_wins() -> None:
    parts = list(streams(80))
    assert said(judged(b"".join(parts))) == (80, "", 0)
    for spoilt in (10, 70):
        parts[spoilt] = parts[spoilt][:160] + b"\0\0" + parts[spoilt][162:]
    assert said(judged(b"".join(parts))) == (10, "E_SIG", 11)
    parts = list(streams(80))
    parts[70] = parts[70][:160] + b"\0\0" + parts[70][162:]
    assert said(judged(b"".join(parts))) == (70, "E_SIG", 71)


def test_nothing_is_nothing() -> None:
    assert said(judged(b"")) == (0, "", 0)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_spoilt_streams_are_judged_as_the_kiosk_judges_them(data: st.DataObject) -> None:
    whole = bytearray(b"".join(streams()))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole)))
        cut = data.draw(st.integers(0, 300))
        whole[at : at + cut] = data.draw(st.binary(max_size=40) | st.sampled_from([*streams(), b"KJP1", b"KJ01"]))
    good, fault = by_the_kiosk(bytes(whole))
    found = judged(bytes(whole))
    # The kiosk cuts the whole stream before it checks the first record: its framing faults come first.
    assert (len(found.kept) >= good) if fault else (len(found.kept), found.fault) == (good, None)
    assert [k.hash for k in found.kept] == [kj01.entry_hash(s[:160]) for s in streams()[: len(found.kept)]], (
        "nothing but what the device signed"
    )


@settings(max_examples=200, deadline=None)
@given(noise=st.binary(max_size=600))
def test_noise_is_a_fault_and_never_an_accident(noise: bytes) -> None:
    found = judged(noise)
    assert found.kept == []
    assert (found.fault is None) == (noise == b"")


def test_random_bytes_are_no_signature() -> None:
    one = streams()[1]
    assert said(judged(streams()[0] + one[:160] + secrets.token_bytes(64) + one[224:])) == (1, "E_SIG", 2)

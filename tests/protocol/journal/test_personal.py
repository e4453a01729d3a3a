"""The personal frame: its vector, and what may follow a record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.journal import kj01, personal
from protocol.journal.kj01 import JournalFault
from tests.harness.vector_files import KJB2, STREAM, named

FRAME = bytes.fromhex(named(KJB2, "  hex"))
RECORDS = list(kj01.split(STREAM, 1))
FIRST = RECORDS[0].pack()


def _fault(data: bytes, seq: int = 1) -> tuple[str, int]:
    with pytest.raises(JournalFault) as caught:
        personal.split(data, seq)
    return caught.value.fault, caught.value.seq


def test_a_frame_has_the_bytes_and_the_hash_of_the_vector() -> None:
    members = json.loads(FRAME)
    salt = bytes.fromhex(members.pop("salt"))
    assert personal.write_frame(salt, members) == FRAME
    assert len(FRAME) == 147
    assert personal.frame_hash(FRAME).hex() == named(KJB2, "hash")


def test_a_body_names_its_frame() -> None:
    named_frame = personal.reference(FRAME)
    assert named_frame["len"] == 147
    assert personal.matches(FRAME, named_frame)
    assert not personal.matches(FRAME + b" ", named_frame)
    assert not personal.matches(FRAME, {})
    assert not personal.matches(FRAME, None)


def test_a_stream_may_carry_frames_and_may_not() -> None:
    data = FIRST + personal.pack(1, FRAME) + RECORDS[1].pack()
    items = personal.split(data, 1)
    assert [item.frame for item in items] == [FRAME, None]
    assert [item.record for item in items] == RECORDS[:2]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (personal.pack(1, FRAME), ("E_PERSONAL", 1)),
        (personal.pack(0, FRAME), ("E_PERSONAL", 1)),
        (FIRST + personal.pack(2, FRAME), ("E_PERSONAL", 1)),
        (FIRST + personal.pack(1, FRAME) * 2, ("E_PERSONAL", 1)),
        (FIRST + personal.pack(1, FRAME)[:10], ("E_TRUNCATED", 1)),
        (FIRST + personal.pack(1, FRAME)[:-1], ("E_TRUNCATED", 1)),
        (FIRST + personal.pack(1, bytes(personal.MAX_FRAME + 1)), ("E_TOO_BIG", 1)),
        (FIRST[:-1], ("E_TRUNCATED", 1)),
    ],
    ids=["no record", "before any", "another's", "twice", "head cut", "cut", "too big", "record cut"],
)
def test_a_frame_out_of_place_is_a_fault(data: bytes, fault: tuple[str, int]) -> None:
    assert _fault(data) in (fault, (fault[0], 0))


@given(st.binary(max_size=60))
def test_any_bytes_after_a_record_are_items_or_a_fault(data: bytes) -> None:
    for stream in (FIRST + data, FIRST + personal.MAGIC + data):
        try:
            personal.split(stream, 1)
        except JournalFault:
            continue

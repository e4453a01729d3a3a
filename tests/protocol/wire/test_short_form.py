"""The short form: whatever goes in comes back, byte for byte, and whatever is no short form is refused."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import strict_json
from protocol.journal import kj01, personal
from protocol.journal.kj01 import Chain, Record
from protocol.journal.personal import Item
from protocol.wire import short_form
from protocol.wire.short_form import NotShort, shorten, spell_out
from tests.harness.vector_files import DEVICE, KJB2, SIGNER, STREAM, named

LIMIT = 1 << 20
FIRST = 7
START = Chain(DEVICE, 1, FIRST - 1, bytes(range(32)))
UUID = "0192f0c1-7c3a-7b1e-8a4d-000000000001"
BODY = b'{"salt":"00112233445566778899aabbccddeeff","v":1}'
TEXT, RAW = b"0 2 5 0\0{}\0", bytes(64)


def back(stream: bytes, first: int = FIRST) -> bytes:
    return spell_out(*shorten(stream, DEVICE, 1, first), DEVICE, 1, first, LIMIT)


def spelt(text: bytes, raw: bytes = RAW, limit: int = LIMIT) -> list[Item]:
    return personal.split(spell_out(text, raw, DEVICE, 1, FIRST, limit), FIRST)


def stream_of(parts: list[tuple[bytes, bytes | None, kj01.Stamp]]) -> bytes:
    """Records of these bodies, frames and stamps, one after the other."""
    chain, made = START, list[Item]()
    for body, frame, stamp in parts:
        record = kj01.write(chain, 2, body, SIGNER, stamp)
        chain = chain.after(record)
        made.append(Item(record, frame))
    return b"".join(item.pack() for item in made)


def reference(frame: bytes) -> bytes:
    return b'"personal":' + strict_json.dumps(personal.reference(frame))


stamps = st.builds(
    kj01.Stamp,
    st.integers(0, kj01.LATEST_MS),
    st.integers(0, 2**64 - 1),
    st.sampled_from([bytes(8), b"boot-id1"]),
    st.sampled_from([bytes(32), bytes(range(32))]),
)
quoted = st.sampled_from([UUID, "ab" * 8, "cd" * 16, "ef" * 64, "ef" * 65, "a" * 17, "0" * 32]) | st.uuids().map(str)
words = st.lists(
    quoted.map(lambda word: f'"{word}"'.encode()) | st.text(max_size=9).map(str.encode) | st.binary(max_size=4)
).map(b",".join)


@given(st.lists(st.tuples(words, st.none() | words, stamps), max_size=4), st.booleans())
def test_any_records_come_back(parts: list[tuple[bytes, bytes | None, kj01.Stamp]], names: bool) -> None:
    if names:
        parts = [(body if frame is None else b"{%b}" % reference(frame), frame, at) for body, frame, at in parts]
    stream = stream_of(parts)
    assert back(stream) == stream


@given(st.binary(max_size=400))
def test_any_bytes_come_back(data: bytes) -> None:
    assert back(data) == data
    assert back(STREAM + data, 1) == STREAM + data


@given(st.binary(max_size=60), st.binary(max_size=200))
def test_any_two_parts_are_a_stream_or_refused(text: bytes, raw: bytes) -> None:
    for attempt in (text, TEXT + text, b"8 2 5 0\0" + text):
        try:
            spell_out(attempt, raw, DEVICE, 1, FIRST, LIMIT)
        except NotShort:
            continue


def test_the_short_form_of_the_vector() -> None:
    text, raw = (bytes.fromhex(named(KJB2, f"\n  {part} hex")) for part in ("text", "raw"))
    stream = spell_out(text, raw, DEVICE, 1, 1, LIMIT)
    assert hashlib.sha256(stream).hexdigest() == named(KJB2, "bytes, SHA-256")
    assert shorten(stream, DEVICE, 1, 1) == (text, raw)


def test_what_repeats_or_can_be_worked_out_is_not_sent() -> None:
    frame = personal.write_frame(bytes(16), {"fields": {}})
    body = kj01.write_body(bytes(16), {"id": UUID, "visit": UUID, "personal": personal.reference(frame)})
    stamp = kj01.Stamp(1_764_057_600_000, 5_000, b"boot-id1")
    stream = stream_of([(body, frame, stamp)] * 2)
    text, raw = shorten(stream, DEVICE, 1, FIRST)
    assert text.endswith(b'8 2 0 0\0{"salt":"\x020","fields":{}}\0{"salt":"\x020","id":"\x03 ","visit":"\x03 ",\x04}\0')
    assert len(raw) == 32 + 8 + 2 * (16 + 16 + 64) + 10


def test_the_ninety_sixth_uuid_has_no_number() -> None:
    names = [f"0192f0c1-7c3a-7b1e-8a4d-{n:012x}" for n in range(97)]
    body = strict_json.dumps([*names, names[94], names[95]])
    stream = stream_of([(body, None, kj01.Stamp(1, 1, bytes(8)))])
    text, _ = shorten(stream, DEVICE, 1, FIRST)
    assert len(re.findall(b"\x01", text)) == 98
    assert re.findall(b"\x03(.)", text) == [b"~"]
    assert back(stream) == stream


@pytest.mark.parametrize("spoil", ["device", "epoch", "number", "algorithm", "time", "body hash", "reserved"])
def test_a_record_without_a_short_form_goes_as_it_is_with_all_behind_it(spoil: str) -> None:
    good = stream_of([(BODY, None, kj01.Stamp(1, 1, bytes(8)))] * 3)
    at, piece = {
        "device": (8, b"x"), "epoch": (24, b"\1"), "number": (39, b"\1"), "algorithm": (7, b"\1"),
        "time": (40, b"\x80"), "body hash": (159, b"x"), "reserved": (224, b"\4"),
    }[spoil]  # fmt: skip
    one = len(good) // 3
    stream = good[:one] + good[one : one + at] + piece + good[one + at + len(piece) :]
    text, raw = shorten(stream, DEVICE, 1, FIRST)
    assert text.count(b"\0") == 2
    assert raw.endswith(stream[one:])
    assert back(stream) == stream


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (b"0 2 5 0", RAW),
        (b"0 2 5 0\0{}", RAW),
        (b"0 2 5 0\0", RAW),
        (b"8 2 5 0\0{}\0", RAW),
        (b"\0", RAW),
        (b"\0" + TEXT, RAW),
        (TEXT, RAW[:-1]),
        (b"1 2 5 0\0{}\0", RAW),
        (b"0 65536 5 0\0{}\0", RAW),
        (b"0 2 5 -6\0{}\0", RAW),
        (b"0 2 99999999999999999999 0\0{}\0", RAW),
        (b"16 2 5 0\0{}\0", RAW),
        (b"00 2 5 0\0{}\0", RAW),
        (b"0 2 +5 0\0{}\0", RAW),
        (b"0 2 5 0\0\x01\0", RAW),
        (b"0 2 5 0\0\x01-6 \0", bytes(74)),
        (b"0 2 5 0\0\x01999999999999999 \0", bytes(74)),
        (b"0 2 5 0\0\x02\x27\0", bytes(74)),
        (b"0 2 5 0\0\x02\x61\0", bytes(200)),
        (b"0 2 5 0\0\x02\x60\0", bytes(127)),
        (b"0 2 5 0\0\x03 \0", RAW),
        (b"0 2 5 0\0\x04\0", RAW),
        (b"8 2 5 0\0{}\0\x04\x04\0", RAW),
        (b"8 2 5 0\0\x04\0{}\0", RAW),
    ],
)
def test_what_is_no_short_form_is_refused(text: bytes, raw: bytes) -> None:
    with pytest.raises(NotShort):
        spelt(text, raw)


def test_what_spells_out_too_long_is_refused() -> None:
    [item] = spelt(TEXT)
    length = len(item.pack())
    assert spelt(TEXT, limit=length) == [item]
    for raw in (RAW, RAW + b"x"):
        with pytest.raises(NotShort, match="size"):
            spelt(TEXT, raw, limit=length - 1)
    assert len(spell_out(TEXT, RAW + b"x", DEVICE, 1, FIRST, length + 1)) == length + 1


def test_every_record_is_as_it_was_written() -> None:
    record = kj01.write(START, 2, BODY, SIGNER, kj01.Stamp(1_764_057_600_000, 5_000, b"boot-id1", bytes(range(32))))
    [item] = personal.split(back(record.pack()), FIRST)
    assert item == Item(Record(record.header, record.signature, BODY), None)
    assert kj01.check(item.record, START, SIGNER.public).seq == FIRST


def test_marks_that_stand_for_too_much_are_refused_before_they_are_spelt_out() -> None:
    """Two bytes stand for 36: a bundle of a hundred bytes took the centre two seconds."""
    text = b"0 2 5 0\0\x010 " + b"\x03 " * 500_000 + b"\0"
    reader = short_form._Reader(short_form._Before(DEVICE, 1, FIRST), bytes(74), LIMIT)
    with pytest.raises(NotShort, match="size"):
        reader.read(iter(text.split(b"\0")))
    assert -36 <= reader.room < 0, "the first one too many ends it"

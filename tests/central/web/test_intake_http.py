"""The journal from outside: what is kept, what is told, and what no batch can do."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.documents import trust
from protocol.journal import acknowledgement, kj01, personal
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain
from protocol.journal.personal import Item
from protocol.keys import SeedSigner
from protocol.wire import sealing, wire
from protocol.wire.bundle import BundleHead, seal_bundle
from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import Device

FREEZES = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def fault_of(device: Device, answer_status: int, content: bytes) -> tuple[str, int, int]:
    """(fault, seq, high-water mark) of a signed structural verdict."""
    assert answer_status == 422, content
    verdict = trust.open_object(content, trust.VERDICT, device.keyset.feed)
    assert verdict["code"] == "structural"
    ack = device.read_ack(base64.b64decode(verdict["ack"]))
    return verdict["fault"], verdict["seq"], ack.hwm


@pytest.mark.parametrize("sealed", [False, True])
def test_a_batch_is_acknowledged_and_again_a_duplicate_is_fine(device: Device, *, sealed: bool) -> None:
    device.open_epoch()
    for _ in range(3):
        device.request()
    first = device.push(sealed=sealed)
    assert first.status_code == 200
    assert device.ack is not None
    assert (device.ack.hwm, device.ack.entry_hash) == (4, device.chain.hash)
    again = device.push(device.items, sealed=sealed)
    assert again.status_code == 200
    assert device.ack.hwm == 4
    device.request()
    assert device.push(device.items[2:]).status_code == 200
    assert device.ack.hwm == 5


def test_a_gap_stores_nothing_and_says_where_we_are(device: Device) -> None:
    device.open_epoch()
    for _ in range(4):
        device.request()
    device.push(device.items[:2])
    answer = device.push(device.items[3:])
    assert answer.status_code == 409
    assert device.read_ack(answer.content).hwm == 2
    assert device.push(device.items[2:]).status_code == 200


def test_two_histories_are_both_kept_and_the_device_is_frozen(
    centre: CentreProcess, device: Device, tmp_path: Path
) -> None:
    device.open_epoch()
    before = device.chain
    device.request()
    first = device.items[:]
    device.push()
    device.chain, device.items = before, device.items[:1]
    device.request()
    answer = device.push(device.items[1:])
    assert answer.status_code == 403
    verdict = device.read_verdict(answer)
    assert (verdict["code"], verdict["seq"], verdict["entry_hash"]) == ("equivocation", 2, first[1].record.hash.hex())
    refused, nonce = device.send("GET", wire.PATH_FEED, query="after=0")
    assert refused.status_code == 403
    assert device.read_verdict(refused, nonce)["code"] == "equivocation"
    file = tmp_path / "journal.kj01"
    centre.cli("journal", "export", device.name, str(file))
    assert file.read_bytes() == b"".join(item.record.pack() for item in first)


def test_another_record_that_the_device_never_signed_freezes_nobody(device: Device) -> None:
    device.open_epoch()
    device.push()
    other = kj01.write(
        replace(device.chain, seq=0, hash=kj01.genesis(device.statement.payload)), 1,
        kj01.write_body(secrets.token_bytes(16), {"v": 1}), SeedSigner(secrets.token_bytes(32)),
        kj01.Stamp(0, 0, bytes(8)),
    )  # fmt: skip
    answer = device.push([Item(other, None)])
    assert answer.status_code == 422
    device.request()
    assert device.push().status_code == 200


Spoil = Callable[[Device, Item], bytes]


def packed(device: Device, item: Item) -> bytes:
    return device.stream([item])


SPOILT: list[tuple[str, Spoil]] = [
    ("E_FORMAT", lambda d, i: b"KJ02" + packed(d, i)[4:]),
    ("E_FORMAT", lambda d, i: packed(d, i)[:6] + b"\0\1" + packed(d, i)[8:]),
    ("E_DEVICE", lambda d, i: packed(d, i)[:8] + bytes(16) + packed(d, i)[24:]),
    ("E_DEVICE", lambda d, i: packed(d, i)[:24] + b"\0\0\0\7" + packed(d, i)[28:]),
    ("E_TOO_BIG", lambda d, i: packed(d, i)[:28] + b"\x7f\0\0\0" + packed(d, i)[32:]),
    ("E_GAP", lambda d, i: packed(d, i)[:39] + b"\x63" + packed(d, i)[40:]),
    ("E_CHAIN", lambda d, i: packed(d, i)[:64] + bytes(32) + packed(d, i)[96:]),
    ("E_BODY", lambda d, i: packed(d, i)[:128] + bytes(32) + packed(d, i)[160:]),
    ("E_SIG", lambda d, i: packed(d, i)[:160] + bytes(64) + packed(d, i)[224:]),
    ("E_TRUNCATED", lambda d, i: packed(d, i)[:200]),
    ("E_PERSONAL", lambda _d, i: i.record.pack()),
    ("E_PERSONAL", lambda _d, i: i.record.pack() + frame_of(i, b'{"salt":"00"}')),
    ("E_PERSONAL", lambda d, i: packed(d, i) + frame_of(i)),
    ("E_PERSONAL", lambda _d, i: i.record.pack() + frame_of(i, later=7)),
]


def frame_of(item: Item, frame: bytes | None = None, later: int = 0) -> bytes:
    return personal.pack(item.record.fields.seq + later, item.frame or b"" if frame is None else frame)


@pytest.mark.parametrize("place", range(len(SPOILT)))
def test_a_bad_record_in_the_middle_is_named_and_what_stands_before_it_is_kept(steady: Device, place: int) -> None:
    fault, spoil = SPOILT[place]
    start = len(steady.items)
    for _ in range(3):
        steady.request()
    batch = steady.items[start:]
    body = steady.stream(batch[:1]) + spoil(steady, batch[1]) + steady.stream(batch[2:])
    if fault == "E_TRUNCATED":
        body = steady.stream(batch[:1]) + spoil(steady, batch[1])
    answer = steady.post(body, start + 1, start + 3)
    assert fault_of(steady, answer.status_code, answer.content) == (fault, start + 2, start + 1)
    assert steady.push(batch[1:]).status_code == 200


SALT = b'{"salt":"00112233445566778899aabbccddeeff"'


@pytest.mark.parametrize(
    "body",
    [
        SALT + b',"a":1,"a":2}', SALT + b',"a":NaN}',
        SALT + b',"a":1e400}', SALT + b',"a":' + b"9" * 5000 + b"}",
        SALT + b',"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        SALT + b',"a":"\\ud800"}', b"\xef\xbb\xbf" + SALT + b"}",
        b'{"v":1}', b"[]", b"\xff\xfe", b"", SALT + b',"fee_pt":1.5}',
    ],
)  # fmt: skip
def test_a_signed_body_that_is_not_json_of_ours_is_structural(device: Device, body: bytes) -> None:
    device.write_bytes(EntryType.REQUEST, body)
    answer = device.push()
    assert fault_of(device, answer.status_code, answer.content) == ("E_BODY", 1, 0)


def test_bad_business_is_kept_and_comes_back_rejected(device: Device) -> None:
    device.open_epoch()
    poison = device.request(total_pt=-1, fees="none", id="' OR 1=1 --", service="\u202e\u0000" + "\u0301" * 5_000)
    device.request()
    assert device.push().status_code == 200
    assert device.ack is not None
    assert device.ack.hwm == 3
    item = device.await_item("decision")
    assert (item["status"], item["seq"], item["entry_hash"]) == ("rejected", 2, poison.hash.hex())
    assert item["reason"]["ar"]
    assert item["reason"]["en"]


def test_entry_types_that_the_centre_does_not_know_are_kept(device: Device) -> None:
    for kind in (1, 99, 65_535):
        device.write(kind, {"v": 99, "kind": "later"})
    assert device.push().status_code == 200


def test_a_bundle_for_somebody_else_or_altered_is_refused(
    centre: CentreProcess, device: Device, steady: Device
) -> None:
    device.open_epoch()
    bundle = device.bundle(device.items)
    assert device.post(bundle[:-1] + bytes([bundle[-1] ^ 1]), 1, 1, wire.BUNDLE).status_code == 400
    assert device.post(bundle[:30], 1, 1, wire.BUNDLE).status_code == 400
    assert steady.post(bundle, 1, 1, wire.BUNDLE).status_code in {400, 422}
    head = BundleHead(device.chain.device, 1, 1, 2)
    assert (
        device.post(
            seal_bundle(head, device.stream(device.items), device.keyset.seal_x25519), 1, 1, wire.BUNDLE
        ).status_code
        == 400
    )
    bomb = seal_bundle(BundleHead(device.chain.device, 1, 1, 1), bytes(wire.MAX_PLAIN + 1), device.keyset.seal_x25519)
    assert device.post(bomb, 1, 1, wire.BUNDLE).status_code in {400, 413}
    assert device.push(sealed=True).status_code == 200


def _sealed(device: Device, frame: bytes, last: int) -> bytes:
    """A bundle of the first `last` entries whose text is `frame`."""
    info = BundleHead(device.chain.device, 1, 1, last).pack()
    return b"KJB2" + sealing.seal(bytes(4) + frame, device.keyset.seal_x25519, info)


def test_a_bundle_of_the_form_before_is_told_to_update(device: Device) -> None:
    device.open_epoch()
    answer = device.post(b"KJB1" + device.bundle(device.items)[4:], 1, 1, wire.BUNDLE)
    assert (answer.status_code, answer.json()["code"]) == (400, "old_bundle")
    assert "Update the counter" in answer.json()["message"]


def test_a_frame_that_does_not_say_its_size_is_not_understood(device: Device) -> None:
    """Halving, which 413 asks for, would change nothing, for ever."""
    device.open_epoch()
    compressor = zstd.ZstdCompressor()
    frame = compressor.compress(b"\0") + compressor.flush()
    assert zstd.get_frame_info(frame).decompressed_size is None
    assert device.post(_sealed(device, frame, 1), 1, 1, wire.BUNDLE).status_code == 400
    assert device.push(sealed=True).status_code == 200


@pytest.mark.parametrize("name", ["no size", "two frames", "another dictionary", "cut off"])
def test_a_bundle_with_a_frame_that_is_none_of_ours_is_not_understood(device: Device, name: str) -> None:
    vectors = json.loads((Path(__file__).parents[2] / "vectors" / "wire.json").read_text(encoding="utf-8"))
    frame = bytes.fromhex(vectors["dictionary"]["refused"][name])
    answer = device.post(_sealed(device, frame, 3), 1, 3, wire.BUNDLE)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_bundle")


def test_a_range_that_is_too_wide_and_one_that_holds_more_or_less_than_it_says(device: Device) -> None:
    device.open_epoch()
    device.request()
    device.request()
    assert device.post(device.stream(device.items), 1, 501).status_code == 413
    more = device.post(device.stream(device.items), 1, 1)
    assert fault_of(device, more.status_code, more.content) == ("E_TRUNCATED", 2, 1)
    fewer = device.post(device.stream(device.items[1:]), 2, 9)
    assert fault_of(device, fewer.status_code, fewer.content) == ("E_TRUNCATED", 4, 3)


@pytest.mark.parametrize(
    "key", ["1-1", "x", "1-2-1", "1-0-1", "2-1-1", "1-1-999", "1--1-1", "1-1-18446744073709551616"]
)
def test_a_range_that_makes_no_sense_is_refused(device: Device, key: str) -> None:
    device.open_epoch()
    answer, _ = device.send("POST", wire.PATH_JOURNAL, device.stream(device.items), media=wire.STREAM, key=key)
    assert 400 <= answer.status_code < 500
    assert device.push().status_code == 200


def test_another_media_type_is_refused(device: Device) -> None:
    device.open_epoch()
    assert device.post(device.stream(device.items), 1, 1, wire.JSON).status_code == 400


def test_too_many_bytes_are_refused(device: Device) -> None:
    assert device.post(bytes(wire.MAX_BODY + 1), 1, 1).status_code == 413


def test_the_export_and_the_acknowledgement_are_enough_to_check_a_journal(
    centre: CentreProcess, device: Device, tmp_path: Path
) -> None:
    device.open_epoch()
    device.request()
    device.push()
    records, keys = tmp_path / "journal.kj01", tmp_path / "keys"
    centre.cli("journal", "export", device.name, str(records))
    told = centre.cli("device", "export-keys", device.name, "--directory", str(keys))
    statement = (keys / "statement.json").read_bytes()
    assert statement == device.statement.payload
    start = Chain(device.chain.device, 1, 0, kj01.genesis(statement))
    end = kj01.verify_stream(records.read_bytes(), start, bytes.fromhex((keys / "pub.hex").read_text()))
    said = acknowledgement.read((keys / "ack.bin").read_bytes(), [bytes.fromhex(key) for key in told["ack_pub"]])
    assert said is not None
    assert (said.hwm, said.entry_hash) == (end.seq, end.hash) == (2, device.chain.hash)


def test_nothing_acknowledged_is_lost_when_the_centre_is_killed(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    for _ in range(5):
        device.request()
        assert device.push().status_code == 200
    centre.kill()
    centre.start()
    answer = device.post(device.stream(device.items[-1:]), 9, 9)
    assert answer.status_code == 409
    assert device.read_ack(answer.content).hwm == 6


@FREEZES
@given(data=st.data())
def test_no_bytes_make_the_centre_stumble(steady: Device, data: st.DataObject) -> None:
    """Truncated, spliced and flipped streams: a 4xx or the truth, never a 500, never more than what is right."""
    start = len(steady.items)
    for _ in range(2):
        steady.request()
    whole = steady.stream(steady.items[start:])
    at = data.draw(st.integers(0, len(whole) - 1))
    how = data.draw(st.sampled_from(["cut", "flip", "splice", "repeat"]))
    if how == "cut":
        spoilt = whole[:at]
    elif how == "flip":
        spoilt = whole[:at] + bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[at + 1 :]
    elif how == "splice":
        spoilt = whole[:at] + data.draw(st.binary(min_size=1, max_size=40)) + whole[at:]
    else:
        spoilt = whole[: at + 1] + whole
    answer = steady.post(spoilt, start + 1, start + 2)
    assert answer.status_code in {200, 400, 413, 422}, answer.text
    if answer.status_code == 422:
        fault, seq, hwm = fault_of(steady, 422, answer.content)
        assert fault.startswith("E_")
        assert hwm == seq - 1 >= start
    assert steady.push(steady.items[start:]).status_code == 200

"""Oracle 10: whatever runs or hides in a PDF is refused, under every filter and every damage; paper is taken."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.evidence import pdf_safety
from protocol.errors import Refused
from tests.attacks import more, tried
from tests.attacks.pdfs import CHAINS, DAMAGES, HOSTILE, Chain, damaged, hidden, packed, whole

ORDINARY: Final = sorted((Path(__file__).parent / "ordinary").glob("*.pdf"))
ALWAYS_TAKEN: Final = {b"FlateDecode", b"ASCII85Decode", b"ASCIIHexDecode"}


def refused(data: bytes) -> str:
    """Why, or "" for what is taken."""
    tried()
    try:
        pdf_safety.refuse_unsafe(data)
    except Refused as error:
        return error.code
    return ""


def through(damages: list[str], chains: list[Chain]) -> list[tuple[str, Chain, bytes]]:
    """What gets through of everything hostile in turn: an object or the text of a page, packed, then damaged."""
    turns = itertools.cycle(HOSTILE)
    return [
        (name, chain, inside)
        for name, chain in itertools.product(damages, chains)
        for inside in [next(turns)]
        if not all(refused(data) for data in damaged(inside, chain, [name]))
    ]


def through_hidden(chains: list[Chain]) -> list[tuple[str, Chain]]:
    turns = itertools.cycle(HOSTILE)
    return [
        (name, chain) for chain in chains for name, data in hidden(next(turns), chain) if not refused(data)
    ]  # fmt: skip


@pytest.mark.oracle(10)
def test_nothing_hostile_gets_through_under_any_filter_and_damage() -> None:
    assert through(list(DAMAGES), CHAINS) == []


@pytest.mark.oracle(10)
def test_no_object_hides_where_none_belongs() -> None:
    assert through_hidden(CHAINS) == []


@pytest.mark.oracle(10)
@settings(max_examples=more(100), deadline=None)
@given(st.sampled_from(HOSTILE), st.sampled_from(CHAINS), st.lists(st.sampled_from(sorted(DAMAGES)), max_size=3))
def test_damages_do_not_cover_one_another(inside: bytes, chain: Chain, damages: list[str]) -> None:
    assert all(refused(data) for data in damaged(inside, chain, damages))


@pytest.mark.oracle(10, planted=True)
def test_a_reader_that_sees_no_object_in_a_picture_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.evidence.pdf_syntax._ANY_OBJECT", re.compile(rb"(?!)"))
    assert {name for name, _ in through_hidden(CHAINS)} >= {"in a picture", "in a string", "in a comment"}


@pytest.mark.oracle(10, planted=True)
def test_a_reader_that_believes_what_a_stream_says_of_itself_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_safety, "_carries_objects", lambda members: members.get(b"Subtype") != b"Image")
    assert through(["a picture"], [(b"LZWDecode",), (b"FlateDecode", b"RunLengthDecode")]) != []


# ---- paper


@pytest.mark.oracle(10)
@pytest.mark.parametrize("file", ORDINARY, ids=[file.stem for file in ORDINARY])
def test_what_ordinary_programs_write_is_taken(file: Path) -> None:
    assert refused(file.read_bytes()) == ""


PAGE: Final = b"q 1 0 0 1 0 0 cm /Im0 Do Q BT (paper of nobody) Tj ET\n"


@pytest.mark.oracle(10)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_what_scanners_write_is_taken(line_end: bytes) -> None:
    """Pictures in each packing that has been seen, a length that stands in an object of its own, text in any filter."""
    made = [packed(PAGE, chain) for chain in CHAINS if set(chain) <= ALWAYS_TAKEN]
    for before, codec in itertools.product(((), (b"ASCII85Decode",), (b"FlateDecode",)), pdf_safety.PIXELS):
        picture = packed(b"\xff\xd8 pixels", before, b"/Type/XObject/Subtype/Image")
        made.append(replace(picture, chain=(*before, codec)))
    taken = {}
    for stream in made:
        later = line_end.join((b"8 0 obj", b"%d" % len(stream.payload), b"endobj", b""))
        for length in (None, b"/Length 8 0 R"):
            written = replace(
                stream, length=length, keyword=line_end + b"stream\r\n", end=line_end + b"endstream" + line_end
            ).written()
            taken[stream.chain, length] = refused(whole(written, later))
    assert {name for name, why in taken.items() if why} == set()

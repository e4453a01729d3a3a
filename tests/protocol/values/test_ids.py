"""Identifiers and the codes people read aloud."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.values import ids
from tests.harness.refusals import code_of, refused, texts

NOW_MS = 1_764_057_600_000


def test_a_uuid_carries_version_variant_and_time() -> None:
    made = ids.uuid7(NOW_MS, bytes(range(16)))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == NOW_MS


@pytest.mark.parametrize(("clock", "random"), [(-1, bytes(16)), (1 << 48, bytes(16)), (0, bytes(15))])
def test_an_id_needs_a_time_of_48_bits_and_16_random_bytes(clock: int, random: bytes) -> None:
    with pytest.raises(ValueError, match=str(clock)):
        ids.uuid7(clock, random)


@given(st.binary(max_size=40))
def test_what_was_written_in_base_32_is_read_back(data: bytes) -> None:
    assert ids.crockford_decode(ids.crockford(data)) == data


def test_ten_bytes_make_sixteen_characters() -> None:
    assert ids.crockford(bytes(10)) == "0" * 16


def test_a_code_is_read_with_lookalikes_dashes_and_arabic_digits() -> None:
    assert ids.normalise_code("stgp-affw \u200f١t4d_7s8r") == "STGPAFFW1T4D7S8R"
    assert ids.normalise_code("oil") == "011"


@pytest.mark.parametrize(("code", "fault"), [("U", "code_letter"), ("01", "code_form"), ("000", "code_form")])
def test_a_code_has_one_spelling(code: str, fault: str) -> None:
    with refused(fault):
        ids.crockford_decode(code)


@given(st.text(ids.ALPHABET, min_size=2, max_size=30), st.data())
def test_the_check_character_catches_one_wrong_character_and_any_exchange(code: str, data: st.DataObject) -> None:
    whole = code + ids.check_char(code)
    assert ids.check_code(whole, len(code)) == code
    at, other = data.draw(st.tuples(st.integers(0, len(code)), st.integers(0, len(code))))
    mutated = list(whole)
    mutated[at] = data.draw(st.sampled_from(ids.ALPHABET))
    exchanged = list(whole)
    exchanged[at], exchanged[other] = exchanged[other], exchanged[at]
    for wrong in ("".join(mutated), "".join(exchanged)):
        if wrong != whole:
            with refused("code_check"):
                ids.check_code(wrong, len(code))


@pytest.mark.parametrize(("text", "found"), [("", 0), ("0" * 31, 31)])
def test_a_check_character_is_made_for_1_to_30_characters(text: str, found: int) -> None:
    with refused("code_length", found=found, want="1-30"):
        ids.check_char(text)


def test_a_code_of_another_length_is_refused() -> None:
    with refused("code_length", found=3, want="11"):
        ids.check_code("ABC", 10)


def test_a_code_is_grouped_in_fours() -> None:
    assert ids.grouped_code("STGPAFFW1T4D7S8R") == "STGP-AFFW-1T4D-7S8R"


@given(texts)
def test_any_text_is_a_code_or_a_refusal(text: str) -> None:
    assert code_of(lambda: ids.crockford_decode(text)) in ("", "code_letter", "code_form")


def test_a_new_code_has_a_character_for_each_byte_and_its_check() -> None:
    code = ids.new_code(bytes(range(250, 256)) + bytes(4))
    assert code[:-1] == "TVWXYZ0000"
    assert ids.check_code(code, ids.CODE_CHARS) == code[:-1]
    assert ids.SLOT_CODE.fullmatch(code)


def test_a_slot_and_its_code_are_taken_as_people_type_them() -> None:
    code = ids.new_code(bytes(range(10)))
    typed = f" {code[:4].lower()}-{code[4:].lower()} "
    assert ids.slot_and_code(" ٠٤٢٧\u200f ", typed) == ("0427", code)


@pytest.mark.parametrize("slot", ["", "427", "04271", "42a7", "०४२७"])
def test_what_is_no_slot_is_refused_before_its_code(slot: str) -> None:
    with refused("slot_form"):
        ids.slot_and_code(slot, "?")

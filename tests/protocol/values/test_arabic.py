"""Text at the counter: digits, invisible characters, search keys, directions."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from protocol.values import arabic
from tests.harness.refusals import HOSTILE, texts


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("٠١٢٣٤٥٦٧٨٩", "0123456789"), ("۰۱۲۳۴۵۶۷۸۹", "0123456789"), ("١٬٢٥٠٫٥", "1250.5"), ("12", "12")],
)
def test_both_digit_scripts_become_ascii(typed: str, folded: str) -> None:
    assert arabic.fold_digits(typed) == folded


def test_separators_stay_for_who_must_tell_them_apart() -> None:
    assert arabic.fold_digits_only("١٬٢٥٠٫٥") == "1٬250٫5"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("\u200f123\u200e", "123"),
        ("\ufeffأحمد", "أحمد"),
        ("a\0b", "ab"),
        ("a\tb\nc", "a b c"),
        ("x\ud800", "x"),
        ("\u00ad", ""),
    ],
)
def test_what_cannot_be_seen_is_stripped(typed: str, seen: str) -> None:
    assert arabic.strip_invisible(typed) == seen


def test_clean_text_has_single_spaces_and_composed_letters() -> None:
    assert arabic.clean("  محمد \u00a0 ا\u0653دم ") == "محمد آدم"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إبراهيم", "ابراهيم"),
        ("شهادة", "شهاده"),
        ("مُحَمَّد", "محمد"),
        ("هدى", "هدي"),
        ("مؤمن", "مومن"),
        ("رائد", "رايد"),
        ("عبد الله", "عبدالله"),
        ("أبو بكر", "ابوبكر"),
        ("محـــمد", "محمد"),
        ("علاء", "علا"),
        ("فارسی", "فارسي"),
        ("٢٠", "20"),
        ("Cairo", "CAIRO"),
    ],
)
def test_spellings_of_one_name_share_a_search_key(one: str, other: str) -> None:
    assert arabic.search_key(one) == arabic.search_key(other)


def test_names_that_differ_have_keys_that_differ() -> None:
    assert arabic.search_key("محمد علي") != arabic.search_key("محمد عمر")


def test_an_isolate_cannot_be_ended_from_inside() -> None:
    assert arabic.isolate("12\u2069-3") == "\u206612-3\u2069"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("محمد", True),
        ("محـمد", True),
        ("محمد 2", True),
        ("mohamed", False),
        ("محمد x", False),
        ("123", False),
        ("", False),
    ],
)
def test_arabic_letters_are_told_from_others(text: str, expected: bool) -> None:
    assert arabic.looks_arabic(text) is expected


@given(texts)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = arabic.clean(text)
    assert arabic.clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    cleaned.encode()


@given(texts)
def test_a_key_of_a_key_is_the_key(text: str) -> None:
    key = arabic.search_key(text)
    assert arabic.search_key(key).replace(" ", "") == key.replace(" ", "")
    key.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()
    arabic.clean(text)
    arabic.search_key(text)
    arabic.looks_arabic(text)
    assert time.perf_counter() - started < 1


def test_a_heap_of_marks_is_cut_but_real_writing_is_not() -> None:
    assert len(arabic.clean("ا" + "\u064b" * 1000)) == 31
    long_name = "مُحَمَّدٌ " * 10
    assert arabic.clean(long_name) == arabic.clean(arabic.clean(long_name))

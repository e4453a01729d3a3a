"""Money: integer piastres, read one way or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.values import money
from tests.harness.refusals import code_of, refused, texts


@pytest.mark.parametrize(
    ("typed", "piastres"),
    [
        ("0", 0), ("000", 0), ("5", 500), ("125.5", 12550), ("125,5", 12550), ("١٢٥٫٥", 12550), ("١٢٥", 12500),
        ("1250.50", 125050), ("1,250.50", 125050), ("1.250,50", 125050), ("1٬250٫50", 125050), ("1 250", 125000),
        ("1'250.5", 125050), ("1,250,000", 125000000), ("0.25", 25), ("0.5", 50), ("12،5", 1250),
        ("\u200f20\u200f", 2000), ("1.250.000", 125000000), ("1250", 125000),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_the_operator_meant_it(typed: str, piastres: int) -> None:
    assert money.parse_pt(typed) == piastres


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "money_empty"), (" \u200f", "money_empty"), ("-5", "money_negative"), ("5-", "money_negative"),
        ("(5)", "money_negative"), ("−5", "money_negative"), ("1,250", "money_ambiguous"), ("1.250", "money_ambiguous"),
        ("١،٢٥٠", "money_ambiguous"), ("abc", "money_form"), ("5.", "money_form"), ("5٫", "money_form"),
        (".5", "money_form"),
        ("1,25,0", "money_form"), ("1.2,3.4", "money_form"), ("1,2٬3.4", "money_form"), ("5.x", "money_form"),
        ("0.125", "money_decimals"), ("1.1234", "money_decimals"),
        ("²", "money_form"), ("1٬2", "money_form"),
        ("1,250٬000.5", "money_form"), ("1.250٬000,5", "money_form"),
    ],
)  # fmt: skip
def test_what_is_no_clear_amount_is_refused(typed: str, code: str) -> None:
    with refused(code):
        money.parse_pt(typed)


@pytest.mark.parametrize("typed", ["9" * 40, "100000000.01"])
def test_an_amount_that_nobody_has_is_refused_with_the_largest(typed: str) -> None:
    with refused("money_too_large", limit_pt=10**10):
        money.parse_pt(typed)


def test_the_largest_amount_is_a_hundred_million_pounds() -> None:
    assert money.parse_pt("100000000") == money.MAX_PT == 10**10


@given(st.integers(0, money.MAX_PT))
def test_what_was_formatted_is_read_back(pt: int) -> None:
    assert money.parse_pt(money.format_pt(pt)) == pt
    assert money.parse_pt(money.format_pt(pt, grouping=False)) == pt


@given(texts)
def test_any_text_is_an_amount_or_a_refusal(text: str) -> None:
    code = code_of(lambda: money.parse_pt(text))
    assert code.startswith("money_") or 0 <= money.parse_pt(text) <= money.MAX_PT


def test_files_get_a_minus_and_commas() -> None:
    assert money.format_pt(-125050) == "-1,250.50"
    assert money.format_pt(5, grouping=False) == "0.05"


@pytest.mark.parametrize(("fee", "vat"), [(0, 0), (2000, 246), (1000, 123), (25, 3), (11400, 1400), (500, 61)])
def test_vat_is_the_part_contained_in_the_fee(fee: int, vat: int) -> None:
    assert money.vat_inside(fee) == vat


@given(st.integers(0, 10**9), st.integers(0, 1000))
def test_vat_is_rounded_half_up(fee: int, permille: int) -> None:
    vat = money.vat_inside(fee, permille)
    assert (2 * vat - 1) * (1000 + permille) <= 2 * fee * permille < (2 * vat + 1) * (1000 + permille)


@pytest.mark.parametrize(("fee", "rate"), [(-1, 140), (1, -1)])
def test_no_vat_of_a_negative_fee(fee: int, rate: int) -> None:
    with pytest.raises(ValueError, match="-1"):
        money.vat_inside(fee, rate)


def test_change_is_what_was_given_too_much() -> None:
    assert money.change(10_000, 6_500) == 3_500
    assert money.change(6_500, 6_500) == 0


def test_short_cash_says_what_is_missing() -> None:
    with refused("cash_short", missing="15.00"):
        money.change(5_000, 6_500)


@pytest.mark.parametrize(
    ("text", "pt"),
    [
        ("1,250", (125_000, 125)), ("1.250", (125_000, 125)), ("١،٢٥٠", (125_000, 125)), ("12.500", (1_250_000, 1_250)),
        ("1.255", (125_500,)), ("1250", ()), ("1.25", ()), ("", ()), ("abc", ()),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_has_its_readings(text: str, pt: tuple[int, ...]) -> None:
    assert money.readings_pt(text) == pt
    for reading in pt:
        assert money.parse_pt(money.format_pt(reading, grouping=False)) == reading

"""The national ID number. Every number here is synthetic: births of 1900 and 2099."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from protocol.texts import Bilingual
from protocol.values import national_id
from protocol.values.masked import mask
from tests.harness.refusals import code_of, refused, texts

TODAY = date(2026, 11, 25)
LATER = date(2105, 1, 1)


@pytest.mark.parametrize(
    ("number", "governorate", "sex", "today"),
    [
        ("20001010100014", "01", "male", TODAY),
        ("20001010100022", "01", "female", TODAY),
        ("20003152100138", "21", "male", TODAY),
        ("20012318800043", "88", "female", TODAY),
        ("20007040201212", "02", "male", TODAY),
        ("39912313500108", "35", "female", LATER),
        ("39902281200276", "12", "male", LATER),
    ],
)
def test_a_number_says_where_and_what_its_holder_was_born(number: str, governorate: str, sex: str, today: date) -> None:
    holder = national_id.parse(number, today)
    assert (holder.number, holder.governorate, holder.sex) == (number, governorate, sex)
    assert holder.birth_date.year in (1900, 2099)
    assert national_id.check_digit_ok(holder.number)


@pytest.mark.parametrize(
    ("number", "code", "values"),
    [
        ("20002290100011", "nid_date", {}),
        ("29013010101234", "nid_date", {}),
        ("29001019901238", "nid_governorate", {}),
        ("2900101010123", "nid_length", {"found": 13}),
        ("", "nid_length", {"found": 0}),
        ("2000101010001x", "nid_digits", {}),
        ("40001010100014", "nid_century", {}),
        ("39912313500108", "nid_future", {}),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_its_fault(number: str, code: str, values: dict[str, object]) -> None:
    with refused(code, **values):
        national_id.parse(number, TODAY)


@pytest.mark.parametrize(
    "typed", ["٢٠٠٠١٠١٠١٠٠٠١٤", "2 000101 01 00014", "2-000101-01-00014\u200f", "\ufeff2000101.0100014"]
)
def test_it_may_be_typed_in_either_script_with_spaces_and_dashes(typed: str) -> None:
    assert national_id.parse(typed, TODAY).number == "20001010100014"


def test_a_wrong_last_digit_is_a_doubt_and_no_refusal() -> None:
    assert not national_id.check_digit_ok(national_id.parse("20001010100015", TODAY).number)


@pytest.mark.parametrize(
    ("thirteen", "digit"),
    [("3000229010006", "0"), ("3000229010000", "1"), ("3000229010005", "1"), ("3000229010001", "9")],
)
def test_the_check_digit_of_a_rest_of_one_is_zero_and_of_none_is_one(thirteen: str, digit: str) -> None:
    assert _valid(thirteen) == [thirteen + digit]


def test_whoever_was_born_today_has_a_number_and_nobody_of_tomorrow() -> None:
    assert national_id.parse("32611250100015", TODAY).birth_date == TODAY
    with refused("nid_future"):
        national_id.parse("32611260100015", TODAY)


def _valid(thirteen: str) -> list[str]:
    numbers = [f"{thirteen}{digit}" for digit in range(10)]
    good = [number for number in numbers if national_id.check_digit_ok(number)]
    assert len(good) == 1
    return good


def test_it_is_read_aloud_in_groups_and_shown_masked() -> None:
    holder = national_id.parse("20001010100014", TODAY)
    assert national_id.group(holder.number) == "2 000101 01 00014"
    assert mask(holder.number) == "**********0014"


def test_a_part_of_a_number_is_neither_grouped_nor_shown() -> None:
    assert national_id.group("2000") == "2000"
    assert mask("20001") == "*0001"
    assert mask("2000") == "****"
    assert mask("") == ""


def test_there_are_27_governorates_and_abroad() -> None:
    table = national_id.governorates()
    assert len(table) == 28
    assert table["01"].name == Bilingual("القاهرة", "Cairo")


@given(texts)
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    code = code_of(lambda: national_id.parse(text, TODAY))
    assert code.startswith("nid_") or len(national_id.parse(text, TODAY).number) == 14

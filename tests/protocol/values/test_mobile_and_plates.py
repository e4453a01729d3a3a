"""Mobile numbers and car plates."""

from __future__ import annotations

import pytest
from hypothesis import given

from protocol.values import mobile, plates
from protocol.values.masked import mask
from tests.harness.refusals import code_of, refused, texts


@pytest.mark.parametrize(
    "typed",
    [
        "01012345678",
        "٠١٠١٢٣٤٥٦٧٨",
        "+20 10 1234 5678",
        "00201012345678",
        "201012345678",
        "010-1234-5678",
        "(010) 12345678",
    ],
)
def test_a_mobile_number_is_stored_national(typed: str) -> None:
    assert mobile.parse(typed) == "01012345678"


@pytest.mark.parametrize(
    ("typed", "code", "values"),
    [
        ("0101234567", "mobile_length", {"found": 10}),
        ("01312345678", "mobile_prefix", {}),
        ("02123456789", "mobile_prefix", {}),
        ("0101234567x", "mobile_digits", {}),
    ],
)
def test_what_is_no_mobile_number_is_refused(typed: str, code: str, values: dict[str, object]) -> None:
    with refused(code, **values):
        mobile.parse(typed)


def test_a_mobile_number_is_shown_grouped_and_masked() -> None:
    assert mobile.grouped("01012345678") == "010 1234 5678"
    assert mask("01012345678") == "*******5678"


@given(texts)
def test_any_text_is_a_mobile_number_or_a_refusal(text: str) -> None:
    code = code_of(lambda: mobile.parse(text))
    assert code.startswith("mobile_") or mobile.parse(text).startswith("01")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("س م ط 1234", "سمط1234"), ("سمط١٢٣٤", "سمط1234"), ("1234 س م ط", "سمط1234"), ("أ-ب-٩٩", "اب99"),
        ("ي ة 123", "ىه123"), ("هـ 12", "ه12"),
    ],
)  # fmt: skip
def test_a_plate_is_letters_then_digits(typed: str, stored: str) -> None:
    assert plates.parse(typed).stored == stored
    assert plates.parse(stored).stored == stored


def test_the_letters_of_a_plate_are_shown_apart() -> None:
    assert plates.parse("سمط1234").shown == "س م ط 1234"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "plate_form"), ("سمط", "plate_form"), ("1234", "plate_form"), ("س1م2", "plate_form"),
        ("سمطع123", "plate_letters"), ("abc123", "plate_letters"), ("س!1", "plate_letters"),
        ("سمط12345", "plate_digits"),
    ],
)  # fmt: skip
def test_what_is_no_plate_is_refused(typed: str, code: str) -> None:
    with refused(code):
        plates.parse(typed)


@pytest.mark.parametrize(
    ("typed", "doubts"),
    [("سمط1234", ()), ("غمط1234", ("plate_letter",)), ("سمط1204", ("plate_zero",)), ("سمط12", ("plate_short",))],
)
def test_an_unusual_plate_is_a_doubt(typed: str, doubts: tuple[str, ...]) -> None:
    assert plates.parse(typed).warnings == doubts


@given(texts)
def test_any_text_is_a_plate_or_a_refusal(text: str) -> None:
    code = code_of(lambda: plates.parse(text))
    assert code.startswith("plate_") or plates.parse(plates.parse(text).shown) == plates.parse(text)

"""A governorate has one word, so that a grant and a shop compare whoever typed them."""

from __future__ import annotations

import pytest

from central.documents.governorates import called, short, shorts
from central.staff.accounts import Bounds
from protocol.values.national_id import BORN_ABROAD, governorates


@pytest.mark.parametrize("said", ["Giza", "giz", "GIZ", "21", "الجيزه", "الجيزة"])
def test_however_it_is_typed_it_is_kept_as_one_word(said: str) -> None:
    assert short(said) == "GIZ"
    assert Bounds(governorates=(said, "GIZ")).governorates == ("GIZ",)


def test_what_is_no_governorate_stays_as_it_was_said() -> None:
    assert short("X") == "X"
    assert called("ar", "X") == "X"
    assert called("ar", "") == "—"


def test_each_place_of_residence_has_a_word_of_its_own() -> None:
    assert set(shorts()) == set(governorates()) - {BORN_ABROAD}
    assert len(set(shorts().values())) == len(shorts())

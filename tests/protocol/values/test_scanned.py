"""What scanners type through an Arabic layout is read as what they read."""

from __future__ import annotations

from datetime import date

import pytest

from protocol.values.scanned import Scan, fold_layout, read_scan, through_arabic

TODAY = date(2026, 11, 25)
NID = "20001010100014"
ENTRY = "ab12" * 16
QR = f"https://centre.example/r/0192f0c1/5/{ENTRY}"
LATIN, ARABIC = "qwertyuiop[]asdfghjkl;'zxcvnm,./`", "ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظذ"


@pytest.mark.parametrize("lam_alef", ["لا", "\ufefb"])
def test_every_key_of_the_arabic_layout_is_taken_back(lam_alef: str) -> None:
    assert "".join(map(fold_layout, ARABIC)) == LATIN
    assert fold_layout(f" ش{lam_alef}ؤ-:٠١٢ ") == "abc-:012"
    assert fold_layout(f"{LATIN}b") == f"{LATIN}b"


@pytest.mark.parametrize(
    ("typed", "scan"),
    [
        (NID, Scan("national_id", NID)), ("٢٠٠٠١٠١٠١٠٠٠١٤", Scan("national_id", NID)),
        ("20013010100014", Scan("other", "20013010100014")), ("40001010100014", Scan("other", "40001010100014")),
        ("002643915900000005", Scan("receipt", "002643915900000005")), (QR, Scan("receipt", QR)),
        ("شيس-12345", Scan("other", "ads-12345")), ("", Scan("other", "")),
    ],
)  # fmt: skip
def test_a_scan_is_what_it_can_be(typed: str, scan: Scan) -> None:
    assert read_scan(typed, TODAY) == scan


def test_a_receipt_scanned_through_the_arabic_layout_is_the_receipt() -> None:
    back = dict(zip(LATIN, ARABIC, strict=True)) | {"b": "لا"}
    typed = "".join(back.get(letter, letter) for letter in QR)
    assert typed != QR
    assert read_scan(typed, TODAY) == Scan("receipt", QR)


def test_arabic_letters_tell_of_an_arabic_layout_and_digits_do_not() -> None:
    assert through_arabic("ش12")
    assert through_arabic("1\ufefb2")
    assert not through_arabic("a12")
    assert not through_arabic("٢٩٩٠")

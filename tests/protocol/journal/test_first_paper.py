"""The digits that only the first paper carries: the same for the same visit and key, and told from what all may see."""

from __future__ import annotations

from datetime import date

import pytest

from protocol.journal import first_paper
from protocol.keys import SeedSigner
from protocol.values.finding import paper_of
from protocol.values.scanned import read_scan

VISIT = "0192f0c1-7c3a-7b1e-8a4d-900000000001"
QR = f"https://centre.example/r/0192f0c1/231/{'ab' * 32}"
BARS = "002640710500000231"
KEY = first_paper.key_of(SeedSigner(bytes(range(32))))
DIGITS = first_paper.digits_of(KEY, VISIT)


def test_the_digits_hang_on_key_and_visit_alone() -> None:
    assert first_paper.digits_of(first_paper.key_of(SeedSigner(bytes(range(32)))), VISIT) == DIGITS
    assert (len(DIGITS), DIGITS.isdecimal()) == (first_paper.DIGITS, True)
    other = first_paper.key_of(SeedSigner(bytes(32)))
    assert len({DIGITS, first_paper.digits_of(other, VISIT), first_paper.digits_of(KEY, VISIT[:-1] + "2")}) == 3


def test_the_vector_of_the_protocol() -> None:
    """Key 00…1f."""
    assert (DIGITS, first_paper.seal(DIGITS)) == ("02495845653267017507", "8040b1842f02bd189f6e")


def test_each_line_of_a_visit_has_digits_of_its_own() -> None:
    shown = {first_paper.of_line(DIGITS, line) for line in (1, 2, 11)}
    assert {(len(one), one.isdecimal()) for one in shown} == {(first_paper.DIGITS, True)}
    assert len(shown | {DIGITS}) == 4


@pytest.mark.parametrize("shown", [None, True, "", "0" * 20, DIGITS[:-1], first_paper.seal(DIGITS)])
def test_a_seal_is_opened_by_its_digits_alone(shown: object) -> None:
    sealed = first_paper.seal(DIGITS)
    assert first_paper.opens(sealed, DIGITS)
    assert not first_paper.opens(sealed, shown)
    assert not first_paper.opens(shown, DIGITS) or shown == sealed


@pytest.mark.parametrize("plain", [QR, BARS, BARS + "12"])
def test_a_scan_of_the_first_paper_finds_the_same_as_that_of_a_copy(plain: str) -> None:
    scan = f"{plain}#{DIGITS}" if plain == QR else plain + DIGITS
    assert (first_paper.scanned(scan), first_paper.without(f" {scan} ")) == (DIGITS, plain)
    assert (first_paper.scanned(plain), first_paper.without(plain)) == ("", plain)
    assert paper_of(scan) == paper_of(plain)


def test_a_scan_of_the_first_paper_is_known_for_a_receipt() -> None:
    for text in (f"{QR}#{DIGITS}", BARS + DIGITS):
        assert read_scan(text, date(2026, 11, 25)).kind == "receipt"

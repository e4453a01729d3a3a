"""A printer as one line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.printer_choice import PrinterChoice, parse_choice
from protocol.errors import Refused

CHOICES = st.builds(
    PrinterChoice,
    kind=st.just("tcp"),
    address=st.sampled_from(["10.0.0.9", "printer.shop:9101"]),
    paper=st.sampled_from(["80mm", "58mm"]),
    dots=st.sampled_from([0, 512, 640]),
    cut=st.booleans(),
    drawer=st.booleans(),
    answers=st.booleans(),
    fence=st.booleans(),
)


@given(CHOICES)
def test_its_text_reads_back(choice: PrinterChoice) -> None:
    assert parse_choice(choice.text) == choice


@pytest.mark.parametrize("text", ["none", "usb:/dev/usb/lp0", "serial:/dev/ttyS0@9600", "system:HP Laser?paper=A5"])
def test_what_is_usual_is_left_out(text: str) -> None:
    assert parse_choice(text).text == text


@pytest.mark.parametrize(("text", "width"), [("tcp:h", 576), ("tcp:h?paper=58mm", 384), ("tcp:h?dots=512", 512)])
def test_the_paper_gives_the_width_unless_the_printer_has_its_own(text: str, width: int) -> None:
    assert parse_choice(text).width == width


@pytest.mark.parametrize(
    "text",
    [
        "", "laser:1", "tcp:", "tcp:h:0", "tcp:h:65536", "tcp:h:٩١٠٠", "usb:lp0", "serial:/dev/ttyS0@fast", "file:",
        "system: ", "none:x", "tcp:h?paper=A4", "tcp:h?paper=", "tcp:h?dots=12", "tcp:h?cut=maybe", "tcp:h?kind=usb",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="printer_unknown"):
        parse_choice(text)

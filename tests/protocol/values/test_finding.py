from __future__ import annotations

import pytest

from protocol.errors import Refused
from protocol.values import ids
from protocol.values.finding import ScannedPaper, TypedPaper, day_in, held_out, in_one_piece, paper_code, paper_of
from protocol.values.masked import last_four, short_name

CODE = "STGPAFFW1T4D7S8R"


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("3/11/2026", "2026-11-03", ""),
        ("٣/١١/٢٠٢٦", "2026-11-03", ""),
        ("2026-11-3", "2026-11-03", ""),
        ("محمد 3.11.2026 أحمد", "2026-11-03", "محمد أحمد"),
        ("31/2/2026", None, "31/2/2026"),
        ("30101010100014", None, "30101010100014"),
        ("", None, ""),
    ],
)
def test_a_day_is_taken_out_of_what_was_typed(text: str, day: str | None, rest: str) -> None:
    assert day_in(text) == (day, rest)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("", {}), ("   ", {}), ("2-000231", {"number": "2-231"}), ("2-231", {"number": "2-231"}),
        ("٢-٠٠٠٢٣١", {"number": "2-231"}), ("2 – 10000231", {"number": "2-10000231"}),
        (f"https://x.eg/r/019a1b2c/231/{'a' * 64}", {"number": "019a1b2c-231"}),
        ("002692815600000231", {"number": "019ae41c-231"}), ("STGP-AFFW-1T4D-7S8R", {"code": CODE}),
        (f"stgp-affw-1t4d-7s8r-{ids.check_char(CODE)}", {"code": CODE}),
        ("20001010100014", {"national_id": "20001010100014"}), ("2000101 0100014", {"national_id": "20001010100014"}),
        ("٠١٠١٢٣٤٥٦٧٨", {"mobile": "01012345678"}), ("+20 101 234 5678", {"mobile": "01012345678"}),
        ("20-1012345678", {"mobile": "01012345678"}), ("٢٠ - ١٥١٢٣٤٥٦٧٨", {"mobile": "01512345678"}),
    ],
)  # fmt: skip
def test_what_a_citizen_holds_out_is_told_apart(text: str, held: dict[str, str]) -> None:
    assert held_out(text) == held


@pytest.mark.parametrize(
    "text",
    ["محمد أحمد", "231", "2-0", "0-231", "0014", "019a1b2c-231", "2000101010001", "01912345678", "9" * 16, "x" * 400],
)
def test_a_name_or_part_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="shop_words"):
        held_out(text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2 000101 01 00014", "20001010100014"), ("٢ ٠٠٠١٠١ ٠١ ٠٠٠١٤", "20001010100014"),
        ("010 12345678", "01012345678"), ("+20 101 234 5678", "01012345678"), ("0014 محمد", "0014 محمد"),
        ("01012345678 123", "01012345678 123"), ("231", "231"), ("", ""),
    ],
)  # fmt: skip
def test_a_number_written_in_groups_is_one_number(typed: str, found: str) -> None:
    assert in_one_piece(typed) == found


def test_what_is_no_paper_is_none() -> None:
    assert paper_of("99999999990000023100") is None, "no device has that number"
    assert paper_of("x") is None
    assert paper_code("STGP-AFFW-1T4D-7S8R-0") is None, "its check character is another"
    assert paper_code("STGP") is None


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("2-000231", TypedPaper(2, 1, 231)), ("14-10000007", TypedPaper(14, 2, 7)), ("0-000005", TypedPaper(0, 1, 5)),
        ("002692815600000231", ScannedPaper("019ae41c", 231)), ("010-12345678", None), ("02-231", None),
        ("20-1012345678", None), ("20-10000231", TypedPaper(20, 2, 231)),
        ("21-1012345678", TypedPaper(21, 102, 2345678)),
        ("2-10000000", None), ("10000-1", None), ("2026-11-25", None), ("2-", None), ("-2", None),
        ("2-1234567890123456", None),
    ],
)  # fmt: skip
def test_a_receipts_number_is_told_from_a_mobile_and_a_date(text: str, paper: TypedPaper | ScannedPaper | None) -> None:
    assert paper_of(text) == paper


def test_a_citizen_in_a_list_is_told_apart_and_not_known() -> None:
    assert (short_name("محمد أحمد عبد الله"), short_name("منى"), short_name("")) == ("محمد أ. ع.", "منى", "")
    assert short_name("هدى الطنبوري ال سعيد") == "هدى ط. ا.", "the article tells nobody apart"
    assert (last_four("20001010100014"), last_four("0014"), last_four("")) == ("0014", "", "")

from __future__ import annotations

import pytest

from kiosk.finding import day_in


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

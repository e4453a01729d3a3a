from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.chaos.chaos_run import House

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


def test_whatever_the_line_does_all_is_there_once_and_what_is_shown_is_true(tmp_path: Path) -> None:
    house = House(tmp_path)
    try:
        assert [house.seed(number, 2.5) for number in (1, 2)] == [[], []]
    finally:
        house.end()

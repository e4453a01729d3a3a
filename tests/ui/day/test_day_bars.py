"""The day drawn: its requests by hour on an axis, and beside that by service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kiosk.model.service_request import Query
from protocol.texts import Bilingual
from tests.harness.citizens import filled
from tests.ui.conftest import Hands
from ui.day.hour_bars import by_hour, step_of
from ui.day.service_bars import MOST_SERVICES, by_service

Key = Qt.Key


@pytest.fixture
def drawn(hands: Hands) -> Hands:
    """Two sales, and one of another service two hours later; the day's page is up."""
    hands.home()
    shop = hands.counter.shop
    for number in (1, 2):
        hands.counter.desk.record(shop.sale_of(number))
    shop.clock.pass_ms(2 * 3_600_000)
    values = filled(hands.counter.desk.service("death-cert"))
    hands.counter.desk.record(shop.sale(3, values=values, service_id="death-cert", tendered_pt=50_000))
    hands.press(Key.Key_F8, to="pageDay")
    return hands


def colours(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


def test_hours_and_services_are_counted_and_drawn(drawn: Hands) -> None:
    page = drawn.page
    assert [count for _, count in page.hours.hours] == [2, 0, 1]  # type: ignore[attr-defined]
    assert page.hours.accessibleDescription().count(";") == 2  # type: ignore[attr-defined]
    assert [count for _, count in page.services.services] == [2, 1]  # type: ignore[attr-defined]
    for _ in range(2):
        assert "2" in page.services.accessibleDescription()  # type: ignore[attr-defined]
        assert (page.hours.isVisible(), page.services.isVisible()) == (True, True)  # type: ignore[attr-defined]
        assert all("#0a5a8c" in colours(bars) for bars in (page.hours, page.services))  # type: ignore[attr-defined]
        drawn.press(Key.Key_F11)


def test_a_single_bar_compares_nothing_and_is_not_drawn(drawn: Hands) -> None:
    page = drawn.page
    page.set_data(replace(page.data, services=page.data.services[:1]))  # type: ignore[attr-defined]
    assert (page.hours.isVisible(), page.services.isVisible()) == (True, False)  # type: ignore[attr-defined]


def test_a_day_without_requests_has_no_bars(hands: Hands) -> None:
    hands.home()
    hands.press(Key.Key_F8, to="pageDay")
    assert not hands.page.hours.isVisible()  # type: ignore[attr-defined]
    assert "#0a5a8c" not in colours(hands.page.hours)  # type: ignore[attr-defined]
    assert by_hour([]) == []
    assert by_service([], {}) == []


def test_a_void_is_no_request_of_the_day_and_the_rest_of_the_services_is_one_line(drawn: Hands) -> None:
    one, *rest = drawn.counter.desk.requests.search(Query())
    many = [_of(one, f"service-{number}") for number in range(MOST_SERVICES + 2)]
    titles = {request.service_id: Bilingual.same(request.service_id) for request in many}
    found = by_service(many, titles)
    assert len(found) == MOST_SERVICES + 1
    assert found[-1][1] == 2
    voided = [_of(one, "x", reversed="void"), *rest]
    assert sum(count for _, count in by_hour(voided)) == 2


def _of(request: Any, service: str, **more: str) -> Any:
    return replace(request, service_id=service, **more)


@pytest.mark.parametrize(("most", "step"), [(0, 1), (2, 1), (3, 2), (4, 2), (9, 5), (12, 10), (37, 20), (90, 50)])
def test_the_axis_counts_in_round_steps(most: int, step: int) -> None:
    assert step_of(most) == step


def test_a_long_day_still_names_its_hours(drawn: Hands) -> None:
    drawn.page.hours.set_hours([(hour, hour) for hour in range(24)], 23)  # type: ignore[attr-defined]
    assert "#0a5a8c" in colours(drawn.page.hours)  # type: ignore[attr-defined]

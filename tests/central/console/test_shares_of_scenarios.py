"""A small share of `make console-keys`, `console-race`, `console-matrix` and `console-lost` in each ordinary run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from central.staff.acts import Role
from protocol.texts import LANGUAGES, Language
from tests.scenarios.console import keys, lost, matrix, matrix_two, race
from tests.scenarios.console.matrix_ground import Ground, Walked, ground

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def held() -> Iterator[Ground]:
    with ground() as made:
        yield made


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_officer_decides_by_keys_alone(tmp_path: Path, chrome: Browser, language: Language) -> None:
    digits = keys.ARABIC if language == "ar" else ""
    measured = keys.run(tmp_path, chrome, language, keys.Words(2, 1, 1), digits)
    assert measured.faults() == []
    assert measured.presses == 1 + 2 * 2 + 3 + 5


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_officers_who_all_want_the_same_requests(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    url = request.getfixturevalue("postgres").database("console_race") if database == "postgres" else None
    with race.race(tmp_path, 8, 12, url) as made:
        made.run()
        assert list(made.faults()) == []
    assert {one.kind for one in made.tries} >= {"plain", "double", "stale tab", "many", "command"}


def test_no_address_is_undeclared_or_untried() -> None:
    assert list(matrix.undeclared()) == []


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_reaches_what_it_may_and_nothing_beyond_its_bounds(held: Ground, role: Role) -> None:
    walked = Walked()
    matrix.walk(held, role, "elsewhere", walked)
    assert walked.wrong == []
    assert walked.cells["hidden"] > 0
    assert walked.cells["reached"] > 0


def test_nobody_who_is_not_signed_in_sees_or_does_anything(held: Ground) -> None:
    walked = Walked()
    matrix.strangers(held, walked)
    assert walked.wrong == []


def test_nobody_is_two_people_by_a_second_window(held: Ground) -> None:
    walked = Walked()
    matrix_two.second_windows(held, walked)
    matrix_two.laid_acts(walked)
    assert walked.wrong == []


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_nothing_typed_is_lost_and_nothing_done_twice(tmp_path: Path, chrome: Browser) -> None:
    made = lost.run(tmp_path, chrome, range(len(lost.FAULTS)))
    assert made.wrong == []
    assert set(made.done.values()) == {1}

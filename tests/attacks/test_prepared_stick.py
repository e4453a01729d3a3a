"""A stick that somebody has prepared: what the shop and the centre carry on it goes nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.places import Program, at, attack, file, half, link, pipe, way
from tests.attacks.states import Bureau


@pytest.mark.posix
@pytest.mark.parametrize("plant", [link, half, pipe])
def test_the_centres_answer_goes_onto_the_stick_or_nowhere(
    plant: object, office: Program, bureau: Bureau, tmp_path: Path
) -> None:
    take = way("stick take", file(*bureau.bundle, folder=True))
    answer = bureau.bundle[0].replace(".kjb", ".kja")
    assert attack(office, tmp_path, take, answer, plant, works=True) == ""  # type: ignore[arg-type]


@pytest.mark.posix
@pytest.mark.parametrize("plant", [link, half, pipe])
def test_a_counters_work_goes_onto_the_stick_or_nowhere(plant: object, counter: Program, tmp_path: Path) -> None:
    out = way("stick:out", "out", at(""))
    assert attack(counter, tmp_path, out, "manfaz-0192f0c1.kjb", plant, works=True) == ""  # type: ignore[arg-type]


@pytest.mark.posix
def test_a_bundle_that_is_a_pipe_is_not_waited_for(office: Program, bureau: Bureau, tmp_path: Path) -> None:
    take = way("stick take", file(*bureau.bundle, folder=True))
    assert attack(office, tmp_path, take, bureau.bundle[0], pipe, works=True) == ""


@pytest.mark.posix
@pytest.mark.parametrize("plant", [link, pipe])
def test_an_answer_that_leads_elsewhere_is_said_to_do_so(plant: object, counter: Program, tmp_path: Path) -> None:
    bring = way("stick:in", "in", file("manfaz-0192f0c1.kja", b"{}", folder=True))
    assert attack(counter, tmp_path, bring, "manfaz-0192f0c1.kja", plant, works=False) == ""  # type: ignore[arg-type]

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.bench import Bench, Template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template.build(tmp_path_factory.mktemp("doctor"))


@pytest.fixture
def bench(template: Template, tmp_path: Path) -> Bench:
    return Bench(template, tmp_path / "computer")

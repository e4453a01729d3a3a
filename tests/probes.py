"""Coverage of the product by probes in its modules: ``pytest -p tests.probes`` (docs/adr/0056).

A tracer is asked at every line of every module, also of those that nobody measures. Here each module of the product is
compiled with a store into a list before every statement and at both ends of every branch, and nothing else is slower.
What was reached is written as coverage's own data: it combines, reports and gates. The processes that a test starts
tell what they reached in a folder.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import pytest

from tests.harness.probes.finder import PACKAGES, TOLD, Finder

_FINDER: Final = Finder()
_BEGINS: Final = Path(__file__).parent / "harness/probes"
"""With what Python imports when it starts."""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    assert not any(name in PACKAGES for name in sys.modules)
    sys.meta_path.insert(0, _FINDER)


def pytest_collection_finish() -> None:
    """What runs the tests has them: the processes that begin now are theirs."""
    path = os.pathsep.join(filter(None, (str(_BEGINS), os.environ.get("PYTHONPATH"))))
    os.environ.update({"PYTHONPATH": path, TOLD: tempfile.mkdtemp(prefix="manfaz-probes-")})


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    told = Path(os.environ[TOLD]) if TOLD in os.environ else None
    _FINDER.save(told)
    if told:
        shutil.rmtree(told, ignore_errors=True)

"""The console as `serve` gives it: on an address of its own, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.harness.centre_process import CentreProcess, free_port


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    made = CentreProcess(tmp_path / "centre", free_port())
    made.staff_port = free_port()
    made.start()
    yield made
    made.stop()


def test_it_stands_beside_the_counters_address(centre: CentreProcess) -> None:
    staff = f"http://127.0.0.1:{centre.staff_port}"
    page = requests.get(f"{staff}/staff", timeout=10)
    assert (page.status_code, page.url) == (200, f"{staff}/staff/sign-in?next=%2Fstaff")
    assert "تسجيل الدخول" in page.text
    assert requests.get(f"{centre.url}/staff", timeout=10).status_code == 404
    for theirs in ("/healthz", "/v1/ping", "/r"):
        assert "تسجيل الدخول" not in requests.get(f"{staff}{theirs}", timeout=10).text
        assert requests.get(f"{staff}{theirs}", timeout=10).status_code == 404
    assert f"{staff}/staff" in centre.log()
    assert centre.stop() == 0

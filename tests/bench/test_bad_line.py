"""The short form of `python -m tests.bench.bad_line`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.bad_line import Bench, sink, slow
from tests.harness.wire_device import centre_with_shop

pytestmark = pytest.mark.slow
ENTRIES = 40


def test_what_moves_is_sent_once_and_in_the_time_that_a_bare_transfer_takes(tmp_path: Path) -> None:
    with centre_with_shop(tmp_path) as centre, sink() as port:
        more, longer = slow(Bench(centre, ENTRIES), 1, port)
    assert more < 1.3
    assert longer < 2  # two seconds of a busy machine weigh more here than in the long form

"""A line that fails, from record to acknowledgement, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync.http_transport import Transport
from sync.line import read_base
from tests.harness import line_proxy
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.line_proxy import Proxy, canned, scripted
from tests.harness.sync_party import Centre, Kiosk

Party = tuple[Centre, Proxy, Kiosk]


@pytest.fixture
def party() -> Iterator[Party]:
    clock = FakeClock()
    centre = Centre(clock)
    with Proxy(scripted(centre)) as line:
        centre.authority = line.authority
        transport = Transport(read_base(line.url), read_s=0.3, total_s=1.0)
        kiosk = Kiosk(transport, clock)
        kiosk.sell(3)
        yield centre, line, kiosk
        transport.close()


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (line_proxy.drop_request, "offline"),
        (line_proxy.drop_response, "offline"),
        (line_proxy.truncate, "offline"),
        (line_proxy.reset, "offline"),
        (line_proxy.silence, "offline"),
        (line_proxy.delay(3), "offline"),
        (line_proxy.trickle_head, "offline"),
        (line_proxy.trickle_body, "offline"),
        (line_proxy.duplicate, "online"),
        (line_proxy.delay(0.05), "online"),
        (line_proxy.duplicate_late, "server_down"),
        (line_proxy.endless, "portal"),
        (line_proxy.endless_redirect, "portal"),
        pytest.param(canned(line_proxy.PORTAL_PAGE), "portal", id="portal page"),
        pytest.param(canned(line_proxy.PORTAL_MOVED), "portal", id="portal 302"),
        pytest.param(canned(line_proxy.PORTAL_511), "portal", id="portal 511"),
        pytest.param(canned(line_proxy.BOMB), "portal", id="gzip bomb"),
        pytest.param(canned(line_proxy.STORM_500), "server_down", id="500"),
        pytest.param(canned(line_proxy.BUSY_503), "server_down", id="503"),
    ],
)
def test_whatever_happens_to_the_first_try_each_record_counts_once(
    party: Party, fault: line_proxy.Fault, state: str
) -> None:
    centre, line, kiosk = party
    line.faults.append(fault)
    kiosk.cycle.step()
    assert kiosk.cycle.status().state == state
    assert kiosk.hwm == (3 if state == "online" else 0)
    assert len(kiosk.store.journal.unsent(0, 9, 9999)) == 3
    kiosk.settle()
    assert (kiosk.hwm, centre.effects, kiosk.cycle.status().state) == (3, [1, 2, 3], "online")


def test_a_storm_of_errors_is_answered_with_longer_and_longer_waits(party: Party) -> None:
    _, line, kiosk = party
    line.faults.extend([canned(line_proxy.STORM_500)] * 30)
    waits = []
    for _ in range(30):
        waits.append(kiosk.cycle.step().seconds)
        kiosk.clock.pass_ms(int(waits[-1] * 1000))
    assert max(waits[:4]) <= 32
    assert 60 < max(waits) <= 900
    assert len(line.requests) == 30
    kiosk.settle()
    assert kiosk.hwm == 3


def test_an_old_answer_in_the_place_of_a_new_one_moves_nothing(party: Party) -> None:
    centre, line, kiosk = party
    kiosk.cycle.step()
    first = line_proxy.http(200, centre.ack().body, Content_Type="application/vnd.kiosk.journal-ack")
    kiosk.sell(2)
    line.faults.append(canned(first))
    kiosk.cycle.step()
    assert (kiosk.hwm, kiosk.cycle.status().state) == (3, "server_down")
    kiosk.settle()
    assert (kiosk.hwm, centre.effects) == (5, [1, 2, 3, 4, 5])


def test_a_feed_page_played_again_is_not_applied_again(party: Party) -> None:
    centre, line, kiosk = party
    kiosk.settle()
    centre.items = [{"kind": "of_later"}] * 2
    pages: list[bytes] = []

    def record(request: bytes) -> bytes:
        pages.append(scripted(centre)(request))
        return pages[-1]

    line.centre = record
    kiosk.cycle.run_now()
    kiosk.settle()
    assert kiosk.store.cursor() == 2
    line.faults.extend([line_proxy.well, canned(pages[-1])])
    kiosk.cycle.run_now()
    kiosk.cycle.step()
    kiosk.cycle.step()
    assert (kiosk.store.cursor(), kiosk.cycle.status().state) == (2, "portal")

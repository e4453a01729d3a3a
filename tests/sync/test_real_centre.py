"""The same against the true centre in a process of its own, through a line that misbehaves."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from kiosk.core.journal_writer import Writing
from kiosk.model.facts import LEASE_UNTIL_MS, ORDER
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.keys import SeedSigner
from protocol.override import override
from protocol.values.ids import check_char
from protocol.wire.enrolment import Enrolment
from sync.centre_client import LazyWire
from sync.enrolment import Enroller
from sync.http_transport import Transport
from sync.journal_upload import next_batch
from sync.line import NoAnswer, read_base
from sync.line_probe import Ping
from sync.live_questions import LiveQuestions
from tests.harness import line_proxy
from tests.harness.centre_process import CentreProcess
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.line_proxy import Proxy, upstream
from tests.harness.sync_party import Kiosk
from tests.harness.wire_device import SHOP, centre_with_shop, request_members

pytestmark = pytest.mark.slow


class TrueClock(FakeClock):
    """The machine's time, and what a test has added to it."""

    added: int = 0

    @override
    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.added

    @override
    def mono_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000 + self.mono


class Through(Transport):
    """To the proxy, signed for the centre behind it."""

    name = ""

    @property
    @override
    def authority(self) -> str:
        return self.name


@dataclass
class Shop:
    centre: CentreProcess
    line: Proxy
    kiosk: Kiosk
    transport: Through

    def sell(self, count: int) -> None:
        for _ in range(count):
            members = request_members()
            frame = {"fields": {"name": "تجربة"}}
            self.kiosk.journal.write([Writing(Unknown(EntryType.REQUEST, members), frame, members["total_pt"])])

    def settle(self) -> None:
        """Until everything is acknowledged; waits are passed over, since the centre's clock is the true one."""
        for _ in range(60):
            pause = self.kiosk.cycle.step()
            if self.kiosk.cycle.status().state == "online" and pause.seconds > 1:
                return
            self.kiosk.clock.mono += int(pause.seconds * 1000)
        raise AssertionError(self.kiosk.cycle.status())


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("centre")) as running:
        yield running


def enrol(centre: CentreProcess, *more: str) -> tuple[SeedSigner, Enrolment]:
    """A new key, and what the centre says of it; `more` for the slot of a device that is known already."""
    signer = SeedSigner(secrets.token_bytes(32))
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal", *more)
    enroller = Enroller(LazyWire(centre.url), signer, SeededRandomness(time.time_ns()))
    application = enroller.reveal(enroller.claim(enroller.begin(made["slot"], made["code"])))
    assert enroller.status(application) is None
    number = enroller.number(application)
    centre.cli("device", "approve", made["slot"], "--number", number, "--staff", "badr")
    enrolled = enroller.status(application)
    assert enrolled is not None
    enroller.close()
    return signer, enrolled


@pytest.fixture
def shop(centre: CentreProcess) -> Iterator[Shop]:
    """A kiosk enrolled by its own enroller, with the proxy between it and the centre."""
    signer, enrolled = enrol(centre)
    clock = TrueClock()
    with Proxy(upstream("127.0.0.1", centre.port)) as line:
        transport = Through(read_base(line.url), read_s=2, total_s=4)
        transport.name = centre.authority
        yield Shop(centre, line, Kiosk(transport, clock, time.time_ns(), enrolled, signer), transport)
        transport.close()


def test_a_new_kiosk_gets_its_documents_and_a_lease(shop: Shop) -> None:
    shop.settle()
    assert shop.kiosk.in_force.settings().shop.id == SHOP
    assert shop.kiosk.in_force.keyset().version >= 1
    assert shop.kiosk.in_force.catalogue().services
    assert shop.kiosk.store.document("operators") is not None
    assert shop.kiosk.store.fact("alarm") is None
    assert (LEASE_UNTIL_MS.kept(shop.kiosk.store) or 0) > shop.kiosk.clock.wall_ms()
    assert shop.kiosk.hwm == shop.kiosk.store.journal.tail().chain.seq > 0


def test_decisions_come_back(shop: Shop) -> None:
    shop.sell(2)
    shop.settle()
    until = time.monotonic() + 10
    while len(shop.kiosk.store._s.decisions) < 2 and time.monotonic() < until:
        shop.kiosk.cycle.run_now()
        shop.settle()
        time.sleep(0.1)
    assert len(shop.kiosk.store._s.decisions) == 2
    assert shop.kiosk.store.fact("alarm") is None


@pytest.mark.parametrize(
    "fault",
    [
        line_proxy.drop_request,
        line_proxy.drop_response,
        line_proxy.duplicate,
        line_proxy.duplicate_late,
        line_proxy.truncate,
        line_proxy.reset,
    ],
)
def test_each_record_counts_once_at_the_true_centre(shop: Shop, fault: line_proxy.Fault) -> None:
    shop.settle()
    shop.sell(3)
    before = shop.kiosk.hwm
    shop.line.faults.append(fault)
    shop.settle()
    assert shop.kiosk.hwm == before + 3
    assert shop.kiosk.store.fact("alarm") is None


def test_a_clock_ten_minutes_off_is_set_right(shop: Shop) -> None:
    assert isinstance(shop.kiosk.clock, TrueClock)
    shop.kiosk.clock.added = -600_000
    shop.sell(1)
    shop.kiosk.cycle.step()
    assert shop.kiosk.hwm == 1
    assert len(shop.line.requests) == 2


def test_suspended_and_resumed(shop: Shop) -> None:
    shop.settle()
    device = shop.kiosk.in_force.statement().device_text
    shop.centre.cli("device", "suspend", device, "--staff", "amal")
    shop.sell(1)
    shop.kiosk.cycle.step()
    assert ORDER.kept(shop.kiosk.store, 1) == "suspended"
    assert shop.kiosk.cycle.status().state == "suspended"
    shop.centre.cli("device", "resume", device, "--staff", "amal")
    shop.kiosk.cycle.run_now()
    shop.settle()
    assert shop.kiosk.hwm == shop.kiosk.store.journal.tail().chain.seq


def test_a_centre_killed_in_the_middle_loses_nothing(shop: Shop) -> None:
    shop.settle()
    shop.sell(5)

    def kill(_line: object, request: bytes, centre: line_proxy.Backend, _over: object) -> None:
        centre(request)
        shop.centre.kill()
        raise line_proxy.Closed

    shop.line.faults.append(kill)
    shop.kiosk.cycle.step()
    assert shop.kiosk.cycle.status().state == "offline"
    shop.centre.start()
    shop.settle()
    assert shop.kiosk.hwm == shop.kiosk.store.journal.tail().chain.seq


def test_an_unsigned_request_is_no_suspension(shop: Shop) -> None:
    shop.kiosk.client._signer = SeedSigner(bytes(32))
    shop.sell(1)
    batch = next_batch(shop.kiosk.store, shop.kiosk.in_force, 1, 0, 99)
    assert batch is not None
    with pytest.raises(NoAnswer) as caught:
        shop.kiosk.client.ask(batch.question)
    assert caught.value.trouble == "server_down"
    assert ORDER.kept(shop.kiosk.store, 1) is None


def test_a_live_question_to_the_true_centre(shop: Shop) -> None:
    inquiries = LiveQuestions(shop.kiosk.client)
    with pytest.raises(Refused, match="bill_not_found"):
        inquiries.inquire("traffic-fines-inquiry", {"plate": "س ص ط 999"})


def test_a_claim_or_reveal_whose_answer_was_lost_is_made_again(centre: CentreProcess) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    enroller = Enroller(LazyWire(centre.url), SeedSigner(secrets.token_bytes(32)), SeededRandomness(time.time_ns()))
    begun = enroller.begin(made["slot"], made["code"])
    claimed = enroller.claim(begun)
    assert enroller.claim(begun) == claimed
    assert enroller.reveal(claimed) == enroller.reveal(claimed)
    assert enroller.status(claimed) is None
    enroller.close()


def test_a_wrong_code_is_refused_by_the_true_centre(centre: CentreProcess) -> None:
    enroller = Enroller(LazyWire(centre.url), SeedSigner(secrets.token_bytes(32)), SeededRandomness(5))
    with pytest.raises(Refused, match="enrol_unknown"):
        enroller.claim(enroller.begin("9999", "0" * 10 + check_char("0" * 10)))
    enroller.close()


def test_a_ping_knows_the_true_centre_and_its_clock(shop: Shop) -> None:
    assert isinstance(shop.kiosk.clock, TrueClock)
    ping = Ping(shop.transport, shop.kiosk.clock, SeededRandomness(time.time_ns()))
    keys = shop.kiosk.in_force.keyset().feed
    seen = ping.ask(keys)
    assert (seen.state, abs(seen.ahead_ms or 0) < 5_000) == ("online", True)
    shop.kiosk.clock.added = 3_600_000
    assert ping.ask(keys).state == "clock_wrong"
    shop.line.faults.append(line_proxy.reset)
    assert ping.ask(keys).state == "offline"

"""Work by stick between a counter and the centre, both whole, with nothing between them but files."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from central.cli.console import EXIT_REFUSED, EXIT_UNAVAILABLE
from central.devices import registry
from central.fleet.alerts import alerts
from central.web import stick_bundles as counter_of_sticks
from central.web.exchange import verdict
from kiosk.core.journal_writer import Writing
from kiosk.model.facts import LEASE_UNTIL_MS, ORDER, QUARANTINE
from kiosk.ports.world import World
from protocol.clock import DAY_MS, HOUR_MS
from protocol.documents.trust import Forged
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.mirror_lag import Lag
from protocol.keys import SeedSigner
from protocol.program.loop import start_thread
from protocol.wire import stick_file, wire
from protocol.wire.bundle import BundleHead, seal_bundle
from protocol.wire.enrolment import Enrolment
from protocol.wire.stick_file import StickResponse
from sync.centre_client import RunningProgram
from sync.stick_exchange import FACT, StickBundle, StickExchange
from tests.central.cli.test_cli import cli, office
from tests.harness.centre_command import Cli
from tests.harness.fakes.fake_world import FakeClock, NoMilestones
from tests.harness.own_centre import OwnCentre
from tests.harness.sync_party import Kiosk
from tests.harness.wire_device import Device, request_members

__all__ = ["cli", "office"]


@dataclass
class Till:
    """A counter without a line, and the centre that it belongs to."""

    office: OwnCentre
    device: Device
    kiosk: Kiosk
    stick: StickExchange

    def sell(self, count: int = 1) -> None:
        for _ in range(count):
            members = request_members()
            frame = {"fields": {"name": "تجربة"}}
            self.kiosk.journal.write([Writing(Unknown(EntryType.REQUEST, members), frame, members["total_pt"])])

    def out(self) -> StickBundle:
        bundle = self.stick.out()
        self.stick.written(bundle)
        return bundle

    def take(self, bundle: StickBundle) -> bytes:
        return counter_of_sticks.take(self.office.centre, bundle.file, "amal").answer

    @property
    def unsent(self) -> int:
        tail = self.kiosk.store.journal.tail()
        return tail.chain.seq - tail.hwm

    @property
    def lease_ms(self) -> int:
        return LEASE_UNTIL_MS.kept(self.kiosk.store) or 0


def till_of(office: OwnCentre, seed: int = 1, device: Device | None = None) -> Till:
    made = device or office.enrol()
    clock = FakeClock()
    clock.wall = office.clock()
    keys = office.centre.keys
    enrolled = Enrolment(made.statement.payload, made.root, keys.envelope)
    kiosk = Kiosk(None, clock, seed, enrolled, made.signer)
    world = World(clock, kiosk.chance, NoMilestones(), start_thread)
    program = RunningProgram("0.1.0", lambda: 1000, Lag)
    return Till(
        office, made, kiosk, StickExchange(kiosk.store, made.signer, kiosk.inbound, kiosk.in_force, world, program)
    )


@pytest.fixture
def till(small: OwnCentre) -> Till:
    made = till_of(small)
    made.sell(3)
    return made


@pytest.fixture
def staffed(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> Till:
    """At the centre whose commands are given."""
    monkeypatch.setattr("tests.harness.own_centre.SHOP", "S1")
    made = till_of(office)
    made.kiosk.clock.wall = time.time_ns() // 1_000_000  # the commands have the true clock
    made.sell(3)
    return made


def count(office: OwnCentre, sql: str) -> int:
    row = office.row(sql)
    return int(row[0])


def bent(file: bytes, **changes: Any) -> bytes:
    """The first request or answer of a file, changed."""
    members = json.loads(file)
    first = members.get("requests") or members["answers"]
    first[0] = {**first[0], **changes}
    return json.dumps(members).encode()


def test_all_that_is_unsent_arrives_and_comes_back_as_sent(till: Till) -> None:
    till.kiosk.clock.wall += 5 * DAY_MS
    till.office.clock.ms += 5 * DAY_MS + HOUR_MS
    bundle = till.out()
    assert bundle.entries == till.unsent >= 3
    answer = till.take(bundle)
    assert till.unsent == bundle.entries, "not before the answer is here"
    brought = till.stick.bring(answer)
    assert (brought.sent, brought.waiting) == (bundle.entries, 0)
    assert till.lease_ms > till.office.clock()
    assert till.kiosk.in_force.settings().shop.id
    decisions = till.kiosk.store._s.decisions
    assert len(decisions) == 3
    assert {one.status for one in decisions.values()} == {"rejected"}
    assert till.kiosk.store.fact("alarm") is None
    with till.office.store.reading() as session:
        told = [one.name for one in alerts(till.office.centre, session)]
    assert "money_at_risk" not in told, "what came with the heartbeat is here"


def test_lost_is_local_and_written_again(till: Till) -> None:
    till.out()
    till.sell()
    again = till.out()
    assert again.entries == till.unsent
    till.stick.bring(till.take(again))
    assert till.kiosk.hwm > 0


def test_taken_twice_is_one_effect_and_answered_again(till: Till) -> None:
    bundle = till.out()
    till.take(bundle)
    before = count(till.office, "SELECT count(*) FROM entry"), count(till.office, "SELECT count(*) FROM request")
    answer = till.take(bundle)
    assert (
        count(till.office, "SELECT count(*) FROM entry"),
        count(till.office, "SELECT count(*) FROM request"),
    ) == before
    till.stick.bring(answer)
    hwm, lease = till.kiosk.hwm, till.lease_ms
    assert hwm > 0
    till.office.clock.ms += HOUR_MS
    with pytest.raises(Refused, match="other_file"):
        till.stick.bring(till.take(bundle))
    assert (till.kiosk.hwm, till.lease_ms) == (hwm, lease)


def test_an_older_answer_and_another_counters_are_refused(till: Till) -> None:
    other = till_of(till.office, 2)
    older = till.take(till.out())
    till.out()
    with pytest.raises(Refused, match="other_file"):
        till.stick.bring(older)
    with pytest.raises(Refused, match="other_file"):
        till.stick.bring(other.take(other.out()))
    assert till.kiosk.hwm == 0


@pytest.mark.parametrize("field", ["body", "query", "path", "headers", "method"])
def test_an_altered_bundle_has_no_effect(till: Till, field: str) -> None:
    members = json.loads(till.out().file)
    first = members["requests"][-1 if field == "query" else 0]
    first[field] = {"body": "AAAA", "query": "after=5", "path": "/v1/inquiries", "headers": {}, "method": "PUT"}[field]
    with pytest.raises(Refused, match="stick_changed"):
        counter_of_sticks.take(till.office.centre, json.dumps(members).encode(), "amal")
    assert count(till.office, "SELECT count(*) FROM entry") == 0


def test_a_get_carries_nothing_and_two_devices_no_common_file(till: Till) -> None:
    mine, other = json.loads(till.out().file), json.loads(till_of(till.office, 2).out().file)
    mine["requests"][-1]["body"] = "AAAA"
    with pytest.raises(Refused, match="stick_changed"):
        counter_of_sticks.take(till.office.centre, json.dumps(mine).encode(), "amal")
    mine["requests"][-1] = other["requests"][-1]
    with pytest.raises(Refused, match="stick_changed"):
        counter_of_sticks.take(till.office.centre, json.dumps(mine).encode(), "amal")


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_torn_file_changes_nothing(till: Till, keep: int) -> None:
    bundle = till.out()
    with pytest.raises(Refused, match="stick_torn"):
        counter_of_sticks.take(till.office.centre, bundle.file[:keep], "amal")
    answer = till.take(bundle)
    with pytest.raises(Refused, match="stick_torn"):
        till.stick.bring(answer[:keep])
    assert till.kiosk.hwm == 0
    till.stick.bring(answer)
    assert till.kiosk.hwm > 0


@pytest.mark.parametrize("odd", [b'{"kind":"manfaz-stick","v":1,"requests":[]}', b"[]", b"[" * 100_000])
def test_what_is_no_bundle_is_torn(till: Till, odd: bytes) -> None:
    with pytest.raises(Refused, match="stick_torn"):
        counter_of_sticks.take(till.office.centre, odd, "amal")


def test_each_part_of_an_answer_is_verified_before_anything_changes(till: Till) -> None:
    answer = till.take(till.out())
    facts = dict(till.kiosk.store.facts())
    for at, one in enumerate(stick_file.read_answer(answer)):
        parts = stick_file.read_answer(answer)
        middle = len(one.body) // 2
        parts[at] = replace(one, body=one.body[:middle] + bytes([one.body[middle] ^ 1]) + one.body[middle + 1 :])
        with pytest.raises(Refused, match="stick_changed"):
            till.stick.bring(stick_file.write_answer(parts))
    assert till.kiosk.hwm == 0
    assert till.kiosk.store.facts() == facts
    till.stick.bring(answer)


def test_another_devices_acknowledgement_is_not_ours(till: Till) -> None:
    other = till_of(till.office, 2)
    other.sell()
    strange = stick_file.read_answer(other.take(other.out()))[0]
    parts = stick_file.read_answer(till.take(till.out()))
    parts[0] = replace(parts[0], body=strange.body)
    with pytest.raises(Refused, match="stick_changed"):
        till.stick.bring(stick_file.write_answer(parts))


def test_another_devices_records_are_e_device(till: Till, small: OwnCentre) -> None:
    """Signed by me, sealed by me, and not of mine: as on the line."""
    stranger = small.enrol()
    stranger.open_epoch()
    me = till.kiosk.in_force.statement()
    head = BundleHead(me.device, me.epoch, 1, 1)
    body = seal_bundle(head, stranger.stream(stranger.items), till.kiosk.in_force.keyset().seal_x25519)
    nonce = wire.nonce_text(bytes(16))
    request = wire.SignedRequest("POST", stick_file.STICK, wire.PATH_JOURNAL, "", wire.BUNDLE, body, "1-1-1")
    headers = wire.sign(request, till.device.signer, me.device_text, me.epoch, small.clock() // 1000, nonce)
    sent = stick_file.StickRequest("POST", wire.PATH_JOURNAL, "", {k.lower(): v for k, v in headers.items()}, body)
    taken = counter_of_sticks.take(small.centre, stick_file.write_bundle([sent]), "amal")
    (answer,) = stick_file.read_answer(taken.answer)
    assert answer.status == 422
    till.kiosk.store._s.facts[FACT.name] = json.dumps(
        {"epoch": me.epoch, "asked": [[nonce, wire.PATH_JOURNAL, me.epoch]]}
    ).encode()
    assert count(small, "SELECT count(*) FROM entry") == 0
    with pytest.raises(Refused, match="line_quarantined"):
        till.stick.bring(taken.answer)
    assert "structural" in (QUARANTINE.kept(till.kiosk.store, me.epoch) or "")


def test_a_request_of_the_stick_is_none_of_the_line(till: Till) -> None:
    sent = stick_file.read_bundle(till.out().file)[0]
    claim = sent.claimed()
    assert claim is not None
    assert not wire.verify(
        claim, replace(sent.request(), authority=till.office.centre.authority), till.device.signer.public
    )


def test_a_suspended_counter_hears_it(till: Till) -> None:
    bundle = till.out()
    with till.office.store.writing() as session:
        registry.suspend(till.office.centre, session, till.device.chain.device, "amal")
    with pytest.raises(Refused, match="line_suspended"):
        till.stick.bring(till.take(bundle))
    assert till.kiosk.hwm == 0
    assert till.out().entries == 0, "as on the line: only heartbeat and feed"
    with till.office.store.writing() as session:
        registry.resume(till.office.centre, session, till.device.chain.device, "amal")
    till.stick.bring(till.take(till.out()))
    assert till.out().entries == till.unsent > 0


def hears_by_line(till: Till) -> None:
    with till.office.store.reading() as session:
        standing = registry.latest(session, till.device.chain.device)
    order = bytes(verdict(till.office.centre, standing, 403, "suspended", "line").body)
    assert till.kiosk.inbound.verdict(order, "line") is not None


def test_an_answer_that_was_kept_back_lifts_no_suspension(till: Till) -> None:
    """Whoever expects to be suspended has an answer in his drawer from before; it opens nothing any more."""
    centre, device = till.office.centre, till.device.chain.device
    kept_back = till.take(till.out())
    till.office.clock.ms += 60_000
    with till.office.store.writing() as session:
        registry.suspend(centre, session, device, "amal")
    hears_by_line(till)
    with pytest.raises(Refused, match="line_suspended"):
        till.stick.bring(kept_back)
    assert ORDER.kept(till.kiosk.store, 1) == "suspended"
    assert till.lease_ms == 0
    with till.office.store.writing() as session:
        registry.resume(centre, session, device, "amal")
    till.stick.bring(till.take(till.out()))
    assert ORDER.kept(till.kiosk.store, 1) is None


def test_nor_does_a_page_that_was_kept_back_and_that_resumes(till: Till) -> None:
    centre, device = till.office.centre, till.device.chain.device
    for act in (registry.suspend, registry.resume):
        with till.office.store.writing() as session:
            act(centre, session, device, "amal")
    kept_back = till.take(till.out())
    till.office.clock.ms += 60_000
    hears_by_line(till)
    with pytest.raises(Refused, match="line_suspended"):
        till.stick.bring(kept_back)
    assert ORDER.kept(till.kiosk.store, 1) == "suspended"


def test_in_quarantine_only_a_heartbeat_goes(till: Till) -> None:
    till.kiosk.store._s.facts["quarantine"] = b"1 equivocation 2"
    bundle = till.out()
    assert [one.path for one in stick_file.read_bundle(bundle.file)] == [wire.PATH_HEARTBEAT]


def test_old_fast_and_strange_bundles(till: Till, small: OwnCentre) -> None:
    bundle = till.out()
    till.office.clock.ms -= 3 * DAY_MS  # three days fast
    answers = stick_file.read_answer(till.take(bundle))
    assert {one.status for one in answers} == {401}
    till.stick.bring(stick_file.write_answer(answers))
    assert till.kiosk.hwm == 0
    till.office.clock.ms += 40 * DAY_MS
    with pytest.raises(Refused, match="stick_old"):
        till.take(bundle)
    small.run("DELETE FROM chain WHERE device = ?", till.device.chain.device)
    with pytest.raises(Refused, match="stick_stranger"):
        till.take(bundle)


def test_an_older_heartbeat_takes_no_newer_ones_place(till: Till) -> None:
    old = till.out()
    till.kiosk.clock.wall += DAY_MS
    till.office.clock.ms += DAY_MS
    till.sell(2)
    till.take(till.out())
    heard = count(till.office, "SELECT max(heard_ms) FROM device")
    assert heard == till.office.clock() // 1000 * 1000
    till.take(old)
    assert count(till.office, "SELECT max(heard_ms) FROM device") == heard


def test_many_batches_and_many_pages(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_RECORDS", 2)
    monkeypatch.setattr("central.documents.feed.PAGE_ITEMS", 1)
    till.sell(4)
    bundle = till.out()
    paths = [one.path for one in stick_file.read_bundle(bundle.file)]
    assert paths.count(wire.PATH_JOURNAL) >= 4
    answers = stick_file.read_answer(till.take(bundle))
    assert len(answers) > len(paths) + 3
    assert till.stick.bring(stick_file.write_answer(answers)).waiting == 0
    assert len(till.kiosk.store._s.decisions) == 7


def test_what_was_read_half_is_read_again(till: Till) -> None:
    """The power goes between two commits of one answer."""
    bundle = till.out()
    answer = till.take(bundle)
    till.stick.bring(answer)
    hwm, cursor = till.kiosk.hwm, till.kiosk.store.cursor()
    till.kiosk.store._s.facts[FACT.name] = bundle.note
    till.stick.bring(answer)
    assert (till.kiosk.hwm, till.kiosk.store.cursor()) == (hwm, cursor)
    assert till.kiosk.store.fact("alarm") is None


def test_what_an_earlier_epoch_left_goes_too(small: OwnCentre) -> None:
    till = till_of(small)
    till.sell(2)
    store = till.kiosk.store
    made = small.enrol(till.device.chain.device, SeedSigner(bytes([8]) * 32))
    store.put_enrolment(Enrolment(made.statement.payload, made.root, small.centre.keys.envelope))
    till.kiosk.signer = made.signer
    till.kiosk.restart()
    world = World(till.kiosk.clock, till.kiosk.chance, NoMilestones(), start_thread)
    program = RunningProgram("0.1.0", lambda: 1000, Lag)
    stick = StickExchange(store, made.signer, till.kiosk.inbound, till.kiosk.in_force, world, program)
    till = replace(till, device=made, stick=stick)
    till.sell()
    bundle = till.out()
    assert bundle.entries == 3
    answer = till.take(bundle)
    brought = till.stick.bring(answer)
    assert (brought.sent, brought.waiting, store.journal.left_behind()) == (3, 0, [])
    store._s.facts[FACT.name] = bundle.note
    assert till.stick.bring(answer).sent == 0


def test_the_line_was_quicker(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at a page and its commit the worker of the line has applied it."""
    answer = till.take(till.out())
    page, inbound = till.kiosk.inbound.page, till.kiosk.inbound

    def twice(envelope: bytes, nonce: str) -> object:
        page(envelope, nonce)
        return page(envelope, nonce)

    monkeypatch.setattr(inbound, "page", twice)
    till.stick.bring(answer)
    assert till.kiosk.store.cursor() > 0
    assert till.kiosk.store.fact("alarm") is None


def test_a_page_that_begins_elsewhere_is_refused(till: Till) -> None:
    """A cursor that went back, as in a restored backup: nothing is passed over."""
    till.stick.bring(till.take(till.out()))
    bundle = till.out()
    answer = till.take(bundle)
    till.kiosk.store._s.cursor = 0
    with pytest.raises(Forged):
        till.stick.bring(answer)
    assert till.kiosk.store.fact(FACT.name) == bundle.note


def test_an_unsigned_no_moves_nothing(till: Till) -> None:
    parts = stick_file.read_answer(till.take(till.out()))
    said = [StickResponse(one.nonce, 400, wire.JSON, b"{}") for one in parts]
    assert till.stick.bring(stick_file.write_answer(said)).sent == 0
    assert till.kiosk.hwm == 0


def test_the_staff_takes_a_folder(cli: Cli, staffed: Till, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    assert cli.fails("stick", "take", str(folder))[0] == EXIT_UNAVAILABLE
    folder.mkdir()
    assert cli.fails("stick", "take", str(folder))[0] == EXIT_REFUSED
    bundle = staffed.stick.out()
    (folder / bundle.name).write_bytes(bundle.file)
    staffed.stick.written(bundle)
    taken = cli.ask("stick", "take", str(folder))
    assert (taken["device"], taken["entries"]) == (staffed.device.name, bundle.entries)
    assert staffed.stick.bring((folder / staffed.stick.answer_name).read_bytes()).waiting == 0
    assert not list(folder.glob("*.part"))


def test_a_bad_file_does_not_stop_a_good_one(cli: Cli, staffed: Till, tmp_path: Path) -> None:
    (tmp_path / "manfaz-00000000.kjb").write_bytes(b"torn")
    (tmp_path / "manfaz-00000001.kjb").mkdir()
    bundle = staffed.stick.out()
    (tmp_path / bundle.name).write_bytes(bundle.file)
    code, err = cli.fails("stick", "take", str(tmp_path))
    assert code == EXIT_REFUSED
    assert "manfaz-00000001.kjb" in err
    assert (tmp_path / staffed.stick.answer_name).exists()


def test_a_full_stick_is_said(cli: Cli, staffed: Till, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = staffed.stick.out()
    (tmp_path / bundle.name).write_bytes(bundle.file)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("starter.files.os.fsync", full)
        code, err = cli.fails("stick", "take", str(tmp_path))
    assert code == EXIT_UNAVAILABLE
    assert "The disk is full" in err
    assert not list(tmp_path.glob("*.kja*"))
    cli.ask("stick", "take", str(tmp_path))

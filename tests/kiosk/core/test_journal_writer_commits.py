"""The hand that writes the journal, where a commit does not end as it should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from kiosk.core.journal_writer import JournalWriter, Writing
from kiosk.model import store_changes
from kiosk.ports.world import World
from protocol.errors import Unavailable
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.kj01 import Chain
from protocol.journal.mirror_lag import MOST, MOST_S, Lag
from protocol.override import override
from protocol.program.loop import start_thread
from protocol.wire.enrolment import Enrolment
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock, FakeMirror, NoMilestones, SeededRandomness
from tests.harness.sync_party import ACK, DEVICE, ME, ROOT, keyset_envelope, statement

ENTRY = Writing(Unknown(EntryType.DAY_OPEN, {}))


class SlowDisk(FakeStore):
    """Its next commit is durable, and says that it failed: the answer came too late."""

    late = False

    @override
    def commit(
        self,
        entries: Sequence[store_changes.JournalAppend],
        changes: Sequence[store_changes.Change],
        after: Chain | None = None,
    ) -> None:
        super().commit(entries, changes, after)
        if self.late:
            self.late = False
            raise Unavailable("store_failed", reason="late")


@pytest.fixture
def store() -> SlowDisk:
    made = SlowDisk()
    made.put_enrolment(Enrolment(statement(), ROOT.public, keyset_envelope()))
    return made


@pytest.fixture
def mirror() -> FakeMirror:
    return FakeMirror()


@pytest.fixture
def journal(store: SlowDisk, mirror: FakeMirror) -> JournalWriter:
    return JournalWriter(store, ME, World(FakeClock(), SeededRandomness(), NoMilestones(), start_thread), mirror)


def test_money_waits_for_the_mirror_and_all_else_goes_on(
    journal: JournalWriter, store: SlowDisk, mirror: FakeMirror
) -> None:
    mirror.behind = Lag(MOST, 1)
    with pytest.raises(Unavailable, match="mirror_late") as caught:
        journal.write([ENTRY, replace(ENTRY, money_pt=0)])
    assert caught.value.values == {"entries": MOST, "seconds": 1}
    assert store.journal.tail().chain.seq == 0
    journal.write([ENTRY])
    mirror.behind = Lag(MOST - 1, MOST_S - 1)
    journal.write([replace(ENTRY, money_pt=-5)])
    assert (mirror.money, mirror.noted[-1].seq) == (1, 2)


def test_the_mirror_hears_of_money_that_was_written_and_said_not_to_be(
    journal: JournalWriter, store: SlowDisk, mirror: FakeMirror
) -> None:
    store.late = True
    with pytest.raises(Unavailable, match="store_failed"):
        journal.write([replace(ENTRY, money_pt=7)])
    journal.write([ENTRY])
    assert (mirror.money, [chain.seq for chain in mirror.noted]) == (1, [1, 2])


def test_after_a_commit_that_failed_the_store_says_where_the_journal_stands(
    store: SlowDisk, journal: JournalWriter
) -> None:
    journal.write([ENTRY])
    store.late = True
    with pytest.raises(Unavailable, match="store_failed"):
        journal.write([ENTRY])
    [third] = journal.write([ENTRY])
    assert third.fields.seq == 3
    assert [item.record.fields.seq for item in store.journal.export(1)] == [1, 2, 3]


def test_a_commit_that_left_nothing_leaves_no_gap(store: SlowDisk, journal: JournalWriter) -> None:
    journal.write([ENTRY])
    store.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable, match="disk_full"):
        journal.write([ENTRY])
    [second] = journal.write([ENTRY])
    assert second.fields.seq == 2


def test_after_a_commit_that_failed_the_anchor_is_the_last_acknowledgement_kept(
    store: SlowDisk, journal: JournalWriter
) -> None:
    [first] = journal.write([ENTRY])
    ack = Ack(DEVICE.bytes, 1, 1, first.hash, 5)
    store.late = True
    with pytest.raises(Unavailable):
        journal.write([], [store_changes.PutAck(ack, acknowledgement.sign(ack, ACK))])
    [second] = journal.write([ENTRY])
    assert (first.fields.anchor, second.fields.anchor) == (bytes(32), ack.hash)

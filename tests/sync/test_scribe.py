"""The hand that writes the journal, where a commit does not end as it should."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kiosk import ports
from kiosk.backroom.scribe import Scribe, Writing
from kiosk.errors import Unavailable
from kiosk.override import override
from kiosk.records import commits
from kiosk.signed import acknowledgement
from kiosk.signed.acknowledgement import Ack
from kiosk.signed.journal import Chain, EntryType
from tests.fakes.store import FakeStore
from tests.fakes.world import FakeClock, FakeMirror, NoMilestones, SeededRandomness
from tests.sync.party import ACK, DEVICE, ME, ROOT, keyset_envelope, statement

ENTRY = Writing(EntryType.DAY_OPEN, {"v": 1})


class SlowDisk(FakeStore):
    """Its next commit is durable, and says that it failed: the answer came too late."""

    late = False

    @override
    def commit(
        self, entries: Sequence[commits.Entry], changes: Sequence[commits.Change], after: Chain | None = None
    ) -> None:
        super().commit(entries, changes, after)
        if self.late:
            self.late = False
            raise Unavailable("store_failed", reason="late")


@pytest.fixture
def store() -> SlowDisk:
    made = SlowDisk()
    made.put_enrolment(ports.Enrolment(statement(), ROOT.public, keyset_envelope()))
    return made


@pytest.fixture
def scribe(store: SlowDisk) -> Scribe:
    return Scribe(store, ME, ports.World(FakeClock(), SeededRandomness(), NoMilestones()), FakeMirror())


def test_after_a_commit_that_failed_the_store_says_where_the_journal_stands(store: SlowDisk, scribe: Scribe) -> None:
    scribe.write([ENTRY])
    store.late = True
    with pytest.raises(Unavailable, match="store_failed"):
        scribe.write([ENTRY])
    [third] = scribe.write([ENTRY])
    assert third.fields.seq == 3
    assert [item.record.fields.seq for item in store.export(1)] == [1, 2, 3]


def test_a_commit_that_left_nothing_leaves_no_gap(store: SlowDisk, scribe: Scribe) -> None:
    scribe.write([ENTRY])
    store.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable, match="disk_full"):
        scribe.write([ENTRY])
    [second] = scribe.write([ENTRY])
    assert second.fields.seq == 2


def test_after_a_commit_that_failed_the_anchor_is_the_last_acknowledgement_kept(
    store: SlowDisk, scribe: Scribe
) -> None:
    [first] = scribe.write([ENTRY])
    ack = Ack(DEVICE.bytes, 1, 1, first.hash, 5)
    store.late = True
    with pytest.raises(Unavailable):
        scribe.write([], [commits.PutAck(ack, acknowledgement.sign(ack, ACK))])
    [second] = scribe.write([ENTRY])
    assert (first.fields.anchor, second.fields.anchor) == (bytes(32), ack.hash)

"""A feed that an older release has read already: what that one passed over is read again, and nothing else."""

from __future__ import annotations

from kiosk.model.store_changes import PutFact, SeenDecision
from kiosk.receiving import feed_documents
from tests.harness.feed_answers import decision
from tests.harness.sync_party import pair
from tests.kiosk.receiving.test_citizen_erasure import item, pull, take
from tests.kiosk.receiving.test_new_epoch import begin as new_epoch


def test_an_erasure_that_an_older_release_passed_over_is_obeyed_after_the_upgrade() -> None:
    centre, _, kiosk = pair()
    request = take(kiosk)
    kiosk.settle()
    kiosk.journal.write([], [PutFact(feed_documents.KNOWN.name, " ".join(feed_documents.KINDS - {"erase"}).encode())])
    pull(centre, kiosk, decision(kiosk, request.seq, id=request.id, status="sent_back"))
    pull(centre, kiosk, decision(kiosk, request.seq, id=request.id), {"kind": "erase of a later release"})
    kiosk.settle()
    kiosk.store.commit([], [SeenDecision(1, request.seq)])
    cursor = kiosk.store.cursor()
    centre.items[-1] = item(request)  # so it was all along; only the program was too old for it
    kiosk.restart()
    kiosk.journal.write([], feed_documents.read_again(kiosk.store))
    assert kiosk.store.cursor() == 0
    assert feed_documents.read_again(kiosk.store) == []
    kiosk.settle()
    assert kiosk.store.journal.frame(1, request.seq) is None
    assert kiosk.store.cursor() >= cursor
    found = kiosk.store.requests.get(request.id)
    assert found is not None
    assert found.seen, "a decision that was known is not told again"


def test_a_new_house_has_nothing_to_read_again() -> None:
    kiosk = pair()[2]
    kiosk.journal.write([], feed_documents.read_again(kiosk.store))
    assert kiosk.store.fact(feed_documents.AGAIN.name) is None
    assert (kiosk.store.fact(feed_documents.KNOWN.name) or b"").decode().split() == sorted(feed_documents.KINDS)


def test_a_program_that_knows_less_reads_nothing_again() -> None:
    kiosk = pair()[2]
    kiosk.journal.write([], [PutFact(feed_documents.KNOWN.name, " ".join([*feed_documents.KINDS, "later"]).encode())])
    assert [type(change) for change in feed_documents.read_again(kiosk.store)] == [PutFact]


def test_an_upgrade_in_the_middle_of_it_goes_on_as_far_and_a_new_epoch_forgets_it() -> None:
    kiosk = pair()[2]
    kiosk.journal.write(
        [], [PutFact(feed_documents.KNOWN.name, b"erase"), PutFact(feed_documents.AGAIN.name, b"1 57 older")]
    )
    kiosk.journal.write([], feed_documents.read_again(kiosk.store))
    told = (kiosk.store.fact(feed_documents.AGAIN.name) or b"").decode().split()
    assert told[:2] == ["1", "57"]
    assert {"older", "notice"} <= set(told[2:])
    odd = [{"kind": "notice"}, {"kind": "erase"}, "no item"]
    assert feed_documents.to_apply(kiosk.store, odd, 57) == odd[:1]
    assert feed_documents.to_apply(kiosk.store, odd, 58) == odd
    new_epoch(kiosk, 2)
    assert feed_documents.to_apply(kiosk.store, odd, 57) == odd

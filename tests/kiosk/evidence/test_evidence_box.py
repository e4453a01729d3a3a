"""Evidence at the counter: kept with its draft, named in the entry, refused when it is missing, gone in time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from kiosk.evidence.evidence_box import EvidenceBox
from kiosk.model.evidence_file import CapturedFile, CaptureSpec, Evidence, missing
from kiosk.model.service_request import Decision, Sale
from kiosk.model.store_changes import SetEvidence
from protocol.catalogue.services import EvidenceType
from protocol.clock import DAY_MS
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.journal.kj01 import read_body
from protocol.journal.money_entries import EvidenceItem
from tests.harness.enrolled_store import acknowledge
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import Shop

SERVICE = "movements-cert"
PHOTO = CapturedFile(b"CANARY-photo", "image/jpeg", 1200, 1600)


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore()).ready()


@pytest.fixture
def box(shop: Shop) -> EvidenceBox:
    return shop.counter.evidence


def paper(shop: Shop, name: str = "paper_certificate", service: str = "birth-cert") -> EvidenceType:
    return next(one for one in shop.counter.desk.service(service).evidence if one.id == name)


def last_body(shop: Shop) -> dict[str, Any]:
    return read_body(list(shop.store.journal.export(1))[-1].record.body)


def needing(shop: Shop) -> Sale:
    """A sale whose one required paper is a picture, made from the birth certificate."""
    services = shop.counter.in_force.catalogue().services
    changed = tuple(replace(one, required=one.id == "paper_certificate") for one in services["birth-cert"].evidence)
    services["birth-cert"] = replace(services["birth-cert"], evidence=changed)
    return shop.sale()


# ---- looking and keeping


def test_a_file_is_read_with_what_its_service_asks(shop: Shop, box: EvidenceBox) -> None:
    asked = paper(shop)
    assert box.read(b"data", asked, 5, (0, 0, 500, 1000)).content == b"data"
    assert shop.reader.asked == [CaptureSpec(asked.min_px, asked.max_kb, 1, (0, 0, 500, 1000))]
    shop.reader.refusal = Refused("evidence_kind")
    with pytest.raises(Refused, match="evidence_kind"):
        box.read(b"data", asked)


def test_what_is_kept_belongs_to_its_draft_and_comes_back(shop: Shop, box: EvidenceBox) -> None:
    kept = box.keep("draft", paper(shop), PHOTO)
    assert box.taken("draft") == [kept]
    assert (kept.kind, kept.sha256) == ("paper_certificate", hashlib.sha256(PHOTO.content).digest())
    assert box.content(kept) == PHOTO.content
    assert box.keep("draft", paper(shop), PHOTO) == kept
    assert shop.pictures.made == 1


def test_a_paper_has_ten_pages_at_most(shop: Shop, box: EvidenceBox) -> None:
    for page in range(10):
        box.keep("draft", paper(shop), replace(PHOTO, content=bytes([page])))
    with pytest.raises(Refused, match="evidence_many"):
        box.keep("draft", paper(shop), PHOTO)


def test_with_a_full_disk_nothing_is_kept_and_it_works_again_later(shop: Shop, box: EvidenceBox) -> None:
    shop.pictures.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable, match="disk_full"):
        box.keep("draft", paper(shop), PHOTO)
    assert box.taken("draft") == []
    box.keep("draft", paper(shop), PHOTO)


def test_a_row_that_cannot_be_written_leaves_a_file_that_is_swept(shop: Shop, box: EvidenceBox) -> None:
    assert isinstance(shop.store, FakeStore)
    shop.store.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable):
        box.keep("draft", paper(shop), PHOTO)
    assert len(shop.pictures.files) == 1
    box.tidy()
    assert shop.pictures.files == {}


def test_taken_back_it_is_gone_file_and_all(shop: Shop, box: EvidenceBox) -> None:
    kept = box.keep("draft", paper(shop), PHOTO)
    box.drop(kept)
    assert box.taken("draft") == []
    assert shop.pictures.files == {}


def test_a_file_shared_in_a_visit_is_kept_once_and_stays_until_the_last_has_gone(shop: Shop, box: EvidenceBox) -> None:
    first = box.keep("draft-1", paper(shop), PHOTO)
    second = box.share(first, "draft-2")
    assert box.share(first, "draft-2") == second
    assert (len(shop.pictures.files), box.content(second)) == (1, PHOTO.content)
    box.drop(first)
    assert box.content(second) == PHOTO.content
    box.drop(second)
    assert shop.pictures.files == {}


def test_an_abandoned_draft_takes_its_papers_with_it(shop: Shop, box: EvidenceBox) -> None:
    draft = shop.counter.desk.drafts.begin("birth-cert")
    shop.counter.desk.drafts.keep(draft, {"name": "x"})
    box.keep(draft.id, paper(shop), PHOTO)
    shop.counter.desk.drafts.drop(draft.id)
    assert box.taken(draft.id) == []
    box.tidy()
    assert shop.pictures.files == {}


# ---- the press


def test_the_entry_names_the_papers_by_their_hash(shop: Shop, box: EvidenceBox) -> None:
    sale = shop.sale()
    kept = box.keep(sale.id, paper(shop), PHOTO)
    shop.counter.desk.record(replace(sale, evidence=(kept.item(), EvidenceItem("id_card"))))
    sha256 = hashlib.sha256(PHOTO.content).hexdigest()
    named = {"id": "paper_certificate", "sha256": sha256, "len": len(PHOTO.content), "media": "image/jpeg"}
    assert last_body(shop)["evidence"] == [named, {"id": "id_card"}]
    assert box.taken(sale.id) == [kept]
    with pytest.raises(Refused, match="evidence_recorded"):
        box.drop(kept)


def test_a_required_picture_that_is_missing_stops_the_sale(shop: Shop, box: EvidenceBox) -> None:
    sale, seq = needing(shop), shop.store.journal.tail().chain.seq
    with pytest.raises(Refused, match="evidence_missing"):
        shop.counter.desk.record(sale)
    assert shop.store.journal.tail().chain.seq == seq
    papers = shop.counter.desk.read(shop.counter.desk.service("birth-cert"), sale.values).papers
    assert [one.id for one in missing(papers, box.taken(sale.id))] == ["paper_certificate"]
    shop.counter.desk.record(shop.taken(sale))
    assert [one["id"] for one in last_body(shop)["evidence"]] == ["paper_certificate"]


def test_what_is_no_longer_here_is_not_promised(shop: Shop, box: EvidenceBox) -> None:
    sale = shop.taken(shop.sale())
    box.drop(box.taken(sale.id)[0])
    with pytest.raises(Refused, match="evidence_gone"):
        shop.counter.desk.record(sale)


def test_without_evidence_a_sale_asks_for_none(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeStore, "evidence", lambda *_: pytest.fail("a read that no sale may pay for"))
    shop.counter.desk.record(shop.sale())


# ---- the end


def recorded(shop: Shop, state: Any = "durable") -> tuple[Evidence, Decision]:
    """A sold and acknowledged paper in that state, and the decision that ends its request."""
    sale = shop.taken(shop.sale())
    request = shop.counter.desk.record(sale).request
    acknowledge(shop.store, request.seq)
    kept = shop.counter.evidence.taken(sale.id)[0]
    shop.store.commit([], [SetEvidence(1, request.seq, kept.sha256, state)])
    return kept, Decision(1, request.seq, "approved", "", "", "", shop.clock.wall_ms())


def test_it_goes_only_when_the_centre_has_it_for_good_and_its_time_is_over(shop: Shop, box: EvidenceBox) -> None:
    kept, decision = recorded(shop)
    days = shop.counter.desk.service("birth-cert").retention.evidence_days
    shop.clock.pass_ms(1000 * DAY_MS)
    assert box.tidy() == 0, "no final decision"
    shop.store.commit([], [replace(decision, status="pending")])
    assert box.tidy() == 0
    shop.store.commit([], [replace(decision, at_ms=shop.clock.wall_ms())])
    shop.clock.pass_ms(days * DAY_MS - 1)
    assert box.tidy() == 0
    shop.clock.pass_ms(1)
    assert box.tidy() == 1
    assert box.taken(kept.request) == []
    assert shop.pictures.files == {}
    with pytest.raises(Corrupt, match="evidence_lost"):
        box.content(kept)


@pytest.mark.parametrize("state", ["", "stored"])
def test_before_that_nothing_makes_it_go(shop: Shop, box: EvidenceBox, state: str) -> None:
    kept, decision = recorded(shop, state)
    shop.store.commit([], [decision])
    shop.clock.pass_ms(1000 * DAY_MS)
    assert box.tidy() == 0
    assert box.content(kept)


def test_under_a_catalogue_that_is_no_longer_here_it_stays_sixty_days(
    shop: Shop, box: EvidenceBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, decision = recorded(shop)
    shop.store.commit([], [decision])

    def gone(*_: object) -> None:
        raise Refused("service_unknown")

    monkeypatch.setattr(type(shop.counter.in_force), "catalogue", gone)
    shop.clock.pass_ms(59 * DAY_MS)
    assert box.tidy() == 0
    shop.clock.pass_ms(DAY_MS)
    assert box.tidy() == 1


def test_what_lost_its_draft_goes_after_a_day(shop: Shop, box: EvidenceBox) -> None:
    kept = box.keep("no such draft", paper(shop), PHOTO)
    shop.clock.pass_ms(DAY_MS)
    assert box.tidy() == 0
    shop.clock.pass_ms(1)
    assert box.tidy() == 1
    assert box.taken(kept.request) == []
    shop.store.commit([], [kept])
    assert box.taken(kept.request) == [kept]

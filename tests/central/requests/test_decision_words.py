"""An officer's own words: read where the request is opened, erased with its citizen. On either database."""

from __future__ import annotations

from central.requests import decision_words, erasure, officer_decision, review
from central.requests.review import Decision, Seen
from central.staff.acts import Role
from central.store.request_models import Request
from protocol.texts import Bilingual, both
from tests.central.projection.test_projection import decisions
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import Desk
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device

OWN = Bilingual("كناري المغرد", "canary words")


def decided(office: OwnCentre, device: Device, *said: tuple[str, str, Bilingual]) -> Request:
    members = birth()
    sell(device, members)
    office.arrive(device)
    for n, (status, code, reason) in enumerate(said):
        request = office.read(review.find, members["id"])
        decision = Decision(request.seq, request.id, status, code, reason)
        office.act(review.decide, request, decision, "amal", Seen(n, "canary why" if n else ""))
    return office.read(review.find, members["id"])


def holding(office: OwnCentre, word: str) -> set[str]:
    """Tables in which it stands."""
    found = set()
    for table in ("request", "decision", "feed_item", "proposal", "audit"):
        if any(word in str(tuple(row)) for row in office.rows(f"SELECT * FROM {table}")):
            found.add(table)
    return found


def erase(office: OwnCentre, request: Request) -> None:
    office.run("UPDATE chain SET durable = hwm")
    office.act(erasure.erase, request, 0, "amal")


def test_own_words_go_with_the_citizen(office: OwnCentre, device: Device) -> None:
    request = decided(
        office, device, ("rejected", "own", OWN), ("sent_back", "own", OWN), ("approved", "approved", OWN)
    )
    assert holding(office, "canary words") == {"request", "decision", "feed_item"}
    assert holding(office, "canary why") == {"decision"}
    erase(office, request)
    for word in ("canary", "كناري"):
        assert holding(office, word) == set()
    told = decisions(office, device)
    assert [(one["status"], one["reason"]) for one in told] == [
        (status, {"ar": "", "en": ""}) for status in ("rejected", "sent_back", "approved")
    ]


def test_a_coded_reason_stays(office: OwnCentre, device: Device) -> None:
    reason = both("console.reason.photo_unclear")
    request = decided(office, device, ("rejected", "photo_unclear", reason))
    erase(office, request)
    assert office.read(review.find, request.id).reason_en == reason.en
    assert decisions(office, device)[0]["reason"]["en"] == reason.en


def test_another_citizens_words_stay(office: OwnCentre, device: Device) -> None:
    first, second = (decided(office, device, ("rejected", "own", OWN)) for _ in range(2))
    erase(office, first)
    assert office.read(review.find, second.id).reason_en == OWN.en
    assert [one["reason"]["en"] for one in decisions(office, device)] == ["", OWN.en]


def test_what_two_were_to_agree_to_goes_too(office: OwnCentre, device: Device) -> None:
    request = decided(office, device, ("approved", "approved", Bilingual.same("")))
    decision = Decision(request.seq, request.id, "rejected", "own", OWN)
    assert office.act(officer_decision.reverse, request, decision, "badr", Seen(1, "canary why")) is None
    assert holding(office, "canary") == {"proposal"}
    erase(office, request)
    assert holding(office, "canary") == set()
    assert office.row("SELECT state FROM proposal WHERE act = ?", decision_words.REPLACED)[0] == "withdrawn"


def test_the_page_shows_them_to_whoever_opens_it(office: OwnCentre, device: Device) -> None:
    request = decided(office, device, ("rejected", "own", OWN))
    browser = Desk(office).person("nadia", Role.OFFICER)
    assert OWN.en not in browser.get(f"/staff/requests/{request.id}").text
    assert "officer's own words" in browser.last.text
    browser.post(f"/staff/requests/{request.id}/open", purpose="citizen_asks")
    assert OWN.en in browser.last.text
    assert office.row("SELECT count(*) FROM audit WHERE act = 'personal.read'")[0] == 1

"""A service is drafted, judged and previewed; its file goes out to be signed, comes back, to the pilots, to all."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from central.centre import Centre
from central.releases import rollout
from central.staff.acts import Role
from central.store import key_files
from central.store.interface import Session
from protocol.catalogue.catalogue import catalogue_members
from protocol.documents import trust
from tests.harness.console_desk import HERE, Browser, Desk, Page, plain
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

ONE = "/staff/catalogue/services/birth-cert"


@pytest.fixture
def laila(desk: Desk) -> Browser:
    return desk.person("laila", Role.CATALOGUE)


def _form(page: Page, service: str = "birth-cert") -> dict[str, str]:
    """The fields of lines; what stands in text areas is left as it is."""
    return {name: said for name, said in page.form(f"/staff/catalogue/services/{service}/draft").items() if said}


def _save(browser: Browser, **fields: str) -> None:
    browser.post(f"{ONE}/draft", {**_form(browser.get(ONE)), **fields})


def test_a_text_and_a_price_are_changed_in_fields(desk: Desk, laila: Browser) -> None:
    page = laila.get(ONE)
    assert "As published" in page.text
    assert "No fault." in page.text
    _save(laila, **{"title/en": "Another title", "costs/0/amount_pt": "٥٠"})
    assert laila.status == 200
    text = plain(laila.last.text)
    assert "The draft is kept." in text
    assert "Another title" in text
    assert "EGP 45.00 EGP 50.00" in text
    assert "Dearer by EGP 5.00" in text
    assert "1 draft" in laila.get("/staff/catalogue").text
    laila.post(f"{ONE}/draft/end", seen="1")
    assert "The service has no draft now." in laila.last.text
    assert "As published" in laila.last.text


def test_its_time_is_a_number_of_days(desk: Desk, laila: Browser) -> None:
    for said, answer in (("٣", 200), ("soon", 409), ("1000", 409)):
        _save(laila, processing_time=said)
        assert laila.status == answer, said
    assert _form(laila.get(ONE))["processing_time"] == "3"
    assert '"processing_time": "P3D"' in desk_text(laila)
    fields = _form(laila.get("/staff/catalogue/services/passport"), "passport")
    assert fields["processing_time/table/regular"] == "3"
    assert fields["processing_time/table/urgent"] == "24"


def test_a_price_changes_from_a_day_on(desk: Desk, laila: Browser) -> None:
    form = laila.get(ONE).form(f"{ONE}/price")
    laila.post(f"{ONE}/price", {**form, "price": "first_copy", "since": "2099-01-01"})
    assert laila.status == 200
    fields = _form(laila.last)
    assert fields["costs/1/valid_from"] == "2099-01-01"
    laila.post(f"{ONE}/draft", {**fields, "costs/1/amount_pt": "60"})
    assert "EGP 60.00" in plain(laila.last.text)
    assert "A typical request from 2099-01-01: EGP 45.00, then EGP 60.00. Dearer by EGP 15.00" in plain(laila.last.text)
    for price, since in (("first_copy", "2099-01-01"), ("none", "2099-02-01"), ("first_copy", "soon")):
        laila.post(f"{ONE}/price", {**form, "seen": "2", "price": price, "since": since})
        assert laila.status == 409, since
        assert since in str(laila.last.forms)


def test_every_fault_is_told_at_once_in_both_languages(desk: Desk, laila: Browser) -> None:
    _save(laila, **{"title/en": "", "description/ar": "only Latin"})
    page = laila.last
    assert "2 faults" in page.text
    assert "title/en" in page.text
    assert "description/ar" in page.text
    assert "Correct the faults first" in page.text
    assert any("\u0600" <= letter <= "\u06ff" for letter in page.text)


def test_the_whole_file_is_changed_and_what_is_no_file_comes_back(desk: Desk, laila: Browser) -> None:
    document = json.loads(desk_text(laila))
    document["max_cash_pt"] = 200_000
    laila.post(f"{ONE}/draft", seen="0", document=json.dumps(document, ensure_ascii=False))
    assert "EGP 2,000.00" in plain(laila.last.text)
    laila.post(f"{ONE}/draft", seen="1", document='{"id": "birth-cert",, "what I typed": 1}')
    assert laila.status == 409
    assert "The file cannot be read." in laila.last.text
    assert "what I typed" in laila.last.text
    laila.post(f"{ONE}/draft", seen="1", document='{"id": "passport"}')
    assert "The file is of another service" in laila.last.text


def desk_text(browser: Browser) -> str:
    """The whole file, as its text area holds it."""
    page = browser.http.get(ONE, headers=HERE).text
    from html import unescape

    return unescape(page.partition('spellcheck="false">')[2].partition("</textarea>")[0])


def test_the_second_of_two_hears_who_was_first_and_keeps_his_text(desk: Desk, laila: Browser) -> None:
    samir = desk.person("samir", Role.CATALOGUE)
    form = _form(samir.get(ONE))
    _save(laila, **{"title/en": "Hers"})
    samir.post(f"{ONE}/draft", {**form, "title/en": "His title"})
    assert samir.status == 409
    assert "laila" in samir.last.text
    assert samir.last.form(f"{ONE}/draft")["title/en"] == "His title"
    samir.post(f"{ONE}/draft", _form(samir.last))
    assert samir.status == 409, "until he has looked"
    assert "Hers" in laila.get(ONE).text


def test_a_new_service_begins_as_a_file_and_may_be_dropped(desk: Desk, laila: Browser) -> None:
    assert '"id": "passport"' in laila.get("/staff/catalogue/new", **{"from": "passport"}).text
    document = json.loads(desk_text(laila)) | {"id": "birth-cert-2", "number": "129"}
    for odd in ("{", json.dumps({**document, "id": "No Code"}), json.dumps({**document, "id": "passport"})):
        laila.post("/staff/catalogue/new", document=odd)
        assert laila.status == 409, odd[:40]
    laila.post("/staff/catalogue/new", document=json.dumps(document))
    assert laila.address.startswith("/staff/catalogue/services/birth-cert-2")
    assert "birth-cert-2" in laila.get("/staff/catalogue").text
    laila.post("/staff/catalogue/services/birth-cert-2/draft/end", seen="1")
    assert laila.address.startswith("/staff/catalogue?")
    laila.post("/staff/catalogue/services/birth-cert-2/draft", seen="1", document="{} typed")
    assert laila.status == 409
    assert "typed" in laila.last.text + str(laila.last.forms)
    assert laila.get("/staff/catalogue/services/none").text
    assert laila.status == 404


def _pilot(desk: Desk) -> None:
    def set_pilot(centre: Centre, session: Session) -> None:
        rollout.set_pilot(centre, session, SHOP, "amal", pilot=True)

    desk.office.act(set_pilot)


def _sign(desk: Desk, archive: bytes, version: int) -> bytes:
    """What is done where the key is."""
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        services = [json.loads(held.read(name)) for name in held.namelist()]
    members = catalogue_members(version, "2020-01-01", None, services)
    return trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(desk.office.root))


def _hand_in(browser: Browser, content: bytes, **fields: str) -> Any:
    file = {"file": ("c.json", content, "application/json")}
    return browser.http.post("/staff/catalogue/publish", files=file, data=fields, headers=HERE)


def _agree(browser: Browser) -> None:
    actions = [one["action"] for one in browser.get("/staff/proposals").forms]
    browser.post(next(one for one in actions if one.endswith("/approval")))
    assert browser.status == 200


def test_from_the_draft_to_the_pilots_to_all_and_back(desk: Desk, device: Device, laila: Browser) -> None:
    samir = desk.person("samir", Role.CATALOGUE)
    _save(laila, **{"costs/0/amount_pt": "50"})
    taken = laila.http.post("/staff/catalogue/file", data={"version": "0"}, headers=HERE)
    assert taken.headers["content-disposition"] == 'attachment; filename="catalogue-2.zip"'
    signed = _sign(desk, taken.content, 2)
    assert _hand_in(laila, signed).status_code == 409, "to whom?"
    assert _hand_in(laila, signed, reach="pilots").status_code == 409, "there are none"
    _pilot(desk)
    desk.office.clock.ms += 61_000  # the fleet's copy is read once a minute
    assert _hand_in(laila, signed, reach="pilots").status_code == 200
    _agree(samir)
    page = plain(laila.get("/staff/catalogue/publish").text)
    assert "Version 2 is tried" in page
    assert "Pilot counters that have it: 0 of 1" in page
    assert "No draft." in page
    assert "Version in force: 1" in plain(laila.get("/staff/catalogue").text)
    laila.post("/staff/catalogue/versions/2/all")
    assert "Your proposal is kept." in laila.last.text
    laila.post("/staff/catalogue/versions/2/all")
    assert laila.status == 409
    _agree(samir)
    assert "Version in force: 2" in plain(laila.get("/staff/catalogue").text)
    _goes_back(desk, laila, samir)


def _goes_back(desk: Desk, laila: Browser, samir: Browser) -> None:
    """To what was before, under a higher number."""
    back = laila.http.post("/staff/catalogue/file", data={"version": "1"}, headers=HERE)
    assert "catalogue-3.zip" in back.headers["content-disposition"]
    signed = _sign(desk, back.content, 3)
    assert _hand_in(laila, signed, reach="all").status_code == 200
    assert "Cheaper by EGP 5.00" in plain(samir.get("/staff/catalogue/compare", waiting="3").text)
    assert _hand_in(samir, signed, reach="all").status_code == 200
    assert "Version in force: 3" in plain(laila.get("/staff/catalogue").text)


def test_what_may_not_go_out_does_not(desk: Desk, laila: Browser) -> None:
    _save(laila, **{"title/en": ""})
    laila.post("/staff/catalogue/file", version="0")
    assert laila.status == 409
    assert "Correct them, then take the file." in laila.last.text
    laila.post("/staff/catalogue/file", version="77")
    assert laila.status == 404
    for odd in ("9", "x"):
        laila.post(f"/staff/catalogue/versions/{odd}/all")
        assert laila.status in (404, 409), odd

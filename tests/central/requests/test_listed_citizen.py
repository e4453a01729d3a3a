"""What lists show of a citizen: masked when he comes, sealed, gone with his data; papers and what waits twice."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from central.requests import erasure, listed_citizen, queue, review
from central.requests.listed_citizen import Listed
from central.requests.queue import Queue, Row
from central.store.request_models import Request
from central.store.vault import place
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.service_file import parse_service
from protocol.clock import DAY_MS
from protocol.journal import personal
from protocol.texts import Bilingual
from tests.central.requests.test_queue import officer
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device

CIVIL: Final = "civil-status"
CITIZEN: Final = {"name": "محمد أحمد عبد الله حسن", "national_id": "20001010100014", "mobile": "01012345678"}
BIRTH: Final = next(parse_service(one) for one in bundled_services() if one["id"] == "birth-cert")


def _sell(office: OwnCentre, device: Device, members: dict[str, Any] | None = None, **fields: Any) -> str:
    said = members or birth()
    sell(device, said, personal.write_frame(secrets.token_bytes(16), {"fields": {**CITIZEN, **fields}}))
    office.arrive(device)
    return str(said["id"])


def _rows(office: OwnCentre, status: str = "pending") -> dict[str, Row]:
    return {one.id: one for one in office.act(queue.page, officer(), Queue(CIVIL, status)).rows}


def _place(request: Request) -> bytes:
    return place(request.device, request.epoch, request.seq)


def test_a_citizen_is_masked_and_nothing_of_him_is_in_the_tables(office: OwnCentre, device: Device) -> None:
    one = _sell(office, device)
    assert _rows(office)[one].citizen == Listed("محمد أ. ع.", "0014")
    sealed = bytes(office.row("SELECT listed FROM request").listed)
    others = str([tuple(row) for row in office.rows("SELECT id, code, reason_ar, bill, date FROM request")])
    for said in ("محمد", "محمد أ. ع.", "0014", *CITIZEN.values()):
        assert said.encode() not in sealed
        assert said not in others


def test_what_was_sealed_for_one_request_opens_in_no_other(office: OwnCentre, device: Device) -> None:
    one, other = _sell(office, device), _sell(office, device)
    first, second = (office.read(review.find, name) for name in (one, other))
    assert listed_citizen.opened(office.centre, _place(second), first.listed) == Listed()
    assert listed_citizen.opened(office.centre, _place(first), first.listed).name


def test_it_goes_with_his_data(office: OwnCentre, device: Device) -> None:
    one = _sell(office, device)
    request = office.read(review.find, one)
    office.act(
        review.decide, request, review.Decision(request.seq, one, "approved", "approved", Bilingual("", "")), "omar"
    )
    office.run("UPDATE chain SET durable = hwm")
    office.clock.ms += 61 * DAY_MS
    office.act(erasure.erase, office.read(review.find, one), 60, "amal")
    assert office.row("SELECT listed FROM request").listed is None
    assert _rows(office, "approved")[one].citizen == Listed()


@pytest.mark.parametrize(("on", "minor"), [(date(2117, 12, 30), True), (date(2117, 12, 31), False)])
def test_whoever_is_under_age_is_told(office: OwnCentre, on: date, minor: bool) -> None:
    child, where = "39912310100011", place(bytes(16), 1, 1)
    for fields in ({"national_id": child}, {**CITIZEN, "subject_national_id": child}):
        made = listed_citizen.sealed(office.centre, where, BIRTH, fields, on)
        assert listed_citizen.opened(office.centre, where, made).minor is minor
    assert listed_citizen.sealed(office.centre, where, BIRTH, {}, on) is None


def test_what_waits_twice_for_one_citizen_is_told(office: OwnCentre, device: Device) -> None:
    numbers = ("20001010100014", "20001010100014", "20001010100022")
    one, other, third = (_sell(office, device, national_id=number) for number in numbers)
    assert {name: row.twice for name, row in _rows(office).items()} == {one: True, other: True, third: False}
    request = office.read(review.find, one)
    office.act(
        review.decide, request, review.Decision(request.seq, one, "approved", "approved", Bilingual("", "")), "omar"
    )
    assert {name: row.twice for name, row in _rows(office).items()} == {other: False, third: False}


def test_pictures_that_came_are_counted(office: OwnCentre, device: Device) -> None:
    digests = [hashlib.sha256(bytes([n])).hexdigest() for n in (1, 2)]
    named = [{"id": "paper_certificate", "sha256": one, "len": 10, "media": "image/jpeg"} for one in digests]
    one = _sell(office, device, {**birth(), "evidence": [*named, {"id": "id_card"}]})
    row = _rows(office)[one]
    assert (row.papers, row.here) == (2, 0)
    for digest, state in zip(digests, ("stored", "receiving"), strict=True):
        office.run(
            "INSERT INTO evidence (device, epoch, seq, sha256, length, received, state, sealed_key, at_ms, marked)"
            " VALUES (?, 1, ?, ?, 10, 10, ?, ?, 1, 0)",
            device.chain.device, office.read(review.find, one).seq, bytes.fromhex(digest), state, b"",
        )  # fmt: skip
    assert _rows(office)[one].here == 1
    assert replace(row, here=1) == _rows(office)[one]

"""The public page: genuine or not, without a word about whose it is; and what every stranger may see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
import requests

from central.requests.receipt_check import read_typed
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record, read_body
from protocol.journal.receipt_code import receipt_code
from tests.harness.centre_process import CentreProcess, start_centre
from tests.harness.wire_device import SHOP, Applicant, Device, request_members

Page = requests.Response
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture(scope="module")
def sold(steady: Device) -> Record:
    """A request that the centre has."""
    steady.open_epoch()
    record = steady.request()
    assert steady.push().status_code == 200
    steady.await_item("decision")
    return record


def look(centre: CentreProcess, path: str, **query: str) -> Page:
    return requests.get(f"{centre.url}{path}", params=query, timeout=10)


@pytest.mark.parametrize(("lang", "way", "amount"), [("ar", "rtl", "50"), ("en", "ltr", "50.00")])
def test_the_address_in_the_code_shows_the_receipt(
    centre: CentreProcess, steady: Device, sold: Record, lang: str, way: str, amount: str
) -> None:
    page = look(centre, f"/r/{steady.name[:8]}/2/{sold.hash.hex()}", lang=lang)
    assert page.status_code == 200
    assert f'dir="{way}"' in page.text
    assert amount in page.text
    assert not any(private in page.text for private in ("منى", "أحمد", "0101234"))


def test_the_printed_code_shows_the_same(centre: CentreProcess, steady: Device, sold: Record) -> None:
    till = steady.statement.till
    for number in (f"{till}-000002", f"{till}-2", f"{till} – 00000002".translate(EASTERN), f"{till}-٢"):
        page = look(centre, "/r", shop=SHOP, number=number, code=receipt_code(sold.hash), lang="en")
        assert page.status_code == 200
        assert "50.00" in page.text
        assert f"<bdi>{till}-000002</bdi>" in page.text


def test_the_example_in_the_form_is_a_code_that_could_be_right(centre: CentreProcess) -> None:
    example = re.search(r'name="code"[^>]* placeholder="([^"]+)"', look(centre, "/r").text)
    assert example is not None
    assert example[1].startswith("STGP-AFFW-1T4D-7S8R-")
    asked = read_typed("cairo-014", "2-000231", example[1])
    assert asked is not None
    assert read_typed("cairo-٠١٤", "٢-٢٣١", example[1]) == asked
    wrong = example[1][:-1] + ("0" if example[1][-1] != "0" else "1")
    assert read_typed("cairo-014", "2-000231", wrong) is None


def test_a_forged_code_shows_nothing(centre: CentreProcess, steady: Device, sold: Record) -> None:
    genuine = receipt_code(sold.hash)
    till = steady.statement.till
    wrong = (f"{till}-1", f"{till}-9", f"{till}-10000002", "9999-2")
    others = ({"shop": "nowhere"}, {"code": receipt_code(bytes(32))}, *({"number": number} for number in wrong))
    for asked in others:
        page = look(centre, "/r", **{"shop": SHOP, "number": f"{till}-2", "code": genuine, "lang": "en", **asked})
        assert (page.status_code, "50.00" in page.text) == (404, False)


def test_nothing_runs_and_nothing_is_fetched_from_elsewhere(centre: CentreProcess) -> None:
    page = look(centre, "/r", code="<script>alert(1)</script>", shop='"><img src=x>', number="2-2")
    assert page.status_code in {200, 400, 404}
    assert "<script" not in page.text
    assert "<img src=x" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_a_stranger_may_ask_whether_we_are_alive_and_how_to_talk_to_us(centre: CentreProcess) -> None:
    assert look(centre, "/healthz").json()["status"] == "ok"
    described = look(centre, "/openapi.json").json()["paths"]
    assert {"/v1/journal", "/v1/feed", "/v1/heartbeat", "/v1/inquiries", "/v1/ping", "/v1/shop/search"} <= set(
        described
    )
    assert look(centre, "/nothing").status_code == 404


def test_all_that_the_page_needs_comes_from_the_centre(centre: CentreProcess) -> None:
    style = re.search(r'rel="stylesheet" href="([^"]+)"', look(centre, "/r").text)
    assert style is not None
    sheet = look(centre, style[1])
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
    fonts = re.findall(r"url\(([^)]+)\)", sheet.text)
    assert len(fonts) == 2
    assert [look(centre, font).headers["content-type"] for font in fonts] == ["font/ttf"] * 2


def test_the_receipt_of_a_visit_shows_all_its_requests(centre: CentreProcess, device: Device) -> None:
    visit = request_members()["visit"]
    first = device.request(visit=visit, lines=2, service="birth-cert")
    device.request(visit=visit, line=2, lines=2, service="criminal-record", total_pt=7_025)
    device.request()
    device.push()
    page = look(centre, f"/r/{device.name[:8]}/1/{first.hash.hex()}", lang="en")
    assert "120.25" in page.text
    assert "Birth certificate" in page.text
    assert "Genuine" in page.text


def test_of_a_visit_with_a_cancelled_line_each_line_says_how_it_stands(centre: CentreProcess, device: Device) -> None:
    visit = request_members()["visit"]
    first = device.request(visit=visit, lines=2)
    second = device.request(visit=visit, line=2, lines=2)
    device.write(
        EntryType.VOID, {"v": 1, "op": "x", "login": 0, "seq": 2, "id": json.loads(second.body)["id"], "reason": "x"}
    )
    device.push()
    device.await_item("decision")
    page = look(centre, f"/r/{device.name[:8]}/1/{first.hash.hex()}", lang="en")
    assert "50.00 · Cancelled" in page.text
    assert "50.00 · Rejected" in page.text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("STGP-AFFW-1T4D-7S8R-C", "mistyped"),
        ("STGP-AFFW-1T4D-7S8U-S", "mistyped"),
        ("STGP-AFFW-1T4D-7S8R", "not complete"),
        ("", "not complete"),
        ("S" * 101, "not complete"),
    ],
)
def test_a_code_that_cannot_be_right_says_whether_it_is_mistyped_or_cut_short(
    centre: CentreProcess, code: str, said: str
) -> None:
    page = look(centre, "/r", shop="cairo-014", number="2-2", code=code, lang="en")
    assert (page.status_code, said in page.text) == (400, True)
    assert "Another receipt" not in page.text


def test_a_right_code_with_a_wrong_number_is_not_called_mistyped(centre: CentreProcess) -> None:
    page = look(centre, "/r", shop="cairo-014", number="2-0", code="STGP-AFFW-1T4D-7S8R-S", lang="en")
    assert (page.status_code, "not complete" in page.text) == (400, True)


def test_a_request_in_words_that_are_none_still_shows_a_page(centre: CentreProcess, device: Device) -> None:
    odd = device.request(total_pt=-5, service=["x"], lines="all", catalogue=-1, visit=None)
    assert device.push().status_code == 200
    page = look(centre, f"/r/{device.name[:8]}/1/{odd.hash.hex()}", lang="en")
    assert (page.status_code, "Genuine" in page.text) == (200, True)


def test_more_fields_than_any_address_of_ours_has_still_show_the_page(
    centre: CentreProcess, steady: Device, sold: Record
) -> None:
    many = {f"a{n}": "1" for n in range(30)}
    assert look(centre, "/r", **many).status_code == 200
    scanned = look(centre, f"/r/{steady.name[:8]}/2/{sold.hash.hex()}", **many)
    assert scanned.status_code == 200
    assert "50" in scanned.text


def test_the_page_says_nothing_in_words_that_a_device_chose(centre: CentreProcess, device: Device) -> None:
    odd = device.request(service="Call 0900 1234 to get your money \u202e")
    assert device.push().status_code == 200
    page = look(centre, f"/r/{device.name[:8]}/1/{odd.hash.hex()}", lang="en")
    assert "Genuine" in page.text
    assert "0900" not in page.text


@pytest.mark.parametrize(("header", "way"), [("en-GB,en", "ltr"), ("ar-EG", "rtl"), ("fr", "rtl"), ("", "rtl")])
def test_the_page_speaks_as_the_telephone_does(centre: CentreProcess, header: str, way: str) -> None:
    page = requests.get(f"{centre.url}/r", headers={"Accept-Language": header}, timeout=10)
    assert f'dir="{way}"' in page.text


def test_a_cancelled_receipt_says_so(centre: CentreProcess, device: Device) -> None:
    record = device.request()
    body = json.loads(record.body)
    device.write(
        EntryType.VOID, {"v": 1, "op": body["op"], "login": 0, "seq": 1, "id": body["id"], "reason": "mistake"}
    )
    device.push()
    device.await_item("decision")
    page = look(centre, f"/r/{device.name[:8]}/1/{record.hash.hex()}", lang="en")
    assert "Cancelled receipt" in page.text


def test_what_was_asked_twice_in_vain_is_a_case_for_the_staff(centre: CentreProcess, steady: Device) -> None:
    forged, till = receipt_code(bytes(range(32))), steady.statement.till
    for _ in range(2):
        assert look(centre, "/r", shop=SHOP, number=f"{till}-77", code=forged).status_code == 404
    once = receipt_code(bytes(range(1, 33)))
    look(centre, "/r", shop=SHOP, number=f"{till}-78", code=once)
    rows = centre.cli("receipt", "missed")
    assert [(row["device"], row["seq"], row["asked"]) for row in rows] == [(steady.name[:8], 77, 2)]


@pytest.mark.parametrize(
    ("status", "said"), [("approved", "approved"), ("rejected", "Go back"), ("sent_back", "missing")]
)
def test_the_page_says_how_it_stands_and_what_to_do(
    centre: CentreProcess, device: Device, status: str, said: str
) -> None:
    sold = device.request()
    assert device.push().status_code == 200
    request_id = str(read_body(sold.body)["id"])
    again = ("--seen", "1", "--because", "looked at again")
    centre.cli("work")
    centre.cli("request", "decide", request_id, status, "--reason-ar", "السبب", "--reason-en", "secret reason", *again)
    page = look(centre, f"/r/{device.name[:8]}/{sold.fields.seq}/{sold.hash.hex()}", lang="en")
    assert said in page.text
    assert "secret reason" not in page.text


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    running = start_centre(tmp_path_factory.mktemp("limited"), limits=True)
    yield running
    running.stop()


def waits(answers: list[requests.Response]) -> list[int]:
    return [int(answer.headers["retry-after"]) for answer in answers if answer.status_code == 429]


def test_guessing_receipts_is_slowed_down(limited: CentreProcess) -> None:
    asked = {"device": "019a1b2c", "seq": "2", "code": "Z" * 16}
    told = waits([requests.get(f"{limited.url}/r", params=asked, timeout=10) for _ in range(60)])
    assert told
    assert min(told) >= 1


def test_guessing_codes_of_devices_is_slowed_down(limited: CentreProcess) -> None:
    told = waits([Applicant(limited.url).claim("0000", "0" * 11) for _ in range(40)])
    assert told
    assert min(told) >= 1


def test_a_street_behind_one_address_is_not_shut_out_by_its_number(limited: CentreProcess) -> None:
    """Carriers put thousands of telephones behind one address: what is right hardly counts."""
    asked = [requests.get(f"{limited.url}/v1/ping", params={"n": "A" * 22}, timeout=10) for _ in range(200)]
    assert {answer.status_code for answer in asked} == {200}

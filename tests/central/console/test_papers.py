"""A citizen's papers: shown to the sign-in that opened them, for a while, to nobody else."""

from __future__ import annotations

import re
import secrets

import pytest

from central.staff.acts import Role
from protocol.journal import personal
from tests.central.console.conftest import CITIZEN
from tests.harness.centre_papers import named, upload
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import HERE, Desk
from tests.harness.wire_device import Device

PICTURE = b"\xff\xd8\xff\xe0 a picture of a card \xff\xd9"
FILE = b"%PDF-1.7 a decree"


@pytest.fixture
def request_id(desk: Desk, device: Device) -> str:
    """With a picture that is here, a file that is here, one that is still to come, one that was looked at."""
    evidence = [
        named(PICTURE), named(FILE, "application/pdf"), named(b"later"), {"id": "seen"},
    ]  # fmt: skip
    members = birth(evidence=evidence)
    record = sell(device, members, personal.write_frame(secrets.token_bytes(16), {"fields": CITIZEN}))
    desk.office.arrive(device)
    for content in (PICTURE, FILE):
        upload(desk.office, device, record.fields.seq, content)
    return str(members["id"])


def test_papers_are_told_before_and_shown_after_the_opening(desk: Desk, request_id: str) -> None:
    officer = desk.person("nadia", Role.OFFICER)
    page = officer.get(f"/staff/requests/{request_id}")
    for word in ("Here", "Not here yet", "Looked at in the shop"):
        assert word in page.text
    assert not [one for one in page.fetched if "/papers/" in one]
    page = officer.post(f"/staff/requests/{request_id}/open", purpose="decide")
    picture = next(one for one in page.fetched if "/papers/" in one)
    answer = officer.http.get(picture, headers=HERE)
    assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    file = next(one for one in page.links if "/papers/" in one)
    answer = officer.http.get(file, headers=HERE)
    assert answer.content == FILE
    assert answer.headers["content-disposition"].startswith("attachment;")


def test_their_address_is_nobody_elses_and_not_for_long(desk: Desk, request_id: str) -> None:
    officer, other = desk.person("nadia", Role.OFFICER), desk.person("sherif", Role.OFFICER)
    page = officer.post(f"/staff/requests/{request_id}/open", purpose="decide")
    picture = next(one for one in page.fetched if "/papers/" in one)
    later = re.sub(r"until=(\d+)", lambda found: f"until={int(found[1]) + 1}", picture)
    for browser, address in (
        (other, picture), (officer, later), (officer, picture.replace("/papers/1", "/papers/9")),
        (officer, picture.replace("/papers/1", "/papers/3")), (officer, picture.replace("/papers/1", "/papers/x")),
    ):  # fmt: skip
        assert browser.http.get(address, headers=HERE).status_code == 404
    desk.office.clock.ms += 16 * 60_000
    assert officer.http.get(picture, headers=HERE).status_code == 404

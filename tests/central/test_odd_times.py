"""A device's clock may say anything: whoever looks is shown a page all the same."""

from __future__ import annotations

import json
import secrets

import pytest

from central.catalogues import Catalogues
from central.web.public import pages
from central.web.received import Received
from kiosk.signed import journal, personal
from kiosk.signed.journal import EntryType, Record, Stamp
from tests.central.device import Device
from tests.central.local import Office, apply_settings
from tests.central.sales import birth


def sell_at(device: Device, wall_ms: int) -> Record:
    frame = personal.write_frame(secrets.token_bytes(16), {"fields": {"name": "منى أحمد"}})
    members = {**birth(), "personal": personal.reference(frame)}
    body = journal.write_body(secrets.token_bytes(16), members)
    record = journal.write(device.chain, EntryType.REQUEST, body, device.signer, Stamp(wall_ms, 1, b"testboot"))
    device.chain = device.chain.after(record)
    device.items.append(personal.Item(record, frame))
    return record


@pytest.mark.parametrize("wall_ms", [10**17, -(10**17), 2**62, -(2**63)])
def test_a_receipt_of_an_impossible_time_is_shown_without_one(small: Office, wall_ms: int) -> None:
    small.publish_catalogue()
    device = small.enrol()
    device.open_epoch()
    apply_settings(device)
    sold = sell_at(device, wall_ms)
    small.arrive(device)
    look = pages(Catalogues(small.centre))
    found = look(small.centre, Received("GET", f"/r/{device.name[:8]}/3/{sold.hash.hex()}", "lang=en", {}, b""))
    text = found.body.decode()
    assert found.status == 200
    assert f"{json.loads(sold.body)['total_pt'] / 100:.2f}" in text
    assert "—" in text

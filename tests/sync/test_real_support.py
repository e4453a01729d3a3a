"""A problem reported to the true centre, and opened there by the staff."""

from __future__ import annotations

import pytest

from protocol.wire.support_file import SupportHead, seal
from sync.live_questions import LiveQuestions
from tests.sync.test_real_centre import Shop, centre, shop

__all__ = ["centre", "shop"]
pytestmark = pytest.mark.slow


def test_a_report_is_kept_once_under_its_number_and_opens_there(shop: Shop) -> None:
    shop.settle()
    rules = shop.kiosk.in_force
    me = rules.statement()
    said = {"v": 1, "report": {"kind": "printing", "text": "ورق"}}
    file = seal(SupportHead(me.device, me.epoch, 5), said, rules.keyset().seal_x25519)
    support = LiveQuestions(shop.kiosk.client)
    number = support.send_support(file)
    assert support.send_support(file) == number
    opened = shop.centre.cli("support", "open", number)
    assert (opened["device"], opened["report"]) == (me.device_text, said["report"])
    assert number in [row["number"] for row in shop.centre.cli("support", "list")]

"""No form of the staff keeps a citizen's numbers: a reason is read by many, and kept longer than the citizen's data."""

from __future__ import annotations

import secrets
from typing import Final

import pytest

from central import own_words
from central.cli.console import line
from central.documents import shops
from central.staff.acts import Role
from protocol.errors import Refused
from protocol.texts import Bilingual
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import Desk
from tests.harness.own_centre import SHOP, OwnCentre, apply_settings

NAMING: Final = (
    "29901010112345", "رقمه ٢٩٩٠١٠١٠١١٢٣٤٥ فقط", "2 990101-01-12345", "۲۹۹۰۱۰۱۰۱۱۲۳۴۵", "299.0101/0112345",
    "2\u200b9901010112345", "a29901010112345b", "01012345678", "call +20 101 234 5678", "0020 15-1234-5678",
    "٠١٠ ١٢٣٤ ٥٦٧٨", "2010 1234 5678", "1012345678",
    "\uff10\uff11\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
)  # fmt: skip
HARMLESS: Final = (
    "", "entry 1-1-5 of 2026-11-25", "EGP 1,250.50 at 18:30 on 2026-11-25", "hotline 16000", "02 2794 1234",
    "receipt 3-1-000123", "from 2026-11-25 to 2026-11-26", "الصورة غير واضحة، الورقة ٣ من ٥",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMING)
def test_what_names_a_citizen_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="names_citizen"):
        own_words.checked(text)
    with pytest.raises(Refused, match="names_citizen"):
        line("--because", text)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_are_kept(text: str) -> None:
    assert own_words.checked(text) == text


def test_a_reference_of_a_bank_may_be_as_long(small: OwnCentre) -> None:
    assert line("--reference", NAMING[0]) == NAMING[0]


@pytest.mark.parametrize("field", ["reason_ar", "reason_en"])
@pytest.mark.parametrize("text", NAMING[:3])
def test_a_decision_is_not_given_with_it(small: OwnCentre, field: str, text: str) -> None:
    small.publish_catalogue()
    device, members = small.enrol(), birth()
    apply_settings(device)
    sell(device, members)
    small.arrive(device)
    browser = Desk(small).person(f"o{secrets.token_hex(2)}", Role.OFFICER)
    words = {"reason_ar": "السبب", "reason_en": "the reason", field: text}
    page = browser.post(
        f"/staff/requests/{members['id']}/decision", {"decision": "rejected", "seen": "0", "reason": "own", **words}
    )
    assert "national ID or a mobile number" in page.text
    assert small.row("SELECT status, decisions FROM request") == ("pending", 0)


def test_a_notice_is_not_sent_with_it(small: OwnCentre) -> None:
    for text in (Bilingual(NAMING[0], "words"), Bilingual("كلمات", NAMING[7])):
        with pytest.raises(Refused, match="names_citizen"):
            small.act(shops.send_notice, text, SHOP, "amal")
    assert small.act(shops.send_notice, Bilingual("كلمات", "words"), SHOP, "amal") == 0

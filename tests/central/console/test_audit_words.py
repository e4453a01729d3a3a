"""Every act that is written down is told in words, with all that it says, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import central
from central import two_person_acts
from central.console import words
from central.money.shop_float import pay_in
from central.requests.approved_acts import MISSING
from central.requests.refunds import CASES
from central.staff.acts import Role
from protocol.texts import LANGUAGES, Language
from protocol.wire.statuses import STATUSES
from tests.harness.console_desk import HERE, Desk, plain
from tests.harness.own_centre import SHOP

MADE: Final = (
    *CASES, MISSING, "account.activated", "sign_in", "device.suspended", "device.resumed", "approval.granted",
    "approval.denied", "operator.added", "operator.reset", "operator.stopped", "release.pilot_added",
    "release.pilot_removed", "request.escalated", *(f"request.{status}" for status in STATUSES),
)  # fmt: skip
"""Those whose names are put together, or handed on."""


def _calls() -> Iterator[ast.Call]:
    for file in Path(central.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.append", "audit.append_once"):
                yield node


def _acts() -> set[str]:
    named = {call.args[3].value for call in _calls() if isinstance(call.args[3], ast.Constant)}
    of_two = {f"{act}{step}" for act in two_person_acts.ACTS for step in ("", ".proposed", ".withdrawn")}
    return {str(act) for act in named} | of_two | set(MADE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_has_words(language: Language) -> None:
    assert len(_acts()) > 80
    assert [act for act in sorted(_acts()) if words.audit_word(language, act) == act] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_detail_has_a_name(language: Language) -> None:
    names = {keyword.arg for call in _calls() for keyword in call.keywords if keyword.arg}
    assert len(names) > 30
    assert [name for name in sorted(names) if words.detail(language, name, 1)[0] == name] == []


def test_what_a_detail_says_is_told_as_people_say_it() -> None:
    told = [
        ("role", "officer", "request officer"), ("amount_pt", 5_000, "EGP 50.00"), ("kept", True, "yes"),
        ("reach", "pilots", "Pilot shops"), ("by", ["mobile", "staff"], "mobile, Who"), ("because", "", "—"),
        ("before", "rejected", "Rejected"), ("before", "CAI-001", "CAI-001"), ("by", [], "—"), ("odd", "x", "x"),
    ]  # fmt: skip
    for name, value, said in told:
        assert plain(words.detail("en", name, value)[1]) == said, name
    assert words.detail("en", "odd", "x")[0] == "odd"


def test_the_page_says_them_and_the_file_keeps_their_codes(desk: Desk) -> None:
    desk.office.act(pay_in, SHOP, 5_000, "B-1", "mona")
    reader = desk.person("hana", Role.AUDITOR)
    page = plain(reader.get("/staff/audit", act="float.paid_in").text)
    assert "Float paid in" in page
    assert "Amount in pounds: EGP 50.00" in page
    assert "Bank reference: B-1" in page
    taken = reader.http.post("/staff/audit/export", data={"act": "float.paid_in"}, headers=HERE)
    assert "amount_pt=5000; reference=B-1" in taken.text

"""A citizen's copy and the erasure he asks for: who must agree, what the file says, what the journal must not say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.aftercare import citizen_rights
from kiosk.model.evidence_file import Evidence
from kiosk.model.paper_sheet import typed
from kiosk.model.service_request import Decision, Draft
from kiosk.model.store_changes import Erase
from kiosk.receiving import citizen_traces
from kiosk.staff.centre_approvals import NOBODY, Approver
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.journal.money_entries import Consent
from protocol.texts import Bilingual
from tests.harness.shop import OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop
from tests.kiosk.cash.test_day_close import SUPERVISED, with_supervisor

CITIZEN = "20001010100014"
STRANGER = "20001010100022"


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=code):
        act()


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """Two requests of one citizen; a supervisor has a PIN."""
    with_supervisor(shop)
    for number in (1, 2):
        shop.counter.desk.record(shop.sale(number))
    return shop


def last(shop: Shop) -> tuple[int, dict[str, Any]]:
    *_, item = shop.store.journal.export(1)
    return item.record.fields.entry_type, read_body(item.record.body)


def test_the_copy_holds_all_that_is_kept_and_the_journal_its_hash_and_no_person(shop: Shop) -> None:
    data = shop.counter.rights.copy("٢٠٠٠١٠١٠١٠٠٠١٤", SUPERVISED)
    told = json.loads(data)["requests"]
    assert len(told) == 2
    assert "محمد أحمد عبد الله حسن" in told[0]["answers"].values()
    assert told[0]["fees"][0]["amount_pt"] > 0
    kind, body = last(shop)
    assert (kind, body["kind"], body["op"], body["op2"]) == (EntryType.EXPORT, "citizen", OPERATOR, SUPERVISOR)
    assert body["sha256"] == hashlib.sha256(data).hexdigest()
    assert len(body["requests"]) == 2
    assert CITIZEN not in str(body)


def test_the_copy_says_what_was_decided_and_what_is_gone(shop: Shop) -> None:
    newest = shop.counter.rights.of(CITIZEN)[0]
    shop.store.commit([], [Decision(1, newest.seq, "rejected", "R7", "الاسم لا يطابق", "Name differs", 5)])
    told = json.loads(shop.counter.rights.copy(CITIZEN, SUPERVISED))["requests"]
    assert told[0]["decision"] == {"status": "rejected", "reason": "الاسم لا يطابق"}
    shop.store.commit([], [Erase(1, newest.seq)])
    assert len(shop.counter.rights.of(CITIZEN)) == 1  # what was erased cannot be found by a number


def test_the_wish_goes_to_the_centre_and_erases_nothing(shop: Shop) -> None:
    assert shop.counter.rights.ask_erasure(CITIZEN, SUPERVISED) == 2
    kind, body = last(shop)
    assert (kind, body["kind"]) == (EntryType.ERASURE, "asked")
    assert {"epoch", "seq", "id"} == set(body["requests"][0])
    assert "seq" not in body
    assert len(shop.counter.rights.of(CITIZEN)) == 2


def test_both_take_a_supervisor(shop: Shop) -> None:
    one = shop.counter.rights
    refused("supervisor_needed", lambda: one.copy(CITIZEN, NOBODY))
    refused("supervisor_needed", lambda: one.ask_erasure(CITIZEN, NOBODY))
    refused("pin_wrong", lambda: one.copy(CITIZEN, Approver(SUPERVISOR, "91827364")))
    assert shop.counter.rights.register() == []


def test_a_supervisor_at_the_counter_shows_again_that_it_is_he(shop: Shop) -> None:
    shop.counter.people.sign_out()
    shop.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    refused("pin_wrong", lambda: shop.counter.rights.copy(CITIZEN, Approver(SUPERVISOR, "91827364")))
    shop.counter.rights.copy(CITIZEN, Approver(SUPERVISOR, PIN_SUPERVISOR))
    assert "op2" not in last(shop)[1]


def test_nothing_is_made_of_a_stranger_or_of_half_a_number(shop: Shop) -> None:
    refused("nothing_kept", lambda: shop.counter.rights.copy(STRANGER, SUPERVISED))
    refused("nid_length", lambda: shop.counter.rights.copy(CITIZEN[:-1], SUPERVISED))


def test_the_register_keeps_the_newest_acts_and_no_name(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citizen_rights, "KEPT", 2)
    shop.counter.rights.copy(CITIZEN, SUPERVISED)
    shop.counter.rights.ask_erasure(CITIZEN, SUPERVISED)
    shop.counter.rights.copy(CITIZEN, SUPERVISED)
    acts = shop.counter.rights.register()
    assert [act.kind for act in acts] == ["copy", "erasure"]
    assert (acts[0].operator, acts[0].approver, acts[0].count) == (OPERATOR, SUPERVISOR, 2)
    assert acts[0].seq == shop.store.journal.tail().chain.seq


def test_a_copy_is_written_once_and_a_full_or_missing_disk_is_said(tmp_path: Path) -> None:
    target = citizen_rights.put_away(b"x", tmp_path, "copy.json")
    assert target.read_bytes() == b"x"
    refused("copy_unwritable", lambda: citizen_rights.put_away(b"y", tmp_path, "copy.json"))
    refused("copy_unwritable", lambda: citizen_rights.put_away(b"y", tmp_path / "gone", "copy.json"))
    assert target.read_bytes() == b"x"


def test_disks_that_were_plugged_in_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "user" / "STICK").mkdir(parents=True)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(citizen_rights, "ROOTS", (tmp_path, tmp_path / "none"))
    assert citizen_rights.sticks() == [tmp_path / "user" / "STICK"]


# ---- a supervisor behind the operator


def test_a_supervisor_stands_behind_one_login_for_a_quarter_of_an_hour(shop: Shop) -> None:
    people = shop.counter.people
    login = people.working()
    assert not people.supervised(login)
    refused("supervisor_needed", lambda: people.supervise(OPERATOR, "000000"))
    people.supervise(SUPERVISOR, PIN_SUPERVISOR)
    assert people.supervised(login)
    assert last(shop)[1]["kind"] == "override"
    shop.clock.pass_ms(15 * 60_000)
    assert people.supervised(login)
    shop.clock.pass_ms(1)
    assert not people.supervised(login)


def test_his_word_ends_with_the_login_it_was_given_to(shop: Shop) -> None:
    people = shop.counter.people
    people.supervise(SUPERVISOR, PIN_SUPERVISOR)
    people.sign_out()
    people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    people.sign_out()
    assert not people.supervised(people.sign_in(OPERATOR, PIN))


def test_the_copy_says_which_consent_was_given_and_its_text_where_it_is_kept(shop: Shop) -> None:
    asked = next(one for one in shop.counter.desk.services() if one.consent is not None)
    assert asked.consent is not None
    version = asked.consent.version
    told = citizen_rights.CitizenRights._consent(asked, Consent(version))
    assert told == {"version": version, "text": asked.consent.text["ar"]}
    assert citizen_rights.CitizenRights._consent(asked, Consent("of before")) == {
        "version": "of before",
        "text": "",
    }


def test_a_board_that_is_read_is_not_read_again(shop: Shop) -> None:
    seen = shop.store.facts()
    shop.counter.notices.read()
    assert shop.store.facts() == seen
    assert shop.counter.notices.kept() == []


# ---- beside his requests


def half_typed(shop: Shop, number: int, operator: str, raw: dict[str, Any]) -> str:
    """Left by somebody, with a picture taken for it."""
    identity = f"0192f0c1-7c3a-7b1e-8a4d-00000000f{number:03d}"
    draft = Draft(identity, operator, "birth-cert", 1, raw, 1)
    taken = Evidence(identity, "id_front", bytes([number]) * 32, 3, "image/jpeg", f"file-{number}", bytes(32), 1)
    shop.store.commit([], [draft, taken])
    return identity


def test_the_wish_forgets_at_once_what_anybody_left_half_typed_of_him(shop: Shop) -> None:
    his = [
        half_typed(shop, 1, OPERATOR, {"national_id": "2 000101-01 00014"}),
        half_typed(shop, 2, SUPERVISOR, {"people": [{"deep": {"id": "٢٠٠٠١٠١٠١٠٠٠١٤"}}], "copies": 2}),
    ]
    other = half_typed(shop, 3, OPERATOR, {"national_id": STRANGER, "note": CITIZEN[:-1], "copies": 2})
    shop.counter.rights.ask_erasure(CITIZEN, SUPERVISED)
    assert [draft.id for draft in shop.store.drafts.every()] == [other]
    assert [shop.store.evidence.of_request(one) for one in his] == [[], []]
    assert len(shop.store.evidence.of_request(other)) == 1


def test_his_refusals_are_named_in_the_wish_and_in_his_copy(shop: Shop) -> None:
    seq = refuse(shop)
    refuse(shop, national_id="")
    half_typed(shop, 1, OPERATOR, {"national_id": CITIZEN})
    told = json.loads(shop.counter.rights.copy(CITIZEN, SUPERVISED))
    assert told["refusals"] == [{"service": "birth-cert", "entry": seq, "reason": "الاسم محمد لا يطابق"}]
    assert told["half_typed"] == [{"national_id": CITIZEN}]
    shop.counter.rights.ask_erasure(CITIZEN, SUPERVISED)
    assert last(shop)[1]["papers"] == [{"epoch": 1, "seq": seq}]
    shop.store.commit([], [Erase(1, seq)])
    assert shop.store.journal.named(CITIZEN) == []


def test_a_refusal_whose_frame_is_gone_says_no_reason(shop: Shop) -> None:
    seq = refuse(shop)
    item = citizen_traces.entry(shop.store, 1, seq)
    assert item is not None
    assert citizen_traces.refusal_in_words(replace(item, frame=None))["reason"] == ""
    assert citizen_traces.entry(shop.store, 1, seq + 99) is None
    assert citizen_traces.entry(shop.store, 7, 1) is None


def refuse(shop: Shop, national_id: str = "2 000101 01 00014") -> int:
    """Something could not be taken, for a reason that names him; answers the entry's number."""
    shop.counter.advice.refuse("birth-cert", typed(Bilingual("الاسم محمد لا يطابق", "")), (), national_id)
    kind, body = last(shop)
    assert (kind, CITIZEN in str(body)) == (EntryType.REFUSAL, False)
    return shop.store.journal.tail().chain.seq

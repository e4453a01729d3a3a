"""What comes from the centre: what is believed, what is not, and what each leaves behind."""

from __future__ import annotations

import base64
import json
import threading
import uuid
from typing import Any

import pytest

from kiosk.core import offline_limits
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import DocumentsChanged, RequestsChanged, SyncChanged
from kiosk.core.journal_writer import Writing
from kiosk.model import facts
from kiosk.model.facts import CATALOGUE_SEEN_MS, DURABLE_HWM, FLOOR_MS, LEASE_UNTIL_MS, ORDER, QUARANTINE
from kiosk.model.store_changes import CitizenInformed, PutFact
from kiosk.receiving import centre_notices
from kiosk.receiving.feed_documents import AppliedPage, PageReading
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import Refused, Unavailable
from protocol.journal import acknowledgement, kj01
from protocol.journal.acknowledgement import Ack, Judgement
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.keys import SeedSigner
from protocol.override import override
from protocol.texts import LANGUAGES, say
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.feed_answers import LATER, NONCE, alarm, decision, mine, page, sealed
from tests.harness.sync_party import (  # fmt: skip
    ACK,
    CATALOGUE,
    DEVICE,
    FEED,
    ROOT,
    STRANGER,
    Kiosk,
    catalogue,
    envelope,
    keyset,
    keyset_envelope,
    operators,
    order,
    settings,
    statement,
)


def ack(kiosk: Kiosk, hwm: int, *, at: int = LATER, signer: SeedSigner = ACK, **changed: Any) -> bytes:
    known = kiosk.store.journal.hash_at(hwm) or bytes(32)
    fields: dict[str, Any] = {
        "device": DEVICE.bytes,
        "epoch": 1,
        "hwm": hwm,
        "entry_hash": known,
        "server_ms": at,
    } | changed
    return acknowledgement.sign(Ack(**fields), signer)


def document(kind: str, members: dict[str, Any], signer: SeedSigner = FEED) -> dict[str, Any]:
    payload_type = {"settings": trust.SETTINGS, "operators": trust.OPERATORS, "catalogue": trust.CATALOGUE}[kind]
    return {"kind": kind, "version": members["version"], "document": envelope(payload_type, members, signer)}


# ---- acknowledgements ----------------------------------------------------------------------------------------


def test_an_acknowledgement_moves_the_mark_only_once(kiosk: Kiosk) -> None:
    kiosk.sell(3)
    assert kiosk.inbound.acknowledged(ack(kiosk, 2)) is Judgement.ADVANCE
    assert kiosk.inbound.acknowledged(ack(kiosk, 2)) is Judgement.SAME
    assert kiosk.hwm == 2
    assert kiosk.heard == [RequestsChanged(), SyncChanged()]


def test_one_that_no_key_of_the_centre_signed_says_nothing(kiosk: Kiosk) -> None:
    kiosk.sell()
    for wire in (ack(kiosk, 1, signer=STRANGER), ack(kiosk, 1, signer=FEED), b"", ack(kiosk, 1)[:-1], b"<html>"):
        with pytest.raises(Forged):
            kiosk.inbound.acknowledged(wire)
    assert (kiosk.hwm, alarm(kiosk)) == (0, "forged_ack 0")
    assert kiosk.inbound.ignored["forged_ack"] == 5


@pytest.mark.parametrize("changed", [{"device": uuid.UUID(int=5).bytes}, {"epoch": 0}, {"epoch": 2}])
def test_one_of_another_device_or_epoch_is_ignored_with_an_alarm(kiosk: Kiosk, changed: dict[str, Any]) -> None:
    kiosk.sell()
    assert kiosk.inbound.acknowledged(ack(kiosk, 1, **changed)) is Judgement.NOT_MINE
    assert (kiosk.hwm, alarm(kiosk)) == (0, "not_mine 1")
    assert QUARANTINE.kept(kiosk.store, 1) is None


def test_one_beyond_my_last_entry_stops_everything(kiosk: Kiosk) -> None:
    kiosk.sell()
    assert kiosk.inbound.acknowledged(ack(kiosk, 9)) is Judgement.AHEAD_OF_ME
    assert kiosk.hwm == 0
    assert QUARANTINE.kept(kiosk.store, 1) == "ahead_of_me 9"
    assert QUARANTINE.kept(kiosk.store, 2) is None
    assert SyncChanged() in kiosk.heard


def test_one_with_another_history_stops_everything_and_the_first_reason_stays(kiosk: Kiosk) -> None:
    kiosk.sell()
    assert kiosk.inbound.acknowledged(ack(kiosk, 1, entry_hash=bytes(32))) is Judgement.OTHER_HISTORY
    kiosk.inbound.acknowledged(ack(kiosk, 9))
    assert QUARANTINE.kept(kiosk.store, 1) == "other_history 1"


def test_an_old_one_played_again_is_ignored_with_an_alarm(kiosk: Kiosk) -> None:
    kiosk.sell(2)
    kiosk.inbound.acknowledged(ack(kiosk, 2, at=LATER))
    assert kiosk.inbound.acknowledged(ack(kiosk, 1, at=LATER - 1)) is Judgement.REPLAYED
    assert (kiosk.hwm, alarm(kiosk), kiosk.inbound.ignored["replayed"]) == (2, "replayed 1", 1)


def test_a_restored_centre_gets_everything_again_and_an_alarm_is_raised(kiosk: Kiosk) -> None:
    kiosk.sell(2)
    kiosk.inbound.acknowledged(ack(kiosk, 2))
    assert kiosk.inbound.acknowledged(ack(kiosk, 0, at=LATER + 1)) is Judgement.CENTRE_RESTORED
    assert (kiosk.hwm, alarm(kiosk)) == (0, "centre_restored 0")


# ---- verdicts ------------------------------------------------------------------------------------------------


def verdict(code: str, signer: SeedSigner = FEED, **more: Any) -> bytes:
    return sealed(trust.VERDICT, mine(code=code, seq=7, entry_hash="") | more, signer)


@pytest.mark.parametrize(
    "forged",
    [
        verdict("suspended", STRANGER),
        verdict("suspended", request_nonce="other"),
        verdict("suspended", device=str(uuid.UUID(int=1))),
        verdict("suspended", epoch=2),
        verdict("suspended", seq="x"),
        sealed(trust.LEASE, mine(code="suspended", seq=0)),
        b"{}",
        b'{"code":"suspended"}',
        sealed(trust.VERDICT, mine()),
    ],
)
def test_a_forged_verdict_locks_nothing(kiosk: Kiosk, forged: bytes) -> None:
    assert kiosk.inbound.verdict(forged, NONCE) is None
    assert ORDER.kept(kiosk.store, 1) is None
    assert kiosk.inbound.ignored["verdict"] == 1


@pytest.mark.parametrize("code", ["suspended", "revoked"])
def test_a_signed_order_locks(kiosk: Kiosk, code: str) -> None:
    for _ in range(2):
        found = kiosk.inbound.verdict(verdict(code), NONCE)
        assert found is not None
        assert (found.code, found.seq, found.server_ms, found.epoch) == (code, 7, LATER, 1)
    assert ORDER.kept(kiosk.store, 1) == code
    assert ORDER.kept(kiosk.store, 2) is None
    assert kiosk.heard == [SyncChanged()]


def test_equivocation_quarantines(kiosk: Kiosk) -> None:
    kiosk.inbound.verdict(verdict("equivocation"), NONCE)
    assert QUARANTINE.kept(kiosk.store, 1) == "equivocation 7"


def test_a_structural_fault_keeps_what_came_before_it(kiosk: Kiosk) -> None:
    kiosk.sell(3)
    accepted = base64.b64encode(ack(kiosk, 2)).decode()
    kiosk.inbound.verdict(verdict("structural", ack=accepted), NONCE)
    assert (kiosk.hwm, QUARANTINE.kept(kiosk.store, 1)) == (2, "structural 7")


@pytest.mark.parametrize("bad", [None, "!", base64.b64encode(bytes(140)).decode()])
def test_a_structural_verdict_without_a_good_acknowledgement_still_quarantines(kiosk: Kiosk, bad: object) -> None:
    kiosk.inbound.verdict(verdict("structural", ack=bad), NONCE)
    assert (kiosk.hwm, kiosk.inbound.ignored["structural_ack"]) == (0, 1)
    assert QUARANTINE.kept(kiosk.store, 1) == "structural 7"


@pytest.mark.parametrize("code", ["clock_skew", "upgrade", "something_new"])
def test_other_verdicts_are_only_told(kiosk: Kiosk, code: str) -> None:
    found = kiosk.inbound.verdict(verdict(code), NONCE)
    assert found is not None
    assert (found.code, found.seq, found.server_ms, found.epoch) == (code, 7, LATER, 1)
    assert (ORDER.kept(kiosk.store, 1), QUARANTINE.kept(kiosk.store, 1)) == (
        None,
        None,
    )


@pytest.mark.parametrize("code", ["suspended", "revoked"])
def test_who_may_not_take_money_is_told_why(kiosk: Kiosk, code: str) -> None:
    facts.refuse_stopped(kiosk.store.facts(), 1)
    kiosk.inbound.verdict(verdict(code), NONCE)
    with pytest.raises(Refused, match=f"line_{code}"):
        facts.refuse_stopped(kiosk.store.facts(), 1)
    kiosk.inbound.verdict(verdict("equivocation"), NONCE)
    with pytest.raises(Refused, match="line_quarantined"):
        facts.refuse_stopped(kiosk.store.facts(), 1)
    facts.refuse_stopped(kiosk.store.facts(), 2)


# ---- the lease -----------------------------------------------------------------------------------------------


def lease(held: bytes | None = None, **more: Any) -> bytes:
    """With the acknowledgement of an empty journal, unless one is given."""
    genesis = kj01.genesis(statement())
    held = held or acknowledgement.sign(Ack(DEVICE.bytes, 1, 0, genesis, LATER), ACK)
    proof = {"ack": base64.b64encode(held).decode()}
    return sealed(trust.LEASE, mine(lease_until_ms=LATER + 5, durable_hwm=3, **proof) | more)


def test_a_lease_is_kept_with_the_durable_mark_and_the_floor(kiosk: Kiosk) -> None:
    assert kiosk.inbound.lease(lease(), NONCE) == LATER
    kept = [fact.kept(kiosk.store) for fact in (LEASE_UNTIL_MS, DURABLE_HWM, FLOOR_MS)]
    assert kept == [LATER + 5, 3, LATER]


def test_the_floor_never_sinks(kiosk: Kiosk) -> None:
    kiosk.inbound.lease(lease(), NONCE)
    kiosk.inbound.lease(lease(server_ms=LATER - 9), NONCE)
    assert FLOOR_MS.kept(kiosk.store) == LATER


def test_a_lease_ends_a_suspension_but_no_revocation(kiosk: Kiosk) -> None:
    kiosk.inbound.verdict(verdict("suspended"), NONCE)
    kiosk.inbound.lease(lease(), NONCE)
    assert ORDER.kept(kiosk.store, 1) is None
    kiosk.inbound.verdict(verdict("revoked"), NONCE)
    kiosk.inbound.lease(lease(), NONCE)
    assert ORDER.kept(kiosk.store, 1) == "revoked"


@pytest.mark.parametrize(
    "bad",
    [
        lease(request_nonce="old"), lease(lease_until_ms=-1), lease(durable_hwm=True), sealed(trust.LEASE, mine()),
        lease(ack=base64.b64encode(bytes(140)).decode()), lease(ack="ä"), lease(ack=7),
        sealed(trust.LEASE, mine(lease_until_ms=LATER + 5, durable_hwm=3)),
    ],
)  # fmt: skip
def test_a_strange_lease_is_refused(kiosk: Kiosk, bad: bytes) -> None:
    with pytest.raises(Forged):
        kiosk.inbound.lease(bad, NONCE)
    assert LEASE_UNTIL_MS.kept(kiosk.store) is None


def test_a_lease_proves_what_the_centre_holds(kiosk: Kiosk) -> None:
    kiosk.sell(3)
    kiosk.inbound.lease(lease(ack(kiosk, 3, at=LATER)), NONCE)
    assert kiosk.hwm == 3
    kiosk.inbound.lease(lease(ack(kiosk, 1, at=LATER - 1)), NONCE)
    assert (kiosk.hwm, alarm(kiosk)) == (3, "replayed 1")
    kiosk.inbound.lease(lease(ack(kiosk, 1, at=LATER + 1)), NONCE)
    assert (kiosk.hwm, alarm(kiosk)) == (1, "centre_restored 1")


def test_a_carried_lease_that_is_older_than_what_the_line_brought_proves_nothing(kiosk: Kiosk) -> None:
    kiosk.sell(2)
    kiosk.inbound.acknowledged(ack(kiosk, 2, at=LATER + 2))
    kiosk.inbound.lease(lease(ack(kiosk, 1, at=LATER + 1)), NONCE, by_stick=True)
    assert (kiosk.hwm, alarm(kiosk), kiosk.inbound.ignored) == (2, "", {})


# ---- the feed ------------------------------------------------------------------------------------------------


def decisions(kiosk: Kiosk) -> dict[tuple[int, int], Any]:
    return kiosk.store._s.decisions


def test_a_decision_arrives_with_its_reason(kiosk: Kiosk) -> None:
    kiosk.sell()
    assert kiosk.inbound.page(page(decision(kiosk)), NONCE) == AppliedPage(more=False, server_ms=LATER)
    found = decisions(kiosk)[1, 1]
    assert (found.status, found.reason_ar, found.reason_en) == ("rejected", "سبب", "why")
    assert kiosk.heard == [RequestsChanged(("id-1",)), SyncChanged()]
    assert CATALOGUE_SEEN_MS.kept(kiosk.store) == LATER


def test_a_decision_without_a_reason_is_taken(kiosk: Kiosk) -> None:
    kiosk.sell()
    kiosk.inbound.page(page(decision(kiosk, reason=None, code=None)), NONCE)
    assert decisions(kiosk)[1, 1].reason_ar == ""


def test_a_word_of_a_later_centre_is_kept_and_raises_no_alarm(kiosk: Kiosk) -> None:
    kiosk.sell()
    kiosk.inbound.page(page(decision(kiosk, status="collected")), NONCE)
    assert alarm(kiosk) == ""
    kept = decisions(kiosk)[1, 1]
    assert (kept.status, kept.code) == ("unknown", "collected")
    assert all(say(language, f"state.{kept.status}") for language in LANGUAGES)


@pytest.mark.parametrize(
    "more", [{"entry_hash": "00" * 32}, {"seq": 9}, {"status": 7}, {"at_ms": None}, {"reason": "text"}]
)
def test_a_decision_that_fits_nothing_is_left_out_with_an_alarm(kiosk: Kiosk, more: dict[str, Any]) -> None:
    kiosk.sell(2)
    kiosk.inbound.page(page(decision(kiosk, 1) | more, decision(kiosk, 2)), NONCE)
    assert list(decisions(kiosk)) == [(1, 2)]
    assert kiosk.store.cursor() == 2
    assert alarm(kiosk) != ""


def progress(kiosk: Kiosk, seq: int = 1, **more: Any) -> dict[str, Any]:
    said = decision(kiosk, seq) | {"kind": "progress", "state": "ready", "at_ms": 9}
    return {name: value for name, value in said.items() if name not in ("status", "code", "reason")} | more


def test_what_can_be_collected_is_known_and_its_citizen_to_be_told_again(kiosk: Kiosk) -> None:
    kiosk.sell()
    kiosk.inbound.page(page(decision(kiosk, status="approved")), NONCE)
    kiosk.store.commit([], [CitizenInformed(1, 1)])
    kiosk.inbound.page(page(progress(kiosk), after=1, following=2), NONCE)
    assert (kiosk.store._s.ready, kiosk.store._s.told, alarm(kiosk)) == ({(1, 1): 9}, set(), "")
    assert RequestsChanged(("id-1",)) in kiosk.heard


@pytest.mark.parametrize(("more", "alarmed"), [({"state": "boiled"}, False), ({"entry_hash": "00" * 32}, True)])
def test_progress_that_is_of_a_later_centre_or_fits_nothing_changes_nothing(
    kiosk: Kiosk, more: dict[str, Any], alarmed: bool
) -> None:
    kiosk.sell()
    kiosk.inbound.page(page(decision(kiosk, status="approved"), progress(kiosk, **more)), NONCE)
    assert (kiosk.store._s.ready, kiosk.store.cursor(), alarm(kiosk) != "") == ({}, 2, alarmed)


def test_documents_are_applied_in_one_commit_with_the_cursor(kiosk: Kiosk) -> None:
    items = [
        document("settings", settings(2)), document("operators", operators(3)),
        document("catalogue", catalogue(4), CATALOGUE),
    ]  # fmt: skip
    kiosk.inbound.page(page(*items), NONCE)
    force = kiosk.in_force
    assert (force.settings().version, force.operators(), force.catalogue().version) == (2, {}, 4)
    assert [e.kind for e in kiosk.heard if isinstance(e, DocumentsChanged)] == ["settings", "operators", "catalogue"]
    bodies = [kj01.read_body(item.record.body) for item in kiosk.store.journal.export(1)]
    assert [(body["kind"], body["version"]) for body in bodies] == [("settings", 2), ("operators", 3), ("catalogue", 4)]


def test_a_document_may_be_longer_than_any_string_and_nothing_else_may(kiosk: Kiosk) -> None:
    long = "ا" * 10_000
    telephones = {f"t{n}": long[:4_000] for n in range(8)}
    notice = {"kind": "notice", "text": {"ar": long, "en": "x"}, "at_ms": 3}
    kiosk.inbound.page(page(document("settings", settings(2, more=telephones)), notice), NONCE)
    assert kiosk.in_force.settings().version == 2
    assert (kiosk.store.fact("notices"), alarm(kiosk)) == (None, "bad_json 0")


@pytest.mark.parametrize("payload", [b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_signed_nonsense_is_no_page(kiosk: Kiosk, payload: bytes) -> None:
    with pytest.raises(Forged):
        kiosk.inbound.page(trust.seal(trust.FEED, payload, FEED), NONCE)


def test_nothing_of_a_page_is_kept_when_the_commit_fails(kiosk: Kiosk) -> None:
    kiosk.store.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable):
        kiosk.inbound.page(page(document("settings", settings(2))), NONCE)
    assert (kiosk.store.cursor(), kiosk.store.document("settings"), kiosk.store.journal.tail().chain.seq) == (
        0,
        None,
        0,
    )


@pytest.mark.parametrize(
    "bad",
    [
        document("settings", settings(2), STRANGER),
        document("catalogue", catalogue(2), FEED),
        document("settings", {"v": 1, "version": 2}),
        document("settings", settings(0)),
        document("settings", settings() | {"version": "2"}),
        document("catalogue", {**catalogue(2), "services": 5}, CATALOGUE),
        {"kind": "keyset", "document": envelope(trust.KEYSET, keyset(2).members(), STRANGER)},
        {"kind": "settings"},
        {"kind": "settings", "document": 5},
        {"no": "kind"},
        "text",
        {"kind": "notice", "text": "x"},
        order("suspended", STRANGER),
        order("suspended", device=uuid.UUID(int=1)),
        order("revoked"),
    ],
)
def test_a_bad_item_is_left_out_and_the_rest_applies(kiosk: Kiosk, bad: Any) -> None:
    kiosk.inbound.page(page(bad, document("operators", operators(1))), NONCE)
    assert kiosk.in_force.operators() == {}
    assert alarm(kiosk) != ""
    assert kiosk.store.document("settings") is None
    assert kiosk.store.document("keyset") is None
    assert ORDER.kept(kiosk.store, 1) is None
    assert kiosk.store.cursor() == 2


def test_an_older_document_never_comes_back(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(document("settings", settings(5)), document("settings", settings(4))), NONCE)
    kiosk.inbound.page(page(document("settings", settings(3)), after=2, following=3), NONCE)
    assert kiosk.in_force.settings().version == 5
    assert kiosk.store.journal.tail().chain.seq == 1


def test_the_same_document_again_is_no_news(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(document("settings", settings(5))), NONCE)
    kiosk.inbound.page(page(document("settings", settings(5)), after=1, following=2), NONCE)
    assert kiosk.store.journal.tail().chain.seq == 1


def test_a_new_keyset_rules_over_what_follows_it(kiosk: Kiosk) -> None:
    new = json.loads(keyset_envelope(2, feed=(STRANGER.public,)))
    items = [
        {"kind": "keyset", "document": new}, document("settings", settings(2), STRANGER),
        document("operators", operators(2), FEED),
    ]  # fmt: skip
    kiosk.inbound.page(page(*items), NONCE)
    assert kiosk.in_force.keyset().version == 2
    assert kiosk.in_force.settings().version == 2
    assert kiosk.store.document("operators") is None


def test_a_counter_that_slept_through_two_rotations_believes_the_root(kiosk: Kiosk) -> None:
    new = json.loads(keyset_envelope(3, feed=(STRANGER.public,), ack=(STRANGER.public,)))
    other = {"kind": "keyset", "document": envelope(trust.KEYSET, keyset(9).members(), STRANGER)}
    members = mine(after=0, next=3, more=False, items=[other, {"kind": "keyset", "document": new}, order("suspended")])
    assert kiosk.inbound.page(sealed(trust.FEED, members, STRANGER), NONCE).more is False
    assert (kiosk.in_force.keyset().version, kiosk.store.cursor()) == (3, 3)
    assert ORDER.kept(kiosk.store, 1) is None  # signed by a key that is none any more


def test_a_page_of_nobody_brings_no_keyset_but_the_roots_own(kiosk: Kiosk) -> None:
    for document in (envelope(trust.KEYSET, keyset(9).members(), STRANGER), json.loads(keyset_envelope(1)), 5):
        members = mine(after=0, next=1, more=False, items=[{"kind": "keyset", "document": document}])
        with pytest.raises(Forged):
            kiosk.inbound.page(sealed(trust.FEED, members, STRANGER), NONCE)
    assert kiosk.store.journal.tail().chain.seq == 0


def test_an_older_keyset_is_refused(kiosk: Kiosk) -> None:
    for after, version in enumerate((3, 2)):
        item = {"kind": "keyset", "document": json.loads(keyset_envelope(version))}
        kiosk.inbound.page(page(item, after=after, following=after + 1), NONCE)
    assert kiosk.in_force.keyset().version == 3


def test_the_float_of_the_feed_is_kept_with_the_sum_it_counts(kiosk: Kiosk) -> None:
    item = {"kind": "float", "balance_pt": 90_000, "warn_pt": 20_000, "epoch": 1, "seq": 1, "at_ms": 3}
    kiosk.inbound.page(page(item), NONCE)
    kept = offline_limits.FLOAT.kept(kiosk.store)
    assert kept is not None
    assert (kept.balance_pt, kept.warn_pt, kept.base_pt) == (90_000, 20_000, kiosk.store.journal.sum_at(1))


def test_a_float_that_was_paid_in_by_mistake_is_gone_again(kiosk: Kiosk) -> None:
    item = {"kind": "float", "balance_pt": 90_000, "warn_pt": 20_000, "epoch": 1, "seq": 1, "at_ms": 3}
    kiosk.inbound.page(page(item), NONCE)
    kiosk.inbound.page(page({"kind": "float", "none": True, "at_ms": 4}, after=1, following=2), NONCE)
    assert offline_limits.FLOAT.kept(kiosk.store) is None
    assert offline_limits.refunded(kiosk.store, 500) == []
    assert alarm(kiosk) == ""
    kiosk.inbound.page(page(item, after=2, following=3), NONCE)
    assert offline_limits.FLOAT.kept(kiosk.store) is not None


def test_a_refund_beside_the_page_of_a_float_is_not_undone_by_it(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    item = {"kind": "float", "balance_pt": 90_000, "warn_pt": 20_000, "epoch": 1, "seq": 1, "at_ms": 3}
    kiosk.inbound.page(page(item), NONCE)
    refund = Writing(Unknown(EntryType.REFUND, {"total_pt": 500}), money_pt=-500)
    paying = threading.Thread(
        target=lambda: kiosk.journal.write([refund], lambda _records: offline_limits.refunded(kiosk.store, 500))
    )
    telling = offline_limits.put_balance

    def put_balance(*args: Any) -> PutFact:
        found = telling(*args)
        paying.start()
        paying.join(0.3)
        return found

    monkeypatch.setattr(offline_limits, "put_balance", put_balance)
    kiosk.inbound.page(page(item, after=1, following=2), NONCE)
    paying.join()
    kept = offline_limits.FLOAT.kept(kiosk.store)
    assert kept is not None
    assert kept.left_pt(kiosk.store.journal.tail()) == 90_000, "a refund gives the float nothing back"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"balance_pt": "9"}, "bad_json"), ({"balance_pt": True}, "bad_json"), ({"warn_pt": -1}, "item_form"),
        ({"seq": None}, "item_form"), ({"balance_pt": None}, "bad_json"),
    ],
)  # fmt: skip
def test_a_float_that_is_none_is_left_out_with_an_alarm(kiosk: Kiosk, broken: dict[str, Any], why: str) -> None:
    item = {"kind": "float", "balance_pt": 1, "warn_pt": 0, "epoch": 1, "seq": 0, "at_ms": 3} | broken
    kiosk.inbound.page(page(item), NONCE)
    assert (kiosk.store.fact("float"), alarm(kiosk)) == (None, f"{why} 0")


def test_a_float_that_says_no_balance_is_left_out_with_an_alarm(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page({"kind": "float", "warn_pt": 0, "epoch": 1, "seq": 0, "at_ms": 3}), NONCE)
    assert (kiosk.store.fact("float"), alarm(kiosk)) == (None, "item_form 0")


def board(kiosk: Kiosk) -> centre_notices.Notices:
    return centre_notices.Notices(kiosk.store, kiosk.journal)


def test_orders_and_notices_of_the_feed(kiosk: Kiosk) -> None:
    notice = {"kind": "notice", "text": {"ar": "خبر", "en": "News"}, "at_ms": 3}
    kiosk.inbound.page(page(order("suspended"), notice, {"kind": "weather", "of": "a later version"}), NONCE)
    assert ORDER.kept(kiosk.store, 1) == "suspended"
    assert [one.text.ar for one in board(kiosk).unread()] == ["خبر"]
    assert alarm(kiosk) == ""
    kiosk.inbound.page(page(order("resumed"), after=3, following=4), NONCE)
    assert ORDER.kept(kiosk.store, 1) is None


def test_a_page_that_tells_what_led_to_the_lease_does_not_lock_again(kiosk: Kiosk) -> None:
    """Suspended, let go on, heartbeat, and only then the feed; with an erasure there is no such thing as too old."""
    kiosk.inbound.lease(lease(), NONCE)
    before = [order("suspended", at_ms=LATER - 20), order("resumed", at_ms=LATER - 10)]
    kiosk.inbound.page(page(*before), NONCE)
    assert ORDER.kept(kiosk.store, 1) is None
    kiosk.inbound.page(page(order("suspended", at_ms=LATER), after=2, following=3), NONCE)
    assert ORDER.kept(kiosk.store, 1) == "suspended"
    kiosk.inbound.page(page(order("erase", at_ms=LATER - 20), after=3, following=4), NONCE)
    assert ORDER.kept(kiosk.store, 1) == "erase"


def test_more_is_believed_only_when_it_leads_on(kiosk: Kiosk) -> None:
    assert kiosk.inbound.page(page(more=True), NONCE).more is False
    assert CATALOGUE_SEEN_MS.kept(kiosk.store) is None
    assert kiosk.inbound.page(page(following=3, more=True), NONCE).more is True


@pytest.mark.parametrize(
    "bad",
    [
        page(after=1), page(after=0, following=-1), page(request_nonce="x"), page(epoch=2), page(items=None),
        page(device="x"),
        b'{"payload": "W10="}', b'{"payload": 5}', b'{"payload": "e30="}',
        page(after=None), sealed(trust.FEED, mine()), sealed(trust.LEASE, mine()), b"<html>",
    ],
)  # fmt: skip
def test_a_page_that_is_not_mine_or_not_next_is_refused(kiosk: Kiosk, bad: bytes) -> None:
    with pytest.raises(Forged):
        kiosk.inbound.page(bad, NONCE)
    assert kiosk.store.cursor() == 0


def test_a_page_that_goes_back_is_refused(kiosk: Kiosk) -> None:
    kiosk.inbound.page(page(following=4), NONCE)
    with pytest.raises(Forged):
        kiosk.inbound.page(page(after=4, following=3), NONCE)


def test_a_keyset_needs_an_enrolment(kiosk: Kiosk) -> None:
    class Held(DocumentsInForce):
        @override
        def keyset(self) -> trust.Keyset:
            return keyset()

    with pytest.raises(Refused, match="not_enrolled"):
        PageReading(FakeStore(), Held(FakeStore(), kiosk.events)).apply_document("keyset", keyset_envelope(2))


def test_the_party_of_these_tests_is_consistent() -> None:
    assert trust.open_keyset(keyset_envelope(), ROOT.public, keyset_root()) == keyset()


def keyset_root() -> bytes:
    return bytes.fromhex(json.loads(statement())["root_fp"])


def test_notices_of_one_page_and_of_several_stay_until_they_are_read(kiosk: Kiosk) -> None:
    def told(n: int) -> dict[str, object]:
        return {"kind": "notice", "text": {"ar": f"خبر {n}", "en": "News"}, "at_ms": n}

    kiosk.inbound.page(page(*(told(n) for n in range(1, 9))), NONCE)
    assert [one.at_ms for one in board(kiosk).unread()] == list(range(8, 0, -1))
    kiosk.store.commit([], [PutFact(centre_notices.READ_MS.name, b"8")])
    assert board(kiosk).unread() == []
    cursor = kiosk.store.cursor()
    kiosk.inbound.page(page(*(told(n) for n in range(7, 15)), after=cursor), NONCE)
    assert [one.at_ms for one in board(kiosk).unread()] == list(range(14, 8, -1))
    assert len(board(kiosk).kept()) == centre_notices.KEPT

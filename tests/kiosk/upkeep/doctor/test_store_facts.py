"""What the store does not say, or says oddly, is nobody's fault."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.model.day_book import count_sum
from kiosk.model.facts import UPDATE, read_object
from kiosk.model.store_changes import PutDocument
from kiosk.staff.centre_approvals import Approver
from kiosk.upkeep.doctor import check_runner, work_checks
from kiosk.upkeep.doctor.check_result import Finding
from protocol.clock import DAY_MS, HOUR_MS
from protocol.doctor import Severity
from protocol.documents.trust import NO_UPDATES
from tests.harness.fakes.fake_doctor import FakeComputer
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.shop import KEYSET, OPERATOR, PIN, Shop, enrolment, keyset_envelope
from tests.kiosk.upkeep.doctor.doctor_bench import Bench
from tests.kiosk.upkeep.doctor.test_machine_faults import limits


def reasons(computer: FakeComputer) -> dict[int, str]:
    results = check_runner.run_here(check_runner.CHECKS, computer.probes())
    assert [one for one in results if one.state == "crashed"] == []
    return {one.check.number: one.reason for one in results if one.state == "skipped"}


def test_an_enrolled_counter_that_has_heard_nothing_yet() -> None:
    store = FakeStore()
    store.put_enrolment(enrolment())
    found = reasons(FakeComputer(FakeClock(), store))
    assert {found[27], found[28], found[30]} == {"no_lease", "not_kept", "no_people"}
    assert {found[31], found[32], found[34]} == {"no_settings"}
    assert (found[37], found[40]) == ("not_tried", "no_updates")


def test_an_update_that_has_nothing_to_say(bench: Bench) -> None:
    bench.keep(update=b'{"phase": "WAITING", "since_ms": 1795600700000, "metadata_ms": 1795600700000}')
    assert {n: result.text for n, result in bench.found(40).items()} == {}


def test_a_counter_that_never_heard_of_updates_has_a_month_for_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built with another root, say: every word of the centre is forged to it."""
    named = replace(KEYSET, version=2, update_root_sha256="ab" * 32)
    bench.commit(PutDocument("keyset", 2, keyset_envelope(named)))
    bench.keep(update=b'{"phase": "IDLE", "metadata_ms": 0, "trouble": "update_forged"}')
    monkeypatch.setattr(work_checks, "_begun_ms", lambda _store: bench.clock.wall - 30 * DAY_MS)
    assert bench.found(40) == {}
    monkeypatch.setattr(work_checks, "_begun_ms", lambda _store: bench.clock.wall - 31 * DAY_MS)
    assert {n: (result.text, result.words("en")[0]) for n, result in bench.found(40).items()} == {
        40: ("update_stale", "Nothing has been heard of updates for \u206631\u2069 days.")
    }


def test_where_the_centre_publishes_no_updates_no_word_of_them_is_missed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEYSET.update_root_sha256 == NO_UPDATES
    bench.keep(update=b'{"phase": "IDLE", "metadata_ms": 0, "trouble": "update_none"}')
    monkeypatch.setattr(work_checks, "_begun_ms", lambda _store: bench.clock.wall - 300 * DAY_MS)
    assert bench.found(40) == {}


def test_unsent_money_is_told_in_percent_of_the_cap_and_not_of_its_warning(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.opened() as opened:
        unsent_pt = opened.store.journal.tail().sum_pt - opened.store.journal.tail().acked_sum_pt
    limits(money_hard_pt=unsent_pt * 100 // 85)(bench, monkeypatch)
    (found,) = bench.found(32).values()
    assert found.found is not None
    assert found.found.values["percent"] == 85


def test_unsent_money_that_has_come_to_its_cap_stops_the_shop_and_one_piastre_less_does_not(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counter sells nothing that would pass the cap, so what is unsent can reach it and never be more."""
    with bench.opened() as opened:
        unsent_pt = opened.store.journal.tail().sum_pt - opened.store.journal.tail().acked_sum_pt
    limits(money_hard_pt=unsent_pt + 1)(bench, monkeypatch)
    assert [(one.severity, one.values["percent"]) for one in told(bench)] == [(Severity.WARN, 99)]
    limits(version=3, money_hard_pt=unsent_pt)(bench, monkeypatch)
    assert [(one.severity, one.values["percent"]) for one in told(bench)] == [(Severity.STOP, 100)]


def test_unsent_money_is_told_in_percent_of_the_cap_that_the_centre_has_lent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.opened() as opened:
        unsent_pt = opened.store.journal.tail().sum_pt - opened.store.journal.tail().acked_sum_pt
    limits(money_hard_pt=unsent_pt, money_soft_percent=50)(bench, monkeypatch)
    bench.keep(extended_until_ms=str(bench.clock.wall + 1).encode())
    assert [(one.severity, one.values["percent"]) for one in told(bench)] == [(Severity.WARN, 80)]


def told(bench: Bench) -> list[Finding]:
    return [one.found for one in bench.found(32).values() if one.found is not None]


@pytest.mark.parametrize("value", [None, b"{", b"[1]", b"\xff"])
def test_a_fact_that_is_no_object_is_an_empty_one(value: bytes | None) -> None:
    assert read_object({} if value is None else {UPDATE.name: value}, UPDATE) == {}


def test_a_keyset_that_does_not_open_opens_no_backup(bench: Bench) -> None:
    with bench.opened() as opened:
        from kiosk.model.store_changes import PutDocument

        opened.store.commit([], [PutDocument("keyset", 9, b'{"payloadType": "x", "payload": "", "signatures": []}')])
    assert 18 in bench.found(18)


def test_before_enrolment_there_is_no_age_of_a_backup(bench: Bench) -> None:
    from kiosk.upkeep.doctor.check_result import Unknown
    from kiosk.upkeep.doctor.work_checks import backup

    computer = FakeComputer(FakeClock(), FakeStore())
    with pytest.raises(Unknown, match="not_enrolled"):
        backup(computer.probes())
    del bench


def test_a_day_is_open_for_too_long_after_36_hours_and_closed_for_none() -> None:
    shop = Shop(FakeStore()).ready()
    computer = FakeComputer(shop.clock, shop.store)

    def told() -> list[str]:
        results = check_runner.run_here(check_runner.CHECKS, computer.probes())
        return [one.words("en")[0] for one in results if one.check.id == "day_open" and one.state == "found"]

    shop.clock.pass_ms(36 * HOUR_MS)
    assert told() == []
    shop.clock.pass_ms(1)
    assert told() == ["The day has been open for \u206636\u2069 hours."]
    shop.counter.people.sign_in(OPERATOR, PIN)
    shop.counter.closing.close(count_sum(10_000), "", Approver(waits=True))
    assert told() == []

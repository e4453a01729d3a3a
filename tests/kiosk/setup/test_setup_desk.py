"""What each step finds, and what the report says of it: the domain alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.store_changes import PutFact
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup import acceptance_report, sample_citizen
from kiosk.setup.acceptance_report import PracticeResult
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_host import EARLIEST_MS, LATEST_MS, Ground, judge_clock, judge_ground, zone_text
from kiosk.setup.setup_steps import STEPS, SetupNotebook, SetupProgress, due
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol.clock import show_time
from protocol.documents.trust import Forged
from protocol.errors import Refused, Unavailable
from protocol.keys import SeedSigner
from protocol.texts import Bilingual, Language, both
from protocol.wire.acceptance import read_report, report_fingerprint, sign_report
from storage.disk.folder_check import examine
from tests.harness import shop
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.setup_host import Host, desk
from tests.harness.shop import DEVICE_SEED, Shop

NOW = 1_795_600_000_000
TODAY = date(2026, 11, 25)


# ---- the machine


def test_a_machine_in_cairo_on_a_day_that_can_be_is_right_winter_and_summer() -> None:
    assert judge_clock(NOW, 120) == {"zone": "+02:00"}
    assert judge_clock(NOW + 200 * 86_400_000, 180) == {"zone": "+03:00"}


@pytest.mark.parametrize("wall_ms", [1_430_000_000_000, EARLIEST_MS - 1, LATEST_MS + 1])
def test_a_date_that_cannot_be_is_refused(wall_ms: int) -> None:
    with pytest.raises(Refused, match="setup_clock_old"):
        judge_clock(wall_ms, 120)


def test_another_zone_is_named() -> None:
    with pytest.raises(Refused, match="setup_zone"):
        judge_clock(NOW, -330)
    assert zone_text(-330) == "-05:30"


def test_a_folder_without_room_is_refused_and_a_slow_disk_is_noted() -> None:
    with pytest.raises(Unavailable, match="setup_space"):
        judge_ground(Ground(2_047, 1))
    assert judge_ground(Ground(2_048, 2_001))["slow"] is True


def test_a_folder_is_made_and_written_to_wherever_it_lies(tmp_path: Path) -> None:
    found = examine(tmp_path / "بيانات المنفذ" / "a b")
    assert found.free_mb > 0
    assert list((tmp_path / "بيانات المنفذ" / "a b").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.disk.data_folder.os.fsync", full)
    with pytest.raises(Unavailable, match="folder_unusable"):
        examine(tmp_path)


# ---- the made-up citizen


def test_a_service_is_found_that_needs_no_line_and_no_picture() -> None:
    counter = Shop(FakeStore()).ready().counter
    service, raw = sample_citizen.find(counter.desk, TODAY)
    checked = counter.desk.check(service, raw)
    assert checked.faults == []
    assert all(paper.how != "capture" for paper in counter.desk.read(service, checked.values).papers)


def test_without_a_service_there_is_nothing_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Shop(FakeStore()).ready().counter
    monkeypatch.setattr(counter.desk, "services", list)
    with pytest.raises(Refused, match="setup_no_service"):
        sample_citizen.find(counter.desk, TODAY)


def test_a_price_that_nobody_knows_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Shop(FakeStore()).ready().counter

    def unknown(*_: Any) -> None:
        raise Refused("fee_unknown")

    monkeypatch.setattr(counter.desk, "quote", unknown)
    with pytest.raises(Refused, match="setup_no_service"):
        sample_citizen.find(counter.desk, TODAY)


def test_where_nothing_fits_the_first_is_typed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = Shop(FakeStore()).ready().counter
    monkeypatch.setattr(sample_citizen, "_TYPED", dict.fromkeys(sample_citizen._TYPED, ("؟",)))
    service = counter.desk.service("birth-cert")
    assert "؟" in next(iter(sample_citizen._ways(counter.desk, service, TODAY))).values()


def test_nobody_has_the_numbers_that_are_made_up() -> None:
    assert sample_citizen.national_id(1).startswith("2000101")


# ---- the trial


def test_a_receipt_that_never_comes_out_is_not_waited_for_for_ever() -> None:
    made = Shop(FakeStore())
    made.counter.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)

    class RunningClock:
        """It runs with each look."""

        boot_id = bytes(8)
        at = 0

        def mono_ms(self) -> int:
            self.at += 400
            return self.at

        def wall_ms(self) -> int:
            return NOW

    assert acceptance_report.run(made.counter, RunningClock(), TODAY, 1.0).paper == "waiting"


def test_a_paper_that_is_gone_is_no_paper() -> None:
    import threading

    made = Shop(FakeStore())
    assert acceptance_report._await(made.counter, "none", threading.Event(), made.clock, 2**50) == "cancelled"


def test_a_part_that_refuses_is_named() -> None:
    made = Shop(FakeStore()).ready()
    with pytest.raises(Unavailable, match="day_open"):
        acceptance_report.run(made.counter, made.clock, TODAY)


def test_nothing_to_try_is_said_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Shop(FakeStore())
    made.counter.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    monkeypatch.setattr(made.counter.desk, "services", list)
    with pytest.raises(Refused, match="setup_no_service"):
        acceptance_report.run(made.counter, made.clock, TODAY)


# ---- the report

TRIED = PracticeResult("0-000007", "birth-cert", 5, 40, "printed")
BACKED = {"backup": b'{"at_ms":1,"place":"x","entries":7,"verified":true}'}

STOPPED = b'{"findings":[{"n":17,"severity":"stop"},{"n":6,"severity":"warn"},7]}'


def premises() -> acceptance_report.Premises:
    from protocol.wire.enrolment import read_statement

    return acceptance_report.Premises(
        read_statement(shop.statement()), Bilingual("محل", "Shop"), "فني 12", "0.1.0", "", "Linux", None,
        full_screen=False, governorate="Giza", ahead_ms=None,
    )  # fmt: skip


def passed() -> SetupProgress:
    progress = SetupProgress(NOW)
    for step in STEPS[:-1]:
        progress = progress.skipped("لا توجد", NOW) if step == "camera" else progress.passed(NOW)
    return progress


def result(progress: SetupProgress, tried: PracticeResult | None, facts: dict[str, bytes]) -> list[str]:
    said = acceptance_report.members(progress, premises(), tried, facts, NOW)
    assert (said["result"] == "ready") is (said["missing"] == [])
    missing: list[str] = said["missing"]
    return missing


def test_ready_is_what_lacks_nothing_that_counts() -> None:
    assert result(passed(), TRIED, BACKED) == []


@pytest.mark.parametrize(
    ("tried", "facts", "missing"),
    [
        (None, BACKED, ["trial"]),
        (PracticeResult("x", "y", 1, 1, "uncertain"), BACKED, ["trial"]),
        (TRIED, {}, ["backup"]),
        (TRIED, {"backup": b"no json"}, ["backup"]),
        (TRIED, {"backup": b"[]"}, ["backup"]),
        (TRIED, {**BACKED, "doctor": STOPPED}, ["doctor_17"]),
        (TRIED, {**BACKED, "doctor": b'{"findings":7}'}, []),
    ],
)  # fmt: skip
def test_each_lack_is_named(tried: PracticeResult | None, facts: dict[str, bytes], missing: list[str]) -> None:
    assert result(passed(), tried, facts) == missing


def test_a_skipped_or_failed_printer_is_not_ready() -> None:
    skipped = passed().at("printer").skipped("غدًا", NOW)
    failed = passed().at("printer").failed(Unavailable("printer", reason="none"), NOW)
    assert result(skipped, TRIED, BACKED) == result(failed, TRIED, BACKED) == ["printer"]
    said = acceptance_report.members(SetupProgress(NOW), premises(), None, {}, NOW)
    assert {step["state"] for step in said["steps"]} == {"open"}


def test_the_report_says_what_a_technician_is_asked_about() -> None:
    """Area, clock against the centre's, what the keystore does not keep out, and whether the centre opens a backup."""
    from ui.paper.acceptance_report import rows

    def told(**kept: Any) -> dict[str, Any]:
        here = replace(premises(), **{name: kept.pop(name) for name in ("ahead_ms",) if name in kept})
        found = acceptance_report.members(passed(), here, TRIED, {**BACKED, **kept}, NOW)
        return {row.key: row.value for row in rows(found)}

    alone = told()
    assert alone["report.governorate"] == "Giza"
    assert alone["report.ahead"] == both("report.ahead.unknown")
    assert alone["report.weakness"] == both("report.weakness.said")
    assert alone["report.proved"] == both("report.proved.not")
    known = told(ahead_ms=-61_500, backup_proved=str(NOW).encode())
    assert known["report.ahead"] == "-61 s"
    assert known["report.proved"] == show_time(NOW)


def test_a_report_is_its_signers_and_nobody_elses() -> None:
    said = acceptance_report.members(passed(), premises(), TRIED, BACKED, NOW)
    signed = sign_report(said, SeedSigner(DEVICE_SEED))
    assert read_report(signed, SeedSigner(DEVICE_SEED).public) == json.loads(json.dumps(said))
    with pytest.raises(Forged):
        read_report(signed, SeedSigner(bytes(32)).public)
    assert len(report_fingerprint(signed)) == 64


def test_the_page_holds_both_languages_on_one_side(tmp_path: Path, qapp: object) -> None:
    from PySide6.QtGui import QImage, QPainter

    from ui.main.application import make_application
    from ui.paper.acceptance_report import paint, rows, write_report

    make_application([])
    progress = passed().at("clock").failed(Refused("setup_zone", found="x", want="y"), NOW)
    facts = {**BACKED, "doctor": b'{"findings":[{"n":17,"severity":"stop"}]}'}
    for found in (
        acceptance_report.members(progress, premises(), TRIED, facts, NOW),
        acceptance_report.members(passed(), premises(), None, {}, NOW),
    ):
        signed = sign_report(found, SeedSigner(DEVICE_SEED))
        write_report(tmp_path / "تقرير.pdf", found, signed)
        assert (tmp_path / "تقرير.pdf").read_bytes().count(b"/Type /Page\n") == 1
        image = QImage(2480, 3508, QImage.Format.Format_Grayscale8)
        image.fill(255)
        painter = QPainter(image)
        paint(painter, 2480, 3508, found, report_fingerprint(signed))
        painter.end()
        assert len(list(rows(found))) < 30, "they end above the place to sign"
    found = acceptance_report.members(passed(), premises(), None, {}, NOW)
    signed = sign_report(found, SeedSigner(DEVICE_SEED))
    with pytest.raises(OSError, match="gone"):
        write_report(tmp_path / "gone" / "acceptance.pdf", found, signed)


# ---- the desk


def at(host: Host, folder: Path, step: Any) -> SetUpDesk:
    folder.mkdir(exist_ok=True)
    made = desk(host, folder)
    host.enrolment.is_needed = STEPS.index(step) <= STEPS.index("enrolment")
    host.ready = True
    made.keep(made.progress.at(step))
    return made


def test_before_the_folder_is_there_nothing_is_written(tmp_path: Path) -> None:
    made = desk(Host(), tmp_path / "none")
    made.language("en")
    assert not (tmp_path / "none").exists()
    assert made.progress.step == "clock"


def test_once_more_begins_at_the_beginning_in_the_same_language(tmp_path: Path) -> None:
    made = at(Host(), tmp_path, "operator")
    made.keep(made.progress.spoken("en"))
    made.begin_again()
    assert (made.progress.step, made.progress.language, made.progress.results) == ("language", "en", {})


def test_a_printer_that_is_none_prints_nothing(tmp_path: Path) -> None:
    made = at(Host(), tmp_path, "printer")
    with pytest.raises(Refused, match="setup_printer"):
        made.steps.print_test(PrinterChoice("none"))
    assert made.progress.state("printer") == "failed"


def test_whoever_has_a_pin_shows_it_instead_of_a_code(tmp_path: Path) -> None:
    host = Host()
    made = at(host, tmp_path, "operator")
    host.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    host.people.sign_out()
    made.steps.operator(shop.OPERATOR, "", shop.PIN)
    assert host.people.current() is not None


def test_nobody_signed_in_cannot_practise(tmp_path: Path) -> None:
    made = at(Host(), tmp_path, "acceptance")
    with pytest.raises(Refused, match="signed_out"):
        made.accept("x")
    assert made.progress.results["acceptance"].code == "signed_out"


def test_carried_documents_are_taken_at_either_step(tmp_path: Path) -> None:
    host = Host()
    made = at(host, tmp_path, "enrolment")
    host.enrolment.is_needed = False
    assert made.take({}, "stick").step == "catalogue"
    assert made.take({}).step == "printer"


@pytest.mark.parametrize("code", ["suspended", "revoked"])
def test_whom_the_centre_has_shut_out_it_sends_no_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    host = Host()
    made = at(host, tmp_path, "enrolment")
    host.enrolment.is_needed = False
    made.enrolled("line")
    monkeypatch.setattr(host.counter.context.store, "document", lambda _kind: None)
    with pytest.raises(Unavailable, match="setup_waiting"):
        made.documents()
    host.counter.context.store.commit([], [PutFact("order", f"1 {code}".encode())])
    with pytest.raises(Refused, match=f"line_{code}"):
        made.documents()


def test_the_report_names_the_backup_that_a_restore_began_from(tmp_path: Path) -> None:
    host = Host()
    made = at(host, tmp_path, "enrolment")
    host.enrolment.is_needed = False
    made.enrolled("line")
    assert "restored" not in made.progress.facts("enrolment")
    host.store.commit([], [RESTORED.put(RestoredStore(1, 740, 0))])
    made.back()
    made.enrolled("line")
    assert made.progress.facts("enrolment")["restored"] == 740


def test_beside_another_program_nothing_of_it_is_written_over(tmp_path: Path) -> None:
    """A program that was started twice: the first one's counter would begin setting up again at its next start."""
    first, host = at(Host(), tmp_path, "acceptance"), Host()
    first.keep(SetupProgress(1, "acceptance").passed(2))
    second = desk(host, tmp_path)
    second.begin_again()
    second.keep(second.progress.at("keystore"))
    first.keep(SetupProgress(1, "acceptance").passed(2))
    host.opening = Refused("already_running")
    with pytest.raises(Refused, match="already_running"):
        second.steps.keystore()
    second.back()
    second.steps.folder()
    assert second.progress.step == "keystore"
    assert not due(tmp_path)
    host.opening = None
    assert second.steps.keystore().step == "enrolment"
    assert due(tmp_path), "the other one has ended, and this one goes on"


def test_a_start_beside_another_leaves_its_step_alone(tmp_path: Path) -> None:
    at(Host(), tmp_path, "printer")
    host = Host()
    host.opening = Refused("already_running")
    with pytest.raises(Refused, match="already_running"):
        desk(host, tmp_path).resume()
    kept = SetupNotebook(tmp_path).read()
    assert kept is not None
    assert kept.step == "printer"


def test_a_store_that_was_open_is_not_opened_twice(tmp_path: Path) -> None:
    host = Host()
    made = at(host, tmp_path, "keystore")
    host.opening = Unavailable("store_failed")
    assert made.steps.keystore().step == "enrolment"


def test_facts_survive_in_the_store(tmp_path: Path) -> None:
    host = Host()
    host.store.commit([], [PutFact("backup", BACKED["backup"])])
    made = at(host, tmp_path, "operator")
    made.steps.operator(shop.OPERATOR, shop.CODE, shop.PIN)
    said = read_report(made.accept("فني"), SeedSigner(DEVICE_SEED).public)
    assert (said["technician"], said["trial"]["paper"], said["backup"]["entries"]) == ("فني", "printed", 7)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", "الطابعة، عملية التجربة، نسخة احتياطية سليمة، ما وجده الفحص رقم \u20666\u2069"),
        ("en", "Printer, practice request, a sound backup, the finding of check no. \u20666\u2069"),
    ],
)
def test_what_lacks_is_said_in_words(language: Language, said: str) -> None:
    assert acceptance_report.lacking(language, ["printer", "trial", "backup", "doctor_6"]) == said

"""The first start at the window, by keys alone: through every step, wrong turns and all that can be away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.enrolment_state import unenrolled
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_host import Ground
from kiosk.setup.setup_steps import STEPS, SetupNotebook, SetupProgress, Step
from protocol.errors import KioskError, Refused, Unavailable
from protocol.texts import Language, say
from tests.harness import shop
from tests.harness.setup_host import CAMERA, DOCUMENTS, SCANNER, Below, Eyes, Host, desk
from tests.harness.stage import Stage, theatre
from ui.setup import enrolment_flow
from ui.setup.wizard_flow import WizardFlow
from ui.widgets.show import explained
from ui.widgets.theme import ScreenLook

Key = Qt.Key
PRINTER = PrinterChoice("tcp", "192.168.1.50")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(enrolment_flow, "POLL_MS", 10)
    with theatre(ScreenLook()):
        yield


class Walk:
    """A technician's hands."""

    def __init__(
        self, folder: Path, language: Language = "ar", change: Callable[[Below], object] = lambda _machine: None
    ) -> None:
        self.host, self.folder = Host(), folder
        self.host.enrolment.polls = [False, True]
        self.stick = folder.parent / "فلاشة الفني"
        self.stick.mkdir(exist_ok=True)
        self.printers, self.eyes = [PRINTER], Eyes()
        self.stage = Stage(language, self.host)
        self.start(change)

    def start(self, change: Callable[[Below], object] = lambda _machine: None) -> None:
        self.desk: SetUpDesk = desk(self.host, self.folder, change)
        window = self.stage.window
        self.flow = WizardFlow(
            window, window.session, self.desk, lambda: self.printers, lambda: [self.stick], self.eyes
        )
        self.flow.open()
        self.stage.until("pageSetUp")

    @property
    def page(self) -> Any:
        return self.flow.page

    @property
    def step(self) -> str:
        return self.desk.progress.step

    def press(self, key: Qt.Key, *, alt: bool = False, to: Step | None = None) -> None:
        """A key, and the step that it leads `to`."""
        self.stage.press(key, alt=alt)
        self.stage.wait(self.stage.window.veil.isHidden)
        self.stage.settle(5)
        if to is not None:
            self.go(to)

    def go(self, step: Step) -> None:
        self.stage.wait(lambda: self.step == step and self.stage.window.veil.isHidden())
        self.stage.settle(5)

    def type(self, field: str, text: str) -> None:
        self.page.fields[field].setText(text)

    def told(self, error: KioskError) -> bool:
        """Whether the page says what to do about it."""
        return explained(self.stage.window.language, unenrolled(error))[2] in self.page.notice.text()

    def machine(self) -> None:
        self.press(Key.Key_F10)
        for step in STEPS[1:4]:
            self.go(step)
            self.press(Key.Key_F10)
        self.go("enrolment")

    def enrol(self) -> None:
        for field, text in (("url", "https://centre.example"), ("slot", "0417"), ("code", "7K3QF9ZM2PX")):
            self.type(field, text)
        self.press(Key.Key_F10)
        assert shop_name(self) in self.page.shown.text()
        assert self.host.enrolment.claimed == [], "nothing is spent before the shop is confirmed"
        self.press(Key.Key_F10, to="catalogue")

    def devices(self) -> None:
        self.press(Key.Key_F10, to="printer")
        self.press(Key.Key_F10)
        assert self.host.paper.sent == [b"Sheet"]
        self.press(Key.Key_F10, to="scanner")
        self.type("scan", "ةشىبشئ-فثسف")  # the letters of manfaz-test through an Arabic layout
        self.type("scan", "0123456789")
        self.press(Key.Key_F10, to="camera")
        self.press(Key.Key_F10)
        assert self.step == "camera", "somebody has to look at the picture"
        self.press(Key.Key_F10, to="operator")

    def people(self) -> None:
        for field, text in (("activation", shop.CODE), ("pin", shop.PIN), ("again", shop.PIN)):
            self.type(field, text)
        self.press(Key.Key_F10, to="acceptance")

    def jump(self, step: Step) -> None:
        """To a step, as if all before it had been answered before a cut."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.host.enrolment.is_needed = STEPS.index(step) <= STEPS.index("enrolment")
        self.desk.keep(self.desk.progress.at(step))
        self.start()
        self.go(step)

    def close(self) -> None:
        self.stage.close()


def shop_name(walk: Walk) -> str:
    invited = walk.host.enrolment.invited
    assert invited is not None
    return invited.shop[walk.stage.window.language]


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = Walk(tmp_path / "data")
    yield made
    made.close()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_step_is_walked_by_keys_and_ends_at_the_sign_in(tmp_path: Path, language: Language) -> None:
    walk = Walk(tmp_path / "بيانات المنفذ", language)
    walk.machine()
    walk.enrol()
    walk.devices()
    walk.people()
    walk.type("technician", "فني 12")
    walk.press(Key.Key_F10)
    walk.stage.until("pageSignIn")
    progress = walk.desk.progress
    assert [progress.state(step) for step in STEPS] == ["passed"] * len(STEPS)
    assert progress.facts("enrolment")["number"] == "482915"
    assert walk.host.backups.asked == walk.host.diagnosed == 1
    assert walk.host.store.fact("acceptance") == walk.host.sent[0]
    assert walk.host.store.fact("machine") == b"", "the diagnosis remembers this computer anew"
    assert walk.host.paper.sent == [b"Sheet", b"Sheet"], "the test page, and the practice's receipt"
    for folder in (walk.folder, walk.stick):
        assert (folder / "acceptance.json").read_bytes() == walk.host.sent[0]
        assert (folder / "acceptance.pdf").read_bytes().startswith(b"%PDF")
    walk.stage.wait(lambda: str(walk.stick) in walk.stage.page.notice.text())
    not_ready = {"ar": "غير جاهز", "en": "Not ready"}[language]
    assert not_ready in walk.stage.page.notice.text(), "the fake backs nothing up"
    lacks = {"ar": "ينقص: نسخة احتياطية سليمة.", "en": "Missing: a sound backup."}[language]
    assert lacks in walk.stage.page.notice.text()
    assert SetupNotebook(walk.folder).read() == progress
    assert not walk.stage.window.session.setting_up
    walk.close()


def test_after_a_cut_it_goes_on_at_the_same_step_and_nothing_is_asked_twice(walk: Walk) -> None:
    walk.machine()
    walk.enrol()
    claimed = list(walk.host.enrolment.claimed)
    walk.stage.window.session.setting_up = False
    walk.start()
    assert walk.step == "catalogue"
    walk.devices()
    walk.start()
    assert (walk.step, walk.host.enrolment.claimed) == ("operator", claimed)
    walk.people()
    walk.host.people.sign_out()
    walk.start()
    walk.stage.wait(lambda: walk.page.table.rowCount() == 1)
    assert walk.stage.window.focusWidget() is walk.page.fields["pin"], "of one name nothing is to be chosen"
    walk.type("pin", shop.PIN)
    walk.press(Key.Key_F10)
    walk.stage.until("pageSignIn")


def test_a_cut_while_waiting_shows_the_same_digits_again(walk: Walk) -> None:
    from kiosk.setup.enrolment_state import UnderWay

    walk.jump("enrolment")
    walk.host.enrolment.waiting = UnderWay("https://tried.example", "0417", "482915")
    walk.host.enrolment.polls = [False, Unavailable("line_offline"), Unavailable("line_portal"), True]
    walk.start()
    walk.stage.wait(lambda: "482" in walk.page.shown.text())
    walk.go("catalogue")
    assert walk.host.enrolment.claimed == []


def test_an_approval_that_came_before_the_cut_is_found(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.host.enrolment.is_needed = False
    walk.start()
    walk.go("catalogue")


CHANGES: list[tuple[Step, Callable[[Below], object], KioskError]] = [
    ("clock", lambda m: setattr(m, "offset", 0), Refused("setup_zone", found="+00:00", want="+02:00")),
    (
        "folder",
        lambda m: setattr(m, "folder", Refused("folder_synced", by="OneDrive")),
        Refused("folder_synced", by="OneDrive"),
    ),
    ("folder", lambda m: setattr(m, "ground", type(m.ground)(100, 1)), Unavailable("setup_space", free=1, want=2)),
    ("keystore", lambda m: setattr(m, "keystore", Unavailable("keystore_locked")), Unavailable("keystore_locked")),
]


@pytest.mark.parametrize(("step", "change", "error"), CHANGES)
def test_what_is_wrong_with_the_machine_is_said_and_checked_again(
    tmp_path: Path, step: Step, change: Callable[[Below], object], error: KioskError
) -> None:
    walk = Walk(tmp_path / "data", "ar", change)
    walk.press(Key.Key_F10)
    while walk.step != step:
        walk.press(Key.Key_F10)
    walk.press(Key.Key_F10)
    assert walk.told(error)
    assert (walk.step, walk.desk.progress.state(step)) == (step, "failed")
    walk.press(Key.Key_F11)
    assert walk.told(error), "in the other language too"
    walk.press(Key.Key_Escape)
    assert walk.step == STEPS[STEPS.index(step) - 1]
    walk.close()


def test_the_data_may_lie_on_another_disk_chosen_or_typed(tmp_path: Path) -> None:
    other = tmp_path / "قرص د" / "Manfaz"
    walk = Walk(tmp_path / "data", "ar", lambda machine: machine.rooms.append(other))
    for _ in range(2):
        walk.press(Key.Key_F10)
    walk.stage.wait(lambda: walk.page.table.rowCount() == 2)
    assert [str(place) in walk.page.table.item(row, 0).text() for row, place in enumerate((walk.folder, other))] == [
        True
    ] * 2
    walk.type("place", str(tmp_path / "OneDrive" / "Manfaz"))
    walk.press(Key.Key_F10)
    assert walk.told(Refused("folder_synced", by="OneDrive"))
    walk.type("place", "")
    walk.page.table.setCurrentCell(1, 0)
    walk.page.table.setFocus()
    walk.press(Key.Key_Return, to="keystore")
    assert walk.folder.resolve() == other
    kept = SetupNotebook(other).read()
    assert kept is not None
    assert kept.step == "keystore"
    walk.close()


def test_a_disk_without_room_is_not_kept(tmp_path: Path) -> None:
    other = tmp_path / "full" / "Manfaz"

    def full(machine: Below) -> None:
        machine.rooms, machine.ground = [other], Ground(100, 1)

    walk = Walk(tmp_path / "data", "ar", full)
    for _ in range(2):
        walk.press(Key.Key_F10)
    walk.page.table.setCurrentCell(1, 0)
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("setup_space", free=1, want=2))
    assert (other.exists(), walk.folder.is_symlink()) == (False, False)
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("setup_space", free=1, want=2))
    walk.close()


def test_a_clock_in_2015_is_said(tmp_path: Path) -> None:
    walk = Walk(tmp_path / "data")
    walk.press(Key.Key_F10)
    assert all(part in walk.page.shown.text() for part in ("نوفمبر", "2026"))
    assert "+02:00" in walk.page.more.text()
    assert not walk.stage.window.header.clock.isVisible(), "there is one clock"
    walk.press(Key.Key_F11)
    assert "November" in walk.page.shown.text()
    walk.press(Key.Key_F11)
    right, walk.host.shop.clock.wall = walk.host.shop.clock.wall, 1_430_000_000_000
    walk.press(Key.Key_F10)
    assert walk.told(Refused("setup_clock_old", mine_ms=0))
    assert all(part in walk.page.shown.text() for part in ("أبريل", "2015")), "as the computer says it"
    assert walk.page._act_button.words == say("ar", "setup.check.again")
    walk.host.shop.clock.wall = right
    walk.press(Key.Key_F10, to="folder")
    assert walk.stage.window.header.clock.isVisible()
    walk.close()


def test_a_store_that_does_not_open_is_said_at_the_keystore(walk: Walk) -> None:
    walk.host.opening = Unavailable("keystore_silent")
    walk.jump("keystore")
    walk.press(Key.Key_F10)
    assert (walk.step, walk.told(Unavailable("keystore_silent"))) == ("keystore", True)


def test_after_a_cut_a_locked_keystore_sends_back_to_its_step(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.host.ready, walk.host.opening = False, Unavailable("keystore_locked")
    walk.start()
    assert (walk.step, walk.told(Unavailable("keystore_locked"))) == ("keystore", True)


NOES = [
    Refused("enrol_unknown"),
    Refused("enrol_used", at_ms=1), Refused("enrol_expired", at_ms=1),
    Refused("enrol_clock", mine_ms=0, theirs_ms=0), Refused("enrol_address", mine="x", theirs="y"),
    Refused("code_check"),
    Unavailable("line_offline"),
    Unavailable("line_portal"), Unavailable("line_server_down"),
]  # fmt: skip


def test_each_no_is_said_and_what_was_typed_stays(walk: Walk) -> None:
    walk.jump("enrolment")
    for field, text in (("url", "https://centre.example"), ("slot", "0417"), ("code", "7K3Q")):
        walk.type(field, text)
    for error in NOES:
        walk.host.enrolment.refusal = error
        walk.press(Key.Key_F5 if "F5" in [one.key for one in walk.page.commands()] else Key.Key_F10)
        assert walk.told(error)
        assert [walk.page.text(name) for name in ("url", "slot", "code")] == ["https://centre.example", "0417", "7K3Q"]
        assert walk.step == "enrolment"


def test_a_code_that_was_used_is_waited_for_anew(walk: Walk) -> None:
    walk.jump("enrolment")
    for field, text in (("url", "https://centre.example"), ("slot", "0417"), ("code", "7K3Q")):
        walk.type(field, text)
    walk.host.enrolment.refusal = Refused("enrol_used", at_ms=1)
    walk.press(Key.Key_F10)
    waits = walk.page._act_button.accessibleDescription
    assert say("ar", "setup.first.code") in waits()
    assert [one.key for one in walk.page.commands() if one.key.startswith("Alt")] == [], "no other way takes it"
    walk.type("code", "9ZM2")
    assert say("ar", "setup.first.code") not in waits()
    walk.host.enrolment.refusal = Unavailable("line_offline")
    walk.press(Key.Key_F10)
    assert "Alt+4" in [one.key for one in walk.page.commands()], "another code may go by stick"


def test_the_wrong_shop_is_answered_no_and_nothing_was_registered(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.press(Key.Key_F10)
    assert shop_name(walk) in walk.page.shown.text()
    walk.press(Key.Key_Escape)
    assert (walk.step, walk.host.enrolment.claimed) == ("enrolment", [])
    assert walk.page.shown.text() == ""


def test_a_centre_that_cannot_say_whose_code_it_is_is_believed(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.host.enrolment.invited = None
    walk.press(Key.Key_F10, to="catalogue")


def test_a_refusal_while_waiting_is_said_and_another_code_wanted(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.host.enrolment.polls = [Refused("enrol_denied", reason="x", phone="1")]
    walk.press(Key.Key_F10)
    walk.press(Key.Key_F10)
    walk.stage.wait(lambda: walk.told(Refused("enrol_denied", reason="x", phone="1")))
    assert walk.page.shown.text() == ""
    assert walk.page.fields["code"].isVisible()


@pytest.mark.parametrize("late", [False, Refused("enrol_denied", reason="x", phone="1"), Unavailable("line_offline")])
def test_an_answer_that_comes_after_it_was_given_up_says_and_asks_nothing(walk: Walk, late: bool | KioskError) -> None:
    walk.jump("enrolment")
    walk.host.enrolment.polls, trust = [False] * 999, walk.flow.enrolment
    walk.press(Key.Key_F10)
    walk.press(Key.Key_F10)
    walk.stage.wait(lambda: trust._waiting)
    walk.press(Key.Key_Escape)
    assert walk.page.shown.text() == ""
    assert walk.stage.window.focusWidget() is walk.page.first()
    walk.page.fields["code"].setFocus()
    walk.host.enrolment.polls = [late]
    trust._ask_approval()  # it was on its way
    walk.stage.wait(lambda: not walk.host.enrolment.polls)
    walk.stage.settle()
    assert not trust._poll.isActive()
    assert walk.page.notice.isHidden()
    assert walk.stage.window.focusWidget() is walk.page.fields["code"], "nobody is taken out of what is typed"


def test_an_approval_counts_after_it_was_given_up(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.host.enrolment.polls = [False] * 999
    for _ in range(2):
        walk.press(Key.Key_F10)
    walk.stage.wait(lambda: walk.flow.enrolment._waiting)
    walk.press(Key.Key_Escape)
    walk.host.enrolment.polls = [True]
    walk.flow.enrolment._ask_approval()
    walk.go("catalogue")


def test_a_scanned_line_is_taken_apart_and_a_stick_fills_the_form(walk: Walk) -> None:
    (walk.stick / "manfaz-slot.txt").write_text("manfaz1 https://stick.example 0001 7k3qf9zm2px\n")
    walk.jump("enrolment")
    assert [walk.page.text(n) for n in ("url", "slot", "code")] == ["https://stick.example", "0001", "7K3QF9ZM2PX"]
    walk.type("code", "manfaz1 https://scan.example 0002 7k3qf9zm2px")
    walk.press(Key.Key_F10)
    assert walk.page.text("url") == "https://scan.example"
    walk.press(Key.Key_Escape)
    walk.type("slot", "manfaz1 nonsense")
    walk.press(Key.Key_F10)
    assert walk.told(Refused("invitation_form"))


def test_without_a_line_two_files_and_two_codes_do(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.press(Key.Key_3, alt=True)
    assert walk.host.offline_enrolment.said in walk.page.shown.text()
    assert (walk.stick / "manfaz-request.json").read_bytes() == b'{"request":true}'
    walk.press(Key.Key_F10)
    assert walk.told(Refused("stick_none", name="manfaz-answer.json"))
    (walk.stick / "manfaz-answer.json").write_bytes(b'{"documents":{}}')
    for error in (Refused("stick_torn"), Refused("other_file"), Refused("stick_changed"), Refused("answer_code")):
        walk.host.offline_enrolment.refusal = error
        walk.press(Key.Key_F10)
        assert walk.told(error)
    walk.host.offline_enrolment.refusal = None
    walk.start()
    assert walk.host.offline_enrolment.said in walk.page.shown.text(), "after a cut too"
    walk.type("answer_code", "ANSWER")
    walk.press(Key.Key_F10, to="catalogue")
    assert walk.host.offline_enrolment.took == [(b'{"documents":{}}', "ANSWER")]
    assert walk.desk.progress.facts("enrolment")["way"] == "stick"


def test_a_stick_that_is_gone_is_said(walk: Walk) -> None:
    walk.jump("enrolment")
    walk.type("stick", str(walk.stick / "pulled out"))
    walk.press(Key.Key_3, alt=True)
    assert walk.told(Unavailable("stick_away", reason=""))


def test_what_the_centre_has_not_sent_is_waited_for_or_read_from_the_stick(walk: Walk) -> None:
    walk.jump("catalogue")
    document = walk.host.store.document
    walk.host.store.document = lambda kind, version=None: None if kind == "catalogue" else document(kind, version)
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("setup_waiting", missing={"ar": "قائمة الخدمات", "en": "the list of services"}))
    walk.host.store.document = document
    (walk.stick / "manfaz-answer.json").write_bytes(b'{"documents":{}}')
    walk.press(Key.Key_4, alt=True, to="printer")


def test_no_printer_is_said_and_skipped_with_a_reason(walk: Walk) -> None:
    walk.printers = []
    walk.jump("printer")
    walk.press(Key.Key_F10)
    assert walk.told(Refused("setup_printer"))
    assert not walk.page.fields["note"].isVisible(), "nobody has said yet that it is skipped"
    walk.press(Key.Key_7, alt=True)
    assert walk.stage.window.focusWidget() is walk.page.fields["note"]
    walk.press(Key.Key_7, alt=True)
    assert walk.told(Refused("setup_note"))
    assert walk.stage.window.focusWidget() is walk.page.fields["note"], "it is typed where the keys are"
    walk.type("note", "الطابعة غدًا")
    walk.press(Key.Key_7, alt=True, to="scanner")
    assert walk.page.text("note") == "", "the reason was that step's"
    assert walk.desk.progress.left_out() == [("printer", "الطابعة غدًا")]


def test_a_page_that_is_not_right_is_printed_again(walk: Walk) -> None:
    walk.jump("printer")
    walk.host.paper.trouble = Unavailable("printer", reason="paper_out")
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("setup_no_print", reason="paper_out")), "no citizen's receipt is spoken of"
    walk.host.paper.trouble = None
    walk.press(Key.Key_F10)
    for place, name in enumerate(("arabic", "qr", "cut"), 1):
        walk.press(Qt.Key(int(Key.Key_0) + place), alt=True)
        assert walk.told(Refused("setup_paper", faults="")), name
        walk.page.calm()
    walk.press(Key.Key_F5)
    walk.press(Key.Key_F10)
    walk.press(Key.Key_F10, to="scanner")


def test_a_scanner_with_the_wrong_layout_and_no_camera(walk: Walk) -> None:
    walk.eyes.seen = []
    walk.jump("scanner")
    walk.type("scan", "أشىبشئ")
    walk.press(Key.Key_F10)
    assert walk.told(Refused("setup_scan", read=""))
    walk.type("note", "لا قارئ")
    walk.press(Key.Key_7, alt=True, to="camera")
    walk.stage.wait(lambda: walk.told(Unavailable("setup_camera")))
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("setup_camera"))
    walk.type("note", "لا كاميرا")
    walk.press(Key.Key_7, alt=True, to="operator")


def test_among_several_the_one_whose_picture_is_good_is_taken_from_now_on(walk: Walk) -> None:
    walk.eyes.seen, walk.eyes.flat = [CAMERA, DOCUMENTS], [SCANNER]
    walk.jump("camera")
    walk.stage.wait(lambda: walk.page.table.rowCount() == 3)
    walk.page.table.setCurrentCell(1, 0)
    walk.press(Key.Key_F10)
    assert (walk.page.preview.isVisible(), walk.page.table.isVisible()) == (True, False)
    assert walk.page.body.stretch(walk.page.body.indexOf(walk.page._card)) > 1, "it has all the room"
    walk.press(Key.Key_F5)
    assert walk.eyes.asked == [DOCUMENTS, DOCUMENTS], "once more with the same one"
    walk.press(Key.Key_F10)
    walk.stage.wait(lambda: walk.page.table.item(1, 2) is not None)
    walk.page.table.setCurrentCell(2, 0)
    walk.press(Key.Key_2, alt=True)
    walk.press(Key.Key_F10)
    walk.press(Key.Key_F10, to="operator")
    box = walk.host.shop.counter.evidence
    assert (box.device("camera"), box.device("scanner")) == (DOCUMENTS, SCANNER)
    assert walk.desk.progress.facts("camera") == {"cameras": 3, "camera": f"{DOCUMENTS.name} · {SCANNER.name}"}
    assert walk.host.store._s.evidence == [], "the trial's picture is kept nowhere"


def test_a_picture_that_cannot_be_read_is_not_good_and_why_there_is_none_is_said(walk: Walk) -> None:
    walk.eyes.seen, walk.eyes.flat = [], [SCANNER]
    walk.jump("camera")
    walk.stage.wait(lambda: walk.page.table.rowCount() == 1)
    walk.press(Key.Key_F10)
    walk.press(Key.Key_Escape)
    assert (walk.page.preview.isVisible(), walk.page.table.isVisible(), walk.step) == (False, True, "camera")
    walk.eyes.picture = Unavailable("scanner", reason="jam")
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("scanner", reason="jam"))
    assert walk.host.shop.counter.evidence.device("scanner") is None
    walk.eyes.picture = b"no picture"
    walk.host.shop.reader.refusal = Refused("evidence_kind")
    walk.press(Key.Key_F10)
    assert walk.told(Refused("evidence_kind"))
    walk.eyes.flat = []
    walk.press(Key.Key_F5)
    walk.stage.wait(lambda: walk.told(Unavailable("setup_camera")))
    with pytest.raises(Unavailable, match="setup_camera"):
        walk.desk.steps.camera([], 0)


def test_pins_that_differ_a_wrong_code_and_a_shop_without_people(walk: Walk) -> None:
    walk.jump("operator")
    walk.start()
    walk.stage.wait(lambda: walk.page.table.rowCount() == 2)
    for field, text in (("activation", "wrong"), ("pin", shop.PIN), ("again", "x")):
        walk.type(field, text)
    walk.press(Key.Key_F10)
    assert walk.told(Refused("pin_differs"))
    walk.type("again", shop.PIN)
    walk.press(Key.Key_F10)
    assert walk.told(Refused("activation_wrong"))
    walk.desk.steps.seats = list  # type: ignore[method-assign]
    walk.press(Key.Key_F5)
    assert walk.told(Refused("setup_nobody"))
    walk.press(Key.Key_F10)
    assert walk.step == "operator"


@pytest.mark.parametrize("step", ["enrolment", "operator", "acceptance"])
def test_enter_leads_through_the_fields_in_the_order_in_which_they_stand(walk: Walk, step: Step) -> None:
    if step == "acceptance":
        walk.host.shop.counter.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
        walk.host.shop.counter.people.sign_out()
    walk.jump(step)
    asked = [walk.page.fields[name] for name in walk.page._ask.fields]
    asked[0].setFocus()
    met = [walk.stage.window.focusWidget()]
    for _ in asked[1:]:
        walk.press(Key.Key_Return)
        met.append(walk.stage.window.focusWidget())
    assert met == asked


def test_a_test_that_fails_is_said_and_may_be_tried_again(walk: Walk) -> None:
    walk.jump("operator")
    walk.people()

    def full() -> None:
        raise Unavailable("disk_full")

    walk.host.backups.now = full  # type: ignore[method-assign]
    walk.press(Key.Key_F10)
    assert walk.told(Unavailable("disk_full"))
    assert not walk.host.practising
    assert walk.host.store.fact("acceptance") is None


def test_a_report_that_nothing_takes_as_a_file_says_where_it_is(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.setup.acceptance_run.replace_whole", full)
    walk.jump("operator")
    walk.people()
    walk.press(Key.Key_F10)
    walk.stage.until("pageSignIn")
    walk.stage.wait(lambda: "لم يُكتب التقرير كملف" in walk.stage.page.notice.text())
    walk.stage.window.session.load()  # as when the centre sends who works here
    walk.stage.settle()
    assert "لم يُكتب التقرير كملف" in walk.stage.page.notice.text(), "it stays until somebody signs in"
    assert walk.host.store.fact("acceptance") is not None


def test_each_command_stands_where_its_key_s_place_is(walk: Walk) -> None:
    walk.jump("printer")
    walk.press(Key.Key_F10)
    page = walk.page
    shown = [button for button in page.buttons if button.isVisible()]
    assert len(shown) == len(page.commands()) == 6
    tops = [button.mapTo(page, button.rect().center()).y() for button in shown]
    assert tops[-1] == max(tops), "the way back is the last"
    assert tops[0] == sorted(tops)[-2], "the step's own act stands over it"


def test_a_counter_that_is_registered_already_says_so_and_stays(walk: Walk) -> None:
    walk.jump("catalogue")
    walk.desk.keep(SetupProgress(walk.desk.progress.begun_ms, "enrolment"))
    walk.desk.resume = lambda: walk.desk.progress  # type: ignore[method-assign]
    walk.flow.open()
    walk.stage.wait(lambda: "manfaz move" in walk.page.how.text())
    walk.press(Key.Key_F10, to="catalogue")


@pytest.mark.parametrize("step", ["language", "clock", "catalogue"])
def test_the_language_last_turned_to_is_that_of_the_next_start(walk: Walk, step: Step) -> None:
    walk.jump(step)
    walk.press(Key.Key_F11)
    walk.stage.wait(lambda: desk(walk.host, walk.folder).kept_language == "en")
    assert walk.step == step, "nothing is answered by that"
    walk.close()
    walk.stage = Stage("ar", walk.host)
    walk.start()
    assert walk.page.language == "en"
    assert walk.page.heading.text() == say("en", f"setup.step.{step}")


def test_before_there_is_a_folder_the_language_is_asked_again(walk: Walk) -> None:
    walk.press(Key.Key_F11)
    walk.press(Key.Key_F11)
    assert desk(walk.host, walk.folder).kept_language is None
    assert not walk.folder.exists()


def test_the_language_is_chosen_by_keys_and_the_road_names_every_state(walk: Walk) -> None:
    walk.press(Key.Key_2, alt=True, to="clock")
    assert walk.page.heading.text() == "Clock and zone"
    walk.press(Key.Key_Escape)
    walk.press(Key.Key_1, alt=True, to="clock")
    assert walk.page.heading.text() == "الساعة والمنطقة"
    assert len(walk.page.road) == len(STEPS)

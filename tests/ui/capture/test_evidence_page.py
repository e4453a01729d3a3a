"""The papers of a form on the screen: by keys alone, with a reason for what is not taken, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from kiosk.evidence import picture_reader
from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import FULL, MAX_FILE
from protocol.errors import Refused, Unavailable
from protocol.journal.kj01 import read_body
from protocol.texts import say
from tests.harness import sample_pictures
from tests.ui.conftest import FakeCounter, Hands
from ui.capture import file_source as file
from ui.capture.crop_preview import LEAST, STEP, Preview, trimmed
from ui.capture.file_source import FileSource, read_file
from ui.capture.picture_source import Fetch
from ui.sale.evidence_flow import EvidenceFlow

Key = Qt.Key
PAGE = sample_pictures.encoded(sample_pictures.page(400, 500))


@dataclass
class Given:
    """A source that brings what a test lays into it."""

    data: bytes = PAGE
    word: str = "evidence.file"
    asked: list[QWidget] = field(default_factory=list)
    kind: Literal[""] = ""
    chosen: Device | None = None

    def there(self) -> bool:
        return True

    def ask(self, parent: QWidget, then: Callable[[Fetch], None]) -> None:
        self.asked.append(parent)
        then(lambda: self.data)


@pytest.fixture
def given(hands: Hands) -> Given:
    hands.home()
    made = Given()
    flow(hands)._sources = [made]
    return made


def flow(hands: Hands) -> EvidenceFlow:
    found: EvidenceFlow = hands.window.session.screens().sale._papers
    return found


def opened(hands: Hands, service: str = "birth-cert") -> Hands:
    """The form of a service that may take a picture, and its papers."""
    hands.form(service).settle(200)
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    return hands


def kept(counter: FakeCounter) -> list[str]:
    return [one.kind for one in counter.store._s.evidence]


def test_a_picture_is_fetched_and_kept_by_keys_alone(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    assert kept(counter) == []
    assert "F10" in hands.page.about.text()  # type: ignore[attr-defined]
    hands.press(Key.Key_F10)
    assert kept(counter) == ["paper_certificate"]
    hands.press(Key.Key_F10)
    hands.until("pageForm")


def test_f10_alone_fetches_keeps_and_goes_on(hands: Hands, given: Given, counter: FakeCounter) -> None:
    """The paper that is missing is what comes next; another that is looked at leads to it."""
    opened(hands, "movements-cert")
    for _ in range(2):
        hands.press(Key.Key_F10)
    hands.page.table.setCurrentCell(0, 0)  # type: ignore[attr-defined]
    hands.press(Key.Key_F10)
    assert (len(given.asked), kept(counter)) == (1, ["passport_page"])
    assert "ينقص" in hands.page.notice.text()
    for _ in range(3):
        hands.press(Key.Key_F10)
    hands.until("pageForm")
    assert kept(counter) == ["passport_page", "request_letter"]


def test_without_a_scanner_there_is_no_other_one_to_take(hands: Hands, given: Given) -> None:
    opened(hands)
    assert hands.page.other.isHidden()  # type: ignore[attr-defined]
    assert "Alt+7" not in [action.key for action in hands.page.commands()]


def test_enter_on_a_paper_asks_for_its_picture(hands: Hands, given: Given) -> None:
    opened(hands)
    hands.press(Key.Key_Return)
    assert len(given.asked) == 1


def test_a_doubtful_picture_is_said_before_it_is_kept(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    counter.shop.reader.doubts = ("blurred",)
    hands.press(Key.Key_F4)
    assert hands.page.notice.text()
    hands.press(Key.Key_F10)
    assert (len(given.asked), kept(counter)) == (2, []), "F10 takes it again"
    hands.press(Key.Key_8, alt=True)
    assert kept(counter) == ["paper_certificate"]


@pytest.mark.parametrize("code", ["evidence_kind", "evidence_heic", "evidence_unreadable"])
def test_what_is_not_taken_has_a_reason_and_leaves_the_form(
    hands: Hands, given: Given, counter: FakeCounter, code: str
) -> None:
    opened(hands)
    counter.shop.reader.refusal = Refused(code)
    hands.press(Key.Key_F4)
    assert hands.page.notice.text()
    assert kept(counter) == []
    hands.press(Key.Key_Escape)
    hands.until("pageForm")


def test_it_is_turned_and_cropped_by_keys(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_4, alt=True)
    assert counter.shop.reader.asked[-1].turns == 1
    hands.press(Key.Key_5, alt=True)
    for key in (Key.Key_Left, Key.Key_Left, Key.Key_Down, Key.Key_A):
        hands.press(key)
    hands.press(Key.Key_F10)
    assert counter.shop.reader.asked[-1].crop == (2 * STEP, 0, 1000, 1000 - STEP)
    assert kept(counter) == [], "the first F10 takes the part, the second keeps it"
    hands.press(Key.Key_5, alt=True)
    hands.press(Key.Key_Left)
    hands.press(Key.Key_5, alt=True)
    assert counter.shop.reader.asked[-1].crop == (73, 0, 1000, 975), "a part of the part"
    assert counter.shop.reader.asked[-1].turns == 1
    hands.press(Key.Key_F10)
    assert kept(counter) == ["paper_certificate"]


def test_the_line_of_keys_says_what_f10_does_while_a_part_is_chosen(hands: Hands, given: Given) -> None:
    def f10() -> str:
        return dict(hands.page.key_words())["F10"]

    opened(hands)
    hands.press(Key.Key_F4)
    words = [f10()]
    for key in (Key.Key_5, Key.Key_5):
        hands.press(key, alt=True)
        words.append(f10())
    assert words == [say("ar", f"evidence.{word}") for word in ("keep", "cropped", "keep")]
    hands.press(Key.Key_5, alt=True)
    assert "طبّق" in f10()
    hands.press(Key.Key_Escape)
    assert f10() == say("ar", "evidence.keep")


def test_esc_leaves_the_cropping_then_the_picture_then_the_page(hands: Hands, given: Given) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_5, alt=True)
    hands.press(Key.Key_Escape)
    assert not hands.page.preview.cropping  # type: ignore[attr-defined]
    hands.press(Key.Key_Escape)
    assert hands.page.objectName() == "pageEvidence"
    hands.press(Key.Key_Escape)
    hands.until("pageForm")


def test_nothing_in_hand_is_neither_turned_nor_cropped(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    for digit in (Key.Key_4, Key.Key_5, Key.Key_6):
        hands.press(digit, alt=True)
    flow(hands)._turn()
    flow(hands)._crop(FULL)
    flow(hands)._drop()
    flow(hands).page._crop()
    assert counter.shop.reader.asked == []


def test_a_kept_picture_is_shown_again_and_removed_at_the_second_press(
    hands: Hands, given: Given, counter: FakeCounter
) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    assert hands.find("sourceButton0").accessibleName() == say("ar", "evidence.file.again")
    hands.press(Key.Key_F10)
    hands.settle(50)
    assert hands.find("sourceButton0").accessibleName() == say("ar", "evidence.file.more"), "it replaces nothing"
    hands.press(Key.Key_6, alt=True)
    assert kept(counter) == ["paper_certificate"]
    hands.qtbot.wait(600)  # by the clock of the button
    hands.press(Key.Key_6, alt=True)
    hands.settle(50)
    assert kept(counter) == []
    assert counter.shop.pictures.files == {}


def test_after_a_restart_the_kept_papers_are_there(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_F10)
    draft = counter.store._s.evidence[0].request
    hands.press(Key.Key_Escape)
    hands.until("pageForm")
    hands.press(Key.Key_Escape)
    hands.until("pageCatalogue")
    hands.window.session.screens().sale.resume(draft)
    hands.until("pageForm")
    hands.settle(200)
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    assert flow(hands)._kept == counter.store._s.evidence


def needs_two(hands: Hands, counter: FakeCounter) -> None:
    """The birth certificate as it would be if a picture were required."""
    services = counter.shop.counter.in_force.catalogue().services
    papers = tuple(replace(p, required=p.id == "paper_certificate") for p in services["birth-cert"].evidence)
    services["birth-cert"] = replace(services["birth-cert"], evidence=papers)


def test_a_required_picture_stands_between_form_and_money(hands: Hands, given: Given, counter: FakeCounter) -> None:
    needs_two(hands, counter)
    hands.form().fill()
    hands.press(Key.Key_F10)
    hands.until("pageEvidence")
    assert hands.find("primaryButton").accessibleName() == say("ar", "evidence.file.take")
    hands.press(Key.Key_F10)
    assert (hands.page.objectName(), len(given.asked)) == ("pageEvidence", 1)
    hands.press(Key.Key_F10)
    hands.press(Key.Key_F10)
    hands.until("pageReview")
    hands.press(Key.Key_F2)
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    body = read_body(list(counter.store.journal.export(1))[-1].record.body)
    assert [one["id"] for one in body["evidence"]] == ["paper_certificate"]


def test_once_it_is_kept_nobody_is_asked_again(hands: Hands, given: Given, counter: FakeCounter) -> None:
    needs_two(hands, counter)
    opened(hands)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_F10)
    hands.press(Key.Key_F10)
    hands.until("pageForm")
    hands.fill()
    hands.press(Key.Key_F10)
    hands.until("pageReview")


def test_without_required_pictures_the_sale_goes_on_as_before(hands: Hands, given: Given) -> None:
    hands.review()
    assert given.asked == []


def test_a_full_disk_is_said_and_the_picture_stays_in_hand(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    counter.shop.pictures.fail_next = Unavailable("disk_full")
    hands.press(Key.Key_F10)
    assert hands.page.notice.text()
    hands.press(Key.Key_F10)
    assert kept(counter) == ["paper_certificate"]


def test_another_paper_has_its_own_picture(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands, "movements-cert")
    hands.press(Key.Key_F4)
    hands.press(Key.Key_Down)
    assert flow(hands)._hand is not None, "it is not kept yet"
    hands.press(Key.Key_Escape)
    hands.press(Key.Key_Down)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_F10)
    assert kept(counter) == ["request_letter"]
    hands.window.turn_language()
    assert hands.page.table.item(1, 1).text() == "Kept: 1 page"  # type: ignore[attr-defined]


def test_a_paper_of_the_same_visit_is_offered_and_taken_once(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_F10)
    hands.press(Key.Key_F10)
    hands.until("pageForm")
    hands.fill()
    hands.press(Key.Key_F3)
    hands.until("pageCatalogue")
    hands.window.session.screens().sale.choose("birth-cert")
    hands.until("pageForm")
    hands.settle(200)
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    hands.settle(50)
    assert "F10" in hands.page.about.text()  # type: ignore[attr-defined]
    assert kept(counter) == ["paper_certificate"], "only offered"
    hands.press(Key.Key_F10)
    assert kept(counter) == ["paper_certificate"] * 2
    assert len(counter.shop.pictures.files) == 1
    hands.press(Key.Key_F10)
    hands.until("pageForm")


def test_who_signs_out_leaves_nothing_of_the_papers_behind(hands: Hands, given: Given, counter: FakeCounter) -> None:
    opened(hands)
    hands.press(Key.Key_F4)
    found = flow(hands)
    assert found._hand is not None
    late = found._hand
    hands.window.session.screens().sale.forget()
    assert flow(hands)._hand is None
    assert (found._kept, found.page._hand.content) == ([], b"")
    found._fetched(late)
    assert found._hand is None, "an answer that comes too late is for nobody"


def test_a_pdf_has_no_picture_and_says_what_it_is(hands: Hands, given: Given, counter: FakeCounter) -> None:
    counter.evidence._reader = picture_reader.read
    given.data = sample_pictures.pdf()
    opened(hands)
    hands.press(Key.Key_F4)
    hands.press(Key.Key_F10)
    hands.settle(50)
    assert "PDF" in hands.page.about.text()  # type: ignore[attr-defined]
    assert counter.store._s.evidence[0].media == "application/pdf"


# ---- the part that is cut out


def test_some_of_the_picture_always_stays() -> None:
    crop = FULL
    for _ in range(100):
        crop = trimmed(crop, 0, back=False)
    assert 1000 - crop[0] >= LEAST
    assert trimmed(trimmed(FULL, 3, back=False), 3, back=True) == FULL
    assert trimmed(FULL, 1, back=True) == FULL


def test_arrows_without_cropping_are_not_for_the_picture(hands: Hands) -> None:
    preview = Preview()
    event = QKeyEvent(QKeyEvent.Type.KeyPress, int(Key.Key_Left), Qt.KeyboardModifier.NoModifier)
    preview.keyPressEvent(event)
    assert preview.end_crop() == FULL


# ---- sources


def test_a_file_is_chosen_in_a_dialog_and_read_where_waiting_harms_nobody(hands: Hands, tmp_path: Path) -> None:
    file, got = tmp_path / "photo.txt", list[Fetch]()
    file.write_bytes(PAGE)
    assert FileSource().there()
    FileSource().ask(hands.window, got.append)
    dialog = hands.window.findChild(QFileDialog, "evidenceFileDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    assert got[0]() == PAGE


def test_the_list_of_files_is_never_of_the_whole_disk(
    hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, inside = tmp_path / "stick", tmp_path / "stick" / "photos"
    inside.mkdir(parents=True)
    monkeypatch.setattr(file, "sticks", lambda: [stick])
    FileSource().ask(hands.window, lambda _fetch: None)
    dialog = hands.window.findChild(QFileDialog, "evidenceFileDialog")
    assert dialog is not None
    for wanted, found in ((inside, inside), (tmp_path, stick), (Path("/"), stick)):
        dialog.setDirectory(str(wanted))
        dialog.directoryEntered.emit(str(wanted))
        assert Path(dialog.directory().absolutePath()) == found
    dialog.reject()


def test_no_list_of_files_stands_before_a_locked_screen(hands: Hands, given: Given) -> None:
    opened(hands)
    FileSource().ask(hands.page, lambda _fetch: None)
    dialog = hands.window.findChild(QFileDialog, "evidenceFileDialog")
    assert dialog is not None
    assert dialog.isVisible()
    hands.window.session.lock()
    assert not dialog.isVisible()
    assert hands.page.objectName() == "pageLock"


def test_a_folder_of_pictures_behind_a_link_is_read_by_its_real_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other disk").mkdir()
    (tmp_path / "other disk" / "one.png").write_bytes(PAGE)
    (tmp_path / "Pictures").symlink_to(tmp_path / "other disk")
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _which: str(tmp_path / "Pictures"))
    assert read_file(Path(file.pictures()) / "one.png") == PAGE


def test_a_file_that_is_gone_or_endless_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="evidence_unreadable"):
        read_file(tmp_path / "none.jpg")
    endless = tmp_path / "endless.jpg"
    with endless.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(Refused, match="evidence_large"):
        read_file(endless)

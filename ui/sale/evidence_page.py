"""The papers of a request: which are wanted, which are here, and the one in hand with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QWidget

from kiosk.model.evidence_file import FULL, CapturedFile
from protocol.catalogue.services import EvidenceType
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.capture.crop_preview import Crop, Preview
from ui.shell import Page
from ui.widgets import (
    Button,
    Card,
    EmptyState,
    Pill,
    Text,
    TwiceButton,
    reveal,
    show,
)

SOURCES: Final = {"evidence.camera": "camera", "evidence.file": "doc", "evidence.scanner": "scanner"}
"""The picture on the button of each source."""


@dataclass(frozen=True, slots=True)
class InHand:
    """What is on the screen, if anything; `fresh` is not kept yet; `doubt` a text key or ""."""

    content: bytes = b""
    media: str = ""
    fresh: bool = False
    doubt: str = ""
    offered: bool = False
    """It was taken for another request of the visit."""

    @property
    def picture(self) -> bytes:
        """b"" of what is none."""
        return self.content if self.media == "image/jpeg" else b""


@dataclass
class PictureInHand:
    """A file that was fetched for a paper and is not kept yet: its bytes, how it was turned and cut, what would be
    kept.
    """

    data: bytes = field(repr=False)
    taken: CapturedFile
    turns: int = 0
    crop: Crop = FULL

    def part(self, crop: Crop) -> Crop:
        """Of the whole file that part of what is on the screen, which may be a part itself."""
        left, top, right, bottom = self.crop
        wide, high = right - left, bottom - top
        return (
            left + wide * crop[0] // 1000, top + high * crop[1] // 1000,
            left + wide * crop[2] // 1000, top + high * crop[3] // 1000,
        )  # fmt: skip

    def shown(self) -> InHand:
        doubt = f"evidence.seen.{self.taken.doubts[0]}" if self.taken.doubts else ""
        return InHand(self.taken.content, self.taken.media, fresh=True, doubt=doubt)


class EvidencePage(Page):
    """The pictures of a request and the one in hand."""

    crop_asked = Signal(object)
    going_on = Signal()
    keys_changed = Signal()
    """F10 means something else now."""

    def __init__(self, language: Language, sources: Sequence[str]) -> None:
        """`sources` are the text keys of those that are there, in the order of their keys F4, Alt+2, Alt+3."""
        super().__init__("pageEvidence", language, "evidence.title")
        self._papers: Sequence[tuple[EvidenceType, int]] = ()
        self._hand = InHand()
        self._service = Bilingual.same("")
        self._last = 0
        """The source that was asked last: F10 asks it again."""
        self.first_widget = self.table = self.rows("evidenceTable", "evidence.title", ("", ""), 0)
        self.primary = self.primary_button("evidence.onward", self._press)
        self._words = sources
        self.sources = [
            self.button(f"sourceButton{n}", word, f"Alt+{n + 1}" if n else "F4", icon=SOURCES[word])
            for n, word in enumerate(sources)
        ]
        for place, button in enumerate(self.sources):
            button.clicked.connect(partial(self._asked, place))
            self.command(f"Alt+{place + 1}" if place else "F4", "", button.click)  # also where F10 asks it
        self.other = self.button("otherButton", "evidence.another", "Alt+7", icon="scanner")
        self.scanning = False
        """Whether there is a scanner, and so perhaps another."""
        self.keep = self.button("keepButton", "evidence.keep.anyway", "Alt+8", self.going_on.emit, icon="save")
        self.leave = self.back_button(run=self._back)
        picture = self._picture()
        acts = self.turn, self.crop, *self.sources, self.other, self.drop, self.keep
        self.arrange((self.table, 2), (picture, 5), actions=acts)
        self.rest("evidence.safe", "evidence.safe.more", icon="save")
        self.retold()

    def _picture(self) -> QWidget:
        self.about, self.preview = Text(role="strong", wrap=True), Preview()
        self.turn, self.crop, self.drop = Button("turnButton"), Button("cropButton"), TwiceButton("dropButton")
        self.word(self.turn.word, "evidence.turn", "Alt+4")
        self.crop.clicked.connect(self._crop)
        acts = (self.turn, "turn"), (self.crop, "crop"), (self.drop, "trash")
        for place, (button, icon) in enumerate(acts, 4):
            button.picture(icon)
            self.command(f"Alt+{place}", "", button.click)  # which does nothing while it is dead
        self.nothing = EmptyState("camera")
        self.word(self.nothing.tell, "evidence.none")
        return Card(self.about, (self.preview, 1), (self.nothing, 1), edges=(12, 8, 12, 8))

    # ---- data in

    def set_papers(self, service: Bilingual, papers: Sequence[tuple[EvidenceType, int]], at: str = "") -> None:
        """The papers that a service and its answers call for, how many pages are kept of each, and the chosen one."""
        self._service, self._papers = service, papers
        self.retold()
        place = next((n for n, (paper, _) in enumerate(papers) if paper.id == at), 0)
        with QSignalBlocker(self.table):
            self.table.setCurrentCell(place, 0)

    def set_hand(self, hand: InHand) -> None:
        self._hand = hand
        if self.preview.cropping:
            self.preview.end_crop()
        self.preview.show_picture(hand.picture)
        self.retold()

    @override
    def retold(self) -> None:
        self.subtitle.setText(self.of(self._service))
        self._fill_list()
        hand = self._hand
        self._tell_f10()
        self.keep.setVisible(hand.fresh and bool(hand.doubt))
        for button in self.sources:
            button.setEnabled(not self.preview.cropping)
        self.other.setVisible(self.scanning and not hand.media)
        for button in (self.turn, self.crop):
            button.setEnabled(hand.fresh and bool(hand.picture))
        self.reword(self.leave, "evidence.crop.leave" if self.preview.cropping else "key.back")
        self.crop.word(self.say("evidence.crop"), "Alt+5")
        self.drop.ask(self.say("evidence.drop"), self.say("evidence.drop.again"), "Alt+6")
        kept = bool(hand.media) and not hand.fresh and not hand.offered
        self.drop.setEnabled(kept)
        reveal(hand.fresh and hand.picture and not self.preview.cropping, self.turn, self.crop)
        self.drop.setVisible(kept)
        reveal(hand.media, self.about, self.preview)
        self.nothing.setVisible(not hand.media)
        self.about.setText(self._about(hand))
        self.preview.setAccessibleName(self.about.text())

    def _tell_f10(self) -> None:
        """The source that it asks has no button of its own meanwhile; over a picture that is not kept yet none has but
        the one it came from, to take it again.
        """
        word, fresh, kept = self._f10(), self._hand.fresh, self._hand.media and not self._hand.offered
        self.reword(self.primary, word)
        for place, (source, button) in enumerate(zip(self._words, self.sources, strict=True)):
            again = place == self._last and not self.preview.cropping
            button.setVisible(word != f"{source}.take" and (again or not fresh))
            self.reword(button, f"{source}.again" if fresh else f"{source}.more" if kept else source)

    def _f10(self) -> str:
        """What F10 does: what comes next."""
        hand, at, lacking = self._hand, self.table.chosen(), [one for one in self._papers if _lacks(*one)]
        if self.preview.cropping:
            return "evidence.cropped"
        if hand.offered:
            return "evidence.use"
        if hand.fresh and not hand.doubt:
            return "evidence.keep"
        if hand.fresh or (at and _lacks(*at)):
            return f"{self._words[self._last]}.take"
        return "evidence.to_missing" if lacking else "evidence.onward"

    def _about(self, hand: InHand) -> str:
        if self.preview.cropping:
            return self.say("evidence.crop.how")
        if not hand.media:
            return self.say("evidence.none")
        kind = "photo" if hand.picture else "pdf"
        return self.say(hand.doubt or f"evidence.{'good' if hand.fresh else 'kept'}.{kind}")

    def _fill_list(self) -> None:
        rows = [
            (paper.label[self.language], self._pill(paper, pages) or self.say("evidence.optional"))
            for paper, pages in self._papers
        ]
        with QSignalBlocker(self.table):
            self.table.fill(rows, self._papers)

    def _pill(self, paper: EvidenceType, pages: int) -> Pill | None:
        """None: it may be left out, and was."""
        if pages:
            return Pill("accepted", self.say("evidence.pages", n=pages, count=show.number(pages)))
        return Pill("missing", self.say("evidence.required")) if paper.required else None

    # ---- meaning out

    def _asked(self, place: int, _checked: bool = False) -> None:
        self._last = place
        self._tell_f10()

    def _crop(self) -> None:
        """Begin, or take the part that was chosen."""
        if not self.crop.isEnabled():
            return
        if self.preview.cropping:
            chosen: Crop = self.preview.end_crop()
            self.table.setFocus()
            self.crop_asked.emit(chosen)
        else:
            self.preview.begin_crop()
        self.retold()
        self.keys_changed.emit()

    def _press(self) -> None:
        """F10: a part that is being chosen is taken first, so that nobody keeps what they have just cut away."""
        if self.preview.cropping:
            self._crop()
        elif self._f10().endswith(".take"):
            self.sources[self._last].click()
        else:
            self.going_on.emit()

    def _back(self) -> None:
        if self.preview.cropping:
            self.preview.end_crop()
            self.table.setFocus()
            self.retold()
            self.keys_changed.emit()
        else:
            self.left.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """No list of files stands before a locked screen, nor before another citizen's form."""
        super().hideEvent(event)
        for dialog in self.findChildren(QDialog, options=Qt.FindChildOption.FindDirectChildrenOnly):
            dialog.reject()


def _lacks(paper: EvidenceType, pages: int) -> bool:
    return paper.required and not pages

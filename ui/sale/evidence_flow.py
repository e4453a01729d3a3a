"""Papers of a form: from a source to the reader, onto the screen, into the store; then on with the sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from kiosk.evidence.capture_devices import Device, Kind
from kiosk.model.evidence_file import FULL, Evidence, captured, missing
from protocol.catalogue.services import EvidenceType
from protocol.errors import Refused
from protocol.texts import Bilingual
from ui.capture.camera_source import CameraSource
from ui.capture.crop_preview import Crop
from ui.capture.file_source import FileSource
from ui.capture.flatbed_scanner import ScannerSource, following, scanners
from ui.capture.picture_source import Fetch, PictureSource
from ui.sale.citizen_visit import VisitOwner, Work
from ui.sale.evidence_page import EvidencePage, InHand, PictureInHand
from ui.shell import Flow, Shell
from ui.widgets import show


@dataclass(frozen=True)
class _Found:
    """The papers called for, what is kept for this form, and what was taken for other forms of the same visit."""

    papers: list[EvidenceType]
    kept: list[Evidence]
    others: list[Evidence]
    devices: Mapping[Kind, Device | None]


class EvidenceFlow(Flow):
    """Takes the pictures that a form wants."""

    def __init__(self, window: Shell, owner: VisitOwner) -> None:
        super().__init__(window)
        self._owner = owner
        self._work: Work | None = None
        self._papers: list[EvidenceType] = []
        self._kept: list[Evidence] = []
        self._others: list[Evidence] = []
        self._at = ""
        self._hand: PictureInHand | None = None
        self._onward = False

    @cached_property
    def _sources(self) -> list[PictureSource]:
        camera = CameraSource(self._window)
        camera.remember = self._remember
        every: tuple[PictureSource, ...] = (camera, FileSource(), ScannerSource())
        return [source for source in every if source.there()]

    @cached_property
    def page(self) -> EvidencePage:
        page = self._window.add(partial(EvidencePage, sources=[source.word for source in self._sources]))
        page.table.currentCellChanged.connect(self._choose)
        page.table.opened.connect(lambda _paper: self._ask(0))
        for place, button in enumerate(page.sources):
            button.clicked.connect(partial(self._ask, place))
        page.turn.clicked.connect(self._turn)
        page.crop_asked.connect(self._crop)
        page.drop.confirmed.connect(self._drop)
        page.going_on.connect(self._go_on)
        page.left.connect(self._leave)
        page.other.clicked.connect(self._another)
        page.keys_changed.connect(self._window.tell_keys)
        return page

    @staticmethod
    def wanted(work: Work) -> bool:
        """Whether the service may need pictures that have not been looked after for these answers."""
        return not work.papered and any(paper.required for paper in captured(work.service.evidence))

    def forget(self) -> None:
        """The citizen has gone: nothing of their papers stays in memory or behind another page."""
        if self._work is not None:
            self._work, self._hand, self._kept, self._others = None, None, [], []
            self.page.set_papers(Bilingual.same(""), ())
            self.page.set_hand(InHand())

    def open(self, work: Work, *, onward: bool) -> None:
        """The papers of a form. `onward`: on the way to the money, where only what is missing stops anybody."""
        self._work, self._onward, self._hand = work, onward, None
        visit, box = self._owner.visit, self._counter.evidence
        others = [one.draft.id for one in visit.works if one is not work] if visit is not None else []

        def read() -> _Found:
            answers = self._counter.desk.read(work.service, work.values if onward else work.raw)
            taken = [evidence for draft in others for evidence in box.taken(draft)]
            devices = {source.kind: box.device(source.kind) for source in self._sources if source.kind}
            return _Found(captured(answers.papers), box.taken(work.draft.id), taken, devices)

        self.ask(read, self._show_papers, wait="busy.checking")

    def _show_papers(self, found: _Found) -> None:
        self._papers, self._kept, self._others = found.papers, found.kept, found.others
        for source in self._sources:
            source.chosen = found.devices.get(source.kind) if source.kind else None
        self.page.scanning = self._scanner() is not None  # whether there are more takes seconds to find out
        lacking = missing(self._papers, self._kept)
        if not self._papers or (self._onward and not lacking):
            self._finish()
            return
        self._at = (lacking or self._papers)[0].id
        self._show_all()
        self._window.go(self.page)

    # ---- one file

    def _ask(self, place: int, _checked: bool = False) -> None:
        if not self._window.busy:
            source, work = self._sources[place], self._work
            if isinstance(source, CameraSource) and work is not None:
                source.what = self._paper().label, work.service.title
            source.ask(self.page, self._fetch)

    def _remember(self, device: Device) -> None:
        self.ask(lambda: self._counter.evidence.choose(device))

    def _scanner(self) -> PictureSource | None:
        return next((source for source in self._sources if source.kind == "scanner"), None)

    def _another(self) -> None:
        """The next scanner that is plugged in is the one from now on; looking for them takes seconds."""
        source = self._scanner()
        assert source is not None  # noqa: S101 - only then it is offered
        self.ask_slow(
            lambda: following(source.chosen, scanners()), partial(self._changed, source), wait="busy.checking"
        )

    def _changed(self, source: PictureSource, device: Device) -> None:
        self._window.free()
        source.chosen = device
        self._remember(device)
        self.page.show_notice("ok", "evidence.another.now", name=show.isolate(device.name))

    def _fetch(self, fetch: Fetch, turns: int = 0, crop: Crop = FULL) -> None:
        paper, box = self._paper(), self._counter.evidence

        def read() -> PictureInHand:
            data = fetch()
            return PictureInHand(data, box.read(data, paper, turns, crop), turns, crop)

        self.ask_slow(read, self._fetched, wait="busy.picture", gives_up=True)

    def _fetched(self, hand: PictureInHand) -> None:
        self._window.free()
        if self._work is None:
            return
        self._hand = hand
        self.page.calm()
        self._show_all()
        if doubts := hand.taken.doubts:
            self.page.show_notice("wait", f"evidence.doubt.{doubts[0]}", f"evidence.doubt.{doubts[0]}.do")

    def _turn(self) -> None:
        hand = self._hand
        if hand is not None:
            self._fetch(lambda: hand.data, (hand.turns + 1) % 4)

    def _crop(self, crop: Crop) -> None:
        hand = self._hand
        if hand is not None:
            self._fetch(lambda: hand.data, hand.turns, hand.part(crop))

    # ---- keeping

    def _go_on(self) -> None:
        """Keep what is in hand, else on."""
        hand, work = self._hand, self._work
        assert work is not None  # noqa: S101 - the page is only shown for one
        offered = self._offered()
        if hand is None and offered is not None:
            self.ask(lambda: self._counter.evidence.share(offered, work.draft.id), self._was_kept, wait="busy.saving")
        elif hand is None:
            self._done()
        else:
            paper = self._paper()
            self.ask(
                lambda: self._counter.evidence.keep(work.draft.id, paper, hand.taken),
                self._was_kept,
                wait="busy.saving",
            )

    def _was_kept(self, kept: Evidence) -> None:
        self._window.free()
        self._hand = None
        self._kept = [*(one for one in self._kept if one.file != kept.file), kept]
        lacking = missing(self._papers, self._kept)
        self._at = lacking[0].id if lacking else self._at
        self.page.calm()
        self._show_all()

    def _done(self) -> None:
        lacking = missing(self._papers, self._kept)
        if lacking:
            self._at = lacking[0].id
            self._show_all()
            self.page.fail(Refused("evidence_missing", paper=lacking[0].label), tone="wait")
        else:
            self._finish()

    def _finish(self) -> None:
        work = self._work
        assert work is not None  # noqa: S101 - as above
        work.papered = True
        self._window.free()
        self.page.set_hand(InHand())
        if self._onward:
            self._owner.papers_done(work)
        else:
            self._owner.back(work)

    def _drop(self) -> None:
        """The last page of the paper that is chosen."""
        mine = [one for one in self._kept if one.kind == self._at]
        if not mine:
            return

        def gone(_none: None) -> None:
            self._window.free()
            self._kept.remove(mine[-1])
            self._show_all()

        self.ask(lambda: self._counter.evidence.drop(mine[-1]), gone, wait="busy.saving")

    def _leave(self) -> None:
        """Back: first out of what is in hand, then to the form."""
        if self._hand is not None:
            self._hand = None
            self.page.calm()
            self._show_all()
        elif self._work is not None:
            self._owner.back(self._work)

    # ---- what is shown

    def _choose(self, *_rows: int) -> None:
        """Another paper of the list; a picture that is not kept yet is not dropped for it."""
        chosen = self.page.table.chosen()
        if chosen is None:
            return
        if self._hand is not None:
            self._show_all()
            self.page.show_notice("wait", "evidence.unsaved", "evidence.unsaved.do")
            return
        self._at = chosen[0].id
        self._show_hand()

    def _paper(self) -> EvidenceType:
        return next(paper for paper in self._papers if paper.id == self._at)

    def _show_all(self) -> None:
        service = Bilingual.same("") if self._work is None else self._work.service.title
        pages = [one.kind for one in self._kept]
        self.page.set_papers(service, [(paper, pages.count(paper.id)) for paper in self._papers], self._at)
        self._show_hand()

    def _show_hand(self) -> None:
        hand = self._hand
        self.page.set_hand(InHand() if hand is None else hand.shown())
        self._window.tell_keys()
        if hand is not None:
            return
        mine = [one for one in self._kept if one.kind == self._at]
        shown = mine[-1] if mine else self._offered()
        if shown is not None:
            box = self._counter.evidence
            self.ask(lambda: box.content(shown), lambda content: self._show_kept(shown, content))

    def _offered(self) -> Evidence | None:
        """A paper of this kind from another form of the visit: the citizen gave it once, and a person looks whether it
        is the one that is wanted here.
        """
        if any(one.kind == self._at for one in self._kept):
            return None
        return next((one for one in reversed(self._others) if one.kind == self._at), None)

    def _show_kept(self, kept: Evidence, content: bytes) -> None:
        if self._work is not None and self._hand is None and kept.kind == self._at:
            offered = kept is self._offered()
            doubt = "evidence.offered" if offered else ""
            self.page.set_hand(InHand(content, kept.media, doubt=doubt, offered=offered))
            self._window.tell_keys()

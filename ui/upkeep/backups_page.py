"""Backups: when the last one was made and where, one more now, and the second place. It shows nobody and no money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.upkeep.backup.backup_progress import BackupProgress
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.upkeep.progress_bar import ProgressBar
from ui.widgets import Card, EmptyState, Pill, StatePill, StateRow, Text, beside, reveal, set_tone, show

if TYPE_CHECKING:  # what they bring is too heavy for the first picture
    from kiosk.upkeep.backup.backup_maker import Last
    from kiosk.upkeep.backup.restored_store import Gap


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """What is known of the backups at `now_ms`.

    `place` is the second place, "" for none; `plugged`: it is there now; `by_centre`: the centre has set it; `offered`
    are the folders that could be it.
    """

    here: Last | None
    second: Last | None
    place: str
    plugged: bool
    gaps: Sequence[Gap]
    by_centre: bool = False
    offered: Sequence[Path] = ()
    now_ms: int = 0


class BackupsPage(Page):
    """The page of the backups. `primary` begins one, or looks for a stick where `placeless`. `choose` takes the marked
    disk for the second place, `folder` asks for a folder on it.
    """

    private = False
    aside = True
    fresh = False
    """Whether one has just been made: nothing is wanted of anybody."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageBackups", language, "backups.title")
        self._standing: BackupStanding | None = None
        self._progress = BackupProgress()
        self.here, self.second = StateRow("backupHere"), StateRow("backupSecond")
        self._here_pill, self._second_pill, self.lost_pill = StatePill(), StatePill(), StatePill()
        self.gap = Text(role="error", wrap=True)
        self.table = self.rows("disksTable", "backups.place", ("backups.disk", "backups.folder", "papers.state"), 1)
        self.table.currentCellChanged.connect(lambda *_: self._tell_choose())
        self.none = EmptyState("stick")
        self.word(self.none.tell, "backups.plug")
        self.primary = self.primary_button("backups.now")
        self.now = self.button("nowButton", "backups.now", "Alt+3", icon="save")
        self.first_widget = self.primary
        self.choose = self.button("chooseButton", "backups.choose", "Alt+1", icon="save")
        self.table.opened.connect(lambda _place: self.choose.click())
        self.folder = self.button("folderButton", "backups.folder.other", "Alt+2", icon="list")
        self.again = self.button("againButton", "backups.again", "F5", icon="refresh")
        self.command("F5", "", self.again.click)  # also where it is the primary
        self.back = self.back_button()
        self.state, hint = Text(role="strong", wrap=True), self.paragraph("backups.why")
        self.bar, self._offered = ProgressBar(), self.label(self.table, "backups.place", "h2")
        self._about = Card(self.state, self.bar, hint, 1)
        self.arrange(
            self._missed(), self._where(), self._offered, (self.none, 1), (self.table, 1),
            context=self._about, actions=(self.again, self.choose, self.folder, self.now),
        )  # fmt: skip
        self.retold()

    def _missed(self) -> Card:
        """What a restore lacks."""
        self._lost = Card(beside(self.caption("backups.lost"), 1, self.lost_pill), self.gap)
        set_tone(self._lost, "act")
        self._lost.hide()
        return self._lost

    def _where(self) -> Card:
        """Here, and in the second place."""
        here, second = (self.here, self._here_pill), (self.second, self._second_pill)
        return Card(*(beside((row, 1), pill, gap=12) for row, pill in (here, second)))

    @property
    def busy(self) -> bool:
        return self._progress.busy

    @property
    def placeless(self) -> bool:
        """Whether there is no second place and none to choose: a stick is looked for first."""
        standing = self._standing
        return not self.busy and standing is not None and not standing.place and not standing.offered

    def set_standing(self, standing: BackupStanding) -> None:
        self._standing = standing
        self.retold()

    def set_progress(self, progress: BackupProgress) -> None:
        self._progress = progress
        self.retold()

    @override
    def retold(self) -> None:
        set_tone(self._about, "busy" if self.busy else "")
        self.bar.tell(self._progress.done, self._progress.whole, busy=self.busy)
        waits = "busy.esc" if self.busy else "detail.nothing" if self.fresh else ""
        self.primary.wait_for(self.say(waits) if waits else "")
        self.reword(self.primary, "backups.again" if self.placeless else "backups.now")
        self.now.setVisible(self.placeless)
        self.again.setVisible(not self.placeless)
        self.reword(self.back, "key.stop" if self.busy else "key.back")
        self.state.setText(self._under_way() if self.busy else self.say("backups.auto"))
        for button in (self.again, self.choose, self.folder):
            button.setEnabled(not self.busy)
        standing = self._standing
        offered = () if standing is None else standing.offered
        self.table.fill([self._row(one) for one in offered], offered)
        reveal(offered, self.table, self._offered, self.folder)
        self._tell_choose()
        self.none.setVisible(not offered and not (standing and standing.place))
        if standing is not None:
            self._tell(standing)

    def _row(self, folder: Path) -> tuple[str | Pill, ...]:
        used = Pill("accepted", self.say("papers.used")) if self._used(folder) else ""
        return show.disk(folder.parent), show.disk(folder), used

    def _used(self, folder: Path) -> bool:
        standing = self._standing
        return standing is not None and standing.plugged and standing.place == str(folder)

    def _tell_choose(self) -> None:
        folder = self.table.chosen()
        self.choose.setVisible(folder is not None and not self._used(folder))

    def _tell(self, standing: BackupStanding) -> None:
        here = self._last(standing.here, standing.now_ms) or self.say("backups.here_none")
        self.here.tell("save", "hint", self.say("backups.here"), here)
        self._here_pill.tell(self._under("local") or self._kept(standing.here))
        place = show.disk(Path(standing.place).parent) if standing.place else ""
        title = self.say("backups.second", place=place) if place else self.say("backups.nowhere")
        self.second.tell("stick", "hint" if place else "act", title, self._second(standing))
        self._second_pill.tell(self._under("second") or (self._stick(standing) if place else self._kept(None)))
        self.gap.tell("\n".join(map(self._missing, standing.gaps)))
        self._lost.setVisible(bool(standing.gaps))
        lost = any(gap.lost[1] for gap in standing.gaps)
        self.lost_pill.tell(Pill("critical", self.say("backups.pill.lost")) if lost else None)

    def _kept(self, last: Last | None) -> Pill:
        state = Pill("accepted", "backups.pill.kept") if last else Pill("missing", "backups.pill.none")
        return state._replace(word=self.say(state.word))

    def _stick(self, standing: BackupStanding) -> Pill:
        return self._kept(standing.second) if standing.plugged else Pill("missing", self.say("backups.pill.away"))

    def _under(self, what: str) -> Pill | None:
        return Pill("waiting", self.say("backups.pill.busy")) if self.busy and self._progress.what == what else None

    def _under_way(self) -> str:
        one = self._progress
        percent = show.number(100 * one.done // one.whole if one.whole else 0)
        return self.say(f"backups.busy_{one.what}", percent=percent)

    def _last(self, last: Last | None, now_ms: int) -> str:
        if last is None:
            return ""
        return self.say("backups.last", time=show.said_time(self.language, last.at_ms, now_ms, with_clock=True))

    def _second(self, standing: BackupStanding) -> str:
        if not standing.place:
            return self.say("backups.nowhere.more")
        away = "" if standing.plugged else self.say("backups.away")
        by = self.say("backups.set") if standing.by_centre else ""
        return " ".join(filter(None, (self._last(standing.second, standing.now_ms), away, by)))

    def _missing(self, gap: Gap) -> str:
        """After a restore: what is not here, by number."""
        said: list[str] = []
        for name, (first, last) in (("held", gap.held), ("lost", gap.lost)):
            if last:
                said.append(self.say(f"backups.gap_{name}", first=show.number(first), last=show.number(last)))
        return " ".join(said if gap.known else [*said, self.say("backups.gap_unknown")])

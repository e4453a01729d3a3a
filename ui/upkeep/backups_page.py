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
from ui.widgets import Card, EmptyState, Pill, StatePill, Text, beside, reveal, set_tone, show

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
    """`primary` begins one, or looks for a stick where `placeless`. `choose` takes the marked disk for the second
    place, `folder` asks for a folder on it.
    """

    private = False
    aside = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageBackups", language, "backups.title")
        self._standing: BackupStanding | None = None
        self._progress = BackupProgress()
        self.here, self.second = Text(wrap=True), Text(wrap=True)
        self._here_pill, self._second_pill, self.lost_pill = StatePill(), StatePill(), StatePill()
        self.gap = Text(role="error", wrap=True)
        self.table = self.rows("disksTable", "backups.place", ("backups.disk", "backups.folder"), 1)
        self.none = EmptyState("in")
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
        self._about = Card(self.state, hint, 1)
        self.arrange(
            self._where(), self.label(self.table, "backups.place", "h2"), (self.none, 1), (self.table, 1),
            context=self._about, actions=(self.again, self.choose, self.folder, self.now),
        )  # fmt: skip
        self.retold()

    def _where(self) -> Card:
        """Here, in the second place, and what a restore lacks."""
        self._lost = Card(beside(self.caption("backups.lost"), 1, self.lost_pill), self.gap)
        set_tone(self._lost, "act")
        rows = [
            beside((text, 1), pill, gap=12) for text, pill in
            ((self.here, self._here_pill), (self.second, self._second_pill))
        ]  # fmt: skip
        return Card(*rows, self._lost)

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
        self.primary.wait_for(self.say("busy.esc") if self.busy else "")
        self.reword(self.primary, "backups.again" if self.placeless else "backups.now")
        self.now.setVisible(self.placeless)
        self.again.setVisible(not self.placeless)
        self.reword(self.back, "key.stop" if self.busy else "key.back")
        self.state.setText(self._under_way() if self.busy else self._newest())
        standing = self._standing
        offered = () if standing is None else standing.offered
        self.table.fill([(show.disk(one.parent), show.disk(one)) for one in offered], offered)
        reveal(offered, self.table, self.choose, self.folder)
        self.none.setVisible(not offered)
        if standing is not None:
            self._tell(standing)

    def _tell(self, standing: BackupStanding) -> None:
        self.here.setText(self._last("here", standing.here, standing.now_ms))
        self._here_pill.tell(self._kept(standing.here))
        self.second.setText(self._second(standing))
        self._second_pill.tell(self._kept(standing.second) if standing.plugged else self._away(standing))
        self.gap.tell("\n".join(map(self._missing, standing.gaps)))
        self._lost.setVisible(bool(standing.gaps))
        lost = any(gap.lost[1] for gap in standing.gaps)
        self.lost_pill.tell(Pill("critical", self.say("backups.pill.lost")) if lost else None)

    def _kept(self, last: Last | None) -> Pill:
        state = Pill("accepted", "backups.pill.kept") if last else Pill("missing", "backups.pill.none")
        return state._replace(word=self.say(state.word))

    def _away(self, standing: BackupStanding) -> Pill:
        return Pill("missing", self.say("backups.pill.away" if standing.place else "backups.pill.none"))

    def _under_way(self) -> str:
        one = self._progress
        percent = show.number(100 * one.done // one.whole if one.whole else 0)
        return self.say(f"backups.busy_{one.what}", percent=percent)

    def _newest(self) -> str:
        """When the newest was made, here or in the second place."""
        standing = self._standing
        made = [] if standing is None else [one.at_ms for one in (standing.here, standing.second) if one]
        if standing is None or not made:
            return self.say("backups.none")
        return self.say("backups.last", time=show.said_time(self.language, max(made), standing.now_ms, with_clock=True))

    def _last(self, which: str, last: Last | None, now_ms: int) -> str:
        if last is None:
            return self.say(f"backups.{which}_none")
        time = show.said_time(self.language, last.at_ms, now_ms, with_clock=True)
        return self.say(f"backups.{which}", time=time)

    def _second(self, standing: BackupStanding) -> str:
        if not standing.place:
            return self.say("backups.nowhere")
        there = self.say(
            "backups.plugged" if standing.plugged else "backups.away", place=show.disk(Path(standing.place).parent)
        )
        by = f" {self.say('backups.set')}" if standing.by_centre else ""
        return f"{self._last('second', standing.second, standing.now_ms)}\n{there}{by}"

    def _missing(self, gap: Gap) -> str:
        """After a restore: what is not here, by number."""
        said = [self.say("backups.gap")]
        for name, (first, last) in (("held", gap.held), ("lost", gap.lost)):
            if last:
                said.append(self.say(f"backups.gap_{name}", first=show.number(first), last=show.number(last)))
        return " ".join(said if gap.known else [*said, self.say("backups.gap_unknown")])

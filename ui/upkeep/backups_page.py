"""Backups: when the last one was made and where, one more now, and the second place. It shows nobody and no money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.upkeep.backup.backup_progress import BackupProgress
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.widgets import Button, Card, LineEdit, Text, show

if TYPE_CHECKING:  # what they bring is too heavy for the first picture
    from kiosk.upkeep.backup.backup_maker import Last
    from kiosk.upkeep.backup.restored_store import Gap

LONGEST = 200


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """What is known of the backups; `place` is the second place, "" for none; `plugged`: it is there now; `by_centre`:
    the centre has set it.
    """

    here: Last | None
    second: Last | None
    place: str
    plugged: bool
    gaps: Sequence[Gap]
    by_centre: bool = False


class BackupsPage(Page):
    """`now` begins one, or calls off the one under way; `choose` takes the path in `place` for the second place."""

    private = False
    aside = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageBackups", language, "backups.title")
        self._standing: BackupStanding | None = None
        self._progress = BackupProgress()
        self.state, self.here = Text(role="strong", wrap=True), Text(wrap=True)
        self.second, self.gap = Text(wrap=True), Text(wrap=True)
        self.place = LineEdit("backupPlace", limit=LONGEST)
        self.now = self.button(Button("nowButton", "primary"), "backups.now", "F5")
        self.first_widget = self.now
        self.choose = self.button("chooseButton", "backups.choose", "Alt+1")
        label, hint = self.label(self.place, "backups.place"), self.paragraph("backups.hint")
        main = Card(self.state, self.here, self.second, self.gap, label, self.place, hint, 1)
        self.split(main, self.now, self.choose, self.back_button(), 1)
        self.retold()

    @property
    def busy(self) -> bool:
        return self._progress.busy

    def set_standing(self, standing: BackupStanding) -> None:
        if self._standing is None or standing.place != self._standing.place:
            self.place.setText(standing.place)
        self._standing = standing
        self.retold()

    def set_progress(self, progress: BackupProgress) -> None:
        self._progress = progress
        self.retold()

    @override
    def retold(self) -> None:
        self.reword(self.now, "backups.stop" if self.busy else "backups.now")
        self.state.setVisible(self.busy)
        self.state.setText(self._under_way())
        standing = self._standing
        if standing is None:
            return
        self.here.setText(self._last("here", standing.here))
        self.second.setText(self._second(standing))
        self.gap.tell("\n".join(map(self._missing, standing.gaps)))

    def _under_way(self) -> str:
        one = self._progress
        percent = show.number(100 * one.done // one.whole if one.whole else 0)
        return self.say(f"backups.busy_{one.what}", percent=percent)

    def _last(self, which: str, last: Last | None) -> str:
        if last is None:
            return self.say(f"backups.{which}_none")
        entries, seq = show.number(last.entries), show.number(last.seq)
        return self.say(f"backups.{which}", time=show.moment(last.at_ms), entries=entries, seq=seq)

    def _second(self, standing: BackupStanding) -> str:
        if not standing.place:
            return self.say("backups.nowhere")
        there = self.say("backups.plugged" if standing.plugged else "backups.away", place=show.isolate(standing.place))
        by = f" {self.say('backups.set')}" if standing.by_centre else ""
        return f"{self._last('second', standing.second)}\n{there}{by}"

    def _missing(self, gap: Gap) -> str:
        """After a restore: what is not here, by number."""
        said = [self.say("backups.gap", epoch=show.number(gap.epoch))]
        for name, (first, last) in (("held", gap.held), ("lost", gap.lost)):
            if last:
                said.append(self.say(f"backups.gap_{name}", first=show.number(first), last=show.number(last)))
        return " ".join(said if gap.known else [*said, self.say("backups.gap_unknown")])

"""What the home screen shows, as its flow has read it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kiosk.model.service_request import Day, DayTotals, PrintJob, PrintState
from protocol.catalogue.services import FREE_MODES, ICONS, PublicService
from protocol.documents.limits_reached import LimitFinding
from protocol.errors import KioskError
from protocol.texts import Bilingual, Language, say
from ui.requests.request_words import Listed
from ui.widgets import Picture, show

_MINISTRY: Final = re.compile(" - |, ")
PICTURES: Final[Mapping[str, Picture]] = {
    "civil": ("idcard", "civil"), "traffic": ("car", "traffic"), "supply": ("basket", "supply"),
    "law": ("stamp", "law"), "security": ("passport", "security"), "utilities": ("bolt", "util"),
    "local": ("store", "local"), "social": ("heart", "social"), "other": ("doc", "local"),
}  # fmt: skip
"""The picture and the tint of each area of the catalogue."""


def picture_of(service: PublicService) -> Picture:
    """Its own picture, or that of its area, and the area's tint."""
    picture, tint = PICTURES[service.area]
    return (service.icon if service.icon in ICONS else picture), tint


def own_name(authority: str) -> str:
    """Of an authority, without the ministry behind it."""
    return _MINISTRY.split(authority, 1)[0]


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as the home screen shows it: what it costs whatever is answered, and why it cannot be served now."""

    service: PublicService
    price_pt: int | None
    why_not: KioskError | None

    def price(self, language: Language) -> str:
        """In words; in its place why it cannot be had, but what keeps all of them is said once, over them."""
        if self.why_not is not None and self.why_not.code != "day_stale":
            return show.explained(language, self.why_not)[0]
        if self.service.mode == "guidance":
            return say(language, "home.price.guidance")
        if self.price_pt is None:
            return say(language, "home.price.bill" if self.service.needs_line else "home.price.varies")
        return show.money(language, self.price_pt) if self.price_pt else say(language, "home.price.none")

    def begin(self, language: Language) -> str:
        """What F10 does with it."""
        mode = f".{self.service.mode}" if self.service.mode in FREE_MODES else ""
        return say(language, f"home.start{mode}", service=self.service.title[language])

    def wants(self, language: Language) -> str:
        """What is to be done before it can be begun."""
        return show.explained(language, self.why_not)[2].partition(". ")[0].rstrip(".") if self.why_not else ""

    def refusal(self, language: Language, why_not: KioskError) -> tuple[str, str]:
        """Why and what to do; of what waits for the line, as F10 says, what it is and whose, for who cannot wait."""
        service = self.service
        what, why, remedy = show.explained(language, why_not)
        if why_not.code != "needs_line":
            return what, f"{service.title[language]}: {remedy} {why}"
        authority = f"{say(language, 'paper.authority')}: {service.competent_authority.name[language]}."
        return what, f"{service.description[language]} {authority}"


@dataclass(frozen=True, slots=True)
class Left:
    """A form that was left half typed, with what tells its citizen from others at the counter; `at_ms` is when it was
    last typed in, `filled` how many of its `fields` are; 0, and no `offer`, of a form that is no longer offered.
    """

    id: str
    service: Bilingual
    at_ms: int
    citizen: str = ""
    filled: int = 0
    fields: int = 0
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The services that match what is typed, or those of an area; `near`: nothing matches, these look alike."""

    text: str = ""
    area: str = ""
    offers: Sequence[Offer] = ()
    near: bool = False

    @property
    def hits(self) -> bool:
        """Whether something has what is typed."""
        return bool(self.text.strip() and self.offers) and not self.near


@dataclass(frozen=True, slots=True)
class FirstDay:
    """Which steps somebody who has sold nothing at this till yet has `done`; never the last one, which is to sell."""

    done: Collection[str]
    practising: bool = False


@dataclass(frozen=True, slots=True)
class HomeShown:
    """All that the home page shows. `areas` are those that have services, with how many. `waiting` counts all that is
    unsent, as the header does.

    `blind`: what was taken is not said before it is counted.

    `unfinished` is a paper that needs somebody: nobody knows if it came out, or it could not be printed. `trouble` is
    why the printer prints nothing. `stale` is a day of another date that was left open. `first_day` is that of whoever
    sits here, None for who knows the till.
    """

    front: Sequence[Offer]
    areas: Mapping[str, int]
    found: Found
    last: Sequence[Listed]
    day: Day | None
    totals: DayTotals
    waiting: int
    blind: bool
    drafts: Sequence[Left]
    rejected: int
    unfinished: PrintJob | None
    trouble: KioskError | None = None
    limits: Sequence[LimitFinding] = ()
    stale: bool = False
    now_ms: int = 0
    first_day: FirstDay | None = None

    @property
    def due(self) -> str:
        """What comes before the next sale: the day left open is closed, the printer mended, a paper answered for."""
        if self.stale:
            return "close"
        if self.trouble is not None and self.trouble.values.get("reason") != "none":  # who has a printer prints
            return "mend"
        doubted = self.unfinished is not None and self.unfinished.state is PrintState.UNCERTAIN
        return "answer" if doubted else ""

    @property
    def unpractised(self) -> bool:
        """Whether whoever sits here is new, and may practise first."""
        day = self.first_day
        return day is not None and not day.practising and "practise" not in day.done

    def forgotten(self) -> HomeShown:
        """Without what is one person's: what was taken, the last sale, the drafts and a first day."""
        return replace(self, last=(), totals=replace(self.totals, taken_pt=0), blind=True, drafts=(), first_day=None)

"""A file that was fetched for a paper and is not kept yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.model.evidence_file import FULL, CapturedFile
from ui.capture.crop_preview import Crop
from ui.sale.evidence_page import InHand


@dataclass
class PictureInHand:
    """Its bytes, how it was turned and cut, what would be kept, and whether the doubts about it were told."""

    data: bytes = field(repr=False)
    taken: CapturedFile
    turns: int = 0
    crop: Crop = FULL
    told: bool = False

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
        return in_hand(self.taken.content, self.taken.media, fresh=True, doubt=doubt)


def in_hand(content: bytes, media: str, *, fresh: bool, doubt: str, offered: bool = False) -> InHand:
    """What the page shows of it; no picture of what is none."""
    shown = content if media == "image/jpeg" else b""
    return InHand(shown, len(content), media, fresh, doubt, offered)

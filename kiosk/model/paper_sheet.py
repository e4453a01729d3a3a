"""What a paper says, whatever printer it comes out of: a head, and blocks from top to bottom, in both languages.

A `Sheet` is content only: the painter (`ui.paper`) decides where things stand on 58 mm, 80 mm, A5 or A4. It is fixed
when its job is made and stored with it, so that the same paper can be printed again in any language. The receipt of a
sale stays a `Receipt`, which the store can search; `kiosk.printing.receipt_sheet` says how it looks. Amounts are
piastres, and what they mean (a shortage, a refund) stands in their label, never in a sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from kiosk.model.citizen_receipt import Receipt
from protocol import strict_json
from protocol.texts import Bilingual, both
from protocol.values.arabic import clean, isolate

_MARKED_NUMBER: Final = re.compile(r"[0-9]+(?:[-./:,×+%][0-9]*)+(?<![.,:])")
Weight = Literal["plain", "strong", "small"]
WEIGHTS: Final[tuple[Weight, ...]] = get_args(Weight)


def typed(words: str | Bilingual) -> Bilingual:
    """Words that came from a keyboard or a file, fit for a line of either direction.

    Controls that would turn the line are gone, and numbers with marks inside keep their order: a date in an Arabic
    sentence is otherwise shown with its day as its year. What has no English is said in Arabic.
    """
    words = Bilingual.same(words) if isinstance(words, str) else words
    said = Bilingual(words.ar, words.en or words.ar)
    return Bilingual.of(lambda language: _MARKED_NUMBER.sub(lambda found: isolate(found[0]), clean(said[language])))


def joined(first: Bilingual, mark: str, second: Bilingual) -> Bilingual:
    return Bilingual.of(lambda language: first[language] + mark + second[language])


def at_till(shop: Bilingual, till: int) -> Bilingual:
    """The head of a paper: whose it is, and which counter it came from."""
    name = both("till.name", n=isolate(str(till))) if till else both("till.practice")
    return joined(typed(shop), " — ", name)


# ---- blocks ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """What the blocks below it are about; it never stands alone at the foot of a page."""

    text: Bilingual


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value. A plain `str` is a number, code or date: the same, and in the same order, in both."""

    label: Bilingual
    value: Bilingual | str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """A label and money. `total` is the largest print on the paper: one, at most two of them."""

    label: Bilingual
    amount_pt: int
    weight: Literal["plain", "total", "small"] = "plain"


@dataclass(frozen=True, slots=True)
class Worth:
    """A price that is no number: free, the bill's, not known."""

    label: Bilingual
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Tally:
    """Notes or coins of one kind: ``100.00 × 3 = 300.00``."""

    face_pt: int
    count: int


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence across the paper."""

    text: Bilingual
    weight: Weight = "plain"


@dataclass(frozen=True, slots=True)
class Tick:
    """An empty box and what to bring or do: whoever helps the citizen ticks them off."""

    text: Bilingual


@dataclass(frozen=True, slots=True)
class Step:
    """One of several things to do in their order, from 1."""

    number: int
    text: Bilingual


@dataclass(frozen=True, slots=True)
class Band:
    """White on black across the paper: what nobody may overlook."""

    text: Bilingual


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A dotted line to sign on, and who."""

    who: Bilingual


@dataclass(frozen=True, slots=True)
class Proof:
    """What can be checked: a QR with its caption, the code that people read aloud and the shop's, digits in bars. ""
    leaves one out.

    `hidden` are digits behind those in the bars, where the paper is wide enough.
    """

    qr: str
    caption: Bilingual
    code: str = ""
    shop: str = ""
    digits: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Ruler:
    """The self-test's ruler from edge to edge: a cut end shows that the width is wrong."""


Block = Heading | Fact | Amount | Worth | Tally | Note | Tick | Step | Band | Rule | Signature | Proof | Ruler
_BLOCKS: Final[dict[str, type[Block]]] = {
    kind.__name__: kind
    for kind in (Heading, Fact, Amount, Worth, Tally, Note, Tick, Step, Band, Rule, Signature, Proof, Ruler)
}


# ---- the paper -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper. `number` stands beside its title, on further pages too; `cash`: money changes hands, the drawer opens.

    `practice` prints a mark over everything that could be taken for proof.
    """

    kind: str
    shop: Bilingual
    title: Bilingual
    blocks: tuple[Block, ...]
    number: str = ""
    practice: bool = False
    cash: bool = False

    def pack(self) -> bytes:
        """JSON bytes for the print job's row; `unpack` gives the same sheet back. Raises Refused("text_long")."""
        blocks = [
            [type(block).__name__, *(_plain(getattr(block, m)) for m in block.__slots__)] for block in self.blocks
        ]
        members = {name: _plain(getattr(self, name)) for name in self.__slots__ if name != "blocks"}
        return strict_json.dumps_readable({**members, "blocks": blocks})


Content = Receipt | Sheet
"""What a print job prints."""


def unpack(data: bytes) -> Content:
    """The content of a print job's row."""
    members: dict[str, Any] = strict_json.loads_object(data)
    if "blocks" not in members:
        return Receipt.unpack(data)
    blocks = tuple(_BLOCKS[kind](*map(_rich, rest)) for kind, *rest in members.pop("blocks"))
    return Sheet(blocks=blocks, **{name: _rich(value) for name, value in members.items()})


def _plain(value: Any) -> Any:
    return [value.ar, value.en] if isinstance(value, Bilingual) else value


def _rich(value: Any) -> Any:
    return Bilingual(*value) if isinstance(value, list) else value

"""PDFs with something in them that runs or hides, packed and damaged in every way that some reader puts up with."""

from __future__ import annotations

import base64
import itertools
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

HOSTILE: Final = (
    b"<</S/JavaScript/JS(app.alert(1))>>", b"<</S/J#61vaScript/J#53 7 0 R>>", b"<</S/Launch/F(calc.exe)>>",
    b"<</Type/EmbeddedFile>>", b"<</Type/Filespec/EF<</F 7 0 R>>>>", b"<</OpenAction 7 0 R>>", b"<</AA<</O 7 0 R>>>>",
    b"<</OpenAction<</S/URI/URI(http://x)>>>>", b"<</S/SubmitForm/F(http://x)>>", b"<</S/GoToR/F(other.pdf)>>",
    b"<</AcroForm<</XFA 7 0 R>>>>", b"<</Subtype/RichMedia>>",
)  # fmt: skip


def lzw(data: bytes) -> bytes:
    """Codes of nine bits; the table is cleared before it grows."""
    codes = [256]
    for at in range(0, len(data), 200):
        codes += [*data[at : at + 200], 256]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def run_length(data: bytes) -> bytes:
    pieces = (data[at : at + 128] for at in range(0, len(data), 128))
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces) + b"\x80"


PACK: Final[dict[bytes, Callable[[bytes], bytes]]] = {
    b"FlateDecode": zlib.compress, b"ASCII85Decode": lambda data: base64.a85encode(data) + b"~>",
    b"ASCIIHexDecode": lambda data: data.hex().encode() + b">", b"LZWDecode": lzw, b"RunLengthDecode": run_length,
}  # fmt: skip
SHORT: Final = {
    b"FlateDecode": b"Fl", b"ASCII85Decode": b"A85", b"ASCIIHexDecode": b"AHx", b"LZWDecode": b"LZW",
    b"RunLengthDecode": b"RL",
}  # fmt: skip
Chain = tuple[bytes, ...]
CHAINS: Final[list[Chain]] = [chain for depth in range(4) for chain in itertools.product(PACK, repeat=depth)]


@dataclass(frozen=True)
class Stream:
    """As it is written; `chain` is in the order of unpacking."""

    chain: Chain
    payload: bytes
    more: bytes = b""
    """Other members of its dictionary."""
    filters: bytes | None = None
    length: bytes | None = None
    keyword: bytes = b"\nstream\n"
    end: bytes = b"\nendstream"
    object_end: bytes = b" endobj\n"
    beside: bytes = b""
    """Other objects that it needs."""

    def written(self) -> bytes:
        named = b"/Filter[%b]" % b"".join(b"/" + name for name in self.chain) if self.chain else b""
        filters = named if self.filters is None else self.filters
        length = b"/Length %d" % len(self.payload) if self.length is None else self.length
        head = b"6 0 obj <<" + self.more + filters + length + b">>"
        return self.beside + head + self.keyword + self.payload + self.end + self.object_end


def packed(content: bytes, chain: Chain, more: bytes = b"") -> Stream:
    content += bytes(40)  # what a damage takes from its end is not what is looked for
    for name in reversed(chain):
        content = PACK[name](content)
    return Stream(chain, content, more)


def object_stream(inside: bytes, chain: Chain) -> Stream:
    """Where readers find object 9; a page refers to it."""
    return packed(b"9 0 " + inside, chain, b"/Type/ObjStm/N 1/First 4")


def whole(*objects: bytes) -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/Contents 6 0 R/Annots[<</Type/Annot/Subtype/Link/A 9 0 R>>]>> endobj\n"
        + b"".join(objects)
        + b"trailer <</Root 1 0 R>>\n%%EOF\n"
    )


Damage = Callable[[Stream], Stream]


def _elsewhere(stream: Stream) -> Stream:
    names = b"[%b]" % b"".join(b"/" + name for name in stream.chain)
    return replace(stream, filters=b"/Filter 8 0 R", beside=b"8 0 obj " + names + b" endobj\n")


def _predicted(stream: Stream) -> Stream:
    """Each byte is the difference from the one above it, as PNG has it: no word can be read before that is undone."""
    if stream.chain[-1:] != (b"FlateDecode",) or len(stream.chain) != 1:
        return replace(stream, more=stream.more + b"/DecodeParms<</Predictor 12/Columns 1>>")
    plain = zlib.decompress(stream.payload)
    rows = b"".join(bytes([2, (byte - above) % 256]) for byte, above in zip(plain, b"\0" + plain, strict=False))
    parameters = b"/DecodeParms<</Predictor 12/Columns 1>>"
    return replace(stream, payload=zlib.compress(rows), more=stream.more + parameters)


DAMAGES: Final[dict[str, Damage]] = {
    "none": lambda s: s,
    "check sum": lambda s: replace(s, payload=s.payload[:-4] + b"\0\0\0\0"),
    "cut off": lambda s: replace(s, payload=s.payload[:-3]),
    "no end": lambda s: replace(s, payload=s.payload.rstrip(b">").rstrip(b"~")),
    "something behind": lambda s: replace(s, payload=s.payload + b"junk"),
    "blanks inside": lambda s: replace(s, payload=b" \n".join((s.payload[:9], s.payload[9:]))) if s.chain else s,
    "begun twice": lambda s: replace(s, payload=b"<~" + s.payload),
    "no head": lambda s: replace(s, payload=s.payload[2:]) if s.chain[:1] == (b"FlateDecode",) else s,
    "blank behind stream": lambda s: replace(s, keyword=b"\nstream \n"),
    "return behind stream": lambda s: replace(s, keyword=b"\nstream\r"),
    "nothing behind stream": lambda s: replace(s, keyword=b"\nstream"),
    "comment before stream": lambda s: replace(s, keyword=b"%stream\nstream\n"),
    "too short": lambda s: replace(s, length=b"/Length 1"),
    "too long": lambda s: replace(s, length=b"/Length 99999"),
    "negative": lambda s: replace(s, length=b"/Length -5"),
    "no length": lambda s: replace(s, length=b""),
    "two lengths": lambda s: replace(s, length=b"/Length 0/Length %d" % len(s.payload)),
    "length elsewhere": lambda s: replace(s, length=b"/Length 8 0 R", beside=b"8 0 obj %d endobj\n" % len(s.payload)),
    "length nowhere": lambda s: replace(s, length=b"/Length 99 0 R"),
    "lengths elsewhere": lambda s: replace(
        s, length=b"/Length 8 0 R", beside=b"8 0 obj 0 endobj\n8 0 obj %d endobj\n" % len(s.payload)
    ),
    "no endstream": lambda s: replace(s, end=b"\n"),
    "no endobj": lambda s: replace(s, object_end=b"\n"),
    "junk before": lambda s: replace(s, beside=b"junk\n"),
    "filters elsewhere": _elsewhere,
    "filters short": lambda s: replace(s, filters=b"/Filter[%b]" % b"".join(b"/" + SHORT[name] for name in s.chain)),
    "filter short": lambda s: replace(s, filters=b"/F[%b]" % b"".join(b"/" + name for name in s.chain)),
    "filters escaped": lambda s: replace(
        s, filters=b"/Fi#6cter[%b]" % b"".join(b"/#%02x%b" % (name[0], name[1:]) for name in s.chain)
    ),
    "two filters": lambda s: replace(s, more=s.more + b"/Filter null"),
    "predicted": _predicted,
    "a picture": lambda s: replace(s, more=s.more + b"/Subtype/Image"),
}  # fmt: skip

HIDING: Final[dict[str, Callable[[bytes], bytes]]] = {
    "in a picture": lambda hidden: Stream((), hidden, b"/Type/XObject/Subtype/Image").written(),
    "in a string": lambda hidden: b"6 0 obj (" + hidden + b") endobj\n",
    "in a comment": lambda hidden: b"%" + hidden.replace(b"\n", b" ") + b"\n",
    "behind xref": lambda hidden: b"xref\n0 1\n" + hidden,
    "behind a value": lambda hidden: b"6 0 obj null " + hidden + b" endobj\n",
}  # fmt: skip
"""An object where the order of the file has none; the table of any file may point there."""


def damaged(inside: bytes, chain: Chain, damages: Sequence[str]) -> Iterator[bytes]:
    """The same as an object in a stream; and a program as the text of a page, where no reader looks for one."""
    for stream in (object_stream(inside, chain), packed(HOSTILE[0], chain)):
        if stream.more or "a picture" not in damages:
            yield whole(reduce(lambda made, name: DAMAGES[name](made), damages, stream).written())


def hidden(inside: bytes, chain: Chain) -> Iterator[tuple[str, bytes]]:
    inner = object_stream(inside, chain).written().replace(b"6 0 obj", b"9 0 obj").rstrip()
    for name, hide in HIDING.items():
        if chain or name != "behind xref":
            yield name, whole(hide(inner.replace(b"(", b"\\(").replace(b")", b"\\)") if "string" in name else inner))

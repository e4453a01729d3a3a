"""Reading a picture or PDF that may be hostile: in a process of its own, which has nothing to lose.

`serve` is that process (``manfaz read-picture``): one request on stdin, one answer on stdout, and nothing else from the
first byte on (`kiosk.evidence.process_confinement`). Pillow is imported here and nowhere else at the counter.

Rules, in this order:
- the bytes decide what it is, never a name: JPEG, PNG, WebP or PDF, and nothing else is ever decoded;
- the pixels the file declares are counted before one of them is made;
- what is kept of a picture is encoded anew, so that nothing hidden in or behind it is kept;
- dark comes before blurred: a sharp picture taken in the dark measures like a blurred one.
"""

from __future__ import annotations

import io
import json
import os
import sys
import warnings
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from PIL import (
    Image,
    ImageColor,
    ImageFile,
    ImageFilter,
    ImageOps,
    ImagePalette,
    ImageStat,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from kiosk.evidence import pdf_safety
from kiosk.evidence.process_confinement import confine
from kiosk.model.evidence_file import LONGEST_PX, MAX_FILE, CapturedFile, CaptureSpec, Doubt, refuse_size
from protocol.errors import Refused

MAX_PIXELS: Final = 40_000_000
MAX_PIXELS_JPEG: Final = 220_000_000
"""A JPEG is decoded at an eighth, a quarter or half its size: its pixels never all exist."""
MAX_SIDE: Final = 30_000
DARK: Final = 60
"""Mean brightness of 255 below which nobody reads a page."""
BLURRED: Final = 70
"""Variance of the Laplacian in the sharpest part of a picture 1,000 px long (a page in focus has 700 and more)."""
TILES: Final = 5
QUALITIES: Final = (85, 75, 65, 55, 45, 35)
SHRINK: Final = 0.85

_PLUGINS: Final = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)  # no other decoder is asked
_LATER: Final = (ImageColor, ImagePalette, MpoImagePlugin, TiffImagePlugin)
"""What Pillow imports once a picture wants it: JPEGs of telephones are MPO, and EXIF is a TIFF."""
_HEIC: Final = (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif")


def kind_of(data: bytes) -> str:
    """JPEG, PNG, WEBP or PDF, by its first bytes. Raises Refused: evidence_heic, evidence_kind."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:5] == b"%PDF-":
        return "PDF"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Refused("evidence_heic")
    raise Refused("evidence_kind")


def read(data: bytes, wanted: CaptureSpec) -> CapturedFile:
    """As `kiosk.model.evidence_file.PictureReader`."""
    refuse_size(data)
    kind = kind_of(data)
    if kind == "PDF":
        if len(data) > wanted.max_kb * 1000:
            raise Refused("evidence_pdf_heavy", kb=len(data) // 1000, most_kb=wanted.max_kb)
        pdf_safety.refuse_unsafe(data)
        return CapturedFile(data, "application/pdf", 0, 0)
    try:
        picture = _decode(data, kind, wanted)
    except Refused:
        raise
    except Exception as error:  # a decoder may raise anything at all over a broken file
        raise Refused("evidence_unreadable") from error
    if max(picture.size) < wanted.min_px:
        raise Refused("evidence_small", px=max(picture.size), least_px=wanted.min_px)
    doubts = tuple(_doubts(picture))
    content, (width, height) = _encode(picture, wanted)
    return CapturedFile(content, "image/jpeg", width, height, doubts)


def _decode(data: bytes, kind: str, wanted: CaptureSpec) -> Image.Image:
    """Upright, turned, cropped, not larger than anybody needs, in plain colours."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, by kind and before decoding
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    picture: Image.Image = Image.open(io.BytesIO(data), formats=[kind])
    width, height = picture.size
    if max(width, height) > MAX_SIDE or width * height > (MAX_PIXELS_JPEG if kind == "JPEG" else MAX_PIXELS):
        raise Refused("evidence_pixels", mp=width * height // 1_000_000)
    left, top, right, bottom = wanted.crop
    longest = max(LONGEST_PX, wanted.min_px)
    kept = min(right - left, bottom - top) / 1000
    picture.draft("RGB", (int(longest / kept), int(longest / kept)))
    if picture.size[0] * picture.size[1] > MAX_PIXELS:
        raise Refused("evidence_pixels", mp=width * height // 1_000_000)
    picture = ImageOps.exif_transpose(picture)
    picture = _plain(picture)
    if wanted.turns:
        turn = (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)[wanted.turns - 1]
        picture = picture.transpose(turn)  # clockwise, as a hand turns paper; Pillow counts the other way
    across, down = picture.size
    picture = picture.crop((across * left // 1000, down * top // 1000, across * right // 1000, down * bottom // 1000))
    return _shrunk(picture, longest)


def _plain(picture: Image.Image) -> Image.Image:
    """Without transparency: what lies under it is white paper."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        over = picture.convert("RGBA")
        under = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(under, over).convert("RGB")
    return picture.convert("RGB")


def _shrunk(picture: Image.Image, longest: int) -> Image.Image:
    long = max(picture.size)
    if long <= longest:
        return picture
    width, height = (max(1, round(side * longest / long)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _doubts(picture: Image.Image) -> Iterator[Doubt]:
    grey = _shrunk(picture.convert("L"), 1_000)
    if ImageStat.Stat(grey).mean[0] < DARK:
        yield "dark"
    elif _sharpness(grey) < BLURRED:
        yield "blurred"


def _sharpness(grey: Image.Image) -> float:
    """Of the second sharpest of 25 parts: most of a page is empty, and one hair of dust is not writing."""
    if min(grey.size) < 3:
        return 0.0
    edges = grey.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128))
    edges = ImageOps.crop(edges, 1)  # the filter leaves the outermost pixels as they were
    width, height = edges.size
    parts = [
        (width * x // TILES, height * y // TILES, width * (x + 1) // TILES, height * (y + 1) // TILES)
        for x in range(TILES)
        for y in range(TILES)
    ]
    found = [ImageStat.Stat(edges.crop(part)).var[0] for part in parts if part[0] < part[2] and part[1] < part[3]]
    return sorted(found)[-2] if len(found) > 1 else 0.0


def _encode(picture: Image.Image, wanted: CaptureSpec) -> tuple[bytes, tuple[int, int]]:
    """The best JPEG within the limits: first coarser, then smaller, never smaller than asked for."""
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= wanted.max_kb * 1000:
                return out.getvalue(), picture.size
        smaller = int(max(picture.size) * SHRINK)
        if smaller < max(wanted.min_px, 1):
            raise Refused("evidence_heavy", most_kb=wanted.max_kb)
        picture = _shrunk(picture, smaller)


# ---- the process -----------------------------------------------------------------------------------------------


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer one request: a line of JSON and the bytes, both ways."""
    asked = json.loads(source.readline())
    wanted = CaptureSpec(asked["min_px"], asked["max_kb"], asked["turns"], tuple(asked["crop"]))
    try:
        taken = read(source.read(MAX_FILE + 1), wanted)
    except Refused as error:
        _answer(sink, {"refused": error.code, "values": error.values})
    else:
        shape = {"media": taken.media, "width": taken.width, "height": taken.height, "doubts": taken.doubts}
        _answer(sink, shape, taken.content)


def _answer(sink: IO[bytes], members: dict[str, Any], content: bytes = b"") -> None:
    sink.write(json.dumps(members).encode() + b"\n" + content)
    sink.flush()


def rehearse() -> None:
    """Everything is imported and loaded that reading any picture needs: soon no file can be opened."""
    for form in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGBA" if form == "WEBP" else "RGB", (64, 64)).save(out, form)
        read(out.getvalue(), CaptureSpec(8, 10, 1))


def main() -> int:
    """``manfaz read-picture``. It ends at once and tidies nothing: that would take calls which it no longer has."""
    code = 1
    sys.stderr = None  # nobody reads it, and writing to it would be the end
    warnings.simplefilter("ignore")  # to say where a warning stands, Python opens the module's file
    try:
        rehearse()
        source, sink = cast("IO[bytes]", sys.stdin.buffer), cast("IO[bytes]", sys.stdout.buffer)
        try:
            confine()
        except OSError:
            _answer(sink, {"refused": "evidence_unconfined", "values": {}})
        else:
            serve(source, sink)
        code = 0
    finally:
        os._exit(code)

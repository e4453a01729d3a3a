"""Pictures of papers that exist nowhere, good ones and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

CANARY = b"CANARY-7f3a-exif-owner"


def page(width: int = 1700, height: int = 2300, ground: int = 235, seed: int = 4821) -> Image.Image:
    """A typed page: thirty lines."""
    made = Image.new("RGB", (width, height), (ground,) * 3)
    draw, font = ImageDraw.Draw(made), ImageFont.load_default(size=max(10, width // 50))
    for line in range(30):
        text = f"certificate {seed} of nobody, line {line}"
        draw.text((width // 10, height // 12 + line * height // 40), text, fill=(20, 20, 20), font=font)
    return made


def blurred(radius: int) -> Image.Image:
    return page().filter(ImageFilter.GaussianBlur(radius))


def dark() -> Image.Image:
    return Image.eval(page(), lambda value: value // 6)


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def decoded(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def with_exif(orientation: int = 6) -> bytes:
    """A page lying on its side, as a telephone keeps it, with its owner's name behind it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = orientation, CANARY.decode()
    return encoded(page(), exif=exif.tobytes())


@cache
def _much_of_nothing() -> bytes:
    return zlib.compress(bytes(200 << 20), 9)


def png_bomb(side: int = 25_000) -> bytes:
    """A few hundred kilobytes that say they are `side` pixels square."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", _much_of_nothing()), (b"IEND", b""))
    chunks = (struct.pack(">I", len(x)) + n + x + struct.pack(">I", zlib.crc32(n + x)) for n, x in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def pdf(inside: bytes = b"BT (certificate) Tj ET", catalog: bytes = b"", *, packed: bool = False) -> bytes:
    """A page of PDF with one stream, and `catalog` among the members of its catalog."""
    stream = zlib.compress(inside) if packed else inside
    how = b"/Filter /FlateDecode " if packed else b""
    return (
        b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R " + catalog + b">> endobj\n"
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
        b"3 0 obj <</Type /Page /Parent 2 0 R /Contents 4 0 R>> endobj\n"
        b"4 0 obj <<" + how + b"/Length %d>>\nstream\n" % len(stream) + stream + b"\nendstream endobj\n"
        b"trailer <</Root 1 0 R>>\n%%EOF\n"
    )

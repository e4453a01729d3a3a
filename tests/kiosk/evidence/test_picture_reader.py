from __future__ import annotations

import io
import json
import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.evidence import picture_reader
from kiosk.model.evidence_file import MAX_FILE, CaptureSpec, captured, missing, refuse_size, wanted
from protocol.catalogue.services import EvidenceType
from protocol.errors import Refused
from protocol.texts import Bilingual
from tests.harness import sample_pictures

USUAL = CaptureSpec(1000, 400)


def refused(data: bytes, asked: CaptureSpec = USUAL) -> str:
    with pytest.raises(Refused) as caught:
        picture_reader.read(data, asked)
    return caught.value.code


# ---- what is kept


def test_a_sharp_page_is_kept_within_the_limits_of_its_service() -> None:
    taken = picture_reader.read(sample_pictures.encoded(sample_pictures.page()), USUAL)
    assert (taken.media, taken.doubts, len(taken.content) <= 400_000) == ("image/jpeg", (), True)
    assert sample_pictures.decoded(taken.content).size == (taken.width, taken.height) == (1700, 2300)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_forms_become_a_jpeg(form: str) -> None:
    assert (
        sample_pictures.decoded(
            picture_reader.read(sample_pictures.encoded(sample_pictures.page(), form), USUAL).content
        ).format
        == "JPEG"
    )


def test_a_large_photo_is_brought_down() -> None:
    taken = picture_reader.read(sample_pictures.encoded(sample_pictures.page(6000, 8000)), USUAL)
    assert (taken.height, len(taken.content) <= 400_000) == (2400, True)


def test_noise_is_made_smaller_until_it_fits_and_never_too_small() -> None:
    noise = sample_pictures.encoded(Image.frombytes("RGB", (2000, 2000), os.urandom(12_000_000)), "PNG")
    taken = picture_reader.read(noise, CaptureSpec(400, 60))
    assert 400 <= taken.width < 2000
    assert len(taken.content) <= 60_000
    assert refused(noise, CaptureSpec(1900, 60)) == "evidence_heavy"


def test_what_the_telephone_wrote_behind_the_picture_is_gone_and_the_picture_stands_upright() -> None:
    data = sample_pictures.with_exif()
    taken = picture_reader.read(data, USUAL)
    assert sample_pictures.CANARY in data
    assert sample_pictures.CANARY not in taken.content
    assert (taken.width, taken.height) == (2300, 1700)


def test_a_second_file_behind_a_picture_is_not_kept() -> None:
    taken = picture_reader.read(
        sample_pictures.encoded(sample_pictures.page()) + b"PK\x03\x04" + sample_pictures.CANARY, USUAL
    )
    assert sample_pictures.CANARY not in taken.content


def test_transparent_paper_is_white() -> None:
    clear = Image.new("RGBA", (1200, 1200), (0, 0, 0, 0))
    assert (
        sample_pictures.decoded(picture_reader.read(sample_pictures.encoded(clear, "PNG"), USUAL).content).getpixel(
            (5, 5)
        )
        == (255,) * 3
    )


def corner(picture_: Image.Image) -> str:
    """Where the red corner lies."""
    width, height = picture_.size
    red = {
        name: picture_.convert("RGB").getpixel(at)[0] > 150  # type: ignore[index]
        for name, at in {
            "left top": (20, 20), "right top": (width - 20, 20), "right bottom": (width - 20, height - 20),
            "left bottom": (20, height - 20),
        }.items()
    }  # fmt: skip
    return " ".join(name for name, is_red in red.items() if is_red)


@pytest.mark.parametrize(
    ("turns", "where"), [(0, "left top"), (1, "right top"), (2, "right bottom"), (3, "left bottom")]
)
def test_turns_go_clockwise(turns: int, where: str) -> None:
    marked = Image.new("RGB", (1200, 1000))
    marked.paste((255, 0, 0), (0, 0, 200, 200))
    taken = picture_reader.read(sample_pictures.encoded(marked), CaptureSpec(500, 400, turns))
    assert corner(sample_pictures.decoded(taken.content)) == where
    assert (taken.width, taken.height) == ((1200, 1000) if turns % 2 == 0 else (1000, 1200))


def test_the_crop_is_of_the_turned_picture() -> None:
    marked = Image.new("RGB", (1200, 1000))
    marked.paste((255, 0, 0), (0, 0, 300, 1000))
    taken = picture_reader.read(sample_pictures.encoded(marked), CaptureSpec(200, 400, 1, (0, 0, 1000, 250)))
    assert (taken.width, taken.height) == (1000, 300)
    assert sample_pictures.decoded(taken.content).resize((1, 1)).getpixel((0, 0))[0] > 200  # type: ignore[index]


# ---- results


@pytest.mark.parametrize(("made", "doubts"), [
    (sample_pictures.page(), ()), (sample_pictures.blurred(2), ()), (sample_pictures.blurred(5), ("blurred",)),
    (sample_pictures.blurred(12), ("blurred",)), (sample_pictures.dark(), ("dark",)),
    (sample_pictures.page(ground=150), ()), (Image.new("RGB", (1200, 1200), "white"), ("blurred",)),
])  # fmt: skip
def test_what_cannot_be_read_is_doubted(made: Image.Image, doubts: tuple[str, ...]) -> None:
    assert picture_reader.read(sample_pictures.encoded(made, quality=90), USUAL).doubts == doubts


def test_a_jpeg_of_a_thousand_sides_has_too_many() -> None:
    assert refused(sample_pictures.encoded(Image.new("L", (30_001, 2)), "PNG")) == "evidence_pixels"


def test_a_picture_of_one_pixel_is_no_crash() -> None:
    taken = picture_reader.read(sample_pictures.encoded(Image.new("RGB", (1, 1), "white")), CaptureSpec(1, 10))
    assert (taken.width, taken.doubts) == (1, ("blurred",))


def test_too_small_says_how_small() -> None:
    with pytest.raises(Refused) as caught:
        picture_reader.read(sample_pictures.encoded(sample_pictures.page(600, 800)), USUAL)
    assert (caught.value.code, caught.value.values) == ("evidence_small", {"px": 800, "least_px": 1000})


# ---- what is not let in


@pytest.mark.parametrize(("data", "code"), [
    (b"", "evidence_empty"), (b"GIF89a" + bytes(99), "evidence_kind"), (b"MZ" + bytes(99), "evidence_kind"),
    (b"\0\0\0\x18ftypheic" + bytes(99), "evidence_heic"), (b"<svg xmlns='x'/>", "evidence_kind"),
    (b"\xff\xd8\xff" + bytes(99), "evidence_unreadable"), (b"\x89PNG\r\n\x1a\n" + bytes(99), "evidence_unreadable"),
])  # fmt: skip
def test_the_bytes_decide_what_it_is(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_half_copied_photo_is_unreadable() -> None:
    whole = sample_pictures.encoded(sample_pictures.page())
    assert refused(whole[: len(whole) // 2]) == "evidence_unreadable"


def test_a_bomb_is_counted_before_it_is_opened() -> None:
    assert refused(sample_pictures.png_bomb()) == "evidence_pixels"
    assert refused(sample_pictures.png_bomb(40_000)) == "evidence_pixels"


def test_a_jpeg_that_stays_large_even_when_halved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_reader, "MAX_PIXELS", 1_000_000)
    assert refused(sample_pictures.encoded(sample_pictures.page())) == "evidence_pixels"


def test_size_is_looked_at_first_of_all() -> None:
    with pytest.raises(Refused) as caught:
        refuse_size(bytes(MAX_FILE + 1))
    assert (caught.value.code, caught.value.values["mb"]) == ("evidence_large", 64)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_picture_is_refused_or_read_and_never_a_crash(data: st.DataObject) -> None:
    good = bytearray(
        sample_pictures.encoded(sample_pictures.page(300, 400), data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"])))
    )
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        assert sample_pictures.decoded(picture_reader.read(bytes(good), CaptureSpec(100, 400)).content).format == "JPEG"


# ---- PDF


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    taken = picture_reader.read(sample_pictures.pdf(packed=True), USUAL)
    assert (taken.content, taken.media, taken.width) == (sample_pictures.pdf(packed=True), "application/pdf", 0)


@pytest.mark.parametrize(("data", "code"), [
    (sample_pictures.pdf(catalog=b"/OpenAction <</S /Launch /F (calc.exe)>>"), "evidence_pdf_active"),
    (sample_pictures.pdf(catalog=b"/OpenAction [3 0 R /Fit]"), ""),
    (sample_pictures.pdf(catalog=b"/Names <</J#61vaScript 5 0 R>>"), "evidence_pdf_active"),
    (sample_pictures.pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>", packed=True), "evidence_pdf_active"),
    (sample_pictures.pdf(catalog=b"/Encrypt 5 0 R"), "evidence_pdf_locked"),
    (sample_pictures.pdf() + b"PK\x05\x06" + bytes(18), "evidence_pdf_mixed"),
    (sample_pictures.pdf(b"PK\x05\x06" + bytes(18)), "evidence_pdf_mixed"),
    (sample_pictures.pdf() + b"\n<script>alert(1)</script>", "evidence_pdf_mixed"),
    (sample_pictures.pdf(b"<HTML><body>"), "evidence_pdf_mixed"),
    (sample_pictures.pdf()[:-6], "evidence_pdf_mixed"),
    (b"%PDF-1.4\n%%EOF", "evidence_unreadable"),
    (sample_pictures.pdf(catalog=b"/X " + b"[" * 60 + b"]" * 60), "evidence_pdf_odd"),
    (sample_pictures.pdf(catalog=b"/X (without end"), "evidence_pdf_odd"),
    (sample_pictures.pdf(catalog=b"/X ?"), "evidence_pdf_odd"),
    (sample_pictures.pdf(catalog=b"/X (a (b\\) c) d) /Y [null true -1.5 <4A>]"), ""),
    (b"%PDF-1.4\nstream\nbroken\nendstream /Page\n%%EOF", "evidence_pdf_odd"),
])  # fmt: skip
def test_a_pdf_is_paper_and_nothing_else(data: bytes, code: str) -> None:
    if code:
        assert refused(data) == code
    else:
        assert picture_reader.read(data, USUAL).media == "application/pdf"


def test_a_jpeg_with_a_pdf_in_front_is_no_pdf() -> None:
    assert refused(b"junk" + sample_pictures.pdf()) == "evidence_kind"
    assert (
        picture_reader.read(sample_pictures.encoded(sample_pictures.page()) + sample_pictures.pdf(), USUAL).media
        == "image/jpeg"
    )


def test_a_pdf_that_unpacks_without_end_is_a_bomb() -> None:
    assert refused(sample_pictures.pdf(bytes(70 << 20), packed=True)) == "evidence_pixels"


def test_a_pdf_is_not_made_smaller() -> None:
    assert refused(sample_pictures.pdf(os.urandom(500_000).replace(b"%", b"x"))) == "evidence_pdf_heavy"


# ---- the process


def served(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    out = io.BytesIO()
    picture_reader.serve(io.BytesIO(json.dumps(asked).encode() + b"\n" + data), out)
    head, _, content = out.getvalue().partition(b"\n")
    return json.loads(head), content


ASKED = {"min_px": 1000, "max_kb": 400, "turns": 1, "crop": [0, 0, 1000, 500]}


def test_it_answers_one_request() -> None:
    members, content = served(sample_pictures.encoded(sample_pictures.page()), ASKED)
    assert (members["media"], members["width"], members["height"]) == ("image/jpeg", 2300, 850)
    assert sample_pictures.decoded(content).size == (2300, 850)
    members, content = served(b"x", ASKED)
    assert (members, content) == ({"refused": "evidence_kind", "values": {}}, b"")


# ---- which papers


def paper(name: str, how: Any = "capture", *, required: bool = True) -> EvidenceType:
    return EvidenceType(name, Bilingual.same(name), how, required, ("file",), 900, 300, None)


def test_what_is_looked_at_is_never_missing() -> None:
    papers = [paper("a"), paper("b", "sight"), paper("c", required=False)]
    assert [p.id for p in captured(papers)] == ["a", "c"]
    assert [p.id for p in missing(papers, [])] == ["a"]


def test_the_service_says_what_is_wanted() -> None:
    assert wanted(paper("a"), 5, (1, 2, 3, 4)) == CaptureSpec(900, 300, 1, (1, 2, 3, 4))

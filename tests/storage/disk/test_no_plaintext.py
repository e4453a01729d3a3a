"""Nothing of a citizen or of a picture of their papers is readable in any file, from the first look to the last."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from kiosk.evidence import picture_process
from kiosk.model.evidence_file import Evidence, captured
from protocol.errors import Refused
from tests.harness import sample_pictures
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.shop import Shop, answered
from tests.harness.untraced import untraced

NAME = "كناري المواطن الوهمي قناري"
NATIONAL_ID = "20001010100014"


def readable(folder: Path, *canaries: bytes) -> list[str]:
    """Files that hold one of these anywhere."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file.name for file in files if any(canary in file.read_bytes() for canary in canaries)]


PHOTO: Final = sample_pictures.with_exif()
"""Made before the log is listened to: what makes it tells whose name stands in it."""


def hostile() -> tuple[bytes, ...]:
    hidden = sample_pictures.CANARY * 1000, sample_pictures.pdf(sample_pictures.CANARY + b"<html>")
    return sample_pictures.png_bomb(), *hidden


def sold(shop: Shop) -> tuple[Evidence, bytes]:
    """A citizen with a paper: hostile files refused, a good one looked at, kept, and recorded with its request."""
    box, sale = shop.counter.evidence, answered(shop.sale(), name=NAME)
    paper = captured(shop.counter.desk.service("birth-cert").evidence)[0]
    for bad in hostile():
        with pytest.raises(Refused):
            box.read(bad, paper)
    taken = box.read(PHOTO, paper)
    kept = box.keep(sale.id, paper, taken)
    shop.counter.desk.record(replace(sale, evidence=(kept.item(),)))
    return kept, taken.content


@pytest.mark.slow
def test_no_file_of_the_data_or_temp_folder_and_no_log_holds_a_name_or_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    temp, data, keystore = tmp_path / "temp", tmp_path / "data", FakeKeystore()
    temp.mkdir()
    monkeypatch.setenv("TMPDIR", str(temp))
    opened = open_house(data, keystore)
    shop = Shop(opened.store, opened.mirror, pictures=opened.pictures, reader=picture_process.read)  # type: ignore[arg-type]
    kept, content = sold(shop.ready())
    middle = len(content) // 2
    canaries = (
        sample_pictures.CANARY, content[:64], content[middle : middle + 48], content[-48:], NAME.encode(),
        NAME.split(maxsplit=1)[0].encode(), NATIONAL_ID.encode(), kept.key,
    )  # fmt: skip
    assert readable(data, *canaries) == [], "while it is open"
    shop.counter.evidence.tidy()
    opened.close()
    assert readable(data, *canaries) == [], "when it is closed"
    assert list(temp.iterdir()) == []
    assert not [word for word in (NAME, NATIONAL_ID, "CANARY") if word in caplog.text]
    again = open_house(data, keystore)
    assert again.pictures.open(again.store.evidence.of_request(kept.request)[0]) == content
    again.close()


@pytest.mark.slow
def test_the_decoder_is_confined_before_it_reads() -> None:
    """Asked of the real process: what it may still write, and how much memory it may take."""
    act = "picture_reader.confine(); os.write(1, b'x'); os.read(0, 1)"
    asking = f"import os; from kiosk.evidence import picture_reader; {act}"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", asking], stdin=pipe, stdout=pipe, env=untraced()) as confined:
        assert confined.stdout is not None
        assert confined.stdout.read(1) == b"x"
        limits = Path(f"/proc/{confined.pid}/limits").read_text(encoding="ascii")
        status = Path(f"/proc/{confined.pid}/status").read_text(encoding="ascii")
        confined.kill()
    said = dict(re.findall(r"^Max (file size|address space|core file size|open files) +(\d+)", limits, re.MULTILINE))
    assert said == {"file size": "0", "address space": str(1 << 30), "core file size": "0", "open files": "0"}
    assert re.findall(r"^(?:NoNewPrivs|Seccomp):\t(\d)", status, re.MULTILINE) == ["1", "2"]

"""What whoever writes a service file can ask for: whether it is sound, and what its form looks like."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtGui import QImage

from kiosk.main import cli
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.fees import Fees
from protocol.catalogue.needs import bundled_needs
from protocol.catalogue.services import PublicService
from protocol.texts import LANGUAGES
from tests.harness.citizens import published
from ui.sale.form_preview import HEIGHT_PX, WIDTH_PX, picture

SERVICES: Final = {document["id"]: published(document) for document in bundled_services()}
NOTHING: Final = Fees((), 0, 0)
REAL: Final = Path(str(files("assets") / "services"))


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
def test_no_form_is_wider_than_the_screen_in_either_language(qapp: Any, service: PublicService) -> None:
    fields = [element.field for element in service.form.elements()]
    for language in LANGUAGES:
        image, over_px = picture(service, language, fields, NOTHING)
        assert over_px == 0
        assert image.width() == WIDTH_PX
        assert image.height() >= HEIGHT_PX
    del qapp


def test_a_form_is_drawn_in_both_languages(qapp: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["catalogue", "preview", "--out", str(tmp_path), str(REAL / "birth-cert.json")]
    assert cli.main(asked) == cli.OK
    names = [f"birth-cert.{language}.png" for language in LANGUAGES]
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / name) for name in names]
    arabic, english = (QImage(str(tmp_path / name)) for name in names)
    assert (arabic.width(), english.width()) == (WIDTH_PX, WIDTH_PX)
    assert arabic != english
    del qapp


def test_conditional_fields_are_drawn_when_all_are_asked_for(qapp: Any, tmp_path: Path) -> None:
    file = str(REAL / "birth-cert.json")
    for folder, more in (("some", []), ("all", ["--all"])):
        (tmp_path / folder).mkdir()
        assert cli.main(["catalogue", "preview", *more, "--out", str(tmp_path / folder), file]) == cli.OK
    some, every = (QImage(str(tmp_path / folder / "birth-cert.ar.png")) for folder in ("some", "all"))
    assert every.height() > some.height() + 100
    del qapp


@pytest.mark.parametrize("name", ["individual-record", "traffic-fines-inquiry", "ration-new"])
def test_a_price_that_is_not_known_is_no_obstacle_to_a_picture(qapp: Any, tmp_path: Path, name: str) -> None:
    assert cli.main(["catalogue", "preview", "--out", str(tmp_path), str(REAL / f"{name}.json")]) == cli.OK
    assert (tmp_path / f"{name}.en.png").exists()
    del qapp


def test_a_form_that_is_too_wide_is_drawn_and_said(
    qapp: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads((REAL / "birth-cert.json").read_text(encoding="utf-8"))
    document["choices"]["delivery"][0] |= {"ar": "كلمة " * 60, "en": "word " * 60}
    wide = tmp_path / "wide.json"
    wide.write_text(json.dumps(document), encoding="utf-8")
    assert cli.main(["catalogue", "preview", "--out", str(tmp_path), str(wide)]) == cli.OK
    assert "px too wide for the screen" in capsys.readouterr().out
    del qapp


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000])
def test_what_is_no_service_is_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    assert cli.main(["catalogue", "preview", "--out", str(tmp_path), str(file)]) == cli.REFUSED
    assert len(capsys.readouterr().err.splitlines()) == len(LANGUAGES)


# ---- lint


def _lint(folder: Path, document: Any) -> int:
    file = folder / "mine.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return cli.main(["catalogue", "lint", str(file)])


def test_a_new_file_is_laid_beside_those_of_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads((REAL / "birth-cert.json").read_text(encoding="utf-8"))
    assert _lint(tmp_path, document) == cli.OK
    assert _lint(tmp_path, document | {"id": "mine"}) == cli.REFUSED
    assert "mine: the number 112 is that of birth-cert" in capsys.readouterr().out


def test_needs_are_linted_with_the_services_beside_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needs = bundled_needs()
    assert _lint(tmp_path, needs) == cli.OK
    needs["needs"][0]["leads_to"][0]["service"] = "no-such"
    assert _lint(tmp_path, needs) == cli.REFUSED
    assert "mine.json: newborn: there is no service no-such" in capsys.readouterr().out

"""The app layer: whole, the same twice, small, without what does not belong."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from unittest.mock import patch

import pytest
from backports import zstd

from installer import app_layer, runtime, source
from installer.products import ROOT, BuildError
from ui.widgets import theme


@pytest.fixture(scope="module", autouse=True)
def packed_fast() -> Iterator[None]:
    """How hard it is packed is tried where a whole product is built twice."""
    with patch.object(app_layer, "ZSTD_LEVEL", 12):
        yield


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> app_layer.AppLayer:
    return app_layer.build(tmp_path_factory.mktemp("layer"))


def members(archive: Path) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(zstd.decompress(archive.read_bytes(), zstd_dict=app_layer.base()))) as tar:
        return tar.getmembers()


def test_two_builds_are_equal_byte_for_byte(layer: app_layer.AppLayer, tmp_path: Path) -> None:
    assert app_layer.build(tmp_path).archive.path.read_bytes() == layer.archive.path.read_bytes()


def test_the_archive_and_the_folder_hold_the_same(layer: app_layer.AppLayer) -> None:
    lying = {path.relative_to(layer.folder).as_posix() for path in layer.folder.rglob("*") if path.is_file()}
    assert {member.name for member in members(layer.archive.path)} == lying
    assert lying == {*layer.files, "version.json", "complete"}


def test_complete_comes_last_and_nothing_has_an_owner_or_a_time_of_its_own(layer: app_layer.AppLayer) -> None:
    found = members(layer.archive.path)
    assert found[-1].name == "complete"
    assert {(member.mtime, member.uid, member.gid, member.mode) for member in found} == {(layer.epoch_s, 0, 0, 0o644)}


def test_what_belongs_is_inside_and_what_does_not_is_not(layer: app_layer.AppLayer) -> None:
    assert {
        "kiosk/__main__.py",
        "ui/main/application.py",
        "storage/db/migrations/env.py",
        "assets/wire.dict",
    } <= layer.files.keys()
    wrong = ("central/", "tests/", "installer/", "kiosk/demo/", "assets/fonts/", ".")
    assert [name for name in layer.files if name.startswith(wrong) or "__pycache__" in name] == []


def test_version_json_says_version_runtime_and_schema(layer: app_layer.AppLayer) -> None:
    told = json.loads((layer.folder / "version.json").read_bytes())
    newest = max(path.name[:4] for path in (ROOT / source.MIGRATIONS).glob("[0-9]*.py"))
    assert told["version"] == layer.version == source.version()
    assert told["needs_runtime"] == runtime.identity()
    assert told["schema"] == newest
    assert told["files"] == layer.files


def test_another_version_is_the_same_program_with_another_number(tmp_path: Path, layer: app_layer.AppLayer) -> None:
    other = app_layer.build(tmp_path, "9.8.7")
    assert 'VERSION = "9.8.7"' in (other.folder / "kiosk" / "__init__.py").read_text(encoding="utf-8")
    assert {name for name in layer.files if other.files[name] != layer.files[name]} == {"kiosk/__init__.py"}


def test_what_is_no_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="not a version"):
        app_layer.build(tmp_path, "../1.0")


@pytest.mark.parametrize("harm", ["changed", "missing", "no complete", "other list"])
def test_a_harmed_layer_is_found(harm: str, tmp_path: Path, layer: app_layer.AppLayer) -> None:
    folder = shutil.copytree(layer.folder, tmp_path / "app")
    app_layer.check(folder)
    if harm == "changed":
        (folder / "ui" / "main" / "application.py").write_bytes(b"pass\n")
    elif harm == "missing":
        (folder / "ui" / "main" / "application.py").unlink()
    elif harm == "no complete":
        (folder / "complete").write_text("", encoding="ascii")
    else:
        (folder / "version.json").write_text("{}", encoding="ascii")
    with pytest.raises(BuildError):
        app_layer.check(folder)


def test_a_rest_of_an_earlier_build_does_not_stay(tmp_path: Path) -> None:
    stray = app_layer.build(tmp_path).folder / "kiosk" / "stray.py"
    stray.write_bytes(b"")
    app_layer.build(tmp_path)
    assert not stray.exists()


def test_the_fonts_are_found_in_the_runtime_where_the_assets_have_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: app_layer.AppLayer
) -> None:
    runtime.put_fonts(tmp_path / "site-packages")
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    own = {path.name for path in theme.font_folder().iterdir()}
    monkeypatch.setattr(theme, "files", lambda name: layer.folder / name if name == "assets" else resources.files(name))
    assert {path.name for path in theme.font_folder().iterdir() if path.name.endswith((".ttf", ".txt"))} == own

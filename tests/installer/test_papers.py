"""What lies beside a product, and the look that finds what is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from installer import command, papers
from installer.products import BuildError, Product, sha256
from tests.installer import build_twice, check_products


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built")
    assert command.main(["--target", "app", "--out", str(out)]) == 0
    return out


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "dist")


def product(folder: Path) -> Path:
    (found,) = folder.glob("app-*.tar.zst")
    return found


def test_what_was_built_is_whole(folder: Path) -> None:
    assert check_products.faults(folder, ("app",)) == []


@pytest.mark.parametrize("paper", check_products.PAPERS)
def test_a_missing_paper_is_found(folder: Path, paper: str) -> None:
    gone = product(folder).name + paper
    (folder / gone).unlink()
    assert f"{gone} is missing" in check_products.faults(folder, ("app",))
    assert f"{gone}: named in SHA256SUMS, not here" in check_products.faults(folder, ("app",))


def test_a_missing_product_is_found(folder: Path) -> None:
    assert "no product of the kind deb" in check_products.faults(folder)
    assert "no product of the kind windows" in check_products.faults(folder)


def test_a_changed_product_is_found(folder: Path) -> None:
    changed = product(folder)
    whole = changed.read_bytes()
    changed.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert f"{changed.name}: another checksum" in check_products.faults(folder, ("app",))


def test_a_file_without_a_checksum_is_found(folder: Path) -> None:
    (folder / "extra.txt").write_text("?", encoding="ascii")
    assert "extra.txt: no checksum" in check_products.faults(folder, ())
    (folder / papers.SUMS).unlink()
    assert check_products.faults(folder, ()) == ["SHA256SUMS is missing"]


def test_papers_of_another_build_are_found(folder: Path) -> None:
    made = product(folder)
    for paper in (papers.SBOM, papers.RECORD):
        path = made.with_name(made.name + paper)
        path.write_text(path.read_text(encoding="utf-8").replace(sha256(made), "0" * 64), encoding="utf-8")
    papers.sums(folder)
    found = check_products.faults(folder, ("app",))
    assert f"{made.name}: the record is that of another build" in found
    assert f"{made.name}: the SBOM is that of another build" in found


def test_two_builds_are_the_same_and_a_difference_is_named(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert command.main(["--target", "app", "--out", str(other)]) == 0
    assert build_twice.different(folder, other) == []
    (other / "one more").write_bytes(b"")
    assert build_twice.different(folder, other) == ["one more"]


def test_packages_are_read_from_their_metadata(tmp_path: Path) -> None:
    info = tmp_path / "site-packages" / "some_thing-1.2.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text("Name: Some.Thing\nVersion: 1.2\nLicense-Expression: MIT\n", encoding="utf-8")
    (info / "licenses" / "LICENSE").write_text("Permission is granted", encoding="utf-8")
    (found,) = papers.python_packages(tmp_path)
    assert found == papers.Component("some-thing", "1.2", "pkg:pypi/some-thing@1.2", "MIT", ("Permission is granted",))


def test_a_package_that_names_no_licence_stops_the_build(tmp_path: Path) -> None:
    info = tmp_path / "secretive-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: secretive\nVersion: 1\n", encoding="utf-8")
    with pytest.raises(BuildError, match="secretive does not say"):
        papers.python_packages(tmp_path)


def test_a_licence_without_its_text_is_filled_in_or_stops_the_build(tmp_path: Path) -> None:
    info = tmp_path / "terse-1.dist-info"
    info.mkdir()
    said = "Name: terse\nVersion: 1\nAuthor: A. Writer\nLicense-Expression: {}\n"
    (info / "METADATA").write_text(said.format("MIT"), encoding="utf-8")
    (found,) = papers.python_packages(tmp_path)
    assert found.texts[0].startswith("Copyright (c) A. Writer\n\nPermission is hereby granted")
    (info / "METADATA").write_text(said.format("Zlib"), encoding="utf-8")
    with pytest.raises(BuildError, match="terse brings no licence text"):
        papers.python_packages(tmp_path)


def test_a_licence_that_two_share_stands_once_in_the_book() -> None:
    both = [papers.Component(name, "1", f"pkg:pypi/{name}@1", "MIT", ("the text",)) for name in ("one", "two")]
    book = papers.licence_book(both)
    assert book.count("the text\n") == 1
    assert "two 1: MIT" in book


def test_the_sbom_is_cyclonedx_and_names_each_part_once(tmp_path: Path) -> None:
    made = tmp_path / "thing"
    made.write_bytes(b"x")
    bom = papers.sbom(Product("thing", made, "run"), papers.ours("1.0"))
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    refs = [one["bom-ref"] for one in bom["components"]]
    assert len(set(refs)) == len(refs) == 2
    assert json.loads(json.dumps(bom)) == bom
